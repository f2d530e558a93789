"""The Compare workspace: one picture through the networks of the lecture, side by side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Protocol

import msgspec

from explorer.core import units
from explorer.core.messages import AnyReply
from explorer.core.messages.base import Failure, Progress
from explorer.core.messages.explore import TraceResult
from explorer.core.messages.study import ComparePart, CompareRequest, CompareResult, NetRow
from explorer.core.scene import Crop, Scene
from explorer.core.text import Translator
from explorer.presenters.explore.panels.panel import Submit
from explorer.presenters.ports import Banner, PictureShow, VerdictRow

Column = Literal["net", "answer", "depth", "parameters", "macs", "memory", "time", "accuracy"]
COLUMNS: tuple[Column, ...] = ("net", "answer", "depth", "parameters", "macs", "memory", "time", "accuracy")
TITLES = {
    "alexnet": "AlexNet (2012)",
    "alexnet-tv": "AlexNet (one tower)",
    "vgg16": "VGG-16",
    "nin": "NIN",
    "googlenet": "GoogLeNet",
    "resnet18": "ResNet-18",
    "resnet50": "ResNet-50",
}
"""What the networks are called before they have run: as in the catalog."""

LECTURE_NETS = tuple(TITLES)


class Cell(msgspec.Struct, frozen=True):
    """One number: as text, as a bar, and with its fine print.

    ``fraction`` is the bar's length, 0 … 1 of the column's largest (None: no bar), of which ``share`` is filled in the
    first colour (the convolutions' part of the parameters); ``spread`` are the quartiles on the same scale.
    """

    text: str
    note: str = ""
    fraction: float | None = None
    share: float | None = None
    spread: tuple[float, float] | None = None


class CompareRow(msgspec.Struct, frozen=True):
    """One network; ``cells`` by column, None while it has not run yet."""

    net: str
    title: str
    trained: bool
    cells: dict[str, Cell] | None


class Point(msgspec.Struct, frozen=True):
    """A network in the plot: ``x`` is a count, ``y`` the published top-1 accuracy in percent."""

    net: str
    label: str
    x: float
    y: float


class CompareShow(msgspec.Struct, frozen=True):
    """Everything on screen.

    ``measure`` is what the plot's x axis counts: ``parameters`` or ``macs``. ``top`` are the five strongest classes of
    the selected network, or ``top_note`` says why there are none.
    """

    rows: tuple[CompareRow, ...]
    sort: Column
    descending: bool
    selected: str
    points: tuple[Point, ...]
    measure: Literal["parameters", "macs"]
    top_title: str
    top: tuple[VerdictRow, ...]
    top_note: str
    status: str


class ComparePort(Protocol):
    """The workspace's view."""

    def show_comparison(self, show: CompareShow) -> None: ...
    def show_picture(self, show: PictureShow) -> None: ...


class ComparePresenter:
    """Asks for the comparison of the picture on screen, sorts it, and opens a network in Explore.

    Parameters
    ----------
    trace : callable
        Returns the run on screen in Explore.
    open_net : callable
        Opens a network of the catalog in Explore.
    """

    def __init__(
        self,
        view: ComparePort,
        submit: Submit,
        tr: Translator,
        show_banner: Callable[[Banner | None], None],
        trace: Callable[[], TraceResult | None],
        open_net: Callable[[str], None],
    ) -> None:
        self._view = view
        self._submit = submit
        self._tr = tr
        self._show_banner = show_banner
        self._trace = trace
        self._open_net = open_net
        self._asked: tuple[str, Crop, str] | None = None
        self._rows: dict[str, NetRow] = {}
        self._done = False
        self._device = ""
        self._sort: Column = "net"
        self._descending = False
        self._measure: Literal["parameters", "macs"] = "parameters"
        self._selected = ""

    @property
    def settled(self) -> bool:
        return self._done

    def enter(self, scene: Scene) -> None:
        """Compare the picture on screen, unless that is what is shown already."""
        trace = self._trace()
        if trace is None:
            return
        self._selected = self._selected or (trace.net if trace.net in LECTURE_NETS else LECTURE_NETS[0])
        caption = self._tr("compare.picture", name=trace.picture_name)
        self._view.show_picture(PictureShow(trace.preview, trace.crop, caption))
        # Which network saw it in Explore does not matter here.
        asked = trace.picture_key, trace.crop, trace.device
        if asked == self._asked and not self._outdated(trace):
            self._push()
            return
        self._asked = asked
        self._rows, self._done = {}, False
        self._push()
        self._submit(CompareRequest(trace.trace, LECTURE_NETS), self._on_reply)

    def _outdated(self, trace: TraceResult) -> bool:
        """Return whether a network has meanwhile got weights that its row knows nothing of."""
        row = self._rows.get(trace.net)
        return row is not None and trace.weights.trained and not row.weights.trained

    @property
    def steps_done(self) -> int:
        """Nothing learns here."""
        return 0

    def prepare(self, preset: str, steps: int, data: str = "") -> None:
        """There is nothing to prepare."""

    def leave(self) -> None:
        """Nothing of it goes on but the comparison itself."""

    def kept(self, scene: Scene) -> Scene:
        return scene

    def close(self) -> None:
        """Nothing is held."""

    def retranslate(self) -> None:
        trace = self._trace()
        if trace is not None:
            caption = self._tr("compare.picture", name=trace.picture_name)
            self._view.show_picture(PictureShow(trace.preview, trace.crop, caption))
        self._push()

    def on_action(self, name: str) -> bool:
        """↓ and ↑ select, ← and → sort by another column, Enter opens, O turns the order round, M the plot's axis."""
        actions: dict[str, Callable[[], None]] = {
            "enter_block": lambda: self._move(1),
            "leave_block": lambda: self._move(-1),
            "step_next": lambda: self._sort_beside(1),
            "step_previous": lambda: self._sort_beside(-1),
            "order": lambda: self.sort_by(self._sort),
            "view_maps": self.change_measure,
            "open_channel": lambda: self.open(self._selected),
        }
        if name not in actions:
            return False
        actions[name]()
        return True

    # ── what the person does ───────────────────────────────────────────────────────────────────────────────────────

    def sort_by(self, column: Column) -> None:
        """Sort by a column; the same one again turns the order round."""
        self._descending = not self._descending if column == self._sort else column in ("answer", "accuracy")
        self._sort = column
        self._push()

    def select(self, net: str) -> None:
        """Show a network's five strongest classes."""
        self._selected = net
        self._push()

    def change_measure(self) -> None:
        """Let the plot count the other of parameters and multiply-adds."""
        self._measure = "macs" if self._measure == "parameters" else "parameters"
        self._push()

    def open(self, net: str) -> None:
        """Open a network that has run in Explore."""
        if net in self._rows:
            self._open_net(net)

    def _move(self, by: int) -> None:
        nets = [row.net for row in self._sorted()]
        if not nets:
            return
        index = nets.index(self._selected) if self._selected in nets else 0
        self.select(nets[min(max(index + by, 0), len(nets) - 1)])

    def _sort_beside(self, by: int) -> None:
        index = (COLUMNS.index(self._sort) + by) % len(COLUMNS)
        self._descending = COLUMNS[index] in ("answer", "accuracy")
        self._sort = COLUMNS[index]
        self._push()

    # ── the engine's answers ───────────────────────────────────────────────────────────────────────────────────────

    def _on_reply(self, reply: AnyReply) -> None:
        if isinstance(reply, Progress):
            return
        if isinstance(reply, ComparePart):
            self._rows[reply.row.net] = reply.row
        elif isinstance(reply, CompareResult):
            self._rows = {row.net: row for row in reply.rows}
            self._device = reply.device_title
            self._done = True
        else:
            # Given up for a newer picture, or refused: what has come stays, and the next visit asks again.
            self._asked = None
            self._done = True
            if isinstance(reply, Failure):
                self._show_banner(Banner("error", *self._tr.error(reply.kind, reply.details)))
        self._push()

    # ── what is shown ──────────────────────────────────────────────────────────────────────────────────────────────

    def _sorted(self) -> list[CompareRow]:
        known = [self._rows[net] for net in LECTURE_NETS if net in self._rows]
        if self._sort != "net":
            known.sort(key=lambda row: sort_key(row, self._sort))
        if self._descending:
            known.reverse()
        rows = [describe_row(row, known, self._tr) for row in known]
        if not self._done:
            rows += [CompareRow(net, TITLES[net], True, None) for net in LECTURE_NETS if net not in self._rows]
        return rows

    def _push(self) -> None:
        tr, row = self._tr, self._rows.get(self._selected)
        best = row.top[0].probability if row is not None and row.top else 0.0
        top = tuple(
            VerdictRow(guess.label, guess.probability, units.percent(guess.probability), guess.probability == best)
            for guess in (row.top if row is not None else ())
        )
        note = tr("compare.untrained") if row is not None and not row.top else ""
        points = tuple(
            Point(
                known.net,
                known.title,
                # The published accuracy belongs to the published form: 1,000 classes at that size.
                known.standard_parameters if self._measure == "parameters" else known.standard_macs,
                known.published.top1,
            )
            for known in self._rows.values()
            if known.published is not None
        )
        status = (
            tr("compare.measured", device=self._device)
            if self._done and self._device
            else tr("compare.running", done=len(self._rows), total=len(LECTURE_NETS))
        )
        self._view.show_comparison(
            CompareShow(
                rows=tuple(self._sorted()),
                sort=self._sort,
                descending=self._descending,
                selected=self._selected,
                points=points,
                measure=self._measure,
                top_title=row.title if row is not None else "",
                top=top,
                top_note=note,
                status=status,
            )
        )


def sort_key(row: NetRow, column: Column) -> tuple[int, float]:
    """Return what a row is sorted by; rows without a number come last in rising order."""
    values: dict[str, float | None] = {
        "answer": row.top[0].probability if row.top else None,
        "depth": row.depth,
        "parameters": row.parameters,
        "macs": row.macs,
        "memory": row.activation_bytes,
        "time": row.median_ms if len(row.times_ms) else None,
        "accuracy": row.published.top1 if row.published is not None else None,
    }
    value = values.get(column)
    missing_first = column in ("answer", "accuracy")
    return (1, value) if value is not None else (0 if missing_first else 2, 0.0)


def describe_row(row: NetRow, known: list[NetRow], tr: Translator) -> CompareRow:
    """Return a row as people read it; bars are relative to the largest of all rows that are there."""
    largest_time = max((float(other.upper_ms) for other in known), default=1.0) or 1.0
    parameters = max(other.parameters for other in known)
    macs = max(other.macs for other in known)
    memory = max(other.activation_bytes for other in known)
    trained = row.weights.trained
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
    accuracy = (
        Cell(f"{row.published.top1:.1f} %", row.published.reference, row.published.top1 / 100)
        if row.published is not None
        else Cell("–", tr("compare.not_published"))
    )
    weighted = row.convolution_parameters + row.linear_parameters
    share = row.convolution_parameters / weighted if weighted else 0.0
    split = tr("compare.split", conv=units.count(row.convolution_parameters), linear=units.count(row.linear_parameters))
    cells = {
        "net": Cell(row.title, f"{row.year} · {where} · {row.input_size} px"),
        "answer": answer,
        "depth": Cell(str(row.depth), tr("compare.with_pools", count=row.depth_with_pools)),
        "parameters": Cell(units.count(row.parameters), split, row.parameters / parameters, share),
        "macs": Cell(units.count(row.macs), "", row.macs / macs),
        "memory": Cell(units.megabytes(row.activation_bytes), "", row.activation_bytes / memory),
        "time": time,
        "accuracy": accuracy,
    }
    return CompareRow(row.net, row.title, trained, cells)
