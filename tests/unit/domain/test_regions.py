"""Which district or city of an office somebody means."""

import tomllib
from pathlib import Path

import pytest

from app.domain.regions import Regions

SETTINGS = tomllib.loads((Path(__file__).parents[3] / "processes/kostanay/office.toml").read_text("utf-8"))
REGIONS = Regions.of(SETTINGS)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("rudny", "rudny"),
        ("г. Рудный", "rudny"),
        ("Рудный қаласы", "rudny"),
        ("Қостанай", "kostanay_city"),
        ("Қостанай ауданы", "kostanay_district"),
        ("Костанайский  район", "kostanay_district"),
        ("Беимбета Майлина", "beimbet_mailin"),
        ("Auliekol district", "auliekol"),
        ("Акмолинская область", "акмолинская область"),
        ("", ""),
    ],
)
def test_a_region_is_known_by_its_code_and_by_its_name_in_any_language(said: str, code: str) -> None:
    assert REGIONS.code_of(said) == code


def test_kostanay_has_four_cities_and_sixteen_districts_each_in_a_place_of_its_own() -> None:
    """KST-TASK-3.2"""
    assert len({(row.column, row.row) for row in REGIONS.rows}) == len(REGIONS.rows) == 20
    assert len({row.code for row in REGIONS.rows}) == 20
    assert sum("ауданы" in row.name.kk for row in REGIONS.rows) == 16
