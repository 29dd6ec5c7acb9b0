"""Why a deadline is what it is, in full sentences: Kazakh, Russian and English."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from app.domain.calendar import WEEKEND
from app.domain.events import event_name
from app.domain.hours import OfficeCalendar
from app.domain.rule_words import in_words
from app.domain.rules import RECURRING, AtOnce, EventMoment, EveryWorkingDay, MonthWeekday, Single, Span
from app.domain.terms import CountedDay, Roll
from app.domain.texts import Text
from app.domain.wording import joined, long_day, moment, short_day

SHOWN_COUNTED: Final = 10
SHOWN_WEEKEND_DAYS: Final = 6
SHOWN_NAMED: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What one explanation says."""

    rule: Single
    anchor: datetime
    due: datetime
    days: Sequence[CountedDay]
    roll: Roll
    rolled_from: date | None
    calendar: OfficeCalendar
    basis: Text | None = None
    clause: str | None = None
    event: Text | None = None


@dataclass(frozen=True, slots=True)
class Reservations:
    """What the result hangs on and may still change."""

    unapproved_years: Sequence[int] = ()
    estimated_days: Sequence[date] = ()

    def __bool__(self) -> bool:
        return bool(self.unapproved_years or self.estimated_days)


def explain(options: Sequence[Facts], governing: Facts, reservations: Reservations) -> Text:
    """All sentences: which of several `options` governs, how it was counted, and what may still change."""
    choice = [_choice(options)] if len(options) > 1 else []
    return joined([*choice, *_sentences(governing), *_reservations(reservations)], " ")


def _choice(options: Sequence[Facts]) -> Text:
    named = [_join(in_words(each.rule, each.event), ": ", moment(each.due)) for each in options]
    return Text(
        f"Бірнеше мерзім аталған: {'; '.join(each.kk for each in named)}. Ең ертесі қолданылады.",
        f"Названо несколько сроков: {'; '.join(each.ru for each in named)}. Действует самый ранний.",
        f"Several terms are named: {'; '.join(each.en for each in named)}. The earliest holds.",
    )


def _sentences(facts: Facts) -> Iterator[Text]:
    yield _rule_and_anchor(facts)
    yield from _way_of_counting(facts)
    yield from _days_in_words(facts)
    yield from _roll(facts)
    if not isinstance(facts.rule, EventMoment):
        yield _end(facts)
    yield from _basis(facts)


def _rule_and_anchor(facts: Facts) -> Text:
    words, anchor = in_words(facts.rule, facts.event), moment(facts.anchor)
    if isinstance(facts.rule, EventMoment):  # the moment somebody has named is the term itself
        named = (facts.event or event_name(facts.rule.event) or words).capitalised
        return _join(_join(named, ": ", anchor), ".", Text("", "", ""))
    if isinstance(facts.rule, RECURRING):
        return Text(
            f"Мерзім: {words.kk}. Есептеу басы: {anchor.kk}.",
            f"Срок: {words.ru}. Отсчёт от {anchor.ru}.",
            f"Term: {words.en}. Counted from {anchor.en}.",
        )
    return Text(
        f"Мерзім: {words.kk} ({anchor.kk}).", f"Срок: {words.ru} ({anchor.ru}).", f"Term: {words.en} ({anchor.en})."
    )


def _way_of_counting(facts: Facts) -> Iterator[Text]:
    rule = facts.rule
    if not isinstance(rule, Span):
        return
    if rule.unit in ("working hour", "working minute"):
        hours = facts.calendar.hours_on(facts.due.date())
        shown = ", ".join(f"{start:%H:%M}–{end:%H:%M}" for start, end in hours.spans)
        yield Text(
            f"Тек жұмыс уақыты есептеледі: {shown}.",
            f"Считается только рабочее время: {shown}.",
            f"Only office hours are counted: {shown}.",
        )
    elif rule.unit in ("hour", "minute"):
        yield Text(
            "Уақыт демалыс күндерін қоса, үздіксіз есептеледі.",
            "Время считается подряд, включая выходные.",
            "Time runs on through days off.",
        )
    else:
        yield from _way_of_counting_days(rule)


