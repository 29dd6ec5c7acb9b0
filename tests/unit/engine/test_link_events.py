"""Link events: the token goes on at the catch of the same name."""

import pytest

from app.engine.errors import DiagramError
from app.engine.parser import read_definition
from tests.unit.engine.diagrams import catch, diagram, sub, throw, xor
from tests.unit.engine.walking import Walk


def link(name: str) -> str:
    return f'<bpmn:linkEventDefinition name="{name}"/>'


def test_the_token_goes_on_at_the_catch_of_the_same_name(walk: Walk) -> None:
    walk.start(diagram("start -> away; here -> a -> end", away=throw(link("on")), here=catch(link("on"))))

    assert walk.waiting == ["a"]
    assert walk.passed == ["start", "away", "here"]


def test_several_throws_lead_to_one_catch(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> ask -> way; way -[x]-> one; way -*-> two; here -> a -> end",
            way=xor(),
            one=throw(link("on")),
            two=throw(link("on")),
            here=catch(link("on")),
        )
    )

    walk.complete("ask", x=False)

    assert walk.waiting == ["a"]
    assert walk.passed[-2:] == ["two", "here"]


def test_a_link_may_lead_back(walk: Walk) -> None:
    walk.start(
        diagram(
            "start -> join; again -> join -> a -> way; way -[done]-> end; way -*-> back",
            join=xor(),
            way=xor(),
            back=throw(link("again")),
            again=catch(link("again")),
        )
    )

    walk.complete("a", done=False)
    once_more = walk.waiting
    walk.complete("a", done=True)

    assert once_more == ["a"]
    assert walk.run.ended


def test_a_link_of_a_stage_stays_in_the_stage(walk: Walk) -> None:
    inner = sub("start_in -> away; here -> b -> end_in", away=throw(link("on")), here=catch(link("on")))
    walk.start(
        diagram("start -> stage -> out; back -> a -> end", stage=inner, out=throw(link("on")), back=catch(link("on")))
    )

    inside = walk.waiting
    walk.complete("b")

    assert inside == ["b"]
    assert walk.waiting == ["a"]


@pytest.mark.parametrize(
    ("process", "element"),
    [
        (diagram("start -> away; here -> end", away=throw(link("on")), here=catch(link("off"))), "away"),
        (
            diagram(
                "start -> away; here -> end; there -> end",
                away=throw(link("on")),
                here=catch(link("on")),
                there=catch(link("on")),
            ),
            "here",
        ),
        (diagram("start -> away -> end; here -> end", away=throw(link("on")), here=catch(link("on"))), "away"),
        (
            diagram(
                "start -> way; way -[x]-> away; way -*-> here; here -> end",
                way=xor(),
                away=throw(link("on")),
                here=catch(link("on")),
            ),
            "here",
        ),
        (diagram("start -> end; here -> end", here=catch(link("on"))), "here"),
        (diagram("start -> away; here -> end", away=throw(link("")), here=catch(link(""))), "away"),
        (
            diagram(
                "start -> away; stage -> end",
                away=throw(link("on")),
                stage=sub("here -> end_in", here=catch(link("on"))),
            ),
            "away",
        ),
        (diagram("start -> wait -> end", wait=catch("")), "wait"),
    ],
)
def test_a_link_that_leads_nowhere_is_refused_by_its_element(process: bytes, element: str) -> None:
    with pytest.raises(DiagramError) as caught:
        read_definition({"p.bpmn": process}, "p")

    assert caught.value.element == element
