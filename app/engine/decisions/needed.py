"""Which files of decisions belong to diagrams."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from app.engine.decisions.sources import ROOTS, children
from app.engine.xml import SPIFF, DiagramXmlError, read_xml


def asked_files(diagrams: Iterable[str], tables: Mapping[str, str]) -> set[str]:
    """The names of those `tables` whose decisions the diagrams ask, and of those that they import.

    What cannot be read asks for nothing; a file that cannot be read has no decisions.
    """
    asked = {name for source in diagrams for name in _asked(source)}
    roots = {name: root for name, source in tables.items() if (root := _root(source)) is not None}
    found = {
        name for name, root in roots.items() if any(each.get("id") in asked for each in children(root, "decision"))
    }
    waiting = list(found)
    while waiting:
        imported = {each.get("namespace") for each in children(roots[waiting.pop()], "import")}
        more = {name for name, root in roots.items() if root.get("namespace") in imported} - found
        found |= more
        waiting += more
    return found


def _asked(source: str) -> Iterator[str]:
    with suppress(DiagramXmlError):
        for node in read_xml(source.encode()).getroot().iter(SPIFF + "calledDecisionId"):
            yield (node.text or "").strip()


def _root(source: str) -> Any:
    with suppress(DiagramXmlError):
        return read_xml(source.encode(), roots=ROOTS).getroot()
    return None
