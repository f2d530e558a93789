"""One value taken apart, in words and pictures; pure functions."""

from __future__ import annotations

from typing import Literal

import msgspec
import numpy as np

from explorer.core.messages.inside import Link, MicroscopeResult
from explorer.core.text import Translator
from explorer.core.units import MINUS, TIMES, significant
from explorer.presenters.explore.describe import class_name
from explorer.presenters.explore.panels.naming import layer_label
from explorer.presenters.explore.panels.panel import Situation
from explorer.presenters.explore.panels.shows import (
    BarShow,
    BarsShow,
    LedgerRow,
    LedgerShow,
    MapShow,
    TableShow,
    plain_map,
    signed_map,
)

SHOWN_TERMS = 9

Kind = Literal["kernel", "dots", "max", "average", "other"]


class MicroscopeShow(msgspec.Struct, frozen=True):
    """One value taken apart, ready to be drawn.

    Attributes
    ----------
    kind : str
        ``kernel``: patch × kernel = product; ``dots``: single values times weights, in ``table``; ``max``: a patch with
        its winner; ``average``: patch × 1/n; ``other``: no window, ``table`` and ``ledger`` say it.
    place : str
        Channel, row and column in words.
    source, output, patch, kernel, product : MapShow or None
    bars : BarsShow or None
        What the channels contribute, or the terms of a normalisation or a softmax.
    """

    kind: Kind
    place: str
    sentence: str
    output: MapShow
    ledger: LedgerShow
    source: MapShow | None = None
    patch: MapShow | None = None
    kernel: MapShow | None = None
    product: MapShow | None = None
    table: TableShow | None = None
    bars: BarsShow | None = None
    playing: bool = False


def describe(situation: Situation, result: MicroscopeResult, tr: Translator) -> MicroscopeShow:
    """Return a value taken apart, in words and pictures."""
    kind = _kind(result)
    row, column = result.pixel
    vector = situation.state.layer.map_size == (1, 1)
    key = "micro.place.unit" if vector else "micro.place"
    colours = situation.scene.colour_map
    output = plain_map(
        result.output_map,
        colours,
        tr("micro.output"),
        tr("micro.size", height=result.output_map.shape[0], width=result.output_map.shape[1]),
        mark=result.pixel,
    )
    show = MicroscopeShow(
        kind=kind,
        place=tr(key, channel=result.channel, channels=f"{situation.state.layer.channels:,}", row=row, column=column),
        sentence=_sentence(situation, result, kind, tr),
        output=output,
        ledger=_ledger(result, tr),
        source=_source(result, colours, tr),
        bars=_terms(situation, result, tr) or _sums(result, tr),
        table=_table(situation, result, tr) if kind in ("dots", "other") else None,
    )
    return show if kind in ("dots", "other") else _with_window(show, result, tr)


def _kind(result: MicroscopeResult) -> Kind:
    if result.kind == "max_pool":
        return "max"
    if result.kind == "avg_pool":
        return "average"
    if result.kind in ("convolution", "linear"):
        return "kernel" if result.patches.shape[1:] != (1, 1) else "dots"
    return "other"


def _index(result: MicroscopeResult) -> int:
    """Return which of the patches is that of the channel shown."""
    found = np.flatnonzero(result.channels == result.source_channel)
    return int(found[0]) if found.size else 0


def _with_window(show: MicroscopeShow, result: MicroscopeResult, tr: Translator) -> MicroscopeShow:
    index = _index(result)
    patch, kernel, product = result.patches[index], result.kernels[index], result.products[index]
    title = tr("micro.patch", channel=int(result.channels[index]))
    if show.kind == "max":
        winner = None
        if result.winner is not None:
            winner = result.winner[0] - result.box[0], result.winner[1] - result.box[1]
        shown = signed_map(patch, title, tr("micro.winner"), figures=True, mark=winner)
        best = np.array([[result.total]], np.float32)
        largest = msgspec.structs.replace(shown, values=best, title=tr("micro.largest"), caption="", mark=None)
        return msgspec.structs.replace(show, patch=shown, product=largest)
    total = significant(float(product.sum()))
    weight = tr("micro.kernel") if show.kind == "kernel" else tr("micro.share", count=patch.size)
    return msgspec.structs.replace(
        show,
        patch=signed_map(patch, title, figures=True),
        kernel=signed_map(kernel, weight, figures=True),
        product=signed_map(product, tr("micro.product"), tr("micro.sum", value=total), figures=True),
    )


