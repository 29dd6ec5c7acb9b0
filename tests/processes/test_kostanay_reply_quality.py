"""Kostanay: the review of a state body's reply with cross control (QR)."""

from collections.abc import Iterator

import pytest

from app.models import ReplyArgument, ReplyCheck
from app.usecases.cases import start_instance
from app.usecases.tasks import InvalidAnswersError
from app.usecases.transaction import transaction
from tests.reception import at, shown
from tests.replies import TEXT, ReplyWalk, replies_of_kostanay

METHODS = ["data_check", "confirmation_request", "applicant_contact", "expert"]


@pytest.fixture
def walk(database_url: str) -> Iterator[ReplyWalk]:
    """Thursday 19 June 2025: the reply to an appeal under control has come."""
    with replies_of_kostanay(database_url, at("2025-06-03")) as walk:
        walk.routed(control="yes")
        walk.pass_time_to(at("2025-06-19"))
        walk.tell_case("reply.received", text=TEXT, outcome="satisfied", number="07-1/55")
        yield walk


def refused(walk: ReplyWalk, element: str, **answers: object) -> set[str]:
    """At which fields the usual answers of a task with these changes are refused."""
    with pytest.raises(InvalidAnswersError) as wrong:
        walk.complete(element, **{**walk.usual(element), **answers})
    return set(wrong.value.errors)


def test_kst_task_1_4_a_reply_under_control_is_examined_and_accepted(walk: ReplyWalk) -> None:
    """KST-TASK-1.4, KST-QUAL, KST-QUAL-0, KST-QUAL-1, KST-QUAL-2, KST-QUAL-3"""
    assert walk.waiting() == ["study_reply"]
    assert (walk.facts()["appeal"]["substance"], walk.facts()["reply"]["text"]) == (
        "Отремонтировать дорогу у школы № 5.",
        TEXT,
    )
    walk.complete("study_reply", studied=True)

    for criterion in ("completeness", "grounds", "style"):
        assert refused(walk, "judge_reply", **{criterion: ""}) == {criterion}
        assert f"{criterion}_remark" in refused(walk, "judge_reply", **{criterion: "no"})
    assert refused(walk, "judge_reply", arguments=[{"argument": "Когда?", "passage": "Никогда."}]) == {"arguments"}
    assert refused(walk, "judge_reply", arguments=[{"argument": "Когда?", "passage": ""}]) == {"arguments"}
    walk.complete("judge_reply", **walk.usual("judge_reply"))
    walk.complete("give_verdict", review_verdict="accept")

    assert [(each.argument, each.passage) for each in walk.of_review(ReplyArgument)] == [
        ("Когда починят дорогу?", "Работы закончатся 1 сентября 2025 года.")
    ]
    assert walk.ended() == ["registered_and_routed", "answered", "accepted"]
    assert (walk.case().status, walk.reply().state) == ("answered", "accepted")


def test_kst_qual_x_on_doubt_the_verdict_waits_for_every_way_that_was_chosen(walk: ReplyWalk) -> None:
    """KST-QUAL-X, KST-QUAL-X1, KST-QUAL-X2, KST-QUAL-X3, KST-QUAL-X4"""
    walk.complete("study_reply", studied=True)
    assert refused(walk, "judge_reply", doubt="yes", cross_methods=[]) == {"cross_methods"}
    walk.pass_time_to(at("2025-06-20"))

    doubt = {"doubt": "yes", "cross_methods": METHODS, "asked": "Договор с подрядчиком."}
    walk.complete("judge_reply", **{**walk.usual("judge_reply"), **doubt})
    asked = [name for name, content in walk.documents("confirmation_request") if content]
    waiting = sorted(walk.waiting())
    for method in METHODS:
        assert not walk.waits_for("give_verdict")
        walk.complete(method, **{f"{method}_result": f"Итог: {method}"})

    checks = walk.of_review(ReplyCheck)
    assert (len(asked), waiting) == (4, sorted(METHODS))
    assert walk.letters("confirmation_request")[0].files
    assert [(each.method, each.result) for each in checks] == [(each, f"Итог: {each}") for each in METHODS]
    assert {(shown(each.checked_at), each.checked_by) for each in checks} == {
        ("2025-06-20 10:00", walk.people["controller"])
    }
    assert walk.waiting() == ["give_verdict"]


def test_kst_qual_x_one_way_is_enough(walk: ReplyWalk) -> None:
    """KST-QUAL-X"""
    walk.complete("study_reply", studied=True)
    walk.complete("judge_reply", **{**walk.usual("judge_reply"), "doubt": "yes", "cross_methods": ["expert"]})

    walk.complete("expert", expert_result="Срок реален.")

    assert walk.waiting() == ["give_verdict"]


def test_kst_task_1_5_a_poor_reply_goes_back_to_the_body_and_comes_again(walk: ReplyWalk) -> None:
    """KST-TASK-1.5, KST-QUAL"""
    walk.play("give_verdict")
    assert refused(walk, "give_verdict", review_verdict="rework") == {"review_remarks"}
    walk.complete("give_verdict", review_verdict="rework", review_remarks="Назовите подрядчика.")

    letter = walk.letters("reply_rework")[0]
    states = walk.reply().state, walk.waiting()
    walk.complete("follow_consideration", **walk.usual("follow_consideration"))
    walk.play("give_verdict")
    walk.complete("give_verdict", review_verdict="accept")

    assert "Назовите подрядчика." in letter.body
    assert states == ("returned", ["follow_consideration"])
    assert walk.ended()[-1] == "accepted"
    assert walk.case().status == "answered"


def test_kst_task_1_3_a_reply_that_is_examined_is_no_silence_and_one_that_was_returned_is(walk: ReplyWalk) -> None:
    """KST-TASK-1.3, KST-TASK-1.4: it came on 19 June, its term ends on the 25th."""
    examined = walk.controlled("2025-06-20", "2025-06-26")

    walk.play("give_verdict")
    walk.complete("give_verdict", review_verdict="rework", review_remarks="Назовите подрядчика.")

    assert list(examined.values()) == [(0, None), (0, None)]
    assert walk.controlled("2025-06-27") == {"2025-06-27": (1, True)}


def test_kst_qual_the_department_begins_a_review_itself(walk: ReplyWalk) -> None:
    """KST-QUAL"""
    walk.play("give_verdict")
    walk.complete("give_verdict", review_verdict="accept")

    with transaction() as session:
        start_instance(session, "kostanay", "reply_quality_review", case_id=walk.case_id, variables={}, by=None)

    assert walk.waiting() == ["study_reply"]
