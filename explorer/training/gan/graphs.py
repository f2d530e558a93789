"""Whole steps of a small GAN as CUDA graphs: one launch instead of a hundred.

At 14 units a GPU waits for the host to name the next operation. A graph names them all at once. It is used only where
one step of it gave what the same step gave without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from explorer.core.gan_scene import GanScene

if TYPE_CHECKING:
    from explorer.training.gan.trainer import GanTrainer

WARM_UP = 3
"""Steps on a stream of their own before a capture, as torch's manual asks for."""


def fits(scene: GanScene, device: torch.device) -> bool:
    """Return whether steps of this scene can be captured: points, MLPs, and no gradient of a gradient."""
    return device.type == "cuda" and scene.plane and scene.loss != "wasserstein_gp"


class StepGraphs:
    """The captured steps of a trainer for one scene; another scene needs another one of these."""

    def __init__(self, trainer: GanTrainer) -> None:
        self._trainer = trainer
        self._captured: dict[str, tuple[torch.cuda.CUDAGraph, Tensor] | None] = {}

    def take(self, turn: str) -> Tensor | None:
        """Take one step of ``d`` or ``g`` and return what was measured, or None where that must be done without."""
        if turn not in self._captured:
            self._captured[turn] = self._tried(turn)
        captured = self._captured[turn]
        if captured is None:
            return None
        graph, seen = captured
        graph.replay()
        self._trainer.counted(turn)
        return seen

    def _tried(self, turn: str) -> tuple[torch.cuda.CUDAGraph, Tensor] | None:
        """Capture a step and compare it with one without a graph; the trainer is as it was afterwards."""
        trainer = self._trainer
        before = trainer.state()
        try:
            trainer.record(turn)
            expected = trainer.state()
            trainer.restore(before)
            graph, seen = self._capture(turn)
            trainer.restore(before)
            graph.replay()
            made = trainer.state()
        except RuntimeError:
            return None
        finally:
            trainer.restore(before)
        pairs = ((made.d.flat, expected.d.flat), (made.g.flat, expected.g.flat))
        same = all(torch.allclose(one, other, rtol=1e-4, atol=1e-6) for one, other in pairs)
        return (graph, seen) if same and torch.equal(made.random, expected.random) else None

    def _capture(self, turn: str) -> tuple[torch.cuda.CUDAGraph, Tensor]:
        trainer = self._trainer
        stream = torch.cuda.Stream(trainer.device)  # type: ignore[no-untyped-call]
        stream.wait_stream(torch.cuda.current_stream(trainer.device))
        with torch.cuda.stream(stream):
            for _ in range(WARM_UP):
                trainer.record(turn)
        torch.cuda.current_stream(trainer.device).wait_stream(stream)
        graph = torch.cuda.CUDAGraph()
        graph.register_generator_state(trainer.random)
        with torch.cuda.graph(graph):
            seen = trainer.record(turn)
        return graph, seen
