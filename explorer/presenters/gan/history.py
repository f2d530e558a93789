"""Undo and redo of hyperparameters; a slider's whole movement is one step."""

from __future__ import annotations

from explorer.core.gan_scene import GanScene

MOST_SCENES = 200


class GanHistory:
    """The scenes that were, and the one that is."""

    def __init__(self, scene: GanScene) -> None:
        self.scene = scene
        self._past: list[GanScene] = []
        self._future: list[GanScene] = []
        self._before: GanScene | None = None

    def change(self, scene: GanScene, *, done: bool = True) -> None:
        """Make a scene the current one; until a movement is ``done`` undo leads back to before it began."""
        if self._before is None:
            self._before = self.scene
        self.scene = scene
        if done:
            before, self._before = self._before, None
            if before != scene:
                self._past.append(before)
                del self._past[:-MOST_SCENES]
                self._future.clear()

    def pass_over(self, scene: GanScene) -> None:
        """Make a scene the current one without a way back to the one before."""
        self.scene = scene

    @property
    def can_undo(self) -> bool:
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        return bool(self._future)

    def undo(self) -> GanScene | None:
        """Go back; return the scene, or None where there is none."""
        if not self._past:
            return None
        self._future.append(self.scene)
        self.scene = self._past.pop()
        return self.scene

    def redo(self) -> GanScene | None:
        """Go forward again; return the scene, or None where there is none."""
        if not self._future:
            return None
        self._past.append(self.scene)
        self.scene = self._future.pop()
        return self.scene
