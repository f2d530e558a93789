"""The hyperparameters as sliders and choices: which there are, where they stand, and what a place on them means."""

from __future__ import annotations

import math
from types import MappingProxyType

from explorer.core.gan_scene import (
    ACTIVATIONS,
    LIMITS,
    LOSSES,
    NET_KINDS,
    NOISES,
    OPTIMIZERS,
    PICTURE_DATA,
    PLANE_DATA,
    SIZES,
    GanScene,
    preset,
)
from explorer.core.text import Translator
from explorer.core.units import significant
from explorer.presenters.gan.ports import Control, ControlsShow, Option, Section

PAGES = ("data", "nets", "training")
TALL_PAGES = ("all", "training")
"""Where the panel is tall enough, data and networks share a page."""


def _one_two_five(low: int, high: int) -> tuple[float, ...]:
    """Return 1, 2 and 5 times each power of ten between two exponents."""
    return tuple(float(f"{digit}e{power}") for power in range(low, high) for digit in (1, 2, 5))


STOPS = MappingProxyType(
    {
        "modes": tuple(range(1, 9)),
        "spread": (0.005, 0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3),
        "noise_dim": (1, 2, 3, 4, 8, 16, 32, 64, 100, 128),
        "g_layers": tuple(range(6)),
        "d_layers": tuple(range(6)),
        "g_units": (1, 2, 3, 4, 6, 8, 10, 14, 16, 24, 32, 48, 64, 80, 100),
        "d_units": (1, 2, 3, 4, 6, 8, 10, 14, 16, 24, 32, 48, 64, 80, 100),
        "g_rate": (0.0, *_one_two_five(-6, 0), 1.0),
        "d_rate": (0.0, *_one_two_five(-6, 0), 1.0),
        "beta1": (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99),
        "beta2": (0.0, 0.5, 0.9, 0.95, 0.99, 0.999, 0.9999),
        "penalty": (0.0, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0),
        "k_d": (1, 2, 3, 4, 5, 10, 20),
        "k_g": (1, 2, 3, 4, 5, 10, 20),
        "batch": (2, 4, 8, 16, 32, 64, 128, 256, 512, 1024),
        "seed": tuple(range(1, 33)),
        "lanes": tuple(range(1, 9)),
    }
)
"""Field to the values that its slider stops at."""

RATES_HZ = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 1000.0, 0.0)
"""Steps a second that the bottom bar offers; 0 is as fast as the machine can."""

REBUILDS = frozenset({"data", "size", "noise_dim", "net", "seed", "lanes"})
"""Fields that begin the run anew; what they do cannot be taken back by another step."""


def place_of(field: str, value: float) -> int:
    """Return the stop of a slider that is nearest to a value, on the scale of the stops."""
    stops = STOPS[field]
    return min(range(len(stops)), key=lambda index: abs(_scaled(stops[index]) - _scaled(value)))


def value_at(field: str, place: int) -> int | float:
    """Return the value of a slider's stop, as the scene wants it."""
    stops = STOPS[field]
    return stops[max(0, min(len(stops) - 1, place))]


def faster(rate_hz: float, ways: int) -> float:
    """Return the next rate up (1) or down (−1)."""
    nearest = min(range(len(RATES_HZ)), key=lambda index: abs(RATES_HZ[index] - rate_hz))
    return RATES_HZ[max(0, min(len(RATES_HZ) - 1, nearest + ways))]


def with_data(scene: GanScene, data: str) -> GanScene:
    """Return the scene for other data; from the plane to pictures and back the networks change too."""
    target = scene.patched(data=data)
    if target.plane != scene.plane:
        base = GanScene() if target.plane else preset("digits")
        return base.patched(data=data, size=size_for(data), seed=scene.seed, preset="", device=scene.device)
    if not target.plane:
        return target.patched(size=size_for(data))
    return target


def size_for(data: str) -> int:
    """Return a size at which a dataset shows something and a CPU keeps up."""
    return {"digits": 8, "mnist": 16, "fashion_mnist": 16, "cifar10": 32, "folder": 32}.get(data, 8)


def fitted(scene: GanScene, field: str, value: object) -> GanScene:
    """Return the scene with a field changed, and the others brought along where they must fit it."""
    if field == "data":
        return with_data(scene, str(value))
    if field == "folder":
        return with_data(scene, "folder").patched(folder=value)
    return scene.patched(**{field: value})


def controls_show(
    scene: GanScene,
    page: str,
    tr: Translator,
    *,
    tall: bool,
    can_undo: bool,
    can_redo: bool,
    changed: bool,
    resettable: bool,
) -> ControlsShow:
    """Return the panel for a scene; on a ``tall`` panel more is on one page."""
    pages = TALL_PAGES if tall else PAGES
    if page not in pages:
        page = pages[0]
    sections = {
        "data": _data,
        "nets": _nets,
        "all": lambda scene, tr: (*_data(scene, tr), *_nets(scene, tr)),
        "training": _training,
    }[page](scene, tr)
    name = tr(f"gan.preset.{scene.preset}") if scene.preset else tr("gan_view.own")
    return ControlsShow(
        preset=tr("gan_view.preset_changed", name=name) if changed and scene.preset else name,
        pages=tuple((key, tr(f"gan_view.page.{key}")) for key in pages),
        page=page,
        sections=sections,
        can_undo=can_undo,
        can_redo=can_redo,
        resettable=resettable,
    )


