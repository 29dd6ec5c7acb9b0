"""Pages show no fact of a case that they do not ask for: it would be missing without a word."""

import re
from pathlib import Path

import pytest

from app.queries.case_page import SHOWN
from app.queries.task_page import BESIDE_THE_FORM

TEMPLATES = Path(__file__).parents[2] / "app" / "web" / "templates"


@pytest.mark.parametrize(("page", "asked"), [("case", SHOWN), ("task", frozenset(BESIDE_THE_FORM))])
def test_a_page_shows_the_facts_that_it_asks_for(page: str, asked: frozenset[str]) -> None:
    texts = [path.read_text("utf-8") for path in TEMPLATES.rglob("*.html")]

    shown = {name for text in texts for name in re.findall(rf"\b{page}\.facts\.(\w+)", text)}

    assert shown
    assert shown <= asked
