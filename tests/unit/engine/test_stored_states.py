"""Instances that an earlier release has stored go on under this one."""

from datetime import datetime
from pathlib import Path

import pytest

from app.domain.clock import StandingClock, using
from tests.stored_states import STATES, Teller, read

MENDED = {"timers": {"n"}}
"""Variables that come out otherwise now: release 0.1 let every firing of a timer count from the same number."""
PLACES = sorted(path.parent for path in STATES.glob("*/*/story.json"))


@pytest.mark.parametrize("place", PLACES, ids=[f"{place.parent.name}-{place.name}" for place in PLACES])
def test_a_stored_instance_is_restored_and_finishes_as_it_would_have_then(place: Path):
    story, facts = read(place)

    mended = MENDED.get(place.name, set())
    found = {
        state["file"]: _finished(place / state["file"], story, state["clock"], mended) for state in facts["states"]
    }

    ends = facts["ends"]
    ends["data"] = {name: value for name, value in ends["data"].items() if name not in mended}
    expected = {
        state["file"]: (state["waiting"], sorted(ends["passed"][state["passed"] :]), ends["end_event"], ends["data"])
        for state in facts["states"]
    }
    assert found == expected


def test_every_release_has_left_states_behind():
    stories = {place.parent.name: place.name for place in PLACES}

    assert set(stories) >= {"0.1"}
    assert len(PLACES) >= 19


def _finished(path: Path, story, moment: str, mended: set[str]) -> tuple[object, ...]:
    with using(StandingClock(datetime.fromisoformat(moment))) as clock:
        teller = Teller(story, clock)
        teller.resume(path.read_bytes())
        waiting = teller.waiting()
        for _ in teller.acts():
            pass
        data = {name: value for name, value in teller.run.data.items() if name not in mended}
        return waiting, sorted(teller.passed), teller.run.end_event, data
