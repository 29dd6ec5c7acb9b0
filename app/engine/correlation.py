"""By which values instances recognise messages that are meant for them (BPMN 2.0, 8.3.2)."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from lxml import etree

from app.engine.expressions import ExpressionError, SafeEnv
from app.engine.listening import live_data
from app.engine.xml import BPMN, SPIFF

STORED: Final = "conversation"
"""Name of the internal data of a scope's first token under which its conversation is kept."""

Keys = dict[str, str]
"""Values by "key.property", as text; a key is there with all of its properties or not at all."""


@dataclass(frozen=True, slots=True)
class Property:
    """A property of a correlation key, and the expression that reads it from a message's payload."""

    id: str
    key: str
    label: str
    path: str


@dataclass(frozen=True, slots=True)
class Correlation:
    """What the collaborations of a diagram agree on.

    `properties` are those of each message, by its name. `bindings` are expressions over an instance's variables, by
    element ("" for the whole process) and id of the property.
    """

    properties: Mapping[str, tuple[Property, ...]] = field(default_factory=dict)
    bindings: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def of_payload(self, message: str, payload: Mapping[str, Any], environment: SafeEnv) -> Keys:
        """The keys that a message carries; one whose property the payload does not have is left out."""
        return self._whole(message, lambda each: _evaluated(environment, each.path, payload))

    def of_waiting(
        self, message: str, element: str, data: Mapping[str, Any], known: Mapping[str, str], environment: SafeEnv
    ) -> Keys:
        """The keys that an event waits for: as it binds them to variables, or as the conversation knows them."""

        def value(each: Property) -> str | None:
            binding = self.bindings.get((element, each.id)) or self.bindings.get(("", each.id))
            return known.get(each.label) if binding is None else _evaluated(environment, binding, data)

        return self._whole(message, value)

    def _whole(self, message: str, value: Callable[[Property], str | None]) -> Keys:
        found: Keys = {}
        incomplete: set[str] = set()
        properties = self.properties.get(message, ())
        for each in properties:
            given = value(each)
            if given is None:
                incomplete.add(each.key)
            else:
                found[each.label] = given
        return {each.label: found[each.label] for each in properties if each.key not in incomplete}


def read_correlation(trees: Mapping[str, "etree._ElementTree"]) -> Correlation:
    """What the collaborations of the diagrams say; keys and properties go by their names, else by their ids."""
    properties: dict[str, tuple[Property, ...]] = {}
    bindings: dict[tuple[str, str], str] = {}
    for tree in trees.values():
        root = tree.getroot()
        names = {node.get("id", ""): node.get("name", "") for node in root.findall(BPMN + "message")}
        for message, found in _properties(root, names):
            properties[message] = (*properties.get(message, ()), found)
        bindings.update(_bindings(root))
    return Correlation(properties, bindings)


def carried_keys(top: Any, message: str, payload: Mapping[str, Any]) -> Keys:
    """The keys that a message carries, as the diagrams of the instance agree."""
    keys: Keys = top.correlation.of_payload(message, payload, top.script_engine.environment)
    return keys


def converse(scope: Any, message: str, payload: Mapping[str, Any], *, sent: bool) -> Keys:
    """The keys of a message that a scope has sent or received; the scope's conversation goes by them from now on.

    What was sent last counts; what is received only settles what was open.
    """
    keys = carried_keys(scope.top_workflow, message, payload)
    if keys:
        root = scope.task_tree
        known = root.internal_data.get(STORED, {})
        root.internal_data[STORED] = {**known, **keys} if sent else {**keys, **known}
    return keys


def awaited_keys(token: Any, message: str) -> Keys:
    """The keys by which a waiting token recognises its message; an event sub-process by what its scope knows."""
    top = token.workflow.top_workflow
    correlation: Correlation = top.correlation
    if message not in correlation.properties:
        return {}
    known: Keys = {}
    scope = token.workflow
    while scope is not None:
        known = {**scope.task_tree.internal_data.get(STORED, {}), **known}
        scope = scope.parent_workflow
    of_scope = getattr(token.task_spec, "of_scope", False)
    data = live_data(token.workflow) if of_scope else token.data
    return correlation.of_waiting(message, token.element, data, known, top.script_engine.environment)


def matching(wanted: Mapping[str, str], carried: Mapping[str, str]) -> bool | None:
    """Whether keys agree: every key that both sides have is equal. None: they have none in common."""
    common = wanted.keys() & carried.keys()
    return all(wanted[label] == carried[label] for label in common) if common else None


def _properties(root: Any, names: Mapping[str, str]) -> Iterator[tuple[str, Property]]:
    keys: dict[str, list[str]] = {}
    for key in root.iter(BPMN + "correlationKey"):
        for reference in key.findall(BPMN + "correlationPropertyRef"):
            keys.setdefault((reference.text or "").strip(), []).append(key.get("name") or key.get("id") or "")
    for node in root.iter(BPMN + "correlationProperty"):
        identity = node.get("id", "")
        shown = node.get("name") or identity
        for read in node.findall(BPMN + "correlationPropertyRetrievalExpression"):
            message, path = names.get(read.get("messageRef", "")), _text_of(read)
            if not message or not path:
                continue
            for key in keys.get(identity, [""]):
                yield message, Property(identity, key, f"{key}.{shown}" if key else shown, path)


def _bindings(root: Any) -> Iterator[tuple[tuple[str, str], str]]:
    for binding in root.iter(BPMN + "correlationPropertyBinding"):
        if path := _text_of(binding):
            yield ("", binding.get("correlationPropertyRef", "")), path
    for binding in root.iter(SPIFF + "processVariableCorrelation"):
        expression = (binding.findtext(SPIFF + "expression") or "").strip()
        if expression:
            yield (_element_around(binding), (binding.findtext(SPIFF + "propertyId") or "").strip()), expression


def _text_of(node: Any) -> str:
    """The expression of a retrieval or binding, whatever its tag."""
    texts = ((child.text or "").strip() for child in node)
    return next((text for text in texts if text), (node.text or "").strip())


def _element_around(node: Any) -> str:
    """The event or task a message definition belongs to; "" where it stands on the message itself."""
    for around in node.iterancestors():
        if around.tag == BPMN + "message":
            return ""
        if around.tag.endswith(("Event", "Task", "task")):
            return str(around.get("id", ""))
    return ""


def _evaluated(environment: SafeEnv, expression: str, variables: Mapping[str, Any]) -> str | None:
    """The value as text, so that 7 and "7" are the same; None where there is none."""
    try:
        value = environment.evaluate(expression, variables)
    except ExpressionError:
        return None
    if value is None or isinstance(value, str):
        return value or None
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
