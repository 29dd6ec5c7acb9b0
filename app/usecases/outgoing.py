"""Letters leave the house: e-mail, SMS, the demo's mailbox, or paper for a person to send."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.notices import PAPER
from app.domain.texts import Text
from app.gateways.delivery import DeliveryDelayedError, Receipt
from app.gateways.email import Mailer
from app.gateways.imap import Mailbox
from app.gateways.letters import Attachment, OutgoingMail, compose
from app.gateways.sms import SmsGateway
from app.models import File, Job, Letter, ProcessInstance
from app.models.database import reading
from app.records.body_codes import CODE_MARK, make_code
from app.records.body_links import MARK, arm
from app.records.files import content_of
from app.records.talons import PAGE_MARK, TALON_MARK, with_talons
from app.records.visit_links import VISIT_MARK, LinkMaker, with_links
from app.usecases.history import Event, record
from app.usecases.paper import typeset
from app.usecases.transaction import transaction


@dataclass(frozen=True, slots=True)
class Outgoing:
    """The doors to the outside world that this installation has; `links` makes the addresses for applicants.

    `mailboxes` are those of the offices, looked into `look_every` while nothing new is there.
    """

    mailer: Mailer
    sms: SmsGateway
    sender: str
    base_url: str = "http://127.0.0.1:8000"
    links: LinkMaker | None = None
    mailboxes: Mapping[str, Mailbox] = field(default_factory=dict)
    look_every: timedelta = timedelta(minutes=1)


_NOT_SET: Final = Text(
    kk="SMTP_URL немесе SMS_URL берілмеген.", ru="Не задан SMTP_URL или SMS_URL.", en="SMTP_URL or SMS_URL is not set."
)


class NoMailer:
    """Stands where no SMTP server is set: every letter waits and in the end becomes an incident."""

    def send(self, message: OutgoingMail) -> Receipt:  # noqa: ARG002 - the protocol's
        """Raises `DeliveryDelayedError`."""
        raise DeliveryDelayedError(_NOT_SET)


class NoSms:
    """Stands where no SMS service is set."""

    def send(self, *, to: str, text: str, key: str, office_id: str | None = None) -> Receipt:  # noqa: ARG002 - the protocol's
        """Raises `DeliveryDelayedError`."""
        raise DeliveryDelayedError(_NOT_SET)


def deliver_letter(letter_id: int, job_id: int, outgoing: Outgoing) -> None:
    """Send one queued letter, then mark it sent; the job's id makes a second sending recognisable.

    A letter on paper is typeset and then waits for a person to send it. One of a suspended instance waits until that
    is resumed.
    Raises the gateway's error when the letter could not be handed over.
    """
    with reading() as session:
        letter = session.get(Letter, letter_id)
        held = session.scalar(
            select(Job.id)
            .join(ProcessInstance, ProcessInstance.id == Job.instance_id)
            .where(Job.id == job_id, ProcessInstance.status == "suspended")
        )
        attachments = tuple(_attachments(session, letter)) if letter and not held else ()
    if held:
        _hold(job_id)
        return
    if letter is None or letter.status != "queued":
        _forget(job_id)
        return
    if letter.channel in PAPER:
        typeset(letter_id, job_id)
        return
    words = _with_links(letter, outgoing)
    message_id = None
    if letter.channel == "sms":
        outgoing.sms.send(to=letter.address, text=words.body, key=f"job-{job_id}", office_id=letter.office_id)
    else:
        mail = compose(
            words,
            sender=outgoing.sender,
            key=f"job-{job_id}",
            at=clock.now(),
            office_id=letter.office_id,
            attachments=attachments,
            receipt_asked=letter.receipt_asked,
        )
        outgoing.mailer.send(mail)
        message_id = mail.message_id
    with transaction() as session:
        _mark_sent(session, letter, message_id)
        session.execute(delete(Job).where(Job.id == job_id))


def _with_links(letter: Letter, outgoing: Outgoing) -> "_Words":
    """The letter as its reader gets it, with her link in the place of its mark, which is all that the journal keeps.

    A state body's link gets a new secret each time it leaves, and so does the code that opens its page.
    """
    body = letter.body
    if letter.link_id is not None and MARK in body:
        with transaction() as session:
            secret = arm(session, letter.link_id)
        body = body.replace(MARK, f"{outgoing.base_url}/b/{secret}" if secret else "—")
    if letter.link_id is not None and CODE_MARK in body:
        with transaction() as session:
            body = body.replace(CODE_MARK, make_code(session, letter.link_id))
    if outgoing.links is not None and VISIT_MARK in body:
        with transaction() as session:
            body = with_links(session, body, letter.case_id, outgoing.links)
    if outgoing.links is not None and (TALON_MARK in body or PAGE_MARK in body):
        with transaction() as session:
            body = with_talons(session, body, letter.case_id, outgoing.links)
    return _Words(letter.recipient, letter.address, letter.language, letter.subject, body)


@dataclass(frozen=True, slots=True)
class _Words:
    """What of a letter is sent."""

    recipient: str
    address: str
    language: str
    subject: str
    body: str


def _attachments(session: Session, letter: Letter) -> Iterator[Attachment]:
    for file_id in letter.files:
        file = session.get_one(File, file_id)
        yield Attachment(file.name, file.media_type, b"".join(content_of(session, file.sha256)))


def _hold(job_id: int) -> None:
    with transaction() as session:
        session.execute(update(Job).where(Job.id == job_id).values(status="suspended", leased_until=None, attempts=0))


def _mark_sent(session: Session, letter: Letter, message_id: str | None) -> None:
    now = clock.now()
    sent = {"status": "sent", "sent_at": now, "message_id": message_id}
    session.execute(update(Letter).where(Letter.id == letter.id).values(sent))
    event = Event("letter_sent", None, {"letter": letter.id, "template": letter.template, "channel": letter.channel})
    record(session, [event], at=now, office_id=letter.office_id, case_id=letter.case_id)


def _forget(job_id: int) -> None:
    with transaction() as session:
        session.execute(delete(Job).where(Job.id == job_id))
