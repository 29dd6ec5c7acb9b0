"""The directory of state bodies, and the coordinator's page of what is awaited of them."""

import io
import re
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from werkzeug.test import TestResponse

from app.domain import clock
from app.models import StateBody, WebSession
from app.models.database import reading
from app.queries.choices import choices_for
from app.queries.people import session_key
from app.records.body_links import hash_of
from app.usecases.transaction import transaction
from tests.asking_office import HOUSING, SOCIAL, AskingOffice, asked_once, office
from tests.bodies import POSITION, Body, keep_time, secrets_in, words
from tests.reception import at

__all__ = ["asked_once", "office"]
CARD = {
    "name_kk": "Мәдениет басқармасы",
    "name_ru": "Управление культуры",
    "name_en": "",
    "kind": "local",
    "head": "Асанов Асан",
    "email": "culture@bodies.example",
    "phone": "8-7142-000-120",
    "contact": "Б. Серік",
    "language": "kk",
    "code": "culture",
    "active": "yes",
}


def ask(office: AskingOffice, method: str, path: str, role: str = "reception_coordinator", **more: Any) -> TestResponse:
    """A page of the office as one of its people."""
    wall = clock.wall()
    keep_time(office.walk)
    with transaction() as session:
        session.execute(
            insert(WebSession)
            .values(
                id=session_key(role),
                person_id=office.walk.people[role],
                created_at=wall,
                expires_at=wall.replace(year=wall.year + 1),
                seen_at=wall,
            )
            .on_conflict_do_nothing()
        )
    client = office.app.test_client()
    client.set_cookie("qabyldau", role)
    client.set_cookie("language", more.pop("language", "ru"))
    try:
        return client.open(path, method=method, **more)
    finally:
        clock.set_clock(office.walk.clock)


def body_of(code: str) -> StateBody | None:
    with reading() as session:
        return session.scalars(select(StateBody).where(StateBody.code == code)).first()


def csv_of(*rows: str) -> dict[str, Any]:
    head = "code;kind;name_kk;name_ru;name_en;head;email;phone;contact;language;by_agreement;active"
    return {"data": {"file": (io.BytesIO("\n".join((head, *rows)).encode()), "bodies.csv")}}


def test_a_body_is_added_changed_and_taken_out_of_use(office: AskingOffice) -> None:
    added = ask(office, "POST", "/settings/bodies/new", data=CARD)
    body = body_of("culture")
    assert added.status_code == 303
    assert body is not None
    assert (body.language, body.contact, body.name_en) == ("kk", "Б. Серік", "Управление культуры")

    ask(office, "POST", f"/settings/bodies/{body.id}", data={**CARD, "head": "Жаңа Басшы", "active": ""})

    changed = body_of("culture")
    assert changed is not None
    assert (changed.head, changed.active) == ("Жаңа Басшы", False)
    assert "Управление культуры" not in words(ask(office, "GET", "/settings/bodies"))
    assert "Управление культуры" in words(ask(office, "GET", "/settings/bodies?all=1"))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name_kk", ""),
        ("head", " "),
        ("kind", "x"),
        ("email", "a@b"),
        ("code", "health"),
        ("code", "Ә"),
        ("language", "en"),
    ],
)
def test_a_wrong_card_says_so_at_its_field(office: AskingOffice, field: str, value: str) -> None:
    answer = ask(office, "POST", "/settings/bodies/new", data={**CARD, field: value})

    assert answer.status_code == 422
    assert body_of("culture") is None
    assert "Управление культуры" in answer.text


def test_a_body_out_of_use_is_not_offered_any_more(office: AskingOffice) -> None:
    """KST-S05.1"""
    with transaction() as session:
        session.scalars(select(StateBody).where(StateBody.code == "roads")).one().active = False
    with reading() as session:
        offered = choices_for(session, "kostanay", office.walk.case_id, ["state_bodies"])["state_bodies"]

    assert str(office.walk.bodies["roads"]) not in {choice.value for choice in offered}
    assert str(office.walk.bodies["housing"]) in {choice.value for choice in offered}


def test_a_file_adds_and_changes_bodies_by_their_codes(office: AskingOffice) -> None:
    answer = ask(
        office,
        "POST",
        "/settings/bodies/import",
        **csv_of(
            "culture;local;Мәдениет басқармасы;Управление культуры;;Асанов А.;;;;;нет;да",
            "health;local;Денсаулық;Здравоохранение;;Жаңа басшы;health@bodies.example;'+7 7142;;kk;;",
        ),
    )

    culture, health = body_of("culture"), body_of("health")
    assert answer.status_code == 303
    assert culture is not None
    assert health is not None
    assert (culture.language, culture.email) == ("kk+ru", None)
    assert (health.head, health.phone, health.language) == ("Жаңа басшы", "+7 7142", "kk")


