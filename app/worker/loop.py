"""The worker's loop: listen, lease what is due, do it, sleep until the next due moment."""

import os
import signal
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

import psycopg
import structlog
from sqlalchemy.exc import OperationalError

from app.domain import clock
from app.usecases.jobs import perform
from app.usecases.leases import give_back, lease_due, next_due
from app.usecases.outgoing import Outgoing
from app.usecases.transaction import JOBS_CHANNEL, WAKE_WITHIN

_log = structlog.get_logger()


class Worker:
    """One worker process; as many as you like may run on one database."""

    def __init__(self, listen_url: str, outgoing: Outgoing, *, follow_clock: Callable[[], None] | None = None) -> None:
        self.name = f"{socket.gethostname()}-{os.getpid()}"
        self._listen_url = listen_url
        self._outgoing = outgoing
        self._follow_clock = follow_clock or (lambda: None)
        self._stop = threading.Event()

    def run(self) -> None:
        """Work until SIGTERM or SIGINT; a job in hand is finished first."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        while not self._stop.is_set():
            try:
                with psycopg.connect(self._listen_url, autocommit=True) as listener:
                    listener.execute(f"LISTEN {JOBS_CHANNEL}")
                    self._work(listener)
            except (psycopg.OperationalError, OperationalError) as lost:
                _log.warning("database lost, trying again", error=str(lost))
                self._stop.wait(1.0)

    def stop(self) -> None:
        """Stop after the job in hand."""
        self._stop.set()

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.stop()

    def _work(self, listener: "psycopg.Connection[tuple[object, ...]]") -> None:
        while not self._stop.is_set():
            self._follow_clock()
            jobs = lease_due(self.name)
            for done, job in enumerate(jobs):
                if self._stop.is_set():
                    give_back(jobs[done:])
                    return
                perform(job, self._outgoing)
            if not jobs:
                self._sleep(listener)

    def _sleep(self, listener: "psycopg.Connection[tuple[object, ...]]") -> None:
        """Until a notification, the next due moment, or `WAKE_WITHIN`, in slices so that a signal is heard."""
        due = next_due()
        left = WAKE_WITHIN.total_seconds()
        if due is not None:
            left = min(left, max(0.0, (due - clock.now()).total_seconds()))
        until = clock.wall().timestamp() + left
        with suppress(StopIteration):
            while not self._stop.is_set() and (wait := until - clock.wall().timestamp()) > 0:
                for _ in listener.notifies(timeout=min(wait, 1.0), stop_after=1):
                    return
