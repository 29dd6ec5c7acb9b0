"""Errors of the API are problem documents; strangers, other offices and broken requests are turned away."""

from typing import Any

import pytest

from app.usecases.access import Actor
from app.usecases.tokens import revoke_token
from tests.api.conftest import PROCESS, House

MISSING = 999_999
REASON = {"reason": "проверка"}
BODIES: dict[str, Any] = {
    "instances_start": {"process": PROCESS},
    "instances_correct": {"variables": {"colour": "red"}, **REASON},
    "instances_suspend": REASON,
    "instances_resume": REASON,
    "instances_cancel": REASON,
    "tasks_release": REASON,
    "tasks_delegate": {"to": 1},
    "tasks_complete": {"answers": {}},
    "messages_send": {"name": "answer.received"},
    "appeals_send": {"source": "egov", "appeals": [{"external_number": "1", "full_name": "A B", "text": "Road."}]},
    "incidents_skip": REASON,
    "incidents_correct": {"changes": {"address": "a@b.kz"}, **REASON},
    "definitions_upload": {"process": PROCESS},
    "definitions_check": {"process": PROCESS},
}
# Operation → logins of those who may (answers other than 401 and 403).
STAFF = {"coordinator", "head"}
EVERYBODY = STAFF | {"operator", "owner", "admin"}
ACCESS = {
    "definitions_upload": {"owner"},
    "definitions_check": {"owner"},
    "definitions_listed": EVERYBODY,
    "definitions_versions": EVERYBODY,
    "definitions_version": EVERYBODY,
    "definitions_diagram": EVERYBODY,
    "instances_start": {"coordinator", "operator", "owner"},
    "instances_listed": EVERYBODY,
    "instances_one": EVERYBODY,
    "instances_diagram": EVERYBODY,
    "instances_history": EVERYBODY,
    "instances_correct": {"operator", "owner"},
    "instances_suspend": {"operator", "owner"},
    "instances_resume": {"operator", "owner"},
    "instances_cancel": {"operator", "owner"},
    "tasks_listed": STAFF,
    "tasks_one": STAFF,
    "tasks_claim": STAFF,
    "tasks_release": STAFF,
    "tasks_delegate": STAFF,
    "tasks_complete": STAFF,
    "tasks_add_file": STAFF,
    "messages_send": {"coordinator", "head", "operator"},
    "appeals_send": set(),
    "messages_one": {"coordinator", "head", "operator"},
    "messages_listed": {"coordinator", "head", "operator", "owner"},
    "messages_retry": {"operator", "owner"},
    "messages_discard": {"operator", "owner"},
    "signals_send_signal": {"coordinator", "head", "operator"},
    "operating_situation": {"operator", "owner"},
    "operating_preview_skip": {"operator", "owner"},
    "operating_skip": {"operator", "owner"},
    "operating_preview_rewind": {"operator", "owner"},
    "operating_rewind": {"operator", "owner"},
    "jobs_listed": {"operator"},
    "incidents_found": {"coordinator", "head", "operator"},
    "incidents_one": {"coordinator", "head", "operator"},
    "incidents_retry": {"head", "operator"},
    "incidents_skip": {"head", "operator"},
    "incidents_correct": {"head", "operator"},
    "cases_listed": STAFF,
    "cases_one": STAFF,
}


def operations(house: House) -> dict[str, tuple[str, str]]:
    """Operation id → method and path, as the OpenAPI document lists them."""
    paths = house.app.test_client().get("/api/v1/openapi.json").get_json()["paths"]
    return {
        operation["operationId"]: (method.upper(), path.removeprefix("/api/v1"))
        for path, methods in paths.items()
        for method, operation in methods.items()
        if method != "parameters"
    }


def ask(house: House, operation: str, who: str | None, *, office: str = "north", row: int = MISSING) -> Any:
    method, path = operations(house)[operation]
    for name in ("case_id", "incident_id", "instance_id", "message_id", "task_id"):
        path = path.replace(f"{{{name}}}", str(row))
    path = path.replace("{process}", "unknown_process").replace("{number}", "1")
    more = {"json": BODIES[operation]} if operation in BODIES else {}
    return house.call(method, path, who, office=office, **more)


def test_the_table_of_access_names_every_operation(house: House):
    assert set(operations(house)) == set(ACCESS)


@pytest.mark.parametrize("operation", sorted(ACCESS))
def test_an_operation_is_for_those_the_table_names(house: House, operation: str):
    refused = {who for who in EVERYBODY if ask(house, operation, who).status_code == 403}
    stranger = ask(house, operation, None)

    assert refused == EVERYBODY - ACCESS[operation]
    assert stranger.status_code == 401
    assert stranger.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    ("operation", "kind", "who"),
    [
        ("instances_one", "instance", "operator"),
        ("instances_diagram", "instance", "operator"),
        ("instances_history", "instance", "operator"),
        ("instances_correct", "instance", "operator"),
        ("instances_suspend", "instance", "operator"),
        ("instances_resume", "instance", "operator"),
        ("instances_cancel", "instance", "operator"),
        ("tasks_one", "task", "coordinator"),
        ("tasks_claim", "task", "coordinator"),
        ("tasks_release", "task", "coordinator"),
        ("tasks_delegate", "task", "coordinator"),
        ("tasks_complete", "task", "coordinator"),
        ("messages_one", "message", "coordinator"),
        ("cases_one", "case", "coordinator"),
    ],
)
def test_what_belongs_to_another_office_does_not_exist(house: House, operation: str, kind: str, who: str):
    started = house.start(office="south")
    rows = {
        "instance": started["id"],
        "case": started["case_id"],
        "task": house.task(started["id"], "ask", office="south"),
        "message": house.call(
            "POST", "/messages", office="south", json={"name": "x", "case_id": started["case_id"]}
        ).get_json()["id"],
    }

    answer = ask(house, operation, who, row=rows[kind])

    assert answer.status_code == 404
    assert house.call("GET", f"/instances/{started['id']}", office="south").get_json()["status"] == "running"


