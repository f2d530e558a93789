"""Answers to: where does the network look, and what does it say without this or that?"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping

import numpy as np
from torch import Tensor

from explorer.core.messages import AnyReply
from explorer.core.messages.base import Request
from explorer.core.messages.explore import Prediction
from explorer.core.messages.where import (
    AblationRequest,
    AblationResult,
    GradCamRequest,
    GradCamResult,
    OcclusionRequest,
    OcclusionResult,
    SaliencyRequest,
    SaliencyResult,
    SweepPart,
    SweepRequest,
    SweepResult,
)
from explorer.engine.answers.context import Ask, Handler
from explorer.engine.session import Run, Session
from explorer.methods.ablation import find_off, logits_without
from explorer.methods.gradcam import grad_cam
from explorer.methods.gradient import Target, find_target, last_maps
from explorer.methods.heads import predictions
from explorer.methods.occlusion import box_colour, box_in, covered, logits_of, sweep, sweep_sides
from explorer.methods.saliency import saliency


def target_of(run: Run, head: str, label: str) -> Target:
    """Return the class that a request asks about."""
    return find_target(run.net.graph.heads, run.net.loaded.classes, run.activations, head, label)


def _said(run: Run, logits: Mapping[str, Tensor]) -> tuple[Prediction, ...]:
    return predictions(run.net.graph.heads, logits)


def _heads_worth_asking(run: Run) -> Collection[str]:
    return [head.name for head in run.net.graph.heads if head.trained]


def _ablation(session: Session, request: AblationRequest, ask: Ask) -> AblationResult:
    run = session.newest(request.trace)
    start = time.perf_counter()
    off = find_off(run.net.traced.graph, request.off)
    logits = logits_without(run.net.traced, run.activations, off, request.fill, ask.cancelled)
    before, after = _said(run, run.activations.logits), _said(run, logits)
    return AblationResult(request.trace, off, request.fill, before, after, time.perf_counter() - start)


def _gradcam(session: Session, request: GradCamRequest, ask: Ask) -> GradCamResult:
    run = session.newest(request.trace)
    start = time.perf_counter()
    target = target_of(run, request.head, request.target)
    layer = request.layer or last_maps(run.net.traced, target.head)
    cam = grad_cam(run.net.traced, run.activations, layer, target, ask.cancelled)
    return GradCamResult(
        trace=request.trace,
        layer=cam.layer,
        head=target.head,
        target=target.label,
        index=target.index,
        probability=target.probability,
        values=cam.values,
        low=float(cam.values.min()),
        high=float(cam.values.max()),
        weights=cam.weights,
        seconds=time.perf_counter() - start,
    )


def _saliency(session: Session, request: SaliencyRequest, ask: Ask) -> SaliencyResult:
    run = session.newest(request.trace)
    start = time.perf_counter()
    target = target_of(run, request.head, request.target)
    values = saliency(run.net.traced, run.activations, target, request.kind, ask.cancelled)
    return SaliencyResult(
        trace=request.trace,
        head=target.head,
        target=target.label,
        index=target.index,
        probability=target.probability,
        kind=request.kind,
        values=values,
        low=float(values.min()),
        high=float(values.max()),
        seconds=time.perf_counter() - start,
    )


def _occlusion(session: Session, request: OcclusionRequest, ask: Ask) -> OcclusionResult:
    run = session.newest(request.trace)
    start = time.perf_counter()
    box = box_in(request.box, run.net.size)
    colour, shown = box_colour(run.net_input, run.net.loaded.preprocess, request.fill)
    picture = covered(run.net_input, [box], colour)
    # Untrained heads are left out: what they say is not shown.
    asked = logits_of(run.net.traced, picture, _heads_worth_asking(run), ask.cancelled)
    before, after = _said(run, run.activations.logits), _said(run, asked)
    return OcclusionResult(
        trace=request.trace,
        box=box.crop(run.net.size),
        fill=request.fill,
        colour=shown,
        before=before,
        after=after,
        seconds=time.perf_counter() - start,
    )


def _sweep(session: Session, request: SweepRequest, ask: Ask) -> Iterator[AnyReply | None]:
    run = session.newest(request.trace)
    target = target_of(run, request.head, request.target)
    side, stride = sweep_sides(run.net.size, request.size, request.stride)
    return _sweeping(run, request, target, side, stride)


def _sweeping(run: Run, request: SweepRequest, target: Target, side: int, stride: int) -> Iterator[AnyReply | None]:
    start = time.perf_counter()
    colour, _ = box_colour(run.net_input, run.net.loaded.preprocess, request.fill)
    values = np.zeros(0, np.float32)
    for part in sweep(run.net.traced, run.net_input, target, colour, side, stride, run.activations.seconds):
        values = part.values
        if part.done < part.total:
            yield SweepPart(request.trace, target.head, target.label, values, part.done, part.total)
    yield SweepResult(
        trace=request.trace,
        head=target.head,
        target=target.label,
        index=target.index,
        probability=target.probability,
        values=values,
        low=float(values.min()),
        high=float(values.max()),
        size_px=side,
        stride_px=stride,
        fill=request.fill,
        seconds=time.perf_counter() - start,
    )


HANDLERS: dict[type[Request], Handler] = {
    AblationRequest: _ablation,
    GradCamRequest: _gradcam,
    OcclusionRequest: _occlusion,
    SaliencyRequest: _saliency,
    SweepRequest: _sweep,
}
