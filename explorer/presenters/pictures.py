"""Where pictures come from: drops, pastes, files, samples, the recent ones, and the ones dropped together."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

from explorer.core.errors import Cancelled, UserError
from explorer.core.scene import FIRST_PICTURE, PictureSource
from explorer.core.settings import write_whole
from explorer.core.text import Translator
from explorer.presenters.picture import Picture
from explorer.presenters.ports import Banner
from explorer.presenters.transfer import Transfer

MAX_KEPT_PASTES = 32

Result = TypeVar("Result")


class Worker:
    """Runs a job off the window's thread; one of its kind in ``app`` does it for real, tests do it at once.

    Jobs end one after the other in the order in which they were given.
    """

    def run(
        self, job: Callable[[], Result], done: Callable[[Result], None], failed: Callable[[UserError], None]
    ) -> None:
        """Call ``job`` now and one of the other two afterwards."""
        try:
            result = job()
        except UserError as error:
            failed(error)
        except Cancelled:
            return
        else:
            done(result)


class Found(msgspec.Struct, frozen=True):
    """What a drop led to: the first picture, read, and all that came with it."""

    picture: Picture
    together: tuple[PictureSource, ...]


class PicturePresenter:
    """Reads pictures in the background and hands them to Explore; a failure is a sentence and changes nothing.

    Parameters
    ----------
    show : callable
        Called with every picture that was read.
    folder : Path
        Keeps pasted pictures, so that the session can be restored.
    """

    def __init__(
        self,
        worker: Worker,
        show: Callable[[Picture], None],
        show_banner: Callable[[Banner | None], None],
        tr: Translator,
        folder: Path,
    ) -> None:
        self._worker = worker
        self._show = show
        self._show_banner = show_banner
        self._tr = tr
        self._folder = folder
        self._newest = 0
        self.together: tuple[PictureSource, ...] = ()

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Show the first picture of files and folders; the others are a key press away."""
        self._run(lambda: _from_paths([Path(path) for path in paths]))

    def take(self, transfer: Transfer) -> None:
        """Show what was dropped or pasted."""
        self._run(lambda: self._from_transfer(transfer))

    def open_source(self, source: PictureSource, otherwise: Callable[[], None] | None = None) -> None:
        """Show a picture again: a sample, a recent one, a bookmark's; ``otherwise`` is called where it is gone."""
        self._run(lambda: Found(read_source(source, self._folder), self.together), otherwise)

    def read_samples(self, done: Callable[[Picture], None]) -> None:
        """Read the shipped pictures, one after the other; one that cannot be read is left out."""
        for source in sample_sources():
            self._worker.run(lambda source=source: read_source(source, self._folder), done, lambda error: None)  # type: ignore[misc]

    def step(self, current: PictureSource, by: int) -> None:
        """Go on among the pictures that were dropped together, or, where that was one alone, among the samples."""
        row = self.together if current in self.together and len(self.together) > 1 else sample_sources()
        index = row.index(current) if current in row else -by if by > 0 else 0
        self.open_source(row[(index + by) % len(row)])

    def _run(self, job: Callable[[], Found], otherwise: Callable[[], None] | None = None) -> None:
        self._newest += 1
        number = self._newest

        def done(found: Found) -> None:
            # Of several drops in a row the last one counts, whichever is read first.
            if number != self._newest:
                return
            self.together = found.together
            if len(found.together) > 1 and found.picture.source == found.together[0]:
                name = _short(found.picture.source)
                text = self._tr("banner.pictures", count=len(found.together), name=name)
                self._show_banner(Banner("info", text, self._tr("banner.pictures.hint")))
            self._show(found.picture)

        def failed(error: UserError) -> None:
            if number != self._newest:
                return
            if otherwise is not None:
                otherwise()
                return
            self._show_banner(Banner("error", *self._tr.error(error.kind, error.details)))

        self._worker.run(job, done, failed)

    def _from_transfer(self, transfer: Transfer) -> Found:
        from explorer.imaging import sources  # noqa: PLC0415 — not needed before the first drop

        candidates = sources.from_transfer(transfer.images, transfer.urls, transfer.html, transfer.text)
        paths = [candidate.path for candidate in candidates if candidate.kind == "path" and candidate.path]
        if paths:
            return _from_paths([Path(path) for path in paths])
        failure: UserError | None = None
        for candidate in candidates:
            try:
                data = candidate.data if candidate.kind == "bytes" else sources.fetch(candidate.url)
            except UserError as error:
                failure = failure or error
                continue
            return Found(self._kept(candidate.name, data), ())
        raise failure or UserError("transfer_without_picture")

    def _kept(self, name: str, data: bytes) -> Picture:
        """Keep a pasted picture's bytes for the next start; without room on the disk it is shown all the same."""
        key = hashlib.sha256(data).hexdigest()
        try:
            write_whole(self._folder / key, data)
            kept = sorted(self._folder.iterdir(), key=lambda path: path.stat().st_mtime)
            for old in kept[:-MAX_KEPT_PASTES]:
                old.unlink()
        except OSError:
            key = ""
        return Picture.of(PictureSource("bytes", name, key), data, key)


def _from_paths(paths: list[Path]) -> Found:
    from explorer.imaging import sources  # noqa: PLC0415 — not needed before the first drop

    files = sources.expand(paths)
    found = tuple(PictureSource("file", str(path.absolute())) for path in files)
    if not found:
        raise UserError("transfer_without_picture")
    return Found(_read(found[0], files[0]), found)


def read_source(source: PictureSource, folder: Path) -> Picture:
    """Read a picture again.

    Raises
    ------
    UserError
        It is not there any more.
    """
    if source.kind == "sample":
        from explorer.imaging.samples import sample_path  # noqa: PLC0415 — as above

        path = sample_path(source.name)
    elif source.kind == "file":
        path = Path(source.name)
    else:
        path = folder / Path(source.key or "none").name
    return _read(source, path)


def _read(source: PictureSource, path: Path) -> Picture:
    from explorer.imaging import sources  # noqa: PLC0415 — not needed before the first drop

    identity = sources.identity(path)
    return Picture.of(source, sources.read(path), identity)


def sample_sources() -> tuple[PictureSource, ...]:
    """Return the shipped pictures, the first start's first."""
    from explorer.imaging.samples import load_samples  # noqa: PLC0415 — read when the menu or the key asks

    sources = tuple(PictureSource("sample", sample.file) for sample in load_samples())
    return sources or (FIRST_PICTURE,)


def _short(source: PictureSource) -> str:
    return Path(source.name).name if source.kind == "file" else source.name


def picture_name(source: PictureSource) -> str:
    """Return what to call a picture on a chip."""
    return _short(source) or "?"
