"""What makes a panel: its presenter and its widget, wired to each other."""

from __future__ import annotations

from collections.abc import Callable

from explorer.presenters.explore.panels.panel import PanelPresenter, Services
from explorer.views.explore.panels.panel_view import PanelView

Pair = tuple[PanelPresenter, PanelView]
Maker = Callable[[Services], Pair]
