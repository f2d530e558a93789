"""What can be run step by step, and which request begins it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from explorer.core.messages import AnyReply
from explorer.core.messages.base import Request
from explorer.core.messages.gan import StartGan
from explorer.core.messages.training import ContinueTraining, RunsRequest, RunsResult, StartTraining
from explorer.engine.devices import available_devices, resolve_device
from explorer.engine.runner import Opener, Running
from explorer.training.gan_session import GanRun
from explorer.training.runs import list_runs, runs_folder
from explorer.training.session import TrainingRun


def _gan(request: StartGan) -> Running:
    devices = available_devices()
    return GanRun(request.scene, lambda name: torch.device(resolve_device(name, devices)), trained=request.trained)


def _training(request: StartTraining) -> Running:
    device = resolve_device(request.device, available_devices())
    return TrainingRun(request.scene, device, runs_folder(), request.picture)


def _continued(request: ContinueTraining) -> Running:
    device = resolve_device(request.device, available_devices())
    return TrainingRun.continued(request.run, device, runs_folder(), request.picture)


OPENERS: dict[type[Request], Opener] = {StartGan: _gan, StartTraining: _training, ContinueTraining: _continued}
"""Request type to what makes its run."""

ANSWERS: dict[type[Request], Callable[[Any], AnyReply]] = {
    RunsRequest: lambda request: RunsResult(list_runs(runs_folder()))
}
"""Request type to what answers it without a run."""
