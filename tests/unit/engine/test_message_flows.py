"""Message flows give what they join one message, however many there are."""

import time

from app.engine.message_flows import name_messages, named_messages
from app.engine.xml import read_xml

HEAD = '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="file">'


def drawn(flows: list[tuple[str, str]]) -> bytes:
    lines = "".join(
        f'<bpmn:messageFlow id="flow{number}" sourceRef="{source}" targetRef="{target}"/>'
        for number, (source, target) in enumerate(flows)
    )
    sending, receiving = (sorted({flow[end] for flow in flows}) for end in (0, 1))
    tasks = "".join(f'<bpmn:sendTask id="{each}"/>' for each in sending)
    tasks += "".join(f'<bpmn:receiveTask id="{each}"/>' for each in receiving)
    pools = f'<bpmn:collaboration>{lines}</bpmn:collaboration><bpmn:process id="p">{tasks}</bpmn:process>'
    return f"{HEAD}{pools}</bpmn:definitions>".encode()


def test_flows_that_meet_at_an_end_carry_the_message_of_the_first() -> None:
    root = read_xml(drawn([("ask", "hear"), ("tell", "listen"), ("tell", "hear"), ("cry", "wait")])).getroot()

    name_messages(root)

    named = named_messages(root)
    assert {named[each] for each in ("ask", "hear", "tell", "listen")} == {"flow0-message"}
    assert (named["cry"], named["wait"]) == ("flow3-message", "flow3-message")


def test_thousands_of_them_are_read_in_a_moment() -> None:
    root = read_xml(drawn([(f"send{number}", f"receive{number}") for number in range(3000)])).getroot()
    began = time.process_time()

    name_messages(root)

    assert len(set(named_messages(root).values())) == 3000
    assert time.process_time() - began < 5
