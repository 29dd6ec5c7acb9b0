"""Karaganda, points 10–14, 18, 19, 22–26 and 34–39: from the preparation to the final reply, on the real stack."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from app.usecases.reception_moves import move_booking
from app.usecases.task_forms import open_task
from app.usecases.tasks import InvalidAnswersError, complete_user_task
from tests.bodies import Body, secrets_in
from tests.karaganda import KaragandaWalk, karaganda
from tests.reception import at, shown
from tests.site import site_over

FOUR_BODIES = ("prosecution", "police", "anticorruption", "court")
NO_ASSIGNMENTS: dict[str, Any] = {"exhaustive": "yes", "has_assignments": "no"}
PROTOCOL = {"issue_protocol": {"has_assignments": "no"}}


@pytest.fixture
def walk(database_url: str) -> Iterator[KaragandaWalk]:
    """The office on Tuesday 10 June 2025, with a reception day of a deputy akim on Friday 27 June."""
    with karaganda(database_url, at("2025-06-10")) as walk:
        walk.reception_day(date(2025, 6, 27))
        yield walk


@pytest.fixture
def akims(database_url: str) -> Iterator[KaragandaWalk]:
    """The same office, the akim receiving on Friday 27 June."""
    with karaganda(database_url, at("2025-06-10")) as walk:
        walk.receiver = "akim"
        walk.reception_day(date(2025, 6, 27))
        yield walk


def refused(walk: KaragandaWalk, element: str, **answers: Any) -> set[str]:
    """The fields at which the form of a task was refused; the task still waits."""
    with pytest.raises(InvalidAnswersError) as invalid:
        walk.complete(element, **{**walk.usual(element), **answers})
    assert walk.waits_for(element)
    return set(invalid.value.errors)


def received(walk: KaragandaWalk, **result: Any) -> None:
    """Hold the reception, without assignments, with these answers besides."""
    walk.start()
    walk.play("conduct_reception")
    walk.complete("conduct_reception", **{**walk.usual("conduct_reception"), **NO_ASSIGNMENTS, **result})


def invited(walk: KaragandaWalk) -> set[str]:
    """The codes of the bodies that were invited."""
    codes = {number: code for code, number in walk.bodies.items()}
    return {codes[position.body_id] for position in walk.positions()}


def test_a_reception_goes_from_the_portal_to_the_final_reply(walk: KaragandaWalk) -> None:
    """KRG-4, KRG-27 … KRG-31, KRG-33, KRG-10, KRG-25, KRG-26, KRG-34, KRG-35, KRG-39"""
    opened: dict[str, str] = {}
    due: dict[str, str] = {}
    walk.begin()
    due["record_request"] = walk.due("record_request")
    walk.start()

    for element in ("prepare_brief", "decide_on_reception", "list_and_schedule", "ensure_participants", "check_in"):
        walk.play(element)
        opened[element], due[element] = walk.opened(element), walk.due(element)
    walk.play("conduct_reception")
    walk.complete("conduct_reception", **{**walk.usual("conduct_reception"), **NO_ASSIGNMENTS})
    walk.play("close_on_final_reply", **PROTOCOL)
    walk.pass_time_to(at("2025-07-18", "11:00"))
    walk.complete("close_on_final_reply", **walk.usual("close_on_final_reply"))

    assert walk.case().status == "archived"
    assert walk.instance().end_event == "archived"
    assert opened["check_in"] == "2025-06-27 09:00"
    assert due == {
        "record_request": "2025-06-13 18:30",
        "prepare_brief": "2025-06-20 18:30",
        "decide_on_reception": "2025-06-25 18:30",
        "list_and_schedule": "2025-06-25 18:30",
        "ensure_participants": "",
        "check_in": "2025-06-27 18:30",
    }
    assert all(walk.numbers(register) for register in ("R-EDMS", "R-RECEPTION", "R-PROTOCOL", "R-ARCHIVE"))
    assert [letter.template for letter in walk.letters("escalation")] == []
    assert walk.sent("survey.candidate") == [{"case": walk.case_id, "group": "received"}]


def test_krg_19_the_four_bodies_are_always_at_the_akims_reception(akims: KaragandaWalk) -> None:
    """KRG-19, KRG-39.2"""
    akims.start()
    akims.play("ensure_participants")

    akims.complete("ensure_participants", **akims.usual("ensure_participants"))

    assert invited(akims) == {"housing", *FOUR_BODIES}
    assert len(akims.letters("invitation")) == 5
    assert len(akims.tasks("record_position")) == 5


def test_krg_19_at_a_deputys_reception_they_are_not_added(walk: KaragandaWalk) -> None:
    """KRG-19"""
    walk.start()
    walk.play("ensure_participants")

    walk.complete("ensure_participants", **walk.usual("ensure_participants"))

    assert invited(walk) == {"housing"}
    assert walk.waiting() == ["prepare_materials"]


def test_krg_22_a_refusal_of_the_akims_reception_is_passed_on_at_once(akims: KaragandaWalk) -> None:
    """KRG-22"""
    akims.start()
    akims.play("record_position")
    refuses = {"position_refused": True, "position_refusal_reason": "Өкіл жоқ, басқа жиналыста болады."}

    akims.complete("record_position", **{**akims.usual("record_position"), **refuses})

    (told,) = akims.sent("participation.refused")
    assert told["body_id"] in akims.bodies.values()
    assert len(akims.tasks("record_position")) == 4


def test_krg_22_a_refusal_of_a_deputys_reception_is_not_reported(walk: KaragandaWalk) -> None:
    """KRG-22: the clause speaks of the akim's joint reception"""
    walk.start()
    walk.play("record_position", ensure_participants={"position_wanted": "yes"})
    refuses = {"position_refused": True, "position_refusal_reason": "Өкіл жоқ, басқа жиналыста болады."}

    walk.complete("record_position", **{**walk.usual("record_position"), **refuses})

    assert walk.sent("participation.refused") == []


