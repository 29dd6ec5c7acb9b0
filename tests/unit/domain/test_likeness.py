"""Two questions: the same or not, in Kazakh and in Russian."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.likeness import likeness


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Үй апатты деп танылды, көшіру мерзімі белгісіз.", "Апатты үйден көшірудің мерзімін айтыңыздар"),
        ("Прошу решить вопрос переселения из аварийного дома", "Переселение: когда нас переселят, дом аварийный"),
        ("Выделение земельного участка под ИЖС", "Не выделяют земельный участок для строительства"),
    ],
)
def test_the_same_question_in_other_words_is_found(one: str, other: str) -> None:
    """KST-S01.3, KRG-16.2: and the finding says on which words it stands."""
    found = likeness(one, other)

    assert found.same
    assert len(found.common) >= 2
    assert all(word in found.why.kk for word in found.common[:6])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Үй апатты деп танылды, көшіру мерзімі белгісіз.", "Балабақшаға кезек туралы"),
        ("Прошу записать меня на личный прием по вопросу ремонта дороги", "Прошу записать на личный прием по пенсии"),
        ("", "Ремонт дороги"),
    ],
)
def test_another_question_is_not_taken_for_it(one: str, other: str) -> None:
    """KRG-16.2: on another question she is booked."""
    assert not likeness(one, other).same


@given(st.text(max_size=200), st.text(max_size=200))
def test_it_is_the_same_both_ways_and_never_more_than_whole(one: str, other: str) -> None:
    there, back = likeness(one, other), likeness(other, one)

    assert there.share == back.share
    assert 0 <= there.share <= 1
    assert len(there.common) == len(back.common)
