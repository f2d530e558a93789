"""Feeds: a pinned channel, the channels that are added up to it, and those that read it."""

from __future__ import annotations

from typing import Protocol

import msgspec

from explorer.core.colour import BRANCH_COLOURS
from explorer.core.layers import LayerGraph
from explorer.core.messages.explore import ChannelRequest, ChannelResult
from explorer.core.messages.study import Feed, FeedsRequest, FeedsResult
from explorer.core.text import Translator
from explorer.core.units import significant
from explorer.presenters.explore.panels.kept import Kept
from explorer.presenters.explore.panels.naming import layer_label
from explorer.presenters.explore.panels.panel import PanelPresenter, Services, Situation
from explorer.presenters.explore.panels.shows import BarShow, BarsShow, MapShow, plain_map
from explorer.presenters.explore.walk import branch_of_channel

TAG = "feeds"
MARK = "#"
COUNT = 24
TRAIL = 4
"""So many pins that the class came from are named."""


class FeedsShow(msgspec.Struct, frozen=True):
    """A pinned channel between its feeders and its readers; ``trail`` names the pins before it."""

    title: str
    feeders: BarsShow
    readers: BarsShow
    feeders_note: str
    readers_note: str
    trail: str
    sentence: str


class FeedsPort(Protocol):
    """The view of the feeds."""

    def show_feeds(self, show: FeedsShow) -> None: ...
    def show_map(self, show: MapShow) -> None:
        """Show the pinned channel's map."""


class FeedsPresenter(PanelPresenter):
    """The scene's channel is the pin; following a bar pins the channel at its other end.

    Shift with ← follows the strongest feeder, with → the strongest reader, with ↑ and ↓ the neighbouring channel.
    """

    def __init__(self, services: Services, view: FeedsPort) -> None:
        super().__init__(services)
        self._view = view
        self._feeds = Kept(services, FeedsResult, self._show)
        self._map = Kept(services, ChannelResult, self._show)

    @property
    def waiting(self) -> bool:
        return super().waiting or self._feeds.waiting or self._map.waiting

    def refresh(self) -> None:
        state, trace = self.situation.state, self.situation.trace.trace
        self._feeds.want(FeedsRequest(trace, state.layer.name, state.channel, COUNT))
        self._map.want(ChannelRequest(trace, state.layer.name, state.channel))

    def retire(self) -> None:
        self._feeds.forget()
        self._map.forget()
        super().retire()

    def _show(self, _: FeedsResult | ChannelResult) -> None:
        """Show both answers once both are there."""
        feeds, channel = self._feeds.answer, self._map.answer
        if feeds is not None and channel is not None:
            self._view.show_feeds(describe(self.situation, feeds, self.tr))
            self._view.show_map(pinned_map(self.situation, feeds, channel, self.tr))

    # What the person does

    def follow(self, key: str) -> None:
        """Pin the channel at the other end of a bar, ``step#channel``."""
        step, _, channel = key.rpartition(MARK)
        here = f"{self.situation.state.step.name}{MARK}{self.situation.state.channel}"
        lens = msgspec.structs.replace(
            self.situation.lens, variant=" ".join((TAG, *trail_of(self.situation), here)), pixel=None
        )
        self.services.patch(layer=step, channel=int(channel), lens=lens)

    def move(self, dx: int, dy: int) -> bool:
        state = self.situation.state
        if dy:
            self.services.patch(channel=(state.channel + dy) % state.layer.channels)
        elif (result := self._feeds.answer) is not None:
            feeds = result.feeders if dx < 0 else result.readers
            keys = [key for feed in feeds if (key := key_of(self.situation.trace.graph, feed))]
            if keys:
                self.follow(keys[0])
        return True

    def open(self) -> bool:
        """Put the pinned channel's strongest value under the microscope."""
        result = self._feeds.answer
        if result is not None:
            lens = msgspec.structs.replace(self.situation.lens, pixel=(result.row, result.column))
            self.services.patch(view="microscope", lens=lens)
        return True


