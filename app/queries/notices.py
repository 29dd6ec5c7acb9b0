"""Notices that wait for a person: to be said on the telephone, to be printed and sent (KRG-31, KRG-5, KST-S04.2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.domain.notices import PAPER
from app.gateways.letters import to_text
from app.models import Case, File, History, Letter
from app.models.database import reading
from app.queries.documents import CaseDocument


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice that waits: by which way it goes where, in which language (kk or ru).

    `script` is the short form to be said, `words` the whole letter. `files` are what is printed, the notice
    itself first. `tried` are the moments at which nobody was reached.
    """

    id: int
    case_id: int
    case_number: str | None
    channel: str
    recipient: str
    address: str
    language: str
    subject: str
    script: str
    words: str
    created_at: datetime
    files: Sequence[CaseDocument]
    tried: Sequence[datetime]


def to_call(office_id: str) -> list[Notice]:
    """Applicants who are to be told by telephone, the longest waiting first."""
    return _waiting(office_id, "to_call")


def to_send(office_id: str) -> list[Notice]:
    """Notices on paper that are to be sent, the longest waiting first."""
    return _waiting(office_id, "to_post")


def _of(office_id: str, status: str) -> list[ColumnElement[bool]]:
    channels = PAPER if status == "to_post" else ("phone",)
    found = [Letter.office_id == office_id, Letter.status == status, Letter.channel.in_(channels)]
    return [*found, func.jsonb_array_length(Letter.files) > 0] if status == "to_post" else found


def _waiting(office_id: str, status: str) -> list[Notice]:
    with reading() as session:
        rows = session.execute(
            select(Letter, Case.number)
            .join(Case, Case.id == Letter.case_id)
            .where(*_of(office_id, status))
            .order_by(Letter.created_at, Letter.id)
        ).all()
        return [_notice(session, letter, number) for letter, number in rows]


def _notice(session: Session, letter: Letter, number: str | None) -> Notice:
    return Notice(
        id=letter.id,
        case_id=letter.case_id or 0,
        case_number=number,
        channel=letter.channel,
        recipient=letter.recipient,
        address=letter.address,
        language="kk" if letter.language == "kk" else "ru",
        subject=letter.subject,
        script=letter.script or "",
        words=to_text(letter.body),
        created_at=letter.created_at,
        files=[_file(session.get_one(File, file_id), letter) for file_id in letter.files],
        tried=_tried(session, letter),
    )


def _file(file: File, letter: Letter) -> CaseDocument:
    title = file.name.rpartition(".")[0]
    return CaseDocument(0, file.id, "notice", letter.language, title, file.media_type, file.size, file.stored_at, None)


def _tried(session: Session, letter: Letter) -> Sequence[datetime]:
    if letter.channel != "phone":
        return ()
    return session.scalars(
        select(History.at)
        .where(
            History.case_id == letter.case_id,
            History.kind == "notice_not_reached",
            History.facts["letter"].as_integer() == letter.id,
        )
        .order_by(History.id)
    ).all()
