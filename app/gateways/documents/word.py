"""A document as DOCX, for those who have to go on writing in it."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from functools import cache
from typing import Any, Final

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from app.domain.texts import Language
from app.gateways.documents.blocks import (
    PAGE_WORDS,
    Align,
    Blocks,
    Contents,
    Document,
    Facts,
    Heading,
    Items,
    PageBreak,
    Paragraph,
    Provenance,
    Quote,
    Rule,
    Signature,
    Signatures,
    Span,
    Table,
    Words,
)
from app.gateways.documents.widths import FACT_NAME, MARGINS, column_widths, page_size, text_width

FONT: Final = "Arial"  # on every office computer, with all Kazakh letters; ours is not installed there
LOCALES: Final = {"kk": "kk-KZ", "ru": "ru-RU", "en": "en-GB"}
INDENT: Final = 8.0  # mm, of list items and quotes
SIGNING: Final = (45.0, 50.0)  # mm: the line to sign on, the name
OLDEST: Final = (1980, 1, 1, 0, 0, 0)  # the earliest date a ZIP archive can hold

_ALIGN: Final[dict[Align, Any]] = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}
_SIZES: Final = {"Normal": 10.5, "Heading 1": 14.0, "Heading 2": 11.5, "Heading 3": 10.5}  # points

_KEPT: Final = (
    *(f"{name}{kind}" for name in (*_SIZES, "Header", "Footer") for kind in ("", " Char")),
    *("Default Paragraph Font", "No List", "Normal Table", "Table Grid"),
)
_DROPPED: Final = ("thumbnail", "customXml", "stylesWithEffects", "numbering", "webSettings")


def to_docx(document: Document, made: Provenance) -> bytes:
    """The document as DOCX on A4, laid out as in PDF; the same bytes for the same document and provenance.

    Words of the document are text runs only; the two fields (page, number of pages) are in the footer and ours.
    """
    file = docx.Document(io.BytesIO(_blank(document.language)))
    _page(file, document)
    _footer(file, document, made)
    _properties(file, document, made)
    _Writer(file).blocks(document.blocks, text_width(document))
    packed = io.BytesIO()
    file.save(packed)
    return _dated_alike(packed.getvalue())


@cache
def _blank(language: Language) -> bytes:
    """An empty file in our styles, without the styles and parts of the library's own that we never use."""
    file = docx.Document()
    _styles(file, language)
    for style in list(file.styles):
        if style.name not in _KEPT:
            style.delete()
    for part in (file.part.package, file.part):
        for key in [key for key, to in part.rels.items() if to.reltype.rpartition("/")[2] in _DROPPED]:
            del part.rels[key]
    packed = io.BytesIO()
    file.save(packed)
    return packed.getvalue()


def _styles(file: Any, spoken: Language) -> None:
    for name, size in _SIZES.items():
        style = file.styles[name]
        style.font.size = Pt(size)
        style.font.color.rgb = RGBColor(0, 0, 0)
        properties = style.element.get_or_add_rPr()
        fonts = properties.get_or_add_rFonts()
        for attribute in list(fonts.attrib):
            del fonts.attrib[attribute]
        for script in ("ascii", "hAnsi", "cs", "eastAsia"):
            fonts.set(qn(f"w:{script}"), FONT)
        style.paragraph_format.space_before = Pt(0 if name == "Normal" else 10)
        style.paragraph_format.space_after = Pt(5)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), LOCALES[spoken])
    file.styles["Normal"].element.get_or_add_rPr().append(language)
    file.styles["Heading 1"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _page(file: Any, document: Document) -> None:
    section = file.sections[0]
    width, height = page_size(document)
    section.page_width, section.page_height = Mm(width), Mm(height)
    section.orientation = WD_ORIENT.LANDSCAPE if document.landscape else WD_ORIENT.PORTRAIT
    section.left_margin, section.right_margin = Mm(MARGINS["left"]), Mm(MARGINS["right"])
    section.top_margin, section.bottom_margin = Mm(MARGINS["top"]), Mm(MARGINS["bottom"])
    section.header_distance, section.footer_distance = Mm(7), Mm(6)


def _footer(file: Any, document: Document, made: Provenance) -> None:
    before, between, after = PAGE_WORDS[document.language]
    paragraph = file.sections[0].footer.paragraphs[0]
    paragraph.paragraph_format.tab_stops.clear_all()
    paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(text_width(document)), WD_TAB_ALIGNMENT.RIGHT)
    number = f"{made.number} · " if made.number else ""
    for piece in (f"{made.line(document.language)}\t{number}{before}", "PAGE", between, "NUMPAGES", after):
        if piece in {"PAGE", "NUMPAGES"}:
            paragraph._p.append(_field(piece))
        elif piece:
            paragraph.add_run(piece).font.size = Pt(8)


def _field(instruction: str) -> Any:
    field, run, properties, size, text = (OxmlElement(name) for name in ("w:fldSimple", "w:r", "w:rPr", "w:sz", "w:t"))
    field.set(qn("w:instr"), instruction)
    size.set(qn("w:val"), "16")
    text.text = "1"
    properties.append(size)
    run.extend((properties, text))
    field.append(run)
    return field


