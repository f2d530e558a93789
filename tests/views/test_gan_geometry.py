"""Lines and shapes of the plane, against what geometry says."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.core.gan_scene import GanScene
from explorer.core.messages.gan import PHASES
from explorer.views.gan import geometry, net_layout
from tests.gan_engine import net, phase_frame

BOUNDS = (-1.5, 1.5, -1.5, 1.5)


def test_the_half_line_of_a_cone_is_a_circle() -> None:
    across = (np.arange(64) + 0.5) / 64 * 3 - 1.5
    x, y = np.meshgrid(across, across)
    pieces = geometry.contour(np.hypot(x, y), 1.0)
    ends = pieces.reshape(-1, 2) * 3 - 1.5
    assert np.allclose(np.hypot(ends[:, 0], ends[:, 1]), 1.0, atol=0.003)
    # The pieces together are as long as the circle.
    length = np.hypot(*(pieces[:, 1] - pieces[:, 0]).T).sum() * 3
    assert length == pytest.approx(2 * np.pi, rel=0.01)


def test_the_half_line_of_a_slope_is_straight_and_a_flat_field_has_none() -> None:
    field = np.repeat(np.linspace(0, 1, 10)[None], 6, 0)
    pieces = geometry.contour(field, 0.5)
    assert np.allclose(pieces[..., 0], 0.5)
    assert geometry.contour(np.full((5, 5), 0.7), 0.5).shape == (0, 2, 2)


def test_both_pieces_of_a_saddle_are_drawn() -> None:
    pieces = geometry.contour(np.array([[1.0, 0.0], [0.0, 1.0]]), 0.5)
    assert len(pieces) == 2


def test_pixels_and_places_are_each_others_inverse() -> None:
    place = (10.0, 20.0, 300.0)
    pixels = geometry.to_pixels(np.array([[-1.5, 1.5], [0.0, 0.0], [1.5, -1.5]]), BOUNDS, place)
    assert pixels.tolist() == [[10, 20], [160, 170], [310, 320]]
    for x, y in pixels:
        back = geometry.to_plane(x, y, BOUNDS, place)
        again = geometry.to_pixels(np.array([back]), BOUNDS, place)[0]
        assert again == pytest.approx((x, y))


def test_arrows_point_along_their_vectors_and_one_outlier_does_not_shrink_the_rest() -> None:
    start = np.zeros((20, 2))
    vector = np.tile([[3.0, 4.0]], (20, 1))
    vector[0] *= 1000
    shafts = geometry.arrow_lines(start, vector, 50.0)[:20]
    way = shafts[:, 1] - shafts[:, 0]
    assert np.allclose(way, [30, 40])
    vector[3] = np.nan
    vector[4] = 0
    assert np.isfinite(geometry.arrow_lines(start, vector, 50.0)).all()
    assert geometry.arrow_lines(start, np.zeros((20, 2)), 50.0).shape == (0, 2, 2)


def test_cells_have_the_areas_of_their_quadrilaterals() -> None:
    x, y = np.meshgrid(np.arange(4.0), np.arange(3.0))
    quads = geometry.cells(np.stack((2 * x + y, 3 * y), -1))
    assert quads.shape == (6, 4, 2)
    # The determinant of the map times the unit square.
    assert np.allclose(geometry.areas(quads), 6)
    assert np.allclose(geometry.areas(quads[:, ::-1]), 6)


def test_nearest_finds_what_is_near_enough() -> None:
    points = np.array([[0.0, 0.0], [1.0, 0.0], [np.nan, 0.0]])
    assert geometry.nearest(points, (0.9, 0.0), 0.2) == 1
    assert geometry.nearest(points, (0.5, 2.0), 0.2) == -1
    assert geometry.nearest(np.zeros((0, 2)), (0.0, 0.0), 1.0) == -1


@pytest.mark.parametrize(("layers", "units"), [(0, 1), (2, 64), (5, 100)])
def test_every_drawn_line_is_a_weight_of_the_network(layers: int, units: int) -> None:
    weights = net(GanScene(g_layers=layers, g_units=units), "g")
    layout = net_layout.lay_out(net_layout.sizes(weights), (0, 0, 300, 150), 11)
    drawn = net_layout.edges(layout, weights)
    assert len(layout.columns) == layers + 2 and len(drawn) == layers + 1
    for (pieces, values), layer, before, after in zip(
        drawn, weights.layers, layout.columns[:-1], layout.columns[1:], strict=True
    ):
        assert len(pieces) == len(values) == before.units.size * after.units.size
        # The last line leads from the last drawn unit to the last drawn unit.
        assert values[-1] == pytest.approx(layer.weight[after.units[-1], before.units[-1]])
        assert pieces[-1].tolist() == [[before.x, before.ys[-1]], [after.x, after.ys[-1]]]
        assert after.ys.min() >= 0 and after.ys.max() <= 150


def test_the_gradient_of_d_ends_at_d_and_that_of_g_goes_through_d_to_g() -> None:
    def ways(player: str) -> dict[str, list[tuple[str, int, int, bool]]]:
        return {
            phase: [(f.kind, f.first, f.last, f.back) for f in net_layout.flows(phase_frame(player, phase), 4, 4)]
            for phase in PHASES
        }

    of_d, of_g = ways("d"), ways("g")
    assert of_d["forward"] == [("fake", 0, 7, False), ("real", 4, 7, False)]
    assert of_g["forward"] == [("fake", 0, 7, False)]
    assert of_d["backward"] == [("d", 4, 7, True)]
    assert of_g["backward"] == [("g", 0, 7, True)]