def test_lists_show_only_what_belongs_to_ones_office(house: House):
    south = house.start(office="south")

    instances = house.call("GET", "/instances").get_json()["rows"]
    cases = house.call("GET", "/cases").get_json()["rows"]

    assert south["id"] not in [row["id"] for row in instances]
    assert south["case_id"] not in [row["id"] for row in cases]
    assert house.call("POST", "/messages", json={"name": "x", "case_id": south["case_id"]}).status_code == 404


def test_a_revoked_token_does_not_work(house: House):
    from app.usecases.tokens import create_token

    by = Actor(house.people["north", "admin"], "north", "x", "ru", frozenset({"office_admin"}))
    token = create_token("short", last_day=None, by=by)
    headers = {"Authorization": f"Bearer {token.secret}"}
    before = house.call("GET", "/definitions", None, headers=headers)
    revoke_token(token.id, by=by)

    after = house.call("GET", "/definitions", None, headers=headers)

    assert (before.status_code, after.status_code) == (200, 401)
    assert 'error="invalid_token"' in after.headers["WWW-Authenticate"]


def test_every_field_of_a_body_that_is_wrong_is_named_at_once(house: House):
    answer = house.call(
        "POST",
        "/instances",
        json={"variables": [], "case": {"kind": "Личный приём", "language": "de"}, "colour": 1},
        headers={"Accept-Language": "ru"},
    )

    problem = answer.get_json()
    assert answer.status_code == problem["status"] == 422
    assert {error["pointer"]: error["message"] for error in problem["errors"]} == {
        "#/process": "Это поле обязательно.",
        "#/variables": "Нужен объект JSON.",
        "#/case/kind": "Неверный формат.",
        "#/case/language": "Одно из: kk, ru, en.",
        "#/colour": "Такого поля нет.",
    }


def test_a_query_that_is_wrong_names_its_parameters(house: House):
    answer = house.call("GET", "/tasks?view=all&step=14&after=zzz", headers={"Accept-Language": "kk"})

    assert answer.status_code == 422
    assert {error["parameter"] for error in answer.get_json()["errors"]} == {"view", "step", "after"}


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b'{"name": NaN}', "application/json", 400),
        (b'{"name": "\\ud800"}', "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"[1]", "application/json", 422),
        (b'{"name": "a\\u0000b"}', "application/json", 422),
        (b'{"name": "x", "payload": ' + b'{"a":' * 100 + b"1" + b"}" * 100 + b"}", "application/json", 422),
        (b"name=x", "application/x-www-form-urlencoded", 415),
        (b'{"name": "x"}', "text/plain", 415),
        (b'{"name": "' + b"x" * (1024 * 1024) + b'"}', "application/json", 413),
    ],
)
def test_a_body_that_cannot_be_used_is_a_problem_not_a_fault(house: House, body: bytes, kind: str, status: int):
    answer = house.call("POST", "/messages", data=body, content_type=kind)

    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/problem+json"
    assert answer.get_json()["status"] == status


def test_unknown_addresses_and_methods_of_the_api_are_problems_too(house: House):
    unknown = house.call("GET", "/nothing")
    wrong = house.call("DELETE", "/cases")

    assert (unknown.status_code, wrong.status_code) == (404, 405)
    assert unknown.mimetype == wrong.mimetype == "application/problem+json"
    assert "GET" in wrong.headers["Allow"]


def test_a_page_that_does_not_exist_stays_a_page(house: House):
    answer = house.app.test_client().get("/nothing")

    assert answer.status_code == 404
    assert answer.mimetype == "text/html"


def test_a_token_that_asks_too_often_is_told_to_wait(house: House):
    house.app.config["API_REQUESTS_A_MINUTE"] = 3
    try:
        answers = [house.call("GET", "/definitions", "admin", office="south") for _ in range(5)]
        other = house.call("GET", "/definitions", "owner", office="south")
    finally:
        house.app.config.pop("API_REQUESTS_A_MINUTE")

    assert answers[-1].status_code == 429
    assert answers[-1].headers["Retry-After"] == "60"
    assert other.status_code == 200


def test_a_fault_of_ours_tells_nothing_of_the_inside(house: House, monkeypatch: pytest.MonkeyPatch):
    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("app.api.definitions.newest_versions", broken)

    answer = house.call("GET", "/definitions")

    assert answer.status_code == 500
    assert answer.mimetype == "application/problem+json"
    assert "secret" not in answer.text
