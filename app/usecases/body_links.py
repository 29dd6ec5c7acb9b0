"""What the coordinator does with the links of state bodies: revoke, renew, send again."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.errors import AutomationError
from app.domain.texts import LANGUAGES, Text
from app.models import BodyLink, BodyPosition, CentralRequest, ProcessInstance, StateBody
from app.records.body_links import MARK, arm, issue, revoke
from app.records.facts import case_facts
from app.records.letters import Desk, Recipient, write
from app.records.zones import zone_of_office
from app.usecases.access import Actor
from app.usecases.body_answers import task_of
from app.usecases.history import Event, record
from app.usecases.published import NotFoundError, published
from app.usecases.transaction import transaction


class LinkOverError(AutomationError):
    """The link has ended, or nothing is awaited by it any more."""

    status = 409
    message = Text(
        kk="Бұл сілтеме аяқталған немесе ол бойынша жауап күтілмейді. Бетті жаңартыңыз.",
        ru="Эта ссылка уже не действует, или ответа по ней не ждут. Обновите страницу.",
        en="This link has ended, or no answer is awaited by it. Refresh the page.",
    )


class NoAddressError(AutomationError):
    """The body has no e-mail address."""

    status = 422
    message = Text(
        kk="Органның электрондық поштасы жоқ. Оны анықтамалыққа жазыңыз немесе жаңа сілтемені өзіңіз беріңіз.",
        ru="У органа нет электронной почты. Впишите её в справочник или выдайте новую ссылку и передайте её сами.",
        en="The body has no e-mail address. Enter one in the directory, or renew the link and hand it over yourself.",
    )


class ReasonNeededError(AutomationError):
    """Taking a link back needs a reason."""

    status = 422
    message = Text(
        kk="Сілтемені неге жоятыныңызды жазыңыз.",
        ru="Напишите, почему отзываете ссылку.",
        en="Write why you revoke the link.",
    )


def revoke_link(link_id: int, *, reason: str, by: Actor) -> None:
    """End a link at once, with a reason. Raises `NotFoundError`, `LinkOverError`, `ReasonNeededError`."""
    by.demand("bodies.manage")
    if not reason.strip():
        raise ReasonNeededError
    with transaction() as session:
        link = _working(session, link_id, by)
        revoke(link, now=clock.now(), reason=reason.strip()[:500], by=by.id)
        _note(session, link, "body_link_revoked", by, {"reason": reason.strip()[:500]})


def resend_link(link_id: int, *, by: Actor) -> None:
    """Write the body its link again; the letter has a secret of its own and the earlier letter works on.

    Raises `NotFoundError`, `LinkOverError`, `NoAddressError`.
    """
    by.demand("bodies.manage")
    with transaction() as session:
        link = _working(session, link_id, by)
        _awaited(session, link)
        _write(session, link)
        _note(session, link, "body_link_resent", by)


def renew_link(link_id: int, *, by: Actor) -> str | None:
    """A new link in place of this one, ended or not: every letter sent before stops working.

    The body is written to; without an e-mail address the secret is given back, once, to be handed over.
    """
    by.demand("bodies.manage")
    with transaction() as session:
        old = session.get(BodyLink, link_id, with_for_update=True)
        if old is None or old.office_id != by.office_id:
            raise NotFoundError
        _awaited(session, old)
        now = clock.now()
        if old.revoked_at is None:
            revoke(old, now=now, reason="renewed", by=by.id)
        session.flush()
        row = _row(session, old)
        due = row.due_at if isinstance(row, BodyPosition) else None
        link = issue(
            session,
            office_id=old.office_id,
            case_id=old.case_id,
            body_id=old.body_id,
            item=old.item,
            due_at=due,
            now=now,
            by=by.id,
        )
        _note(session, link, "body_link_renewed", by, {}, {"before": old.id})
        if session.get_one(StateBody, link.body_id).email:
            _write(session, link)
            return None
        return arm(session, link.id)


def _working(session: Session, link_id: int, by: Actor) -> BodyLink:
    link = session.get(BodyLink, link_id, with_for_update=True)
    if link is None or link.office_id != by.office_id:
        raise NotFoundError
    if link.revoked_at is not None or link.expires_at <= clock.now():
        raise LinkOverError
    return link


def _awaited(session: Session, link: BodyLink) -> None:
    task = task_of(session, link)
    if task is None or task.status != "open":
        raise LinkOverError


def _row(session: Session, link: BodyLink) -> BodyPosition | CentralRequest:
    if "position_id" in link.item:
        return session.get_one(BodyPosition, link.item["position_id"])
    return session.get_one(CentralRequest, link.item["central_request_id"])


def _write(session: Session, link: BodyLink) -> None:
    """The letter by which the body was asked, once more, by the templates of the version that runs."""
    body = session.get_one(StateBody, link.body_id)
    if not body.email:
        raise NoAddressError
    task = task_of(session, link)
    if task is None:
        raise LinkOverError
    version = published(session, session.get_one(ProcessInstance, task.instance_id).version_id)
    now = clock.now()
    desk = Desk(session, link.office_id, link.case_id, task.instance_id, task.element, version.letters, now)
    facts: dict[str, Mapping[str, Any]] = {each: _facts(session, link, body, each) for each in LANGUAGES[:2]}
    recipient = Recipient(body.name_ru, body.email, None, body.language)
    write(desk, _template(_row(session, link)), recipient, facts, link_id=link.id)


def _template(row: BodyPosition | CentralRequest) -> str:
    if isinstance(row, CentralRequest):
        return "central_request"
    return "poor_quality" if row.remarks else "invitation"


def _facts(session: Session, link: BodyLink, body: StateBody, language: str) -> Mapping[str, Any]:
    row = _row(session, link)
    facts = case_facts(session, link.case_id, language, clock.now())
    due = ""
    if isinstance(row, BodyPosition):
        due = f"{row.due_at.astimezone(zone_of_office(link.office_id)):%d.%m.%Y, %H:%M}"
    else:
        facts["request"] = {**facts["request"], "substance": row.question}
    return {
        **facts,
        "body": {"name": getattr(body, f"name_{language}"), "head": body.head},
        "position_due": due,
        "remarks": (row.remarks or "") if isinstance(row, BodyPosition) else "",
        "link": MARK,
    }


def _note(
    session: Session,
    link: BodyLink,
    kind: str,
    by: Actor,
    payload: Mapping[str, Any] | None = None,
    more: Mapping[str, Any] | None = None,
) -> None:
    facts = {"link": link.id, "body": link.body_id, **(more or {})}
    event = Event(kind, None, facts, payload or {})
    record(session, [event], at=clock.now(), office_id=link.office_id, case_id=link.case_id, by=by.id)
