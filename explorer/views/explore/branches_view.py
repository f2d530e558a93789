"""An inception module: four lanes side by side, concatenated at the bottom."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QWidget

from explorer.core.text import Translator
from explorer.presenters.ports import BranchesShow
from explorer.views.explore.branch_lane import LaneView
from explorer.views.theme import DARK, Look
from explorer.views.widgets.paint import draw_box, draw_text, text_width, with_alpha

_BAR_RADIUS_PX = 6
_ROOMY_PX = 600
"""Below this height, projector-size text would take the place of the maps: only titles and the bar stay."""


class BranchesView(QWidget):
    """Lanes, the bar of all channels with each lane's part, and what the module reads and feeds.

    Signals are those of :class:`~explorer.views.explore.branch_lane.LaneView`, ``pointed`` in this widget.
    """

    step_chosen = Signal(str)
    channel_chosen = Signal(int)
    hovered = Signal(object)
    pointed = Signal(QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = DARK
        self._show: BranchesShow | None = None
        self._lanes: list[LaneView] = []
        self._marked: int | None = None
        self._differs = ""

    def set_look(self, look: Look) -> None:
        self._look = look
        for lane in self._lanes:
            lane.set_look(look, self._show.colours if self._show else None)
        self._arrange()

    def retranslate(self, tr: Translator) -> None:
        self._differs = tr("stage.differs")
        self.setAccessibleName(tr("stage.view.branches"))
        self.update()

    @property
    def lanes(self) -> list[LaneView]:
        return self._lanes

    def show_branches(self, show: BranchesShow) -> None:
        self._show = show
        for _ in range(len(show.lanes), len(self._lanes)):
            self._lanes.pop().deleteLater()
        for _ in range(len(self._lanes), len(show.lanes)):
            self._lanes.append(self._new_lane())
        for view, lane, branch in zip(self._lanes, show.lanes, show.result.branches, strict=True):
            view.show_lane(lane, branch, show.colours)
            view.show()
        self._arrange()

    def _new_lane(self) -> LaneView:
        lane = LaneView(self)
        lane.set_look(self._look, None)
        lane.step_chosen.connect(self.step_chosen)
        lane.channel_chosen.connect(self.channel_chosen)
        lane.hovered.connect(self._on_lane_hovered)
        lane.pointed.connect(self._on_lane_pointed)
        return lane

    def _on_lane_hovered(self, place: tuple[str, int, int, int, int] | None) -> None:
        self._marked = None
        if place is not None and self._show is not None:
            for branch in self._show.result.branches:
                if branch.step == place[0] and place[1] == len(branch.stages) - 1:
                    self._marked = branch.first_channel + place[2]
        self.hovered.emit(place)
        self.update()

    def _on_lane_pointed(self, point: QPoint) -> None:
        sender = self.sender()
        if isinstance(sender, QWidget):
            self.pointed.emit(sender.mapTo(self, point))

    # Layout

    def _is_terse(self) -> bool:
        return self._look.present and self.height() < _ROOMY_PX

    def _text_row_px(self) -> int:
        return 0 if self._is_terse() else self._look.caption_px + self._look.pad(11)

    def _bar_px(self) -> int:
        return self._look.caption_px + self._look.pad(11)

    def _funnel_px(self) -> int:
        return self._look.pad(24) if self.height() >= 480 else self._look.pad(14)

    def _note_px(self) -> int:
        if self._show is None or not self._show.note or self._is_terse():
            return 0
        return self._look.caption_px + self._look.pad(15) + self._look.pad(6)

    def _bar_rect(self) -> QRectF:
        bottom = self.height() - self._note_px() - self._text_row_px()
        return QRectF(0, bottom - self._bar_px(), self.width(), self._bar_px())

    def resizeEvent(self, event: QEvent) -> None:
        self._arrange()

    def _arrange(self) -> None:
        count = len(self._lanes)
        if count:
            gap = 14 if self.width() >= 900 and not self._look.present else 8
            top, bottom = self._text_row_px(), int(self._bar_rect().top()) - self._funnel_px()
            wide = (self.width() - gap * (count - 1)) / count
            for index, lane in enumerate(self._lanes):
                left, right = round(index * (wide + gap)), round(index * (wide + gap) + wide)
                lane.set_terse(self._is_terse())
                lane.setGeometry(left, top, right - left, max(40, bottom - top))
        self.update()

    def segments(self) -> list[QRectF]:
        """Return each branch's part of the bar: as wide as it has channels."""
        if self._show is None:
            return []
        bar = self._bar_rect()
        counts = [len(branch.stages[-1].channels) for branch in self._show.result.branches]
        total, before, rects = sum(counts), 0, []
        for count in counts:
            left = round(bar.width() * before / total)
            right = round(bar.width() * (before + count) / total)
            rects.append(QRectF(bar.left() + left, bar.top(), right - left, bar.height()))
            before += count
        return rects

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        show = self._show
        if show is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_funnels(painter)
        self._paint_bar(painter)
        if not self._is_terse():
            self._paint_texts(painter, show)

    def _paint_texts(self, painter: QPainter, show: BranchesShow) -> None:
        """Write what goes in, what comes out, and how the module differs from the paper's."""
        look = self._look
        reads = QRectF(0, 0, self.width(), self._text_row_px() - look.pad(4))
        draw_text(painter, reads, show.reads, look.font("caption"), look.muted)
        below = QRectF(0, self._bar_rect().bottom(), self.width(), self._text_row_px())
        used = draw_text(painter, below, show.concatenation, look.font("caption"), look.muted)
        rest = below.adjusted(used + look.pad(16), 0, 0, 0)
        draw_text(painter, rest, show.feeds, look.font("caption"), look.text, "right")
        if show.note:
            self._paint_note(painter, show.note)

    def _paint_funnels(self, painter: QPainter) -> None:
        """Draw how each lane's channels flow into their part of the bar."""
        painter.setPen(Qt.PenStyle.NoPen)
        for lane, segment in zip(self._lanes, self.segments(), strict=True):
            card = QRectF(lane.geometry())
            top, bottom = card.bottom() + 1, segment.top() - 1
            bend = (bottom - top) / 2
            path = QPainterPath(QPointF(card.left() + 10, top))
            path.cubicTo(card.left() + 10, top + bend, segment.left(), bottom - bend, segment.left(), bottom)
            path.lineTo(segment.right(), bottom)
            path.cubicTo(segment.right(), bottom - bend, card.right() - 10, top + bend, card.right() - 10, top)
            path.closeSubpath()
            painter.fillPath(path, with_alpha(lane.colour, 0.30 if self._look.name == "dark" else 0.26))

    def _paint_bar(self, painter: QPainter) -> None:
        assert self._show is not None
        bar, segments, look = self._bar_rect(), self.segments(), self._look
        shape = QPainterPath()
        shape.addRoundedRect(bar, _BAR_RADIUS_PX, _BAR_RADIUS_PX)
        painter.save()
        painter.setClipPath(shape)
        font, ink = look.font("caption_strong"), QColor("#101216")
        for lane, branch, segment in zip(self._lanes, self._show.result.branches, segments, strict=True):
            painter.fillRect(segment, lane.colour)
            count = str(len(branch.stages[-1].channels))
            if text_width(font, count) + 4 <= segment.width():
                draw_text(painter, segment, count, font, ink, "centre")
        painter.restore()
        if self._marked is not None:
            total = sum(len(branch.stages[-1].channels) for branch in self._show.result.branches)
            x = bar.left() + (self._marked + 0.5) * bar.width() / total
            painter.fillRect(QRectF(x - 1.5, bar.top() - 5, 3, bar.height() + 10), look.text)
            nose = QPolygonF(
                [QPointF(x - 6, bar.top() - 10), QPointF(x + 6, bar.top() - 10), QPointF(x, bar.top() - 2)]
            )
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.text)
            painter.drawPolygon(nose)

    def _paint_note(self, painter: QPainter, note: str) -> None:
        look = self._look
        strong, font, pad = look.font("caption_strong"), look.font("caption"), look.pad(12)
        height = look.caption_px + look.pad(15)
        first = text_width(strong, self._differs)
        wanted = math.ceil(first + look.pad(8) + text_width(font, note)) + 2 * pad + 2
        box = QRectF(0, self.height() - height, min(self.width(), wanted), height)
        draw_box(painter, box, fill=look.raised, line=look.line)
        inner = box.adjusted(pad, 0, -pad, 0)
        draw_text(painter, inner, self._differs, strong, look.warning)
        draw_text(painter, inner.adjusted(first + look.pad(8), 0, 1, 0), note, font, look.text)
