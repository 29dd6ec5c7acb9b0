"""An edited diagram written into the text it came from: what was not touched stays as it stands, letter by letter."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from app.engine.source import XSI_TYPE, Name, Node, Source, read_source
from app.engine.xml import BPMN, BPMNDI, DC, DI, SPIFF

_OURS: Final = frozenset(namespace.strip("{}") for namespace in (BPMN, BPMNDI, DC, DI, SPIFF))
_PLACES: Final = frozenset(namespace.strip("{}") for namespace in (DC, DI))
_DEFAULTS: Final = {
    "isSequential": "false",
    "cancelActivity": "true",
    "isInterrupting": "true",
    "parallelMultiple": "false",
    "isForCompensation": "false",
    "startQuantity": "1",
    "completionQuantity": "1",
    "triggeredByEvent": "false",
    "isClosed": "false",
    "gatewayDirection": "Unspecified",
    "processType": "None",
    "instantiate": "false",
    "eventGatewayType": "Exclusive",
    "isCollection": "false",
    "isUnlimited": "true",
    "testBefore": "false",
    "behavior": "All",
    "cancelRemainingInstances": "true",
    "ordering": "Parallel",
    "expressionLanguage": "http://www.w3.org/1999/XPath",
    "typeLanguage": "http://www.w3.org/2001/XMLSchema",
    "implementation": "##unspecified",
    "associationDirection": "None",
    "isImmediate": "true",
}
"""Attributes that an editor leaves out when they say what holds anyway."""
_EDITORS: Final = frozenset({"exporter", "exporterVersion"})
_MEANT_BY_ORDER: Final = frozenset({"waypoint"})

Key = tuple[Name, str]


_MISNAMED_PATH: Final = re.compile(
    r"(<(?P<prefix>(?:[\w.-]+:)?)correlationPropertyRetrievalExpression\b[^>]*>\s*)"
    r"<(?P=prefix)formalExpression\b([^>]*)>(.*?)</(?P=prefix)formalExpression>",
    re.DOTALL,
)
"""How the editor writes the path of a message: by the type of its content, which the standard does not know there."""
_PATH: Final = r"\1<\g<prefix>messagePath\3>\4</\g<prefix>messagePath>"


def rewritten(original: str, edited: str) -> str:
    """`edited` in the words of `original`: its order, its spaces, its comments, and what the editor does not know.

    The very same text comes back when nothing was changed. Elements are the same by tag and id, or by what they name.
    Raises a `DiagramXmlError` where one of the two cannot be read.
    """
    before, after = read_source(original), read_source(_MISNAMED_PATH.sub(_PATH, edited))
    writing = _Writing(before, after)
    if writing.same(before.root, after.root):
        return original
    written = writing.rewrite(before.root, after.root)
    return (before.data[: before.root.start] + written + before.data[before.root.end :]).decode()


@dataclass(slots=True)
class _Writing:
    before: Source
    after: Source
    missing: dict[str, str] = field(default_factory=dict)
    """Prefixes to declare at the root, by namespace."""
    equal: dict[tuple[int, int], bool] = field(default_factory=dict)

    def same(self, old: Node, new: Node) -> bool:
        """Whether the two say the same, wherever they stand."""
        known = self.equal.get((id(old), id(new)))
        if known is None:
            known = self.equal[id(old), id(new)] = self._same(old, new)
        return known

    def _same(self, old: Node, new: Node) -> bool:
        if old.name != new.name or self._changed(old, new):
            return False
        if not old.children and not new.children:
            return old.text == new.text or not (old.text.strip() or new.text.strip())
        pairs = self._pairs(old, new)
        return not any(self._added(new, pairs)) and all(
            (self.same(child, match) if match else _kept(child)) for child, match in pairs
        )

    def _changed(self, old: Node, new: Node) -> dict[Name, str | None]:
        """The attributes that differ, None where one is gone."""
        found: dict[Name, str | None] = {}
        for name in [*old.attributes, *(each for each in new.attributes if each not in old.attributes)]:
            was, now = old.attributes.get(name), new.attributes.get(name)
            if was == now or name[1] in _EDITORS or (old.name[0] in _PLACES and _same_number(was, now)):
                continue
            if now is None and (name[0] not in ("", *_OURS) or _DEFAULTS.get(name[1]) == was):
                continue
            if was is None and _DEFAULTS.get(name[1]) == now:
                continue
            found[name] = now
        return found

    def _pairs(self, old: Node, new: Node) -> list[tuple[Node, Node | None]]:
        """Every old child, in its old place, with its counterpart.

        Editors reorder what they move about, and the order of flows decides which condition is asked first.
        """
        places = dict(_keyed(new))
        return [(child, places.get(key)) for key, child in _keyed(old)]

    def _added(self, new: Node, pairs: list[tuple[Node, Node | None]]) -> list[Node]:
        known = {id(match) for _, match in pairs if match is not None}
        return [child for child in new.children if id(child) not in known]

    def rewrite(self, old: Node, new: Node) -> bytes:
        """The old element as it must be now."""
        if self.same(old, new):
            return self.before.of(old)
        inside = self._inside(old, new)
        start = self._start_tag(old, new)
        if old.empty and inside:
            name = re.split(rb"[\s/>]", start[1:], maxsplit=1)[0]
            return start[:-2].rstrip() + b">" + inside + b"</" + name + b">"
        if old.empty:
            return start
        return start + inside + self.before.data[old.closing : old.end]

    def _start_tag(self, old: Node, new: Node) -> bytes:
        tag = self.before.data[old.start : old.opened].decode()
        for name, value in self._changed(old, new).items():
            tag = _with_attribute(tag, self._qualified(name, attribute=True), self._value(name, value))
        if old is self.before.root:
            for namespace, prefix in self.missing.items():
                tag = _with_attribute(tag, f"xmlns:{prefix}", namespace)
        return tag.encode()

    def _inside(self, old: Node, new: Node) -> bytes:
        if not old.children and not new.children:
            same_text = old.text == new.text
            return self.before.data[old.opened : old.closing] if same_text else escape(new.text).encode()
        pairs = self._pairs(old, new)
        indent = self._indent(old)
        after: dict[int, list[Node]] = {}
        previous = 0
        added = {id(each) for each in self._added(new, pairs)}
        for child in new.children:
            if id(child) in added:
                after.setdefault(previous, []).append(child)
            else:
                previous = id(child)
        pieces = [self._new(child, indent) for child in after.get(0, ())]
        place = old.opened
        for child, match in pairs:
            gap = self.before.data[place : child.start]
            place = child.end
            if match is None and not _kept(child):
                pieces.append(gap.rstrip() if gap.strip() else b"")
                continue
            pieces += [gap, self.rewrite(child, match) if match else self.before.of(child)]
            pieces += [self._new(each, indent) for each in after.get(id(match), ())] if match else []
        rest = self.before.data[place : old.closing]
        if not old.children:
            rest = f"\n{indent[: -len(self._unit)]}".encode()
        return b"".join(pieces) + rest

    @property
    def _unit(self) -> str:
        first = next(iter(self.before.root.children), None)
        gap = self.before.data[self.before.root.opened : first.start].decode() if first else ""
        return gap.rpartition("\n")[2] or "  "

    def _indent(self, old: Node) -> str:
        """What stands before a child of the element."""
        if old.children:
            return self.before.data[old.opened : old.children[0].start].decode().rpartition("\n")[2]
        line = self.before.data[: old.start].decode().rpartition("\n")[2]
        return line + self._unit if not line.strip() else self._unit

    def _new(self, node: Node, indent: str) -> bytes:
        return f"\n{indent}{self._written(node, indent)}".encode()

    def _written(self, node: Node, indent: str) -> str:
        name = self._qualified(node.name)
        attributes = "".join(
            f" {self._qualified(each, attribute=True)}={quoteattr(self._value(each, value) or '')}"
            for each, value in node.attributes.items()
        )
        if node.children:
            deeper = indent + self._unit
            inside = "".join(f"\n{deeper}{self._written(child, deeper)}" for child in node.children)
            return f"<{name}{attributes}>{inside}\n{indent}</{name}>"
        return f"<{name}{attributes}>{escape(node.text)}</{name}>" if node.text else f"<{name}{attributes}/>"

    def _qualified(self, name: Name, *, attribute: bool = False) -> str:
        namespace, local = name
        if not namespace:
            return local
        prefix = self._prefix(namespace)
        return f"{prefix}:{local}" if prefix else local if not attribute else f"{self._declared(namespace)}:{local}"

    def _prefix(self, namespace: str) -> str:
        if namespace == "http://www.w3.org/XML/1998/namespace":
            return "xml"
        known = self.before.prefixes.get(namespace)
        return self._declared(namespace) if known is None else known

    def _declared(self, namespace: str) -> str:
        taken = {*self.before.prefixes.values(), *self.missing.values()}
        wished = self.after.prefixes.get(namespace) or "ns"
        free = (
            wished
            if wished not in taken
            else next(f"{wished}{n}" for n in range(1, 1000) if f"{wished}{n}" not in taken)
        )
        return self.missing.setdefault(namespace, free)

    def _value(self, name: Name, value: str | None) -> str | None:
        if name != XSI_TYPE or value is None:
            return value
        namespace, _, local = value.rpartition(" ")
        return self._qualified((namespace, local)) if namespace else local


def _keyed(node: Node) -> Iterator[tuple[tuple[Key, int], Node]]:
    """The children by tag and by what tells them apart; equal ones are counted."""
    seen: Counter[Key] = Counter()
    for child in node.children:
        key = (child.name, _told_apart(child))
        yield (key, seen[key]), child
        seen[key] += 1


def _told_apart(node: Node) -> str:
    by_id = node.attributes.get(("", "id"))
    if by_id or node.name[1] in _MEANT_BY_ORDER:
        return by_id or ""
    if node.name[1] in ("incoming", "outgoing", "flowNodeRef"):
        return node.text.strip()
    return node.attributes.get(("", "name"), "")


def _kept(node: Node) -> bool:
    """What belongs to others stays although the editor has lost it."""
    return node.name[0] not in _OURS


def _same_number(was: str | None, now: str | None) -> bool:
    try:
        return was is not None and now is not None and float(was) == float(now)
    except ValueError:
        return False


def _with_attribute(tag: str, name: str, value: str | None) -> str:
    """The start tag with the attribute set, or without it."""
    found = re.search(rf"\s+{re.escape(name)}\s*=\s*(\"[^\"]*\"|'[^']*')", tag)
    if value is None:
        return tag[: found.start()] + tag[found.end() :] if found else tag
    written = quoteattr(value, {"\n": "&#10;", "\t": "&#9;"})
    if found:
        return tag[: found.start(1)] + written + tag[found.end(1) :]
    body, closing = (tag[:-2], "/>") if tag.endswith("/>") else (tag[:-1], ">")
    start = body.rstrip()
    return f"{start} {name}={written}{body[len(start) :]}{closing}"
