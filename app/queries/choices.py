"""Choices that forms take from the office at run time (`valuesKey` of a form field)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.regions import OTHER, Regions
from app.domain.texts import Text
from app.forms import FILES, Choice
from app.models import Appeal, File, Office, Person, ReceptionDay, ReceptionRequest, Slot, SlotHold, StateBody
from app.queries import department_choices, group_choices
from app.queries.assignment_item import CANDIDATES, assignments_of_case, executor_choices
from app.queries.executors import Possible
from app.queries.plan_choices import organisers_of_event, places_of_event
from app.records.bookings import latest_booking
from app.records.holds import seats_gone
from app.records.kazpost import envelopes
from app.records.officials import officials_on
from app.records.open_days import approved
from app.records.positions import open_round

HORIZON: Final = timedelta(days=120)
_FREE: Final = Text(
    "{day} · {total} орыннан {free} бос · {who}",
    "{day} · свободно {free} из {total} · {who}",
    "{day} · {free} of {total} free · {who}",
)
_OTHER_REGION: Final = Text("Басқа өңір", "Другой регион", "Another region")


@dataclass(frozen=True, slots=True)
class _Asked:
    session: Session
    office: Office
    case_id: int | None
    task_id: int | None
    link_id: int | None
    possible: Possible | None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.office.zone)


def choices_for(
    session: Session,
    office_id: str,
    case_id: int | None,
    keys: Iterable[str],
    *,
    task_id: int | None = None,
    link_id: int | None = None,
    possible: Possible | None = None,
) -> dict[str, Sequence[Choice]]:
    """The choices of each `valuesKey`, as this case may have them now, labels in three languages.

    "files" are those uploaded to the task `task_id` and not sent yet: by the office, or by a body's link `link_id`.
    `possible`: who may have the assignment of the task, where that is known already.
    """
    wanted = [key for key in keys if key in _SOURCES]
    if not wanted:
        return {}
    asked = _Asked(session, session.get_one(Office, office_id), case_id, task_id, link_id, possible)
    return {key: _SOURCES[key](asked) for key in wanted}


def _state_bodies(asked: _Asked) -> list[Choice]:
    rows = asked.session.scalars(
        select(StateBody)
        .where(StateBody.office_id == asked.office.id, StateBody.active)
        .order_by(StateBody.kind, StateBody.name_ru)
    )
    return [Choice(str(row.id), Text(row.name_kk, row.name_ru, row.name_en)) for row in rows]


def _of_kind(kind: str) -> Callable[[_Asked], list[Choice]]:
    """Active bodies of one kind, with who heads them."""

    def listed(asked: _Asked) -> list[Choice]:
        rows = asked.session.scalars(
            select(StateBody)
            .where(StateBody.office_id == asked.office.id, StateBody.active, StateBody.kind == kind)
            .order_by(StateBody.name_ru)
        )
        return [Choice(str(row.id), Text(row.name_kk, row.name_ru, row.name_en), row.head) for row in rows]

    return listed


def _officials(asked: _Asked, roles: Sequence[str] = ()) -> list[Choice]:
    """Only people who may receive by the office's register of roles (AC-01, KRG-2)."""
    today = clock.now().astimezone(asked.zone).date()
    people = officials_on(asked.session, asked.office, today, roles=roles)
    return [Choice(str(row.id), _titled(row)) for row in people]


def _same_day_officials(asked: _Asked) -> list[Choice]:
    """Heads of units and employees authorised to receive on the day of the request (KRG-3)."""
    return _officials(asked, ("unit_head",))


def _titled(person: Person) -> Text:
    """Her name and position as one line."""
    words = (person.titled.kk, person.titled.ru, person.titled.en)
    return Text(*(", ".join(filter(None, (person.full_name, each))) for each in words))


def _same(value: str, label: str) -> Choice:
    return Choice(value, Text(label, label, label))


