"""Letters and documents of KTEK say the same in both languages and carry its contacts."""

import tomllib
from pathlib import Path
from typing import Any, Final

import pytest

from app.domain.templates import parse, parse_letter, uses

PROCESSES: Final = Path(__file__).parents[3] / "processes" / "ktek"
DECLARED: Final[dict[str, dict[str, Any]]] = {
    folder: tomllib.loads((PROCESSES / folder / "fields.toml").read_text("utf-8"))
    for folder in ("letters", "documents")
}
TEMPLATES: Final = [(folder, name) for folder, declared in DECLARED.items() for name in declared[folder]]


def facts(folder: str, name: str, language: str) -> set[str]:
    """The facts that a template shows."""
    written = (PROCESSES / folder / f"{name}.{language}.md").read_text("utf-8")
    template = parse_letter(written).body if folder == "letters" else parse(written)
    return {use.name for use in uses(template)}


@pytest.mark.parametrize(("folder", "name"), TEMPLATES)
def test_both_languages_show_the_same_facts(folder: str, name: str) -> None:
    assert facts(folder, name, "kk") == facts(folder, name, "ru")


@pytest.mark.parametrize("name", ["appointment", "withdrawn", "grievance_reply"])
def test_ktek_1_d_a_notice_carries_the_telephones_and_the_email(name: str) -> None:
    """KTEK-1.D, KTEK-3.E"""
    assert {"office.phone", "office.email"} <= facts("letters", name, "ru")
