"""Operating an instance through the API: what waits, a preview, the act, a refusal."""

from tests.api.conftest import ANSWERS, House

REASON = {"reason": "по указанию руководителя"}


def test_a_step_is_skipped_and_gone_back_to(house: House):
    path = f"/instances/{house.start()['id']}"
    seen = house.call("GET", f"{path}/situation", "operator").get_json()
    task = next(each for each in seen["steps"] if each["element"] == "ask")
    body = {"task_id": task["task_id"], "element": "ask"}

    preview = house.call("POST", f"{path}/skip/preview", "operator", json=body).get_json()
    skipped = house.call("POST", f"{path}/skip", "operator", json={**body, **REASON}).get_json()
    back = house.call("POST", f"{path}/rewind", "owner", json={"element": "ask", **REASON}).get_json()
    again = house.call("POST", f"{path}/skip", "operator", json={**body, **REASON})

    assert (seen["status"], [each["kind"] for each in seen["steps"]], seen["back"]) == (
        "running",
        ["timer", "task"],
        [],
    )
    assert [each["element"] for each in preview["opened"]] == ["wait_answer"]
    assert [each["element"] for each in preview["cancelled"]] == ["reminder"]
    assert [each["element"] for each in skipped["back"]] == ["ask"]
    assert [each["element"] for each in back["steps"]] == ["reminder", "ask"]
    assert again.status_code == 409
    kinds = [row["kind"] for row in house.call("GET", f"{path}/history").get_json()["rows"]]
    assert kinds == ["instance_started", "step_skipped", "rewound"]


def test_a_preview_of_going_back_tells_what_is_cancelled(house: House):
    started = house.start()
    path = f"/instances/{started['id']}"
    house.call("POST", f"/tasks/{house.task(started['id'], 'ask')}/complete", json={"answers": ANSWERS})

    preview = house.call("POST", f"{path}/rewind/preview", "operator", json={"element": "ask"}).get_json()
    unknown = house.call("POST", f"{path}/rewind", "operator", json={"element": "decide", **REASON})

    assert [each["element"] for each in preview["cancelled"]] == ["wait_answer"]
    assert preview["ended"] is False
    assert unknown.status_code == 409


def test_staff_and_other_offices_do_not_operate(house: House):
    path = f"/instances/{house.start()['id']}"
    body = {"element": "ask", **REASON}

    staff = house.call("POST", f"{path}/rewind", "coordinator", json=body)
    foreign = house.call("POST", f"{path}/rewind", "operator", office="south", json=body)
    silent = house.call("POST", f"{path}/rewind", "operator", json={"element": "ask"})

    assert (staff.status_code, foreign.status_code, silent.status_code) == (403, 404, 422)
