"""What can be run step by step, and which request begins it."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import torch

from explorer.core.messages import AnyReply
from explorer.core.messages.base import Request
from explorer.core.messages.gan import StartGan
from explorer.core.messages.training import ContinueTraining, RunsRequest, RunsResult, StartTraining
from explorer.engine.devices import available_devices, resolve_device
from explorer.engine.runner import Opener, Running
from explorer.training.gan.opening import OpeningGan
from explorer.training.runs import list_runs, runs_folder
from explorer.training.session import TrainingRun


def _gan(request: StartGan) -> Running:
    devices = available_devices()
    # The plane's networks are so small that a second thread only makes the first one wait, and the window needs the
    # other core for painting.
    torch.set_num_threads(1 if request.scene.plane else max(1, (os.cpu_count() or 2) - 1))
    return OpeningGan(request.scene, lambda name: torch.device(resolve_device(name, devices)), trained=request.trained)


def _leave_a_core() -> None:
    """Leave a core to the window: threads that wait for one another lose more than a core where one is taken away."""
    torch.set_num_threads(max(1, (os.cpu_count() or 2) - 1))


def _training(request: StartTraining) -> Running:
    _leave_a_core()
    device = resolve_device(request.device, available_devices())
    return TrainingRun(request.scene, device, runs_folder(), request.picture)


def _continued(request: ContinueTraining) -> Running:
    _leave_a_core()
    device = resolve_device(request.device, available_devices())
    return TrainingRun.continued(request.run, device, runs_folder(), request.picture)


OPENERS: dict[type[Request], Opener] = {StartGan: _gan, StartTraining: _training, ContinueTraining: _continued}
"""Request type to what makes its run."""

ANSWERS: dict[type[Request], Callable[[Any], AnyReply]] = {
    RunsRequest: lambda request: RunsResult(list_runs(runs_folder()))
}
"""Request type to what answers it without a run."""
