"""What the Department begins: the analysis of the appeals of a period, a task of its own."""

from datetime import date
from typing import Final

from sqlalchemy import text

from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.reports.analyses import analysis_of, is_begun
from app.usecases.access import Actor
from app.usecases.cases import case_begun_by, start_instance
from app.usecases.transaction import transaction

PROCESS: Final = "appeal_analysis"
WANTED: Final = "analysis_wanted"
TASK: Final = "department_task"
_ONE_BEGINS: Final = text("SELECT pg_advisory_xact_lock(hashtext('analysis.begin'), hashtext(:office))")


class NoSuchPeriodError(AutomationError):
    """Only a month, a quarter or a half-year that is over is analysed."""

    status = 422
    message = Text(
        kk="Аяқталған айды, тоқсанды немесе жартыжылдықты таңдаңыз.",
        ru="Выберите месяц, квартал или полугодие, которые уже закончились.",
        en="Choose a month, a quarter or a half-year that is over.",
    )


class AnalysisBegunError(AutomationError):
    """The period has its analysis."""

    status = 409
    message = Text(
        kk="Бұл кезеңнің талдауы басталған. Ол «Есептер» бетінде.",
        ru="Анализ этого периода уже начат. Он на странице «Отчёты».",
        en="The analysis of this period has begun. It stands on the page “Reports”.",
    )


def begin_analysis(first: date, last: date, *, by: Actor) -> str:
    """Begin the analysis of a period by hand (KST-ANL); returns the kind of its report.

    Raises `ForbiddenError`, `NoSuchPeriodError`, `AnalysisBegunError`.
    """
    by.demand("analysis.begin")
    with transaction() as session:
        kind = analysis_of(session, by.office_id, first, last)
        if kind is None:
            raise NoSuchPeriodError
        session.execute(_ONE_BEGINS, {"office": by.office_id})
        if is_begun(session, by.office_id, kind, first):
            raise AnalysisBegunError
        start_instance(
            session,
            by.office_id,
            PROCESS,
            case_id=None,
            variables={},
            by=by.id,
            start_element=WANTED,
            brought={"report": kind, "first": first.isoformat()},
        )
        return kind


def begin_task(*, language: str, by: Actor) -> int:
    """Begin a task of the Department by hand; returns its case (KST-TASK, DT-01). Raises `ForbiddenError`."""
    by.demand("department.task")
    with transaction() as session:
        case_id = case_begun_by(session, by.office_id, TASK, {"language": language})
        start_instance(session, by.office_id, TASK, case_id=case_id, variables={}, by=by.id)
        return case_id or 0
