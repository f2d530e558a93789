"""What the window asks of an engine, and what an engine answers: one file a topic.

Arrays travel beside the header as raw bytes (see :mod:`explorer.engine.wire`); in the structs they are plain numpy
arrays.
"""

from __future__ import annotations

from explorer.core.messages import base, explore, study, weights, where

AnyRequest = explore.Requests | weights.Requests | where.Requests | study.Requests
AnyReply = base.Replies | explore.Replies | weights.Replies | where.Replies | study.Replies
