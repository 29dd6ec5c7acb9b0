"""The applicant's page: looking changes nothing, only forms act, and it speaks her language."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from flask import Flask
from lxml import html
from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from werkzeug.test import Client, TestResponse

from app.domain import clock
from app.models import Installation, RateLimit
from app.usecases.transaction import transaction
from tests.reception import Walk, at, kostanay
from tests.site import site_over
from tests.web.test_reception import Browser

ADDRESS = re.compile(r"https://reception\.example(/visit/[0-9a-f]{32})")


@dataclass
class Applicant:
    """Somebody without an account who got a letter: her browser, and the path of her link."""

    app: Flask
    walk: Walk
    client: Client
    path: str

    def get(self, rest: str = "") -> TestResponse:
        return self._ask("GET", rest, None)

    def post(self, rest: str, **fields: str) -> TestResponse:
        page = html.fromstring(self.get().get_data(as_text=True))
        token = page.xpath("//input[@name='csrf_token']/@value")
        return self._ask("POST", rest, {"csrf_token": token[0] if token else "", **fields})

    def bare_post(self, rest: str, **fields: str) -> TestResponse:
        """A form of another site: without the token of ours."""
        return self._ask("POST", rest, fields)

    def _ask(self, method: str, rest: str, data: dict[str, str] | None) -> TestResponse:
        shift = {"shift": (self.walk.clock.now() - clock.wall()).total_seconds()}
        with transaction() as session:
            session.execute(
                insert(Installation)
                .values(key="clock", value=shift)
                .on_conflict_do_update(index_elements=["key"], set_={"value": shift})
            )
        try:
            return self.client.open(f"{self.path}{rest}", method=method, data=data)
        finally:
            clock.set_clock(self.walk.clock)


@pytest.fixture
def she(database_url: str) -> Iterator[Applicant]:
    """Booked for 10:00 of Friday 27 June 2025, with three more times free."""
    with kostanay(database_url, at("2025-06-10")) as walk:
        app = site_over(database_url)
        walk.reception_day(date(2025, 6, 27), slots=4)
        walk.start()
        walk.play("register_and_notify_applicant")
        walk.complete("register_and_notify_applicant", slot=str(walk.slots[0]), place="akimat")
        with transaction() as session:
            session.execute(delete(RateLimit))
        yield Applicant(app, walk, app.test_client(), ADDRESS.findall(walk.post.mails[-1].text)[-1])


def words(answer: TestResponse) -> str:
    return html.fromstring(answer.get_data(as_text=True)).find(".//main").text_content()


def test_looking_at_every_page_changes_nothing(she: Applicant) -> None:
    """KST-S04.2: mail scanners and previews open links; only a form of the page itself acts."""
    answers = [
        she.get(rest).status_code for rest in ("", "/cancel", "/reception.ics", "/confirm", "", "/move", "/keep")
    ]

    assert answers == [200, 200, 200, 303, 200, 405, 405]
    assert [row.status for row in she.walk.bookings()] == ["booked"]
    assert she.walk.case().status == "running"


def test_it_speaks_the_language_of_her_request_until_she_chooses_another(she: Applicant) -> None:
    kazakh = words(she.get())
    she.client.set_cookie("language", "ru")

    russian = words(she.get())

    assert "Жеке қабылдауыңыз" in kazakh
    assert "2025 жылғы 27 маусым" in kazakh
    assert "Ваш личный приём" in russian
    assert "Досмағамбетов" not in kazakh + russian


def test_she_chooses_a_time_confirms_and_sees_it(she: Applicant) -> None:
    """KST-S07.2"""
    slot = str(she.walk.slots[1])
    kept = she.post("/keep", slot=slot)
    asked = words(she.get("/confirm"))

    moved = she.post("/move", slot=slot)

    assert (kept.status_code, moved.status_code) == (303, 303)
    assert "10:00 орнына" in asked
    assert "10:20" in asked
    assert "Бұл уақытты сағат" in asked
    assert "10:20" in words(she.get())
    assert [row.status for row in she.walk.bookings()] == ["moved", "booked"]


def test_without_a_choice_the_form_says_so(she: Applicant) -> None:
    answer = she.post("/keep", slot="")

    assert answer.status_code == 422
    assert "Бос уақыттардың бірін таңдаңыз." in words(answer)


def test_a_form_of_another_site_does_nothing(she: Applicant) -> None:
    answer = she.bare_post("/cancel")

    assert answer.status_code == 400
    assert she.walk.case().status == "running"


def test_she_cancels_and_the_link_ends(she: Applicant) -> None:
    answer = she.post("/cancel")

    assert answer.status_code == 200
    assert "Қабылдаудан бас тартылды" in words(answer)
    assert she.walk.case().status == "withdrawn"
    assert she.get().status_code == 404


def test_the_calendar_file_comes_as_one(she: Applicant) -> None:
    answer = she.get("/reception.ics")

    assert answer.mimetype == "text/calendar"
    assert answer.headers["Content-Disposition"] == "attachment; filename=qabyldau-2025-06-27.ics"
    assert b"DTSTART:20250627T050000Z" in answer.data


def test_whoever_guesses_is_stopped(she: Applicant) -> None:
    she.path = "/visit/" + "0" * 32

    answers = [she.get().status_code for _ in range(32)]

    assert answers[:30] == [404] * 30
    assert answers[30:] == [429, 429]


def test_the_coordinator_takes_the_link_back_and_sends_another(she: Applicant) -> None:
    she.app.config["WTF_CSRF_ENABLED"] = False
    office = Browser(she.app, she.walk)
    page = office.get(f"/reception/booking/{she.walk.case_id}/move").get_data(as_text=True)

    revoked = office.post(f"/reception/booking/{she.walk.case_id}/link/revoke", {})
    gone = she.get().status_code
    renewed = office.post(f"/reception/booking/{she.walk.case_id}/link/renew", {})
    she.walk.clock.moment += timedelta(minutes=1)
    she.walk.work()
    she.path = ADDRESS.findall(she.walk.post.mails[-1].text)[-1]

    assert "Личная ссылка заявителя" in page
    assert (revoked.status_code, gone, renewed.status_code) == (303, 404, 303)
    assert she.get().status_code == 200


def test_only_the_coordinator_may_take_it_back(she: Applicant) -> None:
    she.app.config["WTF_CSRF_ENABLED"] = False
    office = Browser(she.app, she.walk)

    answer = office.post(f"/reception/booking/{she.walk.case_id}/link/revoke", {}, role="leadership")

    assert answer.status_code == 403
    assert she.get().status_code == 200
