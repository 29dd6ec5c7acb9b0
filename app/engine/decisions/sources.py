"""The files of a bundle as read: their elements, what they import, their types; every fault is kept."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from lxml import etree

from app.domain.feel import FeelError, parse_tests
from app.domain.feel.syntax import Tests, Type
from app.domain.feel.typing import BASIC
from app.domain.problems import Problem, Rule
from app.engine.decisions import rules
from app.engine.decisions.model import OwnType
from app.engine.decisions.typed import basic
from app.engine.xml import read_xml

Node = Any
NAMESPACES: Final = (
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/",
)
"""DMN 1.1 to 1.5."""
ROOTS: Final = frozenset(f"{{{namespace}}}definitions" for namespace in NAMESPACES)
DRAWN: Final = frozenset({"decision", "inputData", "businessKnowledgeModel", "decisionService"})
_SILENT: Final = frozenset(
    {
        *("description", "extensionElements", "textAnnotation", "association", "group", "elementCollection"),
        *("performanceIndicator", "organizationUnit", "knowledgeSource", "DMNDI", "import", "itemDefinition"),
    }
)
"""What is drawn for people only, or read elsewhere."""


def local(node: Node) -> str:
    """The name of an element without its namespace."""
    return etree.QName(node).localname


def children(node: Node, *names: str) -> list[Node]:
    """The child elements of DMN's own namespaces with these names."""
    found = []
    for child in node:
        name = etree.QName(child)
        if name.localname in names and name.namespace in NAMESPACES:
            found.append(child)
    return found


def child(node: Node, *names: str) -> Node:
    """The first such child, None without one."""
    return next(iter(children(node, *names)), None)


def text_of(node: Node) -> str:
    """The text of an element that holds its FEEL in a `text` child; "" without one."""
    inner = None if node is None else child(node, "text")
    return "" if inner is None else (inner.text or "").strip()


def element_of(node: Node) -> str:
    """The id of the element, or of the nearest one around it that has an id."""
    while node is not None:
        if node.get("id"):
            return str(node.get("id"))
        node = node.getparent()
    return ""


@dataclass(slots=True)
class Source:
    """One file."""

    file: str
    root: Node
    imports: dict[str, str] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    definitions: dict[str, Node] = field(default_factory=dict)

    @property
    def namespace(self) -> str:
        """The namespace that other files refer to."""
        return str(self.root.get("namespace") or "")

    def key(self, element: str) -> str:
        """How an element is called within the bundle."""
        return f"{self.file}#{element}"


