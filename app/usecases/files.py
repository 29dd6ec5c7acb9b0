"""Uploads: content checked, kept with the task until its form is sent."""

import io
from typing import IO, Final

from app.domain import clock
from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.forms import FileRule, Form
from app.gateways.files import inspect_upload
from app.records.files import store
from app.usecases.access import Actor
from app.usecases.held_tasks import hold
from app.usecases.transaction import transaction

NO_SUCH_FIELD: Final = Text(
    "Формада мұндай файл өрісі жоқ. Файл өрістері: {fields}.",
    "В форме нет такого поля для файлов. Поля для файлов: {fields}.",
    "The form has no such field for files. Its fields for files: {fields}.",
)


class UploadRefusedError(AutomationError):
    """The form does not take this file; the sentence says why."""

    status = 422

    def __init__(self, reason: Text) -> None:
        super().__init__()
        self.reason = reason

    @property
    def text(self) -> Text:
        """Why."""
        return self.reason


def upload(task_id: int, name: str, stream: IO[bytes], *, field: str, by: Actor) -> int:
    """Check a file by its content and by what the form's `field` takes, and keep it for the form; returns its id.

    `field` may be empty where the form has a single field for files.
    Raises `UploadRefusedError`, what `inspect_upload` raises, and what keeps `by` from working on the task.
    """
    content = stream.read()
    checked = inspect_upload(name, io.BytesIO(content))
    with transaction() as session:
        task = hold(session, task_id, by)
        refusal = _rule_of(task.form, field).refusal(checked.name, len(content))
        if refusal is not None:
            raise UploadRefusedError(refusal)
        file = store(
            session,
            office_id=by.office_id,
            name=checked.name,
            media_type=checked.media_type,
            content=content,
            now=clock.now(),
            by=by.id,
            task_id=task.id,
        )
        return file.id


def _rule_of(form: Form, field: str) -> FileRule:
    rules = form.file_rules
    if not field and len(rules) == 1:
        return next(iter(rules.values()))
    if field not in rules:
        raise UploadRefusedError(NO_SUCH_FIELD.with_values(fields=", ".join(rules) or "–"))
    return rules[field]
