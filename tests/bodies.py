"""State bodies at their links: letters with secrets, browsers without accounts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from werkzeug.test import TestResponse

from app.domain import clock
from app.models import BodyLink, Installation
from app.models.database import reading
from app.usecases import body_codes
from app.usecases.transaction import transaction
from tests.reception import Walk

SECRET = re.compile(r"http://127\.0\.0\.1:8000/b/([0-9a-f]{32})\b")
CODE = re.compile(r"(?:коды|ссылке): (\d{6})\b")
POSITION = {
    "position_text": "Көшіру жоспары бекітілді, пәтер 1 қыркүйекке дейін беріледі.",
    "position_official": "Серік Ахметов, бас маман, 8-7142-000-103",
    "position_attends": "yes",
    "position_attendee": "Данияр Омаров, басқарма басшысы",
}


def secrets_in(walk: Walk, address: str) -> list[str]:
    """The secrets that letters to an address have carried, in order."""
    mails = [mail for mail in walk.post.mails if mail.address == address]
    return list(dict.fromkeys(found for mail in mails for found in SECRET.findall(mail.text)))


def links(walk: Walk) -> list[BodyLink]:
    with reading() as session:
        return list(session.scalars(select(BodyLink).where(BodyLink.case_id == walk.case_id).order_by(BodyLink.id)))


def newest_code(walk: Walk) -> str:
    """The code of the newest letter that brought one."""
    return next(found[1] for mail in reversed(walk.post.mails) if (found := CODE.search(mail.text)))


def known_at(walk: Walk, link: BodyLink, secret: str) -> str:
    """What a browser keeps after the code has been sent and typed."""
    body_codes.ask_for_code(link.id, secret, address="192.0.2.1")
    walk.work()
    return body_codes.confirm(link.id, secret, newest_code(walk), address="192.0.2.1").secret


def keep_time(walk: Walk) -> None:
    """Let pages live at the moment at which the story stands."""
    shift = {"shift": (walk.clock.now() - clock.wall()).total_seconds()}
    with transaction() as session:
        session.execute(
            insert(Installation)
            .values(key="clock", value=shift)
            .on_conflict_do_update(index_elements=["key"], set_={"value": shift})
        )


@dataclass
class Body:
    """Somebody at a state body with a browser of her own."""

    walk: Walk
    client: FlaskClient
    language: str = "ru"
    place: str = ""

    @classmethod
    def at(cls, app: Flask, walk: Walk, language: str = "ru") -> "Body":
        body = cls(walk, app.test_client(), language)
        body.client.set_cookie("language", language)
        return body

    def enter(self, secret: str) -> TestResponse:
        """Open the link of a letter and, with the code that is sent, its page."""
        page = self.follow(secret)
        return self.confirm() if f"{self.place}/code" in page.text else page

    def follow(self, secret: str) -> TestResponse:
        """Open the link of a letter and look where it leads."""
        moved = self.ask("GET", f"/b/{secret}")
        if moved.status_code != 303:
            return moved
        self.place = moved.headers["Location"]
        return self.ask("GET", self.place)

    def confirm(self) -> TestResponse:
        """Have the code sent, read it in the body's mail and type it."""
        self.ask("POST", f"{self.place}/confirm", data={"code": self.have_code_sent()})
        return self.ask("GET", self.place)

    def have_code_sent(self) -> str:
        """Ask for a code; returns what the newest letter that brought one says."""
        self.ask("POST", f"{self.place}/code")
        moment = self.walk.clock.moment
        self.walk.clock.moment = moment + timedelta(seconds=1)  # the page has lived a moment since the clock stood
        self.walk.work()
        self.walk.clock.moment = moment
        return newest_code(self.walk)

    def send(self, form: Mapping[str, Any] | None = None, **more: Any) -> TestResponse:
        return self.ask("POST", self.place, data={**(form or {}), **more})

    def ask(self, method: str, path: str, **more: Any) -> TestResponse:
        keep_time(self.walk)
        try:
            answer = self.client.open(path, method=method, **more)
        finally:
            clock.set_clock(self.walk.clock)
        # A large body lies in a temporary file, which the client leaves open.
        answer.request.environ["wsgi.input"].close()
        return answer


def words(answer: TestResponse) -> str:
    """What a page says, on one line."""
    return " ".join(html.fromstring(answer.text).text_content().split())
