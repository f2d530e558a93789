"""What the GAN workspace says: titles, curves, figures, captions."""

from __future__ import annotations

import math

import numpy as np

from explorer.core.gan_scene import GanScene
from explorer.core.messages.gan import PHASES, Figures, GanFrame, Lane, NetWeights, PhaseFrame, PlaneFrame
from explorer.core.text import Translator
from explorer.core.units import count, percent, significant
from explorer.presenters.gan.curves import RunCurves
from explorer.presenters.gan.ports import LAYERS, Caption, GanHead, LanesShow, NetsShow
from explorer.presenters.plots import Curve, PlotShow
from explorer.presenters.ports import CardRow, HoverCard

D_COLOUR, G_COLOUR, REAL_COLOUR, FAKE_COLOUR = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
SECOND_COLOUR, THIRD_COLOUR = "#E69F00", "#56B4E9"

_LAYER_KEYS = {"verdict": "V", "manifold": "M", "gradients": "A", "networks": "N"}
_REACH = 0.12
"""How near the pointer must come to a knot of the manifold, in units of the plane."""


def data_title(scene: GanScene, tr: Translator) -> str:
    """Return what G is to imitate."""
    if scene.data == "gaussians":
        return tr("gan_view.title.gaussians" if scene.modes > 1 else "gan_view.title.gaussian", count=scene.modes)
    return tr(f"gan_view.data.{scene.data}.title")


def head(frame: GanFrame, layers: frozenset[str], tr: Translator) -> GanHead:
    """Return the line above the stage."""
    scene = frame.scene
    parts = [tr("gan_view.seed_is", seed=scene.seed), tr("gan_view.step_is", step=f"{frame.step:,}")]
    if frame.playing and frame.steps_per_second > 0:
        parts.append(tr("gan_view.steps_per_second", rate=f"{frame.steps_per_second:,.0f}"))
    offered = LAYERS if scene.plane else ("networks",)
    if scene.plane and scene.noise_dim > 2:
        offered = tuple(layer for layer in offered if layer != "manifold")
    words = tuple(
        (layer, tr(f"gan_view.layer.{layer}"), f"{tr(f'gan_view.layer.{layer}.hint')}  {_LAYER_KEYS[layer]}")
        for layer in offered
    )
    return GanHead(data_title(scene, tr), " · ".join(parts), words, layers)


def plots(curves: RunCurves, scene: GanScene, tr: Translator) -> tuple[PlotShow, ...]:
    """Return losses, D's mean verdicts, distances and gradient norms."""
    steps = curves.steps

    def curve(name: str, key: str, colour: str, *, dashed: bool = False, hint: str = "") -> Curve:
        return Curve(name, tr(key), colour, steps, curves.of(name), dashed, tr(hint) if hint else "")

    critic = scene.loss == "wasserstein_gp"
    says = PlotShow(
        tr("gan_view.plot.critic" if critic else "gan_view.plot.says"),
        (
            curve("d_real", "gan_view.curve.d_real", REAL_COLOUR, hint="gan_view.curve.d_real.hint"),
            curve("d_fake", "gan_view.curve.d_fake", FAKE_COLOUR, dashed=True, hint="gan_view.curve.d_fake.hint"),
        ),
        bounds=None if critic else (0.0, 1.0),
        reference=None if critic else 0.5,
        reference_label="½",
    )
    losses = PlotShow(
        tr("gan_view.plot.losses"),
        (
            curve("loss_d", "gan_view.curve.d", D_COLOUR, hint="gan_view.curve.loss_d.hint"),
            curve("loss_g", "gan_view.curve.g", G_COLOUR, dashed=True, hint="gan_view.curve.loss_g.hint"),
        ),
        empty=tr("gan_view.plot.empty"),
    )
    gradients = PlotShow(
        tr("gan_view.plot.gradients"),
        (
            curve("grad_d", "gan_view.curve.d", D_COLOUR, hint="gan_view.curve.grad.hint"),
            curve("grad_g", "gan_view.curve.g", G_COLOUR, dashed=True, hint="gan_view.curve.grad.hint"),
        ),
    )
    return losses, says, _distance_plot(curves, scene, tr), gradients


def _distance_plot(curves: RunCurves, scene: GanScene, tr: Translator) -> PlotShow:
    def sparse(name: str, key: str, colour: str, *, dashed: bool = False) -> Curve:
        x, y = curves.known(name)
        return Curve(name, tr(f"gan_view.short.{key}"), colour, x, y, dashed, tr(f"gan.distance.{key}.hint"))

    if scene.plane:
        both = (sparse("js", "js", THIRD_COLOUR), sparse("kl", "kl", SECOND_COLOUR, dashed=True))
        return PlotShow(tr("gan_view.plot.distance"), both, unit=tr("gan_view.bit"))
    classes = (sparse("covered", "classes", THIRD_COLOUR),)
    if scene.data != "digits":
        x = curves.steps
        accuracy = Curve(
            "accuracy",
            tr("gan_view.short.accuracy"),
            D_COLOUR,
            x,
            curves.of("accuracy"),
            False,
            tr("gan.distance.accuracy.hint"),
        )
        return PlotShow(tr("gan.distance.accuracy"), (accuracy,), bounds=(0.0, 1.0), reference=0.5)
    return PlotShow(tr("gan.distance.classes"), classes, bounds=(0.0, 10.5))


