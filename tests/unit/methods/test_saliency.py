"""Saliency and input × gradient are captum's, for every head."""

from __future__ import annotations

import pytest
from captum.attr import InputXGradient, Saliency

from explorer.core.errors import Cancelled
from explorer.methods.saliency import saliency
from tests.unit.methods.traced_nets import OneHead, case, giving_up, relative, untouched

CASES = [
    ("googlenet", "main"),
    ("googlenet", "aux2"),
    ("googlenet", "aux1"),
    ("resnet18", "main"),
    ("vgg16", "main"),
    ("alexnet", "main"),
]


@pytest.mark.parametrize(("net", "head"), CASES)
def test_both_kinds_are_captums(net: str, head: str) -> None:
    here = case(net)
    with untouched(here.module):
        gradient = saliency(here.traced, here.activations, here.target(head))
        product = saliency(here.traced, here.activations, here.target(head), "input_gradient")
    wrapped = OneHead(here.module, head)
    picture = here.picture.clone().requires_grad_()
    theirs = Saliency(wrapped).attribute(picture, target=3)[0].amax(dim=0)
    assert gradient.shape == here.picture.shape[2:]
    assert relative(gradient, theirs) < 1e-5
    assert relative(product, InputXGradient(wrapped).attribute(picture, target=3)[0].sum(dim=0)) < 1e-5


def test_giving_up_leaves_the_net_as_it_was() -> None:
    here = case("resnet18")
    with untouched(here.module), pytest.raises(Cancelled):
        saliency(here.traced, here.activations, here.target(), cancelled=giving_up(5))
