"""The stage as a whole: pages, head, foot, card, and both languages at the sizes that must work."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from explorer.core.colour import DIVERGING_MAP, colour_table
from explorer.core.scene import ORDERS, Crop
from explorer.core.text import Translator, catalog
from explorer.presenters.ports import HoverCard, PictureShow, StageHead, ValueBar
from explorer.views import theme
from explorer.views.explore.busy_line import BusyLine
from explorer.views.explore.stage import Stage
from tests.views.test_branches_view import show_4a
from tests.views.walls import levels_of, make_wall, show_of

LEFT = Qt.MouseButton.LeftButton
HEAD = StageHead(
    (("inception4a", "inception 4a"), ("b2", "3×3"), ("b2r", "reduce")),
    "96 channels · 14 × 14",
    ("maps", "branches", "channel"),
    "maps",
    "differs from the paper",
    "The 5×5 branch is a 3×3 convolution.",
)


@pytest.fixture
def stage(qtbot: QtBot) -> Stage:
    stage = Stage()
    qtbot.addWidget(stage)
    stage.resize(975, 880)
    stage.show()
    stage.show_controls("channel", "index", "magma")
    stage.show_stage_head(HEAD)
    return stage


def shown_pages(stage: Stage) -> list[str]:
    return [name for name in ("wall", "branches", "channel", "input") if not getattr(stage, name).isHidden()]


def test_each_show_brings_its_page_alone(stage: Stage) -> None:
    assert shown_pages(stage) == []
    stage.show_wall(show_of(make_wall(levels_of(24, 14))))
    assert shown_pages(stage) == ["wall"]
    stage.show_branches(show_4a())
    assert shown_pages(stage) == ["branches"]
    stage.show_input(PictureShow(np.zeros((20, 30, 3), np.uint8), Crop(0, 0, 0.5), "sees"))
    assert shown_pages(stage) == ["input"]


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("size", [(700, 540), (975, 880), (1284, 922)])
@pytest.mark.parametrize("present", [False, True])
def test_parts_do_not_overlap(stage: Stage, language: str, size: tuple[int, int], present: bool) -> None:
    stage.set_look(theme.look("light", present=present))
    stage.retranslate(Translator(language))
    stage.resize(*size)
    stage.show_wall(show_of(make_wall(levels_of(24, 14))))
    stage.show_value_bar(ValueBar("−4.73", "4.73", "one scale", colour_table("magma")))
    head, wall, foot = stage.head.geometry(), stage.wall.geometry(), stage.foot.geometry()
    assert head.bottom() < wall.top() and wall.bottom() < foot.top() and foot.bottom() < size[1]
    assert wall.height() > 0.35 * size[1]
    shown = [part for part in (stage.foot.value_bar, *stage.foot.buttons()) if not part.isHidden()]
    shown.sort(key=lambda part: part.x())
    for left, right in itertools.pairwise(shown):
        assert left.geometry().right() < right.geometry().left()
    assert not stage.head.badge.geometry().intersects(stage.head.switch.geometry())
    assert stage.head.switch.geometry().right() < stage.head.width()


@pytest.mark.parametrize("present", [False, True], ids=["desk", "projector"])
@pytest.mark.parametrize("width", [600, 715, 880, 1284])
def test_title_keeps_its_room_beside_many_views(stage: Stage, width: int, present: bool) -> None:
    """Views that would cover the title move behind the last word; the current one never does."""
    stage.set_look(theme.look("dark", present=present))
    stage.resize(width, 560)
    views = ("maps", "branches", "channel", "kernels", "microscope")
    stage.show_stage_head(StageHead((("inception4a", "inception 4a"),), "512 channels", views, "microscope"))
    (title,), switch = stage.head.crumbs, stage.head.switch
    if width > 600 or not present:
        assert title.width() >= title.sizeHint().width()
    assert title.geometry().right() < switch.geometry().left()
    assert "microscope" in switch.keys
    assert set(switch.keys) == set(views) or switch.keys[-1] == "more"


def test_crumbs_but_the_last_lead_upwards(stage: Stage, qtbot: QtBot) -> None:
    first, second, last = stage.head.crumbs
    for crumb, step in ((first, "inception4a"), (second, "b2")):
        with qtbot.waitSignal(stage.crumb_chosen) as chosen:
            qtbot.mouseClick(crumb, LEFT)
        assert chosen.args == [step]
    with qtbot.assertNotEmitted(stage.crumb_chosen):
        qtbot.mouseClick(last, LEFT)


def test_the_switch_asks_for_another_view(stage: Stage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(stage.view_chosen) as chosen:
        qtbot.mouseClick(stage.head.switch, LEFT, pos=stage.head.switch.segment_centre("branches"))
    assert chosen.args == ["branches"]


def test_menus_offer_every_choice_and_ask_for_it(stage: Stage, qtbot: QtBot) -> None:
    stage.show_wall(show_of(make_wall(levels_of(24, 14))))
    for button, signal, keys in (
        (stage.foot.scaling, stage.scaling_chosen, ["channel", "layer", "symmetric"]),
        (stage.foot.order, stage.order_chosen, list(ORDERS)),
        (stage.foot.colour_map, stage.colour_map_chosen, ["magma", "viridis", "cividis", "grey"]),
    ):
        actions = button.menu.actions()
        assert [action.data() for action in actions] == keys
        assert [action.data() for action in actions if action.isChecked()] == keys[:1]
        with qtbot.waitSignal(signal) as chosen:
            actions[-1].trigger()
        assert chosen.args == keys[-1:]


def test_symmetric_values_leave_no_choice_of_colours(stage: Stage) -> None:
    stage.show_controls("symmetric", "index", "magma")
    assert not stage.foot.colour_map.isEnabled()
    assert catalog("en")[f"stage.map.{DIVERGING_MAP}"] in stage.foot.colour_map.accessibleName()


@pytest.mark.parametrize("corner", [(5, 5), (970, 5), (5, 875), (970, 875), (480, 440)])
def test_the_card_stays_inside_the_stage_and_beside_the_pointer(
    stage: Stage, qtbot: QtBot, corner: tuple[int, int]
) -> None:
    card = HoverCard("channel 212", ("row 6, column 9", "value 2.31"), "#009E73", "3×3 branch")
    stage.card.show_card(card, QPoint(*corner))
    assert stage.rect().contains(stage.card.geometry())
    assert not stage.card.geometry().contains(QPoint(*corner))
    stage.show_hover(None)
    assert stage.card.isHidden()


def test_the_wall_keeps_its_pixels_when_the_language_changes(stage: Stage) -> None:
    stage.show_wall(show_of(make_wall(levels_of(24, 14))))
    stage.retranslate(Translator("ko"))
    assert stage.foot.scaling.accessibleName().endswith(catalog("ko")["stage.scaling.channel"])
    assert stage.wall.placing is not None


def test_busy_shows_a_line_only_after_a_moment(qtbot: QtBot, stage: Stage) -> None:
    line = stage.findChild(BusyLine)
    assert line is not None
    stage.show_busy(True)
    assert line.isHidden()
    qtbot.waitUntil(lambda: not line.isHidden(), timeout=2000)
    stage.show_busy(False)
    assert line.isHidden()


def test_texts_are_there_in_both_languages() -> None:
    keys = {language: {key for key in catalog(language) if key.startswith("stage.")} for language in ("en", "ko")}
    assert keys["en"] == keys["ko"] and len(keys["en"]) > 40
