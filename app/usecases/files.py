"""Uploads: content checked, kept with the task until its form is sent."""

import io
from typing import IO

from app.domain import clock
from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.gateways.files import inspect_upload
from app.records.files import store
from app.usecases.access import Actor
from app.usecases.tasks import hold
from app.usecases.transaction import transaction


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

    Raises `UploadRefusedError`, what `inspect_upload` raises, and what keeps `by` from working on the task.
    """
    content = stream.read()
    checked = inspect_upload(name, io.BytesIO(content))
    with transaction() as session:
        task = hold(session, task_id, by)
        rule = task.form.file_rules.get(field)
        refusal = rule.refusal(checked.name, len(content)) if rule else None
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
