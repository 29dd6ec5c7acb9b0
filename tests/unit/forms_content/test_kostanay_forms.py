"""The forms of Kostanay's personal reception say what the regulation asks, in three languages."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from app.domain import feel
from app.usecases.places import BY_AGREEMENT

FORMS = Path(__file__).parents[3] / "forms" / "kostanay" / "personal_reception"
ELEMENTS = (
    "record_request",
    "clarify_request",
    "offer_to_complete",
    "request_missing_information",
    "collect_information",
    "prepare_brief",
    "decide_on_reception",
    "register_and_notify_applicant",
    "invite_state_bodies",
    "record_position",
    "position_by_body",
    "analyse_materials",
    "confirm_attendance",
    "rebook",
    "submit_materials_to_management",
    "hold_coordination_meeting",
    "check_in",
    "missed_reception",
    "conduct_reception",
    "issue_protocol",
    "address_remarks",
    "archive_appeal",
)
VARIABLES = {
    "any_returned",
    "returned_ids",
    "returned_due",
    "substance_stated",
    "package_sufficient",
    "decision",
    "official_id",
    "reception_day_id",
    "mode",
    "bodies",
    "position_due_at",
    "materials_quality",
    "poor_positions",
    "position_refused",
    "attendance",
    "came",
    "missed_outcome",
    "priority_category",
    "exhaustive",
    "has_assignments",
    "all_executed",
    "agreed",
}
OF_THE_ITEM = {"mandatory"}
"""What a task knows of the one body it is for."""
RECORDS = {"applicant", "request", "booking", "call", "position", "protocol", "assignment"}
SPOKEN = ("label", "description", "text")

Component = Mapping[str, Any]


def schema(element: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((FORMS / f"{element}.form.json").read_text(encoding="utf-8"))
    return loaded


def asked(element: str) -> list[Component]:
    """The components of a form that take an answer, rows of repeating groups left out."""
    return [component for component in schema(element)["components"] if "key" in component]


def everywhere(components: list[Component]) -> Iterator[Component]:
    for component in components:
        yield component
        yield from everywhere(component.get("components", []))


def field(element: str, key: str) -> Component:
    return next(component for component in asked(element) if component["key"] == key)


def options(component: Component) -> list[str]:
    return [option["value"] for option in component["values"]]


def required(component: Component) -> bool:
    return bool(component.get("validate", {}).get("required"))


def test_every_user_task_and_every_link_of_a_body_has_its_form_and_no_form_is_left_over():
    files = {path.name.removesuffix(".form.json") for path in FORMS.glob("*.form.json")}

    assert files == set(ELEMENTS)


@pytest.mark.parametrize("element", ELEMENTS)
def test_a_form_carries_the_id_of_its_element(element):
    form = schema(element)

    assert (form["id"], form["type"], form["schemaVersion"]) == (element, "default", 16)


@pytest.mark.parametrize("element", ELEMENTS)
def test_keys_are_unique_among_their_neighbours_and_ids_in_the_form(element):
    form = schema(element)

    groups = [form, *(c for c in everywhere(form["components"]) if "components" in c)]
    keys = [[c["key"] for c in group["components"] if "key" in c] for group in groups]
    ids = [component["id"] for component in everywhere(form["components"])]

    assert [len(set(each)) for each in keys] == [len(each) for each in keys]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("element", ELEMENTS)
def test_every_word_of_a_form_stands_in_kazakh_russian_and_english(element):
    spoken = [
        (component["id"], said, language)
        for component in everywhere(schema(element)["components"])
        for said in SPOKEN
        if said in component
        for language in ("kk", "en")
        if not component.get("i18n", {}).get(language, {}).get(said)
    ]
    sentences = [
        component["id"]
        for component in everywhere(schema(element)["components"])
        if "message_required" in component.get("properties", {})
        and not all(component["i18n"][language].get("message_required") for language in ("kk", "en"))
    ]
    choices = [
        (component["id"], option["value"], language)
        for component in everywhere(schema(element)["components"])
        for option in component.get("values", [])
        for language in ("kk", "en")
        if not option.get("label") or not option.get("i18n", {}).get(language, {}).get("label")
    ]

    assert (spoken, sentences, choices) == ([], [], [])


@pytest.mark.parametrize("element", ELEMENTS)
def test_every_component_is_named_in_russian_letters_and_kazakh_is_not_a_copy_of_it(element):
    components = list(everywhere(schema(element)["components"]))

    names = [(component.get("label") or component.get("text"), component["i18n"]) for component in components]
    same = [russian for russian, i18n in names if russian in {i18n["kk"].get("label"), i18n["kk"].get("text")}]

    assert all(re.search("[А-Яа-я]", russian) for russian, _ in names)
    assert set(same) <= {"Телефон"}


@pytest.mark.parametrize("element", ELEMENTS)
def test_only_ids_and_gateway_answers_reach_the_process(element):
    variables = {component["key"] for component in asked(element) if "record" not in component}

    assert variables <= VARIABLES


@pytest.mark.parametrize("element", ELEMENTS)
def test_names_phones_and_texts_go_to_records(element):
    typed = [
        component
        for component in asked(element)
        if component["type"] in ("textfield", "textarea", "filepicker", "dynamiclist")
    ]

    assert all(component["record"].split(".")[0] in RECORDS for component in typed)


@pytest.mark.parametrize("element", ELEMENTS)
def test_every_text_has_a_length_and_every_choice_its_choices(element):
    components = list(everywhere(schema(element)["components"]))

    endless = [
        c["id"] for c in components if c["type"] in ("textfield", "textarea") and "maxLength" not in c["validate"]
    ]
    empty = [
        c["id"]
        for c in components
        if c["type"] in ("radio", "select", "checklist") and not (c.get("values") or c.get("valuesKey"))
    ]

    assert (endless, empty) == ([], [])


@pytest.mark.parametrize("element", ELEMENTS)
def test_a_condition_asks_only_for_what_was_answered_before(element):
    seen: set[str] = VARIABLES | OF_THE_ITEM | {BY_AGREEMENT}
    strangers = []

    for component in asked(element):
        condition = component.get("conditional", {}).get("hide")
        strangers += sorted(feel.names(feel.parse(condition.removeprefix("="))) - seen) if condition else []
        seen.add(component["key"])

    assert strangers == []


def test_kst_book_2_a_request_comes_from_the_portal_on_paper_or_by_hand():
    channels = options(field("record_request", "channel"))

    assert channels == ["egov", "paper", "hand"]


def test_kst_book_3_a_request_without_its_substance_can_still_be_recorded():
    substance = field("record_request", "substance")

    assert not required(substance)


def test_kst_s01_the_four_answers_of_step_1_are_mandatory():
    answers = ("substance", "nature", "competent_bodies", "applied_earlier", "package_sufficient")

    assert all(required(field("clarify_request", key)) for key in answers)


def test_kst_s01_4_documents_are_compared_by_name_stated_and_supplied():
    rows = field("clarify_request", "documents")["components"]

    assert [row["key"] for row in rows] == ["name", "quantity", "supplied"]


def test_kst_s03_the_brief_needs_a_proposal_and_a_refusal_its_reason():
    proposal = field("prepare_brief", "proposal")
    reason = field("prepare_brief", "refusal_reason")
    day = field("prepare_brief", "proposed_day")

    assert required(proposal)
    assert options(proposal) == ["appoint", "refuse"]
    assert required(reason)
    assert reason["conditional"]["hide"] == '=proposal != "refuse"'
    assert required(day)
    assert day["conditional"]["hide"] == '=proposal != "appoint"'


def test_kst_s04_2_an_appointment_needs_time_and_place():
    slot, place = field("register_and_notify_applicant", "slot"), field("register_and_notify_applicant", "place")

    assert required(slot)
    assert slot["record"] == "booking.slot"
    assert required(place)
    assert place["record"] == "booking.place"


def test_kst_iac_1_a_representative_may_take_part_by_agreement():
    rows = field("invite_state_bodies", "participants")["components"]

    assert {"full_name", "body", "by_agreement", "confirmed"} <= {row["key"] for row in rows}


def test_kst_s06_completeness_and_quality_are_marked_and_poor_materials_need_remarks():
    quality = field("analyse_materials", "materials_quality")
    remarks = field("analyse_materials", "position_remarks")

    assert required(quality)
    assert options(quality) == ["good", "poor"]
    assert required(remarks)
    assert remarks["conditional"]["hide"] == '=materials_quality != "poor"'


def test_kst_s07_1_a_call_ends_with_one_of_five_results():
    attendance = field("confirm_attendance", "attendance")

    assert required(attendance)
    assert options(attendance) == ["confirmed", "not_reached", "unconfirmed", "rebook", "withdrawn"]


def test_kst_s10_an_answer_that_is_not_exhaustive_demands_an_assignment():
    assignments = field("conduct_reception", "assignments")

    assert required(field("conduct_reception", "answer"))
    assert required(field("conduct_reception", "exhaustive"))
    assert required(assignments)
    assert assignments["conditional"]["hide"] == '=not(exhaustive = "no" or has_assignments = "yes")'


def test_br_09_every_assignment_of_the_protocol_has_an_executor_and_a_date():
    rows = field("issue_protocol", "assignments")["components"]

    assert {row["key"]: (row["type"], required(row)) for row in rows} == {
        "text": ("textarea", True),
        "executor": ("select", True),
        "due": ("datetime", True),
    }


def test_kst_s13_the_write_off_is_agreed_or_returned():
    agreed = field("archive_appeal", "agreed")

    assert required(agreed)
    assert options(agreed) == ["yes", "no"]
