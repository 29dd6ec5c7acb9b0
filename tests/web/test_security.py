"""Nobody gets where she may not: access route by route, other offices, cookies, headers, limits, files."""

import hashlib
import io
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pyotp
import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.routing import Rule

from app.config import Settings
from app.domain import clock
from app.factory import create_app
from app.models import (
    BodyLink,
    File,
    History,
    Incident,
    Message,
    Office,
    Person,
    ProcessInstance,
    RateLimit,
    RoleGrant,
    UserTask,
    WebSession,
)
from app.models.database import reading
from app.records.files import store
from app.usecases.access import PERMISSIONS, Actor
from app.usecases.passwords import hashed
from app.usecases.tokens import create_token
from app.usecases.transaction import transaction
from tests.reception import Walk, at, kostanay

PASSWORD = "a long enough password"
NOWHERE = UUID(int=7)
ALL_ROLES = sorted(set().union(*PERMISSIONS.values()))
NOBODY_MAY_SEE = {301, 303, 308, 401, 403, 404}
SAYS_NOTHING_OF_ANYBODY = {"static", "api-docs.openapi_json"}


@dataclass
class Site:
    """The application over Kostanay with one case, and a stranger with every role in another office."""

    app: Flask
    walk: Walk
    ids: dict[str, int]
    token: str

    def browser(self, login: str | None = None, *, second_factor: bool = True, csrf: bool = False) -> FlaskClient:
        """A browser, signed in as `login`; with `csrf` its posts need the token."""
        self.app.config["WTF_CSRF_ENABLED"] = csrf
        client = self.app.test_client()
        if login is not None:
            client.set_cookie("qabyldau", session_of(login, second_factor=second_factor))
        return client


def session_of(login: str, *, second_factor: bool) -> str:
    secret = secrets.token_urlsafe(32)
    wall = clock.wall()
    with transaction() as session:
        person_id = session.scalars(select(Person.id).where(Person.login == login)).one()
        session.add(
            WebSession(
                id=hashlib.sha256(secret.encode()).hexdigest(),
                person_id=person_id,
                created_at=wall,
                expires_at=wall + timedelta(hours=1),
                seen_at=wall,
                second_factor=second_factor,
            )
        )
    return secret


@pytest.fixture(scope="module")
def site(database_url: str) -> Iterator[Site]:
    with kostanay(database_url, at("2025-06-02")) as walk:
        case_id = walk.start()
        ids = _things_of(walk, case_id)
        token = _stranger()
        settings = Settings(database_url=database_url, secret_key="k" * 32, max_request_mb=1)
        yield Site(create_app(settings), walk, ids, token)


def _things_of(walk: Walk, case_id: int) -> dict[str, int]:
    """One of everything that an address may name, all of Kostanay's."""
    now = clock.now()
    walk.reception_day(date(2025, 6, 23))
    task = walk.tasks()[0]
    admin = walk.actor("office_admin")
    person = walk.people["reception_coordinator"]
    token = create_token("theirs", last_day=None, by=Actor(person, "kostanay", "", "ru", frozenset()))
    with transaction() as session:
        file = store(
            session, office_id="kostanay", name="a<b>.html", media_type="text/html", content=b"<script>", now=now
        )
        incident = Incident(
            office_id="kostanay",
            instance_id=task.instance_id,
            case_id=case_id,
            kind="call",
            name="x",
            message={},
            detail="",
            created_at=now,
        )
        message = Message(
            office_id="kostanay", name="schedule.changed", case_id=case_id, payload={}, sent_at=now, expires_at=now
        )
        link = BodyLink(
            office_id="kostanay",
            case_id=case_id,
            body_id=walk.bodies["health"],
            item={"position_id": 1},
            created_at=now,
            expires_at=now + timedelta(days=30),
        )
        session.add_all([incident, message, link])
        session.flush()
        session.execute(update(Person).where(Person.id == person).values(password_hash=hashed(PASSWORD, login="")))
        ids = {
            "case_id": case_id,
            "task_id": task.id,
            "instance_id": task.instance_id,
            "file_id": file.id,
            "incident_id": incident.id,
            "api_message_id": message.id,
            "link_id": link.id,
            "body_id": walk.bodies["health"],
            "day_id": walk.day_id,
            "person_id": person,
            "grant_id": session.scalars(select(RoleGrant.id).where(RoleGrant.person_id == person)).one(),
            "token_id": token.id,
            "slot_id": walk.slots[0],
        }
    assert admin.office_id == "kostanay"
    return ids


