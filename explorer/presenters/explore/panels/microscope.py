"""Why one value is what it is: what the microscope shows, and where it is turned to."""

from __future__ import annotations

from typing import Protocol

import msgspec

from explorer.core.messages.inside import MicroscopeRequest, MicroscopeResult
from explorer.presenters.explore.panels.kept import Kept
from explorer.presenters.explore.panels.microscope_show import MicroscopeShow, describe
from explorer.presenters.explore.panels.panel import PanelPresenter, Services, Situation
from explorer.presenters.play import Play

SHOWN_CHANNELS = 8


class MicroscopePort(Protocol):
    """The microscope's view."""

    def show_microscope(self, show: MicroscopeShow) -> None: ...


class MicroscopePresenter(PanelPresenter):
    """Follows the pixel that the class picked, and lets the window slide over the map."""

    def __init__(self, services: Services, view: MicroscopePort) -> None:
        super().__init__(services)
        self._view = view
        self._play = Play(services.clock())
        self._speed = 1.0
        self._layer = ""
        self._look = Kept(services, MicroscopeResult, self._on_result)
        self._result: MicroscopeResult | None = None

    @property
    def waiting(self) -> bool:
        return super().waiting or self._look.waiting

    # Where it is turned to

    def refresh(self) -> None:
        situation = self.situation
        layer = situation.state.layer
        changed, self._layer = layer.name != self._layer, layer.name
        if changed and self._result is not None:
            self._play.stop()
        pixel = situation.lens.pixel
        if self._play.playing and situation.scene.speed != self._speed:
            self._start(situation.scene.speed)
        pinned = pinned_of(situation)
        self._look.want(
            MicroscopeRequest(situation.trace.trace, layer.name, situation.state.channel, pixel, SHOWN_CHANNELS, pinned)
        )

    def _on_result(self, result: MicroscopeResult) -> None:
        self._result = result
        show = describe(self.situation, result, self.tr)
        self._view.show_microscope(msgspec.structs.replace(show, playing=self._play.playing))
        self._mark(result)

    def _mark(self, result: MicroscopeResult) -> None:
        size = self.situation.trace.input_size
        if result.field is None:
            self.services.mark(None)
            return
        top, left, bottom, right = (min(max(edge / size, 0.0), 1.0) for edge in result.field)
        self.services.mark((top, left, bottom, right))

    def retire(self) -> None:
        self._play.stop()
        self._look.forget()
        self._result = None
        self._layer = ""
        super().retire()

    # What the person does

    def pick(self, pixel: tuple[int, int]) -> None:
        """Look at another value of the map."""
        self.services.turn(pixel=pixel)

    def pin(self, channel: str) -> None:
        """Show another input channel's patch."""
        if self._result is not None:
            self.services.turn(variant=f"{self._result.operation} input {channel}")

    def go(self, by: int) -> None:
        """Look at a neighbouring channel of the layer, around the ends."""
        state = self.situation.state
        self.services.patch(channel=(state.channel + by) % state.layer.channels)

    def move(self, dx: int, dy: int) -> bool:
        if self._result is None:
            return True
        (rows, columns), (row, column) = self.situation.state.layer.map_size, self._result.pixel
        if (rows, columns) == (1, 1):
            self.go(dx or dy)
            return True
        target = min(max(row + dy, 0), rows - 1), min(max(column + dx, 0), columns - 1)
        if target != (row, column):
            self.services.turn(pixel=target)
        return True

    def open(self) -> bool:
        """Go to the input channel that contributes next to the one shown."""
        result = self._result
        if result is not None and result.kind in ("convolution", "linear") and len(result.order):
            channels = result.order[:SHOWN_CHANNELS].tolist()
            at = channels.index(result.source_channel) if result.source_channel in channels else -1
            self.pin(str(channels[(at + 1) % len(channels)]))
        return True

    def play(self) -> bool:
        """Let the window slide over the map, row by row, or stop it."""
        if self._play.playing:
            self._stop()
        elif self._result is not None and self.situation.state.layer.map_size != (1, 1):
            self._start(self.situation.scene.speed)
            self._on_tick()
        return True

    def _start(self, speed: float) -> None:
        self._speed = speed
        self._play.start(speed, self._on_tick)

    def _stop(self) -> None:
        self._play.stop()
        if self._result is not None and self.shown:
            self._on_result(self._result)

    def _on_tick(self) -> None:
        if self.waiting or self._result is None or not self.shown:
            return
        (rows, columns), (row, column) = self.situation.state.layer.map_size, self._result.pixel
        after = row * columns + column + 1
        if after >= rows * columns:
            self._stop()
            return
        changes: dict[str, object] = {"pixel": divmod(after, columns)}
        if self._result.kind == "convolution":
            # While the window slides, the input channel stays the same.
            changes["variant"] = f"{self._result.operation} input {self._result.source_channel}"
        self.services.turn(remember=False, **changes)


def pinned_of(situation: Situation) -> int:
    """Return the input channel that the lens is turned to, −1 for the strongest."""
    layer, _, channel = situation.lens.variant.rpartition(" input ")
    graph = situation.trace.graph
    if not channel.isdigit() or not graph.has_layer(layer):
        return -1
    # The layer that reads those channels stands in the unit on screen, or is it.
    inside = {situation.state.layer.name} | {step.output for step in situation.state.step.walk()}
    return int(channel) if layer in inside else -1
