"""What the lecture and the papers claim of each network, beside the number that the network itself gives."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Literal

from explorer.core import units
from explorer.core.layers import LayerGraph, LayerSpec
from explorer.core.messages.base import Detail
from explorer.core.messages.study import Fact
from explorer.methods.compare import standard_graph
from explorer.tracing.cost import Totals, ancestors, totals

Source = Literal["lecture", "paper"]

DOT = " · "
_SCALES = {"k": 1e3, "M": 1e6, "G": 1e9}

GOOGLENET_WIDTHS = {
    "3a": (64, 96, 128, 16, 32, 32),
    "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64),
    "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64),
    "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128),
    "5b": (384, 192, 384, 48, 128, 128),
}
"""1×1; 3×3 reduce, 3×3; 5×5 reduce, 5×5; pool projection: table 1 of the paper."""


def facts_of(net: str) -> tuple[Fact, ...]:
    """Return the claims about a network of the catalog, checked at the size and with the classes of its paper.

    A network that nobody claims anything of has none.
    """
    collect = _COLLECTORS.get(net)
    return () if collect is None else tuple(collect(standard_graph(net)))


# ── what graphs say ────────────────────────────────────────────────────────────────────────────────────────────────


def of_kind(graph: LayerGraph, *kinds: str, head: str = "main") -> list[LayerSpec]:
    """Return the layers of some kinds that a head needs, in the order of the data."""
    logits = next(one.layer for one in graph.heads if one.name == head)
    needed = ancestors(graph, logits)
    return [layer for layer in graph.layers if layer.kind in kinds and layer.name in needed]


def nodes(graph: LayerGraph) -> list[int]:
    """Return how many values each convolution and fully connected layer puts out."""
    layers = of_kind(graph, "convolution", "linear")
    return [layer.channels * layer.map_size[0] * layer.map_size[1] for layer in layers]


def normalised_pools(graph: LayerGraph) -> list[int]:
    """Return the numbers, from 1, of the max poolings before which local responses are normalised."""
    pools = of_kind(graph, "max_pool")
    return [number for number, pool in enumerate(pools, 1) if graph.layer(pool.inputs[0]).kind == "lrn"]


def module_widths(graph: LayerGraph, module: str) -> tuple[int, ...]:
    """Return the output channels of an inception module's convolutions, branch by branch."""
    return tuple(
        layer.channels
        for layer in graph.layers
        if layer.kind == "convolution" and layer.name.startswith(f"inception{module}.")
    )


def _kernels(layers: Iterable[LayerSpec]) -> str:
    sides = sorted({int(layer.attributes["kernel"]) for layer in layers})
    return DOT.join(f"{side}×{side}" for side in sides)


def _numbers(values: Iterable[int]) -> str:
    return DOT.join(f"{value:,}" for value in values)


def _rounds_to(claimed: float, computed: float, digits: int) -> bool:
    return float(f"{computed:.{digits - 1}e}") == claimed


def _fact(
    key: str,
    source: Source,
    claimed: str,
    computed: str,
    agrees: bool | None = None,
    because: str = "",
    details: Mapping[str, Detail] | None = None,
) -> Fact:
    """Return a claim with its verdict; None: they agree where both are written the same."""
    same = claimed == computed if agrees is None else agrees
    return Fact(
        key=key,
        source=source,
        claimed=claimed,
        computed=computed,
        verdict="agrees" if same else "differs",
        reason="" if same else because,
        details=dict(details or {}),
    )


def _count(key: str, source: Source, claimed: str, computed: float, because: str = "", digits: int = 0) -> Fact:
    """Return a claim such as ``65 M``, which is right where the number rounds to it.

    ``digits``: how many of the claim's digits are meant; 0 for all that are written.
    """
    number, _, letter = claimed.partition(" ")
    digits = digits or len(number.replace(".", "").lstrip("0"))
    scale = _SCALES.get(letter, 1.0)
    written = f"{units.significant(computed / scale, max(3, digits))} {letter}".strip()
    agrees = _rounds_to(float(number) * scale, computed, digits)
    return _fact(key, source, claimed, written, agrees, because)


# ── AlexNet ────────────────────────────────────────────────────────────────────────────────────────────────────────

_LECTURE_NODES = (290_400, 186_624, 64_896, 43_264, 4_096, 4_096, 1_000)
_PAPER_NODES = (290_400, 186_624, 64_896, 64_896, 43_264, 4_096, 4_096, 1_000)


def _alexnet(graph: LayerGraph) -> Iterable[Fact]:
    return _alexnet_facts(graph, one_tower=False)


def _alexnet_tv(graph: LayerGraph) -> Iterable[Fact]:
    return _alexnet_facts(graph, one_tower=True)


