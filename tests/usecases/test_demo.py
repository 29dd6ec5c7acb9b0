"""The demo of few cases begins on whichever day somebody types `make run`."""

import tomllib
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.clock import StandingClock
from app.models import Case, Incident, Office, ReceptionRequest, StateBody, UserTask
from app.models.database import connect, disconnect, reading
from app.usecases import published
from app.usecases.demo import seed
from app.usecases.deploy import deploy
from app.usecases.outgoing import Outgoing
from tests.reception import LINKS, ROOT, Post

AFTER_A_DAY_OFF = date(2025, 7, 9)
YEAR = [date(2026, month, day) for month in range(1, 13) for day in (9, 24)]


def begin(office: str, today: date, url: str, folder: Path) -> None:
    """Fill the office's demo on that day and look that its cases stand at their steps."""
    connect(url)
    published.forget()
    with clock.using(StandingClock(clock.wall())):
        deploy(ROOT / "processes" / office)
    script = tomllib.loads((ROOT / "processes" / office / "demo.toml").read_text("utf-8"))
    outgoing = Outgoing(mailer=Post(), sms=Post(), sender="demo@example.test", links=LINKS)
    try:
        seed(ROOT / "processes" / office, outgoing, secret_file=folder / "secret", today=today)
        with reading() as session:
            assert session.scalars(select(Incident.detail)).all() == []
            assert (session.scalar(select(func.count(Case.id))) or 0) >= len(script["cases"])
            waiting = set(session.scalars(select(UserTask.element).where(UserTask.status == "open")))
            assert {each["until"] for each in script["cases"] if each["until"] in script["answers"]} <= waiting
            unexplained = select(UserTask.element).where(UserTask.due_at.is_not(None), UserTask.term.is_(None))
            assert session.scalars(unexplained).all() == []
            assert asked_bodies(session) & own_bodies(session, office) == set()
    finally:
        disconnect()


def asked_bodies(session: Session) -> set[int]:
    """The bodies that any request for a reception names as competent."""
    rows = session.scalars(select(ReceptionRequest.answers["competent_bodies"]))
    return {int(each) for row in rows for each in row or ()}


def own_bodies(session: Session, office: str) -> set[int]:
    """The Department, which is no competent body of a question on housing."""
    code = session.get_one(Office, office).settings.get("appeal", {}).get("own_body")
    return set(session.scalars(select(StateBody.id).where(StateBody.office_id == office, StateBody.code == code)))


def test_ktek_begins_with_complaints_events_a_consultation_and_a_booking(database_url: str, tmp_path: Path) -> None:
    begin("ktek", AFTER_A_DAY_OFF, database_url, tmp_path)


def test_sevkazenergo_begins_with_documents_in_its_journals_and_bases(database_url: str, tmp_path: Path) -> None:
    begin("sevkazenergo", AFTER_A_DAY_OFF, database_url, tmp_path)


def test_the_demo_begins_after_a_day_off_as_well(database_url: str, tmp_path: Path) -> None:
    """After Monday 7 July 2025 the information asked for is late, and its case has gone on without it."""
    begin("kostanay", AFTER_A_DAY_OFF, database_url, tmp_path)


@pytest.mark.soak
@pytest.mark.parametrize("today", YEAR, ids=str)
@pytest.mark.parametrize("office", ["kostanay", "karaganda", "ktek", "sevkazenergo"])
def test_the_demo_begins_on_any_day_of_a_year(office: str, today: date, database_url: str, tmp_path: Path) -> None:
    begin(office, today, database_url, tmp_path)
