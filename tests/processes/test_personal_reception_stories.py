"""Kostanay's personal reception on the real stack: every way through the diagram, on the virtual clock."""

from collections.abc import Iterator
from datetime import date

import pytest

from app.usecases.cases import correct, send_message
from tests.reception import Walk, at, kostanay


@pytest.fixture
def walk(database_url: str) -> Iterator[Walk]:
    """The office on Tuesday 3 June 2025, with a reception day on Friday 27 June."""
    with kostanay(database_url, at("2025-06-03")) as walk:
        yield walk


def consider(walk: Walk, **changes: str) -> None:
    """Steps 1 to 3 of a request that is complete, up to the decision to appoint."""
    walk.complete("clarify_request", **CLARIFIED | changes)
    walk.complete("prepare_brief", **BRIEF | {"proposed_day": str(walk.day_id)})
    walk.complete(
        "decide_on_reception",
        decision="appoint",
        official_id=str(walk.people["leadership"]),
        reception_day_id=str(walk.day_id),
        mode="in_person",
    )


def invite(walk: Walk, slot: int) -> None:
    """Steps 4 and 5: a place in the schedule, one state body invited."""
    walk.complete("register_and_notify_applicant", slot=str(slot), place="akimat")
    walk.complete(
        "invite_state_bodies", bodies=[str(min(walk.bodies.values()))], position_due_at="2025-06-20T18:00", participants=[]
    )


def submit_position(walk: Walk) -> None:
    """Step 5: the coordinator records the body's position."""
    walk.complete(
        "record_position",
        position_text="Үй апатты, көшіру жоспарға енгізілді.",
        position_official="Серік Ахметов",
        position_attends="yes",
        position_submitted_at=f"{walk.now:%Y-%m-%dT%H:%M}",
    )


CLARIFIED = {
    "substance_stated": "yes",
    "substance": "Көшіру мерзімі мен мекенжайы.",
    "nature": "Тұрғын үй",
    "competent_bodies": ["1"],
    "applied_earlier": "no",
    "documents": [],
    "package_sufficient": "yes",
}
BRIEF = {
    "substance": "Көшіру мерзімі мен мекенжайы.",
    "nature": "Тұрғын үй",
    "brief_materials": "ТКШ басқармасының анықтамасы.",
    "brief_analysis": "Үй апатты деп танылған.",
    "proposal": "appoint",
}


def test_a_request_goes_through_all_thirteen_steps_to_the_archive(walk: Walk) -> None:
    """KST-S00, KST-S01 … KST-S13."""
    slots = walk.reception_day(date(2025, 6, 27))
    walk.start()
    consider(walk)
    invite(walk, slots[0])
    submit_position(walk)
    walk.complete("analyse_materials", materials_quality="good")
    walk.pass_time_to(at("2025-06-24", "09:00"))
    walk.complete("confirm_attendance", called_at="2025-06-24T09:00", attendance="confirmed")
    walk.complete("submit_materials_to_management", materials_included=["brief", "positions", "list"])
    walk.pass_time_to(at("2025-06-26", "09:00"))
    walk.complete("hold_coordination_meeting", meeting_on="2025-06-26", participants=[], meeting_decision="Көшіру 1 қыркүйекке дейін.")
    walk.pass_time_to(at("2025-06-27", "10:00"))
    walk.complete("check_in", came="yes")
    walk.complete("conduct_reception", answer="Сізге пәтер беріледі.", exhaustive="yes", has_assignments="yes", assignments=[], participants=[])

    assert walk.waits_for("issue_protocol")
