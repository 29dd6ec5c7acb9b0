"""What is known of the replies to an appeal, as letters, documents and forms show it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.domain.changes import changes
from app.domain.texts import Text
from app.models import Case, Office, Person, Reply, ReplyDispatch, ReplyRemark, StateBody
from app.records.replies import dispatch_of, newest_reply, paragraphs, parts, remarks, versions

OUTCOMES: Final[Mapping[str, Text]] = {
    "satisfied": Text("қанағаттандырылды", "удовлетворено", "satisfied"),
    "partly": Text("ішінара қанағаттандырылды", "удовлетворено частично", "partly satisfied"),
    "explained": Text("түсіндірілді", "разъяснено", "explained"),
    "refused": Text("бас тартылды", "отказано", "refused"),
}
STAGES: Final[Mapping[str, Text]] = {
    "head": Text("Бөлімше басшысы", "Руководитель подразделения", "Head of the unit"),
    "legal": Text("Заңгерлік агенттік", "Юридическое агентство", "Legal agency"),
    "management": Text("Басшылық", "Руководство", "Management"),
    "review": Text("Сараптама", "Экспертиза", "Review"),
}
_AGREED: Final = Text("келісілді", "согласовано", "agreed")
_RETURNED: Final = Text("түзетуге қайтарылды", "возвращено на исправление", "returned for correction")


def reply_facts(session: Session, case: Case, language: str) -> dict[str, Any]:
    """Facts of the reply that is worked on in a case: its words, number, remarks, changes, dispatch."""
    row = newest_reply(session, case.id)
    if row is None:
        return {"reply": {}, "reply_paragraphs": [], "reply_remarks": [], "reply_parts": [], "reply_changes": []}
    office = session.get_one(Office, case.office_id)
    teller = _Teller(session, office, language)
    texts = [each.text for each in versions(session, row.id)]
    return {
        "reply": teller.reply(row),
        "reply_paragraphs": [{"text": each} for each in paragraphs(row.text)],
        "reply_remarks": [teller.remark(each) for each in remarks(session, row.id)],
        "reply_parts": [f"{teller.person(each.person_id)}: {each.text}" for each in parts(session, row.id)],
        "reply_changes": changes(texts[-2], texts[-1]) if len(texts) > 1 else [],
    }


class _Teller:
    """Puts a reply into words of one language."""

    def __init__(self, session: Session, office: Office, language: str) -> None:
        self._session = session
        self._office = office
        self._language = language

    def person(self, person_id: int | None) -> str:
        found = self._session.get(Person, person_id) if person_id else None
        return found.full_name if found else ""

    def reply(self, row: Reply) -> dict[str, str]:
        sent = dispatch_of(self._session, row.id)
        executors = [self.person(each) for each in row.executors]
        return {
            "text": row.text,
            "version": str(row.version or ""),
            "outcome": self._word(OUTCOMES, row.outcome),
            "law_articles": row.law_articles,
            "hearing": row.hearing,
            "number": row.outgoing_number or "",
            "date": self._day(row.outgoing_on),
            "letterhead": self._letterhead(row),
            "executors": ", ".join(filter(None, executors)),
            "responsible": executors[0] if executors else "",
            "due": self._moment(row.due_at),
            "prepared_at": self._moment(row.prepared_at),
            "received_at": self._moment(row.received_at),
            "body": self._body(row.body_id),
            "sent": self._sent(sent),
            "barcode": sent.barcode or "" if sent else "",
        }

    def remark(self, row: ReplyRemark) -> str:
        said = (_AGREED if row.agreed else _RETURNED).in_(self._language)
        head = (
            f"{STAGES[row.stage].in_(self._language)}, {self.person(row.made_by)}, {self._moment(row.made_at)}: {said}"
        )
        return f"{head}. {row.text}" if row.text else head

    def _letterhead(self, row: Reply) -> str:
        """The name on the letterhead: of the subsidiary chosen, else of the office (SKE-3.6)."""
        known = self._office.settings.get("replies", {}).get("letterheads", [])
        own = str(getattr(self._office, f"name_{self._language}") or self._office.name_ru)
        return next((_said(each["name"], self._language) for each in known if each["code"] == row.letterhead), own)

    def _sent(self, row: ReplyDispatch | None) -> str:
        if row is None:
            return ""
        known = self._office.settings.get("replies", {}).get("dispatch_methods", [])
        way = next((_said(each["name"], self._language) for each in known if each["code"] == row.method), row.method)
        return ", ".join(filter(None, (way, self._moment(row.sent_at), row.barcode, self.person(row.sent_by))))

    def _word(self, words: Mapping[str, Text], code: str | None) -> str:
        found = words.get(code or "")
        return found.in_(self._language) if found else ""

    def _body(self, body_id: int | None) -> str:
        body = self._session.get(StateBody, body_id) if body_id else None
        return str(getattr(body, f"name_{self._language}") or body.name_ru) if body else ""

    def _moment(self, value: datetime | None) -> str:
        return f"{value.astimezone(ZoneInfo(self._office.zone)):%d.%m.%Y, %H:%M}" if value else ""

    def _day(self, value: date | None) -> str:
        return f"{value:%d.%m.%Y}" if value else ""


def _said(value: Mapping[str, str], language: str) -> str:
    return str(value.get(language) or value.get("ru") or "")
