"""How each element of a diagram becomes a task of the engine."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

from lxml import etree
from SpiffWorkflow.bpmn.parser import event_parsers as bpmn_events
from SpiffWorkflow.bpmn.parser.task_parsers import GatewayParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.control import SimpleBpmnTask
from SpiffWorkflow.bpmn.specs.defaults import IntermediateThrowEvent
from SpiffWorkflow.spiff.parser import event_parsers as spiff_events
from SpiffWorkflow.spiff.parser import task_spec as spiff_tasks
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser, SpiffProcessParser
from SpiffWorkflow.spiff.specs import defaults as spiff_specs

from app.engine import event_definitions, events, joins, specs, wiring
from app.engine.beginnings import (
    AdHocSubProcess,
    ad_hoc_nodes,
    add_round,
    begin_by_itself,
    connect_beginning,
    connect_round,
    is_ad_hoc,
)
from app.engine.business_rules import BusinessRuleTask
from app.engine.compensation import Handler, undo_before
from app.engine.complex_gateway import ComplexGateway
from app.engine.data_flow import common, declared
from app.engine.decisions import Decisions, read_bundle
from app.engine.dialects import carried, mappings
from app.engine.event_faults import instantiating_nodes, is_event_sub_process
from app.engine.event_parsers import EventDefinitions
from app.engine.event_sub_processes import EventSubProcess, event_sub_processes, listen_for
from app.engine.repetition import repeated, several
from app.engine.undoing import handlers_of, undoing_sub_process
from app.engine.xml import BPMN


class ProcessSpec(BpmnProcessSpec):  # type: ignore[misc]  # SpiffWorkflow has no types
    """A process whose end merges its branches; `listeners` are the names of what starts its event sub-processes.

    `shared` are the variables that its branches have in common. `handlers` undo its activities, by their ids;
    `undoes_itself` is the name of its compensation event sub-process.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        name = self.end.name
        del self.task_specs[name], self.task_specs["End"]
        self.end: Any = joins.ProcessEnd(self, name)
        self.end.connect(SimpleBpmnTask(self, "End"))
        self.way_out: Any = self.end
        self.listeners: list[str] = []
        self.shared: frozenset[str] = frozenset()
        self.handlers: dict[str, Handler] = {}
        self.undoes_itself: str | None = None


class ProcessParser(SpiffProcessParser):  # type: ignore[misc]  # SpiffWorkflow has no types
    """Parses a process or the content of a sub-process."""

    def create_spec(self) -> ProcessSpec:
        """An empty process."""
        if not self.process_executable:
            raise ValidationException("Process is not executable", node=self.node, file_name=self.filename)
        return ProcessSpec(name=self.bpmn_id, description=self.get_name(), filename=self.filename)

    def _index_process_nodes(self) -> None:
        """Sort the children by what they are; what is inside a sub-process is that one's business."""
        self.read: list[wiring.Wired] = []
        self.parsers: dict[str, wiring.Wired] = {}
        wiring.index(self)

    def parse_node(self, node: Any) -> Any:
        """The task spec where tokens arrive that come to this element."""
        known = self.parsers.get(node.get("id"))
        if known is not None:
            return known.entry
        parser_class, spec_class = self.parser._get_parser_class(node.tag)
        if parser_class is None:
            raise ValidationException("no support implemented", node=node, file_name=self.filename)
        parser = parser_class(self, spec_class, node, self.nsmap, lane=self.lane)
        self.parsers[node.get("id")] = parser
        self.read.append(parser)
        with wiring.naming(node):
            return parser.parse_node()

    def definition_of(self, definition: Any, owner: Any) -> Any:
        """What an event definition of the diagram is about, thrown by the element `owner`."""
        return Event(self, None, owner, self.nsmap, lane=self.lane)._read(definition, 0)

    def add_tasks(self) -> None:
        """Parse what can be reached from the start events; an instance begins at one of them."""
        self.spec.data_objects.clear()  # ours are variables like all others
        self.spec.shared = frozenset(common(self.node))
        instantiating = instantiating_nodes(self.node)
        starts = [*self.xpath("./bpmn:startEvent"), *instantiating]
        unled: list[Any] | None = None
        if is_ad_hoc(self.node):
            add_round(self)
            starts = unled = ad_hoc_nodes(self)
        elif not starts:
            starts = unled = begin_by_itself(self)
        apart = event_sub_processes(self.node)
        undoing = undoing_sub_process(self.node)
        if undoing is not None:
            apart.remove(undoing)
        handlers = list(handlers_of(self.node))
        others = [undoing] if undoing is not None else []
        wiring.wire(self, [*starts, *apart, *others, *(node for _, _, node in handlers)])
        if is_ad_hoc(self.node):
            connect_round(self, starts)
        elif unled is not None:
            connect_beginning(self, unled)
        listen_for(self, apart)
        for host, event, node in handlers:
            entry = self.parse_node(node)
            self.spec.start.connect(entry)
            self.spec.handlers[host] = Handler(event, entry.name)
        for node in others:
            task = self.parse_node(node)
            self.spec.undoes_itself = task.name
            self.spec.start.connect(task)
        for node in instantiating:
            task = self.parse_node(node)
            task.instantiates = True
            self.spec.start.connect(task)


