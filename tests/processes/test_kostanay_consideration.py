"""Kostanay: the consideration of an appeal from its routing to its outcome, on the virtual clock."""

from collections.abc import Iterator
from datetime import date

import pytest

from app.domain.spans import add_months
from app.queries.control import control_of
from app.reports.appeal_analysis import appeal_analysis
from app.usecases.tasks import InvalidAnswersError
from tests.reception import at, shown
from tests.replies import TEXT, ReplyWalk, replies_of_kostanay


@pytest.fixture
def walk(database_url: str) -> Iterator[ReplyWalk]:
    """Tuesday 3 June 2025, ten in the morning: the term ends on 25 June."""
    with replies_of_kostanay(database_url, at("2025-06-03")) as walk:
        yield walk


def refused(walk: ReplyWalk, element: str, **answers: object) -> set[str]:
    """At which fields the answers of a task are refused."""
    with pytest.raises(InvalidAnswersError) as wrong:
        walk.complete(element, **answers)
    return set(wrong.value.errors)


def outcome(walk: ReplyWalk) -> tuple[str, str]:
    return walk.case().status, walk.ended()[-1]


def ranked() -> list[list[str]]:
    """By which nature, timeliness and quality of replies the appeals of June are counted."""
    found = appeal_analysis("kostanay", date(2025, 6, 1), date(2025, 6, 30)).dimensions
    return [[row.code for row in found[dimension]] for dimension in ("outcome", "timeliness", "quality")]


def test_kst_task_1_2_a_routed_appeal_is_followed_until_its_reply(walk: ReplyWalk) -> None:
    """KST-TASK-1.2, KST-TASK-1.3, KST-ANL-6, KST-ANL-7"""
    walk.routed()

    due, status = walk.due("follow_consideration"), walk.case().status
    walk.complete("follow_consideration", **walk.usual("follow_consideration"))

    assert (due, status) == ("2025-06-25 18:30", "running")
    assert outcome(walk) == ("answered", "answered")
    assert (walk.reply().source, walk.reply().text, walk.reply().outcome) == ("body", TEXT, "satisfied")
    assert walk.numbers("R-ARCHIVE") == ["А-0001/2025"]
    assert walk.waiting() == []
    assert ranked() == [["satisfied"], ["in_time"], ["accepted"]]


def test_kst_task_1_6_an_appeal_to_the_department_itself_is_answered_by_it(walk: ReplyWalk) -> None:
    """KST-TASK-1.6"""
    walk.routed(executor_id=str(walk.bodies["department"]))

    assert walk.waiting() == ["draft_reply"]
    assert walk.due("draft_reply") == "2025-06-25 18:30"
    assert walk.letters("appeal_routed") == []

    while walk.waiting():
        walk.complete(walk.waiting()[0], **walk.usual(walk.waiting()[0]))
    assert outcome(walk) == ("answered", "answered")
    assert walk.reply().state == "sent"


def test_kst_task_1_3_a_term_without_a_reply_is_warned_of_and_counts_as_a_refusal(walk: ReplyWalk) -> None:
    """KST-TASK-1.3"""
    walk.routed()

    walk.pass_time_to(at("2025-06-18", "12:00"))
    reminded = [shown(each.created_at) for each in walk.letters("appeal_reminder")]
    walk.pass_time_to(at("2025-06-27", "12:00"))
    over = {"turn": "extend", "turn_reason": "Нужна экспертиза.", "extend_to": "2025-06-26"}

    assert refused(walk, "follow_consideration", **over) == {"extend_to"}
    assert reminded == ["2025-06-18 09:00"]
    assert [each.kind for each in walk.turns()] == ["reminder", "deemed_refusal"]
    assert {each.address for each in walk.letters("escalation")} == {"dept_head@example.test"}
    walk.complete("follow_consideration", **walk.usual("follow_consideration"))
    assert outcome(walk) == ("answered", "answered")
    assert ranked()[1] == ["late"]


