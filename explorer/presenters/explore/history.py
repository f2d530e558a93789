"""The scenes that were on screen, for undo and redo."""

from __future__ import annotations

from explorer.core.scene import Scene

MAX_SCENES = 200


class History:
    """A line of scenes and a place on it."""

    def __init__(self, scene: Scene) -> None:
        self._past: list[Scene] = []
        self._future: list[Scene] = []
        self.scene = scene

    def put(self, scene: Scene, *, remember: bool = True) -> None:
        """Make a scene the current one; with ``remember`` undo leads back to the one before."""
        if scene == self.scene:
            return
        if remember:
            self._past.append(self.scene)
            del self._past[:-MAX_SCENES]
            self._future.clear()
        self.scene = scene

    def replace(self, scene: Scene) -> None:
        """Make a scene the current one as if the last one had never been."""
        if self._past and self._past[-1] == scene:
            self._past.pop()
        self.scene = scene

    def undo(self) -> Scene | None:
        """Go back; return the scene, or None where there is none."""
        if not self._past:
            return None
        self._future.append(self.scene)
        self.scene = self._past.pop()
        return self.scene

    def redo(self) -> Scene | None:
        """Go forward again; return the scene, or None where there is none."""
        if not self._future:
            return None
        self._past.append(self.scene)
        self.scene = self._future.pop()
        return self.scene
