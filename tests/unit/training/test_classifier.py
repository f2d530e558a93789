"""Training does what the lecture writes on the board, and goes on exactly where it stood."""

from __future__ import annotations

import itertools

import msgspec
import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from explorer.core.errors import UserError
from explorer.training.classifier import ClassifierTraining, train
from explorer.training.data.dataset import as_input
from explorer.training.metrics import Arithmetic
from explorer.training.recipes import LECTURE, MODERN, Recipe
from explorer.training.reports import EpochReport, StepReport
from tests.unit.training.small import TinyNet, data, pictures, training

STILL = msgspec.structs.replace(LECTURE, padding=0.0, mirror=False, batch=16)
SMALL_MODERN = msgspec.structs.replace(MODERN, batch=16, rate=0.05, zoom=0.1)
BFLOAT16 = Arithmetic(torch.device("cpu"), "bfloat16", channels_last=True)


def weights(of: ClassifierTraining) -> dict[str, Tensor]:
    return {name: tensor.clone() for name, tensor in of.state()[0].items()}


def same(one: dict[str, Tensor], other: dict[str, Tensor]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


def test_the_loss_is_main_plus_three_tenths_of_the_heads() -> None:
    """One step is compared with the textbook's, written out."""
    ours = training(STILL, norm=False, dropout=0.0)
    twin = TinyNet(norm=False, dropout=0.0)
    twin.load_state_dict(ours.net.state_dict())
    report = ours.advance()
    assert ours.last_batch is not None
    batch = ours.last_batch.pictures
    optimiser = torch.optim.SGD(twin.parameters(), lr=0.001, momentum=0.9)
    logits = twin(as_input(batch.pixels, 8, ours.preprocess))
    main, aux1 = (F.cross_entropy(logits[head], batch.labels) for head in ("main", "aux1"))
    torch.autograd.backward(main + 0.3 * aux1)
    optimiser.step()
    assert report.loss == pytest.approx({"main": main.item(), "aux1": aux1.item()}, rel=1e-6)
    for name, parameter in ours.net.named_parameters():
        assert torch.allclose(parameter, twin.get_parameter(name), atol=1e-7), name


def test_each_step_and_each_epoch_is_reported() -> None:
    reports = list(train(training(STILL, epochs=2)))
    assert [type(report) for report in reports] == ([StepReport] * 3 + [EpochReport]) * 2
    ends = [report for report in reports if isinstance(report, EpochReport)]
    assert [(end.epoch, end.steps) for end in ends] == [(1, 3), (2, 6)]
    assert set(ends[0].as_json()) == {"epoch", "steps", "loss", "accuracy", "rate", "seconds"}
    assert set(ends[0].accuracy) == {"train", "main", "aux1"}


def test_nothing_happens_between_two_reports() -> None:
    ours = training(STILL)
    steps = train(ours)
    next(steps)
    before = weights(ours)
    assert ours.step == 1
    assert same(before, weights(ours))


def test_accuracy_counts_pictures_not_batches() -> None:
    """The last batch is smaller; a mean over batches would be another number."""
    ours = training(STILL, given=data(train=48, validation=20))
    report = ours.measure()
    ours.net.eval()
    with torch.no_grad():
        logits = ours.net(as_input(ours.data.validation.pixels, 8, ours.preprocess))["main"]
    right = int((logits.argmax(1) == ours.data.validation.labels).sum())
    assert report.accuracy["main"] == right / 20
    assert report.measured.confusion.sum() == 20
    assert int(report.measured.confusion.trace()) == right


def test_training_and_validation_pictures_are_different_ones() -> None:
    """A net that knows the training pictures by heart is not told that it knows others."""
    noise = data()
    labels = torch.randint(0, 3, (20,), generator=torch.Generator().manual_seed(3))
    noise.validation.labels.copy_(labels)
    ours = training(msgspec.structs.replace(STILL, rate=0.1), epochs=20, given=noise, dropout=0.0)
    last = list(train(ours))[-1]
    assert isinstance(last, EpochReport)
    assert last.accuracy["train"] > 0.9
    assert last.accuracy["main"] < 0.7


def test_it_learns() -> None:
    last = list(train(training(SMALL_MODERN, epochs=12)))[-1]
    assert isinstance(last, EpochReport)
    assert last.accuracy["main"] > 0.9


@pytest.mark.parametrize(
    ("recipe", "arithmetic"),
    [(STILL, None), (SMALL_MODERN, None), (SMALL_MODERN, BFLOAT16)],
    ids=["lecture", "modern", "bfloat16"],
)
def test_a_resumed_run_equals_an_uninterrupted_one_bit_for_bit(recipe: Recipe, arithmetic: Arithmetic | None) -> None:
    more = {} if arithmetic is None else {"arithmetic": arithmetic}
    whole = training(recipe, epochs=3, **more)  # type: ignore[arg-type]
    line = [report.as_json() for report in train(whole) if isinstance(report, EpochReport)]
    first = training(recipe, epochs=3, **more)  # type: ignore[arg-type]
    for _ in itertools.islice(train(first), 5):  # in the middle of the second epoch
        pass
    tensors, numbers = weights(first), msgspec.json.decode(msgspec.json.encode(first.state()[1]))
    torch.rand(7)  # whatever else draws random numbers in the meantime
    second = training(recipe, epochs=3, seed=0, **more)  # type: ignore[arg-type]
    second.restore(tensors, numbers)
    rest = [report.as_json() for report in train(second) if isinstance(report, EpochReport)]
    assert same(weights(whole), weights(second))
    for one, other in zip(line[-len(rest) :], rest, strict=True):
        one.pop("seconds"), other.pop("seconds")
        assert one == other


def test_seeds_differ_and_repeat() -> None:
    runs = [training(STILL, seed=seed) for seed in (0, 0, 1)]
    for run in runs:
        for _ in train(run):
            pass
    assert same(weights(runs[0]), weights(runs[1]))
    assert not same(weights(runs[0]), weights(runs[2]))


def test_torchs_own_random_numbers_are_left_alone() -> None:
    ours = training(STILL)
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    ours.advance()
    assert torch.equal(torch.rand(3), expected)


def test_measuring_moves_nothing() -> None:
    ours = training(SMALL_MODERN)
    ours.advance()
    modes = [module.training for module in ours.net.modules()]
    before = weights(ours)
    ours.measure()
    assert same(before, weights(ours))
    assert modes == [module.training for module in ours.net.modules()]


def test_a_loss_that_is_no_number_stops_before_any_weight_is_changed() -> None:
    ours = training(STILL)
    ours.advance()
    with torch.no_grad():
        ours.net.get_parameter("fc.bias").fill_(float("inf"))
    before = weights(ours)
    with pytest.raises(UserError) as refused:
        ours.advance()
    assert refused.value.kind == "training_not_finite"
    after = weights(ours)
    assert all(torch.equal(before[name], after[name]) for name in before if "running" not in name and "num" not in name)
    assert ours.step == 1


def test_frozen_layers_stay_as_they_are() -> None:
    net = TinyNet()
    for name in ("conv1", "bn1"):
        net.get_submodule(name).requires_grad_(False)
    frozen = [net.conv1, net.bn1]
    ours = ClassifierTraining(net, data(), STILL, training(STILL).plan, training(STILL).arithmetic, frozen=frozen)
    before = weights(ours)
    for _ in range(3):
        ours.advance()
    after = weights(ours)
    assert all(torch.equal(before[name], after[name]) for name in before if name.startswith(("net.conv1", "net.bn1")))
    assert not torch.equal(before["net.conv2.weight"], after["net.conv2.weight"])


def test_a_batch_larger_than_the_data_is_cut() -> None:
    ours = training(msgspec.structs.replace(STILL, batch=1000), given=data(train=9))
    assert ours.steps_an_epoch == 1
    assert ours.advance().right.shape == (9,)


def test_averaged_weights_are_measured_with_statistics_of_their_own() -> None:
    """After recomputing, the batch statistics are those of the averaged weights on the training pictures."""
    ours = training(
        msgspec.structs.replace(SMALL_MODERN, averaging=0.9, batch=48, padding=0.0, zoom=0.0, mirror=False), epochs=4
    )
    for _ in range(4):
        ours.advance()
    net = ours.measure().net
    assert isinstance(net, TinyNet)
    assert isinstance(net.bn1, torch.nn.BatchNorm2d)
    with torch.no_grad():
        maps = net.conv1(as_input(pictures(48, 1).pixels, 8, ours.preprocess))
    assert net.bn1.running_mean is not None
    assert torch.allclose(net.bn1.running_mean, maps.mean((0, 2, 3)), atol=1e-5)
    assert not torch.equal(net.conv1.weight, ours.net.get_parameter("conv1.weight"))


def test_the_statistics_are_those_of_the_pictures_that_are_learned_from() -> None:
    """Shifts bring black borders in; whole pictures would give statistics that the weights have never seen."""
    recipe = msgspec.structs.replace(SMALL_MODERN, averaging=1e-9, batch=48, padding=0.5, zoom=0.0, rate=1e-6)
    ours = training(recipe, epochs=60)
    for _ in range(60):
        ours.advance()
    net = ours.measure().net
    assert isinstance(net, TinyNet)
    with torch.no_grad():
        whole = net.conv1(as_input(ours.data.train.pixels, 8, ours.preprocess)).mean((0, 2, 3))
    seen, recomputed = ours.net.get_buffer("bn1.running_mean"), net.get_buffer("bn1.running_mean")
    assert (recomputed - seen).norm() < 0.2 * (whole - seen).norm()
