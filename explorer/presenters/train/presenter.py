"""The Train workspace: a classifier, or two side by side, learns while it is watched.

The training runs in an engine of its own. The window pulls a frame when it has drawn the one before, so it never waits
for a step and a step never waits for it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from explorer.core.messages import AnyReply, AnyRequest
from explorer.core.messages.base import Failure
from explorer.core.messages.training import (
    ContinueTraining,
    Part,
    RunsRequest,
    RunsResult,
    StartTraining,
    TrainControl,
    TrainExport,
    TrainExported,
    TrainFrame,
    TrainFrameRequest,
    TrainMoment,
    TrainMomentRequest,
    TrainWatch,
)
from explorer.core.scene import Scene
from explorer.core.text import Translator
from explorer.core.train_scene import TrainScene, train_preset, train_presets
from explorer.presenters.explore.panels.panel import Submit
from explorer.presenters.ports import Banner, Clock
from explorer.presenters.train import describe
from explorer.presenters.train.curves import Histories
from explorer.presenters.train.ports import PAGES, Page, TrainPort
from explorer.presenters.train.settings import changed, preset_of, with_parts_of

FRAME_MS = 125
IDLE_TICKS = 4
"""While nothing plays, only every fourth tick asks how it stands."""

PARTS_TICKS = 5
"""Pictures are looked at twice a second: showing them to the nets takes time that the training would have."""

_PARTS: dict[Page, Part] = {"picture": "fixed", "batch": "batch", "confusion": "confusion"}


class TrainPresenter:
    """Starts, steers and shows trainings.

    Parameters
    ----------
    submit : callable
        Asks the engine that trains.
    open_weights : callable
        ``open_weights(net, file)`` opens what was learned in Explore.
    ask_folder : callable
        Lets the person choose a folder and calls back with its path.
    """

    def __init__(
        self,
        view: TrainPort,
        submit: Submit,
        tr: Translator,
        show_banner: Callable[[Banner | None], None],
        clock: Clock,
        open_weights: Callable[[str, str], None],
        ask_folder: Callable[[Callable[[str], None]], None],
    ) -> None:
        self._view = view
        self._submit = submit
        self._tr = tr
        self._show_banner = show_banner
        self._clock = clock
        self._open_weights = open_weights
        self._ask_folder = ask_folder
        first = train_presets()[0]
        self._scene = first.scene
        self._preset = first.key
        self._frame: TrainFrame | None = None
        self._histories = Histories()
        self._page: Page = "picture"
        self._past: TrainMoment | None = None
        self._asked = False
        self._complete = False
        self._tick_number = 0
        self._pulls = 0
        self._parts_due = True
        self._watching = 0
        self._on_screen = False
        self._target = self._sent = 0

    @property
    def scene(self) -> TrainScene:
        return self._scene

    @property
    def frame(self) -> TrainFrame | None:
        """How it stood when the engine last answered."""
        return self._frame

    @property
    def settled(self) -> bool:
        """Whether the pictures are read, the steps of :meth:`prepare` done, and the newest state on screen."""
        frame = self._frame
        return frame is not None and frame.phase != "reading" and frame.step >= self._target and self._complete

    @property
    def steps_done(self) -> int:
        """The last step on screen."""
        return 0 if self._frame is None else self._frame.step

    def prepare(self, preset: str, steps: int, data: str = "") -> None:
        """Put a preset up (empty: what is there), with other data, and go on to that step, one after the other."""
        self._target, self._sent = steps, 0
        if preset:
            self.choose_preset(preset)
        if data:
            self.change("data", data)

    # ── the workspace ──────────────────────────────────────────────────────────────────────────────────────────────

    def enter(self, scene: Scene) -> None:
        """Come on screen; the first time the remembered training is put up, paused at its start."""
        if self._on_screen:
            return
        self._on_screen = True
        if self._frame is None:
            if scene.train is not None:
                self._scene, self._preset = scene.train, preset_of(scene.train)
            self.start()
        self._view.show_page(self._page)
        self._clock.every(FRAME_MS, self._on_tick)
        self._push()

    def leave(self) -> None:
        """The training goes on; nobody looks."""
        self._on_screen = False
        self._clock.stop()

    def kept(self, scene: Scene) -> Scene:
        return scene.patched(train=self._scene)

    def close(self) -> None:
        self._clock.stop()

    def retranslate(self) -> None:
        self._push()

    def on_engine_state(self, state: str) -> None:
        """The engine that trains is there again after it died: the run goes on from its last checkpoint."""
        if state == "ready" and self._frame is not None:
            text, hint = self._tr("train_view.engine_restarting"), self._tr("train_view.engine_restarting.hint")
            self._show_banner(Banner("warning", text, hint))
            self._asked = False
            self._ask(ContinueTraining(self._frame.run))

    def on_action(self, name: str) -> bool:
        """Space plays, → does one step, ← and Home look back, End comes back.

        M, N and C turn the pages, P goes to the next picture, Enter opens the first net in Explore.
        """
        actions: dict[str, Callable[[], None]] = {
            "play": self.toggle_play,
            "step_next": self.step,
            "step_previous": lambda: self._look_back(-1),
            "first": lambda: self._look_back(-1_000_000),
            "last": self.show_newest,
            "next_picture": lambda: self.watch_next(1),
            "previous_picture": lambda: self.watch_next(-1),
            "view_maps": lambda: self.turn_to("picture"),
            "view_branches": lambda: self.turn_to("batch"),
            "view_channel": lambda: self.turn_to("confusion"),
            "undo": self.show_newest,
            "open_channel": lambda: self.open_in_explore(0),
        }
        if name not in actions:
            return False
        actions[name]()
        return True

    # ── what the person does ───────────────────────────────────────────────────────────────────────────────────────

    def start(self) -> None:
        """Begin the scene's training anew, paused; the run before is kept and listed."""
        self._begin(StartTraining(self._scene))

    def toggle_play(self) -> None:
        """Let it learn, or stop it where it is; from a kept moment on screen it goes on from there.

        A stopped run is taken up again; one that is done begins anew, and the old one stays in the list.
        """
        if self._frame is None:
            return
        if self._past is not None:
            self._control("rewind", self._past.step)
            self._past = None
            self._control("play")
        elif self._frame.phase == "stopped":
            self.continue_run(self._frame.run)
        elif self._frame.phase == "done":
            self.start()
        else:
            self._control("pause" if self._frame.playing else "play")

    def step(self) -> None:
        """Do one step of every net."""
        if self._past is not None:
            self._look_back(1)
        elif self._frame is not None and self._frame.phase == "training" and not self._frame.playing:
            self._control("step")

    def stop(self) -> None:
        """Write a checkpoint and end the run; the list of runs leads back to it."""
        self._control("stop")

    def choose_preset(self, key: str) -> None:
        """Put one of the prepared trainings up."""
        self._preset, self._scene = key, train_preset(key).scene
        self.start()

    def change(self, field: str, value: str) -> None:
        """Set one thing; a new run begins with it."""
        if field == "data" and value == "…":
            self._ask_folder(lambda path: self.change("data", path))
            return
        scene = changed(self._scene, field, value)
        if scene != self._scene:
            self._scene, self._preset = scene, preset_of(scene)
            self.start()

    def turn_to(self, page: Page) -> None:
        """Show the watched picture, the last batch, or the confusion matrix."""
        if page in PAGES:
            self._page = page
            self._view.show_page(page)
            self._push()
            self._parts_due, self._complete = True, False
            self._pull()

    def watch_next(self, by: int) -> None:
        """Watch another validation picture."""
        self._watching = max(0, self._watching + by)
        self._ask(TrainWatch(number=self._watching))

    def watch_layer(self, layer: str) -> None:
        """Watch the maps of another layer."""
        self._ask(TrainWatch(number=self._watching, layer=layer))

    def look_at(self, fraction: float) -> None:
        """A place on the time line was picked: look at the kept moment there, or at the newest state behind it."""
        if self._frame is None or not self._frame.kept.size:
            return
        step = fraction * max(1, self._frame.total_steps)
        nearest = min(self._frame.kept.tolist(), key=lambda kept: abs(kept - step))
        if step > (nearest + self._frame.step) / 2:
            self.show_newest()
        else:
            self._submit(TrainMomentRequest(nearest), self._on_moment)

    def show_newest(self) -> None:
        """Come back from a kept moment to the newest state."""
        self._past = None
        self._push()

    def open_in_explore(self, lane: int) -> None:
        """Open what a net has learned, at the moment on screen, in Explore."""
        self._submit(TrainExport(lane, -1 if self._past is None else self._past.step), self._on_exported)

    def show_runs(self) -> None:
        """Open the list of runs."""
        self._submit(RunsRequest(), self._on_runs)

    def continue_run(self, run: str) -> None:
        """Take a listed run up again."""
        self._begin(ContinueTraining(run))

    def _begin(self, request: AnyRequest) -> None:
        self._frame, self._past = None, None
        self._push()
        self._ask(request)

    def _look_back(self, by: int) -> None:
        if self._frame is None or not self._frame.kept.size:
            return
        kept = self._frame.kept.tolist()
        here = kept.index(self._past.step) if self._past is not None and self._past.step in kept else len(kept)
        there = max(0, here + by)
        if there >= len(kept):
            self.show_newest()
        else:
            self._submit(TrainMomentRequest(kept[there]), self._on_moment)

    # ── the engine ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _control(self, do: Any, step: int = 0) -> None:
        self._ask(TrainControl(do, step))

    def _on_tick(self) -> None:
        self._tick_number += 1
        busy = self._frame is None or self._frame.playing or self._frame.phase == "reading"
        if busy or self._tick_number % IDLE_TICKS == 0:
            self._pull()

    def _pull(self) -> None:
        if self._asked or self._frame is None:
            return
        self._asked = True
        self._pulls += 1
        whole = self._parts_due or not self._frame.playing or self._pulls % PARTS_TICKS == 0
        self._parts_due = False
        want: tuple[Part, ...] = ("gradients", _PARTS[self._page]) if whole else ("gradients",)
        request = TrainFrameRequest(self._histories.since, self._histories.era, want)
        self._submit(request, lambda reply: self._on_pulled(reply, whole=whole))

    def _on_pulled(self, reply: AnyReply, *, whole: bool) -> None:
        self._asked = False
        self._complete = whole and not self._parts_due
        self._on_reply(reply)

    def _ask(self, request: AnyRequest) -> None:
        # What it changes is on screen once the pictures have come again.
        self._parts_due, self._complete = True, False
        self._submit(request, self._on_reply)

    def _on_reply(self, reply: AnyReply) -> None:
        if isinstance(reply, TrainFrame):
            self._take(reply)
        elif isinstance(reply, Failure):
            self._complain(reply)
            self._push()

    def _complain(self, reply: AnyReply) -> None:
        if isinstance(reply, Failure):
            self._show_banner(Banner("error", *self._tr.error(reply.kind, reply.details)))

    def _take(self, frame: TrainFrame) -> None:
        before = self._frame
        # A frame that answers a command carries no pictures; those of the frame before stay.
        frame = with_parts_of(before, frame)
        self._histories.take(frame)
        self._frame = frame
        if frame.scene != self._scene:
            self._scene, self._preset = frame.scene, preset_of(frame.scene)
        if frame.trouble is not None and (before is None or before.trouble != frame.trouble):
            self._show_banner(Banner("warning", *self._tr.error(frame.trouble.kind, frame.trouble.details)))
        if self._sent < self._target and frame.phase == "training":
            self._sent = self._target
            self._control("step", self._target)
        self._push()

    def _on_moment(self, reply: AnyReply) -> None:
        if isinstance(reply, TrainMoment):
            self._past = reply
            self._push()
        else:
            self._complain(reply)

    def _on_exported(self, reply: AnyReply) -> None:
        if isinstance(reply, TrainExported):
            self._open_weights(reply.net, reply.file)
        else:
            self._complain(reply)

    def _on_runs(self, reply: AnyReply) -> None:
        if isinstance(reply, RunsResult):
            current = self._frame.run if self._frame is not None else ""
            self._view.show_runs(describe.run_entries(reply.runs, current, self._tr))

    # ── what is shown ──────────────────────────────────────────────────────────────────────────────────────────────

    def _push(self) -> None:
        """Bring the view up to the newest frame, or to the kept moment that is looked at."""
        if not self._on_screen:
            return
        view, tr, frame = self._view, self._tr, self._frame
        view.show_setup(describe.setup(self._scene, self._preset, frame, tr))
        past = self._past
        view.show_progress(describe.progress(frame, past.step if past is not None else None, tr))
        if frame is None:
            return
        # While the pictures are being read there are no nets yet.
        names = describe.lane_titles(frame.scene, tr)[: len(frame.lanes)]
        view.show_plots(self._histories.plots(describe.letters(frame.scene, tr)[: len(frame.lanes)], tr))
        lanes = frame.lanes
        if past is not None:
            lanes = tuple(
                msgspec.structs.replace(lane, gradients=then.gradients, fixed=then.fixed, confusion=then.confusion)
                for lane, then in zip(frame.lanes, past.lanes, strict=True)
            )
        view.show_gradients(describe.gradients(lanes, names, tr))
        if frame.data is None or not (classes := frame.data.classes) or not lanes:
            return
        if self._page == "picture" and (watched := describe.watched(lanes, names, classes, tr)) is not None:
            view.show_watched(watched)
        if self._page == "batch" and (batch := describe.batch(lanes[0], classes, tr)) is not None:
            view.show_batch(batch)
        if self._page == "confusion" and (confusion := describe.confusion(lanes[0], classes, tr)) is not None:
            view.show_confusion(confusion)
