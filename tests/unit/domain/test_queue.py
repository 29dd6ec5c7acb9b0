"""The queue of a reception day (KST-PRIO, BR-04)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.queue import Category, Visitor, build_queue, distribute
from app.domain.texts import Text

FIRST = datetime(2025, 6, 10, 9, tzinfo=UTC)
CODES = {
    "ww2_veteran": "KST-PRIO-1",
    "equated_veteran": "KST-PRIO-1",
    "combat_veteran": "KST-PRIO-1",
    "disabled": "KST-PRIO-2",
    "pregnant": "KST-PRIO-3",
    "altyn_kyran": "KST-PRIO-3",
    "khalyk_kaharmany": "KST-PRIO-3",
    "enbek_eri": "KST-PRIO-3",
}
CATEGORIES = {
    code: Category(code, clause, Text(f"kk {code}", f"ru {code}", f"en {code}")) for code, clause in CODES.items()
}
visitors = st.lists(
    st.builds(
        Visitor,
        key=st.integers(1, 10_000),
        asked_at=st.integers(0, 5000).map(lambda minutes: FIRST + timedelta(minutes=minutes)),
        category=st.sampled_from([None, "unknown", *CODES]),
    ),
    max_size=30,
    unique_by=lambda each: each.key,
)


def asked(key: int, *, day: int, category: str | None = None) -> Visitor:
    return Visitor(key, FIRST + timedelta(days=day), category)


def keys(*visitors: Visitor) -> list[int]:
    return [place.visitor.key for place in build_queue(visitors, CATEGORIES)]


def test_a_pregnant_woman_booked_second_is_received_first() -> None:
    """KST-PRIO: A (first), B (second, pregnant), C (third) become B, A, C."""
    a, b, c = asked(1, day=0), asked(2, day=1, category="pregnant"), asked(3, day=2)

    assert keys(a, b, c) == [2, 1, 3]


@pytest.mark.parametrize(("code", "clause"), CODES.items())
def test_each_listed_category_booked_last_stands_before_four_others(code: str, clause: str) -> None:
    """KST-PRIO-1, KST-PRIO-2, KST-PRIO-3: the place names the category and the clause that gives it."""
    others = [asked(key, day=key) for key in range(1, 5)]

    queue = build_queue([*others, asked(5, day=9, category=code)], CATEGORIES)

    assert [place.visitor.key for place in queue] == [5, 1, 2, 3, 4]
    assert queue[0].clause == clause
    assert code in queue[0].reason.ru
    assert code in queue[0].reason.kk
    assert queue[1].clause == "KST-PRIO"


def test_two_of_the_listed_stand_in_the_order_of_their_requests() -> None:
    """KST-PRIO-4."""
    later, earlier = asked(1, day=1, category="disabled"), asked(2, day=0, category="enbek_eri")

    assert keys(asked(3, day=-1), later, earlier) == [2, 1, 3]


def test_a_category_that_the_office_does_not_list_gives_no_right() -> None:
    queue = build_queue([asked(1, day=0), asked(2, day=-1, category="friend")], CATEGORIES)

    assert [place.priority for place in queue] == [False, False]
    assert [place.visitor.key for place in queue] == [2, 1]


def test_the_effect_is_told_in_the_words_of_the_office() -> None:
    """KRG-13 says out of turn where Kostanay says first."""
    pregnant = Category("pregnant", "KRG-13", Text("Жүкті әйел", "Беременная женщина", "Pregnant woman"), "out_of_turn")

    place = build_queue([asked(1, day=0, category="pregnant")], {"pregnant": pregnant})[0]

    assert place.reason == Text(
        "кезектен тыс: жүкті әйел", "вне очереди: беременная женщина", "out of turn: pregnant woman"
    )


def test_names_that_begin_with_a_proper_noun_keep_their_capital() -> None:
    veteran = Category("v", "KST-PRIO-1", Text("Ұлы Отан соғысының ардагері", "Ветеран Великой войны", "Veteran"))

    place = build_queue([asked(1, day=0, category="v")], {"v": veteran})[0]

    assert place.reason.kk == "бірінші кезекте: Ұлы Отан соғысының ардагері"
    assert place.reason.ru == "в первую очередь: ветеран Великой войны"


@given(visitors)
def test_the_queue_holds_everybody_once_and_numbers_from_one(people: list[Visitor]) -> None:
    queue = build_queue(people, CATEGORIES)

    assert sorted(place.visitor.key for place in queue) == sorted(each.key for each in people)
    assert [place.number for place in queue] == list(range(1, len(people) + 1))


@given(visitors)
def test_nobody_without_a_category_stands_before_somebody_with_one(people: list[Visitor]) -> None:
    rights = [place.priority for place in build_queue(people, CATEGORIES)]

    assert rights == sorted(rights, reverse=True)


@given(visitors)
def test_within_a_group_the_earlier_request_stands_first(people: list[Visitor]) -> None:
    queue = build_queue(people, CATEGORIES)

    for group in (True, False):
        moments = [place.visitor.asked_at for place in queue if place.priority is group]
        assert moments == sorted(moments)


@given(visitors, st.randoms())
def test_the_order_in_which_the_rows_are_read_does_not_matter(people: list[Visitor], dice) -> None:
    shuffled = list(people)
    dice.shuffle(shuffled)

    assert build_queue(shuffled, CATEGORIES) == build_queue(people, CATEGORIES)


@given(visitors)
def test_every_place_explains_itself_in_three_languages(people: list[Visitor]) -> None:
    """KST-PRIO, KRG-13: the right with its clause, or the turn, and whom she follows within her group."""
    queue = build_queue(people, CATEGORIES, turn_clause="KRG-13")

    for group in (True, False):
        assert [place.rank for place in queue if place.priority is group] == list(
            range(1, sum(place.priority is group for place in queue) + 1)
        )
    for place in queue:
        told = place.told(UTC)
        asked_on = f"{place.visitor.asked_at:%d.%m.%Y, %H:%M}"
        assert place.clause == (CODES.get(place.visitor.category or "") or "KRG-13")
        assert all(asked_on in words and str(place.rank) in words for words in (told.kk, told.ru, told.en))
        assert len({told.kk, told.ru, told.en}) == 3


@given(visitors, visitors)
def test_a_newcomer_never_changes_the_order_of_those_who_stand(people: list[Visitor], more: list[Visitor]) -> None:
    """BR-04: whoever joins steps in between; nobody who stood before somebody falls behind her."""
    known = {each.key for each in people}

    joined = build_queue([*people, *(each for each in more if each.key not in known)], CATEGORIES)

    assert [place.visitor.key for place in joined if place.visitor.key in known] == [
        place.visitor.key for place in build_queue(people, CATEGORIES)
    ]


def test_the_queue_of_karaganda_puts_the_listed_out_of_turn() -> None:
    """KRG-13: A, B, C of 10, 11 and 12 June, C a veteran: C, A, B; the others by KRG-13 as well."""
    veteran = Category(
        "ww2_veteran", "KRG-13", Text("Ұлы Отан соғысының ардагері", "Ветеран", "Veteran"), "out_of_turn"
    )
    a, b, c = asked(1, day=0), asked(2, day=1), asked(3, day=2, category="ww2_veteran")

    queue = build_queue([a, b, c], {"ww2_veteran": veteran}, turn_clause="KRG-13")

    assert [place.visitor.key for place in queue] == [3, 1, 2]
    assert [place.clause for place in queue] == ["KRG-13"] * 3
    assert queue[0].told(UTC).ru.startswith("вне очереди: ветеран; 1-й среди имеющих такое право")


def test_the_earlier_request_gets_the_earlier_moment_of_the_day() -> None:
    """KRG-30: requests of 10 and 11 June; the one of 10 June comes first, whatever the moments' order on paper."""
    queue = build_queue([asked(1, day=1), asked(2, day=0)], CATEGORIES)
    ten, eleven = FIRST + timedelta(days=17, hours=1), FIRST + timedelta(days=17, hours=2)

    given_out = distribute(queue, [eleven, ten])

    assert [(place.visitor.key, moment) for place, moment in given_out] == [(2, ten), (1, eleven)]


@given(visitors, st.lists(st.integers(0, 300), max_size=20, unique=True))
def test_nobody_further_back_comes_earlier(people: list[Visitor], minutes: list[int]) -> None:
    """KRG-30: the order of the moments is the order of the queue, and the first are never left out."""
    queue = build_queue(people, CATEGORIES)

    given_out = distribute(queue, [FIRST + timedelta(minutes=each) for each in minutes])

    assert [place.number for place, _ in given_out] == list(range(1, min(len(people), len(minutes)) + 1))
    assert [moment for _, moment in given_out] == sorted(moment for _, moment in given_out)
