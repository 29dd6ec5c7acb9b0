"""The same rows as a file: CSV, XLSX, PDF, DOCX."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from app.domain.templates import parse, render
from app.domain.texts import Language
from app.gateways.documents import Document, Provenance, parse_document
from app.models import Office
from app.reports.rows import Period, ReportKind, Row

PDF: Final = "application/pdf"
CSV: Final = "text/csv; charset=utf-8"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_SHEET: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def as_csv(rows: Sequence[Row], language: str) -> bytes:
    """A line a row, `;` between the cells, UTF-8 with BOM for spreadsheets; what begins like a formula is text."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerows([_safe(row.label.in_(language)), _safe(row.value)] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _safe(words: str) -> str:
    return f"'{words}" if words.startswith(_FORMULA) else words


def as_xlsx(rows: Sequence[Row], language: str) -> bytes:
    """One sheet with label and value; numbers are numbers, everything else inline text."""
    return workbook([(row.label.in_(language), row.value) for row in rows], widths=(60, 20))


def table_csv(lines: Iterable[Sequence[str]]) -> bytes:
    """Lines of cells as CSV, `;` between them, UTF-8 with BOM; what begins like a formula is text."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerows([_safe(each) for each in line] for line in lines)
    return out.getvalue().encode("utf-8-sig")


def workbook(lines: Iterable[Sequence[str]], *, widths: Sequence[int]) -> bytes:
    """Lines of cells as a workbook of one sheet; `widths` of its columns in characters."""
    cells = "".join(
        f'<row r="{n}">{"".join(_cell(f"{_column(place)}{n}", each) for place, each in enumerate(line))}</row>'
        for n, line in enumerate(lines, 1)
    )
    sized = "".join(f'<col min="{n}" max="{n}" width="{width}"/>' for n, width in enumerate(widths, 1))
    columns = f"<cols>{sized}</cols>"
    types = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{types}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{types}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE}"><sheets>'
        '<sheet name="1" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_SHEET}">{columns}<sheetData>{cells}</sheetData></worksheet>',
    }
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(ZipInfo(name), f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>{body}')
    return out.getvalue()


def _column(place: int) -> str:
    """A for 0, Z for 25, AA for 26."""
    first, last = divmod(place, 26)
    return (chr(64 + first) if first else "") + chr(65 + last)


def _cell(place: str, value: str) -> str:
    if value.isascii() and value.replace(".", "", 1).isdigit():
        return f'<c r="{place}"><v>{value}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{_escaped(value)}</t></is></c>'


def _escaped(words: str) -> str:
    kept = "".join(each for each in words if each >= " " or each in "\n\t")
    return kept.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def as_document(
    kind: ReportKind,
    period: Period,
    rows: Sequence[Row],
    office: Office,
    language: Language,
    templates: Mapping[str, str],
    made: Provenance,
) -> Document:
    """The report by the office's template of its kind, to be made into PDF or DOCX."""
    facts: dict[str, Any] = {
        "office": {"name": getattr(office, f"name_{language}")},
        "report": {"title": kind.title.in_(language), "period": period.name},
        "rows": [
            {"label": f"– {row.label.in_(language)}" if row.part else row.label.in_(language), "value": row.value}
            for row in rows
        ],
        "made_on": f"{made.made_at:%d.%m.%Y, %H:%M}",
        "person": {"full_name": made.made_by},
    }
    return parse_document(render(parse(templates[f"{kind.paper or kind.code}.{language}"]), facts), language=language)
