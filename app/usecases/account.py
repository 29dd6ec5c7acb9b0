"""A person's own account: language, theme, mail, sessions."""

import re
from typing import Final

from sqlalchemy import delete

from app.domain import clock
from app.domain.errors import AutomationError
from app.domain.texts import LANGUAGES, Text
from app.models import Person, WebSession
from app.models.database import REFERRED_TO
from app.usecases.access import Actor
from app.usecases.history import Event, record
from app.usecases.transaction import transaction

THEMES: Final = ("system", "light", "dark")
_HOUR: Final = re.compile(r"([01]?[0-9]|2[0-3]):[0-5][0-9]", re.ASCII)


class QuietHoursError(AutomationError):
    """Quiet hours have a beginning and an end."""

    status = 422
    message = Text(
        kk="Тыныш уақытты «20:00» және «08:00» түрінде жазыңыз немесе екеуін де бос қалдырыңыз.",
        ru="Запишите тихие часы в виде «20:00» и «08:00» или оставьте оба поля пустыми.",
        en="Write quiet hours as “20:00” and “08:00”, or leave both empty.",
    )


def save_preferences(*, language: str, theme: str, digest: str, quiet_from: str, quiet_to: str, by: Actor) -> None:
    """Keep how the person wants to read and when letters may reach her. Raises `QuietHoursError`."""
    hours = [quiet_from.strip(), quiet_to.strip()]
    if any(hours) and (not all(_HOUR.fullmatch(each) for each in hours) or hours[0] == hours[1]):
        raise QuietHoursError
    with transaction() as session:
        person = session.get_one(Person, by.id, with_for_update=REFERRED_TO)
        person.language = language if language in LANGUAGES else person.language
        person.preferences = {
            **person.preferences,
            "theme": theme if theme in THEMES else "system",
            "digest": "off" if digest == "off" else "daily",
            "quiet_from": hours[0].zfill(5) if hours[0] else None,
            "quiet_to": hours[1].zfill(5) if hours[1] else None,
        }


def end_other_sessions(here: str, *, by: Actor) -> int:
    """Sign the person out everywhere but in the session `here` (the row's id); returns how many ended."""
    with transaction() as session:
        ended = session.execute(
            delete(WebSession).where(WebSession.person_id == by.id, WebSession.id != here).returning(WebSession.id)
        ).all()
        event = Event("sessions_ended", None, {"n": len(ended)})
        record(session, [event], at=clock.now(), office_id=by.office_id, by=by.id)
        return len(ended)
