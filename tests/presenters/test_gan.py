"""The GAN presenter: what it asks the engine for, and what it tells the view."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from explorer.core.errors import UserError
from explorer.core.gan_scene import PRESETS, GanScene, preset
from explorer.core.messages.gan import (
    CURVES,
    ChangeGan,
    GanControl,
    GanFrameRequest,
    GanLapseRequest,
    GanWalkRequest,
    Opening,
    StartGan,
    Trouble,
)
from explorer.core.scene import Scene
from explorer.core.text import LANGUAGES, Translator
from explorer.presenters.gan import controls
from explorer.presenters.gan.curves import RunCurves
from explorer.presenters.gan.film import MOST_FRAMES
from explorer.presenters.gan.knobs import TRAINED
from explorer.presenters.gan.presenter import GanPresenter
from explorer.presenters.pictures import Worker
from explorer.presenters.ports import Banner
from tests.gan_engine import FakeClock, FakeGan


class FakeView:
    """Remembers the last of everything that it was shown."""

    def __init__(self) -> None:
        self.shown: dict[str, Any] = {}
        self.phases: list[str] = []
        self.files: list[str] = []
        self.films: list[tuple[int, str, str]] = []
        self.kinds: tuple[str, ...] = ("gif",)
        self.broken = False

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("show_"):
            raise AttributeError(name)

        def show(*values: Any, **named: Any) -> None:
            self.shown[name.removeprefix("show_")] = values[0] if len(values) == 1 else values or named

        return show

    def play_phase(self, phase: Any, duration_ms: int) -> None:
        self.phases.append(f"{phase.player}.{phase.phase}")

    def ask_file(self, name: str, title: str, pattern: str) -> None:
        self.files.append(name)

    def ask_folder(self, title: str) -> None:
        self.files.append("folder")

    def film_kinds(self) -> tuple[str, ...]:
        return self.kinds

    def make_film(self, frames: Any, path: str, kind: str) -> None:
        if self.broken:
            raise OSError("disk full")
        self.films.append((len(frames), path, kind))

    def drawn(self) -> bool:
        return True

    def close_menu(self) -> bool:
        return False

    def move_choice(self, dx: int, dy: int) -> bool:
        return False

    def choose(self) -> bool:
        return False


class Desk:
    """A presenter with everything around it."""

    def __init__(self, scene: GanScene | None = None, language: str = "en") -> None:
        self.view, self.engine, self.clock = FakeView(), FakeGan(), FakeClock()
        self.banners: list[Banner | None] = []
        self.tr = Translator(language)
        self.presenter = GanPresenter(
            self.view, self.engine.submit, self.tr, self.banners.append, self.clock, Worker(), scene
        )
        self.presenter.enter(Scene())
        self.tick()

    def tick(self, count: int = 1) -> None:
        for _ in range(count):
            self.clock.tick()

    def last(self, kind: type) -> Any:
        return next(one for one in reversed(self.engine.asked) if isinstance(one, kind))


@pytest.fixture
def desk() -> Desk:
    return Desk()


def texts(value: Any) -> Iterator[str]:
    """Yield every text inside what was shown."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from texts(getattr(value, name))
    elif isinstance(value, tuple | list | frozenset):
        for part in value:
            yield from texts(part)
    elif isinstance(value, dict):
        for part in value.values():
            yield from texts(part)


# ── frames ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_first_entrance_begins_a_paused_run(desk: Desk) -> None:
    assert desk.engine.kinds()[0] == "StartGan"
    assert desk.presenter.run.step == 0 and not desk.presenter.run.playing
    assert desk.presenter.settled
    assert desk.view.shown["head"].title == "8 Gaussians"


def test_nothing_is_pulled_while_nothing_changes(desk: Desk) -> None:
    before = len(desk.engine.asked)
    desk.tick(50)
    assert len(desk.engine.asked) == before


