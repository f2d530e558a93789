"""Files from the GAN workspace: film, picture, curves, networks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from explorer.core.errors import UserError
from explorer.core.messages import AnyReply
from explorer.core.messages.base import Failure
from explorer.core.messages.gan import GanExport, GanExportRequest
from explorer.core.settings import write_whole
from explorer.core.text import Translator
from explorer.presenters.explore.panels.panel import Submit
from explorer.presenters.gan.ports import FilmFrame, GanPort
from explorer.presenters.pictures import Worker
from explorer.presenters.ports import Banner, MenuEntry

FILM_FRAMES = 100

KINDS = ("gif", "mp4", "png", "curves", "g", "d")

FILMS = ("gif", "mp4")

_PATTERNS = {"gif": "GIF (*.gif)", "mp4": "MP4 (*.mp4)", "png": "PNG (*.png)", "curves": "CSV (*.csv)"}


class Exports:
    """Asks for a name, has the file made off the window's thread, and says when it is there.

    Parameters
    ----------
    film : callable
        Returns at most so many moments of the run, the newest last.
    stem : callable
        Returns how a file of the run is called, without its ending.
    """

    def __init__(
        self,
        view: GanPort,
        submit: Submit,
        tr: Translator,
        worker: Worker,
        show_banner: Callable[[Banner | None], None],
        film: Callable[[int], tuple[FilmFrame, ...]],
        stem: Callable[[], str],
    ) -> None:
        self._view = view
        self._submit = submit
        self._tr = tr
        self._worker = worker
        self._show_banner = show_banner
        self._film = film
        self._stem = stem
        self._kind = ""
        self._pending: GanExport | None = None

    def entries(self) -> tuple[MenuEntry, ...]:
        """Return what can be saved here: MP4 only where something is installed that writes it."""
        tr, films = self._tr, self._view.film_kinds()
        return tuple(
            MenuEntry(kind, tr(f"gan_view.export.{kind}"), tr(f"gan_view.export.{kind}.note"))
            for kind in KINDS
            if kind not in FILMS or kind in films
        )

    def begin(self, kind: str) -> None:
        """Ask where to save something."""
        if kind not in KINDS:
            return
        self._kind, self._pending = kind, None
        if kind in (*FILMS, "png"):
            if not self._film(1):
                self._fail(UserError("gan_view_nothing_to_save"))
                return
            self._view.ask_file(f"{self._stem()}.{kind}", self._tr(f"gan_view.export.{kind}"), _PATTERNS[kind])
            return
        self._submit(GanExportRequest(kind), self._on_export)  # type: ignore[arg-type]

    def save(self, path: str) -> None:
        """Write what was asked for to a file."""
        kind, pending = self._kind, self._pending
        if kind in (*FILMS, "png"):
            frames = self._film(FILM_FRAMES if kind in FILMS else 1)
            self._tell("progress", self._tr("gan_view.export.working", name=Path(path).name))
            self._work(lambda: self._view.make_film(frames, path, kind), path)
        elif pending is not None:
            data = pending.data.tobytes()
            self._work(lambda: write_whole(Path(path), data), path)

    def _on_export(self, reply: AnyReply) -> None:
        if isinstance(reply, Failure):
            self._fail(UserError(reply.kind, **reply.details))
        elif isinstance(reply, GanExport):
            self._pending = reply
            pattern = _PATTERNS.get(self._kind, "safetensors (*.safetensors)")
            self._view.ask_file(reply.name, self._tr(f"gan_view.export.{self._kind}"), pattern)

    def _work(self, make: Callable[[], None], path: str) -> None:
        def job() -> None:
            try:
                make()
            except OSError as error:
                raise UserError("output_unwritable", file=path, reason=str(error)) from error

        done = self._tr("gan_view.export.done", name=Path(path).name)
        self._worker.run(job, lambda _none: self._tell("good", done), self._fail)

    def _tell(self, kind: str, text: str) -> None:
        fraction = -1.0 if kind == "progress" else None
        self._show_banner(Banner(kind, text, fraction=fraction))  # type: ignore[arg-type]

    def _fail(self, error: UserError) -> None:
        text, hint = self._tr.error(error.kind, error.details)
        self._show_banner(Banner("error", text, hint))
