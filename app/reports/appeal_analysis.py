"""Appeals of a period ranked by the dimensions of the linear report (KST-ANL), their growth and the map of problems."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.regions import Regions
from app.domain.texts import Text
from app.models import Office
from app.models.database import reading
from app.records.terms import office_calendar
from app.reports.appeal_words import DIMENSIONS, NOT_TOLD, VALUES

THRESHOLD: Final = 50
"""Percent more than in the period before from which growth is high; `appeal.growth_threshold` of the office (BR-45)."""
LEAST: Final = 3
"""Fewer appeals than this are no growth that says anything."""
SHADES: Final = 5

_FROM: Final = """
    FROM appeal_line AS line
    LEFT JOIN appeal_card AS card ON card.case_id = line.case_id
    WHERE line.office_id = :office AND line.received_at >= :since AND line.received_at < :until
"""
_RANKED: Final = f"""
    WITH told AS (
        SELECT coalesce(line.district, '') AS region, coalesce(line.nature, '') AS nature,
               coalesce(line.category, '') AS category,
               CASE WHEN line.category = 'strategic' THEN coalesce(card.topic, '') END AS topic,
               CASE WHEN line.category = 'complaint' THEN coalesce(card.complaint_object, '') END AS object,
               line.source, coalesce(card.social_status, '') AS social_status,
               coalesce(lower(trim(card.occupation)), '') AS occupation,
               CASE WHEN card.age < 30 THEN 'under_30' WHEN card.age < 45 THEN 'from_30'
                    WHEN card.age < 60 THEN 'from_45' WHEN card.age >= 60 THEN 'from_60' ELSE '' END AS age,
               CASE WHEN count(*) OVER (PARTITION BY card.base_id) > 1 AND card.base_id IS NOT NULL
                    THEN 'multiple' ELSE 'single' END AS multiplicity,
               CASE WHEN line.repeated THEN 'repeated' ELSE 'first' END AS repetition,
               CASE WHEN line.answered_at IS NOT NULL THEN coalesce(line.outcome, 'other')
                    WHEN line.ended_at IS NOT NULL THEN 'ended' ELSE 'none' END AS outcome,
               CASE WHEN line.answered_at <= line.due_at THEN 'in_time' WHEN line.answered_at > line.due_at THEN 'late'
                    WHEN line.ended_at IS NOT NULL THEN 'ended'
                    WHEN line.due_at < :now THEN 'overdue' ELSE 'awaited' END AS timeliness,
               CASE WHEN (SELECT bool_or(state = 'returned') FROM reply WHERE reply.case_id = line.case_id)
                    THEN 'returned' WHEN line.ended_at IS NULL AND line.answered_at IS NULL THEN 'none'
                    WHEN line.ended_at IS NULL THEN 'examined'
                    WHEN line.answered_at IS NULL THEN 'ended' ELSE 'accepted' END AS quality
        {_FROM}
    )
    SELECT {", ".join(DIMENSIONS)}, grouping({", ".join(DIMENSIONS)}) AS what, count(*) AS number
    FROM told GROUP BY GROUPING SETS ({", ".join(f"({each})" for each in DIMENSIONS)}, ())
    ORDER BY number DESC, {", ".join(DIMENSIONS)}
"""  # noqa: S608 - our own parts
_GROWTH: Final = f"""
    SELECT coalesce(line.nature, '') AS nature, coalesce(line.district, '') AS region,
           count(*) FILTER (WHERE line.received_at >= :middle) AS number,
           count(*) FILTER (WHERE line.received_at < :middle) AS before
    {_FROM} GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2
