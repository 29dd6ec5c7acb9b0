"""A form as its reader sees it: in her language, with what she typed, what is known and what is wrong."""

from app.domain.texts import Text
from app.forms import Choice
from tests.unit.forms.writing import component, decision, form_of, option

DAYS = {"reception_days": (Choice("1", Text("жм 27.11", "пт 27.11", "Fri 27.11"), Text("7 бос", "свободно 7")),)}


def view(form, key, values=None, language="ru", errors=None, choices=None, **more):
    """The view of one field at the top of the page."""
    page = form.page(values, errors or {}, language, choices or {}, more.pop("variables", {}), **more)
    return next(each for each in page.fields if each.key == key)


def test_words_come_in_the_readers_language_and_in_russian_where_english_is_missing():
    form = form_of(
        component("textfield", "a", description="Подсказка", i18n={"kk": {"label": "Өріс", "description": "Кеңес"}})
    )

    said = {language: view(form, "a", language=language) for language in ("kk", "ru", "en")}

    assert [said[language].label for language in said] == ["Өріс", "Поле a", "Поле a"]
    assert [said[language].hint for language in said] == ["Кеңес", "Подсказка", "Подсказка"]


def test_a_field_that_depends_on_one_option_stands_under_it():
    page = decision().page({}, {}, "ru", DAYS, {})

    assert [each.key for each in page.fields] == ["decision"]
    assert {each.value: [field.key for field in each.fields] for each in page.fields[0].options} == {
        "appoint": ["day"],
        "refuse": ["reason"],
    }


def test_a_field_under_two_options_one_within_the_other_stands_under_the_inner_one():
    yes_or_no = [option("yes"), option("no")]
    form = form_of(
        component("radio", "a", values=yes_or_no),
        component("radio", "b", values=yes_or_no, conditional={"hide": 'a != "yes"'}),
        component("textfield", "c", conditional={"hide": 'a != "yes" or b != "yes"'}),
        component("textfield", "d", conditional={"hide": 'not(a = "no")'}),
    )

    outer = form.page({}, {}, "ru", {}, {}).fields[0]

    assert [each.key for each in outer.options[0].fields] == ["b"]
    assert [each.key for each in outer.options[0].fields[0].options[0].fields] == ["c"]
    assert [each.key for each in outer.options[1].fields] == ["d"]


def test_what_hides_whatever_is_typed_is_not_on_the_page():
    form = form_of(
        component("checkbox", "refused", conditional={"hide": "mandatory = true"}),
        component("textfield", "why", conditional={"hide": "refused != true"}),
        component("textfield", "answer", conditional={"hide": "refused = true"}),
    )

    bound = form.page({}, {}, "ru", {}, {"mandatory": True})
    free = form.page({}, {}, "ru", {}, {})

    assert [each.key for each in bound.fields] == ["answer"]
    assert [each.key for each in free.fields] == ["refused", "why", "answer"]


def test_a_field_with_another_condition_stays_in_its_place():
    values = [option("a"), option("b")]
    form = form_of(
        component("textfield", "early", conditional={"hide": 'kind != "a"'}),
        component("radio", "kind", values=values),
        component("textfield", "either", conditional={"hide": 'kind != "a" and kind != "b"'}),
        component("textfield", "other", conditional={"hide": 'kind = "a"'}),
        component("textfield", "unknown", conditional={"hide": 'kind != "c"'}),
        component("textfield", "under", conditional={"hide": 'kind != "b"'}),
    )

    page = form.page({}, {}, "ru", {}, {})

    assert [each.key for each in page.fields] == ["early", "kind", "either", "other", "unknown"]


def test_conditions_go_to_the_browser_with_the_variables_of_the_process_filled_in():
    form = form_of(
        component("textfield", "a"),
        component("textfield", "b", conditional={"hide": 'a != "x" or stage = 2'}),
        component("textfield", "c", conditional={"hide": "string length(a) > 2"}),
    )

    fields = form.page({}, {}, "ru", {}, {"stage": 3, "a": "from the process"}).fields

    assert fields[0].hide == ""
    assert fields[1].hide == '["or", ["!=", ["name", "a"], ["value", "x"]], ["=", ["value", 3], ["value", 2]]]'
    assert fields[2].hide == ""


