"""The 2,048 crops: each is cut where it says, mirrored where it says, and the scene keeps which."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.core.messages.classics import CropsRequest, CropsResult
from explorer.presenters.explore.panels.crops import COUNT, SHOWN, CropsPresenter, cut_out, shown_indices
from tests.presenters.explore.panels.situations import Desk, Port, scene_at, trace_of
from tests.presenters.explore.panels.test_microscope import graph


def result() -> CropsResult:
    picture = np.random.default_rng(0).integers(0, 256, (256, 256, 3)).astype(np.uint8)
    places = np.array([(top, left, flip) for top in range(32) for left in range(32) for flip in (0, 1)], np.int32)
    indices = np.array(shown_indices(), np.int32)
    thumbnails = np.zeros((len(indices), 48, 48, 3), np.uint8)
    return CropsResult("t", picture, COUNT, 224, places, indices, thumbnails)


@pytest.fixture
def desk(port: Port) -> Desk:
    desk = Desk(trace_of(graph()), scene_at("conv", "crops"))
    desk.presenter = CropsPresenter(desk.services, port)
    desk.show()
    return desk


def test_shown_variants_are_spread_over_all_places_with_their_mirrors() -> None:
    indices = shown_indices()
    assert len(set(indices)) == SHOWN
    assert indices[0] == 0 and indices[-1] == COUNT - 1
    assert all(odd == even + 1 and even % 2 == 0 for even, odd in zip(indices[::2], indices[1::2], strict=True))


def test_a_variant_is_the_square_of_the_picture_reversed_where_mirrored() -> None:
    cut = result()
    index = (5 * 32 + 7) * 2
    np.testing.assert_array_equal(cut_out(cut, index), cut.picture[5:229, 7:231])
    np.testing.assert_array_equal(cut_out(cut, index + 1), cut.picture[5:229, 7:231][:, ::-1])


def test_the_scene_keeps_the_variant(desk: Desk, port: Port) -> None:
    assert isinstance(desk.presenter, CropsPresenter)
    assert desk.requests == [CropsRequest("t", shown_indices(), 48)]
    desk.answer(result())
    desk.presenter.choose_place((3, 9))
    show = port.shows[-1]
    assert desk.scene.lens.variant == f"crops {(3 * 32 + 9) * 2}"
    assert (show.box.x, show.box.y, show.box.width) == (9 / 256, 3 / 256, 224 / 256)
    assert show.places.mark == (3, 9)
    desk.presenter.open()
    assert port.shows[-1].variant_title.endswith("mirrored")
    np.testing.assert_array_equal(port.shows[-1].variant, show.variant[:, ::-1])
    assert len(desk.requests) == 1


def test_arrows_move_the_square_and_keep_it_inside(desk: Desk, port: Port) -> None:
    assert desk.presenter is not None
    desk.answer(result())
    desk.presenter.move(-1, 0)
    assert port.shows[-1].places.mark == (0, 0)
    desk.presenter.move(1, 0)
    desk.presenter.move(0, 1)
    assert port.shows[-1].places.mark == (1, 1)


def test_playing_cuts_one_after_another_and_ends(desk: Desk, port: Port) -> None:
    assert desk.presenter is not None
    desk.answer(result())
    assert len(port.shows[-1].thumbnails.pixels) == SHOWN
    desk.presenter.play()
    assert len(port.shows[-1].thumbnails.pixels) == 1
    assert port.shows[-1].playing
    for _ in range(SHOWN):
        if desk.clock.tick is not None:
            desk.clock.tick()
    assert len(port.shows[-1].thumbnails.pixels) == SHOWN
    assert desk.clock.tick is None
    assert not port.shows[-1].playing


@pytest.mark.parametrize("variant", ["crops 99999", "crops x", "crops -1", "kernels norm layer"])
def test_a_strange_variant_of_a_scene_is_harmless(port: Port, variant: str) -> None:
    desk = Desk(trace_of(graph()), scene_at("conv", "crops", variant=variant))
    desk.presenter = CropsPresenter(desk.services, port)
    desk.show()
    desk.answer(result())
    assert port.shows[-1].variant.shape == (224, 224, 3)
