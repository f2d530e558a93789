"""The shipped digits GAN makes digits, as its card says."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
import torch

from explorer.core.errors import UserError
from explorer.core.gan_scene import preset
from explorer.core.resources import resource
from explorer.training.data.digits import load_digits
from explorer.training.gan.digits import FILE, digits_judge, load_trained, probabilities, train_judge
from explorer.training.gan.measures import shown
from explorer.training.gan.trainer import GanTrainer

CPU = torch.device("cpu")
SURE = 0.8


def made(count: int) -> torch.Tensor:
    trainer = GanTrainer(preset("digits"), CPU)
    load_trained(trainer)
    return shown(trainer.g.net, torch.randn(count, 32, generator=torch.Generator().manual_seed(2026)))


def sure_classes(chances: torch.Tensor) -> np.ndarray:
    best, index = chances.max(dim=1)
    return np.asarray(np.bincount(index[best >= SURE].numpy(), minlength=10))


def test_at_least_eight_digits_are_recognised_among_500() -> None:
    judge = digits_judge(CPU)
    assert judge is not None
    counts = sure_classes(judge(made(500)))
    assert (counts > 0).sum() >= 8, counts
    assert counts.sum() > 400, counts


def test_the_classifier_knows_the_real_digits() -> None:
    judge = digits_judge(CPU)
    assert judge is not None
    pictures, labels = load_digits()
    chances = judge(torch.from_numpy(pictures).float().unsqueeze(1) / 127.5 - 1)
    assert (chances.argmax(dim=1).numpy() == labels).mean() > 0.98


@pytest.mark.slow
def test_a_classifier_trained_anew_recognises_them_too() -> None:
    judge, accuracy = train_judge(seed=5)
    assert accuracy > 0.95
    assert (sure_classes(probabilities(judge, made(500))) > 0).sum() >= 8


def test_the_file_is_the_one_of_the_card() -> None:
    file = resource("weights", FILE)
    card = file.with_suffix(".md").read_text(encoding="utf-8")
    assert hashlib.sha256(file.read_bytes()).hexdigest() in card
    assert f"{file.stat().st_size} bytes" in card


def test_networks_of_another_shape_refuse_the_weights() -> None:
    trainer = GanTrainer(preset("digits").patched(g_units=8), CPU)
    with pytest.raises(UserError) as caught:
        load_trained(trainer)
    assert caught.value.kind == "gan_trained_other"
