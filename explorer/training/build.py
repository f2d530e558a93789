"""Builds the net that is to be trained: its form, its heads, its first weights."""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from explorer.core.errors import UserError
from explorer.nets.spec import Form, NetSpec

SMALL_FORM_BELOW_PX = 65
"""Inputs below this side are for a net's small form, where it has one."""


def form_for(spec: NetSpec, size: int) -> Form:
    """Return the form of a net that suits inputs of this side."""
    return "small" if spec.small is not None and size < SMALL_FORM_BELOW_PX else "standard"


def build_net(spec: NetSpec, classes: int, form: Form, seed: int, heads: bool = True) -> nn.Module:
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
    net.load_state_dict(first_weights(net, seed), assign=True)
    return net.train()


@torch.no_grad()
def first_weights(net: nn.Module, seed: int) -> dict[str, Tensor]:
    """Return the weights from which a training starts: normally distributed, so that activations keep their size.

    Kernels have the variance 2 / fan-in (He), matrices 1 / fan-in (LeCun), biases are 0. The numbers depend on the
    seed and on each parameter's name and shape alone.

    References
    ----------
    He, Zhang, Ren, Sun: Delving Deep into Rectifiers. ICCV 2015.
    """
    state: dict[str, Tensor] = {}
    for path, part in net.named_modules():
        for name, like in [*part.named_parameters(recurse=False), *part.named_buffers(recurse=False)]:
            full = f"{path}.{name}" if path else name
            value = torch.zeros(like.shape, dtype=like.dtype)
            if isinstance(part, nn.Conv2d | nn.Linear) and name == "weight":
                gain = 2 if isinstance(part, nn.Conv2d) else 1
                generator = torch.Generator().manual_seed(zlib.crc32(f"{seed} {full}".encode()))
                value.normal_(0, math.sqrt(gain / math.prod(like.shape[1:])), generator=generator)
            elif name in ("weight", "running_var"):
                value.fill_(1)
            state[full] = value
    return state


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
    modes = {module: module.training for module in net.modules()}
    net.eval()
    try:
        with torch.no_grad():
            net(torch.zeros(1, 3, size, size))
    except RuntimeError:  # torch's word for shapes that do not fit
        return False
    finally:
        for module, mode in modes.items():
            module.training = mode
    return True
