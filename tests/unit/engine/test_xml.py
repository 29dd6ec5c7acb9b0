"""Reading diagrams that anybody may have written."""

import time
from pathlib import Path

import pytest

from app.domain.texts import LANGUAGES
from app.engine.xml import (
    MAX_BYTES,
    DiagramXmlError,
    NotADiagramError,
    XmlDoctypeError,
    XmlEncodingError,
    XmlMalformedError,
    XmlTooDeepError,
    XmlTooLargeError,
    read_xml,
)

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BODY = f'<bpmn:definitions xmlns:bpmn="{MODEL}"><bpmn:process id="қабылдау" name="Личный приём"/></bpmn:definitions>'


def process_name(data: bytes) -> str | None:
    process = read_xml(data).getroot()[0]
    return process.get("name")


@pytest.mark.parametrize("encoding", ["utf-8", "UTF-16", "utf-16-le", "UTF-32", "windows-1251", "koi8-r", "iso-8859-5"])
def test_a_diagram_is_read_in_any_encoding_that_it_declares(encoding):
    text = f'<?xml version="1.0" encoding="{encoding}"?>\n' + BODY.replace("қабылдау", "reception")

    name = process_name(text.encode(encoding))

    assert name == "Личный приём"


def test_a_diagram_without_a_declaration_is_utf_8():
    assert process_name(BODY.encode()) == "Личный приём"


def test_a_byte_order_mark_is_no_obstacle():
    assert process_name(b"\xef\xbb\xbf" + BODY.encode()) == "Личный приём"


def test_plain_text_that_claims_to_be_utf_16_is_read_as_utf_8():
    data = b'<?xml version="1.0" encoding="utf-16"?>' + BODY.encode()

    assert process_name(data) == "Личный приём"


@pytest.mark.parametrize(
    "encoding", ["utf-7", "punycode", "rot13", "hex", "no-such-encoding", "idna", "unicode_escape"]
)
def test_an_encoding_that_is_not_one_of_characters_is_refused_by_name(encoding):
    data = f'<?xml version="1.0" encoding="{encoding}"?>'.encode() + BODY.encode()

    with pytest.raises(XmlEncodingError) as refused:
        read_xml(data)

    assert encoding[:3] in refused.value.text.ru


def test_bytes_that_are_not_in_the_declared_encoding_are_refused():
    with pytest.raises(XmlEncodingError):
        read_xml(b'<?xml version="1.0" encoding="utf-8"?>\n' + BODY.encode("windows-1251", "replace"))


BILLION_LAUGHS = (
    '<?xml version="1.0"?>\n<!DOCTYPE lolz [<!ENTITY lol "lol">'
    + "".join(f'<!ENTITY lol{n} "{f"&lol{n - 1};" * 10}">' for n in range(2, 10)).replace("&lol1;", "&lol;")
    + "]>"
    + BODY.replace("Личный приём", "&lol9;")
)
EXTERNAL_ENTITY = '<!DOCTYPE d [<!ENTITY secret SYSTEM "file:///etc/passwd">]>' + BODY.replace(
    "Личный приём", "&secret;"
)
EXTERNAL_DTD = '<!DOCTYPE d SYSTEM "http://127.0.0.1:9/evil.dtd">' + BODY
HIDDEN_DOCTYPE = f'<?xml version="1.0"?>\n<!-- > ]]> <a> -->\n<?pi <x> ?>\n  <!DOCTYPE d [<!ENTITY a "b">]>{BODY}'


@pytest.mark.parametrize("text", [BILLION_LAUGHS, EXTERNAL_ENTITY, EXTERNAL_DTD, HIDDEN_DOCTYPE])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_a_document_type_is_refused_in_any_encoding_before_anything_is_expanded(text, encoding):
    started = time.thread_time()

    with pytest.raises(XmlDoctypeError):
        read_xml(text.encode(encoding))

    assert time.thread_time() - started < 0.1


def test_the_line_of_a_document_type_is_named():
    with pytest.raises(XmlDoctypeError) as refused:
        read_xml(HIDDEN_DOCTYPE.encode())

    assert refused.value.line == 4


def test_the_word_doctype_in_a_comment_or_a_name_is_harmless():
    text = "<!-- <!DOCTYPE d> -->" + BODY.replace("Личный приём", "&lt;!DOCTYPE d>")

    assert process_name(text.encode()) == "<!DOCTYPE d>"


def test_an_entity_that_xml_does_not_know_is_malformed():
    with pytest.raises(XmlMalformedError):
        read_xml(BODY.replace("Личный приём", "&nbsp;").encode())


def test_a_truncated_file_names_line_and_column():
    text = '<?xml version="1.0"?>\n\n' + BODY[:-30]

    with pytest.raises(XmlMalformedError) as refused:
        read_xml(text.encode())

    assert refused.value.line == 3
    assert "Строка 3" in refused.value.text.ru


@pytest.mark.parametrize(
    "data", [b"", b"   ", b"\0" * 40, b"not xml", b"<", b"<!--", b"<?xml", b"\xff\xfe", b"\xef\xbb\xbf", b"%PDF-1.4"]
)
def test_what_is_not_xml_is_an_error_that_speaks(data):
    with pytest.raises(DiagramXmlError) as refused:
        read_xml(data)

    assert all(refused.value.text.in_(language) for language in LANGUAGES)


def test_another_root_is_named():
    with pytest.raises(NotADiagramError) as refused:
        read_xml(b"\n<html><body/></html>")

    assert refused.value.line == 2
    assert "html" in refused.value.text.kk


def test_definitions_of_another_namespace_are_not_a_diagram():
    with pytest.raises(NotADiagramError):
        read_xml(b'<definitions xmlns="http://example.org"/>')


def test_a_file_over_the_limit_is_refused_unread():
    with pytest.raises(XmlTooLargeError) as refused:
        read_xml(b"<" * (MAX_BYTES + 1))

    assert refused.value.status == 413


@pytest.mark.parametrize("depth", [101, 250, 300, 20_000])
def test_deep_nesting_is_refused(depth):
    with pytest.raises(XmlTooDeepError):
        read_xml(BODY.replace("<bpmn:process", "<a>" * depth + "</a>" * depth + "<bpmn:process", 1).encode())


def test_a_diagram_of_ninety_levels_is_read():
    text = BODY.replace("<bpmn:process", "<a>" * 90 + "</a>" * 90 + "<bpmn:process", 1)

    assert len(read_xml(text.encode()).getroot()) == 2


def test_comments_do_not_split_texts():
    text = BODY.replace("/></", "><bpmn:documentation>KST-<!-- x -->S07</bpmn:documentation></bpmn:process></")

    documentation = read_xml(text.encode()).getroot()[0][0]

    assert documentation.text == "KST-S07"


def test_line_numbers_count_from_the_declaration():
    text = '<?xml version="1.0"\n encoding="utf-8"?>\n' + BODY

    root = read_xml(text.encode()).getroot()

    assert root.sourceline == 3


def test_every_bench_diagram_is_read():
    diagrams = sorted(Path("bench").glob("*.bpmn"))

    processes = [read_xml(path.read_bytes()).getroot().find(f"{{{MODEL}}}process") for path in diagrams]

    assert len(processes) >= 3
    assert all(process is not None for process in processes)
