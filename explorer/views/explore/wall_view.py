"""The wall: every channel of a layer in one picture, to be zoomed, dragged and pointed at."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QMouseEvent, QNativeGestureEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from explorer.views.explore.placing import Placing
from explorer.views.explore.wall_canvas import ZOOM_STEP, WallCanvas

_SECOND_CLICK_MS = 250


class WallView(WallCanvas):
    """The wall under mouse and keyboard.

    Signals
    -------
    pointed : QPoint
        Where the card about the hovered value belongs.
    chosen : int
        Channel that was clicked or opened by the keyboard.
    """

    pointed = Signal(QPoint)
    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._press: QPointF | None = None
        self._dragging = False
        self._dragged_from: Placing | None = None
        self._waiting_click = QTimer(self)
        self._waiting_click.setSingleShot(True)
        self._waiting_click.timeout.connect(self.open_selection)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    # Mouse

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._press is not None and self._placing is not None:
            self._drag(event.position())
            return
        # A point is the middle of its pixel.
        hit = self._hit(event.position().x() + 0.5, event.position().y() + 0.5)
        self.pointed.emit(event.position().toPoint())
        self._set_hover(hit)
        self.setCursor(Qt.CursorShape.ArrowCursor if hit is None else Qt.CursorShape.PointingHandCursor)

    def _drag(self, position: QPointF) -> None:
        assert self._press is not None
        way = position - self._press
        if not self._dragging:
            if way.manhattanLength() < QApplication.startDragDistance():
                return
            self._dragging, self._dragged_from = True, self._placing
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self._set_hover(None)
        if self._dragged_from is None or self._fitted:
            return
        ratio = self.devicePixelRatioF()
        moved = self._dragged_from.moved(round(way.y() * ratio), round(way.x() * ratio))
        self._place(moved.kept_in(*self.viewport_px()), fitted=False)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._press, self._dragging = event.position(), False

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._press is None:
            return
        clicked, self._press = not self._dragging, None
        self._dragging, self._dragged_from = False, None
        self.setCursor(Qt.CursorShape.ArrowCursor)
        hit = self._hit(event.position().x() + 0.5, event.position().y() + 0.5)
        if not clicked or hit is None:
            return
        self._cursor = hit[0]
        self.update()
        if self._fitted:
            self.open_selection()
        else:
            # A second click would mean: show the whole wall again.
            self._waiting_click.start(_SECOND_CLICK_MS)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._waiting_click.stop()
        self._press = None
        self.fit()

    def leaveEvent(self, event: QEvent) -> None:
        self._set_hover(None)
        super().leaveEvent(event)

    def hideEvent(self, event: QEvent) -> None:
        self._waiting_click.stop()
        self._press = None
        self._set_hover(None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turns = event.angleDelta().y() / 120
        if turns:
            self.zoom(ZOOM_STEP**turns, event.position().x(), event.position().y())
            self._set_hover(self._hit(event.position().x() + 0.5, event.position().y() + 0.5))
        event.accept()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self.zoom(1 + event.value(), event.position().x(), event.position().y())
            return True
        return bool(super().event(event))

    # Keyboard

    def move_selection(self, dx: int, dy: int) -> None:
        """Move the selection by tiles, and the view with it where it would leave the screen."""
        if self._show is None or self._placing is None:
            return
        layout = self._placing.layout
        if self._cursor is None:
            target = 0
        else:
            row, column = divmod(self._cursor, layout.columns)
            column = min(max(column + dx, 0), layout.columns - 1)
            row = min(max(row + dy, 0), layout.rows - 1)
            target = row * layout.columns + column
        if target >= layout.count:
            return
        self._cursor = target
        self._bring_into_view(target)
        self.pointed.emit(self._tile_rect(target).bottomRight().toPoint())
        self._hover = None
        self._set_hover((target, layout.height // 2, layout.width // 2))
        self.update()

    def open_selection(self) -> bool:
        """Choose the selected channel; return whether there is one."""
        if self._cursor is None or self._show is None:
            return False
        self.chosen.emit(int(self._show.wall.channels[self._cursor]))
        return True

    def _bring_into_view(self, position: int) -> None:
        assert self._placing is not None
        height, width = self.viewport_px()
        top, left, tall, wide = self._placing.box(position)
        dy = max(0, -top) if top < 0 else min(0, height - top - tall)
        dx = max(0, -left) if left < 0 else min(0, width - left - wide)
        if (dy or dx) and not self._fitted:
            self._place(self._placing.moved(dy, dx), fitted=False)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()
        super().focusOutEvent(event)
