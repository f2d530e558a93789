"""Questions of where a network looks and what channels want, through the handlers and over the wire."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from explorer.core.errors import Cancelled, UserError
from explorer.core.messages import AnyReply
from explorer.core.messages.base import Request
from explorer.core.messages.explore import TraceRequest
from explorer.core.messages.study import (
    ComparePart,
    CompareRequest,
    CompareResult,
    FactsRequest,
    FactsResult,
    FeedsRequest,
    FeedsResult,
    OptimisePart,
    OptimiseRequest,
    OptimiseResult,
    PatchesRequest,
    PatchesResult,
    RankingRequest,
    RankingResult,
)
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
from explorer.core.resources import resource
from explorer.core.scene import Crop
from explorer.core.text import catalog as texts
from explorer.engine import wire
from explorer.engine.answers import HANDLERS
from explorer.engine.answers.context import Ask
from explorer.engine.session import Session, StaleTrace
from explorer.nets.weights.store import WeightsStore
from tests.unit.methods.traced_nets import untouched


@pytest.fixture(scope="module")
def session() -> Session:
    session = Session(WeightsStore.standard(os.environ))
    trace(session)
    return session


def trace(session: Session, net: str = "googlenet", weights: str = "", size: int = 64) -> str:
    data = resource("images", "chelsea.png").read_bytes()
    key = hashlib.sha256(data).hexdigest()
    request = TraceRequest(net, weights, key, "chelsea.png", np.frombuffer(data, np.uint8), size=size)
    return session.trace(request, lambda: False).trace


def key_of(session: Session) -> str:
    assert session._run is not None
    return session._run.key


def answers(session: Session, request: Request, cancelled: bool = False) -> list[AnyReply]:
    """Return all replies to a request, as the window gets them."""
    given = HANDLERS[type(request)](session, request, Ask(lambda: cancelled, lambda *_: None))
    replies = [one for one in given if one is not None] if isinstance(given, Iterator) else [given]
    return [_through_the_wire(reply) for reply in replies]


def _through_the_wire(reply: AnyReply) -> AnyReply:
    stream = io.BytesIO()
    wire.write(stream, 1, reply)
    stream.seek(0)
    return wire.read_reply(stream)[1]


def only(session: Session, request: Request) -> AnyReply:
    (reply,) = answers(session, request)
    assert reply.final
    return reply


def test_gradcam_and_saliency_of_the_first_class(session: Session) -> None:
    key = key_of(session)
    run = session.newest(key)
    with untouched(run.net.loaded.module):
        cam = only(session, GradCamRequest(key))
        seen = only(session, SaliencyRequest(key, "aux1", "dog", "input_gradient"))
    assert isinstance(cam, GradCamResult)
    assert isinstance(seen, SaliencyResult)
    given = run.activations.logits["main"][0].double().softmax(0)
    assert (cam.layer, cam.index) == ("inception5b", int(given.argmax()))
    assert cam.probability == pytest.approx(float(given.max()), rel=1e-5)
    assert cam.values.shape == run.net.traced.graph.layer("inception5b").map_size
    assert (cam.low, cam.high) == (cam.values.min(), cam.values.max())
    assert cam.weights.shape == (1024,)
    assert seen.target == "dog"
    assert seen.values.shape == (64, 64)
    assert seen.low < 0 < seen.high


def test_ablation_says_before_and_after(session: Session) -> None:
    key = key_of(session)
    reply = only(session, AblationRequest(key, ("inception4b", "conv1#3"), "mean"))
    assert isinstance(reply, AblationResult)
    assert [one.channel for one in reply.off] == [-1, 3]
    assert [one.head for one in reply.before] == [one.head for one in reply.after] == ["main", "aux2", "aux1"]
    for before, after in zip(reply.before, reply.after, strict=True):
        assert before.probabilities is not None
        assert after.probabilities is not None
        assert after.probabilities.sum() == pytest.approx(1.0, abs=1e-5)
        assert not np.array_equal(before.probabilities, after.probabilities)


def test_the_box_is_used_as_it_is_said_to_be(session: Session) -> None:
    key = key_of(session)
    run = session.newest(key)
    reply = only(session, OcclusionRequest(key, Crop(0.9, 0.26, 0.25), "mean"))
    assert isinstance(reply, OcclusionResult)
    assert reply.box == Crop(0.75, 17 / 64, 0.25)
    by_hand = run.net_input.clone()
    by_hand[0, :, 17:33, 48:64] = run.net_input[0].mean(dim=(1, 2)).view(3, 1, 1)
    with torch.inference_mode():
        theirs = run.net.loaded.module(by_hand)["aux2"][0].double().softmax(0)
    assert np.allclose(reply.after[1].probabilities, theirs.numpy(), atol=1e-5)  # type: ignore[arg-type]


def test_the_sweep_comes_in_parts_and_then_whole(session: Session) -> None:
    key = key_of(session)
    *parts, last = answers(session, SweepRequest(key, size=0.5, stride=0.25))
    assert parts
    assert all(isinstance(part, SweepPart) and not part.final for part in parts)
    assert isinstance(last, SweepResult)
    assert (last.size_px, last.stride_px) == (32, 16)
    assert np.isfinite(last.values).all()
    assert (last.low, last.high) == (last.values.min(), last.values.max())


def test_channels_ranked_and_what_feeds_them(session: Session) -> None:
    key = key_of(session)
    ranking = only(session, RankingRequest(key, "inception4a", "class", "aux1", "cat"))
    assert isinstance(ranking, RankingResult)
    assert (ranking.target, ranking.head) == ("cat", "aux1")
    assert (np.diff(ranking.values[ranking.channels]) <= 0).all()
    plain = only(session, RankingRequest(key, "inception4a", "mean"))
    assert isinstance(plain, RankingResult)
    assert (plain.target, plain.index) == ("", -1)
    feeds = only(session, FeedsRequest(key, "inception4a", int(ranking.channels[0]), 4))
    assert isinstance(feeds, FeedsResult)
    assert len(feeds.feeders) == len(feeds.readers) == 4


def test_patches_are_found_and_kept_in_the_persons_cache(session: Session, tmp_path: Path, own_folders: Path) -> None:
    for name in ("coffee.jpg", "rocket.jpg"):
        shutil.copy(resource("images", name), tmp_path / name)
    key = key_of(session)
    request = PatchesRequest(key, "inception3a", 5, str(tmp_path), 1)
    last = answers(session, request)[-1]
    assert isinstance(last, PatchesResult)
    assert len(last.patches) == 1
    assert last.patches[0].pixels.dtype == np.uint8
    assert list((own_folders / "xdg_cache_home" / "layerwalk" / "patches").glob("*.npz"))
    with pytest.raises(UserError):
        answers(session, PatchesRequest(key, "inception3a", 5, str(tmp_path / "nothing")))


def test_an_image_is_optimised_in_parts_and_no_steps_only_stop(session: Session) -> None:
    key = key_of(session)
    run = session.newest(key)
    with untouched(run.net.loaded.module):
        first, *_, last = answers(session, OptimiseRequest(key, "conv3", 3, steps=3))
        (stopped,) = answers(session, OptimiseRequest(key, "conv3", 3, steps=0))
    assert isinstance(first, OptimisePart)
    assert isinstance(last, OptimiseResult)
    assert isinstance(stopped, OptimiseResult)
    assert last.values.shape == (4,)
    assert last.natural == pytest.approx(float(run.activations.get("conv3")[0, 3].mean()), rel=1e-5)


def test_networks_come_row_by_row(session: Session) -> None:
    key = key_of(session)
    replies = answers(session, CompareRequest(key, ("googlenet", "resnet20")))
    rows = [reply.row.net for reply in replies if isinstance(reply, ComparePart)]
    assert rows == ["googlenet", "resnet20"]
    assert isinstance(replies[-1], CompareResult)
    assert [row.net for row in replies[-1].rows] == rows


def test_networks_run_with_the_weights_that_are_wanted(session: Session) -> None:
    replies = answers(session, CompareRequest(key_of(session), ("alexnet", "vgg16", "resnet20"), "cifar10"))
    last = replies[-1]
    assert isinstance(last, CompareResult)
    assert [(row.weights.name, row.small) for row in last.rows] == [("cifar10", True)] * 2 + [("cifar10", False)]
    # All on the same ten classes, at the size of CIFAR-10's pictures.
    assert {row.input_size for row in last.rows} == {32}
    assert all(len(row.top) == 5 and row.weights.accuracy["main"] > 79 for row in last.rows)
    assert last.rows[0].parameters != last.rows[0].standard_parameters


def test_facts_need_no_trace(session: Session) -> None:
    reply = only(session, FactsRequest("alexnet"))
    assert isinstance(reply, FactsResult)
    assert {fact.verdict for fact in reply.facts} == {"agrees", "differs"}


@pytest.mark.parametrize(
    ("request_of", "kind"),
    [
        (lambda key: GradCamRequest(key, "fc"), "layer_without_maps"),
        (lambda key: GradCamRequest(key, "", "main", "unicorn"), "class_unknown"),
        (lambda key: GradCamRequest(key, "inception5a", "aux1"), "layer_not_before_head"),
        (lambda key: GradCamRequest(key, "", "aux9"), "head_unknown"),
        (lambda key: SaliencyRequest(key, "main", "unicorn"), "class_unknown"),
        (lambda key: AblationRequest(key, ("nothing",)), "part_unknown"),
        (lambda key: AblationRequest(key, ("conv1#999",)), "channel_outside"),
        (lambda key: SweepRequest(key, size=0.0), "sweep_box_unfit"),
        (lambda key: RankingRequest(key, "nothing"), "layer_unknown"),
        (lambda key: RankingRequest(key, "inception5b", "class", "aux2"), "layer_not_before_head"),
        (lambda key: FeedsRequest(key, "conv1", 64), "channel_outside"),
        (lambda key: OptimiseRequest(key, "conv1", -1), "channel_outside"),
        (lambda key: PatchesRequest(key, "conv1", 3, ""), "folder_missing"),
        (lambda key: CompareRequest(key, ("nothing",)), "net_unknown"),
        (lambda key: FactsRequest("nothing"), "net_unknown"),
    ],
)
def test_what_cannot_be_asked_is_a_sentence_in_both_languages(session: Session, request_of: object, kind: str) -> None:
    with pytest.raises(UserError) as refused:
        answers(session, request_of(key_of(session)))  # type: ignore[operator]
    assert refused.value.kind == kind
    for language in ("en", "ko"):
        for key in (f"error.{kind}", f"error.{kind}.hint"):
            assert texts(language)[key].format(**refused.value.details)


def test_a_request_that_is_no_longer_wanted_is_given_up(session: Session) -> None:
    key = key_of(session)
    module = session.newest(key).net.loaded.module
    for request in (
        GradCamRequest(key, "conv1"),
        SaliencyRequest(key),
        OcclusionRequest(key, Crop(0.1, 0.1, 0.2)),
        AblationRequest(key, ("conv1",)),
        RankingRequest(key, "conv1"),
    ):
        with untouched(module), pytest.raises(Cancelled):
            answers(session, request, cancelled=True)


def test_an_untrained_head_is_not_asked() -> None:
    session = Session(WeightsStore.standard(os.environ))
    key = trace(session, "resnet20", "untrained", 32)
    for request in (GradCamRequest(key), SaliencyRequest(key), SweepRequest(key), RankingRequest(key, "conv1")):
        with pytest.raises(UserError) as refused:
            answers(session, request)
        assert refused.value.kind == "head_untrained"
    box = only(session, OcclusionRequest(key, Crop(0.1, 0.1, 0.2)))
    assert isinstance(box, OcclusionResult)
    assert [one.probabilities for one in (*box.before, *box.after)] == [None, None]
    with pytest.raises(StaleTrace):
        answers(session, GradCamRequest("older"))
