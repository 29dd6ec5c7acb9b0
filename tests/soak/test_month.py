"""A month of a region: 200 requests, four reception days, three officials, and what goes wrong in such a month."""

import json
import os
import random
from collections import Counter
from datetime import date
from pathlib import Path
from time import perf_counter

import pytest

from app.usecases.reception_moves import move_day
from app.usecases.restrictions import Restriction, declare
from app.usecases.unavailability import Notice, report
from tests.karaganda import karaganda
from tests.month import Month
from tests.reception import at

REQUESTS = int(os.environ.get("REQUESTS", "200"))
SEATS = -(-REQUESTS // 50)


@pytest.mark.soak
def test_a_month_of_a_region_is_played_and_ends_with_the_quarterly_information(database_url: str) -> None:
    """June 2025, with Kurban Ait on the 6th and the day off of 7 July; restrictions from 23 to 27 June.

    The akim's day moves from 30 June to 2 July; a deputy falls ill before 4 July and receives on the 9th (KRG-17).
    """
    begun = perf_counter()
    with karaganda(database_url, at("2025-06-02", "08:30")) as walk:
        month = Month(walk, random.Random(2025), forgetful=1 / 30, another_day=date(2025, 7, 9))
        second, third = (
            month.official("krg.second", "Екінші Орынбасар"),
            month.official("krg.third", "Үшінші Орынбасар"),
        )
        days = {
            "ordinary": month.plan(walk.people["deputy_akim"], date(2025, 6, 19), seats=SEATS),
            "by video": month.plan(second, date(2025, 6, 26), seats=SEATS),
            "moved": month.plan(walk.people["akim"], date(2025, 6, 30), seats=SEATS),
            "ill": month.plan(third, date(2025, 7, 4), seats=SEATS),
        }
        coordinator = walk.actor("reception_coordinator")
        told: dict[str, list[int]] = {}

        def restrict() -> None:
            told["by video"] = month.booked_on(days["by video"])
            declare(Restriction(date(2025, 6, 23), date(2025, 6, 27), "pandemic", "Қаулы № 12"), by=coordinator)

        def move() -> None:
            told["moved"] = month.booked_on(days["moved"])
            move_day(days["moved"], date(2025, 7, 2), reason="Әкім іссапарда", by=coordinator)

        def fall_ill() -> None:
            told["ill"] = month.booked_on(days["ill"])
            report(Notice(days["ill"], "incapacity"), by=coordinator)

        month.people_come(REQUESTS, date(2025, 6, 2), date(2025, 6, 13))
        month.happens(at("2025-06-20", "15:00"), restrict)
        month.happens(at("2025-06-24", "10:15"), move)
        month.happens(at("2025-07-01", "12:00"), fall_ill)
        month.play(date(2025, 8, 8))

        late = month.late()
        figures = {
            "requests": REQUESTS,
            "outcomes": month.outcomes(),
            "running": month.waits_for(month.running()),
            "booked": {name: len(month.booked_on(day)) for name, day in days.items()},
            "told": {name: len(cases) for name, cases in told.items()},
            "late": dict(Counter(task.element for task in late)),
            "letters": month.letters(),
            "seconds": round(perf_counter() - begun),
        }
        print(json.dumps(figures, ensure_ascii=False))
        if folder := os.environ.get("SOAK_FIGURES"):
            (Path(folder) / "month.json").write_text(json.dumps(figures, ensure_ascii=False))

        assert month.incidents() == []
        assert month.seats_taken_twice() == 0
        assert month.gaps() == {}
        assert sum(month.outcomes().values()) == REQUESTS
        assert month.running() <= month.with_assignments()
        assert [task.element for task in late if not all(month.explanation(task))] == []
        assert month.unreported() == []
        for name, day in (("by video", "26.06.2025"), ("moved", "02.07.2025"), ("ill", "09.07.2025")):
            assert told[name]
            assert [case for case in told[name] if month.told("schedule_changed", case, day) != 1] == []
        assert month.sent_reports() >= {"quarterly_akim"}
