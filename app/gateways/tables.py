"""Tables that people send: CSV and the first sheet of XLSX, as rows of texts by their line."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import ClassVar, Final

from lxml import etree

from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.gateways.files import inspect_upload

MOST_BYTES: Final = 5 * 1024 * 1024
MOST_COLUMNS: Final = 60
MOST_UNPACKED: Final = 32 * 1024 * 1024
"""Bytes of one part of a workbook: read as XML it takes many times as much memory."""
_MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_COLUMN: Final = re.compile(r"([A-Z]{1,3})(\d+)")
_DAYS_OF_EXCEL: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - a day, not a moment
_DATE_FORMATS: Final = frozenset({14, 15, 16, 17, 22})
_MOST_CELL: Final = 32_767
Rows = dict[int, list[str]]


class TableUnreadableError(AutomationError):
    """The file cannot be read as a table."""

    status: ClassVar[int] = 422
    message: ClassVar[Text] = Text(
        kk="Файл кесте ретінде оқылмады. CSV (UTF-8) немесе XLSX керек, ең көбі {most} жол.",
        ru="Файл не прочитан как таблица. Нужен CSV (UTF-8) или XLSX, не больше {most} строк.",
        en="The file cannot be read as a table. It should be CSV (UTF-8) or XLSX of at most {most} rows.",
    )


def read_table(name: str, content: bytes, *, most: int) -> Rows:
    """The rows that are not empty by their line in the file, from 1; `most` besides the first.

    A cell is a text without spaces around it; a date of a sheet is written 2025-06-02. Raises `TableUnreadableError`
    and what `inspect_upload` raises for an XLSX.
    """
    refused = TableUnreadableError(most=most)
    if not content or len(content) > MOST_BYTES:
        raise refused
    try:
        rows = _of_sheet(name, content) if content[:4] == b"PK\x03\x04" else _of_csv(content)
        found = {line: cells for line, cells in rows if any(cells)}
    except (csv.Error, UnicodeDecodeError, etree.XMLSyntaxError, zipfile.BadZipFile, KeyError, ValueError, IndexError):
        raise refused from None
    if not 1 < len(found) <= most + 1:
        raise refused
    return found


def _of_csv(content: bytes) -> Iterator[tuple[int, list[str]]]:
    text = content.decode("utf-8-sig")
    if "\0" in text:
        raise ValueError
    first = text.partition("\n")[0]
    delimiter = max((";", ",", "\t"), key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    for row in reader:
        yield line, [_plain(cell) for cell in row[:MOST_COLUMNS]]
        line = reader.line_num + 1


def _plain(cell: str) -> str:
    """A cell; the apostrophe that an export puts before what looks like a formula is taken off."""
    text = cell.strip()
    return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@") else text


def _of_sheet(name: str, content: bytes) -> Iterator[tuple[int, list[str]]]:
    inspect_upload(name if name.lower().endswith(".xlsx") else f"{name}.xlsx", content, accept={"xlsx"})
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        words = _words(archive)
        dates = _dates(archive)
        sheet = _part(archive, _first_sheet(archive))
    for number, row in enumerate(sheet.iter(f"{_MAIN}row"), 1):
        cells: dict[int, str] = {}
        for place, cell in enumerate(row.iter(f"{_MAIN}c")):
            at = _COLUMN.fullmatch(cell.get("r") or "")
            column = _index(at[1]) if at else place
            if column < MOST_COLUMNS:
                cells[column] = _cell(cell, words, dates)
        yield int(row.get("r") or number), [cells.get(n, "") for n in range(max(cells, default=-1) + 1)]


def _cell(cell: etree._Element, words: list[str], dates: frozenset[int]) -> str:
    kind, value = cell.get("t", "n"), cell.findtext(f"{_MAIN}v") or ""
    if kind == "inlineStr":
        value = "".join(each.text or "" for each in cell.iter(f"{_MAIN}t"))
    elif kind == "s":
        value = words[int(value)]
    elif kind == "n" and value:
        value = _number(value, is_date=int(cell.get("s") or 0) in dates)
    return _plain(value[:_MOST_CELL])


def _number(value: str, *, is_date: bool) -> str:
    """A number as it was typed: 580312300124 rather than 5.80312300124E11."""
    number = float(value)
    if is_date and 0 < number < 80_000:
        return (_DAYS_OF_EXCEL + timedelta(days=number)).date().isoformat()
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else value


def _words(archive: zipfile.ZipFile) -> list[str]:
    """The shared texts of a workbook."""
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    root = _part(archive, "xl/sharedStrings.xml")
    return ["".join(each.text or "" for each in row.iter(f"{_MAIN}t")) for row in root.iter(f"{_MAIN}si")]


def _dates(archive: zipfile.ZipFile) -> frozenset[int]:
    """The styles that show a number as a date."""
    if "xl/styles.xml" not in archive.namelist():
        return frozenset()
    root = _part(archive, "xl/styles.xml")
    own = {
        int(each.get("numFmtId") or 0)
        for each in root.iter(f"{_MAIN}numFmt")
        if re.search(r"[dy]", re.sub(r'"[^"]*"|\[[^\]]*\]', "", (each.get("formatCode") or "").lower()))
    }
    styles = root.find(f"{_MAIN}cellXfs")
    formats = [int(each.get("numFmtId") or 0) for each in styles] if styles is not None else []
    return frozenset(n for n, code in enumerate(formats) if code in _DATE_FORMATS or code in own)


def _first_sheet(archive: zipfile.ZipFile) -> str:
    book = _part(archive, "xl/workbook.xml")
    links: Mapping[str, str] = {
        each.get("Id") or "": each.get("Target") or "" for each in _part(archive, "xl/_rels/workbook.xml.rels")
    }
    sheet = next(book.iter(f"{_MAIN}sheet"), None)
    target = links[sheet.get(_LINK) or ""] if sheet is not None else ""
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _part(archive: zipfile.ZipFile, name: str) -> etree._Element:
    if archive.getinfo(name).file_size > MOST_UNPACKED:
        raise ValueError
    return etree.fromstring(
        archive.read(name), etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    )


def _index(letters: str) -> int:
    """A column's number from its letters: A is 0, AA is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