class Sources:
    """All files, and what is wrong in them."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        """Raises `DiagramXmlError` for a file that is no DMN."""
        self.problems: list[Problem] = []
        self.files = {name: Source(name, read_xml(content, roots=ROOTS).getroot()) for name, content in files.items()}
        for source in self.files.values():
            self._index(source)
        self.members = frozenset(self._members())
        self._types: dict[tuple[str, str], OwnType | None] = {}

    def say(self, source: Source, rule: Rule, node: Node, **values: object) -> None:
        """Keep a fault at an element."""
        self.problems.append(rule.at(source.file, element_of(node), **values))

    def _index(self, source: Source) -> None:
        for node in source.root:
            if not isinstance(node.tag, str) or etree.QName(node).namespace not in NAMESPACES:
                continue
            kind = local(node)
            if kind == "import":
                source.imports[node.get("name") or ""] = node.get("namespace") or ""
            elif kind == "itemDefinition":
                source.definitions.setdefault(node.get("name") or "", node)
            elif kind in DRAWN:
                self._index_element(source, node)
            elif kind not in _SILENT:
                self.say(source, rules.UNSUPPORTED, node, what=kind)

    def _index_element(self, source: Source, node: Node) -> None:
        identity = node.get("id") or node.get("name") or ""
        others = (
            each.nodes.get(identity) for each in self.files.values() if local(node) == "decision" or each is source
        )
        if any(other is not None and local(other) == local(node) for other in others):
            self.say(source, rules.DUPLICATE, node, id=identity)
        if not node.get("name"):
            self.say(source, rules.NO_NAME, node)
        source.nodes.setdefault(identity, node)

    def _members(self) -> Iterator[str]:
        """Names that may stand after a dot or inside a filter."""
        for source in self.files.values():
            for node in source.root.iter():
                if isinstance(node.tag, str) and local(node) in _NAMING and node.get("name"):
                    yield node.get("name")

    def refer(self, source: Source, href: str) -> tuple[Source, Node, str] | None:
        """The file, the element and the import's name behind `#id` or `namespace#id`; None if it leads nowhere."""
        namespace, _, identity = href.rpartition("#")
        if not namespace or namespace == source.namespace:
            node = source.nodes.get(identity)
            return None if node is None else (source, node, "")
        for other in self.files.values():
            if other.namespace == namespace and identity in other.nodes:
                prefix = next((name for name, known in source.imports.items() if known == namespace), "")
                return other, other.nodes[identity], prefix
        return None

    def is_elsewhere(self, source: Source, namespace: str) -> bool:
        """Whether a namespace is that of an import whose file is not here."""
        return namespace in source.imports.values() and self._by_namespace(namespace) is None

    def type(self, source: Source, reference: str | None, node: Node) -> OwnType | None:
        """The type that a `typeRef` names; None for any. Keeps a fault for an unknown one."""
        if not reference:
            return None
        prefix, _, name = reference.strip().rpartition(":")
        if not prefix or "/FEEL/" in (node.nsmap.get(prefix) or "") or prefix == "feel":
            own = self._own(source, name, node)
        else:
            other = self._by_namespace(source.imports.get(prefix) or node.nsmap.get(prefix) or "") or source
            own = self._own(other, name, node)
        if own is None and basic(name) not in BASIC:
            through = source.imports.get(prefix or name.partition(".")[0]) or node.nsmap.get(prefix or None) or ""
            rule = rules.ELSEWHERE if self.is_elsewhere(source, through) else rules.TYPE
            self.say(source, rule, node, **({"type": reference} if rule is rules.TYPE else {"reference": reference}))
        return own if own is not None else _basic_type(name)

    def _by_namespace(self, namespace: str) -> Source | None:
        return next((each for each in self.files.values() if each.namespace == namespace), None)

    def _own(self, source: Source, name: str, node: Node) -> OwnType | None:
        if name in source.definitions:
            return self._defined(source, name)
        prefix, _, inner = name.partition(".")
        other = self._by_namespace(source.imports.get(prefix, "")) if inner else None
        if other is None and inner == "" and "" in source.imports:
            other = self._by_namespace(source.imports[""])
            inner = name
        return self._own(other, inner, node) if other is not None and inner in other.definitions else None

    def _defined(self, source: Source, name: str) -> OwnType | None:
        """The item definition of this name, read once; one within itself is of any type."""
        place = (source.file, name)
        if place not in self._types:
            self._types[place] = OwnType(name, Type("Any"))
            self._types[place] = self._item(source, source.definitions[name])
        return self._types[place]

    def _item(self, source: Source, node: Node) -> OwnType:
        name = node.get("name") or ""
        referred = child(node, "typeRef")
        under = self.type(source, None if referred is None else referred.text, node)
        components = {each.get("name") or "": self._item(source, each) for each in children(node, "itemComponent")} or (
            dict(under.components) if under else {}
        )
        whole = child(node, "typeConstraint")
        allowed = self.tests(source, whole if whole is not None else child(node, "allowedValues"), frozenset())
        collection = node.get("isCollection") == "true"
        if child(node, "functionItem") is not None:
            return OwnType(name, Type("function"))
        if under is not None and under.collection and not collection:
            return OwnType(name, under.base, under.components, True, allowed or under.allowed, whole is None)
        return OwnType(
            name or "list",
            under.base if under else Type("context" if components else "Any"),
            components,
            collection,
            allowed or (under.allowed if under else None),
            whole is None or not collection,
        )

    def tests(self, source: Source, node: Node, known: frozenset[str]) -> Tests | None:
        """The allowed values that an element holds; None where there are none to hold. Keeps a fault."""
        text = text_of(node)
        if not text:
            return None
        try:
            return parse_tests(text, known, self.members)
        except FeelError as fault:
            self.say_fault(source, node, fault)
            return None

    def say_fault(self, source: Source, node: Node, fault: FeelError) -> None:
        """Keep a fault of an expression, in all languages."""
        rule, told = rules.EXPRESSION, fault.text
        message = type(told)(*(getattr(rule.message, each).format(fault=told.in_(each)) for each in ("kk", "ru", "en")))
        self.problems.append(Problem(source.file, element_of(node), rule.id, rule.severity, message))


_NAMING: Final = frozenset({"itemComponent", "variable", "output", "column", "parameter", "formalParameter"})


def _basic_type(name: str) -> OwnType | None:
    known = basic(name)
    return OwnType(known, Type(known)) if known in BASIC and known != "Any" else None
