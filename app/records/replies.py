"""Replies to appeals: their texts and versions, parts of co-executors, remarks, outgoing numbers, dispatches."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain import s10
from app.domain.templates import parse, render_plain
from app.domain.texts import Text
from app.models import (
    Case,
    Office,
    Person,
    Reply,
    ReplyDispatch,
    ReplyPart,
    ReplyRemark,
    ReplyVersion,
    RoleGrant,
    Unit,
)
from app.records.answers import Answers
from app.records.case_rows import CaseRows
from app.records.zones import zone_of_office

OWN: Final = "own"
BODY: Final = "body"
REFUSED: Final = "refused"
KAZPOST: Final = "kazpost"
BY_EMAIL: Final = "email"
_WRITTEN: Final = ("text", "outcome", "law_articles", "terms_observed", "hearing")
_STAGES: Final = {"head_decision": "head", "legal_decision": "legal", "management_decision": "management"}
_AFTER: Final = {"head": "checked", "legal": "agreed", "management": "approved"}
_LANGUAGES: Final = ("kk", "ru")
BAD_BARCODE: Final = Text(
    kk="Штрих-код қате: екі әріп, тоғыз цифр және KZ керек, соңғы цифр — бақылау цифры. Қайта енгізіңіз.",
    ru="Штрихкод неверен: нужны две буквы, девять цифр и KZ, последняя цифра — контрольная. Введите его ещё раз.",
    en="The barcode is wrong: two letters, nine digits and KZ, the last digit is a check digit. Enter it again.",
)
USED_BARCODE: Final = Text(
    kk="Бұл штрих-кодпен басқа жауап жіберілген.",
    ru="С этим штрихкодом уже отправлен другой ответ.",
    en="Another reply was sent with this barcode.",
)
NO_SUCH_METHOD: Final = Text(
    kk="Кеңсе жауапты бұл тәсілмен жібермейді.",
    ru="Организация не отправляет ответы этим способом.",
    en="The office does not send replies in this way.",
)
IN_FUTURE: Final = Text(
    kk="Жауап болашақ күні жіберіле алмайды.",
    ru="Ответ не мог быть отправлен в будущем.",
    en="A reply cannot have been sent in the future.",
)
NOT_READY: Final = Text(
    kk="Жауап рәсімделген күннен ({day}) бұрын жіберіле алмайды.",
    ru="Ответ не мог быть отправлен раньше, чем оформлен ({day}).",
    en="A reply cannot have been sent before it was prepared ({day}).",
)


def open_reply(
    session: Session, case: Case, *, executors: Sequence[int], due_at: datetime | None, now: datetime
) -> Reply:
    """A reply of the office's own in the language of the case; one that is not sent yet goes on."""
    row = newest_reply(session, case.id, source=OWN)
    if row is None or row.sent_at is not None:
        row = Reply(
            office_id=case.office_id,
            case_id=case.id,
            source=OWN,
            state="draft",
            language=case.language if case.language in _LANGUAGES else "ru",
            opened_at=now,
            executors=[],
        )
        session.add(row)
    row.executors, row.due_at = list(dict.fromkeys(executors)), due_at
    session.flush()
    return row


