"""The hyperparameters in the person's hand: sliders, choices, presets, drawing, undo and reset."""

from __future__ import annotations

from typing import Protocol

from explorer.core.gan_scene import PRESETS, GanScene, preset
from explorer.core.text import Translator
from explorer.presenters.gan import controls
from explorer.presenters.gan.history import GanHistory
from explorer.presenters.gan.ports import GanPort

MOST_DRAWN = 2000
TRAINED = "digits-trained"
"""Key of the menu's entry that begins with the shipped weights."""

Points = tuple[tuple[float, float], ...]


class KnobsListener(Protocol):
    """Whoever acts on a change."""

    def begin(self, scene: GanScene, *, trained: bool = False) -> None:
        """Begin a run at step 0."""

    def apply(self, before: GanScene, scene: GanScene) -> None:
        """Go on with other hyperparameters."""

    def on_drawing(self) -> None:
        """The mouse draws real points now, or no longer does, or has drawn some."""


class Knobs:
    """Owns the scene of the GAN and its history.

    Attributes
    ----------
    drawing, drawn
        Whether the mouse draws real points, and which there are.
    """

    def __init__(self, view: GanPort, tr: Translator, listener: KnobsListener, scene: GanScene) -> None:
        self._view = view
        self._tr = tr
        self._listener = listener
        self._history = GanHistory(scene)
        self._page = controls.PAGES[0]
        self._tall = False
        self._stroke_open = False
        self.drawing = False
        self.drawn: Points = ()

    @property
    def scene(self) -> GanScene:
        """The hyperparameters of now."""
        return self._history.scene

    @property
    def changed(self) -> bool:
        """Whether it is another experiment than the preset: other seeds and rates show the same one."""
        base = self._base()
        same = self.scene.patched(rate_hz=base.rate_hz, seed=base.seed, lanes=base.lanes, device=base.device)
        return same != base

    def show(self) -> None:
        """Show the panel."""
        history = self._history
        show = controls.controls_show(
            self.scene,
            self._page,
            self._tr,
            tall=self._tall,
            can_undo=history.can_undo,
            can_redo=history.can_redo,
            changed=self.changed,
            resettable=self.scene.patched(rate_hz=0.0) != self._base(),
        )
        self._view.show_controls(show)

    def take(self, scene: GanScene, *, remember: bool = True) -> None:
        """Have another scene as the current one: a run begins with it, or the engine runs it and nothing else."""
        self.drawing = False
        if remember:
            self._history.change(scene)
        else:
            self._history.pass_over(scene)
        self.show()

    # The panel

    def on_slid(self, field: str, place: int, done: bool) -> None:
        """A slider was moved."""
        self._put(controls.fitted(self.scene, field, controls.value_at(field, place)), done=done)

    def on_picked(self, field: str, key: str) -> None:
        """One of several was chosen."""
        if field not in ("data", "data_pictures"):
            self._put(controls.fitted(self.scene, field, int(key) if field == "size" else key))
        elif key == "folder":
            self._view.ask_folder(self._tr("gan_view.folder"))
        elif key == "drawn" and not self.scene.drawn:
            self.drawing = False
            self.toggle_drawing()
        else:
            self._put(controls.with_data(self.scene, key))

    def on_folder(self, path: str) -> None:
        """A folder of pictures was chosen."""
        self._listener.begin(controls.fitted(self.scene, "folder", path))

    def on_page(self, page: str) -> None:
        """Another page of the panel is wanted."""
        self._page = page
        self.show()

    def on_tall(self, tall: bool) -> None:
        """The panel has become tall enough for more on a page, or no longer is."""
        self._tall = tall
        self.show()

    # Whole scenes

    def undo(self) -> None:
        """Take the last change back."""
        self._travel(self.scene, self._history.undo())

    def redo(self) -> None:
        """Make the change that was taken back again."""
        self._travel(self.scene, self._history.redo())

    def reset(self) -> None:
        """Put everything back to the preset, from step 0."""
        self._listener.begin(self._base())

    def choose_preset(self, key: str) -> None:
        """Begin a preset; ``TRAINED`` begins with digits that are learnt already."""
        self._listener.begin(preset("digits" if key == TRAINED else key), trained=key == TRAINED)

    def next_preset(self, ways: int) -> None:
        """Go to the next preset, or the one before."""
        names = [one.preset for one in PRESETS]
        here = names.index(self.scene.preset) if self.scene.preset in names else -1 if ways > 0 else 0
        self.choose_preset(names[(here + ways) % len(names)])

    def toggle_lanes(self) -> None:
        """Eight seeds side by side, or one."""
        if self.scene.plane:
            self._put(self.scene.patched(lanes=1 if self.scene.lanes > 1 else 8))

    def on_lane(self, seed: int) -> None:
        """Go on with one of the seeds alone."""
        self._put(self.scene.patched(seed=seed, lanes=1))

    def change_rate(self, rate_hz: float) -> None:
        """Train at another rate; undo does not count it, for nothing is learnt differently."""
        before, scene = self.scene, self.scene.patched(rate_hz=rate_hz)
        self._history.pass_over(scene)
        self._listener.apply(before, scene)

    # Drawing

    def toggle_drawing(self) -> None:
        """Take the mouse for drawing real points, or let it go."""
        if not self.scene.plane:
            return
        self.drawing = not self.drawing
        self.drawn = self.scene.drawn if self.scene.data == "drawn" else ()
        if not self.drawing and self._stroke_open:
            self._stroke_open = False
            self._history.change(self.scene)
        self.show()
        self._listener.on_drawing()

    def on_drawn(self, points: Points) -> None:
        """Real points were drawn with the mouse."""
        before = self.scene
        self.drawn = (self.drawn + points)[-MOST_DRAWN:]
        scene = controls.with_data(before, "drawn").patched(drawn=self.drawn)
        self._history.change(scene, done=False)
        self._stroke_open = True
        self._listener.apply(before, scene)
        self._listener.on_drawing()

    def _put(self, scene: GanScene, *, done: bool = True) -> None:
        before = self.scene
        if scene.data != before.data:
            self.drawing = False
        if scene.plane != before.plane:
            self._listener.begin(scene)
            return
        self._history.change(scene, done=done)
        if scene != before:
            self._listener.apply(before, scene)
        self.show()

    def _travel(self, before: GanScene, scene: GanScene | None) -> None:
        if scene is None:
            return
        self.drawing = False
        self._listener.apply(before, scene)
        self.show()

    def _base(self) -> GanScene:
        return preset(self.scene.preset) if self.scene.preset else GanScene()
