"""The periodic reports that the program knows; an office names those that it makes."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy.orm import Session

from app.domain.texts import Text
from app.models import Office
from app.reports import appeal_report, quarterly_akim, satisfaction, ske_weekly
from app.reports.rows import ReportKind

QUARTERLY_AKIM: Final = ReportKind(
    "quarterly_akim",
    Text(
        "Азаматтарды қабылдау жөніндегі бөлім жұмысының нәтижелері туралы ақпарат",
        "Информация о результатах работы Отдела по приёму граждан",
        "Information on the results of the Department's work on receptions",
    ),
    "KRG-40",
    ("report.quarterly_akim",),
    3,
    "periodic_report",
    quarterly_akim.rows,
)
SATISFACTION: Final = ReportKind(
    "satisfaction",
    Text(
        "Өтініш берушілердің қанағаттану деңгейінің мониторингі",
        "Мониторинг уровня удовлетворённости заявителей",
        "Monitoring of the applicants' satisfaction",
    ),
    "KRG-38",
    ("survey.period", "survey.call"),
    1,
    "satisfaction_survey",
    satisfaction.rows,
)
SKE_WEEKLY: Final = ReportKind(
    "ske_weekly",
    Text(
        "«Тұтынушылардың шағымдары, арыздары, пікірлері мен ұсыныстарының мониторингі» апталық есебі",
        "Еженедельный отчёт «Мониторинг жалоб, претензий, отзывов и предложений потребителей»",
        "Weekly report “Monitoring of complaints, claims, reviews and proposals of consumers”",
    ),
    "SKE-2.13",
    ("report.ske_weekly",),
    0,
    "periodic_report",
    ske_weekly.rows,
    past=True,
)
APPEAL_HALF_YEAR: Final = ReportKind(
    "appeal_half_year",
    Text(
        "Жартыжылдықтағы өтініштерді талдау: басшылыққа талдамалық жазба",
        "Анализ обращений за полугодие: аналитическая записка для руководства",
        "Analysis of the appeals of the half-year: note for the leadership",
    ),
    "KST-TASK-3.6",
    ("report.half_year",),
    6,
    "appeal_analysis",
    appeal_report.rows,
    past=True,
    paper="appeal_analysis",
)
APPEAL_QUARTER: Final = replace(
    APPEAL_HALF_YEAR,
    code="appeal_quarter",
    title=Text(
        "Тоқсандағы өтініштерді талдау", "Анализ обращений за квартал", "Analysis of the appeals of the quarter"
    ),
    clause="KST-ANL",
    rules=(),
    months=3,
    by_hand=True,
)
APPEAL_MONTH: Final = replace(
    APPEAL_QUARTER,
    code="appeal_month",
    title=Text("Айдағы өтініштерді талдау", "Анализ обращений за месяц", "Analysis of the appeals of the month"),
    months=1,
)
ANALYSES: Final = (APPEAL_MONTH, APPEAL_QUARTER, APPEAL_HALF_YEAR)
KINDS: Final = {kind.code: kind for kind in (QUARTERLY_AKIM, SATISFACTION, SKE_WEEKLY, *ANALYSES)}


def kinds_of(session: Session, office_id: str) -> Sequence[ReportKind]:
    """The reports that an office names in `reports` of its office.toml; none without it."""
    office = session.get(Office, office_id)
    named = office.settings.get("reports", []) if office is not None else []
    return [KINDS[code] for code in named if code in KINDS]
