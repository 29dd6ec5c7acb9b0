"""What is known of the replies to an appeal, as letters, documents and forms show it."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from app.domain.changes import changes
from app.domain.texts import Text
from app.models import Reply, ReplyDispatch, ReplyRemark
from app.records.case_rows import CaseRows
from app.records.replies import dispatch_of, newest_reply, paragraphs, parts, remarks, versions
from app.records.telling import Teller

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


WORKED_ON: Final = frozenset({"reply_paragraphs", "reply_remarks", "reply_parts", "reply_changes"})


def reply_facts(session: Session, rows: CaseRows, language: str) -> dict[str, Any]:
    """Facts of the reply that is worked on in a case: its words, number, dispatch."""
    row = newest_reply(session, rows.case.id)
    return {"reply": _Teller(session, rows.office, language).reply(row) if row else {}}


def work_facts(session: Session, rows: CaseRows, language: str) -> dict[str, Any]:
    """Facts of the work on that reply: its paragraphs, remarks, parts, what has changed since the version before."""
    row = newest_reply(session, rows.case.id)
    if row is None:
        return {name: [] for name in WORKED_ON}
    teller = _Teller(session, rows.office, language)
    texts = [each.text for each in versions(session, row.id)]
    said, given = remarks(session, row.id), parts(session, row.id)
    teller.meet(people=(*(each.made_by for each in said), *(each.person_id for each in given)))
    return {
        "reply_paragraphs": [{"text": each} for each in paragraphs(row.text)],
        "reply_remarks": [teller.remark(each) for each in said],
        "reply_parts": [f"{teller.person(each.person_id)}: {each.text}" for each in given],
        "reply_changes": changes(texts[-2], texts[-1]) if len(texts) > 1 else [],
    }


class _Teller(Teller):
    """Puts a reply into words of one language."""

    def reply(self, row: Reply) -> dict[str, str]:
        sent = dispatch_of(self.session, row.id)
        self.meet(people=(*row.executors, sent.sent_by if sent else None))
        executors = [self.person(each) for each in row.executors]
        return {
            "text": row.text,
            "version": str(row.version or ""),
            "outcome": self.meaning(OUTCOMES, row.outcome),
            "law_articles": row.law_articles,
            "hearing": row.hearing,
            "number": row.outgoing_number or "",
            "date": self.day(row.outgoing_on),
            "letterhead": self._letterhead(row),
            "executors": ", ".join(filter(None, executors)),
            "responsible": executors[0] if executors else "",
            "due": self.moment(row.due_at),
            "prepared_at": self.moment(row.prepared_at),
            "received_at": self.moment(row.received_at),
            "body": self.body(row.body_id),
            "sent": self._sent(sent),
            "barcode": sent.barcode or "" if sent else "",
        }

    def remark(self, row: ReplyRemark) -> str:
        said = (_AGREED if row.agreed else _RETURNED).in_(self.language)
        head = f"{STAGES[row.stage].in_(self.language)}, {self.person(row.made_by)}, {self.moment(row.made_at)}: {said}"
        return f"{head}. {row.text}" if row.text else head

    def _letterhead(self, row: Reply) -> str:
        """The name on the letterhead: of the subsidiary chosen, else of the office (SKE-3.6)."""
        known = self.office.settings.get("replies", {}).get("letterheads", [])
        own = str(getattr(self.office, f"name_{self.language}") or self.office.name_ru)
        return next((self.said(each["name"]) for each in known if each["code"] == row.letterhead), own)

    def _sent(self, row: ReplyDispatch | None) -> str:
        if row is None:
            return ""
        known = self.office.settings.get("replies", {}).get("dispatch_methods", [])
        way = next((self.said(each["name"]) for each in known if each["code"] == row.method), row.method)
        return ", ".join(filter(None, (way, self.moment(row.sent_at), row.barcode, self.person(row.sent_by))))
