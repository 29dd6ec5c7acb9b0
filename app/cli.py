"""The `qabyldau` command."""

import json
import os
import sys
import tomllib
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app import installation
from app.config import SettingError
from app.domain import wording
from app.domain.calendar import COUNTRY_ZONE, WorkingCalendar
from app.domain.deadlines import Term, compute
from app.domain.errors import AutomationError
from app.domain.hours import DEFAULT_HOURS, OfficeCalendar, OfficeHours
from app.domain.problems import Problem, has_errors
from app.domain.texts import LANGUAGES, Text
from app.simulation.command import add_simulate
from app.usecases.lint import lint_paths

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    Subparsers = _SubParsersAction[ArgumentParser]

DONE: Final = 0
FAILED: Final = 1
REFUSED: Final = 2
PROCESSES: Final = Path(__file__).resolve().parent.parent / "processes"

LoadOffice = Callable[[str], OfficeCalendar]


class UnknownOfficeError(AutomationError):
    """No office of that name."""

    status: ClassVar[int] = 404
    message: ClassVar[Text] = Text(
        kk="«{office}» кеңсесі табылмады: {place} файлы жоқ немесе оқылмайды.",
        ru="Организация «{office}» не найдена: файла {place} нет или он не читается.",
        en='The office "{office}" is not found: {place} is missing or cannot be read.',
    )


class BadMomentError(AutomationError):
    """A date or a moment that cannot be read."""

    status: ClassVar[int] = 422
    message: ClassVar[Text] = Text(
        kk="«{written}» уақыты түсініксіз: 2026-11-16 немесе 2026-11-16T10:00 түрінде жазыңыз.",
        ru="Непонятное время «{written}»: пишите 2026-11-16 или 2026-11-16T10:00.",
        en='The moment "{written}" is not understood: write 2026-11-16 or 2026-11-16T10:00.',
    )


class BadYearError(AutomationError):
    """What should be a year is none."""

    status: ClassVar[int] = 422
    message: ClassVar[Text] = Text(
        kk="«{written}» жыл емес. Жылды не «import» сөзін жазыңыз.",
        ru="«{written}» — не год. Напишите год или слово import.",
        en='"{written}" is no year. Write a year, or "import".',
    )


def office_from_file(office: str, processes: Path = PROCESSES) -> OfficeCalendar:
    """The calendar of `office` by its office.toml: `hours`, `lunch` ("13:00-14:30"), `zone`, `working_week`."""
    place = processes / office / "office.toml"
    try:
        settings = tomllib.loads(place.read_text("utf-8")) if office.isidentifier() else None
    except (OSError, ValueError):
        settings = None
    if settings is None:
        raise UnknownOfficeError(office=office, place=f"processes/{office}/office.toml")
    days = WorkingCalendar(week=6 if settings.get("working_week") == 6 else 5)
    return OfficeCalendar(days, (_hours_of(settings),), _zone_of(settings))


def _hours_of(settings: Mapping[str, object]) -> OfficeHours:
    hours, lunch = settings.get("hours"), settings.get("lunch")
    if not isinstance(hours, str):
        return DEFAULT_HOURS
    return OfficeHours.parse(hours, lunch if isinstance(lunch, str) else None)


def _zone_of(settings: Mapping[str, object]) -> ZoneInfo:
    try:
        return ZoneInfo(str(settings.get("zone", COUNTRY_ZONE.key)))
    except (ZoneInfoNotFoundError, ValueError):
        return COUNTRY_ZONE


load_office: LoadOffice = office_from_file
"""Reads the calendar of the office named by `--office`; an installation with a database sets its own."""


def add_deadline(subparsers: "Subparsers") -> None:
    """`qabyldau deadline --from … --rule …`."""
    parser = subparsers.add_parser(
        "deadline",
        help="compute one deadline and explain it",
        description="Compute one deadline and explain it. The notation of rules: docs/deadline-rules.md",
    )
    parser.add_argument("--from", dest="anchor", required=True, metavar="MOMENT", help="2026-11-16T10:00 or 2026-11-16")
    parser.add_argument("--rule", required=True, help='"3 working days after"')
    parser.add_argument(
        "--roll", choices=("none", "next", "previous"), default="none", help="when it ends on a day off"
    )
    parser.add_argument("--office", help="count by this office's calendar and hours")
    parser.add_argument("--hours", metavar="HH:MM-HH:MM", help="office hours (without --office 09:00-18:30)")
    parser.add_argument("--lunch", metavar="HH:MM-HH:MM", help="lunch, or none (without --office 13:00-14:30)")
    _add_common(parser)
    parser.set_defaults(run=run_deadline)


