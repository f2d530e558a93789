"""The bottom bar's time line: stepping, playing, and a dot for every step of the main path."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from explorer.core.text import Translator
from explorer.views.theme import DARK, Look
from explorer.views.widgets.buttons import IconButton
from explorer.views.widgets.chip import Chip
from explorer.views.widgets.paint import draw_text, mixed, text_width


class TimeLine(QWidget):
    """Buttons to step and play, the speed, and the track of dots.

    Signals
    -------
    previous, next, play_toggled, speed_clicked
        A button was pressed.
    index_chosen : int
        A dot of the track was clicked or dragged to.
    """

    previous = Signal()
    next = Signal()
    play_toggled = Signal()
    speed_clicked = Signal()
    index_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tr = Translator()
        self._playing = False
        self.back_button = IconButton("previous", 34)
        self.play_button = IconButton("play", 44, filled=True)
        self.forward_button = IconButton("next", 34)
        self.speed_chip = Chip()
        self.speed_chip.set_parts("1×")
        self.track = Track()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for index, widget in enumerate((self.back_button, self.play_button, self.forward_button, self.speed_chip)):
            layout.addSpacing(16 if index else 0)
            layout.addWidget(widget)
        layout.addSpacing(16)
        layout.addWidget(self.track, 1)
        self.back_button.clicked.connect(self.previous)
        self.forward_button.clicked.connect(self.next)
        self.play_button.clicked.connect(self.play_toggled)
        self.speed_chip.clicked.connect(self.speed_clicked)
        self.track.index_chosen.connect(self.index_chosen)

    def set_look(self, look: Look) -> None:
        for widget in (self.back_button, self.play_button, self.forward_button, self.speed_chip, self.track):
            widget.set_look(look)

    def retranslate(self, tr: Translator) -> None:
        self._tr = tr
        self.back_button.label(tr("time_line.previous"), tr("time_line.previous") + "  ←")
        self.forward_button.label(tr("time_line.next"), tr("time_line.next") + "  →")
        self.track.setAccessibleName(tr("time_line.name"))
        self._show_play_name()
        self.show_speed(self.speed)

    def show_labels(self, labels: tuple[str, ...]) -> None:
        """Show one dot a step of the main path."""
        self.track.show_labels(labels)

    def show_index(self, index: int, label: str) -> None:
        """Light the dots up to ``index``; ``label`` names the step on screen, which may lie inside that block."""
        self.track.show_index(index, label)

    def show_playing(self, playing: bool) -> None:
        self._playing = playing
        self.play_button.set_glyph("pause" if playing else "play")
        self._show_play_name()

    def show_speed(self, speed: str) -> None:
        self.speed = speed
        self.speed_chip.set_parts(speed, name=self._tr("time_line.speed"), hint=self._tr("time_line.speed") + "  [ ]")

    speed = "1×"

    def _show_play_name(self) -> None:
        name = self._tr("time_line.pause" if self._playing else "time_line.play")
        self.play_button.label(name, f"{name}  {self._tr('key.Space')}")


class Track(QWidget):
    """The dots. Clicking or dragging jumps to the nearest; hovering names it."""

    index_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = DARK
        self._labels: tuple[str, ...] = ()
        self._index = 0
        self._label = ""
        self._hovered = -1
        self._dragged = -1
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_look(self, look: Look) -> None:
        self._look = look
        self.updateGeometry()
        self.update()

    def show_labels(self, labels: tuple[str, ...]) -> None:
        self._labels = labels
        self._index = min(self._index, max(0, len(labels) - 1))
        self._hovered = -1
        self.update()

    def show_index(self, index: int, label: str) -> None:
        self._index, self._label = index, label
        self.setAccessibleDescription(label)
        self.update()

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self._look.caption_px * 4)

    def dot_centre(self, index: int) -> QPointF:
        """Return where a dot stands."""
        # The line and the label under it are centred together.
        y = round(self.height() / 2 - self._look.caption_px * 0.46)
        inset = float(max(16, self._look.pad(16)))
        if len(self._labels) < 2:
            return QPointF(inset, y)
        return QPointF(inset + (self.width() - 2 * inset) * index / (len(self._labels) - 1), y)

    def _spacing(self) -> float:
        return (self.dot_centre(1) - self.dot_centre(0)).x() if len(self._labels) > 1 else 100.0

    def _nearest(self, x: float) -> int:
        if not self._labels:
            return -1
        index = round((x - self.dot_centre(0).x()) / self._spacing())
        return max(0, min(len(self._labels) - 1, index))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._labels:
            self._dragged = self._nearest(event.position().x())
            self.index_chosen.emit(self._dragged)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        nearest = self._nearest(event.position().x())
        if self._dragged >= 0 and nearest != self._dragged:
            self._dragged = nearest
            self.index_chosen.emit(nearest)
        if nearest != self._hovered:
            self._hovered = nearest
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragged = -1

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = -1
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._labels:
            return
        look = self._look
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        first, here, last = (self.dot_centre(index) for index in (0, self._index, len(self._labels) - 1))
        painter.setPen(QPen(look.line, 2))
        painter.drawLine(here, last)
        painter.setPen(QPen(look.accent, 2))
        painter.drawLine(first, here)
        radius = max(2.0, min(look.pad(4), self._spacing() / 3.5))
        painter.setPen(Qt.PenStyle.NoPen)
        ahead = mixed(look.faint, look.panel, 0.15)
        for index in range(len(self._labels)):
            painter.setBrush(look.accent if index <= self._index else ahead)
            grown = 1.5 if index == self._hovered else 0.0
            painter.drawEllipse(self.dot_centre(index), radius + grown, radius + grown)
        # A ring of the bar's own colour lets the large dot stand clear of its neighbours.
        painter.setBrush(look.panel)
        painter.drawEllipse(here, look.pad(7) + 2, look.pad(7) + 2)
        painter.setBrush(look.accent)
        painter.drawEllipse(here, look.pad(7), look.pad(7))
        self._paint_labels(painter)

    def _label_rect(self, index: int, text: str, role_font_width: float, above: bool) -> QRectF:
        look = self._look
        centre = self.dot_centre(index)
        left = max(0.0, min(self.width() - role_font_width, centre.x() - role_font_width / 2))
        height = look.caption_px * 1.4
        top = centre.y() - look.pad(14) - height if above else centre.y() + look.pad(13)
        return QRectF(left, top, role_font_width, height)

    def _paint_labels(self, painter: QPainter) -> None:
        look = self._look
        plain, strong = look.font("caption"), look.font("caption_strong")
        text = self._label or self._labels[self._index]
        here = self._label_rect(self._index, text, text_width(strong, text) + 1, above=False)
        draw_text(painter, here, text, strong, look.text, "centre")
        for index in {0, len(self._labels) - 1}:
            rect = self._label_rect(index, self._labels[index], text_width(plain, self._labels[index]) + 1, above=False)
            if not rect.adjusted(-12, 0, 12, 0).intersects(here):
                draw_text(painter, rect, self._labels[index], plain, look.muted, "centre")
        if self._hovered >= 0 and self._hovered != self._index:
            text = self._labels[self._hovered]
            rect = self._label_rect(self._hovered, text, text_width(plain, text) + 1, above=True)
            draw_text(painter, rect, text, plain, look.text, "centre")