def _alexnet_facts(graph: LayerGraph, one_tower: bool) -> Iterable[Fact]:
    sums, here = totals(graph), nodes(graph)
    convolutions = of_kind(graph, "convolution")
    other = "one_tower" if one_tower else ""
    missing = "one_tower" if one_tower else "seven_of_eight"
    yield _fact("alexnet_nodes", "lecture", _numbers(_LECTURE_NODES), _numbers(here), None, missing)
    yield _fact("alexnet_paper_nodes", "paper", _numbers(_PAPER_NODES), _numbers(here), None, other)
    yield _fact("alexnet_input", "paper", "224", str(graph.layers[0].shape[1]), None, "alexnet_input")
    yield _count("alexnet_convolutions", "lecture", "2 M", sums.convolution_parameters, other)
    yield _count("alexnet_linear", "lecture", "65 M", sums.linear_parameters, "alexnet_linear")
    ratio = sums.linear_parameters / sums.convolution_parameters
    yield _count("alexnet_ratio", "lecture", "30", ratio, "alexnet_ratio")
    yield _count("alexnet_parameters", "paper", "60 M", sums.parameters, other, digits=1)
    pools = normalised_pools(graph)
    because = "one_tower_normalisation" if one_tower else "alexnet_normalisation"
    yield _fact("alexnet_normalised", "lecture", _numbers((1, 3)), _numbers(pools) or "–", None, because)
    yield _fact("alexnet_normalised_paper", "paper", _numbers((1, 2)), _numbers(pools) or "–", None, because)
    grouped = [number for number, layer in enumerate(convolutions, 1) if int(layer.attributes["groups"]) > 1]
    yield _fact("alexnet_grouped", "paper", _numbers((2, 4, 5)), _numbers(grouped) or "–", None, "one_tower_groups")
    window = [(int(pool.attributes["kernel"]), int(pool.attributes["stride"])) for pool in of_kind(graph, "max_pool")]
    yield _fact(
        "alexnet_pooling", "paper", "3×3 / 2", DOT.join(sorted({f"{side}×{side} / {step}" for side, step in window}))
    )


# ── VGG-16 ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _vgg(graph: LayerGraph) -> Iterable[Fact]:
    sums = totals(graph)
    convolutions, linear = of_kind(graph, "convolution"), of_kind(graph, "linear")
    yield _fact("vgg_layers", "lecture", "13 + 3", f"{len(convolutions)} + {len(linear)}")
    yield _fact("vgg_kernels", "lecture", "3×3", _kernels(convolutions))
    for key, stacked, side in (("vgg_two", 2, 5), ("vgg_three", 3, 7)):
        field = _field_of_stack(graph, convolutions, stacked)
        yield _fact(
            key, "lecture", f"{side}×{side}", f"{field}×{field}", details={"one": side**2, "stacked": stacked * 9}
        )
    yield _count("vgg_linear", "lecture", "123.6 M", sums.linear_parameters)
    yield _count("vgg_parameters", "paper", "138 M", sums.parameters)


def _field_of_stack(graph: LayerGraph, convolutions: list[LayerSpec], stacked: int) -> int:
    """Return how many values of its input the last of some convolutions in a row sees, along one side."""
    run: list[LayerSpec] = []
    for layer in convolutions:
        follows = bool(run) and layer.map_size == run[-1].map_size
        run = [*run, layer] if follows else [layer]
        if len(run) == stacked:
            before = graph.layer(run[0].inputs[0]).receptive_field
            after = run[-1].receptive_field
            assert before is not None
            assert after is not None
            return (after.size - before.size) // before.stride + 1
    return 0


# ── NIN ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _nin(graph: LayerGraph) -> Iterable[Fact]:
    (average,) = of_kind(graph, "avg_pool")
    maps = graph.layer(average.inputs[0])
    sums = totals(graph)
    yield _fact("nin_average", "lecture", "0", f"{average.parameters:,}")
    yield _fact("nin_maps", "lecture", "1,000", f"{maps.channels:,}")
    yield _fact("nin_linear", "lecture", "0", f"{sums.linear_parameters:,}", details=_vgg_linear())
    sides = [int(layer.attributes["kernel"]) for layer in of_kind(graph, "convolution")]
    pairs = [sides[first + 1 : first + 3] for first in range(0, len(sides), 3)]
    after = DOT.join(sorted({" + ".join(f"{side}×{side}" for side in pair) for pair in pairs}))
    yield _fact("nin_mlp", "paper", "1×1 + 1×1", after)


