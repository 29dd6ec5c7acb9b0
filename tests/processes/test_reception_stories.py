"""Steps 7 to 13 on the real stack: call, materials, meeting, changes, the reception, protocol, control, archive."""

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from typing import Any

import docx
import pytest
from pypdf import PdfReader

from app.usecases.cases import send_message
from app.usecases.reception_moves import move_booking, move_day
from app.usecases.task_forms import open_task
from app.usecases.tasks import InvalidAnswersError
from tests.reception import Walk, at, kostanay, shown


@pytest.fixture
def walk(database_url: str) -> Iterator[Walk]:
    """The office on Tuesday 3 June 2025, with a reception day on Friday 27 June."""
    with kostanay(database_url, at("2025-06-03")) as walk:
        walk.reception_day(date(2025, 6, 27))
        walk.start()
        yield walk


def move_to(walk: Walk, slot: int) -> None:
    """The coordinator moves the appointment; what this calls for is done at once."""
    move_booking(walk.case_id, slot, reason="Кесте өзгерді", by=walk.actor("reception_coordinator"))
    walk.work()


def refused(walk: Walk, element: str, **answers: Any) -> dict[str, str]:
    """Why the form of a task was refused, by field; the task still waits."""
    before = walk.task(element).id
    with pytest.raises(InvalidAnswersError) as invalid:
        walk.complete(element, **{**walk.usual(element), **answers})
    assert walk.task(element).id == before
    return {key: said.ru for key, said in invalid.value.errors.items()}


@pytest.mark.parametrize(
    ("day", "call", "meeting"),
    [
        (date(2025, 6, 27), "2025-06-24", "2025-06-26"),
        (date(2025, 6, 30), "2025-06-25", "2025-06-27"),
        (date(2025, 7, 10), "2025-07-04", "2025-07-09"),
        (date(2025, 7, 8), "2025-07-02", "2025-07-04"),
    ],
)
def test_call_materials_and_meeting_come_on_their_working_days(
    database_url: str, day: date, call: str, meeting: str
) -> None:
    """KST-S07.1, KST-S08, KST-S09: Monday 7 July 2025 is a day off for Sunday 6 July"""
    with kostanay(database_url, at("2025-06-03")) as walk:
        walk.reception_day(day)
        walk.start()

        walk.play("confirm_attendance")
        assert (walk.opened("confirm_attendance"), walk.due("confirm_attendance")) == (f"{call} 09:00", f"{call} 18:30")
        walk.play("submit_materials_to_management")
        assert walk.opened("submit_materials_to_management") == f"{call} 09:00"
        assert walk.due("submit_materials_to_management") == f"{call} 18:30"
        walk.play("hold_coordination_meeting")
        assert walk.opened("hold_coordination_meeting") == f"{meeting} 09:00"
        assert walk.due("hold_coordination_meeting") == f"{meeting} 18:30"


def test_an_applicant_who_was_not_reached_is_called_again_in_two_working_hours(walk: Walk) -> None:
    """KST-S07.1"""
    walk.play("confirm_attendance")
    walk.pass_time_to(at("2025-06-24", "12:00"))

    walk.complete("confirm_attendance", called_at="2025-06-24T12:00", attendance="not_reached")
    assert not walk.waits_for("confirm_attendance")
    walk.pass_time_to(at("2025-06-24", "15:29"))
    assert not walk.waits_for("confirm_attendance")
    walk.pass_time_to(at("2025-06-24", "15:30"))

    assert walk.waits_for("confirm_attendance")
    assert [(call.outcome, shown(call.called_at)) for call in walk.calls()] == [("not_reached", "2025-06-24 12:00")]


def test_materials_and_meeting_do_not_wait_for_an_applicant_whom_nobody_reaches(walk: Walk) -> None:
    """KST-S07.1, KST-S08: what follows an unanswered call is not stated; the office goes on unconfirmed"""
    walk.play("confirm_attendance")
    walk.complete("confirm_attendance", called_at="2025-06-24T09:00", attendance="not_reached")
    walk.complete("submit_materials_to_management", **walk.usual("submit_materials_to_management"))
    walk.pass_time_to(at("2025-06-24", "11:00"))

    walk.complete("confirm_attendance", called_at="2025-06-24T11:00", attendance="unconfirmed")
    walk.play("check_in")

    assert walk.opened("check_in") == "2025-06-27 09:00"
    assert [booking.status for booking in walk.bookings()] == ["booked"]
    assert [call.outcome for call in walk.calls()] == ["not_reached", "unconfirmed"]


