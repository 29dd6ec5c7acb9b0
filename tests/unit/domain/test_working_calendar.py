"""The working calendar of Kazakhstan and the decisions over it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.domain.calendar import (
    CalendarHorizonError,
    DecisionChangesNothingError,
    NotADayOffError,
    NotAWorkingDayError,
    SameDayTransferError,
    WorkingCalendar,
    differing_days,
    flip,
    transfer,
)
from app.domain.days import Decision
from app.domain.kazakhstan import FIRST_YEAR, LAST_YEAR, NAMES, named_days
from app.domain.texts import LANGUAGES, Text

COUNTRY = WorkingCalendar()
ENTERED = datetime(2027, 2, 1, 10, tzinfo=UTC)
MONTHS = {
    2019: "20 20 17 22 20 20 22 21 21 23 21 19",
    2020: "20 20 18 22 18 22 21 20 22 22 21 20",
    2021: "18 20 19 22 18 22 20 21 22 21 22 20",
    2022: "18 20 19 21 19 22 20 22 22 20 22 21",
    2023: "20 20 19 20 20 21 20 22 21 21 22 20",
}
TOTALS = {2019: 246, 2020: 246, 2021: 245, 2022: 246, 2023: 246}


def d(written: str) -> date:
    return date.fromisoformat(written)


@pytest.mark.parametrize("year", MONTHS)
def test_the_months_of_a_checked_year_have_the_published_numbers_of_working_days(year: int) -> None:
    months = COUNTRY.working_days_in_months(year)

    assert " ".join(map(str, months)) == MONTHS[year]
    assert sum(months) == TOTALS[year]


def test_2025_has_exactly_the_days_off_that_the_requirement_checks_name() -> None:
    named = "01-01 01-02 01-03 01-07 03-10 03-21 03-24 03-25 05-01 05-07 05-09 06-06 07-07 09-01 10-27 12-16"
    days = [d("2025-01-01") + timedelta(days=number) for number in range(365)]

    off = [f"{day:%m-%d}" for day in days if day.weekday() < 5 and not COUNTRY.is_working(day)]

    assert " ".join(off) == named


WORKED_WEEKEND_DAYS = (
    "2016-03-05 2017-03-18 2017-07-01 2018-03-03 2018-04-28 2018-05-05 2018-08-25 2018-12-29 2019-05-04 2020-01-05 "
    "2020-12-20 2021-07-03 2022-03-05 2022-08-27 2022-10-22 2023-07-01 2024-05-04 2025-01-05"
)


@pytest.mark.parametrize("day", WORKED_WEEKEND_DAYS.split())
def test_a_weekend_day_to_which_work_was_moved_is_worked_and_says_why(day: str) -> None:
    why = COUNTRY.why(d(day))

    assert COUNTRY.is_working(d(day))
    assert why is not None
    assert why.ru.startswith("рабочий день, выходной перенесён на ")


def test_there_are_eighteen_worked_weekend_days_from_2015_to_2026() -> None:
    days = [d("2015-01-01") + timedelta(days=number) for number in range(4383)]

    worked = [day for day in days if day.weekday() >= 5 and COUNTRY.is_working(day)]

    assert len(worked) == 18
    assert [day for day in worked if day.weekday() == 6] == [d("2020-01-05"), d("2020-12-20"), d("2025-01-05")]


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("2020-05-08", "выходной, перенос с пн 11.05.2020"),  # the moved day was itself a day in lieu
        ("2020-03-25", "выходной за праздник: Наурыз мейрамы"),  # chained: 22 and 23 March fell on Sunday and Monday
        ("2021-03-24", "выходной за праздник: Наурыз мейрамы"),
        ("2022-05-10", "выходной за праздник: День защитника Отечества"),  # 7 May was a Saturday, 9 May a Monday
        ("2022-10-25", "День Республики"),
        ("2024-05-08", "выходной, перенос с сб 04.05.2024"),
        ("2024-07-08", "выходной за праздник: День столицы"),
        ("2025-01-03", "выходной, перенос с вс 05.01.2025"),
        ("2026-03-24", "выходной за праздник: Наурыз мейрамы"),
        ("2026-03-25", "выходной за праздник: Наурыз мейрамы"),
        ("2027-03-15", "День Конституции"),
    ],
)
def test_a_weekday_off_names_its_reason(day: str, why: str) -> None:
    reason = COUNTRY.why(d(day))

    assert not COUNTRY.is_working(d(day))
    assert reason is not None
    assert reason.ru == why


@pytest.mark.parametrize(
    "day",
    [
        "2020-05-11",  # its rest was moved to 8 May
        "2022-01-10",  # 7 January is a day off, not a holiday: nothing in lieu
        "2022-07-11",  # Kurban Ait on a Saturday gives nothing either
        "2023-01-09",
        "2022-12-01",
        "2022-12-19",
        "2023-12-19",  # 16 December gave the 18th; the 17th is no holiday any more
        "2024-06-17",  # Kurban Ait moved to Sunday 16 June
        "2024-12-17",
        "2026-03-16",  # the new Constitution Day begins in 2027
        "2026-08-31",  # the old one ended in 2025
    ],
)
def test_a_day_that_other_sources_call_off_is_worked(day: str) -> None:
    assert COUNTRY.is_working(d(day))
    assert COUNTRY.why(d(day)) is None


def test_a_plain_weekend_day_is_named_as_such() -> None:
    assert COUNTRY.why(d("2025-06-07")) == Text("демалыс күні", "выходной", "day off")
    assert COUNTRY.named(d("2025-06-07")) is None


def test_every_day_of_the_package_has_names_in_three_languages_without_the_packages_marks() -> None:
    texts = [day.why for year in range(FIRST_YEAR, LAST_YEAR + 1) for day in named_days(year).values()]

    assert {text.ru for text in texts if text.ru in {name.ru for name in NAMES.values()}} >= {"Новый год", "Курбан айт"}
    assert all(text.in_(language) for text in texts for language in LANGUAGES)
    assert not [text for text in texts if "(" in text.kk or (text.ru == text.kk and text.ru != "Наурыз мейрамы")]


def test_special_days_of_a_year_come_in_order_with_their_kind() -> None:
    special = COUNTRY.special_days(2025)

    assert [day.day for day in special] == sorted(day.day for day in special)
    assert {day.kind for day in special} == {"holiday", "observed", "moved_off", "moved_working"}
    assert len(special) == 23


def test_a_year_that_nobody_approved_is_preliminary() -> None:
    calendar = WorkingCalendar(approved=frozenset({2025, 2026}))

    assert not calendar.is_preliminary(2026)
    assert calendar.is_preliminary(2027)


def test_kurban_ait_stays_estimated_until_a_decision_confirms_it() -> None:
    day = d("2026-05-27")
    confirmed = flip(COUNTRY, day=day, working=False, reason=NAMES["Құрбан айт"], entered_at=ENTERED)

    assert COUNTRY.estimated_days(2026) == (day,)
    assert COUNTRY.estimated_days(2025) == ()
    assert WorkingCalendar((confirmed,)).estimated_days(2026) == ()


def test_a_transfer_flips_both_days_and_each_names_the_other() -> None:
    off, moved_to = d("2027-05-16"), d("2027-05-11")
    pair = transfer(COUNTRY, day_off=off, moved_to=moved_to, entered_at=ENTERED, document="приказ № 7")

    calendar = WorkingCalendar(pair)

    assert calendar.is_working(off)
    assert not calendar.is_working(moved_to)
    assert calendar.why(off) == Text(
        "жұмыс күні, демалыс сс 11.05.2027 күніне ауыстырылған",
        "рабочий день, выходной перенесён на вт 11.05.2027",
        "working day, day off moved to Tue 11 May 2027",
    )
    assert [decision.pair_day for decision in pair] == [moved_to, off]
    assert calendar.working_days_in_months(2027) == COUNTRY.working_days_in_months(2027)


@pytest.mark.parametrize(
    ("day_off", "moved_to", "error"),
    [
        ("2027-06-05", "2027-06-05", SameDayTransferError),
        ("2027-06-03", "2027-06-04", NotADayOffError),
        ("2027-06-05", "2027-06-06", NotAWorkingDayError),
        ("2024-05-04", "2024-05-08", NotADayOffError),  # the package knows this transfer already
    ],
)
def test_a_transfer_that_changes_nothing_is_refused(day_off: str, moved_to: str, error: type[Exception]) -> None:
    with pytest.raises(error) as refusal:
        transfer(COUNTRY, day_off=d(day_off), moved_to=d(moved_to), entered_at=ENTERED)

    text = refusal.value.text  # type: ignore[attr-defined]
    assert all("{" not in text.in_(language) for language in LANGUAGES)


def test_a_single_decision_that_changes_nothing_is_refused() -> None:
    with pytest.raises(DecisionChangesNothingError):
        flip(COUNTRY, day=d("2027-06-03"), working=True, reason=Text("а", "б", "c"), entered_at=ENTERED)


def test_a_local_closure_wins_over_an_official_decision_entered_later() -> None:
    day = d("2027-06-03")
    closed = Decision(day=day, working=False, reason=Text("жөндеу", "ремонт"), entered_at=ENTERED, layer="local")
    official = Decision(day=day, working=True, reason=Text("бұйрық", "приказ"), entered_at=ENTERED + timedelta(days=1))

    calendar = WorkingCalendar([closed, official])
    named = calendar.named(day)

    assert not calendar.is_working(day)
    assert named is not None
    assert (named.layer, named.why.ru, named.decision) == ("local", "ремонт", closed)


def test_of_two_decisions_of_one_layer_the_later_wins_in_whatever_order_they_come() -> None:
    day = d("2027-06-03")
    first = Decision(day=day, working=False, reason=Text("а", "первое"), entered_at=ENTERED)
    second = Decision(day=day, working=True, reason=Text("ә", "второе"), entered_at=ENTERED + timedelta(hours=1))

    assert WorkingCalendar([first, second]).is_working(day)
    assert WorkingCalendar([second, first]).is_working(day)


def test_a_decision_is_not_known_before_the_day_it_was_entered() -> None:
    pair = transfer(COUNTRY, day_off=d("2027-06-05"), moved_to=d("2027-06-04"), entered_at=ENTERED)
    calendar = WorkingCalendar(pair)

    assert calendar.as_known_on(d("2027-01-31")).is_working(d("2027-06-04"))
    assert not calendar.as_known_on(d("2027-02-01")).is_working(d("2027-06-04"))


@pytest.mark.parametrize(
    ("day", "on_the_eve", "on_that_day"),
    [
        ("2024-05-04", ("2024-04-17", False), ("2024-04-18", True)),
        ("2024-05-08", ("2024-04-17", True), ("2024-04-18", False)),
        ("2024-06-17", ("2024-06-06", False), ("2024-06-07", True)),
        ("2025-01-05", ("2024-11-20", False), ("2024-11-21", True)),
        ("2025-01-03", ("2024-11-20", True), ("2024-11-21", False)),
        ("2022-10-25", ("2022-09-28", True), ("2022-09-29", False)),
        ("2022-12-01", ("2022-09-28", False), ("2022-09-29", True)),
        ("2022-12-19", ("2022-09-28", False), ("2022-09-29", True)),
        ("2022-10-22", ("2022-10-07", False), ("2022-10-08", True)),
        ("2026-08-31", ("2026-03-17", False), ("2026-03-18", True)),
    ],
)
def test_days_decided_in_the_middle_of_things_are_unknown_before(
    day: str, on_the_eve: tuple[str, bool], on_that_day: tuple[str, bool]
) -> None:
    for known_on, working in (on_the_eve, on_that_day):
        assert COUNTRY.as_known_on(d(known_on)).is_working(d(day)) is working


def test_a_six_day_week_works_saturdays_and_gives_a_day_only_for_sunday_holidays() -> None:
    six = WorkingCalendar(week=6)

    assert six.is_working(d("2025-06-07"))
    assert not six.is_working(d("2025-03-08"))  # a holiday on a Saturday
    assert six.is_working(d("2025-03-10"))  # … gives no Monday
    assert not six.is_working(d("2025-03-24"))  # 23 March 2025 was a Sunday
    assert six.is_working(d("2025-03-25"))
    assert six.is_working(d("2024-05-08"))  # transfers of the 5-day week do not concern it
    assert six.is_working(d("2025-01-03"))
    assert not six.is_working(d("2025-01-05"))


def test_counting_days_over_years_agrees_with_looking_at_each() -> None:
    first, last = d("2024-11-20"), d("2026-02-10")
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]

    assert COUNTRY.count(first, last) == sum(COUNTRY.is_working(day) for day in days)
    assert COUNTRY.count(last, first) == 0
    assert COUNTRY.count(d("2025-06-03"), d("2025-06-03")) == 1
    assert COUNTRY.count(d("2025-06-04"), d("2025-06-03")) == 0


@pytest.mark.parametrize("day", ["2005-12-31", "2100-01-01"])
def test_beyond_its_years_the_calendar_refuses_to_guess(day: str) -> None:
    with pytest.raises(CalendarHorizonError) as refusal:
        COUNTRY.is_working(d(day))

    assert refusal.value.text.ru == f"В календаре нет {day[:4]} года: известны годы 2006–2099."


def test_what_a_new_decision_changes_can_be_listed() -> None:
    pair = transfer(COUNTRY, day_off=d("2027-06-05"), moved_to=d("2027-06-04"), entered_at=ENTERED)

    changed = differing_days(COUNTRY, WorkingCalendar(pair), [2026, 2027])

    assert changed == (d("2027-06-04"), d("2027-06-05"))
