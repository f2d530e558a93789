"""A network as a list of operations in the order in which they run, each with a name that people know."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, fx, nn

from explorer.tracing.operators import kind_of

INPUT = "input"


@dataclass(frozen=True)
class Operation:
    """One operation.

    Attributes
    ----------
    name : str
        Unique; see :func:`record`.
    kind : str
        As in :class:`explorer.core.layers.LayerSpec`.
    inputs : tuple of int
        Indices of the operations that it reads.
    call : callable
        Takes their outputs, in that order, and returns its own; not to be called for the input.
    module : nn.Module or None
        The leaf module that it is, where it is one.
    enclosing : tuple of str
        Paths of the modules in which it runs, from the outermost below the network to the innermost; a leaf's own
        path is the last.
    """

    name: str
    kind: str
    inputs: tuple[int, ...]
    call: Callable[..., Tensor]
    module: nn.Module | None
    enclosing: tuple[str, ...]


@dataclass(frozen=True)
class Program:
    """What a network does, in order.

    Attributes
    ----------
    operations : tuple of Operation
        The first is the input.
    heads : mapping
        Head to the index of the operation that gives its logits.
    outputs : mapping
        Path of each module that ran to the index of the operation whose output it returned.
    """

    operations: tuple[Operation, ...]
    heads: Mapping[str, int]
    outputs: Mapping[str, int] = field(default_factory=dict)

    @property
    def aliases(self) -> dict[str, str]:
        """Module paths that mean an operation of another name."""
        names = {path: self.operations[index].name for path, index in self.outputs.items()}
        return {path: name for path, name in names.items() if path != name}


class _Tracer(fx.Tracer):
    """Remembers for every operation the modules in which it runs, and for every module what it returned."""

    def __init__(self) -> None:
        super().__init__()
        self.returned: dict[str, fx.Node] = {}
        self._enclosing: list[str] = []

    def call_module(self, m: nn.Module, forward: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        path = self.path_of_module(m)
        self._enclosing.append(path)
        try:
            result = super().call_module(m, forward, args, kwargs)
        finally:
            self._enclosing.pop()
        if isinstance(result, fx.Proxy):
            self.returned[path] = result.node
        return result

    def create_node(self, *args: Any, **kwargs: Any) -> fx.Node:
        node = super().create_node(*args, **kwargs)
        node.meta["enclosing"] = tuple(self._enclosing)
        return node


def record(net: nn.Module) -> Program:
    """Return the operations of a network whose ``forward`` returns a dict of heads, without running it.

    Names: a leaf module is called by its path. A function (``F.relu``, ``torch.cat``, ``+``) is called by the path of
    the outermost module whose output it is, but not of one beyond the innermost block (a module with a ``block``
    attribute) around it: the concatenation that ends ``inception4a`` is ``inception4a``, the ReLU that ends its third
    branch is ``inception4a.branch3``. A function that is no module's output is called by the module in which it runs
    and what it does: ``layer1.0.add``, numbered from the second on: ``layer1.0.add2``.

    Raises
    ------
    TypeError
        Where the network does something that the trace has no rule for.
    """
    tracer = _Tracer()
    graph = tracer.trace(net)
    modules = dict(net.named_modules())
    nodes = [node for node in graph.nodes if node.op != "output"]
    index_of = {node: index for index, node in enumerate(nodes)}
    names = _names(nodes, tracer.returned, modules)
    operations = tuple(_operation(node, name, modules, index_of) for node, name in zip(nodes, names, strict=True))
    (returned,) = next(iter(reversed(graph.nodes))).args
    if not isinstance(returned, dict) or next(iter(returned), None) != "main":
        raise TypeError("forward must return a dict of heads, main first")
    heads = {str(head): index_of[node] for head, node in returned.items()}
    return Program(operations, heads, {path: index_of[node] for path, node in tracer.returned.items()})


def _operation(
    node: fx.Node, name: str, modules: Mapping[str, nn.Module], index_of: Mapping[fx.Node, int]
) -> Operation:
    enclosing = node.meta["enclosing"]
    inputs = tuple(index_of[argument] for argument in node.all_input_nodes)
    if node.op == "placeholder":
        return Operation(name, "input", (), torch.Tensor, None, enclosing)
    if node.op == "call_module":
        module = modules[str(node.target)]
        return Operation(name, kind_of(module), inputs, module, module, enclosing)
    target = getattr(Tensor, str(node.target)) if node.op == "call_method" else node.target
    if not callable(target):
        raise TypeError(f"the trace has no rule for {node.format_node()}")
    return Operation(name, kind_of(target), inputs, _bound(target, node), None, enclosing)


def _bound(target: Callable[..., Any], node: fx.Node) -> Callable[..., Tensor]:
    """Return the function with everything but its tensors filled in."""
    kind = kind_of(target)
    first, *rest = node.args
    kwargs = node.kwargs
    constants = [argument for argument in rest if not isinstance(argument, fx.Node)]
    if kind in ("concat", "flatten") and [*constants, *kwargs.values()] != [1]:
        raise TypeError(f"the trace knows {kind} over the channels only: {node.format_node()}")
    if isinstance(first, list | tuple):
        return lambda *tensors: target(tensors, *constants, **kwargs)
    return lambda *tensors: target(*tensors, *constants, **kwargs)


def _names(nodes: list[fx.Node], returned: Mapping[str, fx.Node], modules: Mapping[str, nn.Module]) -> list[str]:
    """Return a unique name for each node; the rule stands in :func:`record`."""
    returning: dict[fx.Node, list[str]] = {}
    for path, node in returned.items():
        returning.setdefault(node, []).append(path)
    names: list[str] = []
    taken: set[str] = set()
    for node in nodes:
        wanted, reserved = _wanted_name(node, returning.get(node, []), modules)
        name, number = wanted, 2
        while name in taken or (not reserved and name in modules):
            name, number = f"{wanted}{number}", number + 1
        names.append(name)
        taken.add(name)
    return names


def _wanted_name(node: fx.Node, returning: list[str], modules: Mapping[str, nn.Module]) -> tuple[str, bool]:
    """Return the name that a node should have, and whether it is the path of a module that the node stands for."""
    if node.op == "placeholder":
        return INPUT, False
    if node.op == "call_module":
        return str(node.target), True
    enclosing: tuple[str, ...] = node.meta["enclosing"]
    blocks = [index for index, path in enumerate(enclosing) if getattr(modules[path], "block", "")]
    within = enclosing[blocks[-1] :] if blocks else enclosing
    for path in within:  # the outermost first
        if path in returning:
            return path, True
    operation = node.target if isinstance(node.target, str) else getattr(node.target, "__name__", "function")
    return ".".join([*enclosing[-1:], operation]), False
