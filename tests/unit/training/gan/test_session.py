"""A run answers the window: frames, changes, rewinding, lanes, walks, exports, and a thousand changes at random."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import psutil
import pytest
import torch
from safetensors.torch import load as from_safetensors

from explorer.core.errors import UserError
from explorer.core.gan_scene import (
    ACTIVATIONS,
    LIMITS,
    LOSSES,
    NOISES,
    OPTIMIZERS,
    PLANE_DATA,
    GanScene,
    preset,
)
from explorer.core.messages.gan import (
    CURVES,
    ChangeGan,
    GanControl,
    GanExport,
    GanExportRequest,
    GanFrame,
    GanFrameRequest,
    GanLapse,
    GanLapseRequest,
    GanWalk,
    GanWalkRequest,
)
from explorer.nets.gan import build_discriminator
from explorer.training.gan.losses import g_loss
from explorer.training.gan.plane import MOST_ARROWS, SEEN
from explorer.training.gan.session import GanRun

PLANE = GanScene(g_units=8, d_units=8, batch=16)
DIGITS = preset("digits").patched(g_units=16, d_units=16, batch=8)
EVERYTHING = ("heat", "manifold", "arrows", "weights", "samples", "lanes")


def frame(gan: GanRun, *want: Any, since: int = 0, era: int = -1) -> GanFrame:
    reply = gan.answer(GanFrameRequest(since, era, want))
    assert isinstance(reply, GanFrame)
    return reply


def do(gan: GanRun, what: Any, step: int = 0, times: int = 1) -> GanFrame:
    for _ in range(times):
        reply = gan.answer(GanControl(what, step))
        assert isinstance(reply, GanFrame)
    return reply


def test_a_frame_holds_what_is_wanted_and_no_more() -> None:
    gan = GanRun(PLANE)
    do(gan, "step_both", times=3)
    light, full = frame(gan), frame(gan, *EVERYTHING)
    assert light.plane is not None and full.plane is not None
    assert (light.plane.heat, light.plane.manifold, light.plane.arrows, light.d, light.g) == (None,) * 5
    assert full.plane.heat is not None and full.plane.heat.shape == (64, 64)
    assert full.plane.manifold is not None and full.plane.manifold.shape == (21, 21, 2)
    assert full.plane.arrows is not None and full.plane.arrows.shape == (MOST_ARROWS, 2)
    assert full.g is not None and full.d is not None
    assert [layer.weight.shape for layer in full.g.layers] == [(8, 2), (8, 8), (2, 8)]
    assert full.d.parameters == 3 * 8 + 9 * 8 + 9
    assert full.curves is not None and full.curves.steps.tolist() == [1, 2, 3]
    assert full.curves.values.shape == (3, len(CURVES))
    assert full.pictures is None
    assert frame(gan, since=3, era=full.era).curves.steps.tolist() == [3]  # type: ignore[union-attr]


def test_looking_changes_nothing() -> None:
    watched, alone = GanRun(PLANE), GanRun(PLANE)
    for _ in range(5):
        watched.take("both")
        alone.take("both")
        frame(watched, *EVERYTHING)
    np.testing.assert_array_equal(watched.curves.values, alone.curves.values)
    watched, alone = GanRun(DIGITS), GanRun(DIGITS)
    for _ in range(3):
        watched.take("both")
        alone.take("both")
        frame(watched, *EVERYTHING)
    np.testing.assert_array_equal(watched.curves.values, alone.curves.values)


def test_the_heat_map_is_d_over_the_plane_with_the_top_first() -> None:
    gan = GanRun(PLANE)
    trainer = gan._trainers[0]
    with torch.no_grad():
        # D believes what lies high: the gradient of its verdict points up.
        for parameter in trainer.d.net.parameters():
            parameter.zero_()
    gan.change(PLANE.patched(d_layers=0))
    trainer = gan._trainers[0]
    with torch.no_grad():
        trainer.d.weights.copy_(torch.tensor([0.0, 3.0, 0.0]))
    plane = frame(gan, "heat", "arrows").plane
    assert plane is not None and plane.heat is not None and plane.arrows is not None
    assert plane.heat[0].min() > 0.98
    assert plane.heat[-1].max() < 0.02
    assert np.all(np.abs(np.diff(plane.heat, axis=1)) < 1e-6)
    # G wants what D believes: every arrow points up.
    assert (plane.arrows[:, 1] > 0).all()
    np.testing.assert_allclose(plane.arrows[:, 0], 0, atol=1e-7)


@pytest.mark.parametrize("loss", LOSSES)
def test_what_is_shown_is_what_the_networks_themselves_give(loss: Any) -> None:
    gan = GanRun(PLANE.patched(loss=loss))
    do(gan, "step_both", times=20)
    g, d = gan._trainers[0].g.net, gan._trainers[0].d.net
    seen = frame(gan, *EVERYTHING)
    plane = seen.plane
    assert plane is not None and plane.heat is not None and plane.arrows is not None
    assert seen.g is not None and seen.d is not None
    with torch.no_grad():
        fake = g(torch.from_numpy(plane.fake_noise.copy()))
        np.testing.assert_allclose(plane.fake, fake.numpy(), rtol=1e-4, atol=1e-6)
        middle = (torch.arange(64) + 0.5) * (3 / 64) - 1.5
        cells = torch.stack(torch.meshgrid(-middle, middle, indexing="ij")[::-1], 2).view(-1, 2)
        real = torch.from_numpy(plane.real.copy())
        offset = d(torch.cat([real, fake])).mean() if loss == "wasserstein_gp" else 0.0
        heat = torch.sigmoid(d(cells) - offset).view(64, 64)
    np.testing.assert_allclose(plane.heat, heat.numpy(), rtol=1e-4, atol=1e-6)
    # Every arrow is minus the gradient of G's loss of that fake alone.
    points = fake[:MOST_ARROWS].clone().requires_grad_(True)
    logits = d(points)
    (slope,) = torch.autograd.grad(logits, points, g_loss(loss, logits.detach())[1] * MOST_ARROWS)
    np.testing.assert_allclose(plane.arrows, -slope.numpy(), rtol=1e-4, atol=1e-6)
    first = torch.nn.functional.leaky_relu(d.body.linears[0](torch.cat([real[:SEEN], fake[:SEEN]])), 0.2)  # type: ignore[union-attr,index,operator]
    np.testing.assert_allclose(seen.d.layers[0].activation, first.mean(0).detach().numpy(), rtol=1e-3, atol=1e-5)
    for told, net in ((seen.g, g), (seen.d, d)):
        parts = [part for layer in told.layers for part in (layer.weight, layer.bias)]
        for part, parameter in zip(parts, net.parameters(), strict=True):
            np.testing.assert_array_equal(part, parameter.detach().numpy())


def test_looking_in_the_middle_of_a_step_leaves_the_step_as_it_is() -> None:
    watched, alone = GanRun(PLANE), GanRun(PLANE)
    for phase in ("phase_d", "phase_g"):
        for _ in range(5):
            do(watched, phase)
            frame(watched, *EVERYTHING)
            do(alone, phase)
    np.testing.assert_array_equal(watched.curves.values, alone.curves.values)
    np.testing.assert_array_equal(watched._trainers[0].g.weights.numpy(), alone._trainers[0].g.weights.numpy())
    np.testing.assert_array_equal(watched._trainers[0].d.weights.numpy(), alone._trainers[0].d.weights.numpy())


@pytest.mark.parametrize("noise", NOISES)
@pytest.mark.parametrize("dimensions", [1, 2, 3])
def test_the_manifold_is_g_of_the_grid(noise: str, dimensions: int) -> None:
    gan = GanRun(PLANE.patched(noise=noise, noise_dim=dimensions))
    plane = frame(gan, "manifold").plane
    assert plane is not None
    if dimensions == 3:
        assert plane.manifold is None
        return
    assert plane.manifold is not None and plane.manifold_noise is not None
    grid = torch.from_numpy(plane.manifold_noise.copy())
    with torch.no_grad():
        made = gan._trainers[0].g.net(grid.view(-1, dimensions))
    np.testing.assert_allclose(plane.manifold.reshape(-1, 2), made.numpy(), rtol=1e-5, atol=1e-6)
    assert np.isfinite(plane.manifold).all()


def test_controls() -> None:
    gan = GanRun(PLANE)
    assert not gan.playing
    assert do(gan, "play").playing
    gan.advance()
    assert gan.step >= 1
    assert not do(gan, "pause").playing
    before = gan.step
    assert do(gan, "step_d").step == before + 1
    assert do(gan, "step_g").step == before + 2
    assert do(gan, "restart").step == 0


def test_slow_motion_names_its_phases_and_shows_only_what_is_there() -> None:
    gan = GanRun(PLANE)
    phases = [do(gan, "phase_d").phase for _ in range(5)]
    assert [phase.phase for phase in phases if phase] == ["sample", "forward", "loss", "backward", "update"]
    sample, forward, _, backward, _ = phases
    assert sample is not None and forward is not None and backward is not None
    assert sample.real is not None and sample.real.shape == (16, 2) and sample.fake is None
    assert forward.fake is not None and forward.real_scores is not None and forward.loss is None
    assert len(backward.gradients) == 3 and backward.loss is not None
    assert frame(gan).step == 1
    phase = do(gan, "phase_g", times=4).phase
    assert phase is not None and phase.arrows is not None and phase.real is None
    assert do(gan, "step_both").phase is None


def test_rewinding_goes_back_and_on_bit_for_bit() -> None:
    gan = GanRun(PLANE)
    do(gan, "step_both", times=130)
    expected = gan.curves.values[100:130].copy()
    era = frame(gan).era
    back = do(gan, "rewind", 100)
    assert back.step == 100
    assert (back.era, back.kept.max(), len(gan.curves.steps)) == (era, 130, 130)
    onward = do(gan, "step_both")
    assert onward.era > era
    assert (onward.kept.max(), gan.curves.steps[-1]) == (101, 101)
    do(gan, "step_both", times=29)
    np.testing.assert_array_equal(gan.curves.values[100:130], expected)


def everything(gan: GanRun) -> np.ndarray:
    """Return all that the next step depends on: weights, both moments of Adam, counts and the random state."""
    state = gan._trainers[0].state()
    numbers = (state.step, state.d.updates, state.g.updates)
    parts = [state.d.flat.flatten(), state.g.flat.flatten(), state.random]
    return np.concatenate([np.array(numbers, np.float64), *(part.numpy().astype(np.float64) for part in parts)])


@pytest.mark.parametrize("goes_on", ["step_g", "phase_d", "play", "rate"])
def test_later_moments_stay_until_the_run_goes_on_from_an_earlier_one(goes_on: str) -> None:
    gan = GanRun(PLANE)
    do(gan, "step_both", times=20)
    before, rows = everything(gan), gan.curves.values
    assert do(gan, "rewind", 5).step == 5
    frame(gan, *EVERYTHING)
    do(gan, "pause")
    # Another pace is no other run.
    gan.answer(ChangeGan(gan.scene.patched(rate_hz=50.0)))
    assert not np.array_equal(everything(gan), before)
    assert do(gan, "rewind", 20).step == 20
    np.testing.assert_array_equal(everything(gan), before)
    np.testing.assert_array_equal(gan.curves.values, rows)

    do(gan, "rewind", 5)
    if goes_on == "rate":
        gan.answer(ChangeGan(gan.scene.patched(g_rate=0.01)))
    else:
        do(gan, goes_on)
        if goes_on == "play":
            gan.advance()
    assert frame(gan).kept.tolist() == list(range(gan.step + 1))
    assert gan.step < 20 and gan.curves.steps[-1] == gan.step
    assert do(gan, "rewind", 20).step < 20


def test_going_forward_again_goes_on_as_if_nothing_had_been() -> None:
    gan, alone = GanRun(PLANE), GanRun(PLANE)
    for run in (gan, alone):
        do(run, "step_both", times=12)
    do(gan, "rewind", 3)
    do(gan, "rewind", 12)
    for run in (gan, alone):
        do(run, "step_both", times=5)
    np.testing.assert_array_equal(everything(gan), everything(alone))
    np.testing.assert_array_equal(gan.curves.values, alone.curves.values)


def test_changes_while_it_runs() -> None:
    gan = GanRun(PLANE)
    do(gan, "step_both", times=3)
    reply = gan.answer(ChangeGan(PLANE.patched(loss="hinge", g_rate=0.01)))
    assert isinstance(reply, GanFrame) and (reply.step, reply.scene.loss) == (3, "hinge")
    assert reply.kept.tolist() == [0, 1, 2, 3]
    assert gan.answer(ChangeGan(PLANE.patched(g_layers=1))).kept.tolist() == [3]  # type: ignore[union-attr]
    assert gan.answer(ChangeGan(PLANE.patched(seed=9))).step == 0  # type: ignore[union-attr]
    with pytest.raises(UserError):
        gan.answer(ChangeGan(PLANE.patched(batch=0)))
    do(gan, "step_both", times=2)


def test_a_loss_that_is_not_finite_pauses_and_is_told() -> None:
    gan = GanRun(PLANE.patched(loss="least_squares", d_optimizer="sgd", d_rate=10.0))
    do(gan, "play")
    with pytest.raises(UserError) as caught:
        for _ in range(2000):
            gan.take("both")
    gan.pause(caught.value)
    told = frame(gan, *EVERYTHING)
    assert not told.playing
    assert told.trouble is not None and told.trouble.kind == "gan_not_finite"
    assert told.plane is not None and np.isfinite(told.plane.fake).all()
    gan.answer(ChangeGan(gan.scene.patched(d_rate=1e-4, d_optimizer="adam")))
    again = do(gan, "step_both")
    assert again.trouble is None


def test_lanes_run_side_by_side_with_their_own_seeds() -> None:
    gan, alone = GanRun(PLANE.patched(lanes=3)), GanRun(PLANE.patched(seed=2))
    do(gan, "step_both", times=5)
    do(alone, "step_both", times=5)
    lanes = frame(gan, "lanes").lanes
    assert [(lane.seed, lane.step) for lane in lanes] == [(1, 5), (2, 5), (3, 5)]
    plane = frame(alone).plane
    assert plane is not None
    np.testing.assert_array_equal(lanes[1].fake, plane.fake)
    assert lanes[0].heat.shape == (32, 32)
    assert do(gan, "rewind", 2).step == 2
    assert [lane.step for lane in frame(gan, "lanes").lanes] == [2, 2, 2]


def test_pictures_with_scores_and_classes() -> None:
    gan = GanRun(preset("digits"), trained=True)
    pictures = frame(gan, "samples").pictures
    assert pictures is not None
    assert pictures.fake.shape == pictures.real.shape == (64, 8, 8)
    assert pictures.fake.dtype == np.uint8
    assert ((pictures.fake_scores >= 0) & (pictures.fake_scores <= 1)).all()
    assert len(set(pictures.fake_classes.tolist()) - {-1}) >= 8
    assert frame(gan).pictures is None
    assert frame(gan).figures.covered >= 8


def test_a_walk_begins_and_ends_at_its_tiles() -> None:
    for gan in (GanRun(DIGITS), GanRun(PLANE), GanRun(PLANE.patched(noise="uniform"))):
        walk = gan.answer(GanWalkRequest(3, 5, (0.0, 0.5, 1.0)))
        assert isinstance(walk, GanWalk)
        shown = frame(gan, "samples")
        tiles = shown.plane.fake if shown.plane is not None else shown.pictures.fake  # type: ignore[union-attr]
        np.testing.assert_allclose(
            walk.made[0].astype(float), tiles[3].astype(float), atol=1.01 if gan.scene.data == "digits" else 1e-5
        )
        np.testing.assert_allclose(
            walk.made[2].astype(float), tiles[5].astype(float), atol=1.01 if gan.scene.data == "digits" else 1e-5
        )
        with pytest.raises(UserError):
            gan.answer(GanWalkRequest(0, 10_000))


def test_the_time_lapse_shows_one_tile_and_leaves_the_run_as_it_was() -> None:
    gan, alone = GanRun(DIGITS), GanRun(DIGITS)
    do(gan, "step_both", times=6)
    do(alone, "step_both", times=6)
    lapse = gan.answer(GanLapseRequest(2, 4))
    assert isinstance(lapse, GanLapse)
    assert lapse.steps.tolist() == [0, 2, 4, 6]
    assert lapse.made.shape == (4, 8, 8)
    pictures = frame(gan, "samples").pictures
    assert pictures is not None
    np.testing.assert_array_equal(lapse.made[-1], pictures.fake[2])
    do(gan, "step_both")
    do(alone, "step_both")
    np.testing.assert_array_equal(gan.curves.values, alone.curves.values)


def test_exports_can_be_read_by_others() -> None:
    gan = GanRun(PLANE)
    do(gan, "step_both", times=2)
    curves = gan.answer(GanExportRequest("curves"))
    assert isinstance(curves, GanExport)
    assert curves.data.tobytes().decode().startswith("step,loss_d,loss_g")
    file = gan.answer(GanExportRequest("d"))
    assert isinstance(file, GanExport)
    net = build_discriminator(gan._trainers[0].d_shape, 0)
    net.load_state_dict(from_safetensors(file.data.tobytes()))
    x = torch.randn(4, 2)
    with torch.no_grad():
        assert torch.equal(net(x), gan._trainers[0].d.net(x))


def changed_at_random(scene: GanScene, chance: random.Random) -> GanScene:
    """Return the scene with one field replaced by anything that its control could give."""
    choices = {
        "data": PLANE_DATA,
        "noise": NOISES,
        "activation": ACTIVATIONS,
        "loss": LOSSES,
        "g_optimizer": OPTIMIZERS,
        "d_optimizer": OPTIMIZERS,
    }
    numbers = [name for name in LIMITS if name not in ("size", "rate_hz")]
    name = chance.choice([*choices, *numbers])
    if name in choices:
        return scene.patched(**{name: chance.choice(choices[name])})
    low, high = LIMITS[name]
    if name in ("k_d", "k_g", "lanes", "batch"):
        high = min(high, {"k_d": 3, "k_g": 3, "lanes": 2}.get(name, 100))  # These only make the test slow.
    value = chance.uniform(low, high)
    whole = isinstance(getattr(scene, name), int)
    return scene.patched(**{name: round(value) if whole else value})


@pytest.mark.parametrize("count", [120, pytest.param(1000, marks=pytest.mark.slow)])
def test_hyperparameters_change_at_random_while_it_runs(count: int) -> None:
    chance = random.Random(count)
    gan = GanRun(PLANE)
    process, warm = psutil.Process(), 0
    do(gan, "play")
    for number in range(count):
        scene = changed_at_random(gan.scene, chance)
        try:
            gan.answer(ChangeGan(scene))
        except UserError as error:
            assert error.kind == "gan_no_points"  # nothing was drawn
            continue
        before = len(gan.curves.steps)
        for _ in range(2):
            try:
                gan.take("both")
            except UserError as error:
                assert error.kind == "gan_not_finite"  # rates up to 10 were allowed
                gan.pause(error)
                break
        else:
            assert len(gan.curves.steps) >= min(before, 1)
        frame(gan, *EVERYTHING)
        if number == count // 3:
            warm = process.memory_info().rss
    assert process.memory_info().rss - warm < 300e6


def test_it_plays_up_to_a_step_and_stops_exactly_there() -> None:
    run = GanRun(GanScene(g_units=4, d_units=4, batch=8))
    run.answer(GanControl("play", 37))
    for _ in range(1000):
        if not run.playing:
            break
        run.advance()
    assert run.step == 37 and not run.playing
    run.answer(GanControl("play"))
    run.advance()
    assert run.playing and run.step > 37
