"""Turns what ``python -m explorer train`` left into weights that Layerwalk ships: float16, measured, with a model card.

    python packaging/ship_weights.py RUN_FOLDER NAME --data FOLDER --command "…" [--minutes M] [--note TEXT]

NAME is the file's stem in resources/weights, such as ``resnet20-cifar10``. Prints the lines for the net's ``SPEC``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from explorer.core.resources import resource
from explorer.nets import catalog
from explorer.nets.weights.metadata import FileFacts, facts_as_metadata
from explorer.training.build import build_net
from explorer.training.classifier import ClassifierTraining
from explorer.training.data.dataset import DataSet
from explorer.training.data.folders import load_folder
from explorer.training.job import find_recipe
from explorer.training.metrics import Arithmetic, evaluate
from explorer.training.reports import Plan
from explorer.training.runfolder import CHECKPOINT, plain, read_checkpoint

CARD = """# {stem}

{title} for pictures of {size}×{size}, trained by Layerwalk's own `train` command.

## What it is

- **Architecture**: {title}, {parameters:,} parameters{form}.
- **Classes**, in the order of the outputs: {classes}.
- **File**: `{stem}.safetensors`, {bytes:,} bytes, numbers in float16 (they are widened to float32 when loaded).
  SHA-256 `{sha256}`.

## What a picture has to look like

The centred square of the picture, reduced to {side}×{side} pixels by averaging areas{resized}; per channel minus
(0.485, 0.456, 0.406), over (0.229, 0.224, 0.225).

## How good it is

Top-1 accuracy of this very file on the 10,000 test pictures of CIFAR-10 (as JPEG), in percent:

| {heads} |
| {lines} |
| {figures} |

## How it was trained

```
{command}
```

Commit {commit}, seed {seed}, {epochs} epochs in the last command; {minutes} on two CPU cores that were shared with
other work.
{note}
## What it cannot do

- It knows ten classes and always names one of them, whatever is in the picture.
- It has only seen pictures of CIFAR-10; on photos it is less often right.
- CIFAR-10 is small and one-sided; do not use this network for anything but teaching.

## Licence and sources

The weights are distributed with Layerwalk under the program's own licence, MIT.

- {reference} (the network).
- A. Krizhevsky: *Learning Multiple Layers of Features from Tiny Images*, 2009 (the pictures, of which none is part of
  the file).
"""


def main() -> None:
    """Write the weights and their card."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path)
    parser.add_argument("name")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--command", required=True)
    parser.add_argument("--minutes", default="")
    parser.add_argument("--note", default="")
    parser.add_argument("--commit", default="")
    given = parser.parse_args()
    tensors, state = read_checkpoint(given.run / CHECKPOINT)
    settings: dict[str, Any] = state["settings"]
    data = load_folder(given.data, settings["seed"]).data
    spec = catalog.find(settings["net"])
    net = build_net(spec, len(data.classes), settings["form"], 0, settings["heads"])
    training = ClassifierTraining(
        net,
        data,
        find_recipe(settings["preset"]),
        Plan(settings["epochs"], settings["seed"], settings["size"]),
        Arithmetic(torch.device("cpu"), "float32", channels_last=True),
    )
    training.restore(tensors, state["training"])
    halves = {key: value.half() for key, value in plain(training.measure().net.state_dict()).items()}
    net.load_state_dict({key: value.float() for key, value in halves.items()}, strict=False)
    accuracy = _measured(training, data)
    path = resource("weights", f"{given.name}.safetensors")
    facts = FileFacts(data.classes, "CIFAR-10", training.preprocess, accuracy)
    extra = {"net": spec.name, "form": str(settings["form"])}
    save_file({key: value.contiguous() for key, value in halves.items()}, path, facts_as_metadata(facts) | extra)
    content = path.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    commit = (
        given.commit
        or subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True
        ).stdout.strip()
    )
    side, size = data.side_px, settings["size"]
    card = CARD.format(
        stem=given.name,
        title=spec.title,
        size=size,
        side=side,
        resized="" if size == side else f", and resized to {size}×{size} (bicubic)",
        parameters=sum(parameter.numel() for parameter in net.parameters()),
        form=", in its form for small pictures" if settings["form"] == "small" else "",
        classes=", ".join(data.classes),
        bytes=len(content),
        sha256=sha256,
        heads=" | ".join(accuracy),
        lines=" | ".join("---" for _ in accuracy),
        figures=" | ".join(f"{value:.1f}" for value in accuracy.values()),
        command=given.command,
        commit=commit,
        seed=settings["seed"],
        epochs=settings["epochs"],
        minutes=given.minutes,
        note=f"{given.note}\n" if given.note else "",
        reference=spec.reference,
    )
    path.with_suffix(".md").write_text(card, encoding="utf-8")
    print(json.dumps({"file": path.name, "sha256": sha256, "size_bytes": len(content), "accuracy": accuracy}, indent=1))


def _measured(training: ClassifierTraining, data: DataSet) -> dict[str, float]:
    """Return the accuracy of each head on the test pictures, in percent, in float32 as Explore computes."""
    work = evaluate(
        training.net,
        data.validation,
        training.plan.size,
        training.preprocess,
        Arithmetic(torch.device("cpu"), "float32", channels_last=True),
        len(data.classes),
    )
    while True:
        try:
            next(work)
        except StopIteration as end:
            return {head: round(100 * share, 2) for head, share in end.value.accuracy.items()}


if __name__ == "__main__":
    main()
