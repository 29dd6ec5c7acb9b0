"""Service tasks of restrictions: receptions become videoconferences and ordinary again, officials are told."""

from collections.abc import Sequence
from datetime import UTC, date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.texts import Text
from app.handlers.letters import desk_of
from app.handlers.registry import Step, Variables, service_task
from app.models import Office, Person, ReceptionDay, RestrictionPeriod
from app.models.database import REFERRED_TO
from app.records.day_changes import publications_of
from app.records.letters import Recipient, write
from app.records.reception_mode import changes_of, settle_days
from app.records.restrictions import CAUSES, RestrictionRefusedError, end_of, problems_of, said
from app.records.substitutes import in_whose_hands


@service_task(
    "restrictions.switch_receptions",
    kind="record",
    label=Text(
        "Қабылдауларды бейнеконференцияға ауыстыру",
        "Перевести приёмы на видеоконференцсвязь",
        "Switch receptions to videoconference",
    ),
    sample={
        "restriction_id": 1,
        "restriction_ends_at": "2025-07-01T00:00:00+05:00",
        "changes": [],
        "publications": [],
        "day_ids": [],
    },
)
def switch_receptions(step: Step, *, first_day: str, last_day: str, cause: str, basis: str = "") -> Variables:
    """From the first to the last day every reception is by videoconference only, booked ones and those to come.

    Days are ISO dates, `cause` is pandemic or safety. Gives `changes`, what each booked case is told, `publications`,
    what the published schedule is told, `day_ids`, and `restriction_ends_at`, the midnight after the last day;
    KST-VKS-1, KRG-15, KRG-39.4 (booking goes on).
    """
    session = step.session
    session.get_one(Office, step.office_id, with_for_update=REFERRED_TO)  # two periods that overlap wait here
    first, last = date.fromisoformat(first_day), date.fromisoformat(last_day)
    errors = dict(problems_of(session, step.office_id, first, last, cause, now=step.now))
    if errors:
        raise RestrictionRefusedError(errors)
    row = RestrictionPeriod(
        office_id=step.office_id,
        first_day=first,
        last_day=last,
        cause=cause,
        basis=basis or "",
        instance_id=step.instance_id,
        declared_by=step.by,
        declared_at=step.now,
    )
    session.add(row)
    session.flush()
    days = settle_days(session, step.office_id, first, last)
    return {
        "restriction_id": row.id,
        "restriction_ends_at": end_of(session, row).astimezone(UTC).isoformat(),
        "changes": changes_of(session, days, said(row).ru),
        "publications": publications_of(session, days, step.now),
        "day_ids": [day.id for day in days],
    }


@service_task(
    "restrictions.restore_receptions",
    kind="record",
    label=Text("Қабылдаудың әдеттегі тәртібін қайтару", "Вернуть обычный порядок приёма", "Restore the ordinary mode"),
    sample={"restored": [], "publications": [], "day_ids": []},
)
def restore_receptions(step: Step, *, restriction_id: int) -> Variables:
    """Receptions after the last day of the restrictions are held as they were planned.

    Gives `restored`, `publications` and `day_ids`. At the ordinary end there is nothing to restore; after an early end
    these are the days that were ahead (VC-04).
    """
    row = step.own(RestrictionPeriod, restriction_id)
    days = settle_days(step.session, step.office_id, row.last_day + timedelta(days=1))
    return {
        "restored": changes_of(step.session, days, said(row).ru),
        "publications": publications_of(step.session, days, step.now),
        "day_ids": [day.id for day in days],
    }


@service_task(
    "restrictions.notify_officials",
    kind="record",
    label=Text("Қабылдайтын адамдарға хабарлау", "Известить принимающих лиц", "Notify the receiving officials"),
)
def notify_officials(step: Step, *, template: str, restriction_id: int, day_ids: Sequence[Any]) -> Variables:
    """Write each official who receives on one of the days the letter `template`, in her language, at once.

    Whoever does the tasks of one who is away is told, too (VC-03).
    """
    row = step.own(RestrictionPeriod, restriction_id)
    for person, days in _officials(step, [int(each) for each in day_ids]):
        language = person.language if person.language in ("kk", "ru") else "ru"
        facts = {
            **_facts(step.session, row, language),
            "person": {"full_name": person.full_name},
            "days": [{"n": str(n), "day": f"{day.day:%d.%m.%Y}"} for n, day in enumerate(days, 1)],
        }
        write(desk_of(step), template, Recipient(person.full_name, person.email, None, language), {language: facts})
    return {}


def _officials(step: Step, day_ids: list[int]) -> list[tuple[Person, list[ReceptionDay]]]:
    """Whom the days concern: their officials and whoever stands for one of them now, by name."""
    found: dict[int, list[ReceptionDay]] = {}
    hands = in_whose_hands(step.session, step.office_id, step.now)
    wanted = select(ReceptionDay).where(ReceptionDay.id.in_(day_ids), ReceptionDay.office_id == step.office_id)
    for day in step.session.scalars(wanted.order_by(ReceptionDay.day, ReceptionDay.id)):
        for person_id in dict.fromkeys((day.official_id, hands.get(day.official_id, day.official_id))):
            found.setdefault(person_id, []).append(day)
    people = [step.session.get_one(Person, person_id) for person_id in found]
    return [(person, found[person.id]) for person in sorted(people, key=lambda each: each.sort_key)]


def _facts(session: Session, row: RestrictionPeriod, language: str) -> dict[str, Any]:
    office = session.get_one(Office, row.office_id)
    return {
        "office": {"name": str(getattr(office, f"name_{language}") or office.name_ru)},
        "restriction": {
            "first_day": f"{row.first_day:%d.%m.%Y}",
            "last_day": f"{row.last_day:%d.%m.%Y}",
            "cause": CAUSES[row.cause].in_(language),
            "basis": row.basis,
        },
    }
