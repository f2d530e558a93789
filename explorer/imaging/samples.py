"""The pictures that come with the program: what they show, who made them, and where they lie."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

from explorer.core.errors import UserError
from explorer.core.resources import resource


class Sample(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One shipped picture.

    Attributes
    ----------
    file : str
        Its name in resources/images.
    title : str
        Text key of what it shows.
    author, licence, source : str
        As resources/images/LICENSES.md says.
    """

    file: str
    title: str
    author: str
    licence: str
    source: str


@cache
def load_samples() -> tuple[Sample, ...]:
    """Return the shipped pictures, the one of the first start first."""
    return msgspec.json.decode(resource("images", "samples.json").read_bytes(), type=tuple[Sample, ...])


def sample_path(file: str) -> Path:
    """Return where a shipped picture lies.

    Raises
    ------
    UserError
        ``sample_unknown`` for anything but the file name of a shipped picture: scenes come from files, and a file must
        not name another place.
    """
    if all(sample.file != file for sample in load_samples()):
        raise UserError("sample_unknown", name=file)
    return resource("images", file)
