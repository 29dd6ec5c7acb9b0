"""Two small offices with a process of two user tasks, people with tokens, and the API over a real database."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.config import Settings
from app.domain import clock
from app.factory import create_app
from app.models import DeadlineRule, Office, OfficeHoursRow, Person, RoleGrant
from app.models.database import disconnect
from app.usecases.access import Actor
from app.usecases.deploy import publish
from app.usecases.jobs import perform_all
from app.usecases.outgoing import Outgoing
from app.usecases.tokens import create_token
from app.usecases.transaction import transaction

PROCESS = "small_reception"

DIAGRAM = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    id="small" targetNamespace="urn:test">
  <bpmn:message id="m_came" name="answer.received"/>
  <bpmn:process id="small_reception" name="Малый приём" isExecutable="true">
    <bpmn:startEvent id="begin"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:sequenceFlow id="f1" sourceRef="begin" targetRef="ask"/>
    <bpmn:userTask id="ask" name="Спросить">
      <bpmn:extensionElements><spiffworkflow:properties>
        <spiffworkflow:property name="name_kk" value="Сұрау"/>
        <spiffworkflow:property name="name_en" value="Ask"/>
        <spiffworkflow:property name="role" value="reception_coordinator"/>
        <spiffworkflow:property name="step" value="1"/>
        <spiffworkflow:property name="due" value='deadline("small.term", now_iso())'/>
      </spiffworkflow:properties></bpmn:extensionElements>
      <bpmn:incoming>f1</bpmn:incoming><bpmn:outgoing>f2</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:boundaryEvent id="reminder" attachedToRef="ask" cancelActivity="false">
      <bpmn:outgoing>f5</bpmn:outgoing>
      <bpmn:timerEventDefinition id="t1">
        <bpmn:timeDuration xsi:type="bpmn:tFormalExpression">"PT1H"</bpmn:timeDuration>
      </bpmn:timerEventDefinition>
    </bpmn:boundaryEvent>
    <bpmn:sequenceFlow id="f5" sourceRef="reminder" targetRef="reminded"/>
    <bpmn:endEvent id="reminded"><bpmn:incoming>f5</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="f2" sourceRef="ask" targetRef="wait_answer"/>
    <bpmn:intermediateCatchEvent id="wait_answer">
      <bpmn:incoming>f2</bpmn:incoming><bpmn:outgoing>f3</bpmn:outgoing>
      <bpmn:messageEventDefinition id="md" messageRef="m_came"/>
    </bpmn:intermediateCatchEvent>
    <bpmn:sequenceFlow id="f3" sourceRef="wait_answer" targetRef="decide"/>
    <bpmn:userTask id="decide" name="Решить">
      <bpmn:extensionElements><spiffworkflow:properties>
        <spiffworkflow:property name="name_kk" value="Шешу"/>
        <spiffworkflow:property name="role" value="dept_head"/>
        <spiffworkflow:property name="step" value="2"/>
      </spiffworkflow:properties></bpmn:extensionElements>
      <bpmn:incoming>f3</bpmn:incoming><bpmn:outgoing>f4</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:sequenceFlow id="f4" sourceRef="decide" targetRef="over"/>
    <bpmn:endEvent id="over"><bpmn:incoming>f4</bpmn:incoming></bpmn:endEvent>
  </bpmn:process>
</bpmn:definitions>
"""

FORMS: dict[str, Any] = {
    "ask": {
        "components": [
            {
                "key": "matter",
                "type": "textfield",
                "label": "Суть",
                "i18n": {"kk": {"label": "Мәні"}, "en": {"label": "Matter"}},
                "validate": {"required": True, "maxLength": 200},
            },
            {
                "key": "urgent",
                "type": "radio",
                "label": "Срочно?",
                "i18n": {"kk": {"label": "Шұғыл ма?"}, "en": {"label": "Urgent?"}},
                "validate": {"required": True},
                "values": [
                    {"label": "Да", "value": "yes", "i18n": {"kk": {"label": "Иә"}, "en": {"label": "Yes"}}},
                    {"label": "Нет", "value": "no", "i18n": {"kk": {"label": "Жоқ"}, "en": {"label": "No"}}},
                ],
            },
            {
                "key": "people",
                "type": "number",
                "label": "Сколько человек",
                "i18n": {"kk": {"label": "Неше адам"}, "en": {"label": "How many people"}},
                "validate": {"required": True, "min": 1, "max": 20},
            },
        ]
    },
    "decide": {
        "components": [
            {
                "key": "granted",
                "type": "checkbox",
                "label": "Принять",
                "i18n": {"kk": {"label": "Қабылдау"}, "en": {"label": "Grant"}},
            }
        ]
    },
}
BUNDLE: dict[str, Any] = {
    "process": PROCESS,
    "diagrams": {f"{PROCESS}.bpmn": DIAGRAM},
    "forms": FORMS,
    "letters": {},
    "documents": {},
    "fields": {},
}
ANSWERS = {"matter": "Дорога", "urgent": "no", "people": 2}
ROLES = {
    "coordinator": "reception_coordinator",
    "head": "dept_head",
    "operator": "operator",
    "owner": "process_owner",
    "admin": "office_admin",
}


