"""Snapshots and curves stay within their room and forget what did not happen."""

from __future__ import annotations

import numpy as np
import torch

from explorer.core.gan_scene import GanScene
from explorer.core.messages.gan import CURVES
from explorer.training.gan.log import CurveLog
from explorer.training.gan.snapshots import Snapshots
from explorer.training.gan.trainer import GanTrainer

TRAINER = GanTrainer(GanScene(g_units=4, d_units=4), torch.device("cpu"))


def test_snapshots_thin_out_evenly_and_keep_the_beginning() -> None:
    kept = Snapshots(most=16)
    for step in range(1000):
        kept.offer(step, lambda: (TRAINER.state(),))
    steps = kept.steps
    assert len(steps) <= 16
    assert steps[0] == 0
    assert steps[-1] >= 1000 - 2 * np.diff(steps).max()
    assert np.diff(steps).max() <= 2 * np.diff(steps)[:-1].min()


def test_snapshots_stay_within_their_bytes() -> None:
    one = TRAINER.state().nbytes
    kept = Snapshots(budget_bytes=5 * one, most=1000)
    for step in range(200):
        kept.offer(step, lambda: (TRAINER.state(),))
        assert kept.nbytes <= 5 * one
    assert 2 <= len(kept.steps) <= 5
    too_small = Snapshots(budget_bytes=one // 2)
    for step in range(20):
        too_small.offer(step, lambda: (TRAINER.state(),))
    assert len(too_small.steps) == 1


def test_snapshots_are_found_and_dropped() -> None:
    kept = Snapshots()
    assert kept.at(3) is None
    for step in (0, 1, 2, 5, 9):
        kept.offer(step, lambda: (TRAINER.state(),))
    found = kept.at(7)
    assert found is not None and found[0] == 5
    assert [step for step, _ in kept.moments(3)] == [0, 2, 9]
    kept.drop_after(5)
    assert kept.steps == [0, 1, 2, 5]
    kept.clear()
    assert (kept.steps, kept.nbytes) == ([], 0)


def test_curves_are_given_from_a_step_on_and_thinned_evenly() -> None:
    log = CurveLog(most_rows=64)
    for step in range(1, 1001):
        log.add(step, (float(step),) * 7)
    curves = log.since(0)
    assert len(curves.steps) <= 64
    assert log.era == 4  # 64 rows do for 1,000 steps once the distance has doubled four times
    assert np.all(np.diff(curves.steps) == 16)
    np.testing.assert_array_equal(curves.values[:, 0], curves.steps)
    assert np.isnan(curves.values[:, 7:]).all()
    assert log.since(int(curves.steps[-2])).steps.tolist() == curves.steps[-2:].tolist()
    log.drop_after(500)
    assert log.since(0).steps[-1] <= 500
    assert log.era == 5


def test_curves_as_csv() -> None:
    log = CurveLog()
    log.add(1, (0.5,) * 7)
    log.add(2, (0.25,) * 10)
    lines = log.csv().decode().split("\r\n")
    assert lines[0] == ",".join(("step", *CURVES))
    assert lines[1] == "1,0.5,0.5,0.5,0.5,0.5,0.5,0.5,,,"
    assert lines[2].endswith(",0.25,0.25,0.25")
