"""The panel of hyperparameters: preset, pages, undo and reset."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from explorer.core.text import Translator
from explorer.presenters.gan.ports import Control, ControlsShow, Section
from explorer.views.gan.choices import Choices
from explorer.views.gan.colours import gan_colours
from explorer.views.gan.slider import Slider
from explorer.views.theme import DARK, Look
from explorer.views.widgets.chip import Chip
from explorer.views.widgets.paint import draw_box, draw_text
from explorer.views.widgets.segmented import Segmented

_TALL_PX = 880
"""From this height on, data and networks fit on one page."""


class SectionTitle(QWidget):
    """A muted title, with the square of D or of G."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = DARK
        self._section = Section("", ())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_look(self, look: Look) -> None:
        self._look = look
        self.updateGeometry()
        self.update()

    def show_section(self, section: Section) -> None:
        self._section = section
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(80, round(self._look.caption_px * 1.8))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, look = QPainter(self), self._look
        place = QRectF(self.rect())
        wide = draw_text(painter, place, self._section.title, look.font("caption_strong"), look.muted)
        if self._section.role:
            side = look.caption_px * 0.75
            square = QRectF(wide + 8, place.center().y() - side / 2, side, side)
            draw_box(painter, square, fill=gan_colours(look).role(self._section.role), radius=2)


