"""What the Department's tasks demand of a reception in Kostanay: who takes part, with whom, and where it is."""

from collections.abc import Iterator
from datetime import date
from io import BytesIO

import pytest
from pypdf import PdfReader

from app.models import Person, ReceptionDay
from app.models.database import reading
from app.usecases.published import newest_versions
from app.usecases.task_forms import open_task
from app.usecases.tasks import InvalidAnswersError
from app.usecases.transaction import transaction
from tests.reception import Walk, at, kostanay


@pytest.fixture
def walk(database_url: str) -> Iterator[Walk]:
    """The office on Monday 2 June 2025, with a reception day on Friday 27 June."""
    with kostanay(database_url, at("2025-06-02")) as walk:
        walk.reception_day(date(2025, 6, 27))
        yield walk


def test_the_supervising_deputy_who_is_needed_is_among_the_participants_of_the_invitation(walk: Walk) -> None:
    """KST-TASK-2.2"""
    walk.start()
    walk.play("invite_state_bodies")
    deputy = walk.people["leadership"]
    other = {"full_name": "Данияр Омаров", "body": "Басқарма басшысы", "by_agreement": False, "confirmed": True}
    usual = {**walk.usual("invite_state_bodies"), "participants": [other]}

    walk.complete("invite_state_bodies", **usual, supervising_deputy=str(deputy))

    with reading() as session:
        name = session.get_one(Person, deputy).full_name
    assert [each["full_name"] for each in walk.request().answers["participants"]] == ["Данияр Омаров", name]
    printed = [pdf for title, pdf in walk.documents("invitation") if title.endswith(".pdf")]
    assert printed
    assert all(name in " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages) for pdf in printed)


def test_without_the_need_nobody_is_added(walk: Walk) -> None:
    """KST-TASK-2.2"""
    walk.start()
    walk.play("invite_state_bodies")

    walk.complete("invite_state_bodies", **walk.usual("invite_state_bodies"))

    assert walk.request().answers["participants"] == []


@pytest.mark.parametrize("mode", ["in_person", "videoconference"])
def test_a_reception_with_the_assistant_to_the_president_needs_the_recorded_agreement(walk: Walk, mode: str) -> None:
    """KST-TASK-2.3"""
    with transaction() as session:
        day = session.get_one(ReceptionDay, walk.day_id)
        day.kind, day.mode = "presidential_assistant", mode
    walk.start()
    walk.play(
        "register_and_notify_applicant",
        decide_on_reception={**walk.usual("decide_on_reception"), "mode": mode},
    )
    booking = walk.usual("register_and_notify_applicant")

    with pytest.raises(InvalidAnswersError) as refused:
        walk.complete("register_and_notify_applicant", **booking)
    without = walk.bookings()
    walk.complete("register_and_notify_applicant", **booking, kind_agreed=True)

    assert "нужно согласие заявителя: С помощником Президента" in refused.value.errors["slot"].ru
    assert without == []
    assert [each.slot_id for each in walk.bookings()] == [walk.slots[0]]


def test_the_agreement_is_asked_only_for_a_time_with_the_assistant_to_the_president(walk: Walk) -> None:
    """KST-TASK-2.3: the second day is his; an answer that the form hides is not kept."""
    ordinary, ordinary_slot = walk.day_id, walk.slots[0]
    walk.reception_day(date(2025, 6, 26))
    with transaction() as session:
        session.get_one(ReceptionDay, walk.day_id).kind = "presidential_assistant"
    his = [str(each) for each in walk.slots]
    walk.day_id, walk.slots = ordinary, [ordinary_slot]
    walk.start()
    walk.play("register_and_notify_applicant")
    task = walk.task("register_and_notify_applicant")
    shown = open_task(task.id, by=walk.actor("reception_coordinator"))
    (asked,) = [each for each in shown.form.fields if each.key == "kind_agreed"]

    walk.complete("register_and_notify_applicant", **walk.usual("register_and_notify_applicant"), kind_agreed=True)

    assert asked.hide == (
        '["not", ["list contains", ["list", '
        + ", ".join(f'["value", "{each}"]' for each in his)
        + '], ["name", "slot"]]]'
    )
    assert "kind_agreed" not in walk.request().answers
    assert [each.slot_id for each in walk.bookings()] == [ordinary_slot]


def test_a_notice_of_the_reception_names_the_place(walk: Walk) -> None:
    """KST-0.2: the region of the profile is Kostanay"""
    walk.start(applicant_language="ru")

    walk.play("invite_state_bodies")

    (letter,) = walk.letters("appointment")
    assert "Костанай" in letter.body


def test_appeal_registration_and_personal_reception_are_both_among_the_processes(walk: Walk) -> None:
    """KST-0.1"""
    with reading() as session:
        published = {version.process_key for version in newest_versions(session, "kostanay")}

    assert {"appeal_registration", "personal_reception"} <= published
