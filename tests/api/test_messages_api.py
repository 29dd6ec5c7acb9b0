"""Messages and signals through the API: what waits and why, retried, discarded, sent to everybody."""

from tests.api.conftest import ANSWERS, PROCESS, House

REASON = {"reason": "послано по ошибке"}


def test_a_message_that_nobody_waits_for_tells_so_and_can_be_discarded(house: House):
    started = house.start()
    body = {"name": "answer.received", "case_id": started["case_id"], "lifetime": "P3D"}
    sent = house.call("POST", "/messages", json=body).get_json()["id"]
    house.work()

    listed = house.call("GET", f"/messages?reason=nobody&case_id={started['case_id']}", "operator").get_json()["rows"]
    retried = house.call("POST", f"/messages/{sent}/retry", "operator")
    discarded = house.call("POST", f"/messages/{sent}/discard", "operator", json=REASON)
    again = house.call("POST", f"/messages/{sent}/discard", "operator", json=REASON)

    assert [(row["id"], row["status"], row["reason"]) for row in listed] == [(sent, "waiting", "nobody")]
    assert retried.get_json()["status"] == "waiting"
    assert (discarded.get_json()["status"], again.status_code) == ("discarded", 409)


def test_who_may_send_may_not_discard(house: House):
    sent = house.call("POST", "/messages", json={"name": "answer.received"}).get_json()["id"]

    refused = house.call("POST", f"/messages/{sent}/discard", "coordinator", json=REASON)
    foreign = house.call("POST", f"/messages/{sent}/discard", "operator", office="south", json=REASON)
    silent = house.call("POST", f"/messages/{sent}/discard", "operator", json={"reason": ""})

    assert (refused.status_code, foreign.status_code, silent.status_code) == (403, 404, 422)


def test_a_message_says_why_it_is_ambiguous(house: House):
    started = [house.start() for _ in range(2)]
    for each in started:
        house.call("POST", f"/tasks/{house.task(each['id'], 'ask')}/complete", json={"answers": ANSWERS})
    sent = house.call("POST", "/messages", json={"name": "answer.received", "process": PROCESS}).get_json()["id"]

    house.work()

    found = house.call("GET", f"/messages/{sent}").get_json()
    assert (found["reason"], found["detail"]) == ("ambiguous", {"instances": [each["id"] for each in started]})
    house.call("POST", f"/messages/{sent}/discard", "operator", json=REASON)


def test_a_signal_tells_how_many_hear_it(house: House):
    answer = house.call("POST", "/signals", json={"name": "office.closed", "payload": {"until": "2027-01-05"}})

    assert (answer.status_code, answer.get_json()) == (202, {"receivers": 0})
