"""States of running instances as a release wrote them: `python -m tests.stored_states RELEASE` makes its folder.

Every later release must load them and finish. A folder holds for each story the diagrams, the states in the order in
which the story went through them, and `story.json`: who answers what, and how the story ends.
"""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any

from app.domain.clock import StandingClock, using
from app.engine.parser import Definition, read_definition
from app.engine.run import Call, Run, Variables
from tests.unit.engine.diagrams import (
    Node,
    border,
    both,
    call,
    catch,
    diagram,
    end,
    error,
    escalation,
    first_of,
    for_each,
    message,
    repeat,
    script,
    service,
    some,
    sub,
    throw,
    timer,
    user,
    xor,
)

ROOT = Path(__file__).parents[1]
STATES = ROOT / "tests/fixtures/states"
BEGINS = datetime(2026, 11, 16, 5, 0, tzinfo=UTC)
MOST_KEPT = 8
"""States of one story, spread over its way."""
MOST_ACTS = 400

RECEPTION = {
    "record_request": {"substance_stated": "no", "package_sufficient": "no"},
    "clarify_request": {"substance_stated": "yes", "package_sufficient": "yes"},
    "request_missing_information": {"position_due_at": "2026-11-20T18:00"},
    "decide_on_reception": {"decision": "appoint"},
    "invite_state_bodies": {"position_due_at": "2026-11-25T18:00", "bodies": ["a", "b"]},
    "analyse_materials": {"materials_quality": "good"},
    "confirm_attendance": {"attendance": "confirmed"},
    "check_in": {"came": "yes"},
    "conduct_reception": {"has_assignments": "yes"},
    "issue_protocol": {"has_assignments": "yes", "assignments_due_at": "2026-12-10T18:00"},
    "control_execution": {"all_executed": "yes"},
    "archive_appeal": {"agreed": "yes"},
}
RESULTS = {
    "records.register_request": {"registered_at": "2026-11-16T10:00:00+05:00"},
    "records.enter_in_journal": {"reception_at": "2026-11-27T10:00:00+05:00"},
    "records.open_positions": {"positions": [{"body": "a"}, {"body": "b"}]},
}


@dataclass(frozen=True)
class Story:
    """Who answers what in a process: a person by element, a service by operation, a message when nobody else can.

    Nobody does the tasks of `idle`; `start` is the start event where it is not plain.
    """

    diagrams: Mapping[str, bytes]
    process: str
    answers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    results: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    messages: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    start: str | None = None
    idle: tuple[str, ...] = ()


class StoryWorld:
    """Performs no call at once; a term is ten hours for every letter of its name."""

    def functions(self) -> Mapping[str, Callable[..., object]]:
        def term(rule: str, anchor: str) -> str:
            return (datetime.fromisoformat(anchor[:19] + "+00:00") + timedelta(hours=10 * len(rule))).isoformat()

        return {"deadline": term, "opens": term, "now_iso": lambda: "2026-11-16T05:00:00+00:00"}

    def perform(self, _call: Call) -> Variables | None:
        return None


