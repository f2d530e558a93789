"""1×1 convolutions: a perceptron at one pixel, and maps that become other maps by a weight matrix.

References
----------
Lin, Chen, Yan: Network In Network. ICLR 2014, section 3.1.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from explorer.core.errors import UserError
from explorer.core.layers import LayerGraph, LayerSpec, Step
from explorer.core.messages.ideas import MixResult, MlpStage, PixelMlpResult
from explorer.methods.microscope import chain_of
from explorer.tracing.forward import Activations, TracedNet


def follow_pixel(
    traced: TracedNet,
    activations: Activations,
    trace: str,
    step: str = "",
    pixel: tuple[int, int] | None = None,
    edges: int = 24,
) -> PixelMlpResult:
    """Return the values of an MLP convolution at one pixel; see ``PixelMlpRequest``. No pixel means the middle.

    Raises
    ------
    UserError
        ``no_mlpconv`` where the network has no such block; ``pixel_outside``.
    """
    graph = traced.graph
    block = _mlpconv(graph, step)
    rows, columns = graph.layer(block.output).map_size
    row, column = pixel if pixel is not None else (rows // 2, columns // 2)
    if not (0 <= row < rows and 0 <= column < columns):
        raise UserError("pixel_outside", layer=block.output, row=row, column=column, rows=rows, columns=columns)
    stages: list[MlpStage] = []
    for unit in block.children:
        convolution = chain_of(graph, unit.output).operation
        before = activations.get(convolution.name)[0, :, row, column].cpu()
        after = activations.get(unit.output)[0, :, row, column].cpu()
        read = stages[-1].values if stages else None
        stages.append(
            _stage(_convolution(traced, convolution), convolution.name, unit.label, before, after, read, edges)
        )
    return PixelMlpResult(trace, block.name, (row, column), (rows, columns), tuple(stages))


def mix_maps(
    traced: TracedNet, activations: Activations, trace: str, layer: str = "", inputs: int = 8, outputs: int = 4
) -> MixResult:
    """Return a few maps that a 1×1 convolution reads, its weights between them, and what it makes of them.

    Raises
    ------
    UserError
        ``no_1x1`` where the network has no 1×1 convolution.
    """
    graph = traced.graph
    spec = _pointwise(graph, layer)
    module = _convolution(traced, spec)
    stride = module.stride[0]
    maps = activations.get(spec.inputs[0])[0].detach()[:, ::stride, ::stride].double()
    whole = activations.get(spec.name)[0].detach().double()
    weight = module.weight.detach()[:, :, 0, 0].double()
    bias = torch.zeros(len(weight)).double() if module.bias is None else module.bias.detach().double()
    bias = bias.to(whole.device)
    strength = (whole - bias.view(-1, 1, 1)).flatten(1).norm(dim=1)
    rows = torch.topk(strength, min(outputs, len(strength))).indices
    contribution = (weight[rows].square().sum(dim=0)).sqrt() * maps.flatten(1).norm(dim=1)
    columns = torch.topk(contribution, min(inputs, len(contribution))).indices
    matrix = weight[rows][:, columns]
    chosen = maps[columns]
    mixed = torch.einsum("oi,ihw->ohw", matrix, chosen)
    made = whole[rows] - bias[rows].view(-1, 1, 1)
    lost = (made - mixed).flatten(1).square().sum(dim=1)
    share = 1 - lost / made.flatten(1).square().sum(dim=1).clamp_min(1e-30)
    return MixResult(
        trace=trace,
        layer=spec.name,
        source=spec.inputs[0],
        channels_in=weight.shape[1],
        channels_out=weight.shape[0],
        input_channels=_numbers(columns),
        output_channels=_numbers(rows),
        inputs=_single(chosen),
        matrix=_single(matrix),
        bias=_single(bias[rows]),
        mixed=_single(mixed + bias[rows].view(-1, 1, 1)),
        whole=_single(whole[rows]),
        share=_single(share),
        macs_1x1=spec.macs,
        macs_3x3=9 * spec.macs,
    )


def _mlpconv(graph: LayerGraph, step: str) -> Step:
    blocks = [one for outer in graph.steps for one in outer.walk() if one.kind == "mlpconv"]
    if not blocks:
        raise UserError("no_mlpconv", net=graph.net)
    return next((block for block in blocks if any(one.name == step for one in block.walk())), blocks[0])


def _pointwise(graph: LayerGraph, layer: str) -> LayerSpec:
    """Return the 1×1 convolution that was asked for, else the network's first."""

    def fits(spec: LayerSpec) -> bool:
        attributes = spec.attributes
        return spec.kind == "convolution" and attributes["kernel"] == 1 and attributes["groups"] == 1

    name = graph.aliases.get(layer, layer)
    if graph.has_layer(name) and fits(asked := chain_of(graph, name).operation):
        return asked
    found = next((spec for spec in graph.layers if fits(spec)), None)
    if found is None:
        raise UserError("no_1x1", net=graph.net)
    return found


def _convolution(traced: TracedNet, layer: LayerSpec) -> nn.Conv2d:
    module = traced.program.operations[traced.positions[layer.name]].module
    assert isinstance(module, nn.Conv2d)
    return module


def _stage(
    module: nn.Conv2d, layer: str, label: str, before: Tensor, after: Tensor, read: np.ndarray | None, count: int
) -> MlpStage:
    """Return one layer of the perceptron; ``read`` (C,) are the values that it reads, None for the first."""
    bias = torch.zeros(len(before)) if module.bias is None else module.bias.detach().cpu()
    edges, carried, weights, difference = np.zeros((0, 2), np.int32), np.zeros(0), np.zeros(0), 0.0
    if read is not None:
        weight = module.weight.detach()[:, :, 0, 0].cpu().double().numpy()
        products = weight * read.astype(np.float64)
        difference = float(np.abs(products.sum(axis=1) + bias.double().numpy() - before.double().numpy()).max())
        strongest = np.argsort(-np.abs(products), axis=None, kind="stable")[:count]
        to, source = np.unravel_index(strongest, products.shape)
        edges = np.stack([source, to], axis=1).astype(np.int32)
        carried, weights = products[to, source], weight[to, source]
    return MlpStage(
        layer=layer,
        label=label,
        before=np.array(before.numpy()),
        values=np.array(after.numpy()),
        bias=np.array(bias.numpy()),
        edges=edges,
        carried=carried.astype(np.float32),
        weights=weights.astype(np.float32),
        difference=difference,
    )


def _numbers(indices: Tensor) -> np.ndarray:
    return np.asarray(indices.to(torch.int32).cpu().numpy())


def _single(values: Tensor) -> np.ndarray:
    return np.asarray(values.float().cpu().numpy())
