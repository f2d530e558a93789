"""The picture in the bottom bar: whole, untinted where the network looks, with the receptive field in its place."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from explorer.core.scene import Crop
from explorer.core.text import Translator
from explorer.presenters.ports import PictureShow
from explorer.views import theme
from explorer.views.explore.picture_thumb import PictureThumb

COLOUR = (200, 120, 40)


@pytest.fixture
def thumb(qtbot: QtBot) -> PictureThumb:
    thumb = PictureThumb()
    qtbot.addWidget(thumb)
    thumb.retranslate(Translator("en"))
    thumb.set_look(theme.DARK)
    preview = np.full((60, 120, 3), COLOUR, np.uint8)
    thumb.show_picture(PictureShow(preview, Crop(0.25, 0.0, 0.5), "cat.png"))
    thumb.resize(160, 80)
    thumb.show()
    return thumb


def test_the_square_stands_where_the_network_looks(thumb: PictureThumb) -> None:
    picture, crop = thumb.picture_rect(), thumb.crop_rect()
    assert (picture.width(), picture.height()) == (160, 80)
    assert (crop.left() - picture.left(), crop.top(), crop.width(), crop.height()) == (40, 0, 80, 80)


def test_the_picture_is_true_inside_the_square_and_dimmed_around_it(thumb: PictureThumb) -> None:
    image = thumb.grab().toImage()
    inside, outside = image.pixelColor(80, 40), image.pixelColor(20, 40)
    assert inside == QColor(*COLOUR)
    assert outside.lightness() < inside.lightness()


def test_the_receptive_field_is_a_part_of_the_square(thumb: PictureThumb) -> None:
    thumb.show_receptive_field((0.25, 0.5, 0.75, 1.0))
    field = thumb.field_rect()
    assert field is not None
    assert (field.left(), field.top(), field.right(), field.bottom()) == (80, 20, 120, 60)
    thumb.show_receptive_field((-0.5, -0.5, 0.5, 2.0))
    field = thumb.field_rect()
    assert field is not None and thumb.crop_rect().contains(field)
    thumb.show_receptive_field(None)
    assert thumb.field_rect() is None


def test_a_click_and_its_name(thumb: PictureThumb, qtbot: QtBot) -> None:
    with qtbot.waitSignal(thumb.clicked):
        qtbot.mouseClick(thumb, Qt.MouseButton.LeftButton)
    assert "cat.png" in thumb.accessibleName()
