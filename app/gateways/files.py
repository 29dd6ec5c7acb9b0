"""Uploaded files: what they are, whatever they call themselves."""

import hashlib
import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO, ClassVar, Final

import puremagic
from lxml import etree

from app.domain.errors import AutomationError
from app.domain.texts import Text

MAX_BYTES: Final = 20 * 1024 * 1024
CHUNK: Final = 256 * 1024  # bytes
MAX_NAME: Final = 120  # characters
MAX_ENTRIES: Final = 5_000
MAX_UNPACKED: Final = 256 * 1024 * 1024  # bytes
MAX_RATIO: Final = 100  # unpacked to packed
MIN_SUSPECT: Final = 4 * 1024 * 1024  # bytes unpacked below which no ratio is suspicious

MEDIA_TYPES: Final = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jpg": "image/jpeg",
    "png": "image/png",
    "txt": "text/plain",
}
ACCEPTED: Final = frozenset(MEDIA_TYPES)

_SAME: Final = {"jpeg": "jpg", "jpe": "jpg", "text": "txt"}
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])", re.IGNORECASE)
_UNFIT: Final = re.compile(r'[<>:"|?*\s]+')
_MAIN_PARTS: Final = {
    "docx": (
        "/word/",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    ),
    "xlsx": ("/xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"),
}
_ZIP: Final = b"PK\x03\x04"
_CONTENT_TYPES: Final = "[Content_Types].xml"
_MAX_CONTENT_TYPES: Final = 1024 * 1024  # bytes
_EICAR: Final = b"$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!"
_MACROS: Final = re.compile(r"(?i)(^|/)(vbaproject[^/]*\.bin|vbadata\.xml|activex/[^/]+\.bin)$|(^|/)xl/macrosheets/")


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file that may be kept: a safe name, what it really is, its size in bytes, the SHA-256 of its content."""

    name: str
    media_type: str
    size: int
    sha256: bytes


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of at most `CHUNK` bytes of a content, numbered from 0."""

    number: int
    content: bytes


class FileRefusedError(AutomationError):
    """The file is not taken; `name` is the safe form of its name."""

    status: ClassVar[int] = 422
    message: ClassVar[Text] = Text(
        kk="«{name}» файлы қабылданбады.", ru="Файл «{name}» не принят.", en="The file “{name}” is not taken."
    )

    def __init__(self, name: str, **values: object) -> None:
        super().__init__(name=name, **values)
        self.name = name


class FileEmptyError(FileRefusedError):
    """The file has no content."""

    message: ClassVar[Text] = Text(
        kk="«{name}» файлы бос. Мазмұны бар файлды таңдаңыз.",
        ru="Файл «{name}» пуст. Выберите файл с содержимым.",
        en="The file “{name}” is empty. Choose one with content.",
    )


class FileTooLargeError(FileRefusedError):
    """The file is larger than allowed; `megabytes` is the limit."""

    status: ClassVar[int] = 413
    message: ClassVar[Text] = Text(
        kk="«{name}» файлы тым үлкен. Ең көбі — {megabytes} МБ.",
        ru="Файл «{name}» слишком большой. Наибольший размер — {megabytes} МБ.",
        en="The file “{name}” is too large. The limit is {megabytes} MB.",
    )


class FileTypeError(FileRefusedError):
    """Files with this extension are not accepted here; `accepted` lists those that are."""

    status: ClassVar[int] = 415
    message: ClassVar[Text] = Text(
        kk="«{name}» файлының түрі қабылданбайды. Қабылданатыны: {accepted}.",
        ru="Файлы такого вида, как «{name}», не принимаются. Принимаются: {accepted}.",
        en="Files such as “{name}” are not accepted. Accepted are: {accepted}.",
    )


class FileContentError(FileRefusedError):
    """The content is not what the extension says, or cannot be read."""

    message: ClassVar[Text] = Text(
        kk="«{name}» файлының мазмұны кеңейтіміне сай емес немесе бүлінген. Файлды қайта сақтап, жіберіп көріңіз.",
        ru="Содержимое файла «{name}» не соответствует расширению или повреждено. Сохраните файл заново и отправьте.",
        en="The content of “{name}” does not match its extension or is damaged. Save the file again and send it.",
    )