def test_everything_typed_is_shown_again_as_it_was():
    form = form_of(
        component("textfield", "t"),
        component("textarea", "area"),
        component("number", "n"),
        component("checkbox", "ok"),
        component("radio", "r", values=[option("a"), option("b")]),
        component("checklist", "many", values=[option("a"), option("b"), option("c")]),
        component("datetime", "d", subtype="datetime"),
    )
    sent = {
        "t": [" <Асан> "],
        "area": ["один\r\n два"],
        "n": ["1,5 м"],
        "ok": ["true"],
        "r": ["b"],
        "many": ["a", "c"],
        "d-day": ["31"],
        "d-month": ["фев"],
        "d-year": [""],
        "d-time": ["9"],
    }

    page = form.page(form.values_of(sent), {}, "ru", {}, {})
    t, area, n, ok, r, many, d = page.fields

    assert (t.value, area.value, n.value, ok.checked) == (" <Асан> ", "один\r\n два", "1,5 м", True)
    assert [each.checked for each in r.options] == [False, True]
    assert [each.checked for each in many.options] == [True, False, True]
    assert [part.value for part in d.parts] == ["31", "фев", "", "9"]


def test_a_moment_beyond_the_calendar_is_shown_again_too():
    form = form_of(component("datetime", "d", subtype="datetime"))
    moment = "9999-12-31T23:59:59-12:00"

    (d,) = form.page(form.values_of({"d": [moment]}), {}, "ru", {}, {}).fields

    assert d.parts[0].value == moment


def test_an_emptied_field_does_not_fall_back_to_its_default_or_to_what_is_known():
    form = form_of(
        component("textfield", "t", record="request.nature"),
        component("checklist", "many", values=[option("a")]),
        component("textfield", "d", defaultValue="по умолчанию"),
    )
    known = {"request.nature": "жильё", "many": ["a"]}

    fresh = form.page(None, {}, "ru", {}, {}, known=known)
    emptied = form.page(form.values_of({"t": [""]}), {}, "ru", {}, {}, known=known)

    assert [fresh.fields[0].value, fresh.fields[1].options[0].checked, fresh.fields[2].value] == [
        "жильё",
        True,
        "по умолчанию",
    ]
    assert [emptied.fields[0].value, emptied.fields[1].options[0].checked, emptied.fields[2].value] == ["", False, ""]


def test_a_stored_moment_is_shown_on_the_offices_wall_clock():
    form = form_of(component("datetime", "d", subtype="datetime"), component("datetime", "day", subtype="date"))
    known = {"d": "2026-11-27T04:05:00+00:00", "day": "2026-03-07"}

    d, day = form.page(None, {}, "ru", {}, {}, known=known).fields

    assert [part.value for part in d.parts] == ["27", "11", "2026", "09:05"]
    assert [part.value for part in day.parts] == ["7", "3", "2026"]


def test_readonly_fields_are_shown_in_words():
    form = form_of(
        component("select", "day", valuesKey="reception_days", readonly=True),
        component("datetime", "d", subtype="date", readonly=True),
        component("checklist", "many", values=[option("a"), option("b")], readonly=True),
        component("textfield", "number", readonly=True, record="request.number"),
    )
    known = {"day": "1", "d": "2026-12-05", "many": ["a", "b"], "request.number": "ЛП-0417/2026"}

    page = form.page(form.values_of({"number": ["подмена"]}), {}, "ru", DAYS, {}, known=known)

    assert [each.value for each in page.fields] == ["пт 27.11", "05.12.2026", "Вариант a, Вариант b", "ЛП-0417/2026"]
    assert all(each.readonly and each.kind == "text" and not each.optional for each in page.fields)


def test_the_summary_leads_to_each_input_in_the_order_of_reading():
    form = form_of(
        component("radio", "r", values=[option("a"), option("b")], validate={"required": True}),
        component("textfield", "under", validate={"required": True}, conditional={"hide": 'r != "a"'}),
        component("datetime", "d", subtype="date", validate={"required": True}),
        component("checklist", "many", values=[option("a")], validate={"required": True}),
    )
    sent = {"r": ["a"], "d-day": ["5"]}

    page = form.page(form.values_of(sent), form.check(sent, {}, {}).errors, "ru", {}, {})

    assert [each.target for each in page.errors] == ["under", "d-month", "many"]
    assert page.fields[0].options[0].fields[0].described_by == "under-e"


