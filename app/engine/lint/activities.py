"""Checks of activities: what they call, how often, and what is written into them."""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from lxml import etree

from app.domain.problems import Problem
from app.engine.dialects import mappings
from app.engine.lint.model import ACTIVITIES, Diagram, Node, XmlNode, local, nodes_of, place_of
from app.engine.lint.rules import activities as rules
from app.engine.lint.structure import Check
from app.engine.xml import BPMN, SPIFF

PROPERTIES: Final = frozenset(
    {
        *(
            "name_kk",
            "name_en",
            "documentation_kk",
            "documentation_en",
            "step",
            "role",
            "formKey",
            "outsideFormKey",
            "time_to_live",
            "due",
            "item",
            "assignee",
            "group",
            "previous_executor",
            "given",
        ),
    }
)
"""The names of properties that something in the system reads."""
EXTENSIONS: Final = frozenset(
    {
        *("properties", "property", "serviceTaskOperator", "parameters", "parameter", "retry", "preScript"),
        *("postScript", "variableName", "messagePayload", "messageVariable", "calledDecisionId", "payloadExpression"),
        *("processVariableCorrelation", "propertyId", "expression", "instructionsForEndUser", "unitTests", "unitTest"),
        *("inputJson", "expectedOutputJson", "taskMetadataValues", "taskMetadataValue"),
    }
)
_NEEDED: Final = {
    "property": ("name", "value"),
    "parameter": ("id", "value"),
    "serviceTaskOperator": ("id",),
    "taskMetadataValue": ("name",),
    "unitTest": ("id",),
}
"""The attributes without which an extension cannot be read."""
_ATTRIBUTES: Final = frozenset({"scriptsOnInstances"})
_IGNORED_NAMESPACES: Final = (
    "http://www.omg.org/",
    "http://www.w3.org/",
    "http://bpmn.io/",
    "http://spiffworkflow.org/",
    "http://camunda.org/schema/modeler/",
)
"""Colours and versions of editors: nothing of them was meant to run."""
_WHOLE: Final = re.compile(r"[-+]?\d+")


def _services(diagram: Diagram) -> Iterator[Problem]:
    for node in nodes_of(diagram):
        if node.kind == "serviceTask":
            operator = node.xml.find(f"{BPMN}extensionElements/{SPIFF}serviceTaskOperator")
            if operator is None or not (operator.get("id") or "").strip():
                yield rules.NO_OPERATION.at(diagram.file, node.id)
        if node.kind == "businessRuleTask" and not node.called_decision:
            yield rules.NO_DECISION.at(diagram.file, node.id)


def _scripts(diagram: Diagram) -> Iterator[Problem]:
    for node in nodes_of(diagram):
        if node.kind == "scriptTask":
            language = (node.xml.get("scriptFormat") or "").strip()
            if language and "python" not in language.lower():
                yield rules.SCRIPT_FORMAT.at(diagram.file, node.id, language=language)
            elif not (node.xml.findtext(BPMN + "script") or "").strip():
                yield rules.NO_SCRIPT.at(diagram.file, node.id)


def _messages(diagram: Diagram) -> Iterator[Problem]:
    for node in nodes_of(diagram):
        if node.kind in ("sendTask", "receiveTask") and not (node.xml.get("messageRef") or "").strip():
            yield rules.NO_MESSAGE.at(diagram.file, node.id)


def _calls(diagram: Diagram) -> Iterator[Problem]:
    for node in nodes_of(diagram):
        if node.kind == "callActivity" and not node.called_process:
            yield rules.NO_CALLED.at(diagram.file, node.id)


def _repetitions(diagram: Diagram) -> Iterator[Problem]:
    for node in nodes_of(diagram):
        if node.kind not in ACTIVITIES:
            continue
        several = node.xml.find(BPMN + "multiInstanceLoopCharacteristics")
        if several is not None:
            yield from _several(diagram, node, several)
        repeated = node.xml.find(BPMN + "standardLoopCharacteristics")
        if repeated is not None:
            yield from _at_least(diagram, node, "loopMaximum", repeated.get("loopMaximum"), 1)
            if not (repeated.findtext(BPMN + "loopCondition") or "").strip() and not repeated.get("loopMaximum"):
                yield rules.ENDLESS_LOOP.at(diagram.file, node.id)
        for attribute in ("startQuantity", "completionQuantity"):
            yield from _at_least(diagram, node, attribute, node.xml.get(attribute), 1)


