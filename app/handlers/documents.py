"""Service tasks that make documents of a case: the same words as PDF and DOCX, in Kazakh and in Russian."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from sqlalchemy import select

from app.domain.errors import AutomationError
from app.domain.files import ProducedFile
from app.domain.templates import parse, render
from app.domain.texts import Language, Text
from app.gateways.documents import Document, Provenance, parse_document, to_docx, to_pdf
from app.handlers.letters import moment_at, zone_of
from app.handlers.registry import Produced, Step, service_task
from app.models import Case, Person, UserTask
from app.records.facts import case_facts
from app.records.reception_facts import next_position_due

WRITTEN_IN: Final[tuple[Language, ...]] = ("kk", "ru")
PDF: Final = "application/pdf"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_NOT_IN_NAMES: Final = re.compile(r'[\x00-\x1f/\\:*?"<>|]+')


class NoTemplateError(AutomationError):
    """The running version has no such document."""

    status = 422
    message = Text(
        kk="Процестің бұл нұсқасында «{template}» құжатының үлгісі жоқ.",
        ru="В этой версии процесса нет шаблона документа «{template}».",
        en="This version of the process has no template of the document “{template}”.",
    )


@service_task(
    "documents.make",
    kind="compute",
    label=Text("Құжат жасау", "Составить документ", "Make a document"),
)
def make(step: Step, *, kind: str, due: str = "", language: str = "") -> Produced:
    """Make the document `kind` of the case from its templates in Kazakh and Russian, each as PDF and DOCX.

    `due` is when an answer is asked for; without it, when the next position is. `language` leaves only one: a reply is
    given in the language of its appeal. Raises `NoTemplateError`, and what a template without its facts raises.
    """
    return Produced(files=tuple(_files(step, kind, due, language)))


def _files(step: Step, kind: str, due: str, only: str) -> Iterator[ProducedFile]:
    number = step.session.get_one(Case, step.case_id).number or ""
    maker = _maker(step)
    made = Provenance(made_by=maker, made_at=_here(step), number=number)
    for language in WRITTEN_IN:
        if only not in ("", language):
            continue
        document = _document(step, kind, language, maker, due)
        title = _titled(document.title, number)
        for suffix, media_type, content in (
            ("pdf", PDF, to_pdf(document, made)),
            ("docx", DOCX, to_docx(document, made)),
        ):
            name = _NOT_IN_NAMES.sub("-", f"{title}.{suffix}")
            yield ProducedFile(kind, title, name, media_type, content, language)


def _document(step: Step, kind: str, language: Language, maker: str, due: str) -> Document:
    source = step.documents.get(f"{kind}.{language}")
    if source is None:
        raise NoTemplateError(template=f"{kind}.{language}")
    case_id = step.case_id or 0
    facts = case_facts(step.session, case_id, language, step.now, instance_id=step.instance_id) | {
        "position_due": _asked_by(step, due) if due else next_position_due(step.session, case_id, zone_of(step)),
        "person": {"full_name": maker},
    }
    return parse_document(render(parse(source), facts), language=language)


def _asked_by(step: Step, due: str) -> str:
    return f"{moment_at(step, due).astimezone(zone_of(step)):%d.%m.%Y, %H:%M}"


def _titled(title: str, number: str) -> str:
    """The document's heading with the number of its case, unless it bears a number of its own."""
    return title if "№" in title or not number else f"{title} № {number}"


def _maker(step: Step) -> str:
    """Who completed the last task of this instance: the document is made from her answers."""
    return (
        step.session.scalar(
            select(Person.full_name)
            .join(UserTask, UserTask.ended_by == Person.id)
            .where(UserTask.instance_id == step.instance_id, UserTask.status == "completed")
            .order_by(UserTask.ended_at.desc(), UserTask.id.desc())
            .limit(1)
        )
        or ""
    )


def _here(step: Step) -> datetime:
    return step.now.astimezone(zone_of(step))
