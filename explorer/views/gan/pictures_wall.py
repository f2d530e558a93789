"""What G makes of its fixed noise, beside real pictures."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from explorer.core.text import Translator
from explorer.presenters.gan.ports import PicturesShow
from explorer.views.gan.colours import gan_colours
from explorer.views.gan.picture_painting import paint_wall
from explorer.views.theme import DARK, Look
from explorer.views.widgets.paint import draw_box, draw_focus, draw_text

_FAKE_SHARE = 0.62
"""The wall of fakes is the larger one: it is the one that moves."""


class PicturesWall(QWidget):
    """Two walls; a click on a fake, or Enter on the one that the arrows chose, marks it.

    Signals
    -------
    tile_chosen : int
        Number of a fake's noise.
    """

    tile_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = DARK
        self._show: PicturesShow | None = None
        self._rects: list[QRectF] = []
        self._at = 0
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def set_look(self, look: Look) -> None:
        self._look = look
        self.update()

    def retranslate(self, tr: Translator) -> None:
        self.setAccessibleName(tr("gan_view.wall"))

    def show_pictures(self, show: PicturesShow) -> None:
        """Show other pictures."""
        self._show = show
        self.update()

    def tile_rect(self, index: int) -> QRectF:
        """Return where a tile of the fakes stands, by its place on screen."""
        return self._rects[index]

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._choose_at(event.position())

    def _choose_at(self, position: QPointF) -> None:
        for index, rect in enumerate(self._rects):
            if self._show is not None and rect.contains(position):
                self._at = index
                self.tile_chosen.emit(int(self._show.order[index]))
                return

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._rects:
            self._choose_at(self._rects[min(self._at, len(self._rects) - 1)].center())
            return
        super().keyPressEvent(event)

    def move_choice(self, dx: int, dy: int) -> bool:
        """Move the place that Enter chooses; return whether there is one."""
        if not self._rects:
            return False
        columns = sum(1 for rect in self._rects if rect.top() == self._rects[0].top())
        self._at = max(0, min(len(self._rects) - 1, self._at + dx + dy * columns))
        self.setFocus(Qt.FocusReason.TabFocusReason)
        self.update()
        return True

    def choose(self) -> bool:
        """Choose the tile on which the keyboard is."""
        if not self.hasFocus() or not self._rects:
            return False
        self._choose_at(self._rects[min(self._at, len(self._rects) - 1)].center())
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, look = QPainter(self), self._look
        painter.fillRect(self.rect(), look.ground)
        if self._show is None:
            return
        self._rects = paint_pictures(painter, QRectF(self.rect()), self._show, look)
        if self.hasFocus() and self._rects:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            draw_focus(painter, self._rects[min(self._at, len(self._rects) - 1)], look, 4)


def paint_pictures(painter: QPainter, room: QRectF, show: PicturesShow, look: Look) -> list[QRectF]:
    """Draw both walls under their titles; return the places of the fakes."""
    colours = gan_colours(look)
    gap = look.pad(24)
    title_px = look.caption_px * 1.9
    split = room.left() + (room.width() - gap) * _FAKE_SHARE
    left = QRectF(room.left(), room.top(), split - room.left(), room.height())
    right = QRectF(split + gap, room.top(), room.right() - split - gap, room.height())
    frame = show.frame
    result: list[QRectF] = []
    for box, title, colour, pictures, scores, order, marked in (
        (left, show.fake_title, colours.fake, frame.fake, frame.fake_scores, show.order, show.marked),
        (right, show.real_title, colours.real, frame.real, frame.real_scores, show.real_order, ()),
    ):
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        head = QRectF(box.left() + 4, box.top(), box.width() - 4, title_px)
        draw_box(painter, QRectF(head.left(), head.center().y() - 5, 10, 10), fill=colour, radius=2)
        draw_text(painter, head.adjusted(18, 0, 0, 0), title, look.font("caption_strong"), look.text)
        rects = paint_wall(painter, box.adjusted(0, title_px, 0, 0), pictures, scores, order, look, marked)
        result = result or rects
    return result