def test_krg_33_a_unit_is_not_offered_to_refuse_a_demand_and_its_delay_is_escalated(
    database_url: str, walk: KaragandaWalk
) -> None:
    """KRG-33: a demand to a unit of the office due on Friday 20 June 2025; the unit opens its link"""
    demand(walk, "legal_unit", due="2025-06-20T18:00")

    [secret] = secrets_in(walk, "krg.legal-unit@bodies.example")
    app = site_over(database_url)
    app.config["WTF_CSRF_ENABLED"] = False
    offered = Body.at(app, walk).enter(secret).text
    walk.pass_time_to(at("2025-06-23", "09:00"))

    assert 'name="position_text"' in offered
    assert "position_refused" not in offered
    assert [(each.address, shown(each.created_at)) for each in walk.letters("escalation")] == [
        ("dept_head@example.test", "2025-06-20 18:00")
    ]


def test_krg_33_a_territorial_unit_may_refuse_to_take_part_but_not_the_materials(akims: KaragandaWalk) -> None:
    """KRG-33, KRG-22: the akim receives; the refusal is reported, the materials are there"""
    demand(akims, "police", due="2025-06-20T18:00")
    refusal = {"position_refused": True, "position_refusal_reason": "Өкіл басқа жиналыста болады, қатыса алмайды."}
    [police] = [each for each in akims.positions() if each.body_id == akims.bodies["police"]]
    task = next(each for each in akims.tasks() if (each.item or {}).get("position_id") == police.id)
    told = {**akims.usual("record_position"), **refusal}

    with pytest.raises(InvalidAnswersError) as invalid:
        complete_user_task(task.id, answers={**told, "position_text": ""}, by=akims.actor("reception_coordinator"))
    complete_user_task(task.id, answers=told, by=akims.actor("reception_coordinator"))
    akims.work()

    assert set(invalid.value.errors) == {"position_text"}
    [given] = [each for each in akims.positions() if each.id == police.id]
    assert given.refused_at is not None
    assert given.text == akims.usual("record_position")["position_text"]
    assert len(akims.sent("participation.refused")) == 1


def test_krg_33_without_a_demand_a_territorial_unit_refuses_with_its_reason_alone(akims: KaragandaWalk) -> None:
    """KRG-22, KRG-33: the akim's invitation asks only whether somebody comes"""
    demand(akims, "police", due="2025-06-20T18:00", wanted="no")
    refusal = {"position_refused": True, "position_refusal_reason": "Өкіл басқа жиналыста болады, қатыса алмайды."}
    [police] = [each for each in akims.positions() if each.body_id == akims.bodies["police"]]
    task = next(each for each in akims.tasks() if (each.item or {}).get("position_id") == police.id)
    told = {**akims.usual("record_position"), **refusal, "position_text": ""}

    complete_user_task(task.id, answers=told, by=akims.actor("reception_coordinator"))

    [given] = [each for each in akims.positions() if each.id == police.id]
    assert (given.text, given.refused_at is not None) == (None, True)


