"""The pages of operators: running processes, acts with their consequences, messages that wait."""

import hashlib
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import psycopg
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.domain import clock
from app.models import Message, ProcessInstance, UserTask, WebSession
from app.models.database import reading
from app.usecases.cases import send_message
from app.usecases.jobs import perform_all
from app.usecases.transaction import transaction
from tests.site import site_over
from tests.unit.engine.diagrams import Node, border, catch, diagram, message, timer, xor
from tests.usecases.small_office import OFFICE, almaty, begin, hire, new_case, one, opened, publish_process

BEGIN = almaty("2024-04-18")


@dataclass
class Desk:
    """A signed-in person in front of the pages."""

    client: FlaskClient

    def get(self, address: str) -> TestResponse:
        return self.client.get(address)

    def post(self, address: str, **fields: str) -> TestResponse:
        found = re.search(r'name="csrf" content="([^"]+)"', self.client.get("/account").text)
        assert found
        return self.client.post(address, data={"csrf_token": found[1], **fields})


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("TRUNCATE office, history RESTART IDENTITY CASCADE")
    with opened(database_url):
        app = site_over(database_url)
        yield sign_in(app.test_client(), "operator")


def sign_in(client: FlaskClient, role: str) -> Desk:
    secret, wall = secrets.token_urlsafe(32), clock.wall()
    person = hire(role, role)
    with transaction() as session:
        session.add(
            WebSession(
                id=hashlib.sha256(secret.encode()).hexdigest(),
                person_id=person.id,
                created_at=wall,
                seen_at=wall,
                expires_at=wall + timedelta(hours=1),
                second_factor=True,
            )
        )
    client.set_cookie("qabyldau", secret)
    return Desk(client)


def asking() -> int:
    """An instance whose task decides by the variable `good`, with a reminder at its border."""
    flows = 'start -> before -> task -> ask -[good == "yes"]-> fine -> end; ask -*-> wait -> end_wait; late -> end_late'
    nodes = {
        "ask": xor(),
        "wait": catch(message("go")),
        "late": border("task", timer('"P3D"'), interrupting=False),
        "before": Node("userTask"),
        "fine": Node("userTask"),
    }
    publish_process("asking", diagram(flows, process_id="asking", **nodes), "task", "before", "fine")
    return begin("asking", case_id=new_case(), good="no")


def path_of(desk: Desk, instance: int, element: str) -> str:
    found = re.search(rf'href="(/instances/{instance}/skip/[^"]+/{element})"', desk.get(f"/instances/{instance}").text)
    assert found
    return found[1]


def waiting(instance: int) -> list[str]:
    with reading() as session:
        return list(
            session.scalars(select(UserTask.element).where(UserTask.instance_id == instance, UserTask.status == "open"))
        )


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_every_page_opens_in_every_language_without_an_empty_place(desk: Desk, language: str):
    instance = asking()
    skip = path_of(desk, instance, "before")
    desk.post(skip, reason="так")
    send_message(OFFICE, "unknown", case_id=None)
    perform_all("test", None)  # type: ignore[arg-type]  # no letters here
    desk.client.set_cookie("language", language)

    for page in (
        "/instances",
        "/instances?status=any",
        f"/instances/{instance}",
        path_of(desk, instance, "task"),
        f"/instances/{instance}/rewind/before",
        "/settings/messages",
        "/settings/messages?status=expired",
        "/settings/messages?reason=ambiguous",
    ):
        answer = desk.get(page)

        assert answer.status_code == 200, page
        assert f'<html lang="{language}"' in answer.text
        assert "None" not in re.sub(r"<[^>]*>", "", answer.text), page
        assert not re.search(r"\{[a-z_]+\}", re.sub(r"<svg.*?</svg>", "", answer.text, flags=re.DOTALL)), page


def test_a_step_is_skipped_after_its_consequences_were_seen(desk: Desk):
    instance = asking()
    desk.post(path_of(desk, instance, "before"), reason="так")
    path = path_of(desk, instance, "task")

    asked = desk.get(path)
    seen = desk.post(path, _good='"yes"', _preview="1")
    untouched = waiting(instance)
    silent = desk.post(path, _good='"yes"', reason=" ")
    done = desk.post(path, _good="yes", reason="по указанию")

    assert 'name="_good" value="no"' in asked.text
    assert "fine" in seen.text
    assert untouched == ["task"]
    assert silent.status_code == 422
    assert done.status_code == 303
    assert waiting(instance) == ["fine"]
    gone = desk.post(path, _good="yes", reason="ещё раз")
    assert gone.status_code == 409
    assert "уже не ждёт" in gone.text


def test_a_process_is_taken_back_after_its_consequences_were_seen(desk: Desk):
    instance = asking()
    desk.post(path_of(desk, instance, "before"), reason="так")

    seen = desk.get(f"/instances/{instance}/rewind/before")
    refused = desk.post(f"/instances/{instance}/rewind/fine", reason="так")
    done = desk.post(f"/instances/{instance}/rewind/before", reason="ошибка в данных")

    assert "Перестанет ждать" in seen.text
    assert refused.status_code == 409
    assert done.status_code == 303
    assert waiting(instance) == ["before"]


def test_a_process_is_suspended_corrected_resumed_and_cancelled(desk: Desk):
    instance = asking()
    address = f"/instances/{instance}"

    answers = [
        desk.post(f"{address}/correct", name="good", value="yes", reason="опечатка"),
        desk.post(f"{address}/suspend", reason="проверка"),
        desk.post(f"{address}/suspend", reason="проверка"),
        desk.post(f"{address}/correct", name="unknown", value="1", reason="опечатка"),
        desk.post(f"{address}/resume", reason="проверено"),
        desk.post(f"{address}/cancel", reason=""),
        desk.post(f"{address}/cancel", reason="заявитель отказался"),
    ]

    assert [each.status_code for each in answers] == [303, 303, 409, 422, 303, 422, 303]
    with reading() as session:
        assert one(session, ProcessInstance, id=instance).status == "cancelled"


def test_a_message_that_waits_is_discarded_with_a_reason(desk: Desk):
    sent = send_message(OFFICE, "unknown", case_id=None)
    perform_all("test", None)  # type: ignore[arg-type]  # no letters here

    page = desk.get("/settings/messages?reason=nobody")
    silent = desk.post(f"/settings/messages/{sent}/discard", reason="")
    retried = desk.post(f"/settings/messages/{sent}/retry")
    done = desk.post(f"/settings/messages/{sent}/discard", reason="послано по ошибке")

    assert "Его пока никто не ждёт" in page.text
    assert [silent.status_code, retried.status_code, done.status_code] == [422, 303, 303]
    with reading() as session:
        assert one(session, Message, id=sent).status == "discarded"


def test_staff_does_not_operate(desk: Desk):
    instance = asking()
    coordinator = sign_in(desk.client, "reception_coordinator")

    assert coordinator.get("/instances").status_code == 403
    assert coordinator.post(f"/instances/{instance}/suspend", reason="так").status_code == 403
    assert coordinator.get("/settings/messages").status_code == 200
    assert coordinator.post("/settings/messages/1/discard", reason="так").status_code == 403
