"""A walk through a small diagram on a standing clock."""

from collections.abc import Iterator

import pytest

from app.domain.clock import StandingClock, using
from tests.unit.engine.walking import MONDAY, Walk


@pytest.fixture
def standing() -> Iterator[StandingClock]:
    clock = StandingClock(MONDAY)
    with using(clock):
        yield clock


@pytest.fixture
def walk(standing: StandingClock) -> Walk:
    return Walk(standing)
