"""Situations made by hand, and services that remember what they were asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np

from explorer.core.layers import LayerGraph
from explorer.core.messages import AnyReply, AnyRequest
from explorer.core.messages.base import Failure
from explorer.core.messages.explore import Prediction, TraceResult
from explorer.core.messages.weights import WeightsInfo
from explorer.core.scene import Crop, Lens, Scene
from explorer.core.text import Translator
from explorer.presenters.explore.panels.panel import PanelPresenter, Services, Situation
from explorer.presenters.explore.resolve import Resolved, views_of


class FakeClock:
    """Ticks when it is told."""

    def __init__(self) -> None:
        self.tick: Callable[[], None] | None = None
        self.interval_ms = 0

    def every(self, interval_ms: int, tick: Callable[[], None]) -> None:
        self.interval_ms, self.tick = interval_ms, tick

    def stop(self) -> None:
        self.tick = None


class Desk:
    """The program around a panel: a scene that ``turn`` and ``patch`` change, and an engine that answers by hand."""

    def __init__(self, trace: TraceResult, scene: Scene, language: str = "en") -> None:
        self.trace, self.scene = trace, scene
        self.asked: list[tuple[AnyRequest, Callable[[AnyReply], None]]] = []
        self.failures: list[Failure] = []
        self.marks: list[tuple[float, float, float, float] | None] = []
        self.actions: list[str] = []
        self.clock = FakeClock()
        self.folder_asked: list[Callable[[str], None]] = []
        self.opened: list[str] = []
        self.presenter: PanelPresenter | None = None
        self.services = Services(
            submit=self._submit,
            tr=Translator(language),
            patch=self._patch,
            turn=self._turn,
            fail=self.failures.append,
            mark=self.marks.append,
            run_action=self.actions.append,
            clock=lambda: self.clock,
            ask_folder=self.folder_asked.append,
            open_picture=self.opened.append,
        )

    def _submit(self, request: AnyRequest, receive: Callable[[AnyReply], None]) -> int:
        self.asked.append((request, receive))
        return len(self.asked)

    def _patch(self, **changes: Any) -> None:
        self.scene = self.scene.patched(**changes)
        self.show()

    def _turn(self, *, remember: bool = True, **changes: Any) -> None:
        self.scene = self.scene.patched(lens=msgspec.structs.replace(self.scene.lens, **changes))
        self.show()

    def show(self) -> None:
        """Bring the panel up to the scene."""
        assert self.presenter is not None
        self.presenter.show(situation(self.trace, self.scene))

    @property
    def requests(self) -> list[Any]:
        return [request for request, _ in self.asked]

    def answer(self, reply: Any, index: int = -1) -> None:
        """Answer a request, by default the last."""
        self.asked[index][1](reply)


class Port:
    """A panel's view that remembers what it was shown, whatever its ``show_…`` is called."""

    def __init__(self) -> None:
        self.shows: list[Any] = []

    def __getattr__(self, name: str) -> Callable[[Any], None]:
        if not name.startswith("show_"):
            raise AttributeError(name)
        return self.shows.append


def trace_of(graph: LayerGraph, classes: tuple[str, ...] = ("cat", "dog"), input_size: int = 32) -> TraceResult:
    """Return a run of a network."""
    return TraceResult(
        trace="t",
        net=graph.net,
        title=graph.net,
        weights=WeightsInfo("w", "", trained=True, present=True),
        graph=graph,
        device="cpu",
        input_size=input_size,
        seconds=0.1,
        layer_ms={},
        classes=classes,
        predictions=(Prediction("main", True, np.array([0.7, 0.3], np.float32)),),
        picture_key="k",
        picture_name="p",
        preview=np.zeros((64, 64, 3), np.uint8),
        picture_size=(64, 64),
        crop=Crop(0.0, 0.0, 1.0),
    )


def situation(trace: TraceResult, scene: Scene) -> Situation:
    """Return where the class stands: at ``scene.layer``, in ``scene.view``."""
    graph = trace.graph
    step = graph.find(scene.layer) or graph.steps[0]
    layer = graph.layer(step.output)
    channel = min(scene.channel, layer.channels - 1)
    return Situation(trace, Resolved(step, layer, None, scene.view, views_of(graph, step), channel), scene)


def scene_at(layer: str, view: Any, **lens: Any) -> Scene:
    """Return a scene at a layer, its lens turned as given."""
    return Scene(layer=layer, view=view, lens=Lens(**lens))
