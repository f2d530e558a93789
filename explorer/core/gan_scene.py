"""All that a GAN is made of: data, noise, both networks, losses, optimisers, rates and the seed."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, get_args

import msgspec

from explorer.core.errors import UserError

PlaneData = Literal["line", "ring", "gaussians", "disjoint", "spiral", "moons", "checkerboard", "drawn"]
PictureData = Literal["digits", "mnist", "fashion_mnist", "cifar10", "folder"]
Data = PlaneData | PictureData
Noise = Literal["uniform", "gaussian"]
NetKind = Literal["mlp", "dcgan"]
Activation = Literal["relu", "leaky_relu", "tanh"]
Loss = Literal["minimax", "non_saturating", "least_squares", "wasserstein_gp", "hinge"]
Optimizer = Literal["sgd", "adam"]

PLANE_DATA: tuple[PlaneData, ...] = get_args(PlaneData)
PICTURE_DATA: tuple[PictureData, ...] = get_args(PictureData)
NOISES: tuple[Noise, ...] = get_args(Noise)
NET_KINDS: tuple[NetKind, ...] = get_args(NetKind)
ACTIVATIONS: tuple[Activation, ...] = get_args(Activation)
LOSSES: tuple[Loss, ...] = get_args(Loss)
OPTIMIZERS: tuple[Optimizer, ...] = get_args(Optimizer)

PLANE_EXTENT = 1.5
"""The plane that is shown reaches from −1.5 to 1.5 both ways; the real points lie between about −1.2 and 1.2."""

MOST_LANES = 8

LIMITS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "modes": (1, 8),
        "spread": (0.005, 0.3),
        "size": (8, 64),
        "noise_dim": (1, 128),
        "g_layers": (0, 5),
        "d_layers": (0, 5),
        "g_units": (1, 100),
        "d_units": (1, 100),
        "penalty": (0.0, 100.0),
        "g_rate": (0.0, 10.0),
        "d_rate": (0.0, 10.0),
        "beta1": (0.0, 0.999),
        "beta2": (0.0, 0.99999),
        "k_d": (1, 20),
        "k_g": (1, 20),
        "batch": (2, 1024),
        "seed": (0, 2**31 - 1),
        "lanes": (1, MOST_LANES),
        "rate_hz": (0.0, 10_000.0),
    }
)
"""Field to the smallest and the largest value that it may have."""


class GanScene(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One frozen struct a GAN: a preset, undo, reset and every live change are patches to it.

    Attributes
    ----------
    preset : str
        Name of the preset that it began as; empty where it began as none.
    data : str
        One of ``PLANE_DATA`` or ``PICTURE_DATA``.
    modes, spread : int, float
        Number of Gaussians (``gaussians``) and their standard deviation; ``spread`` also thickens the other shapes.
    drawn : tuple of (float, float)
        Points drawn by hand (``drawn``), in coordinates of the plane.
    folder : str
        Folder of pictures (``folder``).
    size : int
        Side of a picture in pixels: 8, 16, 32 or 64. The digits are 8.
    noise_dim, noise : int, str
        Dimensions of z (1 or 2 have a manifold that can be drawn), and ``uniform`` on [−1, 1] or ``gaussian`` (0, 1).
    net : str
        ``mlp``, or ``dcgan`` (pictures only).
    g_layers, g_units, d_layers, d_units : int
        Hidden layers of the MLP and units in each. A DCGAN has as many blocks as its size needs and ``units``
        channels at its widest feature maps.
    penalty : float
        Weight of the gradient penalty (``wasserstein_gp`` only).
    g_rate, d_rate, beta1, beta2 : float
        Learning rates of G and D; Adam's decays.
    k_d, k_g : int
        Steps of D and of G that make one step of the GAN.
    lanes : int
        Runs side by side with the seeds ``seed``, ``seed + 1`` … (plane only); the first is the one shown large.
    rate_hz : float
        Steps a second while it plays; 0 is as fast as the machine can.
    """

    preset: str = ""
    data: Data = "gaussians"
    modes: int = 8
    spread: float = 0.05
    drawn: tuple[tuple[float, float], ...] = ()
    folder: str = ""
    size: int = 8
    noise_dim: int = 2
    noise: Noise = "gaussian"
    net: NetKind = "mlp"
    activation: Activation = "leaky_relu"
    g_layers: int = 2
    g_units: int = 64
    d_layers: int = 2
    d_units: int = 64
    loss: Loss = "non_saturating"
    penalty: float = 10.0
    g_optimizer: Optimizer = "adam"
    d_optimizer: Optimizer = "adam"
    g_rate: float = 0.001
    d_rate: float = 0.001
    beta1: float = 0.5
    beta2: float = 0.999
    k_d: int = 1
    k_g: int = 1
    batch: int = 128
    seed: int = 1
    lanes: int = 1
    rate_hz: float = 0.0
    device: str = "auto"

    @property
    def plane(self) -> bool:
        """Whether the data are points of the plane; else they are pictures."""
        return self.data in PLANE_DATA

    def patched(self, **changes: object) -> GanScene:
        """Return the scene with some fields replaced."""
        return msgspec.structs.replace(self, **changes)

    def check(self) -> None:
        """Return where everything fits together.

        Raises
        ------
        UserError
            ``gan_outside`` where a number is outside its limits, ``gan_no_points`` where nothing was drawn,
            ``gan_size`` where no network fits that size, ``gan_dcgan_plane`` where a DCGAN is to make points.
        """
        for name, (low, high) in LIMITS.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise UserError("gan_outside", what=name, value=value, low=low, high=high)
        if self.data == "drawn" and not self.drawn:
            raise UserError("gan_no_points")
        if self.size not in SIZES:
            raise UserError("gan_size", size=self.size, known=", ".join(str(size) for size in SIZES))
        if self.plane and self.net == "dcgan":
            raise UserError("gan_dcgan_plane")


SIZES = (8, 16, 32, 64)

PRESETS: tuple[GanScene, ...] = (
    GanScene(preset="healthy"),
    GanScene(preset="collapse", g_rate=0.01),
    GanScene(preset="strong-d", k_d=2, g_rate=2e-6, d_rate=0.003, batch=64),
    GanScene(
        preset="vanishing",
        data="disjoint",
        loss="minimax",
        k_d=2,
        g_units=32,
        d_units=32,
        g_optimizer="sgd",
        g_rate=0.003,
        d_rate=0.003,
        beta1=0.9,
    ),
    # Two bilinear players, as in L. Mescheder et al.: Which Training Methods for GANs do actually Converge? ICML 2018.
    GanScene(
        preset="oscillation",
        modes=1,
        g_layers=0,
        d_layers=0,
        loss="wasserstein_gp",
        penalty=0.0,
        g_optimizer="sgd",
        d_optimizer="sgd",
        g_rate=0.01,
        d_rate=0.01,
    ),
    GanScene(preset="digits", data="digits", noise_dim=32, net="dcgan", d_units=32, g_rate=5e-4, d_rate=5e-4, batch=64),
)
"""In the order of the lecture. Of each: ``gan.preset.<name>`` is its name and ``gan.preset.<name>.caption`` what to
look at."""


def preset(name: str) -> GanScene:
    """Return the preset of that name.

    Raises
    ------
    UserError
        ``preset_unknown``.
    """
    for scene in PRESETS:
        if scene.preset == name:
            return scene
    raise UserError("preset_unknown", name=name, known=", ".join(scene.preset for scene in PRESETS))
