"""What feeds a channel, and what it feeds: each sum taken apart by the channels that it adds up."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from explorer.core.errors import UserError
from explorer.core.layers import LayerGraph
from explorer.core.messages.study import Feed, FeedsResult
from explorer.methods.wall import as_maps
from explorer.tracing.forward import Activations, TracedNet


def describe_feeds(
    traced: TracedNet, activations: Activations, trace: str, layer: str, channel: int, count: int
) -> FeedsResult:
    """Return the ``count`` strongest feeders and readers of a channel.

    Raises
    ------
    UserError
        ``layer_unknown``, ``channel_outside``.
    """
    graph = traced.graph
    if layer not in traced.positions:
        raise UserError("layer_unknown", layer=layer, net=graph.net)
    spec = graph.layers[traced.positions[layer]]
    if not 0 <= channel < spec.channels:
        raise UserError("channel_outside", layer=layer, channel=channel, last=spec.channels - 1)
    if spec.kind == "flatten":
        # A flattened value belongs to the channel that it came from.
        spec = graph.layer(unflattened(traced, spec.name))
        channel //= spec.map_size[0] * spec.map_size[1]
    row, column, value = strongest_place(activations, spec.name, channel)
    added = sources(traced, activations, spec.name, channel)
    feeders = _feeders(graph, added, row, column)
    reading = sinks(traced, activations, spec.name, channel)
    return FeedsResult(
        trace=trace,
        layer=spec.name,
        channel=channel,
        through=added.through if added.reads else "",
        reading=reading[0].layer if reading else "",
        row=row,
        column=column,
        value=value,
        total=float(sum(float(maps[:, row, column].double().sum()) for _, _, maps in added.reads)),
        bias=added.bias,
        candidates=sum(len(channels) for _, channels, _ in added.reads),
        feeders=_strongest(feeders, count),
        readers=_strongest([feed for sink in reading for feed in _readers(graph, sink)], count),
    )


def _feeders(graph: LayerGraph, added: Sources, row: int, column: int) -> list[Feed]:
    all_energy = sum(float(energies.sum()) for energies in added.energies) or 1.0
    steps = {layer: _step_of(graph, layer) for layer, _, _ in added.reads}
    return [
        Feed(layer, number, steps[layer], at_place, mean, energy / all_energy)
        for (layer, channels, maps), energies in zip(added.reads, added.energies, strict=True)
        for number, at_place, mean, energy in zip(
            channels.tolist(),
            maps[:, row, column].tolist(),
            maps.mean(dim=(1, 2)).tolist(),
            energies.tolist(),
            strict=True,
        )
    ]


def _readers(graph: LayerGraph, sink: Sinks) -> list[Feed]:
    all_energy = float(sink.energies.sum()) or 1.0
    step = _step_of(graph, sink.layer)
    rows = zip(sink.contributions.tolist(), sink.means.tolist(), sink.energies.tolist(), strict=True)
    return [
        Feed(sink.layer, number, step, at_place, mean, energy / all_energy)
        for number, (at_place, mean, energy) in enumerate(rows)
    ]


def _step_of(graph: LayerGraph, layer: str) -> str:
    step = graph.find(layer)
    return "" if step is None else step.name


def _strongest(feeds: list[Feed], count: int) -> tuple[Feed, ...]:
    return tuple(sorted(feeds, key=lambda feed: abs(feed.contribution), reverse=True)[:count])


@dataclass(frozen=True)
class Sources:
    """What is added up to one channel of a layer, before normalisation and ReLU.

    Attributes
    ----------
    through : str
        Layer that adds up.
    reads : list of (str, Tensor, Tensor)
        A layer that it reads; the channels of that layer that are added (K,); and what each contributes at every
        place of the map (K, H, W), exact.
    energies : list of Tensor (K,)
        ‖kernel‖ · ‖what it reads‖ of each channel.
    bias : float
    """

    through: str
    reads: list[tuple[str, Tensor, Tensor]]
    energies: list[Tensor]
    bias: float


_ADDS_NOTHING = frozenset({"relu", "batch_norm", "lrn", "dropout", "softmax", "flatten"})


def summing_layer(traced: TracedNet, layer: str) -> str:
    """Return the convolution, sum, pooling or concatenation whose result a layer is, but for what follows it."""
    spec = traced.graph.layers[traced.positions[layer]]
    while spec.kind in _ADDS_NOTHING and spec.inputs:
        spec = traced.graph.layer(spec.inputs[0])
    return spec.name


def sources(traced: TracedNet, activations: Activations, layer: str, channel: int) -> Sources:
    """Return what is added up to a channel, taken apart by the channels that feed it."""
    through = summing_layer(traced, layer)
    spec = traced.graph.layer(through)
    module = traced.program.operations[traced.positions[through]].module
    if spec.kind == "concat":
        before = 0
        for name in spec.inputs:
            count = traced.graph.layer(name).channels
            if channel < before + count:
                return sources(traced, activations, name, channel - before)
            before += count
    with torch.inference_mode():
        inputs = [(name, activations.get(name)) for name in spec.inputs]
        if isinstance(module, nn.Conv2d):
            return _of_convolution(module, through, inputs[0], channel)
        if isinstance(module, nn.Linear):
            return _of_linear(traced, module, through, inputs[0], channel)
        here = torch.tensor([channel])
        if spec.kind == "add":
            reads = [(name, here, value[0, channel : channel + 1]) for name, value in inputs]
        else:  # pooling: the channel below it
            reads = [(name, here, activations.get(through)[0, channel : channel + 1]) for name, _ in inputs]
        energies = [torch.linalg.vector_norm(value[0, channel].float()).view(1) for _, value in inputs]
    return Sources(through, reads, energies, 0.0)


def _of_convolution(module: nn.Conv2d, through: str, read: tuple[str, Tensor], channel: int) -> Sources:
    name, maps = read
    width = module.in_channels // module.groups
    first = channel // (module.out_channels // module.groups) * width
    kernel = module.weight[channel]
    part = maps[:, first : first + width]
    contributions = _apart(module, part, kernel[:, None])[0]
    norms = torch.linalg.vector_norm(kernel.flatten(1), dim=1)
    energies = norms * torch.linalg.vector_norm(part[0].flatten(1), dim=1)
    bias = float(module.bias[channel]) if module.bias is not None else 0.0
    return Sources(through, [(name, torch.arange(first, first + width), contributions)], [energies], bias)


def _apart(module: nn.Conv2d, maps: Tensor, kernels: Tensor) -> Tensor:
    """Return the convolution of each map with its own kernels (K·N, 1, k, k): (1, K·N, H, W)."""
    return F.conv2d(maps, kernels, None, module.stride, module.padding, module.dilation, groups=maps.shape[1])


def _of_linear(traced: TracedNet, module: nn.Linear, through: str, read: tuple[str, Tensor], channel: int) -> Sources:
    name = unflattened(traced, read[0])
    count = traced.graph.layer(name).channels
    values = read[1][0].reshape(count, -1)
    weights = module.weight[channel].reshape(count, -1)
    contributions = (values * weights).sum(dim=1).view(-1, 1, 1)
    energies = torch.linalg.vector_norm(weights, dim=1) * torch.linalg.vector_norm(values, dim=1)
    bias = float(module.bias[channel]) if module.bias is not None else 0.0
    return Sources(through, [(name, torch.arange(count), contributions)], [energies], bias)


def unflattened(traced: TracedNet, layer: str) -> str:
    """Return the layer whose values a flattened or silent layer passes on."""
    spec = traced.graph.layer(layer)
    while spec.kind in ("flatten", "dropout") and spec.inputs:
        spec = traced.graph.layer(spec.inputs[0])
    return spec.name


def strongest_place(activations: Activations, layer: str, channel: int) -> tuple[int, int, float]:
    """Return row, column and value of a channel's largest activation."""
    maps = as_maps(activations.get(layer)[0])[channel]
    place = int(torch.nan_to_num(maps, nan=-torch.inf).argmax())
    row, column = divmod(place, maps.shape[1])
    return row, column, float(maps[row, column])


