"""Many clients, few places, over HTTP: nobody is booked twice and everybody is told the truth."""

from datetime import date
from statistics import median

from app.models import Booking, History
from app.models.database import reading
from tests.reception import at, kostanay
from tests.rush import ANSWERED, BOOKED, TAKEN, booked_twice, rush, served, slots_of_days, waiting_cases


def test_a_small_rush_gives_each_place_once_and_tells_the_others_what_is_free(database_url: str) -> None:
    """KST-BOOK, KST-S04.1: six clients, 72 attempts, eight cases, five places."""
    with kostanay(database_url, at("2025-06-10")) as walk:
        slots = slots_of_days(walk, date(2025, 6, 26), days=1, each=5)
        tasks = waiting_cases(walk, 8)

        with served(database_url, walk.now) as port:
            outcome = rush(port, walk, tasks=tasks, slots=slots, clients=6, attempts=72)

        with reading() as session:
            booked = session.query(Booking).filter(Booking.status == "booked").count()
            completed = [
                row.facts.get("task")
                for row in session.query(History).filter(History.kind == "task_completed")
                if row.facts.get("task") in tasks
            ]
        twice = booked_twice(slots)

    assert outcome.strange == []
    assert sum(outcome.counts.values()) == 72
    assert outcome.counts[BOOKED] == booked == len(completed) == 5
    assert outcome.counts[TAKEN] + outcome.counts[ANSWERED] == 67
    assert twice == []
    assert median(outcome.seconds) > 0