def _source(result: MicroscopeResult, colours: str, tr: Translator) -> MapShow | None:
    if not result.source_map.size or result.source_map.shape == (1, 1):
        return None
    title = tr("micro.source", channel=result.source_channel)
    caption = tr("micro.size", height=result.source_map.shape[0], width=result.source_map.shape[1])
    return plain_map(result.source_map, colours, title, caption, frame=result.box)


def _sentence(situation: Situation, result: MicroscopeResult, kind: Kind, tr: Translator) -> str:
    names = [layer_label(situation.trace.graph, name) for name in result.sources]
    count = len(result.sums)
    side = f"{result.box[2]} {TIMES} {result.box[3]}"
    if result.origin is not None:
        return tr("micro.says.concat", source=names[result.origin[0]], channel=result.origin[1])
    if result.kind == "add":
        return tr("micro.says.add", first=names[0], second=names[-1])
    if kind in ("kernel", "dots", "max", "average"):
        return tr(f"micro.says.{kind}", source=names[0] if names else "", count=f"{count:,}", side=side)
    return tr("micro.says.other")


def _sums(result: MicroscopeResult, tr: Translator) -> BarsShow | None:
    if result.kind not in ("convolution", "linear"):
        return None
    rows = []
    for channel in result.channels.tolist():
        value = float(result.sums[channel - result.first_channel])
        chosen = channel == result.source_channel
        hint = f"{tr('micro.channel', channel=channel)}  {significant(value)}"
        rows.append(BarShow(str(channel), value, significant(value), chosen, hint=hint, key=str(channel)))
    rest = len(result.sums) - len(result.channels)
    if rest:
        rows.append(BarShow(tr("micro.rest", count=f"{rest:,}"), result.rest, significant(result.rest)))
    return BarsShow(tuple(rows), tr("micro.sums"))


def _table(situation: Situation, result: MicroscopeResult, tr: Translator) -> TableShow | None:
    if result.kind in ("convolution", "linear"):
        rows = [
            (tr("micro.channel", channel=channel), *(significant(float(part[index, 0, 0])) for part in parts))
            for parts in [(result.patches, result.kernels, result.products)]
            for index, channel in enumerate(result.channels.tolist())
        ]
        head = ("", tr("micro.value"), f"{TIMES} {tr('micro.weight')}", f"= {tr('micro.product')}")
        keys = tuple(str(channel) for channel in result.channels.tolist())
        return TableShow(head, tuple(rows), chosen=_index(result), keys=keys)
    if result.kind == "add":
        pairs = zip(result.sources, result.sums.tolist(), strict=True)
        return TableShow(
            ("", tr("micro.value")),
            tuple((layer_label(situation.trace.graph, name), significant(value)) for name, value in pairs),
        )
    return None


def _ledger(result: MicroscopeResult, tr: Translator) -> LedgerShow:
    rows = []
    if result.sources and result.kind in ("convolution", "linear"):
        bare = result.total - (result.bias or 0.0)
        rows.append(LedgerRow(tr("micro.over", count=f"{len(result.sums):,}"), "", significant(bare)))
        if result.bias is not None:
            rows.append(LedgerRow(tr("micro.bias"), "", _added(result.bias)))
            rows.append(LedgerRow(tr("micro.total"), "", f"= {significant(result.total)}", strong=True))
    elif result.sources:
        rows.append(LedgerRow(tr(f"kind.{result.kind}"), "", significant(result.total), strong=True))
    else:
        rows.append(LedgerRow(tr("micro.before"), "", significant(result.total)))
    for number, link in enumerate(result.links, 1):
        if number == result.asked + 1:
            rows.append(_check_row(result, tr))
        strong, key = number == result.asked, f"micro.kind.{link.kind}"
        label = tr(key if tr.has(key) else f"kind.{link.kind}")
        rows.append(LedgerRow(label, formula(link, tr), f"= {significant(link.after)}", strong=strong))
    if result.asked == len(result.links):
        rows.append(_check_row(result, tr))
    return LedgerShow(tuple(rows), tr("micro.then"))


