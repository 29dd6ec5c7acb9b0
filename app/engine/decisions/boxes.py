"""Boxed expressions of a DMN file into the model."""

from collections.abc import Callable
from typing import Final, cast, get_args

from app.domain.feel import FeelError, parse, parse_tests
from app.domain.feel.errors import UnknownNameError
from app.domain.feel.parser import asks_input
from app.domain.feel.syntax import And, Compare, In, Literal, Or, Tests
from app.domain.feel.syntax import Node as Tree
from app.engine.decisions import rules
from app.engine.decisions.model import (
    Aggregation,
    Boxed,
    BoxedContext,
    BoxedFilter,
    BoxedFunction,
    BoxedInvocation,
    BoxedList,
    BoxedLoop,
    Conditional,
    Expression,
    HitPolicy,
    Input,
    Output,
    Relation,
    Rule,
    Table,
    Typed,
    Variable,
)
from app.engine.decisions.overlaps import overlapping
from app.engine.decisions.sources import Node, Source, Sources, child, children, element_of, local, text_of

Known = frozenset[str]
NULL: Final = Literal(None)
POLICIES: Final = get_args(HitPolicy)
AGGREGATIONS: Final = get_args(Aggregation)
_WITH_ORDER: Final = frozenset({"PRIORITY", "OUTPUT ORDER"})


