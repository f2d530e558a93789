"""Both networks with their weights as they are now, and the data of a step that flow through them."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QElapsedTimer, QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QStyle, QWidget

from explorer.core.messages.gan import NetWeights, PhaseFrame
from explorer.core.text import Translator
from explorer.core.units import significant
from explorer.presenters.gan.ports import NetsShow
from explorer.views.gan.colours import GanColours, gan_colours
from explorer.views.gan.net_layout import Column, Flow, NetLayout, along, edges, flows, lay_out, sizes, way
from explorer.views.gan.plane_layers import lines
from explorer.views.theme import DARK, Look
from explorer.views.widgets.paint import draw_arrow, draw_box, draw_text, mixed, with_alpha

_FRAME_MS = 33
_TRAVELLERS = 10
_REST_MS = 100
_AFTER_MS = 8
"""Weights change slowly and cost a lot of ink: they are drawn ten times a second, and not together with the plane."""
_LEVELS = ((0.12, 0.4, 0.3, 1.0), (0.4, 0.85, 0.7, 1.0), (0.85, 1.01, 1.0, 2.0))
"""From and up to which |w|, as a share of the layer's largest, lines have which opacity and width in pixels. Lines of
one pixel are ten times quicker than wider ones, and the smallest weights are left out: many grey lines say nothing."""


class NetDiagram(QWidget):
    """G at the left, D at the right; lines are weights, discs are units, filled by their mean activation."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = DARK
        self._tr = Translator()
        self._show: NetsShow | None = None
        self._phase: PhaseFrame | None = None
        self._share = 1.0
        self._duration_ms = 1
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setInterval(_FRAME_MS)
        self._timer.timeout.connect(self._on_tick)
        self._still = QPixmap()
        self._layouts: tuple[NetLayout | None, NetLayout | None] = (None, None)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.timeout.connect(self._renew)
        self._drawn = QElapsedTimer()
        self._drawn.start()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def set_look(self, look: Look) -> None:
        self._look = look
        self._renew()

    def retranslate(self, tr: Translator) -> None:
        self._tr = tr
        self.setAccessibleName(tr("gan_view.layer.networks"))

    def show_nets(self, show: NetsShow) -> None:
        """Show the weights of now."""
        first = self._show is None
        self._show = show
        self._phase = show.phase
        self.setAccessibleDescription(f"{show.g_title}; {show.d_title}")
        self.setToolTip(show.note)
        if first:
            self._renew()
        elif not self._rest.isActive():
            self._rest.start(max(_AFTER_MS, _REST_MS - int(self._drawn.elapsed())))

    def play_phase(self, phase: PhaseFrame, duration_ms: int) -> None:
        """Let the data of a phase flow; where the system asks for no motion only the end is shown."""
        self._phase = phase
        moves = self.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) > 0
        self._duration_ms = max(1, duration_ms)
        self._share = 0.0 if moves else 1.0
        if moves:
            self._clock.start()
            self._timer.start()
        self._renew()

    def stop(self) -> None:
        """End the motion."""
        self._timer.stop()
        self._rest.stop()
        self._share = 1.0

    @property
    def moving(self) -> bool:
        return self._timer.isActive()

    def hideEvent(self, event: QHideEvent) -> None:
        self.stop()

    def _on_tick(self) -> None:
        self._share = min(1.0, self._clock.elapsed() / self._duration_ms)
        if self._share >= 1.0:
            self._timer.stop()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._renew()

    # Painting

    def _renew(self) -> None:
        """Forget the picture of the networks at rest."""
        self._still = QPixmap()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, show = QPainter(self), self._show
        flashes = self._phase is not None and self._phase.phase == "update" and self._share < 1.0
        if self._still.isNull() or flashes:
            self._paint_still()
        painter.drawPixmap(0, 0, self._still)
        g_layout, d_layout = self._layouts
        if show is None or self._phase is None or g_layout is None or d_layout is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_flow(painter, self._phase, g_layout, d_layout, gan_colours(self._look))

    def _paint_still(self) -> None:
        """Draw all that does not move, once for many pictures."""
        look, show = self._look, self._show
        self._drawn.restart()
        ratio = self.devicePixelRatioF()
        self._still = QPixmap(self.size() * ratio)
        self._still.setDevicePixelRatio(ratio)
        self._still.fill(look.ground)
        self._layouts = (None, None)
        if show is None:
            return
        painter = QPainter(self._still)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = gan_colours(look)
        g_box, d_box, ends = self._boxes()
        g_layout = self._paint_net(painter, "g", show.g, g_box, show.g_title, colours)
        d_layout = self._paint_net(painter, "d", show.d, d_box, show.d_title, colours)
        self._layouts = (g_layout, d_layout)
        self._paint_ends(painter, ends, colours)
        painter.end()

    def _boxes(self) -> tuple[QRectF, QRectF, tuple[QRectF, QRectF, QRectF]]:
        """Return G's box, D's box, and where noise, points and verdict stand."""
        pad = self._look.pad(8)
        end = min(96.0, self.width() * 0.11)
        middle = min(112.0, self.width() * 0.13)
        net = (self.width() - 2 * pad - 2 * end - middle) / 2
        top, tall = float(pad), float(self.height() - 2 * pad)
        g = QRectF(pad + end, top, net, tall)
        between = QRectF(g.right(), top, middle, tall)
        d = QRectF(between.right(), top, net, tall)
        return g, d, (QRectF(pad, top, end, tall), between, QRectF(d.right(), top, end, tall))

    def _paint_net(
        self, painter: QPainter, role: str, net: NetWeights | None, box: QRectF, title: str, colours: GanColours
    ) -> NetLayout | None:
        look, colour = self._look, colours.role(role)
        learning = self._phase is not None and self._phase.player == role
        draw_box(painter, box, fill=look.panel, line=colour if learning else look.line, width=2 if learning else 1)
        head = QRectF(box.left() + 10, box.top() + 4, box.width() - 20, look.caption_px * 1.6)
        draw_box(painter, QRectF(head.left(), head.center().y() - 5, 10, 10), fill=colour, radius=2)
        draw_text(painter, head.adjusted(16, 0, 0, 0), title, look.font("caption_strong"), look.text)
        if net is None:
            return None
        inner = (box.left() + 22, head.bottom() + 6, box.right() - 22, box.bottom() - 6 - look.caption_px * 1.3)
        if not net.layers:
            return self._paint_blocks(painter, role, inner, colour)
        layout = lay_out(sizes(net), inner, look.pad(11))
        flash = learning and self._phase is not None and self._phase.phase == "update"
        self._paint_edges(painter, layout, net, colour, flash)
        for index, column in enumerate(layout.columns):
            activation = net.layers[index - 1].activation if index else None
            self._paint_units(painter, column, activation, colour)
        return layout

    def _paint_blocks(
        self, painter: QPainter, role: str, inner: tuple[float, float, float, float], colour: QColor
    ) -> NetLayout:
        """Draw a network of feature maps as blocks: G's maps grow, D's shrink."""
        layout = lay_out((1, 5, 5, 5, 5) if role == "g" else (5, 5, 5, 5, 1), inner, self._look.pad(11))
        growing = [0.2, 0.4, 0.6, 0.8, 1.0]
        for column, share in zip(layout.columns, growing if role == "g" else growing[::-1], strict=True):
            tall, wide = max(14.0, (inner[3] - inner[1]) * share), 8 + 14 * (1 - share)
            block = QRectF(column.x - wide / 2, (inner[1] + inner[3] - tall) / 2, wide, tall)
            draw_box(painter, block, fill=mixed(self._look.panel, colour, 0.35), line=colour, radius=3)
        return layout

    def _paint_edges(self, painter: QPainter, layout: NetLayout, net: NetWeights, colour: QColor, flash: bool) -> None:
        """Draw weights: the network's colour where positive, grey where negative, thick where large."""
        look = self._look
        # A step's change lights up and fades.
        glow = 0.6 * (1 - self._share) if flash else 0.0
        negative = mixed(look.faint, look.text, 0.25)
        for pieces, weights in edges(layout, net):
            size = np.abs(weights)
            share = size / size.max() if size.size and np.isfinite(size).all() and size.max() > 0 else size * 0
            for low, high, alpha, width in _LEVELS:
                level = (share >= low) & (share < high)
                for sign, tone in ((weights >= 0, colour), (weights < 0, negative)):
                    chosen = pieces[level & sign]
                    if len(chosen):
                        shade = with_alpha(mixed(tone, look.text, glow), min(1.0, alpha + glow))
                        painter.setPen(QPen(shade, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
                        painter.drawLines(lines(chosen))

    def _paint_units(self, painter: QPainter, column: Column, activation: np.ndarray | None, colour: QColor) -> None:
        look = self._look
        radius = look.pad(4)
        largest = float(np.abs(activation).max()) if activation is not None and activation.size else 0.0
        painter.setPen(QPen(colour, 1.25))
        for y, unit in zip(column.ys, column.units, strict=True):
            share = 0.0
            if activation is not None and largest > 0 and np.isfinite(largest):
                share = abs(float(activation[unit])) / largest
            painter.setBrush(mixed(look.panel, colour, share))
            painter.drawEllipse(QPointF(column.x, y), radius, radius)
        if column.total > len(column.units):
            place = QRectF(column.x - 40, column.ys[-1] + radius + 1, 80, look.caption_px * 1.3)
            draw_text(painter, place, f"… {column.total}", look.font("caption"), look.muted, "centre")

    def _paint_ends(self, painter: QPainter, ends: tuple[QRectF, QRectF, QRectF], colours: GanColours) -> None:
        """Draw what goes in and comes out: noise, fakes and real points, the verdict and the loss."""
        show, look, phase = self._show, self._look, self._phase
        assert show is not None
        noise, between, verdict = ends
        line_px = look.caption_px * 1.5

        def word(box: QRectF, row: float, text: str, colour: QColor) -> None:
            place = QRectF(box.left() + 2, box.center().y() + row * line_px - line_px / 2, box.width() - 4, line_px)
            draw_text(painter, place, text, look.font("caption"), colour, "centre")

        word(noise, -0.8, show.noise, look.muted)
        self._arrow(painter, noise, look.muted, 0.2)
        word(between, -2.2, show.fake, colours.fake)
        self._arrow(painter, between, colours.fake, -1.2)
        idle = phase is not None and phase.player == "g"
        real = with_alpha(colours.real, 0.35) if idle else colours.real
        self._arrow(painter, between, real, 1.2)
        word(between, 2.2, show.real, real)
        self._arrow(painter, verdict, look.muted, -0.6)
        word(verdict, -1.6, show.verdict, look.muted)
        if phase is not None and phase.loss is not None:
            word(verdict, 0.6, self._tr("gan_view.loss_of", player=phase.player.upper()), look.muted)
            word(verdict, 1.6, significant(phase.loss), colours.role(phase.player))

    def _arrow(self, painter: QPainter, box: QRectF, colour: QColor, row: float) -> None:
        y = box.center().y() + row * self._look.caption_px * 1.5
        painter.setPen(QPen(colour, 2))
        painter.drawLine(QPointF(box.left() + 12, y), QPointF(box.right() - 16, y))
        draw_arrow(painter, QPointF(box.right() - 14, y), 10, "right", colour)

    def _paint_flow(
        self, painter: QPainter, phase: PhaseFrame, g_layout: NetLayout, d_layout: NetLayout, colours: GanColours
    ) -> None:
        columns = (*g_layout.columns, *d_layout.columns)
        for flow in flows(phase, len(g_layout.columns), len(d_layout.columns)):
            self._paint_travellers(painter, flow, columns[flow.first : flow.last + 1], colours)

    def _paint_travellers(
        self, painter: QPainter, flow: Flow, columns: tuple[Column, ...], colours: GanColours
    ) -> None:
        if self._share >= 1.0:
            return
        colour = {"fake": colours.fake, "real": colours.real, "d": colours.d, "g": colours.g}[flow.kind]
        look = self._look
        painter.setPen(QPen(look.panel, 1.5))
        painter.setBrush(colour)
        size = look.pad(9)
        for traveller in range(_TRAVELLERS):
            # They set off one after the other and all arrive.
            share = self._share * 1.35 - 0.35 * traveller / _TRAVELLERS
            if not 0.0 <= share <= 1.0:
                continue
            x, y = along(way(columns, traveller + (5 if flow.kind == "real" else 0)), 1 - share if flow.back else share)
            if flow.back:
                draw_arrow(painter, QPointF(x, y), size + 3, "left", mixed(colour, look.text, 0.3))
            elif flow.kind == "real":
                painter.drawEllipse(QPointF(x, y), size / 2, size / 2)
            else:
                painter.save()
                painter.translate(x, y)
                painter.rotate(45)
                painter.drawRect(QRectF(-size / 2.4, -size / 2.4, size / 1.2, size / 1.2))
                painter.restore()
