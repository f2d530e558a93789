"""The Train workspace as a teacher uses it, with an engine that answers by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np
import pytest

from explorer.core.errors import UserError
from explorer.core.messages import AnyReply, AnyRequest
from explorer.core.messages.base import Failure
from explorer.core.messages.explore import Prediction
from explorer.core.messages.training import (
    BatchFrame,
    ContinueTraining,
    DataInfo,
    FixedFrame,
    LaneCurves,
    LaneFrame,
    LaneMoment,
    LayerGradients,
    StartTraining,
    TrainControl,
    TrainExport,
    TrainExported,
    TrainFrame,
    TrainFrameRequest,
    TrainMoment,
    TrainMomentRequest,
    TrainTrouble,
)
from explorer.core.scene import Scene
from explorer.core.text import Translator
from explorer.core.train_scene import TrainScene, train_presets
from explorer.presenters.ports import Banner
from explorer.presenters.train.describe import duration
from explorer.presenters.train.presenter import IDLE_TICKS, TrainPresenter

CLASSES = tuple("0123456789")
NAN = float("nan")


def lane(scene: TrainScene, index: int, steps: list[int], *, parts: bool) -> LaneFrame:
    """Return a net whose loss at step n is 2 ÷ n, and that takes every 1 for a 7."""
    values = np.array([[2 / step, NAN, NAN, 0.5, 0.01, 0.1] for step in steps], np.float32).reshape(-1, 6)
    curves = LaneCurves(
        np.array(steps, np.int64),
        values,
        np.array(steps[-1:], np.int64),
        np.array([[0.75, NAN, NAN]] * bool(steps), np.float32).reshape(-1, 3),
    )
    frame = LaneFrame(scene.lanes[index], "net", "", (), 1000, ("conv1",), {"main": 1.0}, 0.5, 0.01, 0.75, curves)
    if not parts:
        return frame
    probabilities = np.full(10, 0.02, np.float32)
    probabilities[7] = 0.82
    return LaneFrame(
        **{
            **{name: getattr(frame, name) for name in frame.__struct_fields__},
            "gradients": LayerGradients(("conv1", "fc"), np.array([1e-5, 0.1]), np.array([1e-6, 1e-3])),
            "batch": BatchFrame(np.zeros((2, 8, 8, 3), np.uint8), np.array([1, 7]), np.array([7, 7])),
            "fixed": FixedFrame(
                np.zeros((8, 8, 3), np.uint8),
                1,
                (Prediction("main", True, probabilities),),
                "conv1",
                np.ones((4, 8, 8), np.float32),
            ),
            "confusion": np.eye(10, dtype=np.int64) * 9 + 1,
        }
    )


class Stage:
    """A view that remembers, a clock that is wound by hand, and an engine that answers when it is told to."""

    def __init__(self) -> None:
        self.shown: dict[str, Any] = {}
        self.asked: list[tuple[AnyRequest, Callable[[AnyReply], None]]] = []
        self.banners: list[Banner | None] = []
        self.opened: list[tuple[str, str]] = []
        self.tick: Callable[[], None] | None = None
        self.step = 0
        self.playing = False
        self.presenter = TrainPresenter(
            self,
            self.submit,
            Translator("en"),
            self.banners.append,
            self,
            lambda net, file: self.opened.append((net, file)),
            lambda back: back("/data/pets"),
        )

    def __getattr__(self, name: str) -> Callable[[Any], None]:
        if not name.startswith("show_"):
            raise AttributeError(name)
        return lambda value: self.shown.__setitem__(name.removeprefix("show_"), value)

    def every(self, interval_ms: int, tick: Callable[[], None]) -> None:
        self.tick = tick

    def stop(self) -> None:
        self.tick = None

    def submit(self, request: AnyRequest, on_reply: Callable[[AnyReply], None]) -> int:
        self.asked.append((request, on_reply))
        return len(self.asked)

    def frame(
        self, steps: list[int], *, parts: bool = True, run: str = "r1", era: int = 0, **changes: Any
    ) -> TrainFrame:
        scene = self.presenter.scene
        fields: dict[str, Any] = {
            "run": run,
            "scene": scene,
            "phase": "training",
            "playing": self.playing,
            "era": era,
            "step": self.step,
            "total_steps": 100,
            "epoch": 1,
            "device": "cpu",
            "precision": "float32",
            "kept": np.array([10, 20], np.int64),
            "lanes": tuple(lane(scene, index, steps, parts=parts) for index in range(len(scene.lanes))),
            "data": DataInfo("digits", CLASSES, 1438, 359, 8),
        }
        return TrainFrame(**{**fields, **changes})

    def answer(self, reply: AnyReply) -> None:
        """Answer the last question."""
        self.asked[-1][1](reply)

    def last(self, kind: type) -> Any:
        return next(request for request, _ in reversed(self.asked) if isinstance(request, kind))


@pytest.fixture
def stage() -> Stage:
    made = Stage()
    made.presenter.enter(Scene())
    assert isinstance(made.asked[0][0], StartTraining)
    made.answer(made.frame([], phase="reading", reading=3, to_read=12, lanes=(), data=None))
    return made


def playing(stage: Stage) -> None:
    stage.step, stage.playing = 30, True
    stage.answer(stage.frame(list(range(1, 31))))


def test_it_begins_with_the_first_preset_and_says_how_far_reading_is(stage: Stage) -> None:
    assert stage.last(StartTraining).scene == train_presets()[0].scene
    assert "3 of 12" in stage.shown["progress"].headline
    assert not stage.presenter.settled
    assert stage.shown["setup"].preset == train_presets()[0].key


def test_only_one_frame_is_on_its_way_and_curves_come_once(stage: Stage) -> None:
    playing(stage)
    assert stage.tick is not None
    before = len(stage.asked)
    for _ in range(5):
        stage.tick()
    assert len(stage.asked) == before + 1
    request = stage.last(TrainFrameRequest)
    assert request.since == 30 and set(request.want) == {"gradients", "fixed"}
    stage.step = 32
    # The engine may repeat a step; the curve must not.
    stage.answer(stage.frame([30, 31, 32]))
    loss = stage.shown["plots"]["loss"].curves[0]
    assert loss.x.tolist() == list(range(1, 33))
    assert loss.y == pytest.approx(2 / np.arange(1, 33), rel=1e-6)


def test_nobody_asks_often_while_nothing_moves(stage: Stage) -> None:
    stage.answer(stage.frame([]))
    before = len(stage.asked)
    assert stage.tick is not None
    for _ in range(IDLE_TICKS):
        stage.tick()
    assert len(stage.asked) == before + 1


def test_space_plays_and_pauses_and_the_arrow_steps(stage: Stage) -> None:
    stage.answer(stage.frame([]))
    stage.presenter.on_action("play")
    assert stage.last(TrainControl).do == "play"
    playing(stage)
    stage.presenter.on_action("play")
    assert stage.last(TrainControl).do == "pause"
    stage.presenter.on_action("step_next")
    assert stage.last(TrainControl).do == "pause", "no single steps while it plays"
    stage.playing = False
    stage.answer(stage.frame([]))
    stage.presenter.on_action("step_next")
    assert stage.last(TrainControl).do == "step"
    assert not stage.presenter.on_action("view_gradcam")


def test_an_unknown_preset_is_refused(stage: Stage) -> None:
    with pytest.raises(UserError, match="preset_unknown"):
        stage.presenter.prepare("nothing", 3)


def test_a_prepared_picture_may_have_other_data_than_its_preset(stage: Stage) -> None:
    stage.answer(stage.frame([]))
    stage.presenter.prepare("lecture", 0, "digits")
    scene = stage.last(StartTraining).scene
    preset = next(preset.scene for preset in train_presets() if preset.key == "lecture")
    assert preset.data != "digits" and scene == msgspec.structs.replace(preset, data="digits")
    stage.step = 7
    stage.answer(stage.frame([7]))
    assert stage.presenter.steps_done == 7


def test_a_prepared_picture_of_the_window_asks_once_for_all_its_steps(stage: Stage) -> None:
    stage.answer(stage.frame([]))
    stage.presenter.prepare("", 12)
    for _ in range(3):
        stage.answer(stage.frame([]))
    asked = [request for request, _ in stage.asked if isinstance(request, TrainControl)]
    assert [(request.do, request.step) for request in asked] == [("step", 12)]
    assert not stage.presenter.settled
    assert stage.tick is not None
    for _ in range(IDLE_TICKS):
        stage.tick()
    stage.step = 12
    stage.answer(stage.frame([12]))
    assert stage.presenter.settled


def test_what_is_shown_is_what_the_frame_says(stage: Stage) -> None:
    playing(stage)
    watched = stage.shown["watched"]
    assert "1" in watched.caption
    row = watched.lanes[0].heads[0].rows[0]
    assert row.label == "7" and row.fraction == pytest.approx(0.82)
    gradients = stage.shown["gradients"]
    assert gradients.low == -5 and gradients.high == -1
    stage.presenter.turn_to("batch")
    assert [tile.right for tile in stage.shown["batch"].tiles] == [False, True]
    stage.presenter.turn_to("confusion")
    # 10 right of 19 a class.
    assert "100 of 190" in stage.shown["confusion"].title


def test_a_frame_that_answers_a_command_keeps_the_pictures(stage: Stage) -> None:
    playing(stage)
    stage.answer(stage.frame([], parts=False))
    assert stage.shown["watched"].lanes[0].maps.shape == (4, 8, 8)


def test_looking_back_and_going_on_from_there(stage: Stage) -> None:
    playing(stage)
    stage.playing = False
    stage.answer(stage.frame([]))
    stage.presenter.look_at(0.11)
    assert stage.last(TrainMomentRequest).step == 10
    stage.answer(TrainMoment(10, tuple(LaneMoment(None, None, None) for _ in stage.presenter.scene.lanes)))
    assert stage.shown["progress"].past and "10" in stage.shown["progress"].headline
    stage.presenter.on_action("play")
    assert [request.do for request, _ in stage.asked[-2:]] == ["rewind", "play"]  # type: ignore[union-attr]
    assert stage.asked[-2][0].step == 10  # type: ignore[union-attr]
    stage.step = 11
    stage.answer(stage.frame([10, 11], era=1))
    assert stage.shown["plots"]["loss"].curves[0].x.tolist() == [10, 11], "what came after is void"


def test_the_end_of_the_time_line_is_now(stage: Stage) -> None:
    playing(stage)
    before = len(stage.asked)
    stage.presenter.look_at(0.3)
    assert len(stage.asked) == before and not stage.shown["progress"].past


def test_changing_something_begins_a_new_run(stage: Stage) -> None:
    playing(stage)
    stage.presenter.change("net0", "plain20")
    assert stage.last(StartTraining).scene.lanes[0].net == "plain20"
    stage.presenter.change("net1", "resnet20")
    assert [one.net for one in stage.presenter.scene.lanes] == ["plain20", "resnet20"]
    stage.presenter.change("activation1", "sigmoid")
    assert stage.presenter.scene.lanes[1].activation == "sigmoid"
    stage.presenter.change("net1", "")
    assert len(stage.presenter.scene.lanes) == 1
    stage.presenter.change("data", "…")
    assert stage.presenter.scene.data == "/data/pets"
    assert stage.shown["setup"].preset == ""


def test_what_was_learned_opens_in_explore(stage: Stage) -> None:
    playing(stage)
    stage.presenter.open_in_explore(0)
    assert stage.last(TrainExport).step == -1
    stage.answer(TrainExported("resnet20", "/runs/r1/now.safetensors"))
    assert stage.opened == [("resnet20", "/runs/r1/now.safetensors")]


def test_trouble_is_said_once_and_a_refusal_is_a_sentence(stage: Stage) -> None:
    playing(stage)
    trouble = TrainTrouble("training_not_finite", {"step": 31, "rate": 0.1})
    for _ in range(3):
        stage.answer(stage.frame([], trouble=trouble))
    said = [banner for banner in stage.banners if banner is not None]
    assert len(said) == 1 and said[0].text and said[0].hint
    stage.answer(Failure("out_of_memory", {}))
    assert stage.banners[-1] is not None and stage.banners[-1].kind == "error"


def test_a_dead_engine_goes_on_from_its_checkpoint(stage: Stage) -> None:
    playing(stage)
    before = len(stage.asked)
    # An engine that is still starting would not get the question.
    stage.presenter.on_engine_state("restarting")
    assert len(stage.asked) == before
    stage.presenter.on_engine_state("ready")
    assert stage.last(ContinueTraining).run == "r1"


def test_the_scene_is_remembered(stage: Stage) -> None:
    stage.presenter.choose_preset("shortcuts")
    kept = stage.presenter.kept(Scene())
    again = Stage()
    again.presenter.enter(kept)
    assert again.last(StartTraining).scene == stage.presenter.scene


def test_times_are_written_as_on_a_clock() -> None:
    assert [duration(seconds) for seconds in (7, 750, 3900)] == ["0:07", "12:30", "1:05:00"]


def test_space_takes_a_stopped_run_up_and_begins_a_finished_one_anew(stage: Stage) -> None:
    stage.answer(stage.frame([], phase="stopped"))
    stage.presenter.on_action("play")
    assert stage.last(ContinueTraining).run == "r1"
    stage.answer(stage.frame([], phase="done"))
    before = sum(isinstance(request, StartTraining) for request, _ in stage.asked)
    assert stage.shown["progress"].can_play
    stage.presenter.on_action("play")
    assert sum(isinstance(request, StartTraining) for request, _ in stage.asked) == before + 1
