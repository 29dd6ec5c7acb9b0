"""Letters: rendered from the office's templates, entered in the journal, queued for delivery."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.domain.templates import render_letter
from app.models import Job, Letter


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who gets a letter: name as registered, e-mail and phone as far as known, language kk or ru (or "kk+ru")."""

    name: str
    email: str | None
    phone: str | None
    language: str


@dataclass(frozen=True, slots=True)
class Desk:
    """Where letters are written: the office, the case they belong to, the templates of the running version."""

    session: Session
    office_id: str | None
    case_id: int | None
    instance_id: int | None
    element: str | None
    templates: Mapping[str, str]
    now: datetime


def write(
    desk: Desk,
    template: str,
    recipient: Recipient,
    facts: Mapping[str, Mapping[str, Any]],
    *,
    due_at: datetime | None = None,
    files: Sequence[int] = (),
    link_id: int | None = None,
) -> list[Letter]:
    """Queue a letter by e-mail and, where there is an SMS form of it, by SMS; returns the journal's rows.

    `facts` holds the fields by language. A recipient without e-mail gets the SMS, without either a row "failed" that
    the coordinator sees. `due_at` delays delivery (quiet hours). `files` go with the e-mail, or
    with what is posted. `link_id` is the state body's link whose address stands where the facts hold `MARK`.
    """
    written = []
    if recipient.email:
        written.append(_queue(desk, template, "email", recipient, recipient.email, facts, due_at, files))
    sms = f"{template}.sms"
    if recipient.phone and f"{sms}.{_first(recipient)}" in desk.templates:
        written.append(_queue(desk, sms, "sms", recipient, recipient.phone, facts, due_at, ()))
    if not written:
        written.append(_unreachable(desk, template, recipient, facts, files))
    for letter in written:
        letter.link_id = link_id
    return written


def _first(recipient: Recipient) -> str:
    return recipient.language.split("+")[0]


def _text(desk: Desk, template: str, recipient: Recipient, facts: Mapping[str, Mapping[str, Any]]) -> tuple[str, str]:
    """Subject and Markdown body; "kk+ru" gives both, Kazakh first."""
    parts = [
        render_letter(desk.templates[f"{template}.{language}"], facts[language])
        for language in recipient.language.split("+")
    ]
    subject = " / ".join(dict.fromkeys(part.subject for part in parts if part.subject))
    return subject, "\n\n---\n\n".join(part.body for part in parts)


def _queue(
    desk: Desk,
    template: str,
    channel: str,
    recipient: Recipient,
    address: str,
    facts: Mapping[str, Mapping[str, Any]],
    due_at: datetime | None,
    files: Sequence[int],
) -> Letter:
    subject, body = _text(desk, template, recipient, facts)
    letter = _row(desk, template, channel, recipient, address, subject, body, "queued", files)
    desk.session.add(
        Job(
            office_id=desk.office_id,
            kind="letter",
            name=template,
            instance_id=desk.instance_id,
            case_id=desk.case_id,
            element=desk.element,
            payload={"letter": letter.id},
            due_at=due_at or desk.now,
        )
    )
    desk.session.flush()
    return letter


def _unreachable(
    desk: Desk,
    template: str,
    recipient: Recipient,
    facts: Mapping[str, Mapping[str, Any]],
    files: Sequence[int],
) -> Letter:
    subject, body = _text(desk, template, recipient, facts)
    return _row(desk, template, "post", recipient, "", subject, body, "to_post", files)


def _row(
    desk: Desk,
    template: str,
    channel: str,
    recipient: Recipient,
    address: str,
    subject: str,
    body: str,
    status: str,
    files: Sequence[int],
) -> Letter:
    letter = Letter(
        office_id=desk.office_id,
        case_id=desk.case_id,
        template=template,
        channel=channel,
        language=recipient.language,
        recipient=recipient.name,
        address=address,
        subject=subject,
        body=body,
        status=status,
        files=list(files),
        created_at=desk.now,
    )
    desk.session.add(letter)
    desk.session.flush()
    return letter
