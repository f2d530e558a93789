"""The Explore workspace: one picture, one network, every layer.

The scene says what the person wants. It is resolved against the network that ran; what differs from the last resolved
state is asked of the engine and pushed to the view.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from explorer.core.layers import LayerGraph, Step
from explorer.core.memory import hand_freed_memory_back
from explorer.core.messages import AnyReply
from explorer.core.messages.base import Failure
from explorer.core.messages.explore import TraceRequest, TraceResult, WallRequest
from explorer.core.scene import Crop, Scene, View, Workspace
from explorer.core.text import Translator
from explorer.presenters.explore import describe, walk
from explorer.presenters.explore.history import History
from explorer.presenters.explore.panels.panel import PanelPresenter, Situation, Submit
from explorer.presenters.explore.resolve import Resolved, resolve
from explorer.presenters.explore.stage import StagePresenter
from explorer.presenters.picture import Picture
from explorer.presenters.play import Play
from explorer.presenters.ports import Banner, ExplorePort, PictureShow
from explorer.presenters.wording import localised


class ExplorePresenter:
    """Decides what Explore shows.

    Parameters
    ----------
    view : ExplorePort
    submit : callable
        Asks the engine.
    tr : Translator
    show_banner : callable
        Says a sentence over the stage.
    on_traced : callable
        Told of every network that ran, so that the chips and the session can follow.
    """

    def __init__(
        self,
        view: ExplorePort,
        submit: Submit,
        tr: Translator,
        show_banner: Callable[[Banner | None], None],
        on_traced: Callable[[TraceResult], None],
        play: Play,
        panels: Callable[[View], PanelPresenter],
        scene: Scene,
    ) -> None:
        self._view = view
        self._submit = submit
        self._tr = tr
        self._show_banner = show_banner
        self._on_traced = on_traced
        self._play = play
        self._stage = StagePresenter(view, submit, tr, self.fail, panels)
        self._history = History(scene)
        self._restore: Callable[[Scene], None] = lambda scene: None
        self._picture: Picture | None = None
        self._good: tuple[Scene, Picture] | None = None
        self._trace: TraceResult | None = None
        self._local: TraceResult
        self._localised: tuple[str, LayerGraph, LayerGraph] | None = None
        self._shown: Resolved | None = None
        self._play_shown: tuple[bool, str] | None = None
        self._running = False

    # ── the scene ──────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def scene(self) -> Scene:
        return self._history.scene

    @property
    def trace(self) -> TraceResult | None:
        """The run on screen, with labels as the network has them."""
        return self._trace

    @property
    def shown(self) -> Resolved | None:
        """What is on screen."""
        return self._shown

    def all_steps(self) -> list[Step]:
        """Return every step of the network on screen, with labels in the reader's language."""
        if self._trace is None:
            return []
        graph = self._local.graph
        return [step for outer in (*graph.steps, *graph.sides) for step in outer.walk()]

    def find(self, text: str) -> Step | None:
        """Return the step that a name or label means in the network on screen, or None."""
        return None if self._trace is None else self._trace.graph.find(text)

    @property
    def settled(self) -> bool:
        """Whether everything that the scene asks for is on screen."""
        return self._trace is not None and not self._running and not self._stage.waiting

    def apply(self, scene: Scene, *, remember: bool = True) -> None:
        """Put a scene on screen: run the network if that is needed, else change what differs."""
        before = self.scene
        self._history.put(scene, remember=remember)
        if self._trace is None or not before.runs_like(scene):
            self.run()
        else:
            self._refresh()

    def patch(self, **changes: object) -> None:
        """Change some fields of the scene."""
        scene = self.scene.patched(**changes)
        self.apply(scene if "lens" in changes else self._fitting(scene))

    def _fitting(self, scene: Scene) -> Scene:
        """Return a scene to which the class goes on from this one, without a pixel that its layer does not have."""
        pixel, before = scene.lens.pixel, self.scene
        if pixel is None or self._trace is None:
            return scene
        if (scene.net, scene.weights, scene.size) == (before.net, before.weights, before.size):
            rows, columns = resolve(scene, self._local.graph).layer.map_size
            if 0 <= pixel[0] < rows and 0 <= pixel[1] < columns:
                return scene
        return scene.patched(lens=msgspec.structs.replace(scene.lens, pixel=None))

    def remember(self, workspace: Workspace) -> None:
        """Note which workspace is on screen; undo passes over it, and nothing here changes."""
        self._history.scene = self.scene.patched(workspace=workspace)

    def turn(self, *, remember: bool = True, **changes: object) -> None:
        """Change some fields of the scene's lens; with ``remember=False`` undo passes over the change."""
        lens = msgspec.structs.replace(self.scene.lens, **changes)
        self.apply(self.scene.patched(lens=lens), remember=remember)

    def restore_with(self, restore: Callable[[Scene], None]) -> None:
        """Say who puts up a scene of another picture, which must be read again."""
        self._restore = restore

    def undo(self) -> bool:
        """Go back one scene; return whether there was one."""
        return self._travel(self._history.undo())

    def redo(self) -> bool:
        """Go forward again after :meth:`undo`."""
        return self._travel(self._history.redo())

    def _travel(self, scene: Scene | None) -> bool:
        if scene is None:
            return False
        if self._picture is None or self._picture.source != scene.picture:
            self._restore(scene)
        elif self._good is None or not self._good[0].runs_like(scene):
            self.run()
        else:
            self._refresh()
        return True

    # ── running ────────────────────────────────────────────────────────────────────────────────────────────────────

    def show_picture(self, picture: Picture, scene: Scene | None = None) -> None:
        """Run the network on another picture; the one on screen stays until the new one is there."""
        self._picture = picture
        base = scene or self.scene
        self._history.put(base.patched(picture=picture.source, crop=base.crop if scene else None))
        self.run()

    def run(self) -> None:
        """Ask the engine for the scene's network on its picture."""
        if self._picture is None:
            return
        scene, picture = self.scene, self._picture
        self._running = True
        self._view.show_busy(True)
        wall = self._first_wall(scene)
        request = TraceRequest(
            net=scene.net,
            weights=scene.weights,
            picture_key=picture.key,
            picture_name=picture.source.name,
            picture=picture.data,
            crop=scene.crop,
            size=scene.size,
            device=scene.device,
            wall=wall,
        )
        self._submit(request, lambda reply: self._on_traced_reply(scene, picture, wall, reply))

    def _first_wall(self, scene: Scene) -> WallRequest | None:
        """Return the wall that a run of the scene will show, where the network is the one that is known."""
        if self._trace is None or self._trace.net != scene.net:
            return None
        if scene.order == "class" and scene.lens.target:
            # The weights to come may not know the class by which the wall is ordered.
            return None
        return self._stage.wall_request(Situation(self._local, resolve(scene, self._local.graph), scene))

    def _on_traced_reply(self, scene: Scene, picture: Picture, wall: WallRequest | None, reply: AnyReply) -> None:
        if isinstance(reply, TraceResult):
            self._running = False
            self._view.show_busy(False)
            self._good = (scene, picture)
            self._take(reply, wall)
        elif isinstance(reply, Failure):
            self._running = False
            self._view.show_busy(False)
            self.fail(reply)
            self._go_back()
        # Only an engine that died, or a newer request, drops a trace; either asks again.

    def _go_back(self) -> None:
        """After a refusal: the scene is again the one that is on screen."""
        if self._good is not None:
            scene, self._picture = self._good
            self._history.replace(scene.patched(layer=self.scene.layer, view=self.scene.view))

    def fail(self, failure: Failure) -> None:
        """Say what went wrong; nothing on screen changes."""
        self._show_banner(Banner("error", *self._tr.error(failure.kind, failure.details)))

    def _take(self, reply: TraceResult, wall: WallRequest | None) -> None:
        before = self._trace
        # Other weights may belong to another form of the same network.
        other = before is None or before.graph != reply.graph
        trace = msgspec.structs.replace(reply, wall=None)
        if before is not None and not other:
            # The same network on another picture: the map need not be made again.
            trace = msgspec.structs.replace(trace, graph=before.graph)
        self._trace = trace
        if other:
            self._shown = None
        self._localise()
        if wall is not None and reply.wall is not None:
            self._stage.keep(wall, reply.wall)
        if other:
            self._play.stop()
            self._tell()
            self._refresh()
            self._view.when_painted(hand_freed_memory_back)  # of the network that went
            return
        # The class looks at the maps: they come first, and what stands around them a moment later.
        self._refresh(maps_first=True)
        self._view.when_painted(lambda: self._tell() if self._trace is trace else None)

    def _tell(self) -> None:
        """Show everything about the newest run but its maps, and pass it on."""
        assert self._trace is not None
        self._show_around()
        self._stage.show_around()
        self._on_traced(self._trace)

    def _localise(self) -> None:
        assert self._trace is not None
        trace = self._trace
        if self._localised is None or self._localised[:2] != (self._tr.language, trace.graph):
            self._localised = self._tr.language, trace.graph, localised(trace.graph, self._tr)
        self._local = msgspec.structs.replace(trace, graph=self._localised[2])
        self._stage.use(self._local)

    def _show_around(self) -> None:
        trace = self._local
        untrained = frozenset(head.name for head in trace.graph.heads if not head.trained)
        self._view.show_graph(trace.graph, trace.title, untrained)
        self._view.show_verdict(describe.verdict(trace, self._tr))
        caption = self._tr("input.sees", size=trace.input_size)
        self._view.show_picture(PictureShow(trace.preview, trace.crop, caption))

    def retranslate(self) -> None:
        """Say everything again, in the translator's new language."""
        if self._trace is not None:
            self._localise()
            self._show_around()
            self._shown = self._play_shown = None
            self._refresh()

    # ── what is on screen ──────────────────────────────────────────────────────────────────────────────────────────

    def _refresh(self, *, maps_first: bool = False) -> None:
        """Bring the view up to the scene: push what changed, ask for what is missing."""
        if self._trace is None:
            return
        scene = self.scene
        state = resolve(scene, self._local.graph)
        before, self._shown = self._shown, state
        self._view.show_controls(scene.scaling, scene.order, scene.colour_map)
        self._show_play()
        if before is None or before.step.name != state.step.name:
            self._view.show_position(state.step.name)
        self._stage.show(Situation(self._local, state, scene), maps_first=maps_first)

    # ── what the person does ───────────────────────────────────────────────────────────────────────────────────────

    def step(self, direction: walk.Direction) -> None:
        """Go to another step; entering and leaving a block is ↓ and ↑."""
        if self._trace is None or self._shown is None:
            return
        self.go_to(walk.target(self._local.graph, self._shown.step.name, direction).name)

    def go_to(self, step_name: str) -> None:
        """Jump to a step; the branch and channel views give way where the step has none."""
        if self._trace is not None and step_name != self.scene.layer:
            self.patch(layer=step_name)

    def go_to_index(self, index: int) -> None:
        """Jump to a step of the main path by its place on the time line."""
        if self._trace is not None:
            steps = self._local.graph.steps
            self.go_to(steps[min(max(index, 0), len(steps) - 1)].name)

    def choose_view(self, view: View) -> None:
        """Change the view where the step has it."""
        if self._shown is not None and view in self._shown.views:
            self.patch(view=view)

    def open_channel(self, channel: int) -> None:
        """Show one channel large."""
        self._stage.picked = True
        if self._shown is None:
            return
        if "channel" not in self._shown.views:
            self.patch(channel=channel)
            return
        step = self._shown.step
        if self._shown.view == "branches" and self._shown.module is not None:
            step = self._shown.module
        self.patch(layer=step.name, channel=channel, view="channel")

    def move_channel(self, by: int) -> None:
        """Go to a neighbouring channel, around the ends."""
        if self._shown is not None:
            self.patch(channel=(self._shown.channel + by) % self._shown.layer.channels)

    def move_selection(self, dx: int, dy: int) -> bool:
        """Shift and an arrow were pressed; return whether the panel on screen knew what to do."""
        return self._stage.panel is not None and self._stage.panel.move(dx, dy)

    def open_selection(self) -> bool:
        """Enter was pressed; return whether the panel on screen knew what to do."""
        return self._stage.panel is not None and self._stage.panel.open()

    def zoom(self, by: int) -> bool:
        """+ or − was pressed; return whether the panel on screen knew what to do."""
        return self._stage.panel is not None and self._stage.panel.zoom(by)

    def change_crop(self, crop: Crop, final: bool) -> None:
        """The network looks at another square; while the square is dragged the newest place wins."""
        if self._trace is None:
            return
        self._history.put(self.scene.patched(crop=crop), remember=final)
        self.run()

    def toggle_play(self) -> None:
        """Let the data run through the network, or stop it."""
        if self._trace is None or (self._stage.panel is not None and self._stage.panel.play()):
            return
        at_end = self._shown is not None and self._shown.step.name == self._local.graph.steps[-1].name
        if at_end and not self._play.playing:
            self.step("first")
        self._play.toggle(self.scene.speed, self._on_play_tick)
        self._show_play()

    def change_speed(self, speed: float) -> None:
        """Play slower or faster."""
        self._history.put(self.scene.patched(speed=speed), remember=False)
        if self._play.playing:
            self._play.start(speed, self._on_play_tick)
        self._show_play()

    def _on_play_tick(self) -> None:
        """One step of the data; a step that is still being drawn is waited for."""
        if self._shown is None or not self.settled:
            return
        graph = self._local.graph
        index = graph.main_index(self._shown.step.name)
        if index + 1 >= len(graph.steps):
            self._play.stop()
            self._show_play()
            return
        self._history.put(self._fitting(self.scene.patched(layer=graph.steps[index + 1].name)), remember=False)
        self._refresh()

    def _show_play(self) -> None:
        shown = self._play.playing, self._tr("speed", factor=f"{self.scene.speed:g}")
        if shown != self._play_shown:
            self._play_shown = shown
            self._view.show_playing(*shown)

    def hovered(self, place: tuple[int, int, int] | None) -> None:
        """The pointer is over a value of the wall or of the large channel, or over none."""
        self._stage.hovered(place)

    def branch_hovered(self, place: tuple[str, int, int, int, int] | None) -> None:
        """The pointer is over a value in a lane."""
        self._stage.branch_hovered(place)
