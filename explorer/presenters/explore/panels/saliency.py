"""Saliency: which pixels of the picture a class's logit depends on."""

from __future__ import annotations

import msgspec
import numpy as np

from explorer.core.messages.where import SaliencyKind, SaliencyRequest, SaliencyResult
from explorer.core.units import milliseconds, percent, shape, significant
from explorer.presenters.explore.describe import class_name
from explorer.presenters.explore.panels.asking import seen_picture
from explorer.presenters.explore.panels.heat import HeatPort, HeatPresenter, HeatShow, heat_map, opacity_text, range_bar
from explorer.presenters.explore.panels.kept import Kept
from explorer.presenters.explore.panels.panel import Services

SHOWN_SHARE = 99.5
"""Percentile at which the colours end: a few single pixels would make all others black."""


class SaliencyPresenter(HeatPresenter):
    """Asks once for a class; the step on screen does not matter."""

    follows_layer = False
    tag = "saliency"
    variants: tuple[SaliencyKind, ...] = ("gradient", "input_gradient")

    def __init__(self, services: Services, view: HeatPort) -> None:
        super().__init__(services, view)
        self._seen = Kept(services, SaliencyResult, self._show)

    @property
    def waiting(self) -> bool:
        return super().waiting or self._seen.waiting

    def refresh(self) -> None:
        question = self.question()
        if not question.head:
            self._seen.forget()
            self._show(None)
            return
        kind: SaliencyKind = "input_gradient" if self.settings()[0] == "input_gradient" else "gradient"
        self._seen.want(SaliencyRequest(self.situation.trace.trace, question.head, question.target, kind))

    def retire(self) -> None:
        self._seen.forget()
        super().retire()

    def open(self) -> bool:
        """Show the other variant."""
        self.choose_variant(self.variants[1 - self.variants.index(self.settings()[0])])
        return True

    def _show(self, result: SaliencyResult | None) -> None:
        tr, variant, opacity = self.tr, *self.settings()
        show = HeatShow(
            title=tr("saliency.title.none"),
            picture=seen_picture(self.situation.trace),
            heat=None,
            smooth=False,
            beside=None,
            bar=None,
            opacity=opacity,
            opacity_text=opacity_text(opacity, tr),
            chooser=self.chooser(self.question()),
            sentence=tr("asking.none_trained"),
            tone="warning",
            variants=tuple((kind, tr(f"saliency.kind.{kind}")) for kind in self.variants),
            variant=variant,
        )
        if result is not None:
            show = self._with_heat(show, result)
        self._view.show_heat(show)

    def _with_heat(self, show: HeatShow, result: SaliencyResult) -> HeatShow:
        tr = self.tr
        label = class_name(result.target, tr)
        reach = float(np.percentile(np.abs(result.values), SHOWN_SHARE)) or float(np.abs(result.values).max())
        heat = heat_map(result.values, -reach if result.low < 0 else 0.0, reach, self.situation.scene.colour_map)
        largest = tr("saliency.bar", low=significant(result.low), high=significant(result.high))
        caption = f"{shape(result.values.shape)} · {milliseconds(1000 * result.seconds)}"
        names = {"label": label, "head": tr(f"head.{result.head}"), "share": percent(result.probability)}
        return msgspec.structs.replace(
            show,
            title=tr("saliency.title", **names),
            heat=heat,
            beside=msgspec.structs.replace(heat, title=tr("saliency.map"), caption=caption),
            bar=range_bar(heat, largest, f"≥ {significant(reach)}"),
            sentence=tr(f"saliency.says.{result.kind}", label=label),
            tone="",
        )
