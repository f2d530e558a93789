"""What the heads say before and after something is done to the picture or to the network."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from explorer.core.messages.explore import Prediction, TraceResult
from explorer.core.text import Translator
from explorer.core.units import MINUS, percent
from explorer.presenters.explore.describe import class_name, common_classes

SHOWN_CLASSES = 3


class PairRow(msgspec.Struct, frozen=True):
    """One class: its probability before and after, 0 … 1, and as people read it; ``strong`` is the head's first.

    ``change`` is the difference in percentage points, with its sign; ``key`` is what a click tells.
    """

    label: str
    before: float
    after: float
    before_text: str
    after_text: str
    change: str
    strong: bool = False
    chosen: bool = False
    key: str = ""


class PairGroup(msgspec.Struct, frozen=True):
    """One head; ``note`` says why it has no rows, or whether its answer changed."""

    title: str
    rows: tuple[PairRow, ...]
    note: str = ""


class PairsShow(msgspec.Struct, frozen=True):
    """All heads over the same classes; ``before``, ``after`` and ``change`` name the columns."""

    groups: tuple[PairGroup, ...]
    before: str = ""
    after: str = ""
    change: str = ""


def pairs_of(
    trace: TraceResult,
    before: Sequence[Prediction],
    after: Sequence[Prediction],
    tr: Translator,
    *,
    question: tuple[str, str] = ("", ""),
    rows: int = SHOWN_CLASSES,
) -> PairsShow:
    """Return each head's strongest classes before and after, all heads over the same classes.

    ``question`` is a head and a class that are shown in any case, as chosen.
    """
    later = {prediction.head: prediction for prediction in after}
    shown = common_classes(before, rows)
    favourites = {int(np.argmax(one.probabilities)) for one in after if one.probabilities is not None}
    if question[1] in trace.classes:
        favourites.add(trace.classes.index(question[1]))
    shown += sorted(favourites - set(shown))
    groups = tuple(_group(trace, one, later.get(one.head), shown, question, tr) for one in before)
    return PairsShow(groups, tr("change.before"), tr("change.after"), tr("pairs.points"))


def _group(
    trace: TraceResult,
    before: Prediction,
    after: Prediction | None,
    shown: list[int],
    question: tuple[str, str],
    tr: Translator,
) -> PairGroup:
    title = tr(f"head.{before.head}")
    if before.probabilities is None or after is None or after.probabilities is None:
        return PairGroup(title, (), tr("verdict.untrained"))
    first, then = int(np.argmax(before.probabilities)), int(np.argmax(after.probabilities))
    rows = tuple(
        _row(
            trace.classes[index],
            float(before.probabilities[index]),
            float(after.probabilities[index]),
            index == then,
            (before.head, trace.classes[index]) == question,
            before.head,
            tr,
        )
        for index in shown
    )
    names = class_name(trace.classes[first], tr), class_name(trace.classes[then], tr)
    note = tr("pairs.changed", before=names[0], after=names[1]) if first != then else ""
    return PairGroup(title, rows, note)


def _row(name: str, before: float, after: float, strong: bool, chosen: bool, head: str, tr: Translator) -> PairRow:
    return PairRow(
        label=class_name(name, tr),
        before=before,
        after=after,
        before_text=percent(before),
        after_text=percent(after),
        change=points(after - before),
        strong=strong,
        chosen=chosen,
        key=f"{head}:{name}",
    )


def points(difference: float) -> str:
    """Return a difference of two probabilities in percentage points, with its sign; 0 where it rounds to that."""
    text = f"{100 * abs(difference):.1f}"
    return "±0" if text == "0.0" else f"{MINUS if difference < 0 else '+'}{text}"
