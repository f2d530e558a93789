"""The forms for small pictures: traced, counted, told apart by their files, and said to differ in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch.utils.flop_counter import FlopCounterMode

from explorer.core.text import catalog as texts
from explorer.nets import catalog
from explorer.nets.spec import SMALL_PREPROCESS, NetSpec
from explorer.nets.weights.loading import load
from explorer.nets.weights.store import WeightsStore
from explorer.tracing.graph import build_graph
from explorer.training.build import build_net
from tests.unit.nets.random_weights import on_meta

FORMS = [net for net in catalog.NETS if net.small is not None]


@pytest.mark.parametrize("net", FORMS, ids=lambda net: net.name)
def test_every_layer_is_known_and_its_work_is_what_torch_counts(net: NetSpec) -> None:
    small = net.formed("small")
    module = on_meta(lambda: small.build(10)).eval()
    layers = build_graph(module, net.name, 32, small.labels)[1].layers
    with FlopCounterMode(display=False) as counter:
        module(torch.empty(1, 3, 32, 32, device="meta"))
    assert 2 * sum(layer.macs for layer in layers) == counter.get_total_flops()


@pytest.mark.parametrize("net", FORMS, ids=lambda net: net.name)
def test_what_differs_is_said_in_both_languages(net: NetSpec) -> None:
    small = net.formed("small")
    assert small.deviations
    for key in small.deviations:
        assert texts("en")[key] != texts("ko")[key]
    assert small.deviations != net.deviations


@pytest.mark.parametrize("net", FORMS, ids=lambda net: net.name)
def test_a_file_says_which_form_it_belongs_to(net: NetSpec, tmp_path: Path) -> None:
    module = build_net(net, 3, "small", seed=0)
    path = tmp_path / "mine.safetensors"
    state = {name: tensor for name, tensor in module.state_dict().items() if "num_batches" not in name}
    save_file(state, path, {"form": "small", "classes": '["a", "b", "c"]'})
    loaded = load(WeightsStore(tmp_path, tmp_path, tmp_path), net, str(path))
    assert loaded.net.deviations == net.formed("small").deviations
    assert loaded.preprocess == SMALL_PREPROCESS
    assert loaded.classes == ("a", "b", "c")
    values = torch.randn(2, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        ours, theirs = module.eval()(values), loaded.module(values)
    torch.testing.assert_close(ours["main"], theirs["main"])
