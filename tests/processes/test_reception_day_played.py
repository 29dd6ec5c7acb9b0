"""One reception day of a region from the first request to the protocols, played by everybody who has a task."""

import random
from datetime import date

from tests.karaganda import karaganda
from tests.month import Month
from tests.month_figures import Figures
from tests.reception import at


def test_a_reception_day_of_a_region_is_asked_for_held_and_answered(database_url: str) -> None:
    """Six requests of 2 to 4 June 2025, a reception on Friday 27 June; two tasks are done after their term."""
    with karaganda(database_url, at("2025-06-02", "08:30")) as walk:
        month = Month(walk, random.Random(7), forgets=["prepare_brief", "execute_assignment"])
        day = month.open_day(walk.people["deputy_akim"], date(2025, 6, 27))
        month.people_come(6, date(2025, 6, 2), date(2025, 6, 4))

        month.play(date(2025, 7, 25))

        figures = Figures(walk)
        assert figures.incidents() == []
        assert figures.seats_taken_twice() == 0
        assert figures.booked_on(day)
        assert sum(figures.outcomes().values()) == 6
        assert figures.running() <= figures.with_assignments()
        assert {"conduct_reception", "issue_protocol", "execute_assignment"} <= month.elements
        assert {"prepare_brief", "execute_assignment"} <= {task.element for task in figures.late()}
        assert [task.element for task in figures.late() if not all(figures.explanation(task))] == []
        assert figures.letters().keys() >= {"escalation", "assignment_reminder", "assignment_overdue"}
        assert figures.registers() >= {"R-EDMS", "R-RECEPTION", "R-PROTOCOL", "R-ASSIGN", "R-SCHEDULE", "R-ARCHIVE"}
        assert figures.gaps() == {}
