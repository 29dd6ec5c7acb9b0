"""Cutting a part out of a drawing."""

from dataclasses import replace

import pytest

from app.domain.diagram import Box, Drawing, Flow, Lane, Node, enclosing
from app.domain.texts import Text

NAMELESS = Text("", "")


def task(name: str, x: float, y: float) -> Node:
    return Node(name, "userTask", Text("", name), Box(x, y, 100, 80))


@pytest.fixture
def drawing() -> Drawing:
    lanes = (
        Lane("pool", NAMELESS, Box(0, 0, 2000, 450)),
        *(Lane(f"lane{n}", NAMELESS, Box(30, n * 150, 1970, 150)) for n in range(3)),
    )
    frame = Node("frame", "subProcess", NAMELESS, Box(50, 10, 1900, 280), expanded=True)
    nodes = (
        frame,
        task("a", 100, 30),
        task("b", 400, 30),
        task("c", 700, 180),
        task("d", 1600, 180),
        task("e", 400, 330),
    )
    flows = (
        Flow("ab", "sequence", Text("", "да"), ((200, 70), (400, 70)), "a", "b", Box(290, 60, 20, 14)),
        Flow("cd", "sequence", Text("", "нет"), ((800, 220), (1600, 220)), "c", "d", Box(1200, 200, 20, 14)),
        Flow("ee", "sequence", NAMELESS, ((450, 410), (450, 440)), "e", "e"),
    )
    return Drawing(Box(-20, -20, 2040, 490), lanes, nodes, flows)


def test_a_part_holds_whole_lanes_in_height(drawing):
    part = drawing.around({"b"})

    assert [(lane.id, lane.box.y, lane.box.height) for lane in part.lanes] == [("lane0", 0, 150)]


def test_of_a_tall_lane_no_more_is_shown_than_its_shapes_need(drawing):
    tall = replace(drawing, lanes=(Lane("tall", NAMELESS, Box(30, -300, 1970, 900)),))

    part = tall.around({"a"}, margin=20)

    assert [(lane.box.y, lane.box.height) for lane in part.lanes] == [(-10, 160)]


def test_a_part_between_two_lanes_shows_the_innermost_lanes_only(drawing):
    part = drawing.around({"b", "c"})

    assert [lane.id for lane in part.lanes] == ["lane0", "lane1"]


def test_lanes_between_the_wanted_ones_are_shown_too(drawing):
    part = drawing.around({"b", "e"})

    assert [lane.id for lane in part.lanes] == ["lane0", "lane1", "lane2"]


def test_shapes_are_whole_or_absent_and_frames_lead_out_of_the_part(drawing):
    part = drawing.around({"c"}, margin=250)

    assert [node.id for node in part.nodes] == ["frame", "c"]
    assert part.box.holds(part.nodes[1].box)
    assert part.box.right < 1600


def test_a_neighbour_within_the_margin_is_shown_whole(drawing):
    part = drawing.around({"b"}, margin=220)

    assert [node.id for node in part.nodes] == ["frame", "a", "b"]
    assert part.box.holds(part.nodes[1].box)


def test_flows_that_reach_into_the_part_stay_and_lose_a_name_that_lies_outside(drawing):
    part = drawing.around({"c"})

    assert [(flow.id, flow.name.ru) for flow in part.flows] == [("cd", "")]


def test_the_name_of_a_flow_within_the_part_stays(drawing):
    part = drawing.around({"a", "b"})

    assert [(flow.id, flow.name.ru) for flow in part.flows] == [("ab", "да")]


def test_a_sub_process_counts_only_where_nothing_else_is_wanted(drawing):
    assert drawing.around({"frame", "c"}) == drawing.around({"c"})
    assert drawing.around({"frame"}).box.width > 1900


def test_without_a_drawn_node_the_whole_drawing_is_shown(drawing):
    assert drawing.around({"no_such"}) == drawing
    assert drawing.around(()) == drawing


def test_without_lanes_the_part_has_its_margin_all_round():
    drawing = Drawing(Box(0, 0, 900, 900), (), (task("a", 300, 300), task("b", 800, 800)), ())

    part = drawing.around({"a"}, margin=50)

    assert part.box == Box(238, 248, 224, 184)


def test_a_box_around_nothing_is_empty():
    assert enclosing((), ()) == Box(0, 0, 0, 0)


def test_distance_is_nothing_within_a_box_and_straight_outside():
    box = Box(0, 0, 10, 10)

    assert [box.distance(point) for point in ((5, 5), (10, 13), (14, 13))] == [0, 3, 5]
