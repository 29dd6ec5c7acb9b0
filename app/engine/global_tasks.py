"""Global tasks: each becomes a process with one task, so that a call activity can call it."""

from typing import Final

from lxml import etree

from app.engine.xml import BPMN

GLOBAL_TASKS: Final = {
    "globalTask": "task",
    "globalUserTask": "userTask",
    "globalManualTask": "manualTask",
    "globalScriptTask": "scriptTask",
    "globalBusinessRuleTask": "businessRuleTask",
}


def make_callable(root: "etree._Element") -> None:
    """Turn the global tasks of a file into processes; in memory only."""
    for node in list(root.iterchildren(BPMN + "*")):
        kind = GLOBAL_TASKS.get(etree.QName(node).localname)
        if kind is None:
            continue
        process = etree.SubElement(root, BPMN + "process", id=node.get("id", ""), isExecutable="true")
        process.set("name", node.get("name", ""))
        node.tag = BPMN + kind
        process.append(node)
