"""The plan of work with stakeholders as an office keeps it: its stamp, its sections, measures with inherited cells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from app.domain.texts import Text

CELLS: Final = ("parties", "info_type", "place", "responsible", "contacts")
"""The cells of a measure; one that is left out repeats the cell above it in its section (KTEK-1, KTEK-2)."""
_INHERITED: Final = (*CELLS, "role")
GRIEVANCES: Final = 3


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure of the plan: its words and cells, who carries it out (`role`), and what it offers to choose from.

    `process` is where it is done instead of a plan event, `counts` what of it is counted: reception, consultation,
    hotline or allowance. `as_needed`: it begins when a need arises.
    """

    code: str
    section: int
    words: Text
    cells: Mapping[str, Text]
    role: str
    process: str
    counts: str
    places: Sequence[Text]
    organisers: Sequence[Text]
    as_needed: bool


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the plan with its measures; the mechanism of complaints has cells of its own instead of measures."""

    number: int
    name: Text
    measures: Sequence[Measure]
    cells: Mapping[str, Text]


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan with who approved it, in which position and when (KTEK-0.1)."""

    title: Text
    approver: str
    position: Text
    approved_on: date
    sections: Sequence[Section]

    @property
    def measures(self) -> Sequence[Measure]:
        """Every measure, in the order of the plan."""
        return [measure for section in self.sections for measure in section.measures]

    def measure(self, code: str) -> Measure | None:
        """The measure of a code such as "1.4"."""
        return next((each for each in self.measures if each.code == code), None)


def read_plan(settings: Mapping[str, Any]) -> Plan | None:
    """The plan of an office.toml, `[plan]`; None for an office without one."""
    plan = settings.get("plan")
    if plan is None:
        return None
    measures = list(_measures(plan.get("measures", [])))
    return Plan(
        title=_text(plan["title"]),
        approver=plan["approver"],
        position=_text(plan["position"]),
        approved_on=date.fromisoformat(str(plan["approved_on"])),
        sections=[_section(each, measures, plan.get("grievances", {})) for each in plan["sections"]],
    )


def _section(row: Mapping[str, Any], measures: Sequence[Measure], grievances: Mapping[str, Any]) -> Section:
    number = int(row["number"])
    cells = {name: _text(grievances[name]) for name in CELLS if name in grievances} if number == GRIEVANCES else {}
    return Section(number, _text(row["name"]), [each for each in measures if each.section == number], cells)


def _measures(rows: Sequence[Mapping[str, Any]]) -> Sequence[Measure]:
    found: list[Measure] = []
    above: dict[str, Any] = {}
    for row in rows:
        section = int(str(row["code"]).partition(".")[0])
        if not found or found[-1].section != section:
            above = {}
        above |= {name: row[name] for name in _INHERITED if name in row}
        found.append(
            Measure(
                code=row["code"],
                section=section,
                words=_text(row["measure"]),
                cells={name: _text(above[name]) for name in CELLS},
                role=above["role"],
                process=row.get("process", ""),
                counts=row.get("counts", ""),
                places=[_text(each) for each in row.get("places", [])],
                organisers=[_text(each) for each in row.get("organisers", [])],
                as_needed=bool(row.get("as_needed")),
            )
        )
    return found


def _text(words: Mapping[str, str]) -> Text:
    return Text(words["kk"], words["ru"], words.get("en") or words["ru"])