class FileHasMacrosError(FileRefusedError):
    """The office file carries macros."""

    message: ClassVar[Text] = Text(
        kk="«{name}» файлында макрос бар. Макроссыз сақтап, қайта жіберіңіз.",
        ru="В файле «{name}» есть макросы. Сохраните его без макросов и отправьте снова.",
        en="The file “{name}” contains macros. Save it without them and send it again.",
    )


class FileUnpacksTooLargeError(FileRefusedError):
    """The archive inside would unpack to far more than its size."""

    message: ClassVar[Text] = Text(
        kk="«{name}» файлы ашылғанда тым үлкен болып кетеді, сондықтан қабылданбады.",
        ru="Файл «{name}» при распаковке становится слишком большим и потому не принят.",
        en="The file “{name}” would unpack to too large a size and is not taken.",
    )


class FileDangerousError(FileRefusedError):
    """The content is, or pretends to be, a virus."""

    message: ClassVar[Text] = Text(
        kk="«{name}» файлы қауіпті деп танылды және қабылданбады. Құрылғыңызды антивируспен тексеріңіз.",
        ru="Файл «{name}» опознан как опасный и не принят. Проверьте своё устройство антивирусом.",
        en="The file “{name}” was recognised as dangerous and is not taken. Check your device for viruses.",
    )


def inspect_upload(
    name: str, content: bytes | BinaryIO, *, accept: Collection[str] = ACCEPTED, max_bytes: int = MAX_BYTES
) -> CheckedFile:
    """What an uploaded file is, or a `FileRefusedError` that tells its sender why not.

    `accept` holds extensions without dots (of `MEDIA_TYPES`), `max_bytes` the limit. A stream is read from its
    beginning and left there; it must be seekable.
    """
    stream = io.BytesIO(content) if isinstance(content, bytes) else content
    safe = safe_name(name)
    kind = _kind(safe)
    if kind not in MEDIA_TYPES or kind not in accept:
        accepted = ", ".join(each.upper() for each in MEDIA_TYPES if each in accept)
        raise FileTypeError(safe, accepted=accepted)
    size, digest = _measured(stream, safe, max_bytes)
    if not size:
        raise FileEmptyError(safe)
    if _carries_test_virus(stream):
        raise FileDangerousError(safe)
    stream.seek(0)
    _CHECKS[kind](safe, stream)
    stream.seek(0)
    return CheckedFile(safe, MEDIA_TYPES[kind], size, digest)


def chunks(content: bytes | BinaryIO) -> Iterator[Chunk]:
    """A content in pieces of `CHUNK` bytes, from the stream's beginning; an empty content has none."""
    stream = io.BytesIO(content) if isinstance(content, bytes) else content
    stream.seek(0)
    number = 0
    while piece := _full(stream, CHUNK):
        yield Chunk(number, piece)
        number += 1


