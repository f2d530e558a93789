"""A monkey at the real program: ``python -m tests.e2e.monkey --seed N --actions N --pictures DIR``.

Runs :func:`explorer.__main__.main` and plays keys, clicks, wheels, drags, drops, pastes, menus, dialogs, window sizes
and engine kills on its window from a seed; then closes it while it is busy. Prints ``closing <seconds>`` (the machine's
monotonic clock) on stdout when it does. Exit code 0: nothing went wrong; 3: an uncaught error or a Qt warning, told on
stderr.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QEvent, QMessageLogContext, QMimeData, QPoint, QPointF, Qt, QTimer, QtMsgType, QUrl
from PySide6.QtCore import qInstallMessageHandler as install_message_handler
from PySide6.QtGui import QGuiApplication, QImage, QKeySequence, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from explorer import __main__ as program
from explorer.app import Application
from explorer.views.actions import ACTIONS
from tests.e2e.driving import drop, mime_of

NETS = ("alexnet", "alexnet-tv", "vgg16", "nin", "googlenet", "googlenet-paper", "resnet18", "resnet50")
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789 .,+-*/[]()"
IGNORED = (
    "This plugin does not support propagateSizeHints",
    "This plugin does not support raise",
    "This plugin does not support grabbing the keyboard",
)
NO_KEYS = Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton


class Complaints:
    """Collects what must not happen: uncaught errors on any thread, and warnings of Qt."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        sys.excepthook = self._on_error
        sys.unraisablehook = lambda info: self._on_error(type(info.exc_value), info.exc_value, info.exc_traceback)
        threading.excepthook = lambda info: self._on_error(info.exc_type, info.exc_value, info.exc_traceback)
        install_message_handler(self._on_message)

    def _on_error(self, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        self.texts.append("".join(traceback.format_exception(kind, error, trace)))

    def _on_message(self, kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
        if kind not in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg) and not text.startswith(IGNORED):
            self.texts.append(f"Qt: {text}")


class Monkey:
    """Acts on a window until its actions are used up, then closes it; ``last`` names the newest actions."""

    def __init__(self, application: Application, seed: int, actions: int, pictures: Iterable[Path]) -> None:
        self._application = application
        self._window = application.window
        self._chance = random.Random(seed)
        self._left = actions
        self._pictures = sorted(pictures)
        self._ended = False
        self.last: list[str] = []
        self._acts: tuple[tuple[int, Callable[[], None]], ...] = (
            (40, self._shortcut),
            (12, self._type),
            (14, self._click),
            (8, self._point),
            (6, self._wheel),
            (4, self._drag),
            (6, self._drop_good_or_bad),
            (2, self._drop_odd),
            (2, self._paste),
            (6, self._menu),
            (2, self._net),
            (2, self._resize),
            (1, self._kill),
        )
        application.window.closing.connect(self._on_closing)

    def start(self) -> None:
        QTimer.singleShot(self._chance.choice((0, 300, 3000)), self._step)

    def _step(self) -> None:
        if self._ended:
            return
        if self._left <= 0:
            self._close()
            return
        self._left -= 1
        weights = [weight for weight, _ in self._acts]
        act = self._chance.choices([act for _, act in self._acts], weights)[0]
        if QApplication.activeModalWidget() is not None:
            act = self._dialog
        self.last = [*self.last[-30:], act.__name__]
        # Before the action, which may open an event loop of its own or raise.
        QTimer.singleShot(self._chance.choice((0, 0, 1, 5, 20, 60)), self._step)
        act()

    def _close(self) -> None:
        """Close while something runs."""
        for _ in range(self._chance.randint(0, 2)):
            self._chance.choice((self._net, self._drop_good_or_bad, self._shortcut, self._kill))()
        if self._ended:
            return
        if self._chance.random() < 0.5 and QApplication.activeModalWidget() is None:
            QTest.keyClick(self._window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
        if not self._ended:
            self._window.close()

    def _on_closing(self) -> None:
        if not self._ended:
            self._ended = True
            print(f"closing {time.monotonic():.3f}", flush=True)

    # ── what it does ───────────────────────────────────────────────────────────────────────────────────────────────

    def _target(self) -> QWidget:
        return QApplication.focusWidget() or self._window

    def _place(self) -> tuple[QWidget, QPoint]:
        """Return the widget at a random place of the window, and the place within it."""
        size = self._window.size()
        point = QPoint(self._chance.randrange(size.width()), self._chance.randrange(size.height()))
        widget = self._window.childAt(point) or self._window
        return widget, widget.mapFrom(self._window, point) if widget is not self._window else point

    def _shortcut(self) -> None:
        spec = self._chance.choice([spec for spec in ACTIONS if spec.id != "quit"])
        combination = QKeySequence(self._chance.choice(spec.keys))[0]
        QTest.keyClick(self._target(), combination.key(), combination.keyboardModifiers())

    def _type(self) -> None:
        keys = (Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Backspace)
        if self._chance.random() < 0.5:
            QTest.keyClick(self._target(), self._chance.choice(keys))
        else:
            QTest.keyClick(self._target(), self._chance.choice(LETTERS))

    def _click(self) -> None:
        widget, point = self._place()
        if self._chance.random() < 0.15:
            QTest.mouseDClick(widget, LEFT, NO_KEYS, point)
        else:
            button = LEFT if self._chance.random() < 0.9 else Qt.MouseButton.RightButton
            QTest.mouseClick(widget, button, NO_KEYS, point)

    def _point(self) -> None:
        for _ in range(self._chance.randint(1, 5)):
            widget, point = self._place()
            self._move(widget, point, Qt.MouseButton.NoButton)

    def _drag(self) -> None:
        widget, point = self._place()
        QTest.mousePress(widget, LEFT, NO_KEYS, point)
        for _ in range(self._chance.randint(1, 4)):
            point += QPoint(self._chance.randint(-200, 200), self._chance.randint(-200, 200))
            self._move(widget, point, LEFT)
        QTest.mouseRelease(widget, LEFT, NO_KEYS, point)

    def _move(self, widget: QWidget, point: QPoint, buttons: Qt.MouseButton) -> None:
        where = QPointF(point)
        moved = QMouseEvent(
            QEvent.Type.MouseMove, where, widget.mapToGlobal(where), Qt.MouseButton.NoButton, buttons, NO_KEYS
        )
        QApplication.sendEvent(widget, moved)

    def _wheel(self) -> None:
        widget, point = self._place()
        where, turn = QPointF(point), QPoint(0, self._chance.choice((-120, 120, 15, -480, 1200)))
        wheel = QWheelEvent(
            where,
            widget.mapToGlobal(where),
            QPoint(),
            turn,
            Qt.MouseButton.NoButton,
            NO_KEYS,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(widget, wheel)

    def _drop_good_or_bad(self) -> None:
        files = self._chance.sample(self._pictures, self._chance.choice((1, 1, 1, 1, 3)))
        if self._chance.random() < 0.05:
            files.append(self._pictures[0].parent)
        drop(self._window, mime_of(*files))

    def _drop_odd(self) -> None:
        mime = QMimeData()
        kind = self._chance.randrange(5)
        if kind == 0:
            mime.setText("not a picture")
        elif kind == 1:
            mime.setUrls([QUrl("http://127.0.0.1:9/nobody-listens.png")])
        elif kind == 2:
            mime.setHtml('<img src="data:image/png;base64,AAAA">')
        elif kind == 3:
            mime.setImageData(self._image())
        drop(self._window, mime)

    def _image(self) -> QImage:
        image = QImage(self._chance.randint(1, 400), self._chance.randint(1, 400), QImage.Format.Format_RGB32)
        image.fill(self._chance.randrange(1 << 24))
        return image

    def _paste(self) -> None:
        clipboard = QGuiApplication.clipboard()
        choice = self._chance.randrange(3)
        if choice == 0:
            clipboard.setImage(self._image())
        elif choice == 1:
            clipboard.setText(str(self._chance.choice(self._pictures)))
        else:
            clipboard.clear()
        QTest.keyClick(self._window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)

    def _menu(self) -> None:
        """Open a chip's menu and pick a line."""
        self._window.menu_requested.emit(self._chance.choice(("net", "weights", "picture", "device")))
        for _ in range(self._chance.randint(0, 12)):
            QTest.keyClick(self._target(), Qt.Key.Key_Down)
        QTest.keyClick(self._target(), self._chance.choice((Qt.Key.Key_Return, Qt.Key.Key_Escape)))

    def _net(self) -> None:
        self._window.menu_chosen.emit("net", self._chance.choice(NETS))

    def _resize(self) -> None:
        self._window.resize(self._chance.randint(960, 1920), self._chance.randint(600, 1080))

    def _kill(self) -> None:
        """Seldom: several kills in a row are another test's matter."""
        pid = self._application.client.pid
        if pid is not None and self._chance.random() < 0.2:
            os.kill(pid, signal.SIGKILL)

    def _dialog(self) -> None:
        """A file dialog is open: the window behind it gets nothing."""
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QFileDialog) and self._chance.random() < 0.3:
            dialog.selectFile(str(self._chance.choice(self._pictures)))
            QTest.keyClick(dialog, Qt.Key.Key_Return)
        elif dialog is not None:
            QTest.keyClick(dialog, Qt.Key.Key_Escape)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--actions", type=int, required=True)
    parser.add_argument("--pictures", type=Path, required=True)
    given = parser.parse_args()
    complaints = Complaints()
    monkeys: list[Monkey] = []
    begin = Application.start

    def start(application: Application) -> None:
        begin(application)
        monkey = Monkey(application, given.seed, given.actions, given.pictures.iterdir())
        monkeys.append(monkey)
        monkey.start()

    Application.start = start  # type: ignore[method-assign]
    code = program.main([])
    if complaints.texts:
        # After the real exit code is known; the names of the last actions lead to the cause.
        print(f"seed {given.seed}, after {monkeys[0].last}:", *complaints.texts, sep="\n", file=sys.stderr)
        return 3
    return code


if __name__ == "__main__":
    sys.exit(main())
