"""Networks and weights: what there is, and what can be had."""

from __future__ import annotations

import msgspec

from explorer.core.messages.base import Reply, Request


class CatalogRequest(Request, frozen=True, tag="catalog"):
    """Return the networks and the weights that are there or can be had."""


class FetchWeightsRequest(Request, frozen=True, tag="fetch"):
    """Download weights; answered by :class:`Progress` and, at the end, by a :class:`CatalogResult`."""

    name: str


class CancelFetchRequest(Request, frozen=True, tag="cancel_fetch"):
    """Give the running download up; what has arrived is kept for resuming."""


class ImportWeightsRequest(Request, frozen=True, tag="import"):
    """Take weights over from a file or folder of this machine."""

    path: str


class WeightsInfo(msgspec.Struct, frozen=True):
    """Weights of a network.

    Attributes
    ----------
    name : str
        Name in the catalog (``cifar10``, ``imagenet1k_v1``, ``untrained``), or the file's path.
    dataset : str
        What it was trained on, as people write it (``CIFAR-10``, ``ImageNet``); empty where untrained or unknown.
    trained : bool
        False for seeded random numbers.
    present : bool
        Whether it can be used now, without a download.
    megabytes : float
        Size of the file, 10⁶ bytes.
    accuracy : dict
        Published or measured top-1 accuracy a head, in percent.
    """

    name: str
    dataset: str
    trained: bool
    present: bool
    megabytes: float = 0.0
    accuracy: dict[str, float] = {}


class NetInfo(msgspec.Struct, frozen=True):
    """A network of the catalog and the weights it can have; ``year`` and ``reference`` are the paper's."""

    name: str
    title: str
    year: int
    reference: str
    weights: tuple[WeightsInfo, ...]


class CatalogResult(Reply, frozen=True, tag="catalog"):
    """The networks in the order of the lecture; ``arrived`` names weights that have just come."""

    nets: tuple[NetInfo, ...]
    arrived: tuple[str, ...] = ()


Requests = CatalogRequest | FetchWeightsRequest | CancelFetchRequest | ImportWeightsRequest
Replies = CatalogResult
