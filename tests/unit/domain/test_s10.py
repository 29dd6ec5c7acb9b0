"""Barcodes of registered post."""

import pytest

from app.domain.changes import changes
from app.domain.s10 import check_digit, is_valid, read


@pytest.mark.parametrize(("serial", "digit"), [("47312482", 9), ("00000000", 5), ("00000003", 1), ("12345678", 5)])
def test_the_check_digit_follows_the_weights(serial: str, digit: int) -> None:
    assert check_digit(serial) == digit


def test_ten_becomes_nought_and_eleven_five() -> None:
    tens = [serial for serial in (f"{n:08d}" for n in range(200)) if is_valid(f"RR{serial}0KZ")]

    assert tens
    assert is_valid("RR000000005KZ")


@pytest.mark.parametrize(
    "wrong", ["", "RR473124820KZ", "RR47312482KZ", "R1473124829KZ", "RR473124829", "RR4731248290KZ"]
)
def test_another_shape_or_digit_is_no_barcode(wrong: str) -> None:
    assert not is_valid(read(wrong))


def test_a_barcode_is_read_as_it_is_printed() -> None:
    assert read("rr 473 124 829 kz") == "RR473124829KZ"


def test_what_differs_is_told_sentence_by_sentence() -> None:
    assert changes("Первое. Второе.", "Первое. Третье. Второе.") == ["+ Третье."]
    assert changes("Одно.\nДва.", "Одно.\nДве.") == ["− Два.", "+ Две."]
    assert changes("Одно.", "Одно.") == []
