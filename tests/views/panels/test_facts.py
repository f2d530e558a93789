"""The view of the facts: all of a claim is written, however narrow the view; the table scrolls row by row."""

from __future__ import annotations

import itertools

from pytestqt.qtbot import QtBot

from explorer.core.text import Translator
from explorer.presenters.explore.panels.facts import FactRow, FactsShow
from explorer.views import theme
from explorer.views.explore.panels.facts import FactsView

CLAIM = "The whole network has a number of parameters that takes a rather long sentence to say. " * 2


def made(qtbot: QtBot, width: int = 700) -> FactsView:
    view = FactsView()
    qtbot.addWidget(view)
    view.retranslate(Translator("en"))
    view.set_look(theme.DARK)
    view.resize(width, 480)
    view.show()
    rows = tuple(FactRow("Paper", CLAIM, "5.8 M", index % 2 == 0, "agrees", "why" * (index % 2)) for index in range(20))
    view.show_facts(FactsShow("title", ("source", "claim", "computed", "verdict"), rows, "sentence"))
    return view


def test_rows_grow_where_the_view_is_narrow(qtbot: QtBot) -> None:
    wide, narrow = made(qtbot, 1200), made(qtbot, 500)
    assert narrow.table.heights()[0] > wide.table.heights()[0]
    for view in (wide, narrow):
        assert view.table.height() == view.table.needed_px() > view.area.viewport().height()
        spans = view.table.columns()
        for left, right in itertools.pairwise(spans):
            assert left.left() + left.width() < right.left()


def test_the_table_scrolls_by_rows_to_its_last(qtbot: QtBot) -> None:
    view = made(qtbot)
    view.scroll_rows(1)
    assert view.area.verticalScrollBar().value() == view.table.heights()[0]
    for _ in range(30):
        view.scroll_rows(1)
    bar = view.area.verticalScrollBar()
    assert bar.value() == bar.maximum() > 0
    view.scroll_rows(-1)
    assert bar.value() < bar.maximum()


def test_the_verdict_is_read_out(qtbot: QtBot) -> None:
    view = made(qtbot)
    assert "agrees" in view.table.accessibleDescription()
    assert CLAIM.strip()[:30] in view.table.accessibleDescription()
