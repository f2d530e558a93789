"""A run in its engine: starting, playing, stepping, slow motion, going back, and pulling frames."""

from __future__ import annotations

from typing import Protocol

from explorer.core.gan_scene import GanScene
from explorer.core.messages import AnyReply
from explorer.core.messages.base import Dropped, Failure
from explorer.core.messages.gan import (
    ChangeGan,
    GanControl,
    GanFrame,
    GanFrameRequest,
    Part,
    PhaseFrame,
    Player,
    StartGan,
)
from explorer.presenters.explore.panels.panel import Submit
from explorer.presenters.gan.slow import SlowMotion

FRAME_MS = 33
"""The window asks for a frame 30 times a second, and never for a second one before the first is there."""


class RunListener(Protocol):
    """Whoever shows the run."""

    def want(self) -> tuple[Part, ...]:
        """Return the parts of a frame that are on screen."""

    def since(self) -> tuple[int, int]:
        """Return step and era of the newest frame that was shown."""

    def on_frame(self, frame: GanFrame) -> None:
        """A frame was pulled."""

    def on_phase(self, phase: PhaseFrame, duration_ms: int) -> None:
        """A phase of a step in slow motion was done."""

    def on_rewound(self, step: int) -> None:
        """It stands at a kept step; what came after can still be gone to."""

    def on_gone_on(self, step: int) -> None:
        """What was measured has changed: nothing that was seen after this step has happened."""

    def on_state(self) -> None:
        """It plays now, or no longer does."""

    def on_refused(self, failure: Failure, running: GanScene | None) -> None:
        """Something could not be done; ``running`` is what really runs where a change was refused."""


