"""The stage's walls: ordered for the class and the head that the lens asks about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np
import pytest

from explorer.core.maplayout import WallLayout
from explorer.core.messages.explore import Statistics, TraceRequest, TraceResult, Wall, WallRequest, WallResult
from explorer.core.scene import Lens, PictureSource, Scene
from explorer.core.text import Translator
from explorer.presenters.explore.panels.panel import PanelPresenter, Situation
from explorer.presenters.explore.presenter import ExplorePresenter
from explorer.presenters.explore.resolve import resolve
from explorer.presenters.explore.stage import StagePresenter
from explorer.presenters.picture import Picture
from explorer.presenters.play import Play
from tests.presenters.explore.panels.test_heat import run


class View:
    """A stage whose paints come when the test says so."""

    def __init__(self) -> None:
        self.unpainted: list[Callable[[], None]] = []

    def stage_aspect(self) -> float:
        return 1.5

    def when_painted(self, work: Callable[[], None]) -> None:
        self.unpainted.append(work)

    def paint(self) -> None:
        works, self.unpainted = self.unpainted, []
        for work in works:
            work()

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *_: None


class Panel(PanelPresenter):
    """Notes where it was told to be."""

    def __init__(self) -> None:
        super().__init__(None)  # type: ignore[arg-type]
        self.places: list[str] = []

    def refresh(self) -> None:
        self.places.append(self.situation.state.step.name)


class Fixed(Panel):
    follows_layer = False


def walked(panel: Panel, view: View) -> tuple[StagePresenter, Callable[..., None]]:
    """Return a stage with a panel open at 4a, and what moves it on."""
    trace = run()
    stage = StagePresenter(view, lambda *_: 0, Translator(), lambda _: None, lambda _: panel)  # type: ignore[arg-type]

    def go(layer: str, **changes: Any) -> None:
        scene = Scene(layer=layer, view="gradcam").patched(**changes)
        stage.show(Situation(trace, resolve(scene, trace.graph), scene))

    go("4a")
    return stage, go


def test_a_panel_follows_a_step_once_the_window_has_painted_where_it_leads() -> None:
    panel, view = Panel(), View()
    stage, go = walked(panel, view)
    assert panel.places == ["4a"]
    go("3b")
    go("3a")
    assert panel.places == ["4a"]
    assert stage.waiting
    view.paint()
    assert panel.places == ["4a", "3a"]
    assert not stage.waiting


def test_a_panel_follows_another_lens_at_once() -> None:
    panel, view = Panel(), View()
    _, go = walked(panel, view)
    go("4a", lens=Lens(target="dog"))
    assert panel.places == ["4a", "4a"]


def test_a_panel_that_is_not_about_the_layer_stays_as_it_is() -> None:
    panel, view = Fixed(), View()
    stage, go = walked(panel, view)
    go("3a", channel=3)
    view.paint()
    assert panel.places == ["4a"]
    assert panel.situation.state.step.name == "3a"
    assert not stage.waiting
    go("3a", channel=3, colour_map="viridis")
    assert panel.places == ["4a", "3a"]


def asked(lens: Lens, order: str) -> WallRequest | None:
    trace = run()
    scene = Scene(layer="4a", lens=lens).patched(order=order)
    stage = StagePresenter(View(), lambda *_: 0, Translator(), lambda _: None, lambda _: None)  # type: ignore[arg-type, return-value]
    return stage.wall_request(Situation(trace, resolve(scene, trace.graph), scene))


@pytest.mark.parametrize(
    ("lens", "head", "target"),
    [
        (Lens(), "main", ""),
        (Lens(target="dog"), "main", "dog"),
        (Lens(head="aux2", target="ship"), "aux2", "ship"),
        (Lens(head="aux2"), "aux2", ""),
        (Lens(target="unicorn"), "main", "cat"),
        (Lens(head="aux1"), "main", ""),
    ],
)
def test_the_order_by_class_is_that_of_the_lens(lens: Lens, head: str, target: str) -> None:
    request = asked(lens, "class")
    assert request is not None
    assert (request.order, request.head, request.target) == ("class", head, target)


def test_other_orders_do_not_ask_again_for_another_class() -> None:
    assert asked(Lens(), "mean") == asked(Lens(head="aux2", target="dog"), "mean")


class Watched(View):
    """Notes what it was told, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *_: self.told.append(name)


def explored(view: View) -> tuple[ExplorePresenter, Callable[[TraceResult], None]]:
    """Return Explore, and what answers its run."""
    asked: list[tuple[Any, Callable[[Any], None]]] = []

    def submit(request: Any, on_reply: Callable[[Any], None]) -> int:
        asked.append((request, on_reply))
        return len(asked)

    scene = Scene(net=run().net, layer="4a")
    deaf: Any = View()  # a clock, a banner, a listener and a maker of panels that nothing reaches
    others: Any = (deaf.show_banner, deaf.on_traced, Play(deaf), deaf.panels)
    explore = ExplorePresenter(view, submit, Translator(), *others, scene)  # type: ignore[arg-type]
    picture = Picture.of(PictureSource("sample", "a.png"), b"a")

    def answer(reply: TraceResult) -> None:
        explore.show_picture(picture)
        request, on_reply = next(one for one in reversed(asked) if isinstance(one[0], TraceRequest))
        wall = request.wall and WallResult(reply.trace, wall_of(request.wall.layer), request.wall.scaling, "index")
        on_reply(msgspec.structs.replace(reply, wall=wall))

    return explore, answer


def wall_of(layer: str) -> Wall:
    ends = np.zeros(1, np.float32)
    layout = WallLayout(count=1, height=1, width=1, columns=1, repeat=1, gap=0)
    statistics = Statistics(0.0, 0.0, 0.0, 0.0, 0.0)
    return Wall(layer, layout, np.zeros((1, 1), np.uint8), np.zeros(1, np.int32), ends, ends, ends > 0, statistics)


def test_another_picture_shows_its_maps_alone_and_the_rest_once_they_are_painted() -> None:
    view = Watched()
    _, answer = explored(view)
    answer(run())
    view.paint()
    view.told.clear()
    answer(msgspec.structs.replace(run(), trace="2"))
    around = {"show_graph", "show_verdict", "show_card", "show_value_bar", "show_stage_head", "show_position"}
    assert "show_wall" in view.told
    assert not around & set(view.told)
    view.paint()
    assert {"show_graph", "show_verdict", "show_card", "show_value_bar"} <= set(view.told)


def test_another_form_of_the_network_is_shown_before_the_place_in_it() -> None:
    view = Watched()
    _, answer = explored(view)
    answer(run())
    view.paint()
    view.told.clear()
    whole = run()
    smaller = msgspec.structs.replace(whole.graph, steps=whole.graph.steps[1:])
    answer(msgspec.structs.replace(whole, trace="2", graph=smaller))
    assert view.told.index("show_graph") < view.told.index("show_position")