def _stranger() -> str:
    """A person of another office who may do everything there; returns her API token."""
    with transaction() as session:
        session.add(Office(id="other", name_kk="o", name_ru="o", name_en="o", zone="Asia/Almaty", settings={}))
        session.flush()
        stranger = Person(office_id="other", login="stranger", full_name="Чужая", sort_key="ч", totp_confirmed=True)
        session.add(stranger)
        session.flush()
        for role in ALL_ROLES:
            session.add(RoleGrant(office_id="other", person_id=stranger.id, role=role, valid_from=date(2020, 1, 1)))
        person_id = stranger.id
    return create_token("hers", last_day=None, by=Actor(person_id, "other", "", "ru", frozenset(ALL_ROLES))).secret


def address(rule: Rule, ids: dict[str, Any]) -> str:
    """The rule with its places filled from `ids`, else with something that exists nowhere."""
    given: dict[str, Any] = {}
    for name in rule.arguments:
        known = ids.get(f"api_{name}", ids.get(name)) if rule.rule.startswith("/api/") else ids.get(name)
        if f"<uuid:{name}>" in rule.rule:
            known = NOWHERE
        given[name] = known or {
            "year": 2026,
            "number": 1,
            "process": "personal_reception",
            "speech": "kk",
            "form": "pdf",
        }.get(name, 1)
        if known is None and name in ("key", "filename", "token", "act"):
            given[name] = {"key": "reception.brief", "act": "invite"}.get(name, "nothing")
    built = rule.build(given)
    assert built is not None, rule.rule
    return str(built[1])


def calls(site: Site) -> Iterator[tuple[Rule, str]]:
    for rule in site.app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method


def access_of(site: Site, rule: Rule) -> str | None:
    return getattr(site.app.view_functions[rule.endpoint], "access", None)


def test_nobody_who_is_not_signed_in_gets_past_any_door_but_the_public_ones(site: Site):
    browser = site.browser()

    let_in = {}
    for rule, method in calls(site):
        if access_of(site, rule) != "public" and rule.endpoint not in SAYS_NOTHING_OF_ANYBODY:
            answer = browser.open(address(rule, site.ids), method=method)
            to_sign_in = answer.status_code != 303 or answer.headers["Location"].startswith("/sign-in")
            if answer.status_code not in NOBODY_MAY_SEE or not to_sign_in:
                let_in[f"{method} {rule.rule}"] = answer.status_code

    assert let_in == {}


def test_a_person_without_roles_is_refused_wherever_a_permission_is_needed(site: Site):
    with transaction() as session:
        session.add(Person(office_id="kostanay", login="roleless", full_name="Без роли", sort_key="б"))
    browser = site.browser("roleless")

    let_in = {
        f"{method} {rule.rule}": answer.status_code
        for rule, method in calls(site)
        if access_of(site, rule) in PERMISSIONS and not rule.rule.startswith("/api/")
        if (answer := browser.open(address(rule, site.ids), method=method)).status_code != 403
    }

    assert let_in == {}


