"""The even split: KST-JRN-3, BR-13."""

from hypothesis import given
from hypothesis import strategies as st

from app.domain.even_split import lightest

PEOPLE = st.integers(1, 6)


@st.composite
def days(draw: st.DrawFn) -> tuple[list[set[int]], set[int]]:
    """Who is there when each appeal of a day comes, and who is there the whole day."""
    everybody = set(range(1, draw(PEOPLE) + 1))
    there = draw(st.lists(st.sets(st.sampled_from(sorted(everybody))), min_size=1, max_size=60))
    constant = draw(st.sets(st.sampled_from(sorted(everybody)), min_size=1))
    return [each | constant for each in there], constant


@given(days())
def test_kst_jrn_3_counts_of_those_present_the_whole_day_differ_by_at_most_one(
    day: tuple[list[set[int]], set[int]],
) -> None:
    moments, constant = day
    counts: dict[int, int] = {}
    last: dict[int, int] = {}

    for number, present in enumerate(moments, 1):
        chosen = lightest({person: counts.get(person, 0) for person in present}, last)
        assert chosen in present
        counts[chosen], last[chosen] = counts.get(chosen, 0) + 1, number

    loads = [counts.get(person, 0) for person in constant]
    assert max(loads) - min(loads) <= 1
    assert sum(counts.values()) == len(moments)


@given(st.integers(1, 8), st.integers(0, 100))
def test_kst_jrn_3_a_total_is_split_as_evenly_as_it_can_be(registrars: int, total: int) -> None:
    counts = dict.fromkeys(range(registrars), 0)

    for _ in range(total):
        counts[lightest(counts) or 0] += 1

    assert sorted(counts.values()) == [(total + n) // registrars for n in range(registrars)]


def test_of_equals_whoever_has_waited_longest_is_next() -> None:
    assert lightest({1: 2, 2: 2, 3: 2}, {1: 30, 2: 10, 3: 20}) == 2


def test_nobody_present_gets_nothing() -> None:
    assert lightest({}) is None
