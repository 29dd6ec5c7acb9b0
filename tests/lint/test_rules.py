"""The rules: ids that stay, words in three languages, a page that says the same."""

import re

import pytest

from app.domain.problems import Rule
from app.domain.texts import LANGUAGES
from app.engine.lint.rules import RULES, TOPICS
from tests.lint_table import PAGE, page


def test_no_two_rules_share_an_id() -> None:
    ids = [rule.id for topic in TOPICS for rule in vars(topic).values() if isinstance(rule, Rule)]

    assert sorted(ids) == sorted(RULES)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_rule_speaks_three_languages_with_the_same_places(rule: Rule) -> None:
    places = {
        language: {re.sub("_?(kk|ru|en)$", "", name) for name in re.findall(r"\{(\w+)\}", rule.message.in_(language))}
        for language in LANGUAGES
    }

    assert all(getattr(rule.message, language) for language in LANGUAGES)
    assert places["kk"] == places["ru"] == places["en"]
    assert re.fullmatch(r"[a-z]+\.[a-z_]+", rule.id)


def test_the_page_of_rules_is_what_the_rules_say_now() -> None:
    assert PAGE.read_text("utf-8") == page(), "docs/howto/lint.md is old: run `make lint-table`"