class Boxes:
    """Reads the expressions of one element.

    `free` collects the names that the element takes from the process; it is None where it has input data elements and
    so may take nothing else.
    """

    def __init__(self, sources: Sources, source: Source, free: dict[str, None] | None = None) -> None:
        self._sources = sources
        self._source = source
        self._free = free

    def expression(self, owner: Node, known: Known) -> Boxed:
        """The boxed expression within an element; a fault where there is none."""
        for node in owner:
            if isinstance(node.tag, str) and local(node) in _READERS:
                return self._typed(node, _READERS[local(node)](self, node, known))
        return self._nothing(owner)

    def _typed(self, node: Node, body: Boxed) -> Boxed:
        needed = self._sources.type(self._source, node.get("typeRef"), node)
        return body if needed is None or isinstance(body, Table) else Typed(body, needed)

    def _nothing(self, owner: Node) -> Boxed:
        strange = next((each for each in owner if isinstance(each.tag, str) and local(each) in _UNREADABLE), None)
        if strange is not None:
            self._sources.say(self._source, rules.UNSUPPORTED, strange, what=local(strange))
        else:
            self._sources.say(self._source, rules.MISSING_EXPRESSION, owner, name=owner.get("name") or local(owner))
        return Expression(element_of(owner), NULL)

    def tree(self, node: Node, known: Known, *, empty: bool = False) -> Tree:
        """The FEEL of an element; with `empty` nothing may stand there and is null."""
        language = (node.get("expressionLanguage") or "").strip()
        if language and "feel" not in language.lower():
            self._sources.say(self._source, rules.LANGUAGE, node, language=language)
            return NULL
        text = text_of(node)
        if not text and empty:
            return NULL
        return self._parsed(node, text, known)

    def _parsed(self, node: Node, text: str, known: Known) -> Tree:
        """A name that nobody knows is taken from the process, where the element has no other inputs."""
        try:
            return parse(text, known | frozenset(self._free or ()), self._sources.members)
        except UnknownNameError as unknown:
            stranger = unknown
        except FeelError as fault:
            self._sources.say_fault(self._source, node, fault)
            return NULL
        if self._free is None or stranger.name in self._free:
            self._sources.say_fault(self._source, node, stranger)
            return NULL
        self._free[stranger.name] = None
        return self._parsed(node, text, known)

    def _strict(self, node: Node, known: Known, *, empty: bool = False) -> Tree:
        """As `tree`, but nothing more is taken from the process."""
        inner = Boxes(self._sources, self._source)
        return inner.tree(node, known | frozenset(self._free or ()), empty=empty)

    def literal(self, node: Node, known: Known) -> Boxed:
        if child(node, "importedValues") is not None:
            self._sources.say(self._source, rules.UNSUPPORTED, node, what="importedValues")
        return Expression(element_of(node), self.tree(node, known))

    def table(self, node: Node, known: Known) -> Boxed:
        faults = len(self._sources.problems)
        policy, aggregation = self._policy(node)
        inputs = tuple(self._input(each, known) for each in children(node, "input"))
        seen = known | frozenset(self._free or ())
        outputs = tuple(self._output(each, seen, policy) for each in children(node, "output"))
        if not outputs:
            self._sources.say(self._source, rules.NO_OUTPUT, node)
        if len(outputs) > 1 and (
            not all(each.name for each in outputs) or len({each.name for each in outputs}) < len(outputs)
        ):
            self._sources.say(self._source, rules.OUTPUT_NAME, node)
        if aggregation and (policy != "COLLECT" or len(outputs) != 1):
            self._sources.say(self._source, rules.AGGREGATION, node, aggregation=aggregation)
        if policy in _WITH_ORDER and not any(each.order for each in outputs):
            self._sources.say(self._source, rules.PRIORITIES, node, policy=policy)
        read = [
            self._rule(each, number, inputs, outputs, seen) for number, each in enumerate(children(node, "rule"), 1)
        ]
        found = tuple(rule for rule in read if rule is not None)
        if policy == "UNIQUE" and len(self._sources.problems) == faults:
            self._compare(found, node)
        return Table(element_of(node), policy, aggregation, inputs, outputs, found)

    def _policy(self, node: Node) -> tuple[HitPolicy, Aggregation]:
        policy, aggregation = node.get("hitPolicy") or "UNIQUE", node.get("aggregation") or ""
        if policy not in POLICIES:
            self._sources.say(self._source, rules.HIT_POLICY, node, policy=policy)
            policy = "UNIQUE"
        if aggregation not in AGGREGATIONS:
            self._sources.say(self._source, rules.AGGREGATION, node, aggregation=aggregation)
            aggregation = ""
        return cast("HitPolicy", policy), cast("Aggregation", aggregation)

    def _input(self, node: Node, known: Known) -> Input:
        inner = child(node, "inputExpression")
        tree = self.tree(inner if inner is not None else node, known)
        needed = self._sources.type(self._source, None if inner is None else inner.get("typeRef"), node)
        allowed = self._sources.tests(self._source, child(node, "inputValues"), known | frozenset(self._free or ()))
        return Input(element_of(node), node.get("label") or text_of(inner), tree, needed, allowed)

    def _output(self, node: Node, known: Known, policy: str) -> Output:
        needed = self._sources.type(self._source, node.get("typeRef"), node)
        allowed = self._sources.tests(self._source, child(node, "outputValues"), known)
        default = child(node, "defaultOutputEntry")
        listed = allowed or (needed.allowed if needed else None)
        order = listed.tests if listed is not None and policy in _WITH_ORDER else ()
        fallback = None if default is None else self._strict(default, known, empty=True)
        return Output(element_of(node), node.get("name") or "", needed, allowed, order, fallback)

    def _rule(
        self, node: Node, number: int, inputs: tuple[Input, ...], outputs: tuple[Output, ...], known: Known
    ) -> Rule | None:
        cells, results = children(node, "inputEntry"), children(node, "outputEntry")
        if len(cells) != len(inputs) or len(results) != len(outputs):
            found, needed = len(cells) + len(results), len(inputs) + len(outputs)
            self._sources.say(self._source, rules.CELLS, node, found=found, needed=needed)
            return None
        tests = tuple(self._tests(cell, known) for cell in cells)
        trees = tuple(self._result(cell, known, output) for cell, output in zip(results, outputs, strict=True))
        notes = [text_of(each) for each in children(node, "annotationEntry")] or [_description(node)]
        return Rule(element_of(node), number, tests, trees, "; ".join(filter(None, notes)))

    def _tests(self, node: Node, known: Known) -> Tests:
        language = (node.get("expressionLanguage") or "").strip()
        if language and "feel" not in language.lower():
            self._sources.say(self._source, rules.LANGUAGE, node, language=language)
            return Tests(())
        try:
            tests = parse_tests(text_of(node), known, self._sources.members)
        except FeelError as fault:
            self._sources.say_fault(self._source, node, fault)
            return Tests(())
        if any(isinstance(test, Compare | And | Or | In) and not asks_input(test) for test in tests.tests):
            self._sources.say(self._source, rules.NO_INPUT, node)
        return tests

    def _result(self, node: Node, known: Known, output: Output) -> Tree:
        tree = self._strict(node, known, empty=True)
        allowed = output.allowed.tests if output.allowed is not None and not output.allowed.negated else ()
        plain = isinstance(tree, Literal) and tree.value is not None
        if plain and allowed and all(isinstance(each, Literal) for each in allowed) and tree not in allowed:
            self._sources.say(self._source, rules.NOT_ALLOWED, node, value=text_of(node))
        return tree

    def _compare(self, found: tuple[Rule, ...], node: Node) -> None:
        first: dict[tuple[Tests, ...], Rule] = {}
        rows = {each.get("id"): each for each in children(node, "rule")}
        for rule in found:
            other = first.setdefault(rule.tests, rule)
            if other is not rule and rule.tests:
                place = rows.get(rule.element, node)
                self._sources.say(self._source, rules.SAME_RULE, place, first=other.number, second=rule.number)
        for other, rule in overlapping(found):
            place = rows.get(rule.element, node)
            self._sources.say(self._source, rules.OVERLAP, place, first=other.number, second=rule.number)

    def context(self, node: Node, known: Known) -> Boxed:
        entries: list[tuple[Variable, Boxed]] = []
        result: Boxed | None = None
        for entry in children(node, "contextEntry"):
            variable = child(entry, "variable")
            if variable is None:
                result = self.expression(entry, known)
                continue
            named = self.variable(variable)
            if any(named.name == other.name for other, _ in entries):
                self._sources.say(self._source, rules.SAME_NAME, entry, name=named.name)
            inner = known | {named.name} if child(entry, "functionDefinition") is not None else known
            entries.append((named, self.expression(entry, inner)))
            known = known | {named.name}
        return BoxedContext(tuple(entries), result)

    def variable(self, node: Node) -> Variable:
        """A name with its type."""
        return Variable(node.get("name") or "", self._sources.type(self._source, node.get("typeRef"), node))

    def invocation(self, node: Node, known: Known) -> Boxed:
        bindings = []
        for binding in children(node, "binding"):
            parameter = child(binding, "parameter")
            name = "" if parameter is None else parameter.get("name") or ""
            bindings.append((name, self.expression(binding, known)))
        return BoxedInvocation(element_of(node), self.expression(node, known), tuple(bindings))

    def function(self, node: Node, known: Known) -> BoxedFunction:
        if (node.get("kind") or "FEEL") not in ("FEEL", "feel:FEEL"):
            self._sources.say(self._source, rules.UNSUPPORTED, node, what=f"function {node.get('kind')}")
        parameters = tuple(self.variable(each) for each in children(node, "formalParameter"))
        body = Boxes(self._sources, self._source).expression(
            node, known | frozenset(self._free or ()) | {each.name for each in parameters}
        )
        return BoxedFunction(element_of(node), parameters, body)

    def list_of(self, node: Node, known: Known) -> Boxed:
        return BoxedList(tuple(_READERS[local(each)](self, each, known) for each in _expressions(node)))

    def relation(self, node: Node, known: Known) -> Boxed:
        columns = tuple(each.get("name") or "" for each in children(node, "column"))
        rows = []
        for row in children(node, "row"):
            cells = tuple(_READERS[local(each)](self, each, known) for each in _expressions(row))
            if len(cells) != len(columns):
                self._sources.say(self._source, rules.CELLS, row, found=len(cells), needed=len(columns))
                continue
            rows.append(cells)
        return Relation(columns, tuple(rows))

    def conditional(self, node: Node, known: Known) -> Boxed:
        condition, chosen, otherwise = (self._part(node, name, known) for name in ("if", "then", "else"))
        return Conditional(condition, chosen, otherwise)

    def filter(self, node: Node, known: Known) -> Boxed:
        items = self._part(node, "in", known)
        return BoxedFilter(items, self._part(node, "match", known | {"item"} | self._sources.members))

    def loop(self, node: Node, known: Known) -> Boxed:
        kind, name = local(node), node.get("iteratorVariable") or ""
        items = self._part(node, "in", known)
        part = "return" if kind == "for" else "satisfies"
        body = self._part(node, part, known | {name, "partial"})
        return BoxedLoop("for" if kind == "for" else "some" if kind == "some" else "every", name, items, body)

    def _part(self, node: Node, name: str, known: Known) -> Boxed:
        part = child(node, name)
        return self._nothing(node) if part is None else self.expression(part, known)


def _expressions(node: Node) -> list[Node]:
    return [each for each in node if isinstance(each.tag, str) and local(each) in _READERS]


def _description(node: Node) -> str:
    found = child(node, "description")
    return "" if found is None else (found.text or "").strip()


_READERS: Final[dict[str, Callable[[Boxes, Node, Known], Boxed]]] = {
    "literalExpression": Boxes.literal,
    "decisionTable": Boxes.table,
    "context": Boxes.context,
    "invocation": Boxes.invocation,
    "functionDefinition": Boxes.function,
    "list": Boxes.list_of,
    "relation": Boxes.relation,
    "conditional": Boxes.conditional,
    "filter": Boxes.filter,
    "for": Boxes.loop,
    "some": Boxes.loop,
    "every": Boxes.loop,
}
_UNREADABLE: Final = frozenset({"unaryTests", "dtable", "expression"})
