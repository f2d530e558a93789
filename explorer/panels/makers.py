"""What makes each panel: its presenter and its widget, wired to each other; modules are imported when first wanted."""

# ruff: noqa: PLC0415

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from explorer.presenters.explore.panels.panel import PanelPresenter, Services
from explorer.views.explore.panels.panel_view import PanelView

if TYPE_CHECKING:
    from explorer.presenters.explore.panels.heat import HeatPresenter

Pair = tuple[PanelPresenter, PanelView]
Maker = Callable[[Services], Pair]


def _microscope(services: Services) -> Pair:
    from explorer.presenters.explore.panels.microscope import MicroscopePresenter
    from explorer.views.explore.panels.microscope import MicroscopeView

    view = MicroscopeView()
    presenter = MicroscopePresenter(services, view)
    view.pixel_chosen.connect(presenter.pick)
    view.input_chosen.connect(presenter.pin)
    view.channel_moved.connect(presenter.go)
    view.play_clicked.connect(presenter.play)
    return presenter, view


def _kernels(services: Services) -> Pair:
    from explorer.presenters.explore.panels.kernels import KernelsPresenter
    from explorer.views.explore.panels.kernels import KernelsView

    view = KernelsView()
    presenter = KernelsPresenter(services, view)
    view.kernel_chosen.connect(presenter.choose_in_grid)
    view.row_chosen.connect(presenter.choose_row)
    view.order_chosen.connect(presenter.choose_order)
    view.scaling_chosen.connect(presenter.choose_scaling)
    return presenter, view


def _residual(services: Services) -> Pair:
    from explorer.presenters.explore.panels.residual import ResidualPresenter
    from explorer.views.explore.panels.residual import ResidualView

    view = ResidualView()
    presenter = ResidualPresenter(services, view)
    view.part_toggled.connect(presenter.toggle)
    view.joined.connect(presenter.join_all)
    view.block_chosen.connect(presenter.go)
    return presenter, view


def _pooling(services: Services) -> Pair:
    from explorer.presenters.explore.panels.pooling import PoolingPresenter
    from explorer.views.explore.panels.pooling import PoolingView

    view = PoolingView()
    presenter = PoolingPresenter(services, view)
    view.variant_chosen.connect(presenter.choose_variant)
    return presenter, view


def _factorise(services: Services) -> Pair:
    from explorer.presenters.explore.panels.factorise import FactorisePresenter
    from explorer.views.explore.panels.factorise import FactoriseView

    view = FactoriseView()
    presenter = FactorisePresenter(services, view)
    view.variant_chosen.connect(presenter.choose_variant)
    return presenter, view


def _depth(services: Services) -> Pair:
    from explorer.presenters.explore.panels.depth import DepthPresenter
    from explorer.views.explore.panels.depth import DepthView

    view = DepthView()
    presenter = DepthPresenter(services, view)
    view.cut_chosen.connect(presenter.choose)
    view.step_chosen.connect(presenter.choose_step)
    return presenter, view


def _towers(services: Services) -> Pair:
    from explorer.presenters.explore.panels.towers import TowersPresenter
    from explorer.views.explore.panels.towers import TowersView

    view = TowersView()
    presenter = TowersPresenter(services, view)
    view.layer_chosen.connect(presenter.choose)
    return presenter, view


def _crops(services: Services) -> Pair:
    from explorer.presenters.explore.panels.crops import CropsPresenter
    from explorer.views.explore.panels.crops import CropsView

    view = CropsView()
    presenter = CropsPresenter(services, view)
    view.place_chosen.connect(presenter.choose_place)
    view.play_clicked.connect(presenter.play)
    return presenter, view


def _ensemble(services: Services) -> Pair:
    from explorer.presenters.explore.panels.ensemble import EnsemblePresenter
    from explorer.views.explore.panels.ensemble import EnsembleView

    view = EnsembleView()
    presenter = EnsemblePresenter(services, view)
    return presenter, view


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
    "microscope": _microscope,
    "kernels": _kernels,
    "residual": _residual,
    "pooling": _pooling,
    "factorise": _factorise,
    "depth": _depth,
    "towers": _towers,
    "crops": _crops,
    "ensemble": _ensemble,
    "gradcam": _gradcam,
    "saliency": _saliency,
    "occlusion": _occlusion,
    "ablation": _ablation,
    "facts": _facts,
    "patches": _patches,
    "optimise": _optimise,
    "feeds": _feeds,
}
"""View to what makes its panel; every view but the stage's own has one."""
