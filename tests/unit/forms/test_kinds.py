"""What each kind of field takes, what it makes of it, and what it says otherwise."""

import time
from datetime import UTC, datetime

import pytest

from app.domain.clock import StandingClock, using
from app.forms import Choice
from tests.unit.forms.writing import component, form_of, option, refusal, value


def text(**validate):
    return component("textfield", "t", validate=validate)


def test_a_line_is_trimmed_and_composed_and_cleaned_of_what_a_database_cannot_hold():
    assert value(text(), "  Асан \t\n Үсенұлы\x00 ") == "Асан Үсенұлы"
    assert value(text(), "и\u0306од") == "йод"
    assert value(text(), "a\ud800b") == "ab"
    assert value(component("textarea", "t"), " a\r\n\r\n b ") == "a\n\n b"
    assert value(text(), "   ") is None


def test_the_length_of_a_text_is_counted_in_signs():
    assert value(text(maxLength=8, minLength=8), "қабылдау") == "қабылдау"
    assert refusal(text(maxLength=7), "қабылдау") == "Сократите «Поле t»: сейчас знаков 8, можно 7"
    assert refusal(text(minLength=9), "қабылдау") == "«Поле t»: напишите подробнее, нужно знаков не меньше 9"


def test_a_text_without_a_limit_has_one_all_the_same():
    assert refusal(text(), "x" * 501) == "Сократите «Поле t»: сейчас знаков 501, можно 500"
    assert refusal(component("textarea", "t"), "x" * 10_001) == "Сократите «Поле t»: сейчас знаков 10001, можно 10000"


def test_a_pattern_decides_and_the_form_may_say_what_it_means():
    asked = component(
        "textfield",
        "t",
        validate={"pattern": "^[0-9]{3}$"},
        properties={"message_pattern": "Три цифры"},
        i18n={"kk": {"label": "Т", "message_pattern": "Үш цифр"}},
    )

    assert value(asked, "123") == "123"
    assert refusal(asked, "12a") == "Три цифры"
    assert refusal(text(pattern="^[а-яё]+$"), "abc") == "Проверьте, верно ли записано «Поле t»"


@pytest.mark.parametrize("pattern", ["^(a+)+$", "^(a|aa)+$", "(.*a){20}", "^([a-zA-Z]+)*$", "(x+x+)+y"])
def test_a_hostile_pattern_takes_linear_time(pattern):
    form = form_of(component("textarea", "t", validate={"pattern": pattern, "maxLength": 20_000}))

    began = time.process_time()
    form.check({"t": ["a" * 9_999 + "!"]}, {}, {})

    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    ("typed", "number"),
    [("12", 12), (" 1 000 ", 1000), ("1,5", 1.5), ("-3", -3), (7, 7), (2.0, 2), ("1e3", 1000), (".5", 0.5)],
)
def test_a_number_may_be_written_as_people_write_it(typed, number):
    assert value(component("number", "n"), typed) == number


@pytest.mark.parametrize(
    "typed", ["двенадцать", "1.2.3", "--1", "١٢", "nan", "inf", "1" * 50, float("nan"), True, [], ".", "e5"]
)
def test_what_is_no_number_is_refused(typed):
    assert refusal(component("number", "n"), typed) == "Напишите число цифрами: «Поле n»"


def test_a_number_keeps_to_its_limits_and_digits():
    asked = component("number", "n", decimalDigits=0, validate={"min": 1, "max": 999})

    assert value(asked, "999") == 999
    assert refusal(asked, "0") == "«Поле n»: должно быть не меньше 1"
    assert refusal(asked, "1000") == "«Поле n»: должно быть не больше 999"
    assert refusal(asked, "1,5") == "Напишите целое число: «Поле n»"
    assert refusal(component("number", "n", decimalDigits=2), "1.234") == "«Поле n»: после запятой цифр не больше 2"


