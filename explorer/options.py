"""How the window is to start."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from explorer.core.scene import Scene


@dataclass(frozen=True)
class Options:
    """None and empty values leave the choice to the settings.

    ``scene`` with ``scene_only`` serves ``shot``: put this scene up, and neither read nor write a person's settings.
    """

    paths: tuple[Path, ...] = ()
    scene: Scene | None = None
    scene_only: bool = False
    theme: str = ""
    language: str = ""
    present: bool = False
    size: tuple[int, int] = (0, 0)
    engine: tuple[str, ...] = ()
