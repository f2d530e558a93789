"""The command line: the window, and commands for scripts and tests."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from explorer import __version__
from explorer.engine.launch import engine_command, launch

COMMANDS = ("trace", "shot", "train", "gan", "weights", "bench", "check")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return 0 where it was done, 1 where it failed, 2 where it was called wrongly."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words and words[0] in COMMANDS:
        return _command(words)
    return _window(words)


def _window(words: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="layerwalk",
        description="Show a class every layer of a convolutional network on a picture.",
        epilog=f"Commands, each with --help: {', '.join(COMMANDS)}.",
    )
    parser.add_argument("pictures", nargs="*", type=Path, metavar="PICTURE", help="picture files or folders")
    parser.add_argument("--theme", choices=("dark", "light"), default="")
    parser.add_argument("--lang", choices=("en", "ko"), default="")
    parser.add_argument("--present", action="store_true", help="start at projector size")
    parser.add_argument("--engine", nargs=argparse.REMAINDER, default=(), metavar="COMMAND", help=(
        "command that starts the engine, e.g. ssh lab python -m explorer.engine; must come last"
    ))  # fmt: skip
    parser.add_argument("--version", action="version", version=f"layerwalk {__version__}")
    given = parser.parse_args(words)

    # First of all: the engine imports torch while this process imports everything else.
    command = list(given.engine) or engine_command()
    process = launch(command)

    from explorer.inbox import Inbox, start_engine  # noqa: PLC0415 — numpy
    from explorer.options import Options  # noqa: PLC0415

    options = Options(
        paths=tuple(given.pictures),
        theme=given.theme,
        language=given.lang,
        present=given.present,
        engine=tuple(given.engine),
    )
    inbox = Inbox()
    client = start_engine(inbox, command, process)

    from explorer.app import run  # noqa: PLC0415 — Qt

    return run(options, inbox, client)


def _command(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="layerwalk")
    subparsers = parser.add_subparsers(dest="command", required=True)
    # Only the command that was asked for is imported: some of them bring torch, some Qt.
    importlib.import_module(f"explorer.commands.{words[0]}").add_parser(subparsers)
    given = parser.parse_args(words)
    try:
        return int(given.run(given))
    except BrokenPipeError:
        # Whoever read the output has enough of it, as ``| head`` does; at its end Python would try to write the rest.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


if __name__ == "__main__":
    sys.exit(main())
