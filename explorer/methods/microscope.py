"""One value of a layer taken apart: patch × kernel, summed by channel, plus bias, then what follows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from torch import Tensor, nn

from explorer.core.errors import UserError
from explorer.core.layers import Head, LayerGraph, LayerSpec
from explorer.core.messages.inside import Link, MicroscopeResult
from explorer.methods.links import follow, place_after, place_before, softmax_of_logits
from explorer.methods.reading import Place, Reading, map_of, read
from explorer.methods.wall import as_maps
from explorer.tracing.forward import Activations, TracedNet
from explorer.tracing.steps import FOLLOWERS


@dataclass(frozen=True)
class Chain:
    """An operation and the layers that follow it and work on single values, to the end of the unit.

    ``asked``: 0 where the operation was asked about, n where the n-th of ``followers`` was.
    """

    operation: LayerSpec
    followers: tuple[LayerSpec, ...]
    asked: int


def chain_of(graph: LayerGraph, layer_name: str) -> Chain:
    """Return the chain in which a layer stands: back to what it works on, and on while one follower reads it alone."""
    layer = graph.layer(layer_name)
    followers: list[LayerSpec] = []
    while layer.kind in FOLLOWERS:
        followers.insert(0, layer)
        layer = graph.layer(layer.inputs[0])
    operation, asked = layer, len(followers)
    last = followers[-1] if followers else operation
    while True:
        readers = graph.readers(last.name)
        if len(readers) != 1 or graph.layer(readers[0]).kind not in FOLLOWERS:
            return Chain(operation, tuple(followers), asked)
        last = graph.layer(readers[0])
        followers.append(last)


class Microscope:
    """Takes values of one run apart.

    Parameters
    ----------
    traced : TracedNet
    activations : Activations
        Of one picture.
    heads : sequence of Head
        That say whether they were trained: only a trained head's logits become probabilities.
    """

    def __init__(self, traced: TracedNet, activations: Activations, heads: Sequence[Head]) -> None:
        self._traced = traced
        self._graph = traced.graph
        self._activations = activations
        self._trained = {head.layer for head in heads if head.trained}

    def look(
        self,
        trace: str,
        layer: str,
        channel: int,
        pixel: tuple[int, int] | None = None,
        patches: int = 8,
        pinned: int = -1,
    ) -> MicroscopeResult:
        """Take one value apart; the parameters are those of ``MicroscopeRequest``.

        Raises
        ------
        UserError
            ``channel_outside``, ``pixel_outside``.
        KeyError
            For an unknown layer.
        """
        name = self._graph.aliases.get(layer, layer)
        chain = chain_of(self._graph, name)
        output = as_maps(self._activation(name))
        start = self._start(chain, place := _checked(output, name, channel, pixel))
        reading = read(self._graph, chain.operation, self._module(chain.operation), start, self._activation)
        tensor = float(as_maps(self._activation(chain.operation.name))[start])
        total = reading.total if reading.sources else tensor  # the input is only shown
        field = chain.operation.receptive_field
        ranked = _ranked(chain.operation.kind, reading)
        shown = _shown(ranked, reading.first_channel, patches, pinned)
        source, source_channel = self._source_map(chain.operation, reading, start, shown, pinned)
        return MicroscopeResult(
            trace=trace,
            layer=name,
            channel=channel,
            pixel=place[1:],
            asked=chain.asked,
            operation=chain.operation.name,
            kind=chain.operation.kind,
            sources=reading.sources,
            box=reading.box,
            source_size=self._graph.layer(reading.sources[0]).map_size if reading.sources else (0, 0),
            field=None if field is None else field.box(*start[1:]),
            sums=reading.sums,
            first_channel=reading.first_channel,
            order=(ranked + reading.first_channel).astype(np.int32),
            channels=(shown + reading.first_channel).astype(np.int32),
            patches=reading.patches[shown].astype(np.float32),
            kernels=reading.kernels[shown].astype(np.float32),
            products=reading.products[shown].astype(np.float32),
            rest=float(np.delete(reading.sums, shown).sum()),
            bias=reading.bias,
            total=total,
            tensor=tensor,
            difference=total - tensor,
            winner=reading.winner,
            origin=reading.origin,
            links=self._links(chain, start),
            source_map=source,
            source_channel=source_channel,
            output_map=np.array(output[channel].cpu().numpy()),
        )

    def _activation(self, name: str) -> Tensor:
        return self._activations.get(name)[0]

    def _module(self, layer: LayerSpec) -> nn.Module | None:
        return self._traced.program.operations[self._traced.positions[layer.name]].module

    def _start(self, chain: Chain, place: Place) -> Place:
        """Return where the operation's own value stands."""
        before = (chain.operation, *chain.followers)
        for number in range(chain.asked, 0, -1):
            place = place_before(before[number], before[number - 1].shape, place)
        return place

    def _links(self, chain: Chain, place: Place) -> tuple[Link, ...]:
        links: list[Link] = []
        layer = chain.operation
        for follower in chain.followers:
            before = self._activation(layer.name)
            links.append(follow(follower, self._module(follower), before, self._activation(follower.name), place))
            place = place_after(follower, before, place)
            layer = follower
        if layer.name in self._trained:
            links.append(softmax_of_logits(self._activation(layer.name), place[0]))
        return tuple(links)

    def _source_map(
        self, operation: LayerSpec, reading: Reading, place: Place, shown: np.ndarray, pinned: int
    ) -> tuple[np.ndarray, int]:
        """Return the map that is drawn behind the window, and its channel in its source."""
        if not reading.sources:
            return np.zeros((0, 0), np.float32), 0
        if operation.kind == "add":
            source = reading.sources[pinned if 0 <= pinned < len(reading.sources) else 0]
            return np.array(map_of(self._activation(source), place[0])), place[0]
        if reading.origin is not None:
            source, channel = reading.sources[reading.origin[0]], reading.origin[1]
            return np.array(map_of(self._activation(source), channel)), channel
        inside = 0 <= pinned - reading.first_channel < len(reading.sums)
        channel = pinned if inside else int(shown[0]) + reading.first_channel
        return np.array(map_of(self._activation(reading.sources[0]), channel)), channel


def _checked(output: Tensor, layer: str, channel: int, pixel: tuple[int, int] | None) -> Place:
    """Return the place that was asked about in maps (C, H, W); the channel's largest value where none was."""
    count, rows, columns = output.shape
    if not 0 <= channel < count:
        raise UserError("channel_outside", layer=layer, channel=channel, last=count - 1)
    if pixel is None:
        return channel, *divmod(int(output[channel].argmax()), columns)
    row, column = pixel
    if not (0 <= row < rows and 0 <= column < columns):
        raise UserError("pixel_outside", layer=layer, row=row, column=column, rows=rows, columns=columns)
    return channel, row, column


def _ranked(kind: str, reading: Reading) -> np.ndarray:
    """Return the indices of the sums, the largest contribution first."""
    if kind == "add":
        return np.arange(len(reading.sums))
    return np.argsort(-np.abs(reading.sums), kind="stable")


def _shown(ranked: np.ndarray, first: int, count: int, pinned: int) -> np.ndarray:
    """Return the indices of the channels that come with patches."""
    shown = ranked[: max(1, count)]
    index = pinned - first
    if 0 <= index < len(ranked) and index not in shown:
        shown = np.append(shown, index)
    return shown
