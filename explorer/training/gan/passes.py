"""Forwards and backwards through the networks of a GAN.

Two ways that agree (tested): any network through autograd, and an MLP by hand. At 14 units a step costs what it costs
to call operators, not to compute; by hand it is a third as many calls, into buffers that are there already.
"""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor, nn

from explorer.nets.gan import LEAK, MLP, BatchNorm, MLPDiscriminator, MLPGenerator


class Pass(Protocol):
    """A network that runs forwards and, once each time, backwards.

    ``parameter_grad`` receives the gradient of all weights, one flat vector in the order of ``parameters()``.
    """

    def run(self, x: Tensor) -> Tensor:
        """Run forwards without a way back."""

    def forward(self, *parts: Tensor) -> Tensor:
        """Run on the parts one below the other (each with batch statistics of its own) and return the outputs."""

    def backward(self, grad: Tensor, *, into_weights: bool, into_input: bool) -> Tensor | None:
        """Carry the gradient of the last forward's output back; return that of the input where it is wanted."""


def pass_through(net: nn.Module, parameter_grad: Tensor) -> Pass:
    """Return the quickest way through a network."""
    if isinstance(net, MLPGenerator | MLPDiscriminator) and not net.shape.size:
        return MLPPass(net.body, parameter_grad, squeeze=isinstance(net, MLPDiscriminator))
    return AutogradPass(net, parameter_grad)


class AutogradPass:
    """Through any network, by torch's autograd."""

    def __init__(self, net: nn.Module, parameter_grad: Tensor) -> None:
        self._net = net
        self._grad = parameter_grad
        self._parameters = list(net.parameters())
        self._apart = any(isinstance(module, BatchNorm) for module in net.modules())
        self._inputs: list[Tensor] = []
        self._output: Tensor | None = None

    def run(self, x: Tensor) -> Tensor:
        with torch.no_grad():
            out: Tensor = self._net(x)
        return out

    def forward(self, *parts: Tensor) -> Tensor:
        with torch.enable_grad():
            self._inputs = [part.detach().requires_grad_(True) for part in parts]
            outputs = (
                [self._net(part) for part in self._inputs] if self._apart else [self._net(torch.cat(self._inputs))]
            )
            self._output = torch.cat(outputs)
        return self._output.detach()

    def backward(self, grad: Tensor, *, into_weights: bool, into_input: bool) -> Tensor | None:
        assert self._output is not None, "backward comes after forward"
        wanted = [*(self._parameters if into_weights else ()), *(self._inputs if into_input else ())]
        grads = torch.autograd.grad(self._output, wanted, grad)
        self._output = None
        if into_weights:
            weights = grads[: len(self._parameters)]
            torch.cat([one.reshape(-1) for one in weights], out=self._grad)
        return torch.cat(grads[-len(self._inputs) :]) if into_input else None


class MLPPass:
    """Through an MLP whose parameters lie in one flat vector, by hand.

    The buffers belong to the pass: what it returns is valid until its next forward or backward.
    """

    def __init__(self, net: MLP, parameter_grad: Tensor, *, squeeze: bool) -> None:
        self._squeeze = squeeze
        self._activation = net.activation
        self._weights = [linear.weight.detach() for linear in net.layers_in_order()]
        self._transposed = [weight.t() for weight in self._weights]
        self._biases = [linear.bias.detach() for linear in net.layers_in_order()]
        self._weight_grads: list[Tensor] = []
        self._bias_grads: list[Tensor] = []
        at = 0
        for weight, bias in zip(self._weights, self._biases, strict=True):
            self._weight_grads.append(parameter_grad[at : at + weight.numel()].view_as(weight))
            at += weight.numel()
            self._bias_grads.append(parameter_grad[at : at + bias.numel()])
            at += bias.numel()
        self._buffers: dict[int, list[Tensor]] = {}
        self._outputs: list[Tensor] = []

    @property
    def outputs(self) -> list[Tensor]:
        """What each layer gave in the last forward, after its non-linearity."""
        return self._outputs[1:]

    def run(self, x: Tensor) -> Tensor:
        return self.forward(x)

    def forward(self, *parts: Tensor) -> Tensor:
        x = parts[0] if len(parts) == 1 else torch.cat(parts)
        buffers = self._buffers_for(x)
        self._outputs = [x]
        for index, (weight, bias, out) in enumerate(zip(self._transposed, self._biases, buffers, strict=True)):
            torch.addmm(bias, x, weight, out=out)
            if index < len(buffers) - 1:
                self._activate(out)
            self._outputs.append(out)
            x = out
        return x.view(-1) if self._squeeze else x

    def backward(self, grad: Tensor, *, into_weights: bool, into_input: bool) -> Tensor | None:
        grad = grad.unsqueeze(1) if self._squeeze else grad
        for index in range(len(self._weights) - 1, -1, -1):
            x = self._outputs[index]
            if into_weights:
                torch.mm(grad.t(), x, out=self._weight_grads[index])
                torch.sum(grad, 0, out=self._bias_grads[index])
            if index == 0 and not into_input:
                return None
            grad = torch.mm(grad, self._weights[index])
            if index > 0:
                grad = self._slope(grad, x)
        return grad

    def _buffers_for(self, x: Tensor) -> list[Tensor]:
        rows = x.shape[0]
        if rows not in self._buffers:
            if len(self._buffers) > 4:
                self._buffers.clear()
            self._buffers[rows] = [x.new_empty(rows, len(bias)) for bias in self._biases]
        return self._buffers[rows]

    def _activate(self, x: Tensor) -> None:
        """The buffer is nobody else's: here the non-linearity may work in place."""
        if self._activation == "tanh":
            x.tanh_()
        elif self._activation == "relu":
            x.relu_()
        else:
            nn.functional.leaky_relu_(x, LEAK)

    def _slope(self, grad: Tensor, output: Tensor) -> Tensor:
        """Carry a gradient through the non-linearity, given its output (whose sign is its input's)."""
        aten = torch.ops.aten
        if self._activation == "tanh":
            return aten.tanh_backward(grad, output)  # type: ignore[no-any-return]
        if self._activation == "relu":
            return aten.threshold_backward(grad, output, 0)  # type: ignore[no-any-return]
        return aten.leaky_relu_backward(grad, output, LEAK, True)  # type: ignore[no-any-return]
