"""`make bench`: ourselves beside the bare engine, in one run; one JSON object a line."""

import json
import os
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

from appeals import measure_appeals
from board import measure_board
from counting import count_requests
from floor import Floor, answers
from installation import OFFICE, PEOPLE, Browser, Installation, installation
from portal import measure_portal
from tasks import measure_tasks

HERE = Path(__file__).resolve().parent
SIGNED = {f"signed_{number}": "true" for number in range(4)}
WARM_UP = 5
ROUNDS = 200
ROUNDS_100 = 3
LOOPS = 300
NEIGHBOURS = 15
SIGNINGS = 7
TIMERS = 20
WAITING = 10_000
IDLE_SECONDS = 20


def main() -> None:
    """Everything, in about five minutes."""
    with installation() as here:
        web = here.web()
        browser, program = here.browser(), here.program()
        _ours_and_floor(here, browser, program)
        _hundred(here, browser, program)
        _loop(here, browser, program)
        _sign(here)
        for name, value in count_requests(here, answers(1)).items():
            tell(name, value, "per request")
        for name, value in measure_board(here).items():
            tell(name, value, {"ms": "ms", "ratio": "x the barest page", "sql": "per request"}[name.split("_")[-1]])
        for name, value in measure_portal(here).items():
            tell(name, value, "ms")
        worker = here.worker()
        _timers(here, here.program())  # a connection of its own: the kept one has been idle for too long
        tell("idle_worker_cpu_percent_empty", _cpu_percent(worker.pid), "%")
        _fill(here, here.program())
        time.sleep(2)  # one look of the worker at what came
        tell("idle_worker_cpu_percent", _cpu_percent(worker.pid), "%")
        browser = here.browser()
        lists = [timed(lambda: browser.get("/tasks?view=group"))[1] for _ in range(20)]
        tell("list_10k_ms", statistics.median(lists), "ms")
        for name, value in (measure_tasks(here) | measure_appeals(here)).items():
            tell(name, value, "ms")
        here.end(worker)
        here.end(web)


def tell(name: str, value: float, unit: str) -> None:
    """One figure, at once."""
    print(json.dumps({"name": name, "value": round(value, 3), "unit": unit}), flush=True)


def timed(call: Callable[[], Any]) -> tuple[Any, float]:
    """What `call` returns and its milliseconds."""
    began = time.perf_counter()
    result = call()
    return result, 1000 * (time.perf_counter() - began)


class Times:
    """Milliseconds of the floor and of ourselves, taken in turns."""

    def __init__(self) -> None:
        self.floor_start: list[float] = []
        self.floor_task: list[float] = []
        self.start: list[float] = []
        self.submit: list[list[float]] = []

    @property
    def submits(self) -> list[float]:
        return [each for instance in self.submit for each in instance]


def _round(here: Installation, browser: Browser, program: Any, floor: Floor, process: str, steps: int) -> Times:
    """One instance of the floor, then one of ours, step by step in turns."""
    times = Times()
    _, took = timed(floor.start)
    times.floor_start.append(took)
    instance, took = timed(lambda: program.start(process))
    times.start.append(took)
    ours: list[float] = []
    for step in range(1, steps + 1):
        times.floor_task.append(timed(lambda step=step: floor.complete(step))[1])
        (task,) = here.open_tasks(instance)
        (status, body), took = timed(lambda task=task, step=step: browser.post(f"/tasks/{task}", answers(step)))
        assert status == 303, f"step {step}: {status} {body[:2000]!r}"
        ours.append(took)
    times.submit.append(ours)
    assert floor.ended, "the floor has not ended"
    assert not here.open_tasks(instance), f"instance {instance} has not ended"
    return times


def _rounds(here: Installation, browser: Browser, program: Any, process: str, steps: int, rounds: int) -> Times:
    floor = Floor(HERE / f"{process}.bpmn", process)
    total = Times()
    for _ in range(rounds):
        times = _round(here, browser, program, floor, process, steps)
        for name in ("floor_start", "floor_task", "start", "submit"):
            getattr(total, name).extend(getattr(times, name))
    return total


def _ours_and_floor(here: Installation, browser: Browser, program: Any) -> None:
    _rounds(here, browser, program, "bench_13", 13, WARM_UP)
    rows, size = _rows(here), _bytes(here)
    times = _rounds(here, browser, program, "bench_13", 13, ROUNDS)
    rows, size = (_rows(here) - rows) / ROUNDS, (_bytes(here) - size) / ROUNDS
    floor_start, floor_task = statistics.median(times.floor_start), statistics.median(times.floor_task)
    submit, start = statistics.median(times.submits), statistics.median(times.start)
    tell("floor_start_ms", floor_start, "ms")
    tell("floor_user_task_ms", floor_task, "ms")
    tell("submit_ms", submit, "ms")
    tell("submit_p95_ms", statistics.quantiles(times.submits, n=20)[-1], "ms")
    tell("submit_ratio", submit / floor_task, "x floor_user_task_ms")
    tell("start_ms", start, "ms")
    tell("start_ratio", start / floor_start, "x floor_start_ms")
    first = statistics.median(instance[0] for instance in times.submit)
    last = statistics.median(instance[-1] for instance in times.submit)
    tell("growth_13_over_1", last / first, "x")
    tell("rows_per_instance", rows, "rows")
    tell("bytes_per_instance", size, "bytes")


