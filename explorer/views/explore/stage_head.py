"""The line above the stage: where we are, what it is, and the ways of looking at it."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QToolTip, QWidget

from explorer.core.text import Translator
from explorer.presenters.ports import StageHead
from explorer.views.theme import DARK, Look
from explorer.views.widgets.buttons import Pressable
from explorer.views.widgets.paint import draw_box, draw_chevron, draw_focus, draw_text, elided, text_width, with_alpha
from explorer.views.widgets.segmented import Segmented

MORE = "more"
"""Key of the switch's last word, which leads to all views."""


class StageHeadView(QWidget):
    """Title with the steps above it to click, a subtitle, a badge for deviations, and the view switch.

    Signals
    -------
    view_chosen : str
        A key of ``StageHead.views``.
    crumb_chosen : str
        Name of the step whose crumb was clicked.
    more_requested
        All views are asked for.
    """

    view_chosen = Signal(str)
    more_requested = Signal()
    crumb_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = DARK
        self._tr = Translator()
        self._head: StageHead | None = None
        self._crumbs: list[Crumb] = []
        self._subtitle_rect = QRectF()
        self.badge = Badge(self)
        self.badge.hide()
        self.switch = Segmented(self)
        self.switch.hide()
        self.switch.chosen.connect(self._on_switch_chosen)

    def set_look(self, look: Look) -> None:
        self._look = look
        self.switch.set_look(look)
        self.badge.set_look(look)
        for crumb in self._crumbs:
            crumb.set_look(look)
        self._arrange()

    def retranslate(self, tr: Translator) -> None:
        self._tr = tr
        self.switch.set_name(tr("stage.view"))
        self._show_views(self.width())
        self._arrange()

    def show_head(self, head: StageHead) -> None:
        self._head = head
        for _ in range(len(head.crumbs), len(self._crumbs)):
            crumb = self._crumbs.pop()
            crumb.hide()
            crumb.deleteLater()
        for _ in range(len(self._crumbs), len(head.crumbs)):
            crumb = Crumb(self)
            crumb.set_look(self._look)
            crumb.chosen.connect(self.crumb_chosen)
            self._crumbs.append(crumb)
        for index, (step, label) in enumerate(head.crumbs):
            self._crumbs[index].set_step(step, label, last=index == len(head.crumbs) - 1)
            self._crumbs[index].setVisible(True)
        self.badge.set_text(head.badge, head.badge_hint)
        self.badge.setVisible(bool(head.badge))
        self._show_views(self.width())
        self._arrange()

    def _offered(self, head: StageHead, width: int) -> tuple[str, ...]:
        """Return the switch's words: all views, or so many that the title keeps its room; *more* has the others."""
        views, room = list(head.views), width - self._least_crumbs_width() - self._look.pad(16)
        while True:
            keys = (*views, *((MORE,) if head.more or len(views) < len(head.views) else ()))
            others = [view for view in views if view != head.view]
            if not others or self.switch.width_for(self._tr(f"stage.view.{key}") for key in keys) <= room:
                return keys
            views.remove(others[-1])

    def _show_views(self, width: int) -> None:
        if self._head is None:
            return
        views = self._offered(self._head, width)
        self.switch.set_items(
            tuple((view, self._tr(f"stage.view.{view}")) for view in views),
            {view: self._tr(f"stage.view.{view}.hint") for view in views},
        )
        self.switch.set_current(self._head.view)
        self.switch.setVisible(len(views) > 1)

    def _on_switch_chosen(self, key: str) -> None:
        if key == MORE:
            self.more_requested.emit()
        else:
            self.view_chosen.emit(key)

    @property
    def crumbs(self) -> tuple[Crumb, ...]:
        """The steps of the title, from the outermost to the current one."""
        return tuple(self._crumbs)

    # Layout

    def height_for(self, width: int) -> int:
        """Return the height that is needed: a second line where the subtitle does not fit beside the title."""
        self._show_views(width)
        row = max(self.switch.sizeHint().height(), self._title_px())
        return row if self._fits_one_line(width) else max(row, self._second_top(width) + self._second_px())

    def _title_px(self) -> int:
        return math.ceil(self._look.heading_px * 1.45)

    def _second_px(self) -> int:
        return max(self._look.caption_px + self._look.pad(11), self.badge.sizeHint().height() if self._badged() else 0)

    def _second_top(self, width: int) -> int:
        """Return where the second line begins: below the title, and below the switch where it is that long."""
        if self._head is None:
            return 0
        needed = text_width(self._look.font("caption"), self._head.subtitle)
        if self._badged():
            needed += self._look.pad(14) + self.badge.sizeHint().width()
        switch = self.switch.sizeHint().height() if len(self._head.views) > 1 else 0
        return max(self._title_px(), switch + 2) if needed > self._room(width) else self._title_px()

    def _badged(self) -> bool:
        return self._head is not None and bool(self._head.badge)

    def _crumbs_width(self) -> float:
        chevrons = max(0, len(self._crumbs) - 1) * self._chevron_px()
        return sum(crumb.sizeHint().width() for crumb in self._crumbs) + chevrons

    def _least_crumbs_width(self) -> float:
        """Return the width of the title with its outer steps shortened as far as they may be."""
        cut = sum(max(0, crumb.sizeHint().width() - self._least_crumb_px()) for crumb in self._crumbs[:-1])
        return self._crumbs_width() - cut

    def _least_crumb_px(self) -> int:
        return 3 * self._look.heading_px

    def _chevron_px(self) -> int:
        return math.ceil(self._look.heading_px * 0.9)

    def _room(self, width: int) -> int:
        switch = self.switch.sizeHint().width() + self._look.pad(16) if self._head and len(self._head.views) > 1 else 0
        return width - switch

    def _fits_one_line(self, width: int) -> bool:
        if self._head is None:
            return True
        look = self._look
        needed = self._crumbs_width() + look.pad(10) + text_width(look.font("text"), self._head.subtitle)
        if self._head.badge:
            needed += look.pad(14) + self.badge.sizeHint().width()
        return needed <= self._room(width)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def _arrange(self) -> None:
        if self._head is None:
            return
        self._show_views(self.width())
        look, one_line = self._look, self._fits_one_line(self.width())
        size = self.switch.sizeHint()
        switch_top = (self.height() - size.height()) // 2 if one_line else 0
        self.switch.setGeometry(QRect(self.width() - size.width(), switch_top, size.width(), size.height()))
        title_px = self._title_px()
        top = (self.height() - title_px) // 2 if one_line else 0
        room = self._room(self.width())
        left = self._place_crumbs(room, top, title_px)
        second = QRectF(0, self._second_top(self.width()), self.width(), self._second_px())
        line = QRectF(left + look.pad(10), top, room, title_px) if one_line else second
        font = look.font("text" if one_line else "caption")
        badge_px = self.badge.sizeHint().width() + look.pad(14) if self._head.badge else 0
        wanted = text_width(font, self._head.subtitle) + 1
        # Below the switch there is room up to the edge.
        edge = room if one_line else self.width()
        line.setWidth(max(0.0, min(wanted, edge - line.left() - badge_px)))
        self._subtitle_rect = line
        badge = self.badge.sizeHint()
        badge_left = round(line.right() + look.pad(14))
        most = edge - badge_left
        badge_top = round(line.center().y() - badge.height() / 2)
        self.badge.setGeometry(badge_left, badge_top, max(0, min(badge.width(), most)), badge.height())
        self.update()

    def _place_crumbs(self, room: int, top: int, height: int) -> int:
        """Place the crumbs; where there is no room for all, the outermost ones are shortened first."""
        wanted = [crumb.sizeHint().width() for crumb in self._crumbs]
        chevron = self._chevron_px()
        over = sum(wanted) + chevron * (len(wanted) - 1) - room
        least = self._least_crumb_px()
        for index, width in enumerate(wanted):
            if over <= 0:
                break
            given = min(over, max(0, width - least))
            wanted[index] -= given
            over -= given
        left = 0
        for crumb, width in zip(self._crumbs, wanted, strict=True):
            crumb.setGeometry(left, top, width, height)
            left += width + chevron
        return left - chevron

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._head is None:
            return
        look = self._look
        painter = QPainter(self)
        one_line = self._fits_one_line(self.width())
        font = look.font("text" if one_line else "caption")
        rect = self._subtitle_rect
        if one_line and rect.top() == 0:
            rect = rect.translated(0, 1)
        draw_text(painter, rect.translated(0, look.pad(1)), self._head.subtitle, font, look.muted)
        for crumb in self._crumbs[:-1]:
            rect = QRectF(crumb.geometry())
            centre = QPointF(rect.right() + self._chevron_px() / 2, rect.center().y())
            draw_chevron(painter, centre, look.heading_px * 0.42, "right", look.faint)


