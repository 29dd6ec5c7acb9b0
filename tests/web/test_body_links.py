"""State bodies answer by their links: see the question, save, send, correct, refuse."""

import io
import zipfile

import pytest
from sqlalchemy import select

from app.models import Document, File, UserTask
from app.models.database import reading
from app.queries.case_page import case_page
from tests.asking_office import HOUSING, SOCIAL, AskingOffice, asked_once, office
from tests.bodies import POSITION, Body, links, secrets_in, words
from tests.reception import at, shown

__all__ = ["asked_once", "office"]
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def docx() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override '
            'PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
            'wordprocessingml.document.main+xml"/></Types>',
        )
        archive.writestr("word/document.xml", "<w/>")
    return made.getvalue()


def test_the_invitation_to_each_body_carries_its_own_link(office: AskingOffice) -> None:
    """KST-S05.1"""
    housing, social = secrets_in(office.walk, HOUSING), secrets_in(office.walk, SOCIAL)

    assert len(housing) == len(social) == 1
    assert housing != social
    assert {link.item["position_id"] for link in links(office.walk)} == {row.id for row in office.walk.positions()}


def test_the_journal_of_letters_holds_no_secret(office: AskingOffice) -> None:
    secret = secrets_in(office.walk, HOUSING)[0]

    letters = office.walk.letters("invitation")

    assert all("/b/" not in letter.body and secret not in letter.body for letter in letters)
    assert "••••••••" in letters[0].body


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_page_shows_the_question_the_term_and_the_reception(office: AskingOffice, language: str) -> None:
    """KST-S05.1, KST-S05.2"""
    body = office.body(language=language)

    said = words(body.ask("GET", body.place))

    assert "20.06.2025" in said or "20 " in said
    assert "18:00" in said
    assert "27.06.2025" in said
    assert "Досмағамбетов Ержан Қайратұлы" in said
    assert "Үй апатты" in said, said


def test_numbers_in_the_question_are_covered_and_the_applicants_own_data_are_not_there(office: AskingOffice) -> None:
    body = office.body()

    page = body.ask("GET", body.place).text

    assert "870405301234" not in page
    assert "777 123 45 67" not in page
    assert "+77771234567" not in page
    assert "erzhan@example.test" not in page
    assert "Абай к., 5" not in page


def test_the_position_comes_by_form_and_file_and_completes_the_bodys_task(office: AskingOffice) -> None:
    """KST-S05.2: which body by which link stands in the history."""
    body = office.body()
    task = next(each for each in office.walk.tasks() if each.item["body_id"] == office.walk.bodies["housing"])

    answer = body.send(POSITION, position_files=(io.BytesIO(PDF), "анықтама.pdf"))

    position = office.position
    assert answer.status_code == 303
    assert (position.text, position.attendee) == (POSITION["position_text"], POSITION["position_attendee"])
    assert (position.recorded_by, position.link_id) == (None, office.link.id)
    with reading() as session:
        done = session.get_one(UserTask, task.id)
        assert (done.status, done.ended_by) == ("completed", None)
        assert session.scalars(select(Document.title).where(Document.kind == "position")).all() == ["анықтама.pdf"]
    told = office.events("task_completed")[-1]
    assert told.facts["outside"] == {"body": position.body_id, "link": position.link_id}
    assert told.facts["late"] is False
    assert "Ваш ответ получен" in words(body.ask("GET", body.place))


def test_a_docx_is_taken_too(office: AskingOffice) -> None:
    body = office.body()

    answer = body.send(POSITION, position_files=(io.BytesIO(docx()), "справка.docx"))

    assert answer.status_code == 303
    with reading() as session:
        assert session.scalars(select(File.name).where(File.link_id.is_not(None))).all() == ["справка.docx"]


def test_when_both_bodies_have_answered_the_department_analyses(office: AskingOffice) -> None:
    """KST-S05, KST-S06"""
    office.body().send(POSITION)
    assert not office.walk.waits_for("analyse_materials")

    office.body(SOCIAL).send(POSITION)

    assert office.walk.waits_for("analyse_materials")


