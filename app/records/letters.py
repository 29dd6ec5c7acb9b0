"""Letters: rendered from the office's templates, entered in the journal, queued for delivery."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.domain.notices import channels
from app.domain.templates import render_letter
from app.models import Applicant, Job, Letter, ReceptionRequest


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who gets a letter: name as registered, e-mail and phone as far as known, language kk or ru (or "kk+ru").

    `wish` is how an applicant asked to be told, "" if she did not say; None for everybody else. `address` is where her
    post goes.
    """

    name: str
    email: str | None
    phone: str | None
    language: str
    wish: str | None = None
    address: str | None = None

    def channels(self, *, texted: bool = True, papers: bool = False) -> list[str]:
        """The ways in which a letter goes to her."""
        return channels(self.wish or "", email=bool(self.email), phone=bool(self.phone), texted=texted, papers=papers)


def applicant_of(session: Session, case_id: int, applicant: Applicant) -> Recipient:
    """The applicant of a case as one who is written to, with the way that she has asked for."""
    request = session.get(ReceptionRequest, case_id)
    wish = str(request.answers.get("notice_by") or "") if request else ""
    return Recipient(applicant.full_name, applicant.email, applicant.phone, applicant.language, wish, applicant.address)


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
    papers: Sequence[int] = (),
    link_id: int | None = None,
) -> list[Letter]:
    """Queue a letter by the ways that reach its recipient; returns the journal's rows.

    `facts` holds the fields by language. An applicant is told as she asked (`app/domain/notices.py`): a call waits in
    the list of calls, what goes on paper is typeset by a worker and then waits to be sent. Somebody else without e-mail
    gets a row "to_post". `due_at` delays delivery (quiet hours). `files` and the documents `papers` go with the e-mail,
    the papers also with what is posted. `link_id` is the state body's link whose address stands where the facts hold
    `MARK`.
    """
    texted = f"{template}.sms.{_first(recipient)}" in desk.templates
    letters = _Letters(desk, template, recipient, facts, due_at or desk.now)
    written = [
        letters.by(channel, texted=texted, files=files, papers=papers)
        for channel in recipient.channels(texted=texted, papers=bool(papers))
    ]
    for letter in written:
        letter.link_id = link_id
    return written


@dataclass(frozen=True, slots=True)
class _Letters:
    """One letter by several ways."""

    desk: Desk
    template: str
    recipient: Recipient
    facts: Mapping[str, Mapping[str, Any]]
    due_at: datetime

    def by(self, channel: str, *, texted: bool, files: Sequence[int], papers: Sequence[int]) -> Letter:
        """The letter by one way, in the journal and, unless a person sends it as it is, on its way."""
        if channel == "email":
            return self._sent(self._row(channel, self.recipient.email, files=(*papers, *files)))
        if channel == "sms":
            return self._sent(self._row(channel, self.recipient.phone, f"{self.template}.sms"))
        if self.recipient.wish is None:
            return self._row(channel, "", status="to_post", files=(*papers, *files))
        unlinked = replace(self, facts={language: {**each, "link": ""} for language, each in self.facts.items()})
        if channel != "phone":
            return self._sent(unlinked._row(channel, self.recipient.address, files=papers))
        row = unlinked._row(channel, self.recipient.phone, status="to_call")
        row.script = unlinked._text(f"{self.template}.sms")[1] if texted else ""
        return row

    def _text(self, template: str) -> tuple[str, str]:
        """Subject and Markdown body; "kk+ru" gives both, Kazakh first."""
        parts = [
            render_letter(self.desk.templates[f"{template}.{language}"], self.facts[language])
            for language in self.recipient.language.split("+")
        ]
        subject = " / ".join(dict.fromkeys(part.subject for part in parts if part.subject))
        return subject, "\n\n---\n\n".join(part.body for part in parts)

    def _row(
        self,
        channel: str,
        address: str | None,
        template: str = "",
        *,
        status: str = "queued",
        files: Sequence[int] = (),
    ) -> Letter:
        desk = self.desk
        subject, body = self._text(template or self.template)
        letter = Letter(
            office_id=desk.office_id,
            case_id=desk.case_id,
            template=template or self.template,
            channel=channel,
            language=self.recipient.language,
            recipient=self.recipient.name,
            address=address or "",
            subject=subject,
            body=body,
            status=status,
            files=list(files),
            created_at=desk.now,
        )
        desk.session.add(letter)
        desk.session.flush()
        return letter

    def _sent(self, letter: Letter) -> Letter:
        desk = self.desk
        desk.session.add(letter_job(letter, self.due_at, instance_id=desk.instance_id, element=desk.element))
        desk.session.flush()
        return letter


def letter_job(letter: Letter, due_at: datetime, *, instance_id: int | None = None, element: str | None = None) -> Job:
    """The work that sends a letter, or typesets it."""
    return Job(
        office_id=letter.office_id,
        kind="letter",
        name=letter.template,
        instance_id=instance_id,
        case_id=letter.case_id,
        element=element,
        payload={"letter": letter.id},
        due_at=due_at,
    )


def _first(recipient: Recipient) -> str:
    return recipient.language.split("+")[0]
