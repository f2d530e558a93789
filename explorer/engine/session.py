"""What one engine holds: networks that were loaded, pictures that were decoded, and the newest trace."""

from __future__ import annotations

import gc
import itertools
import os
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

import msgspec
import numpy as np
import torch
from torch import Tensor

from explorer.core.errors import UserError
from explorer.core.layers import LayerGraph
from explorer.core.memory import hand_freed_memory_back
from explorer.core.messages.base import DeviceInfo
from explorer.core.messages.explore import (
    BranchesRequest,
    BranchesResult,
    ChannelRequest,
    ChannelResult,
    TraceRequest,
    TraceResult,
    ValuesRequest,
    ValuesResult,
    Wall,
    WallRequest,
    WallResult,
)
from explorer.core.scene import Crop, Order, Scaling
from explorer.engine.devices import available_devices, free_bytes, resolve_device
from explorer.imaging.decode import DecodedPicture, decode
from explorer.methods.branches import module_branches
from explorer.methods.channel import describe_channel, feature_map
from explorer.methods.heads import predictions
from explorer.methods.ranking import contributions, reading_head
from explorer.methods.wall import effective_scaling, make_wall
from explorer.nets import catalog
from explorer.nets.preprocess import prepare
from explorer.nets.spec import NetSpec
from explorer.nets.weights.loading import LoadedNet, load
from explorer.nets.weights.store import WeightsStore
from explorer.tracing.forward import Activations, TracedNet
from explorer.tracing.forward import run as run_net

KEPT_NETS = 2
KEPT_PICTURES = 4
KEPT_WALL_BYTES = 16 * 1024 * 1024
MIN_SIZE_PX, MAX_SIZE_PX = 8, 1024


class StaleTrace(Exception):
    """The request speaks of a trace that a newer one has replaced."""


@dataclass
class ReadyNet:
    """A network with its weights, and its graph for one input size."""

    spec: NetSpec
    loaded: LoadedNet
    traced: TracedNet
    size: int

    @property
    def graph(self) -> LayerGraph:
        """The network's graph, with heads that say whether they were trained."""
        heads = tuple(
            msgspec.structs.replace(head, trained=head.name in self.loaded.trained_heads)
            for head in self.traced.graph.heads
        )
        return msgspec.structs.replace(self.traced.graph, heads=heads)


@dataclass
class Run:
    """One picture's way through a network: what it really got, and what every layer said."""

    key: str
    net: ReadyNet
    device: str
    picture: DecodedPicture
    crop: Crop
    net_input: Tensor
    activations: Activations


