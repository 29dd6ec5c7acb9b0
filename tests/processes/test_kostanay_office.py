"""What Kostanay is seeded with: its office and its deadline rules."""

import tomllib
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.domain.calendar import WorkingCalendar
from app.domain.deadlines import compute
from app.domain.hours import OfficeCalendar, OfficeHours
from app.domain.rules import parse_rule

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "processes" / "kostanay"
OFFICE = tomllib.loads((FOLDER / "office.toml").read_text("utf-8"))
RULES = tomllib.loads((FOLDER / "deadlines.toml").read_text("utf-8"))
CATALOGUE = (ROOT / "docs" / "requirements" / "kostanay-reception.md").read_text("utf-8")
CALENDAR = OfficeCalendar(
    WorkingCalendar(), (OfficeHours.parse(OFFICE["hours"], OFFICE["lunch"]),), ZoneInfo(OFFICE["zone"])
)


def day_of(rule: str, anchor: str) -> str:
    """The day on which the office's rule ends when it counts from noon of `anchor`."""
    moment = datetime.fromisoformat(f"{anchor}T12:00").replace(tzinfo=CALENDAR.zone)
    return f"{compute(RULES[rule]['expression'], moment, CALENDAR, roll=RULES[rule]['roll']).due:%Y-%m-%d}"


def worded(value: object, place: str = "") -> Iterator[tuple[str, dict[str, object]]]:
    """Every table with words in it, by its place in the file."""
    if isinstance(value, list):
        for number, each in enumerate(value):
            yield from worded(each, f"{place}[{number}]")
    elif isinstance(value, dict):
        if {"kk", "ru", "en"} & set(value):
            yield place, value
        for key, each in value.items():
            yield from worded(each, f"{place}.{key}")


@pytest.mark.parametrize("key", RULES)
def test_a_rule_can_be_counted_and_says_its_basis_in_three_languages(key: str) -> None:
    rule = RULES[key]

    assert parse_rule(rule["expression"])
    assert f" {rule['clause']} " in CATALOGUE
    assert rule["roll"] in ("none", "next", "previous")
    assert rule["valid_from"] == date(2020, 1, 1)
    for words in (rule["name"], rule["basis"]):
        assert all(words[language] for language in ("kk", "ru", "en"))


@pytest.mark.parametrize(
    ("rule", "anchor", "due"),
    [
        ("reception.info_request", "2025-06-03", "2025-06-09"),
        ("reception.brief", "2025-06-11", "2025-06-16"),
        ("reception.reminder_call", "2025-06-27", "2025-06-24"),
        ("reception.reminder_call", "2025-07-10", "2025-07-04"),
        ("reception.materials", "2025-06-27", "2025-06-24"),
        ("reception.pre_meeting", "2025-06-27", "2025-06-26"),
        ("reception.pre_meeting", "2025-06-30", "2025-06-27"),
        ("reception.day", "2025-06-27", "2025-06-27"),
        ("reception.protocol", "2025-06-27", "2025-07-02"),
        ("unified_day", "2025-06-01", "2025-06-27"),
        ("unified_day", "2025-08-01", "2025-08-29"),
        ("unified_day", "2025-10-01", "2025-10-31"),
        ("appeal.reply", "2025-06-03", "2025-06-25"),
        ("appeal.reply_risk", "2025-06-25", "2025-06-18"),
    ],
)
def test_the_worked_examples_of_the_catalogue_come_out(rule: str, anchor: str, due: str) -> None:
    """KST-S02.2, KST-S03, KST-S07.1, KST-S08, KST-S09, KST-S11.2, KST-DAY-1, KST-LAW-1, KST-TASK-1.3"""
    assert day_of(rule, anchor) == due


def test_a_position_is_due_at_the_very_moment_of_the_invitation() -> None:
    """KST-S05.2"""
    named = datetime.fromisoformat("2025-06-20T18:00+05:00")

    assert compute(RULES["reception.position"]["expression"], named, CALENDAR).due == named


def test_every_word_of_the_office_stands_in_three_languages() -> None:
    missing = [place for place, words in worded(OFFICE) if not all(words.get(each) for each in ("kk", "ru", "en"))]

    assert list(worded(OFFICE))
    assert missing == []


