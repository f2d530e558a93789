"""``python -m explorer gan``: train one of the presets without a window, and write down what became of it."""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from explorer.core.errors import UserError
from explorer.core.gan_scene import LIMITS, PRESETS, GanScene, preset
from explorer.core.messages.gan import CURVES
from explorer.core.settings import write_whole
from explorer.core.text import LANGUAGES, Translator

if TYPE_CHECKING:
    from PIL import Image

    from explorer.training.gan.session import GanRun

GIF_FRAMES = 100
REPORT_S = 3.0


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``gan`` to the program's subcommands."""
    names = ", ".join(scene.preset for scene in PRESETS)
    parser = subparsers.add_parser("gan", help="train a GAN on the plane or on pictures")
    parser.add_argument("preset", metavar="PRESET", help=names)
    parser.add_argument("--steps", type=int, default=3000, help="steps of the GAN (default: %(default)s)")
    parser.add_argument("--seed", type=int, help="default: the preset's own")
    parser.add_argument("--device", default="cpu", help="cpu, cuda:0, mps, auto … (default: %(default)s)")
    parser.add_argument("--json", default="", metavar="FILE|-", help="figures and curves; - for standard output")
    parser.add_argument("--gif", type=Path, metavar="FILE", help=f"{GIF_FRAMES} frames of the plane or the wall")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="curves as CSV, both networks as safetensors")
    parser.add_argument("--lang", choices=LANGUAGES, default="en", help="language of error messages")
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Train; return 1 where it failed (with what there is by then written down), 2 where it was called wrongly."""
    tr = Translator(given.lang)
    try:
        scene = _scene(given)
    except UserError as error:
        print(" ".join(tr.error(error.kind, error.details)), file=sys.stderr)
        return 2
    try:
        return _trained(given, scene, tr)
    except UserError as error:
        print(" ".join(tr.error(error.kind, error.details)), file=sys.stderr)
    except OSError as error:
        details = {"file": str(error.filename or given.out or given.gif or given.json), "reason": str(error)}
        print(" ".join(tr.error("output_unwritable", {**details})), file=sys.stderr)
    return 1


def _scene(given: argparse.Namespace) -> GanScene:
    scene = preset(given.preset)
    if given.seed is not None:
        scene = scene.patched(seed=given.seed)
    if given.steps < 0:
        raise UserError("gan_outside", what="steps", value=given.steps, low=0, high=LIMITS["seed"][1])
    scene.check()
    return scene.patched(device=given.device)


def _trained(given: argparse.Namespace, scene: GanScene, tr: Translator) -> int:
    gan, name = _opened(scene)
    pictures: list[Image.Image] = []
    show = _camera(gan, pictures) if given.gif is not None else None
    failure: UserError | None = None
    try:
        seconds = _steps(gan, given.steps, show, tr)
    except UserError as error:
        failure, seconds = error, math.nan
    report = _report(gan, scene, seconds)
    if given.json == "-":
        print(json.dumps(report, allow_nan=False), flush=True)
    elif given.json:
        write_whole(Path(given.json), json.dumps(report, allow_nan=False).encode())
    else:
        print(_summary(report, name))
    if given.gif is not None and pictures:
        from explorer.imaging.gan_gif import write_gif  # noqa: PLC0415 — Pillow

        given.gif.parent.mkdir(parents=True, exist_ok=True)
        write_gif(given.gif, pictures)
    if given.out is not None:
        _write(gan, given.out)
    if failure is not None:
        raise failure
    return 0


def _opened(scene: GanScene) -> tuple[GanRun, str]:
    import torch  # noqa: PLC0415 — heavy

    from explorer.engine.devices import available_devices, resolve_device  # noqa: PLC0415
    from explorer.training.gan.session import GanRun  # noqa: PLC0415

    devices = available_devices()
    name = resolve_device(scene.device, devices)
    if scene.device not in ("auto", "cuda", name):
        raise UserError("device_unknown", device=scene.device, known=", ".join(one.name for one in devices))
    if scene.plane:
        torch.set_num_threads(1)  # so small networks only wait for a second one
    return GanRun(scene, lambda _: torch.device(name)), name


def _steps(gan: GanRun, steps: int, show: Callable[[], None] | None, tr: Translator) -> float:
    """Take the steps and return the seconds that they took, without what was drawn meanwhile."""
    shots = {round(index * steps / max(1, GIF_FRAMES - 1)) for index in range(GIF_FRAMES)}
    spent = 0.0
    began = told = time.perf_counter()
    while True:
        if show is not None and gan.step in shots:
            before = time.perf_counter()
            show()
            spent += time.perf_counter() - before
        if gan.step >= steps:
            return time.perf_counter() - began - spent
        gan.take("both")
        now = time.perf_counter()
        if now - told >= REPORT_S:
            told = now
            figures = gan.figures(0)
            words = {"step": gan.step, "steps": steps, "d": figures.loss_d, "g": figures.loss_g}
            print(tr("gan.command.progress", **words), file=sys.stderr, flush=True)


def _camera(gan: GanRun, pictures: list[Image.Image]) -> Callable[[], None]:
    from explorer.imaging.gan_gif import drawn  # noqa: PLC0415 — Pillow

    return lambda: pictures.append(drawn(gan.frame(("heat", "samples"))))


def _report(gan: GanRun, scene: GanScene, seconds: float) -> dict[str, Any]:
    gan.measure()
    figures, curves = gan.figures(0), gan.curves
    speed = gan.step / seconds if seconds > 0 else math.nan
    columns = {"step": curves.steps.tolist()}
    columns |= {name: [_or_null(one) for one in curves.values[:, at].tolist()] for at, name in enumerate(CURVES)}
    return {
        "preset": scene.preset,
        "seed": scene.seed,
        "steps": gan.step,
        "loss": {"d": _or_null(figures.loss_d), "g": _or_null(figures.loss_g)},
        "d_real": _or_null(figures.d_real),
        "d_fake": _or_null(figures.d_fake),
        "accuracy": _or_null(figures.accuracy),
        "gradient": {"d": _or_null(figures.grad_d), "g": _or_null(figures.grad_g)},
        "js": _or_null(figures.js),
        "kl": _or_null(figures.kl),
        "modes": figures.modes,
        "modes_covered": figures.covered,
        "steps_per_second": _or_null(speed),
        "curves": columns,
    }


def _write(gan: GanRun, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for what, name in (("curves", "curves.csv"), ("g", "g.safetensors"), ("d", "d.safetensors")):
        write_whole(folder / name, gan.export(what).data.tobytes())
    write_whole(folder / "scene.json", msgspec.json.format(msgspec.json.encode(gan.scene), indent=1))
    if gan.scene.data == "digits":
        gan.save_with_judge(folder)


def _summary(report: dict[str, Any], device: str) -> str:
    rows = [f"{report['preset']}  seed {report['seed']}  {report['steps']:,} steps on {device}"]
    rows += [f"  loss  D {_number(report['loss']['d'])}  G {_number(report['loss']['g'])}"]
    rows += [f"  D(x) {_number(report['d_real'])}  D(G(z)) {_number(report['d_fake'])}"]
    rows += [f"  js {_number(report['js'])} bit  kl {_number(report['kl'])} bit"]
    rows += [f"  {report['modes_covered']} of {report['modes']} modes"] if report["modes"] else []
    return "\n".join([*rows, f"  {_number(report['steps_per_second'])} steps/s"])


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.4g}"


def _or_null(value: float) -> float | None:
    return value if math.isfinite(value) else None
