"""The networks of the lecture, in its order."""

from __future__ import annotations

from explorer.core.errors import UserError
from explorer.nets import alexnet, cifar_resnet, googlenet, nin, resnet, vgg
from explorer.nets.spec import NetSpec

NETS: tuple[NetSpec, ...] = (
    alexnet.SPEC,
    alexnet.TV_SPEC,
    vgg.SPEC,
    nin.SPEC,
    googlenet.SPEC,
    googlenet.PAPER_SPEC,
    resnet.SPEC_18,
    resnet.SPEC_50,
    cifar_resnet.SPEC_20,
    cifar_resnet.SPEC_56,
    cifar_resnet.PLAIN_20,
    cifar_resnet.PLAIN_56,
)


def find(name: str) -> NetSpec:
    """Return the network of that name.

    Raises
    ------
    UserError
        ``net_unknown`` where the catalog has no such network.
    """
    for spec in NETS:
        if spec.name == name:
            return spec
    raise UserError("net_unknown", name=name, known=", ".join(spec.name for spec in NETS))
