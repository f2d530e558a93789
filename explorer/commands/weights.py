"""``python -m explorer weights``: list, fetch, import and verify the weights that networks can have."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import msgspec

from explorer.core.errors import UserError
from explorer.core.text import LANGUAGES, Translator

if TYPE_CHECKING:
    from explorer.nets.spec import NetSpec, WeightsSpec
    from explorer.nets.weights.store import WeightsStore

_FAILED, _WRONG_USE = 1, 2
_BAR_EVERY_S = 0.1
_LINE_EVERY_S = 5.0


class _Row(msgspec.Struct, frozen=True):
    """One line of the answer; ``state`` is a word of the table's last column, the same in every language."""

    name: str
    state: str
    dataset: str = ""
    megabytes: float = 0.0
    accuracy: dict[str, float] = {}
    file: str = ""
    message: str = ""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``weights`` to the program's subcommands; the parsed arguments carry ``run``."""
    parser = subparsers.add_parser(
        "weights",
        help="list, fetch, import and verify the weights of the networks",
        description="NAME is a network (vgg16: its first weights that can be downloaded) or <network>-<weights> "
        "(vgg16-imagenet1k_v1). The variable LAYERWALK_WEIGHTS_MIRROR names a folder or address to fetch from instead.",
    )
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--json", action="store_true", help="print the result as JSON, one object a line")
    common.add_argument("--lang", choices=LANGUAGES, default="en", help="language of what is printed")
    actions = parser.add_subparsers(dest="action", required=True, metavar="list|fetch|import|verify")
    actions.add_parser("list", parents=[common], help="what there is, and what of it is on this machine")
    fetch = actions.add_parser("fetch", parents=[common], help="download, going on where an earlier attempt stopped")
    fetch.add_argument("names", nargs="+", metavar="NAME")
    take = actions.add_parser("import", parents=[common], help="copy weights from files or folders, such as a stick")
    take.add_argument("paths", nargs="+", metavar="PATH", type=Path)
    verify = actions.add_parser("verify", parents=[common], help="read the files again and compare their SHA-256")
    verify.add_argument("names", nargs="*", metavar="NAME", help="all that are on this machine if none is named")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Carry the command out and return the exit code: 0 done, 1 failed, 2 wrong use."""
    from explorer.nets.catalog import NETS  # noqa: PLC0415 — imports torch
    from explorer.nets.weights.store import WeightsStore  # noqa: PLC0415 — imports torch

    text = Translator(args.lang)
    store = WeightsStore.standard(os.environ)
    try:
        if args.action == "list":
            return _answer(args, text, _list(store, NETS))
        if args.action == "fetch":
            return _answer(args, text, _fetch(store, NETS, args.names, text))
        if args.action == "import":
            return _answer(args, text, _import(store, NETS, args.paths, text))
        return _answer(args, text, _verify(store, NETS, args.names, text))
    except UserError as error:
        print(_sentence(error, text), file=sys.stderr)
        return _WRONG_USE if error.kind in ("weights_unknown", "weights_not_offered") else _FAILED
    except KeyboardInterrupt:
        print(f"\n{text('weights.interrupted')}", file=sys.stderr)
    return _FAILED


def _list(store: WeightsStore, nets: Sequence[NetSpec]) -> list[_Row]:
    return [_row(store, net, spec) for net, spec in _all(nets)]


def _all(nets: Sequence[NetSpec]) -> list[tuple[NetSpec, WeightsSpec]]:
    return [(net, spec) for net in nets for spec in net.weights]


def _row(store: WeightsStore, net: NetSpec, spec: WeightsSpec, state: str = "", message: str = "") -> _Row:
    from explorer.nets.weights.store import full_name, megabytes  # noqa: PLC0415 — imports torch

    path = store.locate(spec)
    return _Row(
        name=full_name(net, spec),
        state=state or ("here" if path else "damaged" if store.damaged(spec) else "absent"),
        dataset=spec.dataset,
        megabytes=round(megabytes(spec), 1),
        accuracy=dict(spec.accuracy),
        file=str(path or spec.file),
        message=message,
    )


def _fetch(store: WeightsStore, nets: Sequence[NetSpec], names: Iterable[str], text: Translator) -> Iterable[_Row]:
    from explorer.nets.weights.acquire import fetch  # noqa: PLC0415 — imports torch
    from explorer.nets.weights.store import find_weights, full_name  # noqa: PLC0415 — imports torch

    wanted = [find_weights(nets, name) for name in names]  # all names are right, or nothing begins
    for net, spec in wanted:
        with _ProgressLine(full_name(net, spec), sys.stderr) as line:
            try:
                fetch(store, spec, line.show, lambda: False, os.environ)
            except UserError as error:
                yield _row(store, net, spec, "failed", _sentence(error, text))
                continue
        yield _row(store, net, spec)


def _import(store: WeightsStore, nets: Sequence[NetSpec], paths: Iterable[Path], text: Translator) -> Iterable[_Row]:
    from explorer.nets.weights.acquire import import_weights  # noqa: PLC0415 — imports torch
    from explorer.nets.weights.store import full_name  # noqa: PLC0415 — imports torch

    specs = {full_name(net, spec): (net, spec) for net, spec in _all(nets)}
    with _ProgressLine(text("weights.importing"), sys.stderr) as line:
        outcomes = import_weights(store, nets, paths, line.show, lambda: False)
    for outcome in outcomes:
        if outcome.error:
            name, message = outcome.name or outcome.file.name, _sentence(outcome.error, text)
            yield _Row(name, "refused", file=str(outcome.file), message=message)
        else:
            yield _row(store, *specs[outcome.name], state=outcome.outcome)


def _verify(store: WeightsStore, nets: Sequence[NetSpec], names: Sequence[str], text: Translator) -> Iterable[_Row]:
    from explorer.nets.weights.store import absent, find_weights  # noqa: PLC0415 — imports torch

    for name in names or [net.name for net in nets if net.weights]:
        of_net = [(net, spec) for net, spec in _all(nets) if net.name == name]
        rows = [row for net, spec in of_net or [find_weights(nets, name)] if (row := _verdict(store, net, spec, text))]
        if names and not rows:
            net, spec = find_weights(nets, name)
            rows = [_row(store, net, spec, "absent", _sentence(absent(net, spec), text))]
        yield from rows


def _verdict(store: WeightsStore, net: NetSpec, spec: WeightsSpec, text: Translator) -> _Row | None:
    """Return what reading the files of these weights shows; None where there are none."""
    if store.verified(spec, fresh=True) is not None:
        return _row(store, net, spec, "verified")
    damaged = store.damaged(spec)
    if not damaged:
        return None
    error = UserError("weights_file_wrong", file=str(damaged[0]))
    return _row(store, net, spec, "damaged", _sentence(error, text))


def _answer(args: argparse.Namespace, text: Translator, rows: Iterable[_Row]) -> int:
    """Print rows, each as soon as it is known with ``--json``, and return the exit code."""
    kept: list[_Row] = []
    for row in rows:
        kept.append(row)
        if args.json:
            print(msgspec.json.encode(row).decode(), flush=True)
        if row.message:
            print(f"{row.name}: {row.message}", file=sys.stderr)
    if not args.json:
        _print_table(kept, text, sys.stdout)
    asked = args.action != "list"
    return int(asked and any(row.state in ("failed", "refused", "damaged", "absent") for row in kept))


def _print_table(rows: Sequence[_Row], text: Translator, out: TextIO) -> None:
    titles = [text(f"weights.column.{name}") for name in ("name", "dataset", "size", "accuracy", "state")]
    cells = [
        [
            row.name,
            row.dataset or "–",
            f"{row.megabytes:.1f} MB" if row.megabytes else "–",
            f"{row.accuracy['main']:.1f} %" if "main" in row.accuracy else "–",
            text(f"weights.state.{row.state}"),
        ]
        for row in rows
    ]
    widths = [max(map(_columns, column)) for column in zip(titles, *cells, strict=True)]
    for line in [titles, *cells]:
        padded = [cell + " " * (width - _columns(cell)) for cell, width in zip(line, widths, strict=True)]
        print("  ".join(padded).rstrip(), file=out)


def _columns(cell: str) -> int:
    """Return how many columns of a terminal a text takes: Hangul takes two each."""
    return sum(2 if "\u1100" <= letter <= "\u115f" or "\uac00" <= letter <= "\ud7a3" else 1 for letter in cell)


def _sentence(error: UserError, text: Translator) -> str:
    return " ".join(text.error(error.kind, error.details)).strip()


class _ProgressLine:
    """One line that fills while bytes arrive; where nobody watches, a line every few seconds."""

    def __init__(self, label: str, out: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._label = label
        self._out = out
        self._clock = clock
        self._live = out.isatty()
        self._told = clock()
        self._width = 0

    def __enter__(self) -> _ProgressLine:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._width:
            print(file=self._out)

    def show(self, done: int, total: int) -> None:
        """Say how many bytes of how many are there; not at every call."""
        now = self._clock()
        if now - self._told < (_BAR_EVERY_S if self._live else _LINE_EVERY_S) and done != total:
            return
        self._told = now
        whole = f" / {total / 1e6:.1f} MB ({done / total:.0%})" if total else " MB"
        line = f"{self._label}  {done / 1e6:.1f}{whole}"
        if self._live:
            print(f"\r{line:<{self._width}}", end="", file=self._out, flush=True)
            self._width = max(self._width, len(line))
        else:
            print(line, file=self._out, flush=True)
