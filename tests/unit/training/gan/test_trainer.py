"""A GAN's steps: who changes, what is repeated bit for bit, and what happens to a loss that is not finite."""

from __future__ import annotations

from itertools import islice

import pytest
import torch
from torch import Tensor

from explorer.core.errors import UserError
from explorer.core.gan_scene import LOSSES, GanScene, Loss
from explorer.core.messages.gan import PHASES
from explorer.training.gan.state import TrainerState
from explorer.training.gan.trainer import GanTrainer

CPU = torch.device("cpu")
PLANE = GanScene(g_units=8, d_units=8, batch=16)
DIGITS = GanScene(data="digits", net="dcgan", g_units=16, d_units=16, noise_dim=8, batch=8)
SCENES = pytest.mark.parametrize(
    "scene",
    [PLANE, DIGITS, DIGITS.patched(net="mlp"), DIGITS.patched(loss="wasserstein_gp")],
    ids=["plane", "dcgan", "mlp-pictures", "dcgan-penalty"],
)


def everything(trainer: GanTrainer, player: str) -> dict[str, Tensor]:
    """Weights and buffers of a net, and its optimiser's memory."""
    one = trainer.d if player == "d" else trainer.g
    state = one.state()
    named = {name: tensor.clone() for name, tensor in one.net.state_dict().items()}
    return {**named, "flat": state.flat, "updates": torch.tensor(state.updates)}


def same(a: dict[str, Tensor], b: dict[str, Tensor]) -> bool:
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


def equal(a: TrainerState, b: TrainerState) -> bool:
    pairs = [(a.d.flat, b.d.flat), (a.g.flat, b.g.flat), (a.random, b.random)]
    pairs += [*zip(a.d.buffers, b.d.buffers, strict=True), *zip(a.g.buffers, b.g.buffers, strict=True)]
    return a.step == b.step and all(torch.equal(one, other) for one, other in pairs)


@SCENES
def test_step_d_changes_only_d_and_step_g_only_g(scene: GanScene) -> None:
    trainer = GanTrainer(scene, CPU)
    d, g = everything(trainer, "d"), everything(trainer, "g")
    trainer.step_d()
    d_after = everything(trainer, "d")
    assert same(g, everything(trainer, "g"))
    assert all(not torch.equal(d[name], d_after[name]) for name in d if "weight" in name)
    trainer.step_g()
    assert same(d_after, everything(trainer, "d"))
    g_after = everything(trainer, "g")
    assert all(not torch.equal(g[name], g_after[name]) for name in g if "weight" in name)


@SCENES
def test_the_same_seed_is_the_same_run_and_a_snapshot_goes_on_bit_for_bit(scene: GanScene) -> None:
    one, other = GanTrainer(scene, CPU), GanTrainer(scene, CPU)
    for _ in range(4):
        one.step_both()
    kept = one.state()
    for _ in range(4):
        one.step_both()
    for _ in range(8):
        other.step_both()
    assert equal(one.state(), other.state())
    one.step_both()
    one.restore(kept)
    for _ in range(4):
        one.step_both()
    assert equal(one.state(), other.state())
    assert one.measured == other.measured


def test_another_seed_is_another_run() -> None:
    one, other = GanTrainer(PLANE, CPU), GanTrainer(PLANE.patched(seed=2), CPU)
    assert not torch.equal(one.g.weights, other.g.weights)


@pytest.mark.parametrize("loss", LOSSES)
def test_phases_make_the_step(loss: Loss) -> None:
    scene = PLANE.patched(loss=loss)
    whole, slow = GanTrainer(scene, CPU), GanTrainer(scene, CPU)
    whole.step_d()
    whole.step_g()
    seen = []
    for player in ("d", "g"):
        for _ in PHASES:
            slow.phase(player)  # type: ignore[arg-type]
            assert slow.moment is not None
            seen.append((player, slow.moment.phase))
    assert seen == [(player, phase) for player in "dg" for phase in PHASES]
    assert equal(whole.state(), slow.state())


def test_the_other_player_ends_a_step_under_way_first() -> None:
    whole, slow = GanTrainer(PLANE, CPU), GanTrainer(PLANE, CPU)
    slow.phase("d")
    slow.phase("d")
    slow.phase("g")
    slow.finish()
    whole.step_d()
    whole.step_g()
    assert equal(whole.state(), slow.state())


def test_k_steps_a_step() -> None:
    scene = PLANE.patched(k_d=3, k_g=2)
    together, apart = GanTrainer(scene, CPU), GanTrainer(scene, CPU)
    together.step_both()
    for _ in range(3):
        apart.step_d()
    for _ in range(2):
        apart.step_g()
    assert torch.equal(together.d.weights, apart.d.weights)
    assert torch.equal(together.g.weights, apart.g.weights)
    assert together.step == 1


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
@pytest.mark.parametrize("player", ["d", "g"])
def test_a_loss_that_is_not_finite_stops_at_the_last_sound_state(player: str, optimizer: str) -> None:
    trainer = GanTrainer(PLANE.patched(loss="least_squares"), CPU)
    for _ in range(3):
        trainer.step_both()
    # The scene's limits forbid such a rate; a net may get there by itself.
    wild = {f"{player}_rate": 1e30, f"{player}_optimizer": optimizer}
    trainer.scene = trainer.scene.patched(**wild)
    with pytest.raises(UserError) as caught:
        for _ in islice(iter(int, 1), 3):
            trainer.step_both()
    assert caught.value.kind == "gan_not_finite"
    trainer.scene = PLANE.patched(loss="least_squares")
    assert bool(torch.isfinite(trainer.d.weights).all() and torch.isfinite(trainer.g.weights).all())
    trainer.step_both()
    assert trainer.measured.loss_d < 1e3


