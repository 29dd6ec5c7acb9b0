"""KTEK: the director's reception by booking, and consultations, on the virtual clock (KD, KC)."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from app.models import Applicant, Consultation, Message
from app.models.database import reading
from app.usecases.tasks import InvalidAnswersError
from tests.ktek import CONSUMER, KtekWalk, ktek
from tests.reception import at


@pytest.fixture
def walk(database_url: str) -> Iterator[KtekWalk]:
    """Monday 2 June 2025, ten in the morning."""
    with ktek(database_url, at("2025-06-02")) as walk:
        yield walk


def consultation(walk: KtekWalk) -> Consultation:
    with reading() as session:
        return session.get_one(Consultation, walk.case_id)


def test_ktek_2_3_the_director_receives_daily_and_on_wednesday_after_five(walk: KtekWalk) -> None:
    """KTEK-2.3, T-KTEK-02: 4 June is a Wednesday, 6 June a public holiday."""
    walk.ask_for_director()

    wednesday, thursday = walk.times_of("2025-06-04"), walk.times_of("2025-06-05")

    assert (wednesday[0], wednesday[-1]) == ("08:00", "18:30")
    assert [each for each in wednesday if each >= "17:00"] == ["17:00", "17:30", "18:00", "18:30"]
    assert thursday == [each for each in wednesday if each < "17:00"]
    assert not {"12:00", "12:30"} & set(thursday)
    assert walk.times_of("2025-06-06") == walk.times_of("2025-06-07") == []


def test_ktek_2_3_a_consumer_books_and_is_received(walk: KtekWalk) -> None:
    """KTEK-2.3, KTEK-1.D, KTEK-2.D: the notice has the office's telephones and e-mail; at half past five nothing is
    late yet, though the office closes at five."""
    walk.tell_office("booking.requested", **CONSUMER, question="Подключение дома.")
    evening = walk.slot_at(at("2025-06-04", "17:30"))

    walk.complete("book_slot", **walk.usual("book_slot"), slot=evening)
    letter = next(each for each in walk.letters("appointment") if each.channel == "email")
    before = walk.waiting()
    walk.pass_time_to(at("2025-06-04", "08:00"))
    due = walk.due("receive_consumer")
    walk.finish()

    assert walk.case().number == "ПД-0001/2025"
    assert "57-70-24, 57-70-01, 999-120" in letter.body
    assert "gkpktek@gmail.com" in letter.body
    assert "04.06.2025" in letter.body
    assert (before, due) == ([], "2025-06-04 18:30")
    assert walk.ended() == ["received"]
    assert [each.status for each in walk.bookings()] == ["received"]
    assert walk.request().answers["answer"] == "Дом подключат до 1 сентября."


def test_ktek_2_3_without_a_time_nobody_is_booked_and_one_time_has_one_consumer(walk: KtekWalk) -> None:
    walk.ask_for_director()
    slot = walk.slot_at(at("2025-06-05", "09:00"))
    with pytest.raises(InvalidAnswersError) as unbooked:
        walk.complete("book_slot", **walk.usual("book_slot"))
    walk.complete("book_slot", **walk.usual("book_slot"), slot=slot)

    walk.ask_for_director()
    with pytest.raises(InvalidAnswersError) as taken:
        walk.complete("book_slot", **walk.usual("book_slot"), slot=slot)

    assert set(unbooked.value.errors) == {"slot"}
    assert set(taken.value.errors) == {"slot"}


def test_ktek_2_3_whoever_does_not_come_is_noted(walk: KtekWalk) -> None:
    walk.ask_for_director()
    walk.complete("book_slot", **walk.usual("book_slot"), slot=walk.slot_at(at("2025-06-05", "09:00")))
    walk.pass_time_to(at("2025-06-05", "09:30"))

    walk.complete("receive_consumer", came="no")

    assert walk.ended() == ["missed"]
    assert walk.case().status == "missed"
    assert [each.status for each in walk.bookings()] == ["missed"]


def test_ktek_2_4_consultations_are_given_on_working_days(walk: KtekWalk) -> None:
    """KTEK-2.4, KTEK-2.C, T-KTEK-04: asked on Friday 6 June, a public holiday, answered from Monday on."""
    walk.pass_time_to(at("2025-06-06", "10:00"))
    walk.consult("phone")
    on_the_holiday = walk.waiting()

    walk.pass_time_to(at("2025-06-09", "08:00"))
    opened, role = walk.opened("consult"), walk.task("consult").role
    walk.finish()

    assert on_the_holiday == []
    assert (opened, role) == ("2025-06-09 08:00", "ktek_sep")
    assert walk.ended() == ["consulted"]
    assert walk.case().number == "КН-0001/2025"
    assert not consultation(walk).allowance


def test_ktek_2_4_in_working_hours_the_task_is_there_at_once(walk: KtekWalk) -> None:
    walk.tell_office("consultation.requested", channel="visit", question="Тариф", **CONSUMER)

    with reading() as session:
        applicant = session.get_one(Applicant, walk.case().applicant_id)

    assert walk.waiting() == ["consult"]
    assert applicant.full_name == CONSUMER["full_name"]
    assert consultation(walk).question == "Тариф"


def test_ktek_2_5_the_hotline_is_served_at_three_on_a_sunday(walk: KtekWalk) -> None:
    """KTEK-2.5, T-KTEK-03"""
    walk.pass_time_to(at("2025-06-08", "03:00"))
    walk.consult("hotline", role="ktek_dispatcher")

    role, opened = walk.task("consult_by_hotline").role, walk.opened("consult_by_hotline")
    walk.finish()

    assert (role, opened) == ("ktek_dispatcher", "2025-06-08 03:00")
    assert walk.ended() == ["consulted"]
    assert consultation(walk).answered_at == at("2025-06-08", "03:00")


def test_ktek_2_6_help_with_a_housing_allowance_is_marked(walk: KtekWalk) -> None:
    """KTEK-2.6: Tuesday 10 June."""
    walk.pass_time_to(at("2025-06-10"))
    walk.consult("visit")

    walk.play("help_with_allowance", consult={"allowance": "yes"})
    walk.finish()

    assert consultation(walk).allowance
    assert consultation(walk).allowance_help == "Заполнено заявление, собраны справки."
    assert walk.ended() == ["consulted"]


def test_ktek_3_a_complaint_in_a_consultation_is_passed_to_the_office(walk: KtekWalk) -> None:
    walk.consult("visit")

    with pytest.raises(InvalidAnswersError) as wrong:
        walk.complete("consult", **{**walk.usual("consult"), "lodged": "yes"})
    walk.complete("consult", **{**walk.usual("consult"), "lodged": "yes", "complaint": "В квартире 14 градусов."})
    walk.pass_time_to(walk.now + timedelta(minutes=1))

    with reading() as session:
        sent = session.query(Message).filter(Message.name == "grievance.received").one()
    assert set(wrong.value.errors) == {"complaint"}
    assert sent.payload == {"consultation": walk.case_id, "language": "ru"}
    assert consultation(walk).complaint == "В квартире 14 градусов."
    assert walk.ended() == ["consulted"]
