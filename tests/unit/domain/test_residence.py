"""Whether an address lies beyond a city."""

import pytest

from app.domain.residence import lives_outside

HOME = ("Қостанай қ.", "г. Костанай", "Kostanay")


@pytest.mark.parametrize(
    ("address", "outside"),
    [
        ("г. Рудный, ул. Ленина, 5", True),
        ("Костанайская область, г.Рудный, ул. 50 лет Октября, 5", True),
        ("Қостанай облысы, Жітіқара қаласы, 4-ықшам аудан", True),
        ("Костанайский район, с. Заречное", True),
        ("г. Костанай, пр. Аль-Фараби, 66", False),
        ("Костанай, ул. Баймагамбетова, 12", False),
        ("Қостанай қ., Абай к., 5", False),
        ("ул. Гоголя, 85, кв. 4", None),
        ("", None),
    ],
)
def test_ktek_3_2_4_the_address_says_where_the_sender_lives(address: str, outside: bool | None) -> None:
    """KTEK-3.2.4"""
    assert lives_outside(address, HOME) is outside
