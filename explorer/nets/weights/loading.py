"""Puts weights into networks: from the catalog, from a person's own file, or seeded random numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from explorer.core.errors import UserError
from explorer.core.messages.weights import WeightsInfo
from explorer.nets.classes import class_names
from explorer.nets.spec import NetSpec, Preprocess, WeightsSpec
from explorer.nets.weights.metadata import FileFacts, read_facts, read_form
from explorer.nets.weights.statefile import StateFile, open_state
from explorer.nets.weights.store import (
    UNTRAINED,
    WeightsStore,
    absent,
    describe,
    describe_untrained,
    full_name,
    may_be,
    weights_of,
)
from explorer.nets.weights.untrained import seeded_state

_COUNTER = "num_batches_tracked"  # only training reads it, and float16 files leave it out
_UNTRAINED_CLASSES = 1000
_FILE_SUFFIXES = (".safetensors", ".pth", ".pt")


@dataclass(frozen=True)
class LoadedNet:
    """A network that is ready to run.

    Attributes
    ----------
    module : nn.Module
        In evaluation mode on the device asked for, float32.
    weights : WeightsInfo
        What people are told of its weights.
    classes : tuple of str
        One name an output of the main head.
    preprocess : Preprocess
        How a picture becomes its input.
    trained_heads : tuple of str
        Heads whose outputs mean something, main first; empty for random weights.
    net : NetSpec
        The network in the form that these weights belong to.
    """

    module: nn.Module
    weights: WeightsInfo
    classes: tuple[str, ...]
    preprocess: Preprocess
    trained_heads: tuple[str, ...]
    net: NetSpec


def load(store: WeightsStore, net: NetSpec, weights: str, device: torch.device | str = "cpu") -> LoadedNet:
    """Return the network with the weights of that name or file.

    Parameters
    ----------
    weights : str
        Empty for the first weights of the catalog that are here and whole; ``untrained``; a name of the catalog
        (``imagenet1k_v1`` or ``vgg16-imagenet1k_v1``); or the path of a .safetensors, .pth or .pt file.

    Raises
    ------
    UserError
        The weights are unknown, not here, damaged, unsafe, or another network's. Nothing was changed.
    """
    if not weights:
        return _load_best(store, net, device)
    if weights == UNTRAINED:
        return _load_untrained(net, device)
    spec = weights_of(net, weights)
    if spec is None:
        return _load_file(store, net, weights, device)
    path = store.verified(spec)
    if path is None:
        damaged = store.damaged(spec)
        raise UserError("weights_file_wrong", file=str(damaged[0])) if damaged else absent(net, spec)
    return _load_known(net, spec, path, device)


def _load_best(store: WeightsStore, net: NetSpec, device: torch.device | str) -> LoadedNet:
    for spec in net.weights:
        path = store.verified(spec) if spec.chosen else None
        if path is not None:
            return _load_known(net, spec, path, device)
    return _load_untrained(net, device)


def _load_untrained(net: NetSpec, device: torch.device | str) -> LoadedNet:
    module = _build(net, _UNTRAINED_CLASSES)
    module.load_state_dict(seeded_state(module), assign=True)
    module = _placed(net, module, device)
    return LoadedNet(module, describe_untrained(), class_names("imagenet"), net.default_preprocess, (), net)


def _load_known(net: NetSpec, spec: WeightsSpec, path: Path, device: torch.device | str) -> LoadedNet:
    net = net.formed(spec.form)
    classes = class_names(spec.classes)
    with open_state(path) as state:
        module, heads = _fill(net, state, len(classes), path, device)
    trained = tuple(head for head in spec.trained_heads if head in heads)
    return LoadedNet(module, describe(spec, present=True), classes, spec.preprocess, trained, net)


def _load_file(store: WeightsStore, net: NetSpec, name: str, device: torch.device | str) -> LoadedNet:
    path = Path(name).expanduser()
    if path.suffix.lower() not in _FILE_SUFFIXES and not path.exists():
        known = ", ".join([*(full_name(net, spec) for spec in net.weights), UNTRAINED])
        raise UserError("weights_neither", name=name, known=known)
    spec = _same_file(store, net, path)
    if spec is not None:
        return _load_known(net, spec, path, device)
    with open_state(path) as state:
        net = net.formed(read_form(state.metadata))
        count = _class_count(net, state.shapes, path)
        module, heads = _fill(net, state, count, path, device)
        facts = read_facts(state.metadata, count)
    _refuse_nonsense(module, path)
    trained = tuple(head for head in heads if _was_trained(module, head))
    info = WeightsInfo(
        name=str(path),
        dataset=facts.dataset if trained else "",
        trained=bool(trained),
        present=True,
        megabytes=path.stat().st_size / 1e6,
        accuracy={head: value for head, value in facts.accuracy.items() if head in trained},
    )
    preprocess = facts.preprocess or net.default_preprocess
    return LoadedNet(module, info, _class_names(facts, count), preprocess, trained, net)


def _same_file(store: WeightsStore, net: NetSpec, path: Path) -> WeightsSpec | None:
    """Return the weights of the catalog that this file is a copy of; only files of the right size are read."""
    try:
        size = path.stat().st_size
        for spec in net.weights:
            if may_be(spec, size) and store.hashes.of(path) == spec.sha256:
                return spec
    except OSError:  # open_state says what is wrong with it
        return None
    return None


def _build(net: NetSpec, classes: int) -> nn.Module:
    with torch.device("meta"):
        return net.build(classes)


def heads_of(module: nn.Module) -> tuple[str, ...]:
    """Return a network's heads, main first, then the auxiliary ones from late to early."""
    return "main", *sorted((name for name, _ in module.named_children() if name.startswith("aux")), reverse=True)


