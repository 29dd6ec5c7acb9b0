"""What is known of an appeal or a delivery of Kazpost, as letters, documents and forms show it."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from app.domain.regions import Regions
from app.domain.texts import Text
from app.models import Appeal, AppealCard, JournalRow, KazpostEnvelope
from app.records.appeals import KIND
from app.records.case_rows import CaseRows
from app.records.grievance_facts import GRIEVANCE_FACTS, grievance_facts
from app.records.incoming_facts import INCOMING_FACTS, incoming_facts
from app.records.kazpost import KIND as DELIVERY
from app.records.kazpost import envelopes
from app.records.reply_facts import WORKED_ON, reply_facts, work_facts
from app.records.telling import Teller
from app.records.turn_facts import REVIEW_FACTS, TURN_FACTS, review_facts, turn_facts

_WORDS: Final[Mapping[str, Text]] = {
    "paper": Text("қағаз түрінде", "на бумаге", "on paper"),
    "electronic": Text("электрондық түрде", "в электронном виде", "electronic"),
    "yes": Text("иә", "да", "yes"),
    "no": Text("жоқ", "нет", "no"),
    "strategic": Text("стратегиялық", "стратегическое", "strategic"),
    "typical": Text("типтік", "типовое", "typical"),
    "complaint": Text("шағым", "жалоба", "complaint"),
    "electronic_only": Text(
        "тек электрондық түрде келіп түсті",
        "поступило только в электронном формате",
        "received only in electronic format",
    ),
    "paper_and_electronic": Text(
        "қағаз түрінде де, электрондық түрде де келіп түсті",
        "обращение поступило как в бумажном, так и в электронном формате",
        "received both on paper and electronically",
    ),
    "paper_only": Text("тек қағаз түрінде келіп түсті", "поступило только на бумаге", "received only on paper"),
    "missing": Text("тізімде бар, конверт жоқ", "есть в списке, конверта нет", "on the list, no envelope"),
    "extra": Text("конверт бар, тізімде жоқ", "конверт есть, в списке нет", "an envelope that is not on the list"),
    "wrong": Text("мекенжайы қате, қайтарылады", "адресат неверный, возвращается", "wrong addressee, goes back"),
    "right": Text("қабылданды", "принят", "accepted"),
}
_LEAST: Final = Text(
    "Бүгінгі өтініштері ең аз: {n}. Жұмыста: {present}.",
    "Сегодня обращений меньше всего: {n}. На месте: {present}.",
    "Has the fewest of today: {n}. Present: {present}.",
)
_AWAY: Final = Text(" Орнында жоқ: {who}.", " Отсутствуют: {who}.", " Away: {who}.")
_NOBODY: Final = Text(
    "Бүгін тіркеушілердің ешқайсысы орнында жоқ: өтінішті рөлі бар кез келген адам алады.",
    "Сегодня на месте нет ни одного регистратора: обращение возьмёт любой, у кого есть эта роль.",
    "No registrar is present today: whoever holds the role takes the appeal.",
)


class _Telling(Teller):
    """Puts an appeal into words of one language."""

    def word(self, code: object) -> str:
        return self.meaning(_WORDS, str(code or ""))

    def source(self, code: str) -> str:
        """How an appeal came, in the office's words."""
        own = self.office.settings.get("portal", {}).get("source", {})
        if own.get("code") == code and "name" in own:
            return self.said(own["name"])
        return self.listed("sources", code)

    def listed(self, name: str, code: str | None) -> str:
        """The office's own word for a code of one of its lists."""
        rows = self.office.settings.get("appeal", {}).get(name, [])
        found: Mapping[str, str] = next((each["name"] for each in rows if each["code"] == code), {})
        return self.said(found) or code or ""


def appeal_facts(
    session: Session, rows: CaseRows, language: str, *, only: Collection[str] | None = None
) -> dict[str, Any]:
    """Facts of a case of the kinds `appeal` and `kazpost_delivery`, by their paths; of other cases nothing.

    With `only` no more is read than these keys need.
    """
    if rows.case.kind == DELIVERY:
        return _of_delivery(_Telling(session, rows.office, language), rows)
    found: dict[str, Any] = {}
    for names, tell in _TOPICS if rows.case.kind == KIND else ():
        if only is None or not names.isdisjoint(only):
            found |= tell(session, rows, language)
    return found


def _of_appeal(session: Session, rows: CaseRows, language: str) -> dict[str, Any]:
    teller = _Telling(session, rows.office, language)
    row = rows.appeal
    return {"appeal": _appeal(teller, row, rows.case.number or "") | _district(teller, row, rows.card) if row else {}}


def _of_journal(session: Session, rows: CaseRows, language: str) -> dict[str, Any]:
    return {"journal": _journal(_Telling(session, rows.office, language), rows.journal) if rows.journal else {}}


def _of_card(session: Session, rows: CaseRows, language: str) -> dict[str, Any]:
    return {"card": _card(_Telling(session, rows.office, language), rows.card) if rows.card else {}}


