"""Control of assignments in Kostanay on the real stack: from the protocol or a higher body until it is off control."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import delete, select

from app.handlers.assignments import register as register_assignment
from app.handlers.registry import Step
from app.models import (
    Assignment,
    AssignmentExtension,
    AssignmentMeasure,
    Case,
    History,
    HistoryPayload,
    Person,
    RoleGrant,
    Substitution,
)
from app.models.database import reading
from app.queries.assignments import AssignmentFilter, register
from app.queries.task_page import delegation_of
from app.usecases import assignments as use
from app.usecases.access import Actor, ForbiddenError
from app.usecases.conflicts import PreviousExecutorError
from app.usecases.substitutions import Absence, enter_absence
from app.usecases.task_forms import open_task
from app.usecases.tasks import InvalidAnswersError, claim, complete_user_task, delegate
from app.usecases.transaction import transaction
from tests.reception import Walk, at, kostanay

AKIM = use.HigherAssignment(
    origin="akim", document="№ 11-5/204, 03.06.2025", text="Апатты үйдің тұрғындарын көшіру.", body_id=None, due_on=None
)


@pytest.fixture
def walk(database_url: str) -> Iterator[Walk]:
    """The office on Tuesday 3 June 2025."""
    with kostanay(database_url, at("2025-06-03")) as walk:
        yield walk
        with transaction() as session:
            session.execute(delete(Substitution))
            session.execute(Person.__table__.update().where(Person.login == "assignee2").values(active=False))


def given(walk: Walk, due: str, **changes: Any) -> int:
    """An assignment of the akim comes under control now; returns it."""
    words = replace(AKIM, body_id=walk.bodies["housing"], due_on=date.fromisoformat(due), **changes)
    assignment_id = use.receive(words, by=walk.actor("controller"))
    walk.work()
    with reading() as session:
        walk.case_id = session.get_one(Assignment, assignment_id).case_id
    return assignment_id


def one(walk: Walk) -> Assignment:
    (row,) = walk.given_assignments()
    return row


def second_executor(walk: Walk) -> int:
    """Another employee who carries out assignments."""
    with transaction() as session:
        known = session.scalars(select(Person).where(Person.login == "assignee2")).first()
        if known is None:
            known = Person(
                office_id="kostanay",
                login="assignee2",
                full_name="Серік Жұмабаев",
                sort_key="s",
                language="kk",
                email="assignee2@example.test",
                preferences={},
            )
            session.add(known)
            session.flush()
            session.add(
                RoleGrant(office_id="kostanay", person_id=known.id, role="assignee", valid_from=date(2019, 1, 1))
            )
        known.active = True
        return known.id


def acting(walk: Walk, person_id: int) -> Actor:
    return Actor(person_id, "kostanay", "Серік Жұмабаев", "kk", frozenset({"assignee"}))


def refused(walk: Walk, element: str, **answers: Any) -> dict[str, str]:
    """The sentences at the fields when the office refuses these answers."""
    with pytest.raises(InvalidAnswersError) as invalid:
        walk.answer(element, **answers)
    return {key: said.ru for key, said in invalid.value.errors.items()}


def told(walk: Walk, kind: str) -> list[str]:
    """The reasons that the history of the case gives for events of a kind."""
    with reading() as session:
        rows = session.scalars(
            select(HistoryPayload.payload)
            .join(History, History.id == HistoryPayload.history_id)
            .where(History.case_id == walk.case_id, History.kind == kind)
            .order_by(History.id)
        )
        return [row.get("reason", "") for row in rows]


def decided_before(walk: Walk, assignment_id: int, person_id: int) -> None:
    """Employee X decided the matter on Wednesday 12 March 2025."""
    use.record_earlier_decision(
        assignment_id,
        name="",
        person_id=person_id,
        decided_on=date(2025, 3, 12),
        ground="ЖТ-2025-118",
        by=walk.actor("controller"),
    )


class TestTheProtocol:
    """Steps 11 to 13 of the reception: one control for each assignment, by messages."""

    @pytest.fixture(autouse=True)
    def reception(self, walk: Walk) -> None:
        walk.reception_day(date(2025, 6, 27))
        walk.start()

    def test_each_assignment_of_the_protocol_gets_a_control_of_its_own(self, walk: Walk) -> None:
        """KST-S11, KST-S12, BR-09: two assignments, the case waits for both and no task of its own controls them"""
        walk.play("choose_executor")
        waiting, numbers = walk.waiting(), walk.numbers("R-ASSIGN")
        walk.complete("choose_executor", **walk.usual("choose_executor"))
        walk.complete("execute_assignment", **walk.usual("execute_assignment"))
        walk.complete("check_execution", **walk.usual("check_execution"))
        after_one = walk.waiting()
        walk.play("archive_appeal")

        assert waiting == ["choose_executor", "choose_executor"]
        assert numbers == ["ПП-001/2025", "ПП-002/2025"]
        assert after_one == ["choose_executor"]
        assert walk.waiting() == ["archive_appeal"]
        assert [each.state for each in walk.given_assignments()] == ["off_control", "off_control"]
        assert [each.off_control_by for each in walk.given_assignments()] == [walk.people["controller"]] * 2

    def test_nothing_is_archived_before_the_leadership_agrees(self, walk: Walk) -> None:
        """KST-S13: all executed on Friday 18 July; without agreement nothing is archived, on 22 July it is"""
        walk.play("choose_executor")
        walk.pass_time_to(at("2025-07-18", "17:00"))
        walk.play("archive_appeal")

        walk.complete("archive_appeal", agreed="no", closing_remarks="Екінші тапсырманы тексеріңіз.")
        assert walk.numbers("R-ARCHIVE") == []
        assert walk.waiting() == ["address_remarks"]
        again = str(walk.given_assignments()[1].id)
        walk.complete(
            "address_remarks",
            remarks_addressed="Екінші тапсырма қайта тексеріледі.",
            any_returned="yes",
            returned_ids=[again],
            returned_due="2025-07-21",
        )
        states = [each.state for each in walk.given_assignments()]
        walk.play("archive_appeal")
        walk.pass_time_to(at("2025-07-22", "10:00"))
        walk.complete("archive_appeal", **walk.usual("archive_appeal"))

        assert states == ["off_control", "under_control"]
        assert walk.numbers("R-ASSIGN") == ["ПП-001/2025", "ПП-002/2025"]
        (entry,) = walk.entries("R-ARCHIVE")
        assert entry.entered_by == walk.people["leadership"]
        assert walk.case().status == "archived"

    def test_the_department_may_answer_the_remarks_without_a_new_control(self, walk: Walk) -> None:
        """KST-S13"""
        walk.play("archive_appeal")
        walk.complete("archive_appeal", agreed="no", closing_remarks="Жауаптың көшірмесі жоқ.")

        walk.complete("address_remarks", **walk.usual("address_remarks"))

        assert walk.waiting() == ["archive_appeal"]
        assert {each.state for each in walk.given_assignments()} == {"off_control"}


def test_an_assignment_of_a_higher_body_comes_under_control_with_its_origin(walk: Walk) -> None:
    """KST-TASK-4.4: received on Tuesday 3 June 2025; PA-01 records the origin"""
    given(walk, "2025-06-18")

    row = one(walk)
    assert (row.origin, row.origin_document) == ("akim", "№ 11-5/204, 03.06.2025")
    assert (row.register_number, row.state) == ("ПП-001/2025", "under_control")
    assert walk.waiting() == ["choose_executor"]


def test_a_step_of_another_office_gets_no_assignment_of_this_one(walk: Walk) -> None:
    """Its id may come with a message or stand in a diagram that somebody draws there."""
    assignment_id = given(walk, "2025-07-18")

    with reading() as session, pytest.raises(LookupError):
        register_assignment(Step(session, "other", None, 1, "register", walk.now), assignment_id=assignment_id)


def test_the_register_is_filtered_by_origin(walk: Walk) -> None:
    """KST-TASK-5.1: five origins, the akim's alone"""
    for origin in use.HIGHER:
        given(walk, "2025-06-18", origin=origin)

    found = register("kostanay", AssignmentFilter(origin="akim"))

    assert [row.origin for row in found.rows] == ["akim"]
    assert register("kostanay", AssignmentFilter()).total == 5


