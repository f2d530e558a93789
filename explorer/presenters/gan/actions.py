"""What keys and buttons mean in the GAN workspace.

Some keys are actions of the whole window with another meaning in Explore: there G shows Grad-CAM, here it takes a step
of G. The window asks the workspace on screen first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from explorer.presenters.gan.presenter import GanPresenter

PANEL_ACTIONS = {
    "step_next": "step_both",
    "step_previous": "earlier",
    "first": "to_start",
    "view_gradcam": "step_g",
    "views": "verdict",
    "view_maps": "manifold",
    "view_branches": "networks",
    "scaling": "slow",
    "order": "order",
    "colours": "log",
    "view_kernels": "smoothing",
    "view_microscope": "draw",
    "next_picture": "next_preset",
    "previous_picture": "previous_preset",
    "fit": "rate_most",
}
"""The window's action to what it means here; actions that mean the same are not listed."""


def run(gan: GanPresenter, name: str) -> bool:
    """Do what a name means; return whether it means anything here."""
    action = _table(gan).get(PANEL_ACTIONS.get(name, name))
    if action is None:
        return False
    result = action()
    # Only what says so by False has meant nothing.
    return result is not False


def _table(gan: GanPresenter) -> dict[str, Callable[[], bool | None]]:
    return {
        "play": gan.run.toggle_play,
        "step_d": lambda: gan.run.step_once("d"),
        "step_g": lambda: gan.run.step_once("g"),
        "step_both": lambda: gan.run.step_once("both"),
        "slow": gan.toggle_slow,
        "slower": lambda: gan.faster(-1),
        "faster": lambda: gan.faster(1),
        "rate_most": lambda: gan.knobs.change_rate(0.0),
        "earlier": gan.go_earlier,
        "to_start": lambda: gan.rewind(0),
        "restart": gan.restart,
        "give_up": gan.give_up,
        "undo": gan.knobs.undo,
        "redo": gan.knobs.redo,
        "reset": gan.knobs.reset,
        "lanes": gan.knobs.toggle_lanes,
        "draw": gan.knobs.toggle_drawing,
        "verdict": lambda: gan.toggle_layer("verdict"),
        "manifold": lambda: gan.toggle_layer("manifold"),
        "gradients": lambda: gan.toggle_layer("gradients"),
        "networks": lambda: gan.toggle_layer("networks"),
        "order": gan.pictures.toggle_order,
        "walk": gan.pictures.walk,
        "lapse": gan.pictures.lapse,
        "close_strip": gan.pictures.close_strip,
        "log": gan.toggle_log,
        "smoothing": gan.toggle_smoothing,
        "next_preset": lambda: gan.knobs.next_preset(1),
        "previous_preset": lambda: gan.knobs.next_preset(-1),
        "preset": lambda: gan.show_menu("preset"),
        "rate": lambda: gan.show_menu("rate"),
        "export": lambda: gan.show_menu("export"),
        "back": gan.go_back,
        "select_right": lambda: gan.move_choice(1, 0),
        "select_left": lambda: gan.move_choice(-1, 0),
        "select_down": lambda: gan.move_choice(0, 1),
        "select_up": lambda: gan.move_choice(0, -1),
        "open_channel": gan.choose,
    }
