"""What Karaganda is seeded with: its office, its deadline rules, the people of its demo."""

import shutil
import tomllib
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from app.domain.calendar import WorkingCalendar
from app.domain.deadlines import compute
from app.domain.hours import OfficeCalendar, OfficeHours
from app.domain.queue import Category, Visitor, build_queue
from app.domain.rules import parse_rule
from app.domain.texts import Text
from app.models import Case
from app.models.database import connect, disconnect
from app.records.answers import RecordsRefusedError
from app.records.fields import save_answers
from app.usecases.access import PERMISSIONS
from app.usecases.deploy import LunchTooLongError, deploy
from app.usecases.transaction import transaction
from tests.processes.test_kostanay_office import worded
from tests.reception import Walk, at, karaganda

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "processes" / "karaganda"
OFFICE = tomllib.loads((FOLDER / "office.toml").read_text("utf-8"))
RECEPTION = OFFICE["reception"]
RULES = tomllib.loads((FOLDER / "deadlines.toml").read_text("utf-8"))
CATALOGUE = (ROOT / "docs" / "requirements" / "karaganda-reception.md").read_text("utf-8")
CALENDAR = OfficeCalendar(
    WorkingCalendar(), (OfficeHours.parse(OFFICE["hours"], OFFICE["lunch"]),), ZoneInfo(OFFICE["zone"])
)
CHAPTERS = ("KRG-CH1", "KRG-CH2", "KRG-CH3", "KRG-CH4")
ACTS = {(act["clause"], f"{act['date']}"): act for act in OFFICE["legal_basis"]}


def term(rule: str, anchor: str) -> tuple[str, str]:
    """The days on which the office's rule opens and ends when it counts from noon of `anchor`."""
    moment = datetime.fromisoformat(f"{anchor}T12:00").replace(tzinfo=CALENDAR.zone)
    found = compute(RULES[rule]["expression"], moment, CALENDAR, roll=RULES[rule]["roll"])
    return f"{found.opens:%Y-%m-%d}", f"{found.due:%Y-%m-%d}"


@pytest.mark.parametrize("key", RULES)
def test_a_rule_can_be_counted_and_says_its_basis_in_three_languages(key: str) -> None:
    rule = RULES[key]

    assert parse_rule(rule["expression"])
    assert f"### {rule['clause']} — " in CATALOGUE
    assert rule["roll"] in ("none", "next", "previous")
    assert rule["valid_from"] == date(2020, 1, 1)
    for words in (rule["name"], rule["basis"]):
        assert all(words[language] for language in ("kk", "ru", "en"))


@pytest.mark.parametrize(
    ("rule", "anchor", "due"),
    [
        ("reception.same_day", "2025-09-10", "2025-09-10"),
        ("reception.unavailability_notice", "2025-06-27", "2025-06-25"),
        ("reception.unavailability_on_day", "2025-06-27", "2025-06-27"),
        ("reception.central_notice", "2025-10-23", "2025-10-28"),
        ("reception.refusal_report", "2025-12-12", "2025-12-17"),
        ("reception.registration", "2025-08-28", "2025-09-03"),
        ("reception.brief", "2025-07-11", "2025-07-03"),
        ("reception.reply", "2025-09-10", "2025-09-25"),
        ("reception.extension", "2025-09-10", "2025-10-10"),
        ("assignment.due", "2025-07-18", "2025-07-18"),
        ("reception.frequency", "2025-07-01", "2025-07-31"),
        ("report_meeting.before", "2025-02-20", "2025-02-19"),
        ("survey.period", "2025-09-12", "2025-09-30"),
        ("report.quarterly_akim", "2025-07-01", "2025-09-30"),
    ],
)
def test_the_worked_examples_of_the_catalogue_come_out(rule: str, anchor: str, due: str) -> None:
    """KRG-3, KRG-6, KRG-17, KRG-21, KRG-22, KRG-25, KRG-27, KRG-28, KRG-31, KRG-32, KRG-38, KRG-40"""
    assert term(rule, anchor)[1] == due


def test_krg_36_appeals_are_attached_within_one_to_three_working_days() -> None:
    assert term("reception.attach", "2025-06-27") == ("2025-06-30", "2025-07-02")


def test_krg_6_the_reception_after_a_report_meeting_comes_after_it() -> None:
    assert term("report_meeting.after", "2025-02-20")[0] == "2025-02-21"


def test_krg_4_booking_hours_and_a_lunch_of_at_most_ninety_minutes() -> None:
    hours = OfficeHours.parse(RECEPTION["booking_hours"], RECEPTION["booking_lunch"])

    assert (hours.opens, hours.closes) == (time(9), time(18, 30))
    assert hours.lunch_minutes <= RECEPTION["lunch_at_most"] == 90


