"""The schedule of a month as a document for the notice board, in Kazakh or in Russian (KST-SCH-1, KRG-7)."""

from datetime import date
from typing import Any, Final

from babel.dates import format_date, get_month_names
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.templates import parse, render
from app.domain.texts import Language, Text
from app.gateways.documents import Provenance, parse_document, to_docx, to_pdf
from app.models import ProcessVersion
from app.models.database import reading
from app.queries.documents import StoredFile
from app.queries.public_schedule import PublicSchedule, public_schedule
from app.records.bundles import unpack
from app.records.reception_mode import VIDEO
from app.records.schedule import ScheduledDay

PROCESS: Final = "reception_schedule"
TEMPLATE: Final = "schedule"
BY_VIDEO: Final = Text("бейнеконференцбайланыс арқылы", "по видеоконференцсвязи", "by videoconference")
CHANGED: Final = Text("{day} өзгерді", "изменён {day}", "changed {day}")
PDF: Final = "application/pdf"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def schedule_sheet(office_id: str, month: date, *, language: Language, form: str) -> StoredFile | None:
    """The published days of the month as "pdf" or "docx"; None without such an office, template or form."""
    shown = public_schedule(office_id, month)
    with reading() as session:
        source = _template(session, office_id, language)
    if shown is None or source is None or form not in ("pdf", "docx"):
        return None
    document = parse_document(render(parse(source), sheet_facts(shown, language)), language=language)
    made_at = clock.now().astimezone(shown.zone)
    made = Provenance(made_by=shown.department.in_(language), made_at=made_at, number="")
    content, media_type = (to_pdf(document, made), PDF) if form == "pdf" else (to_docx(document, made), DOCX)
    return StoredFile(f"{document.title} {month:%m.%Y}.{form}", media_type, len(content), [content])


def sheet_facts(shown: PublicSchedule, language: Language) -> dict[str, Any]:
    """What the template of the sheet may use, in words of `language`."""
    contacts = {each.label.ru: each.value.in_(language) for each in shown.contacts}
    return {
        "office": {"name": shown.name.in_(language), "phone": contacts.get("Приемная", "")},
        "schedule": {"month": month_words(shown.month, language)},
        "schedule_days": [
            {
                "official": ", ".join(filter(None, (official.full_name, official.position.in_(language)))),
                "day": f"{day.day:%d.%m.%Y}",
                "weekday": str(format_date(day.day, "EEEE", locale=language)),
                "hours": ", ".join(
                    f"{a.astimezone(shown.zone):%H:%M}–{b.astimezone(shown.zone):%H:%M}" for a, b in day.hours
                ),
                "place": _place(shown, day, language),
                "kind": day.kind_name.in_(language),
            }
            for official in shown.officials
            for day in official.days
            if day.status != "cancelled"
        ],
        "closed_periods": [
            {
                "days": f"{each.first:%d.%m.%Y}" + (f" – {each.last:%d.%m.%Y}" if each.last != each.first else ""),
                "reason": each.reason,
            }
            for each in shown.closed
        ],
        "made_on": f"{clock.now().astimezone(shown.zone):%d.%m.%Y}",
    }


def _place(shown: PublicSchedule, day: ScheduledDay, language: Language) -> str:
    """Where and, if not in person, how a day is held; why by videoconference, and when it changed."""
    words = [day.place.in_(language)]
    if day.mode == VIDEO:
        words.append(BY_VIDEO.in_(language) + (f" ({day.why_video.in_(language)})" if day.why_video else ""))
    if day.changed_at is not None:
        words.append(CHANGED.with_values(day=f"{day.changed_at.astimezone(shown.zone):%d.%m.%Y}").in_(language))
    return "; ".join(words)


def month_words(month: date, speech: str) -> str:
    """«июль 2025», «2025 жылғы шілде», «July 2025»."""
    name = str(get_month_names("wide", "stand-alone", locale=speech)[month.month])
    return f"{month.year} жылғы {name.lower()}" if speech == "kk" else f"{name} {month.year}"


def _template(session: Session, office_id: str, language: str) -> str | None:
    blob = session.scalar(
        select(ProcessVersion.bundle)
        .where(ProcessVersion.office_id == office_id, ProcessVersion.process_key == PROCESS)
        .order_by(ProcessVersion.id.desc())
        .limit(1)
    )
    return unpack(blob)["documents"].get(f"{TEMPLATE}.{language}") if blob else None
