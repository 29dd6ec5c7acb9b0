"""What is asked of state bodies and has come or not, with the links by which they answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import text

from app.domain import clock
from app.domain.remaining import Remaining, remaining
from app.domain.texts import Text
from app.models.database import reading
from app.records.terms import office_calendar

_ROWS: Final = text(
    """
    WITH asked AS (
        SELECT DISTINCT ON (case_id, body_id) case_id, body_id, 'position' AS kind,
               jsonb_build_object('position_id', id) AS item, asked_at, due_at, submitted_at, refused_at, attends,
               attendee, link_id, quality, round
        FROM body_position WHERE office_id = :office ORDER BY case_id, body_id, round DESC, id DESC
    ), everything AS (
        SELECT * FROM asked
        UNION ALL
        SELECT case_id, body_id, 'central', jsonb_build_object('central_request_id', id), sent_at, NULL, answered_at,
               CASE WHEN answer = 'refused' THEN answered_at END, answer, representative, link_id, NULL, 1
        FROM central_request WHERE office_id = :office
    )
    SELECT everything.*, case_file.number, case_file.subject, case_file.status AS case_status, state_body.name_kk,
           state_body.name_ru, state_body.name_en, state_body.email, state_body.phone, task.status AS task_status,
           task.id AS task_id, link.id AS way, link.expires_at, link.revoked_at, link.draft_saved_at
    FROM everything
    JOIN case_file ON case_file.id = everything.case_id
    JOIN state_body ON state_body.id = everything.body_id
    LEFT JOIN LATERAL (
        SELECT id, status FROM user_task
        WHERE user_task.case_id = everything.case_id AND user_task.item @> everything.item
        ORDER BY id DESC LIMIT 1
    ) AS task ON true
    LEFT JOIN LATERAL (
        SELECT id, expires_at, revoked_at, draft_saved_at FROM body_link
        WHERE body_link.case_id = everything.case_id AND body_link.body_id = everything.body_id
            AND body_link.item = everything.item
        ORDER BY revoked_at IS NOT NULL, id DESC LIMIT 1
    ) AS link ON true
    WHERE (:case = 0 OR everything.case_id = :case)
        AND (:all OR case_file.status = 'running' AND task.status = 'open')
    ORDER BY task.status IS DISTINCT FROM 'open', everything.due_at NULLS LAST, everything.asked_at DESC,
        everything.case_id, everything.body_id
    LIMIT :most
    """
)
MOST: Final = 300


@dataclass(frozen=True, slots=True)
class AskedBody:
    """One body asked in one case. `link` is open, expired, revoked or none; `state` awaited, answered or over."""

    case_id: int
    case_number: str
    subject: str
    kind: str
    body: Text
    email: str
    phone: str
    task_id: int | None
    state: str
    due_at: datetime | None
    remaining: Remaining | None
    submitted_at: datetime | None
    late: bool
    refused: bool
    by_link: bool
    attendee: str
    round: int
    link_id: int | None
    link: str
    expires_at: datetime | None
    draft_saved_at: datetime | None


def asked_bodies(office_id: str, *, case_id: int | None = None, everything: bool = False) -> Sequence[AskedBody]:
    """What is awaited of bodies, the nearest term first; with `everything` what has come too (`MOST` rows)."""
    with reading() as session:
        now = clock.now()
        calendar = office_calendar(session, office_id)
        values = {"office": office_id, "case": case_id or 0, "all": everything, "most": MOST}
        rows = session.execute(_ROWS, values).mappings().all()
    return [
        AskedBody(
            case_id=row["case_id"],
            case_number=row["number"] or "",
            subject=row["subject"],
            kind=row["kind"],
            body=Text(row["name_kk"], row["name_ru"], row["name_en"]),
            email=row["email"] or "",
            phone=row["phone"] or "",
            task_id=row["task_id"],
            state="awaited" if row["task_status"] == "open" else "answered" if row["submitted_at"] else "over",
            due_at=row["due_at"],
            remaining=remaining(row["due_at"], now, calendar) if row["due_at"] and not row["submitted_at"] else None,
            submitted_at=row["submitted_at"],
            late=bool(row["submitted_at"] and row["due_at"] and row["submitted_at"] > row["due_at"]),
            refused=row["refused_at"] is not None,
            by_link=row["link_id"] is not None,
            attendee=row["attendee"] or "",
            round=row["round"],
            link_id=row["way"],
            link=_link(row["way"], row["revoked_at"], row["expires_at"], now),
            expires_at=row["expires_at"],
            draft_saved_at=row["draft_saved_at"],
        )
        for row in rows
    ]


def _link(link_id: int | None, revoked_at: datetime | None, expires_at: datetime | None, now: datetime) -> str:
    if link_id is None or expires_at is None:
        return "none"
    if revoked_at is not None:
        return "revoked"
    return "expired" if expires_at <= now else "open"