@dataclass(frozen=True)
class Sinks:
    """What a layer that reads a channel makes of it: for each of its output channels (C,).

    ``contributions`` at each output channel's strongest place, ``means`` over its map, ``energies`` as in Sources.
    ``through`` does the summing, ``layer`` is what is seen of it: its result after normalisation and ReLU.
    """

    through: str
    layer: str
    contributions: Tensor
    means: Tensor
    energies: Tensor


def sinks(traced: TracedNet, activations: Activations, layer: str, channel: int) -> list[Sinks]:
    """Return what each convolution or linear layer that reads a channel makes of it, in the order of the data.

    Between the two, normalisation, ReLU, pooling, dropout and concatenation are passed through; sums are not: after
    one, a channel is no longer its own.
    """
    found: list[Sinks] = []
    open_ends = [(traced.graph.layers[traced.positions[layer]].name, channel)]
    while open_ends:
        name, number = open_ends.pop(0)
        for reader in traced.graph.readers(name):
            spec = traced.graph.layer(reader)
            if spec.kind in ("convolution", "linear"):
                found.append(_sink(traced, activations, reader, name, number))
            elif spec.kind == "concat":
                before = spec.inputs[: spec.inputs.index(name)]
                open_ends.append((reader, number + sum(traced.graph.layer(one).channels for one in before)))
            elif spec.kind != "add":
                open_ends.append((reader, number))
    return found