def test_an_applicant_who_withdraws_at_the_call_gives_the_place_back(walk: Walk) -> None:
    """KST-S07.1"""
    walk.play("confirm_attendance")

    walk.complete("confirm_attendance", called_at="2025-06-24T09:00", attendance="withdrawn")

    assert walk.case().status == "withdrawn"
    assert [booking.status for booking in walk.bookings()] == ["withdrawn"]
    assert walk.waiting() == []


def test_an_applicant_may_withdraw_at_any_time_before_the_reception(walk: Walk) -> None:
    walk.play("analyse_materials")

    send_message("kostanay", "request.withdrawn", case_id=walk.case_id)
    walk.work()

    assert walk.case().status == "withdrawn"
    assert walk.waiting() == []


def test_another_day_at_the_call_is_told_to_applicant_and_bodies_and_called_before_anew(walk: Walk) -> None:
    """KST-S07.1, KST-S07.2"""
    walk.play("confirm_attendance")
    july = walk.reception_day(date(2025, 7, 10))
    walk.complete("confirm_attendance", called_at="2025-06-24T09:00", attendance="rebook")

    walk.complete("rebook", slot=str(july[1]), place="akimat_hall")

    assert [booking.status for booking in walk.bookings()] == ["moved", "booked"]
    assert len(walk.numbers("R-RECEPTION")) == 2
    (told,) = walk.letters("schedule_changed")
    assert "10.07.2025" in told.body
    assert "10:20" in told.body
    bodies = walk.letters("invitation_moved")
    assert [letter.address for letter in bodies] == ["housing@bodies.example", "social@bodies.example"]
    assert "10.07.2025" in bodies[0].body
    assert "Срок прежний" not in bodies[0].body
    walk.play("confirm_attendance")
    assert walk.opened("confirm_attendance") == "2025-07-04 09:00"


def test_who_finds_another_day_reads_what_the_applicant_said_at_the_call(walk: Walk) -> None:
    """KST-S07.1"""
    walk.play("confirm_attendance")
    said = "Жұмаға дейін ауруханада"

    walk.complete("confirm_attendance", called_at="2025-06-24T09:00", attendance="rebook", call_remarks=said)

    form = open_task(walk.task("rebook").id, by=walk.actor("reception_coordinator")).form
    assert [line for view in form.fields for line in view.lines] == [said]


def test_a_schedule_that_changes_twice_is_told_twice_at_once_and_every_term_follows(walk: Walk) -> None:
    """KST-S07.2"""
    walk.play("confirm_attendance")
    walk.pass_time_to(at("2025-06-24", "09:30"))
    assert walk.due("confirm_attendance") == "2025-06-24 18:30"

    move_to(walk, walk.reception_day(date(2025, 6, 30), at_hour=11)[0])
    assert walk.due("confirm_attendance") == "2025-06-25 18:30"
    move_to(walk, walk.reception_day(date(2025, 7, 10), at_hour=12)[0])
    assert walk.due("confirm_attendance") == "2025-07-04 18:30"

    told = walk.letters("schedule_changed")
    assert [(shown(letter.created_at), shown(letter.sent_at)) for letter in told] == [
        ("2025-06-24 09:30", "2025-06-24 09:30")
    ] * 2
    assert "30.06.2025" in told[0].body
    assert "10.07.2025" in told[1].body
    assert len(walk.letters("schedule_changed.sms")) == 2
    assert [letter.address for letter in walk.letters("invitation_moved")] == [
        "housing@bodies.example",
        "social@bodies.example",
    ] * 2
    assert walk.due("submit_materials_to_management") == "2025-07-04 18:30"
    walk.complete("confirm_attendance", called_at="2025-06-24T09:30", attendance="confirmed")
    walk.play("hold_coordination_meeting")
    assert walk.opened("hold_coordination_meeting") == "2025-07-09 09:00"
    assert [booking.status for booking in walk.bookings()] == ["moved", "moved", "confirmed"]


