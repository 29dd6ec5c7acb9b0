"""Waiting for what another process or thread does, and whether a process lives."""

import time
from collections.abc import Callable
from pathlib import Path


def eventually(promise: Callable[[], bool], seconds: float = 20) -> bool:
    """Whether the promise is kept within these seconds."""
    deadline = time.monotonic() + seconds
    while not promise() and time.monotonic() < deadline:
        time.sleep(0.02)
    return promise()


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that ended and was not yet collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(")")[-1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