def test_what_is_missing_is_said_at_the_field_and_nothing_is_lost(office: AskingOffice) -> None:
    body = office.body()

    answer = body.send({**POSITION, "position_attendee": ""})

    assert answer.status_code == 422
    assert "Укажите, кто придёт" in words(answer)
    assert POSITION["position_text"] in answer.text
    assert len(office.walk.tasks("record_position")) == 2


def test_a_draft_waits_behind_the_link_with_its_file(office: AskingOffice) -> None:
    body = office.body()

    body.send({"position_text": "Басталды"}, _save="1", position_files=(io.BytesIO(PDF), "a.pdf"))

    page = office.body().ask("GET", body.place).text
    assert "Басталды" in page
    assert "a.pdf" in page
    assert len(office.walk.tasks("record_position")) == 2


def test_sending_twice_is_answered_politely_and_recorded_once(office: AskingOffice) -> None:
    body = office.body()
    body.send(POSITION)

    again = body.send({**POSITION, "position_text": "Другой текст, который пришёл вторым."})

    position = office.position
    assert again.status_code == 303
    assert "второй раз он не записан" in words(body.ask("GET", body.place))
    assert position.text == POSITION["position_text"]


def test_what_was_sent_may_be_corrected_until_the_due_moment(office: AskingOffice) -> None:
    body = office.body()
    body.send(POSITION)
    assert "Исправить отправленное" in words(body.ask("GET", body.place))

    answer = body.send({**POSITION, "position_text": "Түзетілді: пәтер 15 тамызға дейін беріледі."}, _sent="1")

    assert answer.status_code == 303
    assert office.position.text == "Түзетілді: пәтер 15 тамызға дейін беріледі."
    assert office.events("position_corrected")[-1].facts["outside"]["link"] == office.link.id


def test_after_the_due_moment_nothing_is_corrected(office: AskingOffice) -> None:
    body = office.body()
    body.send(POSITION)
    office.walk.pass_time_to(at("2025-06-20", "18:01"))

    answer = body.send({**POSITION, "position_text": "Кеш келген түзету, ол жазылмайды."}, _sent="1")

    assert answer.status_code == 409
    assert office.position.text == POSITION["position_text"]


def test_once_the_department_has_accepted_nothing_is_corrected(office: AskingOffice) -> None:
    """KST-S06.1"""
    body = office.body()
    body.send(POSITION)
    office.body(SOCIAL).send(POSITION)
    office.walk.complete("analyse_materials", materials_quality="good")

    answer = body.send({**POSITION, "position_text": "Қабылданғаннан кейінгі түзету."}, _sent="1")

    assert answer.status_code == 409
    assert "Отдел принял ваш ответ" in words(body.ask("GET", body.place))


def test_an_answer_after_the_due_moment_is_taken_and_marked_late(office: AskingOffice) -> None:
    """KST-S05.2: given due 2025-06-20 18:00, what comes later is marked."""
    office.walk.pass_time_to(at("2025-06-23", "09:00"))
    body = office.body()

    body.send(POSITION)

    position = office.position
    assert position.submitted_at is not None
    assert position.submitted_at > position.due_at
    assert office.events("task_completed")[-1].facts["late"] is True
    assert "Позже срока" in words(body.ask("GET", body.place))


def test_a_body_may_refuse_to_take_part_with_a_reason(office: AskingOffice) -> None:
    body = office.body()

    without = body.send({"position_official": "С. Ахметов", "position_refused": "true"})
    body.send(
        {
            "position_official": "С. Ахметов",
            "position_refused": "true",
            "position_refusal_reason": "Мәселе сотта қаралуда.",
        }
    )

    position = office.position
    assert without.status_code == 422
    assert "Напишите причину отказа" in words(without)
    assert position.refused_at is not None
    assert position.refusal_reason == "Мәселе сотта қаралуда."
    assert "Отказ от участия записан" in words(body.ask("GET", body.place))


def test_the_coordinator_may_still_record_it_on_the_bodys_behalf(office: AskingOffice) -> None:
    """KST-S05.2"""
    for _body in range(2):
        office.walk.complete("record_position", **office.walk.usual("record_position"))

    body = office.body()
    answer = body.send(POSITION)

    assert "Ваш ответ записан Отделом" in words(body.ask("GET", body.place))
    assert answer.status_code == 409
    assert office.position.recorded_by == office.walk.people["reception_coordinator"]


