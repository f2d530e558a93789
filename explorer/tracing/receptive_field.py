"""Which pixels of the input a value can see.

Sizes, strides and starts are passed on from layer to layer, the way of the data.

References
----------
A. Araujo, W. Norris, J. Sim: Computing Receptive Fields of Convolutional Neural Networks. Distill, 2019.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from explorer.core.layers import ReceptiveField
from explorer.tracing.operators import POINTWISE, Attributes, Shape, window_size


@dataclass(frozen=True)
class Sight:
    """What a layer sees of the input, along one side.

    Attributes
    ----------
    field : ReceptiveField or None
        Of one value; None where maps of more than one value were made one long vector.
    span : tuple of int
        First and last (exclusive) pixel that the layer as a whole sees, inside the input.
    """

    field: ReceptiveField | None
    span: tuple[int, int]


def of_input(size: int) -> Sight:
    """Return what the input sees of itself: each pixel itself."""
    return Sight(ReceptiveField(size=1, stride=1, start=0), (0, size))


def propagate(kind: str, attributes: Attributes, sights: Sequence[Sight], before: Shape, after: Shape) -> Sight:
    """Return what an operation's output sees.

    Parameters
    ----------
    sights : sequence of Sight
        Of its inputs.
    before, after : tuple of int
        Shapes of its (first) input and of its output.

    Notes
    -----
    Where the windows of an adaptive pooling differ in size or distance, the field holds each of them and may be a
    little larger than some. At the lower and right edge a field may reach a few pixels that no convolution reads.
    """
    first = sights[0]
    if kind in POINTWISE:
        return first
    if kind in ("add", "concat"):
        return _union(sights)
    if kind == "flatten":
        return first if before[1:] == (1, 1) else Sight(None, first.span)
    if kind == "linear":
        start, end = first.span
        return Sight(ReceptiveField(size=end - start, stride=end - start, start=start), first.span)
    if first.field is None:
        raise ValueError(f"{kind} cannot read a vector")
    if "output_size" in attributes:
        size, stride, start = _adaptive_window(before[1], after[1])
    else:
        size, stride, start = window_size(attributes), int(attributes["stride"]), -int(attributes["padding"])
    seen = first.field
    field = ReceptiveField(
        size=seen.size + (size - 1) * seen.stride,
        stride=seen.stride * stride,
        start=seen.start + start * seen.stride,
    )
    end = field.start + (after[1] - 1) * field.stride + field.size
    return Sight(field, (max(first.span[0], field.start), min(first.span[1], end)))


def _union(sights: Sequence[Sight]) -> Sight:
    """Return what the sum or concatenation of maps of one size sees."""
    span = min(sight.span[0] for sight in sights), max(sight.span[1] for sight in sights)
    fields = [sight.field for sight in sights if sight.field is not None]
    if len(fields) < len(sights):
        return Sight(None, span)
    start = min(field.start for field in fields)
    end = max(field.start + field.size for field in fields)
    return Sight(ReceptiveField(end - start, fields[0].stride, start), span)


def _adaptive_window(before: int, after: int) -> tuple[int, int, int]:
    """Return size, stride and start of the evenly spaced windows that hold those of an adaptive pooling."""
    windows = [(index * before // after, -(-(index + 1) * before // after)) for index in range(after)]
    best: tuple[int, int, int] | None = None
    for stride in {before // after, -(-before // after)}:
        start = min(first - index * stride for index, (first, _) in enumerate(windows))
        end = max(last - index * stride for index, (_, last) in enumerate(windows))
        if best is None or end - start < best[0]:
            best = end - start, stride, start
    if best is None:
        raise ValueError("a pooling without output")
    return best
