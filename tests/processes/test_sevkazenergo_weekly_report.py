"""SevKazEnergo: the weekly report on complaints, claims, reviews and proposals, on the virtual clock (RT, RB-08)."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import select

from app.models import File, Letter, Report, UserTask
from app.models.database import reading
from app.reports.overview import report_list
from app.reports.rows import from_figures
from app.usecases.tasks import complete_user_task
from tests.energy import HOUSEHOLD, NONHOUSEHOLD, EnergyWalk, energy
from tests.reception import at, shown


@pytest.fixture
def walk(database_url: str) -> Iterator[EnergyWalk]:
    """Tuesday 3 June 2025."""
    with energy(database_url, at("2025-06-03")) as walk:
        yield walk


def monitored(walk: EnergyWalk, kind: str, **consumer: object) -> None:
    """An entry of the book stands in its monitoring base."""
    walk.comes("book", "clerk")
    answers = {**HOUSEHOLD, "kind": kind, "substance": "Запись.", "nature": "staff", **consumer}
    walk.complete("scan_entry", **answers, appeal_files=[walk.scan("scan_entry")])
    walk.complete("enter_in_base", kind=kind, marked=True)


def does(walk: EnergyWalk, element: str, login: str, **answers: str) -> None:
    complete_user_task(waiting(element).id, answers=answers, by=walk.someone(login))
    walk.work()


def waiting(element: str) -> UserTask:
    with reading() as session:
        query = select(UserTask).where(UserTask.element == element, UserTask.status == "open")
        return session.scalars(query).one()


def report(first: date = date(2025, 6, 2)) -> Report:
    with reading() as session:
        query = select(Report).where(Report.kind == "ske_weekly", Report.period_from == first)
        return session.scalars(query).one()


def states() -> list[tuple[date, str]]:
    return [(line.first, line.state) for line in report_list("sevkazenergo")]


def letters(template: str) -> list[Letter]:
    with reading() as session:
        return list(session.scalars(select(Letter).where(Letter.template == template).order_by(Letter.id)))


def test_ske_2_13_the_report_covers_the_week_and_is_signed_by_monday_15(walk: EnergyWalk) -> None:
    """SKE-2.13, T-SKE-02"""
    monitored(walk, "review")
    monitored(walk, "complaint", **NONHOUSEHOLD)
    walk.play("hand_over_copy")

    walk.pass_time_to(at("2025-06-09", "09:30"))

    assert (report().period_from, report().period_to) == (date(2025, 6, 2), date(2025, 6, 8))
    assert shown(report().due_at) == "2025-06-09 15:00"
    assert shown(waiting("check_report").due_at) == "2025-06-09 15:00"
    monitored(walk, "review")
    does(walk, "check_report", "pr", report_decision="rebuild")
    does(walk, "check_report", "pr", report_decision="submit", report_comment="Жалоба одна.")
    does(walk, "sign_report", "director", report_signed="return", report_remarks="Уточнить.")
    does(walk, "check_report", "pr", report_decision="submit", report_comment="Жалоба одна.")
    does(walk, "sign_report", "director", report_signed="sign")

    figures = {row.code: row.value for row in from_figures(report().figures)}
    assert [figures[each] for each in ("total", "complaint", "claim", "review", "proposal")] == [
        "2",
        "1",
        "0",
        "1",
        "0",
    ]
    assert (figures["complaint_nonhousehold"], figures["review_household"]) == ("1", "1")
    assert (figures["complaint_answered"], figures["review_answered"]) == ("1", "0")
    assert figures[f"executor_{walk.people['executor']}"] == "1"
    assert report().sent_by == walk.people["director"]
    assert "Тұлға management_sbyt" in report().sent_to
    with reading() as session:
        attached = [session.get_one(File, each).name for each in letters("periodic_report")[0].files]
    assert len(attached) == 2
    assert (date(2025, 6, 2), "sent") in states()
    assert letters("report_overdue") == []


def test_ske_2_13_without_a_signature_at_15_it_is_overdue(walk: EnergyWalk) -> None:
    """SKE-2.13, T-SKE-02"""
    walk.pass_time_to(at("2025-06-09", "09:30"))
    does(walk, "check_report", "pr", report_decision="submit", report_comment="")

    walk.pass_time_to(at("2025-06-09", "15:01"))

    assert (date(2025, 6, 2), "overdue") in states()
    assert [letter.recipient for letter in letters("report_overdue")] == ["Тұлға director"]
    assert waiting("sign_report").role == "ske_general_director"


def test_ske_2_13_after_a_holiday_monday_it_is_due_on_the_next_working_day(database_url: str) -> None:
    """SKE-2.13: 7 July 2025 is a public holiday."""
    with energy(database_url, at("2025-07-04")) as walk:
        walk.pass_time_to(at("2025-07-08", "09:30"))

        assert shown(report(date(2025, 6, 30)).due_at) == "2025-07-08 15:00"
