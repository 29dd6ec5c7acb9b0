"""Kostanay: the analysis of the appeals of a period, its growth, causes, measures and note, on the virtual clock."""

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Any

import pypdf
import pytest
from sqlalchemy import select

from app.models import (
    Appeal,
    AppealCard,
    AppealProblem,
    CardBase,
    Case,
    History,
    Letter,
    Message,
    Office,
    ProcessInstance,
    Report,
    UserTask,
)
from app.models.database import reading
from app.reports.overview import report_file, report_page
from app.reports.rows import from_figures
from app.usecases.access import ForbiddenError
from app.usecases.analysis import AnalysisBegunError, NoSuchPeriodError, begin_analysis
from app.usecases.instances import variables_of
from app.usecases.tasks import InvalidAnswersError, complete_user_task
from app.usecases.transaction import transaction
from tests.reception import Walk, at, kostanay, plan_timers, shown

MAY, JUNE = "2025-05-12", "2025-06-10"
HALF = (date(2025, 1, 1), date(2025, 6, 30))
NOTE = {"conclusions": "Главное — отопление.", "proposals": "Усилить подготовку к отопительному сезону."}


@dataclass
class AnalysisWalk(Walk):
    """Plays the analysis, which runs without a case."""

    def tasks(self) -> list[UserTask]:
        with reading() as session:
            query = select(UserTask).where(UserTask.case_id.is_(None), UserTask.status == "open")
            return list(session.scalars(query.order_by(UserTask.id)))

    def open(self) -> list[str]:
        return [task.element for task in self.tasks()]

    def values(self, element: str) -> list[dict[str, Any]]:
        """The rows that a task begins with."""
        return self.variables()[
            {"look_through": "looked", "analyse_causes": "causes", "write_note": "systemic"}[element]
        ]

    def variables(self) -> dict[str, Any]:
        return variables_of(self.tasks()[0].instance_id, by=self.actor("dept_head"))

    def answer(self, element: str, **answers: Any) -> None:
        task = next(task for task in self.tasks() if task.element == element)
        complete_user_task(task.id, answers=answers, by=self.actor(task.role))
        self.work()

    def look_through(self, problem: str = "Нет тепла") -> int:
        """Name the problem of each appeal that is listed; returns how many there were."""
        looked = self.values("look_through")
        self.answer("look_through", looked=[{**row, "problem": problem} for row in looked])
        return len(looked)

    def june(self) -> None:
        begin_analysis(date(2025, 6, 1), date(2025, 6, 30), by=self.actor("controller"))
        self.work()

    def passed(self) -> list[str]:
        with reading() as session:
            rows = session.scalars(select(History.facts).where(History.case_id.is_(None)).order_by(History.id))
            return [element for facts in rows for element in facts.get("passed", [])]

    def ended_at(self) -> list[str | None]:
        with reading() as session:
            return list(session.scalars(select(ProcessInstance.end_event).where(ProcessInstance.case_id.is_(None))))

    def report(self) -> Report:
        with reading() as session:
            return session.scalars(select(Report)).one()

    def figures(self) -> dict[str, str]:
        return {row.code: row.value for row in from_figures(self.report().figures)}


@pytest.fixture
def walk(database_url: str) -> Iterator[AnalysisWalk]:
    with kostanay(database_url, at("2025-07-01", "10:00")) as walk:
        yield AnalysisWalk(walk.clock, walk.people, walk.bodies, post=walk.post)


def carded(
    walk: AnalysisWalk,
    day: str,
    number: int,
    *,
    nature: str = "utilities",
    district: str = "Рудный",
    source: str = "hand",
    **card_says: str,
) -> None:
    """Appeals of a day with their cards."""
    moment = at(day)
    with transaction() as session:
        base = CardBase(office_id="kostanay", full_name="Иванов", kind="person", sort_key="иванов", made_at=moment)
        cases = [
            Case(office_id="kostanay", kind="appeal", language="ru", status="running", opened_at=moment)
            for _ in range(number)
        ]
        session.add_all((base, *cases))
        session.flush()
        for case in cases:
            case.number = f"К-{case.id}"
            appeal = Appeal(case_id=case.id, office_id="kostanay", source=source, medium="paper", received_at=moment)
            appeal.nature, appeal.substance = nature, "Нет тепла в доме."
            card = AppealCard(
                case_id=case.id, office_id="kostanay", base_id=base.id, number=case.number, made_at=moment, **card_says
            )
            card.appeal_date, card.district = moment.date(), district
            session.add_all((appeal, card))


