"""The demo's mailbox: letters and SMS arrive here instead of leaving the house."""

from sqlalchemy.dialects.postgresql import insert

from app.domain import clock
from app.gateways.delivery import Receipt
from app.gateways.letters import OutgoingMail
from app.models import MailboxMessage
from app.usecases.transaction import transaction


class MailboxMailer:
    """A `Mailer` that keeps every e-mail; the same `message_id` arrives once."""

    def send(self, message: OutgoingMail) -> Receipt:
        """Put the letter into the mailbox."""
        return _arrive(
            message.message_id,
            channel="email",
            office_id=message.office_id,
            address=message.address,
            subject=message.subject,
            body=message.text,
            html=message.html,
            files=[file.name for file in message.attachments],
        )


class MailboxSms:
    """An `SmsGateway` that keeps every SMS; the same `key` arrives once."""

    def send(self, *, to: str, text: str, key: str, office_id: str | None = None) -> Receipt:
        """Put the SMS into the mailbox."""
        return _arrive(f"sms:{key}", channel="sms", office_id=office_id, address=to, subject="", body=text, html="")


def _arrive(message_id: str, **values: object) -> Receipt:
    now = clock.now()
    with transaction() as session:
        session.execute(
            insert(MailboxMessage)
            .values(message_id=message_id, arrived_at=now, **values)
            .on_conflict_do_nothing(index_elements=["message_id"])
        )
    return Receipt(message_id, now)
