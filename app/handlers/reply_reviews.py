"""Service tasks of the examination of replies: taken in, opened, accepted, returned for rework."""

from collections.abc import Mapping
from typing import Any

from app.domain.texts import Text
from app.handlers.registry import Step, Variables, service_task
from app.models import Case, Reply, ReplyReview
from app.records.appeal_turns import take_in_reply
from app.records.replies import newest_reply
from app.records.reply_reviews import review_of


@service_task(
    "replies.take_in",
    kind="record",
    label=Text("Органның жауабын қабылдау", "Принять ответ органа", "Take in the body's reply"),
    sample={"body_reply_id": 1},
)
def take_in(step: Step, *, brought: Mapping[str, Any]) -> Variables:
    """Record the reply that a message has brought: text, outcome, number (KST-TASK-1.4)."""
    case = step.session.get_one(Case, step.case_id)
    row = take_in_reply(step.session, case, brought, now=step.now, by=step.by)
    return {"body_reply_id": row.id}


@service_task(
    "replies.open_review",
    kind="record",
    label=Text("Жауап сараптамасын бастау", "Начать экспертизу ответа", "Begin the review of the reply"),
    sample={"review_id": 1, "reviewed_bodies": []},
)
def open_review(step: Step, *, brought: Mapping[str, Any] | None = None) -> Variables:
    """Begin to examine the newest reply of the case (KST-QUAL-0).

    A message that `brought` the text of a reply has it taken in first.
    """
    if brought and brought.get("text"):
        take_in(step, brought=brought)
    reply = newest_reply(step.session, step.case_id or 0)
    if reply is None:
        raise LookupError("the case has no reply to examine")
    row = ReplyReview(office_id=step.office_id, reply_id=reply.id, opened_at=step.now)
    step.session.add(row)
    step.session.flush()
    return {"review_id": row.id, "reviewed_bodies": [reply.body_id] if reply.body_id else []}


@service_task(
    "replies.accept",
    kind="record",
    label=Text("Жауапты қабылдау", "Принять ответ", "Accept the reply"),
)
def accept(step: Step) -> Variables:
    """The reply passed its review; KST-QUAL."""
    row, reply = _reviewed(step)
    reply.state = "accepted"
    step.tell("reply_accepted", {"reply": reply.id, "review": row.id}, "")
    return {}


@service_task(
    "replies.return_for_rework",
    kind="record",
    label=Text("Жауапты пысықтауға қайтару", "Вернуть ответ на доработку", "Return the reply for rework"),
)
def return_for_rework(step: Step) -> Variables:
    """The body gets its reply back with the remarks (KST-TASK-1.5, BR-36)."""
    row, reply = _reviewed(step)
    reply.state = "returned"
    step.tell("reply_returned", {"reply": reply.id, "review": row.id}, row.remarks)
    return {}


def _reviewed(step: Step) -> tuple[ReplyReview, Reply]:
    row = review_of(step.session, step.case_id or 0)
    if row is None:
        raise LookupError("the case has no review of a reply")
    return row, step.session.get_one(Reply, row.reply_id)
