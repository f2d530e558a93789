"""A list of menu entries: label, muted note, tick, small picture; headings between them."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from explorer.presenters.ports import MenuEntry
from explorer.views.theme import DARK, Look
from explorer.views.widgets.paint import draw_box, draw_text, text_width, with_alpha

Index = QModelIndex | QPersistentModelIndex

_NOWHERE = QModelIndex()
_THUMB_PX = 36


class EntryModel(QAbstractListModel):
    """Menu entries as Qt's views read them."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[MenuEntry, ...] = ()
        self._pictures: dict[int, QImage] = {}

    def set_entries(self, entries: tuple[MenuEntry, ...]) -> None:
        self.beginResetModel()
        self._entries = entries
        self._pictures = {
            row: _image(entry.thumbnail) for row, entry in enumerate(entries) if entry.thumbnail is not None
        }
        self.endResetModel()

    def entry(self, row: int) -> MenuEntry:
        return self._entries[row]

    def picture(self, row: int) -> QImage | None:
        return self._pictures.get(row)

    @property
    def entries(self) -> tuple[MenuEntry, ...]:
        return self._entries

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        entry = self._entries[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.label
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return " ".join(part for part in (entry.label, entry.note) if part)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        entry = self._entries[index.row()]
        if not entry.key or not entry.enabled:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


def _image(pixels: np.ndarray) -> QImage:
    rows = np.ascontiguousarray(pixels)
    return QImage(rows.data, rows.shape[1], rows.shape[0], 3 * rows.shape[1], QImage.Format.Format_RGB888).copy()


class EntryDelegate(QStyledItemDelegate):
    """Draws one entry."""

    def __init__(self, model: EntryModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.look = DARK
        self.ticks = False

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        look = self.look
        entry = self._model.entry(index.row())
        if not entry.key:
            return QSize(10, look.caption_px + look.pad(17 if index.row() else 9))
        tall = look.text_px + look.pad(17)
        if entry.thumbnail is not None:
            tall = max(tall, look.pad(_THUMB_PX + 8))
        return QSize(math.ceil(self._width(entry)), tall)

    def _width(self, entry: MenuEntry) -> float:
        look = self.look
        note = text_width(look.font("caption"), entry.note) + look.pad(32) if entry.note else 0.0
        thumb = look.pad(_THUMB_PX + 12) if entry.thumbnail is not None else 0.0
        return self._left() + thumb + text_width(look.font("text"), entry.label) + note + look.pad(14)

    def _left(self) -> float:
        return float(self.look.pad(32 if self.ticks else 12))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look = self.look
        entry = self._model.entry(index.row())
        rect = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not entry.key:
            line = QRectF(
                rect.left() + look.pad(12),
                rect.bottom() - look.caption_px - look.pad(8),
                rect.width() - look.pad(24),
                look.caption_px + look.pad(6),
            )
            draw_text(painter, line, entry.label, look.font("caption_strong"), look.muted)
            painter.restore()
            return
        lit = bool(option.state & QStyle.StateFlag.State_Selected) and entry.enabled
        if lit:
            draw_box(painter, rect, fill=look.accent, radius=6)
        main = look.on_accent if lit else look.text if entry.enabled else look.faint
        side = with_alpha(look.on_accent, 0.9) if lit else look.muted if entry.enabled else look.faint
        left = rect.left() + self._left()
        if entry.checked and self.ticks:
            self._tick(painter, rect, main)
        picture = self._model.picture(index.row())
        if picture is not None:
            tall = look.pad(_THUMB_PX)
            _draw_picture(painter, picture, QRectF(left, rect.center().y() - tall / 2, tall, tall))
            left += tall + look.pad(12)
        right = rect.right() - look.pad(14)
        if entry.note:
            font = look.font("caption")
            # The note has what the label leaves it; beside a label that is too long it has its share.
            label = text_width(look.font("strong" if entry.checked else "text"), entry.label)
            free = right - left
            room = min(text_width(font, entry.note), max(free * 0.6, free - label - look.pad(16)))
            draw_text(painter, QRectF(right - room, rect.top(), room, rect.height()), entry.note, font, side, "right")
            right -= room + look.pad(16)
        font = look.font("strong" if entry.checked else "text")
        draw_text(painter, QRectF(left, rect.top(), right - left, rect.height()), entry.label, font, main)
        painter.restore()

    def _tick(self, painter: QPainter, rect: QRectF, colour: QColor) -> None:
        look = self.look
        unit = look.text_px / 15
        x, y = rect.left() + look.pad(11), rect.center().y()
        path = QPainterPath()
        path.moveTo(x, y)
        path.lineTo(x + 3.5 * unit, y + 3.5 * unit)
        path.lineTo(x + 10 * unit, y - 4 * unit)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(
            QPen(colour, 1.8 * unit, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        )
        painter.drawPath(path)


def _draw_picture(painter: QPainter, picture: QImage, rect: QRectF) -> None:
    painter.save()
    shape = QPainterPath()
    shape.addRoundedRect(rect, 4, 4)
    painter.setClipPath(shape)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(rect, picture)
    painter.restore()


class EntryList(QListView):
    """The entries; arrows and pointer move, Enter or a click picks.

    Signals
    -------
    picked : str
        Key of the entry.
    """

    picked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entry_model = EntryModel(self)
        self.delegate = EntryDelegate(self.entry_model, self)
        self.setModel(self.entry_model)
        self.setItemDelegate(self.delegate)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setStyleSheet("QListView { background: transparent; outline: none; }")
        self.viewport().setAutoFillBackground(False)
        self.entered.connect(self._on_pointer_entered)
        self.clicked.connect(self._on_index_clicked)

    def set_look(self, look: Look) -> None:
        self.delegate.look = look
        self.scheduleDelayedItemsLayout()
        self.viewport().update()

    def set_entries(self, entries: tuple[MenuEntry, ...]) -> None:
        """Show these entries and stand on the checked one, else on the first that can be picked."""
        self.delegate.ticks = any(entry.checked for entry in entries)
        self.entry_model.set_entries(entries)
        rows = [row for row, entry in enumerate(entries) if entry.key and entry.enabled]
        start = next((row for row in rows if entries[row].checked), rows[0] if rows else -1)
        self.setCurrentIndex(self.entry_model.index(start, 0) if start >= 0 else QModelIndex())

    def content_size(self) -> QSize:
        """Return the room that all entries need."""
        option = QStyleOptionViewItem()
        hints = [
            self.delegate.sizeHint(option, self.entry_model.index(row, 0)) for row in range(self.entry_model.rowCount())
        ]
        return QSize(max((hint.width() for hint in hints), default=0), sum(hint.height() for hint in hints))

    def step(self, move: int) -> None:
        """Go ``move`` entries down (up where negative), over headings, and stop at the ends."""
        row = self.currentIndex().row()
        entries = self.entry_model.entries
        rows = [at for at, entry in enumerate(entries) if entry.key and entry.enabled]
        if not rows:
            return
        at = rows.index(row) if row in rows else -1
        target = rows[max(0, min(len(rows) - 1, at + move))]
        self.setCurrentIndex(self.entry_model.index(target, 0))

    def pick_current(self) -> None:
        self._on_index_clicked(self.currentIndex())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.pick_current()
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.step(1 if event.key() == Qt.Key.Key_Down else -1)
        elif event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseMove:
            index = self.indexAt(event.position().toPoint())  # type: ignore[attr-defined]
            picks = index.isValid() and bool(index.flags() & Qt.ItemFlag.ItemIsEnabled)
            self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if picks else Qt.CursorShape.ArrowCursor)
        return bool(super().viewportEvent(event))

    def _on_pointer_entered(self, index: QModelIndex) -> None:
        if index.flags() & Qt.ItemFlag.ItemIsEnabled:
            self.setCurrentIndex(index)

    def _on_index_clicked(self, index: QModelIndex) -> None:
        if index.isValid() and index.flags() & Qt.ItemFlag.ItemIsEnabled:
            self.picked.emit(self.entry_model.entry(index.row()).key)
