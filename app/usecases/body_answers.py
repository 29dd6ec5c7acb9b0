"""What a state body does by its link: enter, send, correct, keep a draft, bring files."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import IO, Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.engine.run import Run
from app.forms import Checked, Form
from app.gateways.files import inspect_upload
from app.models import BodyLink, BodyPosition, File, UserTask
from app.models.database import reading
from app.queries.choices import choices_for
from app.records.answers import RecordsRefusedError
from app.records.body_links import found_by, opened
from app.records.fields import save_answers
from app.records.files import store
from app.records.zones import zone_of_office
from app.usecases.advance import carry_on
from app.usecases.files import UploadRefusedError
from app.usecases.held_tasks import HeldTask, held, too_late
from app.usecases.history import Event, record
from app.usecases.limits import count_attempt
from app.usecases.tasks import InvalidAnswersError, Submitted
from app.usecases.transaction import transaction

WINDOW: Final = timedelta(minutes=15)
ENTRIES: Final = 60
"""How often one address may come with a secret within `WINDOW`, right or wrong."""
SENDINGS: Final = 120
"""How often one link may send something within `WINDOW`."""
ACCEPTED: Final = frozenset({"pdf", "docx"})
MOST_FILES: Final = 20
"""How many files one link may bring in all."""


class LinkUnknownError(AutomationError):
    """No link has this secret."""

    status = 404
    message = Text(
        kk="Бұл сілтеме бізге белгісіз. Оны хаттан толық көшіріп, қайта ашыңыз.",
        ru="Такой ссылки нет. Скопируйте её из письма целиком и откройте снова.",
        en="There is no such link. Copy all of it from the letter and open it again.",
    )


class LinkEndedError(AutomationError):
    """The link was revoked, or its time is over."""

    status = 410
    message = Text(
        kk="Бұл сілтеме енді жұмыс істемейді. Соңғы хаттағы сілтемені ашыңыз немесе Бөлімнен жаңасын сұраңыз.",
        ru="Эта ссылка больше не действует. Откройте ссылку из последнего письма или попросите у Отдела новую.",
        en="This link does not work any more. Open the one in the latest letter or ask the Department for a new one.",
    )


class CodeNeededError(AutomationError):
    """The link works, but nobody has shown in this browser that she reads the body's mail."""

    status = 403
    message = Text(
        kk="Алдымен органның поштасына келген кодты жазыңыз.",
        ru="Сначала введите код, отправленный на почту органа.",
        en="First enter the code sent to the body's e-mail address.",
    )


class NotAwaitedError(AutomationError):
    """Nothing is awaited by this link now."""

    status = 409
    message = Text(
        kk="Бұл сілтеме арқылы жауап енді күтілмейді. Жіберілген жауапты өзгерту үшін Бөлімге хабарласыңыз.",
        ru="По этой ссылке ответа уже не ждут. Чтобы изменить отправленное, свяжитесь с Отделом.",
        en="No answer is awaited by this link any more. To change what you have sent, contact the Department.",
    )


TOO_MANY_FILES: Final = Text(
    "Бір сілтеме арқылы {most} файлдан артық жіберуге болмайды.",
    "По одной ссылке можно прислать не больше {most} файлов.",
    "One link takes at most {most} files.",
)
NOT_BY_CORRECTION: Final = Text(
    "Ұстаным жіберілді. Қатысудан бас тартсаңыз, Бөлімге хабарласыңыз.",
    "Позиция уже отправлена. Чтобы отказаться от участия, свяжитесь с Отделом.",
    "The position has been sent. To refuse to take part, contact the Department.",
)


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of what was sent: the body's first answer, a correction of it, or the same once more."""

    outcome: str


def enter(secret: str, *, address: str) -> int:
    """The id of the link that a secret opens; changes nothing, so that mail scanners may come first.

    Raises `LinkUnknownError`, `TooManyAttemptsError`.
    """
    count_attempt(f"body-link:{address}", most=ENTRIES, window=WINDOW)
    with transaction() as session:
        link = found_by(session, secret)
        if link is None:
            raise LinkUnknownError
        return link.id