def test_the_office_shows_its_contacts_as_printed() -> None:
    """KST-SITE-6 … KST-SITE-12"""
    contacts = OFFICE["contacts"]

    assert {name: contact.get("value") for name, contact in contacts.items() if name != "address"} == {
        "office": "8-7142-575-086",
        "reception": "8-7142-575-084",
        "trust_line": "8-7142-749-000",
        "ethics": "8-7142-530-830",
        "pass_office": "8-7142-575-777",
        "email": "akim@kostanay.gov.kz",
    }
    assert "110000" in contacts["address"]["ru"]


def test_the_legal_basis_lists_the_four_acts() -> None:
    """KST-LAW-1, KST-LAW-2, KST-LAW-3, KST-LAW-4"""
    assert [(act["clause"], f"{act['date']}", act["number"]) for act in OFFICE["legal_basis"]] == [
        ("KST-LAW-1", "2007-01-12", "221"),
        ("KST-LAW-2", "2020-09-08", "560"),
        ("KST-LAW-3", "2018-10-31", "703"),
        ("KST-LAW-4", "2007-05-30", "20"),
    ]


def test_the_registers_number_by_the_year() -> None:
    """KST-S04.1, KST-S11.1, KST-S13, KST-SCH-1"""
    labels = {
        name: register["format"].format(number=7, year=2026, date=date(2026, 1, 9))
        for name, register in OFFICE["registers"].items()
    }

    assert labels == {
        "R-EDMS": "ЛП-0007/2026",
        "R-RECEPTION": "7/2026",
        "R-PROTOCOL": "ПР-007/2026",
        "R-ASSIGN": "ПП-007/2026",
        "R-DEPT": "ОТ-007/2026",
        "R-SCHEDULE": "ГП-007/2026",
        "R-ARCHIVE": "А-0007/2026",
        "R-TALON": "Т-00007/2026",
        "R-JRN": "Ж-00007/2026",
        "R-CARDS": "К-00007/2026",
        "R-KAZPOST": "КП-0007/2026",
        "R-OUT": "И-00007/2026",
        "R-PORTAL": "QOS-2026-000007",
    }
    assert {register["period"] for register in OFFICE["registers"].values()} == {"year"}


def test_listed_categories_go_first() -> None:
    """KST-PRIO-1, KST-PRIO-2, KST-PRIO-3, KST-PRIO-4"""
    categories = OFFICE["reception"]["priority_categories"]

    assert [(category["code"], category["clause"]) for category in categories] == [
        *((code, "KST-PRIO-1") for code in ("ww2_veteran", "equated_veteran", "combat_veteran")),
        ("disabled", "KST-PRIO-2"),
        *((code, "KST-PRIO-3") for code in ("pregnant", "altyn_kyran", "khalyk_kaharmany", "enbek_eri")),
    ]
    assert {category["effect"] for category in categories} == {"first"}


def test_a_telephone_call_is_no_channel() -> None:
    """KST-BOOK-2"""
    assert [channel["code"] for channel in OFFICE["reception"]["channels"]] == ["egov", "paper", "hand"]


def test_prosecution_courts_and_territorial_units_take_part_by_agreement() -> None:
    """KST-IAC-1"""
    kinds = {body["kind"]: body.get("by_agreement", False) for body in OFFICE["state_bodies"]}

    assert kinds == {"local": False, "territorial": True, "prosecution": True, "court": True}


def test_codes_are_unique_and_what_names_a_code_names_one_that_exists() -> None:
    units = [unit["code"] for unit in OFFICE["units"]]
    lists = [units, [role["code"] for role in OFFICE["roles"]], [body["code"] for body in OFFICE["state_bodies"]]]

    assert all(len(codes) == len(set(codes)) for codes in lists)
    assert {unit["parent"] for unit in OFFICE["units"] if "parent" in unit} <= set(units)
    assert {role["unit"] for role in OFFICE["roles"]} <= set(units)
    assert {OFFICE["reception"]["brief_addressee"], OFFICE["reception"]["escalation_role"]} <= set(lists[1])


def test_nobody_real_gets_a_letter_from_the_demo() -> None:
    assert all(body["email"].endswith(".example") for body in OFFICE["state_bodies"])
