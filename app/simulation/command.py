"""`qabyldau simulate`: its arguments, its files and its words."""

import json
import tomllib
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

from app.domain.calendar import COUNTRY_ZONE
from app.domain.errors import AutomationError
from app.domain.texts import LANGUAGES, Text
from app.engine.calls import called_among
from app.simulation.outcome import Outcome, Status
from app.simulation.simulate import simulate

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    Subparsers = _SubParsersAction[ArgumentParser]

EXIT_STATUS: Final[Mapping[Status, int]] = {"completed": 0, "failed": 1, "refused": 2, "waiting": 3}


class FileNotReadError(AutomationError):
    """A file of the command line cannot be read."""

    status: ClassVar[int] = 422
    message: ClassVar[Text] = Text(
        kk="«{file}» файлы оқылмайды: {reason}. Жолын тексеріңіз.",
        ru="Файл «{file}» не читается: {reason}. Проверьте путь.",
        en='The file "{file}" cannot be read: {reason}. Check the path.',
    )


class NotJsonFileError(AutomationError):
    """The file of `--data` or `--inputs` is no JSON object."""

    status: ClassVar[int] = 422
    message: ClassVar[Text] = Text(
        kk="«{file}» файлында ({option}) {{…}} түріндегі JSON нысаны болуы керек{place}.",
        ru="В файле «{file}» ({option}) должен быть объект JSON вида {{…}}{place}.",
        en='The file "{file}" ({option}) must hold a JSON object {{…}}{place}.',
    )
    at_line: ClassVar[Text] = Text(
        "; {line}-жолда, {column}-таңбада қате бар",
        "; ошибка в строке {line}, знак {column}",
        "; the error is in line {line}, character {column}",
    )

    def __init__(self, *, file: str, option: str, line: int = 0, column: int = 0) -> None:
        super().__init__(file=file, option=option, line=line, column=column)

    @property
    def text(self) -> Text:
        place = self.at_line.with_values(**self.values) if self.values["line"] else Text("", "", "")
        words = {language: place.in_(language) if self.values["line"] else "" for language in LANGUAGES}
        return Text(
            *(self.message.in_(each).format(**self.values, place=words[each]) for each in LANGUAGES),
        )


class BadUntilError(AutomationError):
    """The moment of `--until` or `--from` cannot be read."""

    status: ClassVar[int] = 422
    message: ClassVar[Text] = Text(
        kk="{option} уақыты түсініксіз: «{written}». 2026-11-16 немесе 2026-11-16T10:00 түрінде жазыңыз.",
        ru="Непонятное время {option}: «{written}». Пишите 2026-11-16 или 2026-11-16T10:00.",
        en='The moment of {option} is not understood: "{written}". Write 2026-11-16 or 2026-11-16T10:00.',
    )


def add_simulate(subparsers: "Subparsers") -> None:
    """`qabyldau simulate FILE.bpmn …`."""
    parser = subparsers.add_parser(
        "simulate",
        help="play diagrams in memory on a virtual clock",
        description="Play diagrams in memory, without a database. How: docs/howto/simulate.md. "
        "Exit status: 0 completed, 3 waiting, 2 refused, 1 failed.",
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="diagrams (.bpmn) and decisions (.dmn), one bundle")
    parser.add_argument("--process", metavar="ID", help="the process to start (needed if there are several)")
    parser.add_argument("--data", metavar="FILE.json", help="its first variables")
    parser.add_argument("--inputs", metavar="FILE.json", help='answers: {"element": {…}} or {"element": [{…}, …]}')
    parser.add_argument("--from", dest="begins", metavar="MOMENT", help="when the virtual clock begins (now)")
    parser.add_argument("--until", metavar="MOMENT", help="how far the virtual clock may go")
    parser.add_argument("--auto", action="store_true", help="complete user tasks that have no answers")
    parser.add_argument("--language", choices=LANGUAGES, default="ru", help="of the words (default ru)")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of words")
    parser.set_defaults(run=run_simulate)


