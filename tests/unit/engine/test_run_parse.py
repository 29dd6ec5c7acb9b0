"""From diagrams to a definition: what is refused and how it is named, what is kept, what time it is."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition

from app.domain.clock import StandingClock
from app.engine import parser
from app.engine.errors import DiagramError, TimerTextError
from app.engine.expressions import ExpressionError
from app.engine.parser import parse, read_definition
from app.engine.timers import Schedule, schedule, start_schedule
from app.engine.xml import DiagramXmlError
from tests.unit.engine.diagrams import (
    Node,
    border,
    call,
    catch,
    diagram,
    end,
    first_of,
    message,
    script,
    service,
    some,
    start,
    sub,
    timer,
    user,
    xor,
)
from tests.unit.engine.walking import MONDAY, Walk

BENCH = Path(__file__).parents[3] / "bench"


@pytest.mark.parametrize(
    ("process", "element"),
    [
        (diagram("start -> a -> end", a=Node("userTask", attributes={"startQuantity": "0"})), "a"),
        (diagram("start -> a -> end", a=Node("userTask", attributes={"completionQuantity": "many"})), "a"),
        (diagram("start -> a -> end", a=Node("userTask", attributes={"default": "gone"})), "a"),
        (diagram("start -> a -> end -> b"), "end"),
        (
            diagram("start -> a -> end; lost -> end", lost=Node("boundaryEvent", attributes={"attachedToRef": "x"})),
            "lost",
        ),
        (diagram("start -> a -> end").replace(b'sourceRef="start"', b'sourceRef="nowhere"'), "p_start_a"),
        (diagram("start -> a -> end; a -> b", b=user()).replace(b'id="b"', b'id="a"'), "a"),
        (diagram("start -> first -> a -> end; first -> b", first=first_of()), "first"),
        (diagram("a -> end"), "p"),
        (diagram("start -> gate -> end; gate -> end_b", gate=xor()), "p_gate_end"),
        (diagram("start -> b -> a -> end; start -> a", a=Node("complexGateway")), "a"),
        (diagram("start -> a -> end", a=call("elsewhere")), "a"),
        (diagram("start -> a -> end", a=sub("b -> end_in")), "a"),
        (diagram("start -> a -> end", a=sub("start_in -> b -> end_in; start_other -> b")), "a"),
        (diagram("start -> a -> end", a=Node("adHocSubProcess")), "a"),
        (diagram("start -> a -> end", a=Node("adHocSubProcess", flows="start_in -> b")), "start_in"),
        (diagram("start -> wait -> end", wait=catch("<bpmn:timerEventDefinition/>")), "wait"),
        (diagram("start -> wait -> end", wait=catch('<bpmn:messageEventDefinition messageRef="gone"/>')), "wait"),
        (diagram("start -> wait -> end", wait=catch('<bpmn:signalEventDefinition signalRef="gone"/>')), "wait"),
        (diagram("start -> a -> end", a=user("<bpmn:multiInstanceLoopCharacteristics/>")), "a"),
        (diagram("start -> a -> End", End=user()), "End"),
        (diagram("start -> a -> end", late=Node("subProcess", attributes={"triggeredByEvent": "true"})), "late"),
        (
            diagram("start -> gate -[x]-> end", gate=xor()).replace(
                b"<bpmn:conditionExpression>", b'<bpmn:conditionExpression language="groovy">'
            ),
            "p_gate_end_1",
        ),
        (diagram("start -> a -> end").replace(b'targetRef="end"', b'targetRef="nowhere"'), "a"),
    ],
)
def test_what_cannot_be_executed_is_refused_by_the_id_of_the_element(process: bytes, element: str) -> None:
    with pytest.raises(DiagramError) as caught:
        read_definition({"p.bpmn": process}, "p")

    assert element in caught.value.element
    assert caught.value.status == 422
    assert caught.value.text.kk
    assert caught.value.text.kk != caught.value.text.ru != caught.value.text.in_("en")


def test_a_process_that_is_not_there_is_named() -> None:
    with pytest.raises(DiagramError) as caught:
        read_definition({"p.bpmn": diagram("start -> end")}, "q")

    assert caught.value.element == "q"


def test_what_is_no_xml_is_refused() -> None:
    with pytest.raises(DiagramXmlError):
        read_definition({"p.bpmn": b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"}, "p")


@pytest.mark.parametrize("language", ["python", "text/x-python", "http://www.python.org", ""])
def test_a_condition_may_say_that_it_is_python(walk: Walk, language: str) -> None:
    process = diagram("start -> gate -[x == 1]-> a -> end; gate -*-> end_b", gate=xor())
    written = f'<bpmn:conditionExpression language="{language}">'.encode()

    walk.start(process.replace(b"<bpmn:conditionExpression>", written), x=1)

    assert walk.waiting == ["a"]


def test_parameters_may_be_named_like_tasks(walk: Walk) -> None:
    walk.world.results["send"] = {}

    walk.start(diagram("start -> send -> a -> end", send=service("send", send="1", a="2")))

    assert walk.waiting == ["a"]
    assert walk.world.performed[0].parameters == {"send": 1, "a": 2}


def test_a_parameter_needs_no_type_but_may_have_one(walk: Walk) -> None:
    walk.world.results["send"] = {}
    process = diagram("start -> send -> a -> end", send=service("send", to='"x"'))

    walk.start(process.replace(b'id="to"', b'id="to" type="str"'))

    assert walk.world.performed[0].parameters == {"to": "x"}


def test_a_definition_is_kept_by_its_key() -> None:
    content = {"p.bpmn": diagram("start -> a -> end")}

    first = parse(content, "p", "key-1")

    assert parse({}, "p", "key-1") is first
    assert parse(content, "p", "key-2") is not first


def test_the_definitions_used_longest_ago_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parser, "KEPT_DEFINITIONS", 2)
    content = {"p.bpmn": diagram("start -> a -> end")}
    first, second = parse(content, "p", "lru-1"), parse(content, "p", "lru-2")
    parse(content, "p", "lru-1")

    parse(content, "p", "lru-3")

    assert parse(content, "p", "lru-1") is first
    assert parse(content, "p", "lru-2") is not second


def test_a_definition_tells_its_name_its_elements_and_its_starts() -> None:
    process = diagram(
        "by_message -> a -> end; nightly -> a",
        by_message=start(message("request.received")),
        nightly=start(timer("0 0 * * *", "timeCycle")),
        a=call("called"),
        late=border("a", timer("P1D")),
        end_late=end(),
    )

    definition = read_definition(
        {"p.bpmn": process, "c.bpmn": diagram("start -> inside -> end", process_id="called")}, "p"
    )

    assert definition.name.ru == "Процесс"
    assert definition.process_id == "p"
    assert definition.elements["a"].kind == "callActivity"
    assert definition.elements["inside"].kind == "userTask"
    assert dict(definition.start_messages) == {"request.received": "by_message"}
    assert [(one.element, one.text) for one in definition.start_timers] == [("nightly", "0 0 * * *")]


def test_thirteen_and_a_hundred_tasks_are_read() -> None:
    for name in ("bench_13", "bench_100"):
        content = (BENCH / f"{name}.bpmn").read_bytes()

        definition = read_definition({f"{name}.bpmn": content}, name)

        assert len(definition.elements) > 13


def test_the_librarys_own_timers_live_by_business_time(standing: StandingClock) -> None:
    standing.moment = datetime(2031, 5, 1, tzinfo=UTC)

    _, first, _ = TimerEventDefinition.parse_iso_recurring_interval("R3/PT10M")

    assert first == datetime(2031, 5, 1, 0, 10, tzinfo=UTC)


def test_a_timer_start_is_planned_from_its_text(standing: StandingClock) -> None:
    functions = {"opens": lambda rule: "2026-11-17T09:00:00+05:00"}

    once = start_schedule("opens('day')", functions=functions, now=MONDAY, element="s")
    daily = start_schedule("R/P1D", functions=functions, now=MONDAY, element="s")

    assert once == Schedule(datetime(2026, 11, 17, 4, tzinfo=UTC))
    assert daily == Schedule(MONDAY + timedelta(days=1), "P1D", None)
    assert daily.following(MONDAY + timedelta(days=1)) == Schedule(MONDAY + timedelta(days=2), "P1D", None)


def test_a_timer_start_that_means_nothing_is_refused(standing: StandingClock) -> None:
    with pytest.raises(TimerTextError):
        start_schedule("-P1D", functions={}, now=MONDAY, element="s")
    with pytest.raises(ExpressionError):
        start_schedule("every monday", functions={}, now=MONDAY, element="s")


@pytest.mark.parametrize(
    ("start_of", "duration", "due"),
    [
        ("2026-01-31T10:00:00+05:00", "P1M", "2026-02-28T10:00:00+05:00"),
        ("2028-01-31T10:00:00+05:00", "P1M", "2028-02-29T10:00:00+05:00"),
        ("2028-02-29T10:00:00+05:00", "P1Y", "2029-02-28T10:00:00+05:00"),
        ("2026-12-31T23:30:00+05:00", "P1MT1H", "2027-02-01T00:30:00+05:00"),
        ("2026-11-16T10:00:00+05:00", "P1Y2M3DT4H5M6S", "2028-01-19T14:05:06+05:00"),
    ],
)
def test_months_and_years_are_those_of_the_calendar(start_of: str, duration: str, due: str) -> None:
    found = schedule(duration, now=datetime.fromisoformat(start_of), element="t")

    assert found.due == datetime.fromisoformat(due)


def test_a_monthly_cycle_stays_monthly() -> None:
    first = schedule("R/P1M", now=datetime(2026, 1, 15, tzinfo=UTC), element="t")

    second = first.following(first.due)
    assert second is not None

    assert [first.due, second.due] == [datetime(2026, 2, 15, tzinfo=UTC), datetime(2026, 3, 15, tzinfo=UTC)]


def test_an_inclusive_gateway_in_a_diagram_with_loops_is_prepared() -> None:
    process = diagram(
        "start -> merge -> fork -[x]-> a -> join; fork -*-> b -> join; join -> again -[x]-> merge; again -*-> end",
        merge=xor(),
        again=xor(),
        fork=some(),
        join=some(),
        a=script("x = 1"),
    )

    join = read_definition({"p.bpmn": process}, "p").spec.task_specs["join"]

    assert join.upstream["a"] >= {"a", "fork", "merge", "start"}
    assert "join" not in join.upstream["a"]
