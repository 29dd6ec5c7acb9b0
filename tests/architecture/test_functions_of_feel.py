"""The page about decisions names every function that FEEL has here, and no other."""

import re
from pathlib import Path

from app.domain.feel.declaration import FUNCTIONS

PAGE = Path(__file__).resolve().parents[2] / "docs/howto/decisions.md"


def test_the_page_lists_the_functions_that_there_are():
    section = PAGE.read_text("utf-8").partition("## Functions")[2].partition("`is defined` and")[0]

    listed = set(re.findall(r"`([a-z ]+)`", section.partition("| About")[2]))

    assert listed == FUNCTIONS.keys()
