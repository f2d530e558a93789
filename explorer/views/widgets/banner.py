"""The banner: one sentence that says what happened and one that says what to do."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QColor,
    QEnterEvent,
    QFontMetrics,
    QHideEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QShowEvent,
)
from PySide6.QtWidgets import QWidget

from explorer.core.text import Translator
from explorer.presenters import ports
from explorer.views.theme import DARK, Look
from explorer.views.widgets.buttons import IconButton, TextButton
from explorer.views.widgets.overlay import draw_card
from explorer.views.widgets.paint import draw_box, text_width

VANISHES_AFTER_MS = 6000
_VANISHING = ("info", "good")
_WRAP = int(Qt.TextFlag.TextWordWrap) | int(Qt.AlignmentFlag.AlignLeft) | int(Qt.AlignmentFlag.AlignVCenter)
_WIDEST_PX = 720
_BAR_PX = 4


class BannerView(QWidget):
    """A card at the bottom of the stage. What only informs vanishes by itself, unless the pointer rests on it.

    Parameters
    ----------
    vanish_ms : int
        How long ``info`` and ``good`` banners stand.

    Signals
    -------
    action
        The button was pressed.
    """

    action = Signal()

    def __init__(self, parent: QWidget, vanish_ms: int = VANISHES_AFTER_MS) -> None:
        super().__init__(parent)
        self._look = DARK
        self._banner: ports.Banner | None = None
        self._room = QRect()
        self._least_px = 0
        self._refused = False
        self._spot = 0
        self.action_button = TextButton(self)
        self.close_button = IconButton("close", 28, bare=True, parent=self)
        self.action_button.clicked.connect(self._on_action_clicked)
        self.close_button.clicked.connect(self._on_close_clicked)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(vanish_ms)
        self._timer.timeout.connect(self.hide)
        self._glide = QTimer(self)
        self._glide.setInterval(40)
        self._glide.timeout.connect(self._on_glide)
        self.hide()

    @property
    def banner(self) -> ports.Banner | None:
        """What is shown, or None."""
        return None if self.isHidden() else self._banner

    def set_look(self, look: Look) -> None:
        self._look = look
        self.action_button.set_look(look)
        self.close_button.set_look(look)
        self._arrange()

    def retranslate(self, tr: Translator) -> None:
        self.close_button.label(tr("banner.close"), tr("banner.close") + "  Esc")

    def place(self, room: QRect) -> None:
        """Stand at the bottom of ``room``, in the parent's coordinates."""
        self._room = room
        self._arrange()

    def show_banner(self, banner: ports.Banner | None) -> None:
        """Show a banner in the place of the one before, or none.

        A progress that the person has closed stays closed until something else is to be said.
        """
        if banner is None:
            self._refused = False
            self.hide()
            return
        same_work = self._banner is not None and self._banner.kind == banner.kind == "progress"
        if not same_work:
            self._least_px, self._refused = 0, False
        self._banner = banner
        if self._refused:
            return
        said = f"{banner.text} {banner.hint}".strip()
        self.setAccessibleName(said)
        self.action_button.set_text(banner.action)
        self.action_button.setVisible(bool(banner.action))
        self._arrange()
        self.show()
        self.raise_()
        self._run_timers()
        if not same_work:
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def dismiss(self) -> bool:
        """Close the banner as its cross does; return whether there was one."""
        if self.isHidden():
            return False
        self._refused = self._banner is not None and self._banner.kind == "progress"
        self.hide()
        return True

    def _on_close_clicked(self) -> None:
        self.dismiss()

    def _on_action_clicked(self) -> None:
        self.action.emit()

    def _on_glide(self) -> None:
        self._spot = (self._spot + 1) % 60
        self.update()

    def _run_timers(self) -> None:
        banner = self._banner
        if banner is None or not self.isVisible():
            return
        if banner.kind in _VANISHING and not self.underMouse():
            self._timer.start()
        else:
            self._timer.stop()
        if banner.fraction is not None and banner.fraction < 0:
            if not self._glide.isActive():
                self._glide.start()
        else:
            self._glide.stop()

    def showEvent(self, event: QShowEvent) -> None:
        self._run_timers()

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        self._glide.stop()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._timer.stop()

    def leaveEvent(self, event: object) -> None:
        self._run_timers()

    # Layout

    def _lead_px(self) -> int:
        return self._look.pad(20) + self._look.text_px + self._look.pad(12)

    def _trail_px(self) -> int:
        look = self._look
        button = self.action_button.sizeHint().width() + look.pad(12) if self._banner and self._banner.action else 0
        return button + self.close_button.sizeHint().width() + look.pad(22)

    def _arrange(self) -> None:
        banner, look, room = self._banner, self._look, self._room
        if banner is None or room.isEmpty():
            return
        text_font, hint_font = look.font("strong"), look.font("caption")
        fixed = self._lead_px() + self._trail_px()
        wanted = math.ceil(max(text_width(text_font, banner.text), text_width(hint_font, banner.hint))) + 2 + fixed
        most = min(room.width() - look.pad(32), look.pad(_WIDEST_PX))
        # While figures run in it, the banner only grows: it must not tremble.
        width = min(most, max(wanted, self._least_px, look.pad(320)))
        self._least_px = width if banner.kind == "progress" else 0
        self._text_px = _height_of(QFontMetrics(text_font), banner.text, width - fixed)
        self._hint_px = _height_of(QFontMetrics(hint_font), banner.hint, width - fixed) if banner.hint else 0
        gap = look.pad(4) if banner.hint else 0
        bar = look.pad(10) + _BAR_PX if banner.fraction is not None else 0
        height = max(self._text_px + gap + self._hint_px + bar, look.control_px() - look.pad(6)) + look.pad(24)
        left = room.left() + (room.width() - width) // 2
        self.setGeometry(left, room.bottom() - look.pad(12) - height, width, height)
        right = width - look.pad(10)
        for button in (self.close_button, self.action_button):
            size = button.sizeHint()
            button.setGeometry(right - size.width(), (height - size.height()) // 2, size.width(), size.height())
            right -= size.width() + look.pad(12)
        self.update()

    _text_px = 0
    _hint_px = 0

    def paintEvent(self, event: QPaintEvent) -> None:
        banner, look = self._banner, self._look
        if banner is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect())
        draw_card(painter, rect, look)
        lead = self._lead_px()
        room = rect.adjusted(lead, 0, -self._trail_px(), 0)
        gap = look.pad(4) if banner.hint else 0
        bar = look.pad(10) + _BAR_PX if banner.fraction is not None else 0
        top = (rect.height() - self._text_px - gap - self._hint_px - bar) / 2
        symbol = QPointF(look.pad(20) + look.text_px / 2, top + self._text_px / 2 if bar else rect.center().y())
        if self._text_px > look.text_px * 2 or (banner.hint and not bar):
            symbol.setY(top + look.text_px * 0.62)
        _draw_symbol(painter, symbol, look.text_px, banner.kind, look)
        painter.setFont(look.font("strong"))
        painter.setPen(look.text)
        painter.drawText(QRectF(room.left(), top, room.width(), self._text_px), _WRAP, banner.text)
        top += self._text_px + gap
        if banner.hint:
            painter.setFont(look.font("caption"))
            painter.setPen(look.muted)
            painter.drawText(QRectF(room.left(), top, room.width(), self._hint_px), _WRAP, banner.hint)
            top += self._hint_px
        if banner.fraction is not None:
            self._paint_bar(painter, QRectF(room.left(), top + look.pad(10), room.width(), _BAR_PX), banner.fraction)

    def _paint_bar(self, painter: QPainter, bar: QRectF, fraction: float) -> None:
        look = self._look
        draw_box(painter, bar, fill=look.line, radius=_BAR_PX / 2)
        if fraction >= 0:
            done = QRectF(bar.left(), bar.top(), max(_BAR_PX, bar.width() * min(1.0, fraction)), bar.height())
        else:
            wide = bar.width() / 4
            done = QRectF(
                bar.left() + (bar.width() - wide) * _there_and_back(self._spot / 60), bar.top(), wide, _BAR_PX
            )
        draw_box(painter, done, fill=look.accent, radius=_BAR_PX / 2)


