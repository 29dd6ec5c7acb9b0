"""What an appeal is found by, and what a typed search asks for."""

import pytest

from app.domain.case_words import Asked, asked, line_keys, number_keys, plain
from app.domain.same_person import Described, search_keys


@pytest.mark.parametrize(
    ("label", "keys"),
    [
        ("К-00012/2025", ["#к-12/2025", "#12/2025", "#12"]),
        ("K-00012/2025", ["#к-12/2025", "#12/2025", "#12"]),
        ("К-00012/2025-2", ["#к-12/2025-2", "#12/2025-2", "#12"]),
        ("77812345", ["#77812345"]),
        ("без номера", ["#безномера"]),
        ("№", []),
    ],
)
def test_a_number_is_found_by_the_whole_and_by_its_digits(label: str, keys: list[str]) -> None:
    assert number_keys(label) == keys


@pytest.mark.parametrize("typed", ["К-00012/2025", "k-12/2025", "12/2025", "К-12"])
def test_a_typed_number_has_a_key_in_common_with_the_label(typed: str) -> None:
    (one,) = asked(typed, personal=False)
    stored = number_keys("К-00012/2025")

    assert any(key == one.keys[0] or key.startswith(one.keys[0].rstrip("*")) for key in stored)


def test_a_short_number_is_asked_for_whole() -> None:
    assert asked("12", personal=False) == [Asked(word="12", keys=("#12",))]


def test_each_word_is_asked_for_in_its_forms_by_its_beginning_and_as_a_name() -> None:
    (one,) = asked("Нұрлан", personal=True)

    assert (one.word, one.beginning, one.keys) == ("нұрлан", "нурлан", ("~нурлан*", "=nrln"))


def test_short_words_have_no_beginning_and_punctuation_is_no_word() -> None:
    found = asked("яма у школы, № 5!", personal=False)

    assert [each.word for each in found] == ["яма", "у", "школы", "5"]
    assert [each.beginning for each in found] == ["яма", "", "школы", ""]


def test_a_telephone_and_an_iin_are_asked_for_by_those_who_may_see_them() -> None:
    phone, iin = "8 701 123-45-67", "850101300123"

    assert asked(phone, personal=True)[0].keys == ("#87011234567*", "p:234567")
    assert "i:850101300123" in asked(iin, personal=True)[0].keys
    assert asked(phone, personal=False)[0].keys == ("#87011234567*",)


def test_without_the_right_to_names_no_name_is_asked_for() -> None:
    assert all(each.keys == () for each in asked("Иванов Пётр", personal=False))


@pytest.mark.parametrize("typed", ["Akhmetov", "Ахметов", "Ахметова"])
def test_a_name_is_found_however_it_is_spelled(typed: str) -> None:
    name = "Ахметов Нұрлан Серікұлы"
    stored = line_keys((), name, search_keys(Described(name)))

    assert set(asked(typed, personal=True)[0].keys) & set(stored)


def test_a_slip_in_a_name_is_found_only_when_slips_are_allowed() -> None:
    name = "Ахметов Нұрлан Серікұлы"
    stored = set(line_keys((), name, search_keys(Described(name))))

    assert not set(asked("Нуркан", personal=True)[0].keys) & stored
    assert set(asked("Нуркан", personal=True, slips=True)[0].keys) & stored


def test_kazakh_letters_are_plain() -> None:
    assert plain("Қызмет ЁЛКА") == "кызмет елка"


def test_no_key_can_break_out_of_its_quotes() -> None:
    found = asked("О'Нил \\ ' :* | & (д)", personal=True, slips=True)

    assert not any("'" in key or "\\" in key for each in found for key in (*each.keys, each.word, each.beginning))