def _scaled(value: float) -> float:
    """Return where a value lies on a scale on which 1, 2, 5, 10 are about equally far apart, with room for 0."""
    return math.log10(value) if value > 0 else -9.0


def _slider(scene: GanScene, field: str, tr: Translator, *, enabled: bool = True, why: str = "") -> Control:
    value = getattr(scene, field)
    low, high = LIMITS[field]
    hint = tr(f"gan_view.{field}.hint", low=significant(low), high=significant(high))
    return Control(
        field=field,
        label=tr(f"gan_view.{field}"),
        kind="slider",
        value=significant(value) if isinstance(value, float) else f"{value:,}",
        place=place_of(field, value),
        places=len(STOPS[field]),
        hint=hint if enabled or not why else tr(why),
        enabled=enabled,
    )


def _choice(
    scene: GanScene,
    field: str,
    keys: tuple[str, ...],
    tr: Translator,
    *,
    texts: str = "",
    columns: int = 2,
    enabled: bool = True,
    label: bool = True,
) -> Control:
    texts = texts or f"gan_view.{field}"
    options = tuple(
        Option(key, tr(f"{texts}.{key}"), tr(f"{texts}.{key}.hint") if tr.has(f"{texts}.{key}.hint") else "")
        for key in keys
    )
    return Control(
        field=field,
        label=tr(f"gan_view.{field}"),
        titled=label,
        kind="choice",
        options=options,
        chosen=str(getattr(scene, field)),
        columns=columns,
        hint=tr(f"gan_view.{field}.hint") if tr.has(f"gan_view.{field}.hint") else "",
        enabled=enabled,
    )


def _tiles(scene: GanScene, keys: tuple[str, ...], tr: Translator, field: str) -> Control:
    options = tuple(Option(key, tr(f"gan_view.data.{key}"), tr(f"gan_view.data.{key}.hint"), icon=key) for key in keys)
    label = tr("gan_view.section.plane")
    return Control(field, label, "tiles", options=options, chosen=scene.data, columns=4, titled=False)


def _data(scene: GanScene, tr: Translator) -> tuple[Section, ...]:
    # Both rows of tiles set the same field; the second one has a name of its own, for a panel holds one widget a name.
    plane = [_tiles(scene, PLANE_DATA, tr, "data")]
    if scene.data == "gaussians":
        plane.append(_slider(scene, "modes", tr))
    if scene.plane and scene.data != "drawn":
        plane.append(_slider(scene, "spread", tr))
    words = tuple(Option(key, tr(f"gan_view.data.{key}"), tr(f"gan_view.data.{key}.hint")) for key in PICTURE_DATA)
    pictures = [
        Control(
            "data_pictures",
            tr("gan_view.section.pictures"),
            "choice",
            options=words,
            chosen=scene.data,
            columns=3,
            titled=False,
        )
    ]
    if not scene.plane:
        sizes = tuple(str(size) for size in SIZES)
        options = tuple(Option(size, size, enabled=scene.data != "digits" or size == "8") for size in sizes)
        pictures.append(
            Control("size", tr("gan_view.size"), "choice", options=options, chosen=str(scene.size), columns=4)
        )
    return (
        Section(tr("gan_view.section.plane"), tuple(plane)),
        Section(tr("gan_view.section.pictures"), tuple(pictures)),
    )


def _nets(scene: GanScene, tr: Translator) -> tuple[Section, ...]:
    mlp = scene.net == "mlp"
    both = [_choice(scene, "activation", ACTIVATIONS, tr, columns=3, label=False)]
    if not scene.plane:
        both.append(_choice(scene, "net", NET_KINDS, tr, label=False))

    def player(role: str) -> tuple[Control, ...]:
        why = "gan_view.layers_of_dcgan"
        return (
            _slider(scene, f"{role}_layers", tr, enabled=mlp, why=why),
            _slider(scene, f"{role}_units", tr),
            _slider(scene, f"{role}_rate", tr),
            _slider(scene, f"k_{role}", tr),
            _choice(scene, f"{role}_optimizer", OPTIMIZERS, tr, label=False, texts="gan_view.optimizer"),
        )

    noise = (_slider(scene, "noise_dim", tr), _choice(scene, "noise", NOISES, tr, label=False))
    return (
        Section(tr("gan_view.short.g"), player("g"), "g"),
        Section(tr("gan_view.short.d"), player("d"), "d"),
        Section(tr("gan_view.activation"), tuple(both)),
        Section(tr("gan_view.section.noise"), noise, columns=2),
    )


def _training(scene: GanScene, tr: Translator) -> tuple[Section, ...]:
    adam = "adam" in (scene.g_optimizer, scene.d_optimizer)
    penalty = _slider(scene, "penalty", tr, enabled=scene.loss == "wasserstein_gp", why="gan_view.penalty.off")
    loss = (_choice(scene, "loss", LOSSES, tr, texts="gan.loss", columns=1, label=False), penalty)
    adam_rates = tuple(_slider(scene, field, tr, enabled=adam, why="gan_view.beta.off") for field in ("beta1", "beta2"))
    lanes = _slider(scene, "lanes", tr, enabled=scene.plane, why="gan_view.lanes.off")
    return (
        Section(tr("gan_view.section.loss"), loss),
        Section(tr("gan_view.section.steps"), (_slider(scene, "batch", tr),)),
        Section("", adam_rates, columns=2),
        Section(tr("gan_view.section.chance"), (_slider(scene, "seed", tr), lanes), columns=2),
    )
