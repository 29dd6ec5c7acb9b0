"""The directory of state bodies: add, change, take out of use, import."""

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.models import StateBody
from app.usecases.access import Actor
from app.usecases.history import Event, record
from app.usecases.published import NotFoundError
from app.usecases.transaction import transaction

KINDS: Final = ("local", "territorial", "central", "prosecution", "court", "presidential", "unit")
WRITTEN_IN: Final = ("kk+ru", "kk", "ru")
COLUMNS: Final = (
    *("code", "kind", "name_kk", "name_ru", "name_en", "head", "email", "phone", "contact", "language"),
    *("by_agreement", "active"),
)
MOST_ROWS: Final = 2000
MOST_BYTES: Final = 2 * 1024 * 1024
_CODE: Final = re.compile(r"[a-z][a-z0-9_]{1,39}", re.ASCII)
_EMAIL: Final = re.compile(r"[^@\s<>,;]{1,64}@[^@\s<>,;]{1,190}\.[^@\s<>,;.]{2,40}")
_TRUE: Final = frozenset({"1", "true", "yes", "да", "иә", "on"})
_FALSE: Final = frozenset({"", "0", "false", "no", "нет", "жоқ"})

NEEDED: Final = Text("Толтырыңыз.", "Заполните.", "Fill this in.")
WRONG_CODE: Final = Text(
    "Код кіші латын әріпінен басталады, одан кейін әріптер, цифрлар және _; ол қайталанбайды.",
    "Код начинается со строчной латинской буквы, дальше буквы, цифры и _; он не повторяется.",
    "A code begins with a small Latin letter, then letters, digits and _; it is not used twice.",
)
WRONG_EMAIL: Final = Text(
    "Электрондық мекенжайды тексеріңіз.", "Проверьте адрес электронной почты.", "Check the e-mail address."
)
WRONG_CHOICE: Final = Text("Тізімнен таңдаңыз.", "Выберите из списка.", "Choose one of the list.")


class BodyInvalidError(AutomationError):
    """The body's card has errors: a sentence for each field."""

    status = 422
    message = Text("Карточкада түзететін жерлер бар.", "В карточке есть что исправить.", "The card has errors.")

    def __init__(self, errors: Mapping[str, Text]) -> None:
        super().__init__()
        self.errors = dict(errors)


class BodiesFileError(AutomationError):
    """The file cannot be read as a table of state bodies."""

    status = 422
    message = Text(
        kk="Файл оқылмады. CSV (UTF-8) керек, бірінші жолы — бағандар: {columns}; ең көбі {most} жол.",
        ru="Файл не прочитан. Нужен CSV (UTF-8), в первой строке столбцы: {columns}; не больше {most} строк.",
        en="The file cannot be read. It should be CSV (UTF-8) with the columns {columns} first, at most {most} rows.",
    )


