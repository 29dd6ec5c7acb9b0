"""Offices that wait for state bodies, prepared once and copied for every test."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.config import Settings
from app.domain import clock
from app.domain.clock import StandingClock
from app.factory import create_app
from app.models import BodyLink, BodyPosition, History
from app.models.database import connect, disconnect, reading
from app.usecases import published
from tests.bodies import Body, links, secrets_in
from tests.conftest import Databases, name_of
from tests.reception import Post, Walk, at, kostanay
from tests.site import site_over

HOUSING = "housing@bodies.example"
SOCIAL = "social@bodies.example"
QUESTION = "Үй апатты. ЖСН 870405301234, +7 777 123 45 67."


@dataclass
class AskingOffice:
    """Kostanay waiting for two positions, due on Friday 20 June 2025 at 18:00."""

    app: Flask
    walk: Walk

    def body(self, address: str = HOUSING, language: str = "ru") -> Body:
        """The body at its newest link, on its page."""
        body = Body.at(self.app, self.walk, language)
        assert body.enter(secrets_in(self.walk, address)[-1]).status_code == 200
        return body

    @property
    def position(self) -> BodyPosition:
        """The housing department's newest position."""
        rows = [row for row in self.walk.positions() if row.body_id == self.walk.bodies["housing"]]
        return rows[-1]

    @property
    def link(self) -> BodyLink:
        """Its newest link."""
        return [row for row in links(self.walk) if row.body_id == self.walk.bodies["housing"]][-1]

    def events(self, kind: str) -> list[History]:
        with reading() as session:
            query = select(History).where(History.case_id == self.walk.case_id, History.kind == kind)
            return list(session.scalars(query.order_by(History.id)))


@pytest.fixture(scope="session")
def asked_once(databases: Databases, migrated_template: str) -> Iterator[tuple[str, Walk]]:
    """A database in which Kostanay has invited two bodies, and its story so far."""
    url = databases.create(template=migrated_template)
    with kostanay(url, at("2025-06-03")) as walk:
        walk.reception_day(date(2025, 6, 27))
        walk.start(substance=QUESTION)
        walk.play("record_position", clarify_request={"substance": QUESTION}, prepare_brief={"substance": QUESTION})
        walk.clear = lambda: None  # type: ignore[method-assign]  # the copies are what tests change
    disconnect()  # only what nobody uses can be copied
    yield url, walk
    databases.drop(url)


@pytest.fixture
def office(databases: Databases, asked_once: tuple[str, Walk]) -> Iterator[AskingOffice]:
    """Kostanay waiting for two positions, due on Friday 20 June 2025 at 18:00."""
    with copied(databases, *asked_once) as office:
        yield office


@contextmanager
def copied(databases: Databases, url: str, told: Walk, **more: Any) -> Iterator[AskingOffice]:
    """The same office on a database of its own."""
    own = databases.create(template=name_of(url))
    standing = StandingClock(told.clock.moment.astimezone(UTC))
    walk = replace(told, clock=standing, post=Post(list(told.post.mails), list(told.post.texts)))
    connect(own)
    published.forget()
    with clock.using(standing):
        app = create_app(Settings(database_url=own, secret_key="k" * 32, **more)) if more else site_over(own)
        app.config["WTF_CSRF_ENABLED"] = False
        yield AskingOffice(app, walk)
    databases.drop(own)
