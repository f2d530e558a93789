"""Guards the pin of PySide6: some versions lose references to None and True with every paint, and then abort.

6.12.0 was seen to lose some nine hundred references to True in 300 paints on Python 3.11.
"""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

PAINTS = 1000
NOISE = 100
"""Less than one reference in ten paints: a leak or a loss of one a paint is ten times as much."""


class Painted(QWidget):
    """Uses what our widgets use: fills, lines, texts, images, attributes set to True and None as arguments."""

    paints = 0

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.fillRect(self.rect(), QColor("#161920"))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(4, 4, 50, 30), 6, 6)
        painter.drawText(QRectF(4, 4, 50, 30), "4.73")
        painter.drawImage(8, 8, QImage(16, 16, QImage.Format.Format_RGB32))
        self.setAttribute(Qt.WidgetAttribute.WA_Hover, True)
        Painted.paints += 1


@pytest.mark.skipif(
    sys.version_info >= (3, 12), reason="None and True are immortal from Python 3.12 on: nothing can be lost or counted"
)
def test_a_thousand_paints_lose_no_reference(qtbot: QtBot) -> None:
    widget = Painted()
    qtbot.addWidget(widget)
    widget.resize(80, 60)
    widget.show()
    for _ in range(10):
        widget.grab()
    painted, before = Painted.paints, (sys.getrefcount(None), sys.getrefcount(True))
    for _ in range(PAINTS):
        widget.grab()
    after = sys.getrefcount(None), sys.getrefcount(True)
    assert Painted.paints - painted == PAINTS
    assert abs(after[0] - before[0]) < NOISE, f"None: {before[0]} -> {after[0]}"
    assert abs(after[1] - before[1]) < NOISE, f"True: {before[1]} -> {after[1]}"