def test_a_second_frame_is_not_asked_for_before_the_first_is_there(desk: Desk) -> None:
    desk.presenter.run.toggle_play()
    desk.tick()
    desk.engine.held = True
    desk.tick(40)
    assert len(desk.engine.waiting) == 1
    desk.engine.answer_next()
    desk.tick(40)
    assert len(desk.engine.waiting) == 1


def test_frames_bring_only_new_curves(desk: Desk) -> None:
    desk.presenter.run.toggle_play()
    desk.tick(5)
    curves = {curve.key: curve for curve in desk.view.shown["plots"][0].curves}
    assert curves["loss_d"].x.tolist() == list(range(1, desk.engine.step + 1))
    asked = desk.last(GanFrameRequest)
    assert asked.since > 0 and asked.era == desk.engine.era


def test_only_what_is_on_screen_is_asked_for(desk: Desk) -> None:
    def want() -> set[str]:
        desk.tick()
        return set(desk.last(GanFrameRequest).want)

    assert want() == {"heat"}
    desk.presenter.on_action("view_maps")
    assert want() == {"heat", "manifold"}
    desk.presenter.on_action("gradients")
    desk.presenter.on_action("networks")
    assert want() == {"heat", "manifold", "arrows", "weights"}
    for name in ("views", "view_maps", "gradients", "view_branches"):
        desk.presenter.on_action(name)
    assert want() == set()
    desk.presenter.on_action("lanes")
    assert want() == {"lanes"}
    desk.presenter.knobs.choose_preset("digits")
    assert want() == {"samples"}


def test_while_it_plays_verdict_and_arrows_come_by_turns_and_stay_on_screen(desk: Desk) -> None:
    desk.presenter.on_action("gradients")
    desk.presenter.on_action("networks")
    desk.tick()
    desk.presenter.run.toggle_play()
    desk.tick(2)
    asked = []
    for _ in range(8):
        desk.tick()
        asked.append(set(desk.last(GanFrameRequest).want))
        plane, nets = desk.view.shown["plane"].frame, desk.view.shown["nets"]
        assert plane.heat is not None and plane.arrows is not None and nets.g is not None and nets.d is not None
    assert sum("heat" in want for want in asked) == 4 and sum("arrows" in want for want in asked) == 4
    assert all(("heat" in want) != ("arrows" in want) for want in asked)
    assert sum("weights" in want for want in asked) == 2


def test_leaving_pauses_and_stops_the_clock(desk: Desk) -> None:
    desk.presenter.run.toggle_play()
    desk.tick()
    desk.presenter.leave()
    assert desk.engine.kinds()[-1] == "pause" and not desk.clock.running
    desk.presenter.enter(Scene())
    desk.tick()
    assert [type(one) for one in desk.engine.asked].count(StartGan) == 1


def test_answers_to_a_run_that_is_gone_are_not_shown(desk: Desk) -> None:
    desk.presenter.run.toggle_play()
    desk.tick()
    desk.engine.held = True
    desk.tick()
    late = desk.engine.waiting.pop()
    desk.engine.held = False
    desk.presenter.knobs.choose_preset("digits")
    desk.tick()
    late[1](FakeGan().frame(("heat",)))
    assert desk.presenter.scene.preset == "digits"
    desk.tick()
    assert "pictures" in desk.view.shown and desk.view.shown["head"].title == "Digits"


# ── steps ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("action", "asked"),
    [("step_d", "step_d"), ("view_gradcam", "step_g"), ("step_next", "step_both"), ("play", "play")],
)
def test_keys_take_steps(desk: Desk, action: str, asked: str) -> None:
    assert desk.presenter.on_action(action)
    assert asked in desk.engine.kinds()


def test_actions_that_mean_nothing_here_are_left_to_the_window(desk: Desk) -> None:
    assert not desk.presenter.on_action("open_picture")
    assert not desk.presenter.on_action("back")


