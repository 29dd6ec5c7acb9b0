"""The letters and documents of every office can be written: known fields only, in Kazakh and in Russian."""

import io
import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, get_args

import docx
import pypdf
import pytest

from app.domain.templates import Use, parse, parse_letter, render, render_letter, uses
from app.domain.texts import Language
from app.gateways.documents import Document, Provenance, parse_document, to_docx, to_pdf
from app.gateways.letters import as_message, compose
from app.gateways.sms import MAX_TEXT

PROCESSES = Path(__file__).parents[3] / "processes"
LETTERS = sorted(PROCESSES.glob("*/letters/*.md"))
DOCUMENTS = sorted(PROCESSES.glob("*/documents/*.md"))
MADE = Provenance("Ә. Сүлейменова", datetime(2026, 11, 24, 12, 45, tzinfo=UTC))
LONG = "Ауылдағы су құбыры жөнделмеген.\n\nПросит указать срок «ремонта» № 7 — 12 000 ₸, *#|_ <b>."


def named(paths: list[Path]) -> Any:
    return pytest.mark.parametrize("path", paths, ids=[f"{path.parts[-3]}-{path.stem}" for path in paths])


def declared(path: Path) -> Mapping[str, Any]:
    return declared_in(path.parent)


@cache
def declared_in(folder: Path) -> Mapping[str, Any]:
    return tomllib.loads((folder / "fields.toml").read_text())


def name_of(path: Path) -> str:
    return path.name.split(".")[0]


def undeclared(found: tuple[Use, ...], declaration: Mapping[str, Any], allowed: list[str]) -> Iterator[str]:
    """Fields that a template may not use, with their lines."""
    for use in found:
        known = declaration["lists"][use.lists[-1]]["fields"] if use.lists else allowed
        if use.name not in known:
            yield f"line {use.line}: {use.name}"


def sample(declaration: Mapping[str, Any], language: str, *, rows: int = 3) -> dict[str, Any]:
    """A value for every declared field: its own description; long ones for what people write at length."""
    values: dict[str, Any] = {name: f"{words[language]} 7" for name, words in declaration["fields"].items()}
    values |= {name: LONG for name in values if name.startswith("request.") and not name.endswith(("number", "_on"))}
    for name, about in declaration["lists"].items():
        row = {field: f"{words[language]} | 7" for field, words in about["fields"].items()}
        values[name] = [row] * rows
    return values


def document_of(path: Path, *, rows: int = 3) -> tuple[Document, dict[str, Any]]:
    language = next(each for each in get_args(Language) if path.stem.endswith(each))
    values = sample(declared(path), language, rows=rows)
    landscape = declared(path)["documents"][name_of(path)]["orientation"] == "landscape"
    return parse_document(render(parse(path.read_text()), values), language=language, landscape=landscape), values


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_there_are_templates_to_judge():
    assert {name_of(path) for path in LETTERS} >= {"appointment", "refusal", "invitation", "protocol"}
    assert {name_of(path) for path in DOCUMENTS} >= {"brief", "invitation", "materials", "protocol"}


@named([*LETTERS, *DOCUMENTS])
def test_every_template_stands_in_kazakh_and_in_russian(path):
    stem, language = path.stem.rsplit(".", 1)
    other = {"kk": "ru", "ru": "kk", "en": "ru"}[language]

    assert (path.parent / f"{stem}.{other}.md").exists()


@named(LETTERS)
def test_every_letter_uses_declared_fields_only(path):
    letter = parse_letter(path.read_text())
    found = uses(letter.body) + (uses(letter.subject) if letter.subject else ())

    allowed = declared(path)["letters"][name_of(path)]["fields"]

    assert list(undeclared(found, declared(path), allowed)) == []


@named(DOCUMENTS)
def test_every_document_uses_declared_fields_only(path):
    allowed = declared(path)["documents"][name_of(path)]["fields"]

    assert list(undeclared(uses(parse(path.read_text())), declared(path), allowed)) == []


@named([path for path in LETTERS if ".sms." not in path.name])
def test_every_letter_can_be_sent(path):
    language = path.stem.rsplit(".", 1)[1]
    rendered = render_letter(path.read_text(), sample(declared(path), language))
    written = SimpleNamespace(
        recipient="Роза", address="r@example.kz", language=language, subject=rendered.subject, body=rendered.body
    )

    mail = compose(written, sender="Аппарат <q@example.kz>", key="job-1", at=MADE.made_at)

    assert "{{" not in mail.subject + mail.text
    assert "\\" not in mail.text
    assert as_message(mail).as_bytes().startswith(b"Message-ID: <job-1@example.kz>")


@named([path for path in LETTERS if ".sms." in path.name])
def test_every_text_message_is_short_and_plain(path):
    values = sample(declared(path), path.stem.rsplit(".", 1)[1])

    message = render_letter(path.read_text(), values)

    assert message.subject == ""
    assert "\n" not in message.body
    assert 0 < len(message.body) <= MAX_TEXT // 2


@named(DOCUMENTS)
def test_every_document_is_set_with_all_its_values(path):
    document, values = document_of(path)
    used = {use.name for use in uses(parse(path.read_text())) if use.purpose == "value" and not use.lists}

    pdf = squeezed("".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(to_pdf(document, MADE))).pages))
    word = docx.Document(io.BytesIO(to_docx(document, MADE)))

    body = squeezed("".join(word.element.body.itertext()))
    assert document.title
    assert used
    for name in used:
        assert squeezed(values[name]) in body
        assert all(squeezed(line) in pdf for line in values[name].split("\n"))


@named(DOCUMENTS)
def test_every_document_holds_together_without_lists_and_optional_values(path):
    template = parse(path.read_text())
    values = sample(declared(path), path.stem.rsplit(".", 1)[1], rows=0)
    values |= {
        use.name: "" for use in uses(template) if use.purpose == "condition" and isinstance(values.get(use.name), str)
    }
    text = render(template, values)

    assert to_pdf(parse_document(text), MADE).startswith(b"%PDF")
    assert "**:**" not in text
