"""Instances through the API: start, read, correct, suspend, resume, cancel; messages; versions."""

import io
from datetime import timedelta
from typing import Any

import pytest

from app.domain import clock
from app.domain.clock import ShiftedClock
from app.models import Incident, Job
from app.usecases.transaction import transaction
from tests.api.conftest import ANSWERS, BUNDLE, DIAGRAM, FORMS, PROCESS, House
from tests.dmn import decision, definitions, literal

REASON = {"reason": "по просьбе отдела"}


def test_an_instance_starts_with_its_case_and_tells_where_it_stands(house: House):
    started = house.start()

    instance = house.call("GET", f"/instances/{started['id']}").get_json()
    place = house.call("GET", f"/instances/{started['id']}/diagram").get_json()
    case = house.call("GET", f"/cases/{started['case_id']}").get_json()

    assert (instance["process"], instance["version"], instance["status"]) == (PROCESS, 1, "running")
    assert instance["variables"]["colour"] == "blue"
    assert place["active"] == ["ask", "reminder"]
    assert place["overdue"] == []
    assert case["status"] == "running"
    assert case["steps"][0]["state"] == "now"


def test_variables_are_only_for_operators_and_readers_of_personal_data(house: House):
    started = house.start()

    shown = {
        who: "variables" in house.call("GET", f"/instances/{started['id']}", who).get_json()
        for who in ("coordinator", "operator", "owner", "admin")
    }

    assert shown == {"coordinator": True, "operator": True, "owner": True, "admin": False}


def test_history_tells_what_happened_and_hides_answers_from_those_who_may_not_read_them(house: House):
    started = house.start()
    house.call("POST", f"/tasks/{house.task(started['id'], 'ask')}/complete", json={"answers": ANSWERS})

    staff = house.call("GET", f"/instances/{started['id']}/history").get_json()["rows"]
    admin = house.call("GET", f"/instances/{started['id']}/history", "admin").get_json()["rows"]

    assert [row["kind"] for row in staff] == ["instance_started", "task_completed"]
    assert staff[1]["payload"]["variables"] == ANSWERS
    assert [row["payload"] for row in admin] == [None, None]


def test_pages_of_instances_follow_each_other(house: House):
    for _ in range(51):
        house.start(office="south")

    first = house.call("GET", "/instances", office="south").get_json()
    second = house.call("GET", f"/instances?after={first['next']}", office="south").get_json()

    seen = [row["id"] for row in first["rows"] + second["rows"]]
    assert len(first["rows"]) == 50
    assert seen == sorted(set(seen), reverse=True)
    assert second["next"] is None


def test_a_correction_is_kept_with_old_and_new_and_cannot_touch_the_office(house: House):
    started = house.start()

    done = house.call(
        "POST", f"/instances/{started['id']}/correct", "operator", json={"variables": {"colour": "red"}, **REASON}
    )
    foreign = house.call(
        "POST", f"/instances/{started['id']}/correct", "operator", json={"variables": {"office_id": "south"}, **REASON}
    )

    event = house.call("GET", f"/instances/{started['id']}/history").get_json()["rows"][-1]
    assert done.get_json()["variables"]["colour"] == "red"
    assert event["payload"]["before"] == {"colour": "blue"}
    assert event["payload"]["variables"] == {"colour": "red"}
    assert foreign.status_code == 422


def test_a_suspended_instance_stands_still_and_fires_its_timer_when_resumed(house: House):
    started = house.start()
    task = house.task(started["id"], "ask")
    path = f"/instances/{started['id']}"

    suspended = house.call("POST", f"{path}/suspend", "operator", json=REASON)
    refused = house.call("POST", f"/tasks/{task}/complete", json={"answers": ANSWERS})
    with clock.using(ShiftedClock(timedelta(hours=2))):
        house.work()
    still = house.call("GET", f"{path}/diagram").get_json()
    resumed = house.call("POST", f"{path}/resume", "operator", json=REASON)
    with clock.using(ShiftedClock(timedelta(hours=2))):
        house.work()
    after = house.call("GET", f"{path}/diagram").get_json()

    assert (suspended.get_json()["status"], refused.status_code, resumed.get_json()["status"]) == (
        "suspended",
        409,
        "running",
    )
    assert "reminded" not in still["passed"]
    assert "reminded" in after["passed"]
    kinds = [row["kind"] for row in house.call("GET", f"{path}/history").get_json()["rows"]]
    assert kinds[1:3] == ["instance_suspended", "instance_resumed"]


