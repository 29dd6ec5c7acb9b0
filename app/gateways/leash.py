"""A leash: a child process does not outlive its parent, not even when the parent is killed with -9."""

import signal
import subprocess

WATCH = 'read -r _; kill -s "$1" "$2" 2>/dev/null'


class Leash:
    """Sends `ending` to process `pid` as soon as this process is gone.

    A shell of a session of its own waits at the end of a pipe whose other end only this process holds: the kernel
    closes it however this process dies. Let go with `release` once `pid` has ended, before its number is used again.
    """

    def __init__(self, pid: int, ending: signal.Signals = signal.SIGTERM) -> None:
        self._watcher = subprocess.Popen(  # noqa: S603 - a fixed script, two arguments of ours
            ["/bin/sh", "-c", WATCH, "leash", ending.name.removeprefix("SIG"), str(pid)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
        )

    def release(self) -> None:
        """Let go without a signal; harmless when done twice."""
        self._watcher.kill()
        self._watcher.wait()
        if self._watcher.stdin is not None:
            self._watcher.stdin.close()