def _rows(here: Installation) -> int:
    return sum(here.one(f"SELECT count(*) FROM {table}") for table in _tables(here))


def _bytes(here: Installation) -> int:
    return sum(here.one("SELECT pg_total_relation_size(%s::regclass)", table) for table in _tables(here))


def _tables(here: Installation) -> list[str]:
    return [row[0] for row in here.database.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]


def _hundred(here: Installation, browser: Browser, program: Any) -> None:
    steps = (HERE / "bench_100.bpmn").read_text("utf-8").count("<bpmn:userTask ")
    times = _rounds(here, browser, program, "bench_100", steps, ROUNDS_100)
    submit = statistics.median(times.submits)
    tell("submit_100_ms", submit, "ms")
    tell("submit_100_ratio", submit / statistics.median(times.floor_task), "x the floor of the same diagram")


def _loop(here: Installation, browser: Browser, program: Any) -> None:
    """What the last rounds of a long rework loop cost beside the first (medians of a few neighbours)."""
    instance = program.start("bench_loop")
    took = []
    for _ in range(LOOPS):
        (task,) = here.open_tasks(instance)
        (status, body), milliseconds = timed(lambda task=task: browser.post(f"/tasks/{task}", answers(1)))
        assert status == 303, f"{status} {body[:2000]!r}"
        took.append(milliseconds)
    first, last = statistics.median(took[:NEIGHBOURS]), statistics.median(took[-NEIGHBOURS:])
    tell("loop_300_over_1", last / first, "x")


def _sign(here: Installation) -> None:
    """Four people sign the four parallel tasks of one instance at the same moment; the slowest of several times."""
    people = [here.browser(login) for login in PEOPLE]
    program = here.program()
    took = []
    with ThreadPoolExecutor(len(people)) as pool:
        for _ in range(SIGNINGS):
            instance = program.start("bench_sign")
            tasks = here.open_tasks(instance)
            barrier = Barrier(len(people))

            def sign(number: int, tasks: list[int] = tasks, barrier: Barrier = barrier) -> tuple[int, float, float]:
                barrier.wait()
                began = time.perf_counter()
                status, _ = people[number].post(f"/tasks/{tasks[number]}", SIGNED)
                return status, began, time.perf_counter()

            done = list(pool.map(sign, range(len(people))))
            assert [status for status, _, _ in done] == [303] * len(people), done
            assert here.one("SELECT status FROM process_instance WHERE id = %s", instance) == "completed"
            took.append(max(end for _, _, end in done) - min(begin for _, begin, _ in done))
    tell("sign_4_s", max(took), "s")


def _timers(here: Installation, program: Any) -> None:
    """Timers of five seconds, started a little apart: the latest of them."""
    instances = []
    for _ in range(TIMERS):
        instances.append(program.start("bench_timer"))
        time.sleep(0.05)
    deadline = time.monotonic() + 30
    while here.one("SELECT count(*) FROM process_instance WHERE id = ANY(%s) AND status = 'running'", instances):
        assert time.monotonic() < deadline, "a timer has not fired"
        time.sleep(0.1)
    late = here.one(
        "SELECT max(extract(epoch FROM at - (facts ->> 'due')::timestamptz)) FROM history"
        " WHERE instance_id = ANY(%s) AND kind = 'timer_fired'",
        instances,
    )
    tell("timer_late_s", float(late), "s")


def _fill(here: Installation, program: Any) -> None:
    """Many instances that wait for a person and for a timer: copies of a real one."""
    model = program.start("bench_wait")
    for table, columns in {
        "process_instance": "office_id, version_id, status, state, started_at, started_by",
        "user_task": "office_id, instance_id, engine_id, element, role, status, created_at",
        "job": "office_id, kind, name, instance_id, engine_id, element, payload, due_at, attempts, status",
    }.items():
        key = "id" if table == "process_instance" else "instance_id"
        source = "g.id" if key == "instance_id" else ""
        chosen = columns.replace("instance_id", source) if source else columns
        rows = (
            f"generate_series(2, {WAITING}) AS g"
            if not source
            else f"(SELECT id FROM process_instance WHERE version_id = (SELECT version_id FROM process_instance"
            f" WHERE id = {model}) AND id <> {model}) AS g"
        )
        here.database.execute(
            f"INSERT INTO {table} ({columns}) SELECT {_qualified(chosen)} FROM {table} AS m, {rows} WHERE m.{key} = %s",
            (model,),
        )
    assert here.one("SELECT count(*) FROM job WHERE name = 'late' AND office_id = %s", OFFICE) == WAITING
    here.database.execute("ANALYZE")


def _qualified(columns: str) -> str:
    return ", ".join(name if "." in name else f"m.{name}" for name in columns.split(", "))


def _cpu_percent(pid: int) -> float:
    """CPU of a process over `IDLE_SECONDS`, in percent of one core."""
    before = _cpu_seconds(pid)
    time.sleep(IDLE_SECONDS)
    return 100 * (_cpu_seconds(pid) - before) / IDLE_SECONDS


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