def test_slow_motion_goes_phase_by_phase_d_before_g(desk: Desk) -> None:
    desk.presenter.knobs.on_slid("k_d", controls.place_of("k_d", 2), True)
    desk.presenter.toggle_slow()
    desk.presenter.on_action("step_next")
    desk.tick(2000)
    phases = ("sample", "forward", "loss", "backward", "update")
    assert desk.view.phases == [f"{player}.{phase}" for player in "ddg" for phase in phases]
    assert not desk.presenter.run.playing


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phase_has_its_caption(language: str) -> None:
    desk = Desk(language=language)
    desk.presenter.toggle_slow()
    desk.presenter.run.toggle_play()
    seen: dict[str, str] = {}
    for _ in range(1500):
        desk.tick()
        caption = desk.view.shown["caption"]
        if caption.role:
            seen[f"{caption.role}{caption.part}"] = caption.text
    assert len(seen) == 10 and len(set(seen.values())) == 10
    assert all(("배" in text or "G" in text or "D" in text) for text in seen.values())


def test_slow_motion_shows_the_networks_even_where_they_are_off(desk: Desk) -> None:
    desk.tick()
    assert desk.view.shown["nets"] is None
    desk.presenter.toggle_slow()
    desk.tick()
    assert desk.view.shown["nets"] is not None
    desk.presenter.toggle_slow()
    desk.tick(2)
    assert desk.view.shown["nets"] is None


def test_playing_to_a_step_pauses_there(desk: Desk) -> None:
    desk.presenter.prepare("collapse", 200)
    assert not desk.presenter.settled
    desk.tick(60)
    assert desk.presenter.settled
    assert 200 <= desk.presenter.run.step < 210 and not desk.engine.playing


# ── hyperparameters ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_sliders_whole_movement_is_one_undo(desk: Desk) -> None:
    for place in range(3, 9):
        desk.presenter.knobs.on_slid("g_rate", place, False)
    desk.presenter.knobs.on_slid("g_rate", 9, True)
    assert desk.engine.scene.g_rate == controls.value_at("g_rate", 9)
    desk.presenter.knobs.undo()
    assert desk.engine.scene == desk.presenter.scene == preset("healthy")
    desk.presenter.knobs.redo()
    assert desk.engine.scene.g_rate == controls.value_at("g_rate", 9)


def test_reset_puts_the_preset_back_from_step_0(desk: Desk) -> None:
    desk.presenter.knobs.on_picked("loss", "hinge")
    assert desk.view.shown["controls"].resettable
    assert desk.view.shown["controls"].preset == "Healthy, changed"
    desk.presenter.on_action("reset")
    assert desk.engine.scene == preset("healthy") and desk.engine.step == 0
    assert not desk.view.shown["controls"].resettable


def test_what_the_engine_refuses_is_taken_back_and_explained(desk: Desk) -> None:
    desk.engine.refuse = UserError("gan_size", size=8, known="16")
    desk.presenter.knobs.on_picked("loss", "hinge")
    assert desk.presenter.scene.loss == "non_saturating"
    banner = desk.banners[-1]
    assert banner is not None and banner.kind == "error" and banner.hint


def test_other_data_of_the_plane_keep_the_networks(desk: Desk) -> None:
    desk.presenter.knobs.on_picked("data", "spiral")
    assert desk.engine.scene.data == "spiral" and isinstance(desk.engine.asked[-1], ChangeGan)
    desk.presenter.knobs.on_picked("data_pictures", "mnist")
    assert desk.engine.scene.net == "dcgan" and desk.engine.scene.size == 16
    desk.presenter.knobs.on_picked("data", "moons")
    assert desk.engine.scene.net == "mlp" and desk.engine.scene.noise_dim == 2