def _reception_days(asked: _Asked) -> list[Choice]:
    """Days of the schedule that still have a free place."""
    now = clock.now()
    taken = seats_gone(now, case_id=asked.case_id)
    rows = asked.session.execute(
        select(
            ReceptionDay,
            Person.full_name,
            func.sum(Slot.seats).label("total"),
            func.sum(taken).label("taken"),
        )
        .join(Slot, Slot.day_id == ReceptionDay.id)
        .join(Person, Person.id == ReceptionDay.official_id)
        .where(
            ReceptionDay.office_id == asked.office.id,
            ReceptionDay.status == "planned",
            approved(),
            Slot.starts_at > now,
            Slot.starts_at < now + HORIZON,
        )
        .group_by(ReceptionDay.id, Person.full_name)
        .order_by(ReceptionDay.day, ReceptionDay.id)
    ).all()
    return [
        Choice(
            str(day.id),
            _FREE.with_values(day=f"{day.day:%d.%m.%Y}", free=int(total) - int(used), total=int(total), who=who),
        )
        for day, who, total, used in rows
        if int(total) > int(used)
    ]


def _reception_slots(asked: _Asked) -> list[Choice]:
    """Free moments: of the day that was decided on, before the case has a time; else or when none is left, of all."""
    booking = latest_booking(asked.session, asked.case_id) if asked.case_id else None
    request = asked.session.get(ReceptionRequest, asked.case_id) if asked.case_id else None
    decided = request.answers.get("reception_day_id") if request else None
    now = clock.now()
    used = seats_gone(now, case_id=asked.case_id)
    free = (
        select(Slot, Person.full_name)
        .join(ReceptionDay, ReceptionDay.id == Slot.day_id)
        .join(Person, Person.id == ReceptionDay.official_id)
        .where(
            Slot.office_id == asked.office.id,
            ReceptionDay.status == "planned",
            approved(),
            Slot.starts_at > now,
            Slot.starts_at < now + HORIZON,
            used < Slot.seats,
        )
        .order_by(Slot.starts_at, Slot.id)
    )
    found = [(slot, who) for slot, who in asked.session.execute(free)]
    if booking is None and decided and any(slot.day_id == int(decided) for slot, _ in found):
        kept = select(SlotHold.slot_id).where(SlotHold.case_id == asked.case_id, SlotHold.held_until > now)
        held = set(asked.session.scalars(kept))
        found = [(slot, who) for slot, who in found if slot.day_id == int(decided) or slot.id in held]
    return [
        _same(str(slot.id), f"{slot.starts_at.astimezone(asked.zone):%d.%m.%Y, %H:%M} · {who}") for slot, who in found
    ]


def _places(asked: _Asked) -> list[Choice]:
    places = asked.office.settings.get("reception", {}).get("places", [])
    return [Choice(place["code"], text_of(place.get("name", place))) for place in places]


def _priority_categories(asked: _Asked) -> list[Choice]:
    categories = asked.office.settings.get("reception", {}).get("priority_categories", [])
    return [Choice(each["code"], text_of(each["name"])) for each in categories]


def _day_helpers(asked: _Asked) -> list[Choice]:
    """Who may help with papers; volunteers only on a day on which the office receives (KRG-18)."""
    helpers = asked.office.settings.get("reception", {}).get("day_helpers", [])
    today = clock.now().astimezone(asked.zone).date()
    receives = asked.session.scalar(
        select(ReceptionDay.id)
        .where(ReceptionDay.office_id == asked.office.id, ReceptionDay.day == today, ReceptionDay.status != "cancelled")
        .limit(1)
    )
    return [
        Choice(each["code"], text_of(each["name"]))
        for each in helpers
        if receives is not None or not each.get("reception_days_only")
    ]


def _positions(asked: _Asked) -> list[Choice]:
    """The positions of the running round, by body (step 6)."""
    if asked.case_id is None:
        return []
    found = []
    for position in open_round(asked.session, asked.case_id):
        body = asked.session.get_one(StateBody, position.body_id)
        found.append(Choice(str(position.id), Text(body.name_kk, body.name_ru, body.name_en)))
    return found


def _executor_choices(asked: _Asked) -> list[Choice]:
    return executor_choices(asked.session, asked.office.id, asked.task_id, clock.now(), asked.possible)


