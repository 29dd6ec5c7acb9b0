"""Deadline rules in words: Kazakh, Russian and English."""

from collections.abc import Mapping
from datetime import time
from typing import Final, assert_never

from app.domain import wording
from app.domain.events import event_name
from app.domain.rules import (
    LAST_DAY,
    AtOnce,
    Earliest,
    EventDay,
    EventMoment,
    EveryWorkingDay,
    MonthDay,
    MonthWeekday,
    OncePer,
    Period,
    Recurring,
    Rule,
    Span,
    Unit,
    Weekly,
)
from app.domain.texts import Text
from app.domain.wording import Noun

UNITS: Final[Mapping[Unit, Noun]] = {
    "working day": Noun("жұмыс күні", ("рабочий день", "рабочих дня", "рабочих дней"), ("working day", "working days")),
    "calendar day": Noun(
        "күнтізбелік күн",
        ("календарный день", "календарных дня", "календарных дней"),
        ("calendar day", "calendar days"),
    ),
    "working hour": Noun(
        "жұмыс сағаты", ("рабочий час", "рабочих часа", "рабочих часов"), ("working hour", "working hours")
    ),
    "working minute": Noun(
        "жұмыс минуты",
        ("рабочая минута", "рабочие минуты", "рабочих минут"),
        ("working minute", "working minutes"),
        "рабочую минуту",
    ),
    "hour": Noun("сағат", ("час", "часа", "часов"), ("hour", "hours")),
    "minute": Noun("минут", ("минута", "минуты", "минут"), ("minute", "minutes"), "минуту"),
    "week": Noun("апта", ("неделя", "недели", "недель"), ("week", "weeks"), "неделю"),
    "month": Noun("ай", ("месяц", "месяца", "месяцев"), ("month", "months")),
    "year": Noun("жыл", ("год", "года", "лет"), ("year", "years")),
}
_PERIODS: Final[Mapping[Period, Text]] = {
    "week": Text("аптасына", "в неделю", "week"),
    "month": Text("айына", "в месяц", "month"),
    "quarter": Text("тоқсанына", "в квартал", "quarter"),
    "half-year": Text("жарты жылда", "в полугодие", "half-year"),
    "year": Text("жылына", "в год", "year"),
}
_EVERY_RU: Final = (
    "каждый понедельник",
    "каждый вторник",
    "каждую среду",
    "каждый четверг",
    "каждую пятницу",
    "каждую субботу",
    "каждое воскресенье",
)
_ORDINALS_RU: Final = {
    1: ("первый", "первая", "первое"),
    2: ("второй", "вторая", "второе"),
    3: ("третий", "третья", "третье"),
    4: ("четвёртый", "четвёртая", "четвёртое"),
    -1: ("последний", "последняя", "последнее"),
}
_GENDERS_RU: Final = (0, 0, 1, 0, 1, 1, 2)
_ORDINALS: Final = {
    1: Text("бірінші", "", "first"),
    2: Text("екінші", "", "second"),
    3: Text("үшінші", "", "third"),
    4: Text("төртінші", "", "fourth"),
    -1: Text("соңғы", "", "last"),
}


def in_words(rule: Rule, event: Text | None = None) -> Text:
    """The rule as a phrase without a full stop. `event` names its event instead of the catalogue's phrase."""
    match rule:
        case Earliest():
            return _joined([in_words(option, event) for option in rule.options])
        case Span():
            return _span(rule, _event(rule.event, event))
        case EventDay():
            return _event_day(_event(rule.event, event))
        case AtOnce():
            return _at_once(_event(rule.event, event))
        case EventMoment():
            return _event_moment(_event(rule.event, event))
        case _:
            return _recurring(rule)


