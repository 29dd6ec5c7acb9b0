"""The portals of the other offices: a grievance to KTEK, a claim to SevKazEnergo."""

from typing import Any, cast

import pytest
from flask import Flask
from sqlalchemy import select

from app.models import Appeal, Applicant, Case, IncomingDocument, Office
from app.models.database import reading
from app.records.portal import kinds_of
from app.usecases.published import newest_versions
from tests.appeals import AppealWalk, appeals_of_kostanay
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

        row, people, case = filed(case_id)

        assert walk.waiting() == ["accept_grievance"]
        assert (row.source, row.external_number, row.nature) == ("portal", "KT-2025-000001", "heat_quality")
        assert [each.full_name for each in people] == ["Ахметова Сауле Ерлановна"]
        assert case.kind == "appeal"
        assert "Регистрируем, сейчас" in seen


def test_ske_1_1_1_a_claim_of_the_site_comes_with_its_kind_and_company(database_url: str) -> None:
    """SKE-1.1.1, SKE-1.2.1: kind and company as the consumer chose them; one applicant, with a telephone."""
    with energy(database_url, at("2025-06-02")) as walk:
        she = citizen(site_over(database_url), walk)
        without = she.fill("claim", nature="", phone="")
        case_id = she.file("claim", nature="", company="net")

        row, people, _case = filed(case_id)
        with reading() as session:
            document = session.get_one(IncomingDocument, case_id)

        assert without.status_code == 422
        assert (row.source, row.external_number) == ("site", "SEV-2025-000001")
        assert (document.kind, document.company, document.consumer_group) == ("claim", "net", "household")
        assert [each.full_name for each in people] == ["Ахметова Сауле Ерлановна"]
        assert "фонарь" in row.substance


OFFICES: dict[str, Any] = {"kostanay": appeals_of_kostanay, "sevkazenergo": energy, "ktek": ktek}


@pytest.mark.parametrize("office", OFFICES)
def test_every_stretch_of_a_course_begins_at_elements_of_the_offices_diagrams(database_url: str, office: str) -> None:
    """What the portal tells of the way is drawn: an element that was renamed would leave a citizen without news."""
    with OFFICES[office](database_url, at("2025-06-02")), reading() as session:
        drawn = {each for version in newest_versions(session, office) for each in version.definition.elements}
        kinds = kinds_of(session.get_one(Office, office))

    assert kinds
    assert {each for kind in kinds for step in kind.steps for each in step.elements} - drawn == set()
