"""Conditions in the notation of other systems mean here what they mean there, or are not taken at all."""

from typing import Any

import pytest

from app.engine.expressions import ExpressionError, SafeEnv
from app.engine.foreign_expressions import in_our_words

DATA: dict[str, Any] = {
    "n": 3,
    "ok": True,
    "kind": "appeal",
    "empty_text": "",
    "nothing": None,
    "doc": {"total": 100, "author": {"role": "controller"}},
    "items": ["a", "b"],
}
MEANINGS = {
    "${n > 1}": True,
    "#{n == 3}": True,
    "${n gt 1 and n le 3}": True,
    "${n > 1 && kind == 'appeal'}": True,
    "${!ok || n != 3}": False,
    "${not ok}": False,
    "${-n < 0}": True,
    "${n + 2 * 2 == 7}": True,
    "${(n + 2) * 2}": 10,
    "${n mod 2 == 1}": True,
    "${n > 5 ? 'many' : 'few'}": "few",
    "${empty empty_text}": True,
    "${empty items}": False,
    "${nothing == null}": True,
    "${doc.author.role eq 'controller'}": True,
    "${doc['total'] >= 100}": True,
    "${items[1]}": "b",
    "${items.size() == 2}": True,
    '${kind.equals("appeal")}': True,
    "${items.contains('a')}": True,
    "${execution.getVariable('n') == 3}": True,
    "${true}": True,
    "= n > 1": True,
    "=n = 3": True,
    '=n = 3 and kind = "appeal"': True,
    "=not(ok)": False,
    "=n between 1 and 3": True,
    "=n in [1..3]": True,
    "=n in (1..3)": False,
    "=n in [1..3)": False,
    "=n in (1, 2)": False,
    "=n in [3, 4]": True,
    '=if n > 5 then "many" else "few"': "few",
    '=list contains(items, "b")': True,
    '=starts with(kind, "app")': True,
    "=count(items) = 2": True,
    "=nothing = null": True,
    "=doc.total / 2 + 1": 51,
    "=2 ** 3 = 8": True,
    "=[n, 1]": [3, 1],
    '=duration("PT1H")': "PT1H",
    '= date and time("2026-11-16T10:00:00Z")': "2026-11-16T10:00:00Z",
    "true": True,
    "n == 3 and not false": True,
}
LEFT_ALONE = [
    "${n == '3'}",  # JUEL takes the text for a number
    "${ok == 'true'}",
    "${bean.check(n)}",
    "${n} == ${n}",
    "${n > }",
    "PT${n}H",
    "${n = 3}",
    "${class}",
    "=some x in items satisfies x = 1",
    "=items[1]",  # FEEL counts from one
    "=n = 'a'",
    "=n > 1 > 0",
    "=now()",
    "=",
    "${}",
    "${" + "(" * 900 + "n" + ")" * 900 + "}",
    "${" + "n + " * 900 + "n}",
]


@pytest.mark.parametrize("written", MEANINGS)
def test_what_has_a_counterpart_means_the_same(written: str) -> None:
    assert SafeEnv().evaluate(written, DATA) == MEANINGS[written]


@pytest.mark.parametrize("written", LEFT_ALONE)
def test_what_has_none_is_not_taken(written: str) -> None:
    with pytest.raises(ExpressionError):
        SafeEnv().evaluate(written, DATA)


def test_our_own_expressions_are_not_touched() -> None:
    assert [in_our_words(written) for written in ("n == 3", "== 3", '"${n}"', "")] == [None] * 4


def test_the_words_of_json_are_no_variables() -> None:
    env = SafeEnv()

    assert env.names("x == true or y == null", "eval") == {"x", "y"}
    with pytest.raises(ExpressionError):
        env.execute("true = 0", {})


def test_a_translation_does_not_outgrow_what_was_written() -> None:
    for written in ("${" + "empty " * 12 + "n}", "=" + "(" * 12 + "n" + " between 0 and 9)" * 12):
        translated = in_our_words(written)

        assert translated is not None
        assert len(translated) < 10 * len(written)


@pytest.mark.parametrize("written", ["${n == 2}", "${n != 2}", "${n eq yes}", "#{not (n == 2)}"])
def test_a_text_beside_a_number_is_an_error_where_the_other_language_would_turn_one_into_the_other(
    written: str,
) -> None:
    with pytest.raises(ExpressionError):
        SafeEnv().evaluate(written, {"n": "2", "yes": True})
    assert SafeEnv().evaluate("${n == 'a' || m == 1 || o == null}", {"n": "2", "m": 2, "o": None})
    assert SafeEnv().evaluate("${not empty n && not empty m && empty o}", {"n": 0, "m": False, "o": ""})
    assert SafeEnv().evaluate("n == 2", {"n": "2"}) is False