def run_deadline(args: Namespace) -> int:
    calendar = _calendar_for(args)
    term = compute(args.rule, _anchor(args.anchor, calendar), calendar, roll=args.roll)
    print(_json(_term_facts(term)) if args.json else _term_lines(term, args.language))
    return DONE


def _calendar_for(args: Namespace) -> OfficeCalendar:
    calendar = load_office(args.office) if args.office else OfficeCalendar(WorkingCalendar())
    if args.hours or args.lunch:
        calendar = replace(calendar, hours=(_given_hours(args.hours, args.lunch, calendar.hours[-1]),))
    return replace(calendar, days=_known_days(calendar.days, args.as_of))


def _given_hours(hours: str | None, lunch: str | None, usual: OfficeHours) -> OfficeHours:
    """What is given, and the rest as usual; the usual lunch only where it lies inside the given hours."""
    if lunch is not None:
        return OfficeHours.parse(
            hours or f"{usual.opens:%H:%M}-{usual.closes:%H:%M}", None if lunch == "none" else lunch
        )
    given = OfficeHours.parse(hours or "")
    fits = usual.lunch_from and usual.lunch_to and given.opens < usual.lunch_from and usual.lunch_to < given.closes
    return replace(given, lunch_from=usual.lunch_from, lunch_to=usual.lunch_to) if fits else given


def _known_days(days: WorkingCalendar, as_of: str | None) -> WorkingCalendar:
    return days if as_of is None else days.as_known_on(_moment(as_of).date())


def _anchor(written: str, calendar: OfficeCalendar) -> datetime:
    """A moment without a zone is one of the office's zone."""
    moment = _moment(written)
    return moment if moment.tzinfo else moment.replace(tzinfo=calendar.zone)


def _moment(written: str) -> datetime:
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        raise BadMomentError(written=written) from None


def _term_facts(term: Term) -> dict[str, object]:
    return {
        "opens": term.opens.isoformat(),
        "due": term.due.isoformat(),
        "explanation": term.explanation.as_dict(),
    }


_TERM_LINES: Final = Text(
    "Басталады: {opens_kk}\nМерзімі:   {due_kk}\n\n{explanation_kk}",
    "Открывается: {opens_ru}\nСрок:        {due_ru}\n\n{explanation_ru}",
    "Opens: {opens_en}\nDue:   {due_en}\n\n{explanation_en}",
)


def _term_lines(term: Term, language: str) -> str:
    texts = {"opens": wording.moment(term.opens), "due": wording.moment(term.due), "explanation": term.explanation}
    values = {f"{name}_{each}": text.in_(each) for name, text in texts.items() for each in LANGUAGES}
    return _TERM_LINES.with_values(**values).in_(language)


def add_calendar(subparsers: "Subparsers") -> None:
    """`qabyldau calendar 2025`."""
    parser = subparsers.add_parser(
        "calendar",
        help="show the working calendar of a year",
        description="Working days by month and every day that differs from a plain week.",
    )
    parser.add_argument("year", help='the year to show, or "import" to enter a file of transfers')
    parser.add_argument("file", nargs="?", help="CSV or JSON: day_off, moved_to, document, document_date")
    parser.add_argument("--office", help="with this office's own decisions")
    parser.add_argument("--by", metavar="LOGIN", help="who enters the file; her office's calendar changes")
    parser.add_argument(
        "--moving", choices=("keep", "later", "all"), default="keep", help="open deadlines: none moves, later ones, all"
    )
    parser.add_argument("--yes", action="store_true", help="enter the file; without it its effect is only shown")
    _add_common(parser)
    parser.set_defaults(run=run_calendar)


def run_calendar(args: Namespace) -> int:
    if args.year == "import":
        return installation.run_calendar_import(args)
    if not args.year.isascii() or not args.year.isdigit():
        raise BadYearError(written=args.year)
    args.year = int(args.year)
    office = load_office(args.office) if args.office else OfficeCalendar(WorkingCalendar())
    days = _known_days(office.days, args.as_of)
    print(_json(_year_facts(days, args.year)) if args.json else _year_lines(days, args.year, args.language))
    return DONE


def _year_facts(days: WorkingCalendar, year: int) -> dict[str, object]:
    special = [
        {"date": named.day.isoformat(), "working": named.working, "why": named.why.as_dict()}
        for named in days.special_days(year)
    ]
    return {"year": year, "working_days": list(days.working_days_in_months(year)), "special": special}


