"""Rules of the house that no tool checks: commits, clocks, texts, templates, access."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.config import Settings
from app.factory import create_app
from app.models import Base
from app.models.database import disconnect
from app.page.texts import PLURAL_KEYS, catalogue

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "app").rglob("*.py"))
TEMPLATES = sorted((ROOT / "app/web/templates").rglob("*.html"))
COMMITTERS = {
    "app/usecases/transaction.py",  # the door
    "app/usecases/migrate.py",  # tables, before anybody works with them
}
OPEN_TO_ALL = {"static", "api-docs.openapi_json"}


@pytest.fixture(scope="module")
def app(database_url: str) -> Iterator[Flask]:
    yield create_app(Settings(database_url=database_url, secret_key="k" * 32))
    disconnect()


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call))


def test_only_the_door_commits():
    committing = {
        place(path)
        for path in SOURCES
        for call in calls(path)
        if isinstance(call.func, ast.Attribute) and call.func.attr == "commit"
    }

    assert committing == COMMITTERS


def test_no_statement_and_no_column_asks_the_database_for_the_time():
    own_time = re.compile(
        r"\b(now|clock_timestamp|statement_timestamp|transaction_timestamp)\s*\(\s*\)|current_(date|time)",
        re.IGNORECASE,
    )
    literals = {
        f"{place(path)}: {node.value[:60]}"
        for path in [*SOURCES, *(ROOT / "migrations").rglob("*.py")]
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.search(r"\b(SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|WITH)\b", node.value)
        and own_time.search(node.value)
    }
    functions = {
        place(path)
        for path in SOURCES
        for call in calls(path)
        if ast.unparse(call.func) in ("func.now", "func.current_timestamp", "func.clock_timestamp")
    }
    columns = {
        str(column)
        for table in Base.metadata.tables.values()
        for column in table.columns
        if column.server_default is not None and own_time.search(str(getattr(column.server_default, "arg", "")))
    }

    assert literals == functions == columns == set()


def test_the_time_comes_from_the_two_clocks_alone():
    asking = {
        f"{place(path)}: {ast.unparse(call.func)}"
        for path in SOURCES
        for call in calls(path)
        if ast.unparse(call.func) in ("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time")
    }

    assert asking == {"app/domain/clock.py: datetime.now"}


def test_every_sentence_stands_in_kazakh_russian_and_english():
    poor = []
    for key, words in catalogue().items():
        for language in ("kk", "ru", "en"):
            said = words.get(language)
            forms = said.values() if isinstance(said, dict) else [said]
            if not all(isinstance(form, str) and form.strip() for form in forms):
                poor.append(f"{key}.{language}")
            if isinstance(said, dict) and ("other" not in said or not set(said) <= PLURAL_KEYS):
                poor.append(f"{key}.{language}: plural forms")

    assert poor == []


def test_a_sentence_has_the_same_places_in_every_language():
    def places(words: object) -> set[str]:
        forms = words.values() if isinstance(words, dict) else [words]
        return {name for form in forms for name in re.findall(r"{(\w+)", str(form))}

    uneven = [
        key for key, words in catalogue().items() if len({frozenset(places(said)) for said in words.values()}) > 1
    ]

    assert uneven == []


def test_every_sentence_that_a_page_asks_for_exists():
    asked = {
        key
        for path in TEMPLATES
        for key in re.findall(r"""\bt\(\s*["']([a-z0-9_]+\.[a-z0-9_]+)["']\s*[,)]""", path.read_text("utf-8"))
    }
    asked |= {
        call.args[1].value
        for path in [*(ROOT / "app/web").glob("*.py"), *(ROOT / "app/studio").glob("*.py")]
        for call in calls(path)
        if ast.unparse(call.func) == "say" and len(call.args) > 1 and isinstance(call.args[1], ast.Constant)
    }

    assert len(asked) > 100
    assert asked - catalogue().keys() == set()


def test_everything_that_happens_has_a_sentence_in_the_history():
    kinds = {
        call.args[0].value
        for path in SOURCES
        for call in calls(path)
        if ast.unparse(call.func) == "Event" and call.args and isinstance(call.args[0], ast.Constant)
    }
    sentences = tomllib.loads((ROOT / "app/web/texts/history.toml").read_text("utf-8"))

    assert len(kinds) > 20
    assert kinds - sentences.keys() == set()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_page_carries_no_style_or_script_of_its_own(path: Path):
    source = path.read_text("utf-8")

    assert not re.search(r"\sstyle\s*=", source)
    assert not re.search(r"<style|\son[a-z]+\s*=|javascript:", source, re.IGNORECASE)
    assert not re.search(r"<script(?![^>]*\ssrc=)", source)
    assert "|safe" not in source.replace(" ", "")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_page_asks_for_a_day_in_the_language_of_the_browser(path: Path):
    """Browsers have no Kazakh month names, and name months as they please: `parts/day_filter.html` does not."""
    assert not re.search(r'type="(date|month|week|datetime-local)"', path.read_text("utf-8"))


def test_every_form_that_changes_something_carries_the_token():
    bare = [
        f"{path.name}: {form[:80]}"
        for path in TEMPLATES
        for form in re.findall(
            r"<form\b[^>]*method=.?post.*?</form>", path.read_text("utf-8"), re.DOTALL | re.IGNORECASE
        )
        if "csrf_token" not in form and not re.search(r"{{ csrf\(", form)
    ]

    assert bare == []


def test_every_route_says_who_may_come(app: Flask):
    unmarked = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if getattr(app.view_functions[rule.endpoint], "access", None) is None
    }

    assert unmarked == OPEN_TO_ALL
