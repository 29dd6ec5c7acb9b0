"""Rows of a repeating group: checked one by one, added and removed without JavaScript, never lost."""

from tests.unit.forms.writing import component, form_of, option

DOCUMENTS = form_of(
    component(
        "dynamiclist",
        "documents",
        record="request.documents",
        components=[
            component("textfield", "name", validate={"required": True}),
            component("number", "quantity", decimalDigits=0, validate={"required": True, "min": 1}),
        ],
    ),
    component("textfield", "note"),
)
CONTROL = form_of(
    component(
        "dynamiclist",
        "assignments",
        record="protocol.assignments",
        components=[
            component("textarea", "text", readonly=True),
            component("datetime", "executed_on", subtype="date"),
            component("radio", "quality", values=[option("good"), option("poor")]),
        ],
    )
)


def row(number, name, quantity):
    return {f"documents-{number}-name": [name], f"documents-{number}-quantity": [quantity]}


def shown(form, values):
    """The rows a page shows for what was typed: the values of their cells."""
    page = form.page(values, {}, "ru", {}, {})
    return [[cell.value for cell in each.fields] for each in page.fields[0].rows]


def test_rows_are_kept_in_their_order_and_empty_ones_are_passed_over():
    sent = {**row(2, "Третий", "3"), **row(0, "Первый", "1"), **row(1, " ", "")}

    checked = DOCUMENTS.check(sent, {}, {})

    assert checked.errors == {}
    assert checked.records["request.documents"] == [
        {"name": "Первый", "quantity": 1},
        {"name": "Третий", "quantity": 3},
    ]


def test_a_fault_in_a_row_is_told_at_its_input_with_the_number_of_the_row():
    errors = DOCUMENTS.check({**row(0, "Первый", "1"), **row(1, "", "ноль"), **row(2, "", "5")}, {}, {}).errors

    assert {name: said.ru for name, said in errors.items()} == {
        "documents-1-name": "Заполните «Поле name» (запись 2)",
        "documents-1-quantity": "Напишите число цифрами: «Поле quantity» (запись 2)",
        "documents-2-name": "Заполните «Поле name» (запись 3)",
    }
    assert errors["documents-1-name"].kk == "«Өріс name» өрісін толтырыңыз (2-жазба)"


def test_everything_typed_into_rows_is_shown_again_also_what_does_not_fit():
    sent = {**row(0, " <b>Первый ", "много"), **row(1, "", "")}

    assert shown(DOCUMENTS, DOCUMENTS.values_of(sent)) == [[" <b>Первый ", "много"], ["", ""]]


def test_errors_stand_at_the_rows_where_they_were_made():
    sent = {**row(3, "", "5"), **row(7, "Второй", "")}

    page = DOCUMENTS.page(DOCUMENTS.values_of(sent), DOCUMENTS.check(sent, {}, {}).errors, "ru", {}, {})

    assert [error.target for error in page.errors] == ["documents-0-name", "documents-1-quantity"]


def test_a_required_list_needs_a_row():
    form = form_of(
        component("dynamiclist", "rows", validate={"required": True}, components=[component("textfield", "name")])
    )

    errors = form.check({"rows-0-name": [" "]}, {}, {}).errors

    assert errors["rows"].ru == "Добавьте хотя бы одну запись: «Поле rows»"


def test_a_button_adds_a_row_and_keeps_what_was_typed():
    sent = {**row(0, "Первый", "x"), "note": ["заметка"], "_add:documents": ["1"]}

    after = DOCUMENTS.rearranged(sent)

    assert shown(DOCUMENTS, after) == [["Первый", "x"], ["", ""]]
    assert after["note"] == "заметка"


def test_a_button_removes_one_row_and_the_others_stay():
    sent = {**row(0, "a", "1"), **row(10, "b", "2"), **row(1, "c", "3"), "_remove:documents:1": ["1"]}

    assert shown(DOCUMENTS, DOCUMENTS.rearranged(sent)) == [["a", "1"], ["b", "2"]]


def test_a_form_sent_by_its_main_button_or_by_an_unknown_one_stays_as_it_is():
    sent = row(0, "a", "1")

    assert DOCUMENTS.rearranged(sent) == DOCUMENTS.values_of(sent)
    assert shown(DOCUMENTS, DOCUMENTS.rearranged({**sent, "_remove:documents:9": ["1"]})) == [["a", "1"]]
    assert shown(DOCUMENTS, DOCUMENTS.rearranged({**sent, "_add:nothing": ["1"]})) == [["a", "1"]]
    assert shown(DOCUMENTS, DOCUMENTS.rearranged({**sent, "_add:note": ["1"]})) == [["a", "1"]]


def test_a_button_removes_an_uploaded_file():
    form = form_of(component("filepicker", "scan", multiple=True))

    after = form.rearranged({"scan": ["7", "8"], "_remove:scan:7": ["1"]})

    assert after == {"scan": ["8"]}


def test_a_row_of_unticked_boxes_is_still_a_row():
    form = form_of(component("dynamiclist", "rows", components=[component("checkbox", "ok")]))

    page = form.page(form.values_of({"rows-0-_": [""], "rows-1-_": [""], "rows-1-ok": ["true"]}), {}, "ru", {}, {})

    assert [each.fields[0].checked for each in page.fields[0].rows] == [False, True]


def test_rows_that_stand_for_known_things_keep_their_places_and_cannot_be_added_or_removed():
    sent = {
        "assignments-0-_": [""],
        "assignments-0-text": ["подмена"],
        "assignments-1-_": [""],
        "assignments-1-quality": ["good"],
    }

    checked = CONTROL.check(sent, {}, {})

    assert checked.records["protocol.assignments"] == [
        {"executed_on": None, "quality": None},
        {"executed_on": None, "quality": "good"},
    ]
    assert CONTROL.rearranged({**sent, "_remove:assignments:0": ["1"]}) == CONTROL.values_of(sent)
    assert CONTROL.rearranged({**sent, "_add:assignments": ["1"]}) == CONTROL.values_of(sent)


def test_known_rows_are_shown_with_their_readonly_words_and_without_buttons():
    known = {"protocol.assignments": [{"text": "Проверить", "executed_on": "2026-11-27"}, {"text": "Ответить"}]}

    view = CONTROL.page(None, {}, "ru", {}, {}, known=known).fields[0]

    assert [(each.fields[0].value, each.fields[0].readonly) for each in view.rows] == [
        ("Проверить", True),
        ("Ответить", True),
    ]
    assert [part.value for part in view.rows[0].fields[1].parts] == ["27", "11", "2026"]
    assert (view.add, view.blank, view.rows[0].remove) == ("", None, "")
    assert view.optional is False


def test_a_condition_in_a_row_sees_its_row_before_the_form():
    form = form_of(
        component("radio", "kind", values=[option("body"), option("person")]),
        component(
            "dynamiclist",
            "rows",
            components=[
                component("checkbox", "other"),
                component("textfield", "why", validate={"required": True}, conditional={"hide": "not(other)"}),
                component("textfield", "body", validate={"required": True}, conditional={"hide": 'kind != "body"'}),
            ],
        ),
    )

    errors = form.check({"kind": ["body"], "rows-0-other": ["true"], "rows-1-body": ["x"]}, {}, {}).errors

    assert set(errors) == {"rows-0-why", "rows-0-body"}


def test_more_rows_than_anybody_needs_are_refused():
    sent = {f"documents-{n}-name": ["x"] for n in range(201)}

    assert DOCUMENTS.check(sent, {}, {}).errors["documents"].ru.startswith("Записей слишком много")
