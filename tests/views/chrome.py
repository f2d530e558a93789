"""The whole window, filled as a presenter fills it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from explorer.core.scene import Crop
from explorer.core.text import Translator
from explorer.presenters.ports import CardRow, ChipState, HeadVerdict, PictureShow, StageHead, VerdictRow
from explorer.views import theme
from explorer.views.explore.explore_view import ExploreView
from explorer.views.main_window import MainWindow
from tests.views import graphs

LONGEST = ChipState(
    "AlexNet (one tower)", True, "ImageNet-1k", "IMG_20260312_152233_HDR_edited.jpeg", "cuda:0", "NVIDIA H100 80GB HBM3"
)
USUAL = ChipState("GoogLeNet", True, "CIFAR-10", "cat.png", "cuda:0", "NVIDIA H100 80GB HBM3")


def filled_window(qtbot: QtBot, language: str = "en") -> tuple[MainWindow, ExploreView]:
    """Return a shown window of 1280 × 720 with the Explore workspace at inception 4a."""
    tr = Translator(language)
    window, view = MainWindow(), ExploreView()
    qtbot.addWidget(window)
    window.set_workspace(view)
    for part in (window, view):
        part.retranslate(tr)
        part.set_look(theme.DARK)
    window.resize(1280, 720)
    window.show()
    window.show_chips(USUAL)
    view.show_graph(graphs.googlenet(), "GoogLeNet", frozenset())
    view.show_position("4a")
    view.show_stage_head(StageHead((("4a", "inception 4a"),), "512 channels", ("maps", "branches"), "maps"))
    view.show_card("This layer", (CardRow("output", "512 × 14 × 14"),))
    view.show_verdict((HeadVerdict("main", "main", "after fc", (VerdictRow("cat", 0.8, "80 %", True),)),))
    view.show_picture(PictureShow(np.zeros((40, 60, 3), np.uint8), Crop(0.1, 0, 0.6), "cat.png"))
    view.show_playing(False, "1×")
    return window, view


def controls(root: QWidget) -> Iterator[QWidget]:
    """Yield all visible widgets that take the keyboard or are buttons."""
    for widget in root.findChildren(QWidget):
        inner = widget.objectName().startswith("qt_")
        takes = widget.focusPolicy() != Qt.FocusPolicy.NoFocus or isinstance(widget, QAbstractButton | QLineEdit)
        if takes and widget.isVisible() and not inner:
            yield widget
