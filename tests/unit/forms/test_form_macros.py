"""The macros of `parts/form.html` draw a form for every reader, with every label, hint and error where it belongs."""

import json
import tomllib

import pytest
from lxml import html

from app.domain.texts import Text
from app.forms import Choice
from tests.unit.forms.drawing import WEB, page_of
from tests.unit.forms.writing import component, decision, form_of, option

CHOICES = {
    "reception_days": (Choice("1", "пт 27.11"),),
    "files": (Choice("7", "Ответ <1>.pdf", "PDF · 184 КБ"),),
}
EVERY_KIND = form_of(
    component("textfield", "line", description="Подсказка", i18n={"kk": {"label": "Ж", "description": "К"}}),
    component("textarea", "area"),
    component("number", "number"),
    component("checkbox", "tick"),
    component("radio", "radio", values=[option("a"), option("b")]),
    component("textfield", "then", conditional={"hide": 'radio != "b"'}),
    component("select", "select", valuesKey="reception_days"),
    component("select", "nothing", valuesKey="officials"),
    component("checklist", "many", values=[option("a"), option("b")]),
    component("checklist", "none", valuesKey="officials"),
    component("datetime", "day", subtype="datetime"),
    component("filepicker", "files", multiple=True, accept=".pdf"),
    component("dynamiclist", "rows", components=[component("textfield", "name"), component("checkbox", "ok")]),
    {
        "type": "group",
        "id": "g",
        "label": "Группа",
        "components": [component("textfield", "inside")],
        "i18n": {"kk": {"label": "Топ"}},
    },
    {"type": "text", "text": "Памятка", "i18n": {"kk": {"text": "Жадынама"}}},
    {"type": "text", "text": "Суть", "properties": {"fact": "request.substance"}, "i18n": {"kk": {"text": "Мәні"}}},
    {"type": "separator"},
)


def drawn(form, values=None, errors=None, language="ru", **more):
    """The page of a form as a browser would read it."""
    return html.document_fromstring(page_of(form.page(values, errors or {}, language, CHOICES, {}, **more)))


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_every_input_has_a_label_and_every_reference_leads_somewhere(language):
    errors = {each.key: Text("Қате", "Ошибка") for each in EVERY_KIND.fields} | {"rows-0-name": Text("Қате", "Ошибка")}

    page = drawn(EVERY_KIND, {"files": ["7"]}, errors, language)

    ids = page.xpath("//@id")
    inputs = page.xpath("//form//*[self::input or self::select or self::textarea]")
    labelled = {*page.xpath("//label/@for"), *page.xpath("//label//input/@id")}
    referred = {each for described in page.xpath("//@aria-describedby") for each in described.split()}
    targets = [each.removeprefix("#") for each in page.xpath("//*[@class='summary']//a/@href")]
    assert len(ids) == len(set(ids))
    assert {each.get("id") for each in inputs if each.get("type") != "hidden"} <= labelled
    assert referred.union(targets) <= set(ids)
    assert len(targets) == len(errors)


def test_the_label_stands_above_the_hint_the_error_and_the_control():
    page = drawn(EVERY_KIND, errors={"line": Text("Толтырыңыз", "Заполните")})

    field = page.xpath("//div[input[@id='line']]")[0]

    assert [each.tag for each in field] == ["label", "span", "span", "input"]
    assert [each.get("class") for each in field] == [None, "hint", "error", None]
    assert "data-invalid" in field.attrib
    assert field[3].get("aria-invalid") == "true"
    assert field[3].get("aria-describedby") == "line-e line-h"
    assert field[0].text_content().split() == ["Поле", "line", "(необязательно)"]


def test_the_summary_comes_first_says_how_many_and_takes_the_focus():
    page = drawn(EVERY_KIND, errors={"line": Text("Т", "Заполните"), "slot": Text("Б", "Время занято")})

    summary = page.xpath("//main/*[1]")[0]

    assert summary.get("class") == "summary"
    assert (summary.get("role"), summary.get("tabindex")) == ("alert", "-1")
    assert summary.xpath("h2")[0].text == "Пока нельзя отправить: исправьте 2 места"
    assert [each.text_content() for each in summary.xpath(".//li")] == ["Время занято", "Заполните"]