class Activity(wiring.Wired, spiff_tasks.SpiffTaskParser):  # type: ignore[misc]  # SpiffWorkflow has no types
    """What all activities have in common: our ways of doing them several times."""

    def repeat(self) -> None:
        """Put the loop or the instances around the task, if the activity has any."""
        loop = self.node.find(BPMN + "standardLoopCharacteristics")
        if loop is not None:
            repeated(self, loop)
        instances = self.node.find(BPMN + "multiInstanceLoopCharacteristics")
        if instances is not None:
            several(self, instances)


class Event(EventDefinitions, Activity, spiff_events.SpiffEventDefinitionParser):  # type: ignore[misc]  # no types
    """What all events have in common: our own definitions."""


class UserTaskParser(Activity, spiff_tasks.UserTaskParser):  # type: ignore[misc]  # SpiffWorkflow has no types
    """A user task."""


class ScriptTaskParser(Activity, spiff_tasks.ScriptTaskParser):  # type: ignore[misc]  # SpiffWorkflow has no types
    """A script task."""


class ServiceTaskParser(Activity, spiff_tasks.ServiceTaskParser):  # type: ignore[misc]  # SpiffWorkflow has no types
    """A service task; the parameters keep their expressions only."""

    def create_task(self) -> specs.JobServiceTask:
        """A service task that calls the world; one without an operation (lint tells) calls for nothing by name."""
        extensions = self.parse_extensions()
        operator = extensions.get("serviceTaskOperator") or {"name": "", "parameters": {}, "resultVariable": None}
        return specs.JobServiceTask(
            self.spec,
            self.bpmn_id,
            operation_name=operator["name"],
            operation_params={name: parameter["value"] for name, parameter in operator["parameters"].items()},
            result_variable=operator["resultVariable"],
            prescript=extensions.get("preScript"),
            postscript=extensions.get("postScript"),
            **self.bpmn_attributes,
        )


class SubProcessParser(Activity, spiff_tasks.SubWorkflowParser):  # type: ignore[misc]  # SpiffWorkflow has no types
    """A sub-process drawn inside."""

    def create_task(self) -> Any:
        """A sub-process of its kind; its content is read later."""
        if is_event_sub_process(self.node):
            self.spec_class = EventSubProcess
        if len(self.node.findall(BPMN + "startEvent")) > 1:
            raise ValidationException("Exactly one start event", node=self.node, file_name=self.filename)
        parser = self.process_parser.parser
        parser.create_parser(self.node, filename=self.filename, lane=self.lane)
        parser.process_parsers[self.bpmn_id].parent = self.process_parser
        extensions = self.parse_extensions()
        return self.spec_class(
            self.spec,
            self.bpmn_id,
            subworkflow_spec=self.bpmn_id,
            prescript=extensions.get("preScript"),
            postscript=extensions.get("postScript"),
            **self.bpmn_attributes,
        )


class CallActivityParser(Activity, spiff_tasks.CallActivityParser):  # type: ignore[misc]  # SpiffWorkflow has no types
    """A call of another process."""

    def create_task(self) -> Any:
        """A call that gives and takes what it declares."""
        task = super().create_task()
        task.gives, task.takes = declared(self.node, "dataInput"), declared(self.node, "dataOutput")
        if mappings(self.node):
            task.mapping = carried(self.node, "in"), carried(self.node, "out")
        return task


class BusinessRuleTaskParser(Activity, spiff_tasks.BusinessRuleTaskParser):  # type: ignore[misc]  # no types
    """A business rule task, which names its decision by `spiffworkflow:calledDecisionId`."""

    def create_task(self) -> BusinessRuleTask:
        """The task; raises `ValidationException` where no file has the decision."""
        extensions = self.parse_extensions()
        decisions: Decisions = self.process_parser.parser.decisions
        decision = (extensions.get("calledDecisionId") or "").strip()
        if decision not in decisions:
            raise ValidationException("Unknown decision", node=self.node, file_name=self.filename)
        properties = extensions.get("properties") or {}
        return BusinessRuleTask(
            self.spec,
            self.bpmn_id,
            decisions=decisions,
            decision=decision,
            result_variable=extensions.get("resultVariable") or properties.get("resultVariable") or None,
            prescript=extensions.get("preScript"),
            postscript=extensions.get("postScript"),
            **self.bpmn_attributes,
        )


class ChoiceParser(wiring.WiredChoice, GatewayParser):  # type: ignore[misc]  # SpiffWorkflow has no types
    """An exclusive or inclusive gateway."""


class ForkParser(wiring.WiredFork, GatewayParser):  # type: ignore[misc]  # SpiffWorkflow has no types
    """A parallel gateway."""