def _properties(file: Any, document: Document, made: Provenance) -> None:
    properties = file.core_properties
    moment = made.made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    properties.created = properties.modified = moment
    properties.title = document.title[:255]
    properties.author = properties.last_modified_by = (made.made_by or "Qabyldau")[:255]
    properties.language = LOCALES[document.language]
    properties.comments = properties.keywords = ""
    properties.revision = 1


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes blocks at the end of the file's body."""

    file: Any

    def blocks(self, blocks: Blocks, width: float, indent: float = 0) -> None:
        for block in blocks:
            self._block(block, width, indent)

    def _block(self, block: Any, width: float, indent: float) -> None:
        match block:
            case Heading(level, words):
                _write(self.file.add_paragraph(style=f"Heading {level}"), words)
            case Paragraph(words, align):
                _write(self._paragraph(indent), words, align=align)
            case Items():
                self._items(block, width, indent)
            case Quote(blocks):
                self.blocks(blocks, width, indent + INDENT)
            case Facts(pairs):
                names = [((Span(f"{_joined(name)}:", bold=True),), value) for name, value in pairs]
                self._grid(names, (FACT_NAME, width - FACT_NAME))
            case Signatures(people):
                self._signatures(people, width)
            case Table():
                self._table(block, width - indent)
            case PageBreak() | Contents() | Rule():
                _mark(self.file.add_paragraph(), block)

    def _paragraph(self, indent: float) -> Any:
        paragraph = self.file.add_paragraph()
        paragraph.paragraph_format.left_indent = Mm(indent)
        return paragraph

    def _items(self, block: Items, width: float, indent: float) -> None:
        """Items with their marks as text: the numbers are part of what was decided and stay when someone edits."""
        for number, item in enumerate(block.items, block.start or 0):
            mark = "–" if block.start is None else f"{number}."
            paragraph = self._paragraph(indent + INDENT)
            paragraph.paragraph_format.first_line_indent = -Mm(INDENT - 2)
            paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(indent + INDENT))
            paragraph.add_run(f"{mark}\t")
            first = item[0] if item and isinstance(item[0], Paragraph) else None
            if first:
                _write(paragraph, first.words)
            self.blocks(item[1:] if first else item, width, indent + INDENT)

    def _table(self, block: Table, width: float) -> None:
        widths = column_widths(block, width)
        table = self._grid((block.head, *block.rows), widths, style="Table Grid", size=9.5)
        aligns = [column.align for column in block.columns]
        for row in table.rows[1:]:
            for cell, align in zip(row.cells, aligns, strict=True):
                cell.paragraphs[0].alignment = _ALIGN[align]
        table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
        for cell in table.rows[0].cells:
            cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
            for run in cell.paragraphs[0].runs:
                run.bold = True

    def _signatures(self, people: Sequence[Signature], width: float) -> None:
        rows: list[Sequence[Words]] = [(one.role, (), one.name) for one in people]
        table = self._grid(rows, (width - sum(SIGNING), *SIGNING), before=14)
        for number, row in enumerate(table.rows, 1):
            _border(row.cells[1]._tc.get_or_add_tcPr(), "w:tcBorders")
            for cell in row.cells:
                cell.paragraphs[0].paragraph_format.keep_with_next = number < len(people)

    def _grid(
        self,
        rows: Sequence[Sequence[Words]],
        widths: Sequence[float],
        *,
        style: str | None = None,
        size: float | None = None,
        before: float = 0,
    ) -> Any:
        table = self.file.add_table(len(rows), len(widths), style=style)
        table.autofit = False
        table.alignment = WD_TABLE_ALIGNMENT.LEFT
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
        for row, cells in zip(table.rows, rows, strict=True):
            row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
            for cell, words, width in zip(row.cells, cells, widths, strict=True):
                cell.width = Mm(width)
                paragraph = cell.paragraphs[0]
                paragraph.paragraph_format.space_before = Pt(before)
                paragraph.paragraph_format.space_after = Pt(2)
                _write(paragraph, words, size=size)
        self.file.add_paragraph().paragraph_format.space_after = Pt(0)
        return table


def _write(paragraph: Any, words: Words, *, align: Align | None = None, size: float | None = None) -> None:
    for word in words:
        if isinstance(word, Span):
            run = paragraph.add_run(word.text.replace("\t", " ").replace("\n", " "))
            if word.bold:
                run.bold = True
            if word.italic:
                run.italic = True
            if word.underlined:
                run.underline = True
            if size:
                run.font.size = Pt(size)
        else:
            paragraph.add_run().add_break()
    if align:
        paragraph.alignment = _ALIGN[align]


def _mark(paragraph: Any, block: PageBreak | Contents | Rule) -> None:
    """A new page, a line, or a field that the reader's program fills with headings and pages."""
    if isinstance(block, PageBreak):
        paragraph.add_run().add_break(WD_BREAK.PAGE)
    elif isinstance(block, Rule):
        _border(paragraph._p.get_or_add_pPr(), "w:pBdr")
    else:
        contents = OxmlElement("w:fldSimple")
        contents.set(qn("w:instr"), 'TOC \\o "2-3"')
        paragraph._p.append(contents)


def _joined(words: Words) -> str:
    return "".join(word.text for word in words if isinstance(word, Span))


def _border(properties: Any, name: str) -> None:
    borders, bottom = OxmlElement(name), OxmlElement("w:bottom")
    for attribute, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "000000")):
        bottom.set(qn(f"w:{attribute}"), value)
    borders.append(bottom)
    properties.append(borders)


def _dated_alike(content: bytes) -> bytes:
    """The archive with the same contents, none of them dated by the machine's clock."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            same = zipfile.ZipInfo(entry.filename, OLDEST)
            same.compress_type, same.create_system, same.external_attr = zipfile.ZIP_DEFLATED, 3, 0o600 << 16
            target.writestr(same, source.read(entry))
    return packed.getvalue()
