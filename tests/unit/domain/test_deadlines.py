"""Deadlines: the worked examples of the requirement catalogue, clause by clause, and the hard cases."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.domain.calendar import CalendarHorizonError, WorkingCalendar, transfer
from app.domain.deadlines import (
    NaiveMomentError,
    NotRecurringError,
    Roll,
    Term,
    add_working_time,
    compute,
    next_occurrence,
)
from app.domain.hours import OfficeCalendar, OfficeHours
from app.domain.texts import LANGUAGES, Text

ZONE = ZoneInfo("Asia/Almaty")
OFFICE = OfficeCalendar(WorkingCalendar(), version=7)
SKE_OFFICE = OfficeCalendar(WorkingCalendar(), (OfficeHours(time(9), time(18), time(13), time(14)),))


def at(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=ZONE)


def term(rule: str, anchor: str, roll: Roll = "none", office: OfficeCalendar = OFFICE) -> Term:
    return compute(rule, at(anchor), office, roll=roll)


DAYS = [
    ("KST-S02.2", "3 working days after request.registered", "2025-06-03T10:00", "2025-06-09"),
    ("KST-S02.2 conflict 3", "3 working days after request.registered", "2025-06-04T10:00", "2025-06-10"),
    ("KST-S03 calendar", "5 calendar days after request.registered", "2025-06-11T10:00", "2025-06-16"),
    ("KST-S03 working", "5 working days after request.registered", "2025-06-11T10:00", "2025-06-18"),
    ("KST-S03 conflict 3", "5 calendar days after request.registered", "2025-06-04T10:00", "2025-06-09"),
    ("KST-S07.1", "3 working days before reception.date", "2025-06-27T11:00", "2025-06-24"),
    ("KST-S07.1 over a holiday", "3 working days before reception.date", "2025-07-10T11:00", "2025-07-04"),
    ("KST-S08", "3 working days before reception.date", "2025-06-27T11:00", "2025-06-24"),
    ("KST-S09", "1 working day before reception.date", "2025-06-27T11:00", "2025-06-26"),
    ("KST-S09 over a weekend", "1 working day before reception.date", "2025-06-30T11:00", "2025-06-27"),
    ("KST-S11.2", "3 working days after reception.date", "2025-06-27T11:00", "2025-07-02"),
    ("KST-DAY-1 June", "last Friday of month", "2025-06-01T00:00", "2025-06-27"),
    ("KST-DAY-1 August", "last Friday of month", "2025-08-01T00:00", "2025-08-29"),
    ("KST-DAY-1 October", "last Friday of month", "2025-10-01T00:00", "2025-10-31"),
    ("KST-DAY-1 a public holiday", "last Friday of month", "2024-10-01T00:00", "2024-10-25"),
    ("KST-TASK-3.6", "once per half-year", "2025-02-10T10:00", "2025-06-30"),
    ("KRG-3", "on request.received day", "2025-09-10T10:00", "2025-09-10"),
    ("KRG-6 calendar", "1 calendar day before report_meeting.date", "2025-02-20T10:00", "2025-02-19"),
    ("KRG-17 in time", "2 working days before reception.date (at least)", "2025-06-27T11:00", "2025-06-25"),
    ("KRG-17 on the day", "on reception.date", "2025-06-27T11:00", "2025-06-27"),
    ("KRG-21", "2 working days after central_request.sent", "2025-10-23T10:00", "2025-10-28"),
    ("KRG-22", "2 working days after participation_refusal.received", "2025-12-12T10:00", "2025-12-17"),
    ("KRG-27", "3 working days after request.received", "2025-08-28T10:00", "2025-09-03"),
    ("KRG-28", "5 working days before reception.date", "2025-07-11T11:00", "2025-07-03"),
    ("KRG-28 conflict 4", "5 working days before reception.date", "2025-10-24T11:00", "2025-10-17"),
    ("KRG-31", "15 calendar days after request.registered (not later than)", "2025-09-10T10:00", "2025-09-25"),
    ("KRG-31 on a Saturday", "15 calendar days after request.registered", "2025-09-12T10:00", "2025-09-27"),
    ("KRG-32", "30 calendar days after request.registered (not more than)", "2025-09-10T10:00", "2025-10-10"),
    ("KRG-36", "1 to 3 working days after reception.date", "2025-06-27T11:00", "2025-07-02"),
    ("KRG-40", "at least once per quarter", "2025-08-14T10:00", "2025-09-30"),
    ("SKE-3.8 calendar", "1 calendar day after reply.prepared", "2025-06-05T10:00", "2025-06-06"),
    ("SKE-3.8 working", "1 working day after reply.prepared", "2025-06-05T10:00", "2025-06-09"),
    ("SKE-1.13", "on branch_head.report_meeting_day", "2025-06-12T10:00", "2025-06-12"),
    ("KTEK-3.2.2 calendar", "14 calendar days after grievance.registered", "2025-06-04T10:00", "2025-06-18"),
    ("KTEK-3.2.2 working", "10 working days after grievance.registered", "2025-06-04T10:00", "2025-06-19"),
    ("KTEK-3.2.2 calendar, equal", "14 calendar days after grievance.registered", "2025-06-10T10:00", "2025-06-24"),
    ("KTEK-3.2.2 working, equal", "10 working days after grievance.registered", "2025-06-10T10:00", "2025-06-24"),
    ("ECC-5.1", "2 working days after ecc_request.received", "2025-03-19T10:00", "2025-03-26"),
    ("ECC-5.2", "3 working days after responsible.appointed (not more than)", "2025-03-26T10:00", "2025-03-31"),
    ("ECC-6", "3 working days after info.changed", "2025-04-15T10:00", "2025-04-18"),
    ("ECC-7", "3 working days after responsible.transferred_or_dismissed", "2025-04-29T10:00", "2025-05-05"),
    ("ECC-8.1", "5 working days after info.presented (not later than)", "2025-06-02T10:00", "2025-06-10"),
    ("ECC-9 the fifth day", "5 working days after protocol.signed", "2025-08-25T10:00", "2025-09-02"),
    ("ECC-9 open from", "6 working days after protocol.signed", "2025-08-25T10:00", "2025-09-03"),
    ("ECC-14", "10 calendar days after quarter.end", "2025-06-30T18:30", "2025-07-10"),
    ("ECC-14 Q4", "10 calendar days after quarter.end", "2025-12-31T18:30", "2026-01-10"),
    ("ECC-18.1 May", "5th of next month", "2025-05-31T18:30", "2025-06-05"),
    ("ECC-18.1 June", "5th of next month", "2025-06-01T09:00", "2025-07-05"),
    ("month end, leap year", "1 month after", "2024-01-31T10:00", "2024-02-29"),
    ("month end", "1 month after", "2025-01-31T10:00", "2025-02-28"),
    ("month end backwards", "1 month before", "2025-03-31T10:00", "2025-02-28"),
    ("month over the year", "3 months after", "2025-11-30T10:00", "2026-02-28"),
    ("leap day", "1 year after", "2024-02-29T10:00", "2025-02-28"),
    ("weeks", "2 weeks after", "2025-06-03T10:00", "2025-06-17"),
    ("worked Saturday counts", "2 working days after", "2024-05-02T10:00", "2024-05-04"),
    ("worked Sunday counts", "1 working day after", "2024-12-31T10:00", "2025-01-05"),
    ("worked Sunday, going on", "2 working days after", "2024-12-31T10:00", "2025-01-06"),
    ("chained observance", "1 working day after", "2022-05-06T10:00", "2022-05-11"),
    ("moved observed day", "1 working day after", "2020-05-06T10:00", "2020-05-11"),
    ("back over a moved day", "2 working days before", "2024-05-10T10:00", "2024-05-04"),
    ("back over a moved day to Friday", "3 working days before", "2024-05-10T10:00", "2024-05-03"),
    ("event on a day off", "1 working day after", "2025-06-07T10:00", "2025-06-09"),
    ("event late at night", "1 working day after", "2025-06-09T23:50", "2025-06-10"),
    ("last day of month", "last day of month", "2025-02-03T10:00", "2025-02-28"),
    ("last working day of month", "last working day of month", "2025-08-04T10:00", "2025-08-29"),
    ("first working day of month", "first working day of next month", "2024-12-10T10:00", "2025-01-05"),
    ("second Tuesday", "second Tuesday of month", "2025-07-01T10:00", "2025-07-08"),
    ("every working day", "every working day", "2025-06-05T19:00", "2025-06-09"),
]


@pytest.mark.parametrize(("clause", "rule", "anchor", "day"), DAYS, ids=[case[0] for case in DAYS])
def test_a_term_ends_at_close_of_business_of_its_day(clause: str, rule: str, anchor: str, day: str) -> None:
    found = term(rule, anchor)

    assert found.due == at(f"{day}T18:30")
    assert found.calendar_version == 7


@pytest.mark.parametrize(
    ("clause", "rule", "anchor", "day"),
    [
        ("KST-S07.1 the call task appears", "3 working days before reception.date", "2025-07-10T11:00", "2025-07-04"),
        ("KST-S09 the meeting task appears", "1 working day before reception.date", "2025-06-30T11:00", "2025-06-27"),
        ("KRG-36 from the first day on", "1 to 3 working days after reception.date", "2025-06-27T11:00", "2025-06-30"),
        ("ECC-9 the service opens", "6 working days after protocol.signed", "2025-08-25T10:00", "2025-09-03"),
        ("a range backwards", "1 to 3 working days before reception.date", "2025-06-27T11:00", "2025-06-24"),
        ("a range of weeks", "1 to 2 weeks after", "2025-06-03T10:00", "2025-06-10"),
        ("a range of months", "1 to 2 months after", "2025-06-03T10:00", "2025-07-03"),
    ],
)
def test_a_term_opens_with_the_office_on_its_day(clause: str, rule: str, anchor: str, day: str) -> None:
    assert term(rule, anchor).opens == at(f"{day}T09:00")


def test_a_range_backwards_is_due_on_the_day_nearest_to_the_event() -> None:
    assert term("1 to 3 working days before reception.date", "2025-06-27T11:00").due == at("2025-06-26T18:30")


@pytest.mark.parametrize(
    ("clause", "rule", "anchor", "moment"),
    [
        ("SKE-2.1 clock", "30 minutes after review_book.entry_made", "2025-06-02T10:15", "2025-06-02T10:45"),
        ("SKE-2.1 working", "30 working minutes after review_book.entry_made", "2025-06-02T17:45", "2025-06-03T09:15"),
        ("KST-S06.2", "immediately after poor_quality.found", "2025-06-19T11:20", "2025-06-19T11:20"),
        ("KST-S07.2", "immediately after schedule.changed", "2025-06-24T09:30", "2025-06-24T09:30"),
        ("KST-S05.2", "at invitation.due_moment", "2025-06-20T18:00", "2025-06-20T18:00"),
        ("SKE-1.6", "at resolution.due_date", "2025-06-20T18:00", "2025-06-20T18:00"),
        ("ECC-20", "immediately after discrepancy.found", "2025-06-19T10:00", "2025-06-19T10:00"),
        ("clock hours over midnight", "24 hours after", "2025-06-06T10:00", "2025-06-07T10:00"),
        ("hours before", "2 hours before", "2025-06-06T01:00", "2025-06-05T23:00"),
        ("over the weekend and a holiday", "4 working hours after", "2025-06-05T16:00", "2025-06-09T11:00"),
        ("worked Saturday", "1 working hour after", "2024-05-03T17:30", "2024-05-04T09:30"),
    ],
)
def test_hours_and_minutes_end_at_the_moment_itself(clause: str, rule: str, anchor: str, moment: str) -> None:
    found = term(rule, anchor, office=SKE_OFFICE)

    assert (found.opens, found.due) == (at(moment), at(moment))


def test_of_two_terms_the_earlier_wins_and_both_are_named() -> None:
    """KTEK-3.2.2: 14 calendar or 10 working days."""
    rule = "14 calendar days after grievance.registered | 10 working days after grievance.registered"

    found = term(rule, "2025-06-04T10:00")

    assert found.due == at("2025-06-18T18:30")
    assert str(found.rule) == rule
    assert "14 календарных дней" in found.explanation.ru
    assert "10 рабочих дней после события «регистрация жалобы»: чт 19.06.2025, 18:30" in found.explanation.ru
    assert "Действует самый ранний" in found.explanation.ru


def test_the_unified_day_is_the_last_friday_of_every_month_of_2021() -> None:
    """KST-DAY-CAL."""
    days: list[str] = []
    found = next_occurrence("last Friday of month", at("2021-01-01T00:00"), OFFICE)

    while found.due.year == 2021:
        days.append(f"{found.due:%m-%d}")
        found = next_occurrence("last Friday of month", found.due, OFFICE)

    assert " ".join(days) == "01-29 02-26 03-26 04-30 05-28 06-25 07-30 08-27 09-24 10-29 11-26 12-31"


def test_the_unified_days_of_the_second_half_of_2025() -> None:
    """KST-DAY."""
    after, days = at("2025-06-01T00:00"), []

    for _ in range(7):
        after = next_occurrence("last Friday of month", after, OFFICE).due
        days.append(f"{after:%m-%d}")

    assert " ".join(days) == "06-27 07-25 08-29 09-26 10-31 11-28 12-26"


@pytest.mark.parametrize(
    ("month", "roll", "day", "rolled_from"),
    [
        ("2024-08-01", "none", "2024-08-30", None),
        ("2024-08-01", "next", "2024-09-02", "2024-08-30"),
        ("2024-08-01", "previous", "2024-08-29", "2024-08-30"),
        ("2024-10-01", "next", "2024-10-28", "2024-10-25"),
        ("2024-10-01", "previous", "2024-10-24", "2024-10-25"),
        ("2025-06-01", "previous", "2025-06-27", None),
    ],
)
def test_a_last_friday_that_is_a_holiday_goes_where_the_rule_says(
    month: str, roll: Roll, day: str, rolled_from: str | None
) -> None:
    """KST-DAY-1."""
    found = term("last Friday of month", f"{month}T00:00", roll)

    assert found.due == at(f"{day}T18:30")
    assert found.opens == at(f"{day}T09:00")
    assert found.rolled_from == (date.fromisoformat(rolled_from) if rolled_from else None)


@pytest.mark.parametrize(
    ("anchor", "roll", "due"),
    [
        ("2025-06-02T14:59", "none", "2025-06-02T15:00"),
        ("2025-06-02T15:00", "none", "2025-06-09T15:00"),
        ("2025-06-08T23:00", "none", "2025-06-09T15:00"),
        ("2025-07-05T10:00", "none", "2025-07-07T15:00"),  # Capital Day is kept on Monday 7 July
        ("2025-07-05T10:00", "next", "2025-07-08T15:00"),
        ("2025-07-07T16:00", "next", "2025-07-08T15:00"),
        ("2025-07-08T15:00", "next", "2025-07-14T15:00"),
        ("2025-07-04T14:00", "previous", "2025-07-04T15:00"),
        ("2025-07-04T15:00", "previous", "2025-07-14T15:00"),
    ],
)
def test_the_weekly_report_is_due_on_monday_at_three(anchor: str, roll: Roll, due: str) -> None:
    """SKE-2.13."""
    found = next_occurrence("Mon 15:00 weekly", at(anchor), SKE_OFFICE, roll=roll)

    assert found.due == at(due)
    assert found.opens == at(due).replace(hour=9)


@pytest.mark.parametrize(
    ("rule", "roll", "day"),
    [
        ("15 calendar days after", "next", "2025-09-29"),
        ("15 calendar days after", "previous", "2025-09-26"),
        ("15 working days after", "next", "2025-10-03"),
    ],
)
def test_only_a_term_that_ends_on_a_day_off_rolls(rule: str, roll: Roll, day: str) -> None:
    """KTEK-3.2.2, KRG-31, ECC-14: calendar.roll."""
    assert term(rule, "2025-09-12T10:00", roll).due == at(f"{day}T18:30")


def test_a_clock_term_that_rolls_keeps_its_hour() -> None:
    found = term("24 hours after", "2025-06-06T10:20", "next")

    assert found.due == at("2025-06-09T10:20")
    assert found.rolled_from == date(2025, 6, 7)


def test_the_report_of_june_falls_on_saturday_unless_it_rolls() -> None:
    """ECC-18.1: 2025-07-05 is a Saturday and 7 July a day off."""
    assert term("5th of next month", "2025-06-30T10:00", "next").due == at("2025-07-08T18:30")
    assert term("5th of next month", "2025-06-30T10:00", "previous").due == at("2025-07-04T18:30")


def test_a_rule_of_the_next_month_comes_round_every_month() -> None:
    first = next_occurrence("5th of next month", at("2025-06-01T09:00"), OFFICE)
    second = next_occurrence("5th of next month", first.due, OFFICE)

    assert (first.due, second.due) == (at("2025-06-05T18:30"), at("2025-07-05T18:30"))


@pytest.mark.parametrize(
    ("rule", "after", "due"),
    [
        ("once per week", "2025-06-03T10:00", "2025-06-08"),
        ("once per month", "2025-06-30T18:29", "2025-06-30"),
        ("once per month", "2025-06-30T18:30", "2025-07-31"),
        ("once per half-year", "2025-07-01T00:00", "2025-12-31"),
        ("once per year", "2025-07-01T00:00", "2025-12-31"),
        ("31st of month", "2025-04-01T00:00", "2025-04-30"),
    ],
)
def test_a_period_ends_with_its_last_day(rule: str, after: str, due: str) -> None:
    assert next_occurrence(rule, at(after), OFFICE).due == at(f"{due}T18:30")


def test_a_rule_that_counts_from_an_event_has_no_next_occurrence() -> None:
    with pytest.raises(NotRecurringError):
        next_occurrence("3 working days after", at("2025-06-03T10:00"), OFFICE)


def test_the_anchor_is_read_in_the_zone_of_the_office() -> None:
    """Late on 3 June in UTC it is already 4 June in Kostanay."""
    anchor = datetime.fromisoformat("2025-06-03T20:00:00+00:00")

    found = compute("1 working day after", anchor, OFFICE)

    assert found.due.isoformat() == "2025-06-05T18:30:00+05:00"


def test_hours_on_the_clock_pass_over_the_change_of_the_zone() -> None:
    """On 1 March 2024 Almaty went from UTC+6 to UTC+5: a day later the clock shows an hour less."""
    found = term("24 hours after", "2024-02-29T12:00")

    assert found.due.isoformat() == "2024-03-01T11:00:00+05:00"


def test_an_anchor_without_a_zone_is_refused() -> None:
    with pytest.raises(NaiveMomentError):
        compute("1 working day after", datetime(2025, 6, 3, 10), OFFICE)  # noqa: DTZ001 - the point of the test


@pytest.mark.parametrize("rule", ["9999 working days after", "9999 months after", "9999 years after"])
def test_a_term_beyond_the_calendar_is_refused(rule: str) -> None:
    with pytest.raises(CalendarHorizonError):
        term(rule, "2085-06-03T10:00")


def test_a_term_counts_by_the_calendar_as_it_was_known() -> None:
    """8 May 2024 was declared off, and 4 May worked, on 18 April."""
    days = WorkingCalendar()

    before = compute("4 working days after", at("2024-05-02T10:00"), OfficeCalendar(days.as_known_on(date(2024, 4, 1))))
    after = compute("4 working days after", at("2024-05-02T10:00"), OfficeCalendar(days.as_known_on(date(2024, 4, 18))))

    assert before.due == at("2024-05-10T18:30")
    assert after.due == at("2024-05-10T18:30")
    assert [day.number for day in before.days] == [1, None, None, 2, None, 3, None, 4]
    assert [day.number for day in after.days] == [1, 2, None, 3, None, None, None, 4]


def test_a_transfer_entered_later_moves_the_term_only_for_those_who_know_it() -> None:
    entered = at("2027-02-01T10:00")
    days = WorkingCalendar()
    moved = WorkingCalendar(transfer(days, day_off=date(2027, 6, 5), moved_to=date(2027, 6, 4), entered_at=entered))

    known = compute("1 working day after", at("2027-06-03T10:00"), OfficeCalendar(moved))
    unknown = compute(
        "1 working day after", at("2027-06-03T10:00"), OfficeCalendar(moved.as_known_on(date(2027, 1, 31)))
    )

    assert known.due == at("2027-06-05T18:30")
    assert unknown.due == at("2027-06-04T18:30")


def test_office_hours_follow_their_dates() -> None:
    office = OfficeCalendar(
        WorkingCalendar(),
        (OfficeHours(time(8), time(17), valid_from=date(2025, 6, 10)), OfficeHours(time(9), time(18, 30))),
    )

    before = compute("1 working day after", at("2025-06-05T10:00"), office)
    after = compute("1 working day after", at("2025-06-09T10:00"), office)

    assert before.due == at("2025-06-09T18:30")
    assert (after.opens, after.due) == (at("2025-06-10T08:00"), at("2025-06-10T17:00"))


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        ("2025-06-02T12:45", 30, "2025-06-02T14:45"),  # over lunch
        ("2025-06-02T12:30", 30, "2025-06-02T13:00"),  # up to lunch
        ("2025-06-02T13:10", 30, "2025-06-02T15:00"),  # from within lunch
        ("2025-06-02T18:00", 30, "2025-06-02T18:30"),  # used up at close of business
        ("2025-06-02T18:30", 30, "2025-06-03T09:30"),
        ("2025-06-02T22:00", 30, "2025-06-03T09:30"),
        ("2025-06-02T07:00", 30, "2025-06-02T09:30"),
        ("2025-06-02T09:00", 480, "2025-06-02T18:30"),  # a full day of eight hours
        ("2025-06-02T09:00", 481, "2025-06-03T09:01"),
        ("2025-06-05T18:15", 30, "2025-06-09T09:15"),  # over Kurban Ait and a weekend
        ("2024-05-03T18:15", 30, "2024-05-04T09:15"),  # a worked Saturday
        ("2025-01-04T12:00", 30, "2025-01-05T09:30"),  # a worked Sunday
        ("2025-06-07T12:00", 0, "2025-06-07T12:00"),
        ("2025-06-02T14:45", -30, "2025-06-02T12:45"),
        ("2025-06-02T14:30", -30, "2025-06-02T12:30"),
        ("2025-06-09T09:15", -30, "2025-06-05T18:15"),
        ("2025-06-02T18:30", -480, "2025-06-02T09:00"),
    ],
)
def test_working_minutes_stand_still_outside_office_hours(start: str, minutes: int, end: str) -> None:
    assert add_working_time(at(start), minutes, OFFICE) == at(end)


def test_the_page_gets_every_day_with_its_place_in_the_count_or_the_reason_it_is_passed_over() -> None:
    found = term("3 working days before reception.date", "2025-07-10T11:00")

    assert [(f"{day.date:%d.%m}", day.number, day.working, day.why.ru if day.why else None) for day in found.days] == [
        ("09.07", 1, True, None),
        ("08.07", 2, True, None),
        ("07.07", None, False, "выходной за праздник: День столицы"),
        ("06.07", None, False, "День столицы"),
        ("05.07", None, False, "выходной"),
        ("04.07", 3, True, None),
    ]


def test_calendar_days_are_all_numbered_and_the_days_of_a_roll_follow_without_number() -> None:
    found = term("2 calendar days after", "2025-09-25T10:00", "next")

    assert [(f"{day.date:%d.%m}", day.number, day.working) for day in found.days] == [
        ("26.09", 1, True),
        ("27.09", 2, False),
        ("28.09", None, False),
        ("29.09", None, True),
    ]


def test_the_explanation_says_rule_anchor_days_reasons_end_and_basis_in_three_languages() -> None:
    basis = Text("Жеке қабылдау регламенті", "Регламент личного приёма.", "The regulation of personal reception")

    found = compute(
        "3 working days after request.registered", at("2025-06-03T10:00"), OFFICE, basis=basis, clause="KST-S02.2"
    )

    assert found.explanation.ru == (
        "Срок: 3 рабочих дня после события «регистрация заявки» (вт 03.06.2025, 10:00). День события не считается. "
        "Считаются: ср 04.06 (1), чт 05.06 (2), пн 09.06 (3). "
        "Не считаются: пт 06.06 (Курбан айт), сб 07.06 (выходной), вс 08.06 (выходной). "
        "Срок истекает: пн 09.06.2025, 18:30. Основание: Регламент личного приёма (KST-S02.2)."
    )
    assert found.explanation.kk == (
        "Мерзім: «өтініштің тіркелуі» оқиғасынан кейін 3 жұмыс күні ішінде (сс 03.06.2025, 10:00). "
        "Оқиға болған күн есепке кірмейді. Есептеледі: ср 04.06 (1), бс 05.06 (2), дс 09.06 (3). "
        "Есептелмейді: жм 06.06 (Құрбан айт), сб 07.06 (демалыс күні), жс 08.06 (демалыс күні). "
        "Мерзімнің соңы: дс 09.06.2025, 18:30. Негіздеме: Жеке қабылдау регламенті (KST-S02.2)."
    )
    assert found.explanation.en == (
        "Term: 3 working days after registration of the request (Tue 3 Jun 2025, 10:00). The day of the event is not "
        "counted. Counted: Wed 4 Jun (1), Thu 5 Jun (2), Mon 9 Jun (3). "
        "Not counted: Fri 6 Jun (Kurban Ait), Sat 7 Jun (day off), Sun 8 Jun (day off). "
        "Due: Mon 9 Jun 2025, 18:30. Basis: The regulation of personal reception (KST-S02.2)."
    )


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("1 working day after", "1 рабочий день после события ("),
        ("2 working days after", "2 рабочих дня после"),
        ("11 working days after", "11 рабочих дней после"),
        ("21 calendar days after", "21 календарный день после"),
        ("1 week before", "за 1 неделю до события ("),
        ("1 working minute before", "за 1 рабочую минуту до"),
        ("2 minutes before", "за 2 минуты до"),
        ("1 to 3 working days after", "1–3 рабочих дня после"),
        ("Wed 10:00 weekly", "Срок: каждую среду, 10:00."),
        ("last Friday of month", "Срок: последняя пятница месяца."),
        ("third Sunday of next month", "Срок: третье воскресенье следующего месяца."),
        ("5th of next month 12:00", "Срок: 5-е число следующего месяца, 12:00."),
        ("last day of month", "Срок: последний день месяца."),
        ("once per quarter", "Срок: один раз в квартал."),
        ("every working day", "Срок: каждый рабочий день."),
        ("on reception.date", "Срок: в день события «личный приём» ("),
        ("immediately after schedule.changed", "Срок: незамедлительно после события «изменение графика приёма» ("),
        ("at invitation.due_moment", "Срок, названный в приглашении: вт 10.06.2025, 10:00."),
        ("3 hours after permit.issued", "3 часа после события «permit.issued» ("),
    ],
)
def test_a_rule_is_put_into_russian_words(rule: str, words: str) -> None:
    assert words in term(rule, "2025-06-10T10:00").explanation.ru


def test_an_office_may_name_the_event_itself() -> None:
    event = Text("рұқсаттың берілуі", "выдача разрешения", "issue of the permit")

    found = compute("3 working days after permit.issued", at("2025-06-10T10:00"), OFFICE, event=event)

    assert "после события «выдача разрешения»" in found.explanation.ru
    assert "«рұқсаттың берілуі» оқиғасынан кейін" in found.explanation.kk
    assert "after issue of the permit" in found.explanation.en


@pytest.mark.parametrize(
    ("roll", "words"),
    [
        ("none", "Последний день выпадает на выходной: сб 27.09.2025; срок не переносится."),
        (
            "next",
            "Последний день выпадает на выходной: сб 27.09.2025, поэтому срок перенесён на следующий рабочий день.",
        ),
        (
            "previous",
            "Последний день выпадает на выходной: сб 27.09.2025, поэтому срок перенесён на предыдущий рабочий день.",
        ),
    ],
)
def test_the_explanation_says_what_happens_on_a_day_off(roll: Roll, words: str) -> None:
    assert words in term("15 calendar days after", "2025-09-12T10:00", roll).explanation.ru


def test_a_long_count_is_told_by_its_first_and_last_days() -> None:
    found = term("30 working days after", "2025-06-03T10:00")

    assert "ср 04.06 (1), чт 05.06 (2), пн 09.06 (3), …, ср 16.07 (29), чт 17.07 (30)" in found.explanation.ru
    assert "обычные выходные: 11" in found.explanation.ru
    assert "пт 06.06 (Курбан айт)" in found.explanation.ru


def test_a_term_that_depends_on_an_unapproved_year_is_preliminary_and_says_so() -> None:
    found = term("3 working days after", "2026-11-16T10:00")

    assert found.preliminary
    assert "Календарь 2026 года ещё не утверждён, поэтому срок предварительный." in found.explanation.ru


def test_a_term_over_an_estimated_kurban_ait_is_preliminary_even_in_an_approved_year() -> None:
    office = OfficeCalendar(WorkingCalendar(approved=frozenset({2026})))

    found = compute("3 working days after", at("2026-05-25T10:00"), office)

    assert found.preliminary
    assert "Дата Курбан айта расчётная (ср 27.05.2026) и может измениться." in found.explanation.ru
    assert not compute("3 working days after", at("2026-06-01T10:00"), office).preliminary


def test_a_term_is_preliminary_when_the_term_it_was_compared_with_is() -> None:
    found = term("15 calendar days after | 40 working days after", "2026-11-02T10:00")

    assert found.due == at("2026-11-17T18:30")
    assert found.preliminary
    assert found.explanation.ru.endswith("Календарь 2026 года ещё не утверждён, поэтому срок предварительный.")


@pytest.mark.parametrize("rule", ["15 calendar days after", "30 minutes after", "immediately after"])
def test_a_term_that_no_calendar_can_move_is_not_preliminary(rule: str) -> None:
    assert not term(rule, "2026-11-16T10:00").preliminary


def test_a_term_far_away_still_explains_itself_in_every_language() -> None:
    found = term("900 working days after", "2026-11-16T10:00")

    assert all(len(found.explanation.in_(language)) < 4000 for language in LANGUAGES)
    assert found.due - at("2026-11-16T10:00") > timedelta(days=1200)
