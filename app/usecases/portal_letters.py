"""Letters of the portal to a citizen: by the e-mail address and the telephone that she gave when she filed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.texts import Text
from app.models import Applicant, Letter, PortalFiling
from app.records.letters import letter_job
from app.usecases.transaction import wake_workers

TEMPLATE: Final = "portal"


def write_her(
    session: Session,
    filing: PortalFiling,
    applicant: Applicant,
    subject: Text,
    words: Text,
    short: Text,
    told: Mapping[str, object],
    *,
    due_at: datetime | None = None,
) -> int:
    """Queue a letter, and an SMS with the `short` words, in the language of the filing; returns how many leave.

    `told` fills the places of the words. What she did not give is not used; `due_at` delays them.
    """
    now = clock.now()
    ways = [("email", applicant.email, words), ("sms", applicant.phone, short)]
    for channel, address, text in ways:
        if not address:
            continue
        letter = Letter(
            office_id=filing.office_id,
            case_id=filing.case_id,
            template=TEMPLATE if channel == "email" else f"{TEMPLATE}.sms",
            channel=channel,
            language=filing.language,
            recipient=applicant.full_name,
            address=address,
            subject=subject.with_values(**told).in_(filing.language) if channel == "email" else "",
            body=text.with_values(**told).in_(filing.language),
            status="queued",
            files=[],
            created_at=now,
        )
        session.add(letter)
        session.flush()  # its job needs letter.id
        session.add(letter_job(letter, due_at or now))
    wake_workers(session, due_at or now)
    return sum(bool(address) for _, address, _ in ways)