class Crumb(Pressable):
    """One step in the title; the last one is the title itself and does nothing."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._step = ""
        self.clicked.connect(self._on_clicked)

    def set_step(self, step: str, text: str, *, last: bool) -> None:
        self._step = step
        self.setText(text)
        self.label(text)
        self.setToolTip("")
        self.setEnabled(not last)
        self.updateGeometry()
        self.update()

    @property
    def step(self) -> str:
        return self._step

    def _on_clicked(self) -> None:
        self.chosen.emit(self._step)

    def sizeHint(self) -> QSize:
        font = self._look.font("heading")
        return QSize(math.ceil(text_width(font, self.text())) + 1, math.ceil(self._look.heading_px * 1.45))

    def paintEvent(self, event: QPaintEvent) -> None:
        look, font = self._look, self._look.font("heading")
        painter = QPainter(self)
        rect = QRectF(self.rect())
        lit = not self.isEnabled() or self.underMouse()
        text = elided(font, self.text(), rect.width())
        draw_text(painter, rect, text, font, look.text if lit else look.muted)
        if self.hasFocus():
            draw_focus(painter, rect, look, 4)


class Badge(Pressable):
    """An amber outline chip; a click shows its long form, as hovering does."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.clicked.connect(self._on_clicked)

    def set_text(self, text: str, hint: str) -> None:
        self.setText(text)
        self.label(text, hint)
        self.setAccessibleDescription(hint)
        self.updateGeometry()
        self.update()

    def _on_clicked(self) -> None:
        QToolTip.showText(self.mapToGlobal(self.rect().bottomLeft()), self.toolTip(), self)

    def sizeHint(self) -> QSize:
        look = self._look
        width = text_width(look.font("caption_strong"), self.text())
        return QSize(math.ceil(width) + 2 * look.pad(9), look.caption_px + look.pad(11))

    def paintEvent(self, event: QPaintEvent) -> None:
        look = self._look
        painter = QPainter(self)
        rect = QRectF(self.rect())
        fill = with_alpha(look.warning, 0.18 if self.underMouse() else 0.08)
        draw_box(painter, rect, fill=fill, line=with_alpha(look.warning, 0.75), radius=rect.height() / 2)
        inner = rect.adjusted(look.pad(9) - 1, 0, 1 - look.pad(9), 0)
        draw_text(painter, inner, self.text(), look.font("caption_strong"), look.warning, "centre")
        if self.hasFocus():
            draw_focus(painter, rect, look, rect.height() / 2)
