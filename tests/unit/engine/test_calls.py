"""Diagrams that a diagram calls."""

from app.engine.calls import called_among
from tests.unit.engine.diagrams import call, diagram, user

LEAF = diagram("start -> do -> end", process_id="leaf", do=user())
MIDDLE = diagram("start -> next -> end", process_id="middle", next=call("leaf"))
TOP = diagram("start -> first -> end", process_id="top", first=call("middle"))


def test_what_is_called_through_another_belongs_to_it():
    offered = {"leaf": LEAF, "middle": MIDDLE, "other": LEAF}

    assert called_among(TOP, offered) == ["leaf", "middle"]


def test_diagrams_that_call_each_other_are_named_once():
    round_trip = diagram("start -> back -> end", process_id="middle", back=call("top"))

    assert called_among(TOP, {"middle": round_trip, "top": TOP}) == ["middle", "top"]


def test_what_is_not_offered_and_what_is_no_diagram_calls_nothing():
    assert called_among(TOP, {"leaf": LEAF}) == []
    assert called_among(b"<no", {"leaf": LEAF}) == []
