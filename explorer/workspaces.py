"""Joins the workspaces beside Explore: for each its presenter and its view, made when it is first wanted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from explorer.core.messages import AnyReply, AnyRequest
from explorer.core.messages.base import Hello
from explorer.core.messages.explore import TraceResult
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
    a clock of the workspace's own; ``trace`` is the run on screen in Explore, and ``patch`` changes Explore's scene.
    """

    submit: Submit
    runs: RunsEngine
    tr: Translator
    show_banner: Callable[[Banner | None], None]
    clock: Callable[[], Clock]
    run_action: Callable[[str], None]
    patch: Callable[..., None]
    trace: Callable[[], TraceResult | None]


Maker = Callable[[Surroundings], Pair]


def _make_compare(around: Surroundings) -> Pair:
    from explorer.presenters.compare import ComparePresenter  # noqa: PLC0415 — costs nothing before it is wanted
    from explorer.views.compare.compare_view import CompareView  # noqa: PLC0415

    def open_net(net: str) -> None:
        around.run_action("workspace_explore")
        around.patch(net=net, weights="", size=0)

    view = CompareView()
    presenter = ComparePresenter(view, around.submit, around.tr, around.show_banner, around.trace, open_net)
    view.table.sort_chosen.connect(presenter.sort_by)
    view.table.row_chosen.connect(presenter.select)
    view.table.row_opened.connect(presenter.open)
    view.plot.net_chosen.connect(presenter.select)
    view.plot.measure_clicked.connect(presenter.change_measure)
    view.open_clicked.connect(lambda: presenter.on_action("open_channel"))
    view.picture_clicked.connect(lambda: around.run_action("open_picture"))
    return presenter, view


MAKERS: dict[Workspace, Maker] = {"compare": _make_compare}
"""Workspace to what makes it; every one but Explore has one."""
