"""Joins the panels of Explore: for each view its presenter and its widget, made when it is first wanted."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from explorer.core.scene import View
from explorer.panels.makers import MAKERS, Pair
from explorer.presenters.explore.panels.panel import PanelPresenter, Services
from explorer.views.explore.panels.panel_view import PanelView


class PanelShelf:
    """Makes panels and keeps them.

    Parameters
    ----------
    services : callable
        Returns what panels may ask of the program; called once a panel is made.
    """

    def __init__(self, services: Callable[[], Services]) -> None:
        self._services = services
        self._made: dict[str, Pair] = {}

    def presenter(self, view: View) -> PanelPresenter:
        """Return the presenter of a view."""
        return self._pair(view)[0]

    def widget(self, view: str) -> PanelView:
        """Return the widget of a view; the stage that shows it becomes its parent."""
        return self._pair(view)[1]

    def _pair(self, view: str) -> Pair:
        if view not in self._made:
            presenter, widget = self._made[view] = MAKERS[view](self._services())
            # A widget may be seen, and clicked, before its presenter knows where the class stands, and after.
            presenter.on_shown = partial(_hear, widget)
            presenter.on_shown(False)
        return self._made[view]


def _hear(widget: PanelView, shown: bool) -> None:
    widget.blockSignals(not shown)
