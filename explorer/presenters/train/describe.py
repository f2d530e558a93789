"""A training frame as texts and shows; pure functions."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from explorer.core import units
from explorer.core.messages.explore import Prediction
from explorer.core.messages.training import LaneFrame, RunInfo, TrainFrame
from explorer.core.text import Translator
from explorer.core.train_scene import TrainScene, Variant, train_presets
from explorer.presenters.ports import HeadVerdict, MenuEntry, VerdictRow
from explorer.presenters.train.ports import (
    BatchShow,
    BatchTile,
    ConfusionShow,
    Field,
    GradientLane,
    GradientsShow,
    ProgressShow,
    SetupShow,
    WatchedLane,
    WatchedShow,
)

NETS = ("googlenet", "nin", "alexnet", "vgg16", "resnet20", "resnet56", "plain20", "plain56")
DATA = ("digits", "cifar10", "mnist", "fashion-mnist")
RECIPES = ("lecture", "modern", "fine-tune")
EPOCHS = (1, 2, 5, 10, 20, 40, 80)
VERDICT_ROWS = 3
FLOOR = 1e-9
"""Norms below are drawn as this one: a logarithm needs something to hold on to."""


def variant_title(variant: Variant, tr: Translator) -> str:
    """Return a net's short name with what is special about it: ``plain56 · sigmoid``."""
    parts = [tr(f"train_view.net.{variant.net}") if tr.has(f"train_view.net.{variant.net}") else variant.net]
    if variant.net == "googlenet":
        parts.append(tr("train_view.with_heads" if variant.heads else "train_view.without_heads"))
    if variant.activation != "relu":
        parts.append(variant.activation)
    if not variant.norm:
        parts.append(tr("train_view.without_norm"))
    return " · ".join(parts)


def titles(scene: TrainScene, tr: Translator) -> tuple[str, ...]:
    """Return the names of the nets that learn side by side."""
    return tuple(variant_title(variant, tr) for variant in scene.lanes)


def lane_titles(scene: TrainScene, tr: Translator) -> tuple[str, ...]:
    """Return the names of the nets, with their letters where there are two."""
    names = titles(scene, tr)
    return names if len(names) == 1 else tuple(f"{'AB'[index % 2]} · {name}" for index, name in enumerate(names))


def letters(scene: TrainScene, tr: Translator) -> tuple[str, ...]:
    """Return what the plots call the nets: a letter where two learn side by side, for names would not fit."""
    if len(scene.lanes) == 1:
        return titles(scene, tr)
    return tuple(tr("train_view.lane", letter="AB"[index % 2]) for index in range(len(scene.lanes)))


def setup(scene: TrainScene, preset: str, frame: TrainFrame | None, tr: Translator) -> SetupShow:
    """Return what can be set, and what is."""
    presets = tuple((one.key, tr(f"train.preset.{one.key}")) for one in train_presets())
    known = any(key == preset for key, _ in presets)
    about = tr(f"train.preset.{preset}.about") if known else tr("train_view.own")
    data = [(key, tr(f"train_view.data.{key}")) for key in DATA]
    if scene.data not in DATA:
        data.append((scene.data, scene.data.rstrip("/").rpartition("/")[2]))
    data.append(("…", tr("train_view.data.folder")))
    epochs = sorted({*EPOCHS, scene.epochs})
    fields = (
        Field("data", tr("train_view.data"), scene.data, tuple(data), tr("train_view.data.hint")),
        Field(
            "preset",
            tr("train_view.recipe"),
            scene.preset,
            tuple((key, tr(f"train_view.recipe.{key}")) for key in RECIPES),
            tr("train_view.recipe.hint"),
        ),
        Field("epochs", tr("train_view.epochs"), str(scene.epochs), tuple((str(n), str(n)) for n in epochs)),
        Field("seed", tr("train_view.seed"), str(scene.seed), tuple((str(n), str(n)) for n in range(10))),
    )
    lanes = tuple((tr("train_view.lane", letter="AB"[index % 2]), _lane_fields(index, scene, tr)) for index in range(2))
    return SetupShow(presets, preset if known else "", about, fields, lanes, _facts(frame, tr))


