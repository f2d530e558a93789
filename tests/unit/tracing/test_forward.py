"""The trace computes what the network computes, keeps it, can be given up, and stays within its budget."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import torch
from torch import Tensor

from explorer.core.errors import Cancelled
from explorer.nets import catalog
from explorer.nets.spec import NetSpec
from explorer.tracing.forward import TracedNet, run
from tests.unit.nets.random_weights import filled, noise


@dataclass
class Case:
    traced: TracedNet
    picture: Tensor


def traced(name: str, size: int, classes: int = 10) -> TracedNet:
    spec = catalog.find(name)
    return TracedNet(filled(lambda: spec.build(classes)), name, size, spec.labels)


@pytest.fixture(scope="module")
def google() -> Case:
    return Case(traced("googlenet", 96), noise(96))


SIZES = {"alexnet": 227, "vgg16": 64, "nin": 96}


@pytest.mark.parametrize("spec", catalog.NETS, ids=lambda spec: spec.name)
def test_shapes_and_logits_are_those_of_a_plain_forward_pass(spec: NetSpec) -> None:
    size = SIZES.get(spec.name, 96)
    net, picture = traced(spec.name, size), noise(size)
    before = {name: value.clone() for name, value in net.module.state_dict().items()}
    activations = run(net, picture)
    assert {name: tuple(activations[name].shape[1:]) for name in activations} == {
        layer.name: layer.shape for layer in net.graph.layers
    }
    with torch.inference_mode():
        plain = net.module(picture)
    assert list(activations.logits) == list(plain)
    assert all(torch.equal(activations.logits[head], plain[head]) for head in plain)
    assert all(torch.equal(value, before[name]) for name, value in net.module.state_dict().items())


def test_every_layer_is_timed_and_the_whole_holds_them_all(google: Case) -> None:
    activations = run(google.traced, google.picture)
    assert list(activations.layer_ms) == list(activations)
    assert all(milliseconds >= 0 for milliseconds in activations.layer_ms.values())
    assert 0 < sum(activations.layer_ms.values()) <= 1e3 * activations.seconds


def test_a_run_leaves_no_hook_and_no_training_mode_behind(google: Case) -> None:
    run(google.traced, google.picture, keep_bytes=0).get("inception3a")
    with pytest.raises(Cancelled):
        run(google.traced, google.picture, cancel=lambda: True)
    for module in google.traced.module.modules():
        assert not module.training
        assert not module._forward_hooks
        assert not module._forward_pre_hooks
    assert not torch.is_inference_mode_enabled()


def test_layers_are_reported_in_the_order_of_the_data(google: Case) -> None:
    reported: list[str] = []
    activations = run(google.traced, google.picture, on_layer=lambda name, _: reported.append(name))
    assert reported == list(activations) == [layer.name for layer in google.traced.graph.layers]


def test_it_is_given_up_between_two_layers(google: Case) -> None:
    reported: list[str] = []
    with pytest.raises(Cancelled):
        run(
            google.traced,
            google.picture,
            on_layer=lambda name, _: reported.append(name),
            cancel=lambda: reported[-1] == "inception3a",
        )
    assert reported[-1] == "inception3a"


def test_aliases_mean_the_same_tensor(google: Case) -> None:
    activations = run(google.traced, google.picture)
    assert activations["inception4a.branch2.1"] is activations["inception4a.branch2"]
    assert "aux1" in activations
    with pytest.raises(KeyError):
        activations.get("inception6a")


def _bytes(activations: dict[str, Tensor]) -> int:
    storages = {value.untyped_storage().data_ptr(): value.untyped_storage().nbytes() for value in activations.values()}
    return sum(storages.values())


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5])
@pytest.mark.parametrize(("name", "size"), [("googlenet", 96), ("resnet18", 96), ("nin", 112)])
def test_over_budget_layers_are_computed_again_and_equal(name: str, size: int, share: float) -> None:
    net, picture = traced(name, size), noise(size)
    whole = run(net, picture)
    budget = int(share * _bytes({layer: whole[layer] for layer in whole}))
    partial = run(net, picture, keep_bytes=budget)
    assert len(partial.kept) < len(whole)
    fixed = {"input", *(head.layer for head in net.graph.heads)}
    held = {layer: partial[layer] for layer in partial.kept - fixed}
    assert _bytes(held) <= budget
    assert partial.layer_ms.keys() == whole.layer_ms.keys()
    for layer in list(whole)[:: 1 if share else 5]:  # without a budget each one starts from the input
        assert torch.equal(partial.get(layer), whole[layer]), layer
    assert partial.kept.isdisjoint(set(whole) - set(partial.kept))


def test_a_budget_that_suffices_keeps_everything_and_the_main_path_comes_first(google: Case) -> None:
    whole = run(google.traced, google.picture)
    total = _bytes({name: whole[name] for name in whole})
    assert run(google.traced, google.picture, keep_bytes=total).kept == set(whole)
    kept = run(google.traced, google.picture, keep_bytes=int(0.6 * total)).kept
    assert {step.output for step in google.traced.graph.steps} <= kept


def test_what_is_computed_again_starts_at_the_nearest_kept_layer(google: Case) -> None:
    whole = run(google.traced, google.picture)
    budget = int(0.6 * _bytes({name: whole[name] for name in whole}))
    partial = run(google.traced, google.picture, keep_bytes=budget)
    missing = next(name for name in partial if name not in partial.kept and name.startswith("inception5b"))
    ran: list[str] = []
    hooks = [
        module.register_forward_hook(lambda *_, path=path: ran.append(path))
        for path, module in google.traced.module.named_modules()
        if not list(module.children())
    ]
    try:
        partial.get(missing)
        partial.get(missing)
    finally:
        for hook in hooks:
            hook.remove()
    assert ran
    assert len(ran) == len(set(ran))
    assert all(path.startswith("inception5b") for path in ran)


def test_several_pictures_run_at_once(google: Case) -> None:
    both = torch.cat([google.picture, noise(96, seed=5)])
    activations = run(google.traced, both)
    single = run(google.traced, google.picture)
    assert activations["inception4a"].shape[0] == 2
    assert torch.allclose(activations["inception4a"][:1], single["inception4a"], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("shape", [(1, 3, 224, 224), (1, 1, 96, 96), (3, 96, 96)])
def test_an_input_of_another_shape_is_refused(google: Case, shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="input of shape"):
        run(google.traced, torch.zeros(shape))


def test_a_net_that_was_training_is_evaluated() -> None:
    spec = catalog.find("googlenet")
    net = TracedNet(filled(lambda: spec.build(10)).train(), "googlenet", 64)
    first, second = run(net, noise(64)), run(net, noise(64))
    assert torch.equal(first.logits["aux1"], second.logits["aux1"])  # dropout 0.7 would differ
    assert torch.equal(first["dropout"], first["flatten"])


@pytest.mark.gpu
def test_on_a_gpu_every_layer_is_the_cpus_and_timed_by_the_gpu() -> None:
    net, picture = traced("googlenet", 96), noise(96)
    expected = run(net, picture)
    on_gpu = TracedNet(net.module.to("cuda"), "googlenet", 96)
    found = run(on_gpu, picture.to("cuda"))
    assert list(found.layer_ms) == list(expected.layer_ms)
    assert 0 < sum(found.layer_ms.values()) <= 1.05e3 * found.seconds
    for name in expected:
        assert found[name].is_cuda
        error = (found[name].cpu() - expected[name]).abs().max()
        assert error <= 1e-2 * expected[name].abs().max(), name  # convolutions may be in TF32 there
