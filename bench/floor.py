"""The floor: plain SpiffWorkflow in memory, without persistence and HTTP."""

from pathlib import Path

from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine, TaskDataEnvironment
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser
from SpiffWorkflow.util.task import TaskState


def answers(step: int) -> dict[str, str]:
    """What one user task submits: about 300 bytes under new keys at each step, so that the data grow."""
    return {
        f"outcome_{step}": "go",
        f"note_{step}": "x" * 200,
        f"officer_{step}": f"officer-{step}@akimat.example",
        "applicant": "Citizen A",
    }


class Floor:
    """One instance after another of a diagram, as fast as the bare engine goes."""

    def __init__(self, diagram: Path, process: str) -> None:
        parser = SpiffBpmnParser()
        parser.add_bpmn_file(str(diagram))
        self._spec = parser.get_spec(process)
        self._engine = PythonScriptEngine(TaskDataEnvironment({}))
        self._workflow: BpmnWorkflow | None = None

    def start(self) -> None:
        """A new instance at its first user task."""
        self._workflow = BpmnWorkflow(self._spec, script_engine=self._engine)
        self._workflow.do_engine_steps()

    def complete(self, step: int) -> None:
        """The user task that waits, answered."""
        task = next(iter(self._workflow.get_tasks(state=TaskState.READY, manual=True)))
        task.data.update(answers(step))
        task.run()
        self._workflow.do_engine_steps()

    @property
    def ended(self) -> bool:
        """Whether the instance has come to its end."""
        return bool(self._workflow.is_completed())