class ComplexGatewayParser(wiring.WiredComplex, GatewayParser):  # type: ignore[misc]  # SpiffWorkflow has no types
    """A complex gateway."""


class StartEventParser(Event, spiff_events.SpiffStartEventParser):  # type: ignore[misc]  # SpiffWorkflow has no types
    """A start event."""


class EndEventParser(Event, spiff_events.SpiffEndEventParser):  # type: ignore[misc]  # SpiffWorkflow has no types
    """An end event."""

    def parse_node(self) -> Any:
        """Read the event; one that undoes something does so before."""
        super().parse_node()
        return undo_before(self)


class BoundaryEventParser(Event, spiff_events.SpiffBoundaryEventParser):  # type: ignore[misc]  # no types
    """A boundary event."""


class CatchEventParser(Event, spiff_events.SpiffIntermediateCatchEventParser):  # type: ignore[misc]  # no types
    """An intermediate catch event."""


class ThrowEventParser(Event, spiff_events.SpiffIntermediateThrowEventParser):  # type: ignore[misc]  # no types
    """An intermediate throw event."""

    def parse_node(self) -> Any:
        """Read the event; one that undoes something does so before."""
        super().parse_node()
        return undo_before(self)


class EventBasedGatewayParser(wiring.WiredEventGateway, Event, bpmn_events.EventBasedGatewayParser):  # type: ignore[misc]  # no types
    """An event-based gateway: it waits for what the events behind it wait for."""

    def create_task(self) -> Any:
        """A gateway that does not know the events yet."""
        return self._create_task(event_definitions.Several())


class SendTaskParser(Event, spiff_events.SpiffSendTaskParser):  # type: ignore[misc]  # SpiffWorkflow has no types
    """A send task."""


class ReceiveTaskParser(Event, spiff_events.SpiffReceiveTaskParser):  # type: ignore[misc]  # SpiffWorkflow has no types
    """A receive task."""


class DiagramParser(SpiffBpmnParser):  # type: ignore[misc]  # SpiffWorkflow has no types
    """The library's parser with our own kinds of elements."""

    PROCESS_PARSER_CLASS = ProcessParser
    OVERRIDE_PARSER_CLASSES: ClassVar = {
        **SpiffBpmnParser.OVERRIDE_PARSER_CLASSES,
        full_tag("task"): (Activity, specs.AbstractTask),
        full_tag("manualTask"): (Activity, spiff_specs.ManualTask),
        full_tag("userTask"): (UserTaskParser, spiff_specs.UserTask),
        full_tag("scriptTask"): (ScriptTaskParser, specs.ScriptTask),
        full_tag("serviceTask"): (ServiceTaskParser, specs.JobServiceTask),
        full_tag("subProcess"): (SubProcessParser, specs.EmbeddedSubProcess),
        full_tag("transaction"): (SubProcessParser, specs.EmbeddedSubProcess),
        full_tag("adHocSubProcess"): (SubProcessParser, AdHocSubProcess),
        full_tag("callActivity"): (CallActivityParser, specs.CalledProcess),
        full_tag("businessRuleTask"): (BusinessRuleTaskParser, BusinessRuleTask),
        full_tag("sendTask"): (SendTaskParser, spiff_specs.SendTask),
        full_tag("receiveTask"): (ReceiveTaskParser, events.ReceiveTask),
        full_tag("startEvent"): (StartEventParser, events.StartEvent),
        full_tag("endEvent"): (EndEventParser, events.EndEvent),
        full_tag("boundaryEvent"): (BoundaryEventParser, events.BoundaryEvent),
        full_tag("intermediateCatchEvent"): (CatchEventParser, events.CatchEvent),
        full_tag("intermediateThrowEvent"): (ThrowEventParser, IntermediateThrowEvent),
        full_tag("exclusiveGateway"): (ChoiceParser, joins.ExclusiveGateway),
        full_tag("inclusiveGateway"): (ChoiceParser, joins.MergingInclusiveGateway),
        full_tag("parallelGateway"): (ForkParser, joins.MergingJoin),
        full_tag("complexGateway"): (ComplexGatewayParser, ComplexGateway),
        full_tag("eventBasedGateway"): (EventBasedGatewayParser, events.EventBasedGateway),
    }

    def __init__(self, decisions: Mapping[str, bytes]) -> None:
        super().__init__()
        self._decisions = decisions

    @cached_property
    def decisions(self) -> Decisions:
        """The decisions of the bundle, read when the first task asks for one. Raises `DiagramError`."""
        return read_bundle(self._decisions)

    def _add_data_stores(self, _bpmn: Any) -> None:
        """Nothing: what reads or writes a data store is refused where it does."""

    def add_bpmn_xml(self, bpmn: "etree._ElementTree", filename: str | None = None) -> None:
        """Add the processes of a diagram."""
        super().add_bpmn_xml(bpmn, filename)
