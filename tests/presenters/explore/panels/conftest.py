"""What the tests of most panels begin with."""

from __future__ import annotations

import pytest

from tests.presenters.explore.panels.situations import Port


@pytest.fixture
def port() -> Port:
    return Port()