_YEAR_HEADS: Final = {
    False: Text("{year} жыл: {total} жұмыс күні", "{year} год: рабочих дней {total}", "{year}: {total} working days"),
    True: Text(
        "{year} жыл: {total} жұмыс күні (күнтізбе әлі бекітілмеген)",
        "{year} год: рабочих дней {total} (календарь ещё не утверждён)",
        "{year}: {total} working days (calendar not approved yet)",
    ),
}


def _year_lines(days: WorkingCalendar, year: int, language: str) -> str:
    months = days.working_days_in_months(year)
    head = _YEAR_HEADS[days.is_preliminary(year)].with_values(year=year, total=sum(months)).in_(language)
    counts = "  ".join(f"{number:02}: {count}" for number, count in enumerate(months, start=1))
    special = [
        f"{'+' if named.working else '-'} {wording.long_day(named.day).in_(language)}  {named.why.in_(language)}"
        for named in days.special_days(year)
    ]
    return "\n".join([head, counts, *special])


def add_lint(subparsers: "Subparsers") -> None:
    """`qabyldau lint PATH…`."""
    parser = subparsers.add_parser(
        "lint",
        help="say everything that is wrong with diagrams",
        description="Check diagrams and decisions; exit status 1 when there is an error. The rules: docs/howto/lint.md",
    )
    parser.add_argument("paths", nargs="+", metavar="PATH", help="a file, or a folder with *.bpmn and *.dmn")
    parser.add_argument("--standalone", action="store_true", help="each file by itself, without an office")
    _add_language(parser)
    parser.set_defaults(run=run_lint)


def run_lint(args: Namespace) -> int:
    # a file may be called by bytes that are no text
    found = lint_paths(args.paths, standalone=args.standalone)
    problems = [replace(each, file=each.file.encode(errors="replace").decode()) for each in found]
    if args.json:
        print(_json({"problems": [problem.as_json() for problem in problems]}))
    else:
        print(_problem_lines(problems, args.language))
    return FAILED if has_errors(problems) else DONE


_SEVERITIES: Final = {
    "error": Text("қате", "ошибка", "error"),
    "warning": Text("ескерту", "предупреждение", "warning"),
}
_TOTAL: Final = Text(
    "Қателер: {errors}, ескертулер: {warnings}",
    "Ошибок: {errors}, предупреждений: {warnings}",
    "Errors: {errors}, warnings: {warnings}",
)


def _problem_lines(problems: Sequence[Problem], language: str) -> str:
    lines = [
        f"{each.file}{': ' if each.element else ''}{each.element}: "
        f"{_SEVERITIES[each.severity].in_(language)} [{each.rule}] {each.message.in_(language)}"
        for each in problems
    ]
    errors = sum(problem.severity == "error" for problem in problems)
    total = _TOTAL.with_values(errors=errors, warnings=len(problems) - errors)
    return "\n".join([*lines, total.in_(language)])


def _add_common(parser: ArgumentParser) -> None:
    parser.add_argument("--as-of", metavar="DATE", help="by the calendar as it was known on that day")
    _add_language(parser)


def _add_language(parser: ArgumentParser) -> None:
    parser.add_argument("--language", choices=LANGUAGES, default="ru", help="of the words (default ru)")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of words")


def _json(facts: Mapping[str, object]) -> str:
    return json.dumps(facts, ensure_ascii=False)


COMMANDS: Final[dict[str, Callable[["Subparsers"], None]]] = {
    "deadline": add_deadline,
    "calendar": add_calendar,
    "lint": add_lint,
    "simulate": add_simulate,
    **installation.COMMANDS,
}
"""Every command and the function that adds its parser; the parser's default `run` does the work: arguments → status."""


def parser() -> ArgumentParser:
    """The parser with all commands of `COMMANDS`."""
    found = ArgumentParser(prog="qabyldau", description="Citizens' appeals and personal reception by process diagrams.")
    subparsers = found.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for add in COMMANDS.values():
        add(subparsers)
    return found


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and returns the exit status: 0 done, 2 refused in plain words on stderr, 1 reader gone."""
    args = parser().parse_args(argv)
    run: Callable[[Namespace], int] = args.run
    try:
        status = run(args)
        sys.stdout.flush()
    except AutomationError as error:
        print(error.text.in_(getattr(args, "language", "ru")), file=sys.stderr)
        return REFUSED
    except SettingError as error:
        print(error, file=sys.stderr)
        return REFUSED
    except BrokenPipeError:  # the reader (head, less) has gone: Python must not flush into it at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    return status


if __name__ == "__main__":
    sys.exit(main())
