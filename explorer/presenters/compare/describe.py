"""What a network's measured row is sorted by, and how people read it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from explorer.core import units
from explorer.core.messages.study import NetRow
from explorer.core.text import Translator
from explorer.presenters.compare.lineups import Lineup
from explorer.presenters.compare.ports import Cell, Column, CompareRow, Point


def sort_key(row: NetRow, column: Column, lineup: Lineup) -> tuple[int, float]:
    """Return what a row is sorted by; rows without a number come last in rising order."""
    values: dict[str, float | None] = {
        "answer": row.top[0].probability if row.top else None,
        "depth": row.depth,
        "parameters": row.parameters,
        "macs": row.macs,
        "memory": row.activation_bytes,
        "time": row.median_ms if len(row.times_ms) else None,
        "accuracy": accuracy(row, lineup),
    }
    value = values.get(column)
    missing_first = column in ("answer", "accuracy")
    return (1, value) if value is not None else (0 if missing_first else 2, 0.0)


def accuracy(row: NetRow, lineup: Lineup) -> float | None:
    """Return the top-1 accuracy in percent that a line-up is about: of its weights, else as published for ImageNet."""
    if lineup.weights:
        return row.weights.accuracy.get("main")
    return row.published.top1 if row.published is not None else None


def points(rows: Sequence[NetRow], measure: Literal["parameters", "macs"], lineup: Lineup) -> tuple[Point, ...]:
    """Return the networks with a known accuracy for the plot."""
    found = []
    for row in rows:
        reached = accuracy(row, lineup)
        if reached is None:
            continue
        if lineup.weights:
            cost = row.parameters if measure == "parameters" else row.macs
        else:
            # The published accuracy belongs to the published form: 1,000 classes at that size.
            cost = row.standard_parameters if measure == "parameters" else row.standard_macs
        found.append(Point(row.net, lineup.titles[row.net], cost, reached))
    return tuple(found)


def describe_row(row: NetRow, known: list[NetRow], lineup: Lineup, tr: Translator) -> CompareRow:
    """Return a row as people read it; bars are relative to the largest of all rows that are there."""
    largest_time = max((float(other.upper_ms) for other in known), default=1.0) or 1.0
    parameters = max(other.parameters for other in known)
    macs = max(other.macs for other in known)
    memory = max(other.activation_bytes for other in known)
    trained = row.weights.trained
    if lineup.weights:
        where = tr("compare.small") if row.small else ""
    else:
        where = tr("compare.trained_on", dataset=row.weights.dataset) if trained else tr("compare.untrained")
    answer = (
        Cell(row.top[0].label, units.percent(row.top[0].probability), row.top[0].probability)
        if row.top
        else Cell("–", tr("compare.untrained"))
    )
    if len(row.times_ms):
        spread = f"{units.significant(row.lower_ms)} … {units.milliseconds(row.upper_ms)}"
        quartiles = (row.lower_ms / largest_time, row.upper_ms / largest_time)
        time = Cell(units.milliseconds(row.median_ms), spread, row.median_ms / largest_time, spread=quartiles)
    else:
        time = Cell("–", tr.error(row.failure, row.details)[0] if row.failure else "")
    reached = accuracy(row, lineup)
    source = row.published.reference if row.published is not None and not lineup.weights else ""
    percent = Cell("–", tr("compare.not_published"))
    if reached is not None:
        percent = Cell(f"{reached:.1f} %", source, reached / 100)
    weighted = row.convolution_parameters + row.linear_parameters
    share = row.convolution_parameters / weighted if weighted else 0.0
    split = tr("compare.split", conv=units.count(row.convolution_parameters), linear=units.count(row.linear_parameters))
    cells = {
        "net": Cell(
            lineup.titles[row.net], " · ".join(part for part in (str(row.year), where, f"{row.input_size} px") if part)
        ),
        "answer": answer,
        "depth": Cell(str(row.depth), tr("compare.with_pools", count=row.depth_with_pools)),
        "parameters": Cell(units.count(row.parameters), split, row.parameters / parameters, share),
        "macs": Cell(units.count(row.macs), "", row.macs / macs),
        "memory": Cell(units.megabytes(row.activation_bytes), "", row.activation_bytes / memory),
        "time": time,
        "accuracy": percent,
    }
    return CompareRow(row.net, lineup.titles[row.net], trained, cells)
