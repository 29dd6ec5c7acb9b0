"""Letters and documents of Kostanay hold the same facts in both languages, and only facts that are declared."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

PROCESSES = Path(__file__).parents[3] / "processes" / "kostanay"
DECLARED: dict[str, dict[str, Any]] = {
    folder: tomllib.loads((PROCESSES / folder / "fields.toml").read_text(encoding="utf-8"))
    for folder in ("letters", "documents")
}
TEMPLATES = [(folder, name) for folder, declared in DECLARED.items() for name in declared[folder]]
SMS = ("appointment", "schedule_changed", "no_substance", "refusal", "missing_data", "reminder")
EACH = re.compile(r"\{\{#each (\w+)\}\}(.*?)\{\{/each\}\}", re.DOTALL)
PLACE = re.compile(r"\{\{(?:#if )?([\w.]+)\}\}")
TAG = re.compile(r"\{\{[^}]*\}\}")
LONGEST = {
    "request.number": "ЛП-1234/2026",
    "reception.date": "27.11.2026",
    "reception.time": "10:20",
    "reception.place": "Қоғамдық қабылдау бөлмесі, 104-каб.",
    "office.phone": "8 (7142) 57-50-84",
}


def text(folder: str, name: str, language: str) -> str:
    return (PROCESSES / folder / f"{name}.{language}.md").read_text(encoding="utf-8")


def versions(folder: str, name: str) -> list[Path]:
    return [*(PROCESSES / folder).glob(f"{name}.??.md"), *(PROCESSES / folder).glob(f"{name}.sms.??.md")]


def facts(template: str) -> set[str]:
    """The facts a template stands on; a fact of a list row is `list.field`."""
    outside = EACH.sub("", template)
    inside = {f"{name}.{place}" for name, row in EACH.findall(template) for place in PLACE.findall(row)}
    return set(PLACE.findall(outside)) | inside | {name for name, _ in EACH.findall(template)}


def test_every_template_file_is_declared_and_stands_in_both_languages():
    found = {
        (folder, re.sub(r"(\.sms)?\.(kk|ru)\.md$", "", path.name))
        for folder in DECLARED
        for path in (PROCESSES / folder).glob("*.md")
    }
    missing = [
        (f, n, lang) for f, n in TEMPLATES for lang in ("kk", "ru") if not (PROCESSES / f / f"{n}.{lang}.md").exists()
    ]

    assert found == set(TEMPLATES)
    assert missing == []


@pytest.mark.parametrize(("folder", "name"), TEMPLATES)
def test_a_template_uses_only_the_facts_declared_for_it(folder, name):
    declared = DECLARED[folder]
    allowed = set(declared[folder][name]["fields"])
    rows = {
        f"{each}.{row}"
        for each in allowed & set(declared.get("lists", {}))
        for row in declared["lists"][each]["fields"]
    }

    used = {fact for path in versions(folder, name) for fact in facts(path.read_text(encoding="utf-8"))}

    assert used <= allowed | rows


@pytest.mark.parametrize(("folder", "name"), TEMPLATES)
def test_both_languages_of_a_template_tell_the_same_facts(folder, name):
    kazakh, russian = text(folder, name, "kk"), text(folder, name, "ru")

    assert facts(kazakh) == facts(russian)


@pytest.mark.parametrize(("folder", "name"), TEMPLATES)
def test_every_block_of_a_template_is_closed(folder, name):
    tags = [re.findall(r"\{\{([#/])(if|each)", path.read_text(encoding="utf-8")) for path in versions(folder, name)]

    balance = [(each.count(("#", kind)), each.count(("/", kind))) for each in tags for kind in ("if", "each")]

    assert all(opened == closed for opened, closed in balance)


@pytest.mark.parametrize("folder", DECLARED)
def test_every_declared_fact_is_described_in_three_languages(folder):
    declared = DECLARED[folder]
    rows = [row for each in declared.get("lists", {}).values() for row in each["fields"].values()]
    described = [*declared["fields"].values(), *declared.get("lists", {}).values(), *rows]
    titles = [template["title"] for template in declared[folder].values()]

    named = set(declared["fields"]) | set(declared.get("lists", {}))
    allowed = {fact for template in declared[folder].values() for fact in template["fields"]}

    assert all(each[language] for each in (*described, *titles) for language in ("kk", "ru", "en"))
    assert allowed <= named


@pytest.mark.parametrize("name", DECLARED["letters"]["letters"])
@pytest.mark.parametrize("language", ["kk", "ru"])
def test_a_letter_opens_with_its_subject(name, language):
    first, second, *_ = text("letters", name, language).splitlines()

    assert re.fullmatch(r"subject: \S.{3,100}", first)
    assert second == ""


@pytest.mark.parametrize("name", SMS)
@pytest.mark.parametrize("language", ["kk", "ru"])
def test_an_sms_with_its_facts_filled_in_has_at_most_140_characters(name, language):
    template = text("letters", f"{name}.sms", language).strip()

    filled = TAG.sub("", PLACE.sub(lambda place: "" if place[0].startswith("{{#") else LONGEST[place[1]], template))

    assert len(filled) <= 140
    assert "\n" not in filled


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