def run_simulate(args: Namespace) -> int:
    """Play and print; the exit status of the command."""
    outcome = simulate(
        {path: _content(path) for path in _with_called(args.files)},
        process=args.process,
        data=_json_object(args.data, "--data"),
        inputs=_json_object(args.inputs, "--inputs"),
        rules=_rules_beside(args.files),
        begins=_moment(args.begins, "--from"),
        until=_moment(args.until, "--until"),
        auto=args.auto,
    )
    print(json.dumps(outcome.as_json(), ensure_ascii=False) if args.json else _lines(outcome, args.language))
    return EXIT_STATUS[outcome.status]


def _with_called(paths: Sequence[str]) -> list[str]:
    """The files and, of the diagrams beside them and the common ones of all offices, those that they call."""
    found = dict.fromkeys(paths)
    for path in paths:
        place = Path(path).absolute()
        given = {Path(each).absolute() for each in paths}
        folders = (place.parent.parent / "common", place.parent)
        offered = {each.stem: str(each) for folder in folders for each in folder.glob("*.bpmn") if each not in given}
        called = called_among(_content(path), {process: _content(each) for process, each in offered.items()})
        found |= dict.fromkeys(offered[process] for process in called)
    return list(found)


def _content(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except (OSError, ValueError) as error:
        raise FileNotReadError(file=path, reason=getattr(error, "strerror", None) or str(error)) from None


def _json_object(path: str | None, option: str) -> dict[str, object]:
    if path is None:
        return {}
    try:
        found = json.loads(_content(path))
    except json.JSONDecodeError as error:
        raise NotJsonFileError(file=path, option=option, line=error.lineno, column=error.colno) from None
    except (ValueError, RecursionError):
        raise NotJsonFileError(file=path, option=option) from None
    if not isinstance(found, dict):
        raise NotJsonFileError(file=path, option=option)
    return found


def _moment(written: str | None, option: str) -> datetime | None:
    """A moment without a zone is one of the country's."""
    if written is None:
        return None
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        raise BadUntilError(option=option, written=written) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=COUNTRY_ZONE)


def _rules_beside(paths: Sequence[str]) -> dict[str, str]:
    """The deadline rules by key of a deadlines.toml that lies beside the diagrams, as an office's does."""
    found: dict[str, str] = {}
    for folder in dict.fromkeys(Path(path).parent for path in paths):
        if (folder / "deadlines.toml").is_file():
            content = _content(str(folder / "deadlines.toml"))
            try:
                rules: dict[str, Any] = tomllib.loads(content.decode())
            except ValueError as error:
                raise FileNotReadError(file=str(folder / "deadlines.toml"), reason=str(error)) from None
            found |= {key: str(rule["expression"]) for key, rule in rules.items() if "expression" in rule}
    return found


_STATUSES: Final[Mapping[Status, Text]] = {
    "completed": Text("Аяқталды.", "Завершено.", "Completed."),
    "waiting": Text("Күтіп тұр:", "Ожидает:", "Waiting:"),
    "refused": Text(
        "Қабылданбады: схемада қателер бар.", "Отказано: в схеме есть ошибки.", "Refused: the diagram has errors."
    ),
    "failed": Text("Орындалу кезінде тоқтады.", "Остановлено при выполнении.", "Failed while it ran."),
}
_PATH: Final = Text("Өткен жолы:", "Пройдено:", "Passed:")
_DATA: Final = Text("Деректер:", "Данные:", "Data:")


def _lines(outcome: Outcome, language: str) -> str:
    lines = [f"{each.file} {each.element}: {each.message.in_(language)} [{each.rule}]" for each in outcome.problems]
    if outcome.path:
        lines += [_PATH.in_(language), *(f"  {element}" for element in outcome.path)]
    if outcome.data:
        lines += [_DATA.in_(language), *(f"  {name} = {_shown(value)}" for name, value in outcome.data.items())]
    lines.append(_STATUSES[outcome.status].in_(language))
    lines += [
        f"  {each.element}" + (f" — {each.due.astimezone(COUNTRY_ZONE):%Y-%m-%d %H:%M}" if each.due else "")
        for each in outcome.waiting
    ]
    return "\n".join(lines)


def _shown(value: object) -> str:
    written = json.dumps(value, ensure_ascii=False)
    return written if len(written) <= 200 else written[:199] + "…"
