"""Checks of the drawing and of the file format; all of them only warn."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import SpiffWorkflow.bpmn.parser
from lxml import etree

from app.domain.problems import Problem
from app.engine.lint.model import Diagram, nodes_of, place_of
from app.engine.lint.rules import drawing as rules
from app.engine.lint.structure import Check
from app.engine.xml import BPMNDI

MOST_FINDINGS: Final = 20
SCHEMA: Final = Path(SpiffWorkflow.bpmn.parser.__file__).parent / "schema" / "BPMN20.xsd"
"""The standard's own schema, which the engine's library brings along."""


def _shapes(diagram: Diagram) -> Iterator[Problem]:
    drawn = {
        element.get("bpmnElement") or ""
        for element in diagram.root.iter(BPMNDI + "BPMNShape", BPMNDI + "BPMNEdge", BPMNDI + "BPMNPlane")
    }
    if not drawn and diagram.nodes:
        yield rules.NO_DRAWING.at(diagram.file, "")
        return
    for node in nodes_of(diagram):
        if node.id not in drawn:
            yield rules.NO_SHAPE.at(diagram.file, node.id)
    for flow in (flow for scope in diagram.scopes for flow in scope.flows):
        if flow.id and flow.id not in drawn:
            yield rules.NO_SHAPE.at(diagram.file, flow.id)
    for name in sorted(drawn - diagram.by_id.keys() - {""}):
        if ":" not in name:
            yield rules.SHAPE_OF_NOTHING.at(diagram.file, "", id=name)


@lru_cache(maxsize=1)
def _schema() -> "etree.XMLSchema":
    return etree.XMLSchema(etree.parse(str(SCHEMA)))


def _schema_findings(diagram: Diagram) -> Iterator[Problem]:
    schema: Any = _schema()
    if schema.validate(diagram.root):
        return
    for entry in list(schema.error_log)[:MOST_FINDINGS]:
        yield rules.SCHEMA.at(diagram.file, _place(diagram, entry.path), line=entry.line, detail=_short(entry.message))


def _place(diagram: Diagram, path: str | None) -> str:
    """The element that the schema speaks of; "" where its path cannot be followed."""
    prefixes = {prefix: name for prefix, name in diagram.root.nsmap.items() if prefix}
    try:
        found = diagram.root.getroottree().xpath(path or "/", namespaces=prefixes)
    except etree.XPathError:
        return ""
    return place_of(found[0]) if found else ""


def _short(message: str) -> str:
    """The schema's words without namespaces."""
    while "{" in message and "}" in message[message.index("{") :]:
        start = message.index("{")
        message = message[:start] + message[message.index("}", start) + 1 :]
    return message[:200].rstrip(" .")


CHECKS: Final[tuple[Check, ...]] = (_shapes, _schema_findings)