def test_another_offices_things_do_not_exist_route_by_route(site: Site):
    browser = site.browser("stranger")
    bearer = {"Authorization": f"Bearer {site.token}"}
    before = _state_of_kostanay()
    found = {}

    for rule, method in calls(site):
        if any(name in site.ids or f"api_{name}" in site.ids for name in rule.arguments):
            if rule.rule.startswith("/api/"):
                json = {"reason": "r", "variables": {"came": "yes"}, "to": 1, "answers": {}, "changes": {"a": "b"}}
                json |= {"task_id": str(NOWHERE), "element": "clarify_request"}
                body = {"json": _accepted(rule, json)} if method == "POST" else {}
                if rule.endpoint == "api_tasks.add_file":
                    body = {"data": {"file": (io.BytesIO(b"text"), "a.txt")}}
                answer = browser.open(address(rule, site.ids), method=method, headers=bearer, **body)
            else:
                form = {"reason": "r", "text": "t", "to": "1", "role": "dept_head", "_save": "1"}
                answer = browser.open(address(rule, site.ids), method=method, data=form if method == "POST" else None)
            if answer.status_code != 404 and rule.endpoint not in HARMLESS:
                found[f"{method} {rule.rule}"] = answer.status_code

    assert found == {}
    assert _state_of_kostanay() == before


HARMLESS = {
    "tasks.after",  # leads to her own list and says nothing of the task
    "tasks.discard",  # throws away her own draft only
}


def _accepted(rule: Rule, json: dict[str, Any]) -> dict[str, Any]:
    """What the body of this operation may hold."""
    names = {
        "correct": ("reason", "variables"),
        "complete": ("answers",),
        "delegate": ("to", "reason"),
        "claim": (),
    }.get(rule.rule.rsplit("/", 1)[-1], ("reason",))
    if rule.endpoint == "api_incidents.correct":
        names = ("reason", "changes")
    if rule.endpoint.startswith("api_operating."):
        skipping = ("task_id",) if "skip" in rule.rule else ()
        names = ("element", *skipping, *(() if rule.rule.endswith("/preview") else ("reason",)))
    return {name: json[name] for name in names}


def _state_of_kostanay() -> list[Any]:
    with reading() as session:
        instances = session.execute(
            select(ProcessInstance.id, ProcessInstance.status, ProcessInstance.state).order_by(ProcessInstance.id)
        ).all()
        tasks = session.execute(select(UserTask.id, UserTask.status, UserTask.assignee_id).order_by(UserTask.id)).all()
        happened = session.scalars(select(History.id).where(History.office_id == "kostanay")).all()
        return [instances, tasks, sorted(happened)]


def test_a_role_that_demands_a_second_factor_gets_no_page_without_it(site: Site):
    answer = site.browser("operator", second_factor=False).get("/incidents")

    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/sign-in/second-factor")


def test_every_answer_carries_the_headers_that_keep_a_browser_in_bounds(site: Site):
    for path in ("/sign-in", "/nowhere", "/tasks"):
        headers = site.browser().get(path).headers

        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "no-store"


def test_https_alone_is_demanded_only_where_cookies_are_secure(site: Site):
    plain = site.browser().get("/sign-in").headers
    site.app.config["SESSION_COOKIE_SECURE"] = True
    secure = site.browser().get("/sign-in").headers
    site.app.config["SESSION_COOKIE_SECURE"] = False

    assert "Strict-Transport-Security" not in plain
    assert secure["Strict-Transport-Security"].startswith("max-age=")


def sign_in(browser: FlaskClient, login: str = "reception_coordinator", password: str = PASSWORD, **more: str) -> Any:
    return browser.post("/sign-in", data={"login": login, "password": password, **more})


def forgive(login: str = "reception_coordinator") -> None:
    """As if nobody had tried yet."""
    with transaction() as session:
        session.execute(update(Person).where(Person.login == login).values(failed_sign_ins=0, locked_until=None))
        for row in session.scalars(select(RateLimit)):
            session.delete(row)


