"""Instances that an earlier release has stored go on under this one."""

from datetime import datetime
from pathlib import Path

import pytest

from app.domain.clock import StandingClock, using
from tests.stored_states import STATES, Teller, read

PLACES = sorted(path.parent for path in STATES.glob("*/*/story.json"))


@pytest.mark.parametrize("place", PLACES, ids=[f"{place.parent.name}-{place.name}" for place in PLACES])
def test_a_stored_instance_is_restored_and_finishes_as_it_would_have_then(place: Path):
    story, facts = read(place)

    found = {state["file"]: _finished(place / state["file"], story, state["clock"]) for state in facts["states"]}

    ends = facts["ends"]
    expected = {
        state["file"]: (state["waiting"], sorted(ends["passed"][state["passed"] :]), ends["end_event"], ends["data"])
        for state in facts["states"]
    }
    assert found == expected


def test_every_release_has_left_states_behind():
    stories = {place.parent.name: place.name for place in PLACES}

    assert set(stories) >= {"0.1"}
    assert len(PLACES) >= 19


def _finished(path: Path, story, moment: str) -> tuple[object, ...]:
    with using(StandingClock(datetime.fromisoformat(moment))) as clock:
        teller = Teller(story, clock)
        teller.resume(path.read_bytes())
        waiting = teller.waiting()
        for _ in teller.acts():
            pass
        return waiting, sorted(teller.passed), teller.run.end_event, teller.run.data
