"""An uploaded file is what its content says, under a name that cannot hurt."""

import hashlib
import io
import struct
import zipfile
import zlib
from contextlib import suppress

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.texts import LANGUAGES
from app.gateways.files import (
    CHUNK,
    FileContentError,
    FileEmptyError,
    FileHasMacrosError,
    FileRefusedError,
    FileTooLargeError,
    FileTypeError,
    FileUnpacksTooLargeError,
    chunks,
    inspect_upload,
    safe_name,
)

LIMIT = 20 * 1024 * 1024
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"


def png() -> bytes:
    def part(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = part(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + part(b"IDAT", zlib.compress(b"\0\0")) + part(b"IEND", b"")


def word() -> bytes:
    packed = io.BytesIO()
    docx.Document().save(packed)
    return packed.getvalue()


def archive(entries: dict[str, bytes], *, compress: bool = True) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED) as target:
        for name, content in entries.items():
            target.writestr(name, content)
    return packed.getvalue()


def office(main: str, media_type: str, more: dict[str, bytes] | None = None, types: str = "") -> bytes:
    declared = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/{main}" ContentType="{media_type}"/>{types}</Types>'
    )
    return archive({"[Content_Types].xml": declared.encode(), main: b"<x/>", **(more or {})})


DOCUMENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("Шарт.PDF", PDF, "application/pdf"),
        ("фото.jpeg", JPG, "image/jpeg"),
        ("сызба.png", png(), "image/png"),
        ("хат.docx", word(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (
            "a.xlsx",
            office("xl/workbook.xml", WORKBOOK),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        ("өтініш.txt", "Сәлеметсіз бе!\n".encode(), "text/plain"),
        ("old.txt", "Здравствуйте\r\n".encode("cp1251"), "text/plain"),
        ("win.txt", "Өтініш".encode("utf-16"), "text/plain"),
    ],
)
def test_an_honest_file_is_taken_and_measured(name, content, media_type):
    checked = inspect_upload(name, content, max_bytes=LIMIT)

    assert checked.media_type == media_type
    assert (checked.size, checked.sha256) == (len(content), hashlib.sha256(content).digest())


@pytest.mark.parametrize("extension", ["pdf", "docx", "xlsx", "jpg", "png"])
@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\x00" * 40,
        b"hello",
        b"<html><script>alert(1)</script>",
        b"\x7fELF\x02\x01\x01",
        archive({"a.txt": b"x"}),
        b"GIF89a\x01\x00",
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(extension, content):
    with pytest.raises(FileContentError):
        inspect_upload(f"x.{extension}", content, max_bytes=LIMIT)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.png", JPG),
        ("x.jpg", png()),
        ("x.pdf", word()),
        ("x.xlsx", word()),
        ("x.docx", office("xl/workbook.xml", WORKBOOK)),
        ("x.txt", PDF),
        ("x.txt", b"a\x00b"),
        ("x.txt", b"\x1b[31mred"),
        ("x.txt", b"{\\rtf1 x}"),
        ("x.docx", b"MZ\x90\x00" + word()),
        ("x.docx", word()[:-30]),
        ("x.docx", word()[:200]),
        ("x.docx", b"PK\x03\x04"),
        (
            "x.docx",
            archive({"[Content_Types].xml": b"<!DOCTYPE x [<!ENTITY a 'b'>]><Types>", "word/document.xml": b""}),
        ),
        ("x.docx", office("word/document.xml", DOCUMENT, {"../../evil.xml": b""})),
        ("x.docx", office("word/document.xml", "text/html")),
        ("x.docx", office("evil/document.xml", DOCUMENT)),
    ],
)
def test_other_content_damage_and_trickery_are_refused(name, content):
    with pytest.raises(FileContentError):
        inspect_upload(name, content, max_bytes=LIMIT)


@pytest.mark.parametrize(
    "content",
    [
        office("word/document.xml", DOCUMENT, {"word/vbaProject.bin": b"x"}),
        office("word/document.xml", DOCUMENT, {"word/VBAPROJECT2.BIN": b"x"}),
        office("word/document.xml", DOCUMENT, {"word/activeX/activeX1.bin": b"x"}),
        office("word/document.xml", "application/vnd.ms-word.document.macroEnabled.main+xml"),
        office(
            "word/document.xml",
            DOCUMENT,
            types='<Default Extension="dat" ContentType="application/vnd.ms-office.vbaProject"/>',
        ),
    ],
)
def test_macros_are_refused_wherever_they_hide(content):
    with pytest.raises(FileHasMacrosError):
        inspect_upload("x.docx", content, max_bytes=LIMIT)


def test_an_archive_that_unpacks_to_too_much_is_refused_without_unpacking_it():
    ratio = office("word/document.xml", DOCUMENT, {"word/big.xml": b"\0" * 8_000_000})
    honest = office("word/document.xml", DOCUMENT, {"word/small.xml": b"\0" * 1_000_000})
    many = office("word/document.xml", DOCUMENT, {f"word/{number}": b"" for number in range(5_001)})

    for content in (ratio, many):
        with pytest.raises(FileUnpacksTooLargeError):
            inspect_upload("x.docx", content, max_bytes=LIMIT)
    assert inspect_upload("x.docx", honest, max_bytes=LIMIT).size == len(honest)


