"""The counters of a web server that was killed do not stay in memory for good."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from app.serving import counts

HOLD = "import sys; from app.serving import counts; print(counts.new_folder(sys.argv[1]), flush=True); input()"


def test_a_server_that_starts_sweeps_away_what_a_killed_one_has_left(tmp_path: Path) -> None:
    command = (sys.executable, "-c", HOLD, str(tmp_path))
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as living, subprocess.Popen(command, **pipes) as killed:
        folders = [Path(each.stdout.readline().strip()) for each in (living, killed)]
        for folder in folders:
            os.utime(folder, (0, 0))
        killed.send_signal(signal.SIGKILL)
        killed.wait()

        ours = Path(counts.new_folder(str(tmp_path)))

        assert sorted(tmp_path.iterdir()) == sorted([folders[0], ours])
        living.kill()
    counts.remove(str(ours))
    assert not ours.exists()
