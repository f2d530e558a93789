"""What a network is made of: layers, the steps that a class walks through, and the graph that holds both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property

import msgspec


class ReceptiveField(msgspec.Struct, frozen=True):
    """The square of the input that one output value can see, in input pixels.

    Output row ``i`` sees the input rows from ``start + i * stride`` to ``start + i * stride + size`` (exclusive), and
    columns likewise. ``start`` is negative where padding reaches over the edge.
    """

    size: int
    stride: int
    start: int

    def box(self, row: int, column: int) -> tuple[int, int, int, int]:
        """Return ``(top, left, bottom, right)`` in input pixels, unclipped, for one output position."""
        top = self.start + row * self.stride
        left = self.start + column * self.stride
        return top, left, top + self.size, left + self.size


class LayerSpec(msgspec.Struct, frozen=True):
    """One node of the network: one operation and its output.

    Attributes
    ----------
    name : str
        Unique; the module's path as in torchvision. A functional operation whose value leaves a module carries that
        module's path (``inception4a`` is the concatenation that ends the module).
    label : str
        Short name for people, such as ``conv5_3`` or ``ReLU``.
    kind : str
        ``input convolution batch_norm relu lrn max_pool avg_pool linear dropout flatten concat add softmax``.
    inputs : tuple of str
        Names of the layers that it reads.
    shape : tuple of int
        Shape of its output without the batch: ``(C, H, W)`` or ``(N,)``.
    parameters : int
        Trainable numbers, biases included.
    macs : int
        Multiply-adds for one picture: convolutions and linear layers; 0 for everything else.
    attributes : dict
        ``kernel stride padding groups in_channels out_channels size alpha beta k p ...`` where the kind has them.
    branch : str
        ``1x1 3x3 5x5 pool`` inside an inception module, ``tower1 tower2`` never (groups say it), else empty.
    """

    name: str
    label: str
    kind: str
    inputs: tuple[str, ...]
    shape: tuple[int, ...]
    parameters: int
    macs: int
    receptive_field: ReceptiveField | None
    attributes: dict[str, int | float | str] = {}
    branch: str = ""

    @property
    def channels(self) -> int:
        return self.shape[0]

    @property
    def map_size(self) -> tuple[int, int]:
        """Height and width of one feature map; ``(1, 1)`` for a vector."""
        return (self.shape[1], self.shape[2]) if len(self.shape) == 3 else (1, 1)


class Step(msgspec.Struct, frozen=True):
    """A place where the class can stop: a layer, a run of layers, or a block that can be entered.

    Attributes
    ----------
    name : str
        Unique among the steps. For blocks and branches the module's path.
    kind : str
        ``input`` · ``unit`` (a weighted layer with what follows it: normalisation, ReLU, …) · ``layer`` (one
        operation inside a unit) · ``inception`` ``residual`` ``mlpconv`` ``head`` (blocks) · ``branch``.
    output : str
        Name of the layer whose activation stands for the step.
    children : tuple of Step
        What ↓ enters, in the order of the data; empty for a single layer.
    branch : str
        Colour key of the branch it belongs to, or empty.
    """

    name: str
    label: str
    kind: str
    output: str
    children: tuple[Step, ...] = ()
    branch: str = ""

    def walk(self) -> Iterator[Step]:
        """Yield this step and everything inside it, outer before inner."""
        yield self
        for child in self.children:
            yield from child.walk()


class Head(msgspec.Struct, frozen=True):
    """A classifier: the end of the network or an auxiliary one at half depth.

    ``after`` names the step of the main path that it reads; ``layer`` is the layer of its logits.
    """

    name: str
    layer: str
    after: str
    trained: bool = True


class LayerGraph(msgspec.Struct, frozen=True, dict=True):
    """A network as a graph: its layers in the order of the data, and the steps through them.

    Attributes
    ----------
    layers : tuple of LayerSpec
        In the order in which they run; the first is the input.
    steps : tuple of Step
        The main path from input to output.
    sides : tuple of Step
        Auxiliary heads; each hangs at the step that ``Head.after`` names.
    heads : tuple of Head
        ``main`` first, then the auxiliary ones from late to early (aux2, aux1).
    aliases : dict
        Module paths that mean a layer of another name (``inception4a.branch2.1`` is ``inception4a.branch2``).
    shortcuts : tuple of (str, str)
        Pairs of main-path step names ``(from, to)`` around which a shortcut runs, for the arcs of the map.
    """

    net: str
    layers: tuple[LayerSpec, ...]
    steps: tuple[Step, ...]
    heads: tuple[Head, ...]
    sides: tuple[Step, ...] = ()
    aliases: dict[str, str] = {}
    shortcuts: tuple[tuple[str, str], ...] = ()

    @cached_property
    def _layers(self) -> dict[str, LayerSpec]:
        return {layer.name: layer for layer in self.layers}

    @cached_property
    def _paths(self) -> dict[str, tuple[Step, ...]]:
        paths: dict[str, tuple[Step, ...]] = {}

        def add(step: Step, above: tuple[Step, ...]) -> None:
            path = (*above, step)
            paths.setdefault(step.name, path)
            for child in step.children:
                add(child, path)

        for step in (*self.steps, *self.sides):
            add(step, ())
        return paths

    def layer(self, name: str) -> LayerSpec:
        """Return the layer of that name.

        Raises
        ------
        KeyError
            Where the network has no such layer.
        """
        return self._layers[name]

    def has_layer(self, name: str) -> bool:
        return name in self._layers

    def path(self, step_name: str) -> tuple[Step, ...]:
        """Return the steps from the outermost to the named one.

        Raises
        ------
        KeyError
            Where the network has no such step.
        """
        return self._paths[step_name]

    def step(self, name: str) -> Step:
        """Return the step of that name; see :meth:`path`."""
        return self._paths[name][-1]

    def find(self, text: str) -> Step | None:
        """Return the step that a person means by a step's, layer's or module's name, or by a label; else None.

        Upper and lower case and blanks do not matter: ``Inception 4a`` finds ``inception4a``.
        """
        if text in self._paths:
            return self.step(text)
        by_layer = self.aliases.get(text, text)
        wanted = _folded(text)
        rules: tuple[Callable[[Step], bool], ...] = (
            lambda step: step.output == by_layer and not step.children,
            lambda step: step.output == by_layer,
            lambda step: _folded(step.name) == wanted,
            lambda step: _folded(step.label) == wanted,
        )
        for match in rules:
            for path in self._paths.values():
                if match(path[-1]):
                    return path[-1]
        return None

    def siblings(self, step_name: str) -> tuple[Step, ...]:
        """Return the row of steps in which the named one stands: its parent's children, the main path, or itself."""
        path = self.path(step_name)
        if len(path) > 1:
            return path[-2].children
        return self.steps if any(step.name == step_name for step in self.steps) else (path[0],)

    def main_index(self, step_name: str) -> int:
        """Return the index on the main path of the step that holds the named one (of its ``after`` for a side)."""
        outer = self.path(step_name)[0].name
        for head in self.heads:
            if head.name == outer:
                outer = head.after
        return next((index for index, step in enumerate(self.steps) if step.name == outer), 0)

    def readers(self, layer_name: str) -> tuple[str, ...]:
        """Return the names of the layers that read the named one."""
        return tuple(layer.name for layer in self.layers if layer_name in layer.inputs)


def _folded(text: str) -> str:
    return "".join(text.lower().split())