def test_what_is_not_executed_by_its_day_is_in_the_list_of_the_next_day(walk: Walk) -> None:
    """KST-TASK-1.3, KST-S12: due on Wednesday 18 June, late on Thursday 19 June; the head of the Department is told"""
    given(walk, "2025-06-18")
    walk.complete("choose_executor", **walk.usual("choose_executor"))
    walk.pass_time_to(at("2025-06-18", "17:00"))
    before = register("kostanay", AssignmentFilter(state="late")).total

    walk.pass_time_to(at("2025-06-19", "09:30"))

    assert (before, register("kostanay", AssignmentFilter(state="late")).total) == (0, 1)
    assert [letter.recipient for letter in walk.letters("assignment_overdue")] == ["Тұлға dept_head"]
    assert walk.waits_for("execute_assignment")


def test_executors_are_reminded_three_working_days_before(walk: Walk) -> None:
    """KST-S12: due on Thursday 10 July 2025; Monday 7 July is a day off, so on Friday 4 July"""
    walk.clock.moment = at("2025-06-27")
    given(walk, "2025-07-10")
    walk.complete("choose_executor", **walk.usual("choose_executor"))
    walk.pass_time_to(at("2025-07-04", "08:59"))
    before = len(walk.letters("assignment_reminder"))

    walk.pass_time_to(at("2025-07-04", "09:00"))

    assert (before, len(walk.letters("assignment_reminder"))) == (0, 1)


