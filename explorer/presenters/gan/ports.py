"""What the GAN presenter needs of its view; see :mod:`explorer.presenters.ports`."""

from __future__ import annotations

from typing import Literal, Protocol

import msgspec
import numpy as np

from explorer.core.messages.gan import Lane, NetWeights, PhaseFrame, PictureFrame, PlaneFrame
from explorer.presenters.plots import PlotShow
from explorer.presenters.ports import CardRow, HoverCard, MenuEntry

Layer = Literal["verdict", "manifold", "gradients", "networks"]
LAYERS: tuple[Layer, ...] = ("verdict", "manifold", "gradients", "networks")
Role = Literal["", "d", "g"]


class Option(msgspec.Struct, frozen=True):
    """One of the words of a choice; ``icon`` names a shape of the data, or nothing."""

    key: str
    label: str
    hint: str = ""
    icon: str = ""
    enabled: bool = True


class Control(msgspec.Struct, frozen=True):
    """One hyperparameter as a slider or as a choice.

    Attributes
    ----------
    field : str
        Of :class:`explorer.core.gan_scene.GanScene`.
    place, places : int
        Where a slider stands, 0 … places − 1.
    options, chosen, columns
        Of a choice.
    titled : bool
        Whether the label is seen, too; a screen reader always says it.
    enabled : bool
        False where the hyperparameter has no effect at present; ``hint`` then says why.
    """

    field: str
    label: str
    kind: Literal["slider", "choice", "tiles"]
    value: str = ""
    place: int = 0
    places: int = 1
    options: tuple[Option, ...] = ()
    chosen: str = ""
    columns: int = 2
    hint: str = ""
    titled: bool = True
    enabled: bool = True


class Section(msgspec.Struct, frozen=True):
    """Controls that belong together under a title.

    ``role`` gives it the colour of D or of G, and puts G's and D's section side by side; ``columns`` of sliders stand
    beside each other.
    """

    title: str
    controls: tuple[Control, ...]
    role: Role = ""
    columns: int = 1


class ControlsShow(msgspec.Struct, frozen=True):
    """The panel of hyperparameters: its pages, and the sections of the page on top."""

    preset: str
    pages: tuple[tuple[str, str], ...]
    page: str
    sections: tuple[Section, ...]
    can_undo: bool
    can_redo: bool
    resettable: bool
    """Whether anything differs from the preset."""


class GanHead(msgspec.Struct, frozen=True):
    """The line above the stage; ``layers`` are the words of its switches: (key, word, key on the keyboard)."""

    title: str
    subtitle: str
    layers: tuple[tuple[str, str, str], ...]
    on: frozenset[str]


class PlaneShow(msgspec.Struct, frozen=True):
    """The plane with the layers that are on; ``phase`` is a step in slow motion, ``drawing`` takes the mouse."""

    frame: PlaneFrame
    layers: frozenset[str]
    critic: bool = False
    phase: PhaseFrame | None = None
    drawing: bool = False
    drawn: tuple[tuple[float, float], ...] = ()


class PicturesShow(msgspec.Struct, frozen=True):
    """Fakes of the fixed noise beside real pictures.

    ``order`` and ``real_order`` are tile numbers in the order on screen; ``marked`` are the tiles between which the
    walk goes, or whose time-lapse is on screen.
    """

    frame: PictureFrame
    order: np.ndarray
    real_order: np.ndarray
    fake_title: str
    real_title: str
    marked: tuple[int, ...] = ()
    phase: PhaseFrame | None = None


class StripShow(msgspec.Struct, frozen=True):
    """One picture under the walls, with a slider: a walk between two noises, or a sample through time.

    ``made`` (T, S, S[, 3]) uint8, ``scores`` (T,); ``labels`` names each place.
    """

    title: str
    made: np.ndarray
    scores: np.ndarray
    labels: tuple[str, ...]
    place: int


