"""kill -9 at random moments, a few times; `make soak` does it a thousand times."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kills import check_everything, survive, target


@pytest.fixture
def place() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="qabyldau-kills-"))
    folder.chmod(0o711)  # as root the server runs under another account, which must get through
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def test_nothing_is_lost_or_doubled_when_processes_are_killed(place: Path):
    kills = 2

    with target(place) as made:
        accepted = survive(made, kills, seed=20)

        check_everything(made, accepted, kills)
