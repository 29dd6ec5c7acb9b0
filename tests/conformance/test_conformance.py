"""Every diagram of the suite means what BPMN 2.0.2 says, or is refused where it is not to be carried out."""

import re

import pytest

from tests.conformance.case import Case
from tests.conformance.cases import all_cases

CASES = all_cases()


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_diagram_does_what_it_must(case: Case):
    outcome = case.play()

    faults = list(case.faults(outcome))

    assert faults == []


def test_every_case_has_a_name_of_its_own():
    names = [case.name for case in CASES]

    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9_]+", name) for name in names)
