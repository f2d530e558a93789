"""What every message is made of, and the replies that any request may get."""

from __future__ import annotations

from typing import ClassVar

import msgspec

Detail = str | int | float


class Request(msgspec.Struct, frozen=True, tag_field="ask"):
    """Base of all requests.

    ``newest_wins``: a newer request of the same kind replaces a queued one and cancels a running one.
    """

    newest_wins: ClassVar[bool] = True


class Reply(msgspec.Struct, frozen=True, tag_field="is"):
    """Base of all replies.

    ``final``: no further reply to the same request follows. ``proves_health``: an engine that gives it works, so
    that earlier deaths need not be counted against it any more.
    """

    final: ClassVar[bool] = True
    proves_health: ClassVar[bool] = False


class DeviceInfo(msgspec.Struct, frozen=True):
    """A device that can run networks: ``name`` as torch writes it, ``title`` as its maker does."""

    name: str
    title: str


class Hello(Reply, frozen=True, tag="hello"):
    """The engine's first word."""

    pid: int
    torch: str
    devices: tuple[DeviceInfo, ...]
    default_device: str


class Progress(Reply, frozen=True, tag="progress"):
    """How far long work has come: ``done`` of ``total`` (0 where unknown), in bytes for downloads."""

    final: ClassVar[bool] = False

    what: str
    done: int
    total: int


class Failure(Reply, frozen=True, tag="failure"):
    """The request could not be answered; see :class:`explorer.core.errors.UserError`."""

    kind: str
    details: dict[str, Detail] = {}


class Dropped(Reply, frozen=True, tag="dropped"):
    """The request was replaced by a newer one of its kind before it was answered."""


class Envelope(msgspec.Struct, frozen=True):
    """What travels: ``number`` ties an answer to its request; ``sizes`` are the bytes of the arrays that follow."""

    number: int
    body: msgspec.Raw
    sizes: tuple[int, ...] = ()


Replies = Hello | Progress | Failure | Dropped
