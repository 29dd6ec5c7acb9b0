"""The demo of a whole month: what a coordinator finds on the day on which it is installed."""

import tomllib
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.domain import clock
from app.domain.clock import StandingClock
from app.models import Case, Incident, Letter, ReceptionDay, RestrictionPeriod
from app.models.database import connect, disconnect, reading
from app.usecases import published
from app.usecases.demo import UnfinishedDemoError, seed
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
            (KARAGANDA / name).read_text("utf-8").replace("requests = 100", f"requests = {requests}"), "utf-8"
        )
    return folder


def test_a_month_of_the_demo_has_everything_that_a_month_brings(database_url: str, tmp_path: Path) -> None:
    heard: list[str] = []
    connect(database_url)
    published.forget()
    with clock.using(StandingClock(clock.wall())):
        deploy(KARAGANDA)
    outgoing = Outgoing(mailer=Post(), sms=Post(), sender="karaganda@example.test", links=LINKS)

    logins = seed(
        a_month_of(REQUESTS, tmp_path), outgoing, secret_file=tmp_path / "secret", data="month", tell=heard.append
    )

    with reading() as session:
        outcomes = dict(session.execute(select(Case.status, func.count()).group_by(Case.status)).all())

        letters = set(session.scalars(select(Letter.template)))
        modes = session.scalars(select(ReceptionDay.mode).order_by(ReceptionDay.day)).all()
        assert session.scalars(select(Incident.detail)).all() == []
        assert session.scalar(select(func.count(RestrictionPeriod.id))) == 1
    disconnect()
    assert logins
    assert sum(outcomes.values()) == REQUESTS
    assert {"running", "archived"} <= outcomes.keys()
    assert letters >= {"appointment", "schedule_changed", "restriction_declared"}
    assert modes == ["in_person", "videoconference", "in_person", "in_person"]
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

    cases = cases_of(month)

    assert cases == cases_of(month)
    assert len(cases) == 100
    assert [case["came"] for case in cases] == sorted((case["came"] for case in cases), reverse=True)
    assert (cases[0]["came"], cases[-1]["came"]) == (24, 14)
    assert {case["day"] for case in cases} == {"first", "by_video", "moved", "ill"}