def test_a_required_tick_must_be_there():
    asked = component("checkbox", "ok", validate={"required": True})

    assert value(asked, True) is True
    assert refusal(asked, False) == "Поставьте отметку: «Поле ok»"
    assert form_of(asked).check({"ok": ["true"]}, {}, {}).variables == {"ok": True}


@pytest.mark.parametrize(
    ("sent", "iso"),
    [
        ({"d-day": ["27"], "d-month": ["11"], "d-year": ["2026"]}, "2026-11-27"),
        ({"d-day": ["7"], "d-month": ["3"], "d-year": [" 1958 "]}, "1958-03-07"),
        ({"d": ["2026-11-27"]}, "2026-11-27"),
        ({"d": ["2026-11-27T10:20"]}, "2026-11-27"),
    ],
)
def test_a_day_is_three_short_inputs_or_one_iso_date(sent, iso):
    checked = form_of(component("datetime", "d", subtype="date")).check(sent, {}, {})

    assert checked.variables == {"d": iso}


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"d-day": ["31"], "d-month": ["2"], "d-year": ["2026"]}, "Такого дня нет: 31.2.2026"),
        ({"d-day": ["27"], "d-month": ["11"]}, "напишите день, месяц и год"),
        ({"d-day": ["27"], "d-month": ["ноября"], "d-year": ["2026"]}, "напишите день, месяц и год"),
        ({"d-day": ["27"], "d-month": ["11"], "d-year": ["26"]}, "год из четырёх цифр"),
        ({"d-day": ["٢٧"], "d-month": ["11"], "d-year": ["2026"]}, "напишите день, месяц и год"),
        ({"d": ["27.11.2026"]}, "нужна дата вида 2026-11-27"),
        ({"d": ["9999-99-99"]}, "нужна дата вида 2026-11-27"),
        ({"d": ["2026-13-01"]}, "нужна дата вида 2026-11-27"),
    ],
)
def test_a_day_that_is_none_is_refused(sent, sentence):
    checked = form_of(component("datetime", "d", subtype="date")).check(sent, {}, {})

    assert sentence in checked.errors["d"].ru


def test_a_moment_is_a_day_and_a_time_in_the_offices_zone():
    sent = {"d-day": ["27"], "d-month": ["11"], "d-year": ["2026"], "d-time": ["9.05"]}
    form = form_of(component("datetime", "d", subtype="datetime"))

    typed = form.check(sent, {}, {})
    naive = form.check_json({"d": "2026-11-27T09:05"}, {}, {})
    greenwich = form.check_json({"d": "2026-11-27T04:05:00Z"}, {}, {})

    assert typed.variables == naive.variables == {"d": "2026-11-27T09:05:00+05:00"}
    assert datetime.fromisoformat(greenwich.variables["d"]) == datetime.fromisoformat(typed.variables["d"])


@pytest.mark.parametrize("typed", ["25:00", "9", "10:60", "полдень", "10-5"])
def test_a_time_that_is_none_is_refused(typed):
    assert refusal(component("datetime", "d", subtype="time"), typed) == "«Поле d»: напишите время так: 10:20"


def test_a_time_of_day_is_written_with_two_digits():
    assert value(component("datetime", "d", subtype="time"), "9:05") == "09:05"


def test_a_day_that_has_passed_is_refused_where_the_form_says_so():
    asked = component("datetime", "d", subtype="date", disallowPassedDates=True)

    with using(StandingClock(datetime(2026, 11, 26, 20, tzinfo=UTC))):
        today, yesterday = refusal(asked, "2026-11-27"), refusal(asked, "2026-11-26")

    assert today == ""
    assert yesterday == "Укажите сегодняшний или будущий день: «Поле d»"


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("+7 701 123 45 67", "+77011234567"),
        ("8 (701) 123-45-67", "+77011234567"),
        ("87011234567", "+77011234567"),
        ("7011234567", "+77011234567"),
        ("77142 50 00 00", "+77142500000"),
        ("+998 90 123 45 67", "+998901234567"),
    ],
)
def test_a_phone_is_kept_in_one_shape(typed, number):
    assert value(component("textfield", "p", properties={"kind": "phone"}), typed) == number


