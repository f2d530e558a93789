"""A sentence or two that say what one sees."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.views.explore.panels.kit.part import Part
from explorer.views.theme import Role

_WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop


class Sentence(Part):
    """Text that breaks into lines; it is as high as it needs to be."""

    def __init__(self, parent: QWidget | None = None, *, role: Role = "text", muted: bool = False) -> None:
        super().__init__(parent)
        self._text = ""
        self._role: Role = role
        self._muted = muted
        self._tone = ""
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_text(self, text: str, tone: str = "") -> None:
        """Show a text; ``tone`` is ``good``, ``warning``, ``bad`` or empty."""
        # A number and its sign stay on one line.
        self._text, self._tone = text.replace(" %", "\u00a0%"), tone
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    @property
    def text(self) -> str:
        return self._text

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height at that width, 0 for no text."""
        if not self._text:
            return 0
        metrics = QFontMetrics(self._look.font(self._role))
        return metrics.boundingRect(QRect(0, 0, max(1, width), 10_000), int(_WRAP), self._text).height()

    def sizeHint(self) -> QSize:
        width = self.width() if self.width() > 100 else 400
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(48, self.heightForWidth(max(self.width(), 48)) if self._text else 0)

    def _colour(self) -> QColor:
        look = self._look
        tones = {"good": look.good, "warning": look.warning, "bad": look.bad}
        return tones.get(self._tone, look.muted if self._muted else look.text)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self._look.font(self._role))
        painter.setPen(self._colour())
        painter.drawText(self.rect(), int(_WRAP), self._text)
