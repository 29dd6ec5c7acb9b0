"""Choices of a plan event: the places and organisers that the plan names for its measure."""

from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

from app.domain.stakeholder_plan import Measure
from app.domain.texts import Text
from app.forms import Choice
from app.models import Case, PlanEvent
from app.records.plan_events import measure_of


def places_of_event(session: Session, case_id: int | None) -> list[Choice]:
    """Where the measure of an event may be carried out, in the words that its record keeps (KTEK-1.5, KTEK-2.1)."""
    return _offered(session, case_id, lambda measure: measure.places or [measure.cells["place"]])


def organisers_of_event(session: Session, case_id: int | None) -> list[Choice]:
    """Who may hold the event of others in which the office takes part (KTEK-2.7)."""
    return _offered(session, case_id, lambda measure: measure.organisers)


def _offered(session: Session, case_id: int | None, words: Callable[[Measure], Sequence[Text]]) -> list[Choice]:
    row = session.get(PlanEvent, case_id) if case_id is not None else None
    if row is None:
        return []
    language = session.get_one(Case, case_id).language
    measure = measure_of(session, row.office_id, row.measure)
    return [Choice(each.in_("kk" if language == "kk" else "ru"), each) for each in words(measure)]
