"""The Compare workspace: one picture through the networks of the lecture, side by side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from explorer.core import units
from explorer.core.errors import UserError
from explorer.core.messages import AnyReply
from explorer.core.messages.base import Failure, Progress
from explorer.core.messages.explore import TraceResult
from explorer.core.messages.study import ComparePart, CompareRequest, CompareResult, NetRow
from explorer.core.scene import Crop, Scene
from explorer.core.text import Translator
from explorer.presenters.compare.describe import describe_row, points, sort_key
from explorer.presenters.compare.lineups import LINEUPS, Lineup, LineupName
from explorer.presenters.compare.ports import COLUMNS, Column, ComparePort, CompareRow, CompareShow
from explorer.presenters.explore.panels.panel import Submit
from explorer.presenters.ports import Banner, PictureShow, VerdictRow


@dataclass
class _Comparison:
    """How far the networks of one line-up have come with one picture.

    ``known`` are the networks and weights that were on screen in Explore when it was asked for.
    """

    asked: tuple[str, Crop, str] | None = None
    known: frozenset[tuple[str, str]] = frozenset()
    rows: dict[str, NetRow] = field(default_factory=dict)
    done: bool = False
    device: str = ""


class ComparePresenter:
    """Asks for the comparison of the picture on screen, sorts it, and opens a network in Explore.

    Parameters
    ----------
    trace : callable
        Returns the run on screen in Explore.
    open_net : callable
        Opens a network of the catalog in Explore, with the weights of that name (empty: the best that it has).
    """

    def __init__(
        self,
        view: ComparePort,
        submit: Submit,
        tr: Translator,
        show_banner: Callable[[Banner | None], None],
        trace: Callable[[], TraceResult | None],
        open_net: Callable[[str, str], None],
    ) -> None:
        self._view = view
        self._submit = submit
        self._tr = tr
        self._show_banner = show_banner
        self._trace = trace
        self._open_net = open_net
        self._name: LineupName = "lecture"
        self._comparisons = {name: _Comparison() for name in LINEUPS}
        self._sort: Column = "net"
        self._descending = False
        self._measure: Literal["parameters", "macs"] = "parameters"
        self._selected = ""

    @property
    def settled(self) -> bool:
        return self._now.done

    @property
    def _now(self) -> _Comparison:
        return self._comparisons[self._name]

    @property
    def _lineup(self) -> Lineup:
        return LINEUPS[self._name]

    def enter(self, scene: Scene) -> None:
        """Compare the picture on screen, unless that is what is shown already."""
        trace = self._trace()
        if trace is None:
            return
        nets = self._lineup.nets
        if self._selected not in nets:
            self._selected = trace.net if trace.net in nets else nets[0]
        caption = self._tr("compare.picture", name=trace.picture_name)
        self._view.show_picture(PictureShow(trace.preview, trace.crop, caption))
        # Which network saw it in Explore does not matter here.
        asked = trace.picture_key, trace.crop, trace.device
        same = asked == self._now.asked
        if same and not self._outdated(trace):
            self._push()
            return
        known = self._now.known if same else frozenset()
        begun = _Comparison(asked, known | {(trace.net, trace.weights.name)})
        self._comparisons[self._name] = begun
        self._push()
        request = CompareRequest(trace.trace, nets, self._lineup.weights)
        self._submit(request, lambda reply: self._on_reply(begun, reply))

    def _outdated(self, trace: TraceResult) -> bool:
        """Return whether a network has meanwhile got weights that its row knows nothing of."""
        row = self._now.rows.get(trace.net)
        new = (trace.net, trace.weights.name) not in self._now.known
        return new and row is not None and trace.weights.trained and not row.weights.trained

    @property
    def steps_done(self) -> int:
        """Nothing learns here."""
        return 0

    def prepare(self, preset: str, steps: int, data: str = "") -> None:
        """Compare the networks of a line-up; nothing else can be prepared."""
        named = next((name for name in LINEUPS if name == preset), None)
        if named is not None:
            self.choose_lineup(named)
        elif preset:
            raise UserError("preset_unknown", name=preset, known=", ".join(LINEUPS))

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
        """↓ and ↑ select, ← and → sort by another column, Enter opens, O turns the order, M the axis, V the line-up."""
        actions: dict[str, Callable[[], None]] = {
            "enter_block": lambda: self._move(1),
            "leave_block": lambda: self._move(-1),
            "step_next": lambda: self._sort_beside(1),
            "step_previous": lambda: self._sort_beside(-1),
            "order": lambda: self.sort_by(self._sort),
            "view_maps": self.change_measure,
            "views": self.change_lineup,
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

    def choose_lineup(self, name: LineupName) -> None:
        """Compare other networks; those that have run stay known."""
        if name != self._name:
            self._name = name
            self.enter(Scene())

    def change_lineup(self) -> None:
        """Compare the networks of the next line-up."""
        names = list(LINEUPS)
        self.choose_lineup(names[(names.index(self._name) + 1) % len(names)])

    def open(self, net: str) -> None:
        """Open a network that has run in Explore."""
        if net in self._now.rows:
            self._open_net(net, self._lineup.weights)

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

    def _on_reply(self, begun: _Comparison, reply: AnyReply) -> None:
        if isinstance(reply, Progress):
            return
        if isinstance(reply, ComparePart):
            begun.rows[reply.row.net] = reply.row
        elif isinstance(reply, CompareResult):
            begun.rows = {row.net: row for row in reply.rows}
            begun.device = reply.device_title
            begun.done = True
        else:
            # Given up for a newer picture or other networks, or refused: what has come stays, and the next visit asks
            # again.
            begun.asked = None
            begun.done = True
            if isinstance(reply, Failure):
                self._show_banner(Banner("error", *self._tr.error(reply.kind, reply.details)))
        self._push()

    # ── what is shown ──────────────────────────────────────────────────────────────────────────────────────────────

    def _sorted(self) -> list[CompareRow]:
        now, lineup = self._now, self._lineup
        known = [now.rows[net] for net in lineup.nets if net in now.rows]
        if self._sort != "net":
            known.sort(key=lambda row: sort_key(row, self._sort, lineup))
        if self._descending:
            known.reverse()
        rows = [describe_row(row, known, lineup, self._tr) for row in known]
        if not now.done:
            rows += [CompareRow(net, title, True, None) for net, title in lineup.titles.items() if net not in now.rows]
        return rows

    def _push(self) -> None:
        tr, now, lineup = self._tr, self._now, self._lineup
        row = now.rows.get(self._selected)
        best = row.top[0].probability if row is not None and row.top else 0.0
        top = tuple(
            VerdictRow(guess.label, guess.probability, units.percent(guess.probability), guess.probability == best)
            for guess in (row.top if row is not None else ())
        )
        note = tr("compare.untrained") if row is not None and not row.top else ""
        status = (
            tr("compare.measured", device=now.device)
            if now.done and now.device
            else tr("compare.running", done=len(now.rows), total=len(lineup.nets))
        )
        self._view.show_comparison(
            CompareShow(
                rows=tuple(self._sorted()),
                lineup=self._name,
                sort=self._sort,
                descending=self._descending,
                selected=self._selected,
                points=points(tuple(now.rows.values()), self._measure, lineup),
                measure=self._measure,
                top_title=lineup.titles[row.net] if row is not None else "",
                top=top,
                top_note=note,
                status=status,
            )
        )
