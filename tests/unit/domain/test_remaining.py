"""How lists show what is left of a term."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from app.domain.calendar import WorkingCalendar
from app.domain.deadlines import remaining
from app.domain.hours import OfficeCalendar
from app.domain.texts import Text

ZONE = ZoneInfo("Asia/Almaty")
OFFICE = OfficeCalendar(WorkingCalendar())


def at(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("due", "now", "kind", "working_days", "words"),
    [
        ("2025-06-09T18:30", "2025-06-02T10:00", "ok", 4, "4 рабочих дня"),  # 6 June is a day off
        ("2025-06-09T18:30", "2025-06-04T10:00", "ok", 2, "2 рабочих дня"),
        ("2025-06-09T18:30", "2025-06-05T23:00", "soon", 1, "1 рабочий день"),
        ("2025-06-09T18:30", "2025-06-08T10:00", "soon", 1, "1 рабочий день"),
        ("2025-06-07T18:30", "2025-06-05T10:00", "soon", 0, "меньше рабочего дня"),  # due on a Saturday
        ("2025-06-09T18:30", "2025-06-09T18:30", "today", 0, "сегодня до 18:30"),
        ("2025-06-09T18:30", "2025-06-09T18:31", "late", 0, "срок истёк: пн 09.06.2025, 18:30"),
        ("2025-06-07T18:30", "2025-06-08T10:00", "late", 0, "срок истёк: сб 07.06.2025, 18:30"),
        ("2025-07-18T18:30", "2025-07-21T10:00", "late", 1, "просрочено на 1 рабочий день"),
        ("2025-06-05T18:30", "2025-06-16T10:00", "late", 6, "просрочено на 6 рабочих дней"),
    ],
)
def test_what_is_left_is_told_in_working_days_of_the_office(
    due: str, now: str, kind: str, working_days: int, words: str
) -> None:
    """KST-S12: executed 2025-07-21 instead of 2025-07-18 is late by one working day."""
    left = remaining(at(due), at(now), OFFICE)

    assert (left.kind, left.working_days, left.text.ru) == (kind, working_days, words)


def test_the_due_day_is_shown_with_its_weekday_in_three_languages() -> None:
    left = remaining(at("2025-06-09T18:30"), at("2025-06-02T10:00"), OFFICE)

    assert left.day == Text("дс 09.06", "пн 09.06", "Mon 9 Jun")
    assert left.text == Text("4 жұмыс күні", "4 рабочих дня", "4 working days")


def test_a_moment_of_another_zone_is_shown_in_that_of_the_office() -> None:
    left = remaining(
        datetime.fromisoformat("2025-06-09T13:30:00+00:00"), datetime.fromisoformat("2025-06-08T20:00:00+00:00"), OFFICE
    )

    assert (left.kind, left.text.kk) == ("today", "бүгін 18:30-ға дейін")