def demand(walk: KaragandaWalk, body: str, *, due: str, wanted: str = "yes") -> None:
    """The Department invites a body and, if `wanted`, demands its materials by the moment `due`."""
    walk.start()
    walk.play("ensure_participants")
    asked = {"bodies": [str(walk.bodies[body])], "position_wanted": wanted, "position_due_at": due}
    walk.complete("ensure_participants", **{**walk.usual("ensure_participants"), **asked})


def test_krg_33_a_body_that_is_late_is_reported_and_holds_nothing_up(walk: KaragandaWalk) -> None:
    """KRG-33"""
    walk.start()
    walk.play("record_position", ensure_participants={"position_wanted": "yes"}, prepare_materials={})

    walk.pass_time_to(at("2025-06-27", "09:00"))

    assert [letter.address for letter in walk.letters("escalation")] == ["dept_head@example.test"]
    assert walk.waits_for("prepare_materials") or walk.waits_for("check_in")


def test_krg_39_1_brief_and_analytics_are_in_the_pack(walk: KaragandaWalk) -> None:
    """KRG-39, KRG-39.1"""
    walk.start()

    walk.play("check_in")

    assert set(walk.request().answers["materials_included"]) == {"brief", "analytics", "list"}
    assert len(walk.documents("materials")) == 4
    assert len(walk.documents("day_list")) == 4


def test_krg_24_every_change_of_the_day_is_told_at_once(walk: KaragandaWalk) -> None:
    """KRG-17, KRG-24: any number of times"""
    walk.start()
    walk.play("prepare_materials")

    for slot in walk.slots[1:4]:
        move_booking(walk.case_id, slot, reason="Қабылдаушы іссапарда", by=walk.actor("reception_coordinator"))
        walk.work()

    assert len(walk.letters("schedule_changed")) == 3
    assert walk.waits_for("prepare_materials")


def test_krg_24_the_reception_waits_for_its_new_day(walk: KaragandaWalk) -> None:
    """KRG-24"""
    walk.start()
    walk.play("prepare_materials")
    later = walk.reception_day(date(2025, 7, 11))
    move_booking(walk.case_id, later[0], reason="Қабылдаушы іссапарда", by=walk.actor("reception_coordinator"))

    walk.play("check_in")

    assert walk.opened("check_in") == "2025-07-11 09:00"


def test_krg_38_who_gives_up_the_appointment_is_surveyed(walk: KaragandaWalk) -> None:
    """KRG-38"""
    walk.start()
    walk.play("ensure_participants")

    walk.tell("request.withdrawn")

    assert walk.case().status == "withdrawn"
    assert walk.instance().end_event == "withdrawn"
    assert walk.sent("survey.candidate") == [{"case": walk.case_id, "group": "declined"}]
    assert [booking.status for booking in walk.bookings()] == ["withdrawn"]


def test_who_did_not_come_is_booked_again(walk: KaragandaWalk) -> None:
    """KRG-13"""
    walk.start()
    walk.play("check_in")
    walk.complete("check_in", came="no")
    walk.reception_day(date(2025, 7, 11))

    walk.play("check_in", agree_other_time={"slot": str(walk.slots[0]), "place": "akimat"})

    assert walk.opened("check_in") == "2025-07-11 09:00"
    assert [booking.status for booking in walk.bookings()] == ["missed", "booked"]


def test_who_did_not_come_and_gives_up_ends_the_case(walk: KaragandaWalk) -> None:
    """KRG-38"""
    walk.start()
    walk.play("check_in")
    walk.complete("check_in", came="no")

    walk.complete("missed_reception", missed_remarks="Бас тартты.", missed_outcome="close")

    assert walk.case().status == "withdrawn"
    assert walk.sent("survey.candidate") == [{"case": walk.case_id, "group": "declined"}]


def test_krg_10_nobody_is_received_without_an_identity_document(walk: KaragandaWalk) -> None:
    """KRG-10"""
    walk.start()
    walk.play("check_in")

    assert refused(walk, "check_in", identity_document="") == {"identity_document"}


def test_krg_10_who_acts_for_others_shows_a_document_of_authority(walk: KaragandaWalk) -> None:
    """KRG-10"""
    walk.start()
    walk.play("check_in")

    assert refused(walk, "check_in", acts_for="others") == {"authority_document"}
    walk.complete("check_in", **{**walk.usual("check_in"), "acts_for": "self", "authority_document": ""})

    assert walk.waits_for("conduct_reception")