def test_an_assignment_executed_after_its_day_is_late_by_working_days_and_needs_a_mark(walk: Walk) -> None:
    """KST-S12: due on Friday 18 July, executed on Monday 21 July"""
    walk.clock.moment = at("2025-06-27")
    given(walk, "2025-07-18")
    walk.complete("choose_executor", **walk.usual("choose_executor"))
    assert walk.due("execute_assignment") == "2025-07-18 18:30"
    walk.pass_time_to(at("2025-07-21", "17:00"))
    walk.complete("execute_assignment", **walk.usual("execute_assignment"))

    unmarked = refused(walk, "check_execution")
    walk.complete("check_execution", **walk.usual("check_execution"))

    assert unmarked == {"quality": "Отметьте качество исполнения"}
    assert (one(walk).timeliness, one(walk).late_days, one(walk).quality) == ("late", 1, "good")
    assert one(walk).state == "off_control"


def test_co_executors_give_their_part_to_the_responsible_one(walk: Walk) -> None:
    """KST-S12: the first is responsible; her report ends what the others have not done"""
    other = second_executor(walk)
    given(walk, "2025-06-18")
    walk.complete("choose_executor", responsible=f"p{walk.people['assignee']}", co_executors=[f"p{other}"])
    waiting = {task.element: task.assignee_id for task in walk.tasks()}
    complete_user_task(
        walk.task("contribute").id, answers={"contribution": "Көшірмелер берілді."}, by=acting(walk, other)
    )
    facts = open_task(walk.task("execute_assignment").id, by=walk.actor("assignee")).page.facts["assignment"]
    walk.complete("execute_assignment", **walk.usual("execute_assignment"))

    assert waiting == {"execute_assignment": walk.people["assignee"], "contribute": other}
    assert facts["contributions"] == ["Серік Жұмабаев: Көшірмелер берілді."]
    assert walk.waiting() == ["check_execution"]


def test_the_report_of_the_responsible_one_does_not_wait_for_a_silent_co_executor(walk: Walk) -> None:
    """KST-S12"""
    given(walk, "2025-06-18")
    walk.complete(
        "choose_executor", responsible=f"p{walk.people['assignee']}", co_executors=[f"p{second_executor(walk)}"]
    )

    walk.complete("execute_assignment", **walk.usual("execute_assignment"))

    assert walk.waiting() == ["check_execution"]


def test_what_a_state_body_reports_is_recorded_by_the_department(walk: Walk) -> None:
    """KST-S12"""
    given(walk, "2025-06-18")
    walk.complete(
        "choose_executor", responsible=f"b{walk.bodies['housing']}", official="Ахметов Серік", co_executors=[]
    )

    assert walk.waiting() == ["record_execution"]
    (letter,) = walk.letters("assignment_given")
    assert letter.address == "housing@bodies.example"
    walk.complete("record_execution", **walk.usual("record_execution"))
    assert one(walk).state == "executed"


