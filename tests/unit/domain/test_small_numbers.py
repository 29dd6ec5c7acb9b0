"""Published counts give nobody away."""

from hypothesis import given
from hypothesis import strategies as st

from app.domain.small_numbers import LEAST, published


def test_small_counts_are_hidden_and_one_never_alone() -> None:
    assert published([12, 3, 40]) == [None, None, 40]
    assert published([12, 3, 4, 0]) == [12, None, None, 0]
    assert published([5, 0, 9]) == [5, 0, 9]
    assert published([3]) == [None]


@given(st.lists(st.integers(min_value=0, max_value=50), max_size=12))
def test_nothing_small_is_shown_and_what_is_shown_is_true(counts: list[int]) -> None:
    shown = published(counts)

    assert len(shown) == len(counts)
    assert all(said is None or said == count for said, count in zip(shown, counts, strict=True))
    assert all(said is None or said == 0 or said >= LEAST for said in shown)
    assert shown.count(None) != 1 or not any(shown)
