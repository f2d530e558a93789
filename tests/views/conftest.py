"""Views are tested with the shipped fonts and leave no widget and no timer behind."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication, QToolTip, QWidget
from shiboken6 import isValid

from explorer.views import theme


@pytest.fixture(scope="session", autouse=True)
def shipped_fonts(qapp: QApplication) -> None:
    """Register the fonts once: texts then have the same width on every machine."""
    qapp.setStyle("Fusion")
    theme.load_fonts()


@pytest.fixture(autouse=True)
def no_widget_left(qapp: QApplication) -> Iterator[None]:
    """Fail a test that leaves a window, seen or not, or a running timer, and name it."""
    before = {id(widget) for widget in _windows()}
    yield
    QToolTip.hideText()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    if any(id(widget) not in before for widget in _windows()):
        # What hangs only in a reference cycle is no leak.
        gc.collect()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    windows = [_told(widget) for widget in _windows() if id(widget) not in before]
    timers = [_told_timer(timer) for timer in _running_timers()]
    assert not windows, f"windows left: {windows}"
    assert not timers, f"timers left running: {timers}"


def _windows() -> list[QWidget]:
    # Qt keeps its one tool tip for the next time.
    return [widget for widget in QApplication.topLevelWidgets() if widget.metaObject().className() != "QTipLabel"]


def _running_timers() -> list[QTimer]:
    # type() and not isinstance(): the latter asks every object for its __class__, and torch has some that complain.
    timers = [thing for thing in gc.get_objects() if issubclass(type(thing), QTimer) and isValid(thing)]
    return [timer for timer in timers if timer.isActive()]


def _told(widget: QWidget) -> str:
    return f"{type(widget).__name__} {widget.objectName() or widget.accessibleName() or widget.windowTitle()}".strip()


def _told_timer(timer: QTimer) -> str:
    return f"{timer.interval()} ms of {type(timer.parent()).__name__}"
