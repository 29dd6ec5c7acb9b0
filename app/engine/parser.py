"""From diagrams to a definition that runs can share."""

import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain
from threading import Lock
from typing import Any, Final

from lxml import etree
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin, BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.mixins import BoundaryEventMixin, SubWorkflowTaskMixin
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask

from app.domain.texts import Text
from app.engine import compensation
from app.engine.complex_gateway import ComplexGateway
from app.engine.correlation import Correlation, read_correlation
from app.engine.dialects import say_what_is_repeated
from app.engine.elements import Element, elements_of, name_of
from app.engine.errors import DiagramError
from app.engine.event_definitions import Condition, Message, Several, Signal
from app.engine.event_faults import event_faults
from app.engine.events import EventBasedGateway
from app.engine.expressions import SafeEnv
from app.engine.flows import SeveralTokens
from app.engine.global_tasks import make_callable
from app.engine.joins import ExclusiveGateway, MergingInclusiveGateway
from app.engine.links import draw_links, link_faults
from app.engine.message_flows import name_messages
from app.engine.node_parsers import DiagramParser
from app.engine.specs import CalledProcess, start_event
from app.engine.timers import TimerDefinition
from app.engine.xml import BPMN, SPIFF, read_xml

KEPT_DEFINITIONS: Final = 64
RESERVED_IDS: Final = frozenset({"Start", "End"})
_EVENTS: Final = (BPMN + "startEvent", BPMN + "endEvent")
_DRAWN: Final = ".Drawn"
"""What the names of the tasks of events with a reserved id end with."""

