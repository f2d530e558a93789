"""The strongest patches: where, in which pictures of a folder, a channel answers most.

References
----------
Zeiler, M. D., Fergus, R.: Visualizing and Understanding Convolutional Networks. ECCV 2014.
Girshick, R., et al.: Rich feature hierarchies for accurate object detection. CVPR 2014, section 3.1.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from explorer.core.errors import UserError
from explorer.core.layers import LayerSpec
from explorer.core.messages.study import Patch
from explorer.imaging import sources
from explorer.imaging.decode import decode
from explorer.methods.patch_index import Entry, PatchIndex
from explorer.methods.pixels import to_rgb
from explorer.nets.preprocess import prepare
from explorer.nets.spec import Preprocess
from explorer.tracing.forward import TracedNet, Values, execute

SAVE_EVERY_S = 10.0
MOST_PATCHES = 64


def pictures_of(folder: str) -> tuple[Path, ...]:
    """Return the pictures that lie in a folder of this machine.

    Raises
    ------
    UserError
        ``folder_missing``, ``folder_without_pictures``, ``file_unreadable``.
    """
    path = Path(folder).expanduser()
    if not folder or not path.is_dir():
        raise UserError("folder_missing", name=folder)
    return tuple(sources.expand([path]))


@dataclass(frozen=True)
class Asked:
    """What is looked for: a channel of a layer of a network."""

    traced: TracedNet
    preprocess: Preprocess
    device: str
    layer: LayerSpec
    channel: int
    count: int


@dataclass(frozen=True)
class Found:
    """The strongest patches so far, among the first ``done`` of ``total`` pictures.

    ``patches`` is None where nothing changed since the last time.
    """

    patches: tuple[Patch, ...] | None
    done: int
    total: int
    unreadable: int


def find_patches(asked: Asked, pictures: Sequence[Path], index: PatchIndex) -> Generator[Found, None, None]:
    """Read what the index does not know yet, picture by picture, and yield what has been found.

    Each ``next`` decodes one picture or runs one; what was read is in the index, and on disk at the latest when the
    iterator is closed. The last one yielded is complete.
    """
    views: dict[str, np.ndarray] = {}
    # What is known from before is shown first.
    yield from _look(asked, pictures, index, views, 0)
    shown = tuple(views)
    saved = time.monotonic()
    try:
        for done, path in enumerate(pictures):
            if index.known(path):
                continue
            view = _input_of(path, asked)
            if view is None:
                index.add(path, None)
            else:
                yield Found(None, done, len(pictures), index.unreadable(pictures))
                index.add(path, _answers(asked, view))
                views[path.name] = to_rgb(view[0], asked.preprocess)
            if time.monotonic() - saved > SAVE_EVERY_S:
                index.save()
                saved = time.monotonic()
            best = _strongest(asked, pictures, index)
            views = {name: pixels for name, pixels in views.items() if name in best}
            patches = None
            if tuple(best) != shown:
                patches, shown = _cut_all(asked, best, views), tuple(best)
            yield Found(patches, done + 1, len(pictures), index.unreadable(pictures))
    finally:
        index.save()
    yield from _look(asked, pictures, index, views, len(pictures))


def _look(
    asked: Asked, pictures: Sequence[Path], index: PatchIndex, views: dict[str, np.ndarray], done: int
) -> Iterator[Found]:
    """Decode the strongest pictures that ``views`` does not hold yet, and yield their patches in the end."""
    best = _strongest(asked, pictures, index)
    unreadable = index.unreadable(pictures)
    for path, _ in best.values():
        if path.name not in views:
            view = _input_of(path, asked)
            if view is not None:
                views[path.name] = to_rgb(view[0], asked.preprocess)
            yield Found(None, done, len(pictures), unreadable)
    yield Found(_cut_all(asked, best, views), done, len(pictures), unreadable)


def _input_of(path: Path, asked: Asked) -> Tensor | None:
    """Return the network's input (1, 3, S, S) for a picture, or None where the picture cannot be read."""
    try:
        picture = decode(sources.read(path), path.name)
    except UserError:
        return None
    return prepare(picture.rgb, None, asked.preprocess, asked.traced.input_size)[0]


def _answers(asked: Asked, view: Tensor) -> tuple[np.ndarray, np.ndarray]:
    """Return for every channel of the layer its largest value (C,) and where it is, row by row (C,)."""
    traced = asked.traced
    values: Values = [None] * len(traced.program.operations)
    values[0] = view.to(asked.device)
    end = traced.positions[asked.layer.name]
    with torch.inference_mode():
        for _ in execute(traced.tasks(values, frozenset((end,))), values):
            pass
        output = values[end]
        assert output is not None
        flat = torch.nan_to_num(output[0].reshape(asked.layer.channels, -1))
        highest, places = flat.max(dim=1)
    return highest.float().cpu().numpy(), places.to(torch.int32).cpu().numpy()


def _strongest(asked: Asked, pictures: Sequence[Path], index: PatchIndex) -> dict[str, tuple[Path, Entry]]:
    """Return the pictures that excite the channel most, by name, the strongest first; silence is no answer."""
    answers = [(path, entry) for path in pictures if (entry := index.get(path)) is not None and entry.readable]
    answers = [one for one in answers if one[1].values[asked.channel] != 0]
    answers.sort(key=lambda one: float(one[1].values[asked.channel]), reverse=True)
    return {path.name: (path, entry) for path, entry in answers[: asked.count]}


def _cut_all(
    asked: Asked, best: Mapping[str, tuple[Path, Entry]], views: Mapping[str, np.ndarray]
) -> tuple[Patch, ...]:
    return tuple(_cut(asked, path, entry, views[name]) for name, (path, entry) in best.items() if name in views)


def _cut(asked: Asked, path: Path, entry: Entry, view: np.ndarray) -> Patch:
    row, column = divmod(int(entry.places[asked.channel]), asked.layer.map_size[1])
    size = view.shape[0]
    box = (0, 0, size, size)
    if asked.layer.receptive_field is not None and len(asked.layer.shape) == 3:
        top, left, bottom, right = asked.layer.receptive_field.box(row, column)
        box = (max(0, top), max(0, left), min(size, bottom), min(size, right))
    top, left, bottom, right = box
    return Patch(
        picture=path.name,
        path=str(path),
        value=float(entry.values[asked.channel]),
        row=row,
        column=column,
        box=box,
        pixels=np.ascontiguousarray(view[top:bottom, left:right]),
    )
