"""Karaganda asks a central body to take part by videoconference and reports refusals: every way of the diagram."""

import json
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from app.domain import clock
from app.forms import compile_form
from app.handlers.records import open_positions
from app.handlers.registry import Step
from app.models import (
    Applicant,
    BodyPosition,
    Case,
    CentralRequest,
    History,
    Message,
    ProcessInstance,
    ReceptionRequest,
)
from app.models.database import reading
from app.usecases import body_answers
from app.usecases.cases import send_message
from app.usecases.tasks import InvalidAnswersError
from app.usecases.transaction import transaction
from tests.bodies import known_at, links, secrets_in
from tests.reception import Walk, at, karaganda, shown

MINISTRY = "krg.min-health@bodies.example"
PRESIDENT = "krg.president-dept@bodies.example"
AGREED = {
    "central_answer": "agreed",
    "central_representative": "А. Оразбаева, вице-министр",
    "central_contact": "8-7172",
}
REFUSED = {"central_answer": "refused", "central_refusal_reason": "Мәселе ведомство құзыретінде емес."}


@pytest.fixture
def walk(database_url: str) -> Iterator[Walk]:
    """A registered request in Karaganda on Thursday 23 October 2025, beyond the territorial units' competence."""
    with karaganda(database_url, at("2025-10-23")) as walk:
        walk.case_id = a_case(email="a@example.test")
        yield walk


def a_case(**reach: str) -> int:
    with transaction() as session:
        applicant = Applicant(
            office_id="karaganda", kind="person", full_name="Айтқалиева Сәуле", sort_key="а", language="kk", **reach
        )
        session.add(applicant)
        session.flush()
        case = Case(
            office_id="karaganda",
            kind="personal_reception",
            number=f"{applicant.id}",
            applicant_id=applicant.id,
            subject="Дәрі",
            language="kk",
            status="running",
            opened_at=clock.now(),
        )
        session.add(case)
        session.flush()
        session.add(
            ReceptionRequest(
                case_id=case.id,
                office_id="karaganda",
                channel="egov",
                received_at=clock.now(),
                registered_at=clock.now(),
                substance="Орфандық ауруға дәрі берілмейді.",
                nature="Денсаулық",
                answers={},
            )
        )
        return case.id


def ask(walk: Walk) -> None:
    """Beyond competence: the request goes to the Ministry of Health."""
    send_message("karaganda", "central.requested", case_id=walk.case_id)
    walk.work()
    walk.complete("request_central_body", central_body=str(walk.bodies["min_health"]))


def answered(walk: Walk, answers: dict[str, Any]) -> None:
    walk.complete("record_central_answer", **answers, central_answered_at=f"{walk.now:%Y-%m-%dT%H:%M}")


def told(walk: Walk) -> list[dict[str, Any]]:
    """What the reception's case was told."""
    with reading() as session:
        rows = session.scalars(select(Message).where(Message.name == "central.answer").order_by(Message.id))
        return [row.payload for row in rows]


def ends(walk: Walk) -> list[str | None]:
    with reading() as session:
        query = select(ProcessInstance.end_event).where(ProcessInstance.case_id == walk.case_id)
        return list(session.scalars(query.order_by(ProcessInstance.id)))


def mails(walk: Walk, address: str) -> list[Any]:
    return [mail for mail in walk.post.mails if mail.address == address]


def test_the_request_goes_to_the_first_head_and_asks_for_a_videoconference(walk: Walk) -> None:
    """KRG-20: beyond competence on 2025-10-22, completed on 2025-10-23."""
    ask(walk)

    mail = mails(walk, MINISTRY)[0]
    assert "Оразбаева Айнұр Мұхтарқызы" in mail.text
    assert "видеоконференцсвязи" in mail.text
    assert "Орфандық ауруға дәрі берілмейді." in mail.text
    assert [file.media_type for file in mail.attachments] == ["application/pdf"] * 2
    assert walk.numbers("R-CENTRAL") == [walk.entries("R-CENTRAL")[0].label]


