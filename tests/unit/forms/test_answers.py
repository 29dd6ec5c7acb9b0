"""Only what a form asks for gets through, and every answer that does not fit gets a sentence in three languages."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from app.forms import Choice
from tests.unit.forms.writing import component, decision, form_of, option, round_trips

DAYS = {"reception_days": (Choice("1", "пт 27.11.2026"), Choice("2", "пт 04.12.2026"))}


def test_answers_go_to_variables_and_records_go_to_their_path():
    checked = decision().check({"decision": ["refuse"], "reason": ["  Уже решено судом\r\n"]}, DAYS, {})

    assert checked.variables == {"decision": "refuse"}
    assert checked.records == {"request.refusal_reason": "Уже решено судом"}
    assert checked.errors == {}


def test_a_hidden_field_is_dropped_even_when_it_was_filled_in():
    checked = decision().check({"decision": ["appoint"], "day": ["2"], "reason": ["x"]}, DAYS, {})

    assert checked.variables == {"decision": "appoint", "day": "2"}
    assert checked.records == {}


def test_a_hidden_field_is_not_asked_for_and_its_faults_are_nobodys():
    checked = decision().check({"decision": ["appoint"], "day": ["1"], "reason": ["x" * 900]}, DAYS, {})

    assert checked.errors == {}


def test_what_the_form_does_not_declare_never_reaches_the_process():
    sent = {"decision": ["appoint"], "day": ["1"], "approved": ["yes"], "case_id": ["7"], "__class__": ["x"]}

    checked = decision().check(sent, DAYS, {})

    assert checked.variables == {"decision": "appoint", "day": "1"}


def test_a_field_that_depends_on_a_hidden_field_hides_with_it():
    form = form_of(
        component("radio", "a", values=[option("yes"), option("no")]),
        component("radio", "b", values=[option("yes"), option("no")], conditional={"hide": 'a != "yes"'}),
        component("textfield", "c", validate={"required": True}, conditional={"hide": 'b != "yes"'}),
    )

    checked = form.check({"a": ["no"], "b": ["yes"], "c": ["filled"]}, {}, {})

    assert checked.variables == {"a": "no"}
    assert checked.errors == {}


def test_conditions_know_the_variables_of_the_process():
    form = form_of(component("textfield", "why", validate={"required": True}, conditional={"hide": "stage < 2"}))

    assert form.check({}, {}, {"stage": 1}).errors == {}
    assert set(form.check({}, {}, {"stage": 2}).errors) == {"why"}


def test_an_answer_counts_more_than_a_variable_of_the_same_name():
    form = form_of(
        component("radio", "a", values=[option("yes"), option("no")]),
        component("textfield", "why", conditional={"hide": 'a != "yes"'}),
    )

    checked = form.check({"a": ["no"], "why": ["x"]}, {}, {"a": "yes"})

    assert "why" not in checked.variables


def test_an_optional_field_left_empty_clears_what_was_answered_before():
    form = form_of(
        component("textfield", "text"),
        component("number", "number"),
        component("checkbox", "tick"),
        component("checklist", "many", values=[option("a")]),
        component("dynamiclist", "rows", components=[component("textfield", "name")]),
        component("filepicker", "files"),
        component("datetime", "day", subtype="date"),
    )

    checked = form.check({}, {}, {})

    assert checked.variables == {
        "text": None,
        "number": None,
        "tick": False,
        "many": [],
        "rows": [],
        "files": [],
        "day": None,
    }


def test_the_forms_own_sentence_is_said_in_each_language():
    said = decision().check({"decision": ["appoint"]}, DAYS, {}).errors["day"]

    assert said.ru == "Выберите день приёма из графика"
    assert said.kk == "Қабылдау күнін графиктен таңдаңыз"
    assert said.en == "Choose the reception day from the schedule"


def test_every_kind_of_field_says_what_to_do_when_it_is_empty():
    kinds = {
        "textfield": "Заполните",
        "textarea": "Заполните",
        "number": "Заполните",
        "checkbox": "Поставьте отметку",
        "radio": "Выберите",
        "select": "Выберите",
        "checklist": "Отметьте хотя бы одно",
        "datetime": "Укажите дату",
        "filepicker": "Приложите файл",
        "dynamiclist": "Добавьте хотя бы одну запись",
    }
    form = form_of(
        *(
            component(
                kind,
                kind,
                validate={"required": True},
                values=[option("a")],
                components=[component("textfield", "name")],
            )
            for kind in kinds
        )
    )

    errors = form.check({}, {}, {}).errors

    assert list(errors) == list(kinds)
    assert all(kinds[kind] in said.ru and f"«Поле {kind}»" in said.ru for kind, said in errors.items())
    assert all(f"«Өріс {kind}»" in said.kk and f"“Field {kind}”" in said.en for kind, said in errors.items())


def test_a_label_with_braces_is_only_a_label():
    form = form_of(component("textfield", "a", label="Поле {n} {x}", validate={"required": True}))

    assert form.for_element("step_4").check({}, {}, {}).errors["a"].ru == "Заполните «Поле 4 {x}»"


def test_an_option_outside_the_list_is_refused_and_only_the_offices_choices_are_taken():
    errors = decision().check({"decision": ["pardon"], "day": ["3"]}, DAYS, {}).errors
    late = decision().check({"decision": ["appoint"], "day": ["3"]}, DAYS, {}).errors

    assert errors["decision"].ru == "Выберите ответ из списка: «Поле decision»"
    assert late["day"].ru == "Выберите ответ из списка: «Day»".replace("Day", "Поле day")


def test_a_choice_keeps_the_type_of_its_value():
    form = form_of(component("select", "official", valuesKey="officials"))

    checked = form.check({"official": ["12"]}, {"officials": (Choice(12, "А. Сүлейменова"),)}, {})

    assert checked.variables == {"official": 12}


def test_a_checklist_keeps_the_order_of_the_list_and_drops_doubles():
    form = form_of(component("checklist", "bodies", valuesKey="state_bodies"))
    choices = {"state_bodies": tuple(Choice(str(n), f"Орган {n}") for n in range(4))}

    checked = form.check({"bodies": ["3", "1", "3"]}, choices, {})

    assert checked.variables == {"bodies": ["1", "3"]}


def test_files_are_taken_only_when_this_task_has_them():
    form = form_of(component("filepicker", "scan", record="request.files"))
    uploaded = {"files": (Choice("7", "Ответ.pdf"), Choice("8", "Договор.pdf"))}

    taken = form.check({"scan": ["7", "7"]}, uploaded, {})
    foreign = form.check({"scan": ["9"]}, uploaded, {})
    two = form.check({"scan": ["7", "8"]}, uploaded, {})
    unknown = form.check({"scan": ["7"]}, {}, {})

    assert taken.records == {"request.files": ["7"]}
    assert (
        foreign.errors["scan"].ru == unknown.errors["scan"].ru == "Файл не найден, приложите его ещё раз: «Поле scan»"
    )
    assert two.errors["scan"].ru == "Оставьте один файл: «Поле scan»"


def test_a_readonly_field_cannot_be_answered():
    form = form_of(
        component("textfield", "number", readonly=True, record="request.number"), component("textfield", "b")
    )

    checked = form.check({"number": ["ЛП-9999"], "b": ["x"]}, {}, {})

    assert checked.records == {}
    assert checked.variables == {"b": "x"}


def test_a_browsers_multi_dict_is_taken_as_it_is():
    form = form_of(component("checklist", "many", values=[option("a"), option("b")]), component("textfield", "t"))

    checked = form.check(MultiDict([("many", "a"), ("many", "b"), ("t", "x")]), {}, {})

    assert checked.variables == {"many": ["a", "b"], "t": "x"}


def test_the_api_answers_with_typed_values():
    form = form_of(
        component("number", "n", validate={"required": True}),
        component("checkbox", "ok", validate={"required": True}),
        component("datetime", "day", subtype="date"),
        component("dynamiclist", "rows", components=[component("number", "q"), component("textfield", "name")]),
    )

    checked = form.check_json(
        {"n": 2, "ok": True, "day": "2026-11-27", "rows": [{"q": 1, "name": "A", "more": 5}], "x": {}}, {}, {}
    )

    assert checked.errors == {}
    assert checked.variables == {"n": 2, "ok": True, "day": "2026-11-27", "rows": [{"q": 1, "name": "A"}]}


def test_the_api_is_told_where_a_value_has_the_wrong_type():
    form = form_of(
        component("textfield", "text"),
        component("number", "n"),
        component("checkbox", "ok"),
        component("checklist", "many", values=[option("a")]),
        component("datetime", "day", subtype="date"),
        component("dynamiclist", "rows", components=[component("number", "q")]),
        component("filepicker", "files"),
        component("radio", "r", values=[option("a")]),
    )
    wrong = {"text": 5, "n": True, "ok": "yes", "many": "a", "day": 7, "rows": [5], "files": "7", "r": ["a"]}

    checked = form.check_json(wrong, {}, {})

    assert set(checked.errors) == set(wrong)
    assert all(all(said.as_dict().values()) for said in checked.errors.values())
    assert checked.variables == {}


def test_a_form_of_the_hot_path_is_checked_within_the_time_of_fifty_json_round_trips():
    form = form_of(
        component("radio", "outcome", values=[option("go"), option("skip")], validate={"required": True}),
        component("textarea", "note", validate={"required": True, "maxLength": 2000}),
        component("textfield", "officer", properties={"kind": "email"}),
        component("textfield", "applicant"),
    )
    sent = {"outcome": ["go"], "note": ["x" * 200], "officer": ["officer-1@akimat.example"], "applicant": ["Citizen A"]}

    assert round_trips(lambda: form.check(sent, {}, {}), sent) < 50


EVERYTHING = form_of(
    component("radio", "decision", values=[option("yes"), option("no")], validate={"required": True}),
    component(
        "textfield", "text", validate={"pattern": "^[а-я]+$", "minLength": 2}, conditional={"hide": "decision = 1"}
    ),
    component("textarea", "area", record="request.substance"),
    component("number", "number", validate={"min": 0, "max": 9}),
    component("checkbox", "tick", conditional={"hide": 'count(many) > 1 or list contains(many, "a")'}),
    component("select", "select", valuesKey="officials"),
    component("checklist", "many", values=[option("a"), option("b")]),
    component("datetime", "day", subtype="date", disallowPassedDates=True),
    component("datetime", "moment", subtype="datetime"),
    component("datetime", "hour", subtype="time"),
    component("textfield", "iin", properties={"kind": "iin"}),
    component("textfield", "bin", properties={"kind": "bin"}),
    component("textfield", "phone", properties={"kind": "phone"}),
    component("textfield", "email", properties={"kind": "email"}),
    component("filepicker", "files"),
    component(
        "dynamiclist",
        "rows",
        components=[
            component("textfield", "name", validate={"required": True}),
            component("datetime", "day", subtype="date", conditional={"hide": 'decision != "yes"'}),
            component("checkbox", "ok"),
        ],
    ),
)
NAMES = st.sampled_from(
    [
        *(each.key for each in EVERYTHING.fields),
        *("day-day", "day-month", "day-year", "moment-time", "hour-time", "rows-0-name", "rows-0-day-day", "rows-0-_"),
        *(
            "rows-7-ok",
            "rows-999-name",
            "_add:rows",
            "_remove:rows:0",
            "_remove:rows:x",
            "_remove:files:1",
            "_add:",
            "x",
        ),
    ]
) | st.text(max_size=8)
WRITTEN = st.sampled_from(["yes", "a", "1", "31", "2026", "10:20", "2026-11-27", "٣", "1e9", "880101300123"]) | st.text(
    max_size=12
)
SUBMISSIONS = st.dictionaries(NAMES, st.lists(WRITTEN, max_size=3), max_size=15)
CHOICES = {"officials": (Choice(1, "А"),), "files": (Choice("1", "x.pdf"),)}


@settings(max_examples=200, deadline=None)
@given(SUBMISSIONS)
def test_nothing_a_browser_can_send_makes_a_check_fail(sent):
    checked = EVERYTHING.check(sent, CHOICES, {})

    assert set(checked.variables) <= {each.key for each in EVERYTHING.fields}
    assert set(checked.records) <= {"request.substance"}
    assert all(all(said.as_dict().values()) for said in checked.errors.values())


@settings(max_examples=200, deadline=None)
@given(SUBMISSIONS, st.sampled_from(["kk", "ru", "en"]))
def test_whatever_was_sent_can_be_shown_again_and_is_the_same_when_sent_again(sent, language):
    values = EVERYTHING.values_of(sent)

    page = EVERYTHING.page(values, EVERYTHING.check(sent, CHOICES, {}).errors, language, CHOICES, {})

    assert EVERYTHING.draft(sent) == values
    assert json.loads(json.dumps(values)) == values
    assert page.language == language
    assert [each.target for each in page.errors if not each.target] == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "day", "ok"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(NAMES, JSON, max_size=10))
def test_nothing_the_api_can_send_makes_a_check_fail(data):
    checked = EVERYTHING.check_json(data, CHOICES, {})

    assert set(checked.variables) <= {each.key for each in EVERYTHING.fields}
    assert all(all(said.as_dict().values()) for said in checked.errors.values())


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(NAMES, JSON, max_size=10))
def test_any_stored_values_can_be_shown(known):
    page = EVERYTHING.page(known, {}, "kk", CHOICES, {}, known=known, facts=known)

    assert len(page.fields) == len(EVERYTHING.items)
