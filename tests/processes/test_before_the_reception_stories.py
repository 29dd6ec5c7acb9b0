"""Steps 1 to 6 on the real stack: booking, clarification, information, brief, decision, invitation, positions."""

from collections.abc import Iterator
from datetime import date, datetime
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from app.usecases.cases import send_message
from app.usecases.task_forms import open_task
from app.usecases.tasks import InvalidAnswersError
from tests.reception import Walk, at, kostanay, shown

INSUFFICIENT = {"package_sufficient": "no"}


@pytest.fixture
def walk(database_url: str) -> Iterator[Walk]:
    """The office on Tuesday 3 June 2025, with a reception day on Friday 27 June."""
    with kostanay(database_url, at("2025-06-03")) as walk:
        walk.reception_day(date(2025, 6, 27))
        yield walk


def refused(walk: Walk, element: str, **answers: Any) -> set[str]:
    """The fields at which the form of a task was refused; nothing was written and the task still waits."""
    before = walk.task(element).id
    with pytest.raises(InvalidAnswersError) as invalid:
        walk.complete(element, **{**walk.usual(element), **answers})
    assert walk.task(element).id == before
    return set(invalid.value.errors)


def known(walk: Walk, element: str) -> dict[str, Any]:
    """What the form of the waiting task shows as its first values, and what stands beside it."""
    task = walk.task(element)
    return dict(open_task(task.id, by=walk.actor(task.role or "")).page.values)


