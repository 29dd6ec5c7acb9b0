"""Telephones and addresses, however they were written."""

import pytest

from app.domain.contacts import Place, phones, place, same_phone, same_street

ABAI = "Қостанай қ., Абай к-сі, 15 үй, 32 пәтер"


@pytest.mark.parametrize(
    "written",
    [
        "г. Костанай, ул. Абая 15-32",
        "Абай көшесі 15 үй 32 пәтер",
        "Абая, д. 15, кв. 32",
        "Абая, 15, пәтер 32",
        "110000, Костанайская область, г.Костанай, ул.Абая, дом 15, квартира 32",
        "Qostanai, Abai 15-32",
    ],
)
def test_one_address_is_one_however_it_is_written(written: str) -> None:
    one, other = place(ABAI), place(written)

    assert (other.house, other.flat) == ("15", "32")
    assert same_street(one, other)


@pytest.mark.parametrize(
    ("written", "house", "flat"),
    [
        ("ул. 8 Марта 15 кв 3", "15", "3"),
        ("8-наурыз к. 15-3", "15", "3"),
        ("50 лет Октября 41-15", "41", "15"),
        ("мкр 9, 4-7", "4", "7"),
        ("4-ықшамаудан, 9-21", "9", "21"),
        ("5-й микрорайон 12 корп 2 кв 8", "12/2", "8"),
        ("Рудный қ., Ленин к., 1", "1", ""),
        ("Әл-Фараби даңғылы 115 А", "115a", ""),
        ("пр. Аль-Фараби, 115а", "115a", ""),
        ("Майлин ауылы", "", ""),
        ("", "", ""),
    ],
)
def test_house_and_flat_are_found_beside_the_numbers_of_streets(written: str, house: str, flat: str) -> None:
    found = place(written)

    assert (found.house, found.flat) == (house, flat)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Абая 15", "Ленина 15"), ("Костанай, Абая 15", "Рудный, Абая 15"), ("9 мкр 15", "6 мкр 15"), ("", "Абая 15")],
)
def test_another_street_or_town_is_another_address(one: str, other: str) -> None:
    assert not same_street(place(one), place(other))


def test_streets_that_have_a_kazakh_and_a_russian_name_are_one() -> None:
    assert same_street(place("Жеңіс 70-4"), place("ул. Победы, д. 70, кв. 4"))
    assert place("8 Наурыз 40") == place("ул. 8 Марта, д. 40") == Place(frozenset({"8", "nauriz"}), "40", "")


def test_a_telephone_is_its_last_ten_digits_or_the_six_of_the_town() -> None:
    assert phones("8 (705) 123-45-09") == phones("+77051234509") == {"7051234509"}
    assert phones("53-18-20, 8 701 225 77 14") == {"531820", "7012257714"}
    assert same_phone(phones("54-22-17"), phones("8 (7142) 54 22 17"))
    assert phones("00000000000") == phones("жоқ") == phones(None) == frozenset()
