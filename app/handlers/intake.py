"""A service task of the intake: when a request came and who records it."""

from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any, Final

from sqlalchemy import select

from app.domain.texts import Text
from app.handlers.letters import zone_of
from app.handlers.registry import Step, Variables, service_task
from app.models import Office, RoleGrant

USUAL: Final = "reception_coordinator"


@service_task(
    "intake.note_receipt",
    kind="record",
    label=Text("Өтініштің түскенін белгілеу", "Отметить поступление обращения", "Note the receipt of a request"),
    sample={
        "received_at": "2026-11-16T10:00:00+05:00",
        "intake": USUAL,
        "extended": "no",
        "extended_until": "",
        "same_day_outcome": "",
        "materials_needed": "no",
    },
)
def note_receipt(step: Step) -> Variables:
    """Note the moment of receipt, from which the term of registration counts, and the role whose channel it is.

    Whoever has opened the case records the request if one of the office's channels is hers, else the reception
    coordinator does (KRG-4, KRG-27). The consideration has not been extended yet.
    """
    return {
        "received_at": step.now.astimezone(UTC).isoformat(),
        "intake": _recorder(step),
        "extended": "no",
        "extended_until": "",
        "same_day_outcome": "",
        "materials_needed": "no",
    }


def _recorder(step: Step) -> str:
    office = step.session.get_one(Office, step.office_id)
    channels: Sequence[Mapping[str, Any]] = office.settings.get("reception", {}).get("channels", [])
    hers = _roles(step) if step.by is not None else set()
    return next((each["role"] for each in channels if each["role"] in hers), USUAL)


def _roles(step: Step) -> set[str]:
    today = step.now.astimezone(zone_of(step)).date()
    found = step.session.scalars(
        select(RoleGrant.role).where(
            RoleGrant.office_id == step.office_id,
            RoleGrant.person_id == step.by,
            RoleGrant.valid_from <= today,
            (RoleGrant.valid_to.is_(None)) | (RoleGrant.valid_to >= today),
        )
    )
    return set(found)
