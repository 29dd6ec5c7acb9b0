"""Kostanay: the Department's own replies, from the draft to the post (RP)."""

from collections.abc import Iterator

import pytest

from app.models.database import reading
from app.records.case_rows import case_rows
from app.records.replies import values_of_reply
from app.usecases.tasks import InvalidAnswersError
from tests.appeals import WHO
from tests.reception import at, shown
from tests.replies import BARCODE, TEXT, ReplyWalk, replies_of_kostanay

DUE = at("2025-06-25", "18:30").isoformat()


@pytest.fixture
def walk(database_url: str) -> Iterator[ReplyWalk]:
    """Tuesday 3 June 2025: an appeal by hand is registered and routed to the Department itself, its reply begins."""
    with replies_of_kostanay(database_url, at("2025-06-03")) as walk:
        walk.routed(executor_id=str(walk.bodies["department"]))
        yield walk


def refused(walk: ReplyWalk, element: str, **answers: object) -> set[str]:
    """At which fields the usual answers of a task with these changes are refused."""
    with pytest.raises(InvalidAnswersError) as wrong:
        walk.complete(element, **{**walk.usual(element), **answers})
    return set(wrong.value.errors)


def test_kst_task_1_6_a_reply_is_drafted_agreed_numbered_and_posted(walk: ReplyWalk) -> None:
    """KST-TASK-1.6"""
    with reading() as session:
        first = values_of_reply(session, case_rows(session, walk.case_id))["reply.text"]
    assert first.startswith(f"Уважаемый заявитель {WHO['full_name']}!\n\nВаше обращение № К-00001/2025 рассмотрено.")
    assert refused(walk, "draft_reply", terms_observed=False) == {"terms_observed"}
    walk.play("dispatch_reply")
    made = [name[:2] for name, content in walk.documents("reply") if content]

    assert refused(walk, "dispatch_reply", barcode="RR473124820KZ") == {"barcode"}
    assert refused(walk, "dispatch_reply", dispatch_method="fax") == {"dispatch_method"}
    walk.complete("dispatch_reply", **walk.usual("dispatch_reply"))

    reply = walk.reply()
    assert made == ["ru", "ru"]
    assert (reply.outgoing_number, f"{reply.outgoing_on}", reply.state) == ("И-00001/2025", "2025-06-03", "sent")
    assert [(each.method, each.barcode) for each in walk.dispatches()] == [("kazpost", BARCODE)]
    assert [(each.stage, each.agreed) for each in walk.remarks()] == [("head", True), ("management", True)]
    assert walk.ended() == ["registered_and_routed", "answered"]


def test_corrections_are_seen_beside_the_draft_and_earlier_texts_are_kept(walk: ReplyWalk) -> None:
    """KST-TASK-1.6"""
    walk.complete("draft_reply", **walk.usual("draft_reply"))
    assert refused(walk, "check_by_head", head_decision="remarks") == {"remark_text"}
    walk.complete("check_by_head", head_decision="remarks", remark_text="Назовите подрядчика.")
    seen = walk.facts()["reply_remarks"]
    walk.complete("correct_reply", **{**walk.usual("correct_reply"), "reply_text": f"{TEXT} Подрядчик — ТОО «Жол»."})
    walk.complete("approve_reply", management_decision="remarks", remark_text="Короче.")
    walk.complete("correct_reply", **walk.usual("correct_reply"))

    assert "Назовите подрядчика." in seen[0]
    assert [each.number for each in walk.versions()] == [1, 2, 3]
    assert walk.facts()["reply_changes"] == ["− Подрядчик — ТОО «Жол»."]
    assert walk.waits_for("approve_reply")


def test_the_first_executor_gathers_the_parts_and_is_reminded(walk: ReplyWalk) -> None:
    """KST-TASK-1.6"""
    walk.case_id = walk.by_hand(until="check_registration")
    walk.begin_reply(executors=("controller", "dept_head", "reception_preparer"), due=DUE)

    owners = {task.element: task.assignee_id for task in walk.tasks("draft_reply")}
    walk.complete("contribute_to_reply", part_text="План ремонта утверждён 20 мая.")
    walk.pass_time_to(at("2025-06-18", "12:00"))
    reminded = walk.letters("reply_reminder")
    walk.complete("draft_reply", **walk.usual("draft_reply"))

    assert owners == {"draft_reply": walk.people["controller"]}
    assert [each.text for each in walk.parts()] == ["План ремонта утверждён 20 мая."]
    assert {each.address for each in reminded} == {"controller@example.test"}
    assert shown(reminded[0].created_at) == "2025-06-18 09:00"
    assert walk.waiting() == ["check_registration", "check_by_head"]


def test_a_reply_by_e_mail_leaves_with_its_letter_and_one_that_is_late_is_told_of(walk: ReplyWalk) -> None:
    """KST-TASK-1.6"""
    walk.play("dispatch_reply")
    walk.pass_time_to(at("2025-06-26", "12:00"))

    walk.complete("dispatch_reply", dispatch_method="email", dispatched_on="2025-06-26")

    assert [each.channel for each in walk.letters("reply_sent")][:1] == ["email"]
    assert walk.letters("escalation")
    assert walk.dispatches()[0].barcode is None


def test_a_refusal_names_its_hearing(walk: ReplyWalk) -> None:
    assert refused(walk, "draft_reply", reply_outcome="refused") == {"hearing"}