def test_kst_anl_3_each_of_the_twelve_appeals_is_looked_through_and_gets_its_problem(walk: AnalysisWalk) -> None:
    """KST-ANL-1, KST-ANL-2, KST-ANL-3, KST-ANL-8; KST-DYN: as many in May, so nothing grew."""
    carded(walk, MAY, 8)
    carded(walk, MAY, 4, district="Костанай")
    carded(walk, JUNE, 8)
    carded(walk, JUNE, 4, district="Костанай")

    walk.june()

    assert {code: walk.figures()[code] for code in ("total", "region_rudny", "region_kostanay_city")} == {
        "total": "12",
        "region_rudny": "8",
        "region_kostanay_city": "4",
    }
    assert walk.look_through() == 12
    assert walk.open() == ["write_note"]
    with reading() as session:
        rows = session.scalars(select(AppealProblem)).all()
        assert {(row.problem, row.looked_by, shown(row.looked_at)) for row in rows} == {
            ("Нет тепла", walk.people["controller"], "2025-07-01 10:00")
        }
    passed = walk.passed()
    assert passed.index("build_linear_report") < passed.index("rank_appeals")


def test_kst_cat_each_topic_each_object_and_each_source_is_a_line_of_its_own(walk: AnalysisWalk) -> None:
    """KST-CAT-S1, KST-CAT-S2, KST-CAT-S3, KST-CAT-S4, KST-CAT-S5, KST-CAT-S6, KST-CAT-S7, KST-CAT-S8, KST-CAT-C1,
    KST-CAT-C2, KST-CAT-C3, KST-CAT-C4, KST-CAT-C5, KST-SRC-4"""
    with reading() as session:
        lists = session.get_one(Office, walk.office).settings["appeal"]
    topics, objects = ([each["code"] for each in lists[name]] for name in ("strategic_topics", "complaint_objects"))
    for topic in topics:
        carded(walk, JUNE, 1, category="strategic", topic=topic, source="president_reception")
    for complained_of in objects:
        carded(walk, JUNE, 1, category="complaint", complaint_object=complained_of)
    carded(walk, JUNE, 1, category="typical")

    walk.june()

    lines = {row.code: (row.label.ru, row.value) for row in from_figures(walk.report().figures)}
    assert {code for code in lines if code.startswith("topic_")} == {f"topic_{code}" for code in topics}
    assert {code for code in lines if code.startswith("object_")} == {f"object_{code}" for code in objects}
    assert len(topics) == 8
    assert len(objects) == 5
    assert lines["topic_legislation"] == ("Совершенствование законодательства", "1")
    assert lines["object_judges"] == ("Судьи всех рангов", "1")
    assert (lines["source_president_reception"][1], lines["source_hand"][1]) == ("8", "6")


def test_kst_dyn_1_the_growth_of_heating_is_looked_into_by_region(walk: AnalysisWalk) -> None:
    """KST-DYN, KST-DYN-1, KST-DYN-2, KST-DYN-3: ten appeals in May, twenty-five in June, a threshold of 100 %."""
    threshold(walk, 100)
    carded(walk, MAY, 8)
    carded(walk, MAY, 2, district="Костанай")
    carded(walk, JUNE, 20)
    carded(walk, JUNE, 5, district="Костанай")

    walk.june()
    walk.look_through()

    (task,) = walk.tasks()
    assert (task.element, task.role) == ("analyse_causes", "controller")
    causes = walk.values("analyse_causes")
    assert [(row["nature"], row["region"], row["change"]) for row in causes] == [
        ("utilities", "Рудный", "8 → 20"),
        ("utilities", "Костанай", "2 → 5"),
    ]
    assert causes[0]["split"] == "Рудный 8 → 20; Костанай 2 → 5"
    walk.answer("analyse_causes", causes=[{**row, "cause": "Авария на котельной."} for row in causes])
    with pytest.raises(InvalidAnswersError):
        walk.answer("take_measures", measures=[])
    walk.answer(
        "take_measures",
        measures=[
            {"kind": "legislation_review", "text": "Изучить правила подключения.", "parties": "Совет жителей"},
            {"kind": "other", "text": "Осмотреть котельную.", "parties": ""},
        ],
    )
    assert proposed() == [{"type": "3.4", "text": "Изучить правила подключения.; Совет жителей"}]
    walk.answer("write_note", systemic=walk.values("write_note"), **NOTE)
    walk.answer("consider_note", considered=True)

    figures = walk.figures()
    assert figures["causes_1"] == "Авария на котельной."
    (cause,) = (row.label for row in from_figures(walk.report().figures) if row.code == "causes_1")
    assert (cause.kk.rpartition(" · ")[2], cause.en.rpartition(" · ")[2]) == ("Рудный қаласы", "Rudny")
    assert figures["measures_1"] == "Изучить правила подключения.; Совет жителей"
    assert walk.ended_at() == ["analysed"]


