"""Choices of the forms of Kostanay's Department: appeals to look through, types of tasks, people."""

from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.regions import Regions
from app.domain.texts import LANGUAGES, Text
from app.forms import Choice
from app.models import Appeal, AppealCard, AppealLine, AppealProblem, Case, Office
from app.records.officials import officials_on

SHOWN: Final = 160
"""Letters of an appeal that are shown."""
ROLES: Final = ("controller", "reception_preparer", "reception_coordinator", "dept_deputy_head", "dept_head")
"""Who carries out the Department's tasks."""


def appeals(session: Session, office_id: str) -> list[Choice]:
    """The appeals that an analysis lists, each with its number, district and what it asks (KST-ANL-3)."""
    query = (
        select(AppealProblem.case_id, Case.number, AppealLine.district, AppealCard.annotation, Appeal.substance)
        .join(Case, Case.id == AppealProblem.case_id)
        .join(AppealLine, AppealLine.case_id == AppealProblem.case_id)
        .join(Appeal, Appeal.case_id == AppealProblem.case_id)
        .outerjoin(AppealCard, AppealCard.case_id == AppealProblem.case_id)
        .where(AppealProblem.office_id == office_id, AppealProblem.problem == "")
        .order_by(AppealProblem.case_id)
    )
    regions = Regions.of(session.get_one(Office, office_id).settings)
    return [
        _choice(case, number, regions.called(district) if district else None, (annotation or substance or "")[:SHOWN])
        for case, number, district, annotation, substance in session.execute(query)
    ]


def task_types(office: Office) -> list[Choice]:
    """The main tasks of the Department by group and number, "3.4" (KST-TASK)."""
    return [
        Choice(f"{group['group']}.{n}", Text(*(f"{group['group']}.{n} {name[each]}" for each in LANGUAGES)))
        for group in office.settings.get("department_tasks", ())
        for n, name in enumerate(group["types"], 1)
    ]


def people(session: Session, office: Office, today: date) -> list[Choice]:
    """Who may be made responsible for a task of the Department."""
    return [
        Choice(str(row.id), Text(row.full_name, row.full_name, row.full_name))
        for row in officials_on(session, office, today, roles=ROLES)
    ]


def _choice(case_id: int, number: str | None, place: Text | None, told: str) -> Choice:
    words = (" · ".join(filter(None, (number, place.in_(each) if place else "", told))) for each in LANGUAGES)
    return Choice(str(case_id), Text(*words))
