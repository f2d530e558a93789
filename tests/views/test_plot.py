"""The plot over training steps: raw and smoothed lines, gaps, a logarithmic scale and a shared cursor."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from pytestqt.qtbot import QtBot

from explorer.presenters.plots import Curve, PlotShow
from explorer.views import theme
from explorer.views.widgets import curves
from explorer.views.widgets.contrast import contrast, seen_on
from explorer.views.widgets.paint import draw_text
from explorer.views.widgets.plot import Plot

STEPS = np.arange(1.0, 401.0)


def show(y: np.ndarray, x: np.ndarray = STEPS) -> PlotShow:
    return PlotShow("Losses", (Curve("d", "D", "#0072B2", x, y, hint="what D lowers"),))


@pytest.fixture
def plot(qtbot: QtBot) -> Plot:
    plot = Plot()
    qtbot.addWidget(plot)
    plot.set_look(theme.DARK)
    plot.resize(400, 180)
    plot.show()
    return plot


def lines(plot: Plot) -> tuple[np.ndarray, np.ndarray | None]:
    """Return the values of the raw line, and of the smoothed one where it is seen."""
    assert plot._canvas is not None
    raw, smooth = plot._canvas._lines["d"]
    assert raw.isVisible()
    return np.asarray(raw.yData), np.asarray(smooth.yData) if smooth.isVisible() else None


def test_smoothing_never_hides_the_raw_line(plot: Plot) -> None:
    y = np.random.default_rng(0).normal(size=400)
    plot.show_plot(show(y))
    plot.set_smoothing(50)
    raw, smooth = lines(plot)
    assert np.array_equal(raw, y) and smooth is not None
    # The mean of the last fifty values, as anybody would compute it.
    assert smooth[-1] == pytest.approx(y[-50:].mean()) and smooth[9] == pytest.approx(y[:10].mean())
    plot.set_smoothing(1)
    assert lines(plot)[1] is None


def test_smoothing_looks_back_only() -> None:
    y = np.concatenate((np.zeros(100), np.ones(100)))
    assert (curves.trailing_mean(y, 20)[:100] == 0).all()


def test_a_curve_measured_now_and_then_is_smoothed_over_as_many_steps() -> None:
    assert curves.values_within(np.arange(0, 5000, 25), 50) == 2
    assert curves.values_within(np.arange(0, 5000, 100), 50) == 1
    assert curves.values_within(np.arange(5000), 50) == 50


def test_nan_and_infinity_are_gaps_and_the_plot_lives_on(plot: Plot) -> None:
    y = np.ones(400)
    y[100:110], y[200] = np.nan, np.inf
    plot.show_plot(show(y))
    raw, _ = lines(plot)
    assert np.isnan(raw[100:110]).all() and np.isnan(raw[200])
    assert np.isfinite(np.delete(raw, [*range(100, 110), 200])).all()
    plot.show_plot(show(np.full(400, np.nan)))
    plot.grab()
    plot.show_plot(show(np.full(400, 2.0)))
    assert (lines(plot)[0] == 2).all()


def test_a_logarithmic_scale_leaves_out_what_it_cannot_show(plot: Plot) -> None:
    y = np.logspace(-3, 3, 400)
    y[50] = -1
    plot.show_plot(show(y))
    plot.set_log(True)
    raw, _ = lines(plot)
    assert np.isnan(raw[50]) and raw[0] == pytest.approx(-3) and raw[-1] == pytest.approx(3)
    assert plot._canvas is not None
    assert plot._canvas._value_texts([-2.0, 0.0, 2.0], 1.0, 1.0) == ["0.01", "1", "100"]


def test_thinning_keeps_every_spike() -> None:
    random = np.random.default_rng(1)
    y = random.normal(size=100_000)
    y[31_415], y[92_653] = 50, -40
    x, thin = curves.thinned(np.arange(100_000.0), y, 300)
    assert thin.size <= 4 * 300 and thin.max() == 50 and thin.min() == -40
    assert (np.diff(x) >= 0).all() and x[0] == 0 and x[-1] == 99_999
    assert (y[x.astype(int)] == thin).all()


@pytest.mark.parametrize("count", [0, 1, 299, 601, 100_000])
def test_a_line_without_spikes_is_strided_to_its_last_point(count: int) -> None:
    x = np.arange(float(count))
    shown_x, shown_y = curves.strided(x, x * 2, 300)
    assert shown_x.size <= 601 and shown_x.size >= min(count, 300)
    assert (shown_y == shown_x * 2).all()
    assert count == 0 or shown_x[-1] == count - 1


def test_the_cursor_tells_its_step_and_the_legend_its_values(plot: Plot, qtbot: QtBot) -> None:
    y = np.linspace(0, 1, 400)
    plot.show_plot(show(y))
    assert plot.values() == {"d": 1.0}
    assert plot._canvas is not None
    with qtbot.waitSignal(plot.cursor_moved) as moved:
        qtbot.mouseMove(plot._canvas.viewport(), QPoint(200, 60))
    step = moved.args[0]
    assert step == round(step) and 100 < step < 300
    assert plot.values()["d"] == pytest.approx(y[int(step) - 1])
    plot.show_cursor(1.0)
    assert plot.values() == {"d": 0.0} and "D 0" in plot.accessibleDescription()


@pytest.mark.parametrize(
    ("low", "high", "most", "values"),
    [
        (0.6, 1.0, 5, [4, 6, 8, 10]),
        (-0.1, 1.2, 12, [0.8, 0.9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
        (-0.1, 1.2, 5, [1, 2, 5, 10]),
        (-3, 2, 6, [0.001, 0.01, 0.1, 1, 10, 100]),
        (-9, 3, 5, [1e-9, 1e-6, 1e-3, 1, 1e3]),
    ],
)
def test_a_logarithmic_axis_is_marked_at_round_values(low: float, high: float, most: int, values: list[float]) -> None:
    marks = curves.log_marks(low, high, most)
    assert all(low <= mark <= high for mark in marks)
    told = [10**mark for mark in marks]
    assert set(np.round(np.log10(values), 6)) >= set(np.round(np.log10(told), 6)) and len(told) >= 2
    assert told == pytest.approx(values[-len(told) :]) or told == pytest.approx(values)


@pytest.mark.parametrize("value", [0.001, -40.0, 1e6])
def test_a_level_curve_keeps_away_from_the_other_side_of_0(value: float) -> None:
    low, high = curves.value_range([np.full(5, value)])
    assert low < value < high and low * high > 0


def test_where_there_is_no_room_names_give_way_before_the_title_and_the_title_before_many_names(
    plot: Plot, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts: list[str] = []

    def spy(painter: QPainter, place: QRectF, text: str, *style: Any) -> float:
        texts.append(text)
        return float(draw_text(painter, place, text, *style))

    monkeypatch.setattr("explorer.views.widgets.plot.draw_text", spy)

    def head(count: int, width: int, unit: str = "%") -> str:
        names = ["network one", "network two", "network three", "network four"][:count]
        drawn = [Curve(name, name, "#0072B2", STEPS, np.full(400, 12.5)) for name in names]
        plot.resize(width, 180)
        plot.show_plot(PlotShow("Accuracy of all", tuple(drawn), unit=unit))
        texts.clear()
        plot.grab()
        return " | ".join(texts)

    assert head(2, 600) == "Accuracy of all (%) | network one 12.5 | network two 12.5"
    assert head(2, 320) == "% | network one 12.5 | network two 12.5"
    assert head(2, 320, unit="") == "Accuracy of all | 12.5 | 12.5"
    assert head(2, 240) == "Accuracy of all (%) | 12.5 | 12.5"
    assert head(4, 620).startswith("% | network one 12.5")
    assert head(4, 300).startswith("network one 12 | network two 12")


def test_arrows_move_the_cursor(plot: Plot, qtbot: QtBot) -> None:
    plot.show_plot(show(np.linspace(0, 1, 400)))
    plot.setFocus()
    seen: list[float] = []
    plot.cursor_moved.connect(seen.append)
    for _ in range(3):
        qtbot.keyClick(plot, Qt.Key.Key_Left)
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    assert len(seen) == 4 and seen[0] > seen[1] > seen[2] < seen[3]


def test_the_legend_defines_its_curves(plot: Plot) -> None:
    plot.show_plot(show(np.ones(400)))
    plot.grab()
    place, _ = plot._names[0]
    assert plot.hint_at(place.center().toPoint()) == "what D lowers"
    assert plot.hint_at(QPoint(399, 5)) == ""


def test_curves_come_and_go(plot: Plot) -> None:
    plot.show_plot(show(np.ones(400)))
    plot.show_plot(PlotShow("Other", (Curve("g", "G", "#D55E00", STEPS, np.zeros(400)),), bounds=(0, 1), reference=0.5))
    assert plot._canvas is not None and set(plot._canvas._lines) == {"g"}
    plot.show_plot(PlotShow("Nothing", empty="nothing yet"))
    plot.grab()
    assert plot.values() == {}


@pytest.mark.parametrize("colour", ["#0072B2", "#D55E00", "#009E73", "#CC79A7"])
def test_lines_are_seen_on_a_dark_ground(colour: str) -> None:
    assert contrast(seen_on(colour, theme.DARK), theme.DARK.panel) >= 4.5
    assert seen_on(colour, theme.LIGHT) == QColor(colour)
    assert contrast(QColor("black"), QColor("white")) == pytest.approx(21)


def test_plotting_costs_nothing_before_it_is_wanted_and_never_brings_torch() -> None:
    """The window's start must not pay for pyqtgraph, and pyqtgraph must not bring torch along."""
    code = (
        "import sys; import explorer.views.widgets.plot; assert 'pyqtgraph' not in sys.modules;"
        "import explorer.views.gan.gan_view; assert 'pyqtgraph' not in sys.modules;"
        "import explorer.views.widgets.plot_canvas; assert 'pyqtgraph' in sys.modules;"
        "assert 'torch' not in sys.modules and 'matplotlib' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
