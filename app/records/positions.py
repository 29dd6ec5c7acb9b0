"""What state bodies submit for a reception: positions, round by round, and answers of central bodies."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import BodyPosition, CentralRequest, StateBody
from app.records.answers import Answers


def save_position(answers: Answers) -> None:
    """The position of a body (`position.*`), or the mark on those of the round."""
    given = answers.of("position")
    quality = answers.variables.get("materials_quality")
    if quality:
        _judge_positions(answers, str(quality), given)
        return
    if not given or "position_id" not in answers.item:
        return
    position = answers.session.get_one(BodyPosition, answers.item["position_id"])
    refused = bool(answers.variables.get("position_refused"))
    for name in ("text", "official", "attends", "attendee", "refusal_reason"):
        setattr(position, name, given.get(name) or None)
    position.submitted_at = answers.moment(given.get("submitted_at")) or answers.now
    position.refused_at = position.submitted_at if refused else None
    position.recorded_by, position.link_id = answers.by, answers.link_id
    answers.attach(given.get("files"), "position")


def save_central(answers: Answers) -> None:
    """The answer of a central body, or what was arranged with it (KRG-20)."""
    given = answers.of("central")
    if not given or "central_request_id" not in answers.item:
        return
    row = answers.session.get_one(CentralRequest, answers.item["central_request_id"])
    if "arranged" in given:
        row.arranged = given["arranged"]
        return
    row.answer = str(answers.variables["central_answer"])
    for name in ("representative", "contact", "refusal_reason"):
        setattr(row, name, given.get(name) or None)
    row.answered_at = answers.moment(given.get("answered_at")) or answers.now
    row.recorded_by, row.link_id = answers.by, answers.link_id
    answers.attach(given.get("files"), "central_answer")


def _judge_positions(answers: Answers, quality: str, given: Mapping[str, Any]) -> None:
    """Step 6: the Department's mark on every position of the round (KST-S06.1)."""
    poor = {int(position) for position in answers.variables.get("poor_positions") or ()}
    for position in open_round(answers.session, answers.case.id):
        if quality == "poor" and position.id in poor:
            marks = given.get("quality") or []
            position.quality = ",".join(marks) if isinstance(marks, list) else str(marks)
            position.remarks = given.get("remarks")
        elif position.quality is None:
            position.quality = "good"


def open_round(session: Session, case_id: int) -> list[BodyPosition]:
    """The latest position of each body of the case, by body name."""
    rows = session.scalars(
        select(BodyPosition)
        .join(StateBody, StateBody.id == BodyPosition.body_id)
        .where(BodyPosition.case_id == case_id)
        .order_by(BodyPosition.body_id, BodyPosition.round)
    )
    latest = {row.body_id: row for row in rows}
    return sorted(latest.values(), key=lambda row: row.id)