def test_a_later_date_holds_once_the_management_agrees(walk: Walk) -> None:
    """KST-S12, KRG-25: both dates are kept; the task, the reminder and the escalation follow the new one"""
    assignment_id = given(walk, "2025-06-18")
    walk.complete("choose_executor", **walk.usual("choose_executor"))
    use.ask_extension(
        assignment_id, new_due=date(2025, 7, 10), reason="Экспертиза аяқталмады.", by=walk.actor("assignee")
    )
    walk.work()
    walk.complete("decide_on_extension", extension_decision="granted")

    assert walk.due("execute_assignment") == "2025-07-10 18:30"
    with reading() as session:
        row = session.scalars(select(AssignmentExtension)).one()
        assert (row.old_due_on, row.new_due_on, row.decision) == (date(2025, 6, 18), date(2025, 7, 10), "granted")
        assert row.decided_by == walk.people["dept_head"]
    assert "10.07.2025" in walk.letters("assignment_extension")[0].body
    walk.pass_time_to(at("2025-07-03", "18:00"))
    assert walk.letters("assignment_overdue") + walk.letters("assignment_reminder") == []
    walk.pass_time_to(at("2025-07-04", "09:00"))
    assert len(walk.letters("assignment_reminder")) == 1
    walk.pass_time_to(at("2025-07-11", "09:30"))
    assert len(walk.letters("assignment_overdue")) == 1


def test_a_date_that_was_extended_after_it_passed_is_watched_again(walk: Walk) -> None:
    """KST-S12"""
    assignment_id = given(walk, "2025-06-18")
    walk.complete("choose_executor", **walk.usual("choose_executor"))
    walk.pass_time_to(at("2025-06-19", "10:00"))
    use.ask_extension(assignment_id, new_due=date(2025, 7, 10), reason="Экспертиза.", by=walk.actor("assignee"))
    walk.work()
    walk.complete("decide_on_extension", extension_decision="granted")
    reminded = len(walk.letters("assignment_reminder"))

    walk.pass_time_to(at("2025-07-11", "09:30"))

    assert reminded == 1
    assert len(walk.letters("assignment_reminder")) == 2
    assert len(walk.letters("assignment_overdue")) == 2


def test_a_later_date_may_be_refused_with_a_reason(walk: Walk) -> None:
    """KST-S12"""
    assignment_id = given(walk, "2025-06-18")
    walk.complete("choose_executor", **walk.usual("choose_executor"))
    use.ask_extension(assignment_id, new_due=date(2025, 7, 10), reason="Уақыт жетпейді.", by=walk.actor("assignee"))
    walk.work()

    silent = refused(walk, "decide_on_extension", extension_decision="refused")
    walk.complete("decide_on_extension", extension_decision="refused", extension_decision_reason="Себебі дәлелді емес.")

    assert set(silent) == {"extension_decision_reason"}
    assert walk.due("execute_assignment") == "2025-06-18 18:30"
    assert "Себебі дәлелді емес" in walk.letters("assignment_extension")[0].body


def test_a_later_date_is_later_has_a_reason_and_is_asked_once(walk: Walk) -> None:
    """KST-S12"""
    assignment_id = given(walk, "2025-06-18")
    walk.complete("choose_executor", **walk.usual("choose_executor"))

    with pytest.raises(use.FieldsRefusedError) as wrong:
        use.ask_extension(assignment_id, new_due=date(2025, 6, 18), reason=" ", by=walk.actor("assignee"))
    with pytest.raises(ForbiddenError):
        use.ask_extension(assignment_id, new_due=date(2025, 7, 1), reason="Иә", by=acting(walk, second_executor(walk)))
    use.ask_extension(assignment_id, new_due=date(2025, 7, 1), reason="Иә", by=walk.actor("controller"))
    with pytest.raises(use.ExtensionOpenError):
        use.ask_extension(assignment_id, new_due=date(2025, 7, 2), reason="Иә", by=walk.actor("controller"))

    assert set(wrong.value.errors) == {"new_due", "reason"}