@pytest.mark.parametrize(
    "typed", ["123", "+7 701 123 45 6", "позвоните", "9011234567", "+7701123456789012", "٨٧٠١١٢٣٤٥٦٧"]
)
def test_what_is_no_phone_is_refused(typed):
    said = refusal(component("textfield", "p", properties={"kind": "phone"}), typed)

    assert said == "Проверьте номер телефона, например +7 701 123 45 67"


def test_the_control_digit_of_an_iin_is_checked():
    asked = component("textfield", "iin", properties={"kind": "iin"})

    assert value(asked, "880101 300123") == "880101300123"
    assert value(asked, "900101300017") == "900101300017"
    assert refusal(asked, "880101300124") == "Проверьте ИИН: такого номера не бывает"
    assert refusal(asked, "88010130012") == "В ИИН 12 цифр, а здесь 11"
    assert refusal(asked, "881301300123") == "Проверьте ИИН: такого номера не бывает"
    assert refusal(asked, "٨٨٠١٠١٣٠٠١٢٣") == "Проверьте ИИН: такого номера не бывает"


def test_a_bin_is_no_iin():
    asked = component("textfield", "bin", properties={"kind": "bin"})

    assert value(asked, "971240001315") == "971240001315"
    assert refusal(asked, "900101300017") == "Проверьте БИН: такого номера не бывает"
    assert refusal(asked, "97124000131") == "В БИН 12 цифр, а здесь 11"


@pytest.mark.parametrize(
    ("typed", "address"), [("Aliya@Mail.KZ", "Aliya@mail.kz"), ("әлия@пошта.қаз", "әлия@пошта.қаз")]
)
def test_an_e_mail_address_keeps_its_name_and_lowers_its_domain(typed, address):
    assert value(component("textfield", "e", validate={"validationType": "email"}), typed) == address


@pytest.mark.parametrize(
    "typed", ["aliya", "a@b", "a b@mail.kz", "@mail.kz", "a@-mail.kz", "a@mail..kz", "a@@mail.kz", "x" * 65 + "@a.kz"]
)
def test_what_is_no_e_mail_address_is_refused(typed):
    said = refusal(component("textfield", "e", properties={"kind": "email"}), typed)

    assert said == "Проверьте адрес электронной почты, например aliya@mail.kz"


def test_the_form_says_which_files_it_takes():
    form = form_of(
        component("filepicker", "scan", accept=".pdf,.JPG", properties={"maxSizeMb": 2}),
        component("filepicker", "more", multiple=True),
    )

    scan, more = form.file_rules["scan"], form.file_rules["more"]

    assert scan.refusal("Ответ.PDF", 1000) is None
    assert scan.refusal("virus.exe", 1000).ru == "Файл «virus.exe» не подходит. Можно: .pdf, .jpg"
    assert scan.refusal("a.pdf", 2 * 1024 * 1024 + 1).ru == "Файл «a.pdf» слишком велик: предел 2 МБ"
    assert more.refusal("anything.bin", 20 * 1024 * 1024) is None
    assert (scan.multiple, more.multiple) == (False, True)


def test_a_form_names_the_lists_it_needs():
    form = form_of(
        component("select", "day", valuesKey="reception_days"),
        component("radio", "r", values=[option("a")]),
        component("dynamiclist", "rows", components=[component("select", "who", valuesKey="officials")]),
        component("filepicker", "scan"),
    )

    assert form.choice_keys == {"reception_days", "officials", "files"}


def test_a_choice_may_be_a_name_that_needs_no_translation():
    choice = Choice("1", "А. Сүлейменова")

    assert choice.label_in("kk") == choice.label_in("en") == "А. Сүлейменова"
    assert choice.hint_in("ru") == ""
