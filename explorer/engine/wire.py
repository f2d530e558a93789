"""Messages as bytes: a 4-byte length, a msgpack header, then the arrays as they lie in memory.

Arrays that are small together travel as one block, each at a multiple of 16 bytes: every write may wake the reader, and
every read waits for the interpreter's lock.

Works on any pair of binary streams, so that the same engine runs behind a pipe or behind ``ssh``.
"""

from __future__ import annotations

import contextlib
import struct
from typing import Any, BinaryIO, TypeVar

import msgspec
import numpy as np

from explorer.core.messages import AnyReply, AnyRequest
from explorer.core.messages.base import Envelope

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

_LENGTH = struct.Struct("<I")
MAX_HEADER_BYTES = 64 * 1024 * 1024
MAX_ARRAY_BYTES = 4 * 1024**3
_BLOCK_BYTES = 512 * 1024
_ALIGN = 16

Message = TypeVar("Message", bound=msgspec.Struct)


class BrokenStream(Exception):
    """The other side is gone, or what it sent is not a message."""


class _ArrayRef(msgspec.Struct, frozen=True, array_like=True):
    index: int
    dtype: str
    shape: tuple[int, ...]


def write(stream: BinaryIO, number: int, message: msgspec.Struct) -> None:
    """Write one message; ``number`` ties an answer to its request.

    Raises
    ------
    BrokenStream
        Where the other side is gone.
    """
    arrays: list[np.ndarray] = []

    def reference(value: Any) -> _ArrayRef:
        if not isinstance(value, np.ndarray):
            raise TypeError(f"{type(value).__name__} cannot travel")
        arrays.append(np.ascontiguousarray(value))
        return _ArrayRef(len(arrays) - 1, value.dtype.str, value.shape)

    body = msgspec.msgpack.encode(message, enc_hook=reference)
    header = msgspec.msgpack.encode(Envelope(number, msgspec.Raw(body), tuple(array.nbytes for array in arrays)))
    head = _LENGTH.pack(len(header)) + header
    try:
        if sum(array.nbytes for array in arrays) <= _BLOCK_BYTES:
            padded = (array.tobytes() + bytes(-array.nbytes % _ALIGN) for array in arrays)
            _write_all(stream, b"".join((head, *padded)))
        else:
            _write_all(stream, head)
            for array in arrays:
                if array.nbytes:
                    _write_all(stream, array.reshape(-1).view(np.uint8).data)
        stream.flush()
    except (OSError, ValueError) as error:
        raise BrokenStream(str(error)) from error


def read_request(stream: BinaryIO) -> tuple[int, AnyRequest]:
    """Read one request; see :func:`read_reply`."""
    return _read(stream, AnyRequest)


def read_reply(stream: BinaryIO) -> tuple[int, AnyReply]:
    """Read one reply and the number of its request.

    Raises
    ------
    BrokenStream
        At the end of the stream, or where the bytes are no message.
    """
    return _read(stream, AnyReply)


def _read(stream: BinaryIO, kind: Any) -> tuple[int, Any]:
    (length,) = _LENGTH.unpack(_exactly(stream, _LENGTH.size))
    if length > MAX_HEADER_BYTES:
        raise BrokenStream(f"a header of {length} bytes")
    try:
        envelope = msgspec.msgpack.decode(_exactly(stream, length), type=Envelope)
        if sum(envelope.sizes) > MAX_ARRAY_BYTES or min(envelope.sizes, default=0) < 0:
            raise BrokenStream("arrays of impossible size")
        payloads = _payloads(stream, envelope.sizes)

        def resolve(wanted: type, value: Any) -> Any:
            if wanted is not np.ndarray:
                raise TypeError(f"{wanted} cannot travel")
            ref = msgspec.convert(value, _ArrayRef)
            return np.frombuffer(payloads[ref.index], dtype=np.dtype(ref.dtype)).reshape(ref.shape)

        return envelope.number, msgspec.msgpack.decode(envelope.body, type=kind, dec_hook=resolve)
    except (msgspec.MsgspecError, TypeError, ValueError, IndexError) as error:
        raise BrokenStream(str(error)) from error


def _payloads(stream: BinaryIO, sizes: tuple[int, ...]) -> list[bytearray] | list[memoryview]:
    """Read the arrays' bytes; a large one has a buffer of its own, so that it does not keep the others alive."""
    if sum(sizes) > _BLOCK_BYTES:
        return [_exactly(stream, size) for size in sizes]
    starts = [0]
    for size in sizes:
        starts.append(starts[-1] + size + -size % _ALIGN)
    block = memoryview(_exactly(stream, starts[-1]))
    return [block[start : start + size] for start, size in zip(starts, sizes, strict=False)]


def widen(stream: BinaryIO) -> None:
    """Let a pipe hold a megabyte where the system allows it: a wall then crosses in a third of the time."""
    if fcntl is not None and hasattr(fcntl, "F_SETPIPE_SZ"):
        with contextlib.suppress(OSError):
            fcntl.fcntl(stream.fileno(), fcntl.F_SETPIPE_SZ, 1024 * 1024)


def _write_all(stream: BinaryIO, data: bytes | memoryview) -> None:
    view = memoryview(data)
    while view:
        view = view[stream.write(view) :]


def _exactly(stream: BinaryIO, size: int) -> bytearray:
    """Read ``size`` bytes into one buffer of their own, without copies in between."""
    buffer = bytearray(size)
    view = memoryview(buffer)
    done = 0
    while done < size:
        try:
            count = stream.readinto(view[done:])  # type: ignore[attr-defined]
        except (OSError, ValueError) as error:
            raise BrokenStream(str(error)) from error
        if not count:
            raise BrokenStream("the other side closed the stream")
        done += count
    return buffer
