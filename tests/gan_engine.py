"""An engine for the GAN workspace's tests: it keeps the contract, and learns by a formula instead of by torch."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from explorer.core.errors import UserError
from explorer.core.gan_scene import GanScene
from explorer.core.messages.base import Failure
from explorer.core.messages.gan import (
    CURVES,
    PHASES,
    ChangeGan,
    Curves,
    Figures,
    GanControl,
    GanExport,
    GanExportRequest,
    GanFrame,
    GanFrameRequest,
    GanLapse,
    GanLapseRequest,
    GanWalk,
    GanWalkRequest,
    Lane,
    LayerWeights,
    NetWeights,
    Opening,
    PhaseFrame,
    PictureFrame,
    PlaneFrame,
    StartGan,
    Trouble,
)

EXTENT = (-1.5, 1.5, -1.5, 1.5)
TILES = 12


class FakeClock:
    """Ticks when the test says so."""

    def __init__(self) -> None:
        self.tick: Callable[[], None] = lambda: None
        self.running = False

    def every(self, interval_ms: int, tick: Callable[[], None]) -> None:
        self.tick, self.running = tick, True

    def stop(self) -> None:
        self.tick, self.running = (lambda: None), False


class FakeGan:
    """Answers at once, or with ``held`` when the test calls :meth:`answer_next`."""

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.held = False
        self.waiting: list[tuple[Any, Callable[[Any], None]]] = []
        self.scene = GanScene()
        self.step = 0
        self.newest = 0
        self.era = 0
        self.playing = False
        self.trouble: Trouble | None = None
        self.refuse: UserError | None = None
        self.kept: list[int] = [0]
        self.phase: PhaseFrame | None = None
        self.opening: Opening | None = None
        self.poisoned = False

    def submit(self, request: Any, on_reply: Callable[[Any], None]) -> int:
        self.asked.append(request)
        if self.held:
            self.waiting.append((request, on_reply))
        else:
            on_reply(self.answer(request))
        return len(self.asked)

    def answer_next(self) -> None:
        request, on_reply = self.waiting.pop(0)
        on_reply(self.answer(request))

    def kinds(self) -> list[str]:
        """Return what was asked, in short."""
        return [one.do if isinstance(one, GanControl) else type(one).__name__ for one in self.asked]

    def advance(self, steps: int) -> None:
        self.go_on()
        for _ in range(steps):
            self.step += 1
            self.newest = self.step
            if self.step % 10 == 0:
                self.kept.append(self.step)

    def go_on(self) -> None:
        """Forget what came after the step that was gone back to."""
        if self.step < self.newest:
            self.newest = self.step
            self.kept = [step for step in self.kept if step <= self.step]
            self.era += 1

    def answer(self, request: Any) -> Any:
        if isinstance(request, StartGan):
            self.__init__()  # type: ignore[misc]
            self.scene = request.scene
            self.asked.append(request)
        elif isinstance(request, ChangeGan):
            if self.refuse is not None:
                return Failure(self.refuse.kind, self.refuse.details)
            self.go_on()
            self.scene = request.scene
        elif isinstance(request, GanControl):
            self._control(request)
        elif isinstance(request, GanFrameRequest):
            if self.playing:
                self.advance(7)
            return self.frame(request.want, request.since if request.era == self.era else -1)
        elif isinstance(request, GanWalkRequest):
            made = np.zeros((len(request.t), self.scene.size, self.scene.size), np.uint8)
            return GanWalk(made, np.linspace(0, 1, len(request.t), dtype=np.float32))
        elif isinstance(request, GanLapseRequest):
            made = np.zeros((len(self.kept), self.scene.size, self.scene.size), np.uint8)
            return GanLapse(made, np.full(len(self.kept), 0.5, np.float32), np.array(self.kept, np.int64))
        elif isinstance(request, GanExportRequest):
            return GanExport(f"{request.what}.bin", np.frombuffer(b"content", np.uint8))
        return self.frame()

    def _control(self, request: GanControl) -> None:
        if request.do.startswith("phase"):
            player = request.do[-1]
            at = PHASES.index(self.phase.phase) + 1 if self.phase and self.phase.player == player else 0
            self.phase = phase_frame(player, PHASES[at % len(PHASES)])
            if self.phase.phase == "update":
                self.advance(1)
            return
        self.phase = None
        if request.do == "give_up":
            self.opening = None
            return
        self.playing = request.do == "play"
        if request.do.startswith("step"):
            self.advance(1)
        elif request.do == "rewind":
            self.step = max(step for step in self.kept if step <= request.step)
        elif request.do == "restart":
            self.step, self.newest, self.era, self.kept = 0, 0, self.era + 1, [0]

    def frame(self, want: tuple[str, ...] = (), since: int = 0) -> GanFrame:
        scene = self.scene
        steps = np.arange(max(1, since + 1), self.newest + 1, dtype=np.int64)
        values = np.full((steps.size, len(CURVES)), np.nan, np.float32)
        values[:, :7] = 0.5 + 0.1 * np.sin(steps[:, None] / 9 + np.arange(7))
        values[steps % 10 == 0, 7:] = 0.3
        if self.poisoned:
            values[steps > self.step - 5, :7] = np.nan
        lanes = ()
        if "lanes" in want and scene.lanes > 1:
            plane = plane_frame(self.step, ("heat",))
            assert plane.heat is not None
            lanes = tuple(
                Lane(scene.seed + lane, self.step, plane.fake, plane.heat, figures()) for lane in range(scene.lanes)
            )
        return GanFrame(
            scene=scene,
            step=self.step,
            era=self.era,
            playing=self.playing,
            device="cpu",
            steps_per_second=210.0 if self.playing else 0.0,
            figures=figures(),
            kept=np.array(self.kept, np.int64),
            trouble=self.trouble,
            curves=Curves(steps, values),
            plane=plane_frame(self.step, want) if scene.plane else None,
            pictures=picture_frame(scene.size) if not scene.plane and "samples" in want else None,
            d=net(scene, "d") if "weights" in want else None,
            g=net(scene, "g") if "weights" in want else None,
            phase=self.phase,
            lanes=lanes,
            opening=self.opening,
        )


def figures() -> Figures:
    return Figures(1.3, 0.7, 0.52, 0.48, 0.6, 0.2, 0.1, 0.3, 1.2, 8, 3)


def plane_frame(step: int, want: tuple[str, ...]) -> PlaneFrame:
    """Return real points left, fakes right; D believes everything left of x = 0."""
    random = np.random.default_rng(3)
    real = random.normal((-0.7, 0.0), 0.1, (60, 2)).astype(np.float32)
    fake = random.normal((0.7 - step / 10_000, 0.0), 0.1, (60, 2)).astype(np.float32)
    across = np.linspace(-1.5 + 1.5 / 32, 1.5 - 1.5 / 32, 32)
    heat = np.repeat((1 / (1 + np.exp(4 * across)))[None], 32, 0).astype(np.float32)
    places = np.linspace(-1, 1, 9)
    noise = np.stack(np.meshgrid(places, -places), -1).astype(np.float32)
    return PlaneFrame(
        real=real,
        fake=fake,
        fake_noise=random.normal(size=(60, 2)).astype(np.float32),
        centres=np.zeros((0, 2), np.float32),
        extent=EXTENT,
        heat=heat if "heat" in want else None,
        manifold=(noise * 0.4 + (0.7, 0.0)).astype(np.float32) if "manifold" in want else None,
        manifold_noise=noise if "manifold" in want else None,
        arrows=np.tile(np.array([[-1.0, 0.0]], np.float32), (60, 1)) if "arrows" in want else None,
    )


def picture_frame(size: int) -> PictureFrame:
    """Return fakes with scores from 0 to 1 and real pictures that D all believes."""
    random = np.random.default_rng(5)
    pictures = random.integers(0, 255, (2, TILES, size, size), dtype=np.uint8)
    return PictureFrame(
        fake=pictures[0],
        fake_scores=np.linspace(0, 1, TILES, dtype=np.float32),
        fake_classes=np.zeros(TILES, np.int8),
        noise=random.normal(size=(TILES, 4)).astype(np.float32),
        real=pictures[1],
        real_scores=np.full(TILES, 0.9, np.float32),
    )


def phase_frame(player: Any, phase: Any) -> PhaseFrame:
    frame = plane_frame(0, ())
    at = PHASES.index(phase)
    return PhaseFrame(
        player,
        phase,
        noise=frame.fake_noise,
        real=frame.real if player == "d" else None,
        fake=frame.fake if at >= 1 else None,
        real_scores=np.full(60, 0.8, np.float32) if at >= 1 and player == "d" else None,
        fake_scores=np.full(60, 0.2, np.float32) if at >= 1 else None,
        loss=0.693 if at >= 2 else None,
        arrows=np.ones((60, 2), np.float32) if at >= 3 and player == "g" else None,
    )


def net(scene: GanScene, player: str) -> NetWeights:
    """Return an MLP of the scene's shape, or no layers for a DCGAN."""
    if scene.net == "dcgan":
        return NetWeights((), 12_345)
    hidden = [getattr(scene, f"{player}_units")] * getattr(scene, f"{player}_layers")
    widths = [scene.noise_dim, *hidden, 2] if player == "g" else [2, *hidden, 1]
    random = np.random.default_rng(7)
    layers = tuple(
        LayerWeights(
            random.normal(size=(after, before)).astype(np.float32),
            np.zeros(after, np.float32),
            random.random(after).astype(np.float32),
        )
        for before, after in pairwise(widths)
    )
    return NetWeights(layers, sum(layer.weight.size + layer.bias.size for layer in layers))
