"""Control of the terms of replies: the risk list, who is told, and the refusal that silence is."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date

import pytest
from sqlalchemy import select

from app.domain.texts import Text
from app.models import AppealAlarm, AppealLine, DeadlineRule, Person
from app.models.database import reading
from app.records.appeal_terms import reply_term
from app.usecases import calendar
from app.usecases.appeal_alarms import tell_controllers
from app.usecases.transaction import transaction
from tests.appeals import AppealWalk, appeals_of_kostanay
from tests.reception import at, shown
from tests.site import site_over
from tests.web.test_reception import Browser, page, words

RULE = (
    *("office_id", "key", "roll", "clause", "name_kk", "name_ru", "name_en", "basis_kk", "basis_ru", "basis_en"),
    "entered_at",
)


@pytest.fixture
def browser(database_url: str) -> Iterator[Browser]:
    """Kostanay on Tuesday 3 June 2025 with an appeal whose card is made: its reply is due on 2025-06-25."""
    with appeals_of_kostanay(database_url, at("2025-06-03")) as walk:
        app = site_over(database_url)
        app.config["WTF_CSRF_ENABLED"] = False
        walk.by_hand(until="fill_parameters")
        yield Browser(app, walk)


def told(office_id: str = "kostanay") -> int:
    with transaction() as session:
        return tell_controllers(office_id, session=session)


def test_kst_task_1_3_an_appeal_is_at_risk_five_working_days_before_and_then_deemed_refused(browser: Browser) -> None:
    """KST-TASK-1.3, KST-LAW-1"""
    walk = browser.walk
    shown = {}
    for day in ("2025-06-17", "2025-06-18", "2025-06-25", "2025-06-26"):
        walk.clock.moment = at(day, "10:00")
        shown[day] = words(page(browser.get("/control", "controller")))

    assert "Обращений с истекающим или истёкшим сроком нет" in shown["2025-06-17"]
    assert "Срок под угрозой" in shown["2025-06-18"]
    assert "Срок под угрозой" in shown["2025-06-25"]
    assert "считается отказом" in shown["2025-06-26"]
    assert "Статья 76" in shown["2025-06-26"]
    assert browser.get("/control", "registrar").status_code == 403


def test_kst_task_1_3_the_controller_is_told_once_of_the_risk_and_once_of_the_refusal(browser: Browser) -> None:
    """KST-TASK-1.3: one letter for each, by name on the page."""
    walk = browser.walk
    assert isinstance(walk, AppealWalk)
    news = {}
    for day in ("2025-06-17", "2025-06-18", "2025-06-19", "2025-06-26", "2025-06-27"):
        walk.clock.moment = at(day, "09:05")
        news[day] = told()

    with reading() as session:
        name = session.get_one(Person, walk.people["controller"]).full_name
        kinds = [each.kind for each in session.query(AppealAlarm).order_by(AppealAlarm.id)]
    assert list(news.values()) == [0, 1, 0, 1, 0]
    assert kinds == ["risk", "overdue"]
    assert name in words(page(browser.get("/control", "controller")))
    walk.work()
    assert [each.subject for each in walk.post.mails].count("Контроль сроков ответа на обращения") == 2


def test_the_list_is_a_file_by_body_and_for_print(browser: Browser) -> None:
    browser.walk.clock.moment = at("2025-06-26", "10:00")

    text = browser.get("/control/list.csv?view=overdue", "dept_head").get_data(as_text=True).lstrip("\ufeff")
    printed = words(page(browser.get("/control?print=1", "dept_head")))
    others = page(browser.get("/control?executor=1", "dept_head"))

    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert len(rows) == 2
    assert rows[1][4] == "2025-06-25"
    assert "считается отказом" in rows[1][5]
    assert "Для печати" not in printed
    assert "К-00001/2025" not in words(others)
    assert [words(each) for each in others.xpath('//nav[@class="views"]//a')] == [
        *("Все 0", "Просрочено 0", "Под угрозой 0"),
    ]


def test_the_terms_of_the_lists_follow_a_day_off_that_is_declared_later(browser: Browser) -> None:
    """KST-LAW-1: the timers of the process and the lists say the same day."""
    walk = browser.walk
    walk.play("follow_consideration")
    closed = calendar.Change(
        day=date(2025, 6, 20), working=False, reason=Text("жөндеу", "ремонт"), layer="local", document="Приказ 7"
    )

    calendar.decide(closed, moving="all", by=walk.actor("office_admin"))
    walk.work()

    with reading() as session:
        (line,) = session.scalars(select(AppealLine))
    assert shown(line.due_at)[:10] == "2025-06-26"


def test_a_rule_holds_from_the_first_hour_of_its_day_in_the_office(browser: Browser) -> None:
    """One in the morning of 1 July in Kostanay is 30 June in UTC."""
    with transaction() as session:
        old = session.scalars(select(DeadlineRule).where(DeadlineRule.key == "appeal.reply")).first()
        assert old is not None
        row = {name: getattr(old, name) for name in RULE}
        new = {"valid_from": date(2025, 7, 1), "expression": "3 working days after appeal.registered"}
        session.add(DeadlineRule(**{**row, **new}))
    with reading() as session:
        before, after = (
            reply_term(session, "kostanay", at("2025-06-30", "23:00")),
            reply_term(session, "kostanay", at("2025-07-01", "01:00").astimezone(UTC)),
        )

    assert before is not None
    assert after is not None
    assert (before.stored["rule_id"] == old.id, after.stored["expression"]) == (True, new["expression"])
