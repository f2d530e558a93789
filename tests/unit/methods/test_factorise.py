"""Several small kernels without ReLU are one large kernel, have its receptive field and fewer weights."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from explorer.core.errors import UserError
from explorer.methods.factorise import composed, factorise
from explorer.methods.rows import Folded
from explorer.tracing.forward import TracedNet, run
from tests.unit.methods.cases import Case, case, last, unharmed
from tests.unit.nets.random_weights import filled, noise


class Rows(nn.Module):
    """Three 3×3 convolutions in a row, as in VGG-16's third stage, with a batch norm as in ResNet."""

    def __init__(self, classes: int = 4) -> None:
        super().__init__()
        self.conv0 = nn.Conv2d(3, 6, 5, stride=2, padding=2)
        self.conv1 = nn.Conv2d(6, 8, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(8)
        self.conv2 = nn.Conv2d(8, 10, 3, padding=1)
        self.conv3 = nn.Conv2d(10, 12, 3, padding=1)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(12, classes)

    def forward(self, picture: Tensor) -> dict[str, Tensor]:
        x = F.relu(self.conv0(picture))
        x = F.relu(self.bn1(self.conv1(x)))
        x = F.relu(self.conv3(F.relu(self.conv2(x))))
        return {"main": self.fc(torch.flatten(self.avgpool(x), 1))}


@cache
def rows() -> Case:
    traced = TracedNet(filled(Rows), "rows", 48)
    picture = noise(48)
    return Case(traced, picture, run(traced, picture))


@pytest.mark.parametrize(("variant", "layers", "edge"), [("5x5", 2, 2), ("7x7", 3, 3)])
def test_real_layers_in_a_row_are_one_large_kernel_until_a_relu_stands_between(
    variant: str, layers: int, edge: int
) -> None:
    known = rows()
    with unharmed(known):
        result = last(factorise(known.traced, known.activations, "t", variant, 3))  # type: ignore[arg-type]
    names = ("conv1", "conv2", "conv3")[:layers]
    assert result.layers == names and result.in_a_row and result.channels == (6, 8, 10, 12)[: layers + 1]
    # With ReLU it is the network's own map, inside the edges that padding reaches.
    own = known.activations[names[-1]][0, 3, edge:-edge, edge:-edge].numpy()
    np.testing.assert_allclose(result.response_relu, own, rtol=1e-4, atol=1e-5)
    # Without, torch's layers one after the other say what the large kernel says.
    module = known.traced.module
    x = known.activations["conv0"].relu().double()
    x = F.conv2d(x, module.conv1.weight.double())
    bn = module.bn1
    x = F.batch_norm(
        x, bn.running_mean.double(), bn.running_var.double(), bn.weight.double(), bn.bias.double(), eps=bn.eps
    )
    for name in names[1:]:
        part = module.get_submodule(name)
        x = F.conv2d(x, part.weight.double(), part.bias.double())
    linear = x[0, 3].detach().numpy()
    np.testing.assert_allclose(result.response_small, linear, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(result.response_large, linear, rtol=1e-5, atol=1e-6)
    assert result.difference_small < 1e-10
    assert result.difference_relu == pytest.approx(np.abs(own - linear).max(), rel=1e-4)
    assert result.difference_relu > 1e-3


@pytest.mark.parametrize(
    ("variant", "side", "large", "small"), [("5x5", 5, 25, 18), ("7x7", 7, 49, 27), ("1xn", 7, 49, 14)]
)
def test_weights_are_the_lectures(variant: str, side: int, large: int, small: int) -> None:
    known = case("resnet18")
    result = last(factorise(known.traced, known.activations, "t", variant))  # type: ignore[arg-type]
    assert (result.side, result.weights_large, result.weights_small) == (side, large, small)
    assert result.field_large == result.field_small == side
    assert result.large.shape == (side, side)


def test_parameters_are_counted_over_the_real_channels() -> None:
    known = rows()
    result = last(factorise(known.traced, known.activations, "t", "7x7"))
    module = known.traced.module
    assert result.parameters_small == sum(part.weight.numel() for part in (module.conv1, module.conv2, module.conv3))
    assert result.parameters_large == nn.Conv2d(6, 12, 7).weight.numel()


@pytest.mark.parametrize("count", [1, 2, 3])
def test_receptive_fields_are_where_the_gradient_is(count: int) -> None:
    torch.manual_seed(1)
    layers = [Folded("x", "y", torch.randn(1, 1, 3, 3).double(), torch.zeros(1).double()) for _ in range(count)]
    weight, _ = composed(layers)
    side = 2 * count + 1
    fields = []
    for kernels in ([weight], [layer.weight for layer in layers]):
        picture = torch.zeros(1, 1, 21, 21, dtype=torch.float64, requires_grad=True)
        value = picture
        for kernel in kernels:
            value = F.conv2d(value, kernel)
        value[0, 0, 5, 5].backward()
        assert picture.grad is not None
        reached = picture.grad[0, 0].abs() > 1e-12
        fields.append((int(reached.any(1).sum()), int(reached.any(0).sum())))
    assert fields == [(side, side), (side, side)]


def test_a_net_without_a_row_uses_slices_of_a_real_layer() -> None:
    known = case("googlenet")
    result = last(factorise(known.traced, known.activations, "t", "5x5"))
    weight = known.traced.module.get_submodule(result.layers[0]).weight.detach()
    bn = known.traced.module.conv3.bn
    folded = weight * (bn.weight / (bn.running_var + bn.eps).sqrt()).detach().view(-1, 1, 1, 1)
    strongest = folded.flatten(0, 1)[folded.flatten(0, 1).flatten(1).norm(dim=1).argmax()]
    assert not result.in_a_row and result.channels == (1, 1, 1)
    np.testing.assert_allclose(result.small[0], strongest.numpy(), rtol=1e-5)
    full = np.zeros((5, 5))
    for row in range(3):
        for column in range(3):
            full[row : row + 3, column : column + 3] += result.small[0][row, column] * result.small[1]
    np.testing.assert_allclose(result.large, full, rtol=1e-4, atol=1e-7)
    assert result.difference_small < 1e-10 < result.difference_relu


def test_column_and_row_are_the_best_that_there_are() -> None:
    known = case("resnet18")
    with unharmed(known):
        result = last(factorise(known.traced, known.activations, "t", "1xn", 5))
    kernel = known.traced.module.conv1
    bn = known.traced.module.bn1
    scale = float(bn.weight[5].detach() / (bn.running_var[5] + bn.eps).sqrt())
    strongest = int(kernel.weight[5].detach().flatten(1).norm(dim=1).argmax())
    np.testing.assert_allclose(result.large, kernel.weight[5, strongest].detach().numpy() * scale, rtol=1e-5)
    left, values, right = np.linalg.svd(result.large.astype(float))
    np.testing.assert_allclose(result.approximated, values[0] * np.outer(left[:, 0], right[0]), atol=1e-6)
    assert result.energy == pytest.approx(values[0] ** 2 / (values**2).sum(), rel=1e-5)
    column, row = result.small
    assert column.shape == (7, 1) and row.shape == (1, 7)
    source = torch.from_numpy(result.source).double()[None, None]
    both = F.conv2d(
        F.conv2d(source, torch.from_numpy(column)[None, None].double()), torch.from_numpy(row)[None, None].double()
    )
    np.testing.assert_allclose(result.response_small, both[0, 0].numpy(), rtol=1e-3, atol=1e-4)


def test_bad_questions_are_refused_and_change_nothing() -> None:
    known = rows()
    with unharmed(known), pytest.raises(UserError) as caught:
        last(factorise(known.traced, known.activations, "t", "5x5", 99))
    assert caught.value.kind == "channel_outside"


def test_maps_smaller_than_the_kernel_are_refused() -> None:
    net = TracedNet(filled(Rows), "rows", 8)
    with pytest.raises(UserError) as caught:
        last(factorise(net, run(net, noise(8)), "t", "7x7"))
    assert caught.value.kind == "maps_too_small"


def test_it_can_be_given_up_between_two_convolutions() -> None:
    known = rows()
    slices = factorise(known.traced, known.activations, "t", "7x7")
    with unharmed(known):
        assert [next(slices) for _ in range(3)] == [None] * 3
        slices.close()
