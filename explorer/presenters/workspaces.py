"""The window's workspaces beside Explore: which one is on screen, and what the person's actions mean there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from explorer.core.scene import Scene, Workspace


class WorkspacePresenter(Protocol):
    """A workspace's presenter as the frame around it sees it."""

    @property
    def settled(self) -> bool:
        """Whether everything that the scene asks for is on screen."""

    def enter(self, scene: Scene) -> None:
        """Come on screen, or, being there, follow another picture or network in Explore."""

    @property
    def steps_done(self) -> int:
        """How many steps what learns here has done."""

    def prepare(self, preset: str, steps: int, data: str = "") -> None:
        """Put one of the workspace's presets up and go on to a step; for ``shot``. Empty: what is there.

        Raises
        ------
        UserError
            ``preset_unknown``.
        """

    def leave(self) -> None:
        """Another workspace comes on screen."""

    def on_action(self, name: str) -> bool:
        """Do what an action of the window means here; return whether it means anything."""

    def retranslate(self) -> None:
        """Say everything again, in the translator's new language."""

    def kept(self, scene: Scene) -> Scene:
        """Return the scene with what must be remembered of this workspace."""

    def close(self) -> None:
        """The window is about to be gone."""


class Workspaces:
    """Knows which workspace is on screen; the others are made when they are first wanted.

    Parameters
    ----------
    offered : tuple of str
        The workspaces that there are, Explore first.
    make : callable
        Makes the presenter (and the view) of a workspace other than Explore.
    show : callable
        Puts a workspace on screen.
    """

    def __init__(
        self,
        offered: tuple[Workspace, ...],
        make: Callable[[Workspace], WorkspacePresenter],
        show: Callable[[Workspace], None],
    ) -> None:
        self.offered = offered
        self._make = make
        self._show = show
        self._made: dict[Workspace, WorkspacePresenter] = {}
        self.name: Workspace = "explore"

    @property
    def current(self) -> WorkspacePresenter | None:
        """The workspace on screen; None for Explore."""
        return self._made.get(self.name)

    @property
    def settled(self) -> bool:
        """Whether the workspace on screen shows everything that it should; Explore answers for itself."""
        return self.current is None or self.current.settled

    def go(self, name: Workspace, scene: Scene) -> None:
        """Put a workspace on screen."""
        if name == self.name:
            return
        if self.current is not None:
            self.current.leave()
        self.name = name
        if name != "explore" and name not in self._made:
            self._made[name] = self._make(name)
        self._show(name)
        if self.current is not None:
            self.current.enter(scene)

    def follow(self, scene: Scene) -> None:
        """Another picture or network is on screen in Explore."""
        if self.current is not None:
            self.current.enter(scene)

    def kept(self, scene: Scene) -> Scene:
        """Return the scene with what all workspaces want remembered."""
        for presenter in self._made.values():
            scene = presenter.kept(scene)
        return scene.patched(workspace=self.name)

    def retranslate(self) -> None:
        """Tell every workspace that the language is another."""
        for presenter in self._made.values():
            presenter.retranslate()

    @property
    def steps_done(self) -> int:
        """How many steps what learns in the workspace on screen has done."""
        return 0 if self.current is None else self.current.steps_done

    def prepare(self, preset: str, steps: int, data: str = "") -> None:
        """Put a preset of the workspace on screen up, with other data, at a step."""
        if self.current is not None:
            self.current.prepare(preset, steps, data)

    def close(self) -> None:
        """End everything that still runs."""
        for presenter in self._made.values():
            presenter.close()
