"""The coordinator's waiting list and the applicant's answer, as pages."""

from collections.abc import Iterator
from datetime import date

import pytest

from app.usecases.waiting import offer_places
from tests.reception import Walk, at, kostanay
from tests.site import site_over
from tests.web.test_reception import Browser
from tests.web.test_visit import ADDRESS, Applicant, words

STEP = "register_and_notify_applicant"


@pytest.fixture
def office(database_url: str) -> Iterator[Browser]:
    """A case that has been decided on, one place free on 27 June."""
    with kostanay(database_url, at("2025-06-10")) as walk:
        app = site_over(database_url)
        app.config["WTF_CSRF_ENABLED"] = False
        walk.reception_day(date(2025, 6, 27), slots=1)
        walk.start()
        walk.play(STEP)
        yield Browser(app, walk)


def number(walk: Walk) -> str:
    return walk.case().number or ""


def test_the_coordinator_puts_somebody_on_the_list_and_records_the_answer(office: Browser) -> None:
    added = office.post("/reception/waiting", {"case_number": number(office.walk), "to_day": "27.06.2025"})
    waiting = words(office.get("/reception/waiting"))
    offer_places()
    offered = words(office.get("/reception/waiting"))
    accepted = office.post("/reception/waiting/1/answer", {"answer": "accept"})
    page = office.get("/reception/waiting").get_data(as_text=True)

    assert added.status_code == 303
    assert "В порядке очередности" in waiting
    assert "предложено 27.06.2025, 10:00" in offered
    assert accepted.status_code == 303
    assert f"/tasks/{office.walk.task(STEP).id}" in page


def test_mistakes_are_told_at_their_fields(office: Browser) -> None:
    unknown = office.post("/reception/waiting", {"case_number": "ЛП-9999/2025"})
    backwards = office.post(
        "/reception/waiting", {"case_number": number(office.walk), "from_day": "02.07.2025", "to_day": "01.07.2025"}
    )

    assert (unknown.status_code, backwards.status_code) == (422, 422)
    assert "Дела с таким номером нет" in words(unknown)
    assert "Конец периода" in words(backwards)


def test_the_list_is_seen_by_those_who_see_the_board_and_kept_by_the_coordinator(office: Browser) -> None:
    seen = office.get("/reception/waiting", role="dept_head")
    entered = office.post("/reception/waiting", {"case_number": number(office.walk)}, role="dept_head")

    assert seen.status_code == 200
    assert "Пока никто не ждёт" in words(seen)
    assert entered.status_code == 403


def test_the_applicant_answers_by_her_link_and_looking_answers_nothing(office: Browser) -> None:
    office.post("/reception/waiting", {"case_number": number(office.walk)})
    offer_places()
    office.walk.work()
    path = ADDRESS.findall(office.walk.post.mails[-1].text)[-1]
    she = Applicant(office.app, office.walk, office.app.test_client(), path)

    looked = [she.get().status_code, she.get("/offer").status_code]
    still = words(office.get("/reception/waiting"))
    answered = she.bare_post("/offer", answer="accept")

    assert looked == [303, 200]
    assert "предложено" in still
    assert "Рақмет. Орын сізге сақталды" in words(answered)
    assert "согласен на 27.06.2025, 10:00" in words(office.get("/reception/waiting"))
