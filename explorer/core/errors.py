"""Errors that a person reads: a key of :mod:`explorer.core.text` and the values that its sentence needs."""

from __future__ import annotations


class UserError(Exception):
    """Something a person did cannot be done, and one sentence says why and what to do next.

    Parameters
    ----------
    kind : str
        Message key without its prefix: the sentence is ``error.<kind>``, the next step ``error.<kind>.hint``.
    details : str | int | float
        Values for the placeholders of both sentences.
    """

    def __init__(self, kind: str, **details: str | int | float) -> None:
        super().__init__(kind, details)
        self.kind = kind
        self.details = details

    def __str__(self) -> str:
        given = ", ".join(f"{name}={value}" for name, value in self.details.items())
        return f"{self.kind} ({given})" if given else self.kind


class Cancelled(Exception):
    """The work was given up because something newer was asked for; nobody needs to be told."""
