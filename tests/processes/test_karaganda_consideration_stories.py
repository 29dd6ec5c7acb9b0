"""Karaganda, points 3–5, 9, 16, 20, 21 and 27–33: from the request to the answer, on the real stack."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import update

from app.models import Slot
from app.usecases.task_forms import open_task
from app.usecases.tasks import InvalidAnswersError
from app.usecases.transaction import transaction
from tests.karaganda import KaragandaWalk, karaganda
from tests.reception import at, shown


@pytest.fixture
def walk(database_url: str) -> Iterator[KaragandaWalk]:
    """The office on Wednesday 10 September 2025, with a reception day of a deputy akim on Friday 26 September."""
    with karaganda(database_url, at("2025-09-10")) as walk:
        walk.reception_day(date(2025, 9, 26))
        yield walk


def clarify(walk: KaragandaWalk, **answers: Any) -> None:
    """Complete the clarification as usual but for these answers."""
    walk.complete("clarify_request", **{**walk.usual("clarify_request"), **answers})


def refused(walk: KaragandaWalk, element: str, **answers: Any) -> set[str]:
    """The fields at which the form of a task was refused; the task still waits."""
    with pytest.raises(InvalidAnswersError) as invalid:
        walk.complete(element, **{**walk.usual(element), **answers})
    assert walk.waits_for(element)
    return set(invalid.value.errors)


def escalations(walk: KaragandaWalk) -> list[tuple[str, str]]:
    """To whom a missed term was reported, and when the letter left."""
    return [(letter.address, shown(letter.sent_at)) for letter in walk.letters("escalation") if letter.sent_at]


@pytest.mark.parametrize(
    ("role", "element", "channel"),
    [
        ("reception_coordinator", "record_request", "egov"),
        ("reception_coordinator", "record_request", "paper"),
        ("reception_worker", "record_visit", "hand"),
        ("reception_worker", "record_visit", "oral"),
        ("call_centre_operator", "record_call", "call_centre"),
    ],
)
def test_krg_4_who_takes_the_request_records_it(walk: KaragandaWalk, role: str, element: str, channel: str) -> None:
    """KRG-4, KRG-39.4"""
    walk.begin(role)
    assert walk.waiting() == [element]

    walk.start(role, channel=channel)

    assert walk.request().channel == channel
    assert walk.waiting() == ["clarify_request"]


def test_krg_4_nothing_is_booked_in_the_lunch_break(database_url: str) -> None:
    """KRG-4: 10 September 2025, 13:30"""
    with karaganda(database_url, at("2025-09-10", "13:30")) as walk:
        with pytest.raises(InvalidAnswersError) as invalid:
            walk.start("call_centre_operator", channel="call_centre")

        assert set(invalid.value.errors) == {"received_on"}


def test_krg_4_a_portal_application_of_the_evening_is_handled_next_morning(database_url: str) -> None:
    """KRG-4: 22:00 on 10 September 2025"""
    with karaganda(database_url, at("2025-09-10", "22:00")) as walk:
        walk.start(channel="egov")

        walk.pass_time_to(at("2025-09-11", "09:00"))

        assert shown(walk.request().received_at) == "2025-09-10 22:00"
        assert walk.waiting() == ["clarify_request"]


def test_krg_27_an_unregistered_request_is_escalated_after_three_working_days(database_url: str) -> None:
    """KRG-27: received on 28 August 2025, 1 September is a day off"""
    with karaganda(database_url, at("2025-08-28")) as walk:
        walk.begin("reception_worker")
        assert walk.due("record_visit") == "2025-09-03 18:30"

        walk.pass_time_to(at("2025-09-03", "18:29"))
        before = escalations(walk)
        walk.pass_time_to(at("2025-09-04", "09:00"))

        assert before == []
        assert escalations(walk) == [("dept_head@example.test", "2025-09-04 09:00")]
        assert walk.waiting() == ["record_visit"]


def test_krg_27_a_registered_request_goes_to_the_department_at_once(walk: KaragandaWalk) -> None:
    """KRG-27"""
    walk.start()

    walk.pass_time_to(at("2025-09-16", "09:00"))

    assert walk.case().number == walk.numbers("R-EDMS")[0]
    assert walk.documents("request_card")
    assert walk.waiting() == ["clarify_request"]
    assert escalations(walk) == []


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_krg_5_a_request_without_substance_is_left_without_consideration(walk: KaragandaWalk, language: str) -> None:
    """KRG-5, KRG-23"""
    walk.start(substance="", applicant_language=language)

    walk.complete("clarify_request", substance_stated="no")

    assert walk.case().status == "left_without_consideration"
    assert walk.instance().end_event == "left_without_consideration"
    (letter,) = walk.letters("no_substance")
    assert letter.language == language
    assert walk.sent_files(letter)
    assert walk.waiting() == []


def test_krg_16_1_a_question_outside_the_competence_is_refused_with_its_ground(walk: KaragandaWalk) -> None:
    """KRG-16, KRG-16.1"""
    walk.start(applicant_language="ru")

    clarify(walk, competence="none", competent_bodies=[])

    assert walk.case().status == "refused"
    (letter,) = walk.letters("refusal")
    assert "не входит в компетенцию местных исполнительных органов Карагандинской области" in letter.body
    assert walk.bookings() == []


def test_krg_16_2_who_was_answered_on_the_same_question_is_refused(walk: KaragandaWalk) -> None:
    """KRG-16, KRG-16.2"""
    walk.start(applicant_language="kk")

    clarify(walk, answered_before="yes", earlier_reference="№ ЗТ-12, 27.06.2025")

    assert walk.instance().end_event == "refused"
    assert "№ ЗТ-12, 27.06.2025" in walk.letters("refusal")[0].body
    assert walk.bookings() == []


def test_krg_16_2_another_question_is_accepted(walk: KaragandaWalk) -> None:
    """KRG-16.2"""
    walk.start()

    clarify(walk, answered_before="no")

    assert walk.waiting() == ["prepare_brief"]


def test_krg_3_who_agrees_is_received_on_the_same_day(walk: KaragandaWalk) -> None:
    """KRG-3, KRG-8"""
    walk.start("reception_worker", channel="oral")

    clarify(walk, wish="today")

    assert walk.sent("visitor.came") == [{"request": walk.case_id}]
    assert not walk.waits_for("prepare_brief")
    unit_head = str(walk.people["unit_head"])
    walk.complete("offer_same_day_reception", same_day_consent="yes", same_day_official_id=unit_head)
    walk.complete(
        "hold_same_day_reception",
        same_day_result="consulted",
        same_day_held_at=f"{walk.now:%Y-%m-%dT%H:%M}",
        same_day_answer="Жауап берілді.",
    )
    assert walk.case().status == "received_same_day"
    assert walk.instance().end_event == "received_same_day"


def test_krg_3_who_does_not_want_it_after_all_is_booked_as_usual(walk: KaragandaWalk) -> None:
    """KRG-3"""
    walk.start("reception_worker", channel="oral")
    clarify(walk, wish="today")

    walk.complete("offer_same_day_reception", same_day_consent="no")

    assert walk.waits_for("prepare_brief")
    walk.play("list_and_schedule")
    assert walk.case().status == "running"


def test_krg_38_who_declines_the_booking_is_a_candidate_of_the_survey(walk: KaragandaWalk) -> None:
    """KRG-38"""
    walk.start()

    clarify(walk, wish="declined")

    assert walk.case().status == "declined_booking"
    assert walk.sent("survey.candidate") == [{"case": walk.case_id, "group": "declined"}]


def test_krg_38_a_request_taken_back_before_the_decision_is_a_declined_booking(walk: KaragandaWalk) -> None:
    """KRG-38"""
    walk.start()
    walk.play("decide_on_reception")

    walk.tell("request.withdrawn")

    assert walk.case().status == "declined_booking"
    assert walk.sent("survey.candidate") == [{"case": walk.case_id, "group": "declined"}]
    assert walk.waiting() == []


def test_krg_16_who_is_refused_is_no_candidate_of_the_survey(walk: KaragandaWalk) -> None:
    """KRG-16, KRG-38"""
    walk.start()

    clarify(walk, competence="none", competent_bodies=[])

    assert walk.sent("survey.candidate") == []


def test_krg_28_the_brief_is_due_five_working_days_before_the_reception(database_url: str) -> None:
    """KRG-28: the reception of Friday 11 July 2025, Monday 7 July is a day off"""
    with karaganda(database_url, at("2025-06-26")) as walk:
        walk.reception_day(date(2025, 7, 11))
        walk.start()
        walk.complete("clarify_request", **walk.usual("clarify_request"))
        assert walk.due("prepare_brief") == "2025-07-03 18:30"

        walk.pass_time_to(at("2025-07-04", "09:00"))

        assert escalations(walk) == [("dept_head@example.test", "2025-07-04 09:00")]
        assert walk.waiting() == ["prepare_brief"]


def test_krg_28_without_a_named_day_the_nearest_one_counts(walk: KaragandaWalk) -> None:
    """KRG-28: Friday 12 September is too near, Friday 26 September is not"""
    walk.reception_day(date(2025, 9, 12))
    walk.start()

    clarify(walk, proposed_day="")

    assert walk.due("prepare_brief") == "2025-09-19 18:30"


def test_krg_28_the_head_of_the_office_decides_on_the_brief(walk: KaragandaWalk) -> None:
    """KRG-28, KRG-0.5"""
    walk.start()

    walk.play("decide_on_reception")

    assert walk.task("decide_on_reception").role == "akim_office_head"
    assert walk.due("decide_on_reception") == "2025-09-25 18:30"
    assert walk.documents("brief")


def test_krg_28_the_units_that_took_part_are_named(walk: KaragandaWalk) -> None:
    """KRG-28"""
    walk.start()
    walk.play("prepare_brief")

    assert refused(walk, "prepare_brief", units_involved="") == {"units_involved"}


def test_krg_31_the_answer_is_due_fifteen_calendar_days_after_registration(walk: KaragandaWalk) -> None:
    """KRG-31: registered on 10 September 2025"""
    walk.start()
    walk.play("decide_on_reception")

    walk.pass_time_to(at("2025-09-25", "18:29"))
    before = escalations(walk)
    walk.pass_time_to(at("2025-09-26", "09:00"))

    assert ("akim_office_head@example.test", "2025-09-26 09:00") not in before
    assert ("akim_office_head@example.test", "2025-09-26 09:00") in escalations(walk)


def test_krg_31_a_refusal_without_reasons_is_not_sent(walk: KaragandaWalk) -> None:
    """KRG-31"""
    walk.start()
    walk.play("decide_on_reception")

    assert refused(walk, "decide_on_reception", decision="refuse", refusal_reason="") == {"refusal_reason"}
    assert walk.letters("refusal") == []


def test_krg_31_a_reasoned_refusal_ends_the_case(walk: KaragandaWalk) -> None:
    """KRG-31"""
    walk.start(applicant_language="ru")
    walk.play("decide_on_reception")

    walk.complete(
        "decide_on_reception", decision="refuse", refusal_reason="Вопрос решается судом, спор рассматривается."
    )

    assert walk.instance().end_event == "refused"
    assert "спор рассматривается" in walk.letters("refusal")[0].body
    assert len(walk.documents("refusal")) == 4


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_krg_23_krg_31_the_applicant_is_told_date_and_time_in_her_language(walk: KaragandaWalk, language: str) -> None:
    """KRG-23, KRG-29, KRG-31"""
    walk.start(applicant_language=language)

    walk.play("ensure_participants")

    (letter,) = walk.letters("appointment")
    assert letter.language == language
    assert "26.09.2025" in letter.body
    assert walk.numbers("R-RECEPTION")


def test_krg_32_the_extended_term_replaces_the_fifteen_days(walk: KaragandaWalk) -> None:
    """KRG-32, KRG-31: registered on 10 September 2025, extended until 3 October"""
    walk.start()
    walk.play("decide_on_reception")
    walk.complete("decide_on_reception", decision="extend", extension_reason="Нужна экспертиза дома.")

    walk.complete("conclude_extension", **{**walk.usual("conclude_extension"), "extended_until": "2025-10-03"})
    walk.play("decide_on_reception")
    walk.pass_time_to(at("2025-10-03", "18:29"))
    before = escalations(walk)
    walk.pass_time_to(at("2025-10-06", "09:00"))

    assert "03.10.2025" in walk.letters("extension")[0].body
    assert walk.due("decide_on_reception") == "2025-10-03 18:30"
    assert [when for who, when in before if who.startswith("akim_office_head")] == []
    assert ("akim_office_head@example.test", "2025-10-06 09:00") in escalations(walk)


def test_krg_32_no_extension_beyond_thirty_calendar_days(walk: KaragandaWalk) -> None:
    """KRG-32: registered on 10 September 2025, at most until 10 October"""
    walk.start()
    walk.play("decide_on_reception")
    walk.complete("decide_on_reception", decision="extend", extension_reason="Нужна экспертиза дома.")

    assert refused(walk, "conclude_extension", extended_until="2025-10-11") == {"extended_until"}
    assert refused(walk, "conclude_extension", extension_conclusion="") == {"extension_conclusion"}
    assert walk.letters("extension") == []
    walk.complete("conclude_extension", **{**walk.usual("conclude_extension"), "extended_until": "2025-10-10"})
    assert len(walk.letters("extension")) == 1


def test_krg_20_a_question_beyond_the_territorial_units_goes_to_the_central_body(walk: KaragandaWalk) -> None:
    """KRG-20, KRG-21"""
    walk.start()

    clarify(walk, competence="central")
    assert len(walk.sent("central.requested")) == 1
    assert not walk.waits_for("prepare_brief")

    walk.complete("request_central_body", central_body=str(walk.bodies["min_health"]))
    walk.complete(
        "record_central_answer",
        central_answer="agreed",
        central_representative="А. Оразбаева, вице-министр",
        central_answered_at=f"{walk.now:%Y-%m-%dT%H:%M}",
    )
    walk.complete("arrange_videoconference", central_arranged="30 қазан, 09:30 — байланысты тексеру.")
    walk.play("decide_on_reception")
    assert walk.due("decide_on_reception") == "2025-10-10 18:30"


def test_krg_20_without_an_answer_the_decision_is_taken_on_the_last_day(walk: KaragandaWalk) -> None:
    """KRG-20, KRG-32: registered on 10 September 2025"""
    walk.start()
    clarify(walk, competence="central")

    walk.pass_time_to(at("2025-10-10", "09:00"))

    assert walk.waits_for("prepare_brief")


def test_krg_33_a_demand_for_materials_has_its_day_and_is_escalated(walk: KaragandaWalk) -> None:
    """KRG-33: due on Tuesday 16 September 2025"""
    walk.start()
    clarify(walk, materials_needed="yes")
    walk.complete("request_materials", **walk.usual("request_materials") | {"position_due_at": "2025-09-16T18:00"})
    assert walk.due("collect_information") == "2025-09-16 18:00"

    walk.pass_time_to(at("2025-09-17", "09:00"))

    assert escalations(walk) == [("dept_head@example.test", "2025-09-16 18:00")]
    assert walk.letters("information_request")[0].address == "krg.housing@bodies.example"
    walk.pass_time_to(at("2025-09-19", "09:00"))
    assert walk.waiting() == ["prepare_brief"]


def test_krg_33_a_demand_offers_no_refusal(walk: KaragandaWalk) -> None:
    """KRG-33"""
    walk.start()
    clarify(walk, materials_needed="yes")
    walk.complete("request_materials", **walk.usual("request_materials"))

    form = open_task(walk.task("collect_information").id, by=walk.actor("reception_preparer")).form

    assert [field.key for field in form.fields if field.kind not in ("fact", "note")] == [
        "collected",
        "collected_files",
    ]


def test_krg_33_materials_that_came_let_the_brief_begin(walk: KaragandaWalk) -> None:
    """KRG-33"""
    walk.start()
    clarify(walk, materials_needed="yes")
    walk.complete("request_materials", **walk.usual("request_materials"))

    walk.tell("information.received")

    assert walk.waiting() == ["prepare_brief"]


def test_krg_30_who_asked_earlier_is_booked_earlier(walk: KaragandaWalk) -> None:
    """KRG-29, KRG-30: requests of 10 and 11 September 2025 for the same day"""
    first = walk.start(full_name="Ахметов А.")
    walk.play("list_and_schedule")
    walk.pass_time_to(at("2025-09-11", "10:00"))
    walk.start(full_name="Болатов Б.")
    walk.play("list_and_schedule")

    assert refused(walk, "list_and_schedule", slot=str(walk.slots[0])) == {"slot"}
    walk.complete("list_and_schedule", **walk.usual("list_and_schedule") | {"slot": str(walk.slots[1])})
    walk.case_id = first
    assert refused(walk, "list_and_schedule", slot=str(walk.slots[2])) == {"slot"}
    walk.complete("list_and_schedule", **walk.usual("list_and_schedule") | {"slot": str(walk.slots[0])})
    assert len(walk.numbers("R-RECEPTION")) == 1


def test_krg_30_who_is_overtaken_takes_the_first_time_that_leaves_the_others_theirs(
    walk: KaragandaWalk,
) -> None:
    """KRG-30: of 10, 11 and 12 September the last is booked first; the second leaves the first a time"""
    came = []
    for day in ("2025-09-10", "2025-09-11", "2025-09-12"):
        walk.pass_time_to(at(day, "10:00"))
        came.append(walk.start(full_name=f"Ахметов {day}"))
        walk.play("decide_on_reception")
    first, second, third = came
    listed(walk, third, 0)
    for case in (first, second):
        walk.case_id = case
        walk.play("list_and_schedule")

    walk.case_id = second
    with pytest.raises(InvalidAnswersError) as refused:
        walk.answer("list_and_schedule", **walk.usual("list_and_schedule") | {"slot": str(walk.slots[1])})

    assert refused.value.errors["slot"].en == "Out of order: ЖҚ-0001/2025 asked earlier. Free in turn: 10:40 (30)."
    listed(walk, second, 2)
    listed(walk, first, 1)


def test_krg_30_nobody_is_stuck_behind_who_is_booked_last(walk: KaragandaWalk) -> None:
    """KRG-30: the first of 10 September has chosen the last time; the second gets the first that is free"""
    first = walk.start()
    listed(walk, first, -1)
    walk.pass_time_to(at("2025-09-11", "10:00"))
    second = walk.start(full_name="Болатов Б.")

    listed(walk, second, 0)


def test_krg_30_when_the_day_decided_on_is_full_the_other_days_are_offered(walk: KaragandaWalk) -> None:
    """KRG-29, KRG-30: all six times of 26 September are gone before the list is made; there is 3 October"""
    walk.start()
    walk.play("list_and_schedule")
    waits, full = walk.case_id, list(walk.slots)
    with transaction() as session:
        session.execute(update(Slot).where(Slot.id.in_(full)).values(seats=0))
    later = walk.reception_day(date(2025, 10, 3))

    listed(walk, waits, 0)

    assert [booking.slot_id for booking in walk.bookings()] == later[:1]


def listed(walk: KaragandaWalk, case: int, slot: int) -> None:
    """Take a case to the list and into the schedule at the n-th time of the day."""
    walk.case_id = case
    walk.play("list_and_schedule")
    walk.complete("list_and_schedule", **walk.usual("list_and_schedule") | {"slot": str(walk.slots[slot])})


def test_krg_14_videoconference_needs_the_applicants_consent(walk: KaragandaWalk) -> None:
    """KRG-14"""
    walk.start()
    walk.play("decide_on_reception")

    by_video = {"mode": "videoconference", "vks_consent": False}
    assert refused(walk, "decide_on_reception", **by_video) == {"mode"}
    walk.complete("decide_on_reception", **{**walk.usual("decide_on_reception"), **by_video, "vks_consent": True})

    assert walk.request().answers["mode"] == "videoconference"
