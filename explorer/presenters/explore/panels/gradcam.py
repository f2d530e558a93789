"""Grad-CAM: where a layer found what speaks for a class."""

from __future__ import annotations

import msgspec
import numpy as np

from explorer.core.messages.where import GradCamRequest, GradCamResult
from explorer.core.units import milliseconds, percent, shape
from explorer.presenters.explore.describe import class_name
from explorer.presenters.explore.panels.asking import Question, reads, seen_picture
from explorer.presenters.explore.panels.heat import HeatPort, HeatPresenter, HeatShow, heat_map, opacity_text, range_bar
from explorer.presenters.explore.panels.kept import Kept
from explorer.presenters.explore.panels.naming import layer_label
from explorer.presenters.explore.panels.panel import Services


class GradCamPresenter(HeatPresenter):
    """Asks for the map of the layer on screen, again at every step."""

    tag = "gradcam"

    def __init__(self, services: Services, view: HeatPort) -> None:
        super().__init__(services, view)
        self._cam = Kept(services, GradCamResult, self._on_result, passing=True)

    @property
    def waiting(self) -> bool:
        return super().waiting or self._cam.waiting

    def refresh(self) -> None:
        situation, question = self.situation, self.question()
        heads = {head.name: head for head in situation.trace.graph.heads}
        layer = situation.state.layer.name
        if not question.head:
            self._say(question, self.tr("asking.none_trained"))
        elif not reads(situation.trace.graph, heads[question.head], layer):
            after = situation.trace.graph.step(heads[question.head].after).label
            names = {"head": self.tr(f"head.{question.head}"), "after": after, "layer": situation.state.step.label}
            self._say(question, self.tr("gradcam.not_read", **names))
        else:
            self._cam.want(GradCamRequest(situation.trace.trace, layer, question.head, question.target))

    def retire(self) -> None:
        self._cam.forget()
        super().retire()

    def _say(self, question: Question, sentence: str) -> None:
        """Show the picture without heat, and why."""
        self._cam.forget()
        opacity = self.settings()[1]
        self._view.show_heat(
            HeatShow(
                title=self.tr("gradcam.title.none", layer=self.situation.state.step.label),
                picture=seen_picture(self.situation.trace),
                heat=None,
                smooth=True,
                beside=None,
                bar=None,
                opacity=opacity,
                opacity_text=opacity_text(opacity, self.tr),
                chooser=self.chooser(question),
                sentence=sentence,
                tone="warning",
            )
        )

    def _on_result(self, result: GradCamResult) -> None:
        situation, tr, opacity = self.situation, self.tr, self.settings()[1]
        label = class_name(result.target, tr)
        layer = layer_label(situation.trace.graph, result.layer)
        heat = heat_map(result.values, result.low, result.high, situation.scene.colour_map)
        caption = f"{shape(result.values.shape)} · {milliseconds(1000 * result.seconds)}"
        beside = msgspec.structs.replace(heat, title=tr("gradcam.map", layer=layer), caption=caption)
        count = int((result.weights > 0).sum())
        sentence = tr("gradcam.says", count=f"{count:,}", channels=f"{len(result.weights):,}", label=label)
        if not np.any(result.values > 0):
            sentence = tr("gradcam.nothing", label=label)
        self._view.show_heat(
            HeatShow(
                title=tr(
                    "gradcam.title",
                    layer=layer,
                    label=label,
                    head=tr(f"head.{result.head}"),
                    share=percent(result.probability),
                ),
                picture=seen_picture(situation.trace),
                heat=heat,
                smooth=True,
                beside=beside,
                bar=range_bar(heat, tr("gradcam.bar")),
                opacity=opacity,
                opacity_text=opacity_text(opacity, tr),
                chooser=self.chooser(self.question()),
                sentence=sentence,
            )
        )