def test_a_message_for_a_suspended_instance_waits_until_it_goes_on(house: House):
    started = house.start()
    path = f"/instances/{started['id']}"
    house.call("POST", f"/tasks/{house.task(started['id'], 'ask')}/complete", json={"answers": ANSWERS})
    house.call("POST", f"{path}/suspend", "operator", json=REASON)
    sent = house.call("POST", "/messages", json={"name": "answer.received", "case_id": started["case_id"]}).get_json()

    house.work()
    held = house.call("GET", f"/messages/{sent['id']}").get_json()
    house.call("POST", f"{path}/resume", "operator", json=REASON)
    house.work()
    delivered = house.call("GET", f"/messages/{sent['id']}").get_json()

    assert held["delivered_at"] is None
    assert delivered["instance_id"] == started["id"]
    assert house.call("GET", f"{path}/diagram").get_json()["active"] == ["decide"]


@pytest.mark.parametrize("suspended_before", [False, True])
def test_a_cancelled_instance_leaves_no_task_and_no_job_and_withdraws_its_case(house: House, suspended_before: bool):
    started = house.start()
    path = f"/instances/{started['id']}"
    task = house.task(started["id"], "ask")
    if suspended_before:
        house.call("POST", f"{path}/suspend", "operator", json=REASON)

    done = house.call("POST", f"{path}/cancel", "operator", json=REASON)

    assert done.get_json()["status"] == "cancelled"
    assert house.call("GET", f"/tasks/{task}").get_json()["status"] == "cancelled"
    assert house.call("GET", f"/jobs?instance_id={started['id']}", "operator").get_json()["rows"] == []
    assert house.call("GET", f"/cases/{started['case_id']}").get_json()["status"] == "withdrawn"
    for act in ("cancel", "suspend", "resume"):
        assert house.call("POST", f"{path}/{act}", "operator", json=REASON).status_code == 409
    assert house.call("POST", f"/tasks/{task}/complete", json={"answers": ANSWERS}).status_code == 409


def test_a_message_sent_twice_with_one_key_is_one_message(house: House):
    started = house.start()
    house.call("POST", f"/tasks/{house.task(started['id'], 'ask')}/complete", json={"answers": ANSWERS})
    body = {"name": "answer.received", "case_id": started["case_id"], "payload": {"answer": "да"}}
    headers = {"Idempotency-Key": f"k-{started['id']}"}

    first = house.call("POST", "/messages", json=body, headers=headers)
    second = house.call("POST", "/messages", json=body, headers=headers)
    other = house.call("POST", "/messages", json={**body, "payload": {"answer": "нет"}}, headers=headers)
    house.work()

    assert first.status_code == second.status_code == 202
    assert first.get_json() == second.get_json()
    assert other.status_code == 422
    assert house.call("GET", f"/messages/{first.get_json()['id']}").get_json()["instance_id"] == started["id"]
    assert house.call("GET", f"/instances/{started['id']}").get_json()["variables"]["answer"] == "да"


def test_a_message_names_one_addressee_and_an_existing_one(house: House):
    both = house.call("POST", "/messages", json={"name": "x", "case_id": 1, "case_number": "A-1"})
    unknown_case = house.call("POST", "/messages", json={"name": "x", "case_number": "A-1"})
    unknown_process = house.call("POST", "/messages", json={"name": "x", "process": "nothing"})

    assert (both.status_code, unknown_case.status_code, unknown_process.status_code) == (422, 404, 404)


def test_a_changed_process_becomes_the_next_version_and_an_unchanged_one_does_not(house: House):
    changed = {**BUNDLE, "diagrams": {f"{PROCESS}.bpmn": DIAGRAM.replace("Малый приём", "Приём поменьше")}}

    same = house.call("POST", "/definitions", "owner", office="south", json=BUNDLE)
    new = house.call("POST", "/definitions", "owner", office="south", json=changed)

    assert (same.status_code, same.get_json()) == (200, {"process": PROCESS, "number": 1, "new": False})
    assert (new.status_code, new.get_json()) == (201, {"process": PROCESS, "number": 2, "new": True})
    versions = house.call("GET", f"/definitions/{PROCESS}/versions", office="south").get_json()["rows"]
    assert [row["number"] for row in versions] == [2, 1]
    assert versions[0]["parent_hash"] == versions[1]["hash"]
    xml = house.call("GET", f"/definitions/{PROCESS}/versions/2/diagram", office="south")
    assert xml.mimetype == "application/xml"
    assert "Приём поменьше" in xml.text


def test_files_are_published_and_forms_left_out_stay_as_they_were(house: House):
    diagram = DIAGRAM.replace("Малый приём", "Приём из файла").encode()

    done = house.call(
        "POST",
        "/definitions",
        "owner",
        data={"process": PROCESS, "files": [(io.BytesIO(diagram), "anything.bpmn")]},
        content_type="multipart/form-data",
    )

    assert done.status_code == 201, done.text
    version = house.call("GET", f"/definitions/{PROCESS}/versions/{done.get_json()['number']}").get_json()
    assert version["version"]["name"]["ru"] == "Приём из файла"
    assert version["forms"] == FORMS


