"""The lowest layer of the calendar: Kazakhstan's days as the pinned package `holidays` knows them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final

from holidays.countries.kazakhstan import Kazakhstan, KazakhstanStaticHolidays

from app.domain.days import Kind, NamedDay, Week, moved_off_reason, moved_working_reason
from app.domain.texts import Text

FIRST_YEAR: Final = 2006
"""Since 2006 Kurban Ait and 7 January are days off; earlier years are not needed."""
LAST_YEAR: Final = 2099
"""The last year whose Kurban Ait the package estimates."""
CHECKED_YEARS: Final = frozenset(range(2015, 2026))
"""Years compared day by day with the published calendars: no difference found (5-day week)."""

NAMES: Final[Mapping[str, Text]] = {
    "Жаңа жыл": Text("Жаңа жыл", "Новый год", "New Year"),
    "Православиелік Рождество": Text("Рождество", "православное Рождество", "Orthodox Christmas"),
    "Халықаралық әйелдер күні": Text(
        "Халықаралық әйелдер күні", "Международный женский день", "International Women's Day"
    ),
    "Наурыз мейрамы": Text("Наурыз мейрамы", "Наурыз мейрамы", "Nauryz"),
    "Қазақстан халқының бірлігі мерекесі": Text(
        "Қазақстан халқының бірлігі мерекесі", "Праздник единства народа Казахстана", "Kazakhstan People's Unity Day"
    ),
    "Отан Қорғаушы күні": Text("Отан қорғаушы күні", "День защитника Отечества", "Defender of the Fatherland Day"),
    "Жеңіс күні": Text("Жеңіс күні", "День Победы", "Victory Day"),
    "Астана күні": Text("Астана күні", "День столицы", "Capital Day"),
    "Қазақстан Республикасының Конституциясы күні": Text("Конституция күні", "День Конституции", "Constitution Day"),
    "Республика күні": Text("Республика күні", "День Республики", "Republic Day"),
    "Қазақстан Республикасы күні": Text("Республика күні", "День Республики", "Republic Day"),
    "Қазақстан Республикасының Тұңғыш Президенті күні": Text(
        "Тұңғыш Президент күні", "День Первого Президента", "First President Day"
    ),
    "Тәуелсіздік күні": Text("Тәуелсіздік күні", "День Независимости", "Independence Day"),
    "Құрбан айт": Text("Құрбан айт", "Курбан айт", "Kurban Ait"),
}
"""The package's Kazakh name of a holiday and what we show; it has no Russian names."""

_CHRISTMAS: Final = "Православиелік Рождество"
_KURBAN_AIT: Final = "Құрбан айт"
_NOT_OBSERVED: Final = frozenset({_CHRISTMAS, _KURBAN_AIT})
_OBSERVED_SUFFIX: Final = Kazakhstan.observed_label.replace("%s", "")
_ESTIMATED_SUFFIX: Final = Kazakhstan.estimated_label.replace("%s", "")


@dataclass(frozen=True, slots=True)
class _Learned:
    """Before `decided_on` these days were what `before` says; None: a plain day of the week."""

    decided_on: date
    before: Mapping[date, NamedDay | None]


def _holiday(day: date, name: str) -> NamedDay:
    return NamedDay(day=day, working=False, kind="holiday", why=NAMES[name])


def _observed(day: date, name: str) -> NamedDay:
    return NamedDay(day=day, working=False, kind="observed", why=_in_lieu(NAMES[name]))


def _in_lieu(holiday: Text) -> Text:
    return Text(
        f"мереке үшін демалыс: {holiday.kk}", f"выходной за праздник: {holiday.ru}", f"day off in lieu of {holiday.en}"
    )


# The package tells what holds in the end, not since when it was known. Acts whose date is established:
_LEARNED: Final = (
    # Decree of the Government of 6 October 2021 No. 713.
    _Learned(
        date(2021, 10, 6),
        {date(2022, 3, 5): None, date(2022, 3, 7): None, date(2022, 8, 27): None, date(2022, 8, 29): None},
    ),
    # The law of 29 September 2022: 25 October is back, 1 and 17 December are gone.
    _Learned(
        date(2022, 9, 29),
        {
            date(2022, 10, 25): None,
            date(2022, 12, 1): _holiday(date(2022, 12, 1), "Қазақстан Республикасының Тұңғыш Президенті күні"),
            date(2022, 12, 17): _holiday(date(2022, 12, 17), "Тәуелсіздік күні"),
            date(2022, 12, 19): _observed(date(2022, 12, 19), "Тәуелсіздік күні"),
        },
    ),
    # Addition to decree No. 713, published 8 October 2022.
    _Learned(date(2022, 10, 8), {date(2022, 10, 22): None, date(2022, 10, 24): None}),
    # Order of the Minister of Labour, 18 April 2024.
    _Learned(date(2024, 4, 18), {date(2024, 5, 4): None, date(2024, 5, 8): None}),
    # The Muslim board moved Kurban Ait from 17 to 16 June.
    _Learned(
        date(2024, 6, 7),
        {date(2024, 6, 16): None, date(2024, 6, 17): _holiday(date(2024, 6, 17), _KURBAN_AIT)},
    ),
    # Order of the Minister of Labour, published 21 November 2024.
    _Learned(date(2024, 11, 21), {date(2025, 1, 3): None, date(2025, 1, 5): None}),
    # The referendum of 15 March 2026 moved Constitution Day from 30 August to 15 March; announced 18 March.
    _Learned(
        date(2026, 3, 18),
        {
            date(2026, 8, 30): _holiday(date(2026, 8, 30), "Қазақстан Республикасының Конституциясы күні"),
            date(2026, 8, 31): _observed(date(2026, 8, 31), "Қазақстан Республикасының Конституциясы күні"),
            date(2027, 3, 15): None,
            date(2027, 8, 30): _holiday(date(2027, 8, 30), "Қазақстан Республикасының Конституциясы күні"),
        },
    ),
)