class Controls(QWidget):
    """See :class:`explorer.presenters.gan.ports.ControlsShow`.

    Signals
    -------
    slid : str, int, bool
        Field, place on its slider, and whether the movement has ended.
    picked : str, str
        Field and key of the option.
    page_chosen : str
    tall_changed : bool
        Whether there is room for data and networks on one page.
    preset_clicked, undo_clicked, redo_clicked, reset_clicked
    """

    slid = Signal(str, int, bool)
    picked = Signal(str, str)
    page_chosen = Signal(str)
    tall_changed = Signal(bool)
    preset_clicked = Signal()
    undo_clicked = Signal()
    redo_clicked = Signal()
    reset_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = DARK
        self._tr = Translator()
        self._widgets: dict[str, Slider | Choices] = {}
        self._spare: dict[str, Slider | Choices] = {}
        self._titles: list[SectionTitle] = []
        self._built: tuple[object, ...] = ()
        self._tall = False
        self.preset = Chip(self, menu=True)
        self.pages = Segmented(self)
        self.area = QScrollArea(self)
        self.undo, self.redo, self.reset = Chip(self), Chip(self), Chip(self)
        self._rows = QVBoxLayout(self)
        self.preset.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._foot = QHBoxLayout()
        for chip in (self.undo, self.redo, self.reset):
            self._foot.addWidget(chip)
        self._foot.addStretch(1)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._rows.addWidget(self.preset)
        self._rows.addWidget(self.pages)
        self._rows.addWidget(self.area, 1)
        self._rows.addLayout(self._foot)
        self.preset.clicked.connect(lambda _checked=False: self.preset_clicked.emit())
        self.pages.chosen.connect(self.page_chosen)
        self.undo.clicked.connect(lambda _checked=False: self.undo_clicked.emit())
        self.redo.clicked.connect(lambda _checked=False: self.redo_clicked.emit())
        self.reset.clicked.connect(lambda _checked=False: self.reset_clicked.emit())
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def set_look(self, look: Look) -> None:
        self._look = look
        edge = look.pad(16)
        self._rows.setContentsMargins(edge, look.pad(16), edge, look.pad(12))
        self._rows.setSpacing(look.pad(12))
        self._foot.setSpacing(look.pad(8))
        for part in (self.preset, self.pages, self.undo, self.redo, self.reset, *self._titles, *self._widgets.values()):
            part.set_look(look)
        # The page is laid out for one size of type; the next one is built for this.
        self._built = ()
        self.update()

    def retranslate(self, tr: Translator) -> None:
        self._tr = tr
        self.setAccessibleName(tr("gan_view.controls"))
        self.pages.set_name(tr("gan_view.pages"))
        self.undo.set_parts("↶", name=tr("gan_view.undo"), hint=tr("gan_view.undo") + "  Ctrl Z")
        self.redo.set_parts("↷", name=tr("gan_view.redo"), hint=tr("gan_view.redo") + "  Ctrl Y")
        self.reset.set_parts(tr("gan_view.reset"), name="", hint=tr("gan_view.reset.hint") + "  Shift R")

    def show_controls(self, show: ControlsShow) -> None:
        """Show hyperparameters; the widgets stay where only values changed."""
        self.preset.set_parts(
            show.preset, name=self._tr("gan_view.preset"), hint=self._tr("gan_view.preset.hint") + "  P"
        )
        self.pages.set_items(show.pages)
        self.pages.set_current(show.page)
        shape = (show.page, *((s.title, *((c.field, c.kind) for c in s.controls)) for s in show.sections))
        if shape != self._built:
            self._build(show)
            self._built = shape
        for section in show.sections:
            for control in section.controls:
                self._widgets[control.field].show_control(control)
        self.undo.setEnabled(show.can_undo)
        self.redo.setEnabled(show.can_redo)
        self.reset.setEnabled(show.resettable)

    @property
    def tall(self) -> bool:
        """Whether there is room for data and networks on one page."""
        return self._tall

    def control(self, field: str) -> Slider | Choices:
        """Return the widget of a hyperparameter on the page that is shown."""
        return self._widgets[field]

    def preset_rect(self) -> QRectF:
        return QRectF(self.preset.geometry())

    def _build(self, show: ControlsShow) -> None:
        content = PanelGround()
        content.set_look(self._look)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, self._look.pad(10), 0)
        column.setSpacing(self._look.pad(8))
        # A widget that stays is the same one: the keyboard must not lose its place when a neighbour comes or goes.
        focused = next((field for field, widget in self._widgets.items() if widget.hasFocus()), "")
        self._spare, self._widgets, self._titles = self._widgets, {}, []
        beside: QHBoxLayout | None = None
        for index, section in enumerate(show.sections):
            if index and section.title and beside is None:
                column.addSpacing(self._look.pad(8))
            rows = self._section(section, content)
            if section.role and beside is None:
                beside = QHBoxLayout()
                beside.setSpacing(self._look.pad(16))
                column.addLayout(beside)
            if section.role and beside is not None:
                beside.addLayout(rows, 1)
            else:
                beside = None
                column.addLayout(rows)
        column.addStretch(1)
        old = self.area.takeWidget()
        if old is not None:
            old.deleteLater()
        self.area.setWidget(content)
        self._spare = {}
        if focused in self._widgets:
            self._widgets[focused].setFocus(Qt.FocusReason.OtherFocusReason)

    def _section(self, section: Section, parent: QWidget) -> QVBoxLayout:
        rows = QVBoxLayout()
        rows.setSpacing(self._look.pad(8))
        if section.title:
            title = SectionTitle(parent)
            title.set_look(self._look)
            title.show_section(section)
            self._titles.append(title)
            rows.addWidget(title)
        line: QHBoxLayout | None = None
        for index, control in enumerate(section.controls):
            widget = self._made(control, parent)
            self._widgets[control.field] = widget
            if section.columns == 1:
                rows.addWidget(widget)
                continue
            if index % section.columns == 0 or line is None:
                line = QHBoxLayout()
                line.setSpacing(self._look.pad(16))
                rows.addLayout(line)
            line.addWidget(widget, 1)
        return rows

    def _made(self, control: Control, parent: QWidget) -> Slider | Choices:
        kept = self._spare.get(control.field)
        if kept is not None and isinstance(kept, Slider) == (control.kind == "slider"):
            kept.setParent(parent)
            kept.set_look(self._look)
            return kept
        if control.kind == "slider":
            slider = Slider(parent)
            slider.slid.connect(lambda place, done, field=control.field: self.slid.emit(field, place, done))
            slider.set_look(self._look)
            return slider
        choices = Choices(parent)
        choices.chosen.connect(lambda key, field=control.field: self.picked.emit(field, key))
        choices.set_look(self._look)
        return choices

    def resizeEvent(self, event: QResizeEvent) -> None:
        tall = self.height() >= self._look.pad(_TALL_PX)
        if tall != self._tall:
            self._tall = tall
            self.tall_changed.emit(tall)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._look.panel)


class PanelGround(QWidget):
    """What the panel scrolls, on the panel's colour."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = DARK
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def set_look(self, look: Look) -> None:
        self._look = look
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._look.panel)
