"""Every clause of the personal reception has its place in the diagram or a test, and the page that says so is true."""

from tests import coverage_table


def test_every_clause_of_the_thirteen_steps_has_an_element_or_a_test():
    known, _ = coverage_table.collect()

    missing = coverage_table.unanswered(known)

    assert missing == []


def test_the_thirteen_steps_are_all_in_the_catalogue():
    known = coverage_table.catalogue()

    steps = {clause[:7] for clause in known if clause.startswith("KST-S") and clause[5:7].isdigit()}

    assert steps == {f"KST-S{number:02}" for number in range(14)}


def test_a_clause_that_nothing_names_is_missed():
    known = coverage_table.catalogue()

    missing = coverage_table.unanswered(known)

    assert {"KST-S07.1", "KST-BOOK-3", "KST-PRIO-4", "KST-IAC-1", "KST-S13"} <= set(missing)


def test_whoever_cites_a_clause_cites_one_that_exists():
    _, strangers = coverage_table.collect()

    assert strangers == []


def test_the_page_of_coverage_is_what_the_project_says_now():
    page = coverage_table.TABLE.read_text("utf-8")

    made = coverage_table.table()

    assert page == made, "docs/requirements/coverage.md is old: run `make coverage-table`"
