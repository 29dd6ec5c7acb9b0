"""What people write into small fields: days, months, ids."""

from datetime import date

import pytest

from app.page.written import day_of, month_of, row_id


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("05.05.2024", date(2024, 5, 5)),
        ("5.5.2024", date(2024, 5, 5)),
        (" 2024-05-05 ", date(2024, 5, 5)),
        ("2024-13-01", None),
        ("31.12.9999", None),
        ("0001-01-01", None),
        (None, None),
    ],
)
def test_a_day_is_one_that_people_mean(written: str | None, day: date | None) -> None:
    assert day_of(written) == day


def test_a_month_lies_within_the_same_years() -> None:
    assert [month_of(each) for each in ("2025-07", "9999-12", "0001-01", "07.2025")] == [
        date(2025, 7, 1),
        None,
        None,
        None,
    ]


@pytest.mark.parametrize("written", ["", "-1", "1.0", "٣", "9" * 19])
def test_what_no_row_can_have_is_no_id(written: str) -> None:
    with pytest.raises(ValueError, match="no id"):
        row_id(written)
