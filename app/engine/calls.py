"""Which diagrams a diagram calls."""

from collections.abc import Mapping

from app.engine.xml import BPMN, DiagramXmlError, read_xml


def called_among(diagram: bytes, offered: Mapping[str, bytes]) -> list[str]:
    """Those of the offered diagrams, by process id, that a diagram calls, itself or through them; in order of id.

    A file that is no XML calls nothing: whoever reads it next says what is wrong with it.
    """
    found: set[str] = set()
    waiting = [diagram]
    while waiting:
        fresh = (_called(waiting.pop()) & offered.keys()) - found
        found |= fresh
        waiting += [offered[process] for process in sorted(fresh)]
    return sorted(found)


def _called(diagram: bytes) -> set[str]:
    try:
        root = read_xml(diagram).getroot()
    except DiagramXmlError:
        return set()
    return {str(call.get("calledElement") or "").strip() for call in root.iter(BPMN + "callActivity")}
