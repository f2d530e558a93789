"""``python -m explorer shot``: the real window, drawn without a screen."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from explorer.core.errors import UserError
from explorer.core.scene import FIRST_SCENE, ORDERS, SCALINGS, VIEWS, WORKSPACES, PictureSource, Scene
from explorer.core.text import Translator
from explorer.imaging import sources

if TYPE_CHECKING:
    from explorer.app import Application

DEFAULT_SIZE = "1920x1080"
TIMEOUT_MS = 120_000
LARGEST_SIDE_PX = 8192


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``shot`` to the program's subcommands."""
    parser = subparsers.add_parser("shot", help="draw the window into a PNG, without a screen")
    parser.add_argument("output", type=Path, metavar="OUT.png")
    parser.add_argument("--scene", type=Path, metavar="FILE", help="a scene as JSON; the options below change it")
    parser.add_argument("--picture", type=Path, metavar="P", help="picture file (default: the first sample)")
    parser.add_argument("--net")
    parser.add_argument("--weights", metavar="NAME|FILE")
    parser.add_argument("--layer", metavar="L", help="step, layer or label, such as inception4a or conv5_3")
    parser.add_argument(
        "--view", choices=(*VIEWS, *WORKSPACES[1:]), metavar="V", help=", ".join((*VIEWS, *WORKSPACES[1:]))
    )
    parser.add_argument("--channel", type=int)
    parser.add_argument("--scaling", choices=SCALINGS)
    parser.add_argument("--order", choices=ORDERS)
    parser.add_argument("--colours", dest="colour_map", metavar="MAP")
    parser.add_argument("--preset", default="", metavar="P", help="of the compare, train or gan workspace")
    parser.add_argument("--data", default="", metavar="NAME|FOLDER", help="what the train workspace learns from")
    parser.add_argument("--steps", type=int, default=0, metavar="N", help="let it learn for so many steps first")
    parser.add_argument("--input-size", dest="input_size", type=int, metavar="PX")
    parser.add_argument("--size", default=DEFAULT_SIZE, metavar="WxH", help="of the window (default: %(default)s)")
    parser.add_argument("--theme", choices=("dark", "light"), default="dark")
    parser.add_argument("--lang", choices=("en", "ko"), default="en")
    parser.add_argument("--present", action="store_true", help="at projector size")
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Draw one window; nothing of the person's settings is read or written."""
    tr = Translator(given.lang)
    try:
        size = _window_size(given.size)
        scene = _scene(given)
    except UserError as error:
        print(" ".join(tr.error(error.kind, error.details)), file=sys.stderr)
        return 2
    if scene.picture.kind == "file":
        # The window would show a sample in its place, which is not what was asked for.
        try:
            sources.read(Path(scene.picture.name))
        except UserError as error:
            print(" ".join(tr.error(error.kind, error.details)), file=sys.stderr)
            return 1
    # A window that nobody sees needs no screen; someone who does want one says so.
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

    from explorer.app import Application, make_application  # noqa: PLC0415 — Qt
    from explorer.inbox import Inbox, start_engine  # noqa: PLC0415
    from explorer.options import Options  # noqa: PLC0415

    inbox = Inbox()
    client = start_engine(inbox)
    options = Options(
        scene=scene, scene_only=True, theme=given.theme, language=given.lang, present=given.present, size=size
    )
    application = Application(make_application([]), inbox, client, options)
    try:
        application.start()
        complaint = _settle(application, size)
        if complaint is None and (given.preset or given.steps or given.data):
            complaint = _prepare(application, given, tr) or _settle(application, size)
        if complaint is None and given.layer and application.explore.find(given.layer) is None:
            kind, details = "layer_unknown", {"layer": given.layer, "net": scene.net}
            complaint = " ".join(tr.error(kind, details))
        if complaint is None:
            given.output.parent.mkdir(parents=True, exist_ok=True)
            if not application.window.grab().save(str(given.output)):
                details = {"file": str(given.output), "reason": "PNG"}
                complaint = " ".join(tr.error("output_unwritable", details))
    except OSError as error:
        complaint = " ".join(tr.error("output_unwritable", {"file": str(given.output), "reason": str(error)}))
    finally:
        application.window.close()
    if complaint is not None:
        print(complaint, file=sys.stderr)
        return 1
    return 0


def _prepare(application: Application, given: argparse.Namespace, tr: Translator) -> str | None:
    """Put the workspace's preset up; return the sentence of what went wrong, or None."""
    try:
        application.workspaces.prepare(given.preset, given.steps, given.data)
    except UserError as error:
        return " ".join(tr.error(error.kind, error.details))
    return None


def _settle(application: Application, size: tuple[int, int]) -> str | None:
    """Run the event loop until the scene is on screen; return the sentence of what went wrong, or None.

    What learns may take its time, as long as it goes on.
    """
    from PySide6.QtCore import QEventLoop, QTimer  # noqa: PLC0415

    loop = QEventLoop()
    poll, limit = QTimer(), QTimer()
    settled, reached = False, 0

    def look() -> None:
        nonlocal settled, reached
        if application.workspaces.steps_done > reached:
            reached = application.workspaces.steps_done
            limit.start()
        settled = application.settled
        if settled or application.complaint:
            loop.quit()

    poll.timeout.connect(look)
    poll.start(20)
    limit.setSingleShot(True)
    limit.setInterval(TIMEOUT_MS)
    limit.timeout.connect(loop.quit)
    limit.start()
    loop.exec()
    poll.stop()
    limit.stop()
    # What was asked for is pushed; let the widgets lay themselves out and paint once.
    application.window.resize(*size)
    for _ in range(5):
        loop.processEvents()
    if settled:
        return None
    return application.complaint or " ".join(application.tr.error("engine_failed", {}))


def _window_size(text: str) -> tuple[int, int]:
    try:
        width, height = (int(side) for side in text.lower().split("x"))
    except ValueError as error:
        raise UserError("shot_size", size=text) from error
    if not (320 <= width <= LARGEST_SIDE_PX and 240 <= height <= LARGEST_SIDE_PX):
        raise UserError("shot_size", size=text)
    return width, height


def _scene(given: argparse.Namespace) -> Scene:
    scene = FIRST_SCENE
    if given.scene is not None:
        try:
            scene = msgspec.json.decode(given.scene.read_bytes(), type=Scene)
        except (OSError, msgspec.MsgspecError, RecursionError) as error:
            raise UserError("scene_unreadable", file=str(given.scene), reason=str(error)) from error
    changes: dict[str, Any] = {
        name: getattr(given, name)
        for name in ("net", "weights", "layer", "view", "channel", "scaling", "order", "colour_map")
        if getattr(given, name) is not None
    }
    if given.view in WORKSPACES:
        changes["workspace"] = changes.pop("view")
    if given.input_size is not None:
        changes["size"] = given.input_size
    if given.picture is not None:
        changes["picture"] = PictureSource("file", str(given.picture.absolute()))
    return scene.patched(**changes)
