"""The portal of an office as its settings describe it: what citizens may file, and how each matter goes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.domain.texts import Text
from app.models import Office

REGISTER: Final = "R-PORTAL"


@dataclass(frozen=True, slots=True)
class PortalStep:
    """A stretch of the way in a citizen's words: it begins when one of its `elements` first waits for somebody."""

    name: Text
    note: Text
    elements: frozenset[str]


@dataclass(frozen=True, slots=True)
class PortalKind:
    """Something to file (`[[portal.kinds]]`).

    `message` begins the process, in a case of the kind `case`. `form` is a file of `forms/<office>/portal`; `records`
    are record paths that the kind itself answers, `told` the answers that the message carries. `term` is the deadline
    rule of the answer, `withdraw` the message that takes the matter back; empty where there is none.
    """

    code: str
    case: str
    message: str
    form: str
    name: Text
    summary: Text
    button: Text
    term: str
    withdraw: str
    records: Mapping[str, Any]
    told: Sequence[str]
    steps: Sequence[PortalStep]


def portal_of(office: Office) -> Mapping[str, Any]:
    """The office's `[portal]`; empty where it has none."""
    found: Mapping[str, Any] = office.settings.get("portal", {})
    return found


def source_of(office: Office) -> str:
    """By which source of appeals the portal's come."""
    return str(portal_of(office)["source"]["code"])


def kinds_of(office: Office) -> list[PortalKind]:
    """What may be filed on the office's portal, in its order."""
    courses = portal_of(office).get("courses", {})
    return [_kind(each, courses.get(each.get("course", ""), [])) for each in portal_of(office).get("kinds", [])]


def kind_of(office: Office, code: str) -> PortalKind | None:
    """The kind of this code, if the office has it."""
    return next((each for each in kinds_of(office) if each.code == code), None)


def _kind(row: Mapping[str, Any], course: Sequence[Mapping[str, Any]]) -> PortalKind:
    return PortalKind(
        code=row["code"],
        case=row["case"],
        message=row["message"],
        form=row["form"],
        name=_text(row["name"]),
        summary=_text(row["summary"]),
        button=_text(row["button"]),
        term=row.get("term", ""),
        withdraw=row.get("withdraw", ""),
        records=row.get("records", {}),
        told=row.get("told", []),
        steps=[_step(each) for each in course],
    )


def _step(row: Mapping[str, Any]) -> PortalStep:
    return PortalStep(_text(row["name"]), _text(row.get("note", {})), frozenset(row["elements"]))


def _text(table: Mapping[str, str]) -> Text:
    return Text(table.get("kk", ""), table.get("ru", ""), table.get("en", ""))
