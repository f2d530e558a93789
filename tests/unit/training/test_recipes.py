"""The learning rates are the lecture's, and those of a one-cycle schedule."""

from __future__ import annotations

import pytest
import torch

from explorer.training.recipes import LECTURE, MODERN, RECIPES


def test_the_lectures_rates_are_those_of_torchs_step_schedule() -> None:
    optimiser = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.001, momentum=0.9)
    schedule = torch.optim.lr_scheduler.StepLR(optimiser, step_size=7, gamma=0.1)
    for epoch in range(22):
        rate = LECTURE.rate_at(epoch * 500 + epoch, 500, 80)
        assert rate == pytest.approx(optimiser.param_groups[0]["lr"], rel=1e-12)
        optimiser.step()
        schedule.step()


def test_the_lectures_recipe_is_what_the_lecture_says() -> None:
    assert (LECTURE.rate, LECTURE.momentum, LECTURE.batch, LECTURE.step_epochs, LECTURE.gamma) == (
        0.001,
        0.9,
        100,
        7,
        0.1,
    )
    assert round(LECTURE.padding * 32) == 4
    assert LECTURE.mirror
    assert not LECTURE.averaging


def test_one_cycle_rises_to_its_rate_and_ends_near_nothing() -> None:
    rates = [MODERN.rate_at(step, 100, 10) for step in range(1000)]
    top = rates.index(max(rates))
    assert top == pytest.approx(200, abs=2)
    assert max(rates) == pytest.approx(MODERN.rate, rel=0.01)
    assert rates[:top] == sorted(rates[:top])
    assert rates[top:] == sorted(rates[top:], reverse=True)
    assert 0 < rates[-1] < 0.01 * MODERN.rate


def test_sizes_grow_to_the_full_one() -> None:
    sizes = [MODERN.size_at(step, 10, 10, 32) for step in range(100)]
    assert (sizes[0], sizes[-1]) == (24, 32)
    assert sizes == sorted(sizes)
    assert {LECTURE.size_at(step, 10, 10, 32) for step in range(100)} == {32}


def test_names_are_unique() -> None:
    assert len({recipe.name for recipe in RECIPES}) == len(RECIPES)
