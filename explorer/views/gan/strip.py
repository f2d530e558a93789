"""One picture through a walk or through time, with the slider that leads along it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from explorer.core.text import Translator
from explorer.presenters.gan.ports import Control, StripShow
from explorer.views.gan.picture_painting import paint_tile
from explorer.views.gan.slider import Slider
from explorer.views.theme import DARK, Look
from explorer.views.widgets.buttons import IconButton
from explorer.views.widgets.paint import draw_text


class Strip(QWidget):
    """The picture at the slider's place large, all others small beside it.

    Signals
    -------
    place_chosen : int
    closed
    """

    place_chosen = Signal(int)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = DARK
        self._show: StripShow | None = None
        self.slider = Slider(self)
        self.close_button = IconButton("close", 28, bare=True, parent=self)
        self.slider.slid.connect(lambda place, _done: self.place_chosen.emit(place))
        self.close_button.clicked.connect(lambda _checked=False: self.closed.emit())
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def set_look(self, look: Look) -> None:
        self._look = look
        self.slider.set_look(look)
        self.close_button.set_look(look)
        self._arrange()
        self.update()

    def retranslate(self, tr: Translator) -> None:
        self.setAccessibleName(tr("gan_view.strip"))
        self.close_button.label(tr("gan_view.close"), tr("gan_view.close") + "  Esc")

    def show_strip(self, show: StripShow) -> None:
        """Show another walk, or another place on it."""
        self._show = show
        label = show.labels[show.place] if show.labels else ""
        control = Control("place", show.title, "slider", label, show.place, max(1, len(show.made)))
        self.slider.show_control(control)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def _large_px(self) -> float:
        return float(self.height() - self._look.pad(16))

    def _arrange(self) -> None:
        look = self._look
        left = round(self._large_px() + look.pad(24))
        size = self.close_button.sizeHint()
        tall = self.slider.sizeHint().height()
        self.close_button.setGeometry(self.width() - size.width(), look.pad(6), size.width(), size.height())
        self.slider.setGeometry(left, look.pad(8), max(80, self.width() - left - size.width() - look.pad(12)), tall)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, look, show = QPainter(self), self._look, self._show
        painter.fillRect(self.rect(), look.ground)
        painter.fillRect(0, 0, self.width(), 1, look.line)
        if show is None or len(show.made) == 0:
            return
        place = min(show.place, len(show.made) - 1)
        pad, large = look.pad(8), self._large_px()
        tag = look.caption_px * 1.4
        box = QRectF(0, pad, large - tag, large)
        paint_tile(painter, box, show.made[place], float(show.scores[place]), look, tag, False)
        left, top = self.slider.x(), self.slider.geometry().bottom() + pad
        side = max(12.0, min(self.height() - top - pad, 64.0))
        room = self.width() - left
        count = max(1, min(len(show.made), int(room // side)))
        for index in range(count):
            frame = round(index * (len(show.made) - 1) / max(1, count - 1)) if count > 1 else place
            rect = QRectF(left + index * side, top, side, side)
            here = abs(frame - place) * max(1, count - 1) < 0.5 * len(show.made)
            paint_tile(painter, rect, show.made[frame], float(show.scores[frame]), look, 0.0, here)
        if not show.labels:
            draw_text(painter, box, show.title, look.font("caption"), look.muted, "centre")
        painter.setBrush(Qt.BrushStyle.NoBrush)
