"""Service tasks about those who take part in a reception: who receives, who is always invited."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import select

from app.domain.texts import Text
from app.handlers.letters import zone_of
from app.handlers.registry import Step, Variables, service_task
from app.models import Office, ReceptionDay, ReceptionRequest, RoleGrant, Slot, StateBody
from app.records.bookings import active_booking

AKIM: Final = "akim"


@service_task(
    "participants.find",
    kind="record",
    label=Text("Қатысушыларды анықтау", "Определить участников приёма", "Find the participants"),
    sample={"receiver": "deputy", "bodies": []},
)
def find(step: Step) -> Variables:
    """Who receives (`akim` or `deputy`) and the bodies to invite: the competent ones and, to the akim's reception,
    those of the office's `mandatory_invitees` (KRG-19).
    """
    request = step.session.get_one(ReceptionRequest, step.case_id)
    competent = [int(each) for each in request.answers.get("competent_bodies") or []]
    found = receiver_of(step)
    return {"receiver": found, "bodies": _with_mandatory(step, competent, found)}


@service_task(
    "participants.complete",
    kind="record",
    label=Text("Міндетті қатысушыларды қосу", "Добавить обязательных участников", "Add the mandatory participants"),
    sample={"bodies": []},
)
def complete(step: Step, *, bodies: Sequence[Any]) -> Variables:
    """The bodies chosen and, to the akim's reception, those that always take part (KRG-19)."""
    return {"bodies": _with_mandatory(step, [int(each) for each in bodies or []], receiver_of(step))}


@service_task(
    "participants.receiver",
    kind="record",
    label=Text("Кім қабылдайтынын анықтау", "Определить, кто принимает", "Find out who receives"),
    sample={"receiver": "deputy"},
)
def receiver(step: Step) -> Variables:
    """Whether the akim or a deputy receives, by the appointment as it stands now (KRG-2)."""
    return {"receiver": receiver_of(step)}


def receiver_of(step: Step) -> str:
    """`akim` if the official of the case's appointment is the akim on that day, else `deputy`."""
    booking = active_booking(step.session, step.case_id or 0)
    if booking is None:
        return "deputy"
    day = step.session.get_one(ReceptionDay, step.session.get_one(Slot, booking.slot_id).day_id)
    is_akim = step.session.scalar(
        select(RoleGrant.id)
        .where(
            RoleGrant.office_id == step.office_id,
            RoleGrant.person_id == day.official_id,
            RoleGrant.role == AKIM,
            RoleGrant.valid_from <= day.day,
            (RoleGrant.valid_to.is_(None)) | (RoleGrant.valid_to >= step.now.astimezone(zone_of(step)).date()),
        )
        .limit(1)
    )
    return AKIM if is_akim is not None else "deputy"


def _with_mandatory(step: Step, bodies: Sequence[int], receives: str) -> list[str]:
    """Ids as the form's choices have them, each once, the mandatory ones last."""
    always = _mandatory(step) if receives == AKIM else []
    return [str(each) for each in dict.fromkeys([*bodies, *always])]


def _mandatory(step: Step) -> list[int]:
    office = step.session.get_one(Office, step.office_id)
    codes = office.settings.get("reception", {}).get("mandatory_invitees", [])
    rows = step.session.execute(
        select(StateBody.code, StateBody.id).where(StateBody.office_id == step.office_id, StateBody.code.in_(codes))
    )
    known = {row.code: row.id for row in rows}
    return [known[code] for code in codes if code in known]