def figure_rows(figures: Figures, scene: GanScene, tr: Translator) -> tuple[CardRow, ...]:
    """Return the numbers under the plots, with their definitions."""
    rows = []
    if figures.modes:
        key = "modes" if scene.plane else "classes"
        value = tr("gan_view.of", part=figures.covered, whole=figures.modes)
        rows.append(CardRow(tr(f"gan.distance.{key}"), value, tr(f"gan.distance.{key}.hint")))
    accuracy = "–" if math.isnan(figures.accuracy) else percent(figures.accuracy)
    rows.append(CardRow(tr("gan.distance.accuracy"), accuracy, tr("gan.distance.accuracy.hint")))
    return tuple(rows)


def caption(scene: GanScene, tr: Translator, *, changed: bool) -> Caption:
    """Return what to look at."""
    if scene.preset and not changed:
        return Caption(tr(f"gan.preset.{scene.preset}.caption"))
    return Caption(tr("gan_view.own.caption"))


def phase_caption(phase: PhaseFrame, tr: Translator) -> Caption:
    """Return what happens in a phase of a step."""
    text = tr(f"gan_view.phase.{phase.player}.{phase.phase}")
    if phase.phase == "loss" and phase.loss is not None:
        text = f"{text} {tr('gan_view.loss_is', value=significant(phase.loss))}"
    return Caption(text, phase.player, PHASES.index(phase.phase) + 1, len(PHASES))


def nets(frame: GanFrame, tr: Translator) -> NetsShow:
    """Return both networks with their labels."""
    scene = frame.scene

    def title(name: str, net: NetWeights | None) -> str:
        if net is None:
            return tr(f"gan_view.section.{name}")
        return tr("gan_view.net_title", name=name.upper(), parameters=count(net.parameters))

    drawn = frame.g is not None and bool(frame.g.layers)
    return NetsShow(
        g=frame.g,
        d=frame.d,
        g_title=title("g", frame.g),
        d_title=title("d", frame.d),
        noise=tr("gan_view.net.noise", dim=scene.noise_dim),
        fake=tr("gan_view.fake"),
        real=tr("gan_view.real"),
        verdict=tr("gan_view.net.score" if scene.loss == "wasserstein_gp" else "gan_view.net.verdict"),
        note="" if drawn or frame.g is None else tr("gan_view.net_note"),
        phase=frame.phase,
    )


def lanes(lanes: tuple[Lane, ...], plane: PlaneFrame, verdict: bool, tr: Translator) -> LanesShow:
    """Return all seeds side by side."""
    return LanesShow(lanes, plane.real, plane.extent, tuple(_lane_caption(lane, tr) for lane in lanes), verdict)


def _lane_caption(lane: Lane, tr: Translator) -> str:
    if lane.trouble is not None:
        return tr("gan_view.lane_trouble", seed=lane.seed)
    figures = lane.figures
    if figures.modes:
        return tr("gan_view.lane_modes", seed=lane.seed, covered=figures.covered, modes=figures.modes)
    return tr("gan_view.lane_js", seed=lane.seed, js=significant(figures.js, 2))


def hover(
    frame: PlaneFrame, at: tuple[float, float], tr: Translator
) -> tuple[HoverCard | None, tuple[int, int] | None]:
    """Return what is under the pointer: D's verdict there, and the nearest knot of the manifold."""
    lines = [tr("gan_view.hover.place", x=_two(at[0]), y=_two(at[1]))]
    knot = _nearest_knot(frame, at)
    if knot is not None and frame.manifold is not None and frame.manifold_noise is not None:
        noise = ", ".join(_two(float(value)) for value in frame.manifold_noise[knot])
        made = ", ".join(_two(float(value)) for value in frame.manifold[knot])
        lines.append(tr("gan_view.hover.knot", noise=noise, made=made))
    score = verdict_at(frame, at)
    title = tr("gan_view.hover.title")
    if not math.isnan(score):
        lines.append(tr("gan_view.hover.verdict", score=significant(score)))
    return HoverCard(title, tuple(lines)), knot


def verdict_at(frame: PlaneFrame, at: tuple[float, float]) -> float:
    """Return D's verdict at a place of the plane; NaN outside or where there is none."""
    if frame.heat is None:
        return math.nan
    left, right, bottom, top = frame.extent
    rows, columns = frame.heat.shape
    column = math.floor((at[0] - left) / (right - left) * columns)
    row = math.floor((top - at[1]) / (top - bottom) * rows)
    if 0 <= row < rows and 0 <= column < columns:
        return float(frame.heat[row, column])
    return math.nan


def _nearest_knot(frame: PlaneFrame, at: tuple[float, float]) -> tuple[int, int] | None:
    if frame.manifold is None:
        return None
    squared = ((frame.manifold - np.asarray(at, np.float32)) ** 2).sum(-1)
    squared = np.where(np.isfinite(squared), squared, np.inf)
    row, column = np.unravel_index(int(squared.argmin()), squared.shape)
    return (int(row), int(column)) if squared[row, column] <= _REACH**2 else None


def _two(value: float) -> str:
    # Adding 0 turns −0 into 0.
    return f"{round(value, 2) + 0.0:.2f}".replace("-", "−")