def test_a_poor_reply_is_reviewed_and_goes_back_with_remarks(walk: Walk) -> None:
    """KST-TASK-1.5, KST-S12: the verdict “rework” of 20 June 2025 sends the remarks to the executor"""
    given(walk, "2025-06-25")
    walk.play("check_execution")
    walk.pass_time_to(at("2025-06-20", "10:00"))
    walk.complete("check_execution", quality="doubtful")

    walk.complete(
        "review_quality",
        methods=["call"],
        results="Өтініш беруші жауап алмаған.",
        verdict="rework",
        review_remarks="Жауапты жіберіп, растауын қоса беріңіз.",
    )

    assert walk.waiting() == ["execute_assignment"]
    assert (one(walk).state, one(walk).returned, one(walk).executed_on) == ("rework", 1, None)
    (letter,) = walk.letters("assignment_rework")
    assert "растауын қоса беріңіз" in letter.body
    walk.complete("execute_assignment", **walk.usual("execute_assignment"))
    walk.complete("check_execution", **walk.usual("check_execution"))
    assert one(walk).state == "off_control"


def test_a_reply_that_stands_the_review_is_accepted(walk: Walk) -> None:
    """KST-S12"""
    given(walk, "2025-06-25")
    walk.play("check_execution")
    walk.complete("check_execution", quality="poor")

    walk.complete("review_quality", **walk.usual("review_quality"))

    assert one(walk).state == "off_control"


def test_what_is_not_finished_goes_back_although_it_is_good(walk: Walk) -> None:
    """KST-S12"""
    given(walk, "2025-06-25")
    walk.play("check_execution")

    walk.complete("check_execution", quality="good", fully_executed="no", remarks="Екінші үй қалды.")

    assert walk.waiting() == ["execute_assignment"]
    assert told(walk, "assignment_returned") == ["Екінші үй қалды."]


def test_only_the_department_controls(walk: Walk) -> None:
    """KST-S12, AC-04"""
    assignment_id = given(walk, "2025-06-25")
    walk.play("check_execution")

    with pytest.raises(ForbiddenError):
        complete_user_task(
            walk.task("check_execution").id, answers=walk.usual("check_execution"), by=walk.actor("assignee")
        )
    with pytest.raises(ForbiddenError):
        use.start_check(assignment_id, by=walk.actor("assignee"))
    with pytest.raises(ForbiddenError):
        use.receive(AKIM, by=walk.actor("leadership"))


def test_a_check_on_site_records_day_place_and_findings(walk: Walk) -> None:
    """KST-TASK-5.3: completed on Thursday 19 June 2025"""
    assignment_id = given(walk, "2025-06-25")
    walk.pass_time_to(at("2025-06-19", "15:00"))
    use.start_check(assignment_id, by=walk.actor("controller"))
    walk.work()

    empty = refused(walk, "check_on_site", measure_kind="site_check")
    walk.complete(
        "check_on_site", measure_kind="site_check", done_on="2025-06-19", place="Абай к., 5", findings="Үй бос."
    )

    assert set(empty) == {"done_on", "place", "findings"}
    assert measures(walk) == [("site_check", "recorded", date(2025, 6, 19), "Абай к., 5", "Үй бос.")]
    assert walk.waiting() == ["choose_executor"]


def measures(walk: Walk) -> list[tuple[Any, ...]]:
    with reading() as session:
        rows = session.scalars(select(AssignmentMeasure).order_by(AssignmentMeasure.id))
        return [(row.kind, row.state, row.done_on, row.place, row.text) for row in rows]


def test_a_joint_check_names_the_units_and_leads_to_a_proposal(walk: Walk) -> None:
    """KST-TASK-5.4: of Thursday 19 June 2025"""
    assignment_id = given(walk, "2025-06-25")
    walk.pass_time_to(at("2025-06-19", "15:00"))
    use.start_check(assignment_id, by=walk.actor("controller"))
    walk.work()
    unnamed = refused(
        walk, "check_on_site", measure_kind="joint_check", done_on="2025-06-19", place="ТКШ", findings="Анықталды."
    )
    walk.complete(
        "check_on_site",
        measure_kind="joint_check",
        done_on="2025-06-19",
        place="ТКШ",
        participants="Құрылыс басқармасы",
        findings="Бұзушылық анықталды.",
    )
    use.start_measure(assignment_id, by=walk.actor("controller"))
    walk.work()
    walk.complete("propose_measures", measure_kind="violations", done_on="2025-06-19", findings="Бұзушылықты жою.")

    assert set(unnamed) == {"participants"}
    assert [(kind, state) for kind, state, *_ in measures(walk)] == [
        ("joint_check", "recorded"),
        ("violations", "proposed"),
    ]


