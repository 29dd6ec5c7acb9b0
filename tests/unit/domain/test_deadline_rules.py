"""The notation of rules: what is read, what is refused, and where the finger points."""

import tomllib
from datetime import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.events import EVENT_NAMES
from app.domain.rule_errors import EmptyRuleError, MissingUnitError, RuleError, UnfinishedRuleError, UnknownWordError
from app.domain.rules import (
    DEFAULT_EVENT,
    MOST,
    AtOnce,
    Earliest,
    EventDay,
    EventMoment,
    EveryWorkingDay,
    MonthDay,
    MonthWeekday,
    OncePer,
    Rule,
    Span,
    Weekly,
    parse_rule,
)
from app.domain.texts import LANGUAGES


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("3 working days after request.registered", Span(3, "working day", "after", "request.registered")),
        ("3 working days after", Span(3, "working day")),
        ("1 working day before reception.date", Span(1, "working day", "before", "reception.date")),
        ("15 Calendar Days After", Span(15, "calendar day")),
        ("30 working minutes after", Span(30, "working minute")),
        ("4 working hours after", Span(4, "working hour")),
        ("30 minutes after", Span(30, "minute")),
        ("2 weeks before x", Span(2, "week", "before", "x")),
        ("1 month after", Span(1, "month")),
        ("1 to 3 working days after reception.date", Span(3, "working day", "after", "reception.date", 1)),
        ("15 calendar days after (not later than)", Span(15, "calendar day")),
        ("Mon 15:00 weekly", Weekly(0, time(15))),
        ("wednesday weekly", Weekly(2)),
        ("every Fri 9:30", Weekly(4, time(9, 30))),
        ("last Friday of month", MonthWeekday(-1, 4)),
        ("second Tue of next month 10:00", MonthWeekday(2, 1, 1, time(10))),
        ("first working day of month", MonthWeekday(1, None)),
        ("5th of next month", MonthDay(5, 1)),
        ("31st of month", MonthDay(31)),
        ("last day of month", MonthDay(31)),
        ("on reception.date day", EventDay("reception.date")),
        ("on reception.date", EventDay("reception.date")),
        ("on day", EventDay()),
        ("immediately", AtOnce()),
        ("immediately after schedule.changed", AtOnce("schedule.changed")),
        ("at invitation.due_moment", EventMoment("invitation.due_moment")),
        ("every working day", EveryWorkingDay()),
        ("once per half-year", OncePer("half-year")),
        ("at least once per quarter", OncePer("quarter")),
        (
            "2 working days before reception.date (at least) | on reception.date",
            Earliest((Span(2, "working day", "before", "reception.date"), EventDay("reception.date"))),
        ),
        ("3 hours after (of 5 days) | immediately", Earliest((Span(3, "hour"), AtOnce()))),
    ],
)
def test_a_rule_is_read(written: str, rule: Rule) -> None:
    assert parse_rule(written) == rule


@pytest.mark.parametrize(
    ("written", "error", "word", "position"),
    [
        ("5 days after request.registered", MissingUnitError, "days", 2),
        ("1 day after reply.prepared", MissingUnitError, "day", 2),
        ("", EmptyRuleError, "", 0),
        ("  (only a remark)", EmptyRuleError, "", 0),
        ("3", UnfinishedRuleError, "3", 0),
        ("3 working", UnfinishedRuleError, "working", 2),
        ("3 working days", UnfinishedRuleError, "days", 10),
        ("Mon 15:00", UnfinishedRuleError, "15:00", 4),
        ("3 working days after |", UnfinishedRuleError, "|", 21),
        ("3 wroking days after", UnknownWordError, "wroking", 2),
        ("0 working days after", UnknownWordError, "0", 0),
        ("10000 working days after", UnknownWordError, "10000", 0),
        ("3 to 3 working days after", UnknownWordError, "3", 5),
        ("3 working days since x", UnknownWordError, "since", 15),
        ("3 working days after reception date", UnknownWordError, "date", 31),
        ("3 working days after (oops", UnknownWordError, "(", 21),
        ("3 working days after 7", UnknownWordError, "7", 21),
        ("3 рабочих дня после", UnknownWordError, "рабочих", 2),
        ("Mon 25:00 weekly", UnknownWordError, "25:00", 4),
        ("32nd of month", UnknownWordError, "32nd", 0),
        ("5th of year", UnknownWordError, "year", 7),
        ("fifth Monday of month", UnknownWordError, "fifth", 0),
        ("last Freitag of month", UnknownWordError, "Freitag", 5),
        ("at", UnfinishedRuleError, "at", 0),
        ("once per decade", UnknownWordError, "decade", 9),
        ("resolution.due_date", UnknownWordError, "resolution.due_date", 0),
        ("| 3 hours after", UnknownWordError, "|", 0),
    ],
)
def test_a_rule_that_cannot_be_read_is_refused_at_the_offending_word(
    written: str, error: type[RuleError], word: str, position: int
) -> None:
    with pytest.raises(RuleError) as refusal:
        parse_rule(written)

    assert type(refusal.value) is error
    assert (refusal.value.word, refusal.value.position) == (word, position)
    assert written[position : position + len(word)] == word