def test_kst_task_3_1_the_note_names_systemic_questions_with_their_appeals(walk: AnalysisWalk) -> None:
    """KST-TASK-3, KST-TASK-3.1, KST-TASK-3.2: a note of two districts with the map of problems, as DOCX and PDF."""
    carded(walk, MAY, 9)
    carded(walk, JUNE, 3)
    carded(walk, JUNE, 2, district="Костанай")
    walk.june()
    walk.look_through()

    (row,) = walk.values("write_note")
    assert row["question"] == "Нет тепла"
    assert row["appeals"].startswith("5: К-")
    walk.answer("write_note", systemic=[row], **NOTE)

    assert (walk.figures()["map_rudny"], walk.figures()["map_kostanay_city"]) == (
        "3: Нет тепла (3)",
        "2: Нет тепла (2)",
    )
    page = report_page("kostanay", "appeal_month", date(2025, 6, 1))
    assert page is not None
    assert page.comment == NOTE["conclusions"]
    pdf = pypdf.PdfReader(io.BytesIO(report_file("kostanay", page, "pdf", "kk", "Тұлға")))
    words = "".join(each.extract_text() for each in pdf.pages)
    assert "Нет тепла" in words
    assert "проблемалар картасы" in words
    assert report_file("kostanay", page, "docx", "ru", "Тұлға")[:2] == b"PK"


def test_kst_task_3_6_the_half_year_begins_its_note_which_the_leadership_considers_in_time(walk: AnalysisWalk) -> None:
    """KST-TASK-3.6, T-KST-HALF: the half-year 2025-01-01 … 2025-06-30."""
    walk.clock.moment = at("2025-06-30", "09:00")
    plan_timers("kostanay", walk.now)
    carded(walk, JUNE, 1)

    walk.pass_time_to(at("2025-07-01", "09:30"))

    report = walk.report()
    assert (report.kind, report.period_from, report.period_to) == ("appeal_half_year", HALF[0], HALF[1])
    assert shown(report.due_at) == "2025-07-16 18:30"
    assert [shown(task.due_at) for task in walk.tasks()] == ["2025-07-16 18:30"]
    walk.look_through()
    walk.answer("write_note", systemic=[], **NOTE)
    (task,) = walk.tasks()
    assert (task.element, task.role) == ("consider_note", "leadership")
    walk.answer("consider_note", considered=True, resolution="Доложить акиму.")
    walk.pass_time_to(at("2025-07-18"))

    assert walk.report().sent_to == ["Тұлға leadership"]
    assert walk.report().comment == "Главное — отопление.\nДоложить акиму."
    assert late() == []


def test_kst_task_3_6_a_note_that_is_late_is_told_to_the_head_and_goes_on(walk: AnalysisWalk) -> None:
    """KST-TASK-3.6"""
    walk.clock.moment = at("2025-06-30", "09:00")
    plan_timers("kostanay", walk.now)

    walk.pass_time_to(at("2025-07-16", "18:31"))

    assert late() == ["Тұлға dept_head"]
    assert "write_note" in walk.open()


def test_kst_task_3_6_a_half_year_begun_by_hand_does_not_begin_once_more_by_itself(walk: AnalysisWalk) -> None:
    """KST-TASK-3.6, KST-ANL: begun at eight, an hour before its timer."""
    walk.clock.moment = at("2025-06-30", "09:00")
    plan_timers("kostanay", walk.now)
    carded(walk, JUNE, 1)
    walk.clock.moment = at("2025-07-01", "08:00")
    begin_analysis(*HALF, by=walk.actor("controller"))

    walk.pass_time_to(at("2025-07-01", "09:30"))

    assert walk.report().kind == "appeal_half_year"
    assert walk.open() == ["look_through"]
    assert walk.ended_at() == [None, "already_begun"]


def test_an_analysis_of_a_period_is_begun_once_and_by_the_department_when_it_is_over(walk: AnalysisWalk) -> None:
    """KST-ANL"""
    walk.june()

    with pytest.raises(AnalysisBegunError):
        walk.june()
    for first, last in ((date(2025, 7, 1), date(2025, 7, 31)), (date(2025, 6, 2), date(2025, 6, 30))):
        with pytest.raises(NoSuchPeriodError):
            begin_analysis(first, last, by=walk.actor("dept_head"))
    with pytest.raises(ForbiddenError):
        begin_analysis(date(2025, 5, 1), date(2025, 5, 31), by=walk.actor("registrar"))
    assert begin_analysis(*HALF, by=walk.actor("dept_head")) == "appeal_half_year"


def test_two_who_begin_an_analysis_at_once_begin_one(walk: AnalysisWalk) -> None:
    """KST-ANL"""
    walk.clock.moment = at("2025-07-01", "10:00")

    def begin(role: str) -> str:
        try:
            return begin_analysis(*HALF, by=walk.actor(role))
        except AnalysisBegunError:
            return "begun"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(begin, ["controller", "dept_head"])) == ["appeal_half_year", "begun"]


def threshold(walk: AnalysisWalk, percent: int) -> None:
    with transaction() as session:
        office = session.get_one(Office, walk.office)
        office.settings = {**office.settings, "appeal": {**office.settings["appeal"], "growth_threshold": percent}}


def proposed() -> list[dict[str, Any]]:
    with reading() as session:
        query = select(Message).where(Message.name == "department_task.proposed").order_by(Message.id)
        return [dict(message.payload) for message in session.scalars(query)]


def late() -> list[str]:
    with reading() as session:
        return list(session.scalars(select(Letter.recipient).where(Letter.template == "report_overdue")))