def test_krg_11_1_the_secrecy_regime_is_confirmed_for_a_foreigner(walk: KaragandaWalk) -> None:
    """KRG-11, KRG-11.1: decree No. 390-16с of 14 March 2000"""
    walk.start(foreigner="foreigner")
    walk.play("check_in")

    foreign = {"foreigner": "foreigner", "interpreter": "not_needed"}
    assert refused(walk, "check_in", **foreign) == {"secrecy_observed"}
    walk.complete("check_in", **{**walk.usual("check_in"), **foreign, "secrecy_observed": True})

    assert walk.request().answers["secrecy_observed"] is True


def test_krg_11_2_a_missing_interpreter_is_warned_of_and_recorded(walk: KaragandaWalk) -> None:
    """KRG-11.2"""
    walk.start(foreigner="stateless")
    walk.play("check_in")
    form = open_task(walk.task("check_in").id, by=walk.actor("reception_worker")).form

    foreign = {"foreigner": "stateless", "interpreter": "absent", "secrecy_observed": True}
    walk.complete("check_in", **{**walk.usual("check_in"), **foreign})

    assert "Переводчик нужен, но отсутствует" in str(form)
    assert walk.request().answers["interpreter"] == "absent"


def test_krg_14_at_the_door_videoconference_needs_consent(walk: KaragandaWalk) -> None:
    """KRG-14"""
    walk.start()
    walk.play("check_in")

    by_video = {"mode": "videoconference", "vks_consent": False}
    assert refused(walk, "check_in", **by_video) == {"mode"}
    walk.complete("check_in", **{**walk.usual("check_in"), **by_video, "vks_consent": True})

    assert walk.waits_for("conduct_reception")


def test_krg_18_volunteers_help_only_on_a_reception_day(walk: KaragandaWalk) -> None:
    """KRG-18"""
    walk.start()
    walk.play("check_in")
    walk.complete("check_in", **{**walk.usual("check_in"), "helpers": ["psychologist", "volunteer"]})
    assert walk.request().answers["helpers"] == ["psychologist", "volunteer"]

    walk.slots = walk.slots[1:]
    walk.start()
    walk.play("check_in")
    walk.pass_time_to(at("2025-06-28", "10:00"))

    assert refused(walk, "check_in", helpers=["volunteer"]) == {"helpers"}


def test_krg_23_the_language_of_the_reception_is_the_applicants(walk: KaragandaWalk) -> None:
    """KRG-23"""
    walk.start()
    walk.play("check_in")

    assert refused(walk, "check_in", reception_language=None) == {"reception_language"}
    walk.complete("check_in", **walk.usual("check_in"))

    assert walk.request().answers["reception_language"] == "kk"


def test_krg_2_the_akim_himself_holds_his_reception(akims: KaragandaWalk) -> None:
    """KRG-2"""
    akims.start()

    akims.play("conduct_akim_reception")

    assert akims.task("conduct_akim_reception").role == "akim"
    assert not akims.waits_for("conduct_reception")


def test_krg_24_an_employee_called_in_is_recorded(walk: KaragandaWalk) -> None:
    """KRG-24"""
    received(walk, called_in=[{"full_name": "Сейітов Қ.", "position": "Құрылыс бөлімінің басшысы"}])

    assert walk.request().answers["called_in"][0]["full_name"] == "Сейітов Қ."


def test_krg_24_another_time_and_place_agreed_is_an_appointment(walk: KaragandaWalk) -> None:
    """KRG-24"""
    walk.start()
    walk.play("conduct_reception")
    walk.complete("conduct_reception", reception_outcome="other_time", agreed_with="Құрылыс бөлімінің басшысы")
    later = walk.reception_day(date(2025, 7, 11))

    walk.complete("agree_other_time", slot=str(later[0]), place="akimat")

    assert len(walk.letters("appointment")) == 2
    assert len(walk.numbers("R-RECEPTION")) == 2
    walk.play("check_in")
    assert walk.opened("check_in") == "2025-07-11 09:00"


def test_krg_25_an_assignment_without_a_concrete_day_is_refused(walk: KaragandaWalk) -> None:
    """KRG-25"""
    received(walk)
    task = {"text": "Пәтер бөлу", "executor": str(walk.bodies["housing"]), "due": ""}

    assert refused(walk, "issue_protocol", has_assignments="yes", assignments=[task]) == {"assignments-0-due"}