def test_days_without_a_unit_are_explained_in_three_languages() -> None:
    """KST-S03 says «5 дней»: whoever enters the rule decides which days they are."""
    with pytest.raises(MissingUnitError) as refusal:
        parse_rule("5 days after request.registered")

    assert refusal.value.text.ru == (
        "В правиле «5 days after request.registered» слово «days» (знак 3) не говорит, какие это дни: "
        "напишите «working days» для рабочих или «calendar days» для календарных."
    )
    assert all("«working days»" in text or '"working days"' in text for text in refusal.value.text.as_dict().values())


spans = st.builds(
    Span,
    st.integers(2, MOST),
    st.sampled_from(
        ["working day", "calendar day", "working minute", "working hour", "minute", "hour", "week", "month", "year"]
    ),
    st.sampled_from(["after", "before"]),
    st.sampled_from(["event", "request.registered", "x"]),
    st.one_of(st.none(), st.just(1)),
)
hours = st.one_of(st.none(), st.times().map(lambda at: at.replace(second=0, microsecond=0)))
singles = st.one_of(
    spans,
    st.builds(EventDay, st.sampled_from(["event", "reception.date"])),
    st.builds(AtOnce, st.sampled_from(["event", "schedule.changed"])),
    st.builds(EventMoment, st.sampled_from(["event", "invitation.due_moment"])),
    st.just(EveryWorkingDay()),
    st.builds(Weekly, st.integers(0, 6), hours),
    st.builds(MonthDay, st.integers(1, 31), st.sampled_from([0, 1]), hours),
    st.builds(
        MonthWeekday,
        st.sampled_from([1, 2, 3, 4, -1]),
        st.one_of(st.none(), st.integers(0, 6)),
        st.sampled_from([0, 1]),
        hours,
    ),
    st.builds(OncePer, st.sampled_from(["week", "month", "quarter", "half-year", "year"])),
)


@given(st.one_of(singles, st.lists(singles, min_size=2, max_size=3).map(lambda each: Earliest(tuple(each)))))
def test_a_rule_written_out_reads_as_itself(rule: Rule) -> None:
    assert parse_rule(str(rule)) == rule


@given(st.text(alphabet=st.sampled_from("3 workingdaysafter|()5thofmnelMon:0{}"), max_size=60))
def test_any_text_is_a_rule_or_is_refused_in_plain_words(written: str) -> None:
    refusals: list[RuleError] = []

    try:
        parse_rule(written)
    except RuleError as error:
        refusals.append(error)

    assert all(each.text.in_(language) for each in refusals for language in LANGUAGES)
    assert not [each for each in refusals if "{rule}" in each.text.ru.replace(written, "")]


@pytest.mark.parametrize("rules", sorted(Path("processes").glob("*/deadlines.toml")), ids=str)
def test_every_event_that_an_office_counts_from_has_its_words(rules: Path) -> None:
    written = [row["expression"] for row in tomllib.loads(rules.read_text("utf-8")).values()]
    events = {getattr(rule, "event", DEFAULT_EVENT) for text in written for rule in _parts(parse_rule(text))}

    assert written
    assert sorted(events - EVENT_NAMES.keys() - {DEFAULT_EVENT}) == []


def _parts(rule: Rule) -> tuple[Rule, ...]:
    return rule.options if isinstance(rule, Earliest) else (rule,)
