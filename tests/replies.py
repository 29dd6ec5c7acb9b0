"""Replies to appeals for stories: a walk that answers as the Department does on an ordinary day."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.models import AppealTurn, Reply, ReplyDispatch, ReplyPart, ReplyRemark, ReplyReview, ReplyVersion
from app.models.database import reading
from app.records.appeal_facts import appeal_facts
from app.records.case_rows import case_rows
from app.usecases.cases import send_message, start_instance
from app.usecases.transaction import transaction
from tests.appeals import REPLY as TEXT
from tests.appeals import AppealWalk, appeals_of_kostanay

BARCODE = "RR473124829KZ"


@dataclass
class ReplyWalk(AppealWalk):
    """Plays replies to appeals, in the office of its `AppealWalk`."""

    def begin_reply(self, *, executors: tuple[str, ...] = (), due: str = "") -> None:
        """The office's own reply to this case begins, as a process that calls it would begin it."""
        with transaction() as session:
            start_instance(
                session,
                self.office,
                "reply_preparation",
                case_id=self.case_id,
                variables={"executors": [self.people[each] for each in executors], "reply_due": due},
                by=None,
            )
        self.work()

    def usual(self, element: str) -> dict[str, Any]:
        """The answers of an ordinary day, also to the tasks of a reply."""
        draft = {
            "reply_outcome": "explained",
            "reply_text": TEXT,
            "law_articles": "ст. 76, 87 АППК",
            "terms_observed": True,
        }
        known: dict[str, dict[str, Any]] = {
            "draft_reply": draft,
            "correct_reply": draft,
            "contribute_to_reply": {"part_text": "План ремонта утверждён 20 мая."},
            "check_by_head": {"head_decision": "agreed"},
            "approve_reply": {"management_decision": "agreed"},
            "put_on_letterhead": {"outgoing_on": f"{self.now:%Y-%m-%d}", "letterhead_right": True},
            "dispatch_reply": {
                "dispatch_method": "kazpost",
                "barcode": BARCODE,
                "dispatched_on": f"{self.now:%Y-%m-%d}",
            },
            "decide_turn": {"turn_agreed": "yes"},
            "hold_hearing": {
                "heard": "yes",
                "heard_on": f"{self.now:%Y-%m-%d}",
                "hearing_result": "Просит пересмотреть.",
            },
            "study_reply": {"studied": True},
            "judge_reply": {
                "arguments": [
                    {"argument": "Когда починят дорогу?", "passage": "Работы закончатся 1 сентября 2025 года."}
                ],
                **dict.fromkeys(("completeness", "grounds", "style"), "yes"),
                "doubt": "no",
            },
            "give_verdict": {"review_verdict": "accept"},
        }
        return known[element] if element in known else super().usual(element)

    def routed(self, **executor: Any) -> int:
        """An appeal by hand is registered and sent to the roads department, or as `executor` says; returns the case."""
        self.by_hand(until="name_executor")
        self.play("check_registration", name_executor=executor)
        self.complete("check_registration", **self.usual("check_registration"))
        return self.case_id

    def tell_case(self, name: str, **payload: Any) -> None:
        """A message from outside reaches this case."""
        send_message(self.office, name, case_id=self.case_id, payload=payload)
        self.work()

    def turns(self) -> list[AppealTurn]:
        with reading() as session:
            query = select(AppealTurn).where(AppealTurn.case_id == self.case_id)
            return list(session.scalars(query.order_by(AppealTurn.id)))

    def review(self) -> ReplyReview:
        """The newest review of a reply of the case."""
        with reading() as session:
            query = select(ReplyReview).join(Reply, Reply.id == ReplyReview.reply_id)
            found = query.where(Reply.case_id == self.case_id).order_by(ReplyReview.id.desc()).limit(1)
            return session.scalars(found).one()

    def of_review(self, model: Any) -> list[Any]:
        """The arguments or checks of the newest review."""
        with reading() as session:
            return list(session.scalars(select(model).where(model.review_id == self.review().id).order_by(model.id)))

    def reply(self) -> Reply:
        """The newest reply of the case."""
        with reading() as session:
            query = select(Reply).where(Reply.case_id == self.case_id).order_by(Reply.id.desc()).limit(1)
            return session.scalars(query).one()

    def of_reply(self, model: Any) -> list[Any]:
        """The versions, parts, remarks or dispatches of the newest reply."""
        with reading() as session:
            return list(session.scalars(select(model).where(model.reply_id == self.reply().id).order_by(model.id)))

    def versions(self) -> list[ReplyVersion]:
        return self.of_reply(ReplyVersion)

    def remarks(self) -> list[ReplyRemark]:
        return self.of_reply(ReplyRemark)

    def parts(self) -> list[ReplyPart]:
        return self.of_reply(ReplyPart)

    def dispatches(self) -> list[ReplyDispatch]:
        return self.of_reply(ReplyDispatch)

    def facts(self) -> dict[str, Any]:
        """What forms and documents show of the appeal and its reply, in Russian."""
        with reading() as session:
            return appeal_facts(session, case_rows(session, self.case_id), "ru")


@contextmanager
def replies_of_kostanay(database_url: str, moment: datetime) -> Iterator[ReplyWalk]:
    """Kostanay with three registrars on this database; business time stands at `moment`."""
    with appeals_of_kostanay(database_url, moment) as walk:
        yield ReplyWalk(walk.clock, walk.people, walk.bodies, post=walk.post)


__all__ = ["BARCODE", "TEXT", "ReplyWalk", "replies_of_kostanay"]
