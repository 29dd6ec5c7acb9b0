"""What is known of the consideration of an appeal and of the review of its reply, in words."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from app.domain.texts import Text
from app.models import AppealTurn, ReplyReview
from app.records.appeal_turns import reply_due, turns
from app.records.case_rows import CaseRows
from app.records.reply_reviews import CRITERIA, arguments, checks, review_of
from app.records.telling import Teller
from app.records.terms import UnknownRuleError

KINDS: Final[Mapping[str, Text]] = {
    "redirect": Text("толық қайта жолданды", "перенаправлено полностью", "redirected whole"),
    "redirect_part": Text("ішінара қайта жолданды", "перенаправлено в части", "redirected in part"),
    "extend": Text("мерзімін ұзарту", "продление срока", "extension"),
    "hearing": Text("бас тарту алдындағы тыңдау", "заслушивание перед отказом", "hearing before a refusal"),
    "leave": Text("қараусыз қалдыру", "оставление без рассмотрения", "left without consideration"),
    "withdraw": Text("қайтарып алынды", "отозвано", "withdrawn"),
    "deemed_refusal": Text("мерзім өтті", "срок истёк", "the term passed"),
    "reminder": Text("органға еске салынды", "органу напомнили", "the body was reminded"),
}
GROUNDS: Final[Mapping[str, Text]] = {
    "anonymous": Text("өтініш иесі белгісіз", "автора установить нельзя", "the author cannot be established"),
    "no_substance": Text("мәселенің мәні баяндалмаған", "суть вопроса не изложена", "the substance is not stated"),
    "repeat": Text("жаңа дәлелсіз қайталанған", "повторное без новых доводов", "a repeat without new arguments"),
    "court": Text("сот актісі бар", "есть судебный акт", "there is a court's act"),
}
STATES: Final[Mapping[str, Text]] = {
    "proposed": Text("шешім күтілуде", "ждёт решения", "awaits a decision"),
    "agreed": Text("келісілді", "согласовано", "agreed"),
    "refused": Text("келісілмеді", "не согласовано", "not agreed"),
    "done": Text("", "", ""),
}
METHODS: Final[Mapping[str, Text]] = {
    "data_check": Text("деректерді тексеру", "проверка данных", "check of the data"),
    "confirmation_request": Text("растайтын ақпарат", "подтверждающая информация", "confirming information"),
    "applicant_contact": Text("өтініш берушімен байланыс", "связь с заявителем", "contact with the applicant"),
    "expert": Text("сарапшы пікірі", "мнение эксперта", "opinion of an expert"),
}
CRITERIA_NAMES: Final[Mapping[str, Text]] = {
    "completeness": Text("дәлелдердің толық қаралуы", "полнота рассмотрения доводов", "completeness"),
    "grounds": Text("негізділігі мен дәлелділігі", "обоснованность и мотивированность", "grounds and motivation"),
    "style": Text("құрылымы, қисыны, стилі", "структура, логика, стиль", "structure, logic, style"),
}
_LATE: Final = Text("мерзімінен кеш", "позже срока", "after the term")
_WHOLE: Final = Text("толық", "полностью", "as a whole")
_PART: Final = Text("ішінара", "в части", "in part")
_NO_PASSAGE: Final = Text("жауап жоқ", "ответа нет", "no answer")
_YES: Final = Text("иә", "да", "yes")
_NO: Final = Text("жоқ", "нет", "no")


_UNASKED: Final = ("reminder", "deemed_refusal")
TURN_FACTS: Final = frozenset({"consideration", "turn", "turns"})
REVIEW_FACTS: Final = frozenset({"review", "review_arguments", "review_checks"})


def turn_facts(session: Session, rows: CaseRows, language: str) -> dict[str, Any]:
    """Facts of the consideration and its newest turn."""
    teller = _Teller(session, rows.office, language)
    every = turns(session, rows.case.id)
    newest = next((each for each in reversed(every) if each.kind in KINDS and each.kind not in _UNASKED), None)
    teller.meet(people=(each.decided_by for each in every), bodies=(each.body_id for each in every))
    return {
        "consideration": teller.consideration(rows),
        "turn": teller.turn(newest) if newest else {},
        "turns": [teller.line(each) for each in every],
    }


def review_facts(session: Session, rows: CaseRows, language: str) -> dict[str, Any]:
    """Facts of the review of the reply that is examined."""
    teller = _Teller(session, rows.office, language)
    row = review_of(session, rows.case.id)
    return {
        "review": teller.review(row) if row else {},
        "review_arguments": teller.arguments(row) if row else [],
        "review_checks": teller.checks(row) if row else [],
    }


class _Teller(Teller):
    """Puts turns and reviews into words of one language."""

    def consideration(self, rows: CaseRows) -> dict[str, str]:
        """The body and the term, of an appeal that is registered on a card."""
        if rows.card is None:
            return {}
        try:
            due = self.moment(reply_due(self.session, rows.case))
        except UnknownRuleError:
            due = ""
        return {"due": due, "body": self.body(rows.card.executor_id)}

    def turn(self, row: AppealTurn) -> dict[str, str]:
        return {
            "kind": self.meaning(KINDS, row.kind),
            "state": self.meaning(STATES, row.state),
            "body": self.body(row.body_id),
            "part": (_PART if row.kind == "redirect_part" else _WHOLE).in_(self.language),
            "question": row.question,
            "reason": row.reason,
            "ground": self.meaning(GROUNDS, row.ground or ""),
            "due": self.day(row.due_on),
        }

    def line(self, row: AppealTurn) -> str:
        said = (
            *(self.moment(row.recorded_at), self.meaning(KINDS, row.kind), self.body(row.body_id)),
            *(self.day(row.due_on), row.reason, row.question, self.meaning(STATES, row.state)),
            *(self.person(row.decided_by), _LATE.in_(self.language) if row.late else ""),
        )
        return " · ".join(filter(None, said))

    def review(self, row: ReplyReview) -> dict[str, Any]:
        said = {name: getattr(row, name) for name in CRITERIA}
        criteria = [
            f"{CRITERIA_NAMES[name].in_(self.language)}: {(_YES if good else _NO).in_(self.language)}"
            + (f". {remark}" if (remark := getattr(row, f"{name}_remark")) else "")
            for name, good in said.items()
            if good is not None
        ]
        return {"criteria": criteria, "asked": row.asked, "remarks": row.remarks}

    def arguments(self, row: ReplyReview) -> list[str]:
        nothing = _NO_PASSAGE.in_(self.language)
        return [
            f"{each.place}. {each.argument} → {f'«{each.passage}»' if each.passage else nothing}"
            for each in arguments(self.session, row.id)
        ]

    def checks(self, row: ReplyReview) -> list[str]:
        found = checks(self.session, row.id)
        self.meet(people=(each.checked_by for each in found))
        return [
            f"{self.meaning(METHODS, each.method)}, {self.person(each.checked_by)}, "
            f"{self.moment(each.checked_at)}: {each.result}"
            for each in found
        ]
