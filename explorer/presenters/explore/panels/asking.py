"""Which head and which class a view asks about, and the row of words and bars in which that is chosen."""

from __future__ import annotations

import msgspec
import numpy as np

from explorer.core.layers import Head, LayerGraph
from explorer.core.messages.base import Failure
from explorer.core.messages.explore import TraceResult
from explorer.core.text import Translator
from explorer.core.units import percent
from explorer.imaging.crops import pixels as crop_pixels
from explorer.presenters.explore.describe import class_name
from explorer.presenters.explore.panels.panel import PanelPresenter, Services, Situation
from explorer.presenters.explore.panels.shows import BarShow, BarsShow

MOST_CLASSES = 20


class Question(msgspec.Struct, frozen=True):
    """What is asked about.

    Attributes
    ----------
    head : str
        A trained head; empty where the network has none.
    target : str
        Name of a class as the network has it; empty where it has none.
    complaint : Failure or None
        Why it is not what the lens says.
    """

    head: str
    target: str
    complaint: Failure | None = None


class ChooserShow(msgspec.Struct, frozen=True):
    """Heads and classes to choose from.

    Attributes
    ----------
    heads : tuple of (str, str)
        Key and word of every head.
    head : str
        The chosen one.
    note : str
        Which heads are untrained; empty where none is.
    classes : BarsShow
        What the head gives its classes, the likeliest first; the chosen one is strong.
    search : str
        What is looked for among the classes; None where there are so few that one sees them all.
    """

    heads: tuple[tuple[str, str], ...]
    head: str
    note: str
    classes: BarsShow
    search: str | None = None


class AskingPresenter(PanelPresenter):
    """A panel that asks about one class of one head.

    Shift with ←/→ goes through the heads, with ↑/↓ through the classes by their probability.
    """

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self._search = ""
        self._complained: tuple[str, Failure] | None = None

    def question(self) -> Question:
        """Return what is asked about; where that is not what the lens says, say so once a run."""
        found = question_of(self.situation)
        if found.complaint is not None:
            about = self.situation.trace.trace, found.complaint
            if about != self._complained:
                self._complained = about
                self.services.fail(found.complaint)
        return found

    def chooser(self, question: Question) -> ChooserShow:
        return chooser_show(self.situation, question, self._search, self.tr)

    def choose_head(self, head: str) -> None:
        """Ask about another head; an untrained one is refused in a sentence."""
        known = {one.name: one for one in self.situation.trace.graph.heads}
        if not known[head].trained:
            self.services.fail(Failure("head_untrained", {"head": self.tr(f"head.{head}")}))
        elif head != self.question().head:
            self.services.turn(head=head)

    def choose_class(self, target: str) -> None:
        """Ask about another class; the head's own first is not remembered by its name, so that it may change."""
        question = self.question()
        first = ranking(self.situation.trace, question.head)[:1]
        self.services.turn(target="" if first == [target] else target)

    def search(self, text: str) -> None:
        """Look for classes whose name holds a text."""
        self._search = text
        self.refresh()

    def retire(self) -> None:
        self._search = ""
        super().retire()

    def move(self, dx: int, dy: int) -> bool:
        question = self.question()
        if not question.head:
            return True
        if dx:
            heads = [head.name for head in self.situation.trace.graph.heads if head.trained]
            self.choose_head(heads[(heads.index(question.head) + dx) % len(heads)])
        else:
            names = ranking(self.situation.trace, question.head)
            place = names.index(question.target) + dy
            if 0 <= place < len(names):
                self.choose_class(names[place])
        return True


def question_of(situation: Situation) -> Question:
    """Return the head and the class that the lens names, as far as the network has them."""
    trace, lens = situation.trace, situation.lens
    heads = {head.name: head for head in trace.graph.heads}
    trained = [head for head in heads.values() if head.trained]
    if not trained:
        return Question("", "")
    complaint: Failure | None = None
    head = heads.get(lens.head, trained[0])
    if not head.trained:
        complaint = Failure("head_untrained", {"head": head.name})
        head = trained[0]
    names = ranking(trace, head.name)
    target = lens.target or names[0]
    if target not in names:
        complaint = Failure("class_unknown", {"head": head.name, "label": target})
        target = names[0]
    return Question(head.name, target, complaint)


def probabilities_of(trace: TraceResult, head: str) -> np.ndarray | None:
    """Return what a head gives its classes in the run on screen."""
    return next((one.probabilities for one in trace.predictions if one.head == head), None)


def ranking(trace: TraceResult, head: str) -> list[str]:
    """Return the names of a head's classes, the likeliest first."""
    given = probabilities_of(trace, head)
    return [] if given is None else [trace.classes[index] for index in np.argsort(-given, kind="stable").tolist()]


def chooser_show(situation: Situation, question: Question, search: str, tr: Translator) -> ChooserShow:
    """Return the heads, and the classes whose name holds ``search``."""
    trace = situation.trace
    heads = trace.graph.heads
    untrained = [tr(f"head.{head.name}") for head in heads if not head.trained]
    note = tr("asking.untrained", heads=", ".join(untrained)) if untrained else ""
    return ChooserShow(
        heads=tuple((head.name, tr(f"head.{head.name}")) for head in heads),
        head=question.head,
        note=note,
        classes=BarsShow(_rows(trace, question, search.strip().lower(), tr), longest=1.0),
        search=search if question.head and len(trace.classes) > MOST_CLASSES else None,
    )


def _rows(trace: TraceResult, question: Question, search: str, tr: Translator) -> tuple[BarShow, ...]:
    given = probabilities_of(trace, question.head)
    if given is None:
        return ()
    rows: list[BarShow] = []
    order = np.argsort(-given, kind="stable").tolist()
    for index in order:
        name = trace.classes[index]
        chosen = name == question.target
        if chosen or (len(rows) < MOST_CLASSES and (search in name.lower() or search in class_name(name, tr))):
            chance = float(given[index])
            rows.append(BarShow(class_name(name, tr), chance, percent(chance), strong=chosen, hint=name, key=name))
    return tuple(rows)


def reads(graph: LayerGraph, head: Head, layer: str) -> bool:
    """Return whether a head's logits depend on a layer."""
    known, open_ends = set[str](), [head.layer]
    while open_ends:
        name = open_ends.pop()
        if name == layer:
            return True
        if name not in known:
            known.add(name)
            open_ends.extend(graph.layer(name).inputs)
    return False


def seen_picture(trace: TraceResult) -> np.ndarray:
    """Return the part of the picture (S, S, 3) uint8 that the network saw."""
    height, width = trace.preview.shape[:2]
    left, top, side = crop_pixels(trace.crop, width, height)
    return trace.preview[top : top + side, left : left + side]