def _vgg_linear() -> dict[str, Detail]:
    return {"vgg": f"{totals(standard_graph('vgg16')).linear_parameters / 1e6:.1f} M"}


# ── GoogLeNet ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _googlenet(graph: LayerGraph) -> Iterable[Fact]:
    sums = totals(graph)
    yield _fact("googlenet_depth", "lecture", "22", str(sums.depth))
    yield _fact("googlenet_depth_pools", "lecture", "27", str(sums.depth_with_pools))
    sides = [layer.map_size[0] for layer in of_kind(graph, "convolution", "max_pool")]
    yield _fact("googlenet_sizes", "lecture", _sides((112, 56, 28, 14, 7)), _sides(dict.fromkeys(sides)))
    yield _fact("googlenet_modules", "lecture", "9", str(sum(step.kind == "inception" for step in graph.steps)))
    yield _count("googlenet_linear", "lecture", "1 M", sums.linear_parameters)
    vgg = totals(standard_graph("vgg16")).linear_parameters
    share = sums.linear_parameters / vgg
    yield _fact("googlenet_share", "lecture", "< 1 %", f"{100 * share:.2f} %", share < 0.01, details=_vgg_linear())
    branch = [layer for layer in of_kind(graph, "convolution") if layer.branch == "5x5"]
    larger = [layer for layer in branch if int(layer.attributes["kernel"]) > 1]
    yield _fact("googlenet_third_branch", "paper", "5×5", _kernels(larger), None, "googlenet_third_branch")
    norms = "LRN" if of_kind(graph, "lrn") else "batch norm"
    yield _fact("googlenet_normalisation", "paper", "LRN", norms, None, "googlenet_batch_norm")
    for module, widths in GOOGLENET_WIDTHS.items():
        claimed, computed = (_in_branches(of) for of in (widths, module_widths(graph, module)))
        yield _fact("googlenet_widths", "lecture", claimed, computed, details={"module": module})
    yield _heads(graph)
    alexnet = totals(standard_graph("alexnet")).parameters / sums.parameters
    yield _count("googlenet_fewer", "paper", "12", alexnet, "googlenet_fewer")


def _sides(sides: Iterable[int]) -> str:
    return DOT.join(f"{side}²" for side in sides)


def _in_branches(widths: tuple[int, ...]) -> str:
    if len(widths) != 6:
        return _numbers(widths)
    one, reduce_3, three, reduce_5, five, pool = widths
    return f"{one}; {reduce_3}, {three}; {reduce_5}, {five}; {pool}"


def _heads(graph: LayerGraph) -> Fact:
    """Return how many channels the auxiliary heads read."""
    read = [graph.layer(graph.step(head.after).output).channels for head in graph.heads if head.name != "main"]
    return _fact("googlenet_heads", "lecture", _numbers((512, 528)), _numbers(sorted(read)))


# ── ResNet ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _resnet(depth: int, parameters: str, macs: str) -> Callable[[LayerGraph], Iterable[Fact]]:
    """Return what collects the claims about a residual network; empty where the paper says nothing."""

    def collect(graph: LayerGraph) -> Iterable[Fact]:
        sums: Totals = totals(graph)
        yield _fact("resnet_depth", "paper", str(depth), str(sums.depth))
        adds = of_kind(graph, "add")
        blocks = sum(step.kind == "residual" for step in graph.steps)
        yield _fact("resnet_additions", "lecture", str(blocks), str(len(adds)), None, details={"blocks": blocks})
        added = sum(layer.parameters for layer in adds)
        projections = [layer for layer in graph.layers if ".downsample." in layer.name]
        widened = sum(layer.kind == "convolution" for layer in projections)
        told: dict[str, Detail] = {
            "projections": widened,
            "blocks": blocks,
            "parameters": units.count(sum(layer.parameters for layer in projections)),
        }
        yield _fact("resnet_shortcut", "lecture", "0", f"{added:,}", details=told)
        if parameters:
            yield _count("resnet_parameters", "paper", parameters, sums.parameters, "resnet_projection")
        if macs:
            yield _count("resnet_macs", "paper", macs, sums.macs, "resnet_stride")

    return collect


_COLLECTORS: Mapping[str, Callable[[LayerGraph], Iterable[Fact]]] = {
    "alexnet": _alexnet,
    "alexnet-tv": _alexnet_tv,
    "vgg16": _vgg,
    "nin": _nin,
    "googlenet": _googlenet,
    "googlenet-paper": _googlenet,
    "resnet18": _resnet(18, "", "1.8 G"),
    "resnet50": _resnet(50, "", "3.8 G"),
    "resnet20": _resnet(20, "0.27 M", ""),
    "resnet56": _resnet(56, "0.85 M", ""),
}