def test_an_error_of_the_records_is_told_at_its_field_or_above_the_form():
    form = form_of(component("select", "slot", valuesKey="reception_slots", record="booking.slot"))
    taken, closed = Text("Бос емес", "Это время уже занято"), Text("Жабық", "Запись закрыта")

    page = form.page({}, form.errors_at({"booking.slot": taken, "booking.day": closed}), "ru", {}, {})

    assert [(each.target, each.text) for each in page.errors] == [
        ("", "Запись закрыта"),
        ("slot", "Это время уже занято"),
    ]
    assert page.fields[0].error == "Это время уже занято"


def test_facts_of_the_case_are_shown_from_flat_nested_and_stored_words():
    def told(path, label):
        return {"type": "text", "text": label, "properties": {"fact": path}, "i18n": {"kk": {"text": label}}}

    form = form_of(
        told("request.substance", "Суть"),
        told("positions", "Позиции"),
        told("request.missing", "Нет"),
        told("x.y", "Ничего"),
    )
    facts = {"request": {"substance": "Очередь\nна жильё"}, "positions": [{"body": "ЖКХ", "on": "2026-11-27"}]}

    page = form.page(None, {}, "ru", {}, {}, facts=facts, known={"request.missing": [{"name": "Справка"}]})

    assert form.facts == {"request.substance", "positions", "request.missing", "x.y"}
    assert [each.lines for each in page.fields] == [("Очередь", "на жильё"), ("ЖКХ · 27.11.2026",), ("Справка",), ()]


def test_notes_know_paragraphs_lists_and_headings():
    words = "# Памятка\n\nВозьмите с собой:\n\n- удостоверение\n- документы"
    form = form_of({"type": "text", "text": words, "i18n": {"kk": {"text": "Жадынама"}}})

    blocks = form.page(None, {}, "ru", {}, {}).fields[0].blocks

    assert [(block.heading, block.listed, block.lines) for block in blocks] == [
        (True, False, ("Памятка",)),
        (False, False, ("Возьмите с собой:",)),
        (False, True, ("удостоверение", "документы")),
    ]


def test_only_files_of_this_task_are_shown_with_a_button_to_remove_each():
    form = form_of(component("filepicker", "scan", multiple=True, accept=".pdf"))
    choices = {"files": (Choice("7", "Ответ.pdf", "PDF · 184 КБ"),)}

    scan = view(form, "scan", {"scan": ["7", "9"]}, choices=choices)

    assert [(each.value, each.name, each.hint, each.remove) for each in scan.files] == [
        ("7", "Ответ.pdf", "PDF · 184 КБ", "_remove:scan:7")
    ]
    assert (scan.multiple, scan.accept) == (True, ".pdf")


def test_an_applicants_data_is_not_offered_by_the_browser_for_the_next_one():
    form = form_of(
        component("textfield", "phone", properties={"kind": "phone"}, record="applicant.phone"),
        component("textfield", "other"),
    )

    assert view(form, "phone").autocomplete == "off"
    assert (view(form, "phone").input_type, view(form, "phone").short) == ("tel", True)
    assert view(form, "other").autocomplete == ""


def test_a_group_keeps_its_fields_together_and_hides_as_one():
    form = form_of(
        component("radio", "r", values=[option("a"), option("b")]),
        {
            "type": "group",
            "id": "g",
            "label": "Группа",
            "i18n": {"kk": {"label": "Топ"}},
            "conditional": {"hide": 'r != "a"'},
            "components": [
                component("textfield", "inside", validate={"required": True}),
                component("radio", "s", values=[option("x")]),
                component("textfield", "deep", conditional={"hide": 's != "x"'}),
            ],
        },
    )

    group = form.page({}, {}, "kk", {}, {}).fields[0].options[0].fields[0]

    assert (group.kind, group.label) == ("group", "Топ")
    assert [each.key for each in group.fields] == ["inside", "s"]
    assert [each.hide for each in group.fields] == ["", ""]
    assert [each.key for each in group.fields[1].options[0].fields] == ["deep"]
    assert set(form.check({"r": ["b"]}, {}, {}).errors) == set()
    assert set(form.check({"r": ["a"]}, {}, {}).errors) == {"inside"}