def test_entries_that_share_their_bytes_are_refused():
    content = bytearray(archive({"[Content_Types].xml": b"a" * 5_000, "b": b"b" * 5_000}, compress=False))
    start = content.rindex(b"PK\x01\x02")
    content[start + 20 : start + 24] = struct.pack("<I", 50_000)

    with pytest.raises(FileUnpacksTooLargeError):
        inspect_upload("x.docx", bytes(content), max_bytes=LIMIT)


def test_an_encrypted_office_file_is_refused():
    content = bytearray(office("word/document.xml", DOCUMENT))
    start = content.rindex(b"PK\x01\x02")
    content[start + 8] |= 1

    with pytest.raises(FileContentError):
        inspect_upload("x.docx", bytes(content), max_bytes=LIMIT)


def test_an_empty_file_and_a_file_over_the_limit_are_refused():
    with pytest.raises(FileEmptyError):
        inspect_upload("x.pdf", b"", max_bytes=LIMIT)
    with pytest.raises(FileTooLargeError) as caught:
        inspect_upload("x.pdf", PDF + b" " * 2 * 1024 * 1024, max_bytes=2 * 1024 * 1024)

    assert caught.value.status == 413
    assert all("2" in caught.value.text.in_(language) for language in LANGUAGES)
    assert inspect_upload("x.pdf", PDF, max_bytes=len(PDF)).size == len(PDF)


@pytest.mark.parametrize(
    "name",
    ["x", "x.exe", "x.pdf.exe", "x.docm", "x.html", "annexe\u202efdp.exe", "x.pdf\x00.exe", ".pdf/x.svg", "x.p df"],
)
def test_an_extension_that_is_not_accepted_is_refused_with_those_that_are(name):
    with pytest.raises(FileTypeError) as caught:
        inspect_upload(name, PDF, accept={"pdf", "jpg"}, max_bytes=LIMIT)

    assert "PDF, JPG" in caught.value.text.kk


def test_a_known_extension_that_this_field_does_not_accept_is_refused():
    with pytest.raises(FileTypeError):
        inspect_upload("x.png", png(), accept={"pdf"}, max_bytes=LIMIT)


def test_twenty_megabytes_are_the_limit_unless_told_otherwise():
    content = PDF + b" " * (20 * 1024 * 1024 - len(PDF))

    assert inspect_upload("x.pdf", content).size == 20 * 1024 * 1024
    with pytest.raises(FileTooLargeError):
        inspect_upload("x.pdf", content + b" ")


def test_a_stream_is_read_from_its_beginning_and_left_there():
    stream = io.BytesIO(word())
    stream.read(10)

    inspect_upload("x.docx", stream, max_bytes=LIMIT)

    assert stream.tell() == 0
    assert not stream.closed


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\a\\Шарт №1.PDF", "Шарт №1.pdf"),
        ("con.txt", "_con.txt"),
        ("LPT1.a.txt", "_LPT1.a.txt"),
        ("a\x00b\x1f\u202ec\u200b.pdf", "abc.pdf"),
        ("  .hidden.pdf. ", "hidden.pdf"),
        ("a\r\nX: y.pdf", "a X y.pdf"),
        ('<b>"x|y?*.pdf', "b x y.pdf"),
        (".pdf", "pdf"),
        ("", "file"),
        ("...", "file"),
        ("ұзын" * 100 + ".docx", ("ұзын" * 100)[:115] + ".docx"),
    ],
)
def test_a_name_is_made_safe(given_name, kept):
    assert safe_name(given_name) == kept


@given(st.text(max_size=300))
def test_any_name_becomes_one_that_is_safe_and_stays_so(name):
    kept = safe_name(name)

    assert 1 <= len(kept) <= 120
    assert not set(kept) & set('/\\<>:"|?*\0\n\r\t')
    assert kept.strip(" .") == kept
    assert safe_name(kept) == kept


@given(st.binary(max_size=3_000), st.sampled_from(["pdf", "docx", "xlsx", "jpg", "png", "txt"]))
def test_any_content_is_measured_or_refused_and_nothing_else_happens(content, extension):
    with suppress(FileRefusedError):
        checked = inspect_upload(f"x.{extension}", content, max_bytes=2_000)

        assert 0 < checked.size == len(content) <= 2_000
        assert checked.sha256 == hashlib.sha256(content).digest()


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 5])
def test_a_content_comes_in_numbered_pieces_of_a_quarter_megabyte(size):
    content = bytes(number % 251 for number in range(size))

    pieces = list(chunks(io.BytesIO(content)))

    assert b"".join(piece.content for piece in pieces) == content
    assert [piece.number for piece in pieces] == list(range(-(-size // CHUNK)))
    assert all(len(piece.content) == CHUNK for piece in pieces[:-1])
