"""What KTEK is seeded with: its office, its terms, its plan with the cells that blank ones inherit."""

import re
import tomllib
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.domain.calendar import WorkingCalendar
from app.domain.deadlines import compute
from app.domain.hours import OfficeCalendar, OfficeHours
from app.domain.rules import parse_rule
from app.domain.stakeholder_plan import CELLS, Measure, Plan, read_plan
from app.usecases.access import PERMISSIONS

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "processes" / "ktek"
OFFICE = tomllib.loads((FOLDER / "office.toml").read_text("utf-8"))
RULES = tomllib.loads((FOLDER / "deadlines.toml").read_text("utf-8"))
CATALOGUE = (ROOT / "docs" / "requirements" / "ktek-grievance.md").read_text("utf-8")
CALENDAR = OfficeCalendar(
    WorkingCalendar(), (OfficeHours.parse(OFFICE["hours"], OFFICE["lunch"]),), ZoneInfo(OFFICE["zone"])
)
PUBLIC = "Общественность — население г. Костанай и другие потребители услуг ГКП «КТЭК»"
CONTACTS = "Тел. ГКП КТЭК: 57-70-24, 57-70-01, 999-120 e-mail: gkpktek@gmail.com"


def plan() -> Plan:
    found = read_plan(OFFICE)
    assert found is not None
    return found


def measure(code: str) -> Measure:
    found = plan().measure(code)
    assert found is not None
    return found


def due(expression: str, day: str) -> str:
    moment = datetime.fromisoformat(f"{day}T11:00").replace(tzinfo=CALENDAR.zone)
    return f"{compute(expression, moment, CALENDAR).due:%Y-%m-%d}"


@pytest.mark.parametrize("key", RULES)
def test_a_rule_can_be_counted_and_says_its_basis_in_three_languages(key: str) -> None:
    rule = RULES[key]

    assert parse_rule(rule["expression"])
    assert f" {rule['clause']} " in CATALOGUE
    assert rule["valid_from"] == date(2020, 1, 1)
    assert all(words[language] for words in (rule["name"], rule["basis"]) for language in ("kk", "ru", "en"))


@pytest.mark.parametrize(
    ("registered", "calendar_days", "working_days", "governs"),
    [("2025-06-04", "2025-06-18", "2025-06-19", "2025-06-18"), ("2025-06-10", *["2025-06-24"] * 3)],
)
def test_ktek_3_2_2_both_terms_are_computed_and_the_rule_says_which_governs(
    registered: str, calendar_days: str, working_days: str, governs: str
) -> None:
    """KTEK-3.2.2: with both written the earlier holds; the office may write one of them alone."""
    rule = RULES["grievance.reply"]["expression"]
    calendar, working = rule.split(" | ")

    assert (due(calendar, registered), due(working, registered)) == (calendar_days, working_days)
    assert due(rule, registered) == governs


def test_ktek_0_1_the_plan_keeps_its_approver_position_and_date() -> None:
    approved = plan()

    assert f"{approved.position.ru} {approved.approver}" == "и.о. Директора ГКП «КТЭК» Бекпаганбетов А.У."
    assert approved.approved_on == date(2016, 5, 23)


def test_ktek_0_2_there_are_exactly_three_sections() -> None:
    """KTEK-0.2, KTEK-1, KTEK-2, KTEK-3"""
    sections = plan().sections

    assert [each.number for each in sections] == [1, 2, 3]
    assert [each.code for each in sections[0].measures] == [f"1.{n}" for n in range(1, 7)]
    assert [each.code for each in sections[1].measures] == [f"2.{n}" for n in range(1, 8)]
    assert "ЕБРР" in plan().title.ru


@pytest.mark.parametrize("each", plan().measures, ids=lambda each: each.code)
def test_ktek_0_3_every_measure_has_its_six_cells_in_three_languages(each: Measure) -> None:
    words = [each.words, *(each.cells[name] for name in CELLS), *each.places, *each.organisers]

    assert all(said.kk and said.ru and said.en for said in words)
    assert each.role in {role["code"] for role in OFFICE["roles"]}


@pytest.mark.parametrize(
    ("code", "cell", "words"),
    [
        ("1.2", "parties", PUBLIC),
        ("1.3", "info_type", "Предоставление актуальной информации по проектам ЕБРР"),
        ("1.6", "responsible", "СЭП и С (служба экономического планирования и сбыта)"),
        ("1.4", "place", "Подъезды жилых домов"),
        ("1.6", "place", "www.ktek.kz"),
        ("1.3", "place", "По месту жительства"),
        ("2.1", "parties", PUBLIC),
        ("2.2", "info_type", "Предоставление актуальной информации по проектам ЕБРР"),
        ("2.2", "responsible", "Строительная организация"),
        ("2.4", "responsible", "СЭП и С (служба экономического планирования и сбыта)"),
        ("2.5", "responsible", "Диспетчерская служба"),
        ("2.7", "contacts", CONTACTS),
    ],
)
def test_ktek_1_a_to_2_d_a_blank_cell_repeats_the_one_above(code: str, cell: str, words: str) -> None:
    """KTEK-1.A, KTEK-1.B, KTEK-1.C, KTEK-1.D, KTEK-2.A, KTEK-2.B, KTEK-2.C, KTEK-2.D, KTEK-2.2"""
    assert measure(code).cells[cell].ru == words


def test_ktek_3_a_to_3_e_the_cells_of_the_complaint_mechanism() -> None:
    """KTEK-3.A, KTEK-3.B, KTEK-3.C, KTEK-3.D, KTEK-3.E"""
    cells = {name: words.ru for name, words in plan().sections[2].cells.items()}

    assert cells == {
        "parties": PUBLIC,
        "info_type": "Предоставление актуальной информации по проектам ЕБРР",
        "place": "Административное здания ГКП «КТЭК»",
        "responsible": "Канцелярия",
        "contacts": CONTACTS,
    }


@pytest.mark.parametrize("code", ["1.1", "1.2", "1.4", "1.6", "2.4", "2.5"])
def test_the_cells_are_spelt_as_in_the_source(code: str) -> None:
    place = measure(code).cells["place"].ru

    assert re.sub(r"\s+", " ", place) in re.sub(r"\s+", " ", CATALOGUE)


def test_every_role_of_the_office_may_work_and_has_its_unit() -> None:
    units = {unit["code"] for unit in OFFICE["units"]}
    roles = {role["code"]: role["unit"] for role in OFFICE["roles"]}

    assert set(roles.values()) <= units
    assert {code for code in roles if code.startswith("ktek_")} <= PERMISSIONS["work"]
    assert "ktek_builder" not in PERMISSIONS["case.see"]


def test_ktek_2_5_a_dispatcher_may_do_what_the_hotline_needs() -> None:
    """KTEK-2.5"""
    needed = {"work", "case.open", "consultation.see", "consultation.open", "plan.see"}
    of_everybody = {"calendar.see", "process.see", "clock.move", "mailbox.see", "absence.see"}

    assert {name for name, roles in PERMISSIONS.items() if "ktek_dispatcher" in roles} == needed | of_everybody


def test_ktek_3_2_3_the_ways_of_replying_and_the_one_beyond_the_city() -> None:
    """KTEK-3.2.3, KTEK-3.2.4"""
    ways = OFFICE["replies"]["dispatch_methods"]

    assert [each["code"] for each in ways] == ["email", "fax", "paper_controllers", "paper_legal", "kazpost"]
    assert [each["code"] for each in ways if each.get("outside_home")] == ["kazpost"]
    assert OFFICE["replies"]["home"]["ru"] == "г. Костанай"
