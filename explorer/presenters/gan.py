"""The GAN workspace: pulls frames, hands them to the view, and turns what the person does into requests."""

from __future__ import annotations

from collections.abc import Callable

from explorer.core.gan_scene import PRESETS, GanScene, preset
from explorer.core.messages import AnyReply
from explorer.core.messages.base import Dropped, Failure
from explorer.core.messages.gan import ChangeGan, GanControl, GanFrame, GanFrameRequest, Part, StartGan, Trouble
from explorer.core.scene import Scene
from explorer.core.text import Translator
from explorer.presenters import gan_actions, gan_controls
from explorer.presenters.gan_controls import RATES_HZ
from explorer.presenters.gan_export import Exports
from explorer.presenters.gan_film import Film
from explorer.presenters.gan_history import GanHistory
from explorer.presenters.gan_pictures import PictureDesk
from explorer.presenters.gan_ports import FilmFrame, GanPort, RunShow
from explorer.presenters.gan_screen import GanScreen
from explorer.presenters.gan_slow import SPEEDS, SlowMotion
from explorer.presenters.panels.panel import Submit
from explorer.presenters.pictures import Worker
from explorer.presenters.ports import Banner, Clock, MenuEntry

FRAME_MS = 33
"""The window asks for a frame 30 times a second, and never for a second one before the first is there."""

