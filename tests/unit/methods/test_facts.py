"""The numbers in the facts are torchvision's and arithmetic's, and the verdicts are those of 1-SUBJECT."""

from __future__ import annotations

import pytest
import torchvision

from explorer.core.messages.study import Fact
from explorer.core.text import catalog as texts
from explorer.methods.compare import standard_graph
from explorer.methods.facts import GOOGLENET_WIDTHS, facts_of, module_widths
from explorer.nets.catalog import NETS

LANGUAGES = ("en", "ko")


def fact(net: str, key: str) -> Fact:
    return next(one for one in facts_of(net) if one.key == key)


@pytest.mark.parametrize("spec", NETS, ids=lambda spec: spec.name)
def test_every_claim_can_be_read_in_both_languages(spec: object) -> None:
    for one in facts_of(spec.name):  # type: ignore[attr-defined]
        values = {**one.details, "claimed": one.claimed, "computed": one.computed}
        for language in LANGUAGES:
            said = texts(language)
            assert said[f"fact.{one.key}"].format(**values)
            assert said[f"fact.source.{one.source}"] and said[f"fact.verdict.{one.verdict}"]
            assert "{claimed}" in said[f"fact.{one.key}"]
            if one.reason:
                assert said[f"fact.because.{one.reason}"].format(**values)
        assert bool(one.reason) == (one.verdict == "differs"), one.key


@pytest.mark.parametrize(
    ("net", "key", "computed", "verdict"),
    [
        ("alexnet", "alexnet_convolutions", "2.33 M", "agrees"),
        ("alexnet", "alexnet_linear", "58.6 M", "differs"),
        ("alexnet", "alexnet_ratio", "25.1", "differs"),
        ("alexnet", "alexnet_input", "227", "differs"),
        ("alexnet", "alexnet_normalised", "1 · 2", "differs"),
        ("alexnet", "alexnet_normalised_paper", "1 · 2", "agrees"),
        ("alexnet", "alexnet_grouped", "2 · 4 · 5", "agrees"),
        ("alexnet-tv", "alexnet_grouped", "–", "differs"),
        ("alexnet-tv", "alexnet_normalised_paper", "–", "differs"),
        ("vgg16", "vgg_layers", "13 + 3", "agrees"),
        ("vgg16", "vgg_kernels", "3×3", "agrees"),
        ("vgg16", "vgg_two", "5×5", "agrees"),
        ("vgg16", "vgg_three", "7×7", "agrees"),
        ("nin", "nin_average", "0", "agrees"),
        ("nin", "nin_linear", "0", "agrees"),
        ("googlenet", "googlenet_depth", "22", "agrees"),
        ("googlenet", "googlenet_depth_pools", "27", "agrees"),
        ("googlenet", "googlenet_third_branch", "3×3", "differs"),
        ("googlenet-paper", "googlenet_third_branch", "5×5", "agrees"),
        ("googlenet", "googlenet_normalisation", "batch norm", "differs"),
        ("googlenet", "googlenet_heads", "512 · 528", "agrees"),
        ("resnet18", "resnet_additions", "8", "agrees"),
        ("resnet50", "resnet_shortcut", "0", "agrees"),
        ("resnet50", "resnet_macs", "4.09 G", "differs"),
        ("resnet20", "resnet_depth", "20", "agrees"),
    ],
)
def test_numbers_and_verdicts(net: str, key: str, computed: str, verdict: str) -> None:
    one = fact(net, key)
    assert (one.computed, one.verdict) == (computed, verdict)


def test_the_lecture_lists_seven_of_alexnets_eight_layers() -> None:
    one = fact("alexnet", "alexnet_nodes")
    claimed, computed = one.claimed.split(" · "), one.computed.split(" · ")
    assert (len(claimed), len(computed), one.reason) == (7, 8, "seven_of_eight")
    assert set(claimed) == set(computed)
    assert fact("alexnet", "alexnet_paper_nodes").verdict == "agrees"


def test_fully_connected_layers_are_torchvisions() -> None:
    vgg = torchvision.models.get_model("vgg16", init_weights=False)
    counted = sum(parameter.numel() for parameter in vgg.classifier.parameters())
    assert fact("vgg16", "vgg_linear").computed == f"{counted / 1e6:.1f} M"
    share = (1024 * 1000 + 1000) / counted
    assert fact("googlenet", "googlenet_share").computed == f"{100 * share:.2f} %"
    resnet = torchvision.models.get_model("resnet18")
    projected = sum(value.numel() for name, value in resnet.named_parameters() if "downsample" in name)
    assert fact("resnet18", "resnet_shortcut").details["parameters"] == f"{projected / 1e3:.0f} k"


@pytest.mark.parametrize("net", ["googlenet", "googlenet-paper"])
def test_all_nine_modules_have_the_widths_of_the_papers_table(net: str) -> None:
    widths = [one for one in facts_of(net) if one.key == "googlenet_widths"]
    assert [one.details["module"] for one in widths] == list(GOOGLENET_WIDTHS)
    assert all(one.verdict == "agrees" for one in widths)
    assert module_widths(standard_graph(net), "4e") == (256, 160, 320, 32, 128, 128)


def test_a_network_of_which_nothing_is_claimed_has_no_facts() -> None:
    assert facts_of("plain20") == ()
