"""The GAN workspace: joins the run, the hyperparameters and the screen."""

from __future__ import annotations

from collections.abc import Callable

from explorer.core.gan_scene import GanScene, preset
from explorer.core.messages.base import Failure
from explorer.core.messages.gan import GanFrame, Part, PhaseFrame, Trouble
from explorer.core.scene import Scene
from explorer.core.text import Translator
from explorer.presenters.explore.panels.panel import Submit
from explorer.presenters.gan import actions, controls, menus
from explorer.presenters.gan.export import Exports
from explorer.presenters.gan.film import Film
from explorer.presenters.gan.knobs import Knobs, Points
from explorer.presenters.gan.pictures import PictureDesk
from explorer.presenters.gan.ports import FilmFrame, GanPort, RunShow
from explorer.presenters.gan.run import FRAME_MS, RunControl
from explorer.presenters.gan.screen import GanScreen
from explorer.presenters.gan.waiting import Waiting
from explorer.presenters.pictures import Worker
from explorer.presenters.ports import Banner, Clock


class GanPresenter:
    """Implements :class:`explorer.presenters.workspaces.WorkspacePresenter`.

    Parameters
    ----------
    submit : callable
        Asks the engine that trains.
    clock : Clock
        Its own, for pulling frames and for slow motion.
    worker : Worker
        Makes films off the window's thread.
    scene : GanScene
        What is trained when the workspace is first entered.

    Attributes
    ----------
    run : RunControl
        Playing, stepping, slow motion, going back.
    knobs : Knobs
        The hyperparameters.
    pictures : PictureDesk
        The walls of pictures.
    exports : Exports
    """

    def __init__(
        self,
        view: GanPort,
        submit: Submit,
        tr: Translator,
        show_banner: Callable[[Banner | None], None],
        clock: Clock,
        worker: Worker,
        scene: GanScene | None = None,
    ) -> None:
        self._view = view
        self._tr = tr
        self._show_banner = show_banner
        self._clock = clock
        self.run = RunControl(submit, self)
        self.knobs = Knobs(view, tr, self, scene if scene is not None else preset("healthy"))
        self.pictures = PictureDesk(view, submit, tr, self._fail)
        self.exports = Exports(view, submit, tr, worker, show_banner, self.frames_of_film, self._stem)
        self._screen = GanScreen(view, tr, self.pictures)
        self._film = Film()
        self._waiting = Waiting(tr, show_banner)
        self._ran = preset("healthy")
        self._trouble: Trouble | None = None
        self._on_screen = False

    # ── the frame around it ────────────────────────────────────────────────────────────────────────────────────────

    @property
    def scene(self) -> GanScene:
        """The hyperparameters of now."""
        return self.knobs.scene

    @property
    def frame(self) -> GanFrame | None:
        """How it stood when the engine last answered."""
        return self.run.frame

    @property
    def settled(self) -> bool:
        """Whether everything is on screen that the run has to show."""
        return self.run.settled and self._view.drawn()

    def enter(self, scene: Scene) -> None:
        """Come on screen; the first time the remembered run begins, at step 0 and paused."""
        if self._on_screen:
            return
        self._on_screen = True
        if not self.run.begun:
            self.begin(scene.gan if scene.gan is not None else self.scene)
        self.run.look_again()
        self.knobs.show()
        self.on_state()
        self._clock.every(FRAME_MS, self.run.tick)

    def leave(self) -> None:
        """Pause: what nobody sees must not slow down what somebody does."""
        self._on_screen = False
        self.run.pause()
        self._clock.stop()

    def close(self) -> None:
        """The window is about to be gone."""
        self._clock.stop()

    def kept(self, scene: Scene) -> Scene:
        """Return the scene with the hyperparameters of now."""
        return scene.patched(gan=self.scene)

    @property
    def steps_done(self) -> int:
        """The last step on screen."""
        return 0 if self.frame is None else self.frame.step

    def prepare(self, preset: str, steps: int, data: str = "") -> None:
        """Put a preset up (empty: what is there), which has its own data, and go on to that step; for ``shot``."""
        if preset:
            self.knobs.choose_preset(preset)
        self.run.play_to(steps)

    def on_action(self, name: str) -> bool:
        """Do what a key or a button means here; see :mod:`explorer.presenters.gan.actions`."""
        return actions.run(self, name)

    def retranslate(self) -> None:
        """Say everything again."""
        self.knobs.show()
        self.on_state()
        self._refresh()

    def on_engine_state(self, state: str) -> None:
        """The engine that trains is there again: begin anew with the same hyperparameters."""
        if state == "ready" and self.run.frame is not None:
            self.begin(self.scene, trained=self.run.trained)
            self._show_banner(Banner("warning", self._tr("gan_view.engine_back")))

    # ── what the hyperparameters ask for: KnobsListener ────────────────────────────────────────────────────────────

    def begin(self, scene: GanScene, *, trained: bool = False) -> None:
        """Begin a run at step 0; what was learnt before is gone."""
        self._screen.clear()
        self.pictures.clear()
        self._film.clear()
        self._trouble = None
        self.knobs.take(scene)
        self.run.begin(scene, trained=trained)
        self.on_state()

    def apply(self, before: GanScene, scene: GanScene) -> None:
        """Go on with other hyperparameters."""
        if scene.plane != before.plane:
            # The other kind of data has its own view, film and curves.
            self.begin(scene)
            return
        if (scene.seed, scene.lanes) != (before.seed, before.lanes):
            self._film.clear()
        self.run.change(scene)
        self.on_state()

    def on_drawing(self) -> None:
        """The mouse draws real points now, or no longer does, or has drawn some."""
        if self.knobs.drawing and not self._screen.drawing:
            self._show_banner(Banner("info", self._tr("gan_view.draw"), self._tr("gan_view.draw.hint")))
        self._refresh()

    # ── what the run tells: RunListener ────────────────────────────────────────────────────────────────────────────

    def want(self) -> tuple[Part, ...]:
        """Return the parts of a frame that are on screen."""
        return self._screen.want(self.scene)

    def since(self) -> tuple[int, int]:
        """Return step and era of the newest frame that was shown."""
        return self._screen.newest, self._screen.curves.era

    def on_frame(self, frame: GanFrame) -> None:
        """A frame was pulled."""
        self._take_state()
        self._screen.show(frame, self.scene, changed=self.knobs.changed)
        if frame.phase is None and self._film.wants(frame.step):
            moment = self._screen.film_frame()
            if moment is not None:
                self._film.offer(moment)
        ended = self._waiting.tell(frame.opening)
        self._tell_trouble(frame.trouble)
        if frame.kept.size:
            self._ran = frame.scene
        if ended:
            self._after_opening(frame)

    def on_phase(self, phase: PhaseFrame, duration_ms: int) -> None:
        """A phase of a step in slow motion was done."""
        self._screen.begin_phase(phase, duration_ms)

    def on_rewound(self, step: int) -> None:
        """The run stands at a kept step: the cursor of the plots shows where."""
        self._screen.point_at(step)

    def on_gone_on(self, step: int) -> None:
        """What the film has after this step has not happened."""
        self._film.cut(step)
        if self._screen.cursor == step:
            self._screen.point_at(None)

    def on_state(self) -> None:
        """It plays now, or no longer does; or its rate is another."""
        rate = menus.rate_text(self.run, self.scene.rate_hz, self._tr)
        self._view.show_run(RunShow(self.run.playing, self.run.slow_wanted, rate))

    def on_refused(self, failure: Failure, running: GanScene | None) -> None:
        """Something could not be done; what the engine refused is not what runs."""
        if running is not None:
            self.knobs.take(running, remember=False)
            self._refresh()
        self._fail(failure)

    # ── what is looked at ──────────────────────────────────────────────────────────────────────────────────────────

    def toggle_slow(self) -> None:
        """Turn to slow motion and back."""
        self.run.toggle_slow()
        self._refresh()

    def give_up(self) -> bool:
        """Stop opening pictures; return whether any were being opened."""
        if self._waiting.on:
            self.run.give_up()
            return True
        return False

    def restart(self) -> None:
        """Begin anew from the same seed."""
        self._film.clear()
        self.run.restart()

    def rewind(self, step: int) -> None:
        """Go to a kept step; later ones stay until the run goes on from there."""
        self.run.rewind(step)

    def go_earlier(self) -> None:
        """Go back by one kept step."""
        step = self.run.earlier()
        if step is not None:
            self.rewind(step)

    def preview(self, step: int) -> None:
        """Show how it was about that step, while the time line is dragged."""
        self.run.preview()
        moment = self._film.at(step)
        if moment is not None:
            self._screen.show_past(moment, step)

    def toggle_layer(self, layer: str) -> None:
        """Show a layer of the stage, or take it away."""
        self._screen.layers = self._screen.layers ^ {layer}
        self.run.look_again()
        self._refresh()

    def on_hover(self, at: tuple[float, float] | None) -> None:
        """The pointer is over a place of the plane, or over none."""
        self._screen.hover(at)

    def on_cursor(self, step: float | None) -> None:
        """The pointer is over a step of a plot."""
        self._screen.cursor = step
        self._screen.show_moments()

    def on_drawn(self, points: Points) -> None:
        """Real points were drawn with the mouse."""
        self.knobs.on_drawn(points)

    def toggle_log(self) -> None:
        """Show the plots on a logarithmic scale, or a linear one."""
        self._screen.toggle_log()

    def toggle_smoothing(self) -> None:
        """Draw a running mean over the raw curves, or the raw curves alone."""
        self._screen.toggle_smoothing()

    def faster(self, ways: int) -> None:
        """Go faster (1) or slower (−1)."""
        if self.run.slow_wanted:
            self.run.slow.faster(ways)
            self.on_state()
        else:
            self.knobs.change_rate(controls.faster(self.scene.rate_hz, ways))

    def move_choice(self, dx: int, dy: int) -> bool:
        """Move the keyboard's place on the wall of pictures."""
        return self._view.move_choice(dx, dy)

    def choose(self) -> bool:
        """Enter was pressed: choose the picture at the keyboard's place."""
        return self._view.choose()

    def go_back(self) -> bool:
        """Escape was pressed: close what lies over or under the stage; return whether there was something."""
        if self._view.close_menu():
            return True
        if self.knobs.drawing:
            self.knobs.toggle_drawing()
            return True
        return self.pictures.close_strip() or self.give_up()

    # ── menus and files ────────────────────────────────────────────────────────────────────────────────────────────

    def show_menu(self, anchor: str) -> None:
        """Open a menu: ``preset``, ``rate`` or ``export``."""
        if anchor == "export":
            entries = self.exports.entries()
        elif anchor == "rate":
            entries = menus.rates(self.run, self.scene.rate_hz, self._tr)
        else:
            entries = menus.presets(self.scene, self.run.trained, self._tr)
        self._view.show_menu(anchor, entries)

    def on_menu(self, anchor: str, key: str) -> None:
        """An entry was chosen."""
        if anchor == "preset":
            self.knobs.choose_preset(key)
        elif anchor == "export":
            self.exports.begin(key)
        elif self.run.slow_wanted:
            self.run.slow.speed = float(key)
            self.on_state()
        else:
            self.knobs.change_rate(float(key))

    def frames_of_film(self, most: int) -> tuple[FilmFrame, ...]:
        """Return at most so many evenly spread moments of the run, the newest last."""
        newest = self._screen.film_frame()
        if newest is None:
            return ()
        kept = self._film.chosen(most, newest.step)
        return (*kept[: most - 1], newest)

    def _after_opening(self, frame: GanFrame) -> None:
        """Where the pictures could not be had, or nobody waited for them, what ran before goes on."""
        if not frame.kept.size:
            self.begin(self._ran)
        elif frame.scene != self.scene:
            self.knobs.take(frame.scene, remember=False)
            self._refresh()

    def _tell_trouble(self, trouble: Trouble | None) -> None:
        if trouble == self._trouble:
            return
        self._trouble = trouble
        if trouble is None:
            self._show_banner(None)
        else:
            self.run.slow.stop()
            text, hint = self._tr.error(trouble.kind, trouble.details)
            self._show_banner(Banner("warning", text, hint))
        self.on_state()

    def _fail(self, failure: Failure) -> None:
        text, hint = self._tr.error(failure.kind, failure.details)
        self._show_banner(Banner("error", text, hint))

    def _take_state(self) -> None:
        """Tell the screen what it does not see in a frame."""
        self._screen.slow = self.pictures.slow = self.run.slow_wanted
        self._screen.drawing, self._screen.drawn = self.knobs.drawing, self.knobs.drawn

    def _refresh(self) -> None:
        self._take_state()
        self._screen.refresh(self.scene, changed=self.knobs.changed)

    def _stem(self) -> str:
        return f"gan-{self.scene.preset or self.scene.data}-{self.run.step}"
