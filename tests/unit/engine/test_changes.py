"""What differs between two diagrams is told by its elements."""

from pathlib import Path

from app.engine.changes import Change, changes_between

DIAGRAM = (Path(__file__).parents[3] / "processes/kostanay/personal_reception.bpmn").read_text("utf-8")


def changes(*replaced: tuple[str, str]) -> list[Change]:
    after = DIAGRAM
    for old, new in replaced:
        assert old in after
        after = after.replace(old, new, 1)
    return changes_between(DIAGRAM.encode(), after.encode())


def test_a_diagram_differs_from_itself_in_nothing():
    assert changes_between(DIAGRAM.encode(), DIAGRAM.replace("\n", "\n  ").encode()) == []


def test_a_changed_name_due_and_condition_are_named():
    found = changes(
        ('name="Обзвонить и подтвердить участие"', 'name="Позвонить"'),
        ("deadline(&quot;reception.reminder_call&quot;, reception_at)", "deadline(&quot;other&quot;, reception_at)"),
        ('materials_quality == "poor"', 'materials_quality == "weak"'),
    )

    assert {(each.element, each.kind, each.what) for each in found} == {
        ("confirm_attendance", "changed", ("name", "due")),
        (next(each.element for each in found if each.tag == "sequenceFlow"), "changed", ("condition",)),
    }


def test_a_moved_shape_is_a_change_of_its_place_only():
    shape = DIAGRAM.index('bpmnElement="confirm_attendance"')
    place = DIAGRAM[DIAGRAM.index("<dc:Bounds", shape) : DIAGRAM.index("/>", shape)]

    found = changes((place, place.replace('x="', 'x="1')))

    assert [(each.element, each.what) for each in found] == [("confirm_attendance", ("place",))]


def test_a_new_element_and_one_that_is_gone_are_told_with_their_names():
    found = changes(('<bpmn:userTask id="confirm_attendance"', '<bpmn:userTask id="call"'))

    assert [(each.kind, each.element, each.name.ru) for each in found if each.kind != "changed"] == [
        ("added", "call", "Обзвонить и подтвердить участие"),
        ("removed", "confirm_attendance", "Обзвонить и подтвердить участие"),
    ]