def working(session: Session, link_id: int, secret: str) -> BodyLink:
    """The link, if this secret opens it and it works now.

    Raises `LinkUnknownError`, `LinkEndedError`, and `CodeNeededError` for the secret of a letter.
    """
    link = found_by(session, secret)
    if link is None or link.id != link_id:
        raise LinkUnknownError
    if link.revoked_at is not None or link.expires_at <= clock.now():
        raise LinkEndedError
    if not opened(session, link, secret):
        raise CodeNeededError
    return link


def opens(link_id: int, secret: str) -> bool:
    """Whether this is the secret of a browser that knows the link's page."""
    with reading() as session:
        link = session.get(BodyLink, link_id)
        return link is not None and opened(session, link, secret)


def task_of(session: Session, link: BodyLink) -> UserTask | None:
    """The newest task that the link is for; None while the process has not come there."""
    return session.scalars(
        select(UserTask)
        .where(
            UserTask.office_id == link.office_id,
            UserTask.case_id == link.case_id,
            UserTask.item.contains(link.item),
        )
        .order_by(UserTask.id.desc())
        .limit(1)
    ).first()


def position_of(session: Session, link: BodyLink) -> BodyPosition | None:
    """The position that the link is for, if it is for one."""
    known = link.item.get("position_id")
    return session.get(BodyPosition, known) if known else None


def may_correct(position: BodyPosition | None, link: BodyLink) -> bool:
    """Whether the body may still change what it sent: until it is due, while the Department has not judged it."""
    return (
        position is not None
        and position.submitted_at is not None
        and position.refused_at is None
        and position.quality is None
        and position.link_id is not None
        and position.body_id == link.body_id
        and clock.now() <= position.due_at
    )


def send(link_id: int, secret: str, *, submitted: Submitted) -> Sent:
    """Complete the body's task with its answers, or correct what it has sent, in one commit.

    `submitted["_sent"]` is there when the body saw its earlier answer: then this is a correction; without it a second
    sending of the same form changes nothing. Raises `InvalidAnswersError`, `LinkUnknownError`, `LinkEndedError`,
    `NotAwaitedError`, `TaskAlreadyCompletedError`, `TaskWithdrawnError`.
    """
    _limit(link_id)
    with transaction() as session:
        link, task, form = _at_work(session, link_id, secret)
        if task.status == "open":
            _complete(session, link, task, form, submitted)
            return Sent("received")
        position = position_of(session, link)
        if task.status != "completed" or position is None or position.link_id is None:
            raise too_late(session, task)
        if "_sent" not in submitted:
            return Sent("already")
        if not may_correct(position, link):
            raise NotAwaitedError
        _correct(session, link, task, form, submitted)
        return Sent("corrected")


def _limit(link_id: int) -> None:
    count_attempt(f"body-link-sends:{link_id}", most=SENDINGS, window=WINDOW)


def _at_work(session: Session, link_id: int, secret: str) -> tuple[BodyLink, HeldTask, Form]:
    """The link, its task with the instance locked, and the form for bodies."""
    link = working(session, link_id, secret)
    found = task_of(session, link)
    if found is None:
        raise NotAwaitedError
    task = held(session, found.id, link.office_id)
    session.refresh(link)  # the lock may have waited for somebody who revoked it
    link = working(session, link_id, secret)
    form = task.instance.version.outside_form_of(task.element)
    if form is None:
        raise NotAwaitedError
    return link, task, form


def _complete(session: Session, link: BodyLink, task: HeldTask, form: Form, submitted: Submitted) -> None:
    def complete(run: Run) -> Event:
        waiting = next((each for each in run.user_tasks() if each.task_id == task.engine_id), None)
        known = {**(waiting.data if waiting else {}), **(task.item or {})}
        checked = _checked(session, link, task, form, submitted, known)
        _save(session, link, task, form, checked)
        run.complete(task.engine_id, checked.variables)
        return _told("task_completed", session, link, task, checked)

    carry_on(session, task.instance, complete, completed=task.engine_id)
    link.draft = link.draft_saved_at = None


