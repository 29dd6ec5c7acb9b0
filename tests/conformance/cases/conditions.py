"""Conditional events: they listen to the data of their scope."""

from tests.conformance.case import case
from tests.conformance.drawing import begin, condition, event_sub
from tests.unit.engine.diagrams import border, both, catch, diagram, end, first_of, script, start, sub, timer

YES = script("ok = True")
SETS = sub("s1 -> t -> s -> u -> e1", s1=start(), s=YES, e1=end())

CASES = [
    case(
        "condition_catch_that_holds_goes_on",
        "conditional event",
        "catch",
        diagram("start -> c -> a -> end", c=catch(condition("n > 1"))),
        "start c a end",
        given={"n": 2},
    ),
    case(
        "condition_catch_that_does_not_hold_waits",
        "conditional event",
        "catch",
        diagram("start -> c -> a -> end", c=catch(condition("n > 1"))),
        "start",
        given={"n": 1},
        waits="c",
    ),
    case(
        "condition_catch_over_a_variable_that_is_not_there_waits",
        "conditional event",
        "catch",
        diagram("start -> c -> a -> end", c=catch(condition("ok"))),
        "start",
        waits="c",
    ),
    case(
        "condition_catch_becomes_true_beside",
        "conditional event",
        "catch",
        diagram(
            "start -> s0 -> f; f -> c -> a -> end; f -> l -> s -> end2",
            s0=script("ok = False"),
            f=both(),
            c=catch(condition("ok")),
            l=catch(timer("PT1H")),
            s=YES,
        ),
        "start s0 f l s (c a end | end2)",
    ),
    case(
        "condition_boundary_interrupts",
        "conditional event",
        "boundary",
        diagram("start -> o -> b -> end; e -> a -> end2", o=SETS, e=border("o", condition("ok"))),
        "start s1 t s e a end2",
        given={"ok": False},
    ),
    case(
        "condition_boundary_that_holds_from_the_start",
        "conditional event",
        "boundary",
        diagram("start -> o -> b -> end; e -> a -> end2", o=SETS, e=border("o", condition("ok"))),
        "start s1? e a end2",
        given={"ok": True},
    ),
    case(
        "condition_boundary_that_never_holds",
        "conditional event",
        "boundary",
        diagram("start -> o -> b -> end; e -> a -> end2", o=SETS, e=border("o", condition("never"))),
        "start s1 t s u e1 o b end",
        given={"never": False},
    ),
    case(
        "condition_boundary_over_a_variable_that_is_not_there_yet",
        "conditional event",
        "boundary",
        diagram("start -> o -> b -> end; e -> a -> end2", o=SETS, e=border("o", condition("ok"))),
        "start s1 t s e a end2",
    ),
    case(
        "condition_boundary_not_interrupting",
        "conditional event",
        "boundary, not interrupting",
        diagram("start -> o -> b -> end; e -> a -> end2", o=SETS, e=border("o", condition("ok"), interrupting=False)),
        "start s1 t s (e a end2 | u e1 o b end)",
        given={"ok": False},
    ),
    case(
        "condition_boundary_at_a_task_changed_beside",
        "conditional event",
        "boundary",
        diagram(
            "start -> f; f -> t -> end; f -> l -> s -> end2; e -> a -> end3",
            f=both(),
            l=catch(timer("PT1H")),
            s=YES,
            e=border("t", condition("ok")),
        ),
        "start f l s (e a end3 | end2)",
        given={"ok": False},
        do="a",
    ),
    case(
        "condition_start_of_an_event_sub_process_interrupts",
        "conditional event",
        "event sub-process",
        diagram(
            "start -> t -> s -> u -> end", s=YES, x=event_sub("s1 -> a -> e1", s1=begin(condition("ok")), e1=end())
        ),
        "start t s s1 a e1 x",
        given={"ok": False},
    ),
    case(
        "condition_start_of_an_event_sub_process_beside",
        "conditional event",
        "event sub-process, not interrupting",
        diagram(
            "start -> t -> s -> u -> end",
            s=YES,
            x=event_sub("s1 -> a -> e1", s1=begin(condition("ok"), interrupting=False), e1=end()),
        ),
        "start t s (s1 a e1 x | u end)",
        given={"ok": False},
    ),
    case(
        "condition_behind_an_event_gateway",
        "conditional event",
        "event-based gateway",
        diagram(
            "start -> g; g -> c -> a -> end; g -> d -> b -> end2",
            g=first_of(),
            c=catch(condition("ok")),
            d=catch(timer("PT1H")),
        ),
        "start g c a end",
        given={"ok": True},
    ),
    case(
        "condition_with_a_syntax_error_is_refused",
        "conditional event",
        "catch",
        diagram("start -> c -> end", c=catch(condition("n >"))),
        refused="c",
    ),
    case(
        "condition_without_an_expression_is_refused",
        "conditional event",
        "catch",
        diagram("start -> c -> end", c=catch("<bpmn:conditionalEventDefinition/>")),
        refused="c",
    ),
    case(
        "condition_at_an_automatic_task_is_refused",
        "conditional event",
        "boundary",
        diagram("start -> s -> end; e -> a -> end2", s=script("n = 1"), e=border("s", condition("n == 1"))),
        refused="e",
    ),
]
