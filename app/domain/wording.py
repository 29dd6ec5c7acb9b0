"""Dates, weekdays and numbers in words: Kazakh, Russian with its plurals, English."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from app.domain.texts import Text

WEEKDAYS: Final = (
    Text("дс", "пн", "Mon"),
    Text("сс", "вт", "Tue"),
    Text("ср", "ср", "Wed"),
    Text("бс", "чт", "Thu"),
    Text("жм", "пт", "Fri"),
    Text("сб", "сб", "Sat"),
    Text("жс", "вс", "Sun"),
)
WEEKDAY_NAMES: Final = (
    Text("дүйсенбі", "понедельник", "Monday"),
    Text("сейсенбі", "вторник", "Tuesday"),
    Text("сәрсенбі", "среда", "Wednesday"),
    Text("бейсенбі", "четверг", "Thursday"),
    Text("жұма", "пятница", "Friday"),
    Text("сенбі", "суббота", "Saturday"),
    Text("жексенбі", "воскресенье", "Sunday"),
)
_MONTHS_EN: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Noun:
    """What is counted: Kazakh has one form, Russian three (and `за 1 неделю`), English two."""

    kk: str
    ru: tuple[str, str, str]
    en: tuple[str, str]
    ru_accusative: str = ""


def plural_ru(number: int, forms: tuple[str, str, str]) -> str:
    """The form of `forms` (one, few, many) that `number` asks for: 1 день, 2 дня, 5 дней, 11 дней, 21 день."""
    last, last_two = number % 10, number % 100
    if last == 1 and last_two != 11:
        return forms[0]
    if last in (2, 3, 4) and last_two not in (12, 13, 14):
        return forms[1]
    return forms[2]


def counted(number: int, noun: Noun, *, least: int | None = None) -> Text:
    """`5 рабочих дней`; with `least` a range: `1–3 рабочих дня`."""
    shown = f"{number}" if least is None else f"{least}–{number}"
    return Text(
        f"{shown} {noun.kk}",
        f"{shown} {plural_ru(number, noun.ru)}",
        f"{shown} {noun.en[0] if number == 1 else noun.en[1]}",
    )


def counted_accusative(number: int, noun: Noun, *, least: int | None = None) -> Text:
    """As `counted`, with the Russian words as they stand after «за»: `за 1 неделю`, `за 3 рабочих дня`."""
    text = counted(number, noun, least=least)
    if noun.ru_accusative and plural_ru(number, noun.ru) == noun.ru[0]:
        return Text(text.kk, text.ru.replace(noun.ru[0], noun.ru_accusative), text.en)
    return text


def long_day(day: date) -> Text:
    """Weekday and full date: `жм 20.11.2026`, `пт 20.11.2026`, `Fri 20 Nov 2026`."""
    week = WEEKDAYS[day.weekday()]
    digits = f"{day.day:02}.{day.month:02}.{day.year}"
    english = f"{week.en} {day.day} {_MONTHS_EN[day.month - 1]} {day.year}"
    return Text(f"{week.kk} {digits}", f"{week.ru} {digits}", english)


def short_day(day: date) -> Text:
    """Weekday and date without the year: `жм 20.11`, `пт 20.11`, `Fri 20 Nov`."""
    week = WEEKDAYS[day.weekday()]
    digits = f"{day.day:02}.{day.month:02}"
    return Text(f"{week.kk} {digits}", f"{week.ru} {digits}", f"{week.en} {day.day} {_MONTHS_EN[day.month - 1]}")


def moment(when: datetime) -> Text:
    """Weekday, full date and hour: `пт 20.11.2026, 11:05`, in the zone that `when` carries."""
    day, hour = long_day(when), f"{when.hour:02}:{when.minute:02}"
    return Text(f"{day.kk}, {hour}", f"{day.ru}, {hour}", f"{day.en}, {hour}")


def until_hour(when: datetime) -> Text:
    """`18:30-ға дейін`, `до 18:30`, `by 18:30`: the Kazakh ending follows the last word that is spoken."""
    hour = f"{when.hour:02}:{when.minute:02}"
    return Text(f"{hour}-{_dative(when.minute)} дейін", f"до {hour}", f"by {hour}")


_DATIVE_OF_ONES: Final = ("ге", "ге", "ге", "ке", "ке", "ке", "ға", "ге", "ге", "ға")
_DATIVE_OF_TENS: Final = ("ге", "ға", "ға", "ға", "қа", "ге")


def _dative(minute: int) -> str:
    tens, ones = divmod(minute, 10)
    return _DATIVE_OF_ONES[ones] if ones else _DATIVE_OF_TENS[tens]


def joined(parts: list[Text], separator: str) -> Text:
    """The parts one after another, language by language."""
    return Text(
        separator.join(part.kk for part in parts),
        separator.join(part.ru for part in parts),
        separator.join(part.en or part.ru for part in parts),
    )
