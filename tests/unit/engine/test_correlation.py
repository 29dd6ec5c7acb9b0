"""By which values an instance recognises the messages that are meant for it."""

import pytest

from app.domain import clock
from app.domain.clock import StandingClock
from app.engine.parser import read_definition
from app.engine.run import Run
from tests.unit.engine.diagrams import Node, catch, diagram, event_sub, for_each, message, start, sub, throw
from tests.unit.engine.walking import MONDAY, Walk

AGREED = b"""<bpmn:collaboration id="talk"><bpmn:correlationKey id="k" name="request">
 <bpmn:correlationPropertyRef>number</bpmn:correlationPropertyRef></bpmn:correlationKey></bpmn:collaboration>
 <bpmn:correlationProperty id="number" name="number">
  <bpmn:correlationPropertyRetrievalExpression messageRef="message:ask">
   <bpmn:messagePath>request_number</bpmn:messagePath></bpmn:correlationPropertyRetrievalExpression>
  <bpmn:correlationPropertyRetrievalExpression messageRef="message:reply">
   <bpmn:formalExpression>answer_to["number"]</bpmn:formalExpression></bpmn:correlationPropertyRetrievalExpression>
 </bpmn:correlationProperty>"""
BOUND = """<bpmn:extensionElements><spiffworkflow:processVariableCorrelation>
 <spiffworkflow:propertyId>number</spiffworkflow:propertyId><spiffworkflow:expression>own_number</spiffworkflow:expression>
</spiffworkflow:processVariableCorrelation></bpmn:extensionElements>"""


@pytest.fixture
def walk():
    standing = StandingClock(MONDAY)
    with clock.using(standing):
        yield Walk(standing)


def agreed(drawn: bytes, agreement: bytes = AGREED) -> bytes:
    return drawn.replace(b"<bpmn:process ", agreement + b"<bpmn:process ", 1)


def asking(number: str = "n") -> Node:
    return throw(message("ask", payload=f'{{"request_number": {number}}}'))


def keys(walk: Walk) -> dict[str, dict[str, str]]:
    return {each.element: dict(each.correlations) for each in walk.run.subscriptions()}


def test_a_message_carries_the_keys_its_payload_has(walk: Walk) -> None:
    definition = read_definition({"p.bpmn": agreed(diagram("start -> ask -> a -> end", ask=asking()))}, "p")
    run = Run.start(definition, walk.world, {"n": 7})

    run.settle()

    assert [(each.message, each.element, dict(each.correlations)) for each in run.thrown()] == [
        ("ask", "ask", {"request.number": "7"})
    ]


def test_who_has_asked_waits_for_the_reply_to_that(walk: Walk) -> None:
    walk.start(agreed(diagram("start -> ask -> wait -> end", ask=asking(), wait=catch(message("reply")))), n=7)

    assert keys(walk) == {"wait": {"request.number": "7"}}


def test_who_has_not_asked_yet_takes_any_reply_and_goes_by_it_from_then_on(walk: Walk) -> None:
    first, second = catch(message("reply")), catch(message("reply"))
    walk.start(agreed(diagram("start -> first -> second -> end", first=first, second=second)))
    before = keys(walk)

    walk.deliver("reply", answer_to={"number": "A-1"})

    assert before == {"first": {}}
    assert keys(walk) == {"second": {"request.number": "A-1"}}


def test_in_a_loop_the_reply_to_the_last_question_counts(walk: Walk) -> None:
    drawn = diagram(
        "start -> back -> ask -> wait -> more -> choose -[again]-> back; choose -*-> end",
        back=Node("exclusiveGateway"),
        choose=Node("exclusiveGateway"),
        ask=asking(),
        wait=catch(message("reply")),
    )
    walk.start(agreed(drawn), n=1)
    walk.deliver("reply", answer_to={"number": 1})

    walk.complete("more", again=True, n=2)

    assert keys(walk) == {"wait": {"request.number": "2"}}


