"""What a safetensors file says of itself, as far as it can be believed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import msgspec

from explorer.nets.spec import Form, Preprocess

_LONGEST_NAME = 100
_LONGEST_SIDE_PX = 1024


@dataclass(frozen=True)
class FileFacts:
    """The valid ones of a file's metadata; the others are empty or None."""

    classes: tuple[str, ...] = ()
    dataset: str = ""
    preprocess: Preprocess | None = None
    accuracy: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))


def read_facts(metadata: Mapping[str, str], class_count: int) -> FileFacts:
    """Return what the fields ``classes``, ``dataset``, ``preprocess`` and ``accuracy`` say, where they are valid.

    Each is JSON: a list of ``class_count`` names, a text (which may also stand there plain), an object with the
    fields of :class:`Preprocess`, and an object of percentages by head.
    """
    return FileFacts(
        classes=_classes(_decode(metadata.get("classes"), tuple[str, ...]), class_count),
        dataset=_dataset(metadata.get("dataset")),
        preprocess=_preprocess(metadata.get("preprocess")),
        accuracy=_accuracy(_decode(metadata.get("accuracy"), dict[str, float])),
    )


def read_form(metadata: Mapping[str, str]) -> Form:
    """Return the form of the network that a file's weights belong to: what ``form`` says, else the standard one."""
    return "small" if metadata.get("form") == "small" else "standard"


def facts_as_metadata(facts: FileFacts) -> dict[str, str]:
    """Return the metadata that :func:`read_facts` reads back, for a file that is about to be saved."""
    metadata = {"dataset": facts.dataset} if facts.dataset else {}
    if facts.classes:
        metadata["classes"] = msgspec.json.encode(facts.classes).decode()
    if facts.preprocess:
        metadata["preprocess"] = msgspec.json.encode(facts.preprocess).decode()
    if facts.accuracy:
        metadata["accuracy"] = msgspec.json.encode(dict(facts.accuracy)).decode()
    return metadata


def _decode(text: str | None, kind: Any) -> Any:
    try:
        return None if text is None else msgspec.json.decode(text, type=kind)
    except (msgspec.DecodeError, RecursionError):
        return None


def _classes(names: tuple[str, ...] | None, count: int) -> tuple[str, ...]:
    if names is None or len(names) != count or not all(name.strip() and len(name) <= _LONGEST_NAME for name in names):
        return ()
    return names


def _dataset(text: str | None) -> str:
    quoted: str | None = _decode(text, str)
    name = quoted if quoted is not None else text or ""
    return name if len(name) <= _LONGEST_NAME and name.isprintable() else ""


def _preprocess(text: str | None) -> Preprocess | None:
    said: Preprocess | None = _decode(text, Preprocess)
    if said is None:
        return None
    sides = 1 <= said.size <= _LONGEST_SIDE_PX and 0 <= said.via_size <= _LONGEST_SIDE_PX
    scale = all(math.isfinite(value) for value in said.mean) and all(0 < value < math.inf for value in said.std)
    return said if sides and scale and 0 < said.crop_fraction <= 1 else None


def _accuracy(said: dict[str, float] | None) -> Mapping[str, float]:
    heads = ("main", "aux2", "aux1")
    return MappingProxyType(
        {head: value for head, value in (said or {}).items() if head in heads and 0 <= value <= 100}
    )
