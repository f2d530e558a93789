"""What every part of a panel is: a widget that knows our look, with a title above and a caption below."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.views.theme import DARK, Look
from explorer.views.widgets.paint import draw_text


class Part(QWidget):
    """A painted widget; subclasses paint inside :meth:`body`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = DARK
        self._title = ""
        self._caption = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_look(self, look: Look) -> None:
        """Take on colours and type sizes."""
        self._look = look
        self.updateGeometry()
        self.update()

    def _say(self, title: str, caption: str = "") -> None:
        self._title, self._caption = title, caption
        self.setAccessibleName(" – ".join(text for text in (title, caption) if text))

    @property
    def title(self) -> str:
        return self._title

    def title_px(self) -> int:
        """Return the height of the line above, 0 where there is none."""
        return self._look.caption_px + self._look.pad(11) if self._title else 0

    def caption_px(self) -> int:
        """Return the height of the line below, 0 where there is none."""
        return self._look.caption_px + self._look.pad(11) if self._caption else 0

    def body(self) -> QRectF:
        """Return the room between title and caption."""
        return QRectF(0, self.title_px(), self.width(), max(0, self.height() - self.title_px() - self.caption_px()))

    def _paint_frame(self, painter: QPainter, below: float | None = None, left: float = 0.0) -> None:
        """Write the title at the top and the caption at ``below`` (default: the bottom)."""
        look = self._look
        if self._title:
            rect = QRectF(left, 0, self.width() - left, look.caption_px + 4)
            draw_text(painter, rect, self._title, look.font("caption_strong"), look.text)
        if self._caption:
            top = self.height() - self.caption_px() if below is None else below
            rect = QRectF(left, top, self.width() - left, self.caption_px())
            draw_text(painter, rect, self._caption, look.font("caption"), look.muted)


FEW_LINES = 20


def scarce(view: QWidget, look: Look) -> bool:
    """Return whether a view has room for so few lines (projector size, small screen) that only its heart is shown."""
    return view.height() < FEW_LINES * look.text_px


def spread_look(root: QWidget, look: Look) -> None:
    """Give every part and every widget with a look below ``root`` the look."""
    for child in root.findChildren(QWidget):
        set_look = getattr(child, "set_look", None)
        if set_look is not None:
            set_look(look)