MOST_DRAWN = 2000
TRAINED = "digits-trained"
"""Key of the menu's entry that begins with the shipped weights."""


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
        self._submit = submit
        self._tr = tr
        self._show_banner = show_banner
        self._clock = clock
        self._history = GanHistory(scene if scene is not None else preset("healthy"))
        self._pictures = PictureDesk(view, submit, tr, self._fail)
        self._screen = GanScreen(view, tr, self._pictures)
        self._slow = SlowMotion()
        self._film = Film()
        self._exports = Exports(view, submit, tr, worker, show_banner, self._frames_of_film, self._stem)
        self._frame: GanFrame | None = None
        self._trouble: Trouble | None = None
        self._on_screen = False
        self._begun = False
        self._trained = False
        self._pulling = False
        self._stale = True
        self._epoch = 0
        self._slow_wanted = False
        self._page = "data"
        self._tall = False
        self._target = -1
        self._rewinding = False
        self._rewind_to = -1
        self._stroke_open = False

    # ── the frame around it ────────────────────────────────────────────────────────────────────────────────────────

    @property
    def scene(self) -> GanScene:
        """The hyperparameters of now."""
        return self._history.scene

    @property
    def step(self) -> int:
        return self._frame.step if self._frame is not None else 0

    @property
    def settled(self) -> bool:
        """Whether everything is on screen that the run has to show."""
        return (
            self._frame is not None
            and not self._pulling
            and not self._stale
            and self._target < 0
            and self._view.drawn()
        )

    def enter(self, scene: Scene) -> None:
        """Come on screen; the first time the remembered run begins, at step 0 and paused."""
        if self._on_screen:
            return
        self._on_screen = True
        if not self._begun:
            if scene.gan is not None:
                self._history.pass_over(scene.gan)
            self.start(self._history.scene)
        self._stale = True
        self._show_controls()
        self._show_run()
        self._clock.every(FRAME_MS, self._on_tick)

    def leave(self) -> None:
        """Pause: what nobody sees must not slow down what somebody does."""
        self._on_screen = False
        self._pause()
        self._clock.stop()

    def close(self) -> None:
        """The window is about to be gone."""
        self._clock.stop()

    def kept(self, scene: Scene) -> Scene:
        """Return the scene with the hyperparameters of now."""
        return scene.patched(gan=self.scene)

    def prepare(self, preset: str, steps: int) -> None:
        """Put a preset up (empty: what is there) and go on to that step; for pictures of the window."""
        if preset:
            self.choose_preset(preset)
        self.play_to(steps)

    def on_action(self, name: str) -> bool:
        """Do what a key or a button means here; see :mod:`explorer.presenters.gan_actions`."""
        return gan_actions.run(self, name)

    def retranslate(self) -> None:
        """Say everything again."""
        self._show_controls()
        self._show_run()
        self._refresh()

    def on_engine_state(self, state: str) -> None:
        """The engine that trains is there again: begin anew with the same hyperparameters."""
        if state == "ready" and self._frame is not None and self._begun:
            self.start(self.scene, trained=self._trained)
            self._show_banner(Banner("warning", self._tr("gan_view.engine_back")))

    # ── the run ────────────────────────────────────────────────────────────────────────────────────────────────────

    def start(self, scene: GanScene, *, trained: bool = False) -> None:
        """Begin a run at step 0; what was learnt before is gone."""
        self._epoch += 1
        self._begun, self._trained = True, trained
        self._history.change(scene)
        self._screen.clear()
        self._pictures.clear()
        self._film.clear()
        self._slow.stop()
        self._trouble = None
        self._frame = None
        self._pulling, self._stale, self._rewinding = False, True, False
        self._ask(StartGan(scene, trained))
        self._show_controls()
        self._show_run()

    def play_to(self, step: int) -> None:
        """Train until a step is reached, then pause."""
        if step > 0:
            self._target = step
            self._ask(GanControl("play"))

    def toggle_play(self) -> None:
        """Go on, or stop where it is."""
        if self.playing:
            self._pause()
        elif self._slow_wanted:
            self._slow.begin(("d",) * self.scene.k_d + ("g",) * self.scene.k_g, endless=True)  # type: ignore[arg-type]
        else:
            self._ask(GanControl("play"))
        self._show_run()

    @property
    def playing(self) -> bool:
        """Whether it goes on by itself, fast or in slow motion."""
        return self._slow.running or (self._frame is not None and self._frame.playing)

    def step_once(self, player: str) -> None:
        """Take one step of D (``d``), of G (``g``) or of both; in slow motion phase by phase."""
        if self._slow_wanted:
            turns = {"d": ("d",), "g": ("g",), "both": ("d",) * self.scene.k_d + ("g",) * self.scene.k_g}[player]
            self._slow.begin(turns, endless=False)  # type: ignore[arg-type]
        else:
            self._ask(GanControl(f"step_{player}"))  # type: ignore[arg-type]
        self._show_run()

    def toggle_slow(self) -> None:
        """Turn to slow motion and back; what plays goes on in the other way."""
        was_playing = self.playing
        self._pause()
        self._slow_wanted = not self._slow_wanted
        self._screen.slow = self._slow_wanted
        self._stale = True
        if was_playing:
            self.toggle_play()
        self._show_run()
        self._refresh()

    def restart(self) -> None:
        """Begin anew from the same seed."""
        self._slow.stop()
        self._film.clear()
        self._ask(GanControl("restart"))

    def rewind(self, step: int) -> None:
        """Go back to a kept step; only the newest wish counts while the engine is busy with one."""
        self._slow.stop()
        self._rewind_to = step
        if not self._rewinding:
            self._rewind()

    def go_earlier(self) -> None:
        """Go back by one kept step."""
        kept = self._frame.kept if self._frame is not None else ()
        earlier = [int(step) for step in kept if step < self.step]
        if earlier:
            self.rewind(earlier[-1])

    def preview(self, step: int) -> None:
        """Show how it was about that step, while the time line is dragged; nothing is lost yet."""
        self._pause()
        frame = self._film.at(step)
        if frame is not None:
            self._screen.show_past(frame, step)

    def _rewind(self) -> None:
        step, self._rewind_to = self._rewind_to, -1
        self._rewinding = True
        self._film.cut(step)
        self._ask(GanControl("rewind", step))

    def _pause(self) -> None:
        self._slow.stop()
        if self._frame is not None and self._frame.playing:
            self._ask(GanControl("pause"))

    # ── hyperparameters ────────────────────────────────────────────────────────────────────────────────────────────

    def on_slid(self, field: str, place: int, done: bool) -> None:
        """A slider was moved."""
        self._change(field, gan_controls.value_at(field, place), done=done)

    def on_picked(self, field: str, key: str) -> None:
        """One of several was chosen."""
        if field in ("data", "data_pictures"):
            self._choose_data(key)
        else:
            self._change(field, int(key) if field == "size" else key)

    def on_page(self, page: str) -> None:
        """Another page of the panel is wanted."""
        self._page = page
        self._show_controls()

    def on_tall(self, tall: bool) -> None:
        """The panel has become tall enough for more on a page, or no longer is."""
        self._tall = tall
        self._show_controls()

    def undo(self) -> None:
        """Take the last change of a hyperparameter back."""
        self._travel(self._history.undo())

    def redo(self) -> None:
        """Make the change that was taken back again."""
        self._travel(self._history.redo())

    def reset(self) -> None:
        """Put everything back to the preset, from step 0."""
        self.start(self._base())

    def choose_preset(self, key: str) -> None:
        """Begin a preset; ``TRAINED`` begins with digits that are learnt already."""
        self.start(preset("digits" if key == TRAINED else key), trained=key == TRAINED)

    def next_preset(self, ways: int) -> None:
        """Go to the next preset, or the one before."""
        names = [one.preset for one in PRESETS]
        here = names.index(self.scene.preset) if self.scene.preset in names else -1 if ways > 0 else 0
        self.choose_preset(names[(here + ways) % len(names)])

    def toggle_lanes(self) -> None:
        """Eight seeds side by side, or one."""
        if self.scene.plane:
            self._change("lanes", 1 if self.scene.lanes > 1 else 8)

    def on_lane(self, seed: int) -> None:
        """Go on with one of the seeds alone."""
        self._apply(self.scene.patched(seed=seed, lanes=1))

    def change_rate(self, rate_hz: float) -> None:
        """Train at another rate; undo does not count it, for nothing is learnt differently."""
        scene = self.scene.patched(rate_hz=rate_hz)
        self._history.pass_over(scene)
        self._ask(ChangeGan(scene))
        self._show_run()

    def on_drawn(self, points: tuple[tuple[float, float], ...]) -> None:
        """Real points were drawn with the mouse."""
        drawn = (self.scene.drawn + points)[-MOST_DRAWN:]
        self._screen.drawn = drawn
        scene = gan_controls.with_data(self.scene, "drawn").patched(drawn=drawn)
        self._history.change(scene, done=False)
        self._stroke_open = True
        self._ask(ChangeGan(scene))
        self._refresh()

    def toggle_drawing(self) -> None:
        """Take the mouse for drawing real points, or let it go."""
        if not self.scene.plane:
            return
        screen = self._screen
        screen.drawing = not screen.drawing
        screen.drawn = self.scene.drawn if self.scene.data == "drawn" else ()
        if not screen.drawing and self._stroke_open:
            self._stroke_open = False
            self._history.change(self.scene)
        if screen.drawing:
            self._show_banner(Banner("info", self._tr("gan_view.draw"), self._tr("gan_view.draw.hint")))
        self._show_controls()
        self._refresh()

    def _choose_data(self, key: str) -> None:
        if key == "folder":
            self._view.ask_folder(self._tr("gan_view.folder"))
        elif key == "drawn" and not self.scene.drawn:
            self._screen.drawing = False
            self.toggle_drawing()
        else:
            self._change("data", key)

    def on_folder(self, path: str) -> None:
        """A folder of pictures was chosen."""
        self.start(gan_controls.fitted(self.scene, "folder", path))

    def _change(self, field: str, value: object, *, done: bool = True) -> None:
        self._apply(gan_controls.fitted(self.scene, field, value), done=done)

    def _apply(self, scene: GanScene, *, done: bool = True) -> None:
        before = self.scene
        if scene == before and done:
            self._history.change(scene)
            self._show_controls()
            return
        if scene.plane != before.plane or scene.data != before.data:
            self._screen.drawing = False
        if scene.plane != before.plane:
            self.start(scene)
            return
        self._history.change(scene, done=done)
        self._after_change(before, scene)

    def _travel(self, scene: GanScene | None) -> None:
        if scene is None or self._frame is None:
            return
        self._after_change(self._frame.scene, scene)

    def _after_change(self, before: GanScene, scene: GanScene) -> None:
        if (scene.seed, scene.lanes) != (before.seed, before.lanes) or scene.plane != before.plane:
            self._film.clear()
        self._ask(ChangeGan(scene))
        self._show_controls()
        self._show_run()

    # ── what is looked at ──────────────────────────────────────────────────────────────────────────────────────────

    def toggle_layer(self, layer: str) -> None:
        """Show a layer of the stage, or take it away."""
        self._screen.layers = self._screen.layers ^ {layer}
        self._stale = True
        self._refresh()

    def on_hover(self, at: tuple[float, float] | None) -> None:
        """The pointer is over a place of the plane, or over none."""
        self._screen.hover(at)

    def on_cursor(self, step: float | None) -> None:
        """The pointer is over a step of a plot."""
        self._screen.cursor = step
        self._screen.show_moments()

    def toggle_log(self) -> None:
        """Show the plots on a logarithmic scale, or a linear one."""
        self._screen.toggle_log()

    def toggle_smoothing(self) -> None:
        """Draw a running mean over the raw curves, or the raw curves alone."""
        self._screen.toggle_smoothing()

    @property
    def pictures(self) -> PictureDesk:
        """The walls of pictures."""
        return self._pictures

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
        if self._screen.drawing:
            self.toggle_drawing()
            return True
        return self._pictures.close_strip()

    # ── menus and files ────────────────────────────────────────────────────────────────────────────────────────────

    def show_menu(self, anchor: str) -> None:
        """Open a menu: ``preset``, ``rate`` or ``export``."""
        entries = {"preset": self._preset_entries, "rate": self._rate_entries, "export": self._exports.entries}
        self._view.show_menu(anchor, entries[anchor]())

    def on_menu(self, anchor: str, key: str) -> None:
        """An entry was chosen."""
        if anchor == "preset":
            self.choose_preset(key)
        elif anchor == "export":
            self._exports.begin(key)
        elif self._slow_wanted:
            self._slow.speed = float(key)
            self._show_run()
        else:
            self.change_rate(float(key))

    def on_file(self, path: str) -> None:
        """A place for a file was chosen."""
        self._exports.save(path)

    def _preset_entries(self) -> tuple[MenuEntry, ...]:
        tr, here = self._tr, self.scene.preset
        entries = [
            MenuEntry(one.preset, tr(f"gan.preset.{one.preset}"), checked=one.preset == here and not self._trained)
            for one in PRESETS
        ]
        trained = MenuEntry(TRAINED, tr("gan_view.trained"), tr("gan_view.trained.note"), checked=self._trained)
        return (*entries, trained)

    def _rate_entries(self) -> tuple[MenuEntry, ...]:
        if self._slow_wanted:
            return tuple(
                MenuEntry(str(speed), self._tr("speed", factor=f"{speed:g}"), checked=speed == self._slow.speed)
                for speed in SPEEDS
            )
        return tuple(
            MenuEntry(str(rate), self._rate_text(rate), checked=rate == self.scene.rate_hz) for rate in RATES_HZ
        )

    def _rate_text(self, rate_hz: float) -> str:
        return self._tr("gan_view.rate_hz", rate=f"{rate_hz:,.0f}") if rate_hz else self._tr("gan_view.rate_most")

    def faster(self, ways: int) -> None:
        """Go faster (1) or slower (−1)."""
        if self._slow_wanted:
            self._slow.faster(ways)
            self._show_run()
        else:
            self.change_rate(gan_controls.faster(self.scene.rate_hz, ways))

    # ── frames ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _on_tick(self) -> None:
        phase = self._slow.tick(FRAME_MS)
        if phase is not None:
            self._ask(GanControl(phase))
            return
        playing = self._frame is not None and self._frame.playing
        if self._pulling or not (playing or self._stale) or not self._begun:
            return
        self._pulling, self._stale = True, False
        era, since = self._screen.curves.era, self._screen.newest
        epoch = self._epoch
        self._submit(GanFrameRequest(since, era, self._want()), lambda reply: self._on_pulled(epoch, reply))

    def _want(self) -> tuple[Part, ...]:
        return self._screen.want(self.scene)

    def _ask(self, request: StartGan | ChangeGan | GanControl) -> None:
        epoch = self._epoch
        self._submit(request, lambda reply: self._on_told(epoch, request, reply))

    def _on_told(self, epoch: int, request: StartGan | ChangeGan | GanControl, reply: AnyReply) -> None:
        """The engine has done what it was told to; how it looks is asked for next."""
        if epoch != self._epoch:
            return
        self._stale = True
        rewound = isinstance(request, GanControl) and request.do == "rewind"
        if rewound:
            self._rewinding = False
            if self._rewind_to >= 0:
                self._rewind()
        if isinstance(reply, Failure):
            self._slow.stop()
            if isinstance(request, ChangeGan) and self._frame is not None:
                # What the engine refused is not what runs.
                self._history.pass_over(self._frame.scene)
                self._show_controls()
            self._fail(reply)
        elif isinstance(reply, GanFrame):
            self._note(reply)
            if reply.phase is not None and isinstance(request, GanControl) and request.do.startswith("phase"):
                duration_ms = self._slow.arrived(reply.phase)
                self._screen.begin_phase(reply.phase, duration_ms)
        elif isinstance(reply, Dropped) and isinstance(request, StartGan):
            self._begun = False

    def _on_pulled(self, epoch: int, reply: AnyReply) -> None:
        if epoch != self._epoch:
            return
        self._pulling = False
        if isinstance(reply, Failure):
            if reply.kind == "nothing_runs":
                self.start(self.scene, trained=self._trained)
            else:
                self._fail(reply)
        elif isinstance(reply, GanFrame):
            self._note(reply)
            self._screen.show(reply, self._history.scene, changed=self._changed)
            if reply.phase is None and self._film.wants(reply.step):
                film = self._screen.film_frame()
                if film is not None:
                    self._film.offer(film)
            self._tell_trouble(reply.trouble)
            self._reach(reply)

    def _note(self, frame: GanFrame) -> None:
        """Take note of how it stands."""
        was_playing = self._frame is not None and self._frame.playing
        self._frame = frame
        self._screen.frame_scene = frame.scene
        if was_playing != frame.playing:
            self._show_run()

    def _reach(self, frame: GanFrame) -> None:
        """Pause where somebody wanted to come to."""
        if self._target < 0:
            return
        if frame.step >= self._target or frame.trouble is not None:
            self._target = -1
            self._pause()
            self._stale = True

    def _tell_trouble(self, trouble: Trouble | None) -> None:
        if trouble == self._trouble:
            return
        self._trouble = trouble
        if trouble is None:
            self._show_banner(None)
        else:
            self._slow.stop()
            text, hint = self._tr.error(trouble.kind, trouble.details)
            self._show_banner(Banner("warning", text, hint))
        self._show_run()

    def _fail(self, failure: Failure) -> None:
        text, hint = self._tr.error(failure.kind, failure.details)
        self._show_banner(Banner("error", text, hint))

    @property
    def _changed(self) -> bool:
        """Whether it is another experiment than the preset: other seeds and rates show the same one."""
        base = self._base()
        same = self.scene.patched(rate_hz=base.rate_hz, seed=base.seed, lanes=base.lanes, device=base.device)
        return same != base

    def _base(self) -> GanScene:
        return preset(self.scene.preset) if self.scene.preset else GanScene()

    def _refresh(self) -> None:
        if self._frame is not None:
            self._screen.refresh(self._history.scene, changed=self._changed)

    def _show_controls(self) -> None:
        history = self._history
        self._view.show_controls(
            gan_controls.controls_show(
                self.scene,
                self._page,
                self._tr,
                tall=self._tall,
                can_undo=history.can_undo,
                can_redo=history.can_redo,
                changed=self._changed,
                resettable=self.scene.patched(rate_hz=0.0) != self._base(),
            )
        )

    def _show_run(self) -> None:
        speed = self._tr("speed", factor=f"{self._slow.speed:g}")
        rate = speed if self._slow_wanted else self._rate_text(self.scene.rate_hz)
        self._view.show_run(RunShow(self.playing, self._slow_wanted, rate))

    def _frames_of_film(self, most: int) -> tuple[FilmFrame, ...]:
        newest = self._screen.film_frame()
        if newest is None:
            return ()
        kept = [frame for frame in self._film.chosen(most) if frame.step < newest.step]
        return (*kept[: most - 1], newest)

    def _stem(self) -> str:
        return f"gan-{self.scene.preset or self.scene.data}-{self.step}"