def test_drawing_makes_the_strokes_the_data(desk: Desk) -> None:
    desk.presenter.knobs.on_picked("data", "drawn")
    assert desk.view.shown["plane"].drawing and desk.engine.scene.data == "gaussians"
    desk.presenter.on_drawn(((0.1, 0.2), (0.3, 0.4)))
    desk.presenter.on_drawn(((0.5, 0.6),))
    assert desk.engine.scene.drawn == ((0.1, 0.2), (0.3, 0.4), (0.5, 0.6))
    desk.presenter.knobs.toggle_drawing()
    desk.presenter.knobs.undo()
    assert desk.engine.scene.data == "gaussians"


def test_a_thousand_changes_at_random_while_it_runs(desk: Desk) -> None:
    desk.presenter.run.toggle_play()
    dice = random.Random(4)
    sliders = sorted(set(controls.STOPS) - {"lanes", "seed"})
    for _ in range(1000):
        if dice.random() < 0.7:
            field = dice.choice(sliders)
            desk.presenter.knobs.on_slid(field, dice.randrange(20), dice.random() < 0.6)
        else:
            field, keys = dice.choice(
                [
                    ("loss", ("minimax", "hinge", "wasserstein_gp", "least_squares")),
                    ("data", ("line", "ring", "spiral", "moons", "gaussians")),
                    ("noise", ("uniform", "gaussian")),
                    ("g_optimizer", ("sgd", "adam")),
                ]
            )
            desk.presenter.knobs.on_picked(field, dice.choice(keys))
        desk.presenter.scene.check()
        assert desk.engine.scene == desk.presenter.scene
        desk.tick(2)
    assert desk.engine.playing
    curve = desk.view.shown["plots"][0].curves[0]
    assert curve.x[-1] == desk.engine.step
    assert len(desk.presenter._film.frames) <= MOST_FRAMES
    assert [banner for banner in desk.banners if banner is not None] == []


def test_every_slider_stop_is_within_the_limits() -> None:
    for field, stops in controls.STOPS.items():
        assert list(stops) == sorted(set(stops))
        for place, stop in enumerate(stops):
            GanScene().patched(**{field: controls.value_at(field, place)}).check()
            assert controls.place_of(field, stop) == place


# ── what is said ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [one.preset for one in PRESETS])
def test_every_text_of_every_preset_exists(name: str, language: str) -> None:
    desk = Desk(preset(name), language)
    for action in ("networks", "manifold", "gradients"):
        desk.presenter.on_action(action)
    for page in (*controls.PAGES, "all"):
        for tall in (False, True):
            desk.presenter.knobs.on_tall(tall)
            desk.presenter.knobs.on_page(page)
            missing = [text for text in texts(desk.view.shown["controls"]) if text.startswith(("gan_view.", "gan."))]
            assert missing == []
    desk.presenter.run.toggle_play()
    desk.tick(3)
    desk.presenter.on_hover((0.1, 0.1))
    for anchor in ("preset", "rate", "export"):
        desk.presenter.show_menu(anchor)
        assert [text for text in texts(desk.view.shown["menu"]) if text.startswith("gan")] in ([], [anchor])
    shown = {key: value for key, value in desk.view.shown.items() if key not in ("controls", "menu")}
    assert [text for text in texts(shown) if text.startswith(("gan_view.", "gan."))] == []


def test_the_pointer_is_told_verdict_and_noise(desk: Desk) -> None:
    desk.presenter.on_action("manifold")
    desk.tick()
    desk.presenter.on_hover((0.7, 0.0))
    card, knot = desk.view.shown["hover"]
    assert knot == (4, 4)
    assert "z = (0.00, 0.00)" in " ".join(card.lines)
    assert card.lines[-1].startswith("D says 0.0")
    desk.presenter.on_hover((-0.7, 0.0))
    card, knot = desk.view.shown["hover"]
    assert knot is None and card.lines[-1].startswith("D says 0.9")


