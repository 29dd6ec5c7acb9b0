"""Who may do what: the one table of permissions, and the person who acts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from app.domain.errors import AutomationError
from app.domain.texts import Text


class ForbiddenError(AutomationError):
    """The person's roles do not cover this."""

    status = 403
    message = Text(
        kk="Бұл әрекетке сіздің рөліңіздің құқығы жоқ.",
        ru="У вашей роли нет права на это действие.",
        en="Your role does not cover this action.",
    )


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person as the use cases see her: office and the roles that hold today."""

    id: int
    office_id: str
    full_name: str
    language: str
    roles: frozenset[str]
    second_factor: bool = False

    def may(self, permission: str) -> bool:
        """Whether one of her roles carries the permission."""
        return bool(self.roles & PERMISSIONS[permission])

    def demand(self, permission: str) -> None:
        """Raise `ForbiddenError` unless she may."""
        if not self.may(permission):
            raise ForbiddenError


_ENERGY_INTAKE: Final = frozenset(
    {"ske_secretary", "ske_clerk", "ske_contact_centre", "ske_branch_head", "ske_service_centre_head"}
)
_ENERGY_HEADS: Final = frozenset({"ske_management", "ske_general_director"})
_ENERGY: Final = _ENERGY_INTAKE | _ENERGY_HEADS | {"ske_unit_head", "ske_pr", "ske_executor", "ske_consumer_specialist"}
"""Who works in the companies of SevKazEnergo."""
_UTILITY: Final = frozenset({"ktek_director", "ktek_sep", "ktek_office", "ktek_executor", "ktek_courier_staff"})
"""Who works on KTEK's cases; the construction contractor comes from outside and sees only its tasks."""
_HOTLINE: Final = frozenset({"ktek_dispatcher"})
"""Who answers KTEK's hotline: its calls and the plan, neither the register of complaints nor other cases."""
_RECEPTION: Final = frozenset(
    {
        "intake_officer",
        "registrar",
        "reception_coordinator",
        "reception_preparer",
        "dept_deputy_head",
        "dept_head",
        "controller",
        "leadership",
        "reception_worker",
        "call_centre_operator",
        "akim",
        "deputy_akim",
        "akim_office_head",
        "unit_head",
    }
)
_STAFF: Final = _RECEPTION | _ENERGY | _UTILITY
_INTAKE: Final = frozenset({"reception_coordinator", "intake_officer", "reception_worker", "call_centre_operator"})
_DEPARTMENT: Final = frozenset(
    {"reception_coordinator", "reception_preparer", "dept_deputy_head", "dept_head", "controller"}
)
_SEES: Final = _STAFF | _HOTLINE | {"operator", "process_owner", "office_admin"}

PERMISSIONS: Final[Mapping[str, frozenset[str]]] = {
    "work": _STAFF | _HOTLINE | {"assignee", "ske_legal", "ktek_builder"},
    "case.open": _INTAKE | _ENERGY_INTAKE | {"ktek_office", "ktek_sep"} | _HOTLINE,
    "request.record": _INTAKE,
    "appeal.open": frozenset({"intake_officer", "ktek_office"}) | _ENERGY_INTAKE,
    "inbox.work": frozenset({"intake_officer", "registrar"}) | _ENERGY_INTAKE,
    "case.see": _STAFF,
    "journal.see": _ENERGY_HEADS | {"ske_secretary", "ske_clerk", "ske_unit_head", "ske_pr"},
    "dispatch.see": frozenset({"intake_officer", "controller", "dept_deputy_head", "dept_head"})
    | {"ske_secretary", "ske_clerk", "ske_unit_head"},
    "monitoring.see": _ENERGY_HEADS | {"ske_pr"},
    "monitoring.analyse": frozenset({"ske_pr"}),
    "appeal.see": _STAFF | {"office_admin"},
    "control.see": frozenset({"controller", "dept_head", "dept_deputy_head", "leadership", "akim", "akim_office_head"})
    | _ENERGY_HEADS
    | {"ktek_director", "ktek_office"},
    "case.note": _STAFF,
    "case.link": _STAFF,
    "case.attach": _STAFF,
    "personal_data.see": _STAFF,
    "task.delegate_any": frozenset({"dept_head", "dept_deputy_head", "reception_coordinator"}) | _ENERGY_HEADS,
    "withdrawal.enter": frozenset(
        {"intake_officer", "registrar", "reception_coordinator", "reception_preparer", "dept_deputy_head", "dept_head"}
    )
    | _ENERGY_INTAKE
    | _ENERGY_HEADS
    | {"ktek_office", "ktek_director"},
    "message.send": frozenset({"reception_coordinator", "reception_preparer", "dept_head", "operator"}),
    "message.see": frozenset({"operator", "process_owner", "dept_head", "reception_coordinator"}),
    "message.operate": frozenset({"operator", "process_owner"}),
    "board.see": _RECEPTION - {"call_centre_operator", "unit_head"},
    "day.plan": frozenset({"reception_coordinator", "dept_head"}),
    "result.record": frozenset({"reception_coordinator"}),
    "day.assign": frozenset({"akim", "akim_office_head", "reception_coordinator"}),
    "booking.move": frozenset({"reception_coordinator"}),
    "bodies.see": _DEPARTMENT,
    "bodies.manage": frozenset({"reception_coordinator", "reception_preparer", "dept_head"}),
    "bodies.edit": frozenset({"reception_coordinator", "office_admin"}),
    "calendar.see": _SEES,
    "calendar.edit": frozenset({"office_admin"}),
    "people.edit": frozenset({"office_admin"}),
    "incident.see": frozenset({"operator", "dept_head", "reception_coordinator"}),
    "incident.resolve": frozenset({"operator", "dept_head"}),
    "process.see": _SEES,
    "process.deploy": frozenset({"process_owner"}),
    "instance.start": _INTAKE | {"operator", "process_owner", "ske_pr"},
    "instance.operate": frozenset({"operator", "process_owner"}),
    "jobs.see": frozenset({"operator"}),
    "clock.move": _SEES,
    "mailbox.see": _SEES,
    "analysis.begin": frozenset({"controller", "dept_deputy_head", "dept_head"}),
    "department.task": frozenset({"dept_deputy_head", "dept_head"}),
    "report.see": _DEPARTMENT
    | _ENERGY_HEADS
    | {"leadership", "akim", "deputy_akim", "akim_office_head", "ske_pr", "ktek_director", "ktek_office"},
    "workload.see": _DEPARTMENT | _ENERGY_HEADS | {"akim_office_head"},
    "restriction.declare": frozenset({"reception_coordinator"}),
    "absence.see": _SEES,
    "absence.enter_any": frozenset({"office_admin"}),
    "absence.enter_unit": frozenset({"dept_head", "dept_deputy_head", "unit_head", "akim_office_head"}) | _ENERGY_HEADS,
    "assignment.see": _RECEPTION | {"assignee"},
    "assignment.control": frozenset({"controller", "reception_preparer", "dept_deputy_head", "dept_head"}),
    "grievance.see": _UTILITY,
    "plan.see": _UTILITY | _HOTLINE,
    "plan.carry_out": frozenset({"ktek_sep"}),
    "consultation.see": _UTILITY | _HOTLINE,
    "consultation.see_all": _UTILITY,
    "consultation.open": _HOTLINE | {"ktek_sep"},
    "director.book": frozenset({"ktek_sep"}),
    "director.see": frozenset({"ktek_sep", "ktek_director", "ktek_office"}),
    "audit.verify": frozenset({"operator"}),
}
SECOND_FACTOR_ROLES: Final = frozenset({"process_owner", "operator"})