def _recurring(rule: Recurring) -> Text:
    match rule:
        case EveryWorkingDay():
            return Text("әр жұмыс күні", "каждый рабочий день", "every working day")
        case Weekly():
            name = wording.WEEKDAY_NAMES[rule.weekday]
            return _at(Text(f"апта сайын {name.kk} күні", _EVERY_RU[rule.weekday], f"every {name.en}"), rule.at)
        case MonthDay():
            return _at(_month_day(rule), rule.at)
        case MonthWeekday():
            return _at(_month_weekday(rule), rule.at)
        case OncePer():
            period = _PERIODS[rule.period]
            return Text(f"{period.kk} бір рет", f"один раз {period.ru}", f"once per {period.en}")
        case _:
            assert_never(rule)


def _span(rule: Span, name: Text | None) -> Text:
    if rule.direction == "before":
        count = wording.counted_accusative(rule.count, UNITS[rule.unit], least=rule.least)
        return Text(
            f"{_kk(name, 'оқиғасына', 'оқиғаға')} дейін {count.kk} қалғанда",
            f"за {count.ru} до события{_quoted(name)}",
            f"{count.en} before {_en(name)}",
        )
    count = wording.counted(rule.count, UNITS[rule.unit], least=rule.least)
    return Text(
        f"{_kk(name, 'оқиғасынан', 'оқиғадан')} кейін {count.kk} ішінде",
        f"{count.ru} после события{_quoted(name)}",
        f"{count.en} after {_en(name)}",
    )


def _event_day(name: Text | None) -> Text:
    return Text(
        f"{_kk(name, 'оқиғасы', 'оқиға')} болған күні", f"в день события{_quoted(name)}", f"on the day of {_en(name)}"
    )


def _at_once(name: Text | None) -> Text:
    return Text(
        f"{_kk(name, 'оқиғасынан', 'оқиғадан')} кейін дереу",
        f"незамедлительно после события{_quoted(name)}",
        f"immediately after {_en(name)}",
    )


def _event_moment(name: Text | None) -> Text:
    return Text(
        f"{_kk(name, 'сәті', 'оқиға сәті')}",
        f"момент «{name.ru}»" if name else "момент события",
        f"the moment of {_en(name)}",
    )


def _month_day(rule: MonthDay) -> Text:
    month = _month(rule.months_ahead)
    if rule.day == LAST_DAY:
        return Text(f"{month.kk} соңғы күні", f"последний день {month.ru}", f"the last day of {month.en}")
    return Text(f"{month.kk} {rule.day}-күні", f"{rule.day}-е число {month.ru}", f"day {rule.day} of {month.en}")


def _month_weekday(rule: MonthWeekday) -> Text:
    month, ordinal = _month(rule.months_ahead), _ORDINALS[rule.ordinal]
    if rule.weekday is None:
        gender, day = 0, Text("жұмыс күні", "рабочий день", "working day")
    else:
        name = wording.WEEKDAY_NAMES[rule.weekday]
        gender, day = _GENDERS_RU[rule.weekday], Text(f"{name.kk} күні", name.ru, name.en)
    return Text(
        f"{month.kk} {ordinal.kk} {day.kk}",
        f"{_ORDINALS_RU[rule.ordinal][gender]} {day.ru} {month.ru}",
        f"the {ordinal.en} {day.en} of {month.en}",
    )


def _joined(options: list[Text]) -> Text:
    return Text(
        " немесе ".join(each.kk for each in options),
        " или ".join(each.ru for each in options),
        " or ".join(each.en for each in options),
    )


def _event(name: str, given: Text | None) -> Text | None:
    return given or event_name(name)


def _quoted(name: Text | None) -> str:
    return f" «{name.ru}»" if name else ""


def _kk(name: Text | None, possessive: str, plain: str) -> str:
    return f"«{name.kk}» {possessive}" if name else plain


def _en(name: Text | None) -> str:
    return name.in_("en") if name else "the event"


def _month(ahead: int) -> Text:
    if ahead:
        return Text("келесі айдың", "следующего месяца", "the next month")
    return Text("айдың", "месяца", "the month")


def _at(text: Text, at: time | None) -> Text:
    if at is None:
        return text
    hour = f"{at:%H:%M}"
    return Text(f"{text.kk}, сағат {hour}", f"{text.ru}, {hour}", f"{text.en}, {hour}")