def test_one_wrong_row_and_nothing_is_imported(office: AskingOffice) -> None:
    answer = ask(
        office,
        "POST",
        "/settings/bodies/import",
        **csv_of(
            "culture;local;Мәдениет;Культура;;Асанов А.;;;;;;",
            "sport;nothing;Спорт;Спорт;;;not an address;;;;;",
            "culture;local;Тағы;Ещё;;Б.;;;;;;",
        ),
    )

    said = words(answer)
    assert answer.status_code == 422
    assert body_of("culture") is None
    assert "Строка 3" in said
    assert "Строка 4" in said


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"a;b\n1;2", b"code;kind;name_kk;name_ru\n"])
def test_a_file_that_is_no_table_is_refused(office: AskingOffice, content: bytes) -> None:
    answer = ask(office, "POST", "/settings/bodies/import", data={"file": (io.BytesIO(content), "x.csv")})

    assert answer.status_code == 422


def test_the_directory_goes_out_as_it_comes_in(office: AskingOffice) -> None:
    exported = ask(office, "GET", "/settings/bodies/list.csv")

    again = ask(office, "POST", "/settings/bodies/import", data={"file": (io.BytesIO(exported.data), "x.csv")})

    assert again.status_code == 303
    assert "Добавлено: 0, изменено: 0" in words(ask_flash(office, again))


def ask_flash(office: AskingOffice, moved: TestResponse) -> TestResponse:
    """The page after a redirect, with what it says of the act."""
    cookie = moved.headers.get("Set-Cookie", "")
    session = re.search(r"session=([^;]+)", cookie)
    keep_time(office.walk)
    client = office.app.test_client()
    client.set_cookie("qabyldau", "reception_coordinator")
    client.set_cookie("language", "ru")
    client.set_cookie("session", session[1] if session else "")
    try:
        return client.get(moved.headers["Location"])
    finally:
        clock.set_clock(office.walk.clock)


def test_the_coordinator_sees_what_is_awaited_of_whom_and_what_is_late(office: AskingOffice) -> None:
    """KST-S05.2: chase a position."""
    office.body(SOCIAL).send(POSITION)
    office.walk.pass_time_to(at("2025-06-23", "10:00"))

    said = words(ask(office, "GET", "/bodies"))
    everything = words(ask(office, "GET", f"/bodies?case={office.walk.case_id}"))

    assert "1 ответ" in said
    assert "1 просрочен" in said
    assert "жилищно-коммунального" in said
    assert "По ссылке, 03.06.2025" in everything


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_links_are_sent_again_renewed_and_revoked_from_the_page(office: AskingOffice, language: str) -> None:
    link_id = office.link.id
    assert ask(office, "GET", "/bodies", language=language).status_code == 200

    resent = ask(office, "POST", f"/bodies/links/{link_id}/resend")
    renewed = ask(office, "POST", f"/bodies/links/{link_id}/renew")
    without = ask(office, "POST", f"/bodies/links/{office.link.id}/revoke", data={"reason": " "})
    revoked = ask(office, "POST", f"/bodies/links/{office.link.id}/revoke", data={"reason": "Қате мекенжай"})

    assert [each.status_code for each in (resent, renewed, without, revoked)] == [303, 303, 422, 303]
    assert office.link.reason == "Қате мекенжай"
    assert "Ссылка отозвана" in words(ask(office, "GET", "/bodies"))


def test_a_body_without_email_gets_its_link_from_the_coordinators_hand(office: AskingOffice) -> None:
    with transaction() as session:
        session.get_one(StateBody, office.walk.bodies["housing"]).email = None

    refused = ask(office, "POST", f"/bodies/links/{office.link.id}/resend")
    page = ask(office, "POST", f"/bodies/links/{office.link.id}/renew").text

    secret = re.findall(r"/b/([0-9a-f]{32})", page)[0]
    assert refused.status_code == 422
    assert Body.at(office.app, office.walk).enter(secret).status_code == 200
    assert secret not in secrets_in(office.walk, HOUSING)
    assert len(hash_of(secret)) == 64


def test_only_those_who_may_see_and_change(office: AskingOffice) -> None:
    assert ask(office, "GET", "/bodies", "leadership").status_code == 403
    assert ask(office, "GET", "/settings/bodies", "dept_head").status_code == 403
    assert ask(office, "POST", f"/bodies/links/{office.link.id}/renew", "controller").status_code == 403
    assert ask(office, "GET", "/settings/bodies", "office_admin").status_code == 200
