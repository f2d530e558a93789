"""The menus of the GAN workspace: presets and rates."""

from __future__ import annotations

from explorer.core.gan_scene import PRESETS, GanScene
from explorer.core.text import Translator
from explorer.presenters.gan.controls import RATES_HZ
from explorer.presenters.gan.knobs import TRAINED
from explorer.presenters.gan.run import RunControl
from explorer.presenters.gan.slow import SPEEDS
from explorer.presenters.ports import MenuEntry


def presets(scene: GanScene, trained: bool, tr: Translator) -> tuple[MenuEntry, ...]:
    """Return all presets, and the digits that are learnt already."""
    entries = [
        MenuEntry(one.preset, tr(f"gan.preset.{one.preset}"), checked=one.preset == scene.preset and not trained)
        for one in PRESETS
    ]
    return (*entries, MenuEntry(TRAINED, tr("gan_view.trained"), tr("gan_view.trained.note"), checked=trained))


def rates(run: RunControl, rate_hz: float, tr: Translator) -> tuple[MenuEntry, ...]:
    """Return the rates of training, or the speeds of slow motion."""
    if run.slow_wanted:
        return tuple(
            MenuEntry(str(speed), tr("speed", factor=f"{speed:g}"), checked=speed == run.slow.speed) for speed in SPEEDS
        )
    return tuple(MenuEntry(str(rate), _hertz(rate, tr), checked=rate == rate_hz) for rate in RATES_HZ)


def rate_text(run: RunControl, rate_hz: float, tr: Translator) -> str:
    """Return what the chip of the rate says."""
    return tr("speed", factor=f"{run.slow.speed:g}") if run.slow_wanted else _hertz(rate_hz, tr)


def _hertz(rate_hz: float, tr: Translator) -> str:
    return tr("gan_view.rate_hz", rate=f"{rate_hz:,.0f}") if rate_hz else tr("gan_view.rate_most")
