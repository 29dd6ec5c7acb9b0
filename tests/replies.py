"""Replies to appeals for stories: a walk that answers as the Department does on an ordinary day."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.models import Reply, ReplyDispatch, ReplyPart, ReplyRemark, ReplyVersion
from app.models.database import reading
from app.records.reply_facts import reply_facts
from app.usecases.cases import start_instance
from app.usecases.transaction import transaction
from tests.appeals import AppealWalk, appeals_of_kostanay

BARCODE = "RR473124829KZ"
TEXT = "Дорога у школы № 5 внесена в план ремонта. Работы закончатся 1 сентября 2025 года."


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
        }
        return known[element] if element in known else super().usual(element)

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
        """What forms and documents show of the newest reply, in Russian."""
        with reading() as session:
            return reply_facts(session, self.case(), "ru")


@contextmanager
def replies_of_kostanay(database_url: str, moment: datetime) -> Iterator[ReplyWalk]:
    """Kostanay with three registrars on this database; business time stands at `moment`."""
    with appeals_of_kostanay(database_url, moment) as walk:
        yield ReplyWalk(walk.clock, walk.people, walk.bodies, post=walk.post)


__all__ = ["BARCODE", "TEXT", "ReplyWalk", "replies_of_kostanay"]