def test_krg_4_a_lunch_of_a_hundred_minutes_is_refused(database_url: str, tmp_path: Path) -> None:
    folder = tmp_path / "karaganda"
    shutil.copytree(FOLDER, folder)
    shutil.copytree(FOLDER.parent / "common", tmp_path / "common")
    settings = (folder / "office.toml").read_text("utf-8")
    connect(database_url)

    (folder / "office.toml").write_text(settings.replace('lunch = "13:00-14:30"', 'lunch = "13:00-14:40"'), "utf-8")
    with pytest.raises(LunchTooLongError, match="100"):
        deploy(folder)
    disconnect()


@pytest.mark.parametrize("channel", ["hand", "oral", "call_centre"])
def test_krg_4_nothing_is_booked_at_lunch_but_the_portal_always_takes_requests(database_url: str, channel: str) -> None:
    with karaganda(database_url, at("2025-09-10", "13:30")) as walk, transaction() as session:
        with pytest.raises(RecordsRefusedError) as refused:
            received(session, walk, channel)
        said = refused.value.errors["request.received_at"]

        assert "(KRG-4)" in said.ru
        received(session, walk, "egov")


def received(session: Session, walk: Walk, channel: str) -> None:
    """Record a request of this moment as the form of the first step does."""
    case = Case(office_id="karaganda", kind="personal_reception", language="kk", status="running", opened_at=walk.now)
    session.add(case)
    session.flush()
    told = {"request.channel": channel, "request.received_at": f"{walk.now:%Y-%m-%dT%H:%M}"}
    save_answers(
        session,
        office_id="karaganda",
        case_id=case.id,
        records=told,
        variables={},
        item=None,
        by=walk.people["reception_worker"],
        now=walk.now,
    )


def test_krg_4_requests_come_by_five_channels_also_orally_and_through_the_call_centre() -> None:
    assert {channel["code"]: channel["role"] for channel in RECEPTION["channels"]} == {
        "egov": "reception_coordinator",
        "paper": "reception_coordinator",
        "hand": "reception_worker",
        "oral": "reception_worker",
        "call_centre": "call_centre_operator",
    }
    assert all(channel["role"] in PERMISSIONS["case.open"] for channel in RECEPTION["channels"])


def test_krg_13_a_veteran_is_received_out_of_turn() -> None:
    """A, B, C of 10, 11 and 12 June, C a veteran: C, A, B on 27 June 2025."""
    listed = {
        each["code"]: Category(each["code"], each["clause"], Text(**each["name"]), each["effect"])
        for each in RECEPTION["priority_categories"]
    }
    visitors = [
        Visitor(1, datetime(2025, 6, 10, 10, tzinfo=CALENDAR.zone), ""),
        Visitor(2, datetime(2025, 6, 11, 10, tzinfo=CALENDAR.zone), ""),
        Visitor(3, datetime(2025, 6, 12, 10, tzinfo=CALENDAR.zone), "ww2_veteran"),
    ]

    assert [place.visitor.key for place in build_queue(visitors, listed)] == [3, 1, 2]
    assert {each.effect for each in listed.values()} == {"out_of_turn"}
    assert [*listed] == [
        *("ww2_veteran", "equated_veteran", "combat_veteran", "disabled", "pregnant"),
        *("altyn_kyran", "khalyk_kaharmany", "enbek_eri"),
    ]


def test_krg_16_what_bars_a_booking_and_krg_35_what_closes_a_case() -> None:
    """KRG-16.1, KRG-16.2, KRG-35"""
    assert (RECEPTION["repeat_question_policy"], RECEPTION["competence_policy"]) == ("bar", "bar")
    assert RECEPTION["close_condition"] == "final_reply"


def test_krg_18_volunteers_help_on_reception_days_only() -> None:
    helpers = {each["code"]: each.get("reception_days_only", False) for each in RECEPTION["day_helpers"]}

    assert [code for code, only in helpers.items() if only] == ["volunteer"]
    assert {"legal_consultant", "mediator", "psychologist", "social_worker"} <= set(helpers)


def test_krg_19_four_bodies_are_ensured_at_the_akims_reception_and_krg_39_2_by_agreement_elsewhere() -> None:
    """KRG-19, KRG-39.2"""
    bodies = {body["code"]: body for body in OFFICE["state_bodies"]}

    assert RECEPTION["mandatory_invitees"] == ["prosecution", "police", "anticorruption", "court"]
    assert all(bodies[code]["by_agreement"] for code in RECEPTION["mandatory_invitees"])


def test_krg_36_the_mark_stands_in_both_languages() -> None:
    assert (RECEPTION["control_mark"]["ru"], RECEPTION["control_mark"]["kk"]) == (
        "с личного приема",
        "жеке қабылдаудан",
    )


