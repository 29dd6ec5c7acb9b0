"""The notation of admissible orders."""

import pytest

from tests.conformance.orders import admits, read


@pytest.mark.parametrize(
    ("order", "path"),
    [
        ("a b", "a b"),
        ("f (a b | c) j", "f a c b j"),
        ("f (a b | c) j", "f c a b j"),
        ("[a | b] c", "b c"),
        ("a*3", "a a a"),
        ("a? b", "b"),
        ("a (b | c (d | e)) f", "a c e b d f"),
        ("", ""),
    ],
)
def test_an_order_admits_what_it_says(order: str, path: str):
    assert admits(order, tuple(path.split()))


@pytest.mark.parametrize(
    ("order", "path"),
    [
        ("a b", "b a"),
        ("a b", "a"),
        ("a b", "a b b"),
        ("f (a b | c) j", "f b a c j"),
        ("f (a b | c) j", "f a b j"),
        ("[a | b] c", "a b c"),
        ("a*3", "a a"),
        ("", "a"),
    ],
)
def test_an_order_admits_nothing_else(order: str, path: str):
    assert not admits(order, tuple(path.split()))


@pytest.mark.parametrize("order", ["(a | b", "a)", "a & b"])
def test_an_order_that_cannot_be_read_is_refused(order: str):
    with pytest.raises(ValueError, match=r"."):
        read(order)