def _several(diagram: Diagram, node: Node, several: XmlNode) -> Iterator[Problem]:
    cardinality = (several.findtext(BPMN + "loopCardinality") or "").strip()
    collection = (several.findtext(BPMN + "loopDataInputRef") or "").strip()
    if not cardinality and not collection:
        yield rules.MULTI_WITHOUT_COUNT.at(diagram.file, node.id)
    if _WHOLE.fullmatch(cardinality) and int(cardinality) < 0:
        yield rules.NEGATIVE.at(diagram.file, node.id, attribute="loopCardinality", value=cardinality, least=0)


def _at_least(diagram: Diagram, node: Node, attribute: str, value: str | None, least: int) -> Iterator[Problem]:
    if value is None:
        return
    written = value.strip()
    if not _WHOLE.fullmatch(written):
        yield rules.NOT_A_NUMBER.at(diagram.file, node.id, attribute=attribute, value=written[:80])
    elif int(written[:20]) < least:
        yield rules.NEGATIVE.at(diagram.file, node.id, attribute=attribute, value=written[:80], least=least)


def _extensions(diagram: Diagram) -> Iterator[Problem]:
    for extensions in diagram.root.iter(BPMN + "extensionElements"):
        place = place_of(extensions)
        names = [each.get("name") for each in extensions.iterfind(f"{SPIFF}properties/{SPIFF}property")]
        for name in dict.fromkeys(filter(None, names)):
            yield from _known(diagram, place, name, PROPERTIES)
            if names.count(name) > 1:
                yield rules.PROPERTY_TWICE.at(diagram.file, place, name=name)
        for element in extensions.iter(SPIFF + "*"):
            yield from _incomplete(diagram, place, element)
            yield from _known(diagram, place, local(element), EXTENSIONS)


def _incomplete(diagram: Diagram, place: str, element: XmlNode) -> Iterator[Problem]:
    for attribute in _NEEDED.get(local(element), ()):
        if element.get(attribute) is None:
            yield rules.INCOMPLETE.at(diagram.file, place, kind=local(element), attribute=attribute)


def _known(diagram: Diagram, place: str, name: str, known: frozenset[str]) -> Iterator[Problem]:
    if name in known:
        return
    meant = get_close_matches(name.lower(), [each.lower() for each in known], 1, 0.75)
    if meant:
        spelt = next(each for each in known if each.lower() == meant[0])
        yield rules.PROPERTY_TYPO.at(diagram.file, place, name=name[:80], meant=spelt)
    else:
        yield rules.PROPERTY_UNKNOWN.at(diagram.file, place, name=name[:80])


def _attributes(diagram: Diagram) -> Iterator[Problem]:
    for element in diagram.root.iter(BPMN + "*"):
        for attribute in element.attrib:
            if str(attribute).startswith(SPIFF):
                yield from _known(diagram, place_of(element), str(attribute)[len(SPIFF) :], _ATTRIBUTES | PROPERTIES)


def _foreign(diagram: Diagram) -> Iterator[Problem]:
    found: dict[str, dict[str, None]] = {}
    for element in diagram.root.iter(BPMN + "*"):
        names = [str(attribute) for attribute in element.attrib if _is_foreign(str(attribute))]
        if local(element) == "extensionElements":
            done = mappings(element.getparent())
            names += [
                str(child.tag) for child in element.iterchildren("*") if _is_foreign(child.tag) and child not in done
            ]
        if names:
            told = found.setdefault(place_of(element), {})
            told.update(dict.fromkeys(etree.QName(name).localname for name in names))
    for place, told in found.items():
        yield rules.FOREIGN.at(diagram.file, place, names=", ".join(list(told)[:10]))


def _is_foreign(name: str) -> bool:
    return name.startswith("{") and not name[1:].startswith(_IGNORED_NAMESPACES)


CHECKS: Final[tuple[Check, ...]] = (
    _services,
    _scripts,
    _messages,
    _calls,
    _repetitions,
    _extensions,
    _attributes,
    _foreign,
)