def test_both_applicants_of_a_moved_day_are_told_at_once(walk: Walk) -> None:
    """KST-S07.2: the day moves from Friday 27 to Monday 30 June"""
    slots = walk.slots
    walk.play("analyse_materials")
    first = walk.case_id
    walk.start(full_name="Екінші Азамат", email="second@example.test", phone="+77770000000")
    walk.slots = slots[1:]
    walk.play("analyse_materials")
    second = walk.case_id
    walk.pass_time_to(at("2025-06-24", "09:30"))

    told = move_day(walk.day_id, date(2025, 6, 30), reason="Әкім іссапарда", by=walk.actor("reception_coordinator"))
    walk.work()

    assert told == 2
    for case, hour in ((first, "10:00"), (second, "10:20")):
        walk.case_id = case
        (told,) = walk.letters("schedule_changed")
        assert shown(told.sent_at) == "2025-06-24 09:30"
        assert "30.06.2025" in told.body
        assert hour in told.body
        assert len(walk.numbers("R-RECEPTION")) == 2


def test_a_day_that_moves_on_its_very_morning_is_told_to_applicant_and_bodies_once(walk: Walk) -> None:
    """KST-S05.1, KST-S07.2: the preparation is over, the diagram listens no more"""
    walk.play("check_in")

    move_day(walk.day_id, date(2025, 6, 30), reason="Әкім іссапарда", by=walk.actor("reception_coordinator"))
    walk.work()

    bodies = walk.letters("invitation_moved")
    assert [shown(letter.sent_at) for letter in walk.letters("schedule_changed")] == ["2025-06-27 09:00"]
    assert [letter.address for letter in bodies] == ["housing@bodies.example", "social@bodies.example"]
    assert all("30.06.2025" in letter.body for letter in bodies)


def test_the_body_that_still_owes_its_position_is_reminded_of_its_day_when_the_reception_moves(walk: Walk) -> None:
    """KST-S05.2, KST-S07.2"""
    walk.play("record_position")

    move_to(walk, walk.reception_day(date(2025, 7, 10))[0])

    assert all("Срок прежний: **20.06.2025, 18:00**" in letter.body for letter in walk.letters("invitation_moved"))


def test_the_applicant_alone_is_told_when_nobody_has_been_invited_yet(walk: Walk) -> None:
    """KST-S07.2"""
    walk.play("invite_state_bodies", clarify_request={"package_sufficient": "no"})

    move_to(walk, walk.reception_day(date(2025, 7, 10))[0])

    assert len(walk.letters("schedule_changed")) == 1
    assert walk.letters("invitation_moved") == []


def test_a_late_appointment_opens_everything_at_once_and_marks_it_late(database_url: str) -> None:
    """KST-S07.1, KST-S08, KST-S09: appointed on Thursday 26 June at 18:45 for Friday 27 June"""
    with kostanay(database_url, at("2025-06-26", "18:45")) as walk:
        walk.reception_day(date(2025, 6, 27))
        walk.start()

        for element in ("confirm_attendance", "submit_materials_to_management", "hold_coordination_meeting"):
            walk.play(element)

            assert walk.opened(element) == "2025-06-26 18:45"
            due = walk.task(element).due_at
            assert due is not None
            assert due < walk.now


def test_materials_not_submitted_on_their_day_are_overdue(walk: Walk) -> None:
    """KST-S08"""
    walk.play("submit_materials_to_management")

    walk.pass_time_to(at("2025-06-25", "09:00"))

    due = walk.task("submit_materials_to_management").due_at
    assert due is not None
    assert due < walk.now


def test_the_list_of_persons_goes_with_the_materials_on_a_sheet_on_its_side(walk: Walk) -> None:
    """KST-S04.1, KST-S08"""
    walk.play("submit_materials_to_management")

    walk.complete("submit_materials_to_management", **walk.usual("submit_materials_to_management"))

    contents = [content for _, content in walk.documents("day_list")]
    sheets = [PdfReader(BytesIO(contents[n])).pages[0].mediabox for n in (0, 2)]
    sections = [docx.Document(BytesIO(contents[n])).sections[0] for n in (1, 3)]
    assert all(sheet.width > sheet.height for sheet in sheets)
    assert all(section.page_width > section.page_height for section in sections)


