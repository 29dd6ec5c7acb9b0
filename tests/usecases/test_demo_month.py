"""The demo of a whole month: what a coordinator finds on the day on which it is installed."""

import tomllib
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.domain import clock
from app.domain.clock import StandingClock
from app.models import Case, Incident, Letter, ReceptionDay, Report, RestrictionPeriod
from app.models.database import connect, disconnect, reading
from app.usecases import published
from app.usecases.demo import UnfinishedDemoError, business_day, seed
from app.usecases.demo_clock import read_shift
from app.usecases.demo_month import cases_of
from app.usecases.demo_people import hire
from app.usecases.deploy import deploy
from app.usecases.outgoing import Outgoing
from tests.conftest import Databases
from tests.reception import LINKS, ROOT, Post

KARAGANDA = ROOT / "processes" / "karaganda"
REQUESTS = 6


def a_month_of(requests: int, folder: Path) -> Path:
    """The demo's month with so many requests and a seat for each of their days."""
    for name in ("office.toml", "demo.toml", "demo-month.toml"):
        (folder / name).write_text(
            (KARAGANDA / name).read_text("utf-8").replace("requests = 200", f"requests = {requests}"), "utf-8"
        )
    return folder


def test_a_month_of_the_demo_has_everything_that_a_month_brings(database_url: str, tmp_path: Path) -> None:
    heard: list[str] = []
    connect(database_url)
    published.forget()
    with clock.using(StandingClock(clock.wall())):
        deploy(KARAGANDA)
    outgoing = Outgoing(mailer=Post(), sms=Post(), sender="karaganda@example.test", links=LINKS)

    folder = a_month_of(REQUESTS, tmp_path)

    logins = seed(
        folder,
        outgoing,
        secret_file=tmp_path / "secret",
        data="month",
        today=business_day([folder], "month"),
        tell=heard.append,
    )

    with reading() as session:
        outcomes = dict(session.execute(select(Case.status, func.count()).group_by(Case.status)).all())

        letters = set(session.scalars(select(Letter.template)))
        days = session.execute(select(ReceptionDay.day, ReceptionDay.mode).order_by(ReceptionDay.day)).all()
        reports = session.scalars(select(Report.kind).where(Report.sent_at <= Report.due_at)).all()
        begins = clock.wall() + read_shift(session)
        assert session.scalars(select(Incident.detail)).all() == []
        assert session.scalar(select(func.count(RestrictionPeriod.id))) == 1
    disconnect()
    assert logins
    assert sum(outcomes.values()) == REQUESTS
    assert {"running", "archived"} <= outcomes.keys()
    assert {name.removesuffix(".sms") for name in letters} >= {
        "appointment",
        "schedule_changed",
        "restriction_declared",
    }
    assert [(f"{day:%d.%m}", mode) for day, mode in days] == [
        ("19.06", "in_person"),
        ("26.06", "videoconference"),
        ("02.07", "in_person"),
        ("09.07", "in_person"),
        ("24.07", "in_person"),
    ]
    assert "quarterly_akim" in reports
    assert f"{begins:%d.%m.%Y}" == "09.07.2025"
    assert heard[-1].endswith(f" {REQUESTS} / {REQUESTS}")


def test_a_demo_that_was_interrupted_says_so(databases: Databases, migrated_template: str, tmp_path: Path) -> None:
    url = databases.create(template=migrated_template)
    connect(url)
    published.forget()
    deploy(KARAGANDA)
    hire(
        "karaganda",
        tomllib.loads((KARAGANDA / "demo.toml").read_text("utf-8"))["people"],
        "a long enough word",
        date(2025, 6, 2),
    )

    with pytest.raises(UnfinishedDemoError):
        seed(
            KARAGANDA,
            Outgoing(mailer=Post(), sms=Post(), sender="k@example.test", links=LINKS),
            secret_file=tmp_path / "secret",
        )

    disconnect()
    databases.drop(url)


def test_everybody_gets_the_same_month() -> None:
    month = tomllib.loads((KARAGANDA / "demo-month.toml").read_text("utf-8"))["month"]
    days = [date(2025, 6, 2), date(2025, 6, 3), date(2025, 6, 13)]

    cases = cases_of(month, days)

    assert cases == cases_of(month, days)
    assert len({case["name"] for case in cases}) == 200
    assert [case["on"] for case in cases] == sorted(case["on"] for case in cases)
    assert {case["on"] for case in cases} == set(days)
    assert {case["day"] for case in cases} == {"first", "by_video", "moved", "ill"}


def test_few_cases_begin_today() -> None:
    assert business_day([KARAGANDA], "few") is None
