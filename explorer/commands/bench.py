"""``python -m explorer bench``: the figures by which Layerwalk's speed and memory are judged, on this machine."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol, cast

from explorer.core.text import LANGUAGES, Translator

NAMES = (
    "capture",
    "wall",
    "step",
    "panels",
    "drop",
    "window",
    "ready",
    "memory",
    "growth",
    "frames",
    "train",
    "plane",
    "fit",
    "microscope",
    "gradcam",
    "occlusion",
    "patches",
)


class Measure(Protocol):
    """A module of :mod:`explorer.benchmarks`."""

    def measure(self) -> Any: ...


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``bench`` to the program's subcommands."""
    parser = subparsers.add_parser("bench", help="measure speed and memory against this machine's own figures")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)} (default: all)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures and what they are made of")
    parser.add_argument("--lang", choices=LANGUAGES, default="en", help="language of the table")
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Take the measures one after the other; return 1 where a bar is missed, 2 for an unknown name."""
    tr = Translator(given.lang)
    unknown = [name for name in given.names if name not in NAMES]
    if unknown:
        print(tr("bench.unknown", name=unknown[0], known=", ".join(NAMES)), file=sys.stderr)
        return 2
    figures: dict[str, dict[str, Any]] = {}
    for name in dict.fromkeys(given.names or NAMES):
        print(tr("bench.measuring", what=tr(f"bench.{name}"), load=_load()), file=sys.stderr, flush=True)
        figures[name] = _taken(name, tr)
        print("\n".join(_rows(name, figures[name], tr)), flush=True)
    if given.json is not None:
        try:
            given.json.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        except OSError as error:
            print(
                " ".join(tr.error("output_unwritable", {"file": str(given.json), "reason": str(error)})),
                file=sys.stderr,
            )
            return 1
    return 0 if all(figure["ok"] for figure in figures.values()) else 1


def measures() -> Mapping[str, Measure]:
    """Return the measures by name."""
    from explorer.benchmarks import (  # noqa: PLC0415 — only bench
        capture,
        drop,
        fit,
        frames,
        gradcam,
        growth,
        memory,
        microscope,
        occlusion,
        panels,
        patches,
        plane,
        ready,
        step,
        train,
        wall,
        window,
    )

    found = (
        capture,
        wall,
        step,
        panels,
        drop,
        window,
        ready,
        memory,
        growth,
        frames,
        train,
        plane,
        fit,
        microscope,
        gradcam,
        occlusion,
        patches,
    )
    return {name: cast(Measure, module) for name, module in zip(NAMES, found, strict=True)}


def _taken(name: str, tr: Translator) -> dict[str, Any]:
    from explorer.benchmarks.measure import MeasureFailed  # noqa: PLC0415

    try:
        figures: dict[str, Any] = measures()[name].measure().as_json()
    except MeasureFailed as error:
        print(tr("bench.failed", what=tr(f"bench.{name}"), reason=str(error)), file=sys.stderr)
        return {"value": None, "unit": "", "bar": None, "ok": False, "detail": {"failed": str(error)}}
    figures["detail"]["load"] = _load()
    return figures


def _rows(name: str, figure: Mapping[str, Any], tr: Translator) -> list[str]:
    """Return a measure as lines of the table, what it is made of indented under it."""
    verdict = tr("bench.kept" if figure["ok"] else "bench.missed")
    if figure["value"] is None:
        return [f"{name:<10} –  {verdict}"]
    rows = [
        f"{name:<10} {figure['value']:>9.3f} {figure['unit']:<4} ≤ {figure['bar']:<8g} {verdict}  {tr(f'bench.{name}')}"
    ]
    for key, value in figure["detail"].items():
        if key == "parts":
            rows += [f"    {part}: {of['value']:.3f} (≤ {of['bar']:g})" for part, of in value.items()]
        else:
            rows.append(f"    {key}: {_short(value)}")
    return rows


def _short(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_short(one)}" for key, one in value.items())
    return f"{value:g}" if isinstance(value, float) else str(value)


def _load() -> float:
    """Return how many processes want this machine; figures taken above the number of its cores are noisy."""
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else 0.0