def test_krg_26_medium_and_date_of_the_publication_are_recorded(walk: KaragandaWalk) -> None:
    """KRG-26"""
    received(walk)
    assert refused(walk, "media_coverage", published_on="2025-06-28") == {"published_on"}

    walk.complete("media_coverage", **walk.usual("media_coverage"))

    answers = walk.request().answers
    assert (answers["media_medium"], answers["media_published_on"]) == ("«Орталық Қазақстан»", "2025-06-27")


def test_krg_36_appeals_of_the_reception_are_registered_with_their_mark(walk: KaragandaWalk) -> None:
    """KRG-36, KRG-12"""
    received(walk, appeals_handed_in="yes")
    walk.complete("issue_protocol", has_assignments="no")
    assert walk.due("scan_appeals") == "2025-07-02 18:30"

    scans = {"appeal_files": [walk.upload("scan_appeals", "appeal_files")]}
    walk.complete("scan_appeals", **{**walk.usual("scan_appeals"), **scans, "treaty_note": "Минск конвенциясы"})

    request, appeal = walk.entries("R-EDMS")
    assert appeal.facts["mark"]["ru"] == "с личного приема"
    assert appeal.facts["mark"]["kk"] == "жеке қабылдаудан"
    (kept,) = walk.request().answers["appeals"]
    assert (kept["number"], kept["treaty_note"]) == (appeal.label, "Минск конвенциясы")
    assert request.label != appeal.label


def test_krg_36_appeals_not_attached_in_three_working_days_are_reported(walk: KaragandaWalk) -> None:
    """KRG-36: the reception of Friday 27 June 2025"""
    received(walk, appeals_handed_in="yes")

    walk.pass_time_to(at("2025-07-02", "18:29"))
    before = walk.letters("escalation")
    walk.pass_time_to(at("2025-07-03", "09:00"))

    assert before == []
    (letter,) = walk.letters("escalation")
    assert (letter.address, shown(letter.sent_at)) == ("dept_head@example.test", "2025-07-03 09:00")


def test_krg_36_without_appeals_there_is_nothing_to_report(walk: KaragandaWalk) -> None:
    """KRG-36"""
    received(walk)

    walk.pass_time_to(at("2025-07-04", "09:00"))

    assert walk.letters("escalation") == []
    assert sorted(walk.waiting()) == ["issue_protocol", "media_coverage"]


def test_krg_34_every_assignment_is_controlled_on_its_own_before_the_closing(walk: KaragandaWalk) -> None:
    """KRG-25, KRG-34, KRG-35: two assignments of the protocol"""
    walk.start()
    walk.play("choose_executor")
    given = [each["assignment_id"] for each in walk.sent("assignment.received")]
    assert given == [row.id for row in walk.given_assignments()]
    assert not walk.waits_for("close_on_final_reply")

    walk.play("close_on_final_reply")

    assert sorted(each["assignment_id"] for each in walk.sent("assignment.off_control")) == given
    walk.complete("close_on_final_reply", **walk.usual("close_on_final_reply"))
    assert walk.case().status == "archived"


def test_krg_35_an_interim_reply_ends_no_control(walk: KaragandaWalk) -> None:
    """KRG-35: an interim reply of 10 July, the final one of 18 July 2025"""
    received(walk)
    walk.play("close_on_final_reply", **PROTOCOL)
    walk.pass_time_to(at("2025-07-10", "11:00"))

    walk.complete("close_on_final_reply", **{**walk.usual("close_on_final_reply"), "reply_kind": "interim"})
    assert walk.case().status == "running"
    assert walk.waits_for("close_on_final_reply")

    walk.pass_time_to(at("2025-07-18", "11:00"))
    walk.complete("close_on_final_reply", **walk.usual("close_on_final_reply"))
    assert walk.case().status == "archived"
    assert shown(walk.case().closed_at) == "2025-07-18 11:00"


def test_krg_39_3_feedback_is_given_at_any_time(walk: KaragandaWalk) -> None:
    """KRG-39.3"""
    walk.start(applicant_language="kk")

    for _ in range(2):
        walk.tell("feedback.needed")
        walk.complete("give_feedback", **walk.usual("give_feedback"))

    first, second = walk.letters("feedback")
    assert "жауап дайындалуда" in first.body
    assert second.language == "kk"
    assert walk.waiting() == ["clarify_request"]