def test_an_extension_needs_a_reason_a_decision_and_its_cap_and_moves_every_term(walk: ReplyWalk) -> None:
    """KST-TASK-1.3"""
    walk.routed()
    ask = {"turn": "extend", "turn_reason": "Нужна экспертиза дороги."}
    wrong = (
        refused(walk, "follow_consideration", **ask, extend_to="2025-06-20"),
        refused(walk, "follow_consideration", **ask, extend_to="2025-08-04"),
    )
    walk.complete("follow_consideration", **ask, extend_to="2025-07-10")
    assert refused(walk, "decide_turn", turn_agreed="no") == {"turn_decision"}
    walk.complete("decide_turn", turn_agreed="no", turn_decision="Экспертиза не нужна.")
    kept = walk.due("follow_consideration")
    walk.complete("follow_consideration", **ask, extend_to="2025-07-10")
    walk.complete("decide_turn", turn_agreed="yes")

    assert wrong == ({"extend_to"}, {"extend_to"})
    assert (kept, walk.due("follow_consideration")) == ("2025-06-25 18:30", "2025-07-10 18:30")
    assert len(walk.letters("appeal_extended")) > 0
    walk.clock.moment = at("2025-07-04")
    (listed,) = control_of(walk.office, view="risk", executor=None, personal=True).rows
    assert shown(listed.due_at) == "2025-07-10 18:30"
    assert ("10.07.2025" in listed.explanation.ru, "25.06.2025" in listed.explanation.ru) == (True, False)
    walk.pass_time_to(at("2025-07-11", "12:00"))
    assert [each.kind for each in walk.turns()] == ["extend", "extend", "reminder", "deemed_refusal"]
    assert f"{walk.turns()[-1].due_on}" == "2025-07-10"


def test_a_redirect_in_part_goes_on_and_as_a_whole_ends(walk: ReplyWalk) -> None:
    """KST-TASK-1.2"""
    walk.routed()
    to = {"turn_reason": "Вне компетенции управления.", "redirect_to": str(walk.bodies["housing"])}
    same = {"turn": "redirect", "turn_reason": "Вне компетенции.", "redirect_to": str(walk.bodies["roads"])}

    assert refused(walk, "follow_consideration", **same) == {"redirect_to"}
    walk.complete("follow_consideration", turn="redirect_part", redirect_question="Освещение улицы.", **to)
    told = len(walk.letters("appeal_redirected"))
    walk.pass_time_to(at("2025-06-12"))
    walk.complete("follow_consideration", turn="redirect", **to)

    assert told > 0
    assert [(each.kind, each.late) for each in walk.turns()] == [("redirect_part", False), ("redirect", True)]
    assert outcome(walk) == ("redirected", "redirected")


def test_the_applicant_takes_the_appeal_back(walk: ReplyWalk) -> None:
    """KST-TASK-1.3"""
    walk.routed()

    walk.tell_case("appeal.withdrawn", reason="Дорогу уже починили.")

    assert outcome(walk) == ("withdrawn", "withdrawn")
    assert [(each.kind, each.reason) for each in walk.turns()] == [("withdraw", "Дорогу уже починили.")]
    assert walk.letters("appeal_withdrawn")
    assert walk.waiting() == []
    assert ranked() == [["ended"], ["ended"], ["ended"]]


def test_a_refusal_comes_after_the_hearing(walk: ReplyWalk) -> None:
    """KST-TASK-1.3"""
    walk.routed()
    refusal = {"turn": "reply", "body_outcome": "refused", "body_text": "Ремонт не предусмотрен планом."}

    assert refused(walk, "follow_consideration", **refusal) == {"body_outcome"}
    walk.complete("follow_consideration", turn="hearing", turn_reason="Ремонт не предусмотрен планом.")
    walk.complete("decide_turn", turn_agreed="yes")
    invited = len(walk.letters("hearing_invited"))
    walk.complete("hold_hearing", **walk.usual("hold_hearing"))
    walk.complete("follow_consideration", **refusal)

    assert invited > 0
    assert outcome(walk) == ("answered", "answered")


def test_an_appeal_without_substance_is_left_with_its_ground(walk: ReplyWalk) -> None:
    """KST-TASK-1.3"""
    walk.routed()

    walk.complete("follow_consideration", turn="leave", leave_ground="no_substance", turn_reason="Вопрос не назван.")
    walk.complete("decide_turn", turn_agreed="yes")

    assert outcome(walk) == ("left_without_consideration", "left_without_consideration")
    assert "суть вопроса не изложена" in walk.letters("appeal_left")[0].body


@pytest.mark.parametrize(
    ("day", "months", "last"),
    [("2025-06-03", 2, "2025-08-03"), ("2025-12-31", 2, "2026-02-28"), ("2027-12-31", 2, "2028-02-29")],
)
def test_two_months_end_on_the_same_day_or_the_last_of_the_month(day: str, months: int, last: str) -> None:
    assert f"{add_months(at(day).date(), months)}" == last
