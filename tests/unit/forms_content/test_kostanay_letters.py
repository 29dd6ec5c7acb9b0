"""Letters and documents of Kostanay hold the same facts in both languages, and only facts that are declared."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from app.domain.templates import fields_of, parse, parse_letter, render, render_letter, uses
from app.gateways.documents import parse_document

PROCESSES: Final = Path(__file__).parents[3] / "processes" / "kostanay"
DECLARED: Final[dict[str, dict[str, Any]]] = {
    folder: tomllib.loads((PROCESSES / folder / "fields.toml").read_text(encoding="utf-8"))
    for folder in ("letters", "documents")
}
TEMPLATES: Final = [(folder, name) for folder, declared in DECLARED.items() for name in declared[folder]]
SMS: Final = ("appointment", "schedule_changed", "no_substance", "refusal", "missing_data", "reminder")
LONGEST: Final = {
    "request.number": "ЛП-1234/2026",
    "reception.date": "27.11.2026",
    "reception.time": "10:20",
    "reception.place": "Қоғамдық қабылдау бөлмесі, 104-каб.",
    "office.phone": "8 (7142) 57-50-84",
}
OPTIONAL: Final = {
    "applicant.email",
    "applicant.iin",
    "applicant.phone",
    "applicant.represented_person",
    "body.head",
    "body.name",
    "link",
    "office.address",
    "office.email",
    "office.phone",
    "person.full_name",
    "position_due",
    "refusal_reason",
    "request.earlier_reference",
    "request.materials_note",
    "request.meeting_decision",
    "request.official_requested",
    "request.proposed_day",
    "task.due",
}
NEVER_WITHOUT: Final = {
    "refusal": {"refusal_reason"},
    "reply_reminder": {"task.due", "person.full_name"},
    "invitation": {"position_due"},
    "poor_quality": {"position_due"},
    "position_reminder": {"position_due"},
    "access_invitation": {"link"},
    "password_reset": {"link"},
    "task_digest": {"tasks"},
}
UNSIGNED: Final = {"folder", "schedule", "reply"}
"""Nobody signs the positions and history in the folder of a reception, nor the sheet that hangs on the board; under the
signature of a reply stands its executor.
"""


def text(folder: str, name: str, language: str) -> str:
    return (PROCESSES / folder / f"{name}.{language}.md").read_text(encoding="utf-8")


def versions(folder: str, name: str) -> Iterator[str]:
    for form in ("", ".sms"):
        for language in ("kk", "ru"):
            path = PROCESSES / folder / f"{name}{form}.{language}.md"
            if path.exists():
                yield path.read_text(encoding="utf-8")


def facts(source: str) -> set[str]:
    """The facts a template stands on; a fact of a list row is `list.field`."""
    found = fields_of(parse(source))
    return found.single | {f"{each}.{field}" for each, row in found.rows.items() for field in row}


def everything(folder: str, _: str) -> dict[str, object]:
    """A value for every declared field, two rows in every list."""
    declared = DECLARED[folder]
    rows = {name: [dict.fromkeys(each["fields"], f"«{name}»")] * 2 for name, each in declared["lists"].items()}
    return {field: f"«{field}»" for field in declared["fields"]} | rows


def least(folder: str, name: str) -> dict[str, object]:
    """What is always known when this letter or document is made: no other optional field, no row."""
    absent = (OPTIONAL | set(DECLARED[folder]["lists"])) - NEVER_WITHOUT.get(name, set())
    known = everything(folder, name)
    return {
        field: value if field not in absent else [] if isinstance(value, list) else "" for field, value in known.items()
    }


def test_every_template_file_is_declared_and_stands_in_both_languages():
    found = {
        (folder, re.sub(r"(\.sms)?\.(kk|ru)\.md$", "", path.name))
        for folder in DECLARED
        for path in (PROCESSES / folder).glob("*.md")
    }
    missing = [
        (folder, name, language)
        for folder, name in TEMPLATES
        for language in ("kk", "ru")
        if not (PROCESSES / folder / f"{name}.{language}.md").exists()
    ]

    assert found == set(TEMPLATES)
    assert missing == []


@pytest.mark.parametrize(("folder", "name"), TEMPLATES)
def test_a_template_uses_only_the_facts_declared_for_it(folder, name):
    declared: Mapping[str, Any] = DECLARED[folder]
    allowed = set(declared[folder][name]["fields"])
    rows = {f"{each}.{row}" for each in allowed & set(declared["lists"]) for row in declared["lists"][each]["fields"]}

    used = {fact for source in versions(folder, name) for fact in facts(source)}

    assert used <= allowed | rows


@pytest.mark.parametrize(("folder", "name"), TEMPLATES)
def test_both_languages_of_a_template_tell_the_same_facts(folder, name):
    kazakh, russian = parse(text(folder, name, "kk")), parse(text(folder, name, "ru"))

    told = [sorted((use.name, use.purpose, use.lists) for use in uses(template)) for template in (kazakh, russian)]

    assert told[0] == told[1]


@pytest.mark.parametrize("folder", DECLARED)
def test_every_declared_fact_is_described_in_three_languages(folder):
    declared = DECLARED[folder]
    rows = [row for each in declared["lists"].values() for row in each["fields"].values()]
    described = [*declared["fields"].values(), *declared["lists"].values(), *rows]
    titles = [template["title"] for template in declared[folder].values()]

    named = set(declared["fields"]) | set(declared["lists"])
    allowed = {fact for template in declared[folder].values() for fact in template["fields"]}

    assert all(each[language] for each in (*described, *titles) for language in ("kk", "ru", "en"))
    assert allowed <= named


@pytest.mark.parametrize("known", [everything, least])
@pytest.mark.parametrize("language", ["kk", "ru"])
@pytest.mark.parametrize("name", DECLARED["letters"]["letters"])
def test_a_letter_is_complete_whatever_is_known_of_the_case(name, language, known):
    letter = parse_letter(text("letters", name, language))

    made = render_letter(letter, known("letters", name))

    assert 4 < len(made.subject) < 150
    assert len(made.body) > 60
    assert "{{" not in made.body


@pytest.mark.parametrize("known", [everything, least])
@pytest.mark.parametrize("language", ["kk", "ru"])
@pytest.mark.parametrize("name", DECLARED["documents"]["documents"])
def test_a_document_can_be_set_whatever_is_known_of_the_case(name, language, known):
    source = render(parse(text("documents", name, language)), known("documents", name))

    document = parse_document(source, language=language)

    kinds = [type(block).__name__ for block in document.blocks]
    assert document.title
    assert document.landscape == (DECLARED["documents"]["documents"][name]["orientation"] == "landscape")
    assert "Heading" in kinds
    assert "Facts" in kinds
    assert kinds[-1].startswith("Signature") == (name not in UNSIGNED)


@pytest.mark.parametrize("name", SMS)
@pytest.mark.parametrize("language", ["kk", "ru"])
def test_an_sms_with_its_facts_filled_in_has_at_most_140_characters(name, language):
    made = render_letter(text("letters", f"{name}.sms", language), LONGEST)

    assert made.subject == ""
    assert 40 < len(made.body) <= 140
    assert "\n" not in made.body


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_kst_s04_2_the_notice_names_place_date_and_time(language):
    notice = facts(text("letters", "appointment", language))

    assert {"reception.place", "reception.date", "reception.time"} <= notice


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_kst_s05_1_the_invitation_holds_time_place_citizens_representatives_and_the_term(language):
    letter, document = facts(text("letters", "invitation", language)), facts(text("documents", "invitation", language))

    asked = {"reception.time", "reception.place", "citizens.name", "representatives.full_name", "position_due"}

    assert asked <= letter
    assert asked <= document


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_br_09_the_protocol_shows_executor_and_due_date_of_every_assignment(language):
    protocol = facts(text("documents", "protocol", language))

    assert {"assignments.text", "assignments.executor", "assignments.due"} <= protocol