def test_discipline_may_be_proposed_once_it_is_overdue(walk: Walk) -> None:
    """KST-TASK-5.2: overdue since Wednesday 18 June, proposed on Thursday 19 June 2025"""
    assignment_id = given(walk, "2025-06-18")
    walk.pass_time_to(at("2025-06-19", "10:00"))
    use.start_measure(assignment_id, by=walk.actor("controller"))
    walk.work()

    walk.complete("propose_measures", measure_kind="discipline", done_on="2025-06-19", findings="Ескерту жасау.")

    assert measures(walk) == [("discipline", "proposed", date(2025, 6, 19), "", "Ескерту жасау.")]


def test_a_proposal_on_liability_stays_in_the_monitoring_until_it_is_decided(walk: Walk) -> None:
    """KST-TASK-5.5: of Friday 20 June 2025"""
    assignment_id = given(walk, "2025-06-25")
    walk.pass_time_to(at("2025-06-20", "10:00"))
    use.start_measure(assignment_id, by=walk.actor("controller"))
    walk.work()
    walk.complete("propose_measures", measure_kind="liability", done_on="2025-06-20", findings="Жауапқа тарту.")
    open_before = register("kostanay", AssignmentFilter(state="proposals")).total
    with reading() as session:
        measure = session.scalars(select(AssignmentMeasure)).one()

    use.decide_measure(
        measure.id, decision="Сөгіс жарияланды.", decided_on=date(2025, 6, 20), by=walk.actor("controller")
    )

    assert (measure.state, open_before) == ("proposed", 1)
    assert register("kostanay", AssignmentFilter(state="proposals")).total == 0
    assert measures(walk)[0][1] == "decided"


def test_a_conclusion_of_the_monitoring_cites_the_number_of_the_appeal(walk: Walk) -> None:
    """KST-TASK-5.7: made on Friday 20 June 2025 about an appeal of 3 June"""
    assignment_id = given(walk, "2025-06-25", appeal_number="ЖТ-2025-0311")
    walk.pass_time_to(at("2025-06-20", "10:00"))
    use.start_measure(assignment_id, by=walk.actor("controller"))
    walk.work()

    walk.complete("propose_measures", measure_kind="conclusion", done_on="2025-06-20", findings="Орындау мерзімінде.")

    papers = dict(walk.documents("monitoring_conclusion"))
    assert len(papers) == 4
    texts = [
        "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
        for name, content in papers.items()
        if name.endswith(".pdf")
    ]
    assert all("ЖТ-2025-0311" in text and "Орындау мерзімінде" in text for text in texts)