def nearest(session: Session, office_id: str, roles: Sequence[str], person_id: int, now: datetime) -> int | None:
    """Who of those with one of these roles stands nearest to a person in the tree of units: in her own unit, else in
    the unit above it, and so on; None where nobody has the role (SKE-3.1, SKE-3.5, SKE-3.7).
    """
    day = now.astimezone(zone_of_office(office_id)).date()
    above = {row.id: row.parent_id for row in session.scalars(select(Unit).where(Unit.office_id == office_id))}
    grants = session.execute(
        select(RoleGrant.person_id, RoleGrant.role, RoleGrant.unit_id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(
            RoleGrant.office_id == office_id,
            RoleGrant.valid_from <= day,
            (RoleGrant.valid_to.is_(None)) | (RoleGrant.valid_to >= day),
            Person.active,
        )
        .order_by(RoleGrant.person_id)
    ).all()
    hers = [_path(above, each.unit_id) for each in grants if each.person_id == person_id]
    ranked = [
        (max((_distance(own, _path(above, each.unit_id)) for own in hers), default=(0, 0)), -each.person_id)
        for each in grants
        if each.role in roles
    ]
    return -max(ranked)[1] if ranked else None


def _path(above: Mapping[int, int | None], unit_id: int | None) -> list[int]:
    """The units from the top of the tree down to this one."""
    path: list[int] = []
    while unit_id is not None and unit_id not in path:
        path.insert(0, unit_id)
        unit_id = above.get(unit_id)
    return path


def _distance(own: Sequence[int], other: Sequence[int]) -> tuple[int, int]:
    """How near two units are, the greater the nearer: the units they have in common, then how few lie below those."""
    common = sum(a == b for a, b in zip(own, other, strict=False))
    return common, common - len(other)


def newest_reply(session: Session, case_id: int, *, source: str | None = None) -> Reply | None:
    """The reply of a case that is worked on, the latest of several; None before there is one."""
    query = select(Reply).where(Reply.case_id == case_id).order_by(Reply.id.desc()).limit(1)
    return session.scalars(query.where(Reply.source == source) if source else query).first()


def versions(session: Session, reply_id: int) -> Sequence[ReplyVersion]:
    """Every text of a reply, the first first."""
    return session.scalars(
        select(ReplyVersion).where(ReplyVersion.reply_id == reply_id).order_by(ReplyVersion.number)
    ).all()


def remarks(session: Session, reply_id: int) -> Sequence[ReplyRemark]:
    """What was said about a reply, in order."""
    return session.scalars(select(ReplyRemark).where(ReplyRemark.reply_id == reply_id).order_by(ReplyRemark.id)).all()


def parts(session: Session, reply_id: int) -> Sequence[ReplyPart]:
    """What co-executors have given, in order."""
    return session.scalars(select(ReplyPart).where(ReplyPart.reply_id == reply_id).order_by(ReplyPart.id)).all()


def dispatch_of(session: Session, reply_id: int) -> ReplyDispatch | None:
    """How a reply was sent, the latest of several."""
    return session.scalars(
        select(ReplyDispatch).where(ReplyDispatch.reply_id == reply_id).order_by(ReplyDispatch.id.desc()).limit(1)
    ).first()


def methods(office: Office) -> Sequence[str]:
    """The codes of the ways in which the office sends replies, `[[replies.dispatch_methods]]` (SKE-3.7)."""
    return [each["code"] for each in office.settings.get("replies", {}).get("dispatch_methods", ())]


def write_version(session: Session, row: Reply, text: str, *, now: datetime, by: int | None) -> None:
    """The text of a reply as it is sent on; the same words again are no new version."""
    if text == row.text and row.version:
        return
    row.text, row.version = text, row.version + 1
    session.add(ReplyVersion(reply_id=row.id, number=row.version, text=text, written_at=now, written_by=by))
    session.flush()


def save_reply(answers: Answers) -> None:
    """What forms of a reply write, of the newest one: `reply.*`, `reply_part.*`, `remark.*`, `dispatch.*`, `copy.*`."""
    given = {kind: answers.of(kind) for kind in ("reply", "reply_part", "remark", "dispatch", "copy")}
    if not any(given.values()) and not _decisions(answers):
        return
    row = newest_reply(answers.session, answers.case.id, source=OWN)
    if row is None:
        return
    if given["reply"]:
        _save_text(answers, row, given["reply"])
    if given["reply_part"].get("text"):
        part = ReplyPart(reply_id=row.id, person_id=answers.by, text=given["reply_part"]["text"], given_at=answers.now)
        answers.session.add(part)
    for name, decision in _decisions(answers):
        _save_decision(answers, row, _STAGES[name], decision, given["remark"].get("text") or "")
    if given["dispatch"]:
        _save_dispatch(answers, row, given["dispatch"])
    if given["copy"]:
        _save_copy(answers, row, given["copy"])
    answers.session.flush()


def _decisions(answers: Answers) -> list[tuple[str, str]]:
    return [(name, str(answers.variables[name])) for name in _STAGES if answers.variables.get(name)]


def _save_text(answers: Answers, row: Reply, given: dict[str, Any]) -> None:
    for name in _WRITTEN[1:]:
        if name in given:
            setattr(row, name, bool(given[name]) if name == "terms_observed" else given[name] or "")
    if "letterhead" in given:
        row.letterhead = given["letterhead"] or ""
    if "outgoing_on" in given:
        row.outgoing_on = date.fromisoformat(str(given["outgoing_on"])[:10])
    if "statutory_check" in answers.variables:
        row.statutory_check = answers.variables["statutory_check"] == "yes"
    if given.get("text"):
        write_version(answers.session, row, given["text"], now=answers.now, by=answers.by)
    answers.attach(given.get("files"), "reply_attachment")


def _save_decision(answers: Answers, row: Reply, stage: str, decision: str, text: str) -> None:
    agreed = decision == "agreed"
    answers.session.add(
        ReplyRemark(
            reply_id=row.id,
            version=row.version,
            stage=stage,
            agreed=agreed,
            text="" if agreed else text,
            made_at=answers.now,
            made_by=answers.by,
        )
    )
    row.state = _AFTER[stage] if agreed else "draft"


def _save_dispatch(answers: Answers, row: Reply, given: dict[str, Any]) -> None:
    session, office = answers.session, answers.session.get_one(Office, answers.office_id)
    if given["method"] not in methods(office):
        answers.refuse("dispatch.method", NO_SUCH_METHOD)
    zone, sent_at = zone_of_office(office.id), answers.moment(given.get("sent_at")) or answers.now
    day, ready = (each.astimezone(zone).date() for each in (sent_at, row.prepared_at or sent_at))
    if day > answers.now.astimezone(zone).date():
        answers.refuse("dispatch.sent_at", IN_FUTURE)
    if day < ready:
        answers.refuse("dispatch.sent_at", NOT_READY.with_values(day=f"{ready:%d.%m.%Y}"))
    barcode = s10.read(given.get("barcode") or "") if given["method"] == KAZPOST else None
    if barcode is not None:
        wrong = barcode_problem(session, office.id, barcode)
        if wrong is not None:
            answers.refuse("dispatch.barcode", wrong)
    session.add(
        ReplyDispatch(
            office_id=office.id,
            reply_id=row.id,
            method=given["method"],
            barcode=barcode,
            sent_at=min(sent_at, answers.now),
            sent_by=answers.by,
            evidence=given.get("evidence") or "",
        )
    )
    answers.attach(given.get("files"), "reply_evidence")


def barcode_problem(session: Session, office_id: str, barcode: str) -> Text | None:
    """Why a barcode cannot be that of a new dispatch; None if it can."""
    if not s10.is_valid(barcode):
        return BAD_BARCODE
    used = select(ReplyDispatch.id).where(ReplyDispatch.office_id == office_id, ReplyDispatch.barcode == barcode)
    return USED_BARCODE if session.scalar(used) is not None else None


def _save_copy(answers: Answers, row: Reply, given: dict[str, Any]) -> None:
    sent = dispatch_of(answers.session, row.id)
    if sent is not None:
        sent.copy_to = given.get("recipient") or ""
        sent.copied_at, sent.copied_by = answers.now, answers.by


def values_of_reply(session: Session, rows: CaseRows) -> dict[str, Any]:
    """Record path → what is known of the office's own reply, as its forms would have sent it."""
    row = newest_reply(session, rows.case.id, source=OWN)
    if row is None:
        return {}
    known: dict[str, Any] = {f"reply.{name}": getattr(row, name) or None for name in _WRITTEN}
    if not row.version:
        known["reply.text"] = first_text(rows, row.language) or None
    known["statutory_check"] = ("yes" if row.statutory_check else "no") if row.version else None
    known["reply.letterhead"] = row.letterhead or (rows.incoming.company if rows.incoming else None)
    return known


def first_text(rows: CaseRows, language: str) -> str:
    """With what the draft begins: `[replies.draft]` of the office in the appeal's language, with what the case knows.

    Its fields: office.name, applicant.full_name, case.number, appeal.substance.
    """
    office, case, applicant, appeal = rows.office, rows.case, rows.applicant, rows.appeal
    source = office.settings.get("replies", {}).get("draft", {}).get(language, "")
    values = {
        "office.name": str(getattr(office, f"name_{language}") or office.name_ru),
        "applicant.full_name": applicant.full_name if applicant else "",
        "case.number": case.number or "",
        "appeal.substance": appeal.substance if appeal else "",
    }
    return "\n\n".join(render_plain(parse(each), values) for each in paragraphs(source))


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text, without empty ones."""
    return [each.strip() for each in re.split(r"\n+", text) if each.strip()]
