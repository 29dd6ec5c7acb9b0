"""Earlier cases of an applicant: was she received or answered on the same question (KST-S01.3, KRG-16.2)?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain.likeness import Likeness, likeness
from app.domain.same_person import POSSIBLE, Resemblance
from app.domain.texts import LANGUAGES, Text
from app.models import Applicant, Booking, Case, Office, ReceptionRequest, Slot
from app.records.alike import alike

SHOWN: Final = 10
PEOPLE: Final = 50
BARS: Final = ("bar", "refuse")
_CHECK: Final = Text("{why}; тексеріңіз", "{why}; проверьте", "{why}: check")


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier case: `person` says why it may be hers, `likeness` how alike the questions are.

    `received_at` is when she was received, `answered` whether the case ended with an answer.
    """

    case_id: int
    number: str
    subject: str
    opened_at: datetime
    status: str
    person: Resemblance
    likeness: Likeness
    received_at: datetime | None
    answered: bool

    @property
    def whose(self) -> Text:
        """Why it may be hers; what is not enough for that asks to be checked."""
        why = self.person.why
        return why if self.person.same else Text(*(_CHECK.in_(each).format(why=why.in_(each)) for each in LANGUAGES))

    @property
    def decided(self) -> bool:
        """Received or answered on what looks like the same question: what KRG-16.2 speaks of."""
        return self.likeness.same and self.person.same and (self.received_at is not None or self.answered)


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


_received_at = (
    select(func.max(Slot.starts_at))
    .join(Booking, Booking.slot_id == Slot.id)
    .where(Booking.case_id == Case.id, Booking.status == "received")
    .correlate(Case)
    .scalar_subquery()
)


def earlier_cases(
    session: Session, case: Case, applicant: Applicant, request: ReceptionRequest | None
) -> list[Earlier]:
    """Earlier registered cases of whoever may be the same person, those that look like the same question first.

    Her name may be spelled in Kazakh, in Russian, in Latin letters or with a slip (`alike`). The newest come next.
    """
    people = {
        each.row.id: each.resemblance
        for each in alike(session, applicant.described, office_id=case.office_id, among=Applicant, limit=PEOPLE)
        if each.resemblance.score >= POSSIBLE
    }
    rows = session.execute(
        select(Case, ReceptionRequest, _received_at)
        .outerjoin(ReceptionRequest, ReceptionRequest.case_id == Case.id)
        .where(
            Case.office_id == case.office_id,
            Case.id != case.id,
            Case.number.is_not(None),
            Case.applicant_id.in_(people),
        )
        .order_by(Case.opened_at.desc())
        .limit(SHOWN)
    ).all()
    now_asked = _question(case, request)
    found = [
        Earlier(
            case_id=other.id,
            number=other.number or "",
            subject=other.subject,
            opened_at=other.opened_at,
            status=other.status,
            person=people[other.applicant_id or 0],
            likeness=likeness(now_asked, _question(other, asked)),
            received_at=received_at,
            answered=_answered(other, asked),
        )
        for other, asked, received_at in rows
    ]
    return sorted(found, key=lambda each: (not each.likeness.same, not each.person.same, -each.opened_at.timestamp()))


def _answered(case: Case, request: ReceptionRequest | None) -> bool:
    return bool(case.closed_at is not None and request is not None and request.answers.get("answer"))


def _question(case: Case, request: ReceptionRequest | None) -> str:
    return " ".join((case.subject, request.substance, request.nature) if request else (case.subject,))
