"""What SevKazEnergo is seeded with: the group, its roles and registers, its deadline rules."""

import tomllib
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.domain.calendar import WorkingCalendar
from app.domain.deadlines import compute
from app.domain.hours import OfficeCalendar, OfficeHours
from app.domain.rules import parse_rule
from app.usecases.access import PERMISSIONS
from tests.processes.test_kostanay_office import worded

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "processes" / "sevkazenergo"
OFFICE = tomllib.loads((FOLDER / "office.toml").read_text("utf-8"))
RULES = tomllib.loads((FOLDER / "deadlines.toml").read_text("utf-8"))
CATALOGUE = (ROOT / "docs" / "requirements" / "sevkazenergo-complaints.md").read_text("utf-8")
CALENDAR = OfficeCalendar(
    WorkingCalendar(), (OfficeHours.parse(OFFICE["hours"], OFFICE["lunch"]),), ZoneInfo(OFFICE["zone"])
)


def due(rule: str, anchor: str) -> str:
    """When the office's rule ends, counted from a moment of its clock."""
    moment = datetime.fromisoformat(anchor).replace(tzinfo=CALENDAR.zone)
    return f"{compute(RULES[rule]['expression'], moment, CALENDAR, roll=RULES[rule]['roll']).due:%Y-%m-%d %H:%M}"


@pytest.mark.parametrize("key", RULES)
def test_a_rule_can_be_counted_and_says_its_basis_in_three_languages(key: str) -> None:
    rule = RULES[key]

    assert parse_rule(rule["expression"])
    assert f" {rule['clause']} " in CATALOGUE
    assert rule["valid_from"] == date(2020, 1, 1)
    assert all(words[language] for words in (rule["name"], rule["basis"]) for language in ("kk", "ru", "en"))


@pytest.mark.parametrize(
    ("anchor", "scanned_by"),
    [("2025-06-02T10:15", "2025-06-02 10:45"), ("2025-06-02T17:45", "2025-06-03 09:15")],
)
def test_ske_2_1_the_thirty_minutes_are_working_minutes(anchor: str, scanned_by: str) -> None:
    """SKE-2.1, T-SKE-01"""
    assert due("ske.book_scan", anchor) == scanned_by


@pytest.mark.parametrize(
    ("rule", "anchor", "ends"),
    [
        ("report.ske_weekly", "2025-06-02T15:00", "2025-06-09 15:00"),
        ("report.ske_weekly", "2025-06-30T15:00", "2025-07-08 15:00"),
        ("reply.copy", "2025-06-05T12:00", "2025-06-09 18:00"),
        ("ske.branch_visit", "2025-06-12T00:00", "2025-06-12 18:00"),
        ("appeal.reply", "2025-06-02T12:00", "2025-06-17 18:00"),
        ("resolution.due", "2025-06-20T00:00", "2025-06-20 18:00"),
    ],
)
def test_the_worked_examples_of_the_catalogue_come_out(rule: str, anchor: str, ends: str) -> None:
    """SKE-2.13, SKE-3.8, SKE-1.13, SKE-2.12, SKE-3.2, SKE-1.6; T-SKE-02 … T-SKE-06"""
    assert due(rule, anchor) == ends


def test_every_word_of_the_office_stands_in_three_languages() -> None:
    missing = [place for place, words in worded(OFFICE) if not all(words.get(each) for each in ("kk", "ru", "en"))]

    assert list(worded(OFFICE))
    assert missing == []


def test_ske_0_1_and_0_2_the_group_and_its_regulation() -> None:
    """SKE-0.1, SKE-0.2"""
    assert OFFICE["name"]["ru"] == "АО «СЕВКАЗЭНЕРГО»"
    assert "РГ 10.053/02" in [act["number"] for act in OFFICE["legal_basis"]]
    assert [each["code"] for each in OFFICE["ske"]["subsidiaries"]] == ["company", "sbyt", "net"]


def test_ske_1_1_the_channels_are_exactly_these_besides_the_branches() -> None:
    """SKE-1.1, SKE-1.1.1, SKE-1.1.2, SKE-1.1.3, SKE-1.1.4, SKE-1.9, SKE-2.2"""
    codes = {each["code"] for each in OFFICE["appeal"]["sources"]}

    assert codes - {"branch", "service_centre"} == {"site", "written", "book", "contact_centre"}


def test_ske_1_the_kinds_are_told_apart_and_each_has_its_annex() -> None:
    """SKE-1, SKE-1.1.2, BR-39"""
    annexes = {each["code"]: each["annex"] for each in OFFICE["appeal"]["kinds"]}

    assert annexes == {"application": 1, "complaint": 2, "claim": 2, "review": 3, "proposal": 3}


def test_every_company_of_the_group_keeps_a_journal_of_its_own() -> None:
    """SKE-1.3"""
    registers = [each["register"] for each in OFFICE["ske"]["subsidiaries"]]

    labels = {OFFICE["registers"][name]["format"].format(number=145, year=2025) for name in registers}

    assert labels == {"145-К/2025", "145-С/2025", "145-Э/2025"}


def test_only_sevkazenergosbyt_has_the_book() -> None:
    """SKE-2"""
    assert [each["code"] for each in OFFICE["ske"]["subsidiaries"] if each.get("book")] == ["sbyt"]


def test_codes_are_unique_and_what_names_a_code_names_one_that_exists() -> None:
    units = [unit["code"] for unit in OFFICE["units"]]
    roles = [role["code"] for role in OFFICE["roles"]]
    sources = OFFICE["appeal"]["sources"]

    assert all(len(codes) == len(set(codes)) for codes in (units, roles, [each["code"] for each in sources]))
    assert {unit["parent"] for unit in OFFICE["units"] if "parent" in unit} <= set(units)
    assert {role["unit"] for role in OFFICE["roles"]} <= set(units)
    assert {each["code"] for each in (*OFFICE["ske"]["subsidiaries"], *OFFICE["ske"]["branches"])} <= set(units)
    assert {role for each in sources for role in each["roles"]} <= PERMISSIONS["appeal.open"] & set(roles)


def test_everybody_of_the_regulation_may_work() -> None:
    roles = {role["code"] for role in OFFICE["roles"] if role["code"].startswith("ske_")}

    assert len(roles) == 12
    assert roles <= PERMISSIONS["work"]
