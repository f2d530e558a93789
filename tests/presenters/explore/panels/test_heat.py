"""Grad-CAM and saliency: what is asked, what is refused in a sentence, what the colours stand for."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np

from explorer.core.layers import Head
from explorer.core.messages.explore import Prediction, TraceResult
from explorer.core.messages.where import GradCamRequest, GradCamResult, SaliencyRequest, SaliencyResult
from explorer.presenters.explore.panels.gradcam import GradCamPresenter
from explorer.presenters.explore.panels.saliency import SaliencyPresenter
from tests.presenters.explore.panels.situations import Desk, Port, scene_at, trace_of
from tests.views.graphs import googlenet

CLASSES = ("cat", "dog", "ship")


def run() -> TraceResult:
    """Return a run of a net with three heads, of which aux1 is untrained and aux2 hangs after 4d."""
    graph = googlenet()
    after = {"main": "fc", "aux2": "4d", "aux1": "4a"}
    layers = tuple(
        msgspec.structs.replace(
            layer, inputs=(graph.layers[index - 1].name,) if index and "aux" not in layer.name else ()
        )
        for index, layer in enumerate(graph.layers)
    )
    layers = tuple(
        msgspec.structs.replace(layer, inputs=(after[layer.name],)) if layer.name in after else layer
        for layer in layers
    )
    layers = (msgspec.structs.replace(layers[0], kind="input"), *layers[1:])
    heads = (Head("main", "fc", "fc"), Head("aux2", "aux2", "4d"), Head("aux1", "aux1", "4a", trained=False))
    trace = trace_of(msgspec.structs.replace(graph, layers=layers, heads=heads), CLASSES)
    said = (
        Prediction("main", True, np.array([0.7, 0.1, 0.2], np.float32)),
        Prediction("aux2", True, np.array([0.2, 0.7, 0.1], np.float32)),
        Prediction("aux1", False, None),
    )
    return msgspec.structs.replace(trace, predictions=said)


def cam(**changes: Any) -> GradCamResult:
    values = np.zeros((4, 4), np.float32)
    values[1, 2] = 0.5
    made = GradCamResult("t", "4a", "main", "cat", 0, 0.7, values, 0.0, 0.5, np.array([1.0, -1.0], np.float32), 0.01)
    return msgspec.structs.replace(made, **changes)


def sensitive(low: float, high: float, kind: Any = "gradient") -> SaliencyResult:
    values = np.linspace(low, high, 32 * 32, dtype=np.float32).reshape(32, 32)
    return SaliencyResult("t", "main", "cat", 0, 0.7, kind, values, low, high, 0.01)


def gradcam(port: Port, layer: str = "4a", **lens: Any) -> Desk:
    desk = Desk(run(), scene_at(layer, "gradcam", **lens))
    desk.presenter = GradCamPresenter(desk.services, port)
    desk.show()
    return desk


def saliency(port: Port, **lens: Any) -> Desk:
    desk = Desk(run(), scene_at("4a", "saliency", **lens))
    desk.presenter = SaliencyPresenter(desk.services, port)
    desk.show()
    return desk


def test_every_step_asks_for_the_map_of_its_layer(port: Port) -> None:
    desk = gradcam(port)
    desk.answer(cam())
    desk.services.patch(layer="4b")
    assert desk.requests == [GradCamRequest("t", "4a", "main", "cat"), GradCamRequest("t", "4b", "main", "cat")]
    show = port.shows[-1]
    assert "70.0 %" in show.title
    assert show.heat is not None
    assert (show.heat.low, show.heat.high) == (0.0, 0.5)
    assert show.bar is not None
    assert (show.bar.low, show.bar.high) == ("0", "0.5")
    assert show.picture.shape == (64, 64, 3)


def test_classes_of_the_head_are_offered_likeliest_first(port: Port) -> None:
    desk = gradcam(port, head="aux2")
    desk.answer(cam(head="aux2", target="dog"))
    rows = port.shows[-1].chooser.classes.rows
    assert [row.key for row in rows] == ["dog", "cat", "ship"]
    assert [row.strong for row in rows] == [True, False, False]


def test_shift_and_arrows_walk_through_classes_and_trained_heads(port: Port) -> None:
    desk = gradcam(port)
    assert desk.presenter is not None
    desk.presenter.move(0, 1)
    assert desk.scene.lens.target == "ship"
    desk.presenter.move(0, -1)
    assert desk.scene.lens.target == ""
    desk.presenter.move(1, 0)
    assert desk.scene.lens.head == "aux2"
    desk.presenter.move(1, 0)
    assert desk.scene.lens.head == "main"


def test_an_untrained_head_is_refused_and_the_scene_stays(port: Port) -> None:
    desk = gradcam(port)
    before = desk.scene
    assert isinstance(desk.presenter, GradCamPresenter)
    desk.presenter.choose_head("aux1")
    assert [failure.kind for failure in desk.failures] == ["head_untrained"]
    assert desk.scene == before
    desk.answer(cam())
    assert "aux1" in port.shows[-1].chooser.note


def test_a_class_that_the_head_lacks_is_said_once_and_its_first_is_shown(port: Port) -> None:
    desk = gradcam(port, target="unicorn")
    desk.answer(cam())
    desk.services.patch(layer="4b")
    assert [failure.kind for failure in desk.failures] == ["class_unknown"]
    assert desk.requests[-1] == GradCamRequest("t", "4b", "main", "cat")


def test_a_layer_behind_the_head_shows_no_heat_and_says_why(port: Port) -> None:
    desk = gradcam(port, "5a", head="aux2")
    assert desk.requests == []
    assert port.shows[-1].heat is None
    assert "aux2" in port.shows[-1].sentence


def test_untrained_weights_have_nothing_to_ask(port: Port) -> None:
    trace = run()
    heads = tuple(msgspec.structs.replace(head, trained=False) for head in trace.graph.heads)
    said = tuple(Prediction(head.name, False, None) for head in heads)
    graph = msgspec.structs.replace(trace.graph, heads=heads)
    desk = Desk(msgspec.structs.replace(trace, graph=graph, predictions=said), scene_at("4a", "gradcam"))
    desk.presenter = GradCamPresenter(desk.services, port)
    desk.show()
    assert desk.requests == []
    assert port.shows[-1].heat is None
    assert port.shows[-1].sentence
    assert desk.presenter.move(0, 1)


def test_opacity_is_kept_in_the_scene_and_bounded(port: Port) -> None:
    desk = gradcam(port)
    desk.answer(cam())
    assert desk.presenter is not None
    for _ in range(12):
        desk.presenter.zoom(1)
    assert port.shows[-1].opacity == 1.0
    for _ in range(12):
        desk.presenter.zoom(-1)
    assert port.shows[-1].opacity == 0.0
    assert len(desk.requests) == 1


def test_saliency_is_asked_once_and_not_at_every_step(port: Port) -> None:
    desk = saliency(port)
    desk.answer(sensitive(0.0, 0.2))
    desk.services.patch(layer="4b")
    assert desk.requests == [SaliencyRequest("t", "main", "cat", "gradient")]
    bar = port.shows[-1].bar
    assert bar is not None
    # Half a percent of the pixels lies above the last colour; the caption has the true range.
    assert bar.high == "≥ 0.199"
    assert "0.2" in bar.caption


def test_input_times_gradient_is_symmetric_around_0(port: Port) -> None:
    desk = saliency(port)
    assert desk.presenter is not None
    desk.answer(sensitive(0.0, 0.2))
    desk.presenter.open()
    assert desk.requests[-1].kind == "input_gradient"
    desk.answer(sensitive(-0.1, 0.3, "input_gradient"))
    show = port.shows[-1]
    assert show.heat is not None
    assert show.heat.low == -show.heat.high
    assert show.variant == "input_gradient"


def test_searching_finds_classes_by_a_part_of_their_name(port: Port) -> None:
    names = tuple(f"class {index}" for index in range(40))
    given = np.full(40, 1 / 40, np.float32)
    trace = msgspec.structs.replace(
        run(), classes=names, predictions=(Prediction("main", True, given), *run().predictions[1:])
    )
    desk = Desk(trace, scene_at("4a", "saliency"))
    presenter = SaliencyPresenter(desk.services, port)
    desk.presenter = presenter
    desk.show()
    desk.answer(sensitive(0.0, 0.2))
    assert port.shows[-1].chooser.search == ""
    presenter.search("39")
    assert [row.key for row in port.shows[-1].chooser.classes.rows] == ["class 0", "class 39"]
