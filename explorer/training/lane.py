"""One of the nets that learn side by side: its training, its folder, its curves, and what it looks like."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import msgspec
import numpy as np
import torch

from explorer.core.messages.training import BatchFrame, FixedFrame, LaneFrame, LaneMoment, LayerGradients, Part
from explorer.core.train_scene import TrainScene, Variant
from explorer.nets import catalog
from explorer.training.checkpoint import write_tensors
from explorer.training.classifier import net_part
from explorer.training.curves import CurveLog
from explorer.training.data.dataset import DataSet, as_input
from explorer.training.distributed import Alone
from explorer.training.gradients import first_gradient, layer_gradients
from explorer.training.job import Order, find_recipe, make_training
from explorer.training.moments import LaneState
from explorer.training.reports import EpochReport, StepReport
from explorer.training.runfolder import CHECKPOINT, RunFolder, plain
from explorer.training.sparing import Sparing
from explorer.training.watching import Watched, layers_with_maps, look, shown

MOST_THUMBNAILS = 32

_Shown = tuple[tuple[Watched, int], LayerGradients | None, BatchFrame | None, FixedFrame]


class Lane:
    """A net on its way, in the window.

    Parameters
    ----------
    path : Path
        Its folder; where a checkpoint lies there, it goes on from that.
    """

    def __init__(self, scene: TrainScene, variant: Variant, data: DataSet, device: str, path: Path) -> None:
        self.variant = variant
        self._spec = catalog.find(variant.net)
        order = order_of(scene, variant)
        self.training, form = make_training(
            order, self._spec, find_recipe(scene.preset), data, torch.device(device), Alone()
        )
        settings = {**msgspec.to_builtins(order), "form": form, "device": device, "size": self.training.plan.size}
        self.folder = RunFolder(path, settings)
        self.curves = CurveLog()
        self._form = form
        self._report: StepReport | None = None
        self._confusion: np.ndarray | None = None
        self._measuring: Generator[float, None, EpochReport] | None = None
        self.measured = -1.0
        self._sparing = Sparing()
        self._shown: _Shown | None = None
        if (path / CHECKPOINT).is_file():
            tensors, numbers = self.folder.load()
            self.training.restore(tensors, numbers)
            self.curves = CurveLog.from_tensors(tensors)

    @property
    def busy(self) -> bool:
        """Whether the validation pictures are being measured."""
        return self._measuring is not None

    def step(self) -> None:
        """Do one step; where it ends an epoch, begin to measure.

        Raises
        ------
        UserError
            ``training_not_finite``.
        """
        self._report = self.training.advance()
        self.curves.add(self._report, first_gradient(self.training.net))
        if self.training.at_epoch_end:
            self.measure()

    def measure(self) -> None:
        """Begin to measure the validation pictures."""
        self._measuring = self._measuring or self.training.measuring()
        self.measured = max(0.0, self.measured)

    def go_on_measuring(self) -> None:
        """Measure some pictures more."""
        if self._measuring is None:
            return
        try:
            self.measured = next(self._measuring)
        except StopIteration as end:
            report: EpochReport = end.value
            self._measuring, self.measured = None, -1.0
            self._confusion = report.measured.confusion
            self.curves.add_measured(report)
            if self.training.at_epoch_end:
                self.folder.note(self.training, report)

    def save(self) -> None:
        """Write the checkpoint and the noted weights."""
        self.folder.save(self.training, self.curves.as_tensors())

    def state(self, watched: Watched) -> LaneState:
        """Return a copy of everything, to go back to."""
        tensors, numbers = self.training.state()
        copies = {name: tensor.detach().clone() for name, tensor in tensors.items()}
        numbers = {**numbers, "best": self.folder.best}
        return LaneState(copies, numbers, self.moment(watched))

    def restore(self, state: LaneState) -> None:
        """Go back to a kept moment."""
        self.training.restore(state.tensors, state.numbers)
        self.folder.rewind(self.training.epoch, float(state.numbers["best"]))
        self.curves.cut(self.training.step)
        self._confusion = state.looked.confusion
        self._measuring, self.measured, self._report, self._shown = None, -1.0, None, None

    def export(self, state: LaneState | None) -> Path:
        """Write the weights of a kept moment, or those of now, where Explore can open them; return the file."""
        step = self.training.step if state is None else int(state.numbers["step"])
        path = self.folder.path / f"step{step}.safetensors"
        tensors = self.training.state()[0] if state is None else state.tensors
        write_tensors(path, plain(net_part(tensors)), self.folder.facts(self.training, {}))
        return path

    def moment(self, watched: Watched) -> LaneMoment:
        return LaneMoment(layer_gradients(self.training), look(self.training, watched), self._confusion)

    def frame(self, since: int, want: tuple[Part, ...], watched: Watched, sparing: bool) -> LaneFrame:
        """Return how it stands.

        Parameters
        ----------
        sparing : bool
            Gradients, batch and watched picture may be some steps old, so that showing them costs little.
        """
        key = (watched, self.training.step)
        if self._shown is None or not sparing or (self._shown[0] != key and self._sparing.due):
            with self._sparing.working():
                self._shown = (key, layer_gradients(self.training), self._batch(), look(self.training, watched))
        _, gradients, batch, fixed = self._shown
        report = self._report
        return LaneFrame(
            variant=self.variant,
            title=self._spec.title,
            form=self._form,
            deviations=self._spec.formed(self._form).deviations,
            parameters=sum(parameter.numel() for parameter in self.training.net.parameters()),
            layers=layers_with_maps(self.training.net),
            loss={} if report is None else dict(report.loss),
            accuracy=float("nan") if report is None else float(report.right.float().mean()),
            rate=0.0 if report is None else report.rate,
            best=self.folder.best,
            curves=self.curves.since(since),
            gradients=gradients if "gradients" in want else None,
            batch=batch if "batch" in want else None,
            fixed=fixed if "fixed" in want else None,
            confusion=self._confusion if "confusion" in want else None,
        )

    def _batch(self) -> BatchFrame | None:
        last = self.training.last_batch
        if last is None:
            return None
        pictures, answers = last.pictures, last.answers[:MOST_THUMBNAILS]
        preprocess = self.training.preprocess
        values = as_input(pictures.pixels[:MOST_THUMBNAILS], self.training.plan.size, preprocess)
        pixels = np.stack([shown(one, preprocess) for one in values])
        return BatchFrame(pixels, pictures.labels[:MOST_THUMBNAILS].cpu().numpy(), answers.cpu().numpy())


def order_of(scene: TrainScene, variant: Variant) -> Order:
    """Return what a lane's training is ordered as."""
    return Order(
        net=variant.net,
        data=scene.data,
        epochs=scene.epochs,
        preset=scene.preset,
        seed=scene.seed,
        size=scene.size,
        batch=scene.batch,
        rate=scene.rate,
        heads=variant.heads,
        activation=variant.activation,
        norm=variant.norm,
        start=variant.start,
        weights=scene.weights,
        freeze=scene.freeze,
    )
