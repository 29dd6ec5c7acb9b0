"""No expression costs more than a moment: it stops by its budget, whatever it is made of."""

import itertools
import time

import pytest

from app.domain.feel import BudgetSpentError, evaluate, parse

LONGEST_SECONDS = 0.05
"""CPU time that one evaluation may take."""


def doubling(first: str, again: str, last: str = "") -> str:
    """`{a: first, b: again(a), c: again(b), …}`: each entry twice the one before."""
    letters = "abcdefghijklmnopqrstuvwxy"
    entries = [f"a: {first}"]
    entries += [f"{one}: {again.format(before)}" for before, one in itertools.pairwise(letters)]
    return "{" + ", ".join([*entries, *([last] if last else [])]) + "}"


BOMBS = {
    "a very long loop": "for a in 1..1000000000 return a",
    "loops within loops": "for a in 1..10000, b in 1..10000 return a * b",
    "loops over lists of lists": "some a in 1..5000 satisfies some b in 1..5000 satisfies a + b < 0",
    "a text doubled": doubling('"' + "x" * 40 + '"', "{0} + {0}"),
    "a list doubled": doubling("[1, 1]", "concatenate({0}, {0})"),
    "a shared list compared": doubling("[1, 1]", "[{0}, {0}]", "z: y = y"),
    "a shared list brought out": doubling("[1, 1]", "[{0}, {0}]"),
    "a shared list as text": "string(" + doubling("[1, 1]", "[{0}, {0}]") + ")",
    "a shared list flattened": doubling("[1, 1]", "[{0}, {0}]", "z: flatten(y)"),
    "a function that calls itself": "{f: function(n) f(n + 1), r: f(0)}",
    "a function that calls itself twice": "{f: function(n) f(n + 1) + f(n + 1), r: f(0)}",
    "powers": "for a in 1..5000 return 9.123456789 ** 1234.5678",
    "exponentials": "for a in 1..5000 return exp(1234.56789)",
    "logarithms": "for a in 1..9000 return log(a)",
    "long numbers as text": "for a in 1..6000 return string(10 ** 6000)",
    "long numbers rounded": "for a in 1..6000 return floor(10 ** 6000, 6000)",
    "patterns compiled": 'for a in 1..4000 return matches("aaaaaaaaaaaaaaaaaaa!", "(a?){30}" + string(a))',
    "a replacement that grows": 'replace(string join(for a in 1..900 return "aaaaaaaaaaaaaaaaaa"), "a", "'
    + "b" * 90
    + '")',
    "sorting by a function": "sort(for a in 1..3000 return 3000 - a, function(x, y) x < y)",
    "distinct values": "distinct values(for a in 1..6000 return a)",
    "duplicate values": "duplicate values(for a in 1..1500 return a)",
    "a filter by a filter": "(for a in 1..3000 return a)[item in (for b in 1..3000 return b)]",
    "moments read": 'for a in 1..9000 return date and time("2026-11-27T10:00:00@Asia/Almaty")',
}


@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS)
def test_a_bomb_stops_in_a_moment(text):
    tree = parse(text)
    began = time.process_time()

    with pytest.raises(BudgetSpentError):
        evaluate(tree, {})

    # twice: other work on the machine slows the clock of the process too
    assert time.process_time() - began < 2 * LONGEST_SECONDS


def test_a_pattern_that_would_backtrack_forever_does_not():
    began = time.process_time()

    found = evaluate(parse('matches("' + "a" * 60 + '!", "(a+)+$")'), {})

    assert found is False
    assert time.process_time() - began < LONGEST_SECONDS