class TestWhoDecidedBefore:
    """KRG-37, BR-07, AC-12: nobody gets a matter that she decided before, on whatever way."""

    def test_she_is_absent_from_the_candidates_and_cannot_be_entered(self, walk: Walk) -> None:
        """KRG-37: X decided the matter on Wednesday 12 March 2025; the assignment is of 27 June 2025"""
        walk.clock.moment = at("2025-06-27")
        barred = second_executor(walk)
        assignment_id = given(walk, "2025-07-18")
        decided_before(walk, assignment_id, barred)
        page = open_task(walk.task("choose_executor").id, by=walk.actor("controller")).page
        offered = [choice.value for choice in page.choices["executor_candidates"]]

        by_code = refused(walk, "choose_executor", responsible=f"p{barred}", co_executors=[])
        by_name = refused(
            walk,
            "choose_executor",
            responsible=f"b{walk.bodies['housing']}",
            official="жұмабаев  СЕРІК",
            co_executors=[],
        )

        assert f"p{barred}" not in offered
        assert f"p{walk.people['assignee']}" in offered
        assert page.facts["assignment"]["excluded"] == [
            (
                "Серік Жұмабаев (ответственный исполнитель) уже разрешал(а) этот вопрос: 12.03.2025, ЖТ-2025-118. "
                "Поручать его снова не допускается (KRG-37)."
            )
        ]
        assert "уже разрешал(а) этот вопрос: 12.03.2025" in by_code["responsible"]
        assert "уже разрешал(а) этот вопрос: 12.03.2025" in by_name["official"]
        assert ["12.03.2025" in reason for reason in told(walk, "executor_refused")] == [True, True]

    def test_a_task_is_not_delegated_to_her(self, walk: Walk) -> None:
        """KRG-37"""
        barred = second_executor(walk)
        assignment_id = given(walk, "2025-06-18")
        walk.complete("choose_executor", **walk.usual("choose_executor"))
        decided_before(walk, assignment_id, barred)
        task = walk.task("execute_assignment").id

        offered = delegation_of(task, office_id="kostanay")
        with pytest.raises(PreviousExecutorError) as refusal:
            delegate(task, to=barred, reason="Демалыс", by=walk.actor("assignee"))

        assert barred not in [each.id for each in offered.colleagues]
        assert ["12.03.2025" in reason.ru for reason in offered.barred] == [True]
        assert "Серік Жұмабаев" in refusal.value.text.kk
        assert walk.task("execute_assignment").assignee_id == walk.people["assignee"]
        assert len(told(walk, "executor_refused")) == 1

    def test_neither_her_substitute_is_chosen_who_decided_it_nor_may_that_one_act(self, walk: Walk) -> None:
        """KRG-37: the only substitute of an absent executor decided the matter"""
        barred = second_executor(walk)
        assignment_id = given(walk, "2025-06-18")
        decided_before(walk, assignment_id, barred)
        walk.complete("choose_executor", **walk.usual("choose_executor"))
        away(walk, walk.people["assignee"], barred)
        task = walk.task("execute_assignment").id

        with pytest.raises(PreviousExecutorError):
            complete_user_task(task, answers=walk.usual("execute_assignment"), by=acting(walk, barred))
        with pytest.raises(PreviousExecutorError):
            claim(task, by=acting(walk, barred))

        assert len(told(walk, "executor_refused")) == 2
        assert "замещающий Тұлға assignee" in told(walk, "executor_refused")[0]

    def test_an_absent_executor_whose_work_would_reach_her_is_not_chosen(self, walk: Walk) -> None:
        """KRG-37"""
        barred = second_executor(walk)
        assignment_id = given(walk, "2025-06-18")
        decided_before(walk, assignment_id, barred)
        away(walk, walk.people["assignee"], barred)

        errors = refused(walk, "choose_executor", **walk.usual("choose_executor"))

        assert set(errors) == {"responsible"}

    def test_who_carried_out_an_assignment_on_the_same_question_gets_no_second_one(self, walk: Walk) -> None:
        """KRG-37: by our own records, without anybody entering it"""
        given(walk, "2025-06-18")
        walk.play("check_execution")
        walk.complete("check_execution", **walk.usual("check_execution"))
        with transaction() as session:
            session.get_one(Case, walk.case_id).number = "ЖТ-7"
        walk.clock.moment = at("2025-06-20")

        use.receive(
            replace(AKIM, body_id=walk.bodies["housing"], due_on=date(2025, 7, 1), case_number="ЖТ-7"),
            by=walk.actor("controller"),
        )
        walk.work()

        assert set(refused(walk, "choose_executor", **walk.usual("choose_executor"))) == {"responsible"}

    def test_an_executor_who_turns_out_to_have_decided_it_is_chosen_anew_after_rework(self, walk: Walk) -> None:
        """KRG-37"""
        assignment_id = given(walk, "2025-06-25")
        walk.play("check_execution")
        decided_before(walk, assignment_id, walk.people["assignee"])

        walk.complete("check_execution", quality="good", fully_executed="no")

        assert walk.waiting() == ["choose_executor"]
        assert told(walk, "executor_excluded") != []


def away(walk: Walk, person_id: int, substitute_id: int) -> None:
    """The person is away all June; the other one stands in for her."""
    enter_absence(
        Absence(person_id, substitute_id, date(2025, 6, 3), date(2025, 6, 30), "vacation"),
        by=walk.actor("office_admin"),
    )
