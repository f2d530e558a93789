"""One picture through many networks: what each says, what it costs, and how long it takes here."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import msgspec
import numpy as np
import torch

from explorer.core.layers import LayerGraph
from explorer.core.messages.study import Guess, NetRow, Published
from explorer.core.scene import Crop
from explorer.methods.heads import probabilities
from explorer.methods.occlusion import logits_of
from explorer.nets import catalog
from explorer.nets.preprocess import prepare
from explorer.nets.spec import NetSpec
from explorer.nets.weights.loading import LoadedNet, load
from explorer.nets.weights.store import UNTRAINED, WeightsStore, describe_untrained
from explorer.tracing.cost import totals
from explorer.tracing.forward import TracedNet
from explorer.tracing.graph import build_graph
from explorer.tracing.steps import SILENT

LECTURE_NETS = ("alexnet", "alexnet-tv", "vgg16", "nin", "googlenet", "resnet18", "resnet50")
"""What is compared where nothing else is asked for: the networks for ImageNet, in the lecture's order."""

RUNS = 7
SLOW_RUNS = 5
SLOW_S = 0.5
TOP = 5
STANDARD_CLASSES = 1000
SMALL_CLASSES, LARGEST_SMALL_PX = 10, 64
_BYTES = 4
_ROOM = 1.2
"""Weights and activations are not all that a network needs."""

_MEASURED_ELSEWHERE = {
    "alexnet": Published(59.3, "Krizhevsky, Sutskever, Hinton 2012, table 2, one network", "published.alexnet"),
    "nin": Published(59.36, "Lin: NIN ImageNet model (Caffe), 2014", "published.nin"),
    "googlenet-paper": Published(68.7, "BVLC GoogLeNet (Caffe), 2014", "published.caffe_googlenet"),
}


@dataclass(frozen=True)
class Setting:
    """What all networks of a comparison have in common."""

    store: WeightsStore
    rgb: np.ndarray
    crop: Crop | None
    device: str
    free_bytes: int


def specs_of(names: tuple[str, ...]) -> tuple[NetSpec, ...]:
    """Return networks of the catalog, in its order; for no names those of the lecture.

    Raises
    ------
    UserError
        ``net_unknown``.
    """
    wanted = {catalog.find(name).name for name in names or LECTURE_NETS}
    return tuple(spec for spec in catalog.NETS if spec.name in wanted)


def weights_beside_others(on_screen: LoadedNet, spec: NetSpec, store: WeightsStore) -> str:
    """Return the weights that the network on screen is compared with: its own.

    Where they made it another form than it is usually shown in, that one's: the others stand there as published, too.
    """
    best = store.best(spec)
    usual = next((weights.form for weights in spec.weights if weights.name == best), "standard")
    return on_screen.weights.name if on_screen.net is spec or usual == "small" else best


def compare_net(spec: NetSpec, weights: str, setting: Setting) -> Iterator[NetRow | None]:
    """Yield None after each slice of work, and at last the network's row.

    A network that does not fit into memory gets a row that says so.

    Raises
    ------
    UserError
        What reading the weights says.
    """
    weights = weights or setting.store.best(spec)
    row = _costs(spec, weights, setting)
    yield None
    needed = round(_ROOM * (row.parameters * _BYTES + row.activation_bytes))
    if needed > setting.free_bytes:
        yield _too_large(row, needed, setting)
        return
    try:
        loaded = _loaded(spec, weights, setting)
        yield None
        yield from _measured(row, loaded, setting)
    except (MemoryError, torch.OutOfMemoryError):
        yield _too_large(row, needed, setting)
    except RuntimeError as error:
        # torch tells a full host memory and a wrong shape by their texts alone.
        if "allocate" not in str(error):
            raise
        yield _too_large(row, needed, setting)


@lru_cache(maxsize=32)
def standard_graph(name: str) -> LayerGraph:
    """Return a network as in its paper: at the input size that it was made for, for ImageNet's or CIFAR's classes."""
    spec = catalog.find(name)
    small = spec.default_preprocess.size <= LARGEST_SMALL_PX
    with torch.device("meta"):
        module = spec.build(SMALL_CLASSES if small else STANDARD_CLASSES)
    return build_graph(module, spec.name, spec.default_preprocess.size, spec.labels)[1]


def published(spec: NetSpec) -> Published | None:
    """Return the accuracy on ImageNet that is known of a network, with its source; torchvision's where it has one."""
    for weights in spec.weights:
        if weights.dataset == "ImageNet" and "main" in weights.accuracy:
            return Published(round(weights.accuracy["main"], 2), f"torchvision, {weights.url_source}")
    return _MEASURED_ELSEWHERE.get(spec.name)


