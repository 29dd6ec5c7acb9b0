"""Publishing a draft as the next version, and bringing an earlier version back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.domain import clock
from app.domain.errors import AutomationError
from app.domain.problems import Problem, has_errors
from app.domain.texts import Text
from app.engine.changes import Change, changes_between
from app.models.database import reading
from app.usecases.access import Actor
from app.usecases.deploy import publish
from app.usecases.lint import lint_bundle
from app.usecases.process_drafts import PERMISSION, Draft, bundle_of_version, opened, present, queue
from app.usecases.published import NotFoundError
from app.usecases.transaction import transaction


class DraftFaultyError(AutomationError):
    """A draft with errors is not published."""

    status = 422
    message = Text(
        kk="Жобада қателер бар ({count}). Алдымен оларды түзетіңіз.",
        ru="В черновике есть ошибки ({count}). Сначала исправьте их.",
        en="The draft has errors ({count}). Mend them first.",
    )


class NewerVersionError(AutomationError):
    """Somebody published since the draft was begun."""

    status = 409
    message = Text(
        kk="Жоба {base}-нұсқадан басталған, ал қазір {newest}-нұсқа жарияланған. Жаңа нұсқаның өзгерістері жобада жоқ: "
        "бәрібір жариялау керек болса, оны растаңыз.",
        ru="Черновик начат с версии {base}, а опубликована уже версия {newest}. Её изменений в черновике нет: если "
        "всё равно публиковать, подтвердите это.",
        en="The draft began with version {base}, but version {newest} has been published since. Its changes are not in "
        "the draft: confirm that it is to be published all the same.",
    )


@dataclass(frozen=True, slots=True)
class Review:
    """A draft before it is published: what it changes, what is wrong, whether somebody published meanwhile."""

    draft: Draft
    changes: tuple[Change, ...]
    forms: tuple[str, ...]
    texts: tuple[str, ...]
    problems: tuple[Problem, ...]

    @property
    def publishable(self) -> bool:
        """Whether there is something to publish and nothing against it."""
        return bool(self.changes or self.forms or self.texts or self.draft.newest_number is None) and not has_errors(
            self.problems
        )


def review(process: str, *, by: Actor) -> Review:
    """The draft beside the newest version. Raises `NotFoundError`."""
    by.demand(PERMISSION)
    with reading() as session:
        draft = opened(session, process, by)
        newest = bundle_of_version(session, process, by.office_id)
        before = newest["diagrams"][f"{process}.bpmn"] if newest else None
        return Review(
            draft=draft,
            changes=tuple(changes_between(before.encode(), draft.diagram.encode())) if before else (),
            forms=_differing(draft.forms, newest, "forms"),
            texts=(*_differing(draft.letters, newest, "letters"), *_differing(draft.documents, newest, "documents")),
            problems=tuple(lint_bundle(session, by.office_id, draft.bundle)),
        )


def _differing(drawn: Mapping[str, Any], newest: Mapping[str, Any] | None, part: str) -> tuple[str, ...]:
    """The names that are new, gone or different in a part of the bundle."""
    before = newest[part] if newest else {}
    return tuple(sorted(name for name in {*before, *drawn} if before.get(name) != drawn.get(name)))


def publish_draft(process: str, *, comment: str, by: Actor, over: bool = False) -> int:
    """Publish the draft as the next version; returns its number.

    Raises `DraftFaultyError`, `NewerVersionError` unless `over`, and what `publish` refuses.
    """
    by.demand(PERMISSION)
    with transaction() as session:
        queue(session, by.office_id)
        draft = opened(session, process, by)
        if draft.base_number != draft.newest_number and not over:
            raise NewerVersionError(base=draft.base_number, newest=draft.newest_number)
        problems = lint_bundle(session, by.office_id, draft.bundle)
        if has_errors(problems):
            raise DraftFaultyError(count=sum(problem.severity == "error" for problem in problems))
        done = publish(session, by.office_id, draft.bundle, by=by.id, now=clock.now(), comment=comment.strip()[:1000])
        row = present(session, process, by.office_id)
        if row is not None:
            session.delete(row)
        return done.number


def roll_back(process: str, number: int, *, comment: str, by: Actor) -> int:
    """Publish the content of an earlier version as the newest; returns its number. Raises `NotFoundError`."""
    by.demand(PERMISSION)
    with transaction() as session:
        queue(session, by.office_id)
        bundle = bundle_of_version(session, process, by.office_id, number)
        if bundle is None:
            raise NotFoundError
        done = publish(session, by.office_id, bundle, by=by.id, now=clock.now(), comment=comment.strip()[:1000])
        return done.number
