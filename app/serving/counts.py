"""Where the counters of all web processes meet, so that /metrics tells them all: a folder of one server's life."""

import fcntl
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

from app.domain import clock

PREFIX: Final = "qabyldau-metrics-"
FRESH_SECONDS: Final = 60.0
"""How long a folder may be without its holder: it is made before it is held."""


def new_folder(place: str | None) -> str:
    """A folder that lasts as long as a process that has inherited it; what killed servers have left goes first."""
    root = place or tempfile.gettempdir()
    for left in Path(root).glob(f"{PREFIX}*"):
        _sweep(left)
    folder = tempfile.mkdtemp(prefix=PREFIX, dir=root)
    fcntl.flock(os.open(folder, os.O_RDONLY), fcntl.LOCK_EX)  # never closed: the lock ends with the last process
    return folder


def remove(folder: str) -> None:
    """The counters end with their server; a folder chosen by somebody else is left alone."""
    if Path(folder).name.startswith(PREFIX):
        shutil.rmtree(folder, ignore_errors=True)


def _sweep(folder: Path) -> None:
    with suppress(OSError):  # another account's, held, or gone this moment
        held = os.open(folder, os.O_RDONLY | os.O_NOFOLLOW | os.O_DIRECTORY)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if clock.wall().timestamp() - os.fstat(held).st_mtime > FRESH_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(held)
