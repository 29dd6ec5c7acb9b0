"""Every expression of a file, compiled; and the timers, whose text may be one."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from app.domain import clock
from app.domain.problems import Problem, Rule
from app.engine.dialects import mappings
from app.engine.errors import TimerTextError
from app.engine.expression_text import expression_of, is_readable
from app.engine.expressions import ExpressionError, SafeEnv
from app.engine.foreign_expressions import in_our_words
from app.engine.lint.model import Diagram, XmlNode, local, place_of, text_of
from app.engine.lint.rules import events as event_rules
from app.engine.lint.rules import expressions as rules
from app.engine.lint.structure import Check
from app.engine.sandbox import Mode, compiled, in_python
from app.engine.timers import is_plain, schedule
from app.engine.xml import BPMN, SPIFF

WORLD_FUNCTIONS: Final = frozenset({"deadline", "opens", "now_iso"})
"""What expressions may call besides the functions of the language: see the engine's `World`."""
_JUEL: Final = re.compile(r"[$#]\{(.*?)\}", re.DOTALL)
_LONELY_EQUALS: Final = re.compile(r"(?<![=!<>:])=(?!=)")
_SOURCES: Final[dict[str, tuple[str, Mode]]] = {
    BPMN + "script": ("script", "exec"),
    BPMN + "condition": ("event_condition", "eval"),
    BPMN + "loopCardinality": ("loopCardinality", "eval"),
    BPMN + "completionCondition": ("completionCondition", "eval"),
    BPMN + "loopCondition": ("loopCondition", "eval"),
    BPMN + "activationCondition": ("activation", "eval"),
    BPMN + "messagePath": ("correlation", "eval"),
    BPMN + "dataPath": ("correlation", "eval"),
    SPIFF + "preScript": ("preScript", "exec"),
    SPIFF + "postScript": ("postScript", "exec"),
    SPIFF + "messagePayload": ("messagePayload", "eval"),
    SPIFF + "payloadExpression": ("messagePayload", "eval"),
}
_HALF: Final = re.compile(r"P|R\d*")
"""The beginning of a duration or a cycle, and nobody's variable."""
_NAMES: Final = {"message": "name", "signal": "name", "error": "errorCode", "escalation": "escalationCode"}
_TIMERS: Final = ("timeDate", "timeDuration", "timeCycle")


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression as written: the id of its `element`, what it is for, and whether it is a script ("exec")."""

    element: str
    place: str
    mode: Mode
    source: str


@lru_cache(maxsize=1)
def environment() -> SafeEnv:
    """The language of expressions, with the names of the functions that the world adds."""
    return SafeEnv(dict.fromkeys(WORLD_FUNCTIONS, _nothing))


def is_sound(expression: Expression) -> bool:
    """Whether the expression is one of our language."""
    try:
        environment().validate(expression.source, expression.mode)
    except ExpressionError:
        return False
    return True


def _nothing(*_: object) -> None:
    """Stands for a function that only a running office has."""


def read_expressions(diagram: Diagram) -> Iterator[Expression]:
    """All expressions of the file that the engine would evaluate, timers in plain ISO left out."""
    for element in diagram.root.iter(*_SOURCES, BPMN + "conditionExpression", SPIFF + "parameter", SPIFF + "property"):
        yield from _of_element(element)
    for definition in diagram.root.iter(BPMN + "timerEventDefinition"):
        for text in _timer_texts(definition):
            if not is_plain(text):
                yield Expression(place_of(definition), "timer", "eval", text)
    for collection in diagram.root.iter(BPMN + "loopDataInputRef"):
        name = text_of(collection)
        if name is not None and name not in diagram.by_id:  # else it is a data object
            yield Expression(place_of(collection), "collection", "eval", name)
    for call in diagram.root.iter(BPMN + "callActivity"):
        for text in filter(None, (each.get("sourceExpression") for each in mappings(call))):
            yield Expression(place_of(call), "parameter", "eval", text)


def _of_element(element: XmlNode) -> Iterator[Expression]:
    text = expression_of(element, "") if _is_ours(element) else None
    if element.tag == SPIFF + "parameter":
        if (element.get("value") or "").strip():
            yield Expression(place_of(element), "parameter", "eval", element.get("value"))
    elif element.tag == SPIFF + "property":
        if element.get("name") == "due" and (element.get("value") or "").strip():
            yield Expression(place_of(element), "due", "eval", element.get("value"))
    elif text is None:
        return
    elif element.tag == BPMN + "conditionExpression":
        yield Expression(place_of(element), "condition", "eval", text)
    else:
        place, mode = _SOURCES[element.tag]
        yield Expression(place_of(element), place, mode, element.text if mode == "exec" else text)


def _is_ours(element: XmlNode) -> bool:
    """Whether the language is ours as far as the file says; another one is refused or run by somebody else."""
    if local(element) == "script":
        written = (element.getparent().get("scriptFormat") or "").strip().lower()
        return not written or "python" in written
    return is_readable(element)


def _timer_texts(definition: XmlNode) -> list[str]:
    return [text for tag in _TIMERS if (text := text_of(definition.find(BPMN + tag))) is not None]


def _compiled(diagram: Diagram) -> Iterator[Problem]:
    for expression in read_expressions(diagram):
        foreign = _foreign(diagram, expression)
        if foreign is not None:
            yield foreign
        if foreign is not None and foreign.severity == "error":
            continue
        try:
            environment().validate(expression.source, expression.mode)
        except ExpressionError as error:
            yield _wrong(diagram, expression, error)
        else:
            yield from _unknown_functions(diagram, expression)
            yield from _reserved(diagram, expression)


def _names(diagram: Diagram) -> Iterator[Problem]:
    """Names and codes of events are taken as they stand; elsewhere they may be computed."""
    for tag, attribute in _NAMES.items():
        for element in diagram.root.iter(BPMN + tag):
            written = element.get(attribute) or ""
            if _JUEL.search(written):
                named = Expression(element.get("id") or "", "name", "eval", written)
                yield rules.FOREIGN.at(diagram.file, named.element, **shown(named))


def _wrong(diagram: Diagram, expression: Expression, error: ExpressionError) -> Problem:
    rule = rules.WRONG
    if expression.mode == "eval" and _LONELY_EQUALS.search(expression.source) and "(" not in expression.source:
        rule = rules.ASSIGNS
    return told(rule, diagram, expression, error)


def told(rule: Rule, diagram: Diagram, expression: Expression, error: ExpressionError) -> Problem:
    """The problem of an expression, with the words of its error."""
    return rule.at(
        diagram.file,
        expression.element,
        line=error.line,
        reason_kk=error.reason.kk,
        reason_ru=error.reason.ru,
        reason_en=error.reason.in_("en"),
        **shown(expression),
    )


def _foreign(diagram: Diagram, expression: Expression) -> Problem | None:
    """A word about the notation of another system: how it is read or, as an error, that it is not."""
    source = expression.source.strip()
    inside = _JUEL.search(source) and not source.startswith(('f"', "f'"))
    if not inside and (not source.startswith("=") or source.startswith("==")):
        return None
    read = in_our_words(source) if expression.mode == "eval" and expression.place != "collection" else None
    if read is None:
        return rules.FOREIGN.at(diagram.file, expression.element, **shown(expression))
    return rules.READ_AS.at(diagram.file, expression.element, read=read[:200], **shown(expression))


def shown(expression: Expression) -> dict[str, str]:
    """The places of a sentence that say where the expression stands and how it reads."""
    where = rules.PLACES[expression.place]
    text = " ".join(expression.source.split())
    return {
        "where_kk": where.kk,
        "where_ru": where.ru,
        "where_en": where.en,
        "expression": text if len(text) <= 160 else text[:159] + "…",
    }


def _unknown_functions(diagram: Diagram, expression: Expression) -> Iterator[Problem]:
    known = environment().reserved
    for name in sorted({call.name for call in calls_in(expression)} - known):
        listed = ", ".join(sorted(known))
        yield rules.UNKNOWN_FUNCTION.at(diagram.file, expression.element, name=name, known=listed, **shown(expression))


def _reserved(diagram: Diagram, expression: Expression) -> Iterator[Problem]:
    """A script cannot set what is the name of a function."""
    set_here = compiled(expression.source, "exec").assigned if expression.mode == "exec" else frozenset()
    for name in sorted(set_here & environment().reserved):
        yield rules.RESERVED_VARIABLE.at(diagram.file, expression.element, name=name, **shown(expression))


@dataclass(frozen=True, slots=True)
class FunctionCall:
    """A call of a function by its name; `text` is its first argument where that is a plain text."""

    name: str
    text: str | None


def calls_in(expression: Expression) -> tuple[FunctionCall, ...]:
    """The function calls of a sound expression."""
    return _calls(expression.source, expression.mode)


@lru_cache(maxsize=4096)
def _calls(source: str, mode: Mode) -> tuple[FunctionCall, ...]:
    tree = ast.parse(in_python(source, mode), mode=mode)
    return tuple(
        FunctionCall(node.func.id, _plain_text(node))
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    )


def _plain_text(call: ast.Call) -> str | None:
    first = call.args[0] if call.args else None
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None


def _timers(diagram: Diagram) -> Iterator[Problem]:
    for definition in diagram.root.iter(BPMN + "timerEventDefinition"):
        place = place_of(definition)
        texts = _timer_texts(definition)
        if not texts:
            yield event_rules.TIMER_EMPTY.at(diagram.file, place)
        elif len(texts) > 1:
            yield event_rules.TIMER_SEVERAL.at(diagram.file, place)
        elif (is_plain(texts[0]) or _HALF.fullmatch(texts[0])) and not means_something(texts[0]):
            yield event_rules.TIMER_TEXT.at(diagram.file, place, value=texts[0][:80])


def means_something(value: object) -> bool:
    """Whether a timer can have this value: a moment, a duration or a cycle of ISO 8601."""
    try:
        schedule(value, now=clock.now(), element="")
    except TimerTextError:
        return False
    return True


CHECKS: Final[tuple[Check, ...]] = (_compiled, _names, _timers)
