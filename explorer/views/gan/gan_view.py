"""The GAN workspace: hyperparameters, stage and plots over the bottom bar."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QKeySequence, QPainter, QPaintEvent, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QFileDialog, QWidget

from explorer.core.messages.gan import PhaseFrame
from explorer.core.text import Translator
from explorer.presenters.gan.ports import (
    Caption,
    ControlsShow,
    FilmFrame,
    GanHead,
    LanesShow,
    MomentsShow,
    NetsShow,
    PicturesShow,
    PlaneShow,
    RunShow,
    StripShow,
)
from explorer.presenters.gan.presenter import GanPresenter
from explorer.presenters.plots import PlotShow
from explorer.presenters.ports import CardRow, HoverCard, MenuEntry
from explorer.views.gan.controls import Controls
from explorer.views.gan.film import write_film
from explorer.views.gan.film_mp4 import mp4_can_be_made
from explorer.views.gan.gan_stage import GanStage
from explorer.views.gan.keys import GAN_ACTIONS, KEYS
from explorer.views.gan.plots_panel import PlotsPanel
from explorer.views.gan.run_bar import RunBar
from explorer.views.theme import DARK, Look
from explorer.views.widgets.popup_menu import PopupMenu
from explorer.views.workspace import Workspace

_RULE_PX = 1
_LOW_PX = 760


class GanView(Workspace):
    """See :class:`explorer.presenters.gan.ports.GanPort`.

    Signals
    -------
    pressed : str
        A button or a key: see :data:`explorer.views.gan.keys.KEYS` and :data:`explorer.views.gan.run_bar.ACTIONS`;
        also ``undo redo preset``.
    slid : str, int, bool
        Hyperparameter, place on its slider, whether the movement has ended.
    picked : str, str
        Hyperparameter and key of the option.
    page_chosen, layer_toggled : str
    menu_chosen : str, str
        Anchor and key of the entry.
    plane_hovered : (float, float) or None
    points_drawn : tuple of (float, float)
    tile_chosen, place_chosen, moment_chosen, moment_previewed, lane_chosen : int
    cursor_moved : float or None
    file_chosen, folder_chosen : str
    """

    key_actions = GAN_ACTIONS

    pressed = Signal(str)
    slid = Signal(str, int, bool)
    picked = Signal(str, str)
    page_chosen = Signal(str)
    layer_toggled = Signal(str)
    menu_chosen = Signal(str, str)
    plane_hovered = Signal(object)
    points_drawn = Signal(object)
    tile_chosen = Signal(int)
    place_chosen = Signal(int)
    moment_chosen = Signal(int)
    moment_previewed = Signal(int)
    lane_chosen = Signal(int)
    cursor_moved = Signal(object)
    file_chosen = Signal(str)
    folder_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = DARK
        self._tr = Translator()
        self._dialog: QFileDialog | None = None
        self.controls = Controls(self)
        self.stage = GanStage(self)
        self.side = PlotsPanel(self)
        self.bar = RunBar(self)
        self.menu = PopupMenu(self)
        self.menu.chosen.connect(self.menu_chosen)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._connect()
        self._shortcuts = [self._shortcut(keys, name) for keys, name in KEYS]

    def _shortcut(self, keys: str, name: str) -> QShortcut:
        # A shortcut of a hidden widget rests, so these keys mean nothing in the other workspaces.
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
        shortcut.setAutoRepeat(name.startswith("step"))
        for signal in (shortcut.activated, shortcut.activatedAmbiguously):
            signal.connect(lambda name=name: self.pressed.emit(name))
        return shortcut

    def _connect(self) -> None:
        controls, stage, bar = self.controls, self.stage, self.bar
        controls.slid.connect(self.slid)
        controls.picked.connect(self.picked)
        controls.page_chosen.connect(self.page_chosen)
        for signal, name in (
            (controls.preset_clicked, "preset"),
            (controls.undo_clicked, "undo"),
            (controls.redo_clicked, "redo"),
            (controls.reset_clicked, "reset"),
            (stage.strip.closed, "close_strip"),
            (self.side.log_toggled, "log"),
            (self.side.smoothing_toggled, "smoothing"),
        ):
            signal.connect(lambda name=name: self.pressed.emit(name))
        bar.pressed.connect(self.pressed)
        bar.moments.moment_chosen.connect(self.moment_chosen)
        bar.moments.moment_previewed.connect(self.moment_previewed)
        stage.head.layer_toggled.connect(self.layer_toggled)
        stage.plane.hovered.connect(self.plane_hovered)
        stage.plane.drew.connect(self.points_drawn)
        stage.wall.tile_chosen.connect(self.tile_chosen)
        stage.strip.place_chosen.connect(self.place_chosen)
        stage.lanes.lane_chosen.connect(self.lane_chosen)
        self.side.cursor_moved.connect(self.cursor_moved)

    def connect_to(self, presenter: GanPresenter) -> None:
        """Tell a presenter of everything that happens here."""
        self.pressed.connect(presenter.on_action)
        self.slid.connect(presenter.knobs.on_slid)
        self.picked.connect(presenter.knobs.on_picked)
        self.page_chosen.connect(presenter.knobs.on_page)
        self.controls.tall_changed.connect(presenter.knobs.on_tall)
        presenter.knobs.on_tall(self.controls.tall)
        self.layer_toggled.connect(presenter.toggle_layer)
        self.menu_chosen.connect(presenter.on_menu)
        self.plane_hovered.connect(presenter.on_hover)
        self.points_drawn.connect(presenter.on_drawn)
        self.tile_chosen.connect(presenter.pictures.mark)
        self.place_chosen.connect(presenter.pictures.choose_place)
        self.moment_chosen.connect(presenter.rewind)
        self.moment_previewed.connect(presenter.preview)
        self.lane_chosen.connect(presenter.knobs.on_lane)
        self.cursor_moved.connect(presenter.on_cursor)
        self.file_chosen.connect(presenter.exports.save)
        self.folder_chosen.connect(presenter.knobs.on_folder)

    # What the window asks

    def set_look(self, look: Look) -> None:
        self._look = look
        for part in (self.controls, self.stage, self.side, self.bar, self.menu):
            part.set_look(look)
        self._arrange()
        self.update()

    def retranslate(self, tr: Translator) -> None:
        self._tr = tr
        self.setAccessibleName(tr("gan_view.name"))
        self.menu.setAccessibleName(tr("gan_view.menu"))
        for part in (self.controls, self.stage, self.side, self.bar):
            part.retranslate(tr)

    def set_present(self, present: bool) -> None:
        """Leave the stage, the plots and the bottom bar for the projector."""
        self.controls.setVisible(not present)
        self._arrange()

    def banner_room(self) -> QRect:
        foot = self.stage.foot.height()
        return self.stage.geometry().adjusted(0, 0, 0, -foot)

    def showEvent(self, event: QShowEvent) -> None:
        # Else Qt gives the focus to the first chip, which would then take Space from the run.
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        super().showEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def _arrange(self) -> None:
        width, height = self.width(), self.height()
        bar_px = self.bar.height_for(low=height < _LOW_PX)
        upper = max(1, height - bar_px - _RULE_PX)
        left_px = 0 if self.controls.isHidden() else max(264, min(304, round(0.157 * width)))
        narrowest, widest, share = (420, 640, 0.34) if self._look.present else (308, 464, 0.242)
        side_px = max(narrowest, min(widest, round(share * width)))
        left = left_px + _RULE_PX if left_px else 0
        stage_px = max(1, width - left - side_px - _RULE_PX)
        self.controls.setGeometry(0, 0, left_px, upper)
        self.stage.setGeometry(left, 0, stage_px, upper)
        self.side.setGeometry(left + stage_px + _RULE_PX, 0, side_px, upper)
        self.bar.setGeometry(0, upper + _RULE_PX, width, bar_px)
        self.banner_room_changed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._look.line)

    # GanPort

    def show_head(self, head: GanHead) -> None:
        self.stage.head.show_head(head)

    def show_controls(self, show: ControlsShow) -> None:
        self.controls.show_controls(show)

    def show_plane(self, show: PlaneShow) -> None:
        self.stage.show_plane(show)

    def show_hover(self, card: HoverCard | None, knot: tuple[int, int] | None) -> None:
        self.stage.plane.show_hover(card, knot)

    def show_pictures(self, show: PicturesShow) -> None:
        self.stage.show_pictures(show)

    def show_strip(self, show: StripShow | None) -> None:
        self.stage.show_strip(show)

    def show_lanes(self, show: LanesShow | None) -> None:
        self.stage.show_lanes(show)

    def show_nets(self, show: NetsShow | None) -> None:
        self.stage.show_nets(show)

    def play_phase(self, phase: PhaseFrame, duration_ms: int) -> None:
        self.stage.nets.play_phase(phase, duration_ms)

    def show_plots(self, plots: tuple[PlotShow, ...]) -> None:
        self.side.show_plots(plots)

    def show_scales(self, *, log: bool, window: int) -> None:
        self.side.show_scales(log=log, window=window)

    def show_cursor(self, step: float | None) -> None:
        self.side.show_cursor(step)

    def show_figures(self, rows: tuple[CardRow, ...]) -> None:
        self.side.show_figures(rows)

    def show_run(self, show: RunShow) -> None:
        self.bar.show_run(show)

    def show_moments(self, show: MomentsShow) -> None:
        self.bar.moments.show_moments(show)

    def show_caption(self, caption: Caption) -> None:
        self.stage.foot.show_caption(caption)

    def show_menu(self, anchor: str, entries: tuple[MenuEntry, ...]) -> None:
        button: QWidget = {"preset": self.controls.preset, "rate": self.bar.rate, "export": self.bar.export}[anchor]
        corner = button.mapTo(self, button.rect().topLeft())
        below = QRect(corner, button.size())
        if below.top() > self.height() / 2:
            # The bottom bar's menus open upwards.
            self.menu.set_look(self._look)
            self.menu.entries.set_entries(entries)
            tall = self.menu.entries.content_size().height() + 13
            below = QRect(below.left(), max(0, below.top() - tall - 15), below.width(), 1)
        self.menu.popup(anchor, below, entries)

    def move_choice(self, dx: int, dy: int) -> bool:
        """Move the keyboard's place on the wall of pictures."""
        return self.stage.wall.isVisible() and self.stage.wall.move_choice(dx, dy)

    def choose(self) -> bool:
        """Choose the picture at the keyboard's place."""
        return self.stage.wall.isVisible() and self.stage.wall.choose()

    def drawn(self) -> bool:
        """Return whether all that was pushed is drawn."""
        return self.side.finished

    def close_menu(self) -> bool:
        """Close the open menu; return whether there was one."""
        visible = self.menu.isVisible()
        self.menu.dismiss()
        return visible

    def ask_file(self, name: str, title: str, pattern: str) -> None:
        dialog = self._new_dialog(title)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([pattern])
        dialog.selectFile(name)
        dialog.fileSelected.connect(self.file_chosen)
        dialog.open()

    def ask_folder(self, title: str) -> None:
        dialog = self._new_dialog(title)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self.folder_chosen)
        dialog.open()

    def close_dialog(self) -> None:
        """Close the open file dialog, if any."""
        if self._dialog is not None:
            self._dialog.close()
            self._dialog = None

    def _new_dialog(self, title: str) -> QFileDialog:
        self.close_dialog()
        dialog = QFileDialog(self, title)
        dialog.finished.connect(dialog.deleteLater)
        dialog.finished.connect(self._forget_dialog)
        self._dialog = dialog
        return dialog

    def _forget_dialog(self) -> None:
        self._dialog = None

    def film_kinds(self) -> tuple[str, ...]:
        return ("gif", "mp4") if mp4_can_be_made() else ("gif",)

    def make_film(self, frames: tuple[FilmFrame, ...], path: str, kind: str) -> None:
        write_film(frames, path, kind, self._look)
