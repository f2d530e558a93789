"""Where weights lie on this machine, and which of them a network can use now."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import platformdirs

from explorer.core.errors import UserError
from explorer.core.messages.weights import NetInfo, WeightsInfo
from explorer.core.resources import resource
from explorer.nets.spec import NetSpec, WeightsSpec
from explorer.nets.weights.hashes import HashCache

UNTRAINED = "untrained"


@dataclass(frozen=True)
class WeightsStore:
    """The folders that can hold weights, searched in the order of the fields.

    Attributes
    ----------
    shipped_folder : Path
        Comes with the program; only read.
    user_folder : Path
        Downloads and imports go here. Made when first needed.
    hub_folder : Path
        torch hub's cache, which other programs fill; only read.
    """

    shipped_folder: Path
    user_folder: Path
    hub_folder: Path

    @classmethod
    def standard(cls, environment: Mapping[str, str]) -> WeightsStore:
        """Return the store of this person on this machine; ``environment`` is normally ``os.environ``."""
        return cls(
            shipped_folder=resource("weights"),
            user_folder=Path(platformdirs.user_data_dir("layerwalk", appauthor=False)) / "weights",
            hub_folder=_hub_folder(environment),
        )

    @cached_property
    def hashes(self) -> HashCache:
        return HashCache(self.user_folder / "verified.json")

    def locate(self, spec: WeightsSpec) -> Path | None:
        """Return the file of these weights, or None where it has to be fetched first.

        A file of the wrong size, or one that was found damaged before, counts as not there. The file's contents are
        not read: see :meth:`verified`.
        """
        return next(self._candidates(spec), None)

    def verified(self, spec: WeightsSpec, fresh: bool = False) -> Path | None:
        """Return the first file of these weights whose SHA-256 is right, or None; ``fresh`` reads it in any case."""
        for path in self._candidates(spec):
            with contextlib.suppress(OSError):  # unreadable, or gone while we looked
                if self.hashes.of(path, fresh) == spec.sha256:
                    return path
        return None

    def damaged(self, spec: WeightsSpec) -> tuple[Path, ...]:
        """Return the files that have the name of these weights, but not their size or (once read) their SHA-256."""
        good = tuple(self._candidates(spec))
        return tuple(path for path in self._places(spec) if path.is_file() and path not in good)

    def info(self, net: NetSpec) -> NetInfo:
        """Return the network with all weights that it can have: in the catalog's order, then ``untrained``."""
        weights = [describe(spec, self.locate(spec) is not None) for spec in net.weights]
        return NetInfo(net.name, net.title, net.year, net.reference, (*weights, describe_untrained()))

    def best(self, net: NetSpec) -> str:
        """Return the name of the first weights of the catalog that are here, or ``untrained``."""
        here = (spec for spec in net.weights if spec.chosen and self.locate(spec) is not None)
        return next((spec.name for spec in here), UNTRAINED)

    def _places(self, spec: WeightsSpec) -> Iterator[Path]:
        for folder in (self.shipped_folder, self.user_folder, self.hub_folder):
            yield folder / spec.file

    def _candidates(self, spec: WeightsSpec) -> Iterator[Path]:
        for path in self._places(spec):
            try:
                if not path.is_file() or not may_be(spec, path.stat().st_size):
                    continue
                known = self.hashes.known(path)
            except OSError:  # unreadable, or gone while we looked
                continue
            if known is None or known == spec.sha256:
                yield path


def may_be(spec: WeightsSpec, size_bytes: int) -> bool:
    """Return whether a file of this size can hold these weights; some sizes are published in megabytes only."""
    if spec.size_bytes:
        return size_bytes == spec.size_bytes
    return math.isclose(size_bytes / 1e6, spec.megabytes, rel_tol=0.02)


def _hub_folder(environment: Mapping[str, str]) -> Path:
    """Return torch hub's folder for downloaded weights as torch finds it, without importing torch."""
    cache = Path(environment.get("XDG_CACHE_HOME") or "~/.cache") / "torch"
    home = Path(environment.get("TORCH_HOME") or cache)
    return home.expanduser() / "hub" / "checkpoints"


def megabytes(spec: WeightsSpec) -> float:
    """Return the size of the file, 10⁶ bytes."""
    return spec.size_bytes / 1e6 if spec.size_bytes else spec.megabytes


def describe(spec: WeightsSpec, present: bool) -> WeightsInfo:
    """Return what people are told of weights of the catalog."""
    return WeightsInfo(
        name=spec.name,
        dataset=spec.dataset,
        trained=True,
        present=present,
        megabytes=megabytes(spec),
        accuracy=dict(spec.accuracy),
    )


def describe_untrained() -> WeightsInfo:
    """Return what people are told of seeded random numbers."""
    return WeightsInfo(name=UNTRAINED, dataset="", trained=False, present=True)


def full_name(net: NetSpec, spec: WeightsSpec) -> str:
    """Return the name by which a person asks for weights, such as ``vgg16-imagenet1k_v1``."""
    return f"{net.name}-{spec.name}"


def find_weights(nets: Sequence[NetSpec], name: str) -> tuple[NetSpec, WeightsSpec]:
    """Return the weights called ``<net>-<weights>``, or the first ones of ``<net>`` that can be downloaded.

    Raises
    ------
    UserError
        ``weights_unknown``: no such name. ``weights_not_offered``: nothing can be downloaded for this network.
    """
    for net in nets:
        for spec in net.weights:
            if name == full_name(net, spec):
                return net, spec
    for net in nets:
        if name == net.name:
            for spec in net.weights:
                if spec.url_source:
                    return net, spec
            raise UserError("weights_not_offered", net=net.title)
    known = ", ".join(full_name(net, spec) for net in nets for spec in net.weights)
    raise UserError("weights_unknown", name=name, known=known)


def weights_of(net: NetSpec, name: str) -> WeightsSpec | None:
    """Return the network's weights of that short or full name, or None."""
    return next((spec for spec in net.weights if name in (spec.name, full_name(net, spec))), None)


def absent(net: NetSpec, spec: WeightsSpec) -> UserError:
    """Return the error that says that weights have to be fetched first."""
    return UserError("weights_absent", name=full_name(net, spec), megabytes=round(megabytes(spec)))