def _check_row(result: MicroscopeResult, tr: Translator) -> LedgerRow:
    tensor, difference = _checked(result)
    check = tr("micro.check", difference=significant(abs(difference), 2))
    return LedgerRow(tr("micro.tensor"), check, significant(tensor), tone="good" if _agrees(result) else "bad")


def _checked(result: MicroscopeResult) -> tuple[float, float]:
    """Return what the network computed for the value that was asked about, and how far the sum is from it."""
    if result.asked:
        link = result.links[result.asked - 1]
        return link.tensor, link.difference
    return result.tensor, result.difference


def _agrees(result: MicroscopeResult) -> bool:
    """Return whether the sums differ by no more than single precision's rounding."""
    parts = [(result.difference, max(abs(result.tensor), float(np.abs(result.sums).sum())))]
    parts += [(link.difference, abs(link.tensor)) for link in result.links]
    return all(abs(difference) <= 1e-4 * max(scale, 1e-3) for difference, scale in parts)


def _added(value: float) -> str:
    """Return a number as it is added: ``+ 3.1`` or ``− 3.1``."""
    return f"{MINUS if value < 0 else '+'} {significant(abs(value))}"


def formula(link: Link, tr: Translator) -> str:
    """Return what a link computes, with its numbers."""
    number = {name: significant(value) for name, value in link.numbers.items()}
    before = significant(link.before)
    if link.kind == "relu":
        return f"max(0, {before})"
    if link.kind == "batch_norm":
        mean, shift = _added(-link.numbers["mean"]), _added(link.numbers["shift"])
        return f"({before} {mean}) / √{number['variance']} · {number['scale']} {shift}"
    if link.kind == "lrn":
        power = f"({number['k']} + {number['alpha']} · {number['squares']})"
        return f"{before} / {power}^{number['beta']}"
    if link.kind == "softmax":
        return f"e^({before} {MINUS} {number['largest']}) / {number['sum']}"
    return tr(f"micro.link.{link.kind}")


def _terms(situation: Situation, result: MicroscopeResult, tr: Translator) -> BarsShow | None:
    """Return the parts of the sum that a normalisation or the softmax divides by."""
    asked = result.links[result.asked - 1] if result.asked else None
    if asked is not None and asked.kind == "lrn":
        rows = []
        for index, value in enumerate(asked.terms.tolist()):
            channel = asked.first + index
            own = channel == result.channel
            text = f"{significant(value)}² = {significant(value * value)}"
            rows.append(BarShow(str(channel), value * value, text, own))
        return BarsShow(tuple(rows), tr("micro.neighbours"))
    if result.links and result.links[-1].kind == "softmax":
        return _softmax(situation, result, result.links[-1], tr)
    return None


def _softmax(situation: Situation, result: MicroscopeResult, link: Link, tr: Translator) -> BarsShow:
    terms, classes = link.terms, situation.trace.classes
    count = len(terms) if len(terms) <= SHOWN_TERMS + 1 else SHOWN_TERMS
    strongest = np.argsort(-terms, kind="stable")[:count].tolist()
    own = result.channel - link.first
    if own not in strongest:
        strongest[-1] = own
    rows = []
    for index in strongest:
        value, total = float(terms[index]), link.numbers["sum"]
        label = class_name(classes[index], tr) if index < len(classes) else str(index)
        logit = float(np.log(value) + link.numbers["largest"]) if value > 0 else float("-inf")
        hint = (
            f"e^({significant(logit)} {MINUS} {significant(link.numbers['largest'])}) = {significant(value)}; "
            f"{significant(value)} / {significant(total)} = {significant(value / total)}"
        )
        rows.append(BarShow(label, value, significant(value), index == own, hint=hint))
    rest = float(terms.sum() - terms[strongest].sum())
    if len(terms) - len(strongest) > 1:
        rows.append(
            BarShow(tr("micro.rest.classes", count=f"{len(terms) - len(strongest):,}"), rest, significant(rest))
        )
    return BarsShow(tuple(rows), tr("micro.exponentials"))
