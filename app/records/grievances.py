"""Complaints and appeals to KTEK: taken in, registered, their states, the channel of the reply."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.residence import lives_outside
from app.domain.texts import Text
from app.models import Appeal, Applicant, Case, Consultation, Grievance, GrievanceState, Office
from app.records import appeals
from app.records.answers import Answers
from app.records.case_rows import CaseRows
from app.records.filed import applicant_of_filed, said
from app.records.numbers import enter
from app.records.replies import BY_EMAIL, KAZPOST

REGISTER: Final = "R-KTEK-1C"
STATES: Final[Mapping[str, Text]] = {
    "registration": Text("тіркеу", "регистрация", "registration"),
    "consideration": Text("қарау", "рассмотрение", "consideration"),
    "agreement": Text("келісу", "согласование", "agreement"),
    "approval": Text("бекіту", "утверждение", "approval"),
    "execution": Text("орындау", "исполнение", "execution"),
    "acquaintance": Text("таныстыру", "ознакомление", "acquaintance"),
    "storage": Text("сақтау", "хранение", "storage"),
    "withdrawn": Text("қайтарып алынды", "отозвано", "withdrawn"),
}
"""The states of a document, as the source counts its tasks (KTEK-3.1.1), and the one that ends them early."""
NO_EMAIL: Final = Text(
    kk="Өтініш берушінің электрондық поштасы белгісіз. Басқа тәсілді таңдаңыз.",
    ru="Электронная почта заявителя неизвестна. Выберите другой способ.",
    en="The applicant's e-mail is not known. Choose another way.",
)
_TYPED: Final = ("category", "measures", "acquainted")


def take_in(session: Session, case: Case, filed: Mapping[str, Any], *, now: datetime) -> Grievance:
    """The complaint of the case with what was filed: `source`, `text`, the applicant's fields, `external_number`.

    One lodged in a `consultation` (the id of its case) takes the consumer and her words from there. An appeal that is
    there already stays as it is.
    """
    asked = _consultation(session, case, said(filed, "consultation", 18))
    source = "consultation" if asked is not None else said(filed, "source") or "portal"
    row = appeals.take_in(
        session,
        office_id=case.office_id,
        case_id=case.id,
        source=source,
        external_number=said(filed, "external_number", 100) or said(filed, "number", 100),
        now=now,
    )
    if asked is not None:
        case.applicant_id = session.get_one(Case, asked.case_id).applicant_id
    applicant_of_filed(session, case, filed)
    row.substance = row.substance or (asked.complaint if asked is not None else said(filed, "text"))
    case.subject = case.subject or row.substance[:300]
    grievance = Grievance(case_id=case.id, office_id=case.office_id, measures="", acquainted="")
    session.add(grievance)
    session.flush()
    return grievance


def _consultation(session: Session, case: Case, told: str) -> Consultation | None:
    """The consultation of this office that a message names."""
    row = session.get(Consultation, int(told)) if told.isascii() and told.isdigit() else None
    return row if row is not None and row.office_id == case.office_id else None


def register(session: Session, case: Case, *, now: datetime, by: int | None) -> Grievance:
    """Give the complaint its incoming number, R-KTEK-1C: it is registered, its term begins (KTEK-3.2.1, KTEK-3.2.2)."""
    grievance = session.get_one(Grievance, case.id)
    if grievance.incoming_number is None:
        appeal = session.get_one(Appeal, case.id)
        entry = enter(
            session,
            office_id=case.office_id,
            register=REGISTER,
            now=now,
            case_id=case.id,
            facts={"source": appeal.source},
            by=by,
        )
        grievance.incoming_number, grievance.registered_at = entry.label, now
        case.number = entry.label
        appeals.accept(session, appeal, now=now, by=by)
        enter_state(session, case.id, "registration", now=now, by=by, document=entry.label)
    return grievance


def enter_state(
    session: Session, case_id: int, state: str, *, now: datetime, by: int | None, document: str = ""
) -> GrievanceState:
    """The complaint comes to one of `STATES`."""
    row = GrievanceState(case_id=case_id, state=state, entered_at=now, entered_by=by, document=document)
    session.add(row)
    session.flush()
    return row


def states_of(session: Session, case_id: int) -> Sequence[GrievanceState]:
    """The states of a complaint, in order."""
    query = select(GrievanceState).where(GrievanceState.case_id == case_id).order_by(GrievanceState.id)
    return session.scalars(query).all()


def beyond_home(session: Session, case: Case) -> bool | None:
    """Whether the sender lives beyond the home city, as recorded, else as the address says; None: it does not say."""
    row = session.get(Grievance, case.id)
    if row is not None and row.outside_home is not None:
        return row.outside_home
    applicant = session.get(Applicant, case.applicant_id) if case.applicant_id else None
    home = session.get_one(Office, case.office_id).settings.get("replies", {}).get("home", {})
    return lives_outside(applicant.address or "", home.values()) if applicant is not None else None


def save_grievance(answers: Answers) -> None:
    """What the forms of a complaint write: `grievance.*`, where the sender lives, the channel of the reply."""
    row = answers.session.get(Grievance, answers.case.id) if answers.case.kind == appeals.KIND else None
    if row is None:
        return
    given = answers.of("grievance")
    for name in _TYPED:
        if name in given:
            setattr(row, name, given[name] or "")
    if answers.variables.get("outside_home"):
        row.outside_home = answers.variables["outside_home"] == "yes"
    channel = answers.variables.get("reply_channel")
    if channel == BY_EMAIL and not answers.session.get_one(Applicant, answers.case.applicant_id).email:
        answers.refuse("reply_channel", NO_EMAIL)
    row.reply_channel = channel or row.reply_channel


def values_of_grievance(session: Session, rows: CaseRows) -> dict[str, Any]:
    """Record path → what is known of a complaint, as its forms would have sent it."""
    row = rows.grievance
    if row is None:
        return {}
    beyond = beyond_home(session, rows.case)
    return {
        **{f"grievance.{name}": getattr(row, name) or None for name in _TYPED},
        "outside_home": None if beyond is None else "yes" if beyond else "no",
        "dispatch.method": KAZPOST if beyond else row.reply_channel,
    }
