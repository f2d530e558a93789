"""The digits GAN that comes with the program, and the classifier that tells which digits a GAN makes."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from explorer.core.errors import UserError
from explorer.core.resources import resource
from explorer.training.data.digits import CLASSES, SIDE_PX, load_digits
from explorer.training.gan.measures import shown
from explorer.training.gan.trainer import GanTrainer

FILE = "gan-digits.safetensors"
_JUDGE_EPOCHS = 40
_JUDGE_BATCH = 64
_HELD_OUT = 297


class DigitsJudge(nn.Module):
    """Digits (N, 1, 8, 8) in −1 … 1 to logits (N, 10)."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)
        )
        self.classifier = nn.Sequential(nn.Dropout(0.25), nn.Linear(32 * (SIDE_PX // 2) ** 2, len(CLASSES)))

    def forward(self, pictures: Tensor) -> Tensor:
        x = self.features(pictures)  # 32 × 4²
        logits: Tensor = self.classifier(torch.flatten(x, 1))  # 10
        return logits


def train_judge(seed: int = 0) -> tuple[DigitsJudge, float]:
    """Train a classifier on 1,500 of the embedded digits; return it and its accuracy (0 … 1) on the other 297."""
    pictures, labels = load_digits()
    source = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(pictures), generator=source)
    x = (torch.from_numpy(pictures).float().unsqueeze(1) / 127.5 - 1)[order]
    y = torch.from_numpy(labels)[order]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        judge = DigitsJudge()
        optimizer = torch.optim.Adam(judge.parameters(), lr=2e-3)
        for _ in range(_JUDGE_EPOCHS):
            for batch in torch.randperm(len(x) - _HELD_OUT, generator=source).chunk(
                -(-(len(x) - _HELD_OUT) // _JUDGE_BATCH)
            ):
                optimizer.zero_grad()
                loss: Tensor = nn.functional.cross_entropy(judge(x[batch]), y[batch])
                loss.backward()  # type: ignore[no-untyped-call]
                optimizer.step()
    right = shown(judge, x[-_HELD_OUT:]).argmax(dim=1) == y[-_HELD_OUT:]
    return judge.eval(), float(right.float().mean())


def probabilities(judge: nn.Module, pictures: Tensor) -> Tensor:
    """Return the class probabilities (N, 10) of digits in −1 … 1."""
    return torch.softmax(shown(judge, pictures), dim=1)


def digits_judge(device: torch.device) -> partial[Tensor] | None:
    """Return the shipped classifier as a function of pictures, or None where the file is not there."""
    path = resource("weights", FILE)
    if not path.is_file():
        return None
    judge = DigitsJudge()
    judge.load_state_dict(_part(path, "judge."))
    return partial(probabilities, judge.to(device).eval())


def load_trained(trainer: GanTrainer) -> None:
    """Give both players the shipped weights.

    Raises
    ------
    UserError
        ``gan_trained_other`` where the scene's networks have another shape, ``gan_trained_missing``.
    """
    path = resource("weights", FILE)
    if not path.is_file():
        raise UserError("gan_trained_missing")
    try:
        trainer.load(_part(path, "g."), _part(path, "d."))
    except RuntimeError as error:
        raise UserError("gan_trained_other") from error


def save_trained(trainer: GanTrainer, judge: nn.Module, path: Path, metadata: dict[str, str]) -> None:
    """Write both players and the classifier into one safetensors file.

    Raises
    ------
    OSError
        It cannot be written.
    """
    tensors = {
        f"{part}.{name}": tensor.detach().cpu().clone()
        for part, net in (("g", trainer.g.net), ("d", trainer.d.net), ("judge", judge))
        for name, tensor in net.state_dict().items()
    }
    save_file(tensors, path, metadata=metadata)


def _part(path: Path, prefix: str) -> dict[str, Tensor]:
    try:
        with safe_open(path, framework="pt") as file:
            return {name.removeprefix(prefix): file.get_tensor(name) for name in file.keys() if name.startswith(prefix)}  # noqa: SIM118
    except (OSError, SafetensorError) as error:
        raise UserError("gan_trained_missing") from error