def test_a_page_without_errors_has_no_summary():
    assert drawn(EVERY_KIND).xpath("//*[@class='summary']") == []


def test_a_conditional_field_stands_in_then_under_its_option_with_its_condition_for_the_browser():
    page = drawn(decision())

    option_of = page.xpath("//li[label/input[@value='appoint']]/div[@class='then']/div")[0]

    assert option_of.get("data-key") == "day"
    assert json.loads(option_of.get("data-hide")) == ["!=", ["name", "decision"], ["value", "appoint"]]


def test_what_was_typed_is_shown_as_text_and_never_as_markup():
    hostile = '"><script>alert(1)</script>'
    sent = {
        "line": [hostile],
        "area": ["\n" + hostile],
        "rows-0-name": [hostile],
        "day-day": [hostile],
        "select": [hostile],
    }

    page = drawn(
        EVERY_KIND, EVERY_KIND.values_of(sent), {"line": Text(hostile, hostile)}, facts={"request.substance": hostile}
    )

    assert page.xpath("//script/@src") == ["/static/form.js"]
    assert page.xpath("//input[@id='line']/@value") == [hostile]
    assert page.xpath("//textarea[@id='area']")[0].text == "\n" + "\n" + hostile  # browsers drop the first line end
    assert page.xpath("//input[@id='rows-0-name']/@value") == [hostile]
    assert page.xpath("//input[@id='day-day']/@value") == [hostile]


def test_the_page_keeps_the_content_security_policy():
    page = drawn(EVERY_KIND, {"files": ["7"]}, {"line": Text("Қ", "О")})

    assert page.xpath("//@style | //style | //script[not(@src)]") == []
    assert [name for each in page.iter() for name in each.attrib if name.startswith("on")] == []


def test_rows_have_buttons_that_work_without_javascript_and_a_blank_row_for_those_who_have_it():
    page = drawn(EVERY_KIND, {"rows": [{"name": "a"}, {"name": "b", "ok": True}]})

    rows = page.xpath("//fieldset[@id='rows']")[0]

    assert rows.xpath("fieldset/legend/text()") == ["Запись 1", "Запись 2"]
    assert rows.xpath("fieldset/button/@name") == ["_remove:rows:0", "_remove:rows:1"]
    assert rows.xpath("fieldset/button/@aria-label") == ["Убрать запись 1", "Убрать запись 2"]
    assert rows.xpath("button/@name") == ["_add:rows"]
    assert rows.xpath("template//input/@name") == ["rows-N-_", "rows-N-name", "rows-N-ok"]
    assert [len(each.xpath(".//input[@type='checkbox'][@checked]")) for each in rows.xpath("fieldset")] == [0, 1]


def test_the_enter_key_does_not_remove_a_row():
    page = drawn(EVERY_KIND)

    first = page.xpath("//form//button")[0]

    assert first.get("name") is None
    assert (first.get("tabindex"), first.get("aria-hidden")) == ("-1", "true")


def test_uploaded_files_are_listed_by_name_with_a_button_and_stay_in_the_form():
    page = drawn(EVERY_KIND, {"files": ["7"]})

    assert page.xpath("//ul[@class='files']//a/text()") == ["Ответ <1>.pdf"]
    assert page.xpath("//ul[@class='files']//button/@aria-label") == ["Убрать файл Ответ <1>.pdf"]
    assert page.xpath("//ul[@class='files']//input[@type='hidden']/@value") == ["7"]
    assert page.xpath("//input[@type='file']/@accept") == [".pdf"]


def test_a_list_without_choices_says_so():
    page = drawn(EVERY_KIND)

    assert page.xpath("//select[@id='nothing']/option/text()") == ["Выбирать пока не из чего."]
    assert page.xpath("//fieldset[@id='none']/p/text()") == ["Выбирать пока не из чего."]


def test_a_fact_that_is_not_known_yet_says_so():
    page = drawn(EVERY_KIND)

    assert page.xpath("normalize-space(//p[span[text()='Суть:']])") == "Суть: нет сведений"


def test_every_sentence_of_the_forms_page_is_there_in_kazakh_russian_and_english():
    sentences = tomllib.loads((WEB / "texts" / "form.toml").read_text("utf-8"))

    missing = [(key, each) for key, words in sentences.items() for each in ("kk", "ru", "en") if not words.get(each)]

    assert missing == []
