"""Fine-tuning: a net starts from weights that were trained before, with new last layers where the classes differ."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn

from explorer.core.errors import UserError
from explorer.nets.spec import Form, NetSpec
from explorer.nets.weights.loading import load
from explorer.nets.weights.store import WeightsStore


def take_over(
    net: nn.Module, spec: NetSpec, form: Form, weights: str, classes: tuple[str, ...], store: WeightsStore
) -> None:
    """Copy trained weights into a net; layers whose shape depends on the classes stay new where the classes differ.

    Weights of a net's other form are taken, too: the forms of GoogLeNet differ in strides alone.

    Raises
    ------
    UserError
        As :func:`explorer.nets.weights.loading.load`, or ``weights_form``: the shapes of the two forms do not agree.
    """
    loaded = load(store, spec, weights)
    last = set() if loaded.classes == classes else class_dependent(spec, form)
    given = loaded.module.state_dict()
    own = net.state_dict()
    for name, tensor in own.items():
        if name in last or name not in given:
            continue
        if given[name].shape != tensor.shape:
            raise UserError("weights_form", net=spec.title, key=name)
        tensor.copy_(given[name])


def class_dependent(spec: NetSpec, form: Form) -> set[str]:
    """Return the names of the parameters whose shape depends on the number of classes."""
    build = spec.formed(form).build
    with torch.device("meta"):
        two, three = build(2).state_dict(), build(3).state_dict()
    return {name for name, tensor in two.items() if tensor.shape != three[name].shape}


def freeze(net: nn.Module, layers: Sequence[str]) -> tuple[nn.Module, ...]:
    """Take the parameters of layers out of training; return the layers.

    Raises
    ------
    UserError
        ``child_unknown``.
    """
    modules = dict(net.named_modules())
    for name in layers:
        if not name or name not in modules:
            raise UserError("child_unknown", name=name, known=", ".join(key for key, _ in net.named_children()))
        modules[name].requires_grad_(False)
    return tuple(modules[name] for name in layers)
