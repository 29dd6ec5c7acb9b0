"""The analysis of the appeals of a period as rows: the linear report, growth, the map of problems, the note."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.regions import Regions
from app.domain.texts import LANGUAGES, Text
from app.models import AppealLine, AppealProblem, Case
from app.reports.appeal_analysis import Analysis, Growth, analyse, moments_of, said
from app.reports.appeal_words import DIMENSIONS
from app.reports.rows import Period, Row

MEASURES: Final = {
    "explanatory_work": Text(
        "Түсіндіру жұмысын күшейту", "Усилить разъяснительную работу", "Strengthen explanatory work"
    ),
    "legislation_review": Text(
        "Заңнаманы талдау және ұсыныстар пакеті",
        "Анализ законодательства и пакет предложений",
        "Analysis of legislation and a package of proposals",
    ),
    "other": Text("Басқа шара", "Другая мера", "Another measure"),
}
"""The measures of KST-DYN-3."""
_TOTAL: Final = Text("Барлық өтініш", "Всего обращений", "Appeals in all")
_BEFORE: Final = Text("Алдыңғы сондай кезеңде", "За такой же период до него", "In the same period before")
_GROWTH: Final = Text("Күрт өсу", "Высокий рост", "High growth")
_CAUSES: Final = Text("Өсудің себептері", "Причины роста", "Causes of the growth")
_TAKEN: Final = Text("Шаралар", "Меры", "Measures")
_SYSTEMIC: Final = Text("Жүйелі мәселелер", "Системные вопросы", "Systemic questions")
_MAP: Final = Text(
    "Аудандар мен қалалар бойынша проблемалар картасы",
    "Карта проблемных вопросов по районам и городам",
    "Map of problems by district and city",
)
_PROPOSALS: Final = Text("Ұсыныстар", "Предложения", "Proposals")


def rows(session: Session, office_id: str, period: Period) -> list[Row]:
    """RPT-KST-A, RPT-KST-D, RPT-KST-M: totals, each dimension, high growth, problems by region."""
    found = analyse(session, office_id, period.first, period.last)
    listed = [Row("total", _TOTAL, str(found.total)), Row("before", _BEFORE, str(found.before))]
    for dimension, title in DIMENSIONS.items():
        values = found.dimensions[dimension]
        listed.append(Row(dimension, title, ""))
        listed += [Row(f"{dimension}_{each.code}", each.name, str(each.number), part=True) for each in values]
    listed.append(Row("growth", _GROWTH, str(len(found.growth))))
    listed += [Row("growth_of", _named(each), change_of(each), part=True) for each in found.growth]
    return [*listed, *_map(found, _problems(session, office_id, period))]


def note_rows(note: Mapping[str, Any], settings: Mapping[str, Any]) -> list[Row]:
    """RPT-KST-C, RPT-KST-D: what the Department found: causes, measures, systemic questions, proposals."""
    listed, regions = settings.get("appeal", {}).get("question_natures", ()), Regions.of(settings)
    natures = {each["code"]: Text(**each["name"]) for each in listed}
    return [
        *_part("causes", _CAUSES, ((_of(each, natures, regions), each["cause"]) for each in note["causes"])),
        *_part("measures", _TAKEN, ((MEASURES[each["kind"]], _measure(each)) for each in note["measures"])),
        *_part("systemic", _SYSTEMIC, ((_as_said(each["question"]), each["appeals"]) for each in note["systemic"])),
        Row("proposals", _PROPOSALS, note["proposals"]),
    ]


def change_of(growth: Growth) -> str:
    """10 → 25."""
    return f"{growth.before} → {growth.number}"


def split_of(found: Analysis, nature: str) -> str:
    """How the regions share a nature of question: "Рудный 8 → 20; Костанай 2 → 5" (KST-DYN-1)."""
    regions = [each for each in found.changes if each.nature == nature]
    return "; ".join(f"{each.place.ru} {change_of(each)}" for each in regions)


def problems_of(session: Session, office_id: str, period: Period) -> list[tuple[str, str, str]]:
    """(problem, region, number of the appeal) of each appeal of the period that was looked through."""
    since, until = moments_of(session, office_id, period.first, period.last)
    query = (
        select(AppealProblem.problem, AppealLine.district, Case.number)
        .join(AppealLine, AppealLine.case_id == AppealProblem.case_id)
        .join(Case, Case.id == AppealProblem.case_id)
        .where(AppealLine.office_id == office_id, AppealLine.received_at >= since, AppealLine.received_at < until)
        .where(AppealProblem.problem != "")
        .order_by(AppealProblem.case_id)
    )
    return [(problem, district or "", number or "") for problem, district, number in session.execute(query)]


def _problems(session: Session, office_id: str, period: Period) -> Mapping[str, Counter[str]]:
    regions: dict[str, Counter[str]] = {}
    for problem, region, _ in problems_of(session, office_id, period):
        regions.setdefault(region, Counter())[problem.capitalize()] += 1
    return regions


def _map(found: Analysis, problems: Mapping[str, Counter[str]]) -> Iterator[Row]:
    """Each region with its number of appeals and its problems, most first (KST-TASK-3.2)."""
    yield Row("map", _MAP, "")
    for tile in filter(lambda each: each.number, found.tiles):
        told = "; ".join(f"{name} ({n})" for name, n in problems.get(tile.region, Counter()).most_common(5))
        yield Row(f"map_{tile.region}", tile.place, f"{tile.number}: {told}" if told else str(tile.number), True)


def _part(code: str, title: Text, lines: Iterator[tuple[Text, str]]) -> list[Row]:
    found = [Row(f"{code}_{n}", label, value, part=True) for n, (label, value) in enumerate(lines, 1)]
    return [Row(code, title, str(len(found))), *found] if found else []


def _named(growth: Growth) -> Text:
    return _joined(growth.name, growth.place if growth.region else None)


def _of(row: Mapping[str, Any], natures: Mapping[str, Text], regions: Regions) -> Text:
    place = regions.called(row["region"]) if row.get("region") else None
    return _joined(natures.get(row["nature"], said(row["nature"])), place)


def _joined(name: Text, place: Text | None) -> Text:
    if place is None:
        return name
    return Text(*(f"{name.in_(language)} · {place.in_(language)}" for language in LANGUAGES))


def _measure(row: Mapping[str, Any]) -> str:
    return "; ".join(filter(None, (row["text"], row.get("parties"))))


def _as_said(words: str) -> Text:
    return Text(words, words, words)