def safe_name(name: str) -> str:
    """The last part of a file name without anything that hides, turns, escapes a folder or means a device.

    Never empty, at most `MAX_NAME` characters, the extension kept and in lower case.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    kept = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C" or letter in "\t\n\r")
    tidy = _UNFIT.sub(" ", kept).strip(" .")
    stem, dot, extension = tidy.rpartition(".")
    if not dot:
        stem, extension = tidy, ""
    extension = extension.strip().lower()[:10]
    stem = stem.strip(" .") or "file"
    if _RESERVED.fullmatch(stem.split(".")[0].strip()):
        stem = f"_{stem}"
    ending = f".{extension}" if extension else ""
    return stem[: MAX_NAME - len(ending)].strip(" .") + ending


def _kind(name: str) -> str:
    extension = PurePosixPath(name).suffix.removeprefix(".")
    return _SAME.get(extension, extension)


def _measured(stream: BinaryIO, name: str, max_bytes: int) -> tuple[int, bytes]:
    size, digest = 0, hashlib.sha256()
    for chunk in chunks(stream):
        size += len(chunk.content)
        if size > max_bytes:
            raise FileTooLargeError(name, megabytes=f"{max_bytes / 1024 / 1024:.3g}")
        digest.update(chunk.content)
    return size, digest.digest()


def _carries_test_virus(stream: BinaryIO) -> bool:
    """Whether the content holds the line by which antivirus programs are tried out, also across two pieces."""
    before = b""
    for chunk in chunks(stream):
        if _EICAR in before + chunk.content:
            return True
        before = chunk.content[-len(_EICAR) :]
    return False


def _full(stream: BinaryIO, size: int) -> bytes:
    """Up to `size` bytes, fewer only at the end."""
    parts: list[bytes] = []
    while size > 0 and (part := stream.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _check_signature(kind: str) -> Callable[[str, BinaryIO], None]:
    def check(name: str, stream: BinaryIO) -> None:
        if kind not in _recognised(stream.read(CHUNK)):
            raise FileContentError(name)

    return check


def _recognised(head: bytes) -> set[str]:
    """The kinds of files that begin so."""
    try:
        found = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return set()
    extensions = {match.extension.removeprefix(".").lower() for match in found if head.startswith(match.byte_match)}
    return {_SAME.get(each, each) for each in extensions}


def _check_text(name: str, stream: BinaryIO) -> None:
    """Text is UTF-8, UTF-16 with its mark, or a Cyrillic code page: no control characters, no known binary format."""
    content = stream.read()
    if _recognised(content[:CHUNK]) & {"pdf", "ps", "rtf"}:  # other formats have control characters
        raise FileContentError(name)
    encoding = "utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text = content.decode("cp1251", "replace")
    if any(unicodedata.category(letter) == "Cc" and letter not in "\t\n\r\f\x85" for letter in text):
        raise FileContentError(name)


def _check_office(kind: str) -> Callable[[str, BinaryIO], None]:
    def check(name: str, stream: BinaryIO) -> None:
        if stream.read(4) != _ZIP:
            raise FileContentError(name)
        try:
            with zipfile.ZipFile(stream) as archive:
                _check_archive(name, archive, _length(stream))
                _check_parts(name, archive, kind)
        except (
            zipfile.BadZipFile,
            zlib.error,
            etree.XMLSyntaxError,
            NotImplementedError,
            OSError,
            RuntimeError,
            ValueError,
        ):
            raise FileContentError(name) from None

    return check


def _length(stream: BinaryIO) -> int:
    return stream.seek(0, io.SEEK_END)


def _check_archive(name: str, archive: zipfile.ZipFile, length: int) -> None:
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or packed > length:
        raise FileUnpacksTooLargeError(name)
    if unpacked > MIN_SUSPECT and unpacked > MAX_RATIO * length:
        raise FileUnpacksTooLargeError(name)
    names = [entry.filename for entry in entries]
    if len(set(names)) != len(names) or any(entry.flag_bits & 1 for entry in entries):
        raise FileContentError(name)
    if any(".." in PurePosixPath(each.replace("\\", "/")).parts or each.startswith(("/", "\\")) for each in names):
        raise FileContentError(name)


def _check_parts(name: str, archive: zipfile.ZipFile, kind: str) -> None:
    """The main part must be an ordinary document or workbook, and nothing in it a program."""
    entries = {entry.filename: entry for entry in archive.infolist()}
    if any(_MACROS.search(entry) for entry in entries):
        raise FileHasMacrosError(name)
    if _CONTENT_TYPES not in entries or entries[_CONTENT_TYPES].file_size > _MAX_CONTENT_TYPES:
        raise FileContentError(name)
    parts = _content_types(archive.read(_CONTENT_TYPES))
    if any("macroenabled" in each.lower() or "vbaproject" in each.lower() for each in parts.values()):
        raise FileHasMacrosError(name)
    folder, media_type = _MAIN_PARTS[kind]
    mains = [part for part, said in parts.items() if said == media_type and part.startswith(folder)]
    if not any(part.removeprefix("/") in entries for part in mains):
        raise FileContentError(name)


def _content_types(xml: bytes) -> dict[str, str]:
    """What every part (or, with a leading dot, every extension) of an office file says it is."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    root = etree.fromstring(xml, parser)
    found = {str(each.get("PartName")): str(each.get("ContentType")) for each in root.iter("{*}Override")}
    return found | {f".{each.get('Extension')}": str(each.get("ContentType")) for each in root.iter("{*}Default")}


_CHECKS: Final[dict[str, Callable[[str, BinaryIO], None]]] = {
    "pdf": _check_signature("pdf"),
    "png": _check_signature("png"),
    "jpg": _check_signature("jpg"),
    "txt": _check_text,
    "docx": _check_office("docx"),
    "xlsx": _check_office("xlsx"),
}