def test_a_run_that_blows_up_is_explained_once_and_its_plots_live(desk: Desk) -> None:
    desk.presenter.run.toggle_play()
    desk.tick(5)
    desk.engine.poisoned = True
    desk.engine.trouble = Trouble("gan_not_finite", {"net": "G"})
    desk.tick(2)
    desk.engine.playing = False
    desk.presenter.toggle_layer("manifold")
    desk.tick(5)
    told = [banner for banner in desk.banners if banner is not None]
    assert len(told) == 1 and told[0].kind == "warning" and "G" in told[0].text
    curve = desk.view.shown["plots"][0].curves[0]
    assert np.isnan(curve.y[-1]) and np.isfinite(curve.y[0])
    desk.engine.trouble, desk.engine.poisoned = None, False
    desk.presenter.on_action("step_next")
    desk.tick()
    assert desk.banners[-1] is None
    assert np.isfinite(desk.view.shown["plots"][0].curves[0].y[-1])


def test_several_seeds_each_have_their_caption(desk: Desk) -> None:
    desk.presenter.on_action("lanes")
    desk.tick()
    show = desk.view.shown["lanes"]
    assert show.captions[0] == "seed 1: 3 of 8 modes" and len(show.captions) == 8
    desk.presenter.knobs.on_lane(5)
    desk.tick()
    assert desk.view.shown["lanes"] is None and desk.engine.scene.seed == 5
    # Other seeds show the same experiment: its caption stays.
    assert desk.view.shown["caption"].text == desk.tr("gan.preset.healthy.caption")


# ── time ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_rewinding_keeps_to_the_newest_wish(desk: Desk) -> None:
    desk.presenter.run.toggle_play()
    desk.tick(30)
    desk.engine.held = True
    for step in (150, 120, 90, 30):
        desk.presenter.rewind(step)
    while desk.engine.waiting:
        desk.engine.answer_next()
    wishes = [one.step for one in desk.engine.asked if isinstance(one, GanControl) and one.do == "rewind"]
    assert wishes == [150, 30]
    desk.engine.held = False
    desk.tick(2)
    assert desk.presenter.run.step == 30
    assert desk.view.shown["cursor"] == 30