_TOPICS: Final[tuple[tuple[frozenset[str], Callable[[Session, CaseRows, str], dict[str, Any]]], ...]] = (
    (frozenset({"appeal"}), _of_appeal),
    (frozenset({"journal"}), _of_journal),
    (frozenset({"card"}), _of_card),
    (frozenset({"reply"}), reply_facts),
    (WORKED_ON, work_facts),
    (INCOMING_FACTS, incoming_facts),
    (GRIEVANCE_FACTS, grievance_facts),
    (TURN_FACTS, turn_facts),
    (REVIEW_FACTS, review_facts),
)
"""Who tells which facts of an appeal."""


def _appeal(teller: _Telling, row: Appeal, number: str) -> dict[str, str]:
    return {
        "number": number,
        "source": teller.source(row.source),
        "medium": teller.word(row.medium),
        "received_at": teller.moment(row.received_at),
        "cause": row.cause,
        "explanations": row.explanations,
        "sheets": str(row.sheets or ""),
        "talon": row.talon or "",
        "substance": row.substance,
        "nature": teller.listed("question_natures", row.nature),
        "external_number": row.external_number or "",
    }


def _journal(teller: _Telling, row: JournalRow) -> dict[str, str]:
    present, absent = row.distribution.get("loads", {}), row.distribution.get("absent", [])
    teller.meet(people=(row.registrar_id, row.signed_by, *map(int, present), *absent))
    return {
        "number": row.label,
        "day": f"{row.day:%d.%m.%Y}",
        "registrar": teller.person(row.registrar_id),
        "reason": _reason(teller, row),
        "signed": ", ".join(filter(None, (teller.person(row.signed_by), teller.moment(row.signed_at)))),
    }


def _reason(teller: _Telling, row: JournalRow) -> str:
    """Why this registrar: what each of those present had by then, and who was away (KST-JRN-3)."""
    loads: Mapping[str, int] = row.distribution.get("loads", {})
    if not loads:
        return _NOBODY.in_(teller.language) if row.distribution else ""
    present = ", ".join(f"{teller.person(int(person))} — {count}" for person, count in loads.items())
    said = _LEAST.in_(teller.language).format(n=min(loads.values()), present=present)
    away = [teller.person(person) for person in row.distribution.get("absent", [])]
    return said + (_AWAY.in_(teller.language).format(who=", ".join(away)) if away else "")


def _district(teller: _Telling, row: Appeal, card: AppealCard | None) -> dict[str, str]:
    said = (card.district if card else None) or row.district
    return {"district": Regions.of(teller.office.settings).called(said).in_(teller.language) if said else ""}


def _card(teller: _Telling, card: AppealCard) -> dict[str, str]:
    earlier = teller.session.get(AppealCard, card.repeat_of) if card.repeat_of else None
    teller.meet(bodies=(card.body_id, card.executor_id))
    return {
        "number": card.number,
        "registered_on": teller.day(card.made_at),
        "appeal_date": f"{card.appeal_date:%d.%m.%Y}",
        "repeat": ", ".join(filter(None, (teller.word("yes" if earlier else "no"), earlier.number if earlier else ""))),
        "body": teller.body(card.body_id),
        "category": teller.word(card.category),
        "topic": _topic(teller, card),
        "type_mark": teller.word(card.type_mark),
        "annotation": card.annotation or "",
        "executor": teller.body(card.executor_id),
        "control": "" if card.control is None else teller.word("yes" if card.control else "no"),
        "check_remarks": card.check_remarks or "",
        "routed_on": teller.day(card.routed_at),
    }


def _topic(teller: _Telling, card: AppealCard) -> str:
    if card.topic:
        extra = teller.listed("strategic_extra", card.topic)
        return extra if extra != card.topic else teller.listed("strategic_topics", card.topic)
    parts = (
        teller.listed("complaint_subjects", card.complaint_subject),
        teller.listed("complaint_objects", card.complaint_object),
    )
    return ": ".join(filter(None, parts))


def _of_delivery(teller: _Telling, rows: CaseRows) -> dict[str, Any]:
    row = rows.delivery
    if row is None:
        return {}
    all_of_them = envelopes(teller.session, rows.case.id)
    return {
        "delivery": {
            "number": row.number,
            "list_number": row.list_number,
            "list_date": f"{row.list_date:%d.%m.%Y}" if row.list_date else "",
            "came_at": teller.moment(row.came_at),
            "courier": row.courier,
            "count": str(sum(each.found for each in all_of_them)),
            "signed": ", ".join(filter(None, (teller.person(row.signed_by), teller.moment(row.signed_at)))),
        },
        "envelopes": [
            {"n": str(n), "barcode": each.barcode, "state": teller.word(state_of(each))}
            for n, each in enumerate(all_of_them, 1)
        ],
        "wrong_envelopes": [{"barcode": each.barcode} for each in all_of_them if each.wrong_addressee],
        "discrepancies": [
            {"barcode": each.barcode, "state": teller.word(state_of(each))}
            for each in all_of_them
            if each.listed != each.found
        ],
    }


def state_of(row: KazpostEnvelope) -> str:
    """Missing, wrong (goes back to the courier), extra, or right."""
    if not row.found:
        return "missing"
    if row.wrong_addressee:
        return "wrong"
    return "right" if row.listed else "extra"
