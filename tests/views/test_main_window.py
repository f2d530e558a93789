"""The window: keys, chips, menus, palette, drops, the clipboard and what lies over the stage."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QGuiApplication, QImage, QKeySequence
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from explorer.presenters.ports import Banner, MenuEntry
from explorer.presenters.transfer import Transfer
from explorer.views import theme
from explorer.views.actions import ACTIONS
from explorer.views.explore.explore_view import ExploreView
from explorer.views.main_window import MainWindow
from tests.views.chrome import LONGEST, USUAL, controls, filled_window
from tests.views.walls import levels_of, make_wall, show_of

LEFT = Qt.MouseButton.LeftButton
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
KEYS = [(key, spec.id) for spec in ACTIONS for key in spec.keys]


@pytest.fixture
def pair(qtbot: QtBot) -> tuple[MainWindow, ExploreView]:
    pair = filled_window(qtbot)
    qtbot.waitActive(pair[0]).__enter__()
    return pair


@pytest.fixture
def window(pair: tuple[MainWindow, ExploreView]) -> MainWindow:
    return pair[0]


def press(window: MainWindow, key: str) -> None:
    combination = QKeySequence(key)[0]
    QTest.keyClick(QGuiApplication.focusWindow(), combination.key(), combination.keyboardModifiers())


# Keys


@pytest.mark.parametrize(("key", "action"), KEYS, ids=[key for key, _ in KEYS])
def test_every_key_triggers_its_action_once(window: MainWindow, key: str, action: str) -> None:
    seen: list[str] = []
    window.action_triggered.connect(seen.append)
    press(window, key)
    assert seen == [action]


def test_no_key_has_two_meanings() -> None:
    keys = [key for key, _ in KEYS]
    assert len(keys) == len(set(keys))


def test_a_click_on_a_button_leaves_space_to_the_time_line(window: MainWindow, qtbot: QtBot) -> None:
    seen: list[str] = []
    window.action_triggered.connect(seen.append)
    qtbot.mouseClick(window.top_bar.help_button, LEFT)
    press(window, "Space")
    assert seen == ["keys", "play"]


def test_with_the_focus_a_button_is_pressed_by_space_and_enter(window: MainWindow) -> None:
    seen: list[str] = []
    window.action_triggered.connect(seen.append)
    window.top_bar.present_chip.setFocus()
    press(window, "Space")
    press(window, "Return")
    assert seen == ["present", "present"]


def test_tab_reaches_every_chip(window: MainWindow) -> None:
    reached = set()
    for _ in range(40):
        press(window, "Tab")
        reached.add(window.focusWidget())
    bar = window.top_bar
    assert {*bar.chips.values(), bar.language, bar.theme_button, bar.present_chip, bar.help_button} <= reached


# Top bar


@pytest.mark.parametrize("width", [960, 1280, 1366, 1920])
@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("chips", [USUAL, LONGEST], ids=["usual", "longest"])
def test_the_chips_fit_and_do_not_overlap(qtbot: QtBot, width: int, language: str, chips: object) -> None:
    window, _ = filled_window(qtbot, language)
    window.resize(width, 720)
    window.show_chips(chips)  # type: ignore[arg-type]
    bar = window.top_bar
    parts = [*bar.chips.values(), bar.language, bar.theme_button, bar.present_chip, bar.help_button]
    rects = [part.geometry() for part in parts]
    assert all(left.right() < right.left() for left, right in itertools.pairwise(rects))
    # The name of the program stands in the first 110 pixels.
    assert rects[0].left() >= 120 and rects[-1].right() < width
    assert all(bar.rect().contains(rect) for rect in rects)


def test_a_wide_window_shows_the_notes_that_a_narrow_one_leaves_out(window: MainWindow) -> None:
    window.resize(1920, 1080)
    assert window.top_bar.chips["picture"].note_shown
    window.show_chips(LONGEST)
    window.resize(1280, 720)
    assert not window.top_bar.chips["picture"].note_shown
    # What is left out is in the tool tip.
    assert LONGEST.device_title in window.top_bar.chips["device"].toolTip()


def test_untrained_weights_say_so_in_a_word(window: MainWindow) -> None:
    window.show_chips(type(USUAL)("ResNet-50", False, "", "cat.png", "cpu", ""))
    assert window.top_bar.chips["weights"].accessibleName() == "Weights: untrained"
    window.show_chips(USUAL)
    assert window.top_bar.chips["weights"].accessibleName() == "Weights: trained CIFAR-10"


@pytest.mark.parametrize("anchor", ["net", "weights", "picture", "device"])
def test_a_chip_asks_for_its_menu_and_the_menu_opens_under_it(window: MainWindow, qtbot: QtBot, anchor: str) -> None:
    entries = (MenuEntry("", "Heading"), MenuEntry("a", "first"), MenuEntry("b", "second", "note", checked=True))
    window.menu_requested.connect(lambda name: window.show_menu(name, entries))
    with qtbot.waitSignal(window.menu_requested) as requested:
        qtbot.mouseClick(window.top_bar.chips[anchor], LEFT)
    assert requested.args == [anchor]
    card, chip = window.menu.card_rect(), window.top_bar.anchor_rect(anchor)
    assert window.menu.isVisible() and window.rect().contains(card)
    assert card.top() > chip.bottom() and card.left() <= chip.right() and card.right() >= chip.left()
    with qtbot.waitSignal(window.menu_chosen) as chosen:
        press(window, "Up")
        press(window, "Return")
    assert chosen.args == [anchor, "a"]
    assert not window.menu.isVisible()


def test_a_click_beside_the_menu_and_escape_close_it(window: MainWindow, qtbot: QtBot) -> None:
    seen: list[str] = []
    window.action_triggered.connect(seen.append)
    for way in ("click", "escape"):
        window.show_menu("net", (MenuEntry("a", "first"),))
        if way == "click":
            qtbot.mouseClick(window.menu, LEFT, pos=QPoint(600, 600))
        else:
            press(window, "Esc")
        assert not window.menu.isVisible()
    assert seen == []


def test_a_long_menu_stays_inside_the_window(window: MainWindow) -> None:
    window.show_menu("device", tuple(MenuEntry(str(number), f"entry {number}") for number in range(100)))
    assert window.rect().contains(window.menu.card_rect())


@pytest.mark.parametrize(("button", "action"), [("theme_button", "theme"), ("present_chip", "present")])
def test_the_buttons_of_the_top_bar_are_actions(window: MainWindow, qtbot: QtBot, button: str, action: str) -> None:
    with qtbot.waitSignal(window.action_triggered) as triggered:
        qtbot.mouseClick(getattr(window.top_bar, button), LEFT)
    assert triggered.args == [action]


def test_the_other_language_is_one_click_away_and_the_present_one_does_nothing(
    window: MainWindow, qtbot: QtBot
) -> None:
    language = window.top_bar.language
    with qtbot.assertNotEmitted(window.action_triggered):
        qtbot.mouseClick(language, LEFT, pos=language.segment_centre("en"))
    with qtbot.waitSignal(window.action_triggered) as triggered:
        qtbot.mouseClick(language, LEFT, pos=language.segment_centre("ko"))
    assert triggered.args == ["language"]


# What lies over the stage


def test_the_palette_finds_layers_and_actions_and_keeps_the_keys_to_itself(window: MainWindow, qtbot: QtBot) -> None:
    seen: list[str] = []
    window.action_triggered.connect(seen.append)
    layers = (MenuEntry("layer:4a", "inception 4a"), MenuEntry("layer:5b", "inception 5b"))
    window.show_palette(layers)
    QTest.keyClicks(window.palette_sheet.field, "ince5b")
    with qtbot.waitSignal(window.palette_chosen) as chosen:
        press(window, "Return")
    assert chosen.args == ["layer:5b"]
    window.show_palette(layers)
    QTest.keyClicks(window.palette_sheet.field, "blank")
    with qtbot.waitSignal(window.palette_chosen) as chosen:
        press(window, "Return")
    assert chosen.args == ["action:blank"]
    assert seen == []


def test_the_palette_says_that_nothing_was_found(window: MainWindow, qtbot: QtBot) -> None:
    window.show_palette(())
    QTest.keyClicks(window.palette_sheet.field, "zzzzz")
    with qtbot.assertNotEmitted(window.palette_chosen):
        press(window, "Return")
    assert [entry.label for entry in window.palette_sheet.found.entry_model.entries] == ["Nothing of that name"]


def test_the_key_sheet_shows_every_listed_key_and_goes_with_its_own_key(window: MainWindow) -> None:
    window.show_key_sheet()
    told = window.key_sheet.accessibleDescription()
    assert all(window.shortcuts[spec.id].text() in told for spec in ACTIONS if spec.listed)
    window.show_key_sheet()
    assert not window.key_sheet.isVisible()


def test_the_blank_screen_is_black_and_goes_by_click_or_key(window: MainWindow, qtbot: QtBot) -> None:
    window.toggle_blank()
    image: QImage = window.grab().toImage()
    assert {image.pixelColor(x, y).name() for x in range(0, 1280, 40) for y in range(0, 720, 40)} == {"#000000"}
    qtbot.mouseClick(window.curtain, LEFT, pos=QPoint(50, 50))
    assert not window.curtain.isVisible()
    window.toggle_blank()
    window.toggle_blank()
    assert not window.curtain.isVisible()


def test_going_back_closes_the_topmost_thing_first(window: MainWindow) -> None:
    window.show_banner(Banner("error", "text"))
    window.show_key_sheet()
    window.toggle_blank()
    open_after = []
    for _ in range(3):
        assert window.go_back()
        open_after.append((window.curtain.isVisible(), window.key_sheet.isVisible(), window.banner.isVisible()))
    assert open_after == [(False, True, True), (False, False, True), (False, False, False)]
    assert not window.go_back()


def test_a_banner_stands_over_the_stage_and_above_the_value_bar(pair: tuple[MainWindow, ExploreView]) -> None:
    window, view = pair
    window.show_banner(Banner("warning", "The engine stopped.", "The maps come back."))
    view.show_wall(show_of(make_wall(levels_of(24, 14))))
    stage = view.stage.rect().translated(view.stage.mapTo(window, QPoint(0, 0)))
    assert stage.contains(window.banner.geometry())
    foot = view.stage.foot.mapTo(window, QPoint(0, 0)).y()
    assert window.banner.geometry().bottom() <= foot


def test_presenting_leaves_the_top_bar_out_and_comes_back(pair: tuple[MainWindow, ExploreView]) -> None:
    window, view = pair
    window.set_present(True)
    view.set_present(True)
    assert window.isFullScreen() and window.top_bar.isHidden() and view.map.isHidden()
    window.set_present(False)
    view.set_present(False)
    assert not window.isFullScreen() and not window.top_bar.isHidden() and not view.map.isHidden()


# Pictures


def drag_of(mime: QMimeData, kind: type[QDragEnterEvent]) -> QDragEnterEvent:
    actions = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction
    return kind(QPoint(500, 400), actions, mime, LEFT, Qt.KeyboardModifier.NoModifier)


def drop_of(mime: QMimeData) -> QDropEvent:
    actions = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction
    return QDropEvent(QPointF(500, 400), actions, mime, LEFT, Qt.KeyboardModifier.NoModifier)


def browser_mime() -> QMimeData:
    mime = QMimeData()
    mime.setData("image/png", PNG)
    mime.setUrls([QUrl("https://example.org/cat.png")])
    mime.setHtml('<img src="https://example.org/cat.png">')
    return mime


def test_a_drop_gives_copies_of_everything(window: MainWindow, qtbot: QtBot) -> None:
    mime = browser_mime()
    event = drop_of(mime)
    with qtbot.waitSignal(window.dropped) as dropped:
        window.dropEvent(event)
    transfer = dropped.args[0]
    mime.clear()
    assert isinstance(transfer, Transfer)
    assert transfer.images == {"image/png": PNG} and type(transfer.images["image/png"]) is bytes
    assert transfer.urls == ("https://example.org/cat.png",) and "<img" in transfer.html
    # The file manager must not delete what it believes was moved.
    assert event.isAccepted() and event.dropAction() == Qt.DropAction.CopyAction


def test_dragging_over_the_window_says_that_it_may_be_dropped(window: MainWindow) -> None:
    mime = browser_mime()
    event = drag_of(mime, QDragEnterEvent)
    window.dragEnterEvent(event)
    assert event.isAccepted() and window.drop_hint.isVisible()
    window.dragLeaveEvent(QDragLeaveEvent())
    assert not window.drop_hint.isVisible()
    window.dragEnterEvent(drag_of(mime, QDragEnterEvent))
    window.dropEvent(drop_of(mime))
    assert not window.drop_hint.isVisible()


def test_what_cannot_be_a_picture_is_not_accepted(window: MainWindow) -> None:
    mime = QMimeData()
    mime.setData("application/x-color", b"1234")
    event = drag_of(mime, QDragEnterEvent)
    event.ignore()
    window.dragEnterEvent(event)
    assert not event.isAccepted() and not window.drop_hint.isVisible()


def test_pasting_gives_the_pixels_of_the_clipboard(window: MainWindow, qtbot: QtBot) -> None:
    image = QImage(5, 3, QImage.Format.Format_RGB888)
    image.fill(Qt.GlobalColor.red)
    QGuiApplication.clipboard().setImage(image)
    with qtbot.waitSignal(window.pasted) as pasted:
        window.paste()
    [payload] = pasted.args[0].images.values()
    assert QImage.fromData(payload).convertToFormat(QImage.Format.Format_RGB888) == image
    QGuiApplication.clipboard().clear()


# The end, names and languages


def test_closing_is_said_once_and_never_refused(window: MainWindow, qtbot: QtBot) -> None:
    window.show_banner(Banner("info", "text"))
    with qtbot.waitSignal(window.closing):
        assert window.close()
    assert not window.isVisible()


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_control_has_a_name(qtbot: QtBot, language: str) -> None:
    window, _ = filled_window(qtbot, language)
    window.show_banner(Banner("error", "text", action="Again"))
    nameless = [type(widget).__name__ for widget in controls(window) if not widget.accessibleName().strip()]
    assert not nameless
    for opened in (lambda: window.show_palette(()), lambda: window.show_menu("net", (MenuEntry("a", "b"),))):
        opened()
        nameless = [type(widget).__name__ for widget in controls(window) if not widget.accessibleName().strip()]
        assert not nameless
        window.go_back()


def test_the_other_language_changes_every_name_and_tool_tip(pair: tuple[MainWindow, ExploreView]) -> None:
    window, view = pair
    tr = window._tr
    before = {widget: (widget.accessibleName(), widget.toolTip()) for widget in controls(window)}
    tr.language = "ko"
    window.retranslate(tr)
    view.retranslate(tr)
    same = [
        (type(widget).__name__, name)
        for widget, (name, tip) in before.items()
        if widget.accessibleName() == name or (tip and widget.toolTip() == tip)
    ]
    # What the presenter has translated comes from the presenter again.
    from_presenter = {"inception 4a", "Maps", "This layer"}
    assert [entry for entry in same if entry[1] not in from_presenter] == []
    assert all(action.text() != name for name, action in window.shortcuts.items())


def test_light_and_dark_differ_in_every_part_of_the_window(pair: tuple[MainWindow, ExploreView]) -> None:
    window, view = pair
    dark = window.grab().toImage()
    window.set_look(theme.LIGHT)
    view.set_look(theme.LIGHT)
    light = window.grab().toImage()
    # Top bar, map, stage, side panel, bottom bar.
    for x, y in ((180, 10), (10, 300), (500, 300), (1250, 600), (150, 715)):
        assert dark.pixelColor(x, y).lightness() < 60 < 200 < light.pixelColor(x, y).lightness()
