"""Builds the net that is to be trained: its form, its heads, its first weights."""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from explorer.core.errors import UserError
from explorer.core.train_scene import Activation, Start
from explorer.nets.cifar_resnet import CifarResNet
from explorer.nets.spec import Form, NetSpec
from explorer.training.metrics import evaluating

SMALL_FORM_BELOW_PX = 65
"""Inputs below this side are for a net's small form, where it has one."""


def form_for(spec: NetSpec, size: int) -> Form:
    """Return the form of a net that suits inputs of this side."""
    return "small" if spec.small is not None and size < SMALL_FORM_BELOW_PX else "standard"


def build_net(spec: NetSpec, classes: int, form: Form, seed: int, heads: bool = True, start: Start = "he") -> nn.Module:
    """Return a net with seeded first weights, float32 on the CPU, in training mode.

    Parameters
    ----------
    heads : bool
        Without them the auxiliary classifiers are taken away.
    """
    with torch.device("meta"):
        net = spec.formed(form).build(classes)
    if not heads:
        for name, _ in list(net.named_children()):
            if name.startswith("aux"):
                setattr(net, name, None)
    net.load_state_dict(first_weights(net, seed, start), assign=True)
    return net.train()


@torch.no_grad()
def first_weights(net: nn.Module, seed: int, start: Start = "he") -> dict[str, Tensor]:
    """Return the weights from which a training starts: normally distributed, so that activations keep their size.

    Kernels have the variance 2 / fan-in (``he``) or 1 / fan-in (``glorot``), matrices 1 / fan-in, biases are 0. The
    numbers depend on the seed and on each parameter's name and shape alone.

    References
    ----------
    Glorot, Bengio: Understanding the difficulty of training deep feedforward neural networks. AISTATS 2010.
    He, Zhang, Ren, Sun: Delving Deep into Rectifiers. ICCV 2015.
    """
    state: dict[str, Tensor] = {}
    for path, part in net.named_modules():
        for name, like in [*part.named_parameters(recurse=False), *part.named_buffers(recurse=False)]:
            full = f"{path}.{name}" if path else name
            value = torch.zeros(like.shape, dtype=like.dtype)
            if isinstance(part, nn.Conv2d | nn.Linear) and name == "weight":
                gain = 2 if isinstance(part, nn.Conv2d) and start == "he" else 1
                generator = torch.Generator().manual_seed(zlib.crc32(f"{seed} {full}".encode()))
                value.normal_(0, math.sqrt(gain / math.prod(like.shape[1:])), generator=generator)
            elif name in ("weight", "running_var"):
                value.fill_(1)
            state[full] = value
    return state


def vary(net: nn.Module, spec: NetSpec, activation: Activation, norm: bool) -> None:
    """Replace every ReLU and take batch normalisation out, in place, where that was asked for.
    Raises
    ------
    UserError
        ``variant_unfit``: only the nets of ``resnet…`` and ``plain…`` hold all of these as layers.
    """
    if activation == "relu" and norm:
        return
    if not isinstance(net, CifarResNet):
        raise UserError("variant_unfit", net=spec.title)
    for module in list(net.modules()):
        for name, child in list(module.named_children()):
            if isinstance(child, nn.ReLU) and activation == "sigmoid":
                setattr(module, name, nn.Sigmoid())
            elif isinstance(child, nn.BatchNorm2d) and not norm:
                setattr(module, name, nn.Identity())


def check_size(spec: NetSpec, net: nn.Module, sizes: Sequence[int]) -> tuple[int, ...]:
    """Return those of the sizes that the net can read.

    Raises
    ------
    UserError
        ``train_size_unfit``: it cannot read the last one, which is the full size.
    """
    fit = tuple(size for size in sizes if _reads(net, size))
    if not fit or fit[-1] != sizes[-1]:
        raise UserError("train_size_unfit", net=spec.title, size=sizes[-1])
    return fit


def _reads(net: nn.Module, size: int) -> bool:
    try:
        with evaluating(net):
            net(torch.zeros(1, 3, size, size))
    except RuntimeError:  # torch's word for shapes that do not fit
        return False
    return True
