"""What can be chosen: networks, weights, input sizes, devices and pictures, as menus; pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from explorer.core.messages.base import DeviceInfo, Hello
from explorer.core.messages.explore import TraceResult
from explorer.core.messages.weights import NetInfo, WeightsInfo
from explorer.core.scene import PictureSource, Scene, View
from explorer.core.text import Translator
from explorer.presenters.explore.resolve import Resolved
from explorer.presenters.pictures import picture_name, sample_sources
from explorer.presenters.ports import ChipState, MenuEntry

SIZES_PX = (64, 96, 128, 160, 224, 320, 448)
"""Input sizes that the menu offers besides the one that the weights were trained for."""


VIEW_GROUPS: tuple[tuple[str, tuple[View, ...]], ...] = (
    ("layer", ("maps", "channel", "microscope", "kernels", "feeds", "patches", "optimise")),
    ("where", ("gradcam", "saliency", "occlusion")),
    ("idea", ("branches", "ablation", "residual", "pooling", "towers", "factorise", "depth")),
    ("answer", ("crops", "ensemble", "facts")),
)
"""The views as the menu lists them: in this layer, where it looks, the ideas of the nets, and the answer."""


def chips(trace: TraceResult, hello: Hello | None, tr: Translator) -> ChipState:
    """Return what the top bar says of a run."""
    weights = trace.weights
    titles = {device.name: device.title for device in hello.devices} if hello is not None else {}
    return ChipState(
        net=trace.title,
        trained=weights.trained,
        weights=weights_text(weights, tr) if weights.trained else "",
        picture=trace.picture_name,
        device=trace.device,
        device_title=titles.get(trace.device, ""),
    )


def weights_text(weights: WeightsInfo, tr: Translator) -> str:
    """Return the short name of weights: their dataset, else the file, else *untrained*."""
    if not weights.trained:
        return tr("chip.untrained")
    return weights.dataset or weights.name.rpartition("/")[2]


def net_menu(nets: Sequence[NetInfo], current: str) -> tuple[MenuEntry, ...]:
    """Return the networks in the order of the lecture."""
    return tuple(MenuEntry(net.name, net.title, str(net.year), net.name == current) for net in nets)


def weights_menu(net: NetInfo, scene: Scene, trace: TraceResult, tr: Translator) -> tuple[MenuEntry, ...]:
    """Return the weights that the network has or can have, ways to bring others, and the input sizes."""
    entries = [MenuEntry("", tr("menu.weights"))]
    for weights in net.weights:
        key = f"use:{weights.name}" if weights.present else f"fetch:{net.name}-{weights.name}"
        entries.append(
            MenuEntry(key, _weights_label(weights, tr), _weights_note(weights, tr), weights.name == trace.weights.name)
        )
    entries.append(MenuEntry("file", tr("menu.weights_file")))
    entries.append(MenuEntry("import", tr("menu.weights_import")))
    entries.append(MenuEntry("", tr("menu.sizes")))
    native = trace.input_size if scene.size == 0 else 0
    for size in sorted({*SIZES_PX, *((native,) if native else ())}):
        note = tr("menu.size_default") if size == native else ""
        key = "size:0" if size == native else f"size:{size}"
        entries.append(MenuEntry(key, tr("menu.size", size=size), note, size == trace.input_size))
    if not native:
        entries.append(MenuEntry("size:0", tr("menu.size_default")))
    return tuple(entries)


def _weights_label(weights: WeightsInfo, tr: Translator) -> str:
    if not weights.trained:
        return tr("chip.untrained")
    label = tr("menu.weights_trained", dataset=weights.dataset)
    main = weights.accuracy.get("main")
    return f"{label} · {tr('menu.weights_accuracy', accuracy=f'{main:.1f}')}" if main else label


def _weights_note(weights: WeightsInfo, tr: Translator) -> str:
    if not weights.trained:
        return tr("menu.weights_untrained")
    return "" if weights.present else tr("menu.weights_fetch", size=f"{weights.megabytes:.0f}")


def device_menu(devices: Sequence[DeviceInfo], scene: Scene, used: str, tr: Translator) -> tuple[MenuEntry, ...]:
    """Return the devices; *fastest* follows the machine that the program runs on."""
    is_auto = scene.device == "auto"
    automatic = MenuEntry("auto", tr("menu.device_auto"), used if is_auto else "", is_auto)
    return (
        automatic,
        *(MenuEntry(device.name, device.name, device.title, scene.device == device.name) for device in devices),
    )


def view_menu(state: Resolved, tr: Translator) -> tuple[MenuEntry, ...]:
    """Return every view that the step on screen has, by what it answers."""
    entries: list[MenuEntry] = []
    for group, views in VIEW_GROUPS:
        has = [view for view in views if view in state.views]
        if has:
            entries.append(MenuEntry("", tr(f"menu.views.{group}")))
        entries.extend(
            MenuEntry(view, tr(f"stage.view.{view}"), tr(f"stage.view.{view}.hint"), view == state.view) for view in has
        )
    return tuple(entries)


def view_palette(state: Resolved, tr: Translator) -> tuple[MenuEntry, ...]:
    """Return the views of the step on screen as the palette finds them."""
    views = [view for _, group in VIEW_GROUPS for view in group if view in state.views]
    found = [MenuEntry(f"view:{view}", tr(f"stage.view.{view}"), tr(f"stage.view.{view}.hint")) for view in views]
    return (MenuEntry("", tr("palette.views")), *found)


def picture_menu(
    current: PictureSource,
    recent: Sequence[PictureSource],
    together: Sequence[PictureSource],
    thumbnails: Mapping[str, np.ndarray],
    tr: Translator,
) -> tuple[tuple[MenuEntry, ...], dict[str, PictureSource]]:
    """Return the picture menu, and what each of its keys means; ``thumbnails`` are the samples', by their names."""
    entries = [MenuEntry("open", tr("menu.open")), MenuEntry("paste", tr("menu.paste"))]
    meaning: dict[str, PictureSource] = {}

    def section(title: str, prefix: str, sources: Sequence[PictureSource]) -> None:
        if not sources:
            return
        entries.append(MenuEntry("", tr(title)))
        for index, source in enumerate(sources):
            key = f"{prefix}:{index}"
            meaning[key] = source
            thumbnail = thumbnails.get(source.name) if source.kind == "sample" else None
            title = source_title(source, tr)
            entries.append(MenuEntry(key, title, checked=source == current, thumbnail=thumbnail))

    section("menu.samples", "sample", sample_sources())
    shown = together[:12] if len(together) > 1 else ()
    section("menu.dropped", "together", shown)
    section("menu.recent", "recent", [source for source in recent if source.kind != "sample" and source not in shown])
    return tuple(entries), meaning


def source_title(source: PictureSource, tr: Translator) -> str:
    """Return a picture's name for people: a sample's title, else the file's name."""
    key = f"sample.{source.name.rpartition('.')[0]}"
    return tr(key) if source.kind == "sample" and tr.has(key) else picture_name(source)