@dataclass(slots=True)
class House:
    """The application with two offices; `tokens` by office and login, `people` their ids."""

    app: Flask
    tokens: dict[tuple[str, str], str] = field(default_factory=dict)
    people: dict[tuple[str, str], int] = field(default_factory=dict)

    def call(
        self,
        method: str,
        path: str,
        who: str | None = "coordinator",
        *,
        office: str = "north",
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> TestResponse:
        """One request with the token of `who`."""
        sent = dict(headers or {})
        if who is not None:
            sent["Authorization"] = f"Bearer {self.tokens[office, who]}"
        client: FlaskClient = self.app.test_client()
        return client.open(f"/api/v1{path}", method=method, headers=sent, **more)

    def start(self, *, office: str = "north", case: bool = True) -> dict[str, Any]:
        """A new instance (with a case): the answer of the API."""
        body: dict[str, Any] = {"process": PROCESS, "variables": {"colour": "blue"}}
        if case:
            body["case"] = {"kind": "personal_reception", "language": "kk"}
        answer = self.call("POST", "/instances", office=office, json=body)
        assert answer.status_code == 201, answer.text
        return dict(answer.get_json())

    def task(self, instance_id: int, element: str, *, office: str = "north") -> int:
        """The open task of an element."""
        case_id = self.call("GET", f"/instances/{instance_id}", office=office).get_json()["case_id"]
        found = self.call("GET", f"/cases/{case_id}", office=office).get_json()["tasks"]
        return int(next(task["id"] for task in found if task["element"] == element))

    def work(self) -> int:
        """Let a worker do what is due."""
        return perform_all("test", Outgoing(None, None, "test@localhost"))  # type: ignore[arg-type]


def _office(session: Any, office_id: str) -> None:
    session.add(
        Office(id=office_id, name_kk=office_id, name_ru=office_id, name_en=office_id, zone="Asia/Almaty", settings={})
    )
    session.flush()
    session.add(
        OfficeHoursRow(
            office_id=office_id,
            valid_from=date(2020, 1, 1),
            opens=time(9, 0),
            closes=time(18, 30),
            lunch_from=time(13, 0),
            lunch_to=time(14, 30),
            entered_at=clock.now(),
        )
    )
    session.add(
        DeadlineRule(
            office_id=office_id,
            key="small.term",
            expression="3 working days after",
            roll="none",
            clause="T-01",
            name_kk="Мерзім",
            name_ru="Срок",
            name_en="Term",
            basis_kk="негіз",
            basis_ru="основание",
            basis_en="basis",
            valid_from=date(2020, 1, 1),
            entered_at=clock.now(),
        )
    )


def _people(session: Any, office_id: str) -> dict[tuple[str, str], int]:
    found = {}
    for login, role in ROLES.items():
        person = Person(
            office_id=office_id, login=f"{login}-{office_id}", full_name=f"{login} {office_id}", sort_key=login
        )
        session.add(person)
        session.flush()
        session.add(
            RoleGrant(office_id=office_id, person_id=person.id, role=role, valid_from=date(2020, 1, 1), valid_to=None)
        )
        found[office_id, login] = person.id
    return found


@pytest.fixture(scope="module")
def house(database_url: str) -> Iterator[House]:
    """Two offices, `north` and `south`, each with the process and its people."""
    app = create_app(Settings(database_url=database_url, secret_key="k" * 32))
    app.testing = False
    made = House(app)
    with transaction() as session:
        for office_id in ("north", "south"):
            _office(session, office_id)
            made.people |= _people(session, office_id)
            publish(session, office_id, BUNDLE, now=clock.now())
    for (office_id, login), person_id in made.people.items():
        actor = Actor(person_id, office_id, login, "ru", frozenset({ROLES[login]}))
        made.tokens[office_id, login] = create_token("test", last_day=None, by=actor).secret
    yield made
    disconnect()


__all__ = ["ANSWERS", "BUNDLE", "DIAGRAM", "FORMS", "PROCESS", "ROLES", "House"]