def test_poor_materials_come_back_with_remarks_and_a_new_link(office: AskingOffice) -> None:
    """KST-S06.2: the notice goes in the same step, and the body answers anew by the link of that letter."""
    first = office.body()
    first.send(POSITION)
    office.body(SOCIAL).send(POSITION)
    poor = office.position
    office.walk.complete(
        "analyse_materials",
        materials_quality="poor",
        poor_positions=[str(poor.id)],
        position_quality=["incomplete"],
        position_remarks="Көшіру мерзімі көрсетілмеген.",
    )

    again = office.body()
    said = words(again.ask("GET", again.place))
    again.send({**POSITION, "position_text": "Көшіру мерзімі: 2025 жылғы 1 қыркүйек, пәтер № 12."})

    assert "Көшіру мерзімі көрсетілмеген." in said
    assert len(secrets_in(office.walk, HOUSING)) == 2
    assert first.ask("GET", first.place).status_code == 410
    assert office.walk.waits_for("analyse_materials")
    assert office.position.link_id == office.link.id


def test_the_history_of_the_case_names_the_body(office: AskingOffice) -> None:
    office.body().send(POSITION)

    page = case_page(office.walk.case_id, office_id="kostanay", language="ru")
    rows = [row for row in page.timeline if row.kind == "task_completed"]
    assert "тұрғын үй" in rows[0].who.kk


def test_the_bodies_that_have_not_answered_are_reminded_a_working_day_before(office: AskingOffice) -> None:
    """KST-S05.2: due on Friday 20 June 2025 at 18:00, reminded on Thursday the 19th, with the body's link."""
    office.body(SOCIAL).send(POSITION)

    office.walk.pass_time_to(at("2025-06-19", "12:00"))

    sent = [(letter.address, shown(letter.created_at)) for letter in office.walk.letters("position_reminder")]
    assert sent == [(HOUSING, "2025-06-19 09:00")]
    assert len(secrets_in(office.walk, HOUSING)) == 2
    assert len([link for link in links(office.walk) if link.body_id == office.walk.bodies["housing"]]) == 1
    office.body().send(POSITION)
    assert office.walk.waits_for("analyse_materials")


def test_the_earlier_letters_link_works_on_after_the_reminder(office: AskingOffice) -> None:
    first = secrets_in(office.walk, HOUSING)[0]
    office.walk.pass_time_to(at("2025-06-19", "12:00"))

    body = Body.at(office.app, office.walk)

    assert body.enter(first).status_code == 200


def test_who_was_asked_after_the_moment_of_the_reminder_is_not_written_to_twice(office: AskingOffice) -> None:
    """KST-S06.2: poor materials come back with one working day, whose reminder would be due before the letter."""
    office.body().send(POSITION)
    office.body(SOCIAL).send(POSITION)
    office.walk.pass_time_to(at("2025-06-19", "10:00"))

    office.walk.complete(
        "analyse_materials",
        materials_quality="poor",
        poor_positions=[str(office.position.id)],
        position_quality=["incomplete"],
        position_remarks="Толықтырыңыз.",
    )
    office.walk.pass_time_to(at("2025-06-19", "12:00"))

    assert office.walk.letters("position_reminder") == []


def test_what_has_not_come_by_the_due_moment_is_overdue_and_escalated(office: AskingOffice) -> None:
    """KST-S05.2: given due 2025-06-20 18:00 and nothing came."""
    office.walk.pass_time_to(at("2025-06-20", "18:30"))

    assert office.walk.letters("escalation")[0].address == "dept_head@example.test"
    assert len(office.walk.tasks("record_position")) == 2


def test_the_invitation_stands_on_the_code_and_the_regulation(office: AskingOffice) -> None:
    """KST-IAC: interagency work under the Administrative Procedural Code and the reception regulation."""
    mail = next(mail for mail in office.walk.post.mails if mail.address == HOUSING)

    assert "Административного процедурно-процессуального кодекса" in mail.text
    assert "Регламента личного приёма граждан" in mail.text
    assert "Әкімшілік рәсімдік-процестік кодексі" in mail.text
