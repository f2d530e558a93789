"""A training as a person orders it: from names of net, data and recipe to something that advances and is kept."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import msgspec
import torch
from torch import distributed, nn

from explorer.core.errors import UserError
from explorer.core.train_scene import Activation, Start
from explorer.nets import catalog
from explorer.nets.spec import Form, NetSpec
from explorer.nets.weights.store import WeightsStore
from explorer.training.build import build_net, check_size, form_for, vary
from explorer.training.classifier import ClassifierTraining, has_norm
from explorer.training.data.dataset import DataSet, Pictures
from explorer.training.data.folders import Report
from explorer.training.data.sources import data_folder, open_data
from explorer.training.distributed import Alone, Group, Processes
from explorer.training.metrics import Arithmetic
from explorer.training.norms import with_banded_norms
from explorer.training.recipes import RECIPES, Recipe
from explorer.training.reports import EpochReport, Plan
from explorer.training.runfolder import CHECKPOINT, RunFolder
from explorer.training.transfer import freeze, take_over


class Order(msgspec.Struct, frozen=True):
    """What was asked for; empty, 0 and ``auto`` leave the choice to the recipe, the data or the machine.

    Attributes
    ----------
    net, data, preset : str
        Names; ``data`` may be a folder.
    size : int
        Side of the input in pixels.
    resizing : bool
        Whether inputs may begin smaller, where the recipe says so.
    heads : bool
        Whether the auxiliary heads are there.
    activation : str
        ``relu`` or ``sigmoid``.
    norm : bool
        Whether there is batch normalisation; see :func:`explorer.training.build.vary`.
    start : str
        ``he`` or ``glorot``; see :func:`explorer.training.build.first_weights`.
    weights : str
        Name or file to start from; the layers that depend on the classes are new where the classes differ.
    freeze : tuple of str
        Layers that are not trained, with all inside them.
    """

    net: str
    data: str
    epochs: int
    preset: str = "lecture"
    seed: int = 0
    size: int = 0
    batch: int = 0
    rate: float = 0.0
    zoom: float = 0.0
    resizing: bool = True
    heads: bool = True
    activation: Activation = "relu"
    norm: bool = True
    start: Start = "he"
    weights: str = ""
    freeze: tuple[str, ...] = ()
    precision: Literal["auto", "float32", "bfloat16"] = "auto"


@dataclass
class Job:
    """A training, and the folder that it is kept in; with several processes, only the first one writes."""

    training: ClassifierTraining
    folder: RunFolder
    unreadable: tuple[str, ...]

    @property
    def leads(self) -> bool:
        return self.training.group.rank == 0

    def keep(self, report: EpochReport) -> None:
        """Write the figures and weights of an epoch."""
        if self.leads:
            self.folder.note(self.training, report)
            self.folder.save(self.training)

    def save(self) -> None:
        """Write a checkpoint."""
        if self.leads:
            self.folder.save(self.training)

    @classmethod
    @contextmanager
    def opened(
        cls,
        order: Order,
        out: Path,
        device: str,
        resume: bool,
        environment: Mapping[str, str],
        report: Report = lambda done, total: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Iterator[Job]:
        """Make everything ready; the group of processes ends with the context.

        Raises
        ------
        UserError
            Something that was named is unknown, the data cannot be used, the size does not fit the net, or the
            checkpoint was made by another order (``resume_differs``).
        """
        spec, recipe = catalog.find(order.net), find_recipe(order.preset)
        opened = open_data(order.data, order.seed, data_folder(), report=report, cancelled=cancelled)
        with group_of(environment, torch.device(device)) as group:
            training, form = make_training(order, spec, recipe, opened.data, torch.device(device), group)
            settings = {**msgspec.to_builtins(order), "form": form, "device": device, "size": training.plan.size}
            folder = RunFolder(out, settings)
            job = cls(training, folder, opened.unreadable)
            if resume and (out / CHECKPOINT).is_file():
                training.restore(*folder.load())
            yield job


def find_recipe(name: str) -> Recipe:
    """Return the recipe of that name.

    Raises
    ------
    UserError
        ``recipe_unknown``.
    """
    for recipe in RECIPES:
        if recipe.name == name:
            return recipe
    raise UserError("recipe_unknown", name=name, known=", ".join(recipe.name for recipe in RECIPES))


def make_training(
    order: Order, spec: NetSpec, recipe: Recipe, data: DataSet, device: torch.device, group: Group
) -> tuple[ClassifierTraining, Form]:
    """Return the training that an order amounts to on this machine, and the form of its net."""
    size = order.size or max(32, data.side_px)
    form = form_for(spec, size)
    net = build_net(spec, len(data.classes), form, order.seed, order.heads, order.start)
    vary(net, spec, order.activation, order.norm)
    if order.weights:
        take_over(net, spec, form, order.weights, data.classes, WeightsStore.standard(os.environ))
    with_banded_norms(net)
    recipe = _fitted(recipe, order, spec, net, size)
    frozen = freeze(net, order.freeze)
    net.to(device)
    arithmetic = Arithmetic(device, _precision(recipe, order, device), recipe.channels_last)
    plan = Plan(order.epochs, order.seed, size)
    return ClassifierTraining(net, _moved(data, device), recipe, plan, arithmetic, group, frozen), form


def _fitted(recipe: Recipe, order: Order, spec: NetSpec, net: nn.Module, size: int) -> Recipe:
    """Return the recipe with what the order says otherwise, and without sizes that the net cannot read."""
    changes: dict[str, Any] = {"rate": order.rate or (recipe.rate if has_norm(net) else recipe.rate_unnormalised)}
    if order.batch:
        changes["batch"] = order.batch
    if order.zoom:
        changes["zoom"] = order.zoom
    sizes = [msgspec.structs.replace(recipe, sizes=((0.0, share),)).size_at(0, 1, 1, size) for _, share in recipe.sizes]
    if len(check_size(spec, net, sizes)) < len(sizes) or not order.resizing:
        changes["sizes"] = ((0.0, 1.0),)
    return msgspec.structs.replace(recipe, **changes)


def _precision(recipe: Recipe, order: Order, device: torch.device) -> Literal["float32", "bfloat16"]:
    if order.precision != "auto":
        return order.precision
    return recipe.precision if computes_bfloat16(device) else "float32"


def computes_bfloat16(device: torch.device) -> bool:
    """Return whether the device computes faster in bfloat16 than in float32.

    Processors need matrix instructions for that (AMX, or Arm's): with AVX-512's vector instructions alone a step of
    GoogLeNet takes 1.2 times, one of ResNet-20 1.35 times as long as in float32, and elsewhere it is emulated.
    """
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    if device.type == "cpu":
        said = torch.cpu.get_capabilities()
        return bool(said.get("amx_bf16") or said.get("bf16"))
    return False


def _moved(data: DataSet, device: torch.device) -> DataSet:
    def moved(pictures: Pictures) -> Pictures:
        return Pictures(pictures.pixels.to(device), pictures.labels.to(device))

    return DataSet(data.name, data.classes, moved(data.train), moved(data.validation), data.mirrors)


@contextmanager
def group_of(environment: Mapping[str, str], device: torch.device) -> Iterator[Group]:
    """Join the processes that ``torchrun`` started, or be alone."""
    if int(environment.get("WORLD_SIZE", "1")) < 2:
        yield Alone()
        return
    distributed.init_process_group("nccl" if device.type == "cuda" else "gloo")
    try:
        yield Processes(device)
    finally:
        distributed.destroy_process_group()