def test_the_session_cookie_is_out_of_reach_of_scripts_and_of_other_sites(site: Site):
    forgive()
    cookies = sign_in(site.browser()).headers.getlist("Set-Cookie")
    site.app.config["SESSION_COOKIE_SECURE"] = True
    secure = sign_in(site.browser()).headers.getlist("Set-Cookie")
    site.app.config["SESSION_COOKIE_SECURE"] = False

    ours = next(cookie for cookie in cookies if cookie.startswith("qabyldau="))
    assert "HttpOnly" in ours
    assert "SameSite=Lax" in ours
    assert "Secure" not in ours
    assert "Secure" in next(cookie for cookie in secure if cookie.startswith("qabyldau="))


def test_signing_in_never_takes_over_a_session_that_was_planted(site: Site):
    forgive()
    planted = session_of("dept_head", second_factor=False)
    browser = site.browser()
    browser.set_cookie("qabyldau", planted)

    sign_in(browser)

    assert browser.get_cookie("qabyldau").value != planted
    stale = site.browser()
    stale.set_cookie("qabyldau", planted)
    assert stale.get("/tasks").status_code == 303


def test_signing_out_ends_the_session_for_every_copy_of_the_cookie(site: Site):
    secret = session_of("reception_coordinator", second_factor=True)
    browser, copy = site.browser(), site.browser()
    for each in (browser, copy):
        each.set_cookie("qabyldau", secret)

    browser.post("/sign-out")

    assert copy.get("/tasks").status_code == 303


def test_a_form_without_its_token_changes_nothing(site: Site):
    task = site.ids["task_id"]
    before = _state_of_kostanay()

    answer = site.browser("reception_preparer", csrf=True).post(f"/tasks/{task}/claim")

    assert answer.status_code == 400
    assert _state_of_kostanay() == before


def test_a_form_with_the_token_of_another_browser_changes_nothing(site: Site):
    other = site.browser(csrf=True).get("/sign-in").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', other)[1]  # type: ignore[index]

    answer = site.browser("reception_preparer", csrf=True).post(
        f"/tasks/{site.ids['task_id']}/claim", data={"csrf_token": token}
    )

    assert answer.status_code == 400


def test_the_token_of_forms_is_a_new_one_after_signing_in_and_after_leaving(site: Site):
    """Who knew the token of this browser before she signed in knows nothing of it afterwards."""
    forgive()
    browser = site.browser(csrf=True)
    before = _form_token(browser.get("/sign-in").text)
    entered = browser.post(
        "/sign-in", data={"login": "reception_coordinator", "password": PASSWORD, "csrf_token": before}
    )
    inside = _form_token(browser.get("/account").text)

    old = browser.post("/sign-out", data={"csrf_token": before})
    left = browser.post("/sign-out", data={"csrf_token": inside})

    assert (entered.status_code, old.status_code, left.status_code) == (303, 400, 303)
    assert browser.post("/sign-in", data={"login": "reception_coordinator", "csrf_token": inside}).status_code == 400


def _form_token(text: str) -> str:
    return re.search(r'name="csrf_token" value="([^"]+)"', text)[1]  # type: ignore[index]


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "\\\\evil",
    ],
)
def test_signing_in_leads_to_no_other_site(site: Site, wanted: str):
    forgive()

    answer = sign_in(site.browser(), next=wanted)

    assert answer.status_code == 303
    assert answer.headers["Location"] == "/"


def test_changing_the_language_leads_to_no_other_site(site: Site):
    answer = site.browser().get("//evil.example/?language=kk&next=%26a%3Db")

    assert answer.status_code in (303, 308, 404)
    assert not re.match(r"(https?:)?//(?!localhost)", answer.headers.get("Location", ""))


def test_five_wrong_passwords_lock_the_account_even_against_the_right_one(site: Site):
    forgive()
    browser = site.browser()

    wrong = [sign_in(browser, password="not this one").status_code for _ in range(5)]
    right = sign_in(browser).status_code
    forgive()

    assert wrong == [422, 422, 422, 422, 429]
    assert right == 429


