"""Work that waits for a paint: done after it, once, in order; and also where no paint comes."""

from __future__ import annotations

from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from explorer.views.after_paint import AfterPaint


class Painted(QWidget):
    """Notes its paints."""

    def __init__(self, parent: QWidget, log: list[str]) -> None:
        super().__init__(parent)
        self._log = log

    def paintEvent(self, event: QPaintEvent) -> None:
        self._log.append("paint")


def test_work_is_done_after_everything_was_painted(qtbot: QtBot) -> None:
    log: list[str] = []
    window = QWidget()
    qtbot.addWidget(window)
    parts = [Painted(window, log) for _ in range(2)]
    for part in parts:
        part.resize(20, 20)
    window.show()
    qtbot.waitExposed(window)
    after = AfterPaint(parts[0])
    # A window that has just come up may owe some more paints.
    qtbot.waitUntil(lambda: len(log) >= 2)
    log.clear()
    for part in parts:
        part.update()
    for name in ("first", "second"):
        after.call(lambda name=name: log.append(name))  # type: ignore[misc]
    qtbot.waitUntil(lambda: "second" in log)
    assert log[:4] == ["paint", "paint", "first", "second"]
    parts[0].update()
    qtbot.waitUntil(lambda: "paint" in log[4:])
    assert log.count("first") == 1


def test_work_does_not_wait_forever_for_a_hidden_window(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    done: list[bool] = []
    AfterPaint(window).call(lambda: done.append(True))
    qtbot.waitUntil(lambda: bool(done))
