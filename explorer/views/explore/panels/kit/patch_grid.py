"""Patches in rows: each a button with its picture and its value."""

from __future__ import annotations

import math

from PySide6.QtCore import QRect, QRectF, QSize, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.presenters.explore.panels.patches import PatchShow
from explorer.views.explore.panels.kit.tones import image_of
from explorer.views.explore.wall_marks import draw_outline
from explorer.views.theme import DARK, Look
from explorer.views.widgets.buttons import Pressable
from explorer.views.widgets.paint import draw_box, draw_focus, draw_text, mixed

_LEAST_SIDE = 2.8
"""Of a patch, in heights of the text."""


class PatchButton(Pressable):
    """One patch."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._patch: PatchShow | None = None
        self._image = QImage()

    def show_patch(self, patch: PatchShow) -> None:
        if self._patch is not patch:
            self._patch = patch
            self._image = image_of(patch.pixels)
            self.label(f"{patch.picture} {patch.value}", patch.hint)
            self.update()

    @property
    def path(self) -> str:
        return self._patch.path if self._patch is not None else ""

    def sizeHint(self) -> QSize:
        return QSize(96, 120)

    def caption_px(self) -> int:
        return self._look.text_px + self._look.pad(7)

    def picture_rect(self) -> QRectF:
        """Return where the pixels stand: as large as fits, in the middle."""
        room = QRectF(0, 0, self.width(), self.height() - self.caption_px())
        scale = min(room.width() / max(1, self._image.width()), room.height() / max(1, self._image.height()))
        wide, tall = round(self._image.width() * scale), round(self._image.height() * scale)
        return QRectF(round((room.width() - wide) / 2), round((room.height() - tall) / 2), wide, tall)

    def paintEvent(self, event: QPaintEvent) -> None:
        patch, look = self._patch, self._look
        if patch is None:
            return
        painter, rect = QPainter(self), self.picture_rect()
        room = QRectF(0, 0, self.width(), self.height() - self.caption_px())
        draw_box(painter, room, fill=mixed(look.raised, look.text, 0.07 if self.underMouse() else 0.0), radius=4)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(rect, self._image)
        if self.underMouse():
            draw_outline(painter, rect, look.accent, 2.0)
        below = QRectF(0, room.bottom(), self.width(), self.caption_px())
        used = draw_text(painter, below, patch.value, look.font("strong"), look.text)
        rest = below.adjusted(used + look.pad(8), 0, 0, 0)
        draw_text(painter, rest, patch.picture, look.font("caption"), look.muted)
        if self.hasFocus():
            draw_focus(painter, QRectF(self.rect()), look, 4)


class PatchGrid(QWidget):
    """So many columns that the patches are as large as can be; the weakest are left out where all would be tiny.

    Signals
    -------
    clicked : str
        Path of the picture.
    """

    clicked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = DARK
        self._buttons: list[PatchButton] = []
        self._count = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_look(self, look: Look) -> None:
        self._look = look
        for button in self._buttons:
            button.set_look(look)
        self._arrange()

    def show_patches(self, patches: tuple[PatchShow, ...]) -> None:
        """Show other patches, the strongest first."""
        while len(self._buttons) < len(patches):
            button = PatchButton(self)
            button.set_look(self._look)
            button.clicked.connect(lambda _checked=False, which=button: self.clicked.emit(which.path))
            self._buttons.append(button)
        for button, patch in zip(self._buttons, patches, strict=False):
            button.show_patch(patch)
        self._count = len(patches)
        self._arrange()

    @property
    def buttons(self) -> tuple[PatchButton, ...]:
        """The patches on screen."""
        return tuple(button for button in self._buttons if not button.isHidden())

    def sizeHint(self) -> QSize:
        return QSize(400, 400)

    def minimumSizeHint(self) -> QSize:
        return QSize(96, 96)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def _best(self, count: int) -> tuple[int, int]:
        """Return columns and side of so many patches at their largest."""
        gap, below = self._look.pad(12), self._buttons[0].caption_px()

        def side_of(columns: int) -> int:
            rows = math.ceil(count / columns)
            wide = (self.width() - gap * (columns - 1)) // columns
            return min(wide, (self.height() - gap * (rows - 1)) // rows - below)

        columns = max(range(1, count + 1), key=side_of)
        return columns, max(24, side_of(columns))

    def _arrange(self) -> None:
        count = self._count
        while count > 1 and self._best(count)[1] < _LEAST_SIDE * self._look.text_px:
            count -= 1
        for index, button in enumerate(self._buttons):
            button.setVisible(index < count)
        if not count:
            return
        gap, below = self._look.pad(12), self._buttons[0].caption_px()
        columns, side = self._best(count)
        for index, button in enumerate(self._buttons[:count]):
            row, column = divmod(index, columns)
            button.setGeometry(QRect(column * (side + gap), row * (side + below + gap), side, side + below))
