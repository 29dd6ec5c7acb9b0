"""Nearly three hundred faults more, of diagrams of their own: each is told at its element and nowhere else."""

import pytest

from app.domain.texts import LANGUAGES
from tests.lint.diagrams import linted
from tests.lint.more_faults import FAULTS


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_at_its_element(name: str) -> None:
    rule, elements, content = FAULTS[name]

    problems = linted(content)

    blamed = [each for each in problems if each.element in elements and each.rule.startswith(rule)]
    assert blamed
    assert all(each.message.in_(language) for each in blamed for language in LANGUAGES)
    assert {each.element for each in problems if each.severity == "error"} <= elements


def test_many_faults_are_seeded() -> None:
    assert len(FAULTS) >= 270
