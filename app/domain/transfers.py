"""Files of official transfers: CSV or JSON, one pair of days a line, read with every fault at its line."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from app.domain.texts import Text

MOST_LINES: Final = 500
MOST_CHARACTERS: Final = 200_000
COLUMNS: Final = ("day_off", "moved_to", "document", "document_date")
_FORMATS: Final = ("%Y-%m-%d", "%d.%m.%Y")


@dataclass(frozen=True, slots=True)
class TransferLine:
    """One pair of the file: the day off `day_off` is worked and `moved_to` is off, by `document` of `document_date`."""

    line: int
    day_off: date
    moved_to: date
    document: str
    document_date: date | None


@dataclass(frozen=True, slots=True)
class LineProblem:
    """What is wrong at a line of the file; 0 is the file as a whole."""

    line: int
    message: Text


@dataclass(frozen=True, slots=True)
class TransferFile:
    """What a file says: its pairs in order, and everything that could not be read."""

    lines: tuple[TransferLine, ...]
    problems: tuple[LineProblem, ...]


class _FaultError(Exception):
    """A line or file that cannot be read."""

    def __init__(self, message: Text, line: int = 0) -> None:
        super().__init__(message.en)
        self.message = message
        self.line = line


def read_transfers(content: bytes) -> TransferFile:
    """The pairs of a CSV file (its head names `COLUMNS`, parted by commas or semicolons) or a JSON list of objects.

    Dates are 2024-05-04 or 04.05.2024; UTF-8. Raises nothing: what is wrong stands in `problems`.
    """
    lines: list[TransferLine] = []
    problems: list[LineProblem] = []
    try:
        text = _text(content)
        rows = _json_rows(text) if text.lstrip().startswith(("[", "{")) else _csv_rows(text)
        for number, row in rows:
            try:
                lines.append(_line(number, row))
            except _FaultError as fault:
                problems.append(LineProblem(number, fault.message))
            if len(lines) + len(problems) > MOST_LINES:
                raise _FaultError(TOO_LONG.with_values(n=MOST_LINES))
    except _FaultError as fault:
        problems.append(LineProblem(fault.line, fault.message))
    if not lines and not problems:
        problems.append(LineProblem(0, EMPTY))
    return TransferFile(tuple(lines), tuple(problems))


def _text(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _FaultError(NOT_UTF8) from None
    if len(text) > MOST_CHARACTERS:
        raise _FaultError(TOO_LONG.with_values(n=MOST_LINES))
    return text


def _csv_rows(text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    head = text.splitlines()[0] if text.strip() else ""
    reader = csv.reader(io.StringIO(text), delimiter=";" if head.count(";") > head.count(",") else ",")
    try:
        names = [name.strip().casefold() for name in next(reader, [])]
        if not {"day_off", "moved_to"} <= set(names):
            raise _FaultError(NO_HEAD.with_values(columns=", ".join(COLUMNS)), 1)
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, dict(zip(names, cells, strict=False))
    except csv.Error:
        raise _FaultError(UNREADABLE, reader.line_num) from None


def _json_rows(text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The objects of the list, each with the line on which it begins."""
    try:
        json.loads(text)
    except (json.JSONDecodeError, RecursionError) as broken:
        raise _FaultError(UNREADABLE, getattr(broken, "lineno", 0)) from None
    at = text.index(text.lstrip()[0])
    if text[at] != "[":
        raise _FaultError(NOT_A_LIST, _line_of(text, at))
    decoder = json.JSONDecoder()
    at += 1
    while True:
        at = _next(text, at)
        if text[at] == "]":
            return
        row, end = decoder.raw_decode(text, at)
        line, at = _line_of(text, at), end
        yield line, row if isinstance(row, dict) else {}


def _next(text: str, at: int) -> int:
    """Where the next element, or the end of the list, begins: valid JSON has one."""
    while text[at].isspace() or text[at] == ",":
        at += 1
    return at


def _line_of(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _line(number: int, row: Mapping[str, Any]) -> TransferLine:
    day_off, moved_to = (_day(row.get(name), name) for name in ("day_off", "moved_to"))
    if day_off is None or moved_to is None:
        raise _FaultError(BOTH_DAYS)
    document = str(row.get("document") or "").strip()
    return TransferLine(number, day_off, moved_to, document, _day(row.get("document_date"), "document_date"))


def _day(value: Any, name: str) -> date | None:
    written = str(value or "").strip()
    if not written:
        return None
    for form in _FORMATS:
        try:
            return datetime.strptime(written, form).date()  # noqa: DTZ007 - a day, no moment
        except ValueError:
            continue
    raise _FaultError(BAD_DAY.with_values(name=name, written=written[:40]))


NOT_UTF8: Final = Text(
    "Файл UTF-8 кодында сақталуы керек.", "Файл должен быть в кодировке UTF-8.", "The file must be in UTF-8."
)
TOO_LONG: Final = Text(
    "Файл тым үлкен: {n} жолдан аспауы керек.",
    "Файл слишком большой: не больше {n} строк.",
    "The file is too long: at most {n} lines.",
)
EMPTY: Final = Text("Файлда ауыстыру жоқ.", "В файле нет переносов.", "The file holds no transfers.")
NO_HEAD: Final = Text(
    "Бірінші жолда бағандардың аттары болуы керек: {columns}.",
    "В первой строке должны стоять названия столбцов: {columns}.",
    "The first line must name the columns: {columns}.",
)
UNREADABLE: Final = Text(
    "Бұл жерден әрі оқу мүмкін болмады: CSV не JSON жазылуын тексеріңіз.",
    "Дальше этого места файл не читается: проверьте запись CSV или JSON.",
    "The file cannot be read from here on: check how the CSV or JSON is written.",
)
NOT_A_LIST: Final = Text(
    'JSON файлы — ауыстырулардың тізімі: [{"day_off": …, "moved_to": …}].',
    'JSON-файл — это список переносов: [{"day_off": …, "moved_to": …}].',
    'A JSON file is a list of transfers: [{"day_off": …, "moved_to": …}].',
)
BOTH_DAYS: Final = Text(
    "Ауыстыру — екі күн: day_off пен moved_to екеуін де жазыңыз.",
    "Перенос — это два дня: укажите и day_off, и moved_to.",
    "A transfer is a pair of days: give both day_off and moved_to.",
)
BAD_DAY: Final = Text(
    "{name}: «{written}» күні түсініксіз. 2024-05-04 немесе 04.05.2024 түрінде жазыңыз.",
    "{name}: дата «{written}» не читается. Пишите 2024-05-04 или 04.05.2024.",
    "{name}: the date “{written}” cannot be read. Write 2024-05-04 or 04.05.2024.",
)
