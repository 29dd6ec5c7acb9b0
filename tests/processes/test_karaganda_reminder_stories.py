"""Karaganda reminds the applicant on the working day before the reception, whatever day it has moved to."""

from collections.abc import Iterator
from datetime import date

import pytest

from app.usecases.reception_moves import move_booking
from tests.karaganda import KaragandaWalk, karaganda
from tests.reception import at, shown


@pytest.fixture
def walk(database_url: str) -> Iterator[KaragandaWalk]:
    """Tuesday 3 June 2025, a reception on Monday 30 June."""
    with karaganda(database_url, at("2025-06-03")) as walk:
        walk.reception_day(date(2025, 6, 30), slots=3)
        yield walk


def reminders(walk: KaragandaWalk) -> list[str]:
    return [shown(letter.created_at) for letter in walk.letters("reminder")]


def test_krg_31_the_applicant_is_reminded_on_the_working_day_before(walk: KaragandaWalk) -> None:
    """KRG-31: the date and time she was answered, by letter with the calendar file and by SMS."""
    walk.start()
    walk.play("prepare_materials")

    walk.pass_time_to(at("2025-06-27", "08:59"))
    before = reminders(walk)
    walk.pass_time_to(at("2025-06-27", "09:00"))

    assert (before, reminders(walk)) == ([], ["2025-06-27 09:00"])
    (letter,) = walk.letters("reminder")
    assert "30.06.2025" in letter.body
    assert walk.sent_files(letter) == ["qabyldau-2025-06-30.ics"]
    assert len(walk.letters("reminder.sms")) == 1
    walk.play("check_in")
    assert reminders(walk) == ["2025-06-27 09:00"]


def test_krg_31_the_reminder_follows_an_appointment_that_moves(walk: KaragandaWalk) -> None:
    """KRG-31, KRG-17"""
    walk.start()
    walk.play("prepare_materials")
    later = walk.reception_day(date(2025, 7, 4), slots=1)
    move_booking(walk.case_id, later[0], reason="Басшы іссапарда", by=walk.actor("reception_coordinator"))

    walk.pass_time_to(at("2025-07-03", "09:00"))

    assert reminders(walk) == ["2025-07-03 09:00"]
    assert "04.07.2025" in walk.letters("reminder")[0].body


def test_whoever_is_booked_on_the_day_before_has_just_been_told(walk: KaragandaWalk) -> None:
    """KRG-31: the answer with date and time is enough."""
    walk.pass_time_to(at("2025-06-10", "10:00"))
    walk.start()
    walk.play("list_and_schedule")
    walk.pass_time_to(at("2025-06-27", "15:00"))

    walk.complete("list_and_schedule", **walk.usual("list_and_schedule"))
    walk.play("check_in")

    assert len(walk.letters("appointment")) == 1
    assert reminders(walk) == []
