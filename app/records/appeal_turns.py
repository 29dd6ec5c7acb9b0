"""Turns in the consideration of an appeal: redirects, extensions, hearings, withdrawal, the reply of a body."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.deadlines import Term
from app.domain.spans import add_months
from app.domain.texts import Text
from app.models import AppealCard, AppealTurn, Case, IncomingDocument, Office, Reply, StateBody
from app.records.answers import Answers
from app.records.appeal_terms import EXTENDED_RULE
from app.records.appeals import KIND
from app.records.replies import BODY, REFUSED, write_version
from app.records.terms import Terms, keep_term
from app.records.zones import zone_of_office

REDIRECTS: Final = ("redirect", "redirect_part")
DECIDED: Final = ("extend", "leave", "hearing")
REDIRECT_RULE: Final = "appeal.redirect"
REPLY_RULE: Final = "appeal.reply"
_MONTHS: Final = 2
_TURN: Final = ("reason", "question", "ground")
TOO_EARLY: Final = Text(
    kk="Жаңа мерзім қазіргісінен ({due}) кейін болуы керек.",
    ru="Новый срок должен быть позже нынешнего ({due}).",
    en="The new term must be later than the present one ({due}).",
)
PASSED: Final = Text(
    kk="Бұл күн өтіп кеткен. Алдағы күнді таңдаңыз.",
    ru="Этот день уже прошёл. Выберите день впереди.",
    en="This day has passed. Choose one ahead.",
)
TOO_LONG: Final = Text(
    kk="Мерзім тіркелген күннен екі айдан ({last}) әрі ұзартылмайды.",
    ru="Срок продлевают не более чем до двух месяцев со дня регистрации ({last}).",
    en="The term is extended to two months from the registration at most ({last}).",
)
NO_HEARING: Final = Text(
    kk="Бас тартар алдында өтініш беруші тыңдалуы керек: «Бас тарту жоспарланды, тыңдау» дегенді таңдаңыз.",
    ru="До отказа заявителя заслушивают: выберите «Готовится отказ, заслушивание».",
    en="The applicant is heard before a refusal: choose “A refusal is planned: hearing”.",
)
ITSELF: Final = Text(
    kk="Өтініш қазір осы органда. Басқа органды таңдаңыз.",
    ru="Обращение уже у этого органа. Выберите другой.",
    en="The appeal is with this body already. Choose another one.",
)


def turns(session: Session, case_id: int) -> list[AppealTurn]:
    """Every turn of an appeal, in order."""
    return list(session.scalars(select(AppealTurn).where(AppealTurn.case_id == case_id).order_by(AppealTurn.id)))


def newest_turn(session: Session, case_id: int, *kinds: str) -> AppealTurn | None:
    """The latest turn of an appeal, of these kinds where they are given."""
    query = select(AppealTurn).where(AppealTurn.case_id == case_id).order_by(AppealTurn.id.desc()).limit(1)
    return session.scalars(query.where(AppealTurn.kind.in_(kinds)) if kinds else query).first()


def add_turn(session: Session, case: Case, kind: str, *, now: datetime, by: int | None, **more: Any) -> AppealTurn:
    """Enter a turn; `more` are its columns, `state` "done" unless they say otherwise."""
    row = AppealTurn(
        **{
            "office_id": case.office_id,
            "case_id": case.id,
            "kind": kind,
            "state": "done",
            "recorded_at": now,
            "recorded_by": by,
            **more,
        }
    )
    session.add(row)
    session.flush()
    return row


def registered_at(session: Session, case: Case) -> datetime:
    """When the appeal of a case was registered: its card made, its document entered; else the case opened."""
    card, document = session.get(AppealCard, case.id), session.get(IncomingDocument, case.id)
    if card is not None:
        return card.made_at
    return (document.registered_at if document else None) or case.opened_at


def extended_until(session: Session, case_id: int) -> date | None:
    """The last day of the latest extension that was agreed; None without one."""
    rows = [each for each in turns(session, case_id) if each.kind == "extend" and each.state == "agreed"]
    return rows[-1].due_on if rows else None


def reply_due(session: Session, case: Case) -> datetime:
    """By when the appeal must be answered: the term of the law, or the extension that was agreed."""
    return _reply_term(session, case)[0].due


def keep_reply_due(session: Session, case: Case) -> str:
    """The same for the data of a process (ISO 8601, UTC); tasks that are due then find its explanation."""
    return keep_term(session, case.id, _reply_term(session, case)[1])


def _reply_term(session: Session, case: Case) -> tuple[Term, dict[str, Any]]:
    until = extended_until(session, case.id)
    rule, anchor = (
        (EXTENDED_RULE, f"{until}T00:00:00")
        if until
        else (REPLY_RULE, registered_at(session, case).astimezone(UTC).isoformat())
    )
    return Terms(session, case.office_id).term(rule, anchor)


def heard(session: Session, case_id: int) -> bool:
    """Whether the question of a hearing before a refusal is settled: it was held, or agreed to be needless."""
    row = newest_turn(session, case_id, "hearing")
    return row is not None and row.state == "done"


def take_in_reply(
    session: Session,
    case: Case,
    brought: Mapping[str, Any],
    *,
    now: datetime,
    by: int | None,
    received_on: date | None = None,
) -> Reply:
    """The reply of the body that considers the appeal: text, outcome, its number and date as far as they are known."""
    card = session.get(AppealCard, case.id)
    row = Reply(
        office_id=case.office_id,
        case_id=case.id,
        source=BODY,
        body_id=card.executor_id if card else None,
        state="received",
        language=case.language,
        executors=[],
        outcome=brought.get("outcome") or None,
        outgoing_number=brought.get("number") or None,
        outgoing_on=received_on,
        opened_at=now,
        received_at=now,
    )
    session.add(row)
    session.flush()
    write_version(session, row, str(brought.get("text") or ""), now=now, by=by)
    return row


def save_turn(answers: Answers) -> None:
    """What forms of the consideration write: `turn.*`, `hearing.*`, the body's reply in `body_reply.*`."""
    if answers.case.kind != KIND:
        return
    kind = str(answers.variables.get("turn") or "")
    given = answers.of("turn")
    if kind == "reply":
        _save_body_reply(answers, answers.of("body_reply"))
    elif kind:
        _propose(answers, kind, given)
    if answers.variables.get("turn_agreed"):
        _decide(answers, agreed=answers.variables["turn_agreed"] == "yes", remarks=given.get("decision") or "")
    if answers.of("hearing"):
        _save_hearing(answers, answers.of("hearing"))


