"""A form file is read once; whatever is wrong with it is named with the component and the rule."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.forms import ElementNotNumberedError, InvalidFormError, compile_form, form_problems
from tests.unit.forms.writing import component, form_of, option, round_trips

FORMS = Path(__file__).parents[3] / "forms"
NESTED = {"type": "group", "id": "g", "components": []}
for _ in range(6):
    NESTED = {"type": "group", "id": "g", "components": [NESTED]}


def faults(*components):
    return [(each.component, each.rule) for each in form_problems({"components": list(components)})]


@pytest.mark.parametrize(
    ("asked", "fault"),
    [
        (component("html", "h"), ("h", "component_type")),
        (component("textfield", "a b"), ("a b", "component_key")),
        (component("textfield", "_a"), ("_a", "component_key")),
        (component("textfield", "a.b"), ("a.b", "component_key")),
        (
            {"type": "textfield", "id": "Field_1", "label": "x", "i18n": {"kk": {"label": "x"}}},
            ("Field_1", "component_key"),
        ),
        (component("textfield", "case_id"), ("case_id", "component_key_reserved")),
        (component("textfield", "t", i18n={}), ("t", "text_kk")),
        (component("textfield", "t", label=""), ("t", "text_ru")),
        (component("textfield", "t", label=7), ("t", "text_ru")),
        (component("textfield", "t", description="Подсказка"), ("t", "text_kk")),
        (component("textfield", "t", properties={"message_required": "Пусто"}), ("t", "text_kk")),
        (component("radio", "r"), ("r", "choices_missing")),
        (component("radio", "r", values=[option("a"), option("a")]), ("r", "choice_duplicate")),
        (component("radio", "r", values=[option("a"), {"value": "b", "label": "B"}]), ("r.b", "text_kk")),
        (component("radio", "r", values=[option("a"), option(None)]), ("r", "choice_value")),
        (component("radio", "r", values=[option("a")], defaultValue="b"), ("r", "default")),
        (component("textfield", "t", conditional={"hide": "=a ="}), ("t", "condition")),
        (component("textfield", "t", conditional={"hide": "=t = 1"}), ("t", "condition_circle")),
        (component("textfield", "t", validate={"pattern": "(a"}), ("t", "pattern")),
        (component("textfield", "t", validate={"pattern": r"(a)\1"}), ("t", "pattern")),
        (component("textfield", "t", validate={"pattern": "(a{1000}){1000}"}), ("t", "pattern")),
        (component("textfield", "t", validate={"maxLength": "many"}), ("t", "limit")),
        (component("textfield", "t", validate={"maxLength": 3, "minLength": 5}), ("t", "limit")),
        (component("number", "n", validate={"min": 9, "max": 1}), ("n", "limit")),
        (component("number", "n", validate={"max": "x"}), ("n", "limit")),
        (component("textfield", "t", properties={"kind": "passport"}), ("t", "kind")),
        (component("datetime", "d", subtype="week"), ("d", "subtype")),
        (component("textfield", "t", record="phone"), ("t", "record")),
        (component("textfield", "t", record={"a": 1}), ("t", "record")),
        (component("dynamiclist", "l", components=[component("dynamiclist", "m")]), ("m", "nesting")),
        (component("dynamiclist", "l", components=[component("filepicker", "f")]), ("f", "nesting")),
        (component("dynamiclist", "l", components=[]), ("l", "form_shape")),
        (NESTED, ("g", "nesting")),
        ("text", ("[0]", "component_shape")),
        ({"type": "text", "id": "note", "text": "Памятка"}, ("note", "text_kk")),
    ],
)
def test_a_fault_is_named_with_its_component_and_rule(asked, fault):
    assert fault in faults(asked)


def test_two_fields_of_one_key_are_a_fault_even_in_a_group_but_not_in_two_lists():
    group = {"type": "group", "id": "g", "components": [component("textfield", "a")]}
    first = component("dynamiclist", "x", components=[component("textfield", "name")])
    second = component("dynamiclist", "y", components=[component("textfield", "name")])

    assert faults(component("textfield", "a"), group) == [("a", "component_key_duplicate")]
    assert faults(first, second, component("textfield", "name")) == []


def test_conditions_in_a_circle_are_a_fault():
    one = component("textfield", "a", conditional={"hide": "b = null"})
    other = component("textfield", "b", conditional={"hide": "a = null"})

    assert [rule for _, rule in faults(one, other)] == ["condition_circle"]


def test_a_fault_of_a_condition_says_where_in_the_expression_it_is():
    problem = form_problems({"components": [component("textfield", "t", conditional={"hide": 'came ! "yes"'})]})[0]

    assert "знак 6" in problem.message.ru
    assert "6-таңбада" in problem.message.kk or "6-таңба" in problem.message.kk


def test_a_faulty_file_is_refused_with_all_its_faults():
    with pytest.raises(InvalidFormError) as refused:
        compile_form({"components": [component("html", "h"), component("textfield", "t", i18n={})]})

    assert [each.component for each in refused.value.problems] == ["h", "t"]
    assert refused.value.text.ru == "В файле формы есть ошибки: h: Вид поля «html» не поддерживается."
    assert all(all(each.message.as_dict().values()) for each in refused.value.problems)


@pytest.mark.parametrize("schema", [None, [], "x", {}, {"components": {}}, {"components": None}])
def test_what_is_no_form_is_told_so(schema):
    assert [each.rule for each in form_problems(schema)] == ["form_shape"]


def test_a_form_of_a_thousand_fields_is_refused():
    assert faults(*(component("textfield", f"t{n}") for n in range(1000))) == [("form", "form_size")]


def test_keys_with_n_take_the_number_of_the_element():
    form = form_of(
        component("radio", "outcome_{n}", values=[option("go"), option("skip")], validate={"required": True}),
        component("textarea", "note_{n}", conditional={"hide": 'outcome_{n} = "skip"'}, label="Заметка {n}"),
        component("textfield", "applicant"),
    )

    seventh = form.for_element("step_7")
    checked = seventh.check({"outcome_7": ["go"], "note_7": ["x"], "outcome_8": ["go"]}, {}, {})

    assert form.numbered
    assert checked.variables == {"outcome_7": "go", "note_7": "x", "applicant": None}
    assert seventh.page({}, {}, "ru", {}, {}).fields[1].label == "Заметка 7"
    assert form.for_element("step_7") is seventh
    assert set(form.for_element("u0").check({}, {}, {}).errors) == {"outcome_0"}


def test_a_form_without_n_is_the_same_for_every_element_and_one_with_n_needs_a_number():
    plain, numbered = form_of(component("textfield", "a")), form_of(component("textfield", "a_{n}"))

    assert plain.for_element("step_7") is plain is plain.for_element("clarify_request")
    with pytest.raises(ElementNotNumberedError) as refused:
        numbered.for_element("clarify_request")
    assert refused.value.text.ru.startswith("В ключах формы есть {n}, но имя элемента «clarify_request»")


@pytest.mark.parametrize("path", sorted(FORMS.rglob("*.form.json")), ids=lambda path: path.name)
def test_every_form_of_the_repository_is_faultless_and_compiles_in_the_time_of_forty_json_round_trips(path):
    schema = json.loads(path.read_text("utf-8"))

    assert form_problems(schema) == ()
    assert round_trips(lambda: compile_form(schema), schema, enough=40) < 40


FIELDS = [
    *("textfield", "textarea", "number", "checkbox", "radio", "select", "checklist", "datetime", "filepicker"),
    "dynamiclist",
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 200_000) | st.floats() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["required", "maxLength", "kk", "label", "hide", "value", "pattern"]), inner, max_size=3
        )
    ),
    max_leaves=5,
)
KINDS = [*FIELDS, "group", "text", "separator", "html"]
PARTS = [
    *("label", "description", "validate", "properties", "conditional", "i18n", "values", "valuesKey", "components"),
    *("record", "subtype", "defaultValue", "accept", "defaultRepetitions", "text"),
]
COMPONENT = st.fixed_dictionaries(
    {"type": st.sampled_from(KINDS) | JSON, "key": st.sampled_from(["a", "b", "c"]) | JSON},
    optional=dict.fromkeys(PARTS, JSON),
)


@settings(max_examples=250, deadline=None)
@given(st.lists(COMPONENT, max_size=4))
def test_any_json_is_either_a_form_or_has_faults(components):
    schema = {"components": components}

    problems = form_problems(schema)

    form = compile_form(schema) if not problems else None
    assert form is None or form.check({}, {}, {}) is not None
    assert all(all(each.message.as_dict().values()) for each in problems)
