"""The GAN workspace as people see and drive it, filled by its presenter over an engine that keeps the contract."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from explorer.core.gan_scene import GanScene, preset
from explorer.core.messages.gan import GanControl
from explorer.core.scene import Scene
from explorer.core.text import LANGUAGES, Translator
from explorer.presenters.gan.ports import PlaneShow
from explorer.presenters.gan.presenter import GanPresenter
from explorer.presenters.pictures import Worker
from explorer.views import theme
from explorer.views.gan.choices import Choices
from explorer.views.gan.colours import gan_colours
from explorer.views.gan.film import FRAME_MS, GIF_SIZE, LAST_MS, PNG_SIZE
from explorer.views.gan.gan_view import GanView
from explorer.views.gan.picture_painting import tile_rects
from explorer.views.gan.plane_layers import paint_plane
from explorer.views.gan.slider import Slider
from explorer.views.gan.toggle import Toggle
from explorer.views.widgets.chip import Chip
from explorer.views.widgets.paint import text_width
from explorer.views.widgets.plot import Plot
from explorer.views.widgets.segmented import Segmented
from tests.gan_engine import FakeClock, FakeGan, plane_frame
from tests.views.chrome import controls

LEFT = Qt.MouseButton.LeftButton
LOW, LARGE = (1280, 666), (1920, 1026)


class Room:
    """The workspace, shown, with its presenter."""

    def __init__(
        self,
        qtbot: QtBot,
        scene: GanScene | None = None,
        language: str = "en",
        size: tuple[int, int] = LOW,
        look: theme.Look = theme.DARK,
    ) -> None:
        self.engine, self.clock = FakeGan(), FakeClock()
        self.view = GanView()
        qtbot.addWidget(self.view)
        self.tr = Translator(language)
        self.view.retranslate(self.tr)
        self.view.set_look(look)
        self.view.resize(*size)
        self.presenter = GanPresenter(
            self.view, self.engine.submit, self.tr, lambda _banner: None, self.clock, Worker(), scene
        )
        self.view.connect_to(self.presenter)
        self.view.show()
        self.presenter.enter(Scene())
        self.tick()

    def tick(self, count: int = 1) -> None:
        for _ in range(count):
            self.clock.tick()
        self.view.side.finish()
        QApplication.processEvents()

    def grab(self, widget: QWidget) -> np.ndarray:
        return pixels(widget.grab().toImage())


def pixels(image: QImage) -> np.ndarray:
    """Return a picture as (H, W, 3) uint8."""
    rgb = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(rgb.constBits(), np.uint8).reshape(rgb.height(), rgb.bytesPerLine())
    return rows[:, : 3 * rgb.width()].reshape(rgb.height(), rgb.width(), 3).copy()


@pytest.fixture
def room(qtbot: QtBot) -> Room:
    return Room(qtbot)


# ── the whole ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["healthy", "digits"])
def test_everything_is_named_and_nothing_is_cut(qtbot: QtBot, language: str, name: str) -> None:
    room = Room(qtbot, preset(name), language)
    room.presenter.on_action("networks")
    for page in ("data", "nets", "training"):
        room.presenter.knobs.on_page(page)
        room.tick()
        for widget in controls(room.view):
            if widget is room.view:
                continue
            assert widget.accessibleName(), type(widget).__name__
            if isinstance(widget, Chip | Toggle | Segmented):
                wanted, told = widget.sizeHint().width(), (type(widget).__name__, widget.accessibleName())
                assert widget.width() >= wanted, told
            if isinstance(widget, Slider) and widget._control is not None:
                control, font = widget._control, theme.DARK.font("text")
                assert text_width(font, control.label) + text_width(font, control.value) + 8 <= widget.width(), control
            if isinstance(widget, Choices) and widget._control is not None:
                for index, option in enumerate(widget._control.options):
                    room_px = widget.option_rect(index).width() - (4 if option.icon else 6)
                    assert text_width(theme.DARK.font("caption"), option.label) <= room_px + 0.5, option.label
        area = room.view.controls.area
        content = area.widget()
        assert content is not None and content.minimumSizeHint().width() <= area.viewport().width()


@pytest.mark.parametrize("size", [LOW, LARGE])
@pytest.mark.parametrize("name", ["healthy", "vanishing", "digits"])
def test_every_page_of_hyperparameters_fits_without_scrolling(qtbot: QtBot, size: tuple[int, int], name: str) -> None:
    room = Room(qtbot, preset(name), size=size)
    for page, _ in room.view.controls.pages._items:
        room.presenter.knobs.on_page(page)
        room.tick()
        area = room.view.controls.area
        content = area.widget()
        assert content is not None and content.height() <= area.viewport().height(), page


@pytest.mark.parametrize("look", [theme.DARK, theme.LIGHT, theme.look("dark", present=True)])
@pytest.mark.parametrize("size", [LOW, LARGE])
def test_the_parts_lie_beside_each_other(qtbot: QtBot, look: theme.Look, size: tuple[int, int]) -> None:
    room = Room(qtbot, look=look, size=size)
    room.view.set_present(look.present)
    room.presenter.toggle_slow()
    room.presenter.on_action("step_d")
    room.tick(30)
    view = room.view
    parts = [part for part in (view.controls, view.stage, view.side, view.bar) if part.isVisible()]
    for index, part in enumerate(parts):
        assert view.rect().contains(part.geometry())
        assert not any(part.geometry().intersects(other.geometry()) for other in parts[index + 1 :])
    stage = view.stage
    inner = [part for part in (stage.head, stage.plane, stage.nets, stage.foot) if part.isVisible()]
    assert len(inner) == 4
    for index, part in enumerate(inner):
        assert stage.rect().contains(part.geometry())
        assert not any(part.geometry().intersects(other.geometry()) for other in inner[index + 1 :])
    view.grab()


def test_keys_of_its_own_work_whatever_has_the_focus_in_the_workspace(room: Room) -> None:
    room.view.activateWindow()
    QApplication.processEvents()
    for key, asked in ((Qt.Key.Key_D, "step_d"), (Qt.Key.Key_R, "restart")):
        for widget in (room.view, room.view.bar.play, room.view.stage.plane):
            widget.setFocus()
            room.engine.asked.clear()
            QTest.keyClick(widget, key)
            assert asked in room.engine.kinds(), (asked, type(widget).__name__)


def test_buttons_say_what_was_pressed(room: Room, qtbot: QtBot) -> None:
    bar = room.view.bar
    for button, asked in ((bar.step_d, "step_d"), (bar.step_g, "step_g"), (bar.step_both, "step_both")):
        qtbot.mouseClick(button, LEFT)
        assert room.engine.kinds()[-1] == asked
    qtbot.mouseClick(bar.play, LEFT)
    room.tick()
    assert room.engine.playing and bar.play.glyph == "pause"
    qtbot.mouseClick(bar.play, LEFT)
    room.tick()
    assert not room.engine.playing and bar.play.glyph == "play"


# ── plane ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("layer", ["verdict", "manifold", "gradients"])
def test_each_layer_is_drawn_only_while_it_is_on(room: Room, qtbot: QtBot, layer: str) -> None:
    toggle = room.view.stage.head.toggles[layer]
    was_on = toggle.on
    before = room.grab(room.view.stage.plane)
    qtbot.mouseClick(toggle, LEFT)
    room.tick()
    changed = room.grab(room.view.stage.plane)
    assert toggle.on is not was_on and (changed != before).any()
    qtbot.mouseClick(toggle, LEFT)
    room.tick()
    assert (room.grab(room.view.stage.plane) == before).all()


def painted(show: PlaneShow, look: theme.Look = theme.DARK, side: int = 400) -> np.ndarray:
    image = QImage(side, side, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    paint_plane(painter, QRectF(0, 0, side, side), show, look)
    painter.end()
    return pixels(image)


def one_point(real: tuple[float, float] | None, fake: tuple[float, float] | None) -> PlaneShow:
    frame = plane_frame(0, ())

    def as_points(at: tuple[float, float] | None) -> np.ndarray:
        return np.zeros((0, 2), np.float32) if at is None else np.array([at], np.float32)

    changed = type(frame)(as_points(real), as_points(fake), frame.fake_noise, frame.centres, frame.extent)
    return PlaneShow(changed, frozenset())


@pytest.mark.parametrize("look", [theme.DARK, theme.LIGHT])
def test_real_points_are_discs_and_fakes_diamonds(look: theme.Look) -> None:
    """The corners of the box around a disc are filled more than those around a diamond; both are seen."""
    empty = painted(one_point(None, None), look, 800)
    shares = []
    for show in (one_point((0, 0), None), one_point(None, (0, 0))):
        mark = (painted(show, look, 800) != empty).any(-1)
        rows, columns = np.nonzero(mark)
        assert abs(rows.mean() - 400) < 1.5 and abs(columns.mean() - 400) < 1.5
        box = mark[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
        shares.append(box.mean())
    disc, diamond = shares
    assert disc > 0.75 > 0.68 > diamond


def test_the_ground_is_green_where_d_says_real_and_purple_where_fake() -> None:
    show = PlaneShow(plane_frame(0, ("heat",)), frozenset(("verdict",)))
    image = painted(show).astype(int)
    left, right = image[20, 20], image[20, 380]
    assert left[1] > left[0] and left[1] > left[2]
    assert right[0] > right[1] and right[2] > right[1]
    # The line of 1/2 stands in the middle.
    column = np.abs(image[20] - image[20, 196]).sum(-1)
    assert 195 <= 190 + int(np.argmax(column[190:210])) <= 205


def test_the_pointer_follows_a_knot_from_noise_to_place(room: Room, qtbot: QtBot) -> None:
    room.presenter.on_action("manifold")
    room.tick()
    plane = room.view.stage.plane
    square = plane.square()
    before = room.grab(plane)
    at = QPoint(round(square.left() + square.width() * 2.2 / 3), round(square.center().y()))
    qtbot.mouseMove(plane, at)
    assert plane.card.isVisible() and "D says 0.0" in plane.card.accessibleName()
    assert (room.grab(plane) != before).any()
    QApplication.sendEvent(plane, QEvent(QEvent.Type.Leave))
    assert not plane.card.isVisible()


def test_the_mouse_draws_real_points_where_it_goes(room: Room, qtbot: QtBot) -> None:
    room.presenter.on_action("draw")
    plane = room.view.stage.plane
    square = plane.square()
    corner = QPoint(round(square.left() + square.width() / 6), round(square.top() + square.height() / 6))
    QTest.mousePress(plane, LEFT, pos=corner)
    QTest.mouseMove(plane, corner + QPoint(10, 0))
    QTest.mouseRelease(plane, LEFT, pos=corner + QPoint(10, 0))
    drawn = np.array(room.engine.scene.drawn)
    assert room.engine.scene.data == "drawn" and len(drawn) >= 12
    assert np.abs(drawn - (-1.0, 1.0)).max() < 0.25
    QTest.mouseMove(plane, corner + QPoint(60, 60))
    assert len(room.engine.scene.drawn) == len(drawn)


@pytest.mark.parametrize("layers", [0, 5])
def test_networks_of_any_depth_are_drawn(qtbot: QtBot, layers: int) -> None:
    room = Room(qtbot, GanScene(g_layers=layers, d_layers=layers, g_units=100, d_units=1))
    room.presenter.on_action("networks")
    room.tick()
    nets = room.view.stage.nets
    colours = gan_colours(theme.DARK)
    image = room.grab(nets).reshape(-1, 3)
    for colour in (colours.g, colours.d):
        wanted = np.array([colour.red(), colour.green(), colour.blue()])
        assert (image == wanted).all(1).any()


def test_a_phase_moves_through_the_networks_and_ends(room: Room, qtbot: QtBot) -> None:
    room.presenter.toggle_slow()
    room.tick()
    nets = room.view.stage.nets
    room.presenter.on_action("step_d")
    for _ in range(100):
        room.clock.tick()
        if nets._phase is not None and nets._phase.phase == "forward":
            break
    assert nets.moving
    still = nets._phase
    assert still is not None
    nets.play_phase(still, 120)
    with qtbot.waitSignal(nets._timer.timeout):
        pass
    during = room.grab(nets)
    qtbot.waitUntil(lambda: not nets.moving, timeout=3000)
    assert (room.grab(nets) != during).any()


# ── lanes, pictures ────────────────────────────────────────────────────────────────────────────────────────────────


def test_eight_seeds_stand_side_by_side_and_one_can_be_taken(room: Room, qtbot: QtBot) -> None:
    room.presenter.on_action("lanes")
    room.tick()
    lanes = room.view.stage.lanes
    assert lanes.isVisible() and not room.view.stage.plane.isVisible()
    squares = lanes.squares()
    assert len(squares) == 8 and all(QRectF(lanes.rect()).contains(square) for square in squares)
    assert not any(a.intersects(b) for i, a in enumerate(squares) for b in squares[i + 1 :])
    qtbot.mouseClick(lanes, LEFT, pos=squares[4].center().toPoint())
    room.tick()
    assert room.engine.scene.seed == 5 and room.view.stage.plane.isVisible()


def test_fakes_are_framed_by_the_verdict_and_shown_as_they_are(qtbot: QtBot) -> None:
    room = Room(qtbot, preset("digits"))
    wall = room.view.stage.wall
    image = room.grab(wall).astype(int)
    first, last = wall.tile_rect(0), wall.tile_rect(11)
    frame = [image[round(rect.top() + 5), round(rect.center().x())] for rect in (first, last)]
    # Score 0 is purple, score 1 is green.
    assert frame[0][0] > frame[0][1] < frame[0][2]
    assert frame[1][1] > frame[1][0]
    inner = image[round(first.top() + 12) : round(first.top() + first.width() - 12), round(first.center().x())]
    assert (inner[:, 0] == inner[:, 1]).all() and (inner[:, 1] == inner[:, 2]).all()


def test_tiles_are_marked_walked_between_and_sorted(qtbot: QtBot) -> None:
    room = Room(qtbot, preset("digits"))
    wall, strip = room.view.stage.wall, room.view.stage.strip
    for index in (2, 9):
        qtbot.mouseClick(wall, LEFT, pos=wall.tile_rect(index).center().toPoint())
    room.tick()
    assert strip.isVisible() and room.presenter.pictures.marked == (2, 9)
    strip.slider.setFocus()
    qtbot.keyClick(strip.slider, Qt.Key.Key_Right)
    assert strip._show is not None and strip._show.place == 1
    qtbot.mouseClick(strip.close_button, LEFT)
    assert not strip.isVisible()
    room.presenter.on_action("order")
    room.tick()
    qtbot.mouseClick(wall, LEFT, pos=wall.tile_rect(0).center().toPoint())
    assert room.presenter.pictures.marked[-1] == 11


def test_the_wall_is_driven_by_the_keyboard(qtbot: QtBot) -> None:
    room = Room(qtbot, preset("digits"))
    assert room.presenter.on_action("select_right") and room.presenter.on_action("select_down")
    assert room.presenter.on_action("open_channel")
    columns = sum(
        1 for i in range(12) if room.view.stage.wall.tile_rect(i).top() == room.view.stage.wall.tile_rect(0).top()
    )
    assert room.presenter.pictures.marked == (1 + columns,)


@pytest.mark.parametrize("count", [1, 7, 64, 100])
def test_tiles_fill_their_room_without_overlapping(count: int) -> None:
    room = QRectF(10, 20, 500, 300)
    rects = tile_rects(room, count, 14)
    assert len(rects) == count and all(room.contains(rect) for rect in rects)
    assert not any(a.adjusted(0.1, 0.1, -0.1, -0.1).intersects(b) for i, a in enumerate(rects) for b in rects[i + 1 :])


# ── hyperparameters, time line, plots ──────────────────────────────────────────────────────────────────────────────


def test_a_slider_in_the_hand_changes_the_run_and_undo_takes_it_back(room: Room, qtbot: QtBot) -> None:
    room.presenter.knobs.on_page("nets")
    slider = room.view.controls.control("g_rate")
    assert isinstance(slider, Slider)
    middle = slider.rect().center()
    QTest.mousePress(slider, LEFT, pos=middle)
    for x in range(middle.x(), slider.width(), 10):
        QTest.mouseMove(slider, QPoint(x, middle.y()))
    QTest.mouseRelease(slider, LEFT, pos=QPoint(slider.width() - 1, middle.y()))
    assert room.engine.scene.g_rate == 1.0
    assert slider.accessibleDescription() == "1"
    qtbot.mouseClick(room.view.controls.undo, LEFT)
    assert room.engine.scene.g_rate == preset("healthy").g_rate
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    assert room.engine.scene.g_rate == 0.002


def test_choices_are_made_by_mouse_and_by_keys(room: Room, qtbot: QtBot) -> None:
    tiles = room.view.controls.control("data")
    assert isinstance(tiles, Choices)
    qtbot.mouseClick(tiles, LEFT, pos=tiles.option_rect(4).center().toPoint())
    assert room.engine.scene.data == "spiral"
    tiles.setFocus()
    qtbot.keyClick(tiles, Qt.Key.Key_Right)
    assert room.engine.scene.data == "moons"
    qtbot.keyClick(tiles, Qt.Key.Key_Up)
    assert room.engine.scene.data == "ring"


def test_the_time_line_previews_while_dragged_and_rewinds_on_release(room: Room) -> None:
    room.presenter.run.toggle_play()
    room.tick(40)
    moments = room.view.bar.moments
    seen: list[int] = []
    moments.moment_previewed.connect(seen.append)
    y = moments.height() // 2
    QTest.mousePress(moments, LEFT, pos=QPoint(round(moments.x_of(200)), y))
    QTest.mouseMove(moments, QPoint(round(moments.x_of(50)), y))
    assert seen == [200, 50] and "rewind" not in room.engine.kinds()
    QTest.mouseRelease(moments, LEFT, pos=QPoint(round(moments.x_of(50)), y))
    wish = next(one for one in room.engine.asked if isinstance(one, GanControl) and one.do == "rewind")
    assert wish.step == 50
    room.tick(2)
    assert room.presenter.run.step == 50


def test_plots_and_time_line_share_one_cursor(room: Room) -> None:
    room.presenter.run.toggle_play()
    room.tick(20)
    first, *others = room.view.side.plots
    first._on_hover(60.2)
    assert all(plot.cursor_step == 60 for plot in others)
    assert room.view.bar.moments._show.cursor == 60
    first._on_hover(None)
    assert all(plot.cursor_step is None for plot in others)


def test_every_plot_can_be_reached_and_read(room: Room) -> None:
    room.presenter.run.toggle_play()
    room.tick(20)
    for plot in room.view.side.plots:
        assert isinstance(plot, Plot) and plot.focusPolicy() == Qt.FocusPolicy.TabFocus
        assert plot.accessibleName() and plot.accessibleDescription()
    room.presenter.on_action("colours")
    assert all(plot.log for plot in room.view.side.plots)


# ── files ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["healthy", "digits"])
def test_a_film_holds_the_run_and_a_picture_its_end(qtbot: QtBot, tmp_path: Path, name: str) -> None:
    room = Room(qtbot, preset(name))
    room.presenter.run.toggle_play()
    room.tick(25)
    film, picture = tmp_path / "run.gif", tmp_path / "now.png"
    frames = room.presenter.frames_of_film(100)
    room.view.make_film(frames, str(film), "gif")
    room.view.make_film(frames, str(picture), "png")
    with Image.open(film) as image:
        assert image.size == GIF_SIZE and 2 < getattr(image, "n_frames", 1) <= len(frames)
        assert image.info["loop"] == 0
    with Image.open(picture) as image:
        assert image.size == PNG_SIZE and len(set(image.convert("L").resize((64, 40)).tobytes())) > 3
    with pytest.raises(OSError, match="nowhere"):
        room.view.make_film(frames, str(tmp_path / "nowhere" / "run.gif"), "gif")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["now.png", "run.gif"]


def test_without_qts_multimedia_films_are_gif(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PySide6.QtMultimedia", None)
    assert room.view.film_kinds() == ("gif",)


@pytest.mark.qt_log_ignore("pipewire")  # a library of the system that Qt can do without
def test_a_film_as_mp4_rests_on_its_last_picture(room: Room, qtbot: QtBot, tmp_path: Path) -> None:
    pytest.importorskip("PySide6.QtMultimedia", exc_type=ImportError)
    assert room.view.film_kinds() == ("gif", "mp4")
    room.presenter.run.toggle_play()
    room.tick(25)
    frames = room.presenter.frames_of_film(100)
    errors: list[str] = []

    def make(path: Path) -> None:
        try:
            room.view.make_film(frames, str(path), "mp4")
        except OSError as error:
            errors.append(str(error))

    for name in ("run.mp4", "nowhere/run.mp4"):
        thread = threading.Thread(target=make, args=(tmp_path / name,))
        thread.start()
        qtbot.waitUntil(lambda thread=thread: not thread.is_alive(), timeout=20_000)
    assert len(errors) == 1 and "nowhere" in errors[0]
    assert [path.name for path in tmp_path.iterdir()] == ["run.mp4"]
    content = (tmp_path / "run.mp4").read_bytes()
    # The table of samples says how many pictures there are, the movie's header how long they last.
    at = content.index(b"stsz") + 12
    pictures = len(frames) + LAST_MS // FRAME_MS
    assert int.from_bytes(content[at : at + 4], "big") == pictures
    at = content.index(b"mvhd") + 16
    scale, length = (int.from_bytes(content[at + add : at + add + 4], "big") for add in (0, 4))
    assert length / scale == pytest.approx(pictures * FRAME_MS / 1000, abs=0.1)


def test_menus_open_inside_the_window(room: Room) -> None:
    for anchor in ("preset", "rate", "export"):
        room.presenter.show_menu(anchor)
        assert room.view.rect().contains(room.view.menu.card_rect()), anchor
        assert room.presenter.on_action("back")
        assert not room.view.menu.isVisible()
    assert QPointF(room.view.bar.rate.pos()).x() > 0