def test_the_request_is_addressed_in_its_document_too(walk: Walk) -> None:
    """KRG-20, DOC-CENTRAL"""
    ask(walk)

    names = [name for name, content in walk.documents("central_request") if content[:4] == b"%PDF"]
    pdf = next(
        content
        for name, content in walk.documents("central_request")
        if name.startswith("ru") and content[:4] == b"%PDF"
    )
    said = " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    assert len(names) == 2
    assert "Министерство здравоохранения" in " ".join(said.split())


def test_the_applicant_is_told_of_the_request_and_the_extension(walk: Walk) -> None:
    """KRG-21"""
    ask(walk)

    mail = mails(walk, "a@example.test")[0]
    assert "ұзартыл" in mail.text
    assert walk.waiting() == ["record_central_answer"]


def test_the_notice_is_due_two_working_days_after_the_request(walk: Walk) -> None:
    """KRG-21, T-KRG-21: sent 2025-10-23 → due 2025-10-28, as 2025-10-27 is a day off."""
    walk.case_id = a_case()

    ask(walk)

    assert walk.waiting() == ["record_central_answer", "tell_applicant"]
    assert walk.due("tell_applicant") == "2025-10-28 18:30"


def test_an_applicant_who_cannot_be_reached_is_told_otherwise(walk: Walk) -> None:
    """KRG-21"""
    walk.case_id = a_case()
    ask(walk)

    walk.complete("tell_applicant", told_how="post", told_at="2025-10-24T10:00")

    assert walk.waiting() == ["record_central_answer"]
    assert walk.request().answers["central_told_how"] == "post"


def test_an_overdue_notice_is_reported_to_the_head_and_stays_open(walk: Walk) -> None:
    """KRG-21, T-KRG-21"""
    walk.case_id = a_case()
    ask(walk)

    walk.pass_time_to(at("2025-10-28", "18:31"))

    assert [letter.address for letter in walk.letters("escalation")] == ["dept_head@example.test"]
    assert walk.waits_for("tell_applicant")


def test_the_department_records_that_the_body_agrees_and_arranges_the_videoconference(walk: Walk) -> None:
    """KRG-20, CB-03, CB-04"""
    ask(walk)

    answered(walk, AGREED)
    assert told(walk) == [{"central_answer": "agreed"}]
    walk.complete("arrange_videoconference", central_arranged="30 қазан, 09:30 — байланысты тексеру.")

    with reading() as session:
        row = session.scalars(select(CentralRequest)).one()
    assert (row.answer, row.representative, row.arranged) == (
        "agreed",
        AGREED["central_representative"],
        "30 қазан, 09:30 — байланысты тексеру.",
    )
    assert row.recorded_by == walk.people["reception_coordinator"]
    assert ends(walk) == ["agreed"]


def test_the_body_answers_by_its_link(walk: Walk) -> None:
    """KRG-20, CB-03: the history says which body by which link."""
    ask(walk)
    link = links(walk)[0]
    known = known_at(walk, link, secrets_in(walk, MINISTRY)[0])

    submitted = {key: [value] for key, value in AGREED.items()}
    done = body_answers.send(link.id, known, submitted=submitted)

    assert done.outcome == "received"
    assert walk.waiting() == ["arrange_videoconference"]
    with reading() as session:
        row = session.scalars(select(CentralRequest)).one()
        event = session.scalars(select(History).where(History.element == "record_central_answer")).one()
    assert (row.answer, row.link_id, row.recorded_by) == ("agreed", link.id, None)
    assert event.facts["outside"] == {"body": walk.bodies["min_health"], "link": link.id}


def test_an_agreeing_body_says_who_takes_part_and_a_refusing_one_why(walk: Walk) -> None:
    """KRG-20, F-CENTRAL-REQ"""
    ask(walk)

    with pytest.raises(InvalidAnswersError) as agreed:
        answered(walk, {"central_answer": "agreed"})
    with pytest.raises(InvalidAnswersError) as refused:
        answered(walk, {"central_answer": "refused"})

    assert set(agreed.value.errors) == {"central_representative"}
    assert set(refused.value.errors) == {"central_refusal_reason"}


