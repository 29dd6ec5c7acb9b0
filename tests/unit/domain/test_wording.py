"""Numbers, dates and hours in words."""

from datetime import date, datetime

import pytest

from app.domain.rule_words import UNITS
from app.domain.texts import Text
from app.domain.wording import counted, long_day, plural_ru, short_day, until_hour


@pytest.mark.parametrize(
    ("number", "form"),
    [(0, "дней"), (1, "день"), (2, "дня"), (4, "дня"), (5, "дней"), (11, "дней"), (12, "дней"), (14, "дней"),
     (21, "день"), (22, "дня"), (25, "дней"), (101, "день"), (111, "дней"), (112, "дней")],
)  # fmt: skip
def test_a_russian_noun_follows_its_number(number: int, form: str) -> None:
    assert plural_ru(number, ("день", "дня", "дней")) == form


def test_counted_things_agree_in_three_languages() -> None:
    assert counted(1, UNITS["working day"]) == Text("1 жұмыс күні", "1 рабочий день", "1 working day")
    assert counted(3, UNITS["working day"]) == Text("3 жұмыс күні", "3 рабочих дня", "3 working days")
    assert counted(5, UNITS["month"]) == Text("5 ай", "5 месяцев", "5 months")


def test_a_day_carries_its_weekday() -> None:
    assert long_day(date(2026, 11, 20)) == Text("жм 20.11.2026", "пт 20.11.2026", "Fri 20 Nov 2026")
    assert short_day(date(2025, 1, 5)) == Text("жс 05.01", "вс 05.01", "Sun 5 Jan")


@pytest.mark.parametrize(
    ("hour", "words"),
    [("18:30", "18:30-ға"), ("15:00", "15:00-ге"), ("09:40", "09:40-қа"), ("09:05", "09:05-ке"), ("09:50", "09:50-ге"),
     ("10:16", "10:16-ға"), ("10:13", "10:13-ке"), ("10:20", "10:20-ға")],
)  # fmt: skip
def test_the_kazakh_ending_of_an_hour_follows_its_last_word(hour: str, words: str) -> None:
    assert until_hour(datetime.fromisoformat(f"2025-06-09T{hour}")).kk == f"{words} дейін"
