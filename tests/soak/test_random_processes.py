"""Random processes by the thousand, in memory and in a real office; RUNS and OFFICE_RUNS choose how many."""

import os

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.unit.engine import test_random_processes as in_memory
from tests.usecases import test_random_processes as in_an_office
from tests.usecases.test_random_processes import office

__all__ = ["office"]

RUNS = int(os.environ.get("RUNS", "2000"))
OFFICE_RUNS = int(os.environ.get("OFFICE_RUNS", "300"))


def _times(runs: int) -> settings:
    return settings(max_examples=runs, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.soak
def test_the_engine_does_what_random_diagrams_mean():
    run_state_machine_as_test(in_memory.RandomProcess, settings=_times(RUNS))


@pytest.mark.soak
def test_an_office_loses_and_doubles_nothing_in_random_processes():
    run_state_machine_as_test(in_an_office.RandomProcess, settings=_times(OFFICE_RUNS))
