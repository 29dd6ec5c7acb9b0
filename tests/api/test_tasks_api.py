"""Tasks through the API: list, form, claim, complete once, every invalid field told."""

from tests.api.conftest import ANSWERS, House


def test_the_list_shows_the_waiting_task_and_its_term(house: House):
    started = house.start()

    answer = house.call("GET", "/tasks?role=reception_coordinator&step=1")

    rows = answer.get_json()["rows"]
    mine = next(row for row in rows if row["case_id"] == started["case_id"])
    assert mine["name"] == {"kk": "Сұрау", "ru": "Спросить", "en": "Ask"}
    assert mine["step"] == 1
    assert mine["due_at"] is not None
    assert house.call("GET", "/tasks?role=dept_head").get_json()["rows"] == []


def test_pages_of_the_list_follow_each_other_without_gaps_or_repetitions(house: House):
    for _ in range(52):
        house.start()

    first = house.call("GET", "/tasks").get_json()
    second = house.call("GET", "/tasks", query_string={"after": first["next"]}).get_json()

    seen = [row["id"] for row in first["rows"] + second["rows"]]
    assert len(first["rows"]) == 50
    assert len(seen) == len(set(seen)) == first["total"]


def test_one_task_comes_with_its_form_in_the_readers_language_and_the_counting_of_its_term(house: House):
    task = house.task(house.start()["id"], "ask")

    kk = house.call("GET", f"/tasks/{task}", headers={"Accept-Language": "kk"}).get_json()
    en = house.call("GET", f"/tasks/{task}", headers={"Accept-Language": "en"}).get_json()

    assert [(question["key"], question["kind"], question["required"]) for question in kk["form"]] == [
        ("matter", "text", True),
        ("urgent", "radio", True),
        ("people", "number", True),
    ]
    assert [question["label"] for question in kk["form"]] == ["Мәні", "Шұғыл ма?", "Неше адам"]
    assert en["form"][1]["options"] == [{"value": "yes", "label": "Yes"}, {"value": "no", "label": "No"}]
    assert kk["term"]["rule"] == "small.term"
    assert [day["number"] for day in kk["term"]["days"] if day["number"]] == [1, 2, 3]
    assert set(kk["term"]["explanation"]) == {"kk", "ru", "en"}
    assert kk["may_work"] is True


def test_a_task_is_claimed_released_with_a_reason_and_claimed_again(house: House):
    task = house.task(house.start()["id"], "ask")

    taken = house.call("POST", f"/tasks/{task}/claim").get_json()
    without_reason = house.call("POST", f"/tasks/{task}/release", json={})
    returned = house.call("POST", f"/tasks/{task}/release", json={"reason": "занята"}).get_json()

    assert taken["assignee_id"] == house.people["north", "coordinator"]
    assert without_reason.status_code == 422
    assert returned["assignee_id"] is None


def test_a_task_goes_only_to_a_colleague_who_holds_its_role(house: House):
    task = house.task(house.start()["id"], "ask")

    to_head = house.call("POST", f"/tasks/{task}/delegate", json={"to": house.people["north", "head"]})
    to_stranger = house.call("POST", f"/tasks/{task}/delegate", json={"to": house.people["south", "coordinator"]})
    to_holder = house.call("POST", f"/tasks/{task}/delegate", json={"to": house.people["north", "coordinator"]})

    assert (to_head.status_code, to_stranger.status_code, to_holder.status_code) == (422, 422, 200)


def test_answers_complete_the_task_and_the_instance_goes_on(house: House):
    started = house.start()
    task = house.task(started["id"], "ask")

    done = house.call("POST", f"/tasks/{task}/complete", json={"answers": ANSWERS})

    assert done.status_code == 200
    instance = house.call("GET", f"/instances/{started['id']}").get_json()
    place = house.call("GET", f"/instances/{started['id']}/diagram").get_json()
    assert instance["variables"]["people"] == 2
    assert "ask" in place["passed"]
    assert place["active"] == ["wait_answer"]


def test_a_task_completed_twice_answers_the_second_time_with_409_and_says_who_was_first(house: House):
    task = house.task(house.start()["id"], "ask")
    house.call("POST", f"/tasks/{task}/complete", json={"answers": ANSWERS})

    again = house.call("POST", f"/tasks/{task}/complete", json={"answers": ANSWERS}, headers={"Accept-Language": "en"})

    assert again.status_code == 409
    assert again.mimetype == "application/problem+json"
    problem = again.get_json()
    assert problem["type"] == "urn:qabyldau:problem:task-already-completed"
    assert "coordinator north" in problem["detail"]


def test_every_invalid_answer_is_named_at_once_in_the_readers_language(house: House):
    task = house.task(house.start()["id"], "ask")
    wrong = {"matter": "", "urgent": "perhaps", "people": 50}

    kk = house.call("POST", f"/tasks/{task}/complete", json={"answers": wrong}, headers={"Accept-Language": "kk"})
    ru = house.call("POST", f"/tasks/{task}/complete", json={"answers": wrong}, headers={"Accept-Language": "ru"})

    assert kk.status_code == ru.status_code == 422
    assert sorted(error["pointer"] for error in kk.get_json()["errors"]) == [
        "#/answers/matter",
        "#/answers/people",
        "#/answers/urgent",
    ]
    assert {error["message"] for error in kk.get_json()["errors"]}.isdisjoint(
        error["message"] for error in ru.get_json()["errors"]
    )
    assert house.call("GET", f"/tasks/{task}").get_json()["status"] == "open"


def test_a_colleague_without_the_role_may_not_complete_it(house: House):
    task = house.task(house.start()["id"], "ask")

    answer = house.call("POST", f"/tasks/{task}/complete", "head", json={"answers": ANSWERS})

    assert answer.status_code == 403
