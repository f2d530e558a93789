"""The lines above and under the stage: what is on it, its layers, what to look at, and what the colours mean."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from explorer.core.text import Translator
from explorer.presenters.gan.ports import Caption, GanHead
from explorer.views.gan.colours import gan_colours
from explorer.views.gan.toggle import Toggle
from explorer.views.theme import DARK, Look
from explorer.views.widgets.paint import draw_box, draw_text, text_width

_LEAST_TEXT_PX = 12


class HeadLine(QWidget):
    """Title and subtitle at the left, the switches of the layers at the right.

    Signals
    -------
    layer_toggled : str
    """

    layer_toggled = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = DARK
        self._head = GanHead("", "", (), frozenset())
        self.toggles: dict[str, Toggle] = {}
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def set_look(self, look: Look) -> None:
        self._look = look
        for toggle in self.toggles.values():
            toggle.set_look(look)
        self._arrange()
        self.update()

    def show_head(self, head: GanHead) -> None:
        """Show another title, and which layers are on."""
        if head == self._head:
            return
        if head.layers != self._head.layers:
            self._rebuild(head)
        self._head = head
        for key, toggle in self.toggles.items():
            toggle.set_on(key in head.on)
        # The switches beside the words need not be painted again thirty times a second.
        shown = [toggle.x() for toggle in self.toggles.values() if not toggle.isHidden()]
        self.update(0, 0, min(shown, default=self.width()), self.height())

    def _rebuild(self, head: GanHead) -> None:
        wanted = {key for key, _, _ in head.layers}
        for key in set(self.toggles) - wanted:
            self.toggles.pop(key).deleteLater()
        for key, word, hint in head.layers:
            if key not in self.toggles:
                toggle = Toggle(self)
                toggle.set_look(self._look)
                toggle.clicked.connect(lambda _checked=False, key=key: self.layer_toggled.emit(key))
                self.toggles[key] = toggle
            self.toggles[key].set_word(word, hint)
        self.toggles = {key: self.toggles[key] for key, _, _ in head.layers}
        self._arrange()

    def height_for(self) -> int:
        look = self._look
        return max(look.control_px(), round(look.heading_px * 1.3 + look.caption_px * 1.5)) + look.pad(16)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def _arrange(self) -> None:
        right, gap = self.width(), self._look.pad(6)
        wide = sum(toggle.sizeHint().width() + gap for toggle in self.toggles.values())
        # On a small projector the title matters more; the keys still switch the layers.
        crowded = self._look.present and wide > 0.6 * self.width()
        for toggle in reversed(self.toggles.values()):
            toggle.setVisible(not crowded)
            size = toggle.sizeHint()
            toggle.setGeometry(QRect(right - size.width(), self._look.pad(8), size.width(), size.height()))
            right -= size.width() + gap

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, look = QPainter(self), self._look
        painter.fillRect(self.rect(), look.ground)
        shown = [toggle.x() for toggle in self.toggles.values() if not toggle.isHidden()]
        right = min(shown, default=self.width()) - 12
        title = QRectF(0, look.pad(4), right, look.heading_px * 1.3)
        draw_text(painter, title, self._head.title, look.font("heading"), look.text)
        line = QRectF(0, title.bottom(), right, look.caption_px * 1.5)
        draw_text(painter, line, self._head.subtitle, look.font("caption"), look.muted)


class FootLine(QWidget):
    """What to look at, in up to two lines, over the legend."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = DARK
        self._tr = Translator()
        self._caption = Caption("")
        self._pictures = False
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def set_look(self, look: Look) -> None:
        self._look = look
        self.update()

    def retranslate(self, tr: Translator) -> None:
        self._tr = tr
        self.update()

    def show_caption(self, caption: Caption) -> None:
        if caption != self._caption:
            self._caption = caption
            self.setAccessibleName(caption.text)
            self.update()

    def set_pictures(self, pictures: bool) -> None:
        if pictures != self._pictures:
            self._pictures = pictures
            self.update()

    def _line_px(self) -> float:
        return self._look.text_px * 1.45

    def height_for(self) -> int:
        look = self._look
        legend = 0 if look.present else look.caption_px * 1.8
        return math.ceil(2 * self._line_px() + legend + look.pad(14))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, look = QPainter(self), self._look
        painter.fillRect(self.rect(), look.ground)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left = self._paint_part(painter)
        room = QRectF(left, look.pad(6), self.width() - left, 2 * self._line_px() + 2)
        font = look.font("text")
        painter.setPen(look.text)
        flags = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        # Rather smaller than cut.
        for size in range(look.text_px, _LEAST_TEXT_PX - 1, -1):
            font.setPixelSize(size)
            if QFontMetricsF(font).boundingRect(room, flags, self._caption.text).height() <= room.height() + 1:
                break
        painter.setFont(font)
        painter.drawText(room, flags, self._caption.text)
        if not look.present:
            place = QRectF(0, room.bottom() + 2, self.width(), look.caption_px * 1.8)
            self._paint_legend(painter, place)

    def _paint_part(self, painter: QPainter) -> float:
        """Draw which part of a step this is: dots, and D or G in its colour; return the left edge of the text."""
        look, caption = self._look, self._caption
        if not caption.role:
            return 0.0
        colour = gan_colours(look).role(caption.role)
        side = self._line_px()
        wide = max(side, caption.parts * 9.0)
        box = QRectF((wide - side) / 2, look.pad(8), side, side)
        draw_box(painter, box, fill=colour, radius=6)
        draw_text(painter, box, caption.role.upper(), look.font("strong"), look.ground, "centre")
        painter.setPen(QPen(colour, 1.5))
        for part in range(caption.parts):
            painter.setBrush(colour if part < caption.part else Qt.BrushStyle.NoBrush)
            x = wide / 2 + (part - (caption.parts - 1) / 2) * 9
            painter.drawEllipse(QPointF(x, box.bottom() + look.pad(8)), 3, 3)
        return wide + look.pad(14)

    def _paint_legend(self, painter: QPainter, line: QRectF) -> None:
        look, tr, colours = self._look, self._tr, gan_colours(self._look)
        font, left, gap = look.font("caption"), 0.0, look.pad(20)
        half = look.caption_px * 0.36
        entries: tuple[tuple[str, str, QColor], ...] = (
            ("real", tr("gan_view.real"), colours.real),
            ("fake", tr("gan_view.fake"), colours.fake),
            ("says_real", tr("gan_view.frame_real" if self._pictures else "gan_view.ground_real"), colours.real),
            ("says_fake", tr("gan_view.frame_fake" if self._pictures else "gan_view.ground_fake"), colours.fake),
        )
        if self._pictures:
            # There the titles of the walls say which is which.
            entries = entries[2:]
        for key, text, colour in entries:
            wide = half * 2 + 8 + text_width(font, text)
            if left + wide > line.width():
                break
            centre = QPointF(left + half, line.center().y())
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            if key == "real":
                painter.drawEllipse(centre, half, half)
            elif key == "fake":
                diamond = [QPointF(0, -half), QPointF(half, 0), QPointF(0, half), QPointF(-half, 0)]
                painter.drawPolygon([centre + corner for corner in diamond])
            else:
                level = 255 if key == "says_real" else 0
                draw_box(
                    painter,
                    QRectF(left, centre.y() - half, 2 * half, 2 * half),
                    fill=look.panel if self._pictures else QColor.fromRgba(colours.verdict_table[level]),
                    line=colour,
                    radius=2,
                    width=2 if self._pictures else 1,
                )
            place = QRectF(left + 2 * half + 8, line.top(), wide, line.height())
            draw_text(painter, place, text, font, look.muted)
            left += wide + gap
        # What the most wanted keys do, where there is room.
        hints = tr("gan_view.keys")
        if text_width(font, hints) + gap <= line.width() - left:
            draw_text(painter, line, hints, font, look.muted, "right")
