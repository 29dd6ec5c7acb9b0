"""A small office for the stories of settings: one process of one task with a term and an escalation timer."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.domain import clock
from app.domain.names import sort_key
from app.models import Case, DeadlineRule, Office, OfficeHoursRow, Person, RoleGrant, Unit
from app.records import terms
from app.usecases import published
from app.usecases.access import Actor
from app.usecases.cases import start_instance
from app.usecases.deploy import publish
from app.usecases.passwords import hashed
from app.usecases.transaction import transaction
from tests.conftest import work_with

ZONE = ZoneInfo("Asia/Almaty")
OFFICE = "small"
PASSWORD = "a long enough password"
LETTERS = Path(__file__).resolve().parents[2] / "processes" / "kostanay" / "letters"
ROLES = {"office_admin": ("Әкімші", "Администратор"), "reception_preparer": ("Дайындаушы", "Готовит приём")}
DIAGRAM = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d" targetNamespace="https://qabyldau.example/small">
 <bpmn:process id="reply" name="Ответ" isExecutable="true"><bpmn:extensionElements><spiffworkflow:properties>
   <spiffworkflow:property name="name_kk" value="Жауап"/></spiffworkflow:properties></bpmn:extensionElements>
  <bpmn:startEvent id="received"><bpmn:outgoing>a</bpmn:outgoing></bpmn:startEvent>
  <bpmn:sequenceFlow id="a" sourceRef="received" targetRef="answer"/>
  <bpmn:userTask id="answer" name="Подготовить ответ"><bpmn:extensionElements><spiffworkflow:properties>
   <spiffworkflow:property name="name_kk" value="Жауап дайындау"/>
   <spiffworkflow:property name="name_en" value="Prepare the reply"/>
   <spiffworkflow:property name="role" value="reception_preparer"/>
   <spiffworkflow:property name="due" value="deadline(&quot;small.reply&quot;, registered_at)"/>
  </spiffworkflow:properties></bpmn:extensionElements>
  <bpmn:incoming>a</bpmn:incoming><bpmn:outgoing>b</bpmn:outgoing></bpmn:userTask>
  <bpmn:boundaryEvent id="overdue" attachedToRef="answer" cancelActivity="false"><bpmn:outgoing>c</bpmn:outgoing>
   <bpmn:timerEventDefinition id="t">
    <bpmn:timeDate xsi:type="bpmn:tFormalExpression">deadline("small.reply", registered_at)</bpmn:timeDate>
   </bpmn:timerEventDefinition>
  </bpmn:boundaryEvent>
  <bpmn:sequenceFlow id="b" sourceRef="answer" targetRef="done"/>
  <bpmn:sequenceFlow id="c" sourceRef="overdue" targetRef="late"/>
  <bpmn:endEvent id="done"><bpmn:incoming>b</bpmn:incoming></bpmn:endEvent>
  <bpmn:endEvent id="late"><bpmn:incoming>c</bpmn:incoming></bpmn:endEvent>
 </bpmn:process>
</bpmn:definitions>"""
SAID = {
    "type": "textfield",
    "key": "said",
    "label": "Ответ",
    "i18n": {"kk": {"label": "Жауап"}, "en": {"label": "Reply"}},
}
FORM = {"type": "default", "id": "answer", "components": [SAID]}


def almaty(day: str, hour: int = 10) -> datetime:
    """An hour of a day by the office's clock."""
    return datetime.combine(date.fromisoformat(day), time(hour), ZONE).astimezone(UTC)


@contextmanager
def opened(url: str) -> Iterator[None]:
    """The database open, with the office in it."""
    work_with(url)
    _forget()
    try:
        with clock.using(clock.StandingClock(almaty("2024-01-09"))):
            _found()
        yield
    finally:
        _forget()


def _forget() -> None:
    """Another database numbers its versions from 1 again: what this process remembers of them must go."""
    published._cache.clear()
    published._unpack.cache_clear()
    terms._calendars.clear()


