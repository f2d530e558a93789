"""What is inside a layer, and what each idea of the lecture does in the network of the newest trace."""

from __future__ import annotations

from collections.abc import Iterator

from explorer.core.errors import UserError
from explorer.core.messages.base import Request
from explorer.core.messages.classics import (
    CropsRequest,
    CropsResult,
    EnsembleRequest,
    EnsembleResult,
    EnsembleVote,
    FactoriseRequest,
    FactoriseResult,
    TowersRequest,
    TowersResult,
)
from explorer.core.messages.ideas import (
    CutRequest,
    CutResult,
    MixRequest,
    MixResult,
    PixelMlpRequest,
    PixelMlpResult,
    PoolingRequest,
    PoolingResult,
    ResidualRequest,
    ResidualResult,
)
from explorer.core.messages.inside import (
    DepthRequest,
    DepthResult,
    KernelsRequest,
    KernelsResult,
    MicroscopeRequest,
    MicroscopeResult,
)
from explorer.engine.answers.context import Ask, Handler
from explorer.engine.session import Run, Session
from explorer.methods.crops import cut_variants
from explorer.methods.depth import cut_by_depth
from explorer.methods.ensemble import vote
from explorer.methods.factorise import factorise
from explorer.methods.kernels import draw_kernels
from explorer.methods.microscope import Microscope
from explorer.methods.pixel_mlp import follow_pixel, mix_maps
from explorer.methods.pooling import class_maps
from explorer.methods.residual import compare_blocks, cut
from explorer.methods.towers import count_towers

LARGEST_THUMBNAIL_PX = 256


def _microscope(session: Session, request: MicroscopeRequest, ask: Ask) -> MicroscopeResult:
    run = _run_with(session, request.trace, request.layer)
    return Microscope(run.net.traced, run.activations, run.net.graph.heads).look(
        request.trace, request.layer, request.channel, request.pixel, request.patches, request.pinned
    )


def _kernels(session: Session, request: KernelsRequest, ask: Ask) -> KernelsResult:
    run = _run_with(session, request.trace, request.layer)
    return draw_kernels(run.net.traced, request.trace, request.layer, request.channel, request.order, request.scaling)


def _depth(session: Session, request: DepthRequest, ask: Ask) -> Iterator[DepthResult | None]:
    run = session.newest(request.trace)
    return cut_by_depth(run.net.traced, run.activations, run.net_input, request.trace)


def _residual(session: Session, request: ResidualRequest, ask: Ask) -> Iterator[ResidualResult | None]:
    run = session.newest(request.trace)
    return compare_blocks(run.net.graph, run.activations, request.trace, request.step, request.aspect)


def _cut(session: Session, request: CutRequest, ask: Ask) -> Iterator[CutResult | None]:
    run = session.newest(request.trace)
    return cut(run.net.traced, run.activations, run.net.graph.heads, request.trace, request.cuts)


def _pooling(session: Session, request: PoolingRequest, ask: Ask) -> PoolingResult:
    run = session.newest(request.trace)
    return class_maps(run.net.traced, run.activations, run.net.graph.heads, request.trace, request.classes)


def _pixel_mlp(session: Session, request: PixelMlpRequest, ask: Ask) -> PixelMlpResult:
    run = session.newest(request.trace)
    return follow_pixel(run.net.traced, run.activations, request.trace, request.step, request.pixel, request.edges)


def _mix(session: Session, request: MixRequest, ask: Ask) -> MixResult:
    run = session.newest(request.trace)
    return mix_maps(run.net.traced, run.activations, request.trace, request.layer, request.inputs, request.outputs)


def _towers(session: Session, request: TowersRequest, ask: Ask) -> Iterator[TowersResult | None]:
    run = session.newest(request.trace)
    return count_towers(run.net.traced, run.activations, run.net.graph.heads, request.trace)


def _crops(session: Session, request: CropsRequest, ask: Ask) -> CropsResult:
    run = session.newest(request.trace)
    return cut_variants(run.picture.rgb, run.crop, request.trace, request.indices, request.side_px)


def _ensemble(session: Session, request: EnsembleRequest, ask: Ask) -> Iterator[EnsembleVote | EnsembleResult | None]:
    run = session.newest(request.trace)
    return vote(
        run.net.traced,
        run.net.graph.heads[0],
        run.picture.rgb,
        run.crop,
        run.net.loaded.preprocess,
        request.trace,
        run.net_input,
        min(max(1, request.thumbnail_px), LARGEST_THUMBNAIL_PX),
    )


def _factorise(session: Session, request: FactoriseRequest, ask: Ask) -> Iterator[FactoriseResult | None]:
    run = session.newest(request.trace)
    return factorise(run.net.traced, run.activations, request.trace, request.variant, request.channel)


def _run_with(session: Session, trace: str, layer: str) -> Run:
    """Return the newest run, whose network must have a layer of that name.

    Raises
    ------
    UserError
        ``layer_unknown``.
    """
    run = session.newest(trace)
    if layer not in run.activations:
        raise UserError("layer_unknown", layer=layer, net=run.net.spec.name)
    return run


HANDLERS: dict[type[Request], Handler] = {
    MicroscopeRequest: _microscope,
    KernelsRequest: _kernels,
    DepthRequest: _depth,
    ResidualRequest: _residual,
    CutRequest: _cut,
    PoolingRequest: _pooling,
    PixelMlpRequest: _pixel_mlp,
    MixRequest: _mix,
    TowersRequest: _towers,
    CropsRequest: _crops,
    EnsembleRequest: _ensemble,
    FactoriseRequest: _factorise,
}
