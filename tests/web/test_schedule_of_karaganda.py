"""Karaganda's schedule: the acts that only its diagrams begin with."""

from sqlalchemy import select

from app.models import UserTask
from app.models.database import reading
from tests.reception import at, karaganda
from tests.site import site_over
from tests.web.test_reception import Browser, page, select_all, words

MONTH = "/reception/plan?month=2025-06"


def test_krg_9_the_akim_assigns_from_a_page_of_his(database_url: str) -> None:
    """KRG-6, KRG-9: the acts that only this office's diagrams begin with."""
    with karaganda(database_url, at("2025-06-03")) as walk:
        app = site_over(database_url)
        app.config["WTF_CSRF_ENABLED"] = False
        browser = Browser(app, walk)
        form = {"deputy": str(walk.people["deputy_akim"]), "day": "12.06.2025", "assignment": "№ 5 от 02.06.2025"}

        month = words(page(browser.get(MONTH)))
        opened = page(browser.get("/reception/plan/assignment", role="akim"))
        refused = browser.post("/reception/plan/assignment", {**form, "day": ""}, role="akim")
        browser.post("/reception/plan/assignment", form, role="akim")
        late = browser.post("/reception/plan/report-meeting", {"meeting": "02.06.2025"})
        browser.post("/reception/plan/report-meeting", {"meeting": "20.06.2025"})
        walk.pass_time_to(at("2025-06-03", "10:10"))  # the browser's clock runs on
        with reading() as session:
            waiting = set(session.scalars(select(UserTask.element).where(UserTask.case_id.is_(None))))

        assert "Отчётная встреча" in month
        assert words(select_all(opened, "h1")[0]) == "Приём вне графика"
        assert refused.status_code == 422
        assert "нужны поручение акима, заместитель и предстоящий день" in refused.text
        assert "Напишите предстоящий день отчётной встречи" in late.text
        assert waiting == {"record_assignment", "add_report_days"}


def test_the_public_page_in_kazakh_shows_the_title_of_the_regulation(database_url: str) -> None:
    """KRG-0.9, KRG-1"""
    with karaganda(database_url, at("2025-06-02")) as walk:
        browser = Browser(site_over(database_url), walk)
        browser.get("/reception")
        client = browser.app.test_client()
        client.set_cookie("language", "kk")

        shown = words(page(client.get("/schedule/karaganda")))

    assert (
        "Қарағанды облысы әкімі аппаратының лауазымды адамдарының жеке тұлғаларды және заңды тұлғалардың өкілдерін "
        "жеке қабылдауының регламенті "
    ) in shown
    assert "2001 жылғы 23 қаңтардағы Заңы" in shown
