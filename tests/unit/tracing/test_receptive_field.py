"""A receptive field is where the gradient is not zero."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from explorer.core.layers import LayerGraph
from explorer.nets import catalog
from explorer.tracing.graph import build_graph
from explorer.tracing.program import Program
from tests.unit.nets.random_weights import on_meta, random_state


def _seeing(name: str, size: int) -> tuple[Program, LayerGraph]:
    """Return a network whose gradient vanishes nowhere in a receptive field, with the graph of the real one.

    Weights are positive, so that nothing cancels and no ReLU cuts; averages stand for maxima, which pass gradient to
    one pixel only.
    """
    spec = catalog.find(name)
    _, graph = build_graph(on_meta(lambda: spec.build(2)), name, size, spec.labels)
    net = on_meta(lambda: spec.build(2)).eval()
    for path, module in list(net.named_modules()):
        if isinstance(module, nn.MaxPool2d):
            average = nn.AvgPool2d(
                module.kernel_size, module.stride, module.padding, module.ceil_mode, count_include_pad=False
            )
            net.set_submodule(path, average)
    positive = {key: value.abs() for key, value in random_state(net).items()}
    net.load_state_dict(positive, strict=True, assign=True)
    program, _ = build_graph(net, name, size, spec.labels)
    return program, graph


def _seen(program: Program, name: str, size: int, row: int, column: int) -> tuple[int, int, int, int]:
    """Return (top, left, bottom, right) of the input pixels that a value of a layer depends on."""
    picture = torch.rand(1, 3, size, size, generator=torch.Generator().manual_seed(0)).requires_grad_()
    values: list[Tensor] = [picture]
    for operation in program.operations[1:]:
        values.append(operation.call(*(values[index] for index in operation.inputs)))
        if operation.name == name:
            break
    output = values[-1]
    chosen = output[0, :, row, column] if output.ndim == 4 else output[0]
    (gradient,) = torch.autograd.grad(chosen.sum(), picture)
    rows, columns = gradient.abs().sum(dim=(0, 1)).nonzero(as_tuple=True)
    return int(rows.min()), int(columns.min()), int(rows.max()) + 1, int(columns.max()) + 1


# Sizes at which every pixel is read: where a convolution leaves the last rows out, a field is larger than what is seen.
CASES = {
    ("alexnet", 227): ("conv1", "norm1", "pool1", "conv3", "pool5", "fc6"),
    ("vgg16", 96): ("features.0", "features.4", "features.7", "features.14", "features.21", "classifier.6"),
    ("nin", 119): ("mlpconv1", "pool1", "mlpconv2", "pool2", "avgpool"),
    ("googlenet", 128): (
        "maxpool1",
        "conv3",
        "maxpool2",
        "inception3a.branch1",
        "inception3a.branch4.0",
        "inception3a",
        "maxpool3",
        "inception4a",
        "aux1.pool",
        "fc",
    ),
    ("googlenet-paper", 96): ("inception3a.branch2", "inception3a.branch3", "inception3b"),
    ("resnet18", 128): ("maxpool", "layer1.0", "layer2.0.downsample.0", "layer2.0", "layer3.0.conv1"),
    ("resnet50", 96): ("layer1.0.conv2", "layer1.2", "layer2.0.conv2", "layer2.0"),
}


@pytest.mark.parametrize(("net", "size"), CASES, ids=lambda value: str(value))
def test_fields_are_where_the_gradient_is_not_zero(net: str, size: int) -> None:
    program, graph = _seeing(net, size)
    for name in CASES[net, size]:
        layer = graph.layer(name)
        assert layer.receptive_field is not None
        last = layer.map_size[0] - 1
        for row, column in {(0, last), (last // 2, last // 3)}:
            top, left, bottom, right = layer.receptive_field.box(row, column)
            clipped = max(0, top), max(0, left), min(size, bottom), min(size, right)
            assert _seen(program, name, size, row, column) == clipped, name


def test_uneven_adaptive_windows_are_held_by_their_field() -> None:
    program, graph = _seeing("googlenet", 224)  # 14 × 14 to 4 × 4: windows of 4, every 3 or 4
    layer = graph.layer("aux1.pool")
    assert layer.receptive_field is not None
    for row in range(4):
        top, left, bottom, right = _seen(program, "aux1.pool", 224, row, 3 - row)
        outer_top, outer_left, outer_bottom, outer_right = layer.receptive_field.box(row, 3 - row)
        assert outer_top <= top
        assert outer_left <= left
        assert outer_bottom >= bottom
        assert outer_right >= right


@pytest.mark.parametrize(
    ("net", "name", "size", "stride"),
    [
        # Araujo, Norris, Sim: Computing Receptive Fields of Convolutional Neural Networks, 2019, table of models.
        ("alexnet-tv", "features.12", 195, 32),
        ("vgg16", "features.30", 212, 32),
    ],
)
def test_published_fields(net: str, name: str, size: int, stride: int) -> None:
    spec = catalog.find(net)
    _, graph = build_graph(on_meta(lambda: spec.build(1000)), net, 224, spec.labels)
    field = graph.layer(name).receptive_field
    assert field is not None
    assert (field.size, field.stride) == (size, stride)


def test_a_flattened_vector_has_no_field_of_its_own_and_a_linear_layer_sees_everything() -> None:
    spec = catalog.find("vgg16")
    _, graph = build_graph(on_meta(lambda: spec.build(10)), "vgg16", 224, spec.labels)
    assert graph.layer("flatten").receptive_field is None
    seen = graph.layer("classifier.0").receptive_field
    assert seen is not None
    assert seen.box(0, 0) == (0, 0, 224, 224)
