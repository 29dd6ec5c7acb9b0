"""Definitions: what is wrong with a bundle, before it is published and when it is."""

from tests.api.conftest import BUNDLE, DIAGRAM, PROCESS, House


def with_diagram(source: str) -> dict[str, object]:
    assert source != DIAGRAM
    return {**BUNDLE, "diagrams": {f"{PROCESS}.bpmn": source}}


def test_lint_says_what_is_wrong_and_publishes_nothing(house: House) -> None:
    before = house.call("GET", f"/definitions/{PROCESS}/versions").get_json()
    broken = with_diagram(
        DIAGRAM.replace("<bpmn:process ", '<bpmn:signal id="unheard"/><bpmn:process ', 1).replace(
            "targetRef=", 'targetRef="gone" was=', 1
        )
    )

    answer = house.call("POST", "/definitions/lint", "owner", json=broken)

    problems = answer.get_json()["problems"]
    assert answer.status_code == 200
    assert "structure.dangling_target" in {each["rule"] for each in problems if each["severity"] == "error"}
    assert all(set(each) == {"file", "element", "rule", "severity", "message"} for each in problems)
    assert all(set(each["message"]) == {"kk", "ru", "en"} for each in problems)
    assert house.call("GET", f"/definitions/{PROCESS}/versions").get_json() == before


def test_lint_of_what_is_published_finds_no_error(house: House) -> None:
    answer = house.call("POST", "/definitions/lint", "owner", json=BUNDLE)

    assert [each for each in answer.get_json()["problems"] if each["severity"] == "error"] == []


def test_a_diagram_with_an_error_is_not_published(house: House) -> None:
    refused = house.call(
        "POST", "/definitions", "owner", json=with_diagram(DIAGRAM.replace("targetRef=", 'targetRef="gone" was=', 1))
    )

    assert (refused.status_code, "gone" in refused.get_data(as_text=True)) == (422, True)
