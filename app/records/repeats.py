"""Earlier cases of an applicant: was she received or answered on the same question (KST-S01.3, KRG-16.2)?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.likeness import Likeness, likeness
from app.domain.texts import Text
from app.models import Applicant, Booking, Case, Office, ReceptionRequest, Slot

SHOWN: Final = 10
BARS: Final = ("bar", "refuse")
_BY_IIN: Final = Text("ЖСН бірдей", "тот же ИИН", "the same IIN")
_BY_CONTACT: Final = Text("аты-жөні мен байланысы бірдей", "те же имя и контакт", "the same name and contact")
_BY_NAME: Final = Text(
    "аты-жөні ғана бірдей, тексеріңіз", "совпало только имя, проверьте", "only the name is the same: check"
)


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier case: `person` says why it is held to be hers, `likeness` how alike the questions are.

    `received_at` is when she was received, `answered` whether the case ended with an answer.
    """

    case_id: int
    number: str
    subject: str
    opened_at: datetime
    status: str
    person: Text
    likeness: Likeness
    received_at: datetime | None
    answered: bool

    @property
    def decided(self) -> bool:
        """Received or answered on what looks like the same question: what KRG-16.2 speaks of."""
        return self.likeness.same and (self.received_at is not None or self.answered)


@dataclass(frozen=True, slots=True)
class Policy:
    """What the office does with a question that was asked before, or is outside its competence: bar or check only."""

    repeat_bars: bool
    competence_bars: bool


def policy_of(office: Office) -> Policy:
    """As `repeat_question_policy` and `competence_policy` of the office's settings say (BR-02, BR-03)."""
    settings: Mapping[str, Any] = office.settings.get("reception", {})
    return Policy(
        repeat_bars=settings.get("repeat_question_policy", "check_only") in BARS,
        competence_bars=settings.get("competence_policy", "check_only") in BARS,
    )


def earlier_cases(session: Session, case: Case, applicant: Applicant) -> list[Earlier]:
    """Earlier registered cases of the same person, those that look like the same question first, then the newest."""
    same = Applicant.sort_key == applicant.sort_key
    if applicant.iin:
        same = (Applicant.iin == applicant.iin) | same
    rows = session.execute(
        select(Case, Applicant, ReceptionRequest)
        .join(Applicant, Applicant.id == Case.applicant_id)
        .outerjoin(ReceptionRequest, ReceptionRequest.case_id == Case.id)
        .where(Case.office_id == case.office_id, Case.id != case.id, Case.number.is_not(None), same)
        .order_by(Case.opened_at.desc())
        .limit(SHOWN)
    ).all()
    received = _received(session, [row[0].id for row in rows])
    now_asked = _question(case, session.get(ReceptionRequest, case.id))
    found = [
        Earlier(
            case_id=other.id,
            number=other.number or "",
            subject=other.subject,
            opened_at=other.opened_at,
            status=other.status,
            person=_person(applicant, whose),
            likeness=likeness(now_asked, _question(other, request)),
            received_at=received.get(other.id),
            answered=_answered(other, request),
        )
        for other, whose, request in rows
        if not (applicant.iin and whose.iin and applicant.iin != whose.iin)
    ]
    return sorted(found, key=lambda each: (not each.likeness.same, -each.opened_at.timestamp()))


def _person(applicant: Applicant, other: Applicant) -> Text:
    if applicant.iin and applicant.iin == other.iin:
        return _BY_IIN
    contacts = {applicant.phone, applicant.email, applicant.address} & {other.phone, other.email, other.address}
    return _BY_CONTACT if contacts - {None, ""} else _BY_NAME


def _answered(case: Case, request: ReceptionRequest | None) -> bool:
    return bool(case.closed_at is not None and request is not None and request.answers.get("answer"))


def _question(case: Case, request: ReceptionRequest | None) -> str:
    return " ".join((case.subject, request.substance, request.nature) if request else (case.subject,))


def _received(session: Session, case_ids: list[int]) -> dict[int, datetime]:
    rows = session.execute(
        select(Booking.case_id, Slot.starts_at)
        .join(Slot, Slot.id == Booking.slot_id)
        .where(Booking.case_id.in_(case_ids), Booking.status == "received")
    )
    return {row.case_id: row.starts_at for row in rows}