def _sink(traced: TracedNet, activations: Activations, reader: str, name: str, channel: int) -> Sinks:
    module = traced.program.operations[traced.positions[reader]].module
    shown = _shown(traced, reader)
    with torch.inference_mode():
        maps = activations.get(name)
        output = as_maps(activations.get(shown)[0]).flatten(1)
        if isinstance(module, nn.Conv2d):
            passed, kernels = _through_convolution(module, maps, channel)
            read = maps[0, channel]
        else:
            assert isinstance(module, nn.Linear)
            count = traced.graph.layer(unflattened(traced, name)).channels
            kernels = module.weight.reshape(module.out_features, count, -1)[:, channel]
            read = maps[0].reshape(count, -1)[channel]
            passed = (kernels @ read).view(-1, 1)
        places = output.argmax(dim=1, keepdim=True)
        energies = torch.linalg.vector_norm(kernels, dim=1) * torch.linalg.vector_norm(read.float())
    return Sinks(reader, shown, passed.gather(1, places)[:, 0], passed.mean(dim=1), energies)


def _through_convolution(module: nn.Conv2d, maps: Tensor, channel: int) -> tuple[Tensor, Tensor]:
    """Return what a channel adds to each output channel (O, H·W), and the kernels (O, k·k) that do it."""
    width, outputs = module.in_channels // module.groups, module.out_channels // module.groups
    group = channel // width
    kernels = torch.zeros_like(module.weight[:, :1])
    mine = slice(group * outputs, (group + 1) * outputs)
    kernels[mine] = module.weight[mine, channel % width : channel % width + 1]
    read = maps[:, channel : channel + 1]
    passed = F.conv2d(read, kernels, None, module.stride, module.padding, module.dilation)[0]
    return passed.flatten(1), kernels.flatten(1)


def _shown(traced: TracedNet, layer: str) -> str:
    """Return the last of the layers that only normalise or clip what a layer says, as a class sees it."""
    name = layer
    while True:
        readers = traced.graph.readers(name)
        if len(readers) != 1 or traced.graph.layer(readers[0]).kind not in ("batch_norm", "relu", "lrn"):
            return name
        name = readers[0]
