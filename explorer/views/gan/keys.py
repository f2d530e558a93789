"""The keys of the GAN workspace as the key sheet and the palette list them."""

from __future__ import annotations

from explorer.presenters.gan.actions import PANEL_ACTIONS
from explorer.views.actions import ACTIONS, ActionSpec, Group

KEYS: tuple[tuple[str, str], ...] = (
    ("D", "step_d"),
    ("A", "gradients"),
    ("R", "restart"),
    ("Shift+R", "reset"),
    ("E", "lanes"),
    ("W", "walk"),
    ("T", "lapse"),
    ("Ctrl+S", "export"),
)
"""Keys that the window has no action of its own on, and what they do here; the others come by the window's actions
(G steps G, M shows the manifold …, see the presenter)."""

_LISTED: tuple[tuple[Group, tuple[str, ...]], ...] = (
    (
        "gan_run",
        (
            "play",
            "step_both",
            "step_d",
            "step_g",
            "slow",
            "slower",
            "faster",
            "rate_most",
            "earlier",
            "to_start",
            "restart",
        ),
    ),
    (
        "gan_show",
        ("verdict", "manifold", "gradients", "networks", "log", "smoothing", "order", "walk", "lapse"),
    ),
    ("gan_knobs", ("next_preset", "previous_preset", "draw", "lanes", "undo", "redo", "reset", "export")),
)


def _keys_of(name: str) -> tuple[str, ...]:
    own = tuple(key for key, action in KEYS if action == name)
    return own or next(spec.keys for spec in ACTIONS if PANEL_ACTIONS.get(spec.id, spec.id) == name)


GAN_ACTIONS: tuple[ActionSpec, ...] = (
    *(ActionSpec(name, _keys_of(name), group, text=f"action.gan.{name}") for group, names in _LISTED for name in names),
    *(spec for spec in ACTIONS if spec.group in ("scene", "class") and spec.id not in ("undo", "redo")),
)
"""What a person can do in the GAN workspace; the ids are those of :mod:`explorer.presenters.gan.actions`."""
