"""Closed periods and the schedule of a month."""

from collections.abc import Iterator
from datetime import date, time

import pytest

from app.models import Office
from app.models.database import reading
from app.queries.schedule_month import schedule_month
from app.records.schedule import short_officials
from app.usecases.access import ForbiddenError
from app.usecases.blackouts import BlackoutRefusedError, Period, close_period, open_period
from app.usecases.reception_days import DayRefusedError, Plan, cancel_day, plan_day
from app.usecases.reception_moves import move_day
from app.usecases.transaction import transaction
from tests.reception import Walk, at, kostanay


@pytest.fixture
def walk(database_url: str) -> Iterator[Walk]:
    """The office on Tuesday 3 June 2025."""
    with kostanay(database_url, at("2025-06-03")) as walk:
        yield walk


def plan(walk: Walk, day: date, kind: str = "ordinary") -> int:
    official = walk.people["leadership"]
    wanted = Plan(official, day, kind, "in_person", "akimat", time(10), time(11), 20, 1)
    return plan_day(wanted, by=walk.actor("reception_coordinator"))


def close(walk: Walk, first: date | None, last: date | None = None, **changes: object) -> int:
    wanted = {"official_id": None, "reason": "Ремонт зала", **changes}
    return close_period(Period(first=first, last=last, **wanted), by=walk.actor("reception_coordinator"))


def test_no_day_is_planned_in_a_closed_period_and_the_reason_is_said(walk: Walk) -> None:
    close(walk, date(2025, 6, 23), date(2025, 6, 27))

    with pytest.raises(DayRefusedError) as refusal:
        plan(walk, date(2025, 6, 27))
    with pytest.raises(DayRefusedError) as moving:
        move_day(
            plan(walk, date(2025, 6, 30)), date(2025, 6, 23), reason="Сессия", by=walk.actor("reception_coordinator")
        )

    assert "Ремонт зала (23.06.2025 – 27.06.2025)" in refusal.value.errors["day"].ru
    assert "Ремонт зала" in moving.value.errors["day"].kk


def test_a_period_of_one_official_closes_only_her_days(walk: Walk) -> None:
    close(walk, date(2025, 6, 27), official_id=walk.people["leadership"], reason="Отпуск")

    with pytest.raises(DayRefusedError):
        plan(walk, date(2025, 6, 27))

    assert plan(walk, date(2025, 6, 30)) > 0


def test_days_planned_before_are_shown_as_conflicts(walk: Walk) -> None:
    day = plan(walk, date(2025, 6, 27))

    hit = close(walk, date(2025, 6, 26), date(2025, 6, 28))
    month = schedule_month("kostanay", date(2025, 6, 1))

    assert hit == 1
    assert [each.day.id for each in month.conflicts] == [day]
    assert "Ремонт зала (26.06.2025 – 28.06.2025)" in month.conflicts[0].conflict.ru
    assert [(each.official, each.reason) for each in month.closed] == [("", "Ремонт зала")]


def test_an_opened_period_lets_days_be_planned_again(walk: Walk) -> None:
    close(walk, date(2025, 6, 27))
    closed = schedule_month("kostanay", date(2025, 6, 1)).closed

    open_period(closed[0].id, by=walk.actor("reception_coordinator"))
    open_period(closed[0].id, by=walk.actor("reception_coordinator"))

    assert plan(walk, date(2025, 6, 27)) > 0
    assert schedule_month("kostanay", date(2025, 6, 1)).closed == []


def test_everything_wrong_with_a_period_is_said_at_once(walk: Walk) -> None:
    with pytest.raises(BlackoutRefusedError) as nothing:
        close(walk, None, reason=" ")
    with pytest.raises(BlackoutRefusedError) as backwards:
        close(walk, date(2025, 6, 27), date(2025, 6, 26), official_id=walk.people["controller"])
    with pytest.raises(ForbiddenError):
        close_period(Period(None, date(2025, 6, 27), None, "Отпуск"), by=walk.actor("leadership"))

    assert set(nothing.value.errors) == {"first", "why"}
    assert set(backwards.value.errors) == {"last", "who"}


def test_krg_6_who_receives_too_seldom_is_named_with_the_clause(walk: Walk) -> None:
    """KRG-6, T-KRG-06A: a reception in June and none in July."""
    with transaction() as session:
        office = session.get_one(Office, "kostanay")
        frequency = {"per_month": 1, "roles": ["leadership"], "clause": "KRG-6"}
        office.settings = {**office.settings, "reception": {**office.settings["reception"], "frequency": frequency}}
    june = plan(walk, date(2025, 6, 12))
    with reading() as session:
        office = session.get_one(Office, "kostanay")
        short = [short_officials(session, office, month) for month in (date(2025, 6, 1), date(2025, 7, 1))]

    cancel_day(june, reason="Іссапар", by=walk.actor("reception_coordinator"))

    assert [[(each.official_id, each.clause) for each in found] for found in short] == [
        [],
        [(walk.people["leadership"], "KRG-6")],
    ]
    assert [each.short is not None for each in schedule_month("kostanay", date(2025, 6, 1)).officials] == [True]


def test_the_month_tells_its_days_by_official(walk: Walk) -> None:
    plan(walk, date(2025, 6, 27), kind="unified_day")

    month = schedule_month("kostanay", date(2025, 6, 1))
    planned = month.officials[0].days[0]

    assert (month.state, month.unpublished, planned.is_new) == ("draft", 1, True)
    assert (planned.day.kind_name.kk, planned.day.seats) == ("Азаматтарды қабылдаудың бірыңғай күні", 3)
    assert planned.day.place.en == "66 Al-Farabi Avenue, Kostanay, public reception office"
    assert [cell.day.day for week in month.weeks for cell in week if cell and cell.planned] == [27]
    assert next(cell for week in month.weeks for cell in week if cell and cell.day == date(2025, 6, 6)).working is False