class BodiesRowsError(AutomationError):
    """Rows of the file have errors; nothing was imported. `rows`: line number → column → sentence."""

    status = 422
    message = Text(
        "Файлда қате бар, ештеңе енгізілген жоқ.",
        "В файле есть ошибки, ничего не загружено.",
        "The file has errors; nothing was imported.",
    )

    def __init__(self, rows: Mapping[int, Mapping[str, Text]]) -> None:
        super().__init__()
        self.rows = rows


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did."""

    added: int
    changed: int
    same: int


def save_body(body_id: int | None, typed: Mapping[str, str], *, by: Actor) -> int:
    """Add a body, or with `body_id` change it; returns its id. Raises `BodyInvalidError`, `NotFoundError`."""
    by.demand("bodies.edit")
    with transaction() as session:
        body = _own(session, body_id, by) if body_id is not None else StateBody(office_id=by.office_id)
        values, errors = _read(typed)
        taken = session.scalar(
            select(StateBody.id).where(StateBody.office_id == by.office_id, StateBody.code == values["code"])
        )
        if taken is not None and taken != body_id:
            errors["code"] = WRONG_CODE
        if errors:
            raise BodyInvalidError(errors)
        _set(body, values)
        session.add(body)
        session.flush()
        event = Event("body_saved", None, {"body": body.id, "code": body.code, "active": body.active})
        record(session, [event], at=clock.now(), office_id=by.office_id, by=by.id)
        return body.id


def import_bodies(content: bytes, *, by: Actor) -> Imported:
    """Add the bodies of a CSV file and change those whose code is known; all of its rows or none.

    Raises `BodiesFileError`, `BodiesRowsError`.
    """
    by.demand("bodies.edit")
    rows = _rows(content)
    wrong: dict[int, Mapping[str, Text]] = {}
    read = {}
    seen: set[str] = set()
    for line, row in rows.items():
        values, errors = _read(row)
        if values["code"] in seen:
            errors["code"] = WRONG_CODE
        seen.add(str(values["code"]))
        read[line] = values
        if errors:
            wrong[line] = errors
    if wrong:
        raise BodiesRowsError(wrong)
    with transaction() as session:
        known = {
            body.code: body
            for body in session.scalars(select(StateBody).where(StateBody.office_id == by.office_id).with_for_update())
        }
        done = Imported(0, 0, 0)
        for values in read.values():
            body = known.get(str(values["code"]))
            done = _merge(session, body, values, done, by)
        facts = {"added": done.added, "changed": done.changed}
        record(session, [Event("bodies_imported", None, facts)], at=clock.now(), office_id=by.office_id, by=by.id)
    return done


def _merge(
    session: Session, body: StateBody | None, values: Mapping[str, object], done: Imported, by: Actor
) -> Imported:
    if body is None:
        body = StateBody(office_id=by.office_id)
        _set(body, values)
        session.add(body)
        return Imported(done.added + 1, done.changed, done.same)
    if all(getattr(body, name) == value for name, value in values.items()):
        return Imported(done.added, done.changed, done.same + 1)
    _set(body, values)
    return Imported(done.added, done.changed + 1, done.same)


def _rows(content: bytes) -> dict[int, dict[str, str]]:
    """The rows by their line; columns that are not ours are passed over."""
    refused = BodiesFileError(columns=", ".join(COLUMNS), most=MOST_ROWS)
    if len(content) > MOST_BYTES:
        raise refused
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refused from None
    first = text.partition("\n")[0]
    delimiter = max((";", ",", "\t"), key=first.count)
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        rows = {}
        for row in reader:
            rows[reader.line_num] = row
    except csv.Error:
        raise refused from None
    if not {"code", "kind", "name_kk", "name_ru"} <= set(reader.fieldnames or ()) or not 0 < len(rows) <= MOST_ROWS:
        raise refused
    return {line: {key: _plain(row.get(key)) for key in COLUMNS} for line, row in rows.items()}


def _plain(cell: object) -> str:
    """A cell as text; the apostrophe that an export puts before what looks like a formula is taken off."""
    text = str(cell or "").strip()
    return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@") else text


def _read(typed: Mapping[str, str]) -> tuple[dict[str, object], dict[str, Text]]:
    """The values of a card and a sentence for each that does not fit."""
    said = {key: str(typed.get(key) or "").strip() for key in COLUMNS}
    errors: dict[str, Text] = {}
    for needed in ("name_kk", "name_ru", "head"):
        if not said[needed]:
            errors[needed] = NEEDED
    if not _CODE.fullmatch(said["code"]):
        errors["code"] = WRONG_CODE
    if said["kind"] not in KINDS:
        errors["kind"] = WRONG_CHOICE
    if said["email"] and not _EMAIL.fullmatch(said["email"]):
        errors["email"] = WRONG_EMAIL
    language = said["language"] or WRITTEN_IN[0]
    if language not in WRITTEN_IN:
        errors["language"] = WRONG_CHOICE
    flags = {}
    for name, default in (("by_agreement", False), ("active", True)):
        word = said[name].lower()
        flags[name] = word in _TRUE if word else default
        if word not in _TRUE | _FALSE:
            errors[name] = WRONG_CHOICE
    values: dict[str, object] = {
        **{key: said[key][:300] for key in ("code", "kind", "name_kk", "name_ru", "head", "contact")},
        "name_en": said["name_en"][:300] or said["name_ru"][:300],
        "email": said["email"] or None,
        "phone": said["phone"][:60] or None,
        "language": language,
        **flags,
    }
    return values, errors


def _set(body: StateBody, values: Mapping[str, object]) -> None:
    for name, value in values.items():
        setattr(body, name, value)


def _own(session: Session, body_id: int, by: Actor) -> StateBody:
    body = session.get(StateBody, body_id)
    if body is None or body.office_id != by.office_id:
        raise NotFoundError
    return body
