"""Corrections of a running case: timers and due moments follow, and the history keeps why."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from app.models import History, HistoryPayload
from app.models.database import reading
from app.usecases.instances import ReservedVariableError, correct
from app.usecases.tasks import ReasonMissingError
from tests.reception import Walk, at, kostanay


@pytest.fixture
def walk(database_url: str) -> Iterator[Walk]:
    """A case whose brief is due on Sunday 8 June 2025."""
    with kostanay(database_url, at("2025-06-03")) as walk:
        walk.start()
        walk.complete("clarify_request", **walk.usual("clarify_request"))
        yield walk


def register_on(walk: Walk, moment: str, *, reason: str = "Тіркеу күні қате жазылған") -> None:
    correct(walk.instance().id, {"registered_at": moment}, reason=reason, by=walk.actor("operator"))


def test_the_due_moment_of_a_waiting_task_follows_its_anchor(walk: Walk) -> None:
    assert walk.due("prepare_brief") == "2025-06-08 18:30"

    register_on(walk, "2025-06-11T10:00:00+05:00")

    assert walk.due("prepare_brief") == "2025-06-16 18:30"
    assert walk.task("prepare_brief").term["clause"] == "KST-S03"


def test_a_timer_that_waits_follows_its_anchor(walk: Walk) -> None:
    register_on(walk, "2025-06-11T10:00:00+05:00")

    walk.pass_time_to(at("2025-06-16", "18:29"))
    assert walk.letters("escalation") == []
    walk.pass_time_to(at("2025-06-16", "18:31"))

    assert len(walk.letters("escalation")) == 1


def test_old_and_new_value_and_the_reason_are_kept(walk: Walk) -> None:
    register_on(walk, "2025-06-11T10:00:00+05:00")

    with reading() as session:
        payload = session.scalars(
            select(HistoryPayload.payload)
            .join(History, History.id == HistoryPayload.history_id)
            .where(History.case_id == walk.case_id, History.kind == "corrected")
        ).one()
    assert payload["before"]["registered_at"].startswith("2025-06-03")
    assert payload["variables"] == {"registered_at": "2025-06-11T10:00:00+05:00"}
    assert payload["reason"] == "Тіркеу күні қате жазылған"


def test_a_correction_needs_a_reason_and_leaves_the_case_in_its_office(walk: Walk) -> None:
    with pytest.raises(ReasonMissingError):
        register_on(walk, "2025-06-11T10:00:00+05:00", reason=" ")
    with pytest.raises(ReservedVariableError):
        correct(walk.instance().id, {"office_id": "karaganda"}, reason="Көшіру", by=walk.actor("operator"))

    assert walk.due("prepare_brief") == "2025-06-08 18:30"
