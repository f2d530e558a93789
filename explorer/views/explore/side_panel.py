"""The panel at the right: what the network says, and what the layer on screen is."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from explorer.core.text import Translator
from explorer.presenters.ports import CardRow, HeadVerdict
from explorer.views.explore.layer_card import LayerCard
from explorer.views.explore.verdict import Verdict
from explorer.views.theme import DARK, Look

_FEWEST_ROWS = 1
_MOST_ROWS = 5


class SidePanel(QScrollArea):
    """Verdict above, layer card below; the verdict shows fewer classes where the window is low.

    At projector size only the verdict is left.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = DARK
        self.content = Content()
        self.verdict = self.content.verdict
        self.card = self.content.card
        self.setWidget(self.content)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verdict.installEventFilter(self)
        self.card.installEventFilter(self)

    def set_look(self, look: Look) -> None:
        self._look = look
        self.content.set_look(look)
        self._fit()

    def retranslate(self, tr: Translator) -> None:
        self.verdict.retranslate(tr)
        self._fit()

    def show_verdict(self, heads: tuple[HeadVerdict, ...]) -> None:
        self.verdict.show_verdict(heads)
        self._fit()

    def show_card(self, title: str, rows: tuple[CardRow, ...]) -> None:
        self.card.show_card(title, rows)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Their heights follow from their widths, which the layout sets after this panel has been resized.
        if event.type() == QEvent.Type.Resize and watched in (self.verdict, self.card):
            self._fit()
        return False

    def _fit(self) -> None:
        """Give the verdict as many classes as leave room for the whole card."""
        room = self.viewport().height()
        limits = (0, *range(_MOST_ROWS - 1, _FEWEST_ROWS, -1))
        wishes = [(limit, dense) for dense in (False, True) for limit in limits]

        def needed(limit: int, dense: bool) -> int:
            card = 0 if self._look.present else self.card.height_with(dense=dense)
            return self.content.fixed_px(dense) + self.verdict.full_height(limit) + card

        limit, dense = next((wish for wish in wishes if needed(*wish) <= room), (_FEWEST_ROWS, True))
        self.content.set_dense(dense)
        self.verdict.set_limit(limit)


class Content(QWidget):
    """What the panel scrolls."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = DARK
        self._dense = False
        self.verdict = Verdict(self)
        self.card = LayerCard(self)
        self._layout = QVBoxLayout(self)
        self._layout.addWidget(self.verdict)
        self._layout.addWidget(self.card)
        self._layout.addStretch(1)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def set_look(self, look: Look) -> None:
        self._look = look
        edge = look.pad(24)
        self._layout.setContentsMargins(edge, look.pad(20), edge, look.pad(8))
        self._layout.setSpacing(self._space_px(self._dense))
        self.verdict.set_look(look)
        self.card.set_look(look)
        self.card.setVisible(not look.present)
        self.update()

    def set_dense(self, dense: bool) -> None:
        """Put everything closer together, for low windows."""
        if dense != self._dense:
            self._dense = dense
            self.card.set_dense(dense)
            self._layout.setSpacing(self._space_px(dense))
            self.update()

    def _space_px(self, dense: bool) -> int:
        return self._look.pad(28 if dense else 40)

    def fixed_px(self, dense: bool) -> int:
        """Return the height that is neither the verdict's nor the card's."""
        margins = self._layout.contentsMargins()
        between = 0 if self.card.isHidden() else self._space_px(dense)
        return margins.top() + margins.bottom() + between

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.panel)
        if self.card.isVisibleTo(self):
            edge, middle = self._look.pad(24), self.card.y() - self._space_px(self._dense) // 2
            painter.fillRect(edge, middle, self.width() - 2 * edge, 1, self._look.line)
