"""How many steps a second a GAN of the plane takes, beside the loop that one would write with torch.

Both train GAN Lab's networks: 2-14-14-2 and 2-14-14-1, batches of 150, Adam, the non-saturating loss, one thread.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable

from explorer.benchmarks.measure import Result, in_process, report

CPU_BAR, CUDA_BAR = 1 / 1.2, 1 / 5
ROUNDS = 7
STEPS = 300
UNITS, BATCH = 14, 150


def measure() -> Result:
    """Return the plain loop's steps a second over ours: lower is better; ``detail`` holds both."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    figures = in_process(__name__, environment=environment)
    bar = CUDA_BAR if figures["device"] != "cpu" else CPU_BAR
    return Result(figures.pop("ratio"), "", bar, figures, {})


def _figures() -> dict[str, object]:
    import torch  # noqa: PLC0415 — only the measuring process

    torch.set_num_threads(1)
    device = torch.device("cuda:0" if torch.cuda.is_available() else "cpu")
    ours, plain = _ours(device), _plain(device)
    ours(50)
    plain(50)
    pairs = [(_speed(ours), _speed(plain)) for _ in range(ROUNDS)]
    return {
        "ratio": statistics.median(theirs / mine for mine, theirs in pairs),
        "device": device.type,
        "steps a second": round(statistics.median(mine for mine, _ in pairs)),
        "plain loop": round(statistics.median(theirs for _, theirs in pairs)),
        "times as fast": round(statistics.median(mine / theirs for mine, theirs in pairs), 2),
    }


def _speed(train: Callable[[int], None]) -> float:
    began = time.perf_counter()
    train(STEPS)
    return STEPS / (time.perf_counter() - began)


def _ours(device: object) -> Callable[[int], None]:
    """The program's own run, with all that it measures, logs and keeps for rewinding."""
    import torch  # noqa: PLC0415

    from explorer.core.gan_scene import GanScene  # noqa: PLC0415
    from explorer.training.gan.session import GanRun  # noqa: PLC0415

    scene = GanScene(g_units=UNITS, d_units=UNITS, batch=BATCH, activation="relu")
    assert isinstance(device, torch.device)
    gan = GanRun(scene, lambda _: device)

    def train(steps: int) -> None:
        for _ in range(steps):
            gan.take("both")
        if device.type == "cuda":
            torch.cuda.synchronize()

    return train


def _plain(device: object) -> Callable[[int], None]:
    """The loop of every tutorial."""
    import torch  # noqa: PLC0415
    from torch import nn  # noqa: PLC0415

    assert isinstance(device, torch.device)

    def mlp(outputs: int) -> nn.Sequential:
        hidden = (nn.Linear(2, UNITS), nn.ReLU(), nn.Linear(UNITS, UNITS), nn.ReLU())
        return nn.Sequential(*hidden, nn.Linear(UNITS, outputs)).to(device)

    g, d = mlp(2), mlp(1)
    g_adam = torch.optim.Adam(g.parameters(), lr=1e-3, betas=(0.5, 0.999))
    d_adam = torch.optim.Adam(d.parameters(), lr=1e-3, betas=(0.5, 0.999))
    bce = nn.BCEWithLogitsLoss()
    points = torch.randn(8192, 2, device=device)
    ones, zeros = torch.ones(BATCH, 1, device=device), torch.zeros(BATCH, 1, device=device)

    def train(steps: int) -> None:
        for _ in range(steps):
            real = points[torch.randint(len(points), (BATCH,), device=device)]
            fake = g(torch.randn(BATCH, 2, device=device)).detach()
            d_adam.zero_grad()
            d_loss = bce(d(real), ones) + bce(d(fake), zeros)
            d_loss.backward()
            d_adam.step()
            g_adam.zero_grad()
            g_loss = bce(d(g(torch.randn(BATCH, 2, device=device))), ones)
            g_loss.backward()
            g_adam.step()
        if device.type == "cuda":
            torch.cuda.synchronize()

    return train


if __name__ == "__main__":
    report(_figures())