def test_the_fields_of_texts_are_published_and_read_back(house: House):
    fields = "[title]\nkk = 'Тақырып'\n"
    files = [
        (io.BytesIO(DIAGRAM.encode()), f"{PROCESS}.bpmn"),
        (io.BytesIO(fields.encode()), "letters.fields.toml"),
    ]

    done = house.call("POST", "/definitions", "owner", data={"files": files}, content_type="multipart/form-data")
    unknown = house.call(
        "POST",
        "/definitions",
        "owner",
        data={"files": [(io.BytesIO(DIAGRAM.encode()), f"{PROCESS}.bpmn"), (io.BytesIO(b""), "forms.fields.toml")]},
        content_type="multipart/form-data",
    )

    assert done.status_code == 201, done.text
    version = house.call("GET", f"/definitions/{PROCESS}/versions/{done.get_json()['number']}").get_json()
    assert version["fields"] == {"letters": fields}
    assert unknown.status_code == 422, unknown.text


def test_decisions_are_published_beside_the_diagram(house: House):
    rules = definitions(decision("d", "d", literal("1")))

    done = house.call(
        "POST",
        "/definitions",
        "owner",
        data={"files": [(io.BytesIO(DIAGRAM.encode()), f"{PROCESS}.bpmn"), (io.BytesIO(rules), "d.dmn")]},
        content_type="multipart/form-data",
    )

    assert done.status_code == 201, done.text
    version = house.call("GET", f"/definitions/{PROCESS}/versions/{done.get_json()['number']}").get_json()
    assert set(version["diagrams"]) == {f"{PROCESS}.bpmn", "d.dmn"}


@pytest.mark.parametrize(
    "bundle",
    [
        {"process": PROCESS, "diagrams": {f"{PROCESS}.bpmn": "<not-xml"}},
        {"process": PROCESS, "diagrams": {f"{PROCESS}.bpmn": "<a/>"}},
        {"process": "other", "diagrams": {"other.bpmn": DIAGRAM}},
        {"process": PROCESS, "forms": {"ask": {"components": [{"type": "html", "key": "x"}]}, "decide": {}}},
        {"process": PROCESS, "diagrams": {}},
    ],
)
def test_a_process_with_faults_is_refused_and_nothing_changes(house: House, bundle: dict[str, Any]):
    before = house.call("GET", "/definitions").get_json()

    answer = house.call("POST", "/definitions", "owner", json=bundle)

    assert answer.status_code == 422, answer.text
    assert house.call("GET", "/definitions").get_json() == before


def incident(house: House, instance_id: int) -> int:
    """An incident over a job that gave up: the timer of the instance."""
    with transaction() as session:
        job = session.query(Job).filter(Job.instance_id == instance_id).one()
        job.status, job.attempts = "failed", 6
        row = Incident(
            office_id="north",
            instance_id=instance_id,
            case_id=job.case_id,
            job_id=job.id,
            element=job.element,
            kind=job.kind,
            name=job.name,
            message={"kk": "Ақау", "ru": "Сбой", "en": "Fault"},
            detail="RuntimeError",
            created_at=clock.now(),
        )
        session.add(row)
        session.flush()
        return row.id


def test_an_incident_is_read_retried_once_and_shows_who_did_it(house: House):
    started = house.start()
    number = incident(house, started["id"])

    listed = house.call("GET", f"/incidents?open=true&instance_id={started['id']}").get_json()["rows"]
    failed = house.call("GET", f"/instances/{started['id']}/diagram").get_json()["failed"]
    done = house.call("POST", f"/incidents/{number}/retry", "operator")
    again = house.call("POST", f"/incidents/{number}/retry", "operator")

    assert [row["message"]["kk"] for row in listed] == ["Ақау"]
    assert failed == ["reminder"]
    assert done.get_json()["resolution"] == "retried"
    assert done.get_json()["resolved_by"] == house.people["north", "operator"]
    assert again.status_code == 409
    assert (
        house.call("GET", f"/jobs?instance_id={started['id']}", "operator").get_json()["rows"][0]["status"] == "waiting"
    )


def test_a_timer_cannot_be_skipped(house: House):
    number = incident(house, house.start()["id"])

    answer = house.call("POST", f"/incidents/{number}/skip", "operator", json=REASON)

    assert answer.status_code == 409


def test_another_offices_incident_does_not_exist(house: House):
    number = incident(house, house.start()["id"])

    answers = [
        house.call("GET", f"/incidents/{number}", "operator", office="south"),
        house.call("POST", f"/incidents/{number}/retry", "operator", office="south"),
        house.call("POST", f"/incidents/{number}/skip", "operator", office="south", json=REASON),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