def test_an_event_may_bind_the_key_to_a_variable_and_follows_its_correction(walk: Walk) -> None:
    wait = catch(message("reply").replace("></", f">{BOUND}</", 1))
    walk.start(agreed(diagram("start -> wait -> end", wait=wait)), own_number="B-5")
    before = keys(walk)

    walk.correct(own_number="B-6")

    assert before == {"wait": {"request.number": "B-5"}}
    assert keys(walk) == {"wait": {"request.number": "B-6"}}


def test_an_event_sub_process_listens_by_what_its_scope_knows_now(walk: Walk) -> None:
    begin = start(message("reply").replace("></", f">{BOUND}</", 1), interrupting=False)
    drawn = diagram("start -> a -> b -> end", beside=event_sub("told -> help -> over", told=begin))
    walk.start(agreed(drawn))
    before = keys(walk)

    walk.complete("a", own_number="B-5")

    assert (before, keys(walk)) == ({"told": {}}, {"told": {"request.number": "B-5"}})


def test_a_process_may_bind_the_key_for_all_its_events(walk: Walk) -> None:
    subscription = b"""<bpmn:correlationSubscription id="s" correlationKeyRef="k"><bpmn:correlationPropertyBinding
     correlationPropertyRef="number"><bpmn:dataPath>own_number</bpmn:dataPath></bpmn:correlationPropertyBinding>
    </bpmn:correlationSubscription></bpmn:process>"""
    drawn = diagram("start -> wait -> end", wait=catch(message("reply"))).replace(b"</bpmn:process>", subscription, 1)

    walk.start(agreed(drawn), own_number="B-5")

    assert keys(walk) == {"wait": {"request.number": "B-5"}}


def test_a_key_is_known_as_a_whole_or_not_at_all(walk: Walk) -> None:
    second = AGREED.replace(
        b"</bpmn:correlationKey>",
        b"<bpmn:correlationPropertyRef>year</bpmn:correlationPropertyRef></bpmn:correlationKey>",
    )
    second += b"""<bpmn:correlationProperty id="year"><bpmn:correlationPropertyRetrievalExpression
     messageRef="message:ask"><bpmn:messagePath>year</bpmn:messagePath>
     </bpmn:correlationPropertyRetrievalExpression></bpmn:correlationProperty>"""

    definition = read_definition({"p.bpmn": agreed(diagram("start -> ask -> a -> end", ask=asking()), second)}, "p")
    run = Run.start(definition, walk.world, {"n": 7})

    run.settle()

    assert [dict(each.correlations) for each in run.thrown()] == [{}]


def test_an_instance_started_by_a_message_goes_by_its_keys(walk: Walk) -> None:
    drawn = diagram("begun -> wait -> end", begun=start(message("ask")), wait=catch(message("reply")))

    walk.start(agreed(drawn), request_number="C-3", start_element="begun")

    assert keys(walk) == {"wait": {"request.number": "C-3"}}


def test_each_sub_process_has_a_conversation_of_its_own(walk: Walk) -> None:
    each = for_each(
        sub("start_in -> ask -> wait -> end_in", ask=asking("number"), wait=catch(message("reply"))),
        "numbers",
        "number",
    )

    walk.start(agreed(diagram("start -> each -> end", each=each)), numbers=[1, 2])

    assert [dict(found.correlations) for found in walk.run.subscriptions()] == [
        {"request.number": "1"},
        {"request.number": "2"},
    ]


def test_a_message_for_somebody_else_leaves_the_instance(walk: Walk) -> None:
    """One branch waits for the reply to its question; the other sends a reply to another one."""
    drawn = diagram(
        "start -> ask -> fork -> wait -> end; fork -> send -> end_send",
        fork=Node("parallelGateway"),
        ask=asking(),
        wait=catch(message("reply")),
        send=throw(message("reply", payload='{"answer_to": {"number": other}}')),
    )

    walk.start(agreed(drawn), n=7, other=8)

    assert walk.thrown[-1] == ("reply", {"answer_to": {"number": 8}})
    assert walk.messages == ["reply"]
