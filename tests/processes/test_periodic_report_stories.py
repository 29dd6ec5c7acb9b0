"""Karaganda: the quarterly information to the akim and the Presidential Administration, on the virtual clock."""

import io
from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo

import pypdf
import pytest
from sqlalchemy import select

from app.models import Assignment, File, Letter, Report, UserTask
from app.models.database import reading
from app.records.files import content_of
from app.records.survey import note
from app.reports.catalogue import QUARTERLY_AKIM, kinds_of
from app.reports.rows import from_figures, period_of
from app.usecases.tasks import complete_user_task
from app.usecases.transaction import transaction
from tests.karaganda_requests import a_request
from tests.reception import Walk, at, karaganda, shown

BEGUN = at("2025-09-16", "09:00")  # ten working days before 30 September 2025


@pytest.fixture
def walk(database_url: str) -> Iterator[Walk]:
    with karaganda(database_url, at("2025-09-10")) as walk:
        yield walk


def check(walk: Walk, decision: str = "send", **more: str) -> None:
    task = waiting()
    complete_user_task(task.id, answers={"report_decision": decision, **more}, by=walk.actor("dept_head"))
    walk.work()


def waiting() -> UserTask:
    with reading() as session:
        query = select(UserTask).where(UserTask.element == "check_report", UserTask.status == "open")
        return session.scalars(query).one()


def report() -> Report:
    with reading() as session:
        return session.scalars(select(Report).where(Report.kind == "quarterly_akim").order_by(Report.id)).one()


def letters(template: str) -> list[Letter]:
    with reading() as session:
        return list(session.scalars(select(Letter).where(Letter.template == template).order_by(Letter.id)))


def counted(day: str = "2025-09-16") -> dict[str, str]:
    with reading() as session:
        period = period_of(QUARTERLY_AKIM, date.fromisoformat(day), ZoneInfo("Asia/Almaty"))
        return {row.code: row.value for row in QUARTERLY_AKIM.build(session, "karaganda", period)}


def test_krg_40_the_report_begins_in_time_to_be_sent_before_the_quarter_ends(walk: Walk) -> None:
    walk.pass_time_to(BEGUN)

    assert (report().period_from, report().period_to) == (date(2025, 7, 1), date(2025, 9, 30))
    assert shown(report().due_at) == "2025-09-30 18:30"
    assert shown(waiting().due_at) == "2025-09-30 18:30"
    assert waiting().role == "dept_head"


def test_krg_40_it_goes_to_the_akim_and_to_the_presidential_administration(walk: Walk) -> None:
    walk.pass_time_to(BEGUN)

    check(walk, report_comment="Өтініштер саны өсті.")

    sent = letters("periodic_report")
    assert [letter.recipient for letter in sent] == [
        "Тұлға akim",
        "Отдел по контролю за рассмотрением обращений Администрации Президента Республики Казахстан",
    ]
    assert all("Өтініштер саны өсті." in letter.body for letter in sent)
    assert shown(report().sent_at) == "2025-09-16 09:00"
    assert report().sent_to == [letter.recipient for letter in sent]


def test_krg_40_the_document_goes_with_the_letter_and_holds_the_same_rows(walk: Walk) -> None:
    walk.pass_time_to(at("2025-09-12"))
    a_request(walk, channel="call_centre")
    walk.pass_time_to(BEGUN)

    check(walk)

    (to_akim, _) = letters("periodic_report")
    with reading() as session:
        files = [session.get_one(File, each) for each in to_akim.files]
        pages = [pypdf.PdfReader(io.BytesIO(b"".join(content_of(session, each.sha256)))).pages for each in files]
    words = ["".join(page.extract_text() for page in each) for each in pages]
    assert len(words) == 2
    assert any("Поступило обращений о записи на приём" in text for text in words)
    kept = {row.code: row.value for row in from_figures(report().figures)}
    assert (kept["requests"], kept["channel_call_centre"], kept["channel_egov"]) == ("1", "1", "0")


def test_krg_40_a_report_that_was_not_sent_to_both_by_the_end_of_the_quarter_is_overdue(walk: Walk) -> None:
    walk.pass_time_to(at("2025-09-30", "18:31"))

    assert report().sent_at is None
    assert report().due_at < walk.now
    (told,) = letters("report_overdue")
    assert told.recipient == "Тұлға akim_office_head"
    assert waiting().status == "open"


def test_krg_40_a_report_that_was_sent_in_time_bothers_nobody(walk: Walk) -> None:
    walk.pass_time_to(BEGUN)
    check(walk)

    walk.pass_time_to(at("2025-10-02"))

    assert letters("report_overdue") == []


def test_krg_40_it_comes_round_every_quarter(walk: Walk) -> None:
    walk.pass_time_to(BEGUN)
    check(walk)

    walk.pass_time_to(at("2025-12-31", "10:00"))

    with reading() as session:
        periods = session.scalars(select(Report.period_from).where(Report.kind == "quarterly_akim").order_by(Report.id))
        assert list(periods) == [date(2025, 7, 1), date(2025, 10, 1)]


def test_a_report_is_built_anew_after_data_were_corrected(walk: Walk) -> None:
    walk.pass_time_to(BEGUN)
    a_request(walk)

    check(walk, "rebuild")
    check(walk)

    assert {row.code: row.value for row in from_figures(report().figures)}["requests"] == "1"


def test_requests_outcomes_and_assignments_are_counted(walk: Walk) -> None:
    a_request(walk, channel="egov")
    a_request(walk, channel="oral", status="refused")
    case_id = a_request(walk, channel="oral", status="received_same_day", extended_until="2025-10-01")
    with transaction() as session:
        note(session, "karaganda", case_id, "consulted", walk.now)
        for number, executed in ((1, date(2025, 9, 20)), (2, date(2025, 9, 26)), (3, None)):
            session.add(
                Assignment(
                    office_id="karaganda",
                    case_id=case_id,
                    protocol="ХТ-001/2025",
                    number=number,
                    text="Орындау",
                    body_id=walk.bodies["housing"],
                    due_on=date(2025, 9, 25),
                    given_at=walk.now,
                    executed_on=executed,
                    remarks="",
                )
            )

    told = counted()

    assert {code: told[code] for code in ("requests", "channel_egov", "channel_oral", "channel_paper")} == {
        "requests": "3",
        "channel_egov": "1",
        "channel_oral": "2",
        "channel_paper": "0",
    }
    assert {code: told[code] for code in ("closed", "refused", "received_same_day", "extended")} == {
        "closed": "2",
        "refused": "1",
        "received_same_day": "1",
        "extended": "1",
    }
    assert {code: told[code] for code in ("assignments", "executed", "executed_in_time", "executed_late")} == {
        "assignments": "3",
        "executed": "2",
        "executed_in_time": "1",
        "executed_late": "2",
    }
    assert told["phone"] == "1"


def test_nothing_of_another_quarter_is_counted(walk: Walk) -> None:
    a_request(walk)

    assert counted("2025-06-30")["requests"] == "0"
    assert counted("2025-10-01")["requests"] == "0"


def test_an_office_has_the_reports_that_it_names(walk: Walk) -> None:
    with reading() as session:
        assert [kind.code for kind in kinds_of(session, "karaganda")] == ["quarterly_akim", "satisfaction"]
        assert kinds_of(session, "nowhere") == []
