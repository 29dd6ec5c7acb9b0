"""SevKazEnergo: the book of reviews and proposals, its monitoring and analysis, on the virtual clock (RB)."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import select

from app.models import MonitoringEntry, RegisterCounter
from app.models.database import reading
from app.queries.incoming_journal import JournalFilter, journal
from app.records.case_rows import case_rows
from app.records.incoming_facts import incoming_facts
from app.usecases.access import ForbiddenError
from app.usecases.instances import start
from app.usecases.tasks import InvalidAnswersError, complete_user_task
from app.usecases.transaction import transaction
from tests.energy import HOUSEHOLD, EnergyWalk, energy
from tests.reception import at, office_task, shown


@pytest.fixture
def walk(database_url: str) -> Iterator[EnergyWalk]:
    """Monday 2 June 2025, 10:15."""
    with energy(database_url, at("2025-06-02", "10:15")) as walk:
        yield walk


def entry(walk: EnergyWalk, kind: str = "review", text: str = "Спасибо за быстрое подключение.") -> int:
    """An entry of the book is made and sent to monitoring."""
    walk.comes("book", "clerk")
    answers = {**HOUSEHOLD, "kind": kind, "substance": text, "nature": "staff"}
    walk.complete("scan_entry", **answers, appeal_files=[walk.scan("scan_entry")])
    return walk.case_id


def test_ske_2_1_an_entry_goes_from_the_book_to_its_reply(walk: EnergyWalk) -> None:
    """SKE-1.1.3, SKE-2.1, SKE-2.4, SKE-2.5, SKE-2.6, SKE-2.7, SKE-2.8, SKE-2.9.1, T-SKE-01"""
    walk.comes("book", "clerk")
    due = walk.due("scan_entry")
    answers = {**HOUSEHOLD, "kind": "review", "substance": "Спасибо.", "nature": "staff"}
    walk.complete("scan_entry", **answers, appeal_files=[walk.scan("scan_entry")])
    [letter] = walk.letters("book_entry")

    assert due == "2025-06-02 10:45"
    assert walk.numbers("R-SKE-BOOK") == ["КН-1/2025"]
    assert (letter.recipient, walk.sent_files(letter)) == ("Тұлға pr", ["scan.pdf"])
    assert walk.holder_of("enter_in_base") == "pr"

    walk.complete("enter_in_base", kind="review", marked=True)
    monitored = walk.monitored()
    assert monitored is not None
    assert (monitored.base, monitored.label, monitored.mark) == ("R-SKE-MR", "1", "●")
    walk.complete("pass_to_director", passed_on=True)
    assert walk.waiting() == ["put_resolution"]
    with pytest.raises(ForbiddenError):
        complete_user_task(walk.task("put_resolution").id, answers={}, by=walk.someone("management_sbyt"))
    walk.resolve("put_resolution", "executor")
    walk.complete("return_to_pr", passed_on=True)
    assert walk.waiting() == ["give_to_executor"]
    walk.clock.moment = at("2025-06-05")
    walk.complete("give_to_executor", signed_for=True)
    assert walk.handed() == [("executor_copy", "original", "executor", "2025-06-05")]
    assert walk.holder_of("draft_reply") == "executor"

    walk.reply()

    assert (walk.case().status, walk.ended()) == ("answered", ["answered"])


def test_ske_2_1_an_entry_of_the_evening_has_its_minutes_in_the_morning(walk: EnergyWalk) -> None:
    """SKE-2.1: the delay is told, the task stays."""
    walk.clock.moment = at("2025-06-02", "17:45")
    walk.comes("book", "clerk")

    assert walk.due("scan_entry") == "2025-06-03 09:15"
    walk.pass_time_to(at("2025-06-03", "09:16"))

    assert [letter.recipient for letter in walk.letters("escalation")] == ["Тұлға director"]
    assert walk.waiting() == ["scan_entry"]


def test_ske_1_1_3_an_entry_told_by_a_message_counts_from_its_own_moment(walk: EnergyWalk) -> None:
    """SKE-1.1.3, SKE-2.1"""
    walk.clock.moment = at("2025-06-02", "10:20")

    walk.tell_office("book.entry_made", made_at="2025-06-02T10:15", language="ru")

    assert walk.due("scan_entry") == "2025-06-02 10:45"


def test_ske_2_4_each_base_has_serial_numbers_of_its_own(walk: EnergyWalk) -> None:
    """SKE-2.4"""
    with transaction() as session:
        session.add(RegisterCounter(office_id=walk.office, register="R-SKE-MR", period="2025", value=27))
    labels = []
    for kind in ("review", "complaint"):
        entry(walk, kind)
        walk.complete("enter_in_base", kind=kind, marked=True)
        monitored = walk.monitored()
        assert monitored is not None
        labels.append((monitored.base, monitored.label))

    assert labels == [("R-SKE-MR", "28"), ("R-SKE-MC", "1")]


@pytest.mark.parametrize("login", ["sc_head", "ruse_head"])
def test_ske_2_2_and_2_3_a_branch_scans_and_the_clerk_forwards(walk: EnergyWalk, login: str) -> None:
    """SKE-2.2, SKE-2.3"""
    walk.clock.moment = at("2025-06-03")
    walk.comes("service_centre", login)
    answers = {**HOUSEHOLD, "kind": "review", "substance": "Вежливые сотрудники.", "nature": "staff"}

    walk.complete("accept_review", **answers, appeal_files=[walk.scan("accept_review")])
    assert walk.holder_of("forward_to_pr") == "clerk"
    assert walk.sent_files(walk.letters("branch_document")[0]) == ["scan.pdf"]
    assert [each.recipient for each in walk.letters("branch_document")] == ["Тұлға clerk", "Тұлға clerk_2"]
    walk.complete("forward_to_pr", passed_on=True)

    assert walk.holder_of("enter_in_base") == "pr"
    assert walk.sent_files(walk.letters("book_entry")[0]) == ["scan.pdf"]


def from_ruse(walk: EnergyWalk, executor: str) -> None:
    """A proposal of РУСЭ-1 up to the clerk's task after the resolution of 5 June."""
    walk.comes("service_centre", "ruse_head")
    answers = {**HOUSEHOLD, "kind": "proposal", "substance": "Открыть окно оплаты.", "nature": "bill"}
    walk.complete("accept_review", **answers, appeal_files=[walk.scan("accept_review")])
    walk.play("put_resolution")
    walk.clock.moment = at("2025-06-05")
    walk.resolve("put_resolution", executor)
    walk.complete("return_to_pr", **walk.usual("return_to_pr"))


