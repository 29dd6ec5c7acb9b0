"""Uploads: content checked, kept with the task until its form is sent."""

import io
from typing import IO

from app.domain import clock
from app.gateways.files import inspect_upload
from app.records.files import store
from app.usecases.access import Actor
from app.usecases.tasks import hold
from app.usecases.transaction import transaction


def upload(task_id: int, name: str, stream: IO[bytes], *, by: Actor) -> int:
    """Check a file and keep it for the task's form; returns its id. Raises what `inspect_upload` raises."""
    content = stream.read()
    checked = inspect_upload(name, io.BytesIO(content))
    with transaction() as session:
        task = hold(session, task_id, by)
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