def _way_of_counting_days(rule: Span) -> Iterator[Text]:
    if rule.direction == "before":
        yield Text("Күндер оқиғадан кері саналады.", "Дни отсчитываются назад.", "Days are counted backwards.")
    yield Text(
        "Оқиға болған күн есепке кірмейді.", "День события не считается.", "The day of the event is not counted."
    )
    if rule.unit != "working day":
        yield Text("Демалыс күндері де есепке кіреді.", "Выходные входят в срок.", "Days off are part of the term.")


def _days_in_words(facts: Facts) -> Iterator[Text]:
    """The counted days and those passed over, where only working time counts."""
    if not isinstance(facts.rule, Span) or not facts.rule.unit.startswith("working"):
        return
    numbered = [day for day in facts.days if day.number is not None or (day.working and day.why)]
    if numbered:
        listed = joined([_numbered(day) for day in _shortened(numbered)], ", ")
        yield Text(f"Есептеледі: {listed.kk}.", f"Считаются: {listed.ru}.", f"Counted: {listed.en}.")
    skipped = [day for day in facts.days if not day.working]
    if skipped:
        listed = joined(list(_skipped(skipped)), ", ")
        yield Text(f"Есептелмейді: {listed.kk}.", f"Не считаются: {listed.ru}.", f"Not counted: {listed.en}.")


def _shortened(days: list[CountedDay]) -> list[CountedDay | None]:
    if len(days) <= SHOWN_COUNTED:
        return list(days)
    return [*days[:3], None, *days[-2:]]


def _numbered(day: CountedDay | None) -> Text:
    if day is None:
        return Text("…", "…", "…")
    named = short_day(day.date)
    if day.number is None:
        return _with_reason(named, day.why)
    if day.why is None:
        return Text(f"{named.kk} ({day.number})", f"{named.ru} ({day.number})", f"{named.en} ({day.number})")
    why = day.why
    return Text(
        f"{named.kk} ({day.number}; {why.kk})",
        f"{named.ru} ({day.number}; {why.ru})",
        f"{named.en} ({day.number}; {why.in_('en')})",
    )


def _skipped(days: Sequence[CountedDay]) -> Iterator[Text]:
    plain = sum(day.why is WEEKEND for day in days)
    if plain > SHOWN_WEEKEND_DAYS:
        yield Text(f"апта соңындағы {plain} күн", f"обычные выходные: {plain}", f"{plain} weekend days")
        days = [day for day in days if day.why is not WEEKEND]
    for day in days[:SHOWN_NAMED]:
        yield _with_reason(short_day(day.date), day.why)
    if len(days) > SHOWN_NAMED:
        more = len(days) - SHOWN_NAMED
        yield Text(f"тағы {more} күн", f"и ещё дней: {more}", f"{more} more days")


def _roll(facts: Facts) -> Iterator[Text]:
    """Whether the term moves from a day off, where the rule can end on one."""
    if facts.rolled_from is not None:
        yield _rolled(facts.rolled_from, facts)
    elif not _may_end_on_day_off(facts.rule):
        return
    elif not facts.calendar.days.is_working(facts.due.date()):
        day = _named_day_off(facts.due.date(), facts)
        yield Text(
            f"Соңғы күн демалысқа түседі: {day.kk}; мерзім ауыстырылмайды.",
            f"Последний день выпадает на выходной: {day.ru}; срок не переносится.",
            f"The last day is a day off: {day.en}; the term does not move.",
        )
    else:
        yield _ROLL_RULES[facts.roll]


