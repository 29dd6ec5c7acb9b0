"""Link events: the flow goes on elsewhere in the same scope."""

from tests.conformance.case import case
from tests.conformance.drawing import link
from tests.unit.engine.diagrams import catch, diagram, end, script, start, sub, throw, xor

CASES = [
    case(
        "link_leads_on_elsewhere",
        "link event",
        "throw",
        diagram("start -> a -> l; m -> b -> end", l=throw(link("A")), m=catch(link("A"))),
        "start a l m b end",
    ),
    case(
        "link_catch_of_several_throws",
        "link event",
        "catch",
        diagram(
            "start -> g; g -[x]-> l1; g -*-> l2; m -> b -> end",
            g=xor(),
            l1=throw(link("A")),
            l2=throw(link("A")),
            m=catch(link("A")),
        ),
        "start g l2 m b end",
        given={"x": False},
    ),
    case(
        "links_of_different_names_do_not_mix",
        "link event",
        "throw",
        diagram(
            "start -> l; m -> a -> end; n -> b -> end2; a -> k",
            l=throw(link("A")),
            m=catch(link("A")),
            n=catch(link("B")),
            k=throw(link("B")),
        ),
        "start l m a (end | k n b end2)",
    ),
    case(
        "link_in_a_sub_process",
        "link event",
        "throw",
        diagram(
            "start -> sp -> end",
            sp=sub("s1 -> l; m -> a -> e1", s1=start(), l=throw(link("A")), m=catch(link("A")), e1=end()),
        ),
        "start s1 l m a e1 sp end",
    ),
    case(
        "link_makes_a_loop",
        "link event",
        "throw",
        diagram(
            "start -> a; m -> a -> s -> g; g -[n < 2]-> l; g -*-> end",
            m=catch(link("A")),
            l=throw(link("A")),
            g=xor(),
            s=script("n = n + 1"),
        ),
        "start a s g l m a s g end",
        given={"n": 0},
    ),
    case(
        "link_out_of_a_sub_process_is_refused",
        "link event",
        "throw",
        diagram(
            "start -> sp -> end; m -> b -> end2", sp=sub("s1 -> l", s1=start(), l=throw(link("A"))), m=catch(link("A"))
        ),
        refused="l m",
    ),
    case(
        "link_without_its_other_half_is_refused",
        "link event",
        "throw",
        diagram("start -> l", l=throw(link("A"))),
        refused="l",
    ),
]
