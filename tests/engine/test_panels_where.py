"""The panels that ask where a network looks, with the real engine's answers: what they show is what it computed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from explorer.core.errors import UserError
from explorer.core.messages import AnyReply, AnyRequest
from explorer.core.messages.base import Dropped, Failure
from explorer.core.messages.explore import TraceResult
from explorer.core.messages.where import StopRequest
from explorer.core.scene import Crop, Lens, Scene
from explorer.engine.answers import HANDLERS
from explorer.engine.answers.context import Ask
from explorer.engine.session import Session
from explorer.nets.weights.store import WeightsStore
from explorer.presenters.explore.panels.ablation import AblationPresenter
from explorer.presenters.explore.panels.facts import FactsPresenter
from explorer.presenters.explore.panels.feeds import FeedsPresenter
from explorer.presenters.explore.panels.gradcam import GradCamPresenter
from explorer.presenters.explore.panels.occlusion import SWEEP, OcclusionPresenter
from explorer.presenters.explore.panels.optimise import STEPS, OptimisePresenter
from explorer.presenters.explore.panels.panel import PanelPresenter
from explorer.presenters.explore.panels.patches import PatchesPresenter
from explorer.presenters.explore.panels.saliency import SaliencyPresenter
from tests.engine.test_panels import traced
from tests.presenters.explore.panels.situations import Desk


class Port:
    """Takes everything that any panel pushes."""

    def __init__(self) -> None:
        self.last: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        return lambda *shown: self.last.__setitem__(name, shown[0] if len(shown) == 1 else shown)


@pytest.fixture(scope="module")
def session() -> Session:
    return Session(WeightsStore.standard(os.environ))


@pytest.fixture(scope="module")
def run(session: Session) -> TraceResult:
    return traced(session, "googlenet", 64)


def shown(
    session: Session, run: TraceResult, kind: type[PanelPresenter], layer: str, channel: int = 0, **lens: Any
) -> tuple[Desk, Port]:
    """Return a panel that has everything that it asked for."""
    port = Port()
    desk = Desk(run, Scene(layer=layer, channel=channel, lens=Lens(**lens)))
    desk.presenter = kind(desk.services, port)  # type: ignore[call-arg]
    desk.show()
    done = 0
    while done < len(desk.asked):
        request, receive = desk.asked[done]
        done += 1
        for reply in answers(session, request):
            receive(reply)
    assert desk.failures == []
    assert not desk.presenter.waiting
    return desk, port


def answers(session: Session, request: AnyRequest) -> Iterator[AnyReply]:
    if isinstance(request, StopRequest):
        yield Dropped()
        return
    try:
        given = HANDLERS[type(request)](session, request, Ask(lambda: False, lambda *_: None))
        yield from (reply for reply in (given if isinstance(given, Iterator) else (given,)) if reply is not None)
    except UserError as error:
        yield Failure(error.kind, error.details)


def test_gradcam_of_every_head_and_layer_that_it_reads(session: Session, run: TraceResult) -> None:
    for layer, head in (("inception4a", "main"), ("inception4a", "aux1"), ("conv1", "aux2"), ("inception5b", "main")):
        _, port = shown(session, run, GradCamPresenter, layer, head=head)
        show = port.last["show_heat"]
        assert show.heat.values.shape == run.graph.layer(run.graph.step(layer).output).map_size
        assert show.heat.values.min() >= 0
        assert show.chooser.head == head
    _, port = shown(session, run, GradCamPresenter, "inception5b", head="aux1")
    assert port.last["show_heat"].heat is None


@pytest.mark.parametrize("variant", ["", "saliency input_gradient 50"])
def test_saliency_is_a_map_of_the_whole_input(session: Session, run: TraceResult, variant: str) -> None:
    _, port = shown(session, run, SaliencyPresenter, "conv1", variant=variant)
    show = port.last["show_heat"]
    assert show.heat.values.shape == (64, 64)
    assert (show.heat.low < 0) == bool(variant)


def test_a_box_over_everything_leaves_nothing_to_say(session: Session, run: TraceResult) -> None:
    _, port = shown(session, run, OcclusionPresenter, "conv1", box=Crop(0.0, 0.0, 1.0))
    _, again = shown(session, run, OcclusionPresenter, "conv1", box=Crop(0.0, 0.0, 0.06))
    before, little = port.last["show_pairs"].groups[0], again.last["show_pairs"].groups[0]
    change = {row.key: abs(row.after - row.before) for row in before.rows}
    small = {row.key: abs(row.after - row.before) for row in little.rows}
    assert change["main:cat"] > small["main:cat"]


def test_the_sweep_is_finished_and_has_no_holes(session: Session, run: TraceResult) -> None:
    _, port = shown(session, run, OcclusionPresenter, "conv1", box=Crop(0.2, 0.2, 0.5), variant=SWEEP)
    show = port.last["show_sweep"]
    assert show.fraction is None
    assert np.isfinite(show.heat.values).all()


def test_without_a_module_the_heads_say_something_else(session: Session, run: TraceResult) -> None:
    _, port = shown(session, run, AblationPresenter, "inception4a", off=("inception4a",))
    main = port.last["show_pairs"].groups[0]
    assert any(row.change != "±0" for row in main.rows)
    bars, _ = port.last["show_channels"]
    assert len(bars.rows) > 8
    strengths = [abs(row.value) for row in bars.rows[:8]]
    assert strengths == sorted(strengths, reverse=True)
    _, port = shown(session, run, AblationPresenter, "inception4a")
    assert all(row.change == "±0" for group in port.last["show_pairs"].groups for row in group.rows)
    # The strongest channel off: the logit falls, in the direction that the ranking says.
    key = bars.rows[0].key
    _, port = shown(session, run, AblationPresenter, "inception4a", off=(f"inception4a#{key}",))
    assert any(row.change != "±0" for row in port.last["show_pairs"].groups[0].rows)


def test_facts_are_there_for_the_network_on_screen(session: Session, run: TraceResult) -> None:
    _, port = shown(session, run, FactsPresenter, "conv1")
    assert len(port.last["show_facts"].rows) > 10


def test_patches_of_the_samples(
    session: Session, run: TraceResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("explorer.engine.answers.study.patches_cache", lambda: tmp_path)
    _, port = shown(session, run, PatchesPresenter, "conv2", channel=3)
    show = port.last["show_patches"]
    values = [float(patch.value) for patch in show.patches]
    assert len(values) == 9
    assert values == sorted(values, reverse=True)
    assert show.state == ""


def test_an_optimised_image_beats_the_picture(
    session: Session, run: TraceResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("explorer.presenters.explore.panels.optimise.STEPS", 24)
    assert STEPS == 128
    _, port = shown(session, run, OptimisePresenter, "conv3", channel=4)
    show = port.last["show_image"]
    assert show.pixels.shape == (64, 64, 3)
    noise, natural, image = (row.value for row in show.values.rows)
    assert image > max(noise, natural)


def test_following_a_feeder_and_its_reader_leads_back(session: Session, run: TraceResult) -> None:
    _, port = shown(session, run, FeedsPresenter, "conv3", channel=4)
    feeders = port.last["show_feeds"].feeders.rows
    assert feeders[0].key.startswith("conv2#")
    assert abs(feeders[0].value) == max(abs(row.value) for row in feeders)
    step, _, channel = feeders[0].key.rpartition("#")
    _, port = shown(session, run, FeedsPresenter, step, channel=int(channel))
    assert all(row.key.startswith("conv3#") for row in port.last["show_feeds"].readers.rows)
