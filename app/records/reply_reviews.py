"""Examinations of replies: criteria, arguments with the passages that answer them, cross control (KST-QUAL)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.texts import Text
from app.models import Reply, ReplyArgument, ReplyCheck, ReplyRemark, ReplyReview
from app.records.answers import Answers

CRITERIA: Final = ("completeness", "grounds", "style")
METHODS: Final = ("data_check", "confirmation_request", "applicant_contact", "expert")
NOT_IN_REPLY: Final = Text(
    kk="{n}-дәлел: бұл үзінді жауапта жоқ. Оны жауап мәтінінен көшіріңіз немесе бос қалдырыңыз.",
    ru="Довод {n}: такого места в ответе нет. Скопируйте его из текста ответа или оставьте пустым.",
    en="Argument {n}: the reply has no such passage. Copy it from the reply or leave it empty.",
)
NOT_COMPLETE: Final = Text(
    kk="{n}-дәлелге жауап жоқ, сондықтан дәлелдер толық қаралмаған.",
    ru="На довод {n} ответа нет, значит доводы рассмотрены не полностью.",
    en="Argument {n} has no answer, so the arguments are not considered completely.",
)


def review_of(session: Session, case_id: int) -> ReplyReview | None:
    """The latest review of a reply of a case; None before there is one."""
    return session.scalars(
        select(ReplyReview)
        .join(Reply, Reply.id == ReplyReview.reply_id)
        .where(Reply.case_id == case_id)
        .order_by(ReplyReview.id.desc())
        .limit(1)
    ).first()


def arguments(session: Session, review_id: int) -> Sequence[ReplyArgument]:
    """The applicant's arguments with the passages of the reply, in their order."""
    return session.scalars(
        select(ReplyArgument).where(ReplyArgument.review_id == review_id).order_by(ReplyArgument.place)
    ).all()


def checks(session: Session, review_id: int) -> Sequence[ReplyCheck]:
    """What cross control has found, in order."""
    return session.scalars(select(ReplyCheck).where(ReplyCheck.review_id == review_id).order_by(ReplyCheck.id)).all()


def save_review(answers: Answers) -> None:
    """What forms of a review write: `review.*`, `check.*` by its method, the verdict."""
    given, check = answers.of("review"), answers.of("check")
    verdict = answers.variables.get("review_verdict")
    if not given and not check and not verdict:
        return
    row = review_of(answers.session, answers.case.id)
    if row is None:
        return
    if "arguments" in given:
        _judge(answers, row, given)
    for method in METHODS:
        if check.get(method):
            _record(answers, row, method, check[method])
    if verdict:
        _conclude(answers, row, str(verdict), given.get("remarks") or "")
    answers.session.flush()


def _judge(answers: Answers, row: ReplyReview, given: Mapping[str, Any]) -> None:
    reply = answers.session.get_one(Reply, row.reply_id)
    for criterion in CRITERIA:
        setattr(row, criterion, answers.variables[criterion] == "yes")
        setattr(row, f"{criterion}_remark", given.get(f"{criterion}_remark") or "")
    row.doubt = answers.variables.get("doubt") == "yes"
    row.asked = given.get("asked") or ""
    for known in arguments(answers.session, row.id):
        answers.session.delete(known)
    for place, each in enumerate(given["arguments"] or (), 1):
        passage = (each.get("passage") or "").strip()
        if passage and _plain(passage) not in _plain(reply.text):
            answers.refuse("review.arguments", NOT_IN_REPLY.with_values(n=place))
        if not passage and row.completeness:
            answers.refuse("review.arguments", NOT_COMPLETE.with_values(n=place))
        argument = ReplyArgument(review_id=row.id, place=place, argument=each["argument"], passage=passage)
        answers.session.add(argument)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _record(answers: Answers, row: ReplyReview, method: str, result: str) -> None:
    answers.session.add(
        ReplyCheck(review_id=row.id, method=method, result=result, checked_at=answers.now, checked_by=answers.by)
    )


def _conclude(answers: Answers, row: ReplyReview, verdict: str, remarks: str) -> None:
    row.verdict, row.remarks = verdict, remarks if verdict == "rework" else ""
    row.decided_at, row.decided_by = answers.now, answers.by
    reply = answers.session.get_one(Reply, row.reply_id)
    reply.state = "accepted" if verdict == "accept" else "returned"
    answers.session.add(
        ReplyRemark(
            reply_id=reply.id,
            version=reply.version,
            stage="review",
            agreed=verdict == "accept",
            text=row.remarks,
            made_at=answers.now,
            made_by=answers.by,
        )
    )


def values_of_review(session: Session, case_id: int) -> dict[str, Any]:
    """Record path → what is known of the running review, as its form would have sent it."""
    row = review_of(session, case_id)
    if row is None:
        return {}
    found = [{"argument": each.argument, "passage": each.passage} for each in arguments(session, row.id)]
    return {"review.arguments": found or None}