class RunControl:
    """Tells the engine what to do, and pulls frames when there is something new to see.

    Attributes
    ----------
    frame : GanFrame or None
        How it stood when the engine last answered.
    slow : SlowMotion
    slow_wanted : bool
        Whether steps are taken phase by phase.
    """

    def __init__(self, submit: Submit, listener: RunListener) -> None:
        self._submit = submit
        self._listener = listener
        self._epoch = 0
        self._pulling = False
        self._stale = True
        self._target = -1
        self._rewinding = False
        self._rewind_to = -1
        self._previewing = False
        self._scene = GanScene()
        self.frame: GanFrame | None = None
        self.begun = False
        self.trained = False
        self.slow = SlowMotion()
        self.slow_wanted = False

    @property
    def step(self) -> int:
        return self.frame.step if self.frame is not None else 0

    @property
    def playing(self) -> bool:
        """Whether it goes on by itself, fast or in slow motion."""
        return self.slow.running or (self.frame is not None and self.frame.playing)

    @property
    def settled(self) -> bool:
        """Whether nothing more is awaited."""
        here = self.frame is not None and self.frame.opening is None
        return here and not self._pulling and not self._stale and self._target < 0

    # What is done

    def begin(self, scene: GanScene, *, trained: bool = False) -> None:
        """Begin at step 0; answers to what was before are not for us any more."""
        self._epoch += 1
        self.begun, self.trained, self.frame, self._scene = True, trained, None, scene
        self._pulling, self._stale, self._rewinding, self._previewing = False, True, False, False
        self._target = -1
        self.slow.stop()
        self._ask(StartGan(scene, trained))

    def change(self, scene: GanScene) -> None:
        """Go on with other hyperparameters."""
        self._scene = scene
        self._ask(ChangeGan(scene))

    def play_to(self, step: int) -> None:
        """Train until a step is reached, then pause."""
        if step > 0:
            self._target = step
            self._ask(GanControl("play", step))

    def toggle_play(self) -> None:
        """Go on, or stop where it is."""
        if self.playing:
            self.pause()
        elif self.slow_wanted:
            self.slow.begin(self._turns(), endless=True)
        else:
            self._ask(GanControl("play"))
        self._listener.on_state()

    def step_once(self, player: str) -> None:
        """Take one step of D (``d``), of G (``g``) or of ``both``; in slow motion phase by phase."""
        if self.slow_wanted:
            self.slow.begin(("d",) if player == "d" else ("g",) if player == "g" else self._turns(), endless=False)
        else:
            self._ask(GanControl("step_d" if player == "d" else "step_g" if player == "g" else "step_both"))
        self._listener.on_state()

    def toggle_slow(self) -> None:
        """Turn to slow motion and back; what plays goes on in the other way."""
        was_playing = self.playing
        self.pause()
        self.slow_wanted = not self.slow_wanted
        self._stale = True
        if was_playing:
            if self.slow_wanted:
                self.slow.begin(self._turns(), endless=True)
            else:
                self._ask(GanControl("play"))
        self._listener.on_state()

    def restart(self) -> None:
        """Begin anew from the same seed."""
        self.slow.stop()
        self._ask(GanControl("restart"))

    def pause(self) -> None:
        """Stop where it is."""
        self.slow.stop()
        if self.frame is not None and self.frame.playing:
            self._ask(GanControl("pause"))

    def give_up(self) -> None:
        """Stop opening pictures."""
        self._ask(GanControl("give_up"))

    def rewind(self, step: int) -> None:
        """Go back to a kept step; only the newest wish counts while the engine is busy with one."""
        self._previewing = False
        self.slow.stop()
        self._rewind_to = step
        if not self._rewinding:
            self._send_rewind()

    def earlier(self) -> int | None:
        """Return the kept step before this one, or None."""
        kept = self.frame.kept if self.frame is not None else ()
        before = [int(step) for step in kept if step < self.step]
        return before[-1] if before else None

    def preview(self) -> None:
        """Pause, and show nothing new until it is gone back to some step: the past is on screen."""
        self._previewing = True
        self.pause()

    def look_again(self) -> None:
        """Pull a frame with the next tick: other parts are on screen now."""
        self._stale = True

    # Frames

    def tick(self) -> None:
        """Let a thirtieth of a second pass."""
        phase = self.slow.tick(FRAME_MS)
        if phase is not None:
            self._ask(GanControl(phase))
            return
        moving = self.frame is not None and (self.frame.playing or self.frame.opening is not None)
        if self._pulling or self._previewing or not (moving or self._stale) or not self.begun:
            return
        self._pulling, self._stale = True, False
        since, era = self._listener.since()
        epoch = self._epoch
        self._submit(GanFrameRequest(since, era, self._listener.want()), lambda reply: self._on_pulled(epoch, reply))

    def _turns(self) -> tuple[Player, ...]:
        turns: list[Player] = ["d"] * self._scene.k_d
        turns += ["g"] * self._scene.k_g
        return tuple(turns)

    def _send_rewind(self) -> None:
        step, self._rewind_to = self._rewind_to, -1
        self._rewinding = True
        self._ask(GanControl("rewind", step))

    def _ask(self, request: StartGan | ChangeGan | GanControl) -> None:
        epoch = self._epoch
        self._submit(request, lambda reply: self._on_told(epoch, request, reply))

    def _on_told(self, epoch: int, request: StartGan | ChangeGan | GanControl, reply: AnyReply) -> None:
        """The engine has done what it was told to; how it looks is asked for next."""
        if epoch != self._epoch:
            return
        self._stale = True
        if isinstance(request, GanControl) and request.do == "rewind":
            self._rewinding = False
            if self._rewind_to >= 0:
                self._send_rewind()
        if isinstance(reply, Failure):
            self.slow.stop()
            self._target = -1
            running = self.frame.scene if isinstance(request, ChangeGan) and self.frame is not None else None
            if running is not None:
                self._scene = running
            self._listener.on_refused(reply, running)
        elif isinstance(reply, GanFrame):
            self._note(reply)
            if isinstance(request, GanControl) and request.do == "rewind":
                self._listener.on_rewound(reply.step)
            if reply.phase is not None and isinstance(request, GanControl) and request.do.startswith("phase"):
                self._listener.on_phase(reply.phase, self.slow.arrived(reply.phase))
        elif isinstance(reply, Dropped) and isinstance(request, StartGan):
            self.begun = False

    def _on_pulled(self, epoch: int, reply: AnyReply) -> None:
        if epoch != self._epoch:
            return
        self._pulling = False
        if isinstance(reply, Failure):
            if reply.kind == "nothing_runs":
                self.begin(self._scene, trained=self.trained)
            else:
                self._listener.on_refused(reply, None)
        elif isinstance(reply, GanFrame):
            self._note(reply)
            if not self._previewing:
                self._listener.on_frame(reply)
            if self._target >= 0 and (reply.step >= self._target or reply.trouble is not None):
                self._target = -1
                self.pause()
                self._stale = True

    def _note(self, frame: GanFrame) -> None:
        before, self.frame = self.frame, frame
        was_playing = before is not None and before.playing
        if before is not None and frame.era != before.era:
            self._listener.on_gone_on(before.step)
        if was_playing != frame.playing:
            self._listener.on_state()