class Teller:
    """Takes a story from where its run stands to its end, one act after the other."""

    def __init__(self, story: Story, clock: StandingClock) -> None:
        self._story = story
        self.clock = clock
        self.definition: Definition = read_definition(story.diagrams, story.process)
        self.passed: list[str] = []
        self.run: Run
        self.begun = b""

    def begin(self) -> None:
        data = dict(self._story.data)
        self.begun = self._go_on(Run.start(self.definition, StoryWorld(), data, start_element=self._story.start))

    def resume(self, state: bytes) -> None:
        self.run = Run.restore(self.definition, StoryWorld(), state)

    def acts(self) -> Iterator[bytes]:
        """The state after each act, until the instance has ended."""
        for _ in range(MOST_ACTS):
            if self.run.ended:
                return
            self._act()
            yield self._go_on(self.run)
        raise AssertionError(f"{self._story.process} does not end: {self.waiting()}")

    def waiting(self) -> list[str]:
        """What is waited for, by name."""
        timers = [f"{timer.element} {timer.due.isoformat()}" for timer in self.run.timers()]
        awaited = [*self.run.user_tasks(), *self.run.calls(), *self.run.subscriptions()]
        return sorted([*timers, *(each.element for each in awaited)])

    def _act(self) -> None:
        """Answer a call, else a person, else bring a message, else let the clock jump; of equals the first by name."""
        run, story = self.run, self._story
        calls = sorted(run.calls(), key=lambda call: call.element)
        tasks = sorted(run.user_tasks(), key=lambda task: task.element)
        people = [task for task in tasks if task.element not in story.idle]
        awaited = [each for each in run.subscriptions() if each.message in story.messages]
        if calls:
            run.answer(calls[0].task_id, story.results.get(calls[0].operation, {}))
        elif people:
            run.complete(people[0].task_id, story.answers.get(people[0].element, {}))
        elif awaited:
            run.deliver(awaited[0].message, story.messages[awaited[0].message], awaited[0].task_id)
        else:
            timer = min(run.timers(), key=lambda each: (each.due, each.element))
            self.clock.moment = max(self.clock.moment, timer.due)
            run.fire(timer.task_id)

    def _go_on(self, run: Run) -> bytes:
        run.settle()
        self.passed += run.passed()
        state = run.snapshot()
        self.run = Run.restore(self.definition, StoryWorld(), state)
        return state


def stories() -> dict[str, Story]:
    """Every story by name: the reception, the diagrams of the benchmark, a small one for each thing that waits."""
    bench = {f"step_{number}": _bench_answers(number) for number in range(1, 101)}
    found = {
        f"bench_{name}": Story(
            {f"bench_{name}.bpmn": (ROOT / f"bench/bench_{name}.bpmn").read_bytes()}, f"bench_{name}", answers=bench
        )
        for name in ("13", "100", "sign", "timer", "wait")
    }
    reception = (ROOT / "processes/kostanay/personal_reception.bpmn").read_bytes()
    common = {path.name: path.read_bytes() for path in sorted((ROOT / "processes/common").glob("*.bpmn"))}
    found["personal_reception"] = Story(
        {"personal_reception.bpmn": reception, **common},
        "personal_reception",
        answers=RECEPTION,
        results=RESULTS,
        messages={"information.received": {}},
        start="request_received",
    )
    return found | {name: Story(diagrams, "p", **more) for name, (diagrams, more) in _small().items()}


def _bench_answers(number: int) -> dict[str, str]:
    return {f"outcome_{number}": "go", f"note_{number}": "ескерту"}


