"""An applicant comes or writes on paper to take an appeal back; staff enter it on the page of the case."""

from datetime import date, timedelta
from io import BytesIO

from sqlalchemy import select
from werkzeug.test import TestResponse

from app.models import History, HistoryPayload
from app.models.database import reading
from tests.energy import energy
from tests.karaganda import karaganda
from tests.ktek import ktek
from tests.reception import Walk, at
from tests.replies import replies_of_kostanay
from tests.site import site_over
from tests.web.test_reception import Browser, page

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64
GROUND = "Пришёл лично с письменным заявлением: дорогу уже починили."


def over(database_url: str, walk: Walk) -> Browser:
    app = site_over(database_url)
    app.config["WTF_CSRF_ENABLED"] = False
    return Browser(app, walk)


def take_back(browser: Browser, role: str, **typed: object) -> TestResponse:
    """Send the form of the page of the case, with a reason and the confirmation unless told otherwise."""
    form = {"reason": GROUND, "confirmed": "yes", **typed}
    answer = browser.post(f"/cases/{browser.walk.case_id}/withdraw", form, role)  # type: ignore[arg-type]
    browser.walk.clock.moment += timedelta(seconds=2)  # pages live a moment after the story's clock
    browser.walk.work()
    return answer


def offered(browser: Browser, role: str) -> bool:
    shown = page(browser.get(f"/cases/{browser.walk.case_id}", role))
    return bool(shown.xpath(f"//form[@action='/cases/{browser.walk.case_id}/withdraw']"))


def entered(walk: Walk) -> list[tuple[int | None, str]]:
    """Who has entered a withdrawal, and on what ground."""
    with reading() as session:
        rows = session.execute(
            select(History.person_id, HistoryPayload.payload["reason"].astext)
            .join(HistoryPayload, HistoryPayload.history_id == History.id)
            .where(History.case_id == walk.case_id, History.kind == "withdrawal_entered")
        )
        return [(person, reason) for person, reason in rows]


def test_a_registrar_enters_that_an_appeal_is_taken_back_with_the_application_on_paper(database_url: str) -> None:
    """KST-TASK-1.3: only with a ground and a confirmation, once; letter, journal of events and paper as they should."""
    with replies_of_kostanay(database_url, at("2025-06-02")) as walk:
        walk.routed()
        browser = over(database_url, walk)

        unsaid = take_back(browser, "registrar", reason=" ")
        unsure = take_back(browser, "registrar", confirmed="no")
        seen = [offered(browser, role) for role in ("registrar", "dept_head", "controller")]
        paper = {"file": (BytesIO(PNG), "otzyv.png")}
        done = [take_back(browser, "registrar", **paper).status_code, take_back(browser, "registrar").status_code]

        assert "как и почему" in unsaid.text
        assert "такова воля заявителя" in unsure.text
        assert (unsaid.status_code, unsure.status_code, seen, done) == (422, 422, [True, True, False], [303, 303])
        assert (walk.case().status, walk.waiting()) == ("withdrawn", [])
        assert [(each.kind, each.reason) for each in walk.turns()] == [("withdraw", GROUND)]
        assert len(walk.letters("appeal_withdrawn")) == 1
        assert entered(walk) == [(walk.people["registrar"], GROUND)]
        assert "otzyv.png" in browser.get(f"/cases/{walk.case_id}", "registrar").text
        assert not offered(browser, "registrar")


def test_ske_3_7_a_claim_is_not_taken_back_by_staff_once_its_reply_is_sent(database_url: str) -> None:
    """SKE-3.7"""
    with energy(database_url, at("2025-06-02")) as walk:
        walk.written()
        browser = over(database_url, walk)
        before = [offered(browser, login) for login in ("clerk", "director", "executor")]
        walk.play("hand_over_copy")

        refused = take_back(browser, "clerk")

        assert (before, offered(browser, "clerk")) == ([True, True, False], False)
        assert refused.status_code == 409
        assert "Ответ заявителю уже отправлен" in refused.text
        assert walk.waiting() == ["hand_over_copy"]


def test_ktek_3_1_1_the_document_office_enters_a_withdrawal(database_url: str) -> None:
    """KTEK-3.1.1"""
    with ktek(database_url, at("2025-06-04")) as walk:
        walk.file()
        walk.play("consider")
        browser = over(database_url, walk)

        refused = take_back(browser, "ktek_dispatcher").status_code
        done = take_back(browser, "ktek_office").status_code

        assert (refused, done, walk.case().status) == (403, 303, "withdrawn")
        assert walk.states()[-1][0] == "withdrawn"
        assert [each.status for each in walk.letters("appeal_withdrawn")] == ["sent"]


def test_krg_38_a_request_for_a_reception_is_taken_back_on_its_page(database_url: str) -> None:
    """KRG-38: before the decision it is a declined booking."""
    with karaganda(database_url, at("2025-09-10")) as walk:
        walk.reception_day(date(2025, 9, 26))
        walk.start()
        walk.play("decide_on_reception")
        browser = over(database_url, walk)

        refused = take_back(browser, "akim").status_code
        done = take_back(browser, "reception_coordinator").status_code

        assert (refused, done, walk.case().status, walk.waiting()) == (403, 303, "declined_booking", [])
        assert entered(walk) == [(walk.people["reception_coordinator"], GROUND)]
