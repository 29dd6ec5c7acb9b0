"""Where a scope begins that has no start event: with everything no flow leads to; ad-hoc sub-processes."""

from typing import Any, Final

from lxml import etree
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition

from app.domain.texts import Text
from app.engine.errors import AdHocUnfinishedError, DiagramError
from app.engine.event_faults import is_event_sub_process
from app.engine.expression_text import expression_of
from app.engine.flows import Hidden
from app.engine.joins import ProcessEnd
from app.engine.listening import live_data
from app.engine.specs import EmbeddedSubProcess
from app.engine.tokens import FUTURE, UNFINISHED, Token, listens_for_scope
from app.engine.undoing import is_for_compensation
from app.engine.wiring import ACTIVITIES, ROUTING, incoming
from app.engine.xml import BPMN

BY_PEOPLE: Final = frozenset({"userTask", "manualTask"})

NO_START: Final = Text(
    kk="бастапқы оқиға жоқ, ал соңғы оқиға бар.",
    ru="нет стартового события, хотя конечное есть.",
    en="there is no start event, although there is an end event.",
)
NOTHING_TO_BEGIN: Final = Text(
    kk="бастайтын ештеңе жоқ: бастапқы оқиғаны қойыңыз.",
    ru="начинать не с чего: поставьте стартовое событие.",
    en="there is nothing to begin with: put a start event.",
)
NO_EVENTS: Final = Text(
    kk="еркін ретті (ad-hoc) ішкі процесте бастапқы және соңғы оқиға болмайды.",
    ru="в ad-hoc подпроцессе не бывает стартовых и конечных событий.",
    en="an ad-hoc sub-process has no start and end events.",
)
ONLY_ACTIVITIES: Final = Text(
    kk="еркін ретті (ad-hoc) ішкі процесте бағыт кірмейтін элемент тек тапсырма немесе ішкі процесс бола алады.",
    ru="в ad-hoc подпроцессе элемент без входящего потока может быть только задачей или подпроцессом.",
    en="in an ad-hoc sub-process only a task or sub-process can have no incoming flow.",
)
WRONG_ORDERING: Final = Text(
    kk="ordering тек Parallel немесе Sequential бола алады.",
    ru="ordering может быть только Parallel или Sequential.",
    en="ordering can only be Parallel or Sequential.",
)


class Beginning(Hidden):
    """Begins a scope without a start event."""

    occurs_unprompted = True

    def starts_by(self) -> list[tuple[str, Any]]:
        """What an instance may start by: nothing in particular."""
        return [(self.name, NoneEventDefinition())]

    def occur(self, token: Token, element: str | None) -> None:
        """Nothing: where its token appears, the scope has begun."""


class AdHocSubProcess(EmbeddedSubProcess):
    """An ad-hoc sub-process."""


class AdHocRound(ProcessEnd):
    """What is reached in an ad-hoc sub-process when nothing in it is active any more: it decides what is done next.

    One activity after the other if they are done so. When all have been done and the completion condition does not
    hold, those that people do are offered again.
    """

    def __init__(self, wf_spec: Any, name: str, *, element: str) -> None:
        super().__init__(wf_spec, name)
        self.element = element
        self.condition: str | None = None
        self.cancels_rest = True
        self.one_by_one = False
        self.activities: list[str] = []
        self.by_people: list[str] = []

    def _predict_hook(self, _token: Token) -> None:
        """Nothing: what is done next is known only now."""

    def _run_hook(self, token: Token) -> bool:
        memory = token.workflow.task_tree.internal_data
        memory.pop("ended", None)
        following = self._following(token, memory)
        specs = [self._wf_spec.task_specs[name] for name in following] or [self._wf_spec.end]
        token._sync_children(specs, FUTURE)
        return True

    def _following(self, token: Token, memory: dict[str, Any]) -> list[str]:
        done = memory.get("done", 0)
        if self.condition is not None and done and self._holds(token, token.data):
            return []
        if self.one_by_one and done < len(self.activities):
            memory["done"] = done + 1
            return [self.activities[done]]
        if self.condition is None:
            return []
        if not self.by_people:
            raise AdHocUnfinishedError(element=self.element)
        return self.by_people[:1] if self.one_by_one else list(self.by_people)

    def _holds(self, token: Token, data: dict[str, Any]) -> bool:
        return bool(token.workflow.script_engine.evaluate(token, self.condition, external_context=data))

    def look(self, _workflow: Any, token: Token) -> None:
        """An activity has been completed: if the condition holds now, what is left is cancelled, or nothing follows."""
        scope = token.workflow
        memory = scope.task_tree.internal_data
        if not self.one_by_one:
            memory["done"] = 1
        if not memory.get("complete") and not self._holds(token, live_data(scope)):
            return
        memory["complete"] = True
        for other in scope.in_state(UNFINISHED):
            if other.task_spec is self:
                self._put_aside(other)
            elif other.parent is token or (self.cancels_rest and not listens_for_scope(other)):
                other.cancel()
        token._add_child(self._wf_spec.end, FUTURE)


