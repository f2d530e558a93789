"""``python -m explorer train``: a classifier learns, one JSON line an epoch."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.core.errors import UserError
from explorer.core.memory import TRAINING_KEEPS_BYTES, keep_freed_memory
from explorer.core.text import LANGUAGES, Translator

if TYPE_CHECKING:
    from explorer.training.job import Job
    from explorer.training.reports import StepReport

_PROGRESS_EVERY_S = 2.0


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``train`` to the program's subcommands."""
    parser = subparsers.add_parser("train", help="train a network, one JSON line an epoch")
    parser.add_argument("net", metavar="NET", help="network of the catalog, such as googlenet or resnet20")
    parser.add_argument("--data", required=True, metavar="NAME|FOLDER", help=(
        "digits, cifar10, mnist, fashion-mnist, or a folder of class folders"
    ))  # fmt: skip
    parser.add_argument("--epochs", type=_count, default=10, metavar="N")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="weights, checkpoint and run.json")
    parser.add_argument("--preset", default="lecture", help="lecture or modern (default: %(default)s)")
    parser.add_argument("--size", type=_count, default=0, metavar="PX", help="side of the input (default: by the data)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--batch", type=_count, default=0, metavar="N", help="pictures a step (default: the preset's)")
    parser.add_argument("--rate", type=_positive, default=0.0, help="learning rate (default: the preset's)")
    parser.add_argument("--zoom", type=_positive, default=0.0, help="enlarge and reduce by up to this share")
    parser.add_argument("--no-resizing", action="store_true", help="inputs of the full size from the first step on")
    parser.add_argument("--no-aux", action="store_true", help="without the auxiliary heads")
    parser.add_argument("--weights", default="", metavar="NAME|FILE", help="start from these instead of random ones")
    parser.add_argument("--freeze", action="append", default=[], metavar="LAYER", help=(
        "leave this layer as it is (with all inside it); may be given again"
    ))  # fmt: skip
    parser.add_argument("--device", default="cpu", help="cpu, cuda:0, mps, auto … (default: %(default)s)")
    parser.add_argument("--precision", choices=("auto", "float32", "bfloat16"), default="auto")
    parser.add_argument("--every", type=_count, default=200, metavar="STEPS", help="steps between checkpoints")
    parser.add_argument("--resume", action="store_true", help="go on where the checkpoint in --out stands")
    parser.add_argument("--lang", choices=LANGUAGES, default="en", help="language of messages")
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Train; Ctrl-C leaves a checkpoint. Return 0 when done, 1 where it failed or was stopped, 2 for wrong use."""
    from explorer.engine.devices import available_devices, resolve_device  # noqa: PLC0415 — torch
    from explorer.training.job import Job, Order  # noqa: PLC0415

    tr = Translator(given.lang)
    keep_freed_memory(TRAINING_KEEPS_BYTES, even_large=True)
    order = Order(
        net=given.net,
        data=given.data,
        epochs=given.epochs,
        preset=given.preset,
        seed=given.seed,
        size=given.size,
        batch=given.batch,
        rate=given.rate,
        zoom=given.zoom,
        resizing=not given.no_resizing,
        heads=not given.no_aux,
        weights=given.weights,
        freeze=tuple(given.freeze),
        precision=given.precision,
    )
    progress = _Progress(tr)
    try:
        device = resolve_device(given.device, available_devices())
        if device.startswith("cuda") and "LOCAL_RANK" in os.environ:  # torchrun: a card for each process
            device = f"cuda:{os.environ['LOCAL_RANK']}"
        with Job.opened(order, given.out, device, given.resume, os.environ, progress.reading) as job:
            if job.unreadable:
                print(tr("train.unreadable", count=len(job.unreadable), first=job.unreadable[0]), file=sys.stderr)
            return _trained(job, given.every, progress, tr)
    except KeyboardInterrupt:
        # Before the first step, or pressed twice: there is nothing that could be saved.
        print(tr("train.interrupted"), file=sys.stderr)
        return 1
    except UserError as error:
        print(" ".join(tr.error(error.kind, error.details)), file=sys.stderr)
        return 2 if error.kind in ("net_unknown", "data_unknown", "recipe_unknown", "layer_unknown") else 1


def _trained(job: Job, every: int, progress: _Progress, tr: Translator) -> int:
    from explorer.training.classifier import train  # noqa: PLC0415
    from explorer.training.reports import EpochReport  # noqa: PLC0415

    stopped = _StopSignals()
    with stopped:
        for report in train(job.training):
            if isinstance(report, EpochReport):
                job.keep(report)
                if job.leads:
                    print(json.dumps(report.as_json()), flush=True)
            else:
                if job.leads:
                    progress.step(report, job.training.total_steps)
                if report.step % every == 0 and not job.training.at_epoch_end:
                    job.save()
            if stopped.asked and not (job.training.at_epoch_end and not isinstance(report, EpochReport)):
                job.save()
                print(tr("train.stopped", step=job.training.step, folder=str(job.folder.path)), file=sys.stderr)
                return 1
    if job.leads:
        best = f"{100 * job.folder.best:.2f}"
        print(tr("train.done", best=best, folder=str(job.folder.path)), file=sys.stderr)
    return 0


class _StopSignals:
    """While entered, the first Ctrl-C (or polite kill) asks to stop after the step; a second one ends at once."""

    def __init__(self) -> None:
        self.asked = False

    def __enter__(self) -> None:
        self._before = {number: signal.signal(number, self._ask) for number in (signal.SIGINT, signal.SIGTERM)}

    def __exit__(self, *_: object) -> None:
        self._restore()

    def _ask(self, *_: object) -> None:
        self.asked = True
        self._restore()

    def _restore(self) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)


class _Progress:
    """Says on stderr, every two seconds, how far the work has come."""

    def __init__(self, tr: Translator) -> None:
        self._tr = tr
        self._last = 0.0
        self._first: tuple[int, float] | None = None

    def reading(self, done: int, total: int) -> None:
        if self._due():
            print(self._tr("train.reading", done=done, total=total), file=sys.stderr, flush=True)

    def step(self, report: StepReport, total: int) -> None:
        now = time.monotonic()
        self._first = self._first or (report.step, now)
        if self._due():
            done, seconds = report.step - self._first[0], now - self._first[1]
            left = (total - report.step) * seconds / done if done else 0.0
            loss = f"{report.loss['main']:.3f}"
            text = self._tr("train.step", step=report.step, total=total, loss=loss, minutes=f"{left / 60:.1f}")
            print(text, file=sys.stderr, flush=True)

    def _due(self) -> bool:
        now = time.monotonic()
        if now - self._last < _PROGRESS_EVERY_S:
            return False
        self._last = now
        return True


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return value


def _positive(text: str) -> float:
    value = float(text)
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError("more than 0")
    return value
