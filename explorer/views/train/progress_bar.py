"""The bottom bar of Train: play, one step, stop, and the time line of kept moments."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from explorer.core.text import Translator
from explorer.presenters.train.ports import ProgressShow
from explorer.views.theme import DARK, Look
from explorer.views.widgets.buttons import IconButton, TextButton
from explorer.views.widgets.paint import draw_box, draw_text, mixed


class TrainBar(QWidget):
    """See :class:`explorer.presenters.train.ports.ProgressShow`.

    Signals
    -------
    play_toggled, step_clicked, stop_clicked, newest_clicked
        A button was pressed.
    place_chosen : float
        A place on the time line, as a fraction of the whole training.
    """

    play_toggled = Signal()
    step_clicked = Signal()
    stop_clicked = Signal()
    newest_clicked = Signal()
    place_chosen = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = DARK
        self._tr = Translator()
        self._show: ProgressShow | None = None
        self.play_button = IconButton("play", 44, filled=True, parent=self)
        self.step_button = IconButton("next", 34, parent=self)
        self.stop_button = TextButton(self, quiet=True)
        self.newest_button = TextButton(self)
        self.play_button.clicked.connect(lambda _checked=False: self.play_toggled.emit())
        self.step_button.clicked.connect(lambda _checked=False: self.step_clicked.emit())
        self.stop_button.clicked.connect(lambda _checked=False: self.stop_clicked.emit())
        self.newest_button.clicked.connect(lambda _checked=False: self.newest_clicked.emit())
        self.newest_button.hide()

    def set_look(self, look: Look) -> None:
        self._look = look
        for part in self._parts():
            part.set_look(look)
        self._arrange()
        self.update()

    def _parts(self) -> tuple[IconButton | TextButton, ...]:
        return self.play_button, self.step_button, self.stop_button, self.newest_button

    def retranslate(self, tr: Translator) -> None:
        self._tr = tr
        self.setAccessibleName(tr("train_view.bar"))
        self.step_button.label(tr("train_view.one_step"), tr("train_view.one_step") + "  →")
        self.stop_button.setText(tr("train_view.stop"))
        self.stop_button.label(tr("train_view.stop"), tr("train_view.stop.hint"))
        self.newest_button.setText(tr("train_view.newest"))
        self.newest_button.label(tr("train_view.newest"), tr("train_view.newest") + "  End")
        self._name_play()
        self._arrange()

    def show_progress(self, show: ProgressShow) -> None:
        self._show = show
        self.play_button.set_glyph("pause" if show.playing else "play")
        self.play_button.setEnabled(show.can_play)
        self.step_button.setEnabled(show.can_step)
        self.stop_button.setVisible(show.can_stop)
        self.newest_button.setVisible(show.past)
        self._name_play()
        self.setAccessibleDescription(f"{show.headline} {show.details}")
        self._arrange()
        self.update()

    def _name_play(self) -> None:
        playing = self._show is not None and self._show.playing
        word = self._tr("train_view.pause" if playing else "train_view.play")
        self.play_button.label(word, word + "  Space")

    # Layout

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def _arrange(self) -> None:
        look, middle, left = self._look, self.height() // 2, self._look.pad(24)
        for part in (self.play_button, self.step_button):
            size = part.sizeHint()
            part.setGeometry(left, middle - size.height() // 2, size.width(), size.height())
            left += size.width() + look.pad(12)
        right = self.width() - look.pad(24)
        for button in (self.stop_button, self.newest_button):
            if not button.isHidden():
                size = button.sizeHint()
                right -= size.width()
                button.setGeometry(right, middle - size.height() // 2, size.width(), size.height())
                right -= look.pad(12)

    def track_rect(self) -> QRectF:
        """Return the time line."""
        look = self._look
        left = self.step_button.geometry().right() + look.pad(24)
        shown = [button for button in (self.stop_button, self.newest_button) if not button.isHidden()]
        right = min((button.x() for button in shown), default=self.width() - look.pad(24)) - look.pad(24)
        return QRectF(left, self.height() / 2 - 2, max(1, right - left), 4)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._choose(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._choose(event)

    def _choose(self, event: QMouseEvent) -> None:
        track = self.track_rect()
        if abs(event.position().y() - track.center().y()) < self._look.pad(14):
            self.place_chosen.emit(min(1.0, max(0.0, (event.position().x() - track.left()) / track.width())))

    def paintEvent(self, event: QPaintEvent) -> None:
        look, show, painter = self._look, self._show, QPainter(self)
        painter.fillRect(self.rect(), look.panel)
        if show is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        track = self.track_rect()
        draw_box(painter, track, fill=look.line, radius=2)
        if show.fraction > 0:
            done = QRectF(track.left(), track.top(), track.width() * min(1.0, show.fraction), track.height())
            draw_box(painter, done, fill=look.accent, radius=2)
        for kept in show.kept:
            centre = QPointF(track.left() + track.width() * kept, track.center().y())
            painter.setPen(QPen(look.panel, 1))
            painter.setBrush(mixed(look.accent, look.text, 0.2))
            painter.drawEllipse(centre, 4, 4)
        if show.past or show.kept:
            centre = QPointF(track.left() + track.width() * min(1.0, show.position), track.center().y())
            painter.setPen(QPen(look.text, 2))
            painter.setBrush(look.accent if not show.past else look.panel)
            painter.drawEllipse(centre, 7, 7)
        line = look.text_px + look.pad(6)
        above = QRectF(track.left(), track.top() - line - look.pad(6), track.width(), line)
        draw_text(painter, above, show.headline, look.font("strong"), look.text)
        below = QRectF(track.left(), track.bottom() + look.pad(8), track.width(), look.caption_px + look.pad(6))
        draw_text(painter, below, show.details, look.font("caption"), look.muted)
