"""Memory beyond the fence is refused to the process, not taken from the machine."""

import subprocess
import sys

TAKE = """
from app.gateways.fence import limit_memory
limit_memory({limit})
try:
    taken = bytearray(600 * 1024 * 1024)
except MemoryError:
    print("refused")
else:
    print(len(taken))
"""


def taken(limit: int) -> str:
    script = TAKE.format(limit=limit)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_what_a_process_asks_for_beyond_its_fence_is_refused():
    assert taken(400) == "refused"


def test_without_a_fence_it_is_given():
    assert taken(0) == str(600 * 1024 * 1024)