def _lane_fields(index: int, scene: TrainScene, tr: Translator) -> tuple[Field, ...]:
    variant = scene.lanes[index] if index < len(scene.lanes) else None
    nets = [(net, tr(f"train_view.net.{net}")) for net in NETS]
    if index == 1:
        nets.insert(0, ("", tr("train_view.no_lane")))
    if variant is not None and variant.net not in NETS:
        nets.append((variant.net, variant.net))
    chosen = variant or Variant("")
    residual = chosen.net.startswith(("resnet2", "resnet56", "plain"))
    on_off = (("on", tr("train_view.on")), ("off", tr("train_view.off")))
    return (
        Field(f"net{index}", tr("train_view.net"), chosen.net, tuple(nets)),
        Field(
            f"heads{index}",
            tr("train_view.heads"),
            "on" if chosen.heads else "off",
            on_off,
            tr("train_view.heads.hint"),
            chosen.net == "googlenet",
        ),
        Field(
            f"activation{index}",
            tr("train_view.activation"),
            chosen.activation,
            (("relu", "ReLU"), ("sigmoid", "sigmoid")),
            tr("train_view.activation.hint"),
            residual,
        ),
        Field(
            f"norm{index}",
            tr("train_view.norm"),
            "on" if chosen.norm else "off",
            on_off,
            tr("train_view.norm.hint"),
            residual,
        ),
    )


def _facts(frame: TrainFrame | None, tr: Translator) -> tuple[str, ...]:
    if frame is None or frame.data is None:
        return ()
    data = frame.data
    lines = [
        tr("train_view.fact.data", train=f"{data.train:,}", validation=f"{data.validation:,}", side=data.side_px),
    ]
    lines += [
        tr("train_view.fact.net", title=lane.title, parameters=units.count(lane.parameters)) for lane in frame.lanes
    ]
    if any(lane.form == "small" for lane in frame.lanes):
        lines.append(tr("train_view.fact.small"))
    if data.unreadable:
        lines.append(tr("train_view.fact.unreadable", count=data.unreadable))
    return tuple(lines)


def gradients(lanes: Sequence[LaneFrame], names: Sequence[str], tr: Translator) -> GradientsShow:
    """Return the gradient norms of all nets on one logarithmic scale."""
    shown, logs = [], []
    for lane, title in zip(lanes, names, strict=True):
        found = lane.gradients
        if found is None or not len(found.layers):
            continue
        norms = np.maximum(np.nan_to_num(found.norms, nan=FLOOR, posinf=1e9), FLOOR)
        logs += [math.log10(norms.min()), math.log10(norms.max())]
        texts = tuple(
            tr(
                "train_view.gradient_of",
                layer=name,
                norm=units.significant(float(norm)),
                ratio=units.significant(float(ratio)),
            )
            for name, norm, ratio in zip(found.layers, found.norms, found.ratios, strict=True)
        )
        shown.append(GradientLane(title, norms, texts))
    low, high = (math.floor(min(logs)), math.ceil(max(logs))) if logs else (-3, 0)
    empty = "" if shown else tr("train_view.no_steps")
    return GradientsShow(tr("train_view.gradients"), tuple(shown), low, max(high, low + 1), empty)


def watched(
    lanes: Sequence[LaneFrame], names: Sequence[str], classes: tuple[str, ...], tr: Translator
) -> WatchedShow | None:
    """Return the watched picture and what every net makes of it; None before there is one."""
    shown, picture, label = [], None, -1
    for lane, title in zip(lanes, names, strict=True):
        fixed = lane.fixed
        if fixed is None:
            continue
        picture, label = fixed.picture, fixed.label
        shown.append(WatchedLane(title, verdicts(fixed.heads, classes, tr), fixed.layer, fixed.maps))
    if picture is None:
        return None
    caption = (
        tr("train_view.truth", label=classes[label]) if 0 <= label < len(classes) else tr("train_view.own_picture")
    )
    return WatchedShow(picture, caption, tuple(shown))


def verdicts(heads: Sequence[Prediction], classes: tuple[str, ...], tr: Translator) -> tuple[HeadVerdict, ...]:
    """Return the strongest classes of every head."""
    result = []
    for head in heads:
        values = head.probabilities
        if values is None:
            result.append(HeadVerdict(head.head, head.head, "", (), tr("train_view.untrained")))
            continue
        best = np.argsort(-values)[:VERDICT_ROWS]
        rows = tuple(
            VerdictRow(classes[index], float(values[index]), units.percent(float(values[index])), place == 0)
            for place, index in enumerate(best)
        )
        result.append(HeadVerdict(head.head, head.head, "", rows))
    return tuple(result)


