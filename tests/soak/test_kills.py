"""A thousand times kill -9; KILLS and SEED choose otherwise."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from tests.kills import check_everything, survive, target

KILLS = int(os.environ.get("KILLS", "1000"))
SEED = int(os.environ.get("SEED", "1"))


@pytest.mark.soak
def test_nothing_is_lost_or_doubled_by_a_thousand_kills():
    place = Path(tempfile.mkdtemp(prefix="qabyldau-kills-"))
    place.chmod(0o711)  # as root the server runs under another account, which must get through
    try:
        with target(place) as made:
            accepted = survive(made, KILLS, seed=SEED)

            check_everything(made, accepted, KILLS)
    finally:
        shutil.rmtree(place, ignore_errors=True)
