"""Training a GAN: steps of D and of G, which can be taken one by one, in phases, and back.

References
----------
I. Goodfellow et al.: Generative Adversarial Nets. NeurIPS 2014, algorithm 1.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import torch
from torch import Tensor

from explorer.core.errors import UserError
from explorer.core.gan_scene import GanScene
from explorer.core.messages.gan import PhaseName
from explorer.core.messages.gan import Player as PlayerName
from explorer.nets import gan as nets
from explorer.training.gan.data import RealData, data_key, real_data
from explorer.training.gan.graphs import StepGraphs, fits
from explorer.training.gan.losses import d_loss, g_loss, gradient_penalty
from explorer.training.gan.player import Player
from explorer.training.gan.state import Measured, Moment, TrainerState


class GanTrainer:
    """A generator and a discriminator that learn from each other.

    The same scene gives the same run, bit for bit, on the same device.

    Parameters
    ----------
    scene : GanScene
        Checked here.
    pictures : Tensor, optional
        See :func:`real_data`.

    Raises
    ------
    UserError
        See :meth:`GanScene.check` and :func:`real_data`.
    """

    def __init__(self, scene: GanScene, device: torch.device, pictures: Tensor | None = None) -> None:
        scene.check()
        self.scene = scene
        self.device = device
        self.data: RealData = real_data(scene, device, pictures)
        self.step = 0
        self.measured = Measured()
        self.moment: Moment | None = None
        self.random = torch.Generator(device).manual_seed(scene.seed)
        self.g_shape = nets.generator_shape(scene, self.data.size, self.data.channels)
        self.d_shape = nets.discriminator_shape(scene, self.data.size, self.data.channels)
        self.g = Player(nets.build_generator(self.g_shape, 2 * scene.seed), device)
        self.d = Player(nets.build_discriminator(self.d_shape, 2 * scene.seed + 1), device)
        self._phases: Iterator[PhaseName] | None = None
        self._recorded: Tensor | None = None
        self._recording = False
        self._graphs = StepGraphs(self) if fits(scene, device) else None

    def change(self, scene: GanScene, pictures: Tensor | None = None) -> bool:
        """Go on with other hyperparameters; return whether a network had to be built anew.

        A step under way is ended first. Nothing is changed where the new scene is refused.

        Raises
        ------
        UserError
            As for the constructor.
        """
        scene.check()
        self.finish()
        data = self.data
        if data_key(scene) != data_key(self.scene):
            data = real_data(scene, self.device, pictures)
        g_shape = nets.generator_shape(scene, data.size, data.channels)
        d_shape = nets.discriminator_shape(scene, data.size, data.channels)
        rebuilt = (g_shape, d_shape) != (self.g_shape, self.d_shape)
        if g_shape != self.g_shape:
            self.g = Player(nets.build_generator(g_shape, 2 * scene.seed), self.device)
        elif scene.g_optimizer != self.scene.g_optimizer:
            self.g.forget()
        if d_shape != self.d_shape:
            self.d = Player(nets.build_discriminator(d_shape, 2 * scene.seed + 1), self.device)
        elif scene.d_optimizer != self.scene.d_optimizer:
            self.d.forget()
        self.scene, self.data, self.g_shape, self.d_shape = scene, data, g_shape, d_shape
        self._graphs = StepGraphs(self) if fits(scene, self.device) else None
        return rebuilt

    def step_both(self) -> None:
        """Take ``k_d`` steps of D, then ``k_g`` of G.

        Raises
        ------
        UserError
            ``gan_not_finite``: a loss or a gradient became NaN or infinite; both players are as they were at the last
            moment that was sound.
        """
        self._take("d" * self.scene.k_d + "g" * self.scene.k_g)

    def step_d(self) -> None:
        """Take one step of D alone; see :meth:`step_both`."""
        self._take("d")

    def step_g(self) -> None:
        """Take one step of G alone; see :meth:`step_both`."""
        self._take("g")

    @torch.no_grad()
    def phase(self, player: PlayerName) -> None:
        """Go on by one phase of a step of that player; ``moment`` then tells what it did."""
        if self._phases is not None and self.moment is not None and self.moment.player != player:
            self.finish()
        if self._phases is None:
            self._mark()
            self._phases = self._d_phases() if player == "d" else self._g_phases()
        try:
            name = next(self._phases)
        except UserError:
            self._fall_back()
            raise
        if name == "update":
            self._phases = None
            self.step += 1

    def finish(self) -> None:
        """End the step that is under way in phases."""
        while self._phases is not None and self.moment is not None:
            self.phase(self.moment.player)
        self.moment = None

    def state(self) -> TrainerState:
        """Return a copy of everything that the next step depends on; no step may be under way."""
        measured = Measured(*self.measured.row())
        return TrainerState(self.d.state(), self.g.state(), self.random.get_state(), self.step, measured)

    def restore(self, state: TrainerState) -> None:
        """Take a state back: what follows is bit for bit what followed then, on the CPU."""
        self._phases, self.moment = None, None
        self.d.restore(state.d)
        self.g.restore(state.g)
        self.random.set_state(state.random)
        self.step = state.step
        self.measured = Measured(*state.measured.row())

    @torch.no_grad()
    def record(self, turn: str) -> Tensor:
        """Take one step of ``d`` or ``g`` without asking the device for a number; return what it measures."""
        self._recording = True
        try:
            for _ in self._d_phases() if turn == "d" else self._g_phases():
                pass
        finally:
            self._recording = False
        assert self._recorded is not None
        return self._recorded

    def counted(self, turn: str) -> None:
        """Count an update that a graph made."""
        (self.d if turn == "d" else self.g).counted(self.scene.d_optimizer if turn == "d" else self.scene.g_optimizer)

    def load(self, g: dict[str, Tensor], d: dict[str, Tensor]) -> None:
        """Give both networks weights of their shapes; the optimisers begin anew.

        Raises
        ------
        RuntimeError
            Where they are of other shapes.
        """
        for player, weights in ((self.g, g), (self.d, d)):
            player.net.load_state_dict(weights)
            player.forget()

    def noise(self, count: int, source: torch.Generator | None = None) -> Tensor:
        """Draw noise (count, noise_dim), from the run's own source unless another is given."""
        source = self.random if source is None else source
        noise = torch.empty(count, self.scene.noise_dim, device=source.device)
        if self.scene.noise == "uniform":
            noise.uniform_(-1.0, 1.0, generator=source)
        else:
            noise.normal_(generator=source)
        return noise.to(self.device)

    @torch.no_grad()
    def _take(self, turns: str) -> None:
        self.finish()
        self._mark()
        try:
            for turn in turns:
                self._turn(turn)
        except UserError:
            self._fall_back()
            raise
        self.moment = None
        self.step += 1

    def _turn(self, turn: str) -> None:
        seen = None if self._graphs is None else self._graphs.take(turn)
        if seen is not None:
            self._note(turn, seen)
            return
        for _ in self._d_phases() if turn == "d" else self._g_phases():
            pass

    def _d_phases(self) -> Iterator[PhaseName]:
        scene, moment = self.scene, Moment("d")
        self.moment = moment
        moment.real = self.data.batch(scene.batch, self.random)
        moment.noise = self.noise(scene.batch)
        yield "sample"
        self.g.learns(False)
        self.d.learns(True)
        moment.phase = "forward"
        moment.fake = self.g.passes.run(moment.noise)
        moment.logits = self.d.passes.forward(moment.real, moment.fake)
        yield "forward"
        moment.phase = "loss"
        moment.loss, slope = d_loss(scene.loss, moment.logits, scene.batch)
        penalty = self._penalty(moment.real, moment.fake) if scene.loss == "wasserstein_gp" else None
        if penalty is not None:
            moment.loss = moment.loss + scene.penalty * penalty.detach()
        yield "loss"
        moment.phase = "backward"
        self.d.passes.backward(slope, into_weights=True, into_input=False)
        if penalty is not None:
            self.d.add_gradient(penalty, scene.penalty)
        self._measure_d(moment)
        yield "backward"
        moment.phase = "update"
        self.d.update(scene.d_optimizer, scene.d_rate, scene.beta1, scene.beta2)
        yield "update"

    def _g_phases(self) -> Iterator[PhaseName]:
        scene, moment = self.scene, Moment("g")
        self.moment = moment
        moment.noise = self.noise(scene.batch)
        yield "sample"
        self.g.learns(True)
        self.d.learns(False)
        moment.phase = "forward"
        moment.fake = self.g.passes.forward(moment.noise)
        moment.logits = self.d.passes.forward(moment.fake)
        yield "forward"
        moment.phase = "loss"
        moment.loss, slope = g_loss(scene.loss, moment.logits)
        yield "loss"
        moment.phase = "backward"
        moment.fake_grad = self.d.passes.backward(slope, into_weights=False, into_input=True)
        assert moment.fake_grad is not None
        self.g.passes.backward(moment.fake_grad, into_weights=True, into_input=False)
        self._measure_g(moment)
        yield "backward"
        moment.phase = "update"
        self.g.update(scene.g_optimizer, scene.g_rate, scene.beta1, scene.beta2)
        yield "update"

    def _penalty(self, real: Tensor, fake: Tensor) -> Tensor:
        mix = torch.rand(len(real), generator=self.random, device=self.device)
        return gradient_penalty(self.d.net, real, fake, mix)

    def _measure_d(self, moment: Moment) -> None:
        assert moment.loss is not None and moment.logits is not None
        both = moment.logits.view(2, -1)
        judged = both if self.scene.loss == "wasserstein_gp" else torch.sigmoid(both)
        right = (both > 0).to(torch.float32)
        loss, norm = moment.loss.view(1), self.d.grad.norm().view(1)
        self._note("d", torch.cat([loss, norm, judged.mean(1), right.mean(1)]))

    def _measure_g(self, moment: Moment) -> None:
        assert moment.loss is not None
        self._note("g", torch.stack([moment.loss, self.g.grad.norm()]))

    def _note(self, player: str, seen: Tensor) -> None:
        """Take over what a step measured; a step that is being recorded has no numbers yet."""
        if self._recording:
            self._recorded = seen
            return
        loss, norm, *verdicts = seen.tolist()
        if player == "d":
            self.measured.loss_d, self.measured.grad_d = loss, norm
            self.measured.d_real, self.measured.d_fake, real_right, fake_wrong = verdicts
            self.measured.accuracy = (real_right + 1 - fake_wrong) / 2
        else:
            self.measured.loss_g, self.measured.grad_g = loss, norm
        if not (math.isfinite(loss) and math.isfinite(norm)):
            raise UserError("gan_not_finite", net=player.upper())

    def _mark(self) -> None:
        self.d.mark()
        self.g.mark()

    def _fall_back(self) -> None:
        self._phases, self.moment = None, None
        self.d.fall_back()
        self.g.fall_back()
