"""SevKazEnergo: replies to complaints, claims, reviews and proposals, from the draft to the copy (RP)."""

from collections.abc import Iterator
from datetime import UTC
from io import BytesIO

import pytest
from docx import Document
from sqlalchemy import delete, select, update

from app.models import DeadlineRule, ProcessVersion, ReplyDispatch, ReplyPart
from app.models.database import reading
from app.queries.choices import choices_for
from app.records.bundles import unpack
from app.records.terms import Terms
from app.usecases.lint import lint_bundle
from app.usecases.tasks import InvalidAnswersError
from app.usecases.transaction import transaction
from tests.energy import HOUSEHOLD, OFFICE, EnergyWalk, energy
from tests.reception import at, shown


@pytest.fixture
def walk(database_url: str) -> Iterator[EnergyWalk]:
    """Wednesday 4 June 2025: a claim to Севказэнергосбыт has its resolution, due on the 20th, and its executor."""
    with energy(database_url, at("2025-06-02")) as walk:
        walk.written("claim")
        walk.play("consider")
        walk.pass_time_to(at("2025-06-04"))
        yield walk


def drafted(walk: EnergyWalk, *executors: str) -> None:
    """The resolution names these executors; everything before the reply is done."""
    walk.resolve("consider", *(executors or ("executor",)))
    walk.play("draft_reply")


def refused(walk: EnergyWalk, element: str, **answers: object) -> set[str]:
    """At which fields the usual answers of a task with these changes are refused."""
    with pytest.raises(InvalidAnswersError) as wrong:
        walk.complete(element, **{**walk.usual(element), **answers})
    return set(wrong.value.errors)


def test_ske_3_1_the_draft_goes_to_the_head_of_the_executors_unit(walk: EnergyWalk) -> None:
    """SKE-3, SKE-3.1, SKE-2.9.1"""
    drafted(walk)
    walk.pass_time_to(at("2025-06-09"))
    assert refused(walk, "draft_reply", terms_observed=False, law_articles="") == {"terms_observed", "law_articles"}

    walk.complete("draft_reply", **walk.usual("draft_reply"))

    assert walk.holder_of("check_by_head") == "unit_head"


@pytest.mark.parametrize(
    ("order", "controls"), [(("executor", "executor_net"), "executor"), (("executor_net", "executor"), "executor_net")]
)
def test_ske_3_3_2_the_first_of_the_resolution_controls_and_is_reminded(
    walk: EnergyWalk, order: tuple[str, str], controls: str
) -> None:
    """SKE-3.3.1, SKE-3.3.2, SKE-3.3, BR-26"""
    drafted(walk, *order)

    part = walk.holder_of("contribute_to_reply")
    walk.complete("contribute_to_reply", **walk.usual("contribute_to_reply"))
    walk.pass_time_to(at("2025-06-13", "12:00"))

    assert walk.holder_of("draft_reply") == controls
    assert {part, controls} == set(order)
    assert walk.due("draft_reply") == "2025-06-20 18:00"
    assert [(each.address, shown(each.created_at)) for each in walk.letters("reply_reminder")] == [
        (f"{controls}@example.test", "2025-06-13 09:00")
    ]
    with reading() as session:
        assert len(session.scalars(select(ReplyPart)).all()) == 1


def test_ske_3_4_and_3_5_corrections_then_the_legal_agency_only_where_it_is_needed(walk: EnergyWalk) -> None:
    """SKE-3.4, SKE-3.5, BR-29"""
    drafted(walk)
    walk.pass_time_to(at("2025-06-10"))
    walk.complete("draft_reply", **walk.usual("draft_reply"))

    walk.complete("check_by_head", head_decision="remarks", remark_text="Приведите расчёт.")
    corrects = walk.holder_of("correct_reply")
    walk.complete("correct_reply", **{**walk.usual("correct_reply"), "statutory_check": "yes"})
    agency = walk.waiting()
    walk.complete("approve_legally", legal_decision="remarks", remark_text="Назовите статью.")
    walk.complete("correct_reply", **{**walk.usual("correct_reply"), "statutory_check": "no"})

    assert corrects == "executor"
    assert [each for each in agency if each in ("approve_legally", "approve_reply")] == ["approve_legally"]
    assert walk.waits_for("approve_reply")
    assert not walk.waits_for("approve_legally")
    assert walk.holder_of("approve_reply") == "management_sbyt"

    walk.complete("approve_reply", management_decision="remarks", remark_text="Короче.")
    walk.complete("correct_reply", **{**walk.usual("correct_reply"), "statutory_check": "yes"})
    walk.complete("approve_legally", legal_decision="agreed")
    assert walk.waits_for("approve_reply")


