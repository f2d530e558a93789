"""The line below the stage: the range of the colours, what can be set, and the keys."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QRectF, QSize, Signal
from PySide6.QtGui import QIcon, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QWidget

from explorer.core.colour import COLOUR_MAPS, DIVERGING_MAP, colour_table, map_for
from explorer.core.scene import ORDERS, SCALINGS
from explorer.core.text import Translator
from explorer.presenters.ports import ValueBar
from explorer.views.explore.drop_button import DropButton
from explorer.views.explore.value_bar import ValueBarView, ramp_icon_image
from explorer.views.theme import DARK, Look
from explorer.views.widgets.paint import draw_text, text_width


class StageFoot(QWidget):
    """Value bar at the left, drop buttons beside it, key hints at the right where there is room.

    At projector size the buttons and hints are left out: only what the class must read stays.
    """

    scaling_chosen = Signal(str)
    order_chosen = Signal(str)
    colour_map_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = DARK
        self._hints: tuple[str, ...] = ()
        self._all_hints: dict[str, tuple[str, ...]] = {}
        self._hints_left = 0.0
        self._no_choice = ""
        self._page = "maps"
        self._controls = ("", "", "")
        self.value_bar = ValueBarView(self)
        self.scaling = DropButton(self)
        self.order = DropButton(self)
        self.colour_map = DropButton(self)
        self.scaling.chosen.connect(self.scaling_chosen)
        self.order.chosen.connect(self.order_chosen)
        self.colour_map.chosen.connect(self.colour_map_chosen)
        self.value_bar.hide()

    def set_look(self, look: Look) -> None:
        self._look = look
        self.value_bar.set_look(look)
        for button in self.buttons():
            button.set_look(look)
        self._arrange()

    def retranslate(self, tr: Translator) -> None:
        self._controls = ("", "", "")
        self.scaling.set_choices(
            tr("stage.scaling"),
            tuple((key, tr(f"stage.scaling.{key}"), tr(f"stage.scaling.{key}.line")) for key in SCALINGS),
        )
        self.order.set_choices(
            tr("stage.order"), tuple((key, tr(f"stage.order.{key}"), tr(f"stage.order.{key}.line")) for key in ORDERS)
        )
        # The diverging map is not among the choices of the menu, but its name stands on the button when it is used.
        maps = tuple(
            (key, tr(f"stage.map.{key}"), "" if key == DIVERGING_MAP else tr(f"stage.map.{key}"))
            for key in (*COLOUR_MAPS, DIVERGING_MAP)
        )
        self.colour_map.set_choices(tr("stage.map"), maps)
        icons = {key: ramp_icon_image(colour_table(key), 40, 12) for key in (*COLOUR_MAPS, DIVERGING_MAP)}
        self.colour_map.set_icons({key: QIcon(QPixmap.fromImage(image)) for key, image in icons.items()})
        self._no_choice = tr("stage.map.balance.hint")
        self._all_hints = {page: tuple(tr(f"stage.keys.{page}").split("|")) for page in ("maps", "branches", "channel")}
        self._arrange()

    def show_bar(self, bar: ValueBar | None) -> None:
        self.value_bar.show_bar(bar)
        self._arrange()

    def show_controls(self, scaling: str, order: str, colour_map: str) -> None:
        if self._controls == (scaling, order, colour_map):
            return
        self._controls = scaling, order, colour_map
        self.scaling.set_current(scaling)
        self.order.set_current(order)
        # Symmetric values need the diverging map whatever is chosen, so there is nothing to choose.
        self.colour_map.set_current(map_for(scaling, colour_map))
        self.colour_map.setEnabled(scaling != "symmetric")
        if scaling == "symmetric":
            self.colour_map.setToolTip(self._no_choice)
        self._arrange()

    def show_page(self, page: str) -> None:
        """Adapt to what the stage shows: ``maps branches channel input empty``."""
        self._page = page
        self._arrange()

    def buttons(self) -> tuple[DropButton, ...]:
        """Return the drop buttons from left to right."""
        return self.scaling, self.order, self.colour_map

    def sizeHint(self) -> QSize:
        return QSize(600, self._look.text_px + self._look.pad(17))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._arrange()
        return bool(super().event(event))

    def _arrange(self) -> None:
        look = self._look
        settable = self._page in ("maps", "branches", "channel") and not look.present
        shown = [button for button in self.buttons() if settable and not (button is self.order and self._one_map())]
        for button in self.buttons():
            button.setVisible(button in shown)
        bar = self.value_bar
        buttons_px = sum(button.sizeHint().width() for button in shown) + look.pad(16)
        left = 0
        if not bar.isHidden():
            # The scaling button says what the caption would say.
            width = bar.full_width(caption=not shown)
            width = max(min(width, self.width() - buttons_px), bar.least_width())
            bar.setGeometry(0, 0, width, self.height())
            left = width + look.pad(16)
        else:
            left = -look.pad(8)
        for button in shown:
            size = button.sizeHint()
            button.setGeometry(left, (self.height() - size.height()) // 2, size.width(), size.height())
            left += size.width()
        self._hints = () if look.present else self._all_hints.get(self._page, ()) if settable else ()
        self._hints_left = left + look.pad(24)
        self.update()

    def _one_map(self) -> bool:
        return self._page == "channel"

    def paintEvent(self, event: QPaintEvent) -> None:
        look, font = self._look, self._look.font("caption")
        painter = QPainter(self)
        right, gap = float(self.width()), look.pad(16)
        hints = list(self._hints)
        # From the right, as many whole hints as there is room for; the first ones matter most.
        while hints and sum(math.ceil(text_width(font, hint)) + gap for hint in hints) - gap > right - self._hints_left:
            hints.pop()
        for hint in reversed(hints):
            width = math.ceil(text_width(font, hint))
            draw_text(painter, QRectF(right - width, 0, width + 1, self.height()), hint, font, look.muted)
            right -= width + gap
