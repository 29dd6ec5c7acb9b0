"""What somebody has filed by a message: a form of a site, another process; put into our records at once."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from app.domain.names import sort_key
from app.models import Applicant, Case

KINDS: Final = ("person", "legal_entity", "representative")
_CONTACTS: Final = ("iin", "address", "phone", "email")


def said(filed: Mapping[str, Any], name: str, most: int = 4000) -> str:
    """A word of what was filed, "" where nothing was said."""
    value = filed.get(name)
    return str(value).strip()[:most] if value not in (None, "") else ""


def applicant_of_filed(session: Session, case: Case, filed: Mapping[str, Any]) -> Applicant | None:
    """The applicant of the case as filed: `full_name`, `applicant_kind`, `organisation`, `iin`, contacts, `language`.

    None where no name was given; an applicant that the case has already stays.
    """
    name = said(filed, "full_name", 200) or said(filed, "organisation", 200)
    if case.applicant_id is not None or not name:
        return None
    kind = said(filed, "applicant_kind")
    row = Applicant(
        office_id=case.office_id,
        kind=kind if kind in KINDS else "person",
        full_name=name,
        sort_key=sort_key(name),
        language=case.language,
        represented_person=said(filed, "organisation", 200) or None,
        **{each: said(filed, each, 300) or None for each in _CONTACTS},
    )
    session.add(row)
    session.flush()
    case.applicant_id = row.id
    return row