def _case_assignments(asked: _Asked) -> list[Choice]:
    return assignments_of_case(asked.session, asked.case_id)


def _files(asked: _Asked) -> list[Choice]:
    if asked.task_id is None:
        return []
    rows = asked.session.scalars(
        select(File).where(File.task_id == asked.task_id, File.link_id == asked.link_id).order_by(File.id)
    )
    return [Choice(str(row.id), row.name, f"{kind_of(row.media_type)} · {row.size / 1024:.0f} КБ") for row in rows]


def kind_of(media_type: str) -> str:
    """«PDF», «DOCX», «JPEG» of a media type."""
    return {"vnd.openxmlformats-officedocument.wordprocessingml.document": "DOCX"}.get(
        media_type.partition("/")[2], media_type.partition("/")[2].rpartition(".")[2].upper()
    )


def text_of(table: Mapping[str, str] | str) -> Text:
    """A text from a table of languages in office.toml."""
    if isinstance(table, str):
        return Text(table, table, table)
    return Text(table.get("kk", ""), table.get("ru", ""), table.get("en", ""))


def _days_ahead(asked: _Asked) -> list[Choice]:
    """Planned days from today on, whether free or full, for an official who gives one up (F-UNAVAIL)."""
    today = clock.now().astimezone(asked.zone).date()
    rows = asked.session.execute(
        select(ReceptionDay.id, ReceptionDay.day, Person.full_name)
        .join(Person, Person.id == ReceptionDay.official_id)
        .where(ReceptionDay.office_id == asked.office.id, ReceptionDay.status == "planned", ReceptionDay.day >= today)
        .order_by(ReceptionDay.day, ReceptionDay.id)
    )
    return [_same(str(row.id), f"{row.day:%d.%m.%Y} · {row.full_name}") for row in rows]


def _of_appeals(name: str) -> Callable[[_Asked], list[Choice]]:
    """One of the office's lists for appeals, `[[appeal.<name>]]`."""

    def listed(asked: _Asked) -> list[Choice]:
        rows = asked.office.settings.get("appeal", {}).get(name, [])
        return [Choice(each["code"], text_of(each["name"])) for each in rows]

    return listed


def _regions(asked: _Asked) -> list[Choice]:
    """The districts and cities of the office, and any other place."""
    rows = Regions.of(asked.office.settings).rows
    return [*(Choice(row.code, row.name) for row in rows), Choice(OTHER, _OTHER_REGION)]


def _of_replies(name: str) -> Callable[[_Asked], list[Choice]]:
    """One of the office's lists for replies, `[[replies.<name>]]`: what is not in it is not offered (SKE-3.7)."""

    def listed(asked: _Asked) -> list[Choice]:
        rows = asked.office.settings.get("replies", {}).get(name, [])
        return [Choice(each["code"], text_of(each["name"])) for each in rows]

    return listed


def _ways_of_replying(*, outside_home: bool) -> Callable[[_Asked], list[Choice]]:
    """Within the home city all but those for addresses beyond it; beyond it only these (KTEK-3.2.3, KTEK-3.2.4)."""

    def listed(asked: _Asked) -> list[Choice]:
        rows = asked.office.settings.get("replies", {}).get("dispatch_methods", [])
        fit = (each for each in rows if bool(each.get("outside_home")) is outside_home)
        return [Choice(each["code"], text_of(each["name"])) for each in fit]

    return listed


def _responsible_employees(asked: _Asked) -> list[Choice]:
    """Who may be made responsible for a complaint (KG-04)."""
    today = clock.now().astimezone(asked.zone).date()
    people = officials_on(asked.session, asked.office, today, roles=("ktek_executor",))
    return [Choice(str(row.id), _titled(row)) for row in people]


def _department_people(asked: _Asked) -> list[Choice]:
    today = clock.now().astimezone(asked.zone).date()
    return department_choices.people(asked.session, asked.office, today)


