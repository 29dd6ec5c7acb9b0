"""A link opened by a state body: its desk and its form with what is known, typed, or wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.domain.texts import Text
from app.forms import Form, FormPage
from app.models import BodyLink, ProcessInstance, UserTask
from app.models.database import reading
from app.queries.body_desk import BodyDesk, desk_of_link, file_of_link
from app.queries.choices import choices_for
from app.queries.documents import StoredFile
from app.records.body_links import found_by, opened
from app.records.case_rows import case_rows
from app.records.files import content_of
from app.records.values import answers_of
from app.records.zones import zone_of_office
from app.usecases.body_answers import CodeNeededError, LinkUnknownError, may_correct, position_of, task_of, working
from app.usecases.published import published
from app.usecases.tasks import Submitted


@dataclass(frozen=True, slots=True)
class Answering:
    """What the page of a link needs.

    `state`: open (an answer is awaited), sent (it may still be corrected), closed, early (nothing is asked yet).
    """

    state: str
    desk: BodyDesk
    form: FormPage | None


def open_link(
    link_id: int,
    secret: str,
    language: str,
    *,
    submitted: Submitted | None = None,
    errors: Mapping[str, Text] | None = None,
    rearranged: bool = False,
) -> Answering:
    """The page of a link: as saved, or as `submitted` with a sentence at each field.

    Raises `LinkUnknownError`, `LinkEndedError`.
    """
    with reading() as session:
        link = working(session, link_id, secret)
        task = task_of(session, link)
        desk = desk_of_link(session, link, task, language)
        form = _form_of(session, task) if task else None
        state = _state(session, link, task)
        if task is None or form is None or state not in ("open", "sent"):
            return Answering(state, desk, None)
        typed: Mapping[str, Any] | None = link.draft
        if submitted is not None:
            typed = form.rearranged(submitted) if rearranged else form.values_of(submitted)
        keys = form.choice_keys
        choices = choices_for(session, link.office_id, link.case_id, keys, task_id=task.id, link_id=link.id)
        known = answers_of(session, case_rows(session, link.case_id), task.item, asked=form.names)
        view = form.page(
            typed,
            errors or {},
            language,
            choices,
            {**known, **(task.item or {})},
            known=known,
            zone=zone_of_office(link.office_id),
        )
        return Answering(state, desk, view)


def _state(session: Session, link: BodyLink, task: UserTask | None) -> str:
    if task is None:
        return "early"
    if task.status == "open":
        return "open"
    return "sent" if may_correct(position_of(session, link), link) else "closed"


def _form_of(session: Session, task: UserTask) -> Form | None:
    version_id = session.get_one(ProcessInstance, task.instance_id).version_id
    return published(session, version_id).outside_form_of(task.element)


def file_by_link(link_id: int, secret: str, file_id: int) -> StoredFile:
    """A file that this link has brought, for who knows its page. Raises `LinkUnknownError`, `CodeNeededError`."""
    with reading() as session:
        link = found_by(session, secret)
        file = file_of_link(session, link_id, file_id)
        if link is None or link.id != link_id or file is None:
            raise LinkUnknownError
        if not opened(session, link, secret):
            raise CodeNeededError
        return StoredFile(file.name, file.media_type, file.size, list(content_of(session, file.sha256)))
