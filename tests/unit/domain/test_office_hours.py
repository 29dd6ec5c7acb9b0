"""Office hours as they are written and what cannot be."""

from datetime import date, time

import pytest

from app.domain.calendar import WorkingCalendar
from app.domain.hours import DEFAULT_HOURS, OfficeCalendar, OfficeHours, OfficeHoursError


def test_the_usual_day_has_eight_working_hours() -> None:
    """KRG-4: 09:00–18:30 with lunch of at most 90 minutes."""
    assert DEFAULT_HOURS.working_minutes == 480
    assert DEFAULT_HOURS.spans == ((time(9), time(13)), (time(14, 30), time(18, 30)))
    assert str(DEFAULT_HOURS) == "09:00-18:30, 13:00-14:30"


def test_hours_are_read_with_and_without_lunch() -> None:
    assert OfficeHours.parse("9:00 – 18:30", "13:00-14:30") == DEFAULT_HOURS
    assert OfficeHours.parse("08:00-17:00").working_minutes == 540


@pytest.mark.parametrize(
    ("hours", "lunch"),
    [
        ("18:30-09:00", None),
        ("09:00-09:00", None),
        ("09:00", None),
        ("24:00-25:00", None),
        ("09:00-18:30", "08:00-10:00"),
        ("09:00-18:30", "14:30-13:00"),
        ("09:00-18:30", "18:00-18:30"),
        ("nine to six", None),
    ],
)
def test_hours_that_cannot_be_are_refused_as_they_were_written(hours: str, lunch: str | None) -> None:
    with pytest.raises(OfficeHoursError) as refusal:
        OfficeHours.parse(hours, lunch)

    assert (hours[:5] if hours[0].isdigit() else hours) in refusal.value.text.ru


def test_lunch_needs_both_its_ends() -> None:
    with pytest.raises(OfficeHoursError):
        OfficeHours(time(9), time(18), lunch_from=time(13))


def test_the_hours_of_a_day_are_the_last_that_came_into_force() -> None:
    old, new = OfficeHours(time(9), time(18)), OfficeHours(time(8), time(17), valid_from=date(2025, 6, 10))
    newer = OfficeHours(time(8), time(16), valid_from=date(2025, 6, 10))

    office = OfficeCalendar(WorkingCalendar(), (new, old, newer))

    assert office.hours_on(date(2025, 6, 9)) == old
    assert office.hours_on(date(2025, 6, 10)) == newer


def test_before_the_first_dated_hours_the_first_hold() -> None:
    first = OfficeHours(time(8), time(17), valid_from=date(2025, 6, 10))
    second = OfficeHours(time(9), time(17), valid_from=date(2025, 7, 10))

    assert OfficeCalendar(WorkingCalendar(), (second, first)).hours_on(date(2025, 1, 9)) == first


def test_an_office_without_hours_is_refused() -> None:
    with pytest.raises(OfficeHoursError):
        OfficeCalendar(WorkingCalendar(), ())
