"""Grad-CAM is captum's, for every head; it costs the net nothing; what cannot be asked is refused in a sentence."""

from __future__ import annotations

import pytest
import torch
from captum.attr import LayerGradCam
from torch import nn

from explorer.core.errors import Cancelled, UserError
from explorer.methods.gradcam import grad_cam
from explorer.methods.gradient import find_target, last_maps, logit_gradient
from tests.unit.methods.traced_nets import CLASSES, OneHead, case, giving_up, relative, untouched


@pytest.mark.parametrize(
    ("net", "head", "layer"),
    [
        ("googlenet", "main", "inception5b"),
        ("googlenet", "main", "inception4a"),
        ("googlenet", "aux2", "inception4d"),
        ("googlenet", "aux1", "inception3b"),
        ("resnet18", "main", "layer4.0"),
        ("resnet50", "main", "layer3.1"),
        ("vgg16", "main", "features.24"),
        ("alexnet", "main", "conv4"),
        ("nin", "main", "mlpconv3"),
    ],
)
def test_the_map_is_captums(net: str, head: str, layer: str) -> None:
    here = case(net)
    target = here.target(head, "")
    with untouched(here.module):
        cam = grad_cam(here.traced, here.activations, layer, target)
    module = dict(here.module.named_modules())[layer]
    oracle = LayerGradCam(OneHead(here.module, head), module)
    theirs = oracle.attribute(here.picture, target=target.index, relu_attributions=True)[0, 0]
    assert theirs.max() > 0
    assert relative(cam.values, theirs) < 1e-5
    assert cam.values.min() >= 0


def test_a_layer_inside_a_branch_and_one_that_was_not_kept_give_the_same() -> None:
    kept, forgetful = case("googlenet"), case("googlenet", keep_bytes=0)
    layer = "inception4c.branch3.1"
    ours = grad_cam(forgetful.traced, forgetful.activations, layer, forgetful.target())
    module = dict(kept.module.named_modules())[layer]
    theirs = LayerGradCam(OneHead(kept.module), module).attribute(kept.picture, target=3, relu_attributions=True)
    assert relative(ours.values, theirs[0, 0]) < 1e-5


@pytest.mark.parametrize("name", ["googlenet", "resnet18"])
def test_the_gradient_is_autograds_through_the_whole_net(name: str) -> None:
    here = case(name)
    _, grad = logit_gradient(here.traced, here.activations, "input", "main", 7)
    picture = here.picture.clone().requires_grad_()
    (theirs,) = torch.autograd.grad(here.module(picture)["main"][0, 7], picture)
    assert relative(grad, theirs) < 1e-5


def test_only_what_lies_between_layer_and_head_is_run() -> None:
    here, run_again = case("googlenet"), []
    hooks = [
        part.register_forward_hook(lambda *_, name=name: run_again.append(name))
        for name, part in here.module.named_modules()
        if isinstance(part, nn.Conv2d | nn.Linear)
    ]
    try:
        grad_cam(here.traced, here.activations, "inception5a", here.target())
    finally:
        for hook in hooks:
            hook.remove()
    assert run_again
    assert all(name.startswith(("inception5b", "fc")) for name in run_again)


def test_giving_up_leaves_the_net_as_it_was() -> None:
    here = case("googlenet")
    with untouched(here.module), pytest.raises(Cancelled):
        grad_cam(here.traced, here.activations, "conv1", here.target(), giving_up(3))


@pytest.mark.parametrize(
    ("layer", "head", "kind"),
    [
        ("inception5a", "aux1", "layer_not_before_head"),
        ("fc", "main", "layer_without_maps"),
        ("nothing", "main", "layer_unknown"),
    ],
)
def test_layers_that_cannot_be_asked(layer: str, head: str, kind: str) -> None:
    here = case("googlenet")
    with untouched(here.module), pytest.raises(UserError) as refused:
        grad_cam(here.traced, here.activations, layer, here.target(head))
    assert refused.value.kind == kind


def test_classes_and_heads_that_cannot_be_asked() -> None:
    here = case("googlenet")
    for heads, head, label, kind in [
        (here.heads, "main", "unicorn", "class_unknown"),
        (here.heads, "aux7", "", "head_unknown"),
        (here.traced.graph.heads, "main", "", "head_untrained"),
    ]:
        with pytest.raises(UserError) as refused:
            find_target(heads, CLASSES, here.activations, head, label)
        assert refused.value.kind == kind


def test_without_a_name_the_heads_own_first_class_is_meant() -> None:
    here = case("googlenet")
    target = here.target("aux1", "")
    logits = here.activations.logits["aux1"][0]
    assert target.index == int(logits.argmax())
    assert target.label == CLASSES[target.index]
    assert target.probability == pytest.approx(float(logits.double().softmax(0).max()), rel=1e-6)


@pytest.mark.parametrize(
    ("net", "head", "layer"),
    [
        ("googlenet", "main", "inception5b"),
        ("googlenet", "aux1", "inception4a"),
        ("vgg16", "main", "features.29"),
        ("alexnet", "main", "relu5"),
        ("resnet18", "main", "layer4.1"),
    ],
)
def test_the_last_maps_are_those_before_pooling(net: str, head: str, layer: str) -> None:
    traced = case(net).traced
    assert traced.positions[last_maps(traced, head)] == traced.positions[layer]
