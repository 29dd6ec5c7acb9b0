"""The letter that offers a free place to somebody who waits for one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_date
from sqlalchemy.orm import Session

from app.domain.notices import BY_HAND
from app.models import Applicant, Case, Office, Person, ReceptionDay, Slot, WaitingEntry
from app.records.facts import case_facts
from app.records.letters import Desk, applicant_of, write
from app.records.reception_facts import place_name
from app.records.visit_links import link_of_case, links_given, mark_of

TEMPLATE: Final = "place_offered"


def write_offer(session: Session, entry: WaitingEntry, letters: Mapping[str, str], now: datetime) -> None:
    """Write the applicant which place is kept for her until when, with her link; without the template nothing is sent.

    Somebody without e-mail and telephone number, or who wants no such letters, is called: the list of the coordinator
    says so.
    """
    case = session.get_one(Case, entry.case_id)
    applicant = session.get_one(Applicant, case.applicant_id)
    language = applicant.language
    recipient = applicant_of(session, case.id, applicant)
    if f"{TEMPLATE}.{language}" not in letters or set(recipient.channels()) & set(BY_HAND):
        return
    facts = case_facts(session, case.id, language, now)
    facts["offer"] = _offered(session, entry, language)
    if links_given(session, entry.office_id):
        facts["link"] = mark_of(link_of_case(session, case.id, now))
    desk = Desk(session, entry.office_id, case.id, None, "waiting_list", letters, now)
    write(desk, TEMPLATE, recipient, {language: facts})


def _offered(session: Session, entry: WaitingEntry, language: str) -> dict[str, str]:
    office = session.get_one(Office, entry.office_id)
    slot = session.get_one(Slot, entry.slot_id)
    day = session.get_one(ReceptionDay, slot.day_id)
    official = session.get_one(Person, day.official_id)
    zone = ZoneInfo(office.zone)
    until = (entry.offered_until or slot.starts_at).astimezone(zone)
    return {
        "date": f"{day.day:%d.%m.%Y}",
        "weekday": str(format_date(day.day, "EEEE", locale=language)),
        "time": f"{slot.starts_at.astimezone(zone):%H:%M}",
        "place": place_name(office, None, day, language),
        "official": ", ".join(filter(None, (official.full_name, official.titled.in_(language)))),
        "until": f"{until:%d.%m.%Y, %H:%M}",
    }
