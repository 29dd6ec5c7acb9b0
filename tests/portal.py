"""Citizens at the portal: a browser without an account, forms filled as on an ordinary day."""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import delete, select
from werkzeug.test import TestResponse

from app.domain import clock
from app.models import PortalFiling, RateLimit
from app.models.database import reading
from app.usecases.transaction import transaction
from tests.appeals import AppealWalk
from tests.bodies import keep_time, words

APPEAL: dict[str, Any] = {
    "substance": "Во дворе дома 12 третий месяц не горит фонарь, писали в акимат города.",
    "nature": "utilities",
    "applicant_kind": "person",
    "full_name": "Ахметова Сауле Ерлановна",
    "iin": "",
    "address": "г. Костанай, ул. Абая, 12, кв. 5",
    "phone": "8 701 123 45 67",
    "email": "saule@example.test",
    "applicant_language": "ru",
    "consent": "true",
}
RECEPTION: dict[str, Any] = {
    **{key: value for key, value in APPEAL.items() if key != "nature"},
    "official_requested": "Аким области",
}
HOME = "/portal/kostanay"


@dataclass
class Citizen:
    """Somebody at the portal; `number` and `secret` stand on her talon."""

    app: Flask
    walk: AppealWalk
    language: str = "ru"
    number: str = ""
    secret: str = ""
    key: str = ""
    home: str = HOME
    client: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.app.test_client()
        self.client.set_cookie("language", self.language)
        with transaction() as session:
            session.execute(delete(RateLimit))

    def get(self, path: str) -> TestResponse:
        return self._ask("GET", path)

    def post(self, path: str, *, seen_at: str | None = None, **fields: Any) -> TestResponse:
        """Send a form with the token of the page `seen_at` (else of where it is sent)."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get(seen_at or path).text)
        return self.bare_post(path, csrf_token=found[1] if found else "", **fields)

    def bare_post(self, path: str, **fields: Any) -> TestResponse:
        return self._ask("POST", path, data=fields)

    def fill(self, kind: str = "application", **changes: Any) -> TestResponse:
        """Fill the form of a kind and go on."""
        usual = RECEPTION if kind == "reception" else APPEAL
        return self.post(f"{self.home}/file/{kind}", **{**usual, **changes})

    def send(self, kind: str = "application") -> TestResponse:
        """Send what the check page shows; a second time, what it has shown."""
        page = self.get(f"{self.home}/file/{kind}/check").text
        if key := re.search(r'name="key" value="([^"]+)"', page):
            self.key = key[1]
        return self.post(f"{self.home}/file/{kind}/send", seen_at=self.home, key=self.key)

    def talon(self, kind: str = "application") -> TestResponse:
        """Look at the talon and keep its number and secret."""
        page = self.get(f"{self.home}/file/{kind}/talon")
        found = html.fromstring(page.text).xpath("//dd[contains(@class, 'no')]/text()")
        self.number, self.secret = str(found[0]), str(found[1])
        return page

    def file(self, kind: str = "application", **changes: Any) -> int:
        """File and keep the talon; the worker brings the message. Returns the case."""
        self.fill(kind, **changes)
        self.send(kind)
        self.talon(kind)
        self.work()
        with reading() as session:
            found = session.scalars(select(PortalFiling).where(PortalFiling.number == self.number)).one()
        self.walk.case_id = found.case_id or 0
        return self.walk.case_id

    def work(self) -> None:
        """Let the worker do what she has begun: her pages live a moment after the story's clock."""
        self.walk.clock.moment += timedelta(seconds=2)
        self.walk.work()

    def enter(self, number: str = "", secret: str = "") -> TestResponse:
        """Type number and secret of the talon."""
        fields = {"number": number or self.number, "secret": secret or self.secret}
        return self.post(f"{self.home}/follow", **fields)

    def follow(self) -> str:
        """What the page of the talon says."""
        return words(self.get(self.place))

    @property
    def place(self) -> str:
        return f"{self.home}/follow/{self.number}"

    def act(self, what: str, **fields: Any) -> TestResponse:
        return self.post(f"{self.place}/{what}", seen_at=self.place, **fields)

    def filing(self) -> PortalFiling:
        with reading() as session:
            return session.scalars(select(PortalFiling).where(PortalFiling.number == self.number)).one()

    def _ask(self, method: str, path: str, **more: Any) -> TestResponse:
        keep_time(self.walk)
        try:
            answer = self.client.open(path, method=method, **more)
        finally:
            clock.set_clock(self.walk.clock)
        answer.request.environ["wsgi.input"].close()
        return answer