NO_PROCESS: Final = Text(
    kk="мұндай процесс схемаларда жоқ.", ru="такого процесса в схемах нет.", en="the diagrams have no such process."
)
NO_PLAIN_START: Final = Text(
    kk="шақырылған процестің қайсы оқиғадан басталатыны белгісіз: қарапайым бастапқы оқиға қойыңыз.",
    ru="неясно, с какого события начинать вызываемый процесс: поставьте простое стартовое событие.",
    en="it is unclear with which event the called process begins: draw a plain start event.",
)
RESERVED: Final = Text(
    kk="«Start» және «End» идентификаторлары жүйеге тиесілі, басқасын таңдаңыз.",
    ru="идентификаторы «Start» и «End» заняты системой, выберите другой.",
    en="the ids “Start” and “End” are taken by the system, choose another.",
)
NOT_AS_EXPECTED: Final = Text(
    kk="элемент күткендей жазылмаған: оны өшіріп, қайта сызыңыз.",
    ru="элемент записан не так, как ожидается: удалите его и нарисуйте заново.",
    en="the element is not written as expected: delete it and draw it again.",
)
_PYTHON: Final = re.compile(r"[A-Za-z]+(?:Error|Exception)\b|NoneType|' object|\bobject at 0x|argument")
"""Words of a fault of the library, which mean nothing to the author of a diagram."""
_REASONS: Final = (
    (
        'No "calledElement"',
        Text(
            kk="шақырылатын процесс көрсетілмеген.",
            ru="не указан вызываемый процесс.",
            en="the called process is not named.",
        ),
    ),
    (
        "Missing definition",
        Text(
            kk="оқиға жоқ хабарламаға, сигналға немесе қатеге сілтейді.",
            ru="событие ссылается на сообщение, сигнал или ошибку, которых нет.",
            en="the event refers to a message, signal or error that does not exist.",
        ),
    ),
    (
        "Unknown Time",
        Text(kk="таймердің мерзімі берілмеген.", ru="у таймера не указано время.", en="the timer has no time."),
    ),
    (
        "no support implemented",
        Text(
            kk="мұндай элемент қолданылмайды.",
            ru="такой элемент не поддерживается.",
            en="this element is not supported.",
        ),
    ),
    (
        "Unknown decision",
        Text(
            kk="мұндай шешім DMN файлдарында жоқ (calledDecisionId).",
            ru="такого решения в файлах DMN нет (calledDecisionId).",
            en="the DMN files have no such decision (calledDecisionId).",
        ),
    ),
    (
        "Exactly one start event",
        Text(
            kk="ішкі процестің бастапқы оқиғасы біреу ғана бола алады.",
            ru="у подпроцесса может быть только одно стартовое событие.",
            en="a sub-process can have only one start event.",
        ),
    ),
    (
        "Duplicate",
        Text(
            kk="мұндай идентификатор басқа элементте бар.",
            ru="такой идентификатор уже есть у другого элемента.",
            en="another element has this id already.",
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class StartTimer:
    """A timer start event and its text; `timers.start_schedule` says when it is due."""

    element: str
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Definition:
    """A process that can be run: read-only, shared by all its instances.

    `elements` are the flow nodes of the process and of the processes it calls, by id. `start_messages` are the start
    events by the name of their message, `start_signals` by that of their signal. `spec` and `subprocess_specs` are the
    engine's own. `conditional`: some event waits for a condition; `shares`: some data are declared for all branches.
    """

    process_id: str
    name: Text
    elements: Mapping[str, Element]
    start_messages: Mapping[str, str]
    start_signals: Mapping[str, str]
    start_timers: tuple[StartTimer, ...]
    spec: Any = field(repr=False)
    subprocess_specs: Mapping[str, Any] = field(repr=False)
    correlation: Correlation = field(default_factory=Correlation)
    conditional: bool = False
    shares: bool = False

    def keys_of(self, message: str, payload: Mapping[str, object]) -> Mapping[str, str]:
        """The correlation keys ("key.property") that a message of this name carries, as the diagrams agree."""
        return self.correlation.of_payload(message, payload, SafeEnv())


_definitions: "OrderedDict[str, Definition]" = OrderedDict()
_lock = Lock()


def parse(diagrams: Mapping[str, bytes], process_id: str, key: str) -> Definition:
    """The definition of `process_id` among `diagrams` (by file name: .bpmn and .dmn), kept for the next time by `key`.

    `key` must change whenever a diagram or the process does. Raises `DiagramError` naming the element, and
    `DiagramXmlError`.
    """
    with _lock:
        kept = _definitions.get(key)
        if kept is not None:
            _definitions.move_to_end(key)
            return kept
    definition = read_definition(diagrams, process_id)
    with _lock:
        _definitions[key] = definition
        while len(_definitions) > KEPT_DEFINITIONS:
            _definitions.popitem(last=False)
    return definition


def read_definition(diagrams: Mapping[str, bytes], process_id: str) -> Definition:
    """As `parse`, without keeping anything."""
    trees = {name: read_xml(content) for name, content in diagrams.items() if not name.endswith(".dmn")}
    for tree in trees.values():
        make_callable(tree.getroot())
        name_messages(tree.getroot())
        say_what_is_repeated(tree.getroot())
    processes = {
        node.get("id", ""): node for tree in trees.values() for node in tree.getroot().findall(BPMN + "process")
    }
    if process_id not in processes:
        raise DiagramError(element=process_id, reason=NO_PROCESS)
    for tree in trees.values():
        _prepare(tree)
    spec, inner = _specs(diagrams, trees, process_id)
    for tree in trees.values():
        _rename(tree, {f"{name}{_DRAWN}": name for name in RESERVED_IDS})
    for each in (spec, *inner.values()):
        _finish(each)
    compensation.prepare({process_id: spec, **inner})
    elements: dict[str, Element] = {}
    for called in (process_id, *(name for name in inner if name in processes)):
        elements = {**elements_of(processes[called].getroottree(), called), **elements}
    starters = (task for task in spec.task_specs.values() if hasattr(task, "starts_by"))
    starts = [(one, element) for task in starters for element, one in task.starts_by()]
    return Definition(
        process_id=process_id,
        name=name_of(processes[process_id]),
        elements=elements,
        start_messages={one.name: element for one, element in starts if isinstance(one, Message)},
        start_signals={one.name: element for one, element in starts if isinstance(one, Signal)},
        start_timers=tuple(
            StartTimer(element, one.expression) for one, element in starts if isinstance(one, TimerDefinition)
        ),
        spec=spec,
        subprocess_specs=inner,
        correlation=read_correlation(trees),
        shares=any(each.shared or _forks(each) for each in (spec, *inner.values())),
        conditional=any(_is_conditional(task) for each in (spec, *inner.values()) for task in each.task_specs.values()),
    )


def _forks(spec: Any) -> bool:
    """Whether branches may run beside each other in a scope."""
    return any(map(_forks_at, spec.task_specs.values()))


def _forks_at(task: Any) -> bool:
    if getattr(task, "listens_beside", False):
        return not task.cancel_activity
    if isinstance(task, ExclusiveGateway | EventBasedGateway | BoundaryEventSplit):
        return False
    listening = getattr(task._wf_spec, "listeners", ()) if task is task._wf_spec.start else ()
    return isinstance(task, SeveralTokens) or len(task._outputs) - len(listening) > 1


def _is_conditional(task: Any) -> bool:
    definition = getattr(task, "event_definition", None)
    own = definition.event_definitions if isinstance(definition, Several) else [definition]
    return any(isinstance(one, Condition) for one in own)


def _prepare(tree: "etree._ElementTree") -> None:
    """Refuse what the library would silently take for something else; complete what it insists on."""
    _rename(tree, {name: f"{name}{_DRAWN}" for name in RESERVED_IDS})
    for node in tree.iter(BPMN + "*"):
        if node.get("id") in RESERVED_IDS:
            raise DiagramError(element=node.get("id", ""), reason=RESERVED)
    for fault in chain(event_faults(tree.getroot()), link_faults(tree.getroot())):
        raise DiagramError(element=fault.element, reason=fault.reason)
    draw_links(tree.getroot())
    for parameter in tree.iter(SPIFF + "parameter"):
        parameter.set("type", parameter.get("type", "any"))


def _rename(tree: "etree._ElementTree", names: Mapping[str, str]) -> None:
    """Give the start and end events of these ids others, and lead their flows there."""
    for event in tree.iter(*_EVENTS):
        identity, scope = event.get("id", ""), event.getparent()
        if identity not in names or scope is None:
            continue
        event.set("id", names[identity])
        for flow in scope.iterchildren(BPMN + "sequenceFlow"):
            for end in ("sourceRef", "targetRef"):
                if flow.get(end) == identity:
                    flow.set(end, names[identity])


def _specs(
    diagrams: Mapping[str, bytes], trees: Mapping[str, "etree._ElementTree"], process_id: str
) -> tuple[Any, dict[str, Any]]:
    try:
        parser = DiagramParser({name: content for name, content in diagrams.items() if name.endswith(".dmn")})
        for name, tree in trees.items():
            parser.add_bpmn_xml(tree, filename=name)
        spec = parser.get_spec(process_id)
        inner = parser.get_subprocess_specs(process_id, require_call_activity_specs=False)
    except ValidationException as error:
        problem = DiagramError(element=error.id or process_id, reason=_reason(str(error)))
    else:
        _check_calls((spec, *inner.values()), inner)
        return spec, inner
    raise problem


def _check_calls(specs: tuple[Any, ...], known: Mapping[str, Any]) -> None:
    for spec in specs:
        for task in spec.task_specs.values() if spec is not None else ():
            if not isinstance(task, SubWorkflowTaskMixin):
                continue
            called = known.get(task.spec)
            if called is None:
                raise DiagramError(element=task.bpmn_id, reason=NO_PROCESS)
            if isinstance(task, CalledProcess) and start_event(called) is None:
                raise DiagramError(element=task.bpmn_id, reason=NO_PLAIN_START)


def _finish(spec: Any) -> None:
    """Settle once what must not change while instances run."""
    for task in spec.task_specs.values():
        if task.bpmn_id is not None:
            task.bpmn_id = task.bpmn_id.removesuffix(_DRAWN)
        if isinstance(task, LoopTask):
            spec.task_specs[task.task_spec].completed_event.connect(task.merge_child)
        if isinstance(task, MergingInclusiveGateway | ComplexGateway):
            task.prepare()
        if isinstance(task, BoundaryEventMixin) and not task.cancel_activity:
            _let_listen(spec, task)


def _let_listen(spec: Any, event: Any) -> None:
    """An event that does not interrupt has no say in how its activity ends."""
    for name in list(event._outputs):
        if isinstance(spec.task_specs[name], BoundaryEventJoin):
            event._outputs.remove(name)
            spec.task_specs[name]._inputs.remove(event.name)


def _reason(text: str) -> Text:
    for sign, reason in _REASONS:
        if sign.lower() in text.lower():
            return reason
    if _PYTHON.search(text):
        return NOT_AS_EXPECTED
    return Text(
        kk=f"оқылмады ({text.strip(' .')}).",
        ru=f"не читается ({text.strip(' .')}).",
        en=f"cannot be read ({text.strip(' .')}).",
    )