def test_the_legal_basis_lists_the_acts_with_their_dates() -> None:
    """KRG-0.1, KRG-0.2, KRG-0.3, KRG-0.4, KRG-0.6, KRG-0.7, KRG-0.8, KRG-1, KRG-11.1"""
    own = ACTS["KRG-0.2", "2021-04-07"]

    assert own["number"] == "24/01"
    assert own["registered"] == {"date": date(2021, 4, 13), "number": "6303"}
    assert own["in_force_from"] == date(2021, 4, 7)
    assert own["signed_by"] == "Ж. Қасымбек"
    assert "регламент" in own["ru"]
    assert "приложение к нему" in own["ru"]
    assert "регламентін бекіту туралы" in own["kk"]
    assert {("KRG-0.3", "2001-01-23"), ("KRG-0.3", "2020-09-08"), ("KRG-11.1", "2000-03-14")} <= set(ACTS)
    assert ACTS["KRG-0.3", "2020-09-08"]["number"] == "560"
    assert "меняет даты" in ACTS["KRG-1", "2007-01-12"]["remark"]


def test_the_registers_number_by_the_year() -> None:
    """KRG-6, KRG-7, KRG-20, KRG-25, KRG-27, KRG-29, KRG-34, KRG-35, KRG-38"""
    labels = {
        name: register["format"].format(number=7, year=2026, date=date(2026, 1, 9))
        for name, register in OFFICE["registers"].items()
    }

    assert {name.removeprefix("R-") for name in labels} == {
        *("EDMS", "RECEPTION", "PROTOCOL", "ASSIGN", "CENTRAL", "SURVEY", "SCHEDULE", "ARCHIVE")
    }
    assert all("7/2026" in label for label in labels.values())
    assert {register["period"] for register in OFFICE["registers"].values()} == {"year"}


def test_krg_2_every_receiving_role_is_one_of_the_office() -> None:
    roles = {role["code"] for role in OFFICE["roles"]}

    assert RECEPTION["receiving_roles"] == ["akim", "deputy_akim", "akim_office_head", "unit_head"]
    assert set(RECEPTION["receiving_roles"]) <= roles & PERMISSIONS["work"]


def test_krg_0_5_the_head_of_the_akims_office_sees_what_is_late() -> None:
    assert "akim_office_head" in PERMISSIONS["case.see"] & PERMISSIONS["workload.see"]


def test_every_word_of_the_office_stands_in_three_languages() -> None:
    missing = [place for place, words in worded(OFFICE) if not all(words.get(each) for each in ("kk", "ru", "en"))]

    assert missing == []


def test_codes_are_unique_and_what_names_a_code_names_one_that_exists() -> None:
    units = [unit["code"] for unit in OFFICE["units"]]
    roles = [role["code"] for role in OFFICE["roles"]]
    lists = [units, roles, [body["code"] for body in OFFICE["state_bodies"]]]

    assert all(len(codes) == len(set(codes)) for codes in lists)
    assert {unit["parent"] for unit in OFFICE["units"] if "parent" in unit} <= set(units)
    assert {role["unit"] for role in OFFICE["roles"]} <= set(units)
    assert {RECEPTION["brief_addressee"], RECEPTION["escalation_role"]} <= set(roles)


def test_the_demo_has_somebody_in_every_role_and_nobody_real_gets_its_letters() -> None:
    people = tomllib.loads((FOLDER / "demo.toml").read_text("utf-8"))["people"]

    assert {role for person in people for role in person["roles"]} == {role["code"] for role in OFFICE["roles"]}
    assert all(body["email"].endswith(".example") for body in OFFICE["state_bodies"])
    assert all(person["login"].startswith("krg.") for person in people)


def chapter_of(clause: str) -> str:
    """The chapter of the regulation under which the catalogue has a clause."""
    headings = [line.split()[1] for line in CATALOGUE.splitlines() if line.startswith("### KRG-")]
    before = headings[: headings.index(clause)]
    return next(each for each in reversed(before) if each.startswith("KRG-CH"))


@pytest.mark.parametrize(
    ("clause", "chapter"), [("KRG-2", "KRG-CH1"), ("KRG-17", "KRG-CH2"), ("KRG-31", "KRG-CH3"), ("KRG-37", "KRG-CH4")]
)
def test_a_citation_is_looked_up_in_krg_ch1_krg_ch2_krg_ch3_krg_ch4(clause: str, chapter: str) -> None:
    assert chapter_of(clause) == chapter


def test_the_points_of_the_chapters_follow_each_other_without_a_gap() -> None:
    """The headings name their points: 1–3, 4–26, 27–33, 34–40."""
    points = {chapter: [n for n in range(1, 41) if chapter_of(f"KRG-{n}") == chapter] for chapter in CHAPTERS}

    assert {chapter: (found[0], found[-1], len(found)) for chapter, found in points.items()} == {
        "KRG-CH1": (1, 3, 3),
        "KRG-CH2": (4, 26, 23),
        "KRG-CH3": (27, 33, 7),
        "KRG-CH4": (34, 40, 7),
    }
