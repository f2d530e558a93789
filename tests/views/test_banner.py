"""The banner: what it says, when it goes, and that it leaves nothing running."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QRect, Qt, QTimer
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from explorer.core.text import Translator
from explorer.presenters.ports import Banner
from explorer.views import theme
from explorer.views.widgets.banner import VANISHES_AFTER_MS, BannerView

LEFT = Qt.MouseButton.LeftButton
ROOM = QRect(240, 56, 720, 480)


@pytest.fixture
def host(qtbot: QtBot) -> Iterator[QWidget]:
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(1280, 720)
    host.show()
    yield host


def banner_on(host: QWidget, vanish_ms: int = 40) -> BannerView:
    banner = BannerView(host, vanish_ms)
    banner.set_look(theme.DARK)
    banner.retranslate(Translator("en"))
    banner.place(ROOM)
    return banner


def running(banner: BannerView) -> list[int]:
    return [timer.interval() for timer in banner.findChildren(QTimer) if timer.isActive()]


@pytest.mark.parametrize("kind", ["info", "good"])
def test_what_only_informs_goes_by_itself(host: QWidget, qtbot: QtBot, kind: str) -> None:
    banner = banner_on(host)
    banner.show_banner(Banner(kind, "There is nothing to undo."))  # type: ignore[arg-type]
    assert banner.isVisible()
    qtbot.waitUntil(banner.isHidden, timeout=2000)
    assert running(banner) == []


def test_it_stands_six_seconds(host: QWidget) -> None:
    banner = banner_on(host, VANISHES_AFTER_MS)
    banner.show_banner(Banner("info", "text"))
    assert running(banner) == [6000]


@pytest.mark.parametrize("kind", ["warning", "error", "progress"])
def test_what_must_be_read_stays(host: QWidget, kind: str) -> None:
    banner = banner_on(host)
    banner.show_banner(Banner(kind, "text", fraction=0.5 if kind == "progress" else None))  # type: ignore[arg-type]
    assert banner.isVisible() and running(banner) == []


@pytest.mark.parametrize(
    "shown", [Banner("info", "text"), Banner("progress", "text", fraction=-1.0)], ids=["vanishing", "unknown length"]
)
@pytest.mark.parametrize("way", ["cross", "none", "window"])
def test_closed_it_leaves_no_timer_behind(host: QWidget, qtbot: QtBot, shown: Banner, way: str) -> None:
    banner = banner_on(host, 60_000)
    banner.show_banner(shown)
    assert len(running(banner)) == 1
    if way == "cross":
        qtbot.mouseClick(banner.close_button, LEFT)
    elif way == "none":
        banner.show_banner(None)
    else:
        host.close()
    assert not banner.isVisible() and running(banner) == []


def test_the_next_banner_takes_the_place_of_the_last(host: QWidget) -> None:
    banner = banner_on(host)
    banner.show_banner(Banner("info", "first"))
    banner.show_banner(Banner("error", "second", "hint"))
    assert running(banner) == []
    assert banner.accessibleName() == "second hint"


def test_the_button_says_that_it_was_pressed(host: QWidget, qtbot: QtBot) -> None:
    banner = banner_on(host)
    banner.show_banner(Banner("progress", "Fetching", fraction=0.2, action="Cancel"))
    assert banner.action_button.accessibleName() == "Cancel"
    with qtbot.waitSignal(banner.action):
        qtbot.mouseClick(banner.action_button, LEFT)
    banner.show_banner(Banner("error", "text"))
    assert banner.action_button.isHidden()


def test_a_progress_that_was_closed_stays_closed_until_there_is_news(host: QWidget, qtbot: QtBot) -> None:
    banner = banner_on(host)
    banner.show_banner(Banner("progress", "10 MB", fraction=0.1))
    qtbot.mouseClick(banner.close_button, LEFT)
    banner.show_banner(Banner("progress", "20 MB", fraction=0.2))
    assert not banner.isVisible()
    banner.show_banner(Banner("good", "It is here."))
    assert banner.isVisible()


def test_progress_does_not_tremble(host: QWidget) -> None:
    banner = banner_on(host)
    banner.show_banner(Banner("progress", "Fetching weights: 11.1 MB of 52.1 MB", fraction=0.2))
    before = banner.geometry()
    banner.show_banner(Banner("progress", "Fetching weights: 12 MB of 52.1 MB", fraction=0.21))
    assert banner.geometry() == before


@pytest.mark.parametrize("present", [False, True])
def test_a_long_text_is_shown_whole_inside_its_room(host: QWidget, present: bool) -> None:
    banner = banner_on(host)
    banner.set_look(theme.look("dark", present=present))
    short = Banner("error", "word", "hint", action="Again")
    banner.show_banner(short)
    low = banner.height()
    banner.show_banner(Banner("error", "several words " * 12, "hint", action="Again"))
    assert banner.height() > low
    assert ROOM.contains(banner.geometry())
    buttons = [banner.action_button.geometry(), banner.close_button.geometry()]
    assert all(banner.rect().contains(rect) for rect in buttons) and not buttons[0].intersects(buttons[1])
