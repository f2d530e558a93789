"""Answers to: what does a channel want, how do channels rank, how do networks compare, is the lecture right?"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import platformdirs

from explorer.core.errors import UserError
from explorer.core.layers import LayerSpec
from explorer.core.messages import AnyReply
from explorer.core.messages.base import Progress, Request
from explorer.core.messages.study import (
    ComparePart,
    CompareRequest,
    CompareResult,
    FactsRequest,
    FactsResult,
    FeedsRequest,
    FeedsResult,
    NetRow,
    OptimisePart,
    OptimiseRequest,
    OptimiseResult,
    PatchesPart,
    PatchesRequest,
    PatchesResult,
    RankingRequest,
    RankingResult,
)
from explorer.engine.answers.context import Ask, Handler
from explorer.engine.answers.where import target_of
from explorer.engine.devices import free_bytes
from explorer.engine.session import Run, Session
from explorer.methods.compare import Setting, compare_net, specs_of, weights_beside_others
from explorer.methods.facts import facts_of
from explorer.methods.feeds import describe_feeds
from explorer.methods.optimise import MOST_STEPS, Ascent, Goal, ascend
from explorer.methods.patch_index import PatchIndex, index_file
from explorer.methods.patches import MOST_PATCHES, Asked, find_patches, pictures_of
from explorer.methods.ranking import rank
from explorer.nets import catalog
from explorer.nets.spec import NetSpec

PART_INTERVAL_S = 0.2
"""Pictures on the way are sent so often at most."""

Slices = Iterator[AnyReply | None]


def patches_cache() -> Path:
    """Return the folder of this person in which answers to folders of pictures are kept."""
    return Path(platformdirs.user_cache_dir("layerwalk", appauthor=False)) / "patches"


def _channel_of(run: Run, layer: str, channel: int) -> LayerSpec:
    """Return a layer that has such a channel.

    Raises
    ------
    UserError
        ``layer_unknown``, ``channel_outside``.
    """
    traced = run.net.traced
    if layer not in traced.positions:
        raise UserError("layer_unknown", layer=layer, net=run.net.spec.name)
    spec = traced.graph.layers[traced.positions[layer]]
    if not 0 <= channel < spec.channels:
        raise UserError("channel_outside", layer=layer, channel=channel, last=spec.channels - 1)
    return spec


def _patches(session: Session, request: PatchesRequest, ask: Ask) -> Slices:
    run = session.newest(request.trace)
    spec = _channel_of(run, request.layer, request.channel)
    pictures = pictures_of(request.folder)
    loaded = run.net.loaded
    file = index_file(
        patches_cache(),
        loaded.module,
        loaded.preprocess,
        run.net.spec.name,
        run.net.size,
        spec.name,
        Path(request.folder).expanduser(),
    )
    count = min(max(1, request.count), MOST_PATCHES)
    asked = Asked(run.net.traced, loaded.preprocess, run.device, spec, request.channel, count)
    return _finding(request, asked, pictures, PatchIndex(file, spec.channels))


def _finding(request: PatchesRequest, asked: Asked, pictures: tuple[Path, ...], index: PatchIndex) -> Slices:
    told = 0.0
    last = None
    # What was read is saved when the search ends, also where it is given up.
    with closing(find_patches(asked, pictures, index)) as search:
        for found in search:
            if found.patches is not None:
                last = found
            now = time.monotonic()
            if now - told < PART_INTERVAL_S:
                yield None
                continue
            told = now
            if found.patches is None:
                yield Progress("patches", found.done, found.total)
            else:
                yield PatchesPart(request.trace, request.layer, request.channel, found.patches, found.done, found.total)
    assert last is not None
    assert last.patches is not None
    yield PatchesResult(
        trace=request.trace,
        layer=request.layer,
        channel=request.channel,
        folder=request.folder,
        patches=last.patches,
        total=last.total,
        unreadable=last.unreadable,
    )


def _optimise(session: Session, request: OptimiseRequest, ask: Ask) -> Slices:
    run = session.newest(request.trace)
    spec = _channel_of(run, request.layer, request.channel)
    natural = float(session.activation(run, request.layer)[request.channel].float().mean())
    goal = Goal(run.net.traced, run.net.loaded.preprocess, run.device, spec.name, request.channel)
    return _ascending(request, goal, natural, min(max(0, request.steps), MOST_STEPS))


def _ascending(request: OptimiseRequest, goal: Goal, natural: float, steps: int) -> Slices:
    told = 0.0
    values: list[float] = []
    last: Ascent | None = None
    for last in ascend(goal, request.seed, steps, request.basis):
        values.append(last.value)
        if last.step == steps:
            break
        if time.monotonic() - told < PART_INTERVAL_S:
            yield None
        else:
            told = time.monotonic()
            yield OptimisePart(request.trace, request.layer, request.channel, last.step, steps, last.pixels, last.value)
    assert last is not None
    yield OptimiseResult(
        trace=request.trace,
        layer=request.layer,
        channel=request.channel,
        seed=request.seed,
        basis=request.basis,
        pixels=last.pixels,
        values=np.array(values, np.float32),
        value=last.value,
        start=values[0],
        natural=natural,
    )


def _compare(session: Session, request: CompareRequest, ask: Ask) -> Slices:
    run = session.newest(request.trace)
    return _comparing(session, run, request, specs_of(request.nets))


def _comparing(session: Session, run: Run, request: CompareRequest, specs: tuple[NetSpec, ...]) -> Slices:
    rows: list[NetRow] = []
    for spec in specs:
        yield Progress("compare", len(rows), len(specs))
        weights = request.weights
        if not weights and spec.name == run.net.spec.name:
            weights = weights_beside_others(run.net.loaded, spec, session.store)
        setting = Setting(session.store, run.picture.rgb, run.crop, run.device, free_bytes(run.device))
        for row in compare_net(spec, weights, setting):
            if row is not None:
                rows.append(row)
                yield ComparePart(request.trace, row, len(rows), len(specs))
            else:
                yield None
    title = next((device.title for device in session.devices if device.name == run.device), run.device)
    yield CompareResult(request.trace, title, tuple(rows))


def _ranking(session: Session, request: RankingRequest, ask: Ask) -> RankingResult:
    run = session.newest(request.trace)
    spec = _channel_of(run, request.layer, 0)
    target = target_of(run, request.head, request.target) if request.order == "class" else None
    ranking = rank(run.net.traced, run.activations, spec.name, request.order, target, ask.cancelled)
    return RankingResult(
        trace=request.trace,
        layer=request.layer,
        order=request.order,
        channels=ranking.channels.cpu().numpy().astype(np.int32),
        values=ranking.values.cpu().numpy().astype(np.float32),
        dead=ranking.dead.cpu().numpy(),
        head=request.head,
        target="" if target is None else target.label,
        index=-1 if target is None else target.index,
    )


def _feeds(session: Session, request: FeedsRequest, ask: Ask) -> FeedsResult:
    run = session.newest(request.trace)
    return describe_feeds(
        run.net.traced, run.activations, request.trace, request.layer, request.channel, max(1, request.count)
    )


def _facts(session: Session, request: FactsRequest, ask: Ask) -> FactsResult:
    spec = catalog.find(request.net)
    return FactsResult(spec.name, spec.title, facts_of(spec.name))


HANDLERS: dict[type[Request], Handler] = {
    CompareRequest: _compare,
    FactsRequest: _facts,
    FeedsRequest: _feeds,
    OptimiseRequest: _optimise,
    PatchesRequest: _patches,
    RankingRequest: _ranking,
}
