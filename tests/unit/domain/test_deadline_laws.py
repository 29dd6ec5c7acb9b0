"""Laws that hold for every deadline."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, given
from hypothesis import strategies as st

from app.domain.calendar import WorkingCalendar
from app.domain.deadlines import Roll, add_working_time, compute, next_occurrence
from app.domain.hours import OfficeCalendar, OfficeHours
from app.domain.rules import Span
from app.domain.texts import LANGUAGES

ZONE = ZoneInfo("Asia/Almaty")
DAYS = WorkingCalendar()
OFFICE = OfficeCalendar(DAYS, (OfficeHours(time(9), time(18, 30), time(13), time(14, 30)),))

moments = st.datetimes(datetime(2015, 2, 1), datetime(2027, 6, 1), timezones=st.just(ZONE))  # noqa: DTZ001
counts = st.integers(1, 60)
rolls = st.sampled_from(["none", "next", "previous"])
span_rules = st.builds(
    lambda count, unit, direction: f"{count} {unit} {direction}",
    counts,
    st.sampled_from(
        ["working days", "calendar days", "working hours", "working minutes", "hours", "minutes", "weeks", "months"]
    ),
    st.sampled_from(["after", "before"]),
)
recurring_rules = st.sampled_from(
    [
        "every working day",
        "Mon 15:00 weekly",
        "Sat weekly",
        "last Friday of month",
        "first working day of month",
        "5th of month",
        "31st of month 10:00",
        "once per week",
        "once per quarter",
        "once per half-year",
    ]
)
other_rules = st.sampled_from(
    ["on x day", "immediately after x", "at x", "5th of next month", "last Friday of next month"]
)
rules = st.one_of(span_rules, recurring_rules, other_rules, st.builds("{} | {}".format, span_rules, span_rules))


@given(counts, moments, rolls)
def test_a_deadline_in_working_days_is_a_working_day(count: int, anchor: datetime, roll: Roll) -> None:
    found = compute(Span(count, "working day"), anchor, OFFICE, roll=roll)

    assert DAYS.is_working(found.due.date())
    assert DAYS.count(anchor.date() + timedelta(days=1), found.due.date()) == count
    assert found.rolled_from is None


@given(counts, moments)
def test_forward_and_back_returns_to_the_working_day_one_came_from(count: int, anchor: datetime) -> None:
    assume(DAYS.is_working(anchor.date()))

    there = compute(Span(count, "working day"), anchor, OFFICE)
    back = compute(Span(count, "working day", "before"), there.due, OFFICE)

    assert back.due.date() == anchor.date()


@given(st.integers(1, 5000), moments)
def test_working_minutes_forward_and_back_return_to_the_moment_one_came_from(minutes: int, anchor: datetime) -> None:
    day = anchor.date() if DAYS.is_working(anchor.date()) else DAYS.next_working(anchor.date())
    start = datetime.combine(day, time(9, 1 + anchor.minute % 59), ZONE)

    assert add_working_time(add_working_time(start, minutes, OFFICE), -minutes, OFFICE) == start


@given(st.integers(0, 3000), st.integers(0, 3000), moments)
def test_working_minutes_add_up(first: int, second: int, anchor: datetime) -> None:
    in_two = add_working_time(add_working_time(anchor, first, OFFICE), second, OFFICE)

    assume(second > 0)
    assert in_two == add_working_time(anchor, first + second, OFFICE)


@given(rules, moments, moments)
def test_a_later_event_never_has_an_earlier_deadline(rule: str, first: datetime, second: datetime) -> None:
    earlier, later = sorted((first, second))

    assert compute(rule, earlier, OFFICE).due <= compute(rule, later, OFFICE).due


@given(counts, moments, st.sampled_from(["working day", "calendar day", "working hour", "week", "month"]))
def test_a_longer_term_never_ends_earlier(count: int, anchor: datetime, unit: str) -> None:
    shorter = compute(f"{count} {unit}s after", anchor, OFFICE)
    longer = compute(f"{count + 1} {unit}s after", anchor, OFFICE)

    assert shorter.due < longer.due


@given(rules, moments, rolls)
def test_a_term_opens_before_it_is_due_in_the_zone_of_the_office(rule: str, anchor: datetime, roll: Roll) -> None:
    found = compute(rule, anchor, OFFICE, roll=roll)

    assert found.opens <= found.due
    assert found.opens.tzinfo is found.due.tzinfo is ZONE


@given(rules, moments, rolls)
def test_an_explanation_is_there_in_every_language_without_unfilled_places(
    rule: str, anchor: datetime, roll: Roll
) -> None:
    found = compute(rule, anchor, OFFICE, roll=roll, clause="KST-S03")

    for language in LANGUAGES:
        words = found.explanation.in_(language)
        assert words.endswith("KST-S03.") is not found.preliminary
        assert not {"{", "}", "  ", ".."} & {
            words[place : place + size] for place in range(len(words)) for size in (1, 2)
        }
        assert "None" not in words


@given(recurring_rules, moments, rolls)
def test_what_recurs_goes_on_and_on(rule: str, after: datetime, roll: Roll) -> None:
    first = next_occurrence(rule, after, OFFICE, roll=roll)
    second = next_occurrence(rule, first.due, OFFICE, roll=roll)

    assert after < first.due < second.due


@given(recurring_rules, moments, st.sampled_from(["next", "previous"]))
def test_a_recurring_term_that_rolls_is_due_on_a_working_day(rule: str, after: datetime, roll: Roll) -> None:
    assert DAYS.is_working(next_occurrence(rule, after, OFFICE, roll=roll).due.date())


@given(st.dates(date(2015, 1, 1), date(2030, 12, 31)))
def test_neighbouring_working_days_have_only_days_off_between_them(day: date) -> None:
    after, before = DAYS.next_working(day), DAYS.previous_working(day)

    assert DAYS.count(day + timedelta(days=1), after) == 1
    assert DAYS.count(before, day - timedelta(days=1)) == 1
