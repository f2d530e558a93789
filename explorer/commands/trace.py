"""``python -m explorer trace``: every layer of a network on a picture, as JSON and as arrays."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.core.errors import UserError
from explorer.core.text import LANGUAGES, Translator

if TYPE_CHECKING:
    from explorer.core.layers import LayerSpec
    from explorer.engine.session import Run, Session

TOP = 5


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``trace`` to the program's subcommands."""
    parser = subparsers.add_parser("trace", help="run a network on pictures and write down every layer")
    parser.add_argument("pictures", nargs="+", type=Path, metavar="PICTURE", help="picture files or folders of them")
    parser.add_argument("--net", default="googlenet", help="network of the catalog (default: %(default)s)")
    parser.add_argument("--weights", default="", metavar="NAME|FILE", help="of the catalog, or a state dict")
    parser.add_argument("--device", default="cpu", help="cpu, cuda:0, mps, auto … (default: %(default)s)")
    parser.add_argument("--json", default="", metavar="FILE|-", help="one object a picture; - for standard output")
    parser.add_argument("--save", type=Path, metavar="FOLDER", help="one float32 .npy a layer, input.npy and logits")
    parser.add_argument("--size", type=int, default=0, metavar="PX", help="side of the input (default: as trained)")
    parser.add_argument("--lang", choices=LANGUAGES, default="en", help="language of error messages")
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Trace each picture; a refused one is reported among the others and makes the exit code 1."""
    from explorer.engine.session import Session  # noqa: PLC0415 — torch
    from explorer.nets.weights.store import WeightsStore  # noqa: PLC0415

    tr = Translator(given.lang)
    try:
        files = _files(given.pictures)
        session = Session(WeightsStore.standard(os.environ))
        # A wrong network or wrong weights is said once, not for every picture.
        _ready(session, given)
    except UserError as error:
        print(" ".join(tr.error(error.kind, error.details)), file=sys.stderr)
        return 2 if error.kind in ("net_unknown", "size_outside") else 1
    failed = False
    lines: list[str] = []
    for index, file in enumerate(files):
        folder = given.save if given.save is None or len(files) == 1 else given.save / f"{index:04d}-{file.stem}"
        try:
            report = _traced(session, given, file, folder)
        except UserError as error:
            failed = True
            message, hint = tr.error(error.kind, error.details)
            report = {"picture": str(file), "error": {"kind": error.kind, "message": message, "hint": hint}}
            print(f"{file}: {message} {hint}", file=sys.stderr)
        lines.append(json.dumps(report, ensure_ascii=False, indent=1 if len(files) == 1 else None))
        if given.json == "-":
            print(lines[-1], flush=True)
        elif not given.json and "error" not in report:
            print("\n".join(_summary(report)))
    if given.json and given.json != "-":
        try:
            Path(given.json).write_text("\n".join(lines) + "\n", encoding="utf-8")
        except OSError as error:
            print(" ".join(tr.error("output_unwritable", {"file": given.json, "reason": str(error)})), file=sys.stderr)
            return 1
    return 1 if failed else 0


def _files(pictures: list[Path]) -> list[Path]:
    from explorer.imaging import sources  # noqa: PLC0415

    files: list[Path] = []
    for path in pictures:
        files += sources.expand([path]) if path.is_dir() else [path]
    return files


def _ready(session: Session, given: argparse.Namespace) -> None:
    from explorer.engine.devices import resolve_device  # noqa: PLC0415
    from explorer.nets import catalog  # noqa: PLC0415

    device = resolve_device(given.device, session.devices)
    if given.device not in ("auto", "cuda", device):
        raise UserError("device_unknown", device=given.device, known=", ".join(one.name for one in session.devices))
    session.ready_net(catalog.find(given.net), given.weights, device, given.size)


def _traced(session: Session, given: argparse.Namespace, file: Path, folder: Path | None) -> dict[str, Any]:
    from explorer.core.messages.explore import TraceRequest  # noqa: PLC0415
    from explorer.imaging import sources  # noqa: PLC0415

    data = sources.read(file)
    request = TraceRequest(
        net=given.net,
        weights=given.weights,
        picture_key=hashlib.sha256(data).hexdigest(),
        picture_name=file.name,
        picture=np.frombuffer(data, np.uint8),
        size=given.size,
        device=given.device,
    )
    done = session.perform(request)
    if folder is not None:
        _save(done, folder)
    return {
        "picture": str(file),
        "net": done.net.spec.name,
        "weights": done.net.loaded.weights.name,
        "device": done.device,
        "seconds": done.activations.seconds,
        "input": {"size": done.net.size},
        "layers": [_layer(done, layer) for layer in done.net.graph.layers],
        "heads": dict(_heads(done)),
    }


def _layer(done: Run, layer: LayerSpec) -> dict[str, Any]:
    from explorer.tracing.statistics import describe  # noqa: PLC0415

    field, statistics = layer.receptive_field, describe(done.activations.get(layer.name)[0])
    return {
        "name": layer.name,
        "label": layer.label,
        "kind": layer.kind,
        "inputs": list(layer.inputs),
        "shape": list(layer.shape),
        "parameters": layer.parameters,
        "macs": layer.macs,
        "receptive_field": None if field is None else {"size": field.size, "stride": field.stride},
        "milliseconds": done.activations.layer_ms.get(layer.name, 0.0),
        "branch": layer.branch,
        "stats": {
            "min": statistics.min,
            "max": statistics.max,
            "mean": statistics.mean,
            "std": statistics.std,
            "zeros": statistics.zeros,
        },
    }


def _heads(done: Run) -> Iterator[tuple[str, dict[str, Any]]]:
    from explorer.methods.heads import predictions  # noqa: PLC0415

    graph = done.net.graph
    for prediction in predictions(graph.heads, done.activations.logits):
        top: list[dict[str, Any]] = []
        if prediction.probabilities is not None:
            ranking = np.argsort(-prediction.probabilities, kind="stable")[:TOP]
            top = [
                {"label": done.net.loaded.classes[index], "probability": float(prediction.probabilities[index])}
                for index in ranking
            ]
        yield prediction.head, {"trained": prediction.trained, "top": top}


def _save(done: Run, folder: Path) -> None:
    """Write every layer's output without the batch; the input is what the network really got."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for layer in done.net.graph.layers:
            np.save(folder / f"{layer.name}.npy", done.activations.get(layer.name)[0].float().cpu().numpy())
        for head, logits in done.activations.logits.items():
            np.save(folder / f"logits.{head}.npy", logits[0].float().cpu().numpy())
    except OSError as error:
        raise UserError("output_unwritable", file=str(folder), reason=str(error)) from error


def _summary(report: dict[str, Any]) -> Iterator[str]:
    yield f"{report['picture']}  {report['net']} ({report['weights']}) on {report['device']}, {report['seconds']:.3f} s"
    for layer in report["layers"]:
        shape = "×".join(str(side) for side in layer["shape"])
        yield f"  {layer['name']:<34}{layer['kind']:<14}{shape:>14}{layer['parameters']:>12,}{layer['macs']:>16,}"
    for head, says in report["heads"].items():
        words = ", ".join(f"{one['label']} {100 * one['probability']:.1f} %" for one in says["top"])
        yield f"  {head}: {words if says['trained'] else 'untrained'}"