def test_who_did_not_come_gets_another_reception(walk: Walk) -> None:
    """KST-TASK-2.1"""
    walk.play("check_in")
    july = walk.reception_day(date(2025, 7, 10))
    walk.complete("check_in", came="no")

    walk.complete("missed_reception", missed_remarks="Ауырып қалған", missed_outcome="rebook")
    walk.complete("register_and_notify_applicant", slot=str(july[0]), place="akimat")

    assert [booking.status for booking in walk.bookings()] == ["missed", "booked"]
    assert len(walk.letters("appointment")) == 2
    assert "10.07.2025" in walk.letters("appointment")[1].body
    walk.play("conduct_reception", invite_state_bodies={"position_due_at": "2025-07-03T18:00"})
    assert walk.now.date() == date(2025, 7, 10)


def test_who_did_not_come_and_wants_nothing_ends_the_case(walk: Walk) -> None:
    """KST-TASK-2.1"""
    walk.play("check_in")
    walk.complete("check_in", came="no")

    walk.complete("missed_reception", missed_remarks="Келмеймін деді", missed_outcome="close")

    assert walk.case().status == "withdrawn"
    assert [booking.status for booking in walk.bookings()] == ["missed"]


def test_the_priority_of_an_applicant_needs_its_evidence(walk: Walk) -> None:
    """KST-PRIO"""
    walk.play("check_in")

    assert set(refused(walk, "check_in", came="yes", priority_category="pregnant")) == {"priority_evidence"}
    walk.complete("check_in", came="yes", priority_category="pregnant", priority_evidence="Анықтама № 5")

    assert [(booking.status, booking.priority_category) for booking in walk.bookings()] == [("arrived", "pregnant")]


@pytest.mark.parametrize(
    ("answers", "field"),
    [({"answer": ""}, "answer"), ({"exhaustive": "no", "has_assignments": None, "assignments": []}, "assignments")],
    ids=["no answer", "not exhaustive, no assignment"],
)
def test_the_reception_ends_with_an_exhaustive_answer_or_an_assignment(
    walk: Walk, answers: dict[str, Any], field: str
) -> None:
    """KST-S10"""
    walk.play("conduct_reception")

    assert set(refused(walk, "conduct_reception", **answers)) == {field}


def test_the_protocol_lists_both_assignments_and_goes_to_both_bodies(walk: Walk) -> None:
    """KST-S11, KST-S11.1"""
    walk.play("issue_protocol")
    walk.pass_time_to(at("2025-07-02", "15:00"))

    walk.complete("issue_protocol", **walk.usual("issue_protocol"))

    assert [assignment.protocol for assignment in walk.given_assignments()] == ["ПР-001/2025"] * 2
    letters = walk.letters("protocol")
    assert [(letter.address, shown(letter.sent_at)) for letter in letters] == [
        ("housing@bodies.example", "2025-07-02 15:00"),
        ("social@bodies.example", "2025-07-02 15:00"),
    ]
    for letter in letters:
        assert "Пәтер бөлу" in letter.body
        assert "Жәрдемақы тағайындау" in letter.body
    walk.pass_time_to(at("2025-07-04", "09:00"))
    assert walk.letters("escalation") == []


def test_a_protocol_not_sent_in_three_working_days_is_escalated(walk: Walk) -> None:
    """KST-S11.2: the reception on Friday 27 June, the end of the term on Wednesday 2 July"""
    walk.play("issue_protocol")
    assert walk.due("issue_protocol") == "2025-07-02 18:30"

    walk.pass_time_to(at("2025-07-03", "09:30"))

    (told,) = walk.letters("escalation")
    assert (told.address, shown(told.created_at), shown(told.sent_at)) == (
        "dept_head@example.test",
        "2025-07-02 18:30",
        "2025-07-03 09:00",
    )
    assert "02.07.2025, 18:30" in told.body


def test_the_term_of_the_protocol_skips_public_holidays(database_url: str) -> None:
    """KST-S11.2: the reception on Thursday 3 July; 4, 8 and 9 July are the three working days"""
    with kostanay(database_url, at("2025-06-03")) as walk:
        walk.reception_day(date(2025, 7, 3))
        walk.start()
        walk.play("issue_protocol")

        assert walk.due("issue_protocol") == "2025-07-09 18:30"


def test_a_reception_without_assignments_goes_to_the_leadership_at_once(walk: Walk) -> None:
    """KST-S12, KST-S13"""
    walk.play("issue_protocol", conduct_reception={"has_assignments": "no", "assignments": []})

    walk.complete("issue_protocol", has_assignments="no")

    assert walk.waiting() == ["archive_appeal"]
    assert walk.given_assignments() == []