_ROLL_RULES: Final[dict[Roll, Text]] = {
    "none": Text(
        "Соңғы күн демалысқа түссе, мерзім ауыстырылмайды.",
        "Если последний день выпадает на выходной, срок не переносится.",
        "A term that ends on a day off does not move.",
    ),
    "next": Text(
        "Соңғы күн демалысқа түссе, мерзім келесі жұмыс күніне ауыстырылады.",
        "Если последний день выпадает на выходной, срок переносится на следующий рабочий день.",
        "A term that ends on a day off moves to the next working day.",
    ),
    "previous": Text(
        "Соңғы күн демалысқа түссе, мерзім алдыңғы жұмыс күніне ауыстырылады.",
        "Если последний день выпадает на выходной, срок переносится на предыдущий рабочий день.",
        "A term that ends on a day off moves to the working day before.",
    ),
}


def _rolled(rolled_from: date, facts: Facts) -> Text:
    day = _named_day_off(rolled_from, facts)
    if facts.roll == "previous":
        return Text(
            f"Соңғы күн демалысқа түседі: {day.kk}, сондықтан мерзім алдыңғы жұмыс күніне ауыстырылды.",
            f"Последний день выпадает на выходной: {day.ru}, поэтому срок перенесён на предыдущий рабочий день.",
            f"The last day is a day off: {day.en}, so the term moves to the working day before.",
        )
    return Text(
        f"Соңғы күн демалысқа түседі: {day.kk}, сондықтан мерзім келесі жұмыс күніне ауыстырылды.",
        f"Последний день выпадает на выходной: {day.ru}, поэтому срок перенесён на следующий рабочий день.",
        f"The last day is a day off: {day.en}, so the term moves to the next working day.",
    )


def _named_day_off(day: date, facts: Facts) -> Text:
    why = facts.calendar.days.why(day)
    return long_day(day) if why is WEEKEND else _with_reason(long_day(day), why)


def _may_end_on_day_off(rule: Single) -> bool:
    if isinstance(rule, Span):
        return rule.unit in ("calendar day", "week", "month", "year")
    if isinstance(rule, MonthWeekday):
        return rule.weekday is not None
    return not isinstance(rule, AtOnce | EventMoment | EveryWorkingDay)


def _end(facts: Facts) -> Text:
    due = moment(facts.due)
    return Text(f"Мерзімнің соңы: {due.kk}.", f"Срок истекает: {due.ru}.", f"Due: {due.en}.")


def _basis(facts: Facts) -> Iterator[Text]:
    clause = facts.clause or ""
    if facts.basis is not None:
        basis, clause = facts.basis, f" ({clause})" if clause else ""
        yield Text(
            f"Негіздеме: {_bare(basis.kk)}{clause}.",
            f"Основание: {_bare(basis.ru)}{clause}.",
            f"Basis: {_bare(basis.in_('en'))}{clause}.",
        )
    elif clause:
        yield Text(f"Негіздеме: {clause}.", f"Основание: {clause}.", f"Basis: {clause}.")


def _reservations(reservations: Reservations) -> Iterator[Text]:
    for year in reservations.unapproved_years:
        yield Text(
            f"{year} жылдың күнтізбесі әлі бекітілмеген, сондықтан мерзім алдын ала есептелген.",
            f"Календарь {year} года ещё не утверждён, поэтому срок предварительный.",
            f"The calendar of {year} is not approved yet, so the term is preliminary.",
        )
    for day in reservations.estimated_days:
        named = long_day(day)
        yield Text(
            f"Құрбан айт күні есептеумен алынған ({named.kk}) және өзгеруі мүмкін.",
            f"Дата Курбан айта расчётная ({named.ru}) и может измениться.",
            f"The date of Kurban Ait is estimated ({named.en}) and may change.",
        )


def _with_reason(day: Text, why: Text | None) -> Text:
    if why is None:
        return day
    return Text(f"{day.kk} ({why.kk})", f"{day.ru} ({why.ru})", f"{day.en} ({why.in_('en')})")


def _join(left: Text, between: str, right: Text) -> Text:
    return Text(f"{left.kk}{between}{right.kk}", f"{left.ru}{between}{right.ru}", f"{left.en}{between}{right.en}")


def _bare(sentence: str) -> str:
    return sentence.strip().rstrip(".")
