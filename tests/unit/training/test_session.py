"""A run as the Train workspace drives it: on the digits, by requests and steps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from explorer.core.errors import UserError
from explorer.core.messages.training import (
    TrainControl,
    TrainExport,
    TrainExported,
    TrainFrame,
    TrainFrameRequest,
    TrainMoment,
    TrainMomentRequest,
    TrainWatch,
)
from explorer.core.train_scene import TrainScene, Variant, train_presets
from explorer.nets import catalog
from explorer.nets.weights.loading import load
from explorer.nets.weights.store import WeightsStore
from explorer.training.runs import list_runs
from explorer.training.session import TrainingRun

SCENE = TrainScene(
    data="digits",
    lanes=(Variant("resnet20"), Variant("plain20")),
    preset="lecture",
    epochs=2,
    batch=400,
    size=8,
    rate=0.05,
)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[TrainingRun]:
    made = TrainingRun(SCENE, "cpu", tmp_path)
    yield made
    made.close()


def work(run: TrainingRun) -> None:
    """Advance as the engine does, until there is nothing left to do."""
    for _ in range(10_000):
        if not run.playing:
            return
        run.advance()
    raise AssertionError("it never stops")


def frame(run: TrainingRun, since: int = 0, era: int = -1) -> TrainFrame:
    answer = run.answer(TrainFrameRequest(since, era))
    assert isinstance(answer, TrainFrame)
    return answer


def test_it_reads_first_and_then_waits(run: TrainingRun) -> None:
    assert frame(run).phase == "reading"
    work(run)
    shown = frame(run)
    assert (shown.phase, shown.step, shown.playing) == ("training", 0, False)
    assert shown.data is not None
    assert (shown.data.train + shown.data.validation, len(shown.data.classes)) == (1797, 10)
    assert [lane.variant.net for lane in shown.lanes] == ["resnet20", "plain20"]
    assert shown.kept.tolist() == [0]
    fixed = shown.lanes[0].fixed
    assert fixed is not None
    assert not any(head.trained for head in fixed.heads)  # random weights say nothing


def test_one_step_is_one_step_of_each_lane_on_the_same_pictures(run: TrainingRun) -> None:
    work(run)
    run.answer(TrainControl("step"))
    work(run)
    shown = frame(run)
    assert shown.step == 1
    one, other = (lane.batch for lane in shown.lanes)
    assert one is not None
    assert other is not None
    assert np.array_equal(one.pixels, other.pixels)
    assert one.pixels.shape == (32, 8, 8, 3)
    assert one.labels.shape == one.answers.shape == (32,)
    for lane in shown.lanes:
        assert lane.curves.steps.tolist() == [1]
        assert lane.gradients is not None
        assert (lane.gradients.norms > 0).all()
        assert lane.fixed is not None
        assert lane.fixed.heads[0].probabilities is not None
        assert lane.fixed.heads[0].probabilities.sum() == pytest.approx(1, abs=1e-5)


def test_it_plays_to_the_end_and_measures_every_epoch(run: TrainingRun) -> None:
    run.answer(TrainControl("play"))
    work(run)
    shown = frame(run)
    assert (shown.phase, shown.step, shown.epoch) == ("done", 6, 2)
    for lane in shown.lanes:
        assert lane.curves.measured_steps.tolist() == [3, 6]
        assert lane.best == pytest.approx(float(np.nanmax(lane.curves.measured[:, 0])))
        assert lane.confusion is not None
        assert lane.confusion.sum() == shown.data.validation  # type: ignore[union-attr]


def test_curves_come_from_where_the_window_stands(run: TrainingRun) -> None:
    run.answer(TrainControl("play"))
    work(run)
    whole = frame(run)
    rest = frame(run, since=4, era=whole.era)
    assert whole.lanes[0].curves.steps.tolist() == [1, 2, 3, 4, 5, 6]
    assert rest.lanes[0].curves.steps.tolist() == [5, 6]
    assert np.array_equal(rest.lanes[0].curves.values, whole.lanes[0].curves.values[4:], equal_nan=True)


def test_it_goes_on_up_to_a_step_and_waits_there(run: TrainingRun) -> None:
    work(run)
    run.answer(TrainControl("step", 3))
    work(run)
    assert frame(run).step == 3 and not run.playing
    run.answer(TrainControl("step", 2))
    work(run)
    assert frame(run).step == 4, "a step that is past means the next one"


def test_from_a_kept_step_it_goes_on_exactly_as_before(run: TrainingRun) -> None:
    work(run)
    for _ in range(3):  # every step that is asked for alone is kept
        run.answer(TrainControl("step"))
        work(run)
    run.answer(TrainControl("play"))
    work(run)
    before = frame(run)
    assert 2 in before.kept.tolist()
    moment = run.answer(TrainMomentRequest(2))
    assert isinstance(moment, TrainMoment)
    assert moment.step == 2
    run.answer(TrainControl("rewind", 2))
    back = frame(run, since=6, era=before.era)
    assert (back.step, back.era) == (2, before.era + 1)
    assert back.lanes[0].curves.steps.tolist() == [1, 2]
    assert back.kept.tolist()[-1] == 2
    seen, kept = back.lanes[0].fixed, moment.lanes[0].fixed
    assert seen is not None
    assert kept is not None
    assert np.array_equal(seen.maps, kept.maps)
    run.answer(TrainControl("play"))
    work(run)
    after = frame(run)
    for one, other in zip(before.lanes, after.lanes, strict=True):
        assert np.array_equal(one.curves.values, other.curves.values, equal_nan=True)
        assert one.best == other.best


def test_what_was_learned_opens_in_explore(run: TrainingRun, tmp_path: Path) -> None:
    run.answer(TrainControl("play"))
    work(run)
    exported = run.answer(TrainExport(lane=1))
    assert isinstance(exported, TrainExported)
    store = WeightsStore(tmp_path / "none", tmp_path / "none", tmp_path / "none")
    loaded = load(store, catalog.find(exported.net), exported.file)
    assert loaded.classes == tuple("0123456789")
    assert (loaded.preprocess.size, loaded.preprocess.via_size) == (8, 8)
    assert loaded.trained_heads == ("main",)
    best = load(store, catalog.find("plain20"), str(tmp_path / run.run / "lane1" / "best.safetensors"))
    assert best.weights.accuracy["main"] == pytest.approx(100 * frame(run).lanes[1].best)


def test_a_stopped_run_is_listed_and_goes_on(tmp_path: Path) -> None:
    whole = TrainingRun(SCENE, "cpu", tmp_path)
    whole.answer(TrainControl("play"))
    work(whole)
    expected = frame(whole)
    whole.close()
    first = TrainingRun(SCENE, "cpu", tmp_path)
    work(first)
    for _ in range(4):
        first.answer(TrainControl("step"))
        work(first)
    stopped = first.answer(TrainControl("stop"))
    assert isinstance(stopped, TrainFrame)
    assert stopped.phase == "stopped"
    listed = {info.run: info for info in list_runs(tmp_path)}
    assert set(listed) == {whole.run, first.run}
    assert (listed[first.run].step, listed[first.run].finished) == (4, False)
    assert (listed[whole.run].step, listed[whole.run].finished) == (6, True)
    assert listed[first.run].scene == SCENE
    again = TrainingRun.continued(first.run, "cpu", tmp_path)
    work(again)
    assert frame(again).step == 4
    again.answer(TrainControl("play"))
    work(again)
    for one, other in zip(expected.lanes, frame(again).lanes, strict=True):
        assert np.array_equal(one.curves.values, other.curves.values, equal_nan=True)
        assert one.best == other.best
    again.close()


def test_a_picture_of_ones_own_and_another_layer_are_watched(run: TrainingRun) -> None:
    work(run)
    run.answer(TrainWatch(number=3, layer="layer3.2.conv2"))
    fixed = frame(run).lanes[0].fixed
    assert fixed is not None
    assert (fixed.layer, fixed.maps.shape) == ("layer3.2.conv2", (16, 2, 2))
    assert 0 <= fixed.label < 10


def test_a_loss_that_is_no_number_pauses_with_the_last_good_moment_kept(run: TrainingRun) -> None:
    work(run)
    for _ in range(2):
        run.answer(TrainControl("step"))
        work(run)
    with torch.no_grad():
        run._lanes[0].training.net.get_parameter("fc.bias").fill_(float("nan"))
    run.answer(TrainControl("play"))
    with pytest.raises(UserError) as stopped:
        work(run)
    run.pause(stopped.value)
    shown = frame(run)
    assert shown.trouble is not None
    assert shown.trouble.kind == "training_not_finite"
    assert not shown.playing
    run.answer(TrainControl("rewind", 2))
    run.answer(TrainControl("play"))
    work(run)
    assert frame(run).phase == "done"
    assert frame(run).trouble is None


def test_data_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    run = TrainingRun(TrainScene(data=str(tmp_path / "none")), "cpu", tmp_path)
    with pytest.raises(UserError) as refused:
        work(run)
    run.pause(refused.value)
    assert frame(run).trouble is not None
    assert frame(run).phase == "stopped"
    assert not run.playing
    assert list_runs(tmp_path) == ()


def test_three_lanes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError) as refused:
        TrainingRun(TrainScene(lanes=(Variant(), Variant(), Variant())), "cpu", tmp_path)
    assert refused.value.kind == "lanes_outside"


def test_the_offered_trainings_can_be_built() -> None:
    for preset in train_presets():
        assert 1 <= len(preset.scene.lanes) <= 2
        for lane in preset.scene.lanes:
            assert catalog.find(lane.net)
