"""Groups, representatives and several questions of one request, on one appointment."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from app.domain import clock
from app.models.database import reading
from app.queries.reception_room import person_list
from app.records.bookings import book
from app.records.facts import case_facts
from app.records.reception_facts import citizens_of_day
from app.usecases.tasks import InvalidAnswersError
from app.usecases.transaction import transaction
from tests.karaganda import karaganda
from tests.reception import Walk, at, kostanay

GROUP: dict[str, Any] = {
    "applicant_kind": "legal_entity",
    "represented_person": "«Тобыл» ПИК, БСН 000000000000",
    "authority_document": "03.06.2025 жылғы № 12 сенімхат",
    "people_count": 3,
    "people": [{"name": "Ахметова Гүлнар"}, {"name": "Литвинов Сергей"}],
    "other_questions": [{"text": "Ауланы жарықтандыру"}, {"text": "Лифтті жөндеу"}],
}


@pytest.fixture
def walk(database_url: str) -> Iterator[Walk]:
    with kostanay(database_url, at("2025-06-10")) as walk:
        walk.reception_day(date(2025, 6, 27), slots=2)
        yield walk


def test_a_group_comes_to_one_appointment_with_its_names_and_questions(walk: Walk) -> None:
    """KST-BOOK-2, KRG-29: one place, and the list tells the room who comes, for whom and with what."""
    case = walk.start(**GROUP)
    with transaction() as session:
        book(session, office_id="kostanay", case_id=case, slot_id=walk.slots[0], now=clock.now())

    listed = person_list("kostanay", walk.day_id)
    with reading() as session:
        printed = citizens_of_day(session, walk.day_id, "ru")[0]
        facts = case_facts(session, case, "kk", clock.now())

    assert listed is not None
    (row,) = listed.rows
    assert (row.people, list(row.names)) == (3, ["Ахметова Гүлнар", "Литвинов Сергей"])
    assert list(row.other_questions) == ["Ауланы жарықтандыру", "Лифтті жөндеу"]
    assert printed["name"] == (
        "Досмағамбетов Ержан Қайратұлы; от имени: «Тобыл» ПИК, БСН 000000000000; с ним: Ахметова Гүлнар, "
        "Литвинов Сергей"
    )
    assert printed["substance"].endswith("; Ауланы жарықтандыру; Лифтті жөндеу")
    assert facts["request"]["authority_document"] == "03.06.2025 жылғы № 12 сенімхат"
    assert [row["name"] for row in facts["people"]] == ["Ахметова Гүлнар", "Литвинов Сергей"]
    assert [booking.seat for booking in walk.bookings()] == [1]


def test_people_who_are_not_named_are_counted(walk: Walk) -> None:
    case = walk.start(people_count=5, people=[{"name": "Ахметова Гүлнар"}])
    with transaction() as session:
        book(session, office_id="kostanay", case_id=case, slot_id=walk.slots[0], now=clock.now())

    with reading() as session:
        printed = citizens_of_day(session, walk.day_id, "kk")[0]

    assert printed["name"] == "Досмағамбетов Ержан Қайратұлы; бірге: Ахметова Гүлнар; барлығы 5 адам"


def test_more_names_than_people_are_refused_at_their_field(walk: Walk) -> None:
    with pytest.raises(InvalidAnswersError) as refused:
        walk.start(people_count=2, people=[{"name": "Ахметова Гүлнар"}, {"name": "Литвинов Сергей"}])

    assert refused.value.errors["people"].ru == "Имён больше, чем придёт людей: указано 2 вместе с заявителем."


def test_somebody_who_comes_alone_is_asked_nothing_more(walk: Walk) -> None:
    case = walk.start()

    with reading() as session:
        facts = case_facts(session, case, "ru", clock.now())

    assert facts["request"]["people_count"] == "1"
    assert (facts["people"], facts["other_questions"]) == ([], [])


def test_krg_10_a_group_and_its_representative_are_recorded_in_karaganda_too(database_url: str) -> None:
    """KRG-4, KRG-10: for whom she comes, by what document and with whom stands in the request from its first day."""
    group = {key: value for key, value in GROUP.items() if key != "other_questions"}
    with karaganda(database_url, at("2025-06-10")) as walk:
        walk.reception_day(date(2025, 6, 27), slots=2)
        case = walk.start(**group)
        with transaction() as session:
            book(session, office_id="karaganda", case_id=case, slot_id=walk.slots[0], now=clock.now())

        listed = person_list("karaganda", walk.day_id)
        with reading() as session:
            facts = case_facts(session, case, "kk", clock.now())

    assert listed is not None
    (row,) = listed.rows
    assert (row.people, list(row.names)) == (3, ["Ахметова Гүлнар", "Литвинов Сергей"])
    assert facts["request"]["authority_document"] == "03.06.2025 жылғы № 12 сенімхат"
