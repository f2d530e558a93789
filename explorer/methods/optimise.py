"""An image optimised to excite a channel: gradient ascent on the input, kept smooth.

References
----------
Erhan, D., et al.: Visualizing Higher-Layer Features of a Deep Network. 2009.
Olah, C., Mordvintsev, A., Schubert, L.: Feature Visualization. Distill, 2017 (Fourier basis, jitter).
Mahendran, A., Vedaldi, A.: Understanding Deep Image Representations by Inverting Them. CVPR 2015 (total variation).
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from explorer.core.errors import UserError
from explorer.core.messages.study import Basis
from explorer.methods.pixels import normalised
from explorer.nets.spec import Preprocess
from explorer.tracing.forward import TracedNet, Values, execute

RATE = 0.05
MOST_STEPS = 2048
_JITTER_SHARE = 1 / 16
_NOISE = 0.01
_SMOOTH = 20.0
_GREY_PULL = 5.0
_CONTRAST = {"fourier": 1.5, "pixels": 4.0}

# How the colours of photographs vary together: the square root of their covariance, as its columns. Without it,
# optimised images take colours that no picture has.
_COLOURS = ((0.26, 0.09, 0.02), (0.27, 0.00, -0.05), (0.27, -0.09, 0.03))


@dataclass(frozen=True)
class Goal:
    """A channel of a layer of a network, and how an image becomes the network's input."""

    traced: TracedNet
    preprocess: Preprocess
    device: str
    layer: str
    channel: int


@dataclass(frozen=True)
class Ascent:
    """The image after ``step`` steps: ``pixels`` (S, S, 3) uint8, and the channel's mean activation for it."""

    step: int
    pixels: np.ndarray
    value: float


def ascend(goal: Goal, seed: int, steps: int, basis: Basis) -> Generator[Ascent, None, None]:
    """Yield the image at the start and after each step; the same seed gives the same images.

    Parameters
    ----------
    basis : str
        ``fourier``: the image is a sum of waves whose amplitudes fall with their frequency as in photographs;
        ``pixels``: each pixel for itself.

    Raises
    ------
    UserError
        ``optimise_nothing`` where the channel does not answer to the image at all.

    Notes
    -----
    Each step moves the image by a few pixels at random before the network sees it, so that it cannot rely on where
    the windows begin. What is maximised is the mean of the channel's map before its ReLU (where a silent channel has a
    gradient too), in units of the layer's spread for the first image, less the image's total variation and its
    squared distance from grey.
    """
    generator = torch.Generator().manual_seed(seed)
    image = _Image(goal.traced.input_size, basis, generator, goal.device)
    climb = Climb.of(goal)
    optimiser = torch.optim.Adam([image.numbers], lr=RATE)
    with torch.no_grad():
        unit = climb.spread(image.colours())
    for step in range(steps):
        yield Ascent(step, *climb.judged(image.colours()))
        uphill, rough = _directions(image, climb, generator)
        if step == 0 and not bool(uphill.any()):
            raise UserError("optimise_nothing", layer=goal.layer, channel=goal.channel)
        image.numbers.grad = rough - uphill / unit
        optimiser.step()
    yield Ascent(steps, *climb.judged(image.colours()))


def _directions(image: _Image, climb: Climb, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Return the gradients of what is to grow and of what is to stay small, with respect to the image's numbers."""
    reach = max(1, round(image.size * _JITTER_SHARE))
    down, right = torch.randint(-reach, reach + 1, (2,), generator=generator).tolist()
    with torch.inference_mode(False), torch.enable_grad():
        colours = image.colours()
        wanted, _ = climb.answers(torch.roll(colours, (down, right), dims=(2, 3)))
        variation = colours.diff(dim=2).square().mean() + colours.diff(dim=3).square().mean()
        away = (colours - 0.5).square().mean()
        (uphill,) = torch.autograd.grad(wanted, image.numbers, retain_graph=True)
        (rough,) = torch.autograd.grad(_SMOOTH * variation + _GREY_PULL * away, image.numbers)
    return uphill, rough


@dataclass(frozen=True)
class Climb:
    """What is climbed: ``layer`` and ``channel`` before the ReLU, where a silent channel has a gradient too."""

    goal: Goal
    layer: str
    channel: int

    @classmethod
    def of(cls, goal: Goal) -> Climb:
        """Return the place before the ReLU, in the branch that the channel comes from."""
        graph, channel = goal.traced.graph, goal.channel
        spec = graph.layers[goal.traced.positions[goal.layer]]
        while spec.kind in ("relu", "dropout", "max_pool", "concat"):
            name = spec.inputs[0]
            if spec.kind == "concat":
                for name in spec.inputs:
                    if channel < graph.layer(name).channels:
                        break
                    channel -= graph.layer(name).channels
            spec = graph.layer(name)
        return cls(goal, spec.name, channel) if spec.inputs else cls(goal, goal.layer, goal.channel)

    def outputs(self, colours: Tensor) -> tuple[Tensor, Tensor]:
        """Return what the layer that is climbed says to an image (1, 3, S, S), 0 … 1, and what the goal's says."""
        traced = self.goal.traced
        values: Values = [None] * len(traced.program.operations)
        values[0] = normalised(colours, self.goal.preprocess)
        ends = traced.positions[self.layer], traced.positions[self.goal.layer]
        for _ in execute(traced.tasks(values, frozenset(ends)), values):
            pass
        climbed, seen = (values[end] for end in ends)
        assert climbed is not None
        assert seen is not None
        return climbed[0], seen[0]

    def answers(self, colours: Tensor) -> tuple[Tensor, Tensor]:
        """Return the mean of the climbed map, and that of the goal's."""
        climbed, seen = self.outputs(colours)
        return climbed[self.channel].mean(), seen[self.goal.channel].mean()

    def spread(self, colours: Tensor) -> float:
        """Return the standard deviation of the climbed layer's values, never 0."""
        return float(self.outputs(colours)[0].std()) or 1.0

    def judged(self, colours: Tensor) -> tuple[np.ndarray, float]:
        """Return an image as pixels (S, S, 3) uint8, and the goal's mean activation for it."""
        with torch.inference_mode():
            _, seen = self.answers(colours.detach())
            pixels = (colours.detach()[0] * 255.0).round().to(torch.uint8)
        return np.ascontiguousarray(pixels.permute(1, 2, 0).cpu().numpy()), float(seen)


class _Image:
    """An image that can be optimised; ``numbers`` are what the optimiser moves."""

    def __init__(self, size: int, basis: Basis, generator: torch.Generator, device: str) -> None:
        self.size = size
        self._fourier = basis == "fourier"
        self._mixing = torch.tensor(_COLOURS, device=device) * _CONTRAST[basis]
        shape = (1, 3, size, size // 2 + 1, 2) if self._fourier else (1, 3, size, size)
        self.numbers = (torch.randn(shape, generator=generator) * _NOISE).to(device).requires_grad_()
        down, along = torch.fft.fftfreq(size)[:, None], torch.fft.rfftfreq(size)[None, :]
        # In photographs amplitude falls with frequency: equal steps then look equally strong at every scale.
        self._scale = 1.0 / torch.clamp((down.square() + along.square()).sqrt(), min=1 / size).to(device)

    def colours(self) -> Tensor:
        """Return the image (1, 3, S, S), 0 … 1."""
        if self._fourier:
            waves = torch.view_as_complex(self.numbers) * self._scale
            flat = torch.fft.irfft2(waves, s=(self.size, self.size), norm="ortho")
        else:
            flat = self.numbers
        return torch.einsum("cd,ndhw->nchw", self._mixing, flat).sigmoid()