def trail_of(situation: Situation) -> tuple[str, ...]:
    """Return the pins that the class came from, the newest last."""
    words = situation.lens.variant.split()
    if words[:1] != [TAG]:
        return ()
    graph = situation.trace.graph
    pins = [word for word in words[1:] if MARK in word and graph.find(word.rpartition(MARK)[0]) is not None]
    return tuple(pins[-TRAIL:])


def key_of(graph: LayerGraph, feed: Feed) -> str:
    """Return what a click on a feed tells; nothing for what cannot be pinned, such as the picture."""
    if not feed.step or graph.layer(feed.layer).kind == "input":
        return ""
    # A step shows its output, which has other channels where the feed's layer lies inside it.
    if graph.step(feed.step).output != feed.layer:
        return ""
    return f"{feed.step}{MARK}{feed.channel}"


def describe(situation: Situation, result: FeedsResult, tr: Translator) -> FeedsShow:
    """Return feeders and readers in words and bars."""
    graph = situation.trace.graph
    layer = layer_label(graph, result.layer)
    place = {"row": result.row, "column": result.column, "value": significant(result.value)}
    title = tr("feeds.title", channel=result.channel, layer=layer, **place)
    feeders_note, readers_note = tr("feeds.feeders.none"), tr("feeds.readers.none")
    if result.feeders:
        sums = {"total": significant(result.total), "bias": significant(result.bias)}
        feeders_note = tr("feeds.sum", count=f"{result.candidates:,}", **sums)
    if result.readers:
        readers_note = tr("feeds.readers.note")
    pins = [_pin_label(graph, pin) for pin in trail_of(situation)]
    return FeedsShow(
        title=title,
        feeders=_bars(graph, result.feeders, tr("feeds.feeders"), tr),
        readers=_bars(graph, result.readers, tr("feeds.readers"), tr),
        feeders_note=feeders_note,
        readers_note=readers_note,
        trail=tr("feeds.trail", pins=" → ".join((*pins, _label(layer, result.channel)))) if pins else "",
        sentence=tr("feeds.hint"),
    )


def _bars(graph: LayerGraph, feeds: tuple[Feed, ...], title: str, tr: Translator) -> BarsShow:
    layers = {feed.layer for feed in feeds}
    if len(layers) == 1:
        title = tr("feeds.title.one", title=title, layer=layer_label(graph, next(iter(layers))))
    rows = tuple(
        BarShow(
            label=_feed_label(graph, feed, len(layers) == 1, tr),
            value=feed.contribution,
            text=significant(feed.contribution),
            colour=BRANCH_COLOURS.get(branch_of_channel(graph, graph.layer(feed.layer), feed.channel), ""),
            hint=tr(
                "feeds.hint.bar",
                mean=significant(feed.mean),
                energy=significant(100 * feed.energy),
                value=significant(feed.contribution),
            ),
            key=key_of(graph, feed),
        )
        for feed in feeds
    )
    return BarsShow(rows, title)


def _feed_label(graph: LayerGraph, feed: Feed, alone: bool, tr: Translator) -> str:
    """Return a channel's number, or its colour; with its layer where the feeds are of several."""
    colour = f"feeds.colour.{feed.channel}"
    if graph.layer(feed.layer).kind == "input" and tr.has(colour):
        return tr(colour)
    # The number first: it is what tells channels apart where there is no room for the rest.
    return str(feed.channel) if alone else f"{feed.channel} · {layer_label(graph, feed.layer)}"


def _pin_label(graph: LayerGraph, pin: str) -> str:
    step, _, channel = pin.rpartition(MARK)
    found = graph.find(step)
    return _label(step if found is None else found.label, channel)


def _label(layer: str, channel: object) -> str:
    return f"{layer} · {channel}"


def pinned_map(situation: Situation, result: FeedsResult, channel: ChannelResult, tr: Translator) -> MapShow:
    """Return the pinned channel's map with its strongest place outlined."""
    height, width = channel.values.shape
    inside = result.row < height and result.column < width and channel.values.size > 1
    return plain_map(
        channel.values,
        situation.scene.colour_map,
        tr("feeds.pinned", channel=result.channel),
        tr("feeds.size", height=height, width=width),
        mark=(result.row, result.column) if inside else None,
    )