class LanesShow(msgspec.Struct, frozen=True):
    """Several seeds side by side; ``captions`` stands under each lane."""

    lanes: tuple[Lane, ...]
    real: np.ndarray
    extent: tuple[float, float, float, float]
    captions: tuple[str, ...]
    verdict: bool


class NetsShow(msgspec.Struct, frozen=True):
    """Both networks with their weights.

    A network without ``layers`` is drawn as blocks; ``note`` says why.
    """

    g: NetWeights | None
    d: NetWeights | None
    g_title: str
    d_title: str
    noise: str
    fake: str
    real: str
    verdict: str
    note: str = ""
    phase: PhaseFrame | None = None


class RunShow(msgspec.Struct, frozen=True):
    """The state of the buttons: ``rate`` is the chip's text."""

    playing: bool
    slow: bool
    rate: str


class MomentsShow(msgspec.Struct, frozen=True):
    """The time line: kept steps, where it stands, how far it came; ``cursor`` is the plots' step."""

    kept: tuple[int, ...]
    step: int
    last: int
    label: str
    cursor: float | None = None


class Caption(msgspec.Struct, frozen=True):
    """What to look at: ``part`` of ``parts`` where it is one of several (a step in slow motion)."""

    text: str
    role: Role = ""
    part: int = 0
    parts: int = 0


class FilmFrame(msgspec.Struct, frozen=True):
    """One picture of a film: what was on the stage at a step, and the curves up to it."""

    step: int
    title: str
    plane: PlaneShow | None
    pictures: PicturesShow | None
    plots: tuple[PlotShow, ...]


class GanPort(Protocol):
    """The GAN workspace as its presenter sees it."""

    def show_head(self, head: GanHead) -> None: ...
    def show_controls(self, show: ControlsShow) -> None: ...
    def show_plane(self, show: PlaneShow) -> None: ...
    def show_hover(self, card: HoverCard | None, knot: tuple[int, int] | None) -> None:
        """Say what is under the pointer; ``knot`` is a row and column of the manifold."""

    def show_pictures(self, show: PicturesShow) -> None: ...
    def show_strip(self, show: StripShow | None) -> None: ...
    def show_lanes(self, show: LanesShow | None) -> None:
        """Put the lanes in place of the plane; None brings the plane back."""

    def show_nets(self, show: NetsShow | None) -> None:
        """Put both networks under the stage; None takes them away."""

    def play_phase(self, phase: PhaseFrame, duration_ms: int) -> None:
        """Let the data of a phase flow through the networks on screen."""

    def show_plots(self, plots: tuple[PlotShow, ...]) -> None: ...
    def show_scales(self, *, log: bool, window: int) -> None: ...
    def show_cursor(self, step: float | None) -> None: ...
    def show_figures(self, rows: tuple[CardRow, ...]) -> None: ...
    def show_run(self, show: RunShow) -> None: ...
    def show_moments(self, show: MomentsShow) -> None: ...
    def show_caption(self, caption: Caption) -> None: ...
    def show_menu(self, anchor: str, entries: tuple[MenuEntry, ...]) -> None: ...
    def drawn(self) -> bool:
        """Return whether all that was pushed is drawn; plots take turns."""

    def close_menu(self) -> bool:
        """Close the open menu; return whether there was one."""

    def move_choice(self, dx: int, dy: int) -> bool:
        """Move the keyboard's place on the wall of pictures; return whether there is a wall."""

    def choose(self) -> bool:
        """Choose the picture at the keyboard's place; return whether there is one."""

    def ask_file(self, name: str, title: str, pattern: str) -> None:
        """Ask where to save; answered by ``file_chosen``."""

    def ask_folder(self, title: str) -> None: ...
    def film_kinds(self) -> tuple[str, ...]:
        """Return as what a film can be written here: ``gif``, and ``mp4`` where Qt's multimedia is installed."""

    def make_film(self, frames: tuple[FilmFrame, ...], path: str, kind: str) -> None:
        """Write frames as ``gif`` or ``mp4``, or the last one as ``png``; may be called on any thread.

        Raises
        ------
        OSError
            Where the file cannot be written.
        """
