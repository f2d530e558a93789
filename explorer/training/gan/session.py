"""A GAN in its engine: it plays, is told what to do and to change, and answers how it stands."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import torch
from torch import Tensor

from explorer.core.errors import UserError
from explorer.core.gan_scene import GanScene
from explorer.core.messages import gan as messages
from explorer.core.messages.gan import Figures, GanFrame, Lane, Part, Trouble
from explorer.training.gan import asides, frames
from explorer.training.gan.data import data_key
from explorer.training.gan.digits import FILE, digits_judge, load_trained, save_trained, train_judge
from explorer.training.gan.log import CurveLog
from explorer.training.gan.measures import MEASURE_SEED, Distance, Yardstick
from explorer.training.gan.plane import PlaneLook
from explorer.training.gan.snapshots import Snapshots
from explorer.training.gan.trainer import GanTrainer
from explorer.training.gan.views import Judge, Views, build_views, fixed_noise

UNIT_S = 0.005
"""A unit of work: the window's questions wait no longer than this and one step."""

GanReply = messages.GanFrame | messages.GanWalk | messages.GanLapse | messages.GanExport


class GanRun:
    """One GAN, or up to eight with neighbouring seeds, that learn while they are watched.

    Parameters
    ----------
    scene : GanScene
    device_of : callable
        The device that a scene's ``device`` means; the CPU whatever it says where none is given.
    trained : bool
        Begin with the shipped weights (``digits`` of the preset's shape only).
    pictures : Tensor, optional
        The scene's pictures where they were opened before: see :func:`explorer.training.gan.data.real_data`.

    Raises
    ------
    UserError
        Where the scene does not fit together or its data cannot be had.
    """

    def __init__(
        self,
        scene: GanScene,
        device_of: Callable[[str], torch.device] | None = None,
        *,
        trained: bool = False,
        pictures: Tensor | None = None,
    ) -> None:
        self.scene = scene
        self.playing = False
        self._device_of = device_of if device_of is not None else lambda _: torch.device("cpu")
        self._trouble: Trouble | None = None
        self._log = CurveLog()
        self._snapshots = Snapshots()
        self._recent: deque[tuple[float, int]] = deque(maxlen=4096)
        self._due_s = 0.0
        self._until = 0
        self._rewound = False
        self._distances: list[Distance] = []
        self._pictures = pictures
        self._begin(trained=trained)

    @property
    def step(self) -> int:
        return self._trainers[0].step

    def advance(self) -> None:
        """Take steps for about five milliseconds, at least one; at the rate of the scene where it has one.

        Raises
        ------
        UserError
            ``gan_not_finite``; the networks are as they were when they were last sound.
        """
        now = time.perf_counter()
        end = now + UNIT_S
        while now < end:
            if self.scene.rate_hz:
                if self._due_s > now:
                    time.sleep(min(self._due_s - now, end - now))
                    return
                self._due_s = max(self._due_s, now - UNIT_S) + 1 / self.scene.rate_hz
            self.take("both")
            now = time.perf_counter()
            self._recent.append((now, self.step))
            if self.step == self._until:
                self.playing = False
                return

    def take(self, turn: str) -> None:
        """Take one step (``both``, ``d`` or ``g``) of every lane; see :meth:`advance` for what it raises."""
        self._go_on()
        for index, trainer in enumerate(self._trainers):
            if index in self._lane_trouble:
                continue
            try:
                {"both": trainer.step_both, "d": trainer.step_d, "g": trainer.step_g}[turn]()
            except UserError as error:
                if index == 0:
                    raise
                self._lane_trouble[index] = Trouble(error.kind, error.details)
        self._after_step()

    def pause(self, error: UserError) -> None:
        """Stop playing and say why in the frames that follow."""
        self.playing = False
        self._trouble = Trouble(error.kind, error.details)

    def close(self) -> None:
        """Let go of everything."""
        self.playing = False
        self._snapshots.clear()

    def answer(self, request: Any) -> GanReply:
        """Do what a request says and return how it stands.

        Raises
        ------
        UserError
            Where it cannot be done; nothing is changed then, but for a step that was not finite.
        """
        if isinstance(request, messages.StartGan):
            return self.frame()
        if isinstance(request, messages.ChangeGan):
            self.change(request.scene)
            return self.frame()
        if isinstance(request, messages.GanControl):
            self._control(request)
            return self.frame()
        if isinstance(request, messages.GanFrameRequest):
            return self.frame(request.want, request.since, request.era)
        if isinstance(request, messages.GanWalkRequest):
            return asides.walk(self._trainers[0], self._views, request)
        if isinstance(request, messages.GanLapseRequest):
            return asides.lapse(self._trainers[0], self._views, self._snapshots, request)
        if isinstance(request, messages.GanExportRequest):
            return self.export(request.what)
        raise UserError("gan_runs")

    def change(self, scene: GanScene, pictures: Tensor | None = None) -> None:
        """Go on with other hyperparameters; see :class:`explorer.core.messages.gan.ChangeGan`.

        ``pictures`` are the scene's, where it has others than before and they were opened already.
        """
        scene.check()
        before, opened = self.scene, self._pictures
        if data_key(scene) != data_key(before):
            self._pictures = pictures
        try:
            self._change(before, scene)
        except UserError:
            self._pictures = opened
            raise

    def _change(self, before: GanScene, scene: GanScene) -> None:
        if (scene.seed, scene.lanes, scene.device) != (before.seed, before.lanes, before.device):
            self._restart(scene)
            return
        rebuilt = False
        for index, trainer in enumerate(self._trainers):
            rebuilt |= trainer.change(scene.patched(seed=scene.seed + index), self._pictures)
        self.scene = scene
        self._trouble = None
        self._lane_trouble.clear()
        # Another pace is no other run.
        if scene.patched(preset=before.preset, rate_hz=before.rate_hz) != before:
            self._go_on()
        if rebuilt:
            self._snapshots.clear()
            self._snapshots.offer(self.step, self._states)
        if rebuilt or _looks(scene) != _looks(before):
            self._look()
        self._distances = [self._yardstick.measure(trainer.g.net) for trainer in self._trainers]

    def frame(self, want: tuple[Part, ...] = (), since: int = 0, era: int = -1) -> GanFrame:
        """Return how it stands, with the parts that are wanted."""
        trainer, views = self._trainers[0], self._views
        plane, pictures, g, d = None, None, None, None
        if self._planes:
            plane, g, d = self._planes[0].frame(want)
        else:
            pictures = frames.picture_frame(trainer, views) if "samples" in want else None
            if "weights" in want:
                g, d = frames.both_weights(trainer, views)
        return GanFrame(
            scene=self.scene,
            step=self.step,
            era=self._log.era,
            playing=self.playing,
            device=str(self._device),
            steps_per_second=self._speed(),
            figures=self.figures(0),
            kept=np.array(self._snapshots.steps, np.int64),
            trouble=self._trouble,
            curves=self._log.since(since if era == self._log.era else 0),
            plane=plane,
            pictures=pictures,
            d=d,
            g=g,
            phase=None if trainer.moment is None else frames.phase_frame(trainer, trainer.moment, views),
            lanes=self._lanes() if "lanes" in want and len(self._trainers) > 1 else (),
        )

    def figures(self, lane: int) -> Figures:
        """Return the numbers of a lane's last step and its last measured distances."""
        measured, distance = self._trainers[lane].measured, self._distances[lane]
        return Figures(**vars(measured), **vars(distance))

    def measure(self) -> None:
        """Measure the distances now, whatever the step."""
        self._distances = [self._yardstick.measure(trainer.g.net) for trainer in self._trainers]

    def export(self, what: str) -> messages.GanExport:
        """Return the curves as CSV (``curves``), or G or D (``g``, ``d``) as safetensors."""
        stem = f"gan-{self.scene.preset or self.scene.data}-{self.step}"
        if what == "curves":
            return messages.GanExport(f"{stem}.csv", np.frombuffer(self._log.csv(), np.uint8))
        player = self._trainers[0].g if what == "g" else self._trainers[0].d
        return asides.network_file(player.net, f"{stem}-{what}.safetensors")

    def save_with_judge(self, folder: Path) -> None:
        """Write both networks, and a classifier trained for it, as the file that the program ships.

        Raises
        ------
        OSError
            It cannot be written.
        """
        judge, accuracy = train_judge()
        metadata = {
            "scene": msgspec.json.encode(self.scene).decode(),
            "step": str(self.step),
            "judge_accuracy": f"{accuracy:.4f}",
        }
        save_trained(self._trainers[0], judge, folder / FILE, metadata)

    @property
    def curves(self) -> messages.Curves:
        """All that was measured."""
        return self._log.since(0)

    def _control(self, request: messages.GanControl) -> None:
        do = request.do
        if do == "play":
            self.playing, self._trouble, self._due_s = True, None, 0.0
            self._until = request.step
            self._recent.clear()
        elif do == "pause":
            self.playing = False
        elif do == "rewind":
            self._rewind(request.step)
        elif do == "restart":
            self._restart(self.scene)
        else:
            self.playing, self._trouble = False, None
            try:
                if do == "phase_d" or do == "phase_g":
                    self._phase("d" if do == "phase_d" else "g")
                else:
                    self.take(do.removeprefix("step_"))
            except UserError as error:
                self.pause(error)

    def _phase(self, player: messages.Player) -> None:
        """Slow motion shows the first lane; the others take the step as a whole once it is done."""
        self._go_on()
        first, *others = self._trainers
        before = first.step
        first.phase(player)
        if first.step > before:
            for trainer in others:
                trainer.step_d() if player == "d" else trainer.step_g()
            self._after_step(keep_moment=True)

    def _after_step(self, *, keep_moment: bool = False) -> None:
        step = self.step
        if self._log.evaluates(step):
            self.measure()
            first = self._distances[0]
            extra: tuple[float, ...] = (first.js, first.kl, first.covered if first.modes else np.nan)
        else:
            extra = ()
        self._log.add(step, (*self._trainers[0].measured.row(), *extra))
        if not keep_moment:
            self._snapshots.offer(step, self._states)

    def _states(self) -> tuple[Any, ...]:
        return tuple(trainer.state() for trainer in self._trainers)

    def _rewind(self, step: int) -> None:
        """Go to a kept moment; later ones can be gone to as well until the run goes on from here."""
        found = self._snapshots.at(step)
        if found is None:
            raise UserError("gan_nothing_kept")
        _, states = found
        for trainer, state in zip(self._trainers, states, strict=True):
            trainer.restore(state)
        self.playing, self._trouble = False, None
        self._lane_trouble.clear()
        self._rewound = True
        self.measure()

    def _go_on(self) -> None:
        """Forget what came after the moment that was gone back to: from here on it has not happened."""
        if self._rewound:
            self._rewound = False
            self._snapshots.drop_after(self.step)
            self._log.drop_after(self.step)

    def _restart(self, scene: GanScene) -> None:
        before, self.scene = self.scene, scene
        try:
            self._begin()
        except UserError:
            self.scene = before
            raise
        self._log.clear()

    def _begin(self, *, trained: bool = False) -> None:
        scene = self.scene
        scene.check()
        self._device = self._device_of(scene.device)
        seeds = range(scene.seed, scene.seed + (scene.lanes if scene.plane else 1))
        trainers = [GanTrainer(scene.patched(seed=seed), self._device, self._pictures) for seed in seeds]
        if trained:
            load_trained(trainers[0])
        self._trainers = trainers
        self._lane_trouble: dict[int, Trouble] = {}
        self._trouble = None
        self._recent.clear()
        self._rewound = False
        self._snapshots.clear()
        self._look()
        self.measure()
        self._snapshots.offer(0, self._states)

    def _look(self) -> None:
        """Make what it is looked at with anew: the data or the noise are others."""
        scene, data = self.scene, self._trainers[0].data
        judge: Judge | None = digits_judge(self._device) if scene.data == "digits" else None
        self._views: Views = build_views(scene, data, self._device, judge)
        self._planes = [PlaneLook(trainer, self._views) for trainer in self._trainers] if scene.plane else []
        noise = fixed_noise(scene, Yardstick.count(scene), MEASURE_SEED, self._device)
        self._yardstick = Yardstick(scene, data, noise, judge)

    def _speed(self) -> float:
        if not self.playing or len(self._recent) < 2:
            return 0.0
        last_s, last = self._recent[-1]
        while last_s - self._recent[0][0] > 1.0:
            self._recent.popleft()
        first_s, first = self._recent[0]
        return (last - first) / (last_s - first_s) if last_s > first_s else 0.0

    def _lanes(self) -> tuple[Lane, ...]:
        return tuple(
            Lane(
                trainer.scene.seed,
                trainer.step,
                *self._planes[index].lane(),
                self.figures(index),
                self._lane_trouble.get(index),
            )
            for index, trainer in enumerate(self._trainers)
        )


def _looks(scene: GanScene) -> tuple[object, ...]:
    return scene.data, scene.modes, scene.spread, scene.drawn, scene.folder, scene.size, scene.noise, scene.noise_dim
