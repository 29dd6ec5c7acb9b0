"""The pages of settings, account and demo as a browser meets them."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.domain import clock
from app.models import CalendarDecision, DeadlineRule, Installation, MailboxMessage, Office, Person
from app.models.database import reading
from app.records.terms import office_calendar
from app.usecases.access import Actor
from app.usecases.mailbox import MailboxSms
from app.usecases.transaction import transaction
from app.web.account import browser_of
from tests.site import site_over
from tests.usecases.small_office import OFFICE, PASSWORD, ZONE, hire, one, opened, register_request

PAGES = (
    "/settings",
    "/settings/calendar",
    "/settings/calendar?year=2024",
    "/settings/calendar/change",
    "/settings/calendar/import",
    "/settings/calendar/2027/approve",
    "/settings/calendar/terms?year=2027",
    "/settings/deadlines",
    "/settings/deadlines/small.reply",
    "/settings/people",
    "/settings/people/new",
    "/settings/people/{admin}",
    "/settings/people/{admin}/edit",
    "/settings/units",
    "/settings/absences",
    "/account",
    "/help",
)


@dataclass
class Browser:
    """A signed-in person in front of the pages."""

    client: FlaskClient
    actor: Actor

    def get(self, address: str) -> TestResponse:
        return self.client.get(address)

    def post(self, address: str, **fields: Any) -> TestResponse:
        found = re.search(r'name="csrf" content="([^"]+)"', self.client.get("/account").text)
        assert found
        return self.client.post(address, data={"csrf_token": found[1], **fields})


@pytest.fixture
def site(databases, migrated_template) -> Iterator[Flask]:
    url = databases.create(template=migrated_template)
    with opened(url):
        yield site_over(url)
    databases.drop(url)


@pytest.fixture
def admin(site: Flask) -> Browser:
    return browser(site, hire("admin", "office_admin", name="Ильяс Ахмедов", email="admin@example.kz"))


def browser(site: Flask, actor: Actor) -> Browser:
    client = site.test_client()
    login = client.get("/sign-in").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', login)
    assert token
    with reading() as session:
        name = one(session, Person, id=actor.id).login
    answer = client.post("/sign-in", data={"csrf_token": token[1], "login": name, "password": PASSWORD})
    assert answer.status_code == 303
    return Browser(client, actor)


def make_demo() -> None:
    with transaction() as session:
        session.add(Installation(key="demo", value={}))
        session.add(Installation(key="clock", value={"shift": 0}))


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_every_page_opens_in_every_language_without_an_empty_place(admin: Browser, language: str):
    register_request(clock.now())
    admin.client.set_cookie("language", language)

    for page in PAGES:
        answer = admin.get(page.format(admin=admin.actor.id))

        assert answer.status_code == 200, page
        assert f'<html lang="{language}"' in answer.text
        assert "None" not in re.sub(r"<[^>]*>", "", answer.text), page
        assert not re.search(r"\{[a-z_]+\}", answer.text), page


def test_who_may_not_edit_sees_the_calendar_but_no_doors_to_change_it(site: Flask):
    preparer = browser(site, hire("preparer", "reception_preparer"))

    page = preparer.get("/settings/calendar")

    assert page.status_code == 200
    assert "/settings/calendar/change" not in page.text
    assert preparer.get("/settings/calendar/change").status_code == 403
    assert preparer.post("/settings/deadlines/hours", hours="10:00-12:00").status_code == 403
    assert preparer.get("/settings/people").status_code == 403
    assert "/settings/people" not in preparer.get("/settings").text


def test_a_day_is_shown_first_and_written_only_when_it_is_confirmed(admin: Browser):
    fields = {
        "kind": "single",
        "single_day": "25.11.2027",
        "working": "no",
        "reason_kk": "жөндеу",
        "reason_ru": "ремонт",
        "layer": "local",
    }

    seen = admin.post("/settings/calendar/change", **fields)
    with reading() as session:
        nothing = session.scalars(select(CalendarDecision)).all()
    written = admin.post("/settings/calendar/change", **fields, confirm="yes", moving="later")

    assert seen.status_code == 200
    assert '<td class="num">22</td><td class="num"><b>21</b></td>' in seen.text
    assert nothing == []
    assert written.location == "/settings/calendar?year=2027"
    assert "ремонт" in admin.get(written.location).text


def test_a_transfer_that_cannot_be_is_refused_with_what_was_typed(admin: Browser):
    answer = admin.post(
        "/settings/calendar/change",
        kind="pair",
        day="25.11.2027",
        moved_to="27.11.2027",
        layer="official",
        document="Приказ № 9",
        document_date="01.11.2027",
    )
    unreadable = admin.post("/settings/calendar/change", kind="pair", day="завтра", moved_to="27.11.2027")

    assert answer.status_code == unreadable.status_code == 422
    assert "чт 25.11.2027 и так рабочий день" in answer.text
    assert 'value="Приказ № 9"' in answer.text
    assert 'value="завтра"' in unreadable.text


def test_a_rule_that_cannot_be_read_is_explained_at_its_field_in_the_readers_language(admin: Browser):
    words = {}
    for language in ("kk", "ru", "en"):
        admin.client.set_cookie("language", language)
        answer = admin.post("/settings/deadlines/small.reply", expression="3 days after", basis_kk="а", basis_ru="б")
        assert answer.status_code == 422
        words[language] = re.search(r'id="expression-e">.*?</svg>(.*?)</span>', answer.text, re.DOTALL)[1]

    assert "жұмыс күндері" in words["kk"]
    assert "рабочих" in words["ru"]
    assert "working days" in words["en"]


def test_a_new_value_of_a_rule_shows_its_example_and_then_holds_from_its_day(admin: Browser):
    tomorrow = (clock.now() + timedelta(days=2)).strftime("%d.%m.%Y")
    fields = {"expression": "5 working days after request.registered", "roll": "none", "valid_from": tomorrow}
    basis = {"basis_kk": "бұйрық", "basis_ru": "приказ"}

    shown = admin.post("/settings/deadlines/small.reply", **fields, **basis)
    early = admin.post("/settings/deadlines/small.reply", **(fields | basis | {"valid_from": "01.01.2020"}))
    written = admin.post("/settings/deadlines/small.reply", **fields, **basis, confirm="yes")

    assert "5 рабочих дней" in shown.text
    assert early.status_code == 422
    assert written.status_code == 303
    with reading() as session:
        rows = session.scalars(select(DeadlineRule).order_by(DeadlineRule.id)).all()
    assert [row.expression[:1] for row in rows] == ["3", "5"]
    assert rows[1].entered_by == admin.actor.id


def test_new_office_hours_hold_from_their_day_and_not_before(admin: Browser):
    day = (clock.now() + timedelta(days=2)).date()

    answer = admin.post("/settings/deadlines/hours", hours="08:00-17:00", lunch="", valid_from=f"{day:%d.%m.%Y}")
    wrong = admin.post("/settings/deadlines/hours", hours="17:00-08:00", valid_from=f"{day:%d.%m.%Y}")
    past = admin.post("/settings/deadlines/hours", hours="08:00-17:00", valid_from="01.01.2020")

    with reading() as session:
        office = office_calendar(session, OFFICE)
    assert (answer.status_code, wrong.status_code, past.status_code) == (303, 422, 422)
    assert str(office.hours_on(day)) == "08:00-17:00"
    assert str(office.hours_on(day - timedelta(days=1))) == "09:00-18:30, 13:00-14:30"


def test_a_token_is_shown_once(admin: Browser):
    made = admin.post("/account/tokens", name="выгрузка")

    secret = re.search(r"qab_[\w-]+", made.text)
    assert secret
    assert secret[0] not in admin.get("/account").text
    assert admin.post("/account/tokens", name="x", last_day="когда-нибудь").status_code == 422


def test_preferences_change_language_and_theme_of_the_next_page(admin: Browser):
    answer = admin.post("/account/preferences", language="kk", theme="dark", digest="off", quiet_from="", quiet_to="")
    wrong = admin.post("/account/preferences", language="kk", theme="dark", quiet_from="вечер", quiet_to="")

    page = admin.get("/account").text
    assert answer.status_code == 303
    assert '<html lang="kk" data-theme="dark">' in page
    assert wrong.status_code == 422
    assert 'value="вечер"' in wrong.text


def test_people_of_another_office_do_not_exist_here(admin: Browser):
    with transaction() as session:
        stranger = Person(login="stranger", full_name="Чужой", sort_key="", preferences={}, active=True)
        session.add(stranger)
        session.flush()
        stranger_id = stranger.id

    assert admin.get(f"/settings/people/{stranger_id}").status_code == 404
    assert admin.post(f"/settings/people/{stranger_id}/access/deactivate").status_code == 404
    assert "Чужой" not in admin.get("/settings/people?all=on").text


def test_a_file_of_transfers_is_shown_and_then_entered(admin: Browser):
    content = "day_off;moved_to;document;document_date\n15.05.2027;11.05.2027;Приказ № 123;15.01.2027\n"

    shown = admin.post("/settings/calendar/import", file=(io.BytesIO(content.encode()), "transfers.csv"))
    wrong = admin.post("/settings/calendar/import", file=(io.BytesIO(content.encode() + b"1;2\n"), "transfers.csv"))
    entered = admin.post("/settings/calendar/import", content=content, confirm="yes", moving="keep")

    assert "Новых переносов: 1" in shown.text
    assert "Приказ № 123, 15.01.2027" in shown.text
    assert "Внести 1 перенос" in shown.text
    assert 'name="moving" value="all"' in shown.text
    assert wrong.status_code == 422
    assert "Строка 3: day_off: дата «1» не читается" in wrong.text
    assert entered.status_code == 303
    assert "Внесено переносов: 1" in admin.get("/settings/calendar?year=2027").text
    assert "Новых переносов: 0" in admin.post("/settings/calendar/import", content=content).text


def test_a_position_is_read_in_the_language_of_the_page(admin: Browser):
    typed = {"full_name": "Ахметова Айгүл", "login": "a.akhmetova", "language": "kk"}
    positions = {"position_kk": "бас маман", "position": "главный специалист", "position_en": "chief specialist"}

    admin.post("/settings/people/new", **typed, **positions)
    admin.post("/settings/people/new", **{**typed, "login": "second"}, position_kk="кеңесші")

    for language, read in (("kk", "бас маман"), ("ru", "главный специалист"), ("en", "chief specialist")):
        admin.client.set_cookie("language", language)
        shown = admin.get("/settings/people").text
        assert read in shown
        assert "кеңесші" in shown
        assert read in admin.get("/settings/people?find=chief").text


def test_an_administrator_is_told_why_he_cannot_leave(admin: Browser):
    answer = admin.post(f"/settings/people/{admin.actor.id}/access/deactivate")

    assert answer.status_code == 409
    assert "Отключить себя" in answer.text


def test_the_mailbox_exists_only_in_a_demo(admin: Browser):
    with transaction() as session:
        session.add(
            Office(id="other", name_kk="Басқа", name_ru="Другая", name_en="Other", zone="Asia/Almaty", settings={})
        )
    MailboxSms().send(to="+77010000001", text="Вас примут", key="job-1", office_id=OFFICE)
    MailboxSms().send(to="+77010000001", text="Вам откажут", key="job-2", office_id="other")
    outside = admin.get("/demo/mailbox").status_code
    make_demo()

    listed = admin.get("/demo/mailbox?find=0000001").text

    with reading() as session:
        letter, strange = session.scalars(select(MailboxMessage.id).order_by(MailboxMessage.id))
    assert outside == 404
    assert "Вам откажут" not in listed
    assert admin.get(f"/demo/mailbox/{strange}").status_code == 404
    assert "Вас примут" in listed
    assert "Вас примут" not in admin.get("/demo/mailbox?find=999").text
    assert "Вас примут" in admin.get(f"/demo/mailbox/{letter}").text
    assert admin.get(f"/demo/mailbox/{strange + 1}").status_code == 404


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/\\evil.example", "settings", ""])
def test_the_demo_clock_moves_on_and_never_leads_to_another_site(admin: Browser, back: str):
    make_demo()

    answer = admin.post("/demo/clock", step="hour", back=back)

    with reading() as session:
        assert one(session, Installation, key="clock").value["shift"] == pytest.approx(3600, abs=60)
    assert answer.location == "/"


def test_the_demo_clock_returns_to_the_page_it_stood_on(admin: Browser):
    make_demo()

    assert admin.post("/demo/clock", step="hour", back="/settings/calendar?year=2024").location == (
        "/settings/calendar?year=2024"
    )
    assert admin.post("/demo/clock", step="year", back="/").status_code == 404


def test_the_clock_of_a_real_installation_stands_still_and_says_so(admin: Browser):
    answer = admin.post("/demo/clock", step="hour", back="/settings")

    assert answer.location == "/settings"
    assert "только в демонстрационной установке" in admin.get("/settings").text


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/128 Safari/537.36",
            "Chrome, Windows",
        ),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/128 YaBrowser/24 Safari/537.36", "Yandex, Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17 Safari/604.1", "Safari, iPhone"),
        ("curl/8", ""),
    ],
)
def test_browsers_are_named_as_people_know_them(agent: str, name: str):
    assert browser_of(agent) == name


def test_an_absence_is_entered_shown_and_ended(site: Flask, admin: Browser) -> None:
    aigul = hire("aigul", "reception_preparer", name="Айгүл Ахметова")
    ivan = hire("ivan", "reception_preparer", name="Иван Петров")
    today = clock.now().astimezone(ZONE).date()
    days = {"first_day": f"{today:%d.%m.%Y}", "last_day": f"{today + timedelta(days=3):%d.%m.%Y}"}
    sent = {"person": str(aigul.id), "substitute": str(ivan.id), "reason": "incapacity", **days}

    wrong = admin.post("/settings/absences", **{**sent, "substitute": str(aigul.id)})
    entered = admin.post("/settings/absences", **sent)

    assert (wrong.status_code, entered.status_code) == (422, 303)
    assert "Человек не может замещать сам себя" in wrong.text
    page = admin.get("/settings/absences").text
    assert "Временная нетрудоспособность" in page
    colleague = browser(site, ivan).get("/settings/absences").text
    assert "Айгүл Ахметова" in colleague
    assert "<small>Временная нетрудоспособность" not in colleague, "why somebody is away is for her head and herself"
    assert "вы замещаете: Айгүл Ахметова" in browser(site, ivan).get("/account").text
    found = re.search(r"/settings/absences/(\d+)/end", page)
    assert found
    asked = admin.get(f"/settings/absences/{found[1]}/end")
    assert asked.status_code == 200
    assert "Задачи сразу вернутся: Айгүл Ахметова" in asked.text
    assert admin.post(f"/settings/absences/{found[1]}/end").status_code == 303
    ended = admin.get("/settings/absences").text
    assert "Завершено раньше" in ended
    assert f"/settings/absences/{found[1]}/take-back" in ended
    assert admin.post(f"/settings/absences/{found[1]}/take-back").status_code == 303
    assert "Завершено раньше" not in admin.get("/settings/absences").text
