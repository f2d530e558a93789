"""A training in its engine: it plays, is told what to do, and answers how it stands."""

from __future__ import annotations

import os
import time
from collections import deque
from pathlib import Path
from typing import Any

import numpy as np
import torch

from explorer.core.errors import Cancelled, UserError
from explorer.core.messages import training as messages
from explorer.core.messages.training import DataInfo, Phase, TrainFrame, TrainTrouble
from explorer.core.train_scene import TrainScene
from explorer.imaging.decode import decode
from explorer.training.data.dataset import DataSet
from explorer.training.data.folders import square
from explorer.training.data.reading import Reading
from explorer.training.data.sources import Opened, data_folder, open_data
from explorer.training.lane import Lane
from explorer.training.moments import LaneState, Moments
from explorer.training.runs import lane_folder, new_run, scene_of
from explorer.training.sparing import Sparing
from explorer.training.watching import Watched

READING_WAIT_S = 0.02
SAVE_EVERY_S = 60.0

TrainReply = messages.TrainFrame | messages.TrainMoment | messages.TrainExported


class TrainingRun:
    """One or two nets that learn while they are watched, step by step in turn.

    Parameters
    ----------
    scene : TrainScene
    device : str
        As torch writes it.
    folder : Path
        Where runs are kept.
    picture : ndarray or None
        Bytes of the picture to watch.
    run : str
        A listed run to go on with; empty for a new one.
    """

    def __init__(
        self, scene: TrainScene, device: str, folder: Path, picture: np.ndarray | None = None, run: str = ""
    ) -> None:
        _check_lanes(scene)
        self.scene = scene
        self._device, self._folder = device, folder
        self.run = run or new_run(folder, scene)
        self._picture: np.ndarray | None = None if picture is None else decode(picture.tobytes()).rgb
        self._number, self._layer = 0, ""
        self._watching: Watched | None = None
        self._reading: Reading[Opened] | None = Reading(
            lambda report, cancelled: open_data(
                scene.data, scene.seed, data_folder(), report=report, cancelled=cancelled
            )
        )
        self._opened: Opened | None = None
        self._lanes: tuple[Lane, ...] = ()
        self._moments = Moments()
        self._pending: tuple[int, tuple[LaneState, ...]] | None = None
        self._play = self._stopped = False
        self._single = 0
        self._era = 0
        self._trouble: TrainTrouble | None = None
        self._saved_s = time.monotonic()
        self._unsaved = False
        self._keeping, self._saving = Sparing(), Sparing()
        self._recent: deque[tuple[float, int]] = deque(maxlen=64)

    @classmethod
    def continued(cls, run: str, device: str, folder: Path, picture: np.ndarray | None = None) -> TrainingRun:
        """Take a listed run up again.

        Raises
        ------
        UserError
            ``run_missing``.
        """
        return cls(scene_of(folder, run), device, folder, picture, run)

    @property
    def playing(self) -> bool:
        """Whether there is work: reading, learning, or measuring."""
        if self._stopped:
            return False
        return self._reading is not None or self._play or self._single > 0 or any(lane.busy for lane in self._lanes)

    @property
    def step(self) -> int:
        """Steps that every lane has done."""
        return min((lane.training.step for lane in self._lanes), default=0)

    def advance(self) -> None:
        """Wait a moment for data, measure some pictures, or do one step of one lane.

        Raises
        ------
        UserError
            Data that cannot be used, or a loss that is no number any more.
        """
        if self._reading is not None:
            self._read()
            return
        busy = next((lane for lane in self._lanes if lane.busy), None)
        if busy is not None:
            busy.go_on_measuring()
            self._unsaved = True
            if not any(lane.busy for lane in self._lanes) and self._finished:
                self._play, self._single = False, 0
                self._save()
            return
        behind = min(self._lanes, key=lambda lane: lane.training.step)
        if behind.training.done:
            self._play, self._single = False, 0
            return
        behind.step()
        self._unsaved = True
        if self._in_step:
            self._after_step()

    def answer(self, request: Any) -> TrainReply:
        """Answer a request, or do what it says."""
        match request:
            case messages.TrainMomentRequest():
                return self._moment(request.step)
            case messages.TrainExport():
                return self._export(request)
            case messages.TrainFrameRequest():
                return self._frame(request.since, request.era, request.want)
            case messages.TrainControl():
                self._control(request)
            case messages.TrainWatch():
                self._picture = None if request.picture is None else decode(request.picture.tobytes()).rgb
                self._number, self._layer, self._watching = request.number, request.layer, None
        return self._frame(0, -1, ())

    def pause(self, error: UserError) -> None:
        """Stop playing; the frames say why."""
        self._play, self._single = False, 0
        self._pending = None
        self._trouble = TrainTrouble(error.kind, error.details)
        if self._reading is not None:
            self._reading, self._stopped = None, True

    def close(self) -> None:
        """Write what was learned, and let go of everything."""
        if self._reading is not None:
            self._reading.give_up()
            self._reading = None
        if self._unsaved and self._trouble is None:
            self._save()
        self._play, self._single, self._stopped = False, 0, True

    @property
    def _finished(self) -> bool:
        return bool(self._lanes) and all(lane.training.done for lane in self._lanes)

    @property
    def _in_step(self) -> bool:
        return len({lane.training.step for lane in self._lanes}) == 1

    def _read(self) -> None:
        assert self._reading is not None
        try:
            opened = self._reading.wait(READING_WAIT_S)
        except Cancelled:
            self._reading, self._stopped = None, True
            return
        if opened is None:
            return
        self._opened = opened
        self._lanes = tuple(
            Lane(self.scene, variant, opened.data, self._device, lane_folder(self._folder, self.run, number))
            for number, variant in enumerate(self.scene.lanes)
        )
        self._reading = None
        if self._in_step:
            self._moments.keep(self.step, self._states())

    def _after_step(self) -> None:
        """All lanes have done the same number of steps: keep the moment before, which has now proved sound."""
        self._recent.append((time.monotonic(), self.step))
        self._single = max(0, self._single - 1)
        if self._pending is not None:
            self._moments.keep(*self._pending)
            self._pending = None
        if self._moments.due(self.step) and (not self._play or self._keeping.due):
            with self._keeping.working():
                self._pending = (self.step, self._states())
        if time.monotonic() - self._saved_s > SAVE_EVERY_S and self._saving.due:
            with self._saving.working():
                self._save()

    def _states(self) -> tuple[LaneState, ...]:
        watched = self._watched()
        return tuple(lane.state(watched) for lane in self._lanes)

    def _save(self) -> None:
        for lane in self._lanes:
            lane.save()
        self._saved_s, self._unsaved = time.monotonic(), False

    def _control(self, request: messages.TrainControl) -> None:
        if request.do == "play":
            self._play, self._trouble = not self._stopped, None
            self._recent.clear()
        elif request.do == "pause":
            self._play = False
        elif request.do == "step":
            self._play, self._trouble = False, None
            self._single += max(1, request.step - self.step)
        elif request.do == "measure":
            for lane in self._lanes:
                lane.measure()
        elif request.do == "rewind":
            self._rewind(request.step)
        else:
            self.close()

    def _rewind(self, step: int) -> None:
        self._play, self._single, self._trouble = False, 0, None
        if self._pending is not None and step >= self._pending[0]:
            self._moments.keep(*self._pending)
        self._pending = None
        found = self._moments.at(step)
        if found is None:
            return
        at, states = found
        for lane, state in zip(self._lanes, states, strict=True):
            lane.restore(state)
        self._moments.cut(at)
        self._era += 1
        self._unsaved = True

    def _moment(self, step: int) -> messages.TrainMoment:
        found = self._moments.at(step)
        if found is None:
            raise UserError("moment_missing", step=step)
        return messages.TrainMoment(found[0], tuple(state.looked for state in found[1]))

    def _export(self, request: messages.TrainExport) -> messages.TrainExported:
        if not 0 <= request.lane < len(self._lanes):
            raise UserError("moment_missing", step=max(0, request.step))
        lane = self._lanes[request.lane]
        found = None if request.step < 0 else self._moments.at(request.step)
        file = lane.export(None if found is None else found[1][request.lane])
        return messages.TrainExported(lane.variant.net, str(file))

    def _watched(self) -> Watched:
        """Return the same object until something else is watched."""
        self._watching = self._watching or self._find_watched()
        return self._watching

    def _find_watched(self) -> Watched:
        data = self._data
        if self._picture is not None:
            pixels = torch.from_numpy(np.array(square(self._picture, data.side_px))).permute(2, 0, 1)[None]
            return Watched(pixels, -1, self._layer)
        number = self._number % len(data.validation)
        label = int(data.validation.labels[number])
        return Watched(data.validation.pixels[number : number + 1], label, self._layer)

    @property
    def _data(self) -> DataSet:
        assert self._opened is not None
        return self._opened.data

    def _frame(self, since: int, era: int, want: tuple[messages.Part, ...]) -> TrainFrame:
        since = since if era == self._era else -1
        watched = self._watched() if self._lanes else None
        lanes = tuple(lane.frame(since, want, watched, self._play) for lane in self._lanes if watched is not None)
        first = self._lanes[0].training if self._lanes else None
        pace = self._pace()
        left = (first.total_steps - self.step) / pace if first is not None and pace else -1.0
        return TrainFrame(
            run=self.run,
            scene=self.scene,
            phase=self._phase(),
            playing=self._play,
            era=self._era,
            step=self.step,
            total_steps=0 if first is None else first.total_steps,
            epoch=0 if first is None else self.step // first.steps_an_epoch,
            device=self._device,
            precision="float32" if first is None else first.arithmetic.precision,
            kept=self._moments.steps,
            lanes=lanes,
            data=None if self._opened is None else _described(self._opened),
            reading=0 if self._reading is None else self._reading.done,
            to_read=0 if self._reading is None else self._reading.total,
            measuring=max((lane.measured for lane in self._lanes), default=-1.0),
            steps_per_second=pace,
            pictures_per_second=0.0 if first is None else pace * first.batch * len(self._lanes),
            seconds_left=left,
            memory_mb=_memory_mb(self._device),
            trouble=self._trouble,
        )

    def _phase(self) -> Phase:
        if self._stopped:
            return "stopped"
        if self._reading is not None:
            return "reading"
        return "done" if self._finished and not any(lane.busy for lane in self._lanes) else "training"

    def _pace(self) -> float:
        """Return steps a second over the last steps; 0 while paused."""
        if not self._play or len(self._recent) < 2:
            return 0.0
        (start, first), (end, last) = self._recent[0], self._recent[-1]
        return (last - first) / max(1e-6, end - start)


def _check_lanes(scene: TrainScene) -> None:
    if not 1 <= len(scene.lanes) <= 2:
        raise UserError("lanes_outside", count=len(scene.lanes))


def _described(opened: Opened) -> DataInfo:
    data = opened.data
    return DataInfo(
        data.name, data.classes, len(data.train), len(data.validation), data.side_px, len(opened.unreadable)
    )


def _memory_mb(device: str) -> float:
    if device.startswith("cuda"):
        return torch.cuda.memory_allocated(device) / 1e6
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return 0.0  # only Linux says it without a library
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
