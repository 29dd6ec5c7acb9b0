"""The day before the reception its applicant is reminded, wherever the call stands and whatever day it moved to."""

from collections.abc import Iterator
from datetime import date

import pytest

from app.usecases.reception_moves import move_booking
from tests.reception import Walk, at, kostanay, shown


@pytest.fixture
def walk(database_url: str) -> Iterator[Walk]:
    """Ready for step 7, the reception on Monday 30 June 2025."""
    with kostanay(database_url, at("2025-06-10")) as walk:
        walk.reception_day(date(2025, 6, 30), slots=3)
        walk.start()
        walk.play("analyse_materials")
        walk.complete("analyse_materials", **walk.usual("analyse_materials"))
        yield walk


def reminders(walk: Walk) -> list[str]:
    return [shown(letter.created_at) for letter in walk.letters("reminder")]


def test_on_the_last_working_day_before_she_gets_a_letter_an_sms_and_the_calendar_file(walk: Walk) -> None:
    """KST-S07.1"""
    walk.pass_time_to(at("2025-06-27", "08:59"))
    before = reminders(walk)

    walk.pass_time_to(at("2025-06-27", "09:00"))

    assert before == []
    assert reminders(walk) == ["2025-06-27 09:00"]
    (letter,) = walk.letters("reminder")
    assert "30.06.2025" in letter.body
    assert walk.sent_files(letter) == ["qabyldau-2025-06-30.ics"]
    assert [text for _, text in walk.post.texts if "Еске саламыз" in text][-1].startswith(
        "Еске саламыз: жеке қабылдау 30.06.2025, 10:00"
    )


def test_it_does_not_wait_for_the_call(walk: Walk) -> None:
    """KST-S07.1: somebody who cannot be reached is reminded by letter all the same."""
    walk.pass_time_to(at("2025-06-27", "09:00"))

    assert walk.waits_for("confirm_attendance")
    assert reminders(walk) == ["2025-06-27 09:00"]


def test_it_follows_an_appointment_that_moves(walk: Walk) -> None:
    """KST-S07.2"""
    later = walk.reception_day(date(2025, 7, 4), slots=1)
    move_booking(walk.case_id, later[0], reason="Басшы іссапарда", by=walk.actor("reception_coordinator"))

    walk.pass_time_to(at("2025-07-03", "09:00"))

    assert reminders(walk) == ["2025-07-03 09:00"]
    assert "04.07.2025" in walk.letters("reminder")[0].body
