"""Each panel's presenter with the real engine's answers: contracts of both sides meet, and what is said is right."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from typing import Any

import msgspec
import numpy as np
import pytest

from explorer.core.errors import UserError
from explorer.core.messages.base import Failure
from explorer.core.messages.explore import TraceRequest, TraceResult
from explorer.core.resources import resource
from explorer.core.scene import Lens, Scene
from explorer.engine.answers import HANDLERS
from explorer.engine.answers.context import Ask
from explorer.engine.session import Session
from explorer.nets.weights.store import WeightsStore
from explorer.presenters.explore.panels.crops import CropsPresenter
from explorer.presenters.explore.panels.depth import DepthPresenter
from explorer.presenters.explore.panels.ensemble import EnsemblePresenter
from explorer.presenters.explore.panels.factorise import FactorisePresenter
from explorer.presenters.explore.panels.kernels import KernelsPresenter
from explorer.presenters.explore.panels.microscope import MicroscopePresenter
from explorer.presenters.explore.panels.pooling import PoolingPresenter
from explorer.presenters.explore.panels.residual import ResidualPresenter
from explorer.presenters.explore.panels.towers import TowersPresenter
from tests.presenters.explore.panels.situations import Desk


class Port:
    """Takes everything that any panel pushes."""

    def __init__(self) -> None:
        self.last: dict[str, Any] = {}

    def columns(self) -> int:
        return 8

    def show_change(self, table: Any, sentence: str, tone: str) -> None:
        self.last["change"] = (table, sentence, tone)

    def __getattr__(self, name: str) -> Any:
        return lambda show: self.last.__setitem__(name, show)


@pytest.fixture(scope="module")
def session() -> Session:
    return Session(WeightsStore.standard(os.environ))


def traced(session: Session, net: str, size: int = 0) -> TraceResult:
    data = resource("images", "chelsea.png").read_bytes()
    key = hashlib.sha256(data).hexdigest()
    request = TraceRequest(net, "", key, "chelsea.png", np.frombuffer(data, np.uint8), size=size)
    return session.trace(request, lambda: False)


def shown(session: Session, trace: TraceResult, maker: Any, scene: Scene) -> tuple[Desk, Port]:
    """Put a panel on screen and answer all that it asks."""
    port = Port()
    desk = Desk(trace, scene)
    desk.presenter = maker(desk.services, port)
    desk.show()
    answer(session, desk)
    return desk, port


def answer(session: Session, desk: Desk) -> None:
    while desk.asked:
        request, receive = desk.asked.pop(0)
        try:
            made = HANDLERS[type(request)](session, request, _ask())
            for reply in made if isinstance(made, Iterator) else [made]:
                if reply is not None:
                    receive(reply)
        except UserError as error:
            receive(Failure(error.kind, error.details))


def _ask() -> Ask:
    fields = {field.name: None for field in getattr(Ask, "__dataclass_fields__", {}).values()}
    return Ask(**{**fields, "cancelled": lambda: False})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def googlenet(session: Session) -> TraceResult:
    return traced(session, "googlenet")


def every_step(trace: TraceResult) -> list[str]:
    return [step.name for outer in (*trace.graph.steps, *trace.graph.sides) for step in outer.walk()]


def test_the_microscope_agrees_with_the_network_everywhere(session: Session, googlenet: TraceResult) -> None:
    for step in every_step(googlenet)[1:]:
        desk, port = shown(session, googlenet, MicroscopePresenter, Scene(layer=step, view="microscope", channel=3))
        assert not desk.failures, step
        rows = port.last["show_microscope"].ledger.rows
        assert [row.tone for row in rows if row.tone] == ["good"], step


def test_a_pixel_outside_is_a_sentence(session: Session, googlenet: TraceResult) -> None:
    scene = Scene(layer="conv1", view="microscope", lens=Lens(pixel=(400, 0)))
    desk, port = shown(session, googlenet, MicroscopePresenter, scene)
    assert [failure.kind for failure in desk.failures] == ["pixel_outside"]
    assert not port.last


@pytest.mark.parametrize("layer", ["conv1", "conv2", "conv3", "fc"])
def test_kernels_of_every_kind(session: Session, googlenet: TraceResult, layer: str) -> None:
    desk, port = shown(session, googlenet, KernelsPresenter, Scene(layer=layer, view="kernels", channel=5))
    assert not desk.failures
    show = port.last["show_kernels"]
    assert bool(show.grids) == (layer == "conv1")
    assert bool(show.matrix) == (layer != "conv1")
    assert show.facts.title == "channel 5"


@pytest.mark.parametrize("variant", ["", "pooling mix"])
def test_pooling_adds_up(session: Session, googlenet: TraceResult, variant: str) -> None:
    scene = Scene(layer="conv2", view="pooling", lens=Lens(variant=variant))
    desk, port = shown(session, googlenet, PoolingPresenter, scene)
    assert not desk.failures
    show = port.last["show_pooling"]
    if not variant:
        assert show.table.rows[0][0] == "cat"
        assert show.table.rows[0][3] == show.table.rows[0][4]


@pytest.mark.parametrize("variant", ["5x5", "7x7", "1xn"])
def test_factorisations(session: Session, googlenet: TraceResult, variant: str) -> None:
    scene = Scene(layer="conv1", view="factorise", lens=Lens(variant=f"factorise {variant}"))
    desk, port = shown(session, googlenet, FactorisePresenter, scene)
    assert not desk.failures
    assert port.last["show_factorisation"].variant == variant


def test_depth_crops_and_ensemble(session: Session, googlenet: TraceResult) -> None:
    scene = Scene(layer="inception4a")
    for maker, name in (
        (DepthPresenter, "show_depth"),
        (CropsPresenter, "show_crops"),
        (EnsemblePresenter, "show_ensemble"),
    ):
        desk, port = shown(session, googlenet, maker, scene)
        assert not desk.failures
        assert desk.presenter is not None and not desk.presenter.waiting
        assert name in port.last
    assert len(port.last["show_ensemble"].votes) == 10


def test_cutting_a_shortcut_changes_the_logits(session: Session) -> None:
    trace = traced(session, "resnet18", 64)
    scene = Scene(layer="layer2.0", view="residual", lens=Lens(off=("layer2.0:shortcut",)))
    desk, port = shown(session, trace, ResidualPresenter, scene)
    assert not desk.failures
    assert port.last["show_blocks"].switches[0].on is False
    table, sentence, _ = port.last["change"]
    assert table is None
    assert "0.0 %" not in sentence


def test_alexnet_is_counted(session: Session) -> None:
    trace = traced(session, "alexnet")
    desk, port = shown(session, trace, TowersPresenter, Scene(layer="conv3", view="towers"))
    assert not desk.failures
    show = port.last["show_towers"]
    assert [row[2] for row in show.layers.rows[:2]] == ["290,400", "186,624"]
    assert msgspec.structs.asdict(show)["reads"] == (
        "input", "own", "both", "own", "own", "both", "both", "both",
    )  # fmt: skip