def test_ske_2_10_to_2_12_an_addressee_in_a_ruse_gets_it_by_mail_and_later_on_paper(walk: EnergyWalk) -> None:
    """SKE-2.10, SKE-2.11, SKE-2.12, T-SKE-04, BR-31: whoever has signed stands in the journal, here a new head."""
    from_ruse(walk, "ruse_head")
    [letter] = walk.letters("branch_resolution")
    assert (letter.recipient, letter.receipt_asked) == ("Тұлға ruse_head", True)
    assert walk.waiting() == ["keep_report"]

    walk.report("branch_resolution", "delivered")

    moved = walk.document().transferred_at
    assert moved is not None
    assert shown(moved)[:10] == "2025-06-05"
    [row] = journal(walk.office, JournalFilter()).rows
    assert (row.number, row.transferred_on) == ("СЦ-1/2025", date(2025, 6, 5))
    assert walk.waiting() == ["draft_reply"]
    walk.pass_time_to(at("2025-06-12", "09:00"))
    assert "hand_copy" in walk.waiting()
    new_head = {"branch_head_id": str(walk.people["res_head"])}
    walk.complete("hand_copy", handed_paper="original", signed_for=True, **new_head)
    assert walk.handed() == [("branch_copy", "original", "res_head", "2025-06-12")]
    assert "hand_copy" not in walk.waiting()


def test_ske_2_2_what_a_ruse_takes_goes_the_way_that_the_office_has_set(walk: EnergyWalk) -> None:
    """SKE-1.9, SKE-2.2: ske.branch_route, by kind: a complaint by section 1, a review by section 2."""
    answers = {**HOUSEHOLD, "substance": "Долго ждали.", "nature": "staff", "signed": "yes"}
    wrong = []
    for source, element, kind in (
        ("branch", "accept_at_branch", "review"),
        ("service_centre", "accept_review", "complaint"),
    ):
        walk.comes(source, "ruse_head")
        with pytest.raises(InvalidAnswersError) as refused:
            walk.complete(element, **answers, kind=kind, appeal_files=[walk.scan(element)])
        wrong.append(refused.value.errors["kind"].ru)

    assert "«Сервис-центр/РУСЭ: отзыв или предложение»" in wrong[0]
    assert "«РЭС/РУСЭ»" in wrong[1]


def test_ske_2_10_an_addressee_in_the_head_office_gets_it_by_hand(walk: EnergyWalk) -> None:
    """SKE-2.10"""
    from_ruse(walk, "executor")

    assert walk.letters("branch_resolution") == []
    assert walk.waiting() == ["give_to_executor"]


def test_ske_2_14_each_proposal_of_the_week_gets_its_decision(walk: EnergyWalk) -> None:
    """SKE-2.14"""
    for number in range(3):
        entry(walk, "proposal", f"Предложение {number}.")
        walk.complete("enter_in_base", kind="proposal", marked=True)
    begun = start("ske_review_book", variables={}, case=None, by=walk.someone("pr"))
    walk.work()
    with reading() as session:
        known = [row.id for row in session.scalars(select(MonitoringEntry).order_by(MonitoringEntry.id))]
    analysed = [
        {"proposal": str(each), "expedient": "yes", "feasible": "no", "decision": "Учесть в плане."} for each in known
    ]

    complete_user_task(
        office_task(begun.instance_id, "analyse_proposals"), answers={"analysed": analysed}, by=walk.someone("pr")
    )
    agreed = {"analysed": analysed, "agreed": True}
    complete_user_task(office_task(begun.instance_id, "agree_analysis"), answers=agreed, by=walk.someone("director"))

    with reading() as session:
        rows = session.scalars(select(MonitoringEntry).order_by(MonitoringEntry.id)).all()
        assert [(row.expedient, row.feasible, row.decision) for row in rows] == [(True, False, "Учесть в плане.")] * 3
    again = start("ske_review_book", variables={}, case=None, by=walk.someone("pr"))
    assert again.instance_id != begun.instance_id


def test_the_document_shows_its_number_and_mark(walk: EnergyWalk) -> None:
    """SKE-2.4"""
    entry(walk)
    walk.complete("enter_in_base", kind="review", marked=True)

    with reading() as session:
        known = incoming_facts(session, case_rows(session, walk.case().id), "ru")["monitored"]

    assert known == {"number": "1", "mark": "●"}