def is_plain_working(day: date, week: Week) -> bool:
    """Whether `day` is worked in a week without any named day."""
    return day.weekday() < week


@lru_cache(maxsize=256)
def named_days(year: int, week: Week = 5) -> Mapping[date, NamedDay]:
    """Every named day of `year` by date, as known today. Shared: do not change it."""
    found = dict(_five_day_week(year) if week == 5 else _six_day_week(year))
    return dict(sorted(found.items()))


def named_days_as_known_on(year: int, week: Week, known_on: date) -> Mapping[date, NamedDay]:
    """Named days of `year` without the acts that were decided after `known_on`, where that day is established."""
    found = dict(named_days(year, week))
    for learned in reversed(_LEARNED):
        if learned.decided_on > known_on:
            for day, before in learned.before.items():
                if day.year == year:
                    _put(found, day, before, week)
    return dict(sorted(found.items()))


def _put(found: dict[date, NamedDay], day: date, named: NamedDay | None, week: Week) -> None:
    if named is None:
        found.pop(day, None)
    elif week == 5 or named.kind != "observed" or (day - timedelta(days=1)).weekday() == 6:
        found[day] = named


def _five_day_week(year: int) -> Iterator[tuple[date, NamedDay]]:
    package = Kazakhstan(years=(year - 1, year, year + 1), language="kk")
    transfers = _transfers(year)
    for day in _days_of(year):
        working = package.is_working_day(day)
        name = package.get(day)
        if working and not is_plain_working(day, 5):
            off = transfers.worked.get(day)
            why = moved_working_reason(off) if off else Text("жұмыс күні", "рабочий день", "working day")
            yield day, NamedDay(day=day, working=True, kind="moved_working", why=why)
        elif day in transfers.off:
            why = moved_off_reason(transfers.off[day])
            yield day, NamedDay(day=day, working=working, kind="moved_off", why=why)
        elif name:
            yield day, _named(day, name, working=working)


def _six_day_week(year: int) -> Iterator[tuple[date, NamedDay]]:
    """Transfers of the 5-day week do not concern it; only a holiday on a Sunday gives another day off."""
    package = Kazakhstan(years=(year - 1, year, year + 1), language="kk", observed=False)
    transfers = _transfers(year)
    names = {day: package.get(day) for day in _days_of(year) if day in package and day not in transfers.off}
    given: set[date] = set()
    for day, name in names.items():
        yield day, _named(day, str(name), working=False)
        if day.weekday() == 6 and str(name).removesuffix(_ESTIMATED_SUFFIX) not in _NOT_OBSERVED:
            rest = day + timedelta(days=1)
            while rest.weekday() == 6 or rest in names or rest in given:
                rest += timedelta(days=1)
            given.add(rest)
            yield rest, _named(rest, f"{name}{_OBSERVED_SUFFIX}", working=False)


@dataclass(frozen=True, slots=True)
class _Transfers:
    """Days off with the days worked for them, and the other way round."""

    off: Mapping[date, date]
    worked: Mapping[date, date]


def _transfers(year: int) -> _Transfers:
    pairs = [pair for listed in (year - 1, year, year + 1) for pair in _listed_transfers(listed)]
    return _Transfers(dict(pairs), {worked: off for off, worked in pairs})


def _listed_transfers(year: int) -> Iterator[tuple[date, date]]:
    listed: Any = KazakhstanStaticHolidays.special_public_holidays.get(year, ())
    for entry in listed if listed and isinstance(listed[0], tuple) else (listed,) if listed else ():
        off_month, off_day, month, day, *other_year = entry
        yield date(year, off_month, off_day), date(other_year[0] if other_year else year, month, day)


def _named(day: date, package_name: str, *, working: bool) -> NamedDay:
    """Two holidays may fall on one day: the package separates them by a semicolon."""
    parts = [_part(part.strip()) for part in package_name.split(";")]
    kind: Kind = "observed" if all(observed for _, observed in parts) else "holiday"
    texts = [_in_lieu(text) if observed else text for text, observed in parts]
    estimated = any(part.strip().endswith(_ESTIMATED_SUFFIX) for part in package_name.split(";"))
    why = Text(", ".join(t.kk for t in texts), ", ".join(t.ru for t in texts), ", ".join(t.en for t in texts))
    named = NamedDay(day=day, working=working, kind=kind, why=why)
    return replace(named, estimated=True, why=_as_estimated(why)) if estimated else named


def _part(name: str) -> tuple[Text, bool]:
    bare = name.removesuffix(_ESTIMATED_SUFFIX).removesuffix(_OBSERVED_SUFFIX)
    return NAMES.get(bare) or Text(bare, bare, bare), name.endswith(_OBSERVED_SUFFIX)


def _as_estimated(why: Text) -> Text:
    return Text(f"{why.kk}, күні есептік", f"{why.ru}, дата расчётная", f"{why.en}, date estimated")


def _days_of(year: int) -> Iterator[date]:
    first = date(year, 1, 1).toordinal()
    return (date.fromordinal(number) for number in range(first, date(year + 1, 1, 1).toordinal()))