def _correct(session: Session, link: BodyLink, task: HeldTask, form: Form, submitted: Submitted) -> None:
    checked = _checked(session, link, task, form, submitted, task.item or {})
    if checked.variables.get("position_refused"):
        raise InvalidAnswersError({"position_refused": NOT_BY_CORRECTION})
    _save(session, link, task, form, checked)
    link.draft = link.draft_saved_at = None
    _note(session, link, _told("position_corrected", session, link, task, checked), task.instance.id)


def _checked(
    session: Session, link: BodyLink, task: HeldTask, form: Form, submitted: Submitted, known: Mapping[str, Any]
) -> Checked:
    choices = choices_for(session, link.office_id, link.case_id, form.choice_keys, task_id=task.id, link_id=link.id)
    checked = form.check(submitted, choices, known, zone=zone_of_office(link.office_id))
    if checked.errors:
        raise InvalidAnswersError(checked.errors)
    return checked


def _save(session: Session, link: BodyLink, task: HeldTask, form: Form, checked: Checked) -> None:
    try:
        save_answers(
            session,
            office_id=link.office_id,
            case_id=link.case_id,
            records=checked.records,
            variables=checked.variables,
            item=task.item,
            by=None,
            now=clock.now(),
            link_id=link.id,
        )
    except RecordsRefusedError as refused:
        raise InvalidAnswersError(form.errors_at(refused.errors)) from refused


def _told(kind: str, session: Session, link: BodyLink, task: HeldTask, checked: Checked) -> Event:
    """History: which body by which link, in time or late."""
    position = position_of(session, link)
    late = position is not None and position.submitted_at is not None and position.submitted_at > position.due_at
    facts = {"task": task.id, "outside": {"body": link.body_id, "link": link.id}, "late": late}
    return Event(kind, task.element, facts, {"variables": checked.variables, "records": checked.records})


def _note(session: Session, link: BodyLink, event: Event, instance_id: int | None = None) -> None:
    record(
        session,
        [event],
        at=clock.now(),
        office_id=link.office_id,
        case_id=link.case_id,
        instance_id=instance_id,
    )


def save_draft(link_id: int, secret: str, *, submitted: Submitted) -> None:
    """Keep what the body has typed, valid or not, with the link."""
    _limit(link_id)
    with transaction() as session:
        link, _task, form = _at_work(session, link_id, secret)
        link.draft, link.draft_saved_at = form.draft(submitted), clock.now()


def upload(link_id: int, secret: str, name: str, stream: IO[bytes], *, field: str) -> int:
    """Check a file by its content and keep it for the form; returns its id.

    Raises `UploadRefusedError`, what `inspect_upload` raises, and what `send` raises of the link.
    """
    content = stream.read()
    checked = inspect_upload(name, io.BytesIO(content), accept=ACCEPTED)
    with transaction() as session:
        link, task, form = _at_work(session, link_id, secret)
        rule = form.file_rules.get(field)
        if rule is None:
            raise NotAwaitedError
        refusal = rule.refusal(checked.name, len(content)) or _full(session, link)
        if refusal is not None:
            raise UploadRefusedError(refusal)
        file = store(
            session,
            office_id=link.office_id,
            name=checked.name,
            media_type=checked.media_type,
            content=content,
            now=clock.now(),
            task_id=task.id,
            link_id=link.id,
        )
        return file.id


def _full(session: Session, link: BodyLink) -> Text | None:
    brought = session.scalar(select(func.count()).where(File.link_id == link.id)) or 0
    return TOO_MANY_FILES.with_values(most=MOST_FILES) if brought >= MOST_FILES else None