def _small() -> dict[str, tuple[dict[str, bytes], dict[str, Any]]]:
    items = {"data": {"items": ["a", "b", "c"]}}
    return {
        "parallel": _one("start -> f; f -> a -> j; f -> b -> j; f -> c -> j; j -> d -> end", f=both(), j=both()),
        "inclusive": _one(
            "start -> f; f -[n > 1]-> a -> j; f -[n > 2]-> b -> j; f -*-> c -> j; j -> d -> end",
            f=some(),
            j=some(),
            data={"n": 3},
        ),
        "rework": _one(
            "start -> t -> s -> g; g -[n < 4]-> t; g -*-> end", s=script("n = n + 1"), g=xor(), data={"n": 0}
        ),
        "sub_process": _one(
            "start -> o -> end; e -> late -> end2",
            o=sub(
                "s1 -> i -> e1",
                s1=_start(),
                e1=end(),
                i=sub("s2 -> a -> w -> b -> e2", s2=_start(), w=catch(timer("PT2H")), e2=end()),
            ),
            e=border("o", timer("PT1H"), interrupting=False),
        ),
        "called_process": (
            {
                "p.bpmn": diagram("start -> c -> t -> end", c=call("q")),
                "q.bpmn": diagram("s2 -> a -> b -> e2", process_id="q", s2=_start(), e2=end()),
            },
            {},
        ),
        "instances_at_once": _one(
            "start -> t -> u -> end", t=for_each(user(), "items", "item", output="answers", result="answer"), **items
        ),
        "instances_one_by_one": _one(
            "start -> t -> u -> end",
            t=for_each(user(), "items", "item", output="answers", result="answer", one_by_one=True),
            **items,
        ),
        "loop": _one(
            "start -> t -> u -> end",
            t=repeat(sub("s1 -> a -> s -> e1", s1=_start(), e1=end(), s=script("n = n + 1")), "n < 3"),
            data={"n": 0},
        ),
        "service": _one(
            "start -> a -> b -> t -> end", a=service("one", "r", n="n + 1"), b=service("two"), data={"n": 1}
        ),
        "timers": _one(
            "start -> t -> end; r -> x -> end2; d -> y -> end3",
            t=user(),
            r=border("t", timer("R5/PT1H"), interrupting=False),
            d=border("t", timer("PT4H30M")),
            x=script("n = n + 1"),
            data={"n": 0},
            idle=["t"],
        ),
        "event_gateway": _one(
            "start -> g; g -> m -> a -> end; g -> c -> b -> end2; ",
            g=first_of(),
            m=catch(message("paid")),
            c=catch(timer("P3D")),
            messages={"paid": {"sum": 5}},
        ),
        "messages": _one(
            "start -> t -> u -> end; m -> x -> end2",
            t=catch(message("go", variable="brought")),
            m=border("u", message("more"), interrupting=False),
            x=script("n = n + 1"),
            data={"n": 0},
            messages={"go": {"a": 1}},
        ),
        "errors": _one(
            "start -> o -> end; e -> a -> end2; n -> b -> end3",
            o=sub("s1 -> t -> w -> u -> e1", s1=_start(), w=throw(escalation("late")), e1=end(error("E1"))),
            e=border("o", error("E1")),
            n=border("o", escalation("late"), interrupting=False),
        ),
    }


def _start() -> Any:
    return Node("startEvent")


def _one(flows: str, **nodes: Any) -> tuple[dict[str, bytes], dict[str, Any]]:
    more = {name: nodes.pop(name) for name in ("data", "idle", "messages") if name in nodes}
    return {"p.bpmn": diagram(flows, **nodes)}, more


def write(folder: Path) -> None:
    """Play every story and keep its states in `folder`."""
    for name, story in stories().items():
        place = folder / name
        place.mkdir(parents=True, exist_ok=True)
        with using(StandingClock(BEGINS)) as clock:
            _write_story(place, story, Teller(story, clock))


def _write_story(place: Path, story: Story, teller: Teller) -> None:
    teller.begin()
    clock = teller.clock
    kept = [
        (state, len(teller.passed), teller.waiting(), clock.moment.isoformat())
        for state in chain([teller.begun], teller.acts())
    ]
    alive = kept[:-1]
    step = max(1, -(-len(alive) // MOST_KEPT))
    states = []
    for number, (state, passed, waiting, moment) in list(enumerate(alive))[::step]:
        (place / f"{number:03}.state").write_bytes(state)
        states.append({"file": f"{number:03}.state", "passed": passed, "waiting": waiting, "clock": moment})
    for file, content in story.diagrams.items():
        (place / file).write_bytes(content)
    facts = {
        "process": story.process,
        "answers": story.answers,
        "results": story.results,
        "messages": story.messages,
        "idle": story.idle,
        "states": states,
        "ends": {"passed": teller.passed, "end_event": teller.run.end_event, "data": teller.run.data},
    }
    (place / "story.json").write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n", "utf-8")


def read(place: Path) -> tuple[Story, dict[str, Any]]:
    """A story as it was kept, and the facts of its states."""
    facts = json.loads((place / "story.json").read_text("utf-8"))
    diagrams = {path.name: path.read_bytes() for path in sorted(place.glob("*.bpmn"))}
    parts = {name: facts[name] for name in ("answers", "results", "messages")}
    return Story(diagrams, facts["process"], idle=tuple(facts["idle"]), **parts), facts


if __name__ == "__main__":
    write(STATES / sys.argv[1])
