"""Karaganda: the monitoring of satisfaction and the interviews by phone, on the virtual clock."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from app.models import Report, SurveyCandidate
from app.models.database import reading
from app.records import survey
from app.reports.catalogue import SATISFACTION
from app.reports.rows import from_figures, period_of
from app.usecases.cases import send_message
from app.usecases.tasks import InvalidAnswersError
from app.usecases.transaction import transaction
from tests.karaganda_requests import a_request
from tests.reception import Walk, at, karaganda

TALKED = {"survey_reached": "yes", "survey_level": "4", "survey_remarks": "Кезек ұзақ болды."}
DECLINED = "2025-09-11"


@pytest.fixture
def walk(database_url: str) -> Iterator[Walk]:
    with karaganda(database_url, at("2025-09-10")) as walk:
        yield walk


def candidate(walk: Walk, group: str, *, status: str = "received_same_day") -> int:
    """A case of this moment that tells the survey of its applicant."""
    case_id = a_request(walk, status=status)
    send_message("karaganda", "survey.candidate", case_id=case_id, payload={"case": case_id, "group": group})
    walk.work()
    return case_id


def candidates() -> dict[int, tuple[str, str, str | None]]:
    with reading() as session:
        rows = session.scalars(select(SurveyCandidate).order_by(SurveyCandidate.id))
        return {row.case_id: (row.group, row.status, row.round) for row in rows}


def figures() -> dict[str, str]:
    with reading() as session:
        row = session.scalars(select(Report).where(Report.kind == "satisfaction")).one()
        return {each.code: each.value for each in from_figures(row.figures)}


def test_krg_38_consulted_and_declined_are_called_received_only_monitored_refused_in_neither(walk: Walk) -> None:
    consulted = candidate(walk, "consulted")
    walk.pass_time_to(at(DECLINED))
    declined = candidate(walk, "declined", status="declined_booking")
    received = candidate(walk, "received", status="archived")
    refused = a_request(walk, status="refused")

    walk.pass_time_to(at("2025-09-30", "10:00"))

    found = candidates()
    assert found[consulted] == ("consulted", "waiting", "2025-09-30")
    assert found[declined] == ("declined", "waiting", "2025-09-30")
    assert found[received] == ("received", "monitored", "2025-09-30")
    assert refused not in found
    assert _called(walk, consulted, declined, received, refused) == [consulted, declined]


def _called(walk: Walk, *case_ids: int) -> list[int]:
    called = []
    for case_id in case_ids:
        walk.case_id = case_id
        if walk.waits_for("interview_applicant"):
            called.append(case_id)
    return called


def test_krg_38_nobody_is_called_before_the_period_comes(walk: Walk) -> None:
    candidate(walk, "consulted")

    walk.pass_time_to(at("2025-09-29", "18:00"))

    assert walk.waiting() == []


def test_krg_38_the_interview_is_a_task_of_the_department_with_a_term(walk: Walk) -> None:
    candidate(walk, "consulted")

    walk.pass_time_to(at("2025-09-30", "10:00"))

    assert walk.task("interview_applicant").role == "call_centre_operator"
    assert walk.due("interview_applicant") == "2025-10-07 18:30"


def test_krg_38_level_and_remarks_are_recorded_and_registered(walk: Walk) -> None:
    case_id = candidate(walk, "consulted")
    walk.pass_time_to(at("2025-09-30", "10:00"))

    walk.complete("interview_applicant", **TALKED)

    with reading() as session:
        row = session.scalars(select(SurveyCandidate)).one()
        assert (row.case_id, row.status, row.level, row.remarks) == (case_id, "interviewed", 4, "Кезек ұзақ болды.")
        assert row.called_by == walk.people["call_centre_operator"]
    (entry,) = walk.entries("R-SURVEY")
    assert entry.facts == {"group": "consulted", "level": 4}
    assert walk.waiting() == []


def test_an_interview_without_a_level_is_refused(walk: Walk) -> None:
    candidate(walk, "consulted")
    walk.pass_time_to(at("2025-09-30", "10:00"))

    with pytest.raises(InvalidAnswersError) as refused:
        walk.complete("interview_applicant", survey_reached="yes")

    assert set(refused.value.errors) == {"survey_level"}


def test_krg_38_whoever_is_not_reached_is_called_again_a_working_day_later_three_times_at_most(walk: Walk) -> None:
    candidate(walk, "declined", status="declined_booking")
    walk.pass_time_to(at("2025-09-30", "11:00"))

    walk.complete("interview_applicant", survey_reached="no")
    assert walk.waiting() == []
    walk.pass_time_to(at("2025-10-01", "09:00"))
    walk.complete("interview_applicant", survey_reached="no")
    walk.pass_time_to(at("2025-10-02", "09:00"))
    walk.complete("interview_applicant", survey_reached="no")
    walk.pass_time_to(at("2025-10-20"))

    assert walk.waiting() == []
    assert [status for _, status, _ in candidates().values()] == ["not_reached"]
    assert walk.entries("R-SURVEY") == []


def test_krg_38_the_report_of_the_survey_is_kept_when_the_calls_are_over(walk: Walk) -> None:
    """RPT-KRG-S: groups, interviewed, level; remarks without names."""
    first = candidate(walk, "consulted")
    candidate(walk, "declined", status="declined_booking")
    candidate(walk, "received", status="archived")
    walk.pass_time_to(at("2025-09-30", "10:00"))
    walk.case_id = first
    walk.complete("interview_applicant", **TALKED)

    walk.pass_time_to(at("2025-10-07", "18:31"))

    told = figures()
    assert (told["listed"], told["phone"], told["interviewed"], told["level"]) == ("3", "2", "1", "4.0")
    assert (told["consulted_interviewed"], told["declined_interviewed"], told["received"]) == ("1", "0", "1")
    assert told["remark_1"] == "Кезек ұзақ болды."
    assert "Серікбаева" not in str(told)


def test_krg_38_the_survey_comes_round_every_month(walk: Walk) -> None:
    walk.pass_time_to(at("2025-09-30", "10:01"))
    october = candidate(walk, "consulted")

    walk.pass_time_to(at("2025-10-31", "10:00"))

    assert candidates()[october][2] == "2025-10-31"
    assert walk.waits_for("interview_applicant")


def test_a_repeated_message_makes_no_second_candidate(walk: Walk) -> None:
    case_id = candidate(walk, "consulted")

    with transaction() as session:
        again = survey.note(session, "karaganda", case_id, "consulted", walk.now)
        assert again.case_id == case_id

    assert len(candidates()) == 1


def test_a_group_that_the_regulation_does_not_know_is_refused(walk: Walk) -> None:
    case_id = a_request(walk)

    with pytest.raises(ValueError, match="refused"), transaction() as session:
        survey.note(session, "karaganda", case_id, "refused", walk.now)


def test_a_month_is_counted_on_the_office_clock(walk: Walk) -> None:
    period = period_of(SATISFACTION, at("2025-09-30").date(), ZoneInfo("Asia/Almaty"))

    assert (f"{period.begins:%Y-%m-%d %H:%M}", f"{period.ends:%Y-%m-%d %H:%M}") == (
        "2025-09-01 00:00",
        "2025-10-01 00:00",
    )
