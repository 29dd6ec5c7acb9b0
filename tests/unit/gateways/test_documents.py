"""A document says in PDF and in DOCX what its source says, and its words stay words."""

import io
import re
import zipfile
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import docx
import pypdf
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.domain.templates import LINE_BREAK, as_plain, parse, render
from app.gateways.documents import Document, DocumentSourceError, Provenance, parse_document, to_docx, to_pdf
from app.gateways.documents.blocks import (
    Break,
    Column,
    Facts,
    Heading,
    Items,
    PageBreak,
    Paragraph,
    Quote,
    Rule,
    Signature,
    Signatures,
    Span,
    Table,
    plain,
)
from app.gateways.documents.widths import column_widths

MADE = Provenance("А. Сүлейменова", datetime(2026, 11, 24, 17, 45, tzinfo=ZoneInfo("Asia/Almaty")), "ПД-11/2026")
KAZAKH = "Әә Ғғ Ққ Ңң Өө Ұұ Үү Һһ Іі"
SIGNS = "№ ₸ «» — – § Ёё Йй"
MILLIMETRE = 72 / 25.4


def pages_of(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(pages_of(pdf)).split())


def words_of(content: bytes) -> str:
    """The text of a DOCX's body, tables included, in order."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        xml = archive.read("word/document.xml").decode()
    texts = re.findall(r"<w:t(?: [^>]*)?>([^<]*)</w:t>|(<w:br/>|</w:p>)", xml)
    return " ".join("".join(text or " " for text, _ in texts).split())


def test_a_source_becomes_blocks():
    document = parse_document(
        "---\nlanguage: kk\npage: landscape\ntitle: Тізім **№ 1**\n---\n"
        "Әкімдік\n\n# Тізім\n\nбір **екі** *үш*\nтөрт\n\n"
        "**Күні:** 27.11\n**Орны:** 104\n\n- а\n- б\n\n3. в\n\n> г\n\n---\n::pagebreak\n::center д\n"
        "::signature Басшы | Т. Оспанов\n::signature Хатшы |\n"
    )

    assert (document.language, document.landscape, document.title) == ("kk", True, "Тізім № 1")
    assert document.blocks == (
        Paragraph((Span("Әкімдік"),), "center"),
        Heading(1, (Span("Тізім"),)),
        Paragraph((Span("бір "), Span("екі", bold=True), Span(" "), Span("үш", italic=True), Break(), Span("төрт"))),
        Facts((((Span("Күні"),), (Span("27.11"),)), ((Span("Орны"),), (Span("104"),)))),
        Items(((Paragraph((Span("а"),)),), (Paragraph((Span("б"),)),))),
        Items(((Paragraph((Span("в"),)),),), start=3),
        Quote((Paragraph((Span("г"),)),)),
        Rule(),
        PageBreak(),
        Paragraph((Span("д"),), "center"),
        Signatures((Signature((Span("Басшы"),), (Span("Т. Оспанов"),)), Signature((Span("Хатшы"),), ()))),
    )


def test_a_table_knows_its_alignment_and_the_shares_of_its_columns():
    table = parse_document("| № | Аты | Күні |\n|--:|:-----|:-:|\n| 1 | а\\|б | в |\n").blocks[0]

    assert table == Table(
        columns=(Column("right", 2), Column("left", 5), Column("center", 1)),
        head=((Span("№"),), (Span("Аты"),), (Span("Күні"),)),
        rows=(((Span("1"),), (Span("а|б"),), (Span("в"),)),),
    )
    assert isinstance(table, Table)
    assert column_widths(table, 160) == (40, 100, 20)


def test_columns_without_shares_get_what_their_words_need():
    table = parse_document("| № | Суть |\n|---|---|\n| 1 | " + "слово " * 60 + "|\n").blocks[0]

    assert isinstance(table, Table)
    narrow, wide = column_widths(table, 178)
    assert narrow < 15
    assert narrow + wide == pytest.approx(178)


def test_a_paragraph_with_one_line_that_is_no_key_and_value_stays_a_paragraph():
    blocks = parse_document("**Күні:** 27.11\nжәне тағы\n").blocks

    assert isinstance(blocks[0], Paragraph)


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("---\npage: a4\n---\n", 2),
        ("---\nlanguage: de\n---\n", 2),
        ("---\nfont: x\n---\n", 2),
        ("---\npage: landscape\n", 1),
        ("a\n\n::signature only\n", 3),
        ("::image /etc/passwd\n", 1),
        ("::\n", 1),
        ("a\n\n" + "|a" * 25 + "|\n" + "|-" * 25 + "|\n", 3),
        ("x" * 2_000_001, 1),
    ],
)
def test_a_source_that_cannot_be_read_names_its_line(source, line):
    with pytest.raises(DocumentSourceError) as caught:
        parse_document(source)

    assert caught.value.line == line
    assert str(line) in caught.value.text.kk


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_every_kazakh_letter_is_in_the_pdf_and_in_the_docx(language):
    document = parse_document(
        f"# {KAZAKH}\n\n{SIGNS} {KAZAKH}\n\n| **{KAZAKH}** |\n|---|\n| {KAZAKH} |\n", language=language
    )

    pdf, word = to_pdf(document, MADE), to_docx(document, MADE)

    assert text_of(pdf).count(KAZAKH) == 4
    assert SIGNS in text_of(pdf)
    assert words_of(word).count(KAZAKH) == 4
    assert SIGNS in words_of(word)


def test_our_font_has_every_letter_that_kazakh_russian_and_english_need():
    document = parse_document(
        f"{KAZAKH} {SIGNS} **{KAZAKH} {SIGNS}** абвгдеёжзийклмнопрстуфхцчшщъыьэюя ABCxyz 0123456789 €₽"
    )

    reader = pypdf.PdfReader(io.BytesIO(to_pdf(document, MADE)))

    fonts = {
        font["/BaseFont"].split("+")[1]
        for font in (each.get_object() for each in reader.pages[0]["/Resources"]["/Font"].values())
    }
    assert fonts == {"GolosText-Regular", "GolosText-Bold"}


@pytest.mark.parametrize(
    ("language", "made", "page"),
    [
        ("kk", "24.11.2026, 17:45 жасалды · А. Сүлейменова", "ПД-11/2026 · 1-бет, барлығы 2"),
        ("ru", "Составлено 24.11.2026, 17:45 · А. Сүлейменова", "ПД-11/2026 · стр. 1 из 2"),
        ("en", "Made on 24.11.2026, 17:45 · А. Сүлейменова", "ПД-11/2026 · page 1 of 2"),
    ],
)
def test_every_page_says_who_made_it_when_and_which_page_it_is(language, made, page):
    document = parse_document("a\n\n::pagebreak\n\nb", language=language)

    pdf, word = to_pdf(document, MADE), to_docx(document, MADE)

    pages = [" ".join(page.split()) for page in pages_of(pdf)]
    assert all(made in each for each in pages)
    assert page in pages[0]
    assert made in docx.Document(io.BytesIO(word)).sections[0].footer.paragraphs[0].text


@pytest.mark.parametrize("landscape", [False, True])
def test_the_page_is_a4_with_the_margins_of_official_papers(landscape):
    document = parse_document("word " * 2_000, landscape=landscape)
    size = (297, 210) if landscape else (210, 297)

    page = pypdf.PdfReader(io.BytesIO(to_pdf(document, MADE))).pages[0]
    section = docx.Document(io.BytesIO(to_docx(document, MADE))).sections[0]

    places: list[tuple[float, float]] = []
    page.extract_text(visitor_text=lambda text, cm, tm, font, size: places.append((cm[4] + tm[4], cm[5] + tm[5])))
    assert (page.mediabox.width / MILLIMETRE, page.mediabox.height / MILLIMETRE) == pytest.approx(size, abs=0.1)
    assert min(x for x, _ in places if x > 0) / MILLIMETRE == pytest.approx(20, abs=1)
    assert (section.page_width.mm, section.page_height.mm) == pytest.approx(size, abs=0.1)
    margins = (section.left_margin.mm, section.top_margin.mm, section.right_margin.mm, section.bottom_margin.mm)
    assert margins == pytest.approx((20, 14, 12, 14), abs=0.1)


def long_table(rows: int) -> Document:
    body = "".join(
        f"| {number} | бірінші жол{LINE_BREAK}екінші жол{LINE_BREAK}жол {number} соңы |\n" for number in range(rows)
    )
    return parse_document(f"| Нөмірі | Мазмұны |\n|---|---|\n{body}")


def test_the_head_of_a_table_is_repeated_and_its_rows_stay_whole():
    pages = pages_of(to_pdf(long_table(60), MADE))

    assert len(pages) > 2
    assert all("Нөмірі" in page for page in pages)
    for page in pages:
        begun, ended = page.count("бірінші жол"), len(re.findall(r"жол \d+ соңы", page))
        assert begun == ended > 0


def test_a_table_in_docx_repeats_its_head_and_keeps_its_rows_whole():
    table = docx.Document(io.BytesIO(to_docx(long_table(3), MADE))).tables[0]

    assert [cell.text for cell in table.rows[0].cells] == ["Нөмірі", "Мазмұны"]
    assert len(table.rows[0]._tr.xpath("./w:trPr/w:tblHeader")) == 1
    assert all(len(row._tr.xpath("./w:trPr/w:cantSplit")) == 1 for row in table.rows)
    assert table.rows[1].cells[1].text == "бірінші жол\nекінші жол\nжол 0 соңы"


def test_a_row_taller_than_a_page_is_not_cut_off():
    words = " ".join(f"сөз{number}" for number in range(3_000))
    document = parse_document(f"| a | b |\n|---|---|\n| 1 | {words} |\n")

    text = text_of(to_pdf(document, MADE))

    assert "сөз2999" in text
    assert text.count("сөз") == 3_000


def test_a_word_too_long_for_its_cell_is_broken_and_not_run_over_the_edge():
    document = parse_document(f"| a | b |\n|---|---|\n| {'ж' * 200} | {'ң' * 200} |\n")

    page = pypdf.PdfReader(io.BytesIO(to_pdf(document, MADE))).pages[0]

    assert page.extract_text().count("ж") == 200
    assert max(len(line) for line in page.extract_text().split("\n")) < 110


def test_signatures_stay_together_on_one_page():
    signatures = "::signature Бірінші басшы | А. А.\n::signature Екінші басшы | Б. Б.\n"

    for filling in range(36, 48):
        pages = pages_of(to_pdf(parse_document("жол\n\n" * filling + signatures), MADE))
        assert [page for page in pages if "Бірінші" in page] == [page for page in pages if "Екінші" in page]


def test_the_same_document_is_the_same_bytes_and_its_files_are_dated_by_its_making():
    document = parse_document("# Тақырып\n\nмәтін\n")

    pdf, word = to_pdf(document, MADE), to_docx(document, MADE)

    assert (pdf, word) == (to_pdf(document, MADE), to_docx(document, MADE))
    information = pypdf.PdfReader(io.BytesIO(pdf)).metadata
    properties = docx.Document(io.BytesIO(word)).core_properties
    assert (information.title, information.creation_date) == ("Тақырып", MADE.made_at)
    assert (properties.title, properties.author) == ("Тақырып", "А. Сүлейменова")
    assert properties.created.replace(tzinfo=ZoneInfo("UTC")) == MADE.made_at


HOSTILE = [
    '#read("/etc/passwd")',
    '#import "@preview/cetz:0.3.0"',
    '#{ while true {} } #eval("1")',
    '"} #panic("x") {"',
    '\\u{41} \\" \\\\ #sys.inputs',
    "$ x^2 $ <label> @ref // comment /* c */",
    "= Heading\n- item\n+ item",
    "]#pagebreak()[ *b* _i_ `c`",
    "{{field}} {% x %} {{ 7*7 }}",
    '{ INCLUDETEXT "C:\\\\secret.txt" } <w:fldSimple w:instr="DDEAUTO"/>',
    '=HYPERLINK("http://evil","x") DDEAUTO c:\\\\windows',
    "::signature Жалған | Қол\n::pagebreak",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "**Шешім:** мақұлданды",
    "---\npage: landscape\n---",
    "--- ... -- ~ \"quotes\" 'single'",
    "&amp; &#x41; <b>x</b> <!-- c -->",
]


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize(
    "place",
    [
        "{{a}}",
        "- {{a}}",
        "| x |\n|---|\n| {{a}} |",
        "# {{a}}",
        "**Н:** {{a}}",
        "::signature {{a}} | {{a}}",
        "::center {{a}}",
    ],
)
def test_words_never_become_markup_of_any_kind(place, hostile):
    document = parse_document(render(parse(place), {"a": hostile}))

    pdf, word = to_pdf(document, MADE), to_docx(document, MADE)

    shown = "".join(as_plain(hostile).split())
    assert shown in "".join(text_of(pdf).split())
    assert shown in "".join(
        re.sub("&(amp|lt|gt);", lambda sign: {"amp": "&", "lt": "<", "gt": ">"}[sign[1]], words_of(word)).split()
    )
    assert len(document.blocks) == 1
    assert not document.landscape
    with zipfile.ZipFile(io.BytesIO(word)) as archive:
        body = archive.read("word/document.xml").decode()
        footer = next(
            archive.read(name).decode() for name in archive.namelist() if "footer" in name and name.endswith(".xml")
        )
    assert not re.search(r"<w:(fldSimple|instrText|fldChar|hyperlink|altChunk)", body)
    assert re.findall(r'<w:fldSimple w:instr="([^"]*)"', footer) == ["PAGE", "NUMPAGES"]


def test_who_made_it_and_the_number_are_words_too():
    made = Provenance('#panic("x")', MADE.made_at, '"]#eval("1")')

    pdf = to_pdf(parse_document("a"), made)

    assert 'Составлено 24.11.2026, 17:45 · #panic("x")' in text_of(pdf)
    assert '"]#eval("1") · стр. 1 из 1' in text_of(pdf)


def test_the_typesetter_has_no_way_to_files_of_the_project(monkeypatch, tmp_path):
    from app.gateways.documents import pdf as writer

    curious = tmp_path / "sheet.typ"
    curious.write_text(f'#read("{Path(__file__).resolve()}")')
    monkeypatch.setattr(writer, "SHEET", curious)

    with pytest.raises(writer.DocumentNotMadeError):
        to_pdf(parse_document("a"), MADE)


ODD = "ә#*_-+=~`>|<&![](){}:.,1 9\\\n\r\t\u2028\"'/@$%^;№—x\x00\x1f\ufffe\ud800\u202e"


@pytest.mark.parametrize(
    "place",
    [
        "{{a}}",
        "- {{a}}",
        "| x |\n|---|\n| {{a}} |",
        "# {{a}}",
        "::right {{a}}",
        "::signature {{a}} | y",
        "**k:** {{a}}",
    ],
)
@example(value=" ##")
@given(value=st.text(alphabet=st.sampled_from(ODD), min_size=1, max_size=30))
def test_a_value_is_one_value_wherever_it_stands(place, value):
    template = parse(place)

    blocks = parse_document(render(template, {"a": "x" + value})).blocks

    sample = parse_document(render(template, {"a": "SAMPLE"})).blocks
    expected = "".join(_plain_of(sample).replace("SAMPLE", as_plain("x" + value).replace("\ufffe", "")).split())
    assert len(blocks) == 1
    assert type(blocks[0]) is type(sample[0])
    assert "".join(_plain_of(blocks).split()) == expected


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=120))
def test_any_value_can_be_typeset(value):
    source = render(parse("# x{{a}}\n\nx{{a}}\n\n| x |\n|---|\n| x{{a}} |\n"), {"a": "x" + value})
    document = parse_document(source)

    assert to_pdf(document, MADE).startswith(b"%PDF")
    assert docx.Document(io.BytesIO(to_docx(document, MADE))).tables[0].rows[1].cells[0].text.startswith("xx")


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=st.sampled_from("-|: \n#*>:1.a\\`_[]()~<&"), max_size=80))
def test_any_source_is_a_document_or_names_its_line(source):
    with suppress(DocumentSourceError):
        document = parse_document(source)

        assert to_pdf(document, MADE).startswith(b"%PDF")
        assert to_docx(document, MADE).startswith(b"PK")


def _plain_of(blocks: tuple[object, ...]) -> str:
    """All words of blocks, whatever their kind."""
    found: list[str] = []
    for block in blocks:
        match block:
            case Heading(_, words) | Paragraph(words, _):
                found.append(plain(words))
            case Items(items, _):
                found += [_plain_of(item) for item in items]
            case Table(_, head, rows):
                found += [plain(cell) for row in (head, *rows) for cell in row]
            case Facts(pairs):
                found += [plain(word) for pair in pairs for word in pair]
            case Signatures(people):
                found += [plain(one.role) + plain(one.name) for one in people]
    return " ".join(found)