def words_of(pdf: bytes) -> str:
    """What a PDF says, on one line."""
    pages = PdfReader(BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def escalations(walk: Walk) -> list[tuple[str, str]]:
    """To whom a missed term was reported, and when the letter left."""
    return [(each.address, shown(each.sent_at)) for each in walk.letters("escalation") if each.sent_at]


@pytest.mark.parametrize("channel", ["egov", "paper", "hand"])
def test_a_request_comes_by_portal_on_paper_and_by_hand(walk: Walk, channel: str) -> None:
    """KST-BOOK-2"""
    walk.start(channel=channel)

    assert walk.request().channel == channel
    assert walk.waiting() == ["clarify_request"]


def test_a_telephone_call_is_no_channel(walk: Walk) -> None:
    """KST-BOOK-2"""
    with pytest.raises(InvalidAnswersError) as invalid:
        walk.start(channel="phone")

    assert set(invalid.value.errors) == {"channel"}


@pytest.mark.parametrize(
    "moment",
    ["2025-06-28 11:00", "2025-06-06 11:00", "2025-06-30 08:59", "2025-06-30 13:30", "2025-06-30 18:31"],
    ids=["saturday", "holiday", "early", "lunch", "late"],
)
def test_an_internal_booking_outside_office_hours_is_refused(database_url: str, moment: str) -> None:
    """KST-BOOK-1"""
    with kostanay(database_url, at(*moment.split())) as walk:
        with pytest.raises(InvalidAnswersError) as invalid:
            walk.start(channel="hand")

        assert set(invalid.value.errors) == {"received_on"}


def test_what_came_on_friday_is_not_booked_on_saturday_either(database_url: str) -> None:
    """KST-BOOK-1"""
    with kostanay(database_url, at("2025-06-28", "11:00")) as walk:
        with pytest.raises(InvalidAnswersError) as invalid:
            walk.start(channel="paper", received_on="2025-06-27T16:00")

        assert set(invalid.value.errors) == {"received_on"}


def test_a_portal_request_of_saturday_is_stored_and_handled_on_monday(database_url: str) -> None:
    """KST-BOOK-1"""
    with kostanay(database_url, at("2025-06-28", "22:00")) as walk:
        walk.start(channel="egov")

        walk.pass_time_to(at("2025-06-30", "09:00"))

        assert shown(walk.request().received_at) == "2025-06-28 22:00"
        assert walk.waiting() == ["clarify_request"]


def test_a_worked_saturday_is_a_day_of_booking(database_url: str) -> None:
    """KST-BOOK-1: 4 May 2024 was worked for 8 May"""
    with kostanay(database_url, at("2024-05-04", "11:00")) as walk:
        walk.start(channel="hand")

        assert walk.waiting() == ["clarify_request"]


def test_a_request_cannot_come_from_the_future(walk: Walk) -> None:
    with pytest.raises(InvalidAnswersError) as invalid:
        walk.start(received_on="2025-06-03T10:01")

    assert set(invalid.value.errors) == {"received_on"}


def test_a_request_without_substance_is_left_without_consideration(walk: Walk) -> None:
    """KST-BOOK-3"""
    walk.start(substance="")

    walk.complete("clarify_request", substance_stated="no")

    assert walk.case().status == "left_without_consideration"
    assert shown(walk.case().closed_at) == "2025-06-03 10:00"
    letter, message = walk.letters("no_substance") + walk.letters("no_substance.sms")
    assert (letter.status, letter.address) == ("sent", "erzhan@example.test")
    assert walk.case().number in letter.body
    assert message.status == "sent"
    assert [f"kk {name}" for name in walk.sent_files(letter)] == [walk.documents("no_substance")[0][0]]
    assert walk.waiting() == []


def test_the_request_card_is_in_the_file_when_step_1_begins(walk: Walk) -> None:
    """KST-S00, KST-S01.4"""
    walk.start()

    names = [name for name, _ in walk.documents("request_card")]

    assert names[2] == "ru Карточка заявки на личный приём № ЛП-0001-2025.pdf"
    assert walk.waiting() == ["clarify_request"]


def test_the_information_request_goes_out_as_a_document_that_names_the_day_of_the_answer(walk: Walk) -> None:
    """KST-S02.2"""
    walk.start()
    walk.complete("clarify_request", **walk.usual("clarify_request") | INSUFFICIENT)

    walk.complete(
        "request_missing_information",
        **walk.usual("request_missing_information") | {"position_due_at": "2025-06-11T18:00"},
    )

    (letter,) = walk.letters("information_request")
    kazakh, russian = (content for name, content in walk.documents("information_request") if name.endswith(".pdf"))
    assert len(walk.sent_files(letter)) == 2
    assert all("11.06.2025, 18:00" in words_of(each) for each in (kazakh, russian))


@pytest.mark.parametrize("kind", ["invitation", "protocol"])
def test_what_goes_to_the_bodies_goes_in_both_languages(walk: Walk, kind: str) -> None:
    """KST-S05.1, KST-S11.2"""
    walk.start()

    walk.play("choose_executor")

    made = [name.split(" ", 1)[1] for name, _ in walk.documents(kind) if name.endswith(".pdf")]
    assert len(made) == 2
    assert [walk.sent_files(letter) for letter in walk.letters(kind)] == [made, made]
    assert made in [[file.name for file in mail.attachments] for mail in walk.post.mails]


@pytest.mark.parametrize("missing", ["nature", "competent_bodies", "applied_earlier", "package_sufficient"])
def test_every_one_of_the_four_questions_of_step_1_is_answered(walk: Walk, missing: str) -> None:
    """KST-S01, KST-S01.1 … KST-S01.4"""
    walk.start()

    assert refused(walk, "clarify_request", **{missing: None}) == {missing}


def test_an_earlier_appeal_is_named(walk: Walk) -> None:
    """KST-S01.3"""
    walk.start()

    assert refused(walk, "clarify_request", applied_earlier="yes") == {"earlier_reference"}


def test_an_earlier_case_of_the_applicant_is_found_and_shown(database_url: str) -> None:
    """KST-S01.3"""
    with kostanay(database_url, at("2025-03-12")) as walk:
        earlier = walk.start(iin="850101300005", full_name="Ерболов Асан Маратұлы")
        walk.clock.moment = at("2025-06-03")
        walk.start(iin="850101300005", full_name="Ерболов А. М.")

        page = open_task(walk.task("clarify_request").id, by=walk.actor("reception_preparer")).page

        assert [(case.case_id, shown(case.opened_at)) for case in page.earlier] == [(earlier, "2025-03-12 10:00")]


def test_a_document_that_was_stated_and_not_supplied_is_shown_by_name(walk: Walk) -> None:
    """KST-S01.4"""
    walk.start()

    walk.complete("clarify_request", **walk.usual("clarify_request") | INSUFFICIENT | {"documents": FOUR_STATED})

    assert known(walk, "offer_to_complete")["request.missing"] == [{"name": "Техникалық паспорт"}]


FOUR_STATED = [
    {"name": "Жеке куәлік", "quantity": 1, "supplied": 1},
    {"name": "Техникалық паспорт", "quantity": 1, "supplied": 0},
    {"name": "Анықтама", "quantity": 2, "supplied": 2},
    {"name": "Актілер", "quantity": 1, "supplied": 1},
]


def test_substance_and_nature_stand_in_the_brief(walk: Walk) -> None:
    """KST-S01.1"""
    walk.start()
    walk.complete("clarify_request", **walk.usual("clarify_request") | {"nature": "Апатты үй", "substance": "Қашан?"})

    assert known(walk, "prepare_brief")["request.nature"] == "Апатты үй"
    assert known(walk, "prepare_brief")["request.substance"] == "Қашан?"


def test_the_competent_bodies_are_preselected_in_the_information_request(walk: Walk) -> None:
    """KST-S01.2"""
    walk.start()
    land = str(walk.bodies["land"])

    walk.complete("clarify_request", **walk.usual("clarify_request") | INSUFFICIENT | {"competent_bodies": [land]})

    assert known(walk, "request_missing_information")["bodies"] == [land]


def test_a_sufficient_package_asks_nobody(walk: Walk) -> None:
    """KST-S02"""
    walk.start()

    walk.complete("clarify_request", **walk.usual("clarify_request"))

    assert walk.waiting() == ["prepare_brief"]


def test_an_insufficient_package_asks_the_applicant_and_the_bodies_at_the_same_time(walk: Walk) -> None:
    """KST-S02, KST-S02.1, KST-S02.2"""
    walk.start()
    walk.complete("clarify_request", **walk.usual("clarify_request") | INSUFFICIENT)
    assert sorted(walk.waiting()) == ["offer_to_complete", "request_missing_information"]

    walk.complete("offer_to_complete", missing=[{"name": "Техникалық паспорт"}])
    walk.complete(
        "request_missing_information",
        **walk.usual("request_missing_information") | {"position_due_at": "2025-06-05T12:00"},
    )

    assert "Техникалық паспорт" in walk.letters("missing_data")[0].body
    asked = walk.letters("information_request")[0]
    assert asked.address == "housing@bodies.example"
    assert "Көшіру жоспары мен кезегі" in asked.body
    assert "05.06.2025, 12:00" in asked.body
    assert walk.waiting() == ["collect_information"]


def test_what_comes_by_message_lets_the_brief_begin(walk: Walk) -> None:
    """KST-S02.2"""
    walk.start()
    walk.play("collect_information", clarify_request=INSUFFICIENT)

    send_message("kostanay", "information.received", case_id=walk.case_id)
    walk.work()

    assert walk.waiting() == ["prepare_brief"]


def test_the_brief_is_prepared_with_what_there_is_when_its_day_comes(walk: Walk) -> None:
    """KST-S03: registered on Tuesday 3 June, due on Sunday 8 June"""
    walk.start()
    walk.play("collect_information", clarify_request=INSUFFICIENT)

    walk.pass_time_to(at("2025-06-08", "09:00"))

    assert walk.waiting() == ["prepare_brief"]
    assert walk.due("prepare_brief") == "2025-06-08 18:30"


def test_an_information_request_that_was_not_sent_is_escalated_at_the_end_of_the_third_working_day(walk: Walk) -> None:
    """KST-S02.2: Friday 6 June 2025 is a public holiday, so the term ends on Monday 9 June"""
    walk.start()
    walk.complete("clarify_request", **walk.usual("clarify_request") | INSUFFICIENT)
    assert walk.due("request_missing_information") == "2025-06-09 18:30"

    walk.pass_time_to(at("2025-06-09", "18:29"))
    told_before = [letter.body for letter in walk.letters("escalation") if "Запрос сведений" in letter.body]
    walk.pass_time_to(at("2025-06-10", "09:30"))

    told = [letter for letter in walk.letters("escalation") if "Запрос сведений" in letter.body]
    assert told_before == []
    assert [(letter.address, shown(letter.created_at), shown(letter.sent_at)) for letter in told] == [
        ("dept_head@example.test", "2025-06-09 18:30", "2025-06-10 09:00")
    ]
    assert "09.06.2025, 18:30" in told[0].body
    assert walk.waits_for("request_missing_information")


def test_an_information_request_sent_on_its_last_day_is_in_time(walk: Walk) -> None:
    """KST-S02.2"""
    walk.start()
    walk.complete("clarify_request", **walk.usual("clarify_request") | INSUFFICIENT)
    walk.complete("offer_to_complete", **walk.usual("offer_to_complete"))
    walk.pass_time_to(at("2025-06-09", "18:00"))

    walk.complete("request_missing_information", **walk.usual("request_missing_information"))
    walk.pass_time_to(at("2025-06-10", "12:00"))

    assert not [letter for letter in walk.letters("escalation") if "Запрос сведений" in letter.body]


def test_a_brief_not_ready_in_five_days_is_escalated(database_url: str) -> None:
    """KST-S03: registered on Wednesday 11 June, due on Monday 16 June"""
    with kostanay(database_url, at("2025-06-11")) as walk:
        walk.start()
        walk.complete("clarify_request", **walk.usual("clarify_request"))
        assert walk.due("prepare_brief") == "2025-06-16 18:30"

        walk.pass_time_to(at("2025-06-17", "09:30"))

        assert escalations(walk) == [("dept_head@example.test", "2025-06-17 09:00")]


def test_a_brief_without_a_proposal_is_refused(walk: Walk) -> None:
    """KST-S03"""
    walk.start()
    walk.play("prepare_brief")

    assert "proposal" in refused(walk, "prepare_brief", proposal=None)


def test_a_refusal_ends_the_case_and_tells_the_applicant_why(walk: Walk) -> None:
    """KST-S03"""
    walk.start()
    walk.play("decide_on_reception")

    walk.complete("decide_on_reception", decision="refuse", refusal_reason="Мәселе сотта қаралып жатыр.")

    assert walk.case().status == "refused"
    (letter,) = walk.letters("refusal")
    (document,) = walk.sent_files(letter)
    assert "Мәселе сотта қаралып жатыр" in letter.body
    assert document == "Жеке қабылдаудан бас тарту № ЛП-0001-2025.pdf"
    assert all("Мәселе сотта" in words_of(made) for name, made in walk.documents("refusal") if name.endswith(".pdf"))
    assert walk.waiting() == []


def test_the_proposed_day_is_preselected_for_the_decision(walk: Walk) -> None:
    """KST-S03"""
    walk.start()
    walk.play("decide_on_reception")

    assert known(walk, "decide_on_reception")["reception_day_id"] == str(walk.day_id)


def test_the_appointed_applicant_stands_in_the_list_of_the_day_and_knows_place_date_and_time(walk: Walk) -> None:
    """KST-S04, KST-S04.1, KST-S04.2"""
    walk.start()
    walk.play("register_and_notify_applicant")
    eleven = walk.slots[3]

    walk.complete("register_and_notify_applicant", slot=str(eleven), place="akimat")

    (entry,) = walk.entries("R-RECEPTION")
    assert shown(datetime.fromisoformat(entry.facts["reception_at"])) == "2025-06-27 11:00"
    assert [(booking.slot_id, booking.status) for booking in walk.bookings()] == [(eleven, "booked")]
    for letter in walk.letters("appointment") + walk.letters("appointment.sms"):
        assert "27.06.2025" in letter.body
        assert "11:00" in letter.body
    assert "Әл-Фараби даңғылы, 66" in walk.letters("appointment")[0].body


def test_the_invitation_names_every_citizen_of_the_day_and_the_representatives(walk: Walk) -> None:
    """KST-S05.1, KST-IAC-1"""
    slots = walk.slots
    for number, name in enumerate(("Бірінші Азамат", "Екінші Азамат", "Үшінші Азамат")):
        walk.start(full_name=name)
        walk.slots = slots[number:]
        walk.play("invite_state_bodies")
    court = {"full_name": "Судья Оспанов", "body": "Қостанай облыстық соты", "by_agreement": True, "confirmed": False}

    walk.complete("invite_state_bodies", **walk.usual("invite_state_bodies") | {"participants": [court]})

    letter = walk.letters("invitation")[0]
    for said in ("Бірінші Азамат", "Екінші Азамат", "Үшінші Азамат", "27.06.2025", "10:40", "20.06.2025, 18:00"):
        assert said in letter.body
    assert "Судья Оспанов, Қостанай облыстық соты (по согласованию, не подтверждено)" in letter.body
    assert "келісім бойынша, расталмаған" in letter.body


def test_a_position_that_does_not_come_is_overdue_and_escalated(walk: Walk) -> None:
    """KST-S05.2"""
    walk.start()
    walk.play("record_position")
    assert {shown(task.due_at) for task in walk.tasks("record_position")} == {"2025-06-20 18:00"}

    walk.pass_time_to(at("2025-06-20", "17:59"))
    before = escalations(walk)
    walk.pass_time_to(at("2025-06-20", "18:01"))

    assert before == []
    assert escalations(walk) == [("dept_head@example.test", "2025-06-20 18:00")]
    assert len(walk.tasks("record_position")) == 2


def test_poor_materials_go_back_at_once_as_often_as_needed(walk: Walk) -> None:
    """KST-S06, KST-S06.1, KST-S06.2"""
    walk.start()
    walk.play("record_position")
    walk.pass_time_to(at("2025-06-19", "11:20"))
    walk.play("analyse_materials")
    first, second = sorted(walk.positions(), key=lambda position: position.body_id != walk.bodies["housing"])

    walk.answer("analyse_materials", **poor(first.id, "Құжаттар жоқ, мерзім көрсетілмеген."))

    (notice,) = walk.letters("poor_quality")
    assert shown(notice.created_at) == "2025-06-19 11:20"
    assert (notice.address, notice.status) == ("housing@bodies.example", "queued")
    assert "Құжаттар жоқ" in notice.body
    assert "20.06.2025, 18:30" in notice.body
    assert [task.item["round"] for task in walk.tasks("record_position")] == [2]

    walk.play("analyse_materials")
    again = walk.positions()[-1]
    walk.complete("analyse_materials", **poor(again.id, "Мерзім әлі де көрсетілмеген."))
    walk.play("analyse_materials")
    walk.complete("analyse_materials", materials_quality="good")

    assert len(walk.letters("poor_quality")) == 2
    assert [
        (each.body_id, each.round, each.quality) for each in sorted(walk.positions(), key=lambda each: each.round)
    ] == [
        (second.body_id, 1, "good"),
        (first.body_id, 1, "incomplete"),
        (first.body_id, 2, "incomplete"),
        (first.body_id, 3, "good"),
    ]
    assert walk.waiting() == []


def poor(position: int, remarks: str) -> dict[str, Any]:
    return {
        "materials_quality": "poor",
        "poor_positions": [str(position)],
        "position_quality": ["incomplete"],
        "position_remarks": remarks,
    }