def batch(lane: LaneFrame, classes: tuple[str, ...], tr: Translator) -> BatchShow | None:
    """Return the pictures of the last batch with marks; None before there is one."""
    found = lane.batch
    if found is None or not len(found.pixels):
        return None
    tiles = tuple(
        BatchTile(classes[label], classes[answer] if answer >= 0 else "?", label == answer)
        for label, answer in zip(found.labels.tolist(), found.answers.tolist(), strict=True)
    )
    right = sum(tile.right for tile in tiles)
    return BatchShow(tr("train_view.batch_title", right=right, total=len(tiles)), found.pixels, tiles)


def confusion(lane: LaneFrame, classes: tuple[str, ...], tr: Translator) -> ConfusionShow | None:
    """Return the confusion matrix as last measured; None before the first time."""
    counts = lane.confusion
    if counts is None or not counts.size:
        return None
    right, total = int(np.trace(counts)), int(counts.sum())
    title = tr("train_view.confusion_title", right=f"{right:,}", total=f"{total:,}")
    return ConfusionShow(title, classes, counts)


def progress(frame: TrainFrame | None, past_step: int | None, tr: Translator) -> ProgressShow:
    """Return the bottom bar; ``past_step`` is the kept moment on screen, None for the newest state."""
    if frame is None:
        return ProgressShow(False, False, False, False, tr("train_view.starting"), "", -1.0, (), 0.0, False)
    total = max(1, frame.total_steps)
    reading = frame.phase == "reading"
    step = frame.step if past_step is None else past_step
    kept = tuple(float(one) / total for one in frame.kept.tolist())
    fraction = step / total
    if reading:
        headline = tr(
            "train_view.reading", done=f"{frame.reading:,}", total=f"{frame.to_read:,}" if frame.to_read else "?"
        )
        fraction = frame.reading / frame.to_read if frame.to_read else -1.0
    elif past_step is not None:
        headline = tr("train_view.past", step=f"{past_step:,}")
    elif frame.measuring >= 0:
        headline = tr("train_view.measuring", percent=round(100 * frame.measuring))
    else:
        key = {"training": "train_view.step", "done": "train_view.done", "stopped": "train_view.stopped"}[frame.phase]
        headline = tr(
            key, step=f"{frame.step:,}", total=f"{frame.total_steps:,}", epoch=frame.epoch, epochs=frame.scene.epochs
        )
    active = frame.phase == "training"
    return ProgressShow(
        playing=frame.playing,
        can_play=True,
        can_step=active and not frame.playing,
        can_stop=active,
        headline=headline,
        details=" · ".join(_details(frame, tr)),
        fraction=fraction,
        kept=kept,
        position=step / total,
        past=past_step is not None,
    )


def _details(frame: TrainFrame, tr: Translator) -> list[str]:
    parts = []
    if frame.steps_per_second > 0:
        parts.append(
            tr(
                "train_view.speed",
                steps=units.significant(frame.steps_per_second),
                pictures=units.significant(frame.pictures_per_second),
            )
        )
    if frame.seconds_left >= 0 and frame.phase == "training":
        parts.append(tr("train_view.left", time=duration(frame.seconds_left)))
    parts.append(f"{frame.device} · {frame.precision}" if frame.precision else frame.device)
    if frame.memory_mb > 0:
        parts.append(f"{units.significant(frame.memory_mb)} MB")
    return parts


def duration(seconds: float) -> str:
    """Return a time as a clock shows it: ``0:07``, ``12:30``, ``1:05:00``."""
    whole = max(0, round(seconds))
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def run_entries(runs: Sequence[RunInfo], current: str, tr: Translator) -> tuple[MenuEntry, ...]:
    """Return the runs of this machine as a menu."""
    entries = [MenuEntry("", tr("train_view.runs"))]
    for run in runs:
        label = " | ".join(titles(run.scene, tr)) + f" · {tr_data(run.scene.data, tr)}"
        best = max(run.best, default=-1.0)
        state = tr("train_view.run_done") if run.finished else f"{run.step:,} / {run.total_steps:,}"
        note = f"{state} · {units.percent(best)}" if best >= 0 else state
        entries.append(MenuEntry(run.run, label, note, run.run == current))
    return tuple(entries) if len(entries) > 1 else (MenuEntry("", tr("train_view.no_runs")),)


def tr_data(data: str, tr: Translator) -> str:
    """Return the data's name for people."""
    key = f"train_view.data.{data}"
    return tr(key) if data in DATA and tr.has(key) else data.rstrip("/").rpartition("/")[2]