def _copy_recipients(asked: _Asked) -> list[Choice]:
    """To whom the copy of a reply goes: those for the source of its appeal, else those for every source (SKE-2.9.2)."""
    rows = asked.office.settings.get("replies", {}).get("copy_recipients", [])
    appeal = asked.session.get(Appeal, asked.case_id) if asked.case_id is not None else None
    own = [each for each in rows if appeal is not None and appeal.source in each.get("sources", ())]
    return [
        Choice(each["code"], text_of(each["name"])) for each in own or [each for each in rows if "sources" not in each]
    ]


def _strategic_topics(asked: _Asked) -> list[Choice]:
    """The topics of the regulation and those that the Department's management has added by an assignment (KST-CAT-S9),
    from its day on and with the assignment beside them."""
    settings = asked.office.settings.get("appeal", {})
    today = clock.now().astimezone(asked.zone).date().isoformat()
    added = [each for each in settings.get("strategic_extra", []) if str(each["valid_from"]) <= today]
    return [
        *_of_appeals("strategic_topics")(asked),
        *(Choice(each["code"], text_of(each["name"]), str(each["assignment"])) for each in added),
    ]


def _envelopes(asked: _Asked) -> list[Choice]:
    """The envelopes of a delivery that are there, by barcode."""
    if asked.case_id is None:
        return []
    return [_same(str(row.id), row.barcode) for row in envelopes(asked.session, asked.case_id) if row.found]


def _plan_places(asked: _Asked) -> list[Choice]:
    return places_of_event(asked.session, asked.case_id)


def _plan_organisers(asked: _Asked) -> list[Choice]:
    return organisers_of_event(asked.session, asked.case_id)


def _holders(*roles: str) -> Callable[[_Asked], list[Choice]]:
    """Who holds one of these roles in the group, the company of the case first."""
    return lambda asked: group_choices.holders(asked.session, asked.office.id, asked.case_id, roles)


_SOURCES: Final[Mapping[str, Callable[[_Asked], Sequence[Choice]]]] = {
    "state_bodies": _state_bodies,
    "central_bodies": _of_kind("central"),
    "presidential_bodies": _of_kind("presidential"),
    "assignment_executors": _state_bodies,
    CANDIDATES: _executor_choices,
    "case_assignments": _case_assignments,
    "officials": _officials,
    "same_day_officials": _same_day_officials,
    "reception_days": _reception_days,
    "days_ahead": _days_ahead,
    "reception_slots": _reception_slots,
    "places": _places,
    "priority_categories": _priority_categories,
    "day_helpers": _day_helpers,
    "positions": _positions,
    "question_natures": _of_appeals("question_natures"),
    "regions": _regions,
    "social_statuses": _of_appeals("social_statuses"),
    "strategic_topics": _strategic_topics,
    "complaint_subjects": _of_appeals("complaint_subjects"),
    "complaint_objects": _of_appeals("complaint_objects"),
    "appeals_to_look_through": lambda asked: department_choices.appeals(asked.session, asked.office.id),
    "department_task_types": lambda asked: department_choices.task_types(asked.office),
    "department_people": _department_people,
    "kazpost_envelopes": _envelopes,
    "dispatch_methods": _of_replies("dispatch_methods"),
    "reply_letterheads": _of_replies("letterheads"),
    "copy_recipients": _copy_recipients,
    "reply_ways_at_home": _ways_of_replying(outside_home=False),
    "reply_ways_beyond": _ways_of_replying(outside_home=True),
    "appeal_categories": _of_appeals("categories"),
    "responsible_employees": _responsible_employees,
    "plan_places": _plan_places,
    "plan_organisers": _plan_organisers,
    "document_kinds": _of_appeals("kinds"),
    "group_companies": lambda asked: group_choices.companies(asked.session, asked.office.id),
    "group_executors": _holders("ske_executor", "ske_branch_head", "ske_service_centre_head", "ske_unit_head"),
    "group_unit_heads": _holders("ske_unit_head", "ske_executor"),
    "group_branch_heads": _holders("ske_branch_head", "ske_service_centre_head"),
    "group_pr": _holders("ske_pr"),
    "open_proposals": lambda asked: group_choices.proposals(asked.session, asked.office.id),
    FILES: _files,
}
