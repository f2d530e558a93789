"""What an experiment does to a head: its strongest classes before and after."""

from __future__ import annotations

import numpy as np

from explorer.core.messages.explore import TraceResult
from explorer.core.messages.ideas import Change
from explorer.core.text import Translator
from explorer.core.units import percent
from explorer.presenters.explore.describe import class_name
from explorer.presenters.explore.panels.shows import TableShow

SHOWN_CLASSES = 5


def change_table(trace: TraceResult, change: Change, tr: Translator, rows: int = SHOWN_CLASSES) -> TableShow | None:
    """Return classes with their probabilities before and after; None where the head was never trained."""
    before, after = change.before.probabilities, change.after.probabilities
    if before is None or after is None:
        return None
    first, then = int(np.argmax(before)), int(np.argmax(after))
    shown = strongest(np.maximum(before, after), rows)
    lines = tuple(
        (class_name(trace.classes[index], tr), percent(float(before[index])), percent(float(after[index])))
        for index in shown
    )
    strong = tuple(place for place, index in enumerate(shown) if index in (first, then))
    head = (tr(f"head.{change.head}"), tr("change.before"), tr("change.after"))
    return TableShow(head, lines, strong=strong, title=tr("change.title"))


def change_sentence(trace: TraceResult, change: Change, tr: Translator) -> tuple[str, str]:
    """Return what the change comes to, and its tone: ``good``, ``warning`` or nothing."""
    before, after = change.before.probabilities, change.after.probabilities
    share = percent(change.logit_change)
    if before is None or after is None:
        return tr("change.untrained", share=share), "warning"
    first, then = int(np.argmax(before)), int(np.argmax(after))
    names = class_name(trace.classes[first], tr), class_name(trace.classes[then], tr)
    if first == then:
        return tr("change.same", label=names[0], share=share), "good"
    return tr("change.other", before=names[0], after=names[1], share=share), "warning"


def strongest(values: np.ndarray, count: int) -> list[int]:
    """Return the indices of the largest values, the largest first."""
    return [int(index) for index in np.argsort(-values, kind="stable")[:count]]