def _propose(answers: Answers, kind: str, given: Mapping[str, Any]) -> None:
    session, case = answers.session, answers.case
    more: dict[str, Any] = {name: given.get(name) or ("" if name != "ground" else None) for name in _TURN}
    if kind in REDIRECTS:
        more |= _redirected(answers, given)
    if kind == "extend":
        more["due_on"] = date.fromisoformat(str(given["due_on"])[:10])
        wrong = _extension_fault(session, case, more["due_on"], answers.now)
        if wrong is not None:
            answers.refuse("turn.due_on", wrong)
    state = "proposed" if kind in DECIDED else "done"
    add_turn(session, case, kind, now=answers.now, by=answers.by, **{**more, "state": state})


def _redirected(answers: Answers, given: Mapping[str, Any]) -> dict[str, Any]:
    session, case = answers.session, answers.case
    card = session.get(AppealCard, case.id)
    body = session.get_one(StateBody, int(given["body_id"]))
    if card is not None and card.executor_id == body.id:
        answers.refuse("turn.body_id", ITSELF)
    anchor = registered_at(session, case).astimezone(UTC).isoformat()
    due = Terms(session, case.office_id).term(REDIRECT_RULE, anchor)[0].due
    return {"body_id": body.id, "late": answers.now > due}


def _extension_fault(session: Session, case: Case, wanted: date, now: datetime) -> Text | None:
    zone = zone_of_office(case.office_id)
    if wanted < now.astimezone(zone).date():
        return PASSED
    now_due = reply_due(session, case).astimezone(zone).date()
    if wanted <= now_due:
        return TOO_EARLY.with_values(due=f"{now_due:%d.%m.%Y}")
    months = session.get_one(Office, case.office_id).settings.get("appeal", {}).get("extension_months", _MONTHS)
    last = add_months(registered_at(session, case).astimezone(zone).date(), int(months))
    return TOO_LONG.with_values(last=f"{last:%d.%m.%Y}") if wanted > last else None


def _decide(answers: Answers, *, agreed: bool, remarks: str) -> None:
    row = newest_turn(answers.session, answers.case.id, *DECIDED)
    if row is not None:
        row.state = "agreed" if agreed else "refused"
        row.decided_at, row.decided_by = answers.now, answers.by
        row.question = remarks or row.question


def _save_hearing(answers: Answers, given: Mapping[str, Any]) -> None:
    row = newest_turn(answers.session, answers.case.id, "hearing")
    if row is not None:
        row.state, row.question = "done", given.get("result") or ""
        row.due_on = date.fromisoformat(str(given["held_on"])[:10]) if given.get("held_on") else None


def _save_body_reply(answers: Answers, given: Mapping[str, Any]) -> None:
    if given.get("outcome") == REFUSED and not heard(answers.session, answers.case.id):
        answers.refuse("body_reply.outcome", NO_HEARING)
    day = date.fromisoformat(str(given["date"])[:10]) if given.get("date") else None
    take_in_reply(answers.session, answers.case, given, now=answers.now, by=answers.by, received_on=day)
    answers.attach(given.get("files"), "body_reply")