def test_an_unknown_login_and_a_wrong_password_are_told_alike(site: Site):
    forgive()
    unknown = sign_in(site.browser(), login="nobody.at.all", password="not this one")
    known = sign_in(site.browser(), password="not this one")
    forgive()

    def said(answer: Any) -> str:
        return re.sub(r'value="[^"]*"', "", answer.text)

    assert unknown.status_code == known.status_code == 422
    assert said(unknown) == said(known)


def test_one_address_may_try_sixty_times_in_ten_minutes(site: Site):
    forgive()
    browser = site.browser()

    answers = [sign_in(browser, login=f"nobody{number}", password="x").status_code for number in range(62)]
    forgive()

    assert answers[:60] == [422] * 60
    assert answers[60:] == [429, 429]


def test_a_one_time_code_works_once(site: Site):
    secret = pyotp.random_base32()
    with transaction() as session:
        session.execute(
            update(Person).where(Person.login == "operator").values(totp_secret=secret, totp_confirmed=True)
        )
    code = pyotp.TOTP(secret).at(clock.wall())
    first, second = (site.browser("operator", second_factor=False) for _ in range(2))

    accepted = first.post("/sign-in/second-factor", data={"code": code})
    replayed = second.post("/sign-in/second-factor", data={"code": code})

    assert accepted.status_code == 303
    assert replayed.status_code == 422


def test_a_file_is_sent_to_be_kept_never_to_be_run(site: Site):
    answer = site.browser("reception_coordinator").get(f"/files/{site.ids['file_id']}")

    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "<" not in answer.headers["Content-Disposition"]
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<!doctype html><script>alert(1)</script>"),
        ("program.exe", b"MZ" + b"\0" * 100),
        ("picture.png", b"MZ" + b"\0" * 100),
        ("empty.pdf", b""),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
    ],
)
def test_a_file_that_is_not_what_an_office_needs_is_refused(site: Site, name: str, content: bytes):
    files = _files()

    answer = site.browser("reception_coordinator").post(
        f"/cases/{site.ids['case_id']}/files", data={"file": (io.BytesIO(content), name)}
    )

    assert 400 <= answer.status_code < 500
    assert _files() == files


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.txt", "..\\..\\boot.txt", "a%0d%0aSet-Cookie: x=1.txt", "\u202egnp.txt"]
)
def test_a_hostile_name_of_a_file_loses_its_teeth(site: Site, name: str):
    browser = site.browser("reception_coordinator")

    answer = browser.post(f"/cases/{site.ids['case_id']}/files", data={"file": (io.BytesIO("Құжат".encode()), name)})

    assert answer.status_code == 303
    with reading() as session:
        kept = session.scalars(select(File).order_by(File.id.desc()).limit(1)).one()
    assert not re.search(r"[/\\\r\n\u202e]", kept.name)
    assert not kept.name.startswith(".")
    assert "Set-Cookie" not in browser.get(f"/files/{kept.id}").headers


def _files() -> int:
    with reading() as session:
        return len(session.scalars(select(File.id)).all())


def test_a_body_larger_than_the_installation_takes_is_refused(site: Site):
    answer = site.browser("reception_coordinator").post(
        f"/cases/{site.ids['case_id']}/notes",
        data=b"text=" + b"x" * 1_100_000,
        content_type="application/x-www-form-urlencoded",
    )

    assert answer.status_code == 413


def test_the_address_of_the_reader_is_believed_from_as_many_proxies_as_are_set(database_url: str, site: Site):
    def seen(trusted: int) -> str:
        app = create_app(Settings(database_url=database_url, secret_key="k" * 32, trusted_proxies=trusted))

        @app.get("/whoami")
        def whoami() -> str:

            return request.remote_addr or ""

        answer = app.test_client().get("/whoami", headers={"X-Forwarded-For": "203.0.113.9, 10.0.0.1"})
        return str(answer.text)

    assert seen(0) == "127.0.0.1"
    assert seen(1) == "10.0.0.1"
    assert seen(2) == "203.0.113.9"
