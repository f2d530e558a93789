"""Makers of the panels that ask where a network looks and what its channels want; imported when first wanted."""

# ruff: noqa: PLC0415

from __future__ import annotations

from collections.abc import Callable

from explorer.panel_maker import Maker, Pair
from explorer.presenters.explore.panels.heat import HeatPresenter
from explorer.presenters.explore.panels.panel import Services


def _heat(services: Services, kind: Callable[..., HeatPresenter], name_key: str) -> Pair:
    from explorer.views.explore.panels.heat import HeatView

    view = HeatView(name_key)
    presenter = kind(services, view)
    view.head_chosen.connect(presenter.choose_head)
    view.class_chosen.connect(presenter.choose_class)
    view.searched.connect(presenter.search)
    view.variant_chosen.connect(presenter.choose_variant)
    view.opacity_chosen.connect(presenter.choose_opacity)
    return presenter, view


def _gradcam(services: Services) -> Pair:
    from explorer.presenters.explore.panels.gradcam import GradCamPresenter

    return _heat(services, GradCamPresenter, "stage.view.gradcam")


def _saliency(services: Services) -> Pair:
    from explorer.presenters.explore.panels.saliency import SaliencyPresenter

    return _heat(services, SaliencyPresenter, "stage.view.saliency")


def _occlusion(services: Services) -> Pair:
    from explorer.presenters.explore.panels.occlusion import OcclusionPresenter
    from explorer.views.explore.panels.occlusion import OcclusionView

    view = OcclusionView()
    presenter = OcclusionPresenter(services, view)
    view.pressed.connect(presenter.press)
    view.dragged.connect(presenter.drag)
    view.released.connect(presenter.release)
    view.row_chosen.connect(presenter.choose_row)
    view.sweep_toggled.connect(presenter.toggle_sweep)
    return presenter, view


def _ablation(services: Services) -> Pair:
    from explorer.presenters.explore.panels.ablation import AblationPresenter
    from explorer.views.explore.panels.ablation import AblationView

    view = AblationView()
    presenter = AblationPresenter(services, view)
    view.toggled.connect(presenter.toggle)
    view.restored.connect(presenter.restore_all)
    view.fill_chosen.connect(presenter.choose_fill)
    view.channel_chosen.connect(presenter.choose_channel)
    view.row_chosen.connect(presenter.choose_row)
    return presenter, view


def _facts(services: Services) -> Pair:
    from explorer.presenters.explore.panels.facts import FactsPresenter
    from explorer.views.explore.panels.facts import FactsView

    view = FactsView()
    return FactsPresenter(services, view), view


def _patches(services: Services) -> Pair:
    from explorer.presenters.explore.panels.patches import PatchesPresenter
    from explorer.views.explore.panels.patches import PatchesView

    view = PatchesView()
    presenter = PatchesPresenter(services, view)
    view.folder_wanted.connect(presenter.choose_folder)
    view.toggled.connect(presenter.toggle)
    view.picture_chosen.connect(presenter.open_picture)
    view.channel_moved.connect(presenter.step)
    return presenter, view


def _optimise(services: Services) -> Pair:
    from explorer.presenters.explore.panels.optimise import OptimisePresenter
    from explorer.views.explore.panels.optimise import OptimiseView

    view = OptimiseView()
    presenter = OptimisePresenter(services, view)
    view.toggled.connect(presenter.toggle)
    view.seed_moved.connect(presenter.change_seed)
    view.channel_moved.connect(presenter.step)
    return presenter, view


def _feeds(services: Services) -> Pair:
    from explorer.presenters.explore.panels.feeds import FeedsPresenter
    from explorer.views.explore.panels.feeds import FeedsView

    view = FeedsView()
    presenter = FeedsPresenter(services, view)
    view.followed.connect(presenter.follow)
    return presenter, view


MAKERS: dict[str, Maker] = {
    "gradcam": _gradcam,
    "saliency": _saliency,
    "occlusion": _occlusion,
    "ablation": _ablation,
    "facts": _facts,
    "patches": _patches,
    "optimise": _optimise,
    "feeds": _feeds,
}
