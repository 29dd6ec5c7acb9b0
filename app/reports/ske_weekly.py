"""RPT-SKE-W: the weekly monitoring of complaints, claims, reviews and proposals of consumers (SKE-2.13)."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.texts import Text
from app.models import AppealLine, IncomingDocument, MonitoringEntry, Person
from app.reports.rows import Period, Row

KINDS: Final = {
    "complaint": Text("Шағымдар", "Жалобы", "Complaints"),
    "claim": Text("Арыздар", "Претензии", "Claims"),
    "review": Text("Пікірлер", "Отзывы", "Reviews"),
    "proposal": Text("Ұсыныстар", "Предложения", "Proposals"),
}
_GROUPS: Final = {
    "household": Text("I топ: тұрмыстық", "I группа: бытовые", "group I: household"),
    "nonhousehold": Text("II топ: тұрмыстық емес", "II группа: небытовые", "group II: non-household"),
}
_ANSWERED: Final = Text("жауап берілді", "дан ответ", "answered")
_EXECUTOR: Final = Text("Орындаушы: {who}", "Исполнитель: {who}", "Executor: {who}")


def rows(session: Session, office_id: str, period: Period) -> Sequence[Row]:
    """What was entered in the monitoring bases during the week: by kind, consumer group, answers sent and executor."""
    found = _of(session, office_id, period)
    total = Row("total", Text("Барлығы", "Всего", "In all"), str(len(found)))
    return [total, *(row for kind in KINDS for row in _kind(kind, found)), *_executors(session, found)]


def _of(session: Session, office_id: str, period: Period) -> list[tuple[IncomingDocument, bool]]:
    query = (
        select(IncomingDocument, AppealLine.answered_at.is_not(None))
        .join(MonitoringEntry, MonitoringEntry.case_id == IncomingDocument.case_id)
        .join(AppealLine, AppealLine.case_id == IncomingDocument.case_id)
        .where(
            MonitoringEntry.office_id == office_id,
            MonitoringEntry.entered_at >= period.begins,
            MonitoringEntry.entered_at < period.ends,
        )
        .order_by(MonitoringEntry.id)
    )
    return [(document, answered) for document, answered in session.execute(query)]


def _kind(kind: str, found: Sequence[tuple[IncomingDocument, bool]]) -> list[Row]:
    those = [(document, answered) for document, answered in found if document.kind == kind]
    groups = Counter(document.consumer_group for document, _ in those)
    return [
        Row(kind, KINDS[kind], str(len(those))),
        *(Row(f"{kind}_{code}", words, str(groups[code]), part=True) for code, words in _GROUPS.items()),
        Row(f"{kind}_answered", _ANSWERED, str(sum(answered for _, answered in those)), part=True),
    ]


def _executors(session: Session, found: Sequence[tuple[IncomingDocument, bool]]) -> list[Row]:
    """How many each responsible executor has, the busiest first."""
    given = Counter(document.executors[0] for document, _ in found if document.executors)
    names = {row.id: row.full_name for row in session.scalars(select(Person).where(Person.id.in_(given)))}
    return [
        Row(f"executor_{person}", _EXECUTOR.with_values(who=names[person]), str(count))
        for person, count in sorted(given.items(), key=lambda each: (-each[1], each[0]))
    ]
