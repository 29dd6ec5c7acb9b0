"""One reception day of a region from the first request to the protocols, played by everybody who has a task."""

import random
from datetime import date

from tests.karaganda import karaganda
from tests.month import Month
from tests.reception import at


def test_a_reception_day_of_a_region_is_asked_for_held_and_answered(database_url: str):
    with karaganda(database_url, at("2025-06-02", "08:30")) as walk:
        month = Month(walk, random.Random(7))
        day = month.plan(walk.people["deputy_akim"], date(2025, 6, 27))
        month.people_come(10, date(2025, 6, 2), date(2025, 6, 4))

        month.play(date(2025, 7, 25))

        assert month.incidents() == []
        assert month.seats_taken_twice() == 0
        outcomes = month.outcomes()
        assert outcomes.get("running", 0) == 0
        assert month.booked_on(day)
        print(outcomes, sorted(month.elements), len(month.late()))