def test_what_came_after_a_rewind_can_be_gone_to_until_the_run_goes_on(desk: Desk) -> None:
    desk.presenter.run.toggle_play()
    desk.tick(30)
    desk.presenter.run.pause()
    desk.tick()
    newest = desk.presenter.run.step

    def ends() -> tuple[int, int, int, int]:
        moments = desk.view.shown["moments"]
        return (
            moments.last,
            moments.kept[-1],
            desk.view.shown["plots"][0].curves[0].x[-1],
            desk.presenter._film.frames[-1].step,
        )

    whole = ends()
    assert whole[:3] == (newest, newest // 10 * 10, newest)
    desk.presenter.rewind(50)
    desk.tick(2)
    assert desk.presenter.run.step == desk.view.shown["moments"].step == desk.view.shown["cursor"] == 50
    assert ends() == whole
    assert desk.presenter.frames_of_film(100)[-1].step == 50
    desk.presenter.rewind(100)
    desk.tick(2)
    assert (desk.presenter.run.step, ends()) == (100, whole)
    desk.presenter.rewind(50)
    desk.presenter.run.step_once("both")
    desk.tick(2)
    last, kept, drawn, filmed = ends()
    assert (last, kept, drawn) == (51, 50, 51) and filmed <= 51
    assert desk.view.shown["cursor"] is None and desk.view.shown["moments"].cursor is None


def test_another_hyperparameter_goes_on_from_where_it_was_gone_back_to(desk: Desk) -> None:
    desk.presenter.run.toggle_play()
    desk.tick(30)
    desk.presenter.rewind(50)
    desk.presenter.apply(desk.presenter.scene, desk.presenter.scene.patched(g_rate=0.01))
    desk.tick(2)
    assert desk.view.shown["moments"].kept[-1] == desk.view.shown["moments"].last == 50
    assert max(frame.step for frame in desk.presenter._film.frames) <= 50


def test_dragging_the_time_line_looks_back_without_losing_anything(desk: Desk) -> None:
    desk.presenter.run.toggle_play()
    desk.tick(30)
    newest = desk.view.shown["plane"].frame
    desk.presenter.preview(40)
    desk.tick(3)
    assert "rewind" not in desk.engine.kinds() and not desk.engine.playing
    # The fakes on screen stand where they stood then.
    past = desk.view.shown["plane"].frame
    assert past.fake.mean(0)[0] > newest.fake.mean(0)[0]
    assert desk.view.shown["moments"].step == 40 and desk.presenter.run.step > 200


def test_the_film_reaches_from_the_beginning_to_now_in_bounded_memory(desk: Desk) -> None:
    desk.presenter.run.toggle_play()
    desk.tick(1200)
    frames = desk.presenter.frames_of_film(100)
    steps = [frame.step for frame in frames]
    assert steps[0] == 0 and steps[-1] == desk.presenter.run.step
    assert len(frames) <= 100 and steps == sorted(set(steps))
    assert max(np.diff(steps)) < 4 * np.median(np.diff(steps))


def test_curves_of_another_era_replace_the_old_ones() -> None:
    engine, curves = FakeGan(), RunCurves()
    engine.advance(500)
    frame = engine.frame()
    assert frame.curves is not None
    curves.take(frame.curves, 1)
    curves.take(frame.curves, 1)
    assert curves.steps.tolist() == list(range(1, 501))
    x, y = curves.known("js")
    assert x.tolist() == list(range(10, 501, 10)) and np.isfinite(y).all()
    curves.take(frame.curves, 2)
    assert curves.of(CURVES[0]).size == 500


# ── pictures ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_walls_are_sorted_by_the_verdict_on_demand() -> None:
    desk = Desk(preset("digits"))
    assert desk.view.shown["pictures"].order.tolist() == list(range(12))
    desk.presenter.on_action("order")
    assert desk.view.shown["pictures"].order.tolist() == list(range(11, -1, -1))


def test_two_marked_tiles_are_walked_between_and_one_goes_through_time() -> None:
    desk = Desk(preset("digits"))
    desk.presenter.pictures.mark(3)
    desk.presenter.pictures.mark(7)
    walk = desk.last(GanWalkRequest)
    assert (walk.first, walk.second, walk.t[0], walk.t[-1]) == (3, 7, 0.0, 1.0)
    assert len(desk.view.shown["strip"].made) == len(walk.t)
    desk.presenter.pictures.choose_place(5)
    assert desk.view.shown["strip"].place == 5
    desk.presenter.on_action("lapse")
    assert desk.last(GanLapseRequest).tile == 7
    assert desk.presenter.on_action("back")
    assert desk.view.shown["strip"] is None


# ── files and the engine's life ────────────────────────────────────────────────────────────────────────────────────


def test_curves_and_networks_are_saved_as_the_engine_gives_them(desk: Desk, tmp_path: Path) -> None:
    for kind in ("curves", "g", "d"):
        desk.presenter.on_menu("export", kind)
        target = tmp_path / desk.view.files[-1]
        desk.presenter.exports.save(str(target))
        assert target.read_bytes() == b"content"
        assert desk.banners[-1] is not None and desk.banners[-1].kind == "good"


def test_a_film_that_cannot_be_written_says_why(desk: Desk, tmp_path: Path) -> None:
    desk.presenter.run.toggle_play()
    desk.tick(40)
    desk.presenter.on_menu("export", "png")
    desk.presenter.exports.save(str(tmp_path / "now.png"))
    assert desk.view.films[-1][0] == 1
    desk.presenter.on_menu("export", "gif")
    desk.presenter.exports.save(str(tmp_path / "run.gif"))
    assert desk.view.films and desk.banners[-1] is not None and desk.banners[-1].kind == "good"
    desk.view.broken = True
    desk.presenter.exports.save(str(tmp_path / "run.gif"))
    assert desk.banners[-1] is not None and "disk full" in desk.banners[-1].text


def test_mp4_is_offered_only_where_it_can_be_made(desk: Desk) -> None:
    def kinds() -> list[str]:
        desk.presenter.show_menu("export")
        return [entry.key for entry in desk.view.shown["menu"][1]]

    assert kinds() == ["gif", "png", "curves", "g", "d"]
    desk.view.kinds = ("gif", "mp4")
    assert kinds() == ["gif", "mp4", "png", "curves", "g", "d"]
    desk.presenter.on_menu("export", "mp4")
    assert desk.view.files[-1].endswith(".mp4")
    desk.presenter.exports.save("run.mp4")
    assert desk.view.films[-1][1:] == ("run.mp4", "mp4")


def test_pictures_on_their_way_are_told_and_can_be_given_up(desk: Desk) -> None:
    assert not desk.presenter.on_action("give_up")
    scene = GanScene(data="mnist", size=16)
    desk.presenter.begin(scene)
    desk.engine.opening, desk.engine.kept = Opening(scene, 200, 800), []
    desk.tick(3)
    banner = desk.banners[-1]
    assert banner is not None and banner.kind == "progress" and banner.fraction == 0.25 and banner.action
    assert "200" in banner.text and "800" in banner.text and not desk.presenter.settled
    # It goes on asking although nothing plays.
    desk.engine.opening = Opening(scene, 400, 800)
    desk.tick()
    assert desk.banners[-1] is not None and desk.banners[-1].fraction == 0.5
    assert desk.presenter.on_action("give_up")
    desk.tick(3)
    # What ran before begins again, and the banner is gone.
    assert desk.banners[-1] is None
    assert desk.last(StartGan).scene == preset("healthy") == desk.presenter.scene


def test_a_change_whose_pictures_cannot_be_had_is_taken_back(desk: Desk) -> None:
    desk.presenter.begin(preset("digits"))
    desk.tick()
    wanted = preset("digits").patched(data="mnist", size=16)
    desk.engine.held = False
    desk.presenter.knobs.take(wanted)
    desk.engine.opening = Opening(wanted, 0, 0)
    desk.presenter.run.look_again()
    desk.tick()
    assert desk.banners[-1] is not None and desk.banners[-1].fraction == -1
    desk.engine.opening = None
    desk.engine.trouble = Trouble("data_download_failed", {"data": "MNIST", "reason": "404"})
    desk.tick()
    assert desk.banners[-1] is not None and desk.banners[-1].kind == "warning"
    assert desk.presenter.scene == preset("digits")


def test_an_engine_that_died_begins_anew_with_the_same_hyperparameters(desk: Desk) -> None:
    desk.presenter.knobs.on_picked("loss", "hinge")
    desk.tick(3)
    desk.presenter.on_engine_state("ready")
    desk.tick()
    assert isinstance(desk.engine.asked[0], StartGan) and desk.engine.scene.loss == "hinge"
    assert desk.banners[-1] is not None and desk.banners[-1].kind == "warning"


def test_presets_follow_one_another_and_the_trained_digits_begin_at_once(desk: Desk) -> None:
    names = []
    for _ in PRESETS:
        desk.presenter.on_action("next_picture")
        names.append(desk.presenter.scene.preset)
    assert names == [one.preset for one in (*PRESETS[1:], PRESETS[0])]
    desk.presenter.on_menu("preset", TRAINED)
    assert desk.last(StartGan).trained and desk.presenter.scene.preset == "digits"


def test_the_scene_remembers_the_hyperparameters(desk: Desk) -> None:
    desk.presenter.knobs.on_picked("loss", "hinge")
    kept = desk.presenter.kept(Scene())
    assert kept.gan == desk.presenter.scene
    again = Desk()
    fresh = GanPresenter(FakeView(), again.engine.submit, again.tr, again.banners.append, FakeClock(), Worker(), None)
    fresh.enter(kept)
    assert again.engine.scene.loss == "hinge"
