"""The microscope: source with the window, patch × kernel = product, what the channels add, and what follows."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from explorer.core.text import Translator
from explorer.core.units import TIMES
from explorer.presenters.explore.panels.microscope_show import MicroscopeShow
from explorer.views.explore.panels.kit.bars import Bars
from explorer.views.explore.panels.kit.ledger import Ledger
from explorer.views.explore.panels.kit.map_picture import MapPicture, draw_sign
from explorer.views.explore.panels.kit.part import spread_look
from explorer.views.explore.panels.kit.table import Table
from explorer.views.explore.panels.panel_view import PanelView
from explorer.views.theme import Look
from explorer.views.widgets.buttons import IconButton
from explorer.views.widgets.paint import draw_text, text_width

_WIDE_SIDE = 6
"""From this kernel side on, the three grids get the whole width."""
_SIGN_PX = 32
_FEW_LINES = 16


class MicroscopeView(PanelView):
    """Draws one value taken apart.

    Signals
    -------
    pixel_chosen : object
        ``(row, column)`` of another value of the map.
    input_chosen : str
        Another input channel.
    channel_moved : int
        To a neighbouring channel: −1 or 1.
    play_clicked
    """

    pixel_chosen = Signal(object)
    input_chosen = Signal(str)
    channel_moved = Signal(int)
    play_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._show: MicroscopeShow | None = None
        self._signs: list[tuple[QRectF, str]] = []
        self.previous = IconButton("previous", 28, parent=self)
        self.next = IconButton("next", 28, parent=self)
        self.play = IconButton("play", 32, parent=self)
        self.source = MapPicture(self)
        self.output = MapPicture(self)
        self.patch = MapPicture(self)
        self.kernel = MapPicture(self)
        self.product = MapPicture(self)
        self.table = Table(self)
        self.bars = Bars(self, keep_last=True)
        self.ledger = Ledger(self)
        self.previous.clicked.connect(lambda: self.channel_moved.emit(-1))
        self.next.clicked.connect(lambda: self.channel_moved.emit(1))
        self.play.clicked.connect(self.play_clicked)
        self.output.clicked.connect(self.pixel_chosen)
        self.bars.clicked.connect(self.input_chosen)
        self.table.clicked.connect(self.input_chosen)
        for part in self._parts():
            part.hide()

    def _parts(self) -> tuple[QWidget, ...]:
        grids = (self.source, self.patch, self.kernel, self.product, self.table, self.output, self.bars, self.ledger)
        return (*grids, self.previous, self.next, self.play)

    def set_look(self, look: Look) -> None:
        super().set_look(look)
        spread_look(self, look)
        self._arrange()

    def retranslate(self, tr: Translator) -> None:
        super().retranslate(tr)
        self.setAccessibleName(tr("stage.view.microscope"))
        self.previous.label(tr("micro.previous"))
        self.next.label(tr("micro.next"))
        self._name_play()

    def _name_play(self) -> None:
        playing = self._show is not None and self._show.playing
        self.play.set_glyph("pause" if playing else "play")
        self.play.label(self._tr("micro.pause" if playing else "micro.play"))

    def show_microscope(self, show: MicroscopeShow) -> None:
        """Draw another value."""
        self._show = show
        for picture, what in (
            (self.patch, show.patch),
            (self.kernel, show.kernel),
            (self.product, show.product),
            (self.output, show.output),
        ):
            picture.setVisible(what is not None)
            if what is not None:
                picture.show_map(what)
        if show.source is not None:
            self.source.show_map(show.source)
        self.table.setVisible(show.table is not None)
        if show.table is not None:
            self.table.show_table(show.table)
        if show.bars is not None:
            self.bars.show_bars(show.bars)
        self.ledger.show()
        self.ledger.show_ledger(show.ledger)
        self.previous.show()
        self.next.show()
        self.play.setVisible(show.output.values.size > 1)
        self._name_play()
        self.setAccessibleDescription(f"{show.place}. {show.sentence}")
        self._arrange()

    # Layout

    def sizeHint(self) -> QSize:
        return QSize(800, 480)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def _head_px(self) -> int:
        return self._look.control_px() + self._look.pad(8)

    def _scarce(self) -> bool:
        """Return whether the room holds so few lines that only the heart of the matter is shown."""
        return self.height() < _FEW_LINES * self._look.text_px

    def _arrange(self) -> None:
        show, look = self._show, self._look
        if show is None:
            return
        self.source.setVisible(show.source is not None and not self._scarce())
        self.bars.setVisible(show.bars is not None and not self._scarce())
        gap, head = look.pad(24), self._head_px()
        self.output.setVisible(show.output.values.size > 1 and not self._scarce())
        if self._scarce():
            self._arrange_scarce(QRect(0, head, self.width(), self.height() - head), gap)
            return
        room = self.height() - head - gap
        side = max(show.patch.values.shape) if show.patch is not None else 0
        wide = not self.source.isHidden() and side >= _WIDE_SIDE
        count = 3 if wide else 4
        # As high as the pictures of the upper row can be wide; the rest is for the lower row.
        most = (self.width() - 2 * look.pad(_SIGN_PX) - gap) // count + 2 * (look.caption_px + look.pad(11))
        upper = QRect(0, head, self.width(), min(round(room * (0.62 if wide else 0.55)), most))
        lower = QRect(0, upper.bottom() + 1 + gap, self.width(), room - upper.height())
        lower.setHeight(min(lower.height(), round(1.3 * upper.height())))
        below: list[QWidget] = [self.source, self.output] if wide else [self.output]
        left = self._place_pictures(below, lower, gap, 5 if wide else 3)
        rest = QRect(left, lower.top(), self.width() - left, lower.height())
        self._place_texts(rest, gap)
        if not wide and not self.source.isHidden():
            left = self._place_pictures([self.source], upper, gap, 3)
            upper.setLeft(left)
        self._place_window(upper, gap)
        self._place_head()
        self.update()

    def _arrange_scarce(self, room: QRect, gap: int) -> None:
        """Stand the window at the left and the calculation at the right."""
        first = QRect(room.left(), room.top(), round(room.width() * 0.6), room.height())
        self._place_window(first, gap)
        self.ledger.setGeometry(first.right() + gap, room.top(), room.right() - first.right() - gap, room.height())
        self._place_head()
        self.update()

    def _place_pictures(self, pictures: list[QWidget], room: QRect, gap: int, share: int) -> int:
        """Stand pictures side by side at the left of a room; return where the rest of it begins."""
        left = room.left()
        for picture in pictures:
            if picture.isHidden() or not isinstance(picture, MapPicture):
                continue
            tall = room.height() - picture.title_px() - picture.caption_px()
            picture.setGeometry(left, room.top(), max(48, min(tall, self.width() // share)), room.height())
            wide = round(picture.picture_rect().width())
            # A narrow map must not cut its own title.
            font = self._look.font("caption_strong")
            wide = max(wide, round(text_width(font, picture.title) + 2))
            picture.setGeometry(left, room.top(), wide, room.height())
            left += wide + gap
        return left

    def _place_texts(self, room: QRect, gap: int) -> None:
        if self.bars.isHidden():
            self.ledger.setGeometry(room)
            return
        first = round((room.width() - gap) * 0.45)
        self.bars.setGeometry(room.left(), room.top(), first, room.height())
        self.ledger.setGeometry(room.left() + first + gap, room.top(), room.width() - first - gap, room.height())

    def _place_window(self, room: QRect, gap: int) -> None:
        """Stand patch, kernel and product side by side, with the signs between them."""
        self._signs = []
        self.table.setGeometry(room)
        grids = [grid for grid in (self.patch, self.kernel, self.product) if not grid.isHidden()]
        if not grids:
            return
        sign = self._look.pad(_SIGN_PX)
        wide = (room.width() - sign * (len(grids) - 1)) // len(grids)
        wide = min(wide, room.height() - max(grid.title_px() + grid.caption_px() for grid in grids))
        left = room.left()
        for index, grid in enumerate(grids):
            grid.setGeometry(left, room.top(), max(24, wide), room.height())
            shown = grid.picture_rect()
            left += round(shown.width())
            if index + 1 < len(grids):
                rect = QRectF(left, room.top() + shown.top(), sign, shown.height())
                self._signs.append((rect, TIMES if index == 0 and len(grids) == 3 else "="))
                left += sign

    def _place_head(self) -> None:
        look, show = self._look, self._show
        assert show is not None
        middle = look.control_px() // 2
        left = 0
        for button in (self.previous, self.next, self.play):
            size = button.sizeHint()
            if button is self.next:
                left += look.pad(12) + round(text_width(look.font("strong"), show.place) + 1) + look.pad(12)
            elif button is self.play:
                left += look.pad(16)
            button.setGeometry(left, middle - size.height() // 2, size.width(), size.height())
            left += size.width()

    def paintEvent(self, event: QPaintEvent) -> None:
        show, look = self._show, self._look
        if show is None:
            return
        painter = QPainter(self)
        line = QRectF(self.previous.geometry().right() + look.pad(12), 0, self.width(), look.control_px())
        draw_text(painter, line, show.place, look.font("strong"), look.text)
        last = self.play if not self.play.isHidden() else self.next
        after = last.geometry().right() + look.pad(20)
        rest = QRectF(after, 0, self.width() - after, look.control_px())
        if not self._scarce():
            draw_text(painter, rest, show.sentence, look.font("text"), look.muted)
        for rect, sign in self._signs:
            draw_sign(painter, rect, sign, look)
