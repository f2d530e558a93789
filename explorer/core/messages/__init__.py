"""What the window asks of an engine, and what an engine answers: one file a topic.

Arrays travel beside the header as raw bytes (see :mod:`explorer.engine.wire`); in the structs they are plain numpy
arrays.
"""

from __future__ import annotations

from explorer.core.messages import base, classics, explore, gan, ideas, inside, study, training, weights, where

AnyRequest = (
    explore.Requests
    | weights.Requests
    | inside.Requests
    | ideas.Requests
    | classics.Requests
    | where.Requests
    | study.Requests
    | gan.Requests
    | training.Requests
)
AnyReply = (
    base.Replies
    | explore.Replies
    | weights.Replies
    | inside.Replies
    | ideas.Replies
    | classics.Replies
    | where.Replies
    | study.Replies
    | gan.Replies
    | training.Replies
)
