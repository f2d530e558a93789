"""Questions whose answers are kept: one at a time, the newest next, never an old answer for a new question."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.core.messages.base import Dropped, Failure
from explorer.core.messages.explore import ValuesRequest, ValuesResult
from explorer.core.scene import Scene
from explorer.presenters.explore.panels.kept import Kept
from tests.presenters.explore.panels.situations import Desk
from tests.presenters.explore.panels.test_heat import run


def ask(channel: int, trace: str = "t") -> ValuesRequest:
    return ValuesRequest(trace, "conv1", channel)


def answer(channel: int, trace: str = "t") -> ValuesResult:
    return ValuesResult(trace, "conv1", channel, np.zeros((2, 2), np.float32))


class Case:
    def __init__(self, *, passing: bool = False) -> None:
        self.desk = Desk(run(), Scene())
        self.told: list[int] = []
        self.kept = Kept(
            self.desk.services, ValuesResult, lambda result: self.told.append(result.channel), passing=passing
        )


def test_what_is_at_hand_is_not_asked_again() -> None:
    case = Case()
    case.kept.want(ask(1))
    case.kept.want(ask(1))
    assert case.kept.waiting
    case.desk.answer(answer(1))
    case.kept.want(ask(1))
    assert case.desk.requests == [ask(1)]
    assert case.told == [1, 1]
    assert not case.kept.waiting


@pytest.mark.parametrize("passing", [False, True])
def test_of_many_questions_the_newest_is_asked_next(passing: bool) -> None:
    case = Case(passing=passing)
    for channel in range(5):
        case.kept.want(ask(channel))
    assert case.desk.requests == [ask(0)]
    case.desk.answer(answer(0))
    assert case.desk.requests == [ask(0), ask(4)]
    assert case.told == ([0] if passing else [])
    assert case.kept.answer is None
    case.desk.answer(answer(4))
    assert case.told[-1] == 4
    assert case.kept.answer is not None


def test_an_answer_of_another_run_is_not_told_in_passing() -> None:
    case = Case(passing=True)
    case.kept.want(ask(0))
    case.kept.want(ask(0, "u"))
    case.desk.answer(answer(0))
    assert case.told == []
    case.desk.answer(answer(0, "u"))
    assert case.told == [0]


def test_what_the_engine_gave_up_is_followed_by_what_is_wanted_now() -> None:
    case = Case()
    case.kept.want(ask(0))
    case.kept.want(ask(1, "u"))
    case.desk.answer(Dropped())
    assert case.desk.requests[-1] == ask(1, "u")


def test_only_a_failure_of_what_is_wanted_is_said() -> None:
    case = Case()
    case.kept.want(ask(0))
    case.kept.want(ask(1))
    case.desk.answer(Failure("layer_unknown"))
    assert case.desk.failures == []
    case.desk.answer(Failure("layer_unknown"))
    assert len(case.desk.failures) == 1
    assert not case.kept.waiting


def test_what_is_forgotten_is_not_told() -> None:
    case = Case()
    case.kept.want(ask(0))
    case.kept.forget()
    case.desk.answer(answer(0))
    assert case.told == []
    case.kept.want(ask(0))
    assert case.desk.requests == [ask(0), ask(0)]
