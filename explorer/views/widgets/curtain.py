"""What covers the window: the blank screen, and the sign that a picture may be dropped."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from explorer.core.text import Translator
from explorer.views.theme import DARK, Look
from explorer.views.widgets.overlay import Overlay, draw_card
from explorer.views.widgets.paint import draw_box, draw_text, text_width, with_alpha


class Curtain(Overlay):
    """A black screen, so that the class looks at the teacher; the keys go on working behind it."""

    claims_keys = False

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setCursor(Qt.CursorShape.BlankCursor)

    def retranslate(self, tr: Translator) -> None:
        self.setAccessibleName(tr("blank.name"))

    def card_rect(self) -> QRect:
        return QRect()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.dismiss()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), Qt.GlobalColor.black)


class DropHint(QWidget):
    """Says, while something is dragged over the window, that it may be dropped; lets every event through."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = DARK
        self._host = parent
        self._title = ""
        self._hint = ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        parent.installEventFilter(self)

    def set_look(self, look: Look) -> None:
        self._look = look
        self.update()

    def retranslate(self, tr: Translator) -> None:
        self._title, self._hint = tr("drop.title"), tr("drop.hint")
        self.setAccessibleName(self._title)
        self.setAccessibleDescription(self._hint)
        self.update()

    def appear(self) -> None:
        self.setGeometry(self._host.rect())
        self.show()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.parent() and event.type() == QEvent.Type.Resize and self.isVisible():
            self.setGeometry(self._host.rect())
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        look = self._look
        painter = QPainter(self)
        rect = QRectF(self.rect())
        painter.fillRect(rect, with_alpha(look.ground, 0.82))
        inset = look.pad(16)
        frame = rect.adjusted(inset, inset, -inset, -inset)
        draw_box(painter, frame, fill=with_alpha(look.accent, 0.08), line=look.accent, radius=12, width=2, dashed=True)
        title, hint = look.font("heading"), look.font("text")
        width = max(text_width(title, self._title), text_width(hint, self._hint)) + look.pad(72)
        height = look.heading_px + look.text_px + look.pad(68)
        card = QRectF(0, 0, min(width, frame.width()), height)
        card.moveCenter(rect.center())
        draw_card(painter, card, look)
        top = card.top() + look.pad(24)
        draw_text(
            painter, QRectF(card.left(), top, card.width(), look.heading_px), self._title, title, look.text, "centre"
        )
        top += look.heading_px + look.pad(16)
        draw_text(
            painter, QRectF(card.left(), top, card.width(), look.text_px + 4), self._hint, hint, look.muted, "centre"
        )