def _head_of(key: str) -> str:
    """Return the head that a parameter belongs to; the trunk belongs to main."""
    child = key.partition(".")[0]
    return child if child.startswith("aux") else "main"


def _class_count(net: NetSpec, shapes: Mapping[str, tuple[int, ...]], path: Path) -> int:
    """Return the number of classes of a file, from the layer whose shape depends on that number."""
    two, three = (_build(net, classes).state_dict() for classes in (2, 3))
    for key, tensor in two.items():
        if _head_of(key) == "main" and tensor.shape != three[key].shape:
            if key not in shapes:
                raise UserError("weights_key_missing", file=path.name, net=net.title, key=key)
            if len(shapes[key]) != tensor.ndim or shapes[key][0] < 1:
                found, wanted = _size(shapes[key]), _size(tensor.shape)
                raise UserError("weights_shape", file=path.name, net=net.title, key=key, found=found, wanted=wanted)
            return shapes[key][0]
    raise TypeError(f"{net.name} does not depend on the number of classes")


def _fill(
    net: NetSpec, state: StateFile, classes: int, path: Path, device: torch.device | str
) -> tuple[nn.Module, tuple[str, ...]]:
    """Return the network with the file's weights, and the heads that the file holds."""
    module = _build(net, classes)
    wanted = module.state_dict()
    heads = tuple(head for head in heads_of(module) if any(_head_of(key) == head for key in state.shapes))
    missing_heads = {head for head in heads_of(module) if head != "main" and head not in heads}
    for key, tensor in wanted.items():
        if _head_of(key) in missing_heads or (key.endswith(_COUNTER) and key not in state.shapes):
            continue
        if key not in state.shapes:
            raise UserError("weights_key_missing", file=path.name, net=net.title, key=key)
        if state.shapes[key] != tuple(tensor.shape):
            found, size = _size(state.shapes[key]), _size(tensor.shape)
            raise UserError("weights_shape", file=path.name, net=net.title, key=key, found=found, wanted=size)
    for key in state.shapes:
        if key not in wanted:
            raise UserError("weights_key_extra", file=path.name, net=net.title, key=key)
    filled = {key: _read(state, key, wanted[key].dtype, path, device) for key in state.shapes}
    rest = seeded_state(module, wanted=lambda key: key not in filled)
    module.load_state_dict(filled | rest, strict=True, assign=True)
    return _placed(net, module, device), heads


def _placed(net: NetSpec, module: nn.Module, device: torch.device | str) -> nn.Module:
    """Return the network on its device and in the layout of its memory that suits both, ready to be asked."""
    module = module.to(device).eval()
    last = net.channels_last and torch.device(device).type == "cpu"
    return module.to(memory_format=torch.channels_last) if last else module


def _read(state: StateFile, key: str, dtype: torch.dtype, path: Path, device: torch.device | str) -> Tensor:
    tensor = state.read(key)
    if dtype.is_floating_point != tensor.is_floating_point():
        raise UserError("weights_dtype", file=path.name, key=key, found=str(tensor.dtype).removeprefix("torch."))
    return tensor.to(device).to(dtype).contiguous()


def _refuse_nonsense(module: nn.Module, path: Path) -> None:
    for key, tensor in module.state_dict().items():
        if not torch.isfinite(tensor).all():
            raise UserError("weights_not_finite", file=path.name, key=key)


def _was_trained(module: nn.Module, head: str) -> bool:
    """Whether the weights of a head show traces of training.

    Training moves the running statistics of batch normalisation away from 0 and 1 in its first step; where a head
    has none, it moves the biases away from 0.
    """
    state = {key: tensor for key, tensor in module.state_dict().items() if _head_of(key) == head}
    means = [tensor for key, tensor in state.items() if key.endswith("running_mean")]
    if means:
        variances = [tensor for key, tensor in state.items() if key.endswith("running_var")]
        return not (_all_equal(means, 0) and _all_equal(variances, 1))
    biases = [tensor for key, tensor in state.items() if key.endswith("bias")]
    return not biases or not _all_equal(biases, 0)


def _all_equal(tensors: Iterable[Tensor], value: float) -> bool:
    return all(bool((tensor == value).all()) for tensor in tensors)


def _class_names(facts: FileFacts, count: int) -> tuple[str, ...]:
    if facts.classes:
        return facts.classes
    if count == len(class_names("imagenet")):
        return class_names("imagenet")
    if facts.dataset.lower().replace("-", "") == "cifar10" and count == len(class_names("cifar10")):
        return class_names("cifar10")
    return tuple(f"class {number}" for number in range(count))


def _size(shape: Iterable[int]) -> str:
    return "×".join(str(side) for side in shape) or "1"
