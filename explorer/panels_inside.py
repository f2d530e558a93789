"""Makers of the panels for the ideas of the lecture, each with its wiring; modules are imported when first wanted."""

# ruff: noqa: PLC0415

from __future__ import annotations

from explorer.panel_maker import Maker, Pair
from explorer.presenters.explore.panels.panel import Services


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
}
