"""Trains a classifier step by step: it reports each step and can be stopped, saved and taken up again after any."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.modules.batchnorm import _BatchNorm

from explorer.core.errors import UserError
from explorer.training.averaging import Averaged, recompute_statistics
from explorer.training.data.dataset import DataSet, Pictures, as_input, augmented, order_of_epoch, step_seed
from explorer.training.distributed import Alone, Group
from explorer.training.metrics import Arithmetic, evaluate
from explorer.training.recipes import AUXILIARY_WEIGHT, Recipe
from explorer.training.reports import EpochReport, LastBatch, Plan, StepReport, Sums

_STATISTICS_PICTURES = 5_000
"""From so many pictures the statistics of averaged weights are recomputed: a tenth of CIFAR-10."""


class ClassifierTraining:
    """A net on its way.

    Parameters
    ----------
    net : nn.Module
        Maps (N, 3, S, S) to logits a head, ``{"main", "aux2", "aux1"}``; trained in place.
    data : DataSet
    recipe : Recipe
    plan : Plan
    arithmetic : Arithmetic
    group : Group
        The processes that share each batch.
    frozen : sequence of nn.Module
        Layers without gradients, whose batch statistics stay as they are.

    Notes
    -----
    Random numbers depend on the seed and on the number of the step (or epoch) alone, and the learning rate on the
    number of the step; so weights, momentum, averages, that number and the sums of the running epoch are the whole
    state.
    """

    def __init__(
        self,
        net: nn.Module,
        data: DataSet,
        recipe: Recipe,
        plan: Plan,
        arithmetic: Arithmetic,
        group: Group | None = None,
        frozen: Sequence[nn.Module] = (),
    ) -> None:
        if arithmetic.channels_last:
            net.to(memory_format=torch.channels_last)
        self.net, self.data, self.recipe, self.plan, self.arithmetic = net, data, recipe, plan, arithmetic
        self.group = Alone() if group is None else group
        self._frozen = frozen
        self.batch = min(recipe.batch, len(data.train)) // self.group.size * self.group.size
        self.steps_an_epoch = len(data.train) // self.batch
        self.step = 0
        self.preprocess = data.preprocess(plan.size)
        self._forward = self.group.wrap(net)
        self._optimiser = _optimiser(net, recipe)
        self._averaged = Averaged(net, recipe.averaging) if recipe.averaging else None
        self._sums = Sums()
        self._order: tuple[int, Tensor] = (-1, torch.empty(0))
        self.last_batch: LastBatch | None = None

    @property
    def total_steps(self) -> int:
        return self.steps_an_epoch * self.plan.epochs

    @property
    def epoch(self) -> int:
        """Whole epochs done."""
        return self.step // self.steps_an_epoch

    @property
    def done(self) -> bool:
        return self.step >= self.total_steps

    @property
    def at_epoch_end(self) -> bool:
        return self.step > 0 and self.step % self.steps_an_epoch == 0

    def advance(self) -> StepReport:
        """Do one step.

        Raises
        ------
        UserError
            ``training_not_finite``: the loss is no number any more. No weight was changed.
        """
        started = time.perf_counter()
        self.net.train()
        for module in self._frozen:
            module.eval()
        rate = self.recipe.rate_at(self.step, self.steps_an_epoch, self.plan.epochs)
        for group in self._optimiser.param_groups:
            group["lr"] = rate
        batch = self._batch()
        size = self.recipe.size_at(self.step, self.steps_an_epoch, self.plan.epochs, self.plan.size)
        values = as_input(batch.pixels, size, self.preprocess, self.arithmetic.channels_last)
        devices = [self.arithmetic.device] if self.arithmetic.device.type == "cuda" else []
        with torch.random.fork_rng(devices):
            torch.manual_seed(step_seed(self.plan.seed, 3 + self.group.rank, self.step))  # dropout
            with self.arithmetic.autocast():
                logits: dict[str, Tensor] = self._forward(values)
        losses = {head: self._loss(output, batch.labels) for head, output in logits.items()}
        total = losses["main"] + AUXILIARY_WEIGHT * sum(loss for head, loss in losses.items() if head != "main")
        shown = self.group.mean({head: float(loss.detach()) for head, loss in losses.items()})
        if not all(abs(loss) < float("inf") for loss in shown.values()):
            raise UserError("training_not_finite", step=self.step + 1, rate=rate)
        self._optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward(total)
        self._optimiser.step()
        if self._averaged is not None:
            self._averaged.update(self.step)
        answers = logits["main"].detach().argmax(1)
        right = (answers == batch.labels).cpu()
        seconds = time.perf_counter() - started
        if self.step % self.steps_an_epoch == 0:
            self._sums = Sums()
        self._sums.add(shown, self.group.total(int(right.sum())), self.batch, seconds)
        self.step += 1
        self.last_batch = LastBatch(batch, answers)
        return StepReport(self.step, self.epoch, shown, right, rate, seconds)

    def measuring(self) -> Generator[float, None, EpochReport]:
        """Measure the net on the validation pictures, some at a time, and sum the epoch up.

        Yields how far it has come, 0 … 1. The training itself is not moved.
        """
        started = time.perf_counter()
        net = self.net
        if self._averaged is not None:
            net = self._averaged.as_net(self.net)
            for _ in recompute_statistics(net, self._statistics_inputs(), self.arithmetic):
                yield 0.0
        measured = yield from evaluate(
            net, self.data.validation, self.plan.size, self.preprocess, self.arithmetic, len(self.data.classes)
        )
        rate = self.recipe.rate_at(max(0, self.step - 1), self.steps_an_epoch, self.plan.epochs)
        seconds = self._sums.seconds + time.perf_counter() - started
        accuracy = {"train": self._sums.accuracy, **measured.accuracy}
        return EpochReport(self.epoch, self.step, self._sums.mean_loss, accuracy, rate, seconds, measured, net)

    def measure(self) -> EpochReport:
        """Measure in one go; see :meth:`measuring`."""
        work = self.measuring()
        while True:
            try:
                next(work)
            except StopIteration as end:
                report: EpochReport = end.value
                return report

    def last_changes(self) -> dict[str, Tensor]:
        """Return by how much the last step changed each parameter: exact but for rounding, empty before a step."""
        changes = {}
        groups = {id(parameter): group for group in self._optimiser.param_groups for parameter in group["params"]}
        for name, parameter in self.net.named_parameters():
            momentum = self._optimiser.state.get(parameter, {}).get("momentum_buffer")
            if momentum is None or parameter.grad is None:
                continue
            group, change = groups[id(parameter)], momentum
            if group["nesterov"]:
                change = parameter.grad + group["weight_decay"] * parameter.detach() + group["momentum"] * momentum
            changes[name] = group["lr"] * change
        return changes

    def state(self) -> tuple[dict[str, Tensor], dict[str, Any]]:
        """Return everything that the next step depends on: tensors by name, and numbers."""
        tensors = {f"net.{name}": tensor for name, tensor in self.net.state_dict().items()}
        for name, parameter in self.net.named_parameters():
            momentum = self._optimiser.state.get(parameter, {}).get("momentum_buffer")
            if momentum is not None:
                tensors[f"momentum.{name}"] = momentum
        if self._averaged is not None:
            tensors |= {f"average.{name}": value for name, value in self._averaged.values.items()}
        return tensors, {"step": self.step, "sums": self._sums.as_json()}

    def restore(self, tensors: Mapping[str, Tensor], numbers: Mapping[str, Any]) -> None:
        """Go back to what :meth:`state` returned; the next step is bit for bit what it was then on the same device."""
        self.net.load_state_dict(_part(tensors, "net."))
        momenta = _part(tensors, "momentum.")
        for name, parameter in self.net.named_parameters():
            state = self._optimiser.state[parameter]
            state.clear()
            if name in momenta:
                # In the parameter's own memory layout, on which the order of additions may depend.
                state["momentum_buffer"] = torch.empty_like(parameter).copy_(momenta[name])
        if self._averaged is not None:
            self._averaged.load(_part(tensors, "average."))
        self.step = int(numbers["step"])
        self._sums = Sums.from_json(numbers["sums"])

    def _batch(self) -> Pictures:
        """Return this process's share of the step's batch, cut and turned."""
        epoch, place = divmod(self.step, self.steps_an_epoch)
        if self._order[0] != epoch:
            self._order = (epoch, order_of_epoch(len(self.data.train), self.plan.seed, epoch))
        chosen = self._order[1][place * self.batch : (place + 1) * self.batch].to(self.data.train.labels.device)
        pixels = self.data.train.pixels[chosen]
        pixels = augmented(pixels, self.recipe, self.data.mirrors, self.plan.seed, self.step)
        mine = self.group.share(self.batch)
        return Pictures(pixels[mine], self.data.train.labels[chosen][mine])

    def _loss(self, logits: Tensor, labels: Tensor) -> Tensor:
        return F.cross_entropy(logits.float(), labels, label_smoothing=self.recipe.label_smoothing)

    def _statistics_inputs(self) -> Iterator[Tensor]:
        """Yield pictures as they are learned from: shifts bring black borders in, to which the weights are used.

        With whole pictures instead, ResNet-20 on CIFAR-10 lost four points of accuracy.
        """
        batches = max(1, min(len(self.data.train), _STATISTICS_PICTURES) // self.batch)
        order = order_of_epoch(len(self.data.train), self.plan.seed, -1).to(self.data.train.labels.device)
        for number, chosen in enumerate(torch.split(order, self.batch)[:batches], start=1):
            pixels = augmented(self.data.train.pixels[chosen], self.recipe, self.data.mirrors, self.plan.seed, -number)
            yield as_input(pixels, self.plan.size, self.preprocess, self.arithmetic.channels_last)


def train(training: ClassifierTraining) -> Iterator[StepReport | EpochReport]:
    """Train to the end: yield a report after each step, and after each epoch one with its figures.

    Nothing runs between two reports, so that a caller stops by not asking for the next one.
    """
    while not training.done:
        yield training.advance()
        if training.at_epoch_end:
            yield training.measure()


def has_norm(net: nn.Module) -> bool:
    """Return whether a net normalises its batches, and so bears high learning rates."""
    return any(isinstance(module, _BatchNorm) for module in net.modules())


def _optimiser(net: nn.Module, recipe: Recipe) -> torch.optim.SGD:
    decayed = [parameter for parameter in net.parameters() if parameter.requires_grad and parameter.ndim > 1]
    plain = [parameter for parameter in net.parameters() if parameter.requires_grad and parameter.ndim <= 1]
    groups = [{"params": decayed, "weight_decay": recipe.weight_decay}, {"params": plain, "weight_decay": 0.0}]
    return torch.optim.SGD(
        [group for group in groups if group["params"]],
        lr=recipe.rate,
        momentum=recipe.momentum,
        nesterov=recipe.nesterov,
    )


def net_part(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return the net's own weights of what :meth:`ClassifierTraining.state` gives."""
    return _part(tensors, "net.")


def _part(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}
