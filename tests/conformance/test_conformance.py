"""Every diagram of the suite means what BPMN 2.0.2 says, or is refused where it is not to be carried out."""

import re

import pytest

from tests import conformance_table
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


def test_the_page_of_conformance_says_what_the_suite_says():
    page = conformance_table.TABLE.read_text("utf-8")

    made = conformance_table.table()

    assert page == made, "docs/conformance.md is old: run `make conformance-table`"


def test_every_place_of_an_event_has_its_column():
    places = {case.place for case in CASES if case.shows.endswith("event")}

    assert places <= set(conformance_table.PLACES)