"""


@dataclass(frozen=True, slots=True)
class Ranked:
    """One value of a dimension and how many appeals have it; `code` is empty where the card says nothing."""

    code: str
    name: Text
    number: int


@dataclass(frozen=True, slots=True)
class Growth:
    """How a nature of question changed in a region against the period before (KST-DYN-1)."""

    nature: str
    name: Text
    region: str
    place: Text
    number: int
    before: int

    @property
    def percent(self) -> int | None:
        """By how much it grew; None where there was nothing before."""
        return round(100 * (self.number - self.before) / self.before) if self.before else None

    def is_high(self, threshold: int) -> bool:
        """Whether it grew by more than `threshold` percent, and to a number that says anything (BR-45)."""
        return self.number >= LEAST and 100 * (self.number - self.before) > threshold * self.before


@dataclass(frozen=True, slots=True)
class Tile:
    """A region of the map: how many appeals, of what most (`name`), how dark it is, 0 to `SHADES` (KST-TASK-3.2).

    `column` and `row` are its place on the map; 0 for a place that is no region of the office.
    """

    region: str
    place: Text
    number: int
    name: Text
    shade: int
    column: int = 0
    row: int = 0


@dataclass(frozen=True, slots=True)
class Analysis:
    """The appeals of a period; `before` is how many the period before had, `growth` those `changes` that are high."""

    first: date
    last: date
    total: int
    before: int
    dimensions: Mapping[str, Sequence[Ranked]]
    changes: Sequence[Growth]
    tiles: Sequence[Tile]
    threshold: int

    @property
    def growth(self) -> Sequence[Growth]:
        """What grew by more than the threshold."""
        return [each for each in self.changes if each.is_high(self.threshold)]


def appeal_analysis(office_id: str, first: date, last: date) -> Analysis:
    """`analyse` in a reading session of its own."""
    with reading() as session:
        return analyse(session, office_id, first, last)


def analyse(session: Session, office_id: str, first: date, last: date) -> Analysis:
    """The ranking of the appeals received from `first` to `last`, both included, most first."""
    office = session.get_one(Office, office_id)
    settings: Mapping[str, Any] = office.settings.get("appeal", {})
    regions = Regions.of(office.settings)
    since, until = moments_of(session, office_id, first, last)
    values = {"office": office_id, "since": since, "until": until, "now": clock.now()}
    ranked = session.execute(text(_RANKED), values).mappings().all()
    earlier = {**values, "since": since - (until - since), "middle": since}
    changes = session.execute(text(_GROWTH), earlier).mappings().all()
    return Analysis(
        first=first,
        last=last,
        total=sum(row["number"] for row in changes),
        before=sum(row["before"] for row in changes),
        dimensions={
            **{each: _values(ranked, at, settings) for at, each in enumerate(DIMENSIONS)},
            "region": [replace(each, name=_place(regions, each.code)) for each in _values(ranked, 0, settings)],
        },
        changes=[_growth(row, settings, regions) for row in changes],
        tiles=_tiles(changes, settings, regions),
        threshold=int(settings.get("growth_threshold", THRESHOLD)),
    )


def moments_of(session: Session, office_id: str, first: date, last: date) -> tuple[datetime, datetime]:
    """The first moment of `first` and the first after `last` on the office's clock."""
    zone = office_calendar(session, office_id).zone
    return (
        datetime.combine(first, time.min, zone),
        datetime.combine(last + timedelta(days=1), time.min, zone),
    )


def _values(rows: Sequence[Mapping[Any, Any]], at: int, settings: Mapping[str, Any]) -> list[Ranked]:
    """The rows of one dimension: `grouping` has a zero in its place alone; None is no value, the card has no topic."""
    dimension = tuple(DIMENSIONS)[at]
    alone = (1 << len(DIMENSIONS)) - 1 - (1 << (len(DIMENSIONS) - 1 - at))
    return [
        Ranked(row[dimension], _word(settings, dimension, row[dimension]), row["number"])
        for row in rows
        if row["what"] == alone and row[dimension] is not None
    ]


_LISTS: Final[Mapping[str, Sequence[str]]] = {
    "nature": ["question_natures"],
    "social_status": ["social_statuses"],
    "topic": ["strategic_topics", "strategic_extra"],
    "object": ["complaint_objects"],
    "source": ["sources"],
}


def _word(settings: Mapping[str, Any], dimension: str, code: str) -> Text:
    """The office's word, else that of the program, else what the card says."""
    known = (each for name in _LISTS.get(dimension, ()) for each in settings.get(name, ()))
    found = next((each["name"] for each in known if each["code"] == code), None)
    if found is not None:
        return Text(found.get("kk", ""), found.get("ru", ""), found.get("en", ""))
    return NOT_TOLD if not code else VALUES.get(dimension, {}).get(code, said(code))


def said(words: str) -> Text:
    """What somebody wrote, such as a district, the same in every language."""
    return Text(words.capitalize(), words.capitalize(), words.capitalize())


def _place(regions: Regions, said_region: str) -> Text:
    return regions.called(said_region) if said_region else NOT_TOLD


def _growth(row: Mapping[Any, Any], settings: Mapping[str, Any], regions: Regions) -> Growth:
    name, place = _word(settings, "nature", row["nature"]), _place(regions, row["region"])
    return Growth(row["nature"], name, row["region"], place, row["number"], row["before"])


def _tiles(rows: Sequence[Mapping[Any, Any]], settings: Mapping[str, Any], regions: Regions) -> list[Tile]:
    """Every region of the office from north-west to south-east, then whatever other places cards name."""
    found: dict[str, list[Mapping[Any, Any]]] = {}
    for row in rows:
        if row["number"] and row["region"]:
            found.setdefault(row["region"], []).append(row)
    totals = {region: sum(row["number"] for row in those) for region, those in found.items()}
    most = max(totals.values(), default=1)
    own = sorted(regions.rows, key=lambda each: (each.row, each.column))
    places = {each.code: (each.column, each.row) for each in own}
    places |= {region: (0, 0) for region in sorted(found) if region not in places}
    return [
        Tile(
            region,
            _place(regions, region),
            totals.get(region, 0),
            _word(settings, "nature", found[region][0]["nature"] if region in found else ""),
            -(-SHADES * totals.get(region, 0) // most),
            *place,
        )
        for region, place in places.items()
    ]
