"""Kostanay's personal reception on the real stack: a case from the request to the archive, on the virtual clock."""

from collections.abc import Iterator
from datetime import date

import pytest

from tests.reception import Walk, at, kostanay, shown

MAIN_ACTIVITIES = [
    "clarify_request",
    "offer_to_complete",
    "request_missing_information",
    "prepare_brief",
    "register_and_notify_applicant",
    "invite_state_bodies",
    "record_position",
    "analyse_materials",
    "confirm_attendance",
    "submit_materials_to_management",
    "hold_coordination_meeting",
    "conduct_reception",
    "issue_protocol",
    "choose_executor",
    "execute_assignment",
    "check_execution",
    "archive_appeal",
]
INSUFFICIENT = {"package_sufficient": "no"}


@pytest.fixture
def walk(database_url: str) -> Iterator[Walk]:
    """The office on Tuesday 3 June 2025, with a reception day on Friday 27 June."""
    with kostanay(database_url, at("2025-06-03")) as walk:
        walk.reception_day(date(2025, 6, 27))
        walk.start()
        yield walk


def texts(walk: Walk, template: str) -> list[tuple[str, str, str]]:
    """Channel, language and address of the letters written by a template."""
    return [(letter.channel, letter.language, letter.address) for letter in walk.letters(template)]


def test_a_request_goes_through_all_thirteen_steps_to_the_archive(walk: Walk) -> None:
    """KST-S00, KST-S01 … KST-S13: whatever waits appears, is due and is registered when its clause says."""
    opened: dict[str, str] = {}
    due: dict[str, str] = {}

    def come_to(element: str) -> None:
        walk.play(until=element, clarify_request=INSUFFICIENT)
        opened[element], due[element] = walk.opened(element), walk.due(element)

    for element in MAIN_ACTIVITIES[:-1]:
        come_to(element)
    walk.pass_time_to(at("2025-07-18", "17:00"))
    come_to("archive_appeal")
    walk.pass_time_to(at("2025-07-22", "11:00"))
    walk.complete("archive_appeal", **walk.usual("archive_appeal"))

    assert walk.case().status == "archived"
    assert shown(walk.case().closed_at) == "2025-07-22 11:00"
    assert walk.instance().end_event == "archived"
    passed = walk.happened()
    assert [element for element in dict.fromkeys(passed) if element in MAIN_ACTIVITIES] == MAIN_ACTIVITIES
    assert opened == {
        "clarify_request": "2025-06-03 10:00",
        "offer_to_complete": "2025-06-03 10:00",
        "request_missing_information": "2025-06-03 10:00",
        "prepare_brief": "2025-06-03 10:00",
        "register_and_notify_applicant": "2025-06-03 10:00",
        "invite_state_bodies": "2025-06-03 10:00",
        "record_position": "2025-06-03 10:00",
        "analyse_materials": "2025-06-03 10:00",
        "confirm_attendance": "2025-06-24 09:00",
        "submit_materials_to_management": "2025-06-24 09:00",
        "hold_coordination_meeting": "2025-06-26 09:00",
        "conduct_reception": "2025-06-27 09:00",
        "issue_protocol": "2025-06-27 09:00",
        "choose_executor": "2025-06-27 09:00",
        "execute_assignment": "2025-06-27 09:00",
        "check_execution": "2025-06-27 09:00",
        "archive_appeal": "2025-07-18 17:00",
    }
    assert {element: moment for element, moment in due.items() if moment} == {
        "clarify_request": "2025-06-09 18:30",
        "offer_to_complete": "2025-06-09 18:30",
        "request_missing_information": "2025-06-09 18:30",
        "prepare_brief": "2025-06-08 18:30",
        "record_position": "2025-06-20 18:00",
        "confirm_attendance": "2025-06-24 18:30",
        "submit_materials_to_management": "2025-06-24 18:30",
        "hold_coordination_meeting": "2025-06-26 18:30",
        "conduct_reception": "2025-06-27 18:30",
        "issue_protocol": "2025-07-02 18:30",
        "choose_executor": "2025-07-16 18:30",
        "execute_assignment": "2025-07-16 18:30",
    }
    registers = {name: walk.numbers(name) for name in ("R-EDMS", "R-RECEPTION", "R-PROTOCOL", "R-ARCHIVE")}
    assert registers == {
        "R-EDMS": ["ЛП-0001/2025"],
        "R-RECEPTION": ["1/2025"],
        "R-PROTOCOL": ["ПР-001/2025"],
        "R-ARCHIVE": ["А-0001/2025"],
    }
    assert walk.case().number == "ЛП-0001/2025"
    mail, phone = ("email", "kk", "erzhan@example.test"), "+77771234567"
    housing, social = ("email", "kk+ru", "housing@bodies.example"), ("email", "kk+ru", "social@bodies.example")
    written = {template: texts(walk, template) for template in ("missing_data", "information_request", "appointment")}
    assert written == {"missing_data": [mail], "information_request": [housing], "appointment": [mail]}
    assert texts(walk, "appointment.sms") == [("sms", "kk", phone)]
    assert texts(walk, "invitation") == texts(walk, "protocol") == [housing, social]
    assert walk.letters("escalation") == []
    assert all(letter.status == "sent" for letter in walk.letters("invitation"))
    for kind in ("request_card", "brief", "invitation", "materials", "day_list", "protocol"):
        made = walk.documents(kind)
        assert [name.split()[0] for name, _ in made] == ["kk", "kk", "ru", "ru"]
        assert [content[:2] for _, content in made] == [b"%P", b"PK", b"%P", b"PK"]
