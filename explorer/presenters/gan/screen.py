"""What of a frame is on screen: layers, curves, captions, and what has to be asked for to draw them."""

from __future__ import annotations

import msgspec

from explorer.core.gan_scene import GanScene
from explorer.core.messages.gan import GanFrame, Part, PhaseFrame
from explorer.core.text import Translator
from explorer.presenters.gan import describe
from explorer.presenters.gan.curves import RunCurves
from explorer.presenters.gan.pictures import PictureDesk
from explorer.presenters.gan.ports import FilmFrame, GanPort, MomentsShow, PlaneShow

SMOOTH_WINDOW = 50
"""Steps that a smoothed curve averages."""


class GanScreen:
    """Pushes frames to the view.

    Attributes
    ----------
    layers : frozenset of str
        Those that are on.
    slow : bool
        Whether steps are shown phase by phase, which needs the networks on screen.
    drawing, drawn
        Whether the mouse draws real points, and which there are.
    """

    def __init__(self, view: GanPort, tr: Translator, pictures: PictureDesk) -> None:
        self._view = view
        self._tr = tr
        self._pictures = pictures
        self._log = False
        self._window = SMOOTH_WINDOW
        self._at: tuple[float, float] | None = None
        self.layers: frozenset[str] = frozenset(("verdict",))
        self.slow = False
        self.drawing = False
        self.drawn: tuple[tuple[float, float], ...] = ()
        self.cursor: float | None = None
        self.frame_scene: GanScene | None = None
        self.clear()

    def clear(self) -> None:
        """Forget everything: another run begins."""
        self.curves = RunCurves()
        self.newest = 0
        self._frame: GanFrame | None = None
        self._phase: PhaseFrame | None = None
        self._last = 0
        self._turn = 0
        self.drawing = False

    def want(self, scene: GanScene) -> tuple[Part, ...]:
        """Return the parts of a frame that are on screen."""
        wanted: list[Part] = []
        self._turn += 1
        # Every look costs the training time: while it plays, the verdict and the arrows are looked at by turns, each
        # half as often as the points.
        calm = self.slow or self._frame is None or not self._frame.playing
        if scene.plane:
            layers = self.layers
            # The verdict is also what the pointer is told.
            if "verdict" in layers and (calm or self._turn % 2 == 0):
                wanted.append("heat")
            if "manifold" in layers:
                wanted.append("manifold")
            if "gradients" in layers and (calm or self._turn % 2 == 1):
                wanted.append("arrows")
            if scene.lanes > 1:
                wanted.append("lanes")
        else:
            wanted.append("samples")
        # The diagram is drawn at a quarter of the plane's rate.
        if self.nets_shown and (calm or self._turn % 4 == 1):
            wanted.append("weights")
        return tuple(wanted)

    @property
    def nets_shown(self) -> bool:
        return self.slow or "networks" in self.layers

    def show(self, frame: GanFrame, scene: GanScene, *, changed: bool) -> None:
        """Show a frame."""
        if frame.curves is not None:
            if frame.era != self.curves.era:
                self._last = 0
            self.curves.take(frame.curves, frame.era)
        frame = self._completed(frame)
        self.newest = frame.step
        self._last = max(self._last, frame.step)
        self._frame = frame
        self._phase = frame.phase
        self.refresh(scene, changed=changed)

    def _completed(self, frame: GanFrame) -> GanFrame:
        """Return the frame with the parts of the one before that are on screen but were not asked for this time."""
        before = self._frame
        if before is None:
            return frame
        if frame.g is None and self.nets_shown:
            frame = msgspec.structs.replace(frame, g=before.g, d=before.d)
        plane, older = frame.plane, before.plane
        if plane is not None and older is not None:
            kept = {}
            if plane.heat is None and "verdict" in self.layers:
                kept["heat"] = older.heat
            if plane.arrows is None and "gradients" in self.layers:
                kept["arrows"] = older.arrows
            if kept:
                frame = msgspec.structs.replace(frame, plane=msgspec.structs.replace(plane, **kept))
        return frame

    def refresh(self, scene: GanScene, *, changed: bool) -> None:
        """Show the newest frame again: something about how it is shown has changed."""
        frame, view, tr = self._frame, self._view, self._tr
        if frame is None:
            return
        view.show_head(describe.head(frame, self._lit(), tr))
        if frame.plane is not None:
            view.show_plane(self._plane())
            several = bool(frame.lanes)
            verdict = "verdict" in self.layers
            view.show_lanes(describe.lanes(frame.lanes, frame.plane, verdict, tr) if several else None)
            self.hover(self._at)
        else:
            self._pictures.show(frame)
        view.show_nets(describe.nets(frame, tr) if self.nets_shown else None)
        view.show_plots(describe.plots(self.curves, frame.scene, tr))
        view.show_scales(log=self._log, window=self._window)
        view.show_figures(describe.figure_rows(frame.figures, frame.scene, tr))
        if self._phase is not None and self.slow:
            view.show_caption(describe.phase_caption(self._phase, tr))
        else:
            view.show_caption(describe.caption(scene, tr, changed=changed))
        self.show_moments()

    def show_past(self, past: FilmFrame, step: int) -> None:
        """Show how it was, as the film has it, while the time line is dragged."""
        frame = self._frame
        if frame is None:
            return
        if past.plane is not None:
            self._view.show_plane(past.plane)
        if past.pictures is not None:
            self._view.show_pictures(past.pictures)
        self.point_at(step)
        kept = tuple(int(one) for one in frame.kept)
        label = self._tr("gan_view.moment", step=f"{step:,}")
        self._view.show_moments(MomentsShow(kept, step, self._last, label, None))

    def point_at(self, step: int | None) -> None:
        """Put the cursor of the plots and the time line at a step, or take it away."""
        self.cursor = None if step is None else float(step)
        self._view.show_cursor(self.cursor)

    def begin_phase(self, phase: PhaseFrame, duration_ms: int) -> None:
        """Say what happens in a phase and let its data flow."""
        self._phase = phase
        self._view.show_caption(describe.phase_caption(phase, self._tr))
        self._view.play_phase(phase, duration_ms)

    def hover(self, at: tuple[float, float] | None) -> None:
        """Say what is under the pointer."""
        self._at = at
        frame = self._frame
        if at is None or frame is None or frame.plane is None or self.drawing:
            self._view.show_hover(None, None)
            return
        plane = frame.plane
        if "manifold" not in self.layers:
            self._view.show_hover(describe.hover(plane, at, self._tr)[0], None)
            return
        self._view.show_hover(*describe.hover(plane, at, self._tr))

    def show_moments(self) -> None:
        """Show the time line."""
        frame = self._frame
        if frame is None:
            return
        kept = tuple(int(step) for step in frame.kept)
        last = max(self._last, kept[-1] if kept else 0, frame.step)
        label = self._tr("gan_view.moment", step=f"{frame.step:,}")
        self._view.show_moments(MomentsShow(kept, frame.step, last, label, self.cursor))

    def toggle_log(self) -> None:
        self._log = not self._log
        self._view.show_scales(log=self._log, window=self._window)

    def toggle_smoothing(self) -> None:
        self._window = 1 if self._window > 1 else SMOOTH_WINDOW
        self._view.show_scales(log=self._log, window=self._window)

    def film_frame(self) -> FilmFrame | None:
        """Return the moment on screen as a film keeps it; None where there is none yet."""
        frame, tr = self._frame, self._tr
        if frame is None or (frame.plane is None and frame.pictures is None):
            return None
        title = f"{describe.data_title(frame.scene, tr)}  ·  {tr('gan_view.step_is', step=f'{frame.step:,}')}"
        return FilmFrame(
            frame.step,
            title,
            self._plane() if frame.plane is not None else None,
            self._pictures.shown() if frame.pictures is not None else None,
            describe.plots(self.curves, frame.scene, tr),
        )

    def _plane(self) -> PlaneShow:
        frame = self._frame
        assert frame is not None and frame.plane is not None
        phase = frame.phase if self.slow else None
        critic = frame.scene.loss == "wasserstein_gp"
        return PlaneShow(frame.plane, self._lit(), critic, phase, self.drawing, self.drawn)

    def _lit(self) -> frozenset[str]:
        return self.layers | {"networks"} if self.slow else self.layers
