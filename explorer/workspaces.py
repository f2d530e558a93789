"""Joins the workspaces beside Explore: for each its presenter and its view, made when it is first wanted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from explorer.core.messages import AnyReply, AnyRequest
from explorer.core.messages.base import Hello
from explorer.core.scene import Workspace
from explorer.core.text import Translator
from explorer.engine.client import EngineClient, EngineState
from explorer.presenters.panels.panel import Submit
from explorer.presenters.ports import Banner, Clock
from explorer.presenters.workspaces import WorkspacePresenter
from explorer.views import workspace

Pair = tuple[WorkspacePresenter, workspace.Workspace]


class RunsEngine:
    """The engine that trains: its process starts with the first request."""

    def __init__(self, client: EngineClient) -> None:
        self._client = client
        self._started = False
        self._listeners: list[Callable[[EngineState], None]] = []
        client.listen(self._on_state)

    @property
    def pid(self) -> int | None:
        """Process number of the engine; None where none runs."""
        return self._client.pid

    def submit(self, request: AnyRequest, on_reply: Callable[[AnyReply], None]) -> int:
        """Ask; see :meth:`explorer.engine.client.EngineClient.submit`."""
        if not self._started:
            self._started = True
            self._client.start()
        return self._client.submit(request, on_reply)

    def listen(self, on_state: Callable[[EngineState], None]) -> None:
        """Have ``on_state`` told when the engine is ready, restarting or given up."""
        self._listeners.append(on_state)

    def close(self) -> None:
        """End the engine, which writes what must not be lost."""
        if self._started:
            self._client.close()

    def _on_state(self, state: EngineState, hello: Hello | None) -> None:
        for listener in self._listeners:
            listener(state)


@dataclass(frozen=True)
class Surroundings:
    """What a workspace may ask of the program.

    ``submit`` asks the engine that answers questions about pictures; ``runs`` is the one that trains. ``clock`` makes
    a clock of the workspace's own.
    """

    submit: Submit
    runs: RunsEngine
    tr: Translator
    show_banner: Callable[[Banner | None], None]
    clock: Callable[[], Clock]
    run_action: Callable[[str], None]
    patch: Callable[..., None]


Maker = Callable[[Surroundings], Pair]

MAKERS: dict[Workspace, Maker] = {}
"""Workspace to what makes it; every one but Explore has one."""
