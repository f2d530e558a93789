"""A network of a few hundred numbers with an auxiliary head, and catalogs made of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor, nn

from explorer.core.errors import UserError
from explorer.nets.spec import NetSpec, Preprocess, WeightsSpec
from explorer.nets.weights.loading import LoadedNet, load
from explorer.nets.weights.store import WeightsStore

SMALL = Preprocess(size=8, mean=(0.5, 0.5, 0.5), std=(0.5, 0.5, 0.5))


class Auxiliary(nn.Module):
    def __init__(self, classes: int) -> None:
        super().__init__()
        self.bn = nn.BatchNorm2d(4)
        self.fc = nn.Linear(4, classes)

    def forward(self, maps: Tensor) -> Tensor:
        return self.fc(self.bn(maps).mean((2, 3)))


class Tiny(nn.Module):
    def __init__(self, classes: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
        self.bn = nn.BatchNorm2d(4)
        self.aux1 = Auxiliary(classes)
        self.fc = nn.Linear(4, classes)

    def forward(self, picture: Tensor) -> dict[str, Tensor]:
        maps = self.bn(self.conv(picture))
        return {"main": self.fc(maps.mean((2, 3))), "aux1": self.aux1(maps)}


class Plain(nn.Module):
    """Has no batch normalisation."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
        self.fc = nn.Linear(4, classes)

    def forward(self, picture: Tensor) -> dict[str, Tensor]:
        return {"main": self.fc(self.conv(picture).mean((2, 3)))}


TINY = NetSpec("tiny", "Tiny", 2024, "nobody", Tiny, SMALL)
PLAIN = NetSpec("plain", "Plain", 2024, "nobody", Plain, SMALL)


def trained(classes: int = 10, heads: tuple[str, ...] = ("main", "aux1"), build: type[nn.Module] = Tiny) -> nn.Module:
    """Return a network after one step of training, by torch alone, of the sum of those heads' outputs."""
    with torch.random.fork_rng():
        torch.manual_seed(5)
        module = build(classes).train()
        if "aux1" not in heads and build is Tiny:
            module.aux1.eval()
        outputs = module(torch.rand(6, 3, 8, 8))
        optimiser = torch.optim.SGD(module.parameters(), lr=0.1)
        sum(outputs[head].square().sum() for head in heads).backward()
        optimiser.step()
    return module.eval()


def entry(path: Path, name: str = "good", **changes: object) -> WeightsSpec:
    """Return the catalog entry of a file that is there now."""
    content = path.read_bytes()
    facts: dict[str, object] = {
        "name": name,
        "file": path.name,
        "sha256": hashlib.sha256(content).hexdigest(),
        "size_bytes": len(content),
        "megabytes": len(content) / 1e6,
        "dataset": "CIFAR-10",
        "classes": "cifar10",
        "preprocess": SMALL,
        "accuracy": {"main": 50.0},
    }
    return WeightsSpec(**{**facts, **changes})  # type: ignore[arg-type]


def store_below(folder: Path) -> WeightsStore:
    for name in ("shipped", "user", "hub"):
        (folder / name).mkdir(exist_ok=True)
    return WeightsStore(folder / "shipped", folder / "user", folder / "hub")


def opener(folder: Path) -> Callable[..., LoadedNet]:
    """Return ``open_file(path, net=TINY)``, which loads a person's own file with an empty store."""
    store = store_below(folder)
    return lambda path, net=TINY: load(store, net, str(path))


def refusal(action: Callable[[], object]) -> UserError:
    try:
        action()
    except UserError as error:
        return error
    raise AssertionError("nothing was refused")
