"""What can be run step by step, and which request begins it."""

from __future__ import annotations

import torch

from explorer.core.messages.base import Request
from explorer.core.messages.gan import StartGan
from explorer.engine.devices import available_devices, resolve_device
from explorer.engine.runner import Opener, Running
from explorer.training.gan_session import GanRun


def _gan(request: StartGan) -> Running:
    devices = available_devices()
    return GanRun(request.scene, lambda name: torch.device(resolve_device(name, devices)), trained=request.trained)


OPENERS: dict[type[Request], Opener] = {StartGan: _gan}
"""Request type to what makes its run."""
