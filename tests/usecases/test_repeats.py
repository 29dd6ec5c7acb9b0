"""What is found of an applicant's earlier cases when her request is clarified."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from app.models import Applicant, Case, Office, ReceptionRequest
from app.models.database import reading
from app.records.repeats import Earlier, earlier_cases, policy_of
from tests.reception import Walk, at, kostanay

IIN = "850101300015"


@pytest.fixture
def walk(database_url: str) -> Iterator[Walk]:
    with kostanay(database_url, at("2025-03-12")) as walk:
        walk.reception_day(date(2025, 3, 28), slots=3)
        walk.start()
        yield walk


def found(case_id: int) -> list[Earlier]:
    with reading() as session:
        case = session.get_one(Case, case_id)
        return earlier_cases(
            session, case, session.get_one(Applicant, case.applicant_id), session.get(ReceptionRequest, case.id)
        )


def again(walk: Walk, **changes: Any) -> list[Earlier]:
    walk.clock.moment = at("2025-06-02")
    return found(walk.start(**changes))


def test_an_earlier_case_on_the_same_question_is_found_with_its_reason(walk: Walk) -> None:
    """KST-S01.3: the case of 12 March is there when the request of 2 June is clarified."""
    (earlier,) = again(walk, substance="Апатты үйден көшіру мерзімі қашан? Үй құлайын деп тұр.")

    assert earlier.opened_at.date() == date(2025, 3, 12)
    assert earlier.likeness.same
    assert "көшіру" in earlier.likeness.common
    assert (
        earlier.whose.ru == "имя совпадает; тот же телефон; та же электронная почта; тот же адрес; отчество совпадает"
    )
    assert (earlier.received_at, earlier.answered, earlier.decided) == (None, False, False)


def test_another_question_of_the_same_person_is_shown_as_another(walk: Walk) -> None:
    """KRG-16.2: on another question she is booked."""
    (earlier,) = again(walk, substance="Балабақшаға кезек қашан жылжиды?")

    assert not earlier.likeness.same
    assert not earlier.decided


def test_who_was_received_on_it_is_told_as_received(walk: Walk) -> None:
    """KRG-16.2, BR-03: received on the question, so a second booking on it is barred where the office bars."""
    walk.play("issue_protocol")

    (earlier,) = again(walk, substance="Апатты үйден көшіру мерзімі қашан?")

    assert earlier.received_at is not None
    assert earlier.decided


def test_the_name_alone_is_said_to_be_no_proof(walk: Walk) -> None:
    (earlier,) = again(walk, phone="", email="", address="Рудный қ., Ленин к., 1")

    assert not earlier.person.same
    assert earlier.whose.kk == "аты-жөні бірдей; әкесінің аты бірдей; мекенжайы басқа; тексеріңіз"


def test_somebody_of_the_same_name_with_another_iin_is_somebody_else(walk: Walk) -> None:
    walk.start(iin=IIN)

    by_iin, by_contact = sorted(again(walk, iin=IIN), key=lambda each: "IIN" not in each.whose.en)

    assert by_iin.whose.en.startswith("the same IIN; the same name")
    assert by_contact.whose.en.startswith("the same name; the same telephone")
    assert len(again(walk, iin="900505400025")) == 1


@pytest.mark.parametrize("name", ["Dosmagambetov Yerzhan", "Досмагамбетов Ержан Кайратович", "Ержан Досмагмабетов"])
def test_an_earlier_case_is_found_however_her_name_is_spelled(walk: Walk, name: str) -> None:
    """KST-S01.3: in Russian, in Latin letters, in another order, with a slip."""
    (earlier,) = again(walk, full_name=name)

    assert earlier.person.same


def test_who_shares_telephone_and_flat_but_not_the_name_is_somebody_else(walk: Walk) -> None:
    assert again(walk, full_name="Досмағамбетова Сәуле Болатқызы") == []


def test_kostanay_only_establishes_it(walk: Walk) -> None:
    """KST-S01.2, KST-S01.3: check only; KRG-16.1, KRG-16.2, BR-02, BR-03: `bar` bars."""
    with reading() as session:
        office = session.get_one(Office, "kostanay")
        ours = policy_of(office)
        office.settings = {"reception": {"repeat_question_policy": "bar", "competence_policy": "bar"}}
        theirs = policy_of(office)
        session.expunge(office)

    assert (ours.repeat_bars, ours.competence_bars) == (False, False)
    assert (theirs.repeat_bars, theirs.competence_bars) == (True, True)
