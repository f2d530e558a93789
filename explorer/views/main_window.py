"""The window around the workspace."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QGuiApplication,
    QResizeEvent,
)
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from explorer.core.text import Translator
from explorer.presenters.ports import Banner, ChipState, MenuEntry
from explorer.views.actions import ACTIONS, build_actions, key_text, listed_keys, retranslate_actions
from explorer.views.mime import carries_picture, transfer_of
from explorer.views.theme import DARK, Look
from explorer.views.top_bar import TopBar
from explorer.views.widgets.banner import BannerView
from explorer.views.widgets.curtain import Curtain, DropHint
from explorer.views.widgets.key_sheet import KeySheet
from explorer.views.widgets.palette import Palette
from explorer.views.widgets.popup_menu import PopupMenu
from explorer.views.workspace import Workspace

_LEAST_WIDTH_PX = 960
_LEAST_HEIGHT_PX = 600


class MainWindow(QMainWindow):
    """Top bar, the workspace, and what lies over it: banner, menus, palette, key sheet, blank screen, drop hint.

    Nothing here blocks: menus and sheets are child widgets.

    Signals
    -------
    action_triggered : str
        Id of an action of :mod:`explorer.views.actions`, by key or by button.
    menu_requested : str
        A chip was pressed: ``net weights picture device``.
    menu_chosen : str, str
        The menu's anchor and the key of the entry.
    palette_chosen : str
        Key of the entry: one that was given to :meth:`show_palette`, or ``action:<id>``.
    dropped, pasted : Transfer
        Copies of everything that may lead to a picture.
    banner_action
        The banner's button was pressed.
    closing
        The window is about to be gone.
    """

    action_triggered = Signal(str)
    menu_requested = Signal(str)
    menu_chosen = Signal(str, str)
    palette_chosen = Signal(str)
    dropped = Signal(object)
    pasted = Signal(object)
    banner_action = Signal()
    closing = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._tr = Translator()
        self._palette_entries: tuple[MenuEntry, ...] = ()
        self._workspace: Workspace | None = None
        self._anchors: dict[str, QWidget] = {}
        self.setWindowTitle("Layerwalk")
        self.setMinimumSize(_LEAST_WIDTH_PX, _LEAST_HEIGHT_PX)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.top_bar = TopBar()
        frame = QWidget(self)
        self._rows = QVBoxLayout(frame)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(0)
        self._rows.addWidget(self.top_bar)
        self.setCentralWidget(frame)
        self.banner = BannerView(self)
        self.menu = PopupMenu(self)
        self.palette_sheet = Palette(self)
        self.key_sheet = KeySheet(self)
        self.drop_hint = DropHint(self)
        self.curtain = Curtain(self)
        self.shortcuts = build_actions(self, self._tr, self.action_triggered.emit)
        self._connect()
        self.set_look(DARK)
        self.retranslate(self._tr)
        # Else Qt gives the focus to the first chip, which would then take Space from the time line.
        self.setFocus()

    def _connect(self) -> None:
        self.top_bar.menu_requested.connect(self.menu_requested)
        self.top_bar.action_triggered.connect(self.action_triggered)
        self.menu.chosen.connect(self.menu_chosen)
        self.palette_sheet.set_source(self._palette_source)
        self.palette_sheet.picked.connect(self.palette_chosen)
        self.banner.action.connect(self.banner_action)

    # Content

    def set_workspace(self, workspace: Workspace) -> None:
        """Put a workspace under the top bar, in the place of the one before."""
        if self._workspace is not None:
            self._rows.removeWidget(self._workspace)
            self._workspace.banner_room_changed.disconnect(self._place_banner)
            self._workspace.hide()
        self._workspace = workspace
        self.key_sheet.set_actions(workspace.key_actions)
        workspace.banner_room_changed.connect(self._place_banner)
        self._rows.addWidget(workspace, 1)
        workspace.show()
        self._place_banner()

    def set_look(self, look: Look) -> None:
        for part in (
            self.top_bar,
            self.banner,
            self.menu,
            self.palette_sheet,
            self.key_sheet,
            self.drop_hint,
            self.curtain,
        ):
            part.set_look(look)
        self._place_banner()

    def retranslate(self, tr: Translator) -> None:
        self._tr = tr
        retranslate_actions(self.shortcuts, tr)
        self.menu.setAccessibleName(tr("top.menu"))
        self.menu.entries.setAccessibleName(tr("top.menu"))
        for part in (self.top_bar, self.banner, self.palette_sheet, self.key_sheet, self.drop_hint, self.curtain):
            part.retranslate(tr)

    def show_chips(self, chips: ChipState) -> None:
        self.top_bar.show_chips(chips)

    def show_banner(self, banner: Banner | None) -> None:
        """Say something over the bottom of the stage; None takes it back."""
        self._place_banner()
        self.banner.show_banner(banner)

    def show_menu(self, anchor: str, entries: tuple[MenuEntry, ...]) -> None:
        """Open a menu under a chip, or under what :meth:`add_anchor` named; never blocks."""
        other = self._anchors.get(anchor)
        if other is not None and other.isVisibleTo(self):
            below = QRect(other.mapTo(self, QPoint()), other.size())
        elif other is None and self.top_bar.isVisibleTo(self):
            chip = self.top_bar.anchor_rect(anchor)
            below = QRect(self.top_bar.mapTo(self, chip.topLeft()), chip.size())
        else:
            below = QRect(self.width() // 2, 0, 1, 1)
        self.menu.popup(anchor, below, entries)

    def add_anchor(self, name: str, widget: QWidget) -> None:
        """Let menus of that name open under a widget."""
        self._anchors[name] = widget

    def show_palette(self, entries: tuple[MenuEntry, ...]) -> None:
        """Open the palette over these entries and all actions of the workspace."""
        self._palette_entries = entries
        self.palette_sheet.open()

    def show_key_sheet(self) -> None:
        """Show all keys, or hide them again."""
        if self.key_sheet.isVisible():
            self.key_sheet.dismiss()
        else:
            self.key_sheet.open()

    def toggle_blank(self) -> None:
        """Blank the whole window, or bring it back."""
        if self.curtain.isVisible():
            self.curtain.dismiss()
        else:
            self.curtain.open()

    def set_present(self, present: bool) -> None:
        """Fill the screen and leave the top bar out, or come back."""
        self.top_bar.setVisible(not present)
        state = self.windowState() & ~Qt.WindowState.WindowFullScreen
        self.setWindowState(state | Qt.WindowState.WindowFullScreen if present else state)

    def paste(self) -> None:
        """Read the clipboard and emit ``pasted``."""
        self.pasted.emit(transfer_of(QGuiApplication.clipboard().mimeData()))

    def go_back(self) -> bool:
        """Close the topmost thing over the stage; return whether there was one."""
        for overlay in (self.curtain, self.key_sheet, self.palette_sheet, self.menu):
            if overlay.isVisible():
                overlay.dismiss()
                return True
        return self.banner.dismiss()

    def _palette_source(self) -> tuple[MenuEntry, ...]:
        tr = self._tr
        actions = [MenuEntry("", tr("palette.actions"))]
        for spec in ACTIONS if self._workspace is None else self._workspace.key_actions:
            if spec.listed and spec.id not in ("find", "back"):
                keys = "  ".join(key_text(key, tr) for key in listed_keys(spec))
                actions.append(MenuEntry(f"action:{spec.id}", tr(spec.text_key), keys))
        return (*self._palette_entries, *actions)

    # Qt

    def _place_banner(self) -> None:
        if self._workspace is not None:
            room = self._workspace.banner_room()
            self.banner.place(QRect(self._workspace.mapTo(self, room.topLeft()), room.size()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_banner()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if carries_picture(event.mimeData()):
            # A copy, whatever is offered: a file manager must not take a move for granted.
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.drop_hint.appear()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if carries_picture(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.drop_hint.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        self.drop_hint.hide()
        transfer = transfer_of(event.mimeData())
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.dropped.emit(transfer)

    def closeEvent(self, event: QCloseEvent) -> None:
        event.accept()
        self.closing.emit()
