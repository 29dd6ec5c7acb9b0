"""Who comes to an appointment and with what: groups, representatives, several questions of one request."""

from collections.abc import Mapping
from typing import Any, Final

from app.domain.texts import Text
from app.models import Applicant

_FOR: Final = Text("{whom} атынан", "от имени: {whom}", "for {whom}")
_WITH: Final = Text("бірге: {names}", "с ним: {names}", "with {names}")
_MORE: Final = Text("барлығы {n} адам", "всего {n} чел.", "{n} people in all")
TOO_MANY: Final = Text(
    "Аты-жөні жазылғандар келетін адамдардан көп: өтініш берушімен бірге {n} адам көрсетілген.",
    "Имён больше, чем придёт людей: указано {n} вместе с заявителем.",
    "More names than people who come: {n} were stated, the applicant included.",
)


def people_of(answers: Mapping[str, Any]) -> int:
    """How many people come, the applicant included."""
    stated = answers.get("people_count")
    return max(int(stated) if stated else 1, 1)


def names_with(answers: Mapping[str, Any]) -> list[str]:
    """Who comes with the applicant, as far as named."""
    return [str(row["name"]).strip() for row in answers.get("people") or [] if str(row.get("name") or "").strip()]


def other_questions(answers: Mapping[str, Any]) -> list[str]:
    """The questions besides the first one."""
    rows = answers.get("other_questions") or []
    return [str(row["text"]).strip() for row in rows if str(row.get("text") or "").strip()]


def party(applicant: Applicant, answers: Mapping[str, Any], language: str) -> str:
    """Everybody in one line: the applicant, for whom she speaks, who comes with her."""
    people, names = people_of(answers), names_with(answers)
    parts = [applicant.full_name]
    if applicant.represented_person:
        parts.append(_FOR.in_(language).format(whom=applicant.represented_person))
    if names:
        parts.append(_WITH.in_(language).format(names=", ".join(names)))
    if people > 1 and people != len(names) + 1:
        parts.append(_MORE.in_(language).format(n=people))
    return "; ".join(parts)


def problem(answers: Mapping[str, Any]) -> Text | None:
    """What is wrong with the names of a group; None when nothing is."""
    people = people_of(answers)
    return TOO_MANY.with_values(n=people) if len(names_with(answers)) > people - 1 else None