def _there_and_back(phase: float) -> float:
    return 0.5 - 0.5 * math.cos(2 * math.pi * phase)


def _height_of(metrics: QFontMetrics, text: str, width: int) -> int:
    return metrics.boundingRect(0, 0, max(width, 40), 4000, _WRAP, text).height()


def _draw_symbol(painter: QPainter, centre: QPointF, size: float, kind: str, look: Look) -> None:
    """Draw the sign of a kind: each has a shape of its own, so that the colour need not be seen."""
    colours: dict[str, QColor] = {"good": look.good, "warning": look.warning, "error": look.bad}
    colour = colours.get(kind, look.accent)
    half, pen_px = size * 0.5, max(1.6, size / 9)
    x, y = centre.x(), centre.y()
    painter.save()
    painter.setPen(QPen(colour, pen_px, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if kind == "warning":
        top, base = y - half, y + half * 0.85
        painter.drawPolygon(QPolygonF([QPointF(x, top), QPointF(x + half, base), QPointF(x - half, base)]))
        painter.drawLine(QPointF(x, y - half * 0.25), QPointF(x, y + half * 0.2))
        painter.drawPoint(QPointF(x, y + half * 0.55))
    elif kind == "good":
        points = [
            QPointF(x - half * 0.75, y),
            QPointF(x - half * 0.2, y + half * 0.55),
            QPointF(x + half * 0.8, y - half * 0.6),
        ]
        painter.drawPolyline(QPolygonF(points))
    elif kind == "error":
        arm = half * 0.36
        painter.drawEllipse(centre, half, half)
        painter.drawLine(QPointF(x - arm, y - arm), QPointF(x + arm, y + arm))
        painter.drawLine(QPointF(x + arm, y - arm), QPointF(x - arm, y + arm))
    elif kind == "progress":
        painter.drawLine(QPointF(x, y - half * 0.8), QPointF(x, y + half * 0.3))
        arms = [
            QPointF(x - half * 0.45, y - half * 0.1),
            QPointF(x, y + half * 0.35),
            QPointF(x + half * 0.45, y - half * 0.1),
        ]
        painter.drawPolyline(QPolygonF(arms))
        painter.drawLine(QPointF(x - half * 0.7, y + half * 0.85), QPointF(x + half * 0.7, y + half * 0.85))
    else:
        painter.drawEllipse(centre, half, half)
        painter.drawLine(QPointF(x, y - half * 0.05), QPointF(x, y + half * 0.5))
        painter.drawPoint(QPointF(x, y - half * 0.45))
    painter.restore()