def test_a_changed_structure_builds_only_that_network() -> None:
    trainer = GanTrainer(PLANE, CPU)
    trainer.step_both()
    d = everything(trainer, "d")
    assert trainer.change(PLANE.patched(g_layers=3, loss="hinge", batch=7))
    assert same(d, everything(trainer, "d"))
    assert trainer.step == 1
    trainer.step_both()
    assert not trainer.change(trainer.scene.patched(d_rate=0.5, data="ring"))
    trainer.step_both()


def test_a_refused_change_changes_nothing() -> None:
    trainer = GanTrainer(PLANE, CPU)
    before = trainer.state()
    for wrong in ({"d_units": 0}, {"data": "drawn"}, {"net": "dcgan"}, {"size": 9}, {"data": "digits", "size": 16}):
        with pytest.raises(UserError):
            trainer.change(PLANE.patched(**wrong))
    assert trainer.scene == PLANE
    assert equal(before, trainer.state())


@pytest.mark.parametrize("loss", LOSSES)
def test_gradients_are_those_of_the_whole_graph(loss: Loss) -> None:
    """One step of each player against the textbook's way: autograd through both networks at once."""
    scene = PLANE.patched(loss=loss, g_optimizer="sgd", d_optimizer="sgd", g_rate=0.0, d_rate=0.0, penalty=0.0)
    trainer = GanTrainer(scene, CPU)
    for player in ("d", "g"):
        for _ in range(4):
            trainer.phase(player)  # type: ignore[arg-type]
        moment = trainer.moment
        assert moment is not None and moment.noise is not None
        fake = trainer.g.net(moment.noise)
        logits = trainer.d.net(fake)
        from tests.unit.training.gan.test_losses import expected_d, expected_g  # noqa: PLC0415 — tests of one package

        if player == "d":
            expected = expected_d(loss, trainer.d.net(moment.real), logits)
            net, ours = trainer.d.net, trainer.d.grad
        else:
            expected = expected_g(loss, logits)
            net, ours = trainer.g.net, trainer.g.grad
        grads = torch.autograd.grad(expected, list(net.parameters()))
        torch.testing.assert_close(ours, torch.cat([grad.flatten() for grad in grads]), rtol=1e-4, atol=1e-6)
        assert moment.loss is not None
        torch.testing.assert_close(moment.loss, expected.detach(), rtol=1e-5, atol=1e-6)
        trainer.phase(player)  # type: ignore[arg-type]


def test_a_recorded_step_is_the_step() -> None:
    """What a CUDA graph would hold, run without one."""
    one, other = GanTrainer(PLANE, CPU), GanTrainer(PLANE, CPU)
    one.step_d()
    one.step_g()
    seen = [other.record("d").tolist(), other.record("g").tolist()]
    assert torch.equal(one.d.weights, other.d.weights)
    assert torch.equal(one.g.weights, other.g.weights)
    assert seen[0][:4] == [one.measured.loss_d, one.measured.grad_d, one.measured.d_real, one.measured.d_fake]
    assert seen[1] == [one.measured.loss_g, one.measured.grad_g]


@pytest.mark.gpu
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_graphs_take_the_steps_that_are_taken_without_them(optimizer: str) -> None:
    device = torch.device("cuda")
    scene = PLANE.patched(g_optimizer=optimizer, d_optimizer=optimizer)
    with_graphs, without = GanTrainer(scene, device), GanTrainer(scene, device)
    without._graphs = None
    for _ in range(20):
        with_graphs.step_both()
        without.step_both()
    assert with_graphs._graphs is not None
    assert all(captured is not None for captured in with_graphs._graphs._captured.values())
    torch.testing.assert_close(with_graphs.d.weights, without.d.weights, rtol=1e-3, atol=1e-5)
    torch.testing.assert_close(with_graphs.g.weights, without.g.weights, rtol=1e-3, atol=1e-5)
    kept = with_graphs.state()
    with_graphs.step_both()
    expected = with_graphs.d.weights.clone()
    with_graphs.restore(kept)
    with_graphs.step_both()
    assert torch.equal(with_graphs.d.weights, expected)


@pytest.mark.gpu
def test_the_same_run_on_a_gpu_as_on_the_cpu_but_for_rounding() -> None:
    device = torch.device("cuda")
    gpu, again = GanTrainer(PLANE, device), GanTrainer(PLANE, device)
    for _ in range(20):
        gpu.step_both()
        again.step_both()
    assert equal(gpu.state(), again.state())
    assert gpu.measured.loss_d < 3
