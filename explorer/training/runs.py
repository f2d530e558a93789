"""The runs of this machine: a folder each, with the scene that was asked for and a folder a lane."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import platformdirs

from explorer.core.errors import UserError
from explorer.core.messages.training import RunInfo
from explorer.core.train_scene import TrainScene
from explorer.training.checkpoint import write_whole
from explorer.training.runfolder import RUN

SCENE = "scene.json"


def runs_folder() -> Path:
    """Return the folder that holds this person's runs; it need not exist."""
    return Path(platformdirs.user_data_dir("layerwalk", appauthor=False)) / "runs"


def lane_folder(folder: Path, run: str, lane: int) -> Path:
    return folder / run / f"lane{lane}"


def new_run(folder: Path, scene: TrainScene) -> str:
    """Make a folder for a run, called by the date and its nets; return its name."""
    nets = "-".join(dict.fromkeys(lane.net for lane in scene.lanes))
    stamp = datetime.datetime.now().astimezone().strftime("%Y-%m-%d %H-%M-%S")
    for number in range(1, 1000):
        run = f"{stamp} {nets}" + (f" {number}" if number > 1 else "")
        try:
            (folder / run).mkdir(parents=True)
        except FileExistsError:
            continue
        except OSError as error:
            raise UserError("output_unwritable", file=str(folder / run), reason=error.strerror or str(error)) from error
        write_whole(folder / run / SCENE, msgspec.json.encode(scene) + b"\n")
        return run
    raise UserError("output_unwritable", file=str(folder), reason="too many runs at once")


def scene_of(folder: Path, run: str) -> TrainScene:
    """Return the scene of a listed run.

    Raises
    ------
    UserError
        ``run_missing``.
    """
    try:
        if Path(run).name != run:
            raise ValueError(run)
        return msgspec.json.decode((folder / run / SCENE).read_bytes(), type=TrainScene)
    except (OSError, ValueError, msgspec.DecodeError) as error:
        raise UserError("run_missing", run=run) from error


def list_runs(folder: Path) -> tuple[RunInfo, ...]:
    """Return the runs that can be read, the one that changed last first; folders without weights are left out."""
    return tuple(sorted(_found(folder), key=lambda run: -run.changed))


def _found(folder: Path) -> Iterator[RunInfo]:
    try:
        names = sorted(path.name for path in folder.iterdir() if (path / SCENE).is_file())
    except OSError:
        return
    for name in names:
        try:
            scene = scene_of(folder, name)
            files = [lane_folder(folder, name, lane) / RUN for lane in range(len(scene.lanes))]
            said: list[dict[str, Any]] = [json.loads(file.read_bytes()) for file in files]
            yield RunInfo(
                run=name,
                scene=scene,
                step=min(int(one["step"]) for one in said),
                total_steps=max(int(one["steps"]) for one in said),
                finished=all(bool(one["finished"]) for one in said),
                changed=max(file.stat().st_mtime for file in files),
                best=tuple(-1.0 if one["best"] is None else float(one["best"]) for one in said),
            )
        except (OSError, ValueError, KeyError, TypeError, UserError):
            continue  # half-made or foreign: nothing that could be continued
