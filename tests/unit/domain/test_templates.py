"""Letters and documents are written in a language of three words: a field, `if`, `each`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.templates import (
    LINE_BREAK,
    MissingFieldsError,
    TemplateSyntaxError,
    TemplateTooLargeError,
    UnprintableFieldError,
    escape_markdown,
    fields_of,
    parse,
    parse_letter,
    problems_of,
    render,
    render_letter,
    render_plain,
    uses,
)
from app.domain.texts import LANGUAGES


def test_a_field_is_found_by_its_path_in_nested_values_and_as_a_flat_key():
    template = parse("{{applicant.full_name}} · {{office.name}} · {{n}}")

    text = render(template, {"applicant": {"full_name": "Әбілқасымова Роза"}, "office.name": "Әкім аппараты", "n": 7})

    assert text == "Әбілқасымова Роза · Әкім аппараты · 7"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("да", "[да]"),
        (1, "[1]"),
        (True, "есть"),
        (["x"], "есть"),
        ("  ", "нет"),
        ("", "нет"),
        (None, "нет"),
        (0, "нет"),
        ([], "нет"),
    ],
)
def test_if_asks_whether_there_is_something(value, shown):
    holds = "есть" if shown == "есть" else "[{{x}}]"
    template = parse("{{#if x}}" + holds + "{{else}}нет{{/if}}")

    assert render_plain(template, {"x": value}) == shown


def test_if_takes_an_unknown_field_for_nothing():
    assert render(parse("a{{#if b.c}}!{{/if}}"), {}) == "a"


def test_each_numbers_the_rows_and_sees_the_fields_outside_them():
    template = parse("{{#each rows}}{{@n}}. {{name}} ({{office}}) {{/each}}")

    text = render(template, {"rows": [{"name": "а"}, {"name": "б"}], "office": "әкімдік"})

    assert text == "1. а (әкімдік) 2. б (әкімдік) "


def test_each_within_each_counts_its_own_rows():
    template = parse("{{#each a}}{{@n}}:{{#each b}}{{@n}}{{c}}{{/each}};{{/each}}")

    assert render(template, {"a": [{"b": [{"c": "x"}, {"c": "y"}]}, {"b": []}]}) == "1:1x2y;2:;"


@pytest.mark.parametrize(
    "source",
    [
        "| a |\n|---|\n{{#each rows}}\n| {{a}} |\n{{/each}}\n\nend",
        "| a |\n|---|\n{{#each rows}}| {{a}} |\n{{/each}}\nend",
    ],
)
def test_rows_of_a_table_stay_together_however_each_is_written(source):
    assert render(parse(source), {"rows": [{"a": 1}, {"a": 2}]}) == "| a |\n|---|\n| 1 |\n| 2 |\n\nend"


def test_if_on_a_line_of_its_own_leaves_a_blank_line_that_parts_paragraphs():
    template = parse("first\n{{#if b}}\nsecond\n{{/if}}\nthird")

    assert render(template, {"b": "x"}) == "first\n\nsecond\n\nthird"


def test_every_missing_field_is_named_once_and_nothing_is_left_empty():
    template = parse("{{a}} {{b}} {{a}} {{#each rows}}{{x}}{{/each}} {{#each none}}{{/each}} {{c.d}}")

    with pytest.raises(MissingFieldsError) as caught:
        render(template, {"b": " \u200b ", "rows": [{"y": 1}], "c": {}})

    assert caught.value.fields == ("a", "b", "rows[1].x", "none", "c.d")
    assert all("rows[1].x" in caught.value.text.in_(language) for language in LANGUAGES)


def test_an_empty_cell_of_a_row_is_shown_as_a_dash():
    template = parse("{{#each rows}}{{a}}{{b}}{{/each}}")

    assert render(template, {"rows": [{"a": "", "b": None}]}) == "——"


@pytest.mark.parametrize(
    ("source", "values"),
    [
        ("{{a}}", {"a": ["list"]}),
        ("{{a}}", {"a": True}),
        ("{{a}}", {"a": 1.5}),
        ("{{#each a}}{{/each}}", {"a": "text"}),
        ("{{#each a}}{{/each}}", {"a": ["text"]}),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused(source, values):
    with pytest.raises(UnprintableFieldError):
        render(parse(source), values)


@pytest.mark.parametrize(
    ("source", "line", "part"),
    [
        ("\n{{a", 2, "{{a"),
        ("a\n}}", 2, "}}"),
        ("{{#if a}}\n{{/each}}{{/if}}", 2, "{{/each}}"),
        ("\n\n{{#each a}}", 3, "{{#each a}}"),
        ("{{else}}", 1, "{{else}}"),
        ("{{#if a}}{{else}}\n{{else}}{{/if}}", 2, "{{else}}"),
        ("{{#each a}}{{else}}{{/each}}", 1, "{{else}}"),
        ("{{@n}}", 1, "@n"),
        ("{{a.b()}}", 1, "a.b()"),
        ("{{__class__.}}", 1, "__class__."),
        ("{{a | safe}}", 1, "a | safe"),
        ("{{#unless a}}{{/unless}}", 1, "#unless a"),
        ("{{{a}}}", 1, "{a"),
        ("{{> partial}}", 1, "> partial"),
        ("{{#if a == 1}}{{/if}}", 1, "#if a == 1"),
        ("{{}}", 1, "«»"),
    ],
)
def test_a_fault_is_located_and_explained_in_three_languages(source, line, part):
    problem = problems_of(source)[0]

    assert problem.line == line
    assert part in problem.message.ru
    assert len({problem.message.in_(language) for language in LANGUAGES}) == 3


def test_all_faults_are_told_at_once_in_the_order_of_lines():
    with pytest.raises(TemplateSyntaxError) as caught:
        parse("{{#if a}}\n{{b!}}\n{{/each}}\n")

    assert [problem.line for problem in caught.value.problems] == [1, 2, 3]
    assert all("3" in caught.value.text.in_(language) for language in LANGUAGES)


def test_a_template_is_limited_in_depth_size_and_tags():
    assert problems_of("{{#if a}}" * 8 + "{{/if}}" * 8) == ()
    assert problems_of("{{#if a}}" * 9 + "{{/if}}" * 9) != ()
    assert problems_of("x" * 100_001) != ()
    assert problems_of("{{a}}" * 2_001) != ()


def test_filling_in_is_limited_in_steps_and_size():
    rows = [{"x": "я" * 1_000}] * 700
    twice = parse("{{#each r}}{{#each r}}{{/each}}{{/each}}")
    long = parse("{{#each r}}" + "{{x}}" * 3 + "{{/each}}")

    with pytest.raises(TemplateTooLargeError):
        render(twice, {"r": rows})
    with pytest.raises(TemplateTooLargeError):
        render(long, {"r": rows})


def test_fields_are_told_apart_by_list():
    template = parse("{{a.b}}{{#if rows}}{{#each rows}}{{@n}}{{x}}{{#each y}}{{z}}{{/each}}{{/each}}{{/if}}")

    fields = fields_of(template)

    assert fields.single == {"a.b", "rows"}
    assert fields.rows == {"rows": {"x", "y"}, "rows.y": {"z"}}


def test_uses_carry_their_lines_and_purposes():
    found = uses(parse("{{a}}\n{{#if b}}\n{{#each c}}\n{{d}}\n{{/each}}{{/if}}"))

    assert [(use.name, use.line, use.purpose, use.lists) for use in found] == [
        ("a", 1, "value", ()),
        ("b", 2, "condition", ()),
        ("c", 3, "list", ()),
        ("d", 4, "value", ("c",)),
    ]


def test_a_letter_has_a_subject_of_one_line_and_an_escaped_body():
    letter = render_letter(
        "subject: Приём {{when}}\n\n**{{name}}**\n", {"when": "27.11\r\nBcc: x@y.kz", "name": "*А*\nБ"}
    )

    assert letter.subject == "Приём 27.11 Bcc: x@y.kz"
    assert letter.body == rf"**\*А\*{LINE_BREAK}Б**"


def test_a_letter_without_a_subject_is_a_text_message_with_values_as_they_are():
    message = render_letter("Приём  {{when}},\n {{place}}. \n", {"when": "27.11 * 10:20", "place": "каб._1"})

    assert (message.subject, message.body) == ("", "Приём 27.11 * 10:20,\nкаб._1.")


def test_faults_of_a_letter_are_counted_from_its_first_line():
    with pytest.raises(TemplateSyntaxError) as caught:
        parse_letter("subject: {{#if a}}\n\n{{/if}}{{b!}}")
    with pytest.raises(TemplateSyntaxError) as open_subject:
        parse_letter("subject: {{#if a}}\n\n{{/if}}")

    assert [problem.line for problem in caught.value.problems] == [3]
    assert [problem.line for problem in open_subject.value.problems] == [1]
    assert [use.line for use in uses(parse_letter("subject: x\n\n{{b}}").body)] == [3]


def test_a_value_is_never_read_as_a_template():
    assert render_plain(parse("{{a}}"), {"a": "{{b}}{{#each x}}"}) == "{{b}}{{#each x}}"


def test_control_hidden_and_direction_turning_characters_are_left_out():
    value = "а\x00б\x1b[31m\u202eв\u2066г\u200b\ufeff\ud800д\t.\r\n\n\n\ne"

    assert render_plain(parse("{{a}}"), {"a": value}) == "а б [31mвг?д .  e"
    assert escape_markdown("a\r\nb\n\n\n\nc") == f"a{LINE_BREAK}b{LINE_BREAK * 2}c"


@pytest.mark.parametrize("plain", ["27.11.2026", "10:20", "ЛП-0371/2026", "ТОО «Тобол Құрылыс»", "№ 14 (каб. 104)"])
def test_ordinary_values_stay_readable(plain):
    assert escape_markdown(plain) == plain


@given(st.text(alphabet=st.sampled_from("{}#/@ifeach elsn.\na|*_"), max_size=60))
def test_any_source_is_a_template_or_explains_itself(source):
    problems = problems_of(source)

    if not problems:
        fields_of(parse(source))
    assert all(1 <= problem.line <= source.count("\n") + 1 for problem in problems)


@given(st.text(max_size=200), st.text(max_size=200))
def test_words_around_a_field_are_kept_as_they_are(before, value):
    before = before.replace("{{", "").replace("}}", "").replace("{", "").replace("}", "").replace("\r", "")
    template = parse(before + "{{a}}")

    text = render_plain(template, {"a": "x" + value})

    assert text.startswith(before + "x")
    assert "\n" not in text[len(before) :]
