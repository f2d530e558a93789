"""Messages survive the pipe; anything else is refused without harm."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.core.messages.explore import TraceRequest, ValuesResult, WallRequest
from explorer.core.messages.gan import GanLapse
from explorer.engine import wire


def test_arrays_arrive_with_type_shape_and_values() -> None:
    values = np.arange(12, dtype=np.float32).reshape(3, 4) / 7
    stream = io.BytesIO()
    wire.write(stream, 5, ValuesResult("t", "conv1", 3, values))
    stream.seek(0)
    number, reply = wire.read_reply(stream)
    assert number == 5
    assert isinstance(reply, ValuesResult)
    assert reply.values.dtype == np.float32
    np.testing.assert_array_equal(reply.values, values)


def test_views_and_empty_arrays_travel() -> None:
    picture = np.arange(100, dtype=np.uint8)[::3]
    stream = io.BytesIO()
    wire.write(stream, 1, TraceRequest("nin", "", "key", "name", picture))
    wire.write(stream, 2, TraceRequest("nin", "", "key", "name", np.empty(0, np.uint8)))
    stream.seek(0)
    first, second = wire.read_request(stream)[1], wire.read_request(stream)[1]
    assert isinstance(first, TraceRequest) and isinstance(second, TraceRequest)
    assert first.picture is not None and second.picture is not None
    np.testing.assert_array_equal(first.picture, picture)
    assert second.picture.size == 0


@pytest.mark.parametrize("points", [3, 100_001])
def test_many_arrays_of_any_size_and_type_arrive_each_by_itself(points: int) -> None:
    random = np.random.default_rng(0)
    sent = GanLapse(
        random.integers(0, 255, (points, 7), dtype=np.uint8), random.random(3).astype(np.float32), np.arange(5)
    )
    stream = io.BytesIO()
    wire.write(stream, 1, sent)
    wire.write(stream, 2, ValuesResult("t", "conv1", 3, np.ones(3, np.float32)))
    stream.seek(0)
    reply, after = wire.read_reply(stream)[1], wire.read_reply(stream)[1]
    assert isinstance(reply, GanLapse) and isinstance(after, ValuesResult)
    for name in ("made", "scores", "steps"):
        array = getattr(reply, name)
        np.testing.assert_array_equal(array, getattr(sent, name))
        assert array.flags.aligned and array.dtype == getattr(sent, name).dtype


@given(st.binary(max_size=200))
def test_random_bytes_are_a_broken_stream(data: bytes) -> None:
    with pytest.raises(wire.BrokenStream):
        wire.read_request(io.BytesIO(data))


def test_cut_message_is_a_broken_stream() -> None:
    stream = io.BytesIO()
    wire.write(stream, 1, WallRequest("trace", "conv1"))
    with pytest.raises(wire.BrokenStream):
        wire.read_request(io.BytesIO(stream.getvalue()[:-1]))
