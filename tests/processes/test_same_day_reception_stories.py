"""Karaganda: receptions on the day of the request by heads of units, on the virtual clock."""

from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from app.models import Booking, Message, SurveyCandidate, UserTask
from app.models.database import reading
from app.usecases.cases import send_message
from app.usecases.tasks import InvalidAnswersError
from tests.karaganda_requests import a_request
from tests.reception import Walk, at, karaganda, shown

CONSENT = {"same_day_consent": "yes", "same_day_place": "204-каб."}
HELD = {
    "same_day_result": "consulted",
    "same_day_held_at": "2025-09-10T11:00",
    "same_day_answer": "Жұмыспен қамту орталығына жолдама берілді.",
    "called_in": "Мемлекеттік-құқықтық бөлім: С. Ларина",
}


@pytest.fixture
def walk(database_url: str) -> Iterator[Walk]:
    with karaganda(database_url, at("2025-09-10")) as walk:
        a_request(walk)
        send_message("karaganda", "visitor.came", case_id=walk.case_id, payload={"request": walk.case_id})
        walk.work()
        yield walk


def agree(walk: Walk) -> None:
    walk.complete("offer_same_day_reception", **CONSENT, same_day_official_id=str(walk.people["unit_head"]))


def thrown(walk: Walk, name: str) -> list[dict[str, object]]:
    with reading() as session:
        return list(session.scalars(select(Message.payload).where(Message.name == name).order_by(Message.id)))


def test_krg_3_with_consent_a_unit_head_receives_on_the_very_day(walk: Walk) -> None:
    agree(walk)

    assert walk.waiting() == ["hold_same_day_reception"]
    assert walk.task("hold_same_day_reception").role == "unit_head"
    assert walk.due("hold_same_day_reception") == "2025-09-10 18:30"


def test_krg_3_without_consent_the_ordinary_booking_goes_on(walk: Walk) -> None:
    walk.complete("offer_same_day_reception", same_day_consent="no")

    assert walk.waiting() == []
    assert thrown(walk, "same_day.finished") == [{"same_day_outcome": "declined_same_day"}]
    assert thrown(walk, "survey.candidate") == []
    assert walk.numbers("R-RECEPTION") == []


def test_krg_3_consent_names_who_receives(walk: Walk) -> None:
    with pytest.raises(InvalidAnswersError) as refused:
        walk.complete("offer_same_day_reception", same_day_consent="yes")

    assert set(refused.value.errors) == {"same_day_official_id"}


def test_krg_3_whoever_is_not_received_on_the_day_is_told_of(walk: Walk) -> None:
    agree(walk)

    walk.pass_time_to(at("2025-09-10", "18:31"))

    (letter,) = walk.letters("escalation")
    assert letter.recipient == "Тұлға dept_head"
    assert walk.waiting() == ["hold_same_day_reception"]


def test_krg_8_a_reception_of_a_unit_head_needs_no_place_in_a_schedule(walk: Walk) -> None:
    agree(walk)

    walk.complete("hold_same_day_reception", **HELD)

    with reading() as session:
        assert session.scalar(select(func.count()).select_from(Booking)) == 0
    assert walk.numbers("R-RECEPTION") == ["1/2025"]
    assert walk.waiting() == []


def test_krg_24_whom_was_called_in_and_what_was_said_are_recorded(walk: Walk) -> None:
    agree(walk)

    walk.complete("hold_same_day_reception", **HELD)

    answers = walk.request().answers
    assert answers["called_in"] == "Мемлекеттік-құқықтық бөлім: С. Ларина"
    assert answers["same_day_answer"] == "Жұмыспен қамту орталығына жолдама берілді."
    assert answers["same_day_official"] == str(walk.people["unit_head"])


def test_krg_24_another_time_and_place_may_be_agreed(walk: Walk) -> None:
    agree(walk)

    walk.complete(
        "hold_same_day_reception",
        same_day_result="other_time",
        agreed_at="2025-09-10T16:00",
        agreed_place="Кіші зал",
    )

    assert walk.waiting() == []
    assert walk.request().answers["agreed_place"] == "Кіші зал"
    walk.pass_time_to(at("2025-09-10", "16:00"))
    assert walk.waiting() == ["hold_same_day_reception"]
    assert walk.opened("hold_same_day_reception") == "2025-09-10 16:00"


def test_krg_24_another_time_without_a_place_is_refused(walk: Walk) -> None:
    agree(walk)

    with pytest.raises(InvalidAnswersError) as refused:
        walk.complete("hold_same_day_reception", same_day_result="other_time", agreed_at="2025-09-10T16:00")

    assert set(refused.value.errors) == {"agreed_place"}


def test_krg_38_whoever_was_consulted_is_a_candidate_of_the_survey(walk: Walk) -> None:
    agree(walk)

    walk.complete("hold_same_day_reception", **HELD)

    assert thrown(walk, "survey.candidate") == [{"case": walk.case_id, "group": "consulted"}]
    assert thrown(walk, "same_day.finished") == [{"same_day_outcome": "consulted"}]
    with reading() as session:
        row = session.scalars(select(SurveyCandidate)).one()
        assert (row.case_id, row.group, row.status) == (walk.case_id, "consulted", "waiting")
        assert shown(row.noted_at) == "2025-09-10 10:00"


def test_only_the_head_of_a_unit_holds_it_and_only_the_reception_office_offers_it(walk: Walk) -> None:
    with reading() as session:
        task = session.scalars(select(UserTask).where(UserTask.status == "open")).one()

    assert (task.element, task.role) == ("offer_same_day_reception", "reception_worker")
    assert shown(task.due_at) == "2025-09-10 18:30"
