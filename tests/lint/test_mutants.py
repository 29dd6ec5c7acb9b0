"""Diagrams that were sound before a hand slipped: whatever is said of them is said to people, not to programmers."""

import random
import re
from pathlib import Path

import pytest
from lxml import etree

from app.domain.texts import LANGUAGES
from app.engine.lint import lint
from app.simulation.simulate import simulate
from tests.conformance.cases import all_cases

PROCESSES = Path(__file__).resolve().parents[2] / "processes"
OF_OFFICES = {str(path.relative_to(PROCESSES)): path.read_bytes() for path in sorted(PROCESSES.glob("*/*.bpmn"))}
SMALL = {
    f"{case.name} {number}": content
    for case in all_cases()
    for number, content in enumerate(case.diagrams)
    if b"/BPMN/" in content[:200]
}
PYTHON = re.compile(
    r"\b[A-Z]\w*(?:Error|Exception)\b|NoneType|Traceback|NotImplemented|' object|object at 0x|has no attribute"
)
WORDS = ("", "x", "-1", "${a}", "= b", "Start", "true", "PT", "a b", "0", "x ==", "1/0", "[][0]", "None.x", "{}['k']")
ACTS = ("drop", "double", "move", "swap", "rename", "forget", "set", "exchange", "write")


def mutant(source: bytes, dice: random.Random) -> bytes:
    """The diagram after up to four slips: elements and attributes deleted, doubled, moved, swapped, overwritten."""
    root = etree.fromstring(source)
    elements = [each for each in root.iter(etree.Element) if "/DI}" not in each.tag and each is not root]
    for _ in range(dice.randint(1, 4)):
        one, other = dice.choice(elements), dice.choice(elements)
        act, word = dice.choice(ACTS), dice.choice((*WORDS, other.get("id") or "q"))
        parent = one.getparent()
        if act == "drop" and parent is not None:
            parent.remove(one)
        elif act == "double":
            other.append(etree.fromstring(etree.tostring(one)))
        elif act == "move" and other not in one.iter():
            other.append(one)
        elif act == "swap":
            one.tag, other.tag = other.tag, one.tag
        elif act == "rename":
            one.tag = other.tag
        elif act == "write":
            one.text = word
        elif one.attrib:
            _change_attribute(one, other, act, word, dice)
    return etree.tostring(root)


def _change_attribute(one: "etree._Element", other: "etree._Element", act: str, word: str, dice: random.Random) -> None:
    name = dice.choice(list(one.attrib))
    if act == "forget":
        del one.attrib[name]
    elif act == "set":
        one.set(name, word)
    elif other.attrib:
        theirs = dice.choice(list(other.attrib))
        one.attrib[name], other.attrib[theirs] = other.attrib[theirs], one.attrib[name]


@pytest.mark.parametrize(("sources", "seed", "count"), [(OF_OFFICES, 1, 100), (SMALL, 2, 450)])
def test_slips_are_told_in_words_for_people(sources: dict[str, bytes], seed: int, count: int) -> None:
    dice = random.Random(seed)
    for name in dice.choices(sorted(sources), k=count):
        content = mutant(sources[name], dice)

        problems = lint({"a.bpmn": content}, standalone=True)
        outcome = simulate({"a.bpmn": content}, auto=True)

        for problem in (*problems, *outcome.problems):
            assert problem.rule not in ("file.check_failed", "run.fault"), (name, content)
            for language in LANGUAGES:
                assert not PYTHON.search(problem.message.in_(language)), (name, problem, content)