def _found() -> None:
    settings = {"roles": [{"code": code, "name": {"kk": kk, "ru": ru}} for code, (kk, ru) in ROLES.items()]}
    names = {"name_kk": "Шағын кеңсе", "name_ru": "Малая организация", "name_en": "Small office"}
    now = clock.now()
    with transaction() as session:
        session.add(Office(id=OFFICE, zone=ZONE.key, settings=settings, **names))
        session.flush()
        session.add(
            OfficeHoursRow(
                office_id=OFFICE,
                valid_from=date(2020, 1, 1),
                opens=time(9),
                closes=time(18, 30),
                lunch_from=time(13),
                lunch_to=time(14, 30),
                entered_at=now,
            )
        )
        session.add(Unit(office_id=OFFICE, code="office", name_kk="Аппарат", name_ru="Аппарат", name_en="Office"))
        session.add(
            DeadlineRule(
                office_id=OFFICE,
                key="small.reply",
                expression="3 working days after request.registered",
                roll="none",
                clause="T-1",
                name_kk="Жауап",
                name_ru="Ответ",
                name_en="Reply",
                basis_kk="үш жұмыс күні",
                basis_ru="три рабочих дня",
                basis_en="three working days",
                valid_from=date(2020, 1, 1),
                entered_at=now,
            )
        )
        session.flush()
        publish(session, OFFICE, _bundle(), now=now)


def _bundle() -> dict[str, Any]:
    return {
        "process": "reply",
        "diagrams": {"reply.bpmn": DIAGRAM},
        "forms": {"answer": FORM},
        "letters": {path.stem: path.read_text("utf-8") for path in sorted(LETTERS.glob("*.md"))},
        "documents": {},
    }


def hire(login: str, *roles: str, name: str = "", email: str | None = None, language: str = "ru") -> Actor:
    """A person of the office with these roles since 2020 and the password `PASSWORD`."""
    full_name = name or login.title()
    with transaction() as session:
        person = Person(
            office_id=OFFICE,
            login=login,
            full_name=full_name,
            sort_key=sort_key(full_name),
            email=email,
            language=language,
            preferences={},
            password_hash=hashed(PASSWORD, login=login),
            active=True,
            failed_sign_ins=0,
            totp_confirmed=False,
            totp_last_step=0,
        )
        session.add(person)
        session.flush()
        for role in roles:
            session.add(
                RoleGrant(office_id=OFFICE, person_id=person.id, role=role, unit_id=None, valid_from=date(2020, 1, 1))
            )
        return Actor(person.id, OFFICE, full_name, language, frozenset(roles))


def register_request(registered_at: datetime) -> int:
    """A running instance whose reply is due three working days after `registered_at`; returns its id."""
    with transaction() as session:
        return start_instance(
            session,
            OFFICE,
            "reply",
            case_id=None,
            variables={"registered_at": registered_at.isoformat()},
            by=None,
        )


def one(session: Any, model: Any, **wanted: Any) -> Any:
    """The single row with these values."""
    return session.scalars(select(model).filter_by(**wanted)).one()


_ROLE = (
    "<bpmn:extensionElements><spiffworkflow:properties>"
    '<spiffworkflow:property name="role" value="reception_preparer"/>'
    "</spiffworkflow:properties></bpmn:extensionElements>"
)


def publish_process(key: str, diagram: bytes, *forms: str) -> None:
    """Publish a process of the office; its tasks of the names `forms` ask for one line."""
    drawn = diagram.decode()
    for name in forms:
        drawn = re.sub(rf'(<bpmn:userTask id="{name}"[^>]*>)', rf"\1{_ROLE}", drawn)
    bundle = {**_bundle(), "process": key, "diagrams": {f"{key}.bpmn": drawn}}
    bundle["forms"] = {name: {**FORM, "id": name} for name in forms}
    with transaction() as session:
        publish(session, OFFICE, bundle, now=clock.now())


def begin(process: str, *, case_id: int | None = None, **variables: Any) -> int:
    """Start an instance of a process of the office; returns its id."""
    with transaction() as session:
        return start_instance(session, OFFICE, process, case_id=case_id, variables=variables, by=None)


def new_case() -> int:
    """An empty case of the office; returns its id."""
    with transaction() as session:
        case = Case(office_id=OFFICE, kind="request", language="ru", status="running", opened_at=clock.now())
        session.add(case)
        session.flush()
        return case.id