def begin_by_itself(parser: Any) -> list[Any]:
    """The nodes that a process or sub-process without a start event begins with; a sub-process may be drawn empty.

    Raises `DiagramError`.
    """
    if parser.node.find(BPMN + "endEvent") is not None:
        raise DiagramError(element=parser.node.get("id", ""), reason=NO_START)
    found = _without_incoming(parser)
    if not found and (parser.nodes_by_id or parser.node.tag == BPMN + "process"):
        raise DiagramError(element=parser.node.get("id", ""), reason=NOTHING_TO_BEGIN)
    return found


def connect_beginning(parser: Any, nodes: list[Any]) -> Beginning:
    """Have the scope begin with these nodes."""
    name = parser.node.get("id")
    beginning = Beginning(parser.spec, f"{name}.Beginning", element=name)
    parser.spec.start.connect(beginning)
    for node in nodes:
        beginning.connect(parser.parse_node(node))
    if not nodes:
        beginning.connect(parser.spec.way_out)
    return beginning


def is_ad_hoc(node: Any) -> bool:
    """Whether an element is an ad-hoc sub-process."""
    return bool(node.tag == BPMN + "adHocSubProcess")


def ad_hoc_nodes(parser: Any) -> list[Any]:
    """The activities that an ad-hoc sub-process begins with. Raises `DiagramError`."""
    for node in parser.node.iterchildren(BPMN + "startEvent", BPMN + "endEvent"):
        raise DiagramError(element=node.get("id", ""), reason=NO_EVENTS)
    found = _without_incoming(parser)
    for node in found:
        if etree.QName(node).localname not in ACTIVITIES:
            raise DiagramError(element=node.get("id", ""), reason=ONLY_ACTIVITIES)
    if not found:
        raise DiagramError(element=parser.node.get("id", ""), reason=NOTHING_TO_BEGIN)
    return found


def add_round(parser: Any) -> None:
    """Give the ad-hoc sub-process what its branches lead to."""
    node, name = parser.node, parser.node.get("id")
    if node.get("ordering", "Parallel").lower() not in ("parallel", "sequential"):
        raise DiagramError(element=name, reason=WRONG_ORDERING)
    after = AdHocRound(parser.spec, f"{name}.Round", element=name)
    after.condition = expression_of(node.find(BPMN + "completionCondition"), name)
    after.cancels_rest = node.get("cancelRemainingInstances", "true").strip() not in ("false", "0")
    after.one_by_one = node.get("ordering", "Parallel").lower() == "sequential"
    parser.spec.way_out = after


def connect_round(parser: Any, nodes: list[Any]) -> None:
    """Connect the activities with the beginning and with what follows them."""
    after, name = parser.spec.way_out, parser.node.get("id")
    entries = {node.get("id"): parser.parse_node(node) for node in nodes}
    after.activities = [entry.name for entry in entries.values()]
    after.by_people = [entries[node.get("id")].name for node in nodes if etree.QName(node).localname in BY_PEOPLE]
    if after.one_by_one:
        beginning = Beginning(parser.spec, f"{name}.Beginning", element=name)
        parser.spec.start.connect(beginning)
        beginning.connect(after)
    else:
        connect_beginning(parser, nodes)
    for entry in entries.values():
        after.connect(entry)
    after.connect(parser.spec.end)
    if after.condition is not None:
        for node in parser.nodes_by_id.values():
            task = parser.spec.task_specs.get(node.get("id"))
            if task is not None and etree.QName(node).localname in ACTIVITIES and not is_for_compensation(node):
                task.completed_event.connect(after.look)


def _without_incoming(parser: Any) -> list[Any]:
    return [
        node
        for node in parser.nodes_by_id.values()
        if etree.QName(node).localname in ACTIVITIES | ROUTING | {"intermediateCatchEvent", "intermediateThrowEvent"}
        and not is_event_sub_process(node)
        and not is_for_compensation(node)
        and not incoming(parser, node.get("id"))
    ]
