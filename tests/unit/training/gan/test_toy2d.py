"""The distributions of the plane are what their names say."""

from __future__ import annotations

import pytest
import torch

from explorer.core.gan_scene import PLANE_DATA, PLANE_EXTENT, GanScene, PlaneData
from explorer.training.gan.toy2d import centres, real_points

DRAWN = ((0.5, 0.5), (-0.5, 0.25))


def points(data: PlaneData, **changes: object) -> torch.Tensor:
    scene = GanScene(data=data, drawn=DRAWN).patched(**changes)
    return real_points(scene, 4000, torch.Generator().manual_seed(1))


@pytest.mark.parametrize("data", PLANE_DATA)
def test_points_lie_on_the_plane_that_is_shown(data: PlaneData) -> None:
    made = points(data)
    assert made.shape == (4000, 2)
    assert made.dtype == torch.float32
    assert float(made.abs().max()) < PLANE_EXTENT
    assert torch.equal(made, points(data))


@pytest.mark.parametrize("modes", range(1, 9))
def test_gaussians_have_their_modes_and_their_spread(modes: int) -> None:
    scene = GanScene(modes=modes, spread=0.02)
    made, middles = points("gaussians", modes=modes, spread=0.02), centres(scene)
    distance = torch.cdist(made, middles)
    nearest = distance.argmin(dim=1)
    assert torch.bincount(nearest, minlength=modes).min() > 4000 / modes * 0.8
    assert float((made - middles[nearest]).std()) == pytest.approx(0.02, rel=0.05)


def test_shapes() -> None:
    thin = 0.005
    line = points("line", spread=thin)
    assert float((line[:, 1] - line[:, 0] / 2).abs().max()) < 0.04
    ring = points("ring", spread=thin).norm(dim=1)
    assert float((ring - 1).abs().max()) < 0.03
    board = points("checkerboard")
    fields = ((board + 1.1) / 0.55).floor().long()
    assert bool((fields.sum(dim=1) % 2 == 0).all())
    drawn = points("drawn", spread=thin)
    assert float(torch.cdist(drawn, torch.tensor(DRAWN)).min(dim=1).values.max()) < 0.02
    two = torch.cdist(points("disjoint"), centres(GanScene(data="disjoint"))).min(dim=1).values
    assert float(two.max()) < 0.3
    spiral = points("spiral", spread=thin)
    radius = spiral.norm(dim=1)
    assert 0.05 < float(radius.min()) < 0.3
    assert 0.9 < float(radius.max()) < 1.1


def test_moons_face_each_other() -> None:
    made = points("moons", spread=0.005)
    upper = made[:, 1] > 0.23
    lower = made[:, 1] < -0.23
    # The upper moon is shifted to the left, the lower one to the right.
    assert float(made[upper, 0].mean()) == pytest.approx(-0.35, abs=0.05)
    assert float(made[lower, 0].mean()) == pytest.approx(0.35, abs=0.05)
