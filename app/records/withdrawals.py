"""Whether an applicant may still take her appeal or request back."""

from typing import Final

from sqlalchemy import Exists, exists, select
from sqlalchemy.orm import Session

from app.models import Reply, Subscription

MESSAGES: Final = ("appeal.withdrawn", "request.withdrawn")
"""What a process hears of a withdrawal."""


def replied(session: Session, case_id: int) -> bool:
    """Whether the answer is on its way to her."""
    return bool(session.scalar(select(_answered(case_id))))


def withdrawal_heard(session: Session, case_id: int) -> str:
    """The message by which the case would end as withdrawn; "" where its process waits for none or she is answered."""
    waits = select(Subscription.message).where(
        Subscription.case_id == case_id,
        Subscription.kind == "message",
        Subscription.message.in_(MESSAGES),
        ~_answered(case_id),
    )
    return session.scalar(waits.order_by(Subscription.id).limit(1)) or ""


def _answered(case_id: int) -> Exists:
    return exists().where(Reply.case_id == case_id, Reply.state == "sent")