def activation_bytes(graph: LayerGraph) -> int:
    """Return what all activations of one picture take in float32; what changes no value takes nothing."""
    return sum(_BYTES * torch.Size(layer.shape).numel() for layer in graph.layers if layer.kind not in SILENT)


def _costs(spec: NetSpec, weights: str, setting: Setting) -> NetRow:
    """Return a row with everything that can be known before the weights are there."""
    standard = standard_graph(spec.name)
    sums = totals(standard)
    info = next((one for one in setting.store.info(spec).weights if one.name == weights), describe_untrained())
    return NetRow(
        net=spec.name,
        title=spec.title,
        year=spec.year,
        reference=spec.reference,
        weights=info,
        input_size=spec.default_preprocess.size,
        device=setting.device,
        top=(),
        depth=sums.depth,
        depth_with_pools=sums.depth_with_pools,
        parameters=sums.parameters,
        convolution_parameters=sums.convolution_parameters,
        linear_parameters=sums.linear_parameters,
        macs=sums.macs,
        activation_bytes=activation_bytes(standard),
        standard_size=spec.default_preprocess.size,
        standard_parameters=sums.parameters,
        standard_macs=sums.macs,
        times_ms=np.zeros(0, np.float32),
        median_ms=0.0,
        lower_ms=0.0,
        upper_ms=0.0,
        published=published(spec),
    )


def _too_large(row: NetRow, needed: int, setting: Setting) -> NetRow:
    details: dict[str, str | int | float] = {
        "net": row.title,
        "needed": round(needed / 1e6),
        "free": round(setting.free_bytes / 1e6),
    }
    return msgspec.structs.replace(row, failure="net_out_of_memory", details=details)


def _loaded(spec: NetSpec, weights: str, setting: Setting) -> LoadedNet:
    if weights != UNTRAINED:
        return load(setting.store, spec, weights, setting.device)
    # What it says is not shown, so numbers that are written at once do; not zeros, which share one page of memory.
    with torch.device("meta"):
        module = spec.build(STANDARD_CLASSES)
    module = module.to_empty(device=setting.device).eval()
    with torch.no_grad():
        for tensor in module.state_dict().values():
            tensor.fill_(1 if tensor.dtype == torch.int64 else 1e-3)
    return LoadedNet(module, describe_untrained(), (), spec.default_preprocess, (), spec)


def _measured(row: NetRow, loaded: LoadedNet, setting: Setting) -> Iterator[NetRow | None]:
    size = loaded.preprocess.size
    traced = TracedNet(loaded.module, row.net, size, loaded.net.labels)
    network_input = prepare(setting.rgb, setting.crop, loaded.preprocess, size)[0].to(setting.device)
    yield None
    logits, first_s = _timed(traced, network_input)  # the first one warms up
    yield None
    times: list[float] = []
    for _ in range(SLOW_RUNS if first_s > SLOW_S else RUNS):
        logits, seconds = _timed(traced, network_input)
        times.append(1e3 * seconds)
        yield None
    sums = totals(traced.graph)
    lower, median, upper = np.quantile(times, (0.25, 0.5, 0.75)).tolist()
    yield msgspec.structs.replace(
        row,
        weights=loaded.weights,
        input_size=size,
        small=loaded.net is not catalog.find(row.net),
        top=_guesses(logits, loaded) if "main" in loaded.trained_heads else (),
        parameters=sums.parameters,
        convolution_parameters=sums.convolution_parameters,
        linear_parameters=sums.linear_parameters,
        macs=sums.macs,
        activation_bytes=activation_bytes(traced.graph),
        times_ms=np.array(times, np.float32),
        median_ms=median,
        lower_ms=lower,
        upper_ms=upper,
    )


def _timed(traced: TracedNet, network_input: torch.Tensor) -> tuple[torch.Tensor, float]:
    """Run the network up to its main head, keeping nothing, and return its logits and the seconds that it took."""
    _wait(network_input)
    start = time.perf_counter()
    logits = logits_of(traced, network_input, ("main",))["main"]
    _wait(network_input)
    return logits, time.perf_counter() - start


def _wait(tensor: torch.Tensor) -> None:
    """Let the device finish what it was given."""
    if tensor.device.type != "cpu":
        torch.accelerator.synchronize(tensor.device)


def _guesses(logits: torch.Tensor, loaded: LoadedNet) -> tuple[Guess, ...]:
    given = probabilities(logits)
    return tuple(Guess(loaded.classes[index], float(given[index])) for index in np.argsort(-given)[:TOP].tolist())