def test_ske_3_6_to_3_8_on_the_subsidiarys_letterhead_by_post_or_courier_with_its_copy(walk: EnergyWalk) -> None:
    """SKE-3.6, SKE-3.7, SKE-3.8, SKE-2.9: prepared and sent on 5 June, neither the day before nor the day after."""
    drafted(walk)
    walk.pass_time_to(at("2025-06-05"))
    walk.play("dispatch_reply")
    made = {name[:2]: content for name, content in walk.documents("reply") if name.endswith(".docx")}
    words = "\n".join(each.text for each in Document(BytesIO(made["ru"])).paragraphs)

    for other in ("email", "fax"):
        assert refused(walk, "dispatch_reply", dispatch_method=other) == {"dispatch_method"}
    assert refused(walk, "dispatch_reply", dispatch_method="kazpost", barcode="RR473124820KZ") == {"barcode"}
    for day in ("2025-06-04", "2025-06-06"):
        assert refused(walk, "dispatch_reply", dispatched_on=day) == {"dispatched_on"}
    sender = walk.holder_of("dispatch_reply")
    walk.complete("dispatch_reply", **walk.usual("dispatch_reply"))
    with reading() as session:
        sent = session.scalars(select(ReplyDispatch)).one()
        offered = choices_for(session, OFFICE, walk.case_id, ["copy_recipients"])["copy_recipients"]

    assert list(made) == ["ru"]
    assert words.startswith("ТОО «Севказэнергосбыт»")
    assert "АО «СЕВКАЗЭНЕРГО»" not in words.split("Ответ на обращение")[0]
    assert (sender, sent.method, sent.sent_by) == ("clerk", "courier", walk.people["clerk"])
    assert shown(sent.sent_at)[:10] == "2025-06-05"
    assert [each.value for each in offered] == ["consumer_specialist", "clerk"]
    assert walk.due("hand_over_copy") == "2025-06-09 18:00"

    walk.pass_time_to(at("2025-06-10"))
    assert walk.letters("escalation")
    walk.complete("hand_over_copy", copy_recipient="clerk", copy_handed=True)
    assert "sent" in walk.happened()


def test_ske_3_8_with_calendar_days_the_copy_is_due_on_the_sixth(walk: EnergyWalk) -> None:
    """SKE-3.8"""
    prepared = at("2025-06-05", "10:00").astimezone(UTC).isoformat()
    with transaction() as session:
        working = Terms(session, OFFICE).deadline("reply.copy", prepared)
        rule = update(DeadlineRule).where(DeadlineRule.office_id == OFFICE, DeadlineRule.key == "reply.copy")
        session.execute(rule.values(expression="1 calendar day after reply.prepared"))
        calendar = Terms(session, OFFICE).deadline("reply.copy", prepared)
        session.execute(rule.values(expression="1 working day after reply.prepared"))

    assert (working[:10], calendar[:10]) == ("2025-06-09", "2025-06-06")


def test_ske_3_2_the_term_of_the_law_passes_and_without_it_nothing_is_published(walk: EnergyWalk) -> None:
    """SKE-3.2, SKE-2.9.1; T-SKE-05"""
    drafted(walk)

    walk.pass_time_to(at("2025-06-18", "12:00"))

    late = walk.letters("escalation")
    with transaction() as session:
        drawn = select(ProcessVersion.bundle).where(ProcessVersion.process_key == "reply_preparation")
        bundle = unpack(session.scalars(drawn.where(ProcessVersion.office_id == OFFICE)).first() or b"")
        published = lint_bundle(session, OFFICE, bundle)
        session.execute(
            delete(DeadlineRule).where(DeadlineRule.office_id == OFFICE, DeadlineRule.key == "appeal.reply")
        )
        refused_now = {(each.rule, each.element) for each in lint_bundle(session, OFFICE, bundle)}
        session.rollback()

    assert {shown(each.created_at)[:10] for each in late} == {"2025-06-17"}
    assert walk.waits_for("draft_reply")
    assert published == []
    assert ("office.deadline_rule_unknown", "law_term_passed") in refused_now


def test_ske_2_9_2_the_copy_of_a_reply_of_the_book_goes_to_public_relations(database_url: str) -> None:
    """SKE-2.9.2, SKE-2.9"""
    with energy(database_url, at("2025-06-02")) as walk:
        walk.comes("book", "clerk")
        entry = {**HOUSEHOLD, "kind": "review", "substance": "Спасибо.", "nature": "staff"}
        walk.complete("scan_entry", **entry, appeal_files=[walk.scan("scan_entry")])
        walk.play("hand_over_copy")
        with reading() as session:
            offered = choices_for(session, OFFICE, walk.case_id, ["copy_recipients"])["copy_recipients"]

    assert [each.value for each in offered] == ["pr"]
