"""The portals of the other offices: a grievance to KTEK, a claim to SevKazEnergo."""

from typing import Any, cast

import pytest
from flask import Flask
from sqlalchemy import select

from app.models import Appeal, Applicant, Case, IncomingDocument, Office
from app.models.database import reading
from app.queries.control import control_of
from app.queries.grievances import GrievanceFilter, register
from app.queries.incoming_journal import JournalFilter, journal
from app.records.portal import kinds_of
from app.usecases.published import newest_versions
from tests.appeals import AppealWalk, appeals_of_kostanay
from tests.bodies import words
from tests.energy import energy
from tests.ktek import ktek
from tests.portal import Citizen
from tests.reception import Walk, at
from tests.site import site_over


def citizen(app: Flask, walk: Walk) -> Citizen:
    return Citizen(app, cast(AppealWalk, walk), home=f"/portal/{walk.office}")


def filed(case_id: int) -> tuple[Appeal, list[Applicant], Case]:
    """The appeal, everybody who applied in its office, and its case."""
    with reading() as session:
        case = session.get_one(Case, case_id)
        people = session.scalars(select(Applicant).where(Applicant.office_id == case.office_id)).all()
        return session.get_one(Appeal, case_id), list(people), case


def test_ktek_3_a_grievance_of_the_portal_comes_to_the_document_office(database_url: str) -> None:
    """KTEK-3, KTEK-3.2.1: registered by the document office; its citizen sees it on her talon."""
    with ktek(database_url, at("2025-06-04")) as walk:
        she = citizen(site_over(database_url), walk)
        case_id = she.file("complaint", nature="heat_quality")
        she.enter()
        seen = she.follow()
        advice = words(she.get(f"{she.home}/disagree"))

        row, people, case = filed(case_id)

        assert walk.waiting() == ["accept_grievance"]
        assert (row.source, row.external_number, row.nature) == ("portal", "KT-2025-000001", "heat_quality")
        assert [each.full_name for each in people] == ["Ахметова Сауле Ерлановна"]
        assert case.kind == "appeal"
        assert "Регистрируем, сейчас" in seen
        assert "её рассмотрит руководство организации" in advice
        assert "статья 91" not in advice


def test_ske_1_1_1_a_claim_of_the_site_comes_with_its_kind_and_company(database_url: str) -> None:
    """SKE-1.1.1, SKE-1.2.1: kind and company as the consumer chose them; one applicant, with a telephone."""
    with energy(database_url, at("2025-06-02")) as walk:
        she = citizen(site_over(database_url), walk)
        without = she.fill("claim", nature="", phone="")
        case_id = she.file("claim", nature="", company="net", district="esil")

        row, people, _case = filed(case_id)
        with reading() as session:
            document = session.get_one(IncomingDocument, case_id)

        assert without.status_code == 422
        assert (row.source, row.external_number, row.district) == ("site", "SEV-2025-000001", "esil")
        assert (document.kind, document.company, document.consumer_group) == ("claim", "net", "household")
        assert [each.full_name for each in people] == ["Ахметова Сауле Ерлановна"]
        assert "фонарь" in row.substance


def test_ske_3_2_a_claim_is_taken_back_while_its_reply_is_written(database_url: str) -> None:
    """SKE-3.2, SKE-1.3: the journal says so, she gets a letter, and no reply is due any more."""
    with energy(database_url, at("2025-06-02")) as walk:
        she = citizen(site_over(database_url), walk)
        case_id = she.file("claim", nature="", company="sbyt")
        walk.play("draft_reply")
        she.enter()
        before = control_of(walk.office, view="all", executor=None, personal=True).counts["all"]
        walk.clock.moment = at("2025-06-16")
        at_risk = control_of(walk.office, view="all", executor=None, personal=True).counts["all"]
        said = she.act("withdraw", reason="Плату пересчитали.")
        she.work()
        walk.pass_time_to(at("2025-07-01"))

        assert (before, at_risk, said.status_code) == (0, 1, 303)
        assert (walk.case().status, walk.ended()[0], walk.waiting()) == ("withdrawn", "withdrawn", [])
        assert control_of(walk.office, view="all", executor=None, personal=True).counts["all"] == 0
        rows = journal(walk.office, JournalFilter(state="all")).rows
        assert [(row.case_id, row.withdrawn, row.late) for row in rows] == [(case_id, True, False)]
        assert journal(walk.office, JournalFilter(state="open")).rows == []
        assert [each.status for each in walk.letters("appeal_withdrawn")] == ["sent"]
        assert "№ 1-С/2025 прекращено" in walk.letters("appeal_withdrawn")[0].body
        assert walk.letters("escalation") == []
        assert "отозвано по вашему желанию" in she.follow()


def test_ske_3_7_a_claim_is_not_taken_back_once_its_reply_is_sent(database_url: str) -> None:
    """SKE-3.7, SKE-3.8: only the copy of the reply has still to be handed over."""
    with energy(database_url, at("2025-06-02")) as walk:
        she = citizen(site_over(database_url), walk)
        she.file("claim", nature="", company="sbyt")
        walk.play("hand_over_copy")
        she.enter()

        assert she.act("withdraw", reason="Плату пересчитали.").status_code == 409
        assert walk.waiting() == ["hand_over_copy"]


def test_ktek_3_1_1_a_grievance_is_taken_back_while_it_is_considered(database_url: str) -> None:
    """KTEK-3.1.1, KTEK-3.2.2: the register keeps it as withdrawn with the time; the director hears of no delay."""
    with ktek(database_url, at("2025-06-04")) as walk:
        she = citizen(site_over(database_url), walk)
        case_id = she.file("complaint", nature="heat_quality")
        walk.play("consider")
        she.enter()
        walk.clock.moment = at("2025-06-11", "15:00")
        said = she.act("withdraw", reason="Тепло дали.")
        she.work()
        walk.pass_time_to(at("2025-06-20"))

        row = register(walk.office, GrievanceFilter(state="withdrawn")).rows[0]
        assert said.status_code == 303
        assert (walk.case().status, walk.ended(), walk.waiting()) == ("withdrawn", ["withdrawn"], [])
        assert (row.case_id, row.ended) == (case_id, True)
        assert walk.states()[-1] == ("withdrawn", "2025-06-11 15:00")
        assert walk.controlled("2025-06-12", "2025-06-19") == {"2025-06-12": (0, None), "2025-06-19": (0, None)}
        assert walk.letters("escalation") == []
        assert [each.status for each in walk.letters("appeal_withdrawn")] == ["sent"]
        assert "отозвано по вашему желанию" in she.follow()


OFFICES: dict[str, Any] = {"kostanay": appeals_of_kostanay, "sevkazenergo": energy, "ktek": ktek}


@pytest.mark.parametrize("office", OFFICES)
def test_every_stretch_of_a_course_begins_at_elements_of_the_offices_diagrams(database_url: str, office: str) -> None:
    """What the portal tells of the way is drawn: an element that was renamed would leave a citizen without news."""
    with OFFICES[office](database_url, at("2025-06-02")), reading() as session:
        drawn = {each for version in newest_versions(session, office) for each in version.definition.elements}
        kinds = kinds_of(session.get_one(Office, office))

    assert kinds
    assert {each for kind in kinds for step in kind.steps for each in step.elements} - drawn == set()
