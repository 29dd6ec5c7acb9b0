"""The processes of the files that are simulated together."""

from collections.abc import Mapping
from functools import cached_property
from typing import ClassVar

from lxml import etree

from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.engine.parser import Definition, read_definition
from app.engine.xml import BPMN, read_xml


class ProcessChoiceError(AutomationError):
    """It is not clear which process is to be started, or there is no such process."""

    status: ClassVar[int] = 422
    message: ClassVar[Text] = Text(
        kk="Қай процесті бастау керегі түсініксіз. --process арқылы біреуін көрсетіңіз: {known}.",
        ru="Непонятно, какой процесс начать. Укажите один через --process: {known}.",
        en="It is not clear which process to start. Name one with --process: {known}.",
    )


class Bundle:
    """Diagrams and decision tables by file name, which know each other."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files
        self._definitions: dict[str, Definition] = {}

    @cached_property
    def processes(self) -> Mapping[str, str]:
        """The processes that can be started by id, and the file of each. Raises `DiagramXmlError`."""
        executable = {
            key: name for key, (node, name) in self._nodes.items() if node.get("isExecutable", "true") == "true"
        }
        return executable or {key: name for key, (_, name) in self._nodes.items()}

    @cached_property
    def elements(self) -> Mapping[str, str]:
        """What is drawn in the processes: the ids, and the tag of each."""
        nodes = (node for process, _ in self._nodes.values() for node in process.iter(BPMN + "*"))
        return {str(node.get("id")): etree.QName(node).localname for node in nodes}

    def chosen(self, process_id: str | None) -> str:
        """The process to start: the named one, the only one, or the only one that nothing else starts or calls, or
        that at least nothing else calls.

        Raises `ProcessChoiceError`, `DiagramXmlError`.
        """
        if process_id is not None and process_id in self._nodes:
            return process_id
        uncalled = [each for each in self.processes if each not in self._called]
        alone = [each for each in self.processes if self._begins_by_itself(each)]
        for candidates in (list(self.processes), alone, uncalled):
            if process_id is None and len(candidates) == 1:
                return candidates[0]
        raise ProcessChoiceError(known=", ".join(self.processes) or "—")

    def definition(self, process_id: str) -> Definition:
        """The process, parsed once. Raises `DiagramError`, `DiagramXmlError`."""
        if process_id not in self._definitions:
            self._definitions[process_id] = read_definition(self.files, process_id)
        return self._definitions[process_id]

    @cached_property
    def _nodes(self) -> dict[str, tuple["etree._Element", str]]:
        found: dict[str, tuple[etree._Element, str]] = {}
        for name, content in self.files.items():
            if not name.endswith(".dmn"):
                for process in read_xml(content).getroot().findall(BPMN + "process"):
                    found.setdefault(process.get("id", ""), (process, name))
        return found

    @cached_property
    def _called(self) -> frozenset[str]:
        nodes = (process for process, _ in self._nodes.values())
        return frozenset(call.get("calledElement", "") for node in nodes for call in node.iter(BPMN + "callActivity"))

    def _begins_by_itself(self, process_id: str) -> bool:
        events = self._nodes[process_id][0].findall(BPMN + "startEvent")
        triggers = (BPMN + "messageEventDefinition", BPMN + "signalEventDefinition")
        awaits = all(any(event.find(each) is not None for each in triggers) for event in events)
        return bool(events) and not awaits and process_id not in self._called
