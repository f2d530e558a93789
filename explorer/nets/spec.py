"""What the catalog knows of a network and of its weights before either is built or read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal

from torch import nn

Form = Literal["standard", "small"]

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


@dataclass(frozen=True)
class Preprocess:
    """How a picture becomes the network's input.

    A square of the picture is cut out (the centred one of ``crop_fraction`` times the shorter side, unless the person
    chose another), reduced to ``via_size`` × ``via_size`` by area averaging where that is not 0, resized to ``size`` ×
    ``size`` (antialiased, clamped to 0 … 1) and normalised per channel: minus ``mean``, over ``std``.
    """

    size: int
    crop_fraction: float = 1.0
    via_size: int = 0
    filter: Literal["bilinear", "bicubic"] = "bilinear"
    mean: tuple[float, float, float] = IMAGENET_MEAN
    std: tuple[float, float, float] = IMAGENET_STD


IMAGENET_PREPROCESS = Preprocess(size=224, crop_fraction=224 / 256)
SMALL_PREPROCESS = Preprocess(size=32, via_size=32, filter="bicubic")


@dataclass(frozen=True)
class WeightsSpec:
    """Weights that the catalog knows by name.

    Attributes
    ----------
    name : str
        Unique within its network, such as ``imagenet1k_v1``; the full name is ``<net>-<name>``.
    file : str
        File name: in resources/weights (``shipped``), else in the user's weights folder or torch hub's cache.
    sha256, size_bytes : str, int
        Of the whole file; ``size_bytes`` 0 where only about known (``megabytes`` is shown then).
    url_source : str
        torchvision's enum member that holds the address, as ``GoogLeNet_Weights.IMAGENET1K_V1``; empty if shipped.
    classes : str
        ``imagenet`` or ``cifar10``.
    trained_heads : tuple of str
        Heads whose weights were really trained; others are never shown as predictions.
    accuracy : mapping
        Top-1 a head, in percent, on the test or validation set of the dataset.
    form : str
        ``small`` where they belong to the network's :attr:`NetSpec.small`.
    chosen : bool
        Whether they may be taken where none are named; false where the standard form is what people come to see.
    """

    name: str
    file: str
    sha256: str
    size_bytes: int
    megabytes: float
    dataset: str
    classes: Literal["imagenet", "cifar10"]
    preprocess: Preprocess
    trained_heads: tuple[str, ...] = ("main",)
    accuracy: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    url_source: str = ""
    shipped: bool = False
    form: Form = "standard"
    chosen: bool = True


def shipped_cifar10(
    stem: str, sha256: str, size_bytes: int, main: float, form: Form = "standard", *, chosen: bool = True
) -> WeightsSpec:
    """Return weights for pictures of 32×32 that come with Layerwalk; ``main`` is their accuracy in percent."""
    return WeightsSpec(
        name="cifar10",
        file=f"{stem}-cifar10.safetensors",
        sha256=sha256,
        size_bytes=size_bytes,
        megabytes=round(size_bytes / 1e6, 1),
        dataset="CIFAR-10",
        classes="cifar10",
        preprocess=SMALL_PREPROCESS,
        accuracy={"main": main},
        shipped=True,
        form=form,
        chosen=chosen,
    )


@dataclass(frozen=True)
class SmallForm:
    """The form of a network for pictures of about 32×32 pixels: ``build`` and ``deviations`` as in :class:`NetSpec`."""

    build: Callable[[int], nn.Module]
    deviations: tuple[str, ...]
    labels: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class NetSpec:
    """One network of the catalog.

    Attributes
    ----------
    build : callable
        ``build(num_classes)`` returns the module with unspecified weights, safe to call under ``torch.device("meta")``.
        Its ``forward`` takes (N, 3, S, S) and returns ``{"main": logits, "aux2": logits, "aux1": logits}`` (heads that
        it has, main first).
    labels : mapping
        Module path to the short name that people use (``features.28`` → ``conv5_3``), where the path does not say it.
    deviations : tuple of str
        Text keys of what differs from the paper.
    notes : tuple of str
        Text keys of what one should know: where the lecture, the paper and the program count differently.
    weights : tuple of WeightsSpec
        In the order of preference: the first ``chosen`` one that is present is taken where none is named.
    default_preprocess : Preprocess
        For seeded random weights.
    small : SmallForm or None
        The form that weights for small pictures need, where there are two: see :attr:`WeightsSpec.form`.
    channels_last : bool
        Whether the CPU runs it with the channels last: GoogLeNet takes 0.6 times as long then, the others 0.85 to 0.95
        times. Walls of such layers are made in another order than they lie in memory, which costs the more the larger
        the maps are: 1.5 ms for 64 of 224 × 224, the largest that there are.
    """

    name: str
    title: str
    year: int
    reference: str
    build: Callable[[int], nn.Module]
    default_preprocess: Preprocess = IMAGENET_PREPROCESS
    weights: tuple[WeightsSpec, ...] = ()
    labels: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    deviations: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    small: SmallForm | None = None
    channels_last: bool = True

    def formed(self, form: Form) -> NetSpec:
        """Return the network in the form that weights ask for."""
        if form == "standard" or self.small is None:
            return self
        small = self.small
        return replace(
            self,
            build=small.build,
            deviations=small.deviations,
            labels=small.labels,
            default_preprocess=SMALL_PREPROCESS,
        )
