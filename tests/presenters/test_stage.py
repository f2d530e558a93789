"""The stage's walls: ordered for the class and the head that the lens asks about."""

from __future__ import annotations

import pytest

from explorer.core.messages.explore import WallRequest
from explorer.core.scene import Lens, Scene
from explorer.core.text import Translator
from explorer.presenters.panels.panel import Situation
from explorer.presenters.resolve import resolve
from explorer.presenters.stage import StagePresenter
from tests.presenters.panels.test_heat import run


class View:
    def stage_aspect(self) -> float:
        return 1.5


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
