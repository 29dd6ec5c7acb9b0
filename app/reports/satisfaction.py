"""RPT-KRG-S: the level of satisfaction of the applicants (KRG-38)."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.texts import Text
from app.models import SurveyCandidate
from app.records.survey import BY_PHONE, GROUPS
from app.reports.rows import Period, Row

NAMES: Final = {
    "consulted": Text("кеңес алғандар", "получившие консультацию", "consulted"),
    "declined": Text("жазылудан бас тартқандар", "отказавшиеся от записи", "declined the booking"),
    "received": Text("қабылданғандар", "принятые", "received"),
}
_NOBODY: Final = "—"


def rows(session: Session, office_id: str, period: Period) -> Sequence[Row]:
    """Monitoring list, phone list, level and remarks by group of those taken in during the period."""
    asked = _of(session, office_id, period)
    return [*_totals(asked), *(row for group in GROUPS for row in _group(group, asked)), *_remarks(asked)]


def levels(session: Session, office_id: str, period: Period) -> Sequence[Row]:
    """The figures of the survey within another report: interviewed by phone, and how satisfied."""
    return _totals(_of(session, office_id, period))[1:]


def _of(session: Session, office_id: str, period: Period) -> Sequence[SurveyCandidate]:
    return session.scalars(
        select(SurveyCandidate)
        .where(
            SurveyCandidate.office_id == office_id,
            SurveyCandidate.noted_at >= period.begins,
            SurveyCandidate.noted_at < period.ends,
        )
        .order_by(SurveyCandidate.id)
    ).all()


def _totals(asked: Sequence[SurveyCandidate]) -> list[Row]:
    phone = [each for each in asked if each.group in BY_PHONE]
    return [
        Row("listed", Text("Мониторинг тізімінде", "В списке мониторинга", "On the monitoring list"), str(len(asked))),
        Row("phone", Text("Телефон сауалының тізімінде", "В списке опроса", "On the phone list"), str(len(phone))),
        Row("interviewed", Text("сауал алынды", "опрошено", "interviewed"), str(_spoken(phone)), part=True),
        Row("level", Text("Орташа деңгей", "Средний уровень", "Average level"), _average(phone)),
    ]


def _group(group: str, asked: Sequence[SurveyCandidate]) -> list[Row]:
    found = [each for each in asked if each.group == group]
    named = [Row(group, _titled(NAMES[group]), str(len(found)))]
    if group not in BY_PHONE:
        return named
    missed = sum(each.status == "not_reached" for each in found)
    return [
        *named,
        Row(f"{group}_interviewed", Text("сауал алынды", "опрошено", "interviewed"), str(_spoken(found)), part=True),
        Row(f"{group}_missed", Text("хабарласу болмады", "не дозвонились", "not reached"), str(missed), part=True),
        Row(f"{group}_level", Text("орташа деңгей", "средний уровень", "average level"), _average(found), part=True),
    ]


def _remarks(asked: Sequence[SurveyCandidate]) -> list[Row]:
    """What was said, without names."""
    said = [each.remarks for each in asked if each.remarks]
    label = Text("Ескерту", "Замечание", "Remark")
    return [Row(f"remark_{number}", label, words) for number, words in enumerate(said, 1)]


def _spoken(found: Sequence[Any]) -> int:
    return sum(each.status == "interviewed" for each in found)


def _average(found: Sequence[SurveyCandidate]) -> str:
    known = [each.level for each in found if each.level is not None]
    return f"{sum(known) / len(known):.1f}" if known else _NOBODY


def _titled(words: Text) -> Text:
    return Text(*(each[:1].upper() + each[1:] for each in (words.kk, words.ru, words.en)))
