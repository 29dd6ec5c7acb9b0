"""How a reception is held: in person or by videoconference, by restriction (KST-VKS, KRG-15) or by consent (KRG-14)."""

from collections.abc import Mapping
from datetime import UTC, date
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.texts import Text
from app.models import Booking, Office, ReceptionDay, ReceptionRequest, RestrictionPeriod, Slot

VIDEO: Final = "videoconference"
STANDING: Final = ("booked", "confirmed", "arrived")
"""Appointments that are still to be held."""
_PLANNED: Final = ("mode", "place_kk", "place_ru", "place_en")
ONLY_VIDEO: Final = Text(
    "{first} – {last} күндері шектеу шаралары қолданылады: қабылдау тек бейнеконференцбайланыс арқылы өтеді.",
    "{first} – {last} действуют ограничительные меры: приём проходит только по видеоконференцсвязи.",
    "Restrictions apply {first} – {last}: receptions are held by videoconference only.",
)
NO_CONSENT: Final = Text(
    "Бейнеконференцбайланыс арқылы қабылдау үшін өтініш берушінің келісімі жазылуы керек (KRG-14).",
    "Для приёма по видеоконференцсвязи нужно записанное согласие заявителя (KRG-14).",
    "A reception by videoconference needs the recorded consent of the applicant (KRG-14).",
)


def restriction_on(session: Session, office_id: str, day: date) -> RestrictionPeriod | None:
    """The restriction that forces videoconference in the office on a day (BR-05); None on an ordinary day."""
    return session.scalars(
        select(RestrictionPeriod)
        .where(
            RestrictionPeriod.office_id == office_id,
            RestrictionPeriod.first_day <= day,
            RestrictionPeriod.last_day >= day,
        )
        .order_by(RestrictionPeriod.id)
        .limit(1)
    ).first()


def mode_of(day: ReceptionDay, restriction: RestrictionPeriod | None, answers: Mapping[str, Any]) -> str:
    """How a case is received on a day: as its restriction says, else as was decided for the case, else as planned."""
    return VIDEO if restriction is not None else str(answers.get("mode") or day.mode)


def settle_mode(session: Session, day: ReceptionDay) -> bool:
    """Bring a day in line with the restrictions of its date; returns whether it changed.

    Within a period it is held by videoconference and remembers how it was planned; outside it is held as planned.
    """
    restricted = restriction_on(session, day.office_id, day.day) is not None
    if restricted and day.ordinary is None:
        day.ordinary = {name: getattr(day, name) for name in _PLANNED}
        day.mode = VIDEO
        for name, words in _video_place(session.get_one(Office, day.office_id)).items():
            setattr(day, name, words)
    elif not restricted and day.ordinary is not None:
        for name in _PLANNED:
            setattr(day, name, day.ordinary.get(name, getattr(day, name)))
        day.ordinary = None
    else:
        return False
    session.flush()
    return True


def _video_place(office: Office) -> dict[str, str]:
    """The office's place of that name, by column of a day; nothing when it has none."""
    for place in office.settings.get("reception", {}).get("places", []):
        if place.get("code") == VIDEO:
            return {f"place_{language}": place.get(language) or place["ru"] for language in ("kk", "ru", "en")}
    return {}


def settle_days(session: Session, office_id: str, first: date, last: date | None = None) -> list[ReceptionDay]:
    """Bring the planned days between two dates (or from one on) in line; returns those that changed, by date."""
    wanted = select(ReceptionDay).where(
        ReceptionDay.office_id == office_id, ReceptionDay.status == "planned", ReceptionDay.day >= first
    )
    if last is not None:
        wanted = wanted.where(ReceptionDay.day <= last)
    rows = session.scalars(wanted.order_by(ReceptionDay.day, ReceptionDay.id).with_for_update()).all()
    return [day for day in rows if settle_mode(session, day)]


def changes_of(session: Session, days: list[ReceptionDay], reason: str) -> list[dict[str, object]]:
    """What `schedule.changed` brings each case with an appointment to be held on one of the days, once a case."""
    modes = {day.id: day.mode for day in days}
    rows = session.execute(
        select(Booking.case_id, Slot.starts_at, Slot.day_id)
        .join(Slot, Slot.id == Booking.slot_id)
        .where(Slot.day_id.in_(modes), Booking.status.in_(STANDING))
        .order_by(Slot.starts_at, Booking.case_id)
    )
    return [
        {
            "case_id": row.case_id,
            "before": row.starts_at.astimezone(UTC).isoformat(),
            "after": row.starts_at.astimezone(UTC).isoformat(),
            "mode": modes[row.day_id],
            "reason": reason,
        }
        for row in rows
    ]


def mode_refused(
    session: Session, office_id: str, case_id: int, day: ReceptionDay | None, mode: str, *, consent: object = None
) -> Text | None:
    """Why a case cannot be received in that mode on the day: in person under restrictions, or by videoconference
    without restrictions and without the applicant's consent where the office asks for it (BR-05, BR-06).

    `consent` is what the form that is being saved says of it.
    """
    restriction = restriction_on(session, office_id, day.day) if day else None
    if restriction is not None:
        days = {"first": f"{restriction.first_day:%d.%m.%Y}", "last": f"{restriction.last_day:%d.%m.%Y}"}
        return None if mode == VIDEO else ONLY_VIDEO.with_values(**days)
    if mode != VIDEO or not _asks_consent(session, office_id):
        return None
    request = session.get(ReceptionRequest, case_id)
    given = consent if consent is not None else (request.answers.get("vks_consent") if request else None)
    return None if given in ("yes", True) else NO_CONSENT


def _asks_consent(session: Session, office_id: str) -> bool:
    """The office's setting `reception.vks_consent`."""
    return bool(session.get_one(Office, office_id).settings.get("reception", {}).get("vks_consent"))