def test_a_refusal_of_the_central_body_is_reported_to_the_presidential_administration(walk: Walk) -> None:
    """KRG-22, CB-05"""
    ask(walk)
    answered(walk, REFUSED)
    assert told(walk) == [{"central_answer": "refused"}]

    walk.complete("write_refusal_report", refusal_addressee=str(walk.bodies["president_dept"]))

    mail = mails(walk, PRESIDENT)[0]
    assert "Министерство здравоохранения" in mail.text
    assert REFUSED["central_refusal_reason"] in mail.text
    assert len(mail.attachments) == 2
    assert [entry.facts["kind"] for entry in walk.entries("R-CENTRAL")] == ["request", "refusal"]
    assert ends(walk) == ["refusal_reported"]


def refuse(walk: Walk, body: str, moment: Any, reason: str = "Сот мәселесі.") -> None:
    """A body invited to the akim's joint reception refuses: the message of PR-S05B."""
    with transaction() as session:
        row = BodyPosition(
            office_id="karaganda",
            case_id=walk.case_id,
            body_id=walk.bodies[body],
            asked_at=moment,
            due_at=moment,
            round=1,
            submitted_at=moment,
            refused_at=moment,
            refusal_reason=reason,
        )
        session.add(row)
        session.flush()
        position_id = row.id
    payload = {"body_id": walk.bodies[body], "position_id": position_id}
    send_message("karaganda", "participation.refused", case_id=walk.case_id, payload=payload)
    walk.work()


def test_the_report_on_a_refusal_is_due_two_working_days_after_it_came(walk: Walk) -> None:
    """KRG-22, T-KRG-22: refusal 2025-12-12 → due 2025-12-17, as 2025-12-16 is a public holiday."""
    walk.pass_time_to(at("2025-12-12", "15:00"))

    refuse(walk, "court", walk.now)

    assert walk.waiting() == ["write_refusal_report"]
    assert walk.due("write_refusal_report") == "2025-12-17 18:30"


def test_a_refusal_learned_of_late_keeps_the_term_of_its_receipt(walk: Walk) -> None:
    """KRG-22"""
    walk.pass_time_to(at("2025-12-15", "10:00"))

    refuse(walk, "court", at("2025-12-12", "15:00"))

    assert walk.due("write_refusal_report") == "2025-12-17 18:30"


def test_an_overdue_report_is_told_to_the_head_and_stays_open(walk: Walk) -> None:
    """KRG-22, T-KRG-22"""
    refuse(walk, "court", walk.now)

    walk.pass_time_to(date(2025, 11, 3))

    sent = [(letter.address, shown(letter.created_at)) for letter in walk.letters("escalation")]
    assert sent == [("dept_head@example.test", "2025-10-28 18:30")]
    assert walk.waits_for("write_refusal_report")


def test_two_refusals_of_one_case_are_reported_each_with_its_own_reason(walk: Walk) -> None:
    """KRG-22"""
    refuse(walk, "court", walk.now, "Бірінші себеп.")
    refuse(walk, "prosecution", walk.now, "Екінші себеп.")

    for _refusal in range(2):
        walk.complete("write_refusal_report", refusal_addressee=str(walk.bodies["president_dept"]))

    first, second = mails(walk, PRESIDENT)
    assert "Бірінші себеп." in first.text
    assert "Екінші" not in first.text
    assert "Екінші себеп." in second.text
    assert ends(walk) == ["refusal_reported", "refusal_reported"]


@pytest.mark.parametrize("form", ["record_position", "position_by_body"])
def test_krg_33_a_unit_of_the_akims_office_is_not_offered_to_refuse(walk: Walk, form: str) -> None:
    """KRG-33: a demand of the Department is mandatory for the units; a body that is invited may refuse (KRG-22)."""
    forms = Path(__file__).parents[2] / "forms" / "karaganda" / "personal_reception"
    asked = compile_form(json.loads((forms / f"{form}.form.json").read_text("utf-8")))
    with transaction() as session:
        step = Step(session, "karaganda", walk.case_id, 0, "open_positions", clock.now())
        bodies = [walk.bodies["legal_unit"], walk.bodies["court"]]
        opened = open_positions(step, bodies=bodies, position_due_at="2025-10-30T18:00")
    unit, court = opened["positions"]
    refusing = {"position_refused": ["true"], "position_refusal_reason": ["Себеп"], "position_official": ["С. Ахметов"]}

    assert "position_refused" not in asked.check(refusing, {}, unit).variables
    assert asked.check(refusing, {}, court).variables["position_refused"] is True
