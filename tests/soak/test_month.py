"""The demo's month of a region: 200 requests, four reception days, three officials, and what goes wrong in it."""

import json
import os
import random
import tomllib
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

from app.usecases.reception_moves import move_day
from app.usecases.restrictions import Restriction, declare
from app.usecases.unavailability import Notice, report
from tests.karaganda import KaragandaWalk, karaganda
from tests.month import Month
from tests.month_figures import Figures
from tests.reception import ROOT, ZONE, at

SCRIPT = tomllib.loads((ROOT / "processes" / "karaganda" / "demo-month.toml").read_text("utf-8"))
MONTH = SCRIPT["month"]
REQUESTS = int(os.environ.get("REQUESTS", MONTH["requests"]))
SEATS = -(-REQUESTS // 50)
MOVED = {"by_video": ("26.06.2025",) * 2, "moved": ("30.06.2025", "02.07.2025"), "ill": ("04.07.2025", "09.07.2025")}
"""The days on which something changed: the date before and after."""


@pytest.mark.soak
def test_a_month_of_a_region_is_played_and_ends_with_the_quarterly_information(database_url: str) -> None:
    """June 2025, with Kurban Ait on the 6th and the day off of 7 July; restrictions from 23 to 27 June.

    The akim's day moves from 30 June to 2 July; a deputy falls ill before 4 July and receives on the 9th (KRG-17).
    """
    begun = perf_counter()
    with karaganda(database_url, at("2025-06-02", "08:30")) as walk:
        another_day = date.fromisoformat(SCRIPT["office"]["decide_replacement"]["new_date"])
        month = Month(walk, random.Random(MONTH["seed"]), forgetful=1 / 30, another_day=another_day)
        figures = Figures(walk)
        days = planned(month)
        told: dict[str, list[int]] = {}
        month.people_come(REQUESTS, MONTH["first"], MONTH["last"])
        for event in MONTH["events"]:
            moment = datetime.combine(event["on"], event["at"], ZONE)
            month.happens(moment, partial(happen, event, walk, days, figures, told))
        month.play(date(2025, 8, 8))

        late = figures.late()
        said = {
            "requests": REQUESTS,
            "outcomes": figures.outcomes(),
            "running": figures.waits_for(figures.running()),
            "booked": {name: len(figures.booked_on(day)) for name, day in days.items()},
            "told": {name: len(cases) for name, cases in told.items()},
            "late": dict(Counter(task.element for task in late)),
            "letters": figures.letters(),
            "seconds": round(perf_counter() - begun),
        }
        print(json.dumps(said, ensure_ascii=False))
        if folder := os.environ.get("SOAK_FIGURES"):
            (Path(folder) / "month.json").write_text(json.dumps(said, ensure_ascii=False))

        assert figures.incidents() == []
        assert figures.seats_taken_twice() == 0
        assert figures.gaps() == {}
        assert sum(figures.outcomes().values()) == REQUESTS
        assert figures.running() <= figures.with_assignments()
        assert [task.element for task in late if not all(figures.explanation(task))] == []
        assert figures.unreported() == []
        assert told.keys() == MOVED.keys()
        assert all(told.values())
        for name, (was, now) in MOVED.items():
            assert [case for case in told[name] if figures.told("schedule_changed", case, now) != 1] == []
            if was != now:
                assert {case: left for case in told[name] if (left := list(figures.not_moved(case, was, now)))} == {}
        assert figures.sent_reports() >= {"quarterly_akim"}


def planned(month: Month) -> dict[str, int]:
    """The reception days of the script on which people are received, by code."""
    officials = {
        "krg.akim": month.walk.people["akim"],
        "krg.leader": month.walk.people["deputy_akim"],
        "krg.leader2": month.official("krg.second", "Екінші Орынбасар"),
    }
    return {
        day["code"]: month.open_day(officials[day["official"]], day["on"], seats=SEATS)
        for day in SCRIPT["days"]
        if day["code"] in MONTH["days"]
    }


def happen(
    event: Mapping[str, Any],
    walk: KaragandaWalk,
    days: Mapping[str, int],
    figures: Figures,
    told: dict[str, list[int]],
) -> None:
    """One mishap of the script; `told` keeps who was booked on the day that it concerns."""
    by = walk.actor("reception_coordinator")
    concerned = event.get("day", "by_video")
    told[concerned] = figures.booked_on(days[concerned])
    mishaps: dict[str, Callable[[], object]] = {
        "restrict": lambda: declare(Restriction(event["first"], event["last"], event["cause"], event["basis"]), by=by),
        "move": lambda: move_day(days[concerned], event["to"], reason=event["reason"], by=by),
        "fall_ill": lambda: report(Notice(days[concerned], event["cause"]), by=by),
    }
    mishaps[event["what"]]()