class Session:
    """Answers requests, one at a time.

    Parameters
    ----------
    store : WeightsStore
        Where weights lie.
    keep_bytes : int or None
        Budget for activations; beyond it they are computed again when asked for. None: a quarter of what is free.
    """

    def __init__(self, store: WeightsStore, keep_bytes: int | None = None) -> None:
        self.store = store
        self.devices: tuple[DeviceInfo, ...] = available_devices()
        self._keep_bytes = keep_bytes
        self._nets: OrderedDict[tuple[str, str, str], ReadyNet] = OrderedDict()
        self._pictures: OrderedDict[str, DecodedPicture] = OrderedDict()
        self._walls: OrderedDict[tuple[str, Scaling, Order, float, str, str], Wall] = OrderedDict()
        self._run: Run | None = None
        self._numbers = itertools.count(1)

    # ── a picture through a network ────────────────────────────────────────────────────────────────────────────────

    def trace(self, request: TraceRequest, cancelled: Callable[[], bool]) -> TraceResult:
        """Decode, prepare, run; the run before stays until this one is complete.

        Raises
        ------
        UserError, Cancelled
            The old run can then still be asked.
        """
        done = self.perform(request, cancelled)
        self._walls.clear()
        self._run = done
        graph, loaded, spec = done.net.graph, done.net.loaded, done.net.spec
        return TraceResult(
            trace=done.key,
            net=spec.name,
            title=spec.title,
            weights=loaded.weights,
            graph=graph,
            device=done.device,
            input_size=done.net.size,
            seconds=done.activations.seconds,
            layer_ms=done.activations.layer_ms,
            classes=loaded.classes,
            predictions=predictions(graph.heads, done.activations.logits),
            picture_key=request.picture_key,
            picture_name=request.picture_name,
            preview=done.picture.preview,
            picture_size=done.picture.original_size,
            crop=done.crop,
            deviations=loaded.net.deviations,
            wall=self._first_wall(done, request.wall),
        )

    def _first_wall(self, run: Run, request: WallRequest | None) -> WallResult | None:
        if request is None or request.layer not in run.activations:
            return None
        try:
            return self.wall(msgspec.structs.replace(request, trace=run.key))
        except UserError:
            # The run is good all the same; whoever asks for this wall again is told what is wrong with it.
            return None

    def perform(self, request: TraceRequest, cancelled: Callable[[], bool] = lambda: False) -> Run:
        """Run a network on a picture; see :meth:`trace`, which keeps what this returns."""
        spec = catalog.find(request.net)
        picture = self.picture(request.picture_key, request.picture, request.picture_name)
        device = resolve_device(request.device, self.devices)
        ready = self.ready_net(spec, request.weights, device, request.size)
        net_input, crop = prepare(picture.rgb, request.crop, ready.loaded.preprocess, ready.size)
        net_input = net_input.to(device)
        activations = run_net(ready.traced, net_input, cancel=cancelled, keep_bytes=self._budget(device))
        return Run(f"{os.getpid()}-{next(self._numbers)}", ready, device, picture, crop, net_input, activations)

    def picture(self, key: str, data: np.ndarray | None, name: str) -> DecodedPicture:
        """Return a decoded picture by its key, decoding ``data`` where it is new.

        Raises
        ------
        UserError
            ``picture_unknown`` where the key is new and no bytes came with it; else what the decoder says.
        """
        if key not in self._pictures:
            if data is None:
                raise UserError("picture_unknown", name=name)
            self._pictures[key] = decode(memoryview(data), name)  # type: ignore[arg-type]
        self._pictures.move_to_end(key)
        while len(self._pictures) > KEPT_PICTURES:
            self._pictures.popitem(last=False)
        return self._pictures[key]

    def ready_net(self, spec: NetSpec, weights: str, device: str, size: int) -> ReadyNet:
        """Return a network with weights on a device, traced for an input size (0: the weights' own)."""
        key = (spec.name, weights or self.store.best(spec), device)
        ready = self._nets.get(key)
        if ready is None:
            loaded = load(self.store, spec, weights, device)
            wanted = _allowed_size(size or loaded.preprocess.size)
            ready = ReadyNet(spec, loaded, TracedNet(loaded.module, spec.name, wanted, loaded.net.labels), wanted)
        wanted = _allowed_size(size or ready.loaded.preprocess.size)
        if wanted != ready.size:
            traced = TracedNet(ready.loaded.module, spec.name, wanted, ready.loaded.net.labels)
            ready = ReadyNet(spec, ready.loaded, traced, wanted)
        self._nets[key] = ready
        self._nets.move_to_end(key)
        while len(self._nets) > KEPT_NETS:
            self._nets.popitem(last=False)
            gc.collect()  # a traced network refers to itself: left to its turn, the collector would keep 50 to 500 MB
            hand_freed_memory_back()
        return ready

    def forget_nets(self) -> None:
        """Drop loaded networks, so that weights that have just arrived are seen."""
        self._nets.clear()

    def _budget(self, device: str) -> int:
        if self._keep_bytes is not None:
            return self._keep_bytes
        return free_bytes(device) // 4

    # ── questions about the newest trace ───────────────────────────────────────────────────────────────────────────

    def wall(self, request: WallRequest) -> WallResult:
        """Return all channels of a layer as one picture."""
        run = self.newest(request.trace)
        heads, order = run.net.graph.heads, request.order
        if order == "class" and reading_head(run.net.traced, heads, request.layer, request.head) is None:
            order = "index"
        wall = self._wall(run, request.layer, request.scaling, order, request.aspect, request.head, request.target)
        shape = run.net.traced.graph.layer(wall.layer).shape
        scaling = effective_scaling(shape if len(shape) == 3 else (shape[0], 1, 1), request.scaling)
        return WallResult(request.trace, wall, scaling, order)

    def branches(self, request: BranchesRequest) -> BranchesResult:
        """Return the branches of an inception module as walls."""
        run = self.newest(request.trace)
        if request.step not in {step.name for outer in run.net.traced.graph.steps for step in outer.walk()}:
            raise UserError("no_branches", step=request.step)
        branches = module_branches(
            run.net.traced.graph,
            request.step,
            lambda layer: self.activation(run, layer),
            lambda layer: self._wall(run, layer, request.scaling, request.order, request.aspect),
        )
        return BranchesResult(request.trace, request.step, branches, request.scaling, request.order)

    def values(self, request: ValuesRequest) -> ValuesResult:
        """Return the values of one feature map."""
        run = self.newest(request.trace)
        values = feature_map(self.activation(run, request.layer), request.layer, request.channel)
        return ValuesResult(request.trace, request.layer, request.channel, values)

    def channel(self, request: ChannelRequest) -> ChannelResult:
        """Return one feature map with statistics and histogram."""
        run = self.newest(request.trace)
        activation = self.activation(run, request.layer)
        return describe_channel(activation, request.trace, request.layer, request.channel)

    def newest(self, key: str) -> Run:
        """Return the newest trace, which ``key`` must name.

        Raises
        ------
        StaleTrace
            The key names an older one.
        """
        if self._run is None or self._run.key != key:
            raise StaleTrace
        return self._run

    def activation(self, run: Run, layer: str) -> Tensor:
        """Return a layer's output without the batch: (C, H, W) or (N,).

        Raises
        ------
        UserError
            ``layer_unknown``.
        """
        if layer not in run.activations:
            raise UserError("layer_unknown", layer=layer, net=run.net.spec.name)
        return run.activations.get(layer)[0]

    def _wall(
        self,
        run: Run,
        layer: str,
        scaling: Scaling,
        order: Order,
        aspect: float,
        head: str = "main",
        target: str = "",
    ) -> Wall:
        key = (layer, scaling, order, round(aspect, 2), head, target)
        wall = self._walls.get(key)
        if wall is None:
            activation = self.activation(run, layer)
            values = None
            if order == "class":
                heads, classes = run.net.graph.heads, run.net.loaded.classes
                values = contributions(run.net.traced, run.activations, heads, classes, layer, head, target)
            with torch.inference_mode():
                wall = make_wall(activation, layer, scaling, order, aspect, values)
            self._walls[key] = wall
            while sum(kept.pixels.nbytes for kept in self._walls.values()) > KEPT_WALL_BYTES and len(self._walls) > 1:
                self._walls.popitem(last=False)
        self._walls.move_to_end(key)
        return wall


def _allowed_size(size: int) -> int:
    if not MIN_SIZE_PX <= size <= MAX_SIZE_PX:
        raise UserError("size_outside", size=size, low=MIN_SIZE_PX, high=MAX_SIZE_PX)
    return size
