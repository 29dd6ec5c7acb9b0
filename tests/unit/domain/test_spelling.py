"""Words in one spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.spelling import distance, folded, skeleton

words = st.text("abcdehiknorstuvwz", max_size=12)


@pytest.mark.parametrize(
    "spellings",
    [
        "Нұрлан Нурлан Nurlan Нурллан НҰРЛАН",
        "Қуаныш Куаныш Kuanysh Quanysh Qüanyş",
        "Жұмабай Жумабай Джумабай Zhumabay Dzhumabai",
        "Щербаков Shcherbakov",
        "Дмитрий Dmitry Dmitriy Dmitrii",
        "Юлия Yuliya Iuliia",
        "Сергей Sergey Sergei Sergej",
        "Ерлан Yerlan Erlan",
        "Бауыржан Бауржан Bauyrzhan Baurzhan",
        "Шыңғыс Шынгыс Şyñğys Shyngys",
        "Хасен Һасен Khassen Hasen",
        "Фёдоров Федоров Fyodorov Fedorov",
        "Наталья Наталия Natalya Natalia",
        "Сaпаров Сапаров",
    ],
)
def test_spellings_of_one_name_are_one_word(spellings: str) -> None:
    assert len({folded(each) for each in spellings.split()}) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("Рақымжан", "Рахимжан"), ("Ахмет", "Ахмед"), ("Жәмила", "Джамиля"), ("Шыңғыс", "Чингиз")]
)
def test_letters_that_people_confuse_lie_near_and_share_a_skeleton(one: str, other: str) -> None:
    assert distance(folded(one), folded(other)) < 1
    assert skeleton(folded(one)) == skeleton(folded(other))


def test_neighbours_exchanged_are_one_slip() -> None:
    assert distance("botagoz", "boatgoz") == 1


@given(words, words)
def test_the_way_there_is_as_long_as_the_way_back(one: str, other: str) -> None:
    assert distance(one, other) == distance(other, one)
    assert (distance(one, other) == 0) == (one == other)


@given(st.text(max_size=30))
def test_a_folded_word_is_folded_once_and_for_all(word: str) -> None:
    assert folded(word).isascii()
    assert not any(left == right for left, right in zip(folded(word), folded(word)[1:], strict=False))
