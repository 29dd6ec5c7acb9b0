"""Service tasks of periodic reports: begin, build, send (RT-01, RT-04)."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.domain.files import ProducedFile
from app.domain.texts import Text
from app.gateways.documents import Provenance, to_pdf
from app.handlers.letters import desk_of, zone_of
from app.handlers.records import holders, within_office_hours
from app.handlers.registry import Produced, Step, Variables, service_task
from app.models import File, Office, Report, StateBody
from app.records.letters import Recipient, write
from app.records.terms import Terms
from app.reports.catalogue import KINDS, SATISFACTION
from app.reports.files import PDF, as_document
from app.reports.rows import Period, ReportKind, as_figures, due_of, from_figures, period_of

_WRITTEN_IN: Final = ("kk", "ru")


@service_task(
    "reports.begin",
    kind="record",
    label=Text("Есепті бастау", "Начать отчёт", "Begin a report"),
    sample={"report_id": 1, "period_at": "2025-06-30T19:00:00+00:00", "report_ended": "", "report_known": "no"},
)
def begin(step: Step, *, report: str, first: str = "") -> Variables:
    """Put the report of a period on the list of reports, with its term; one a period.

    It is the period of the day `first`, else that of this day, or the one before. `report_ended` is the end of the
    period, empty for a report without a term; `report_known` is "yes" where the report of the period was there before.
    """
    kind, zone = KINDS[report], zone_of(step)
    period = period_of(kind, date.fromisoformat(first) if first else step.now.astimezone(zone).date(), zone)
    if kind.past and not first:
        period = period_of(kind, period.first - timedelta(days=1), zone)
    known = _known(step, kind, period)
    row = known or _add(step, kind, period)
    return {
        "report_known": "yes" if known else "no",
        "report_id": row.id,
        "period_at": period.begins.astimezone(UTC).isoformat(),
        "report_ended": "" if kind.by_hand else period.ends.astimezone(UTC).isoformat(),
    }


@service_task(
    "reports.build",
    kind="compute",
    label=Text("Есепті жасау", "Составить отчёт", "Build the report"),
    sample={"report_files": [], "report_figures": {}},
)
def build(step: Step, *, report_id: int) -> Produced:
    """Count the report's rows and set them as PDF in Kazakh and Russian (RT-01)."""
    row = step.own(Report, report_id)
    kind, office = KINDS[row.kind], step.session.get_one(Office, row.office_id)
    period = Period(row.period_from, row.period_to, ZoneInfo(office.zone))
    figures = as_figures(kind.build(step.session, row.office_id, period))
    made = Provenance(made_by=office.name_ru, made_at=step.now.astimezone(period.zone), number="")
    files = tuple(
        ProducedFile(
            kind=row.kind,
            title=kind.title.in_(language),
            name=f"{row.kind}-{row.period_from}-{row.period_to}-{language}-{step.job_id}.pdf",
            media_type=PDF,
            content=to_pdf(
                as_document(kind, period, from_figures(figures), office, language, step.documents, made), made
            ),
            language=language,
        )
        for language in _WRITTEN_IN
    )
    return Produced(files, {"report_figures": figures, "report_files": [each.name for each in files]})


@service_task(
    "reports.send",
    kind="record",
    label=Text("Есепті жіберу", "Направить отчёт", "Send the report"),
    sample={"report_sent_at": "2025-09-29T05:00:00+00:00"},
)
def send(
    step: Step,
    *,
    report_id: int,
    figures: dict[str, object],
    files: Sequence[str],
    template: str,
    role: str,
    body_kind: str,
    comment: str | None = None,
) -> Variables:
    """Send the built report to everybody in `role` and to the state bodies of `body_kind`; note when and to whom.

    The letter is the office's `template` in the language of each, the files go with it; KRG-40.
    """
    row = step.own(Report, report_id)
    kind = KINDS[row.kind]
    attached = step.session.scalars(select(File.id).where(File.office_id == step.office_id, File.name.in_(files))).all()
    when, told = within_office_hours(step), []
    recipients = [Recipient(each.full_name, each.email, None, _written(each.language)) for each in holders(step, role)]
    recipients += [
        Recipient(each.name_ru, each.email, None, "kk+ru")
        for each in step.session.scalars(
            select(StateBody).where(StateBody.office_id == step.office_id, StateBody.kind == body_kind)
        )
    ]
    for recipient in recipients:
        facts = {language: _facts(step, kind, row, language, comment or "") for language in _WRITTEN_IN}
        write(desk_of(step), template, recipient, facts, due_at=when, files=attached)
        told.append(recipient.name)
    row.figures, row.comment = figures, comment or ""
    row.sent_at, row.sent_by, row.sent_to = step.now, step.by, told
    return {"report_sent_at": step.now.astimezone(UTC).isoformat()}


@service_task(
    "reports.tell_overdue",
    kind="record",
    label=Text("Есептің кешіккенін хабарлау", "Сообщить о просрочке отчёта", "Tell that a report is overdue"),
)
def tell_overdue(step: Step, *, report_id: int, template: str, role: str) -> Variables:
    """Write everybody in `role` that the report was not sent by its term; KRG-40."""
    row = step.own(Report, report_id)
    for person in holders(step, role):
        language = _written(person.language)
        facts = {
            **_facts(step, KINDS[row.kind], row, language, ""),
            "person": {"full_name": person.full_name},
        }
        recipient = Recipient(person.full_name, person.email, None, language)
        write(desk_of(step), template, recipient, {language: facts}, due_at=within_office_hours(step))
    return {}


@service_task(
    "reports.keep_satisfaction",
    kind="record",
    label=Text("Сауал есебін сақтау", "Сохранить отчёт опроса", "Keep the report of the survey"),
)
def keep_satisfaction(step: Step, *, round_at: str) -> Variables:
    """Keep the figures of the survey of the month of `round_at` as they are when the calls are over (SS-04, KRG-38)."""
    zone = zone_of(step)
    period = period_of(SATISFACTION, datetime.fromisoformat(round_at).astimezone(zone).date(), zone)
    row = _known(step, SATISFACTION, period) or _add(step, SATISFACTION, period)
    row.figures = as_figures(SATISFACTION.build(step.session, step.office_id, period))
    row.sent_at = step.now
    return {}


def _known(step: Step, kind: ReportKind, period: Period) -> Report | None:
    query = select(Report).where(
        Report.office_id == step.office_id, Report.kind == kind.code, Report.period_from == period.first
    )
    return step.session.scalars(query).first()


def _add(step: Step, kind: ReportKind, period: Period) -> Report:
    row = Report(
        office_id=step.office_id,
        kind=kind.code,
        period_from=period.first,
        period_to=period.last,
        due_at=due_of(kind, period, Terms(step.session, step.office_id)),
        begun_at=step.now,
        figures={},
        comment="",
        sent_to=[],
    )
    step.session.add(row)
    step.session.flush()
    return row


def _facts(step: Step, kind: ReportKind, row: Report, language: str, comment: str) -> dict[str, object]:
    office = step.session.get_one(Office, step.office_id)
    zone = zone_of(step)
    return {
        "office": {"name": getattr(office, f"name_{language}")},
        "report": {
            "title": kind.title.in_(language),
            "period": Period(row.period_from, row.period_to, zone).name,
            "due": f"{row.due_at.astimezone(zone):%d.%m.%Y, %H:%M}",
            "comment": comment,
        },
    }


def _written(language: str) -> str:
    return language if language in _WRITTEN_IN else "ru"
