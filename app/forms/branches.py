"""Which items of a form are asked under one option of a radio, seen from their conditions."""

from collections.abc import Iterator, Mapping, Sequence

from app.domain import feel
from app.domain.feel.syntax import Call, Compare, Literal, Name, Or
from app.forms.fields import Radio
from app.forms.schema import Item

Asked = tuple[str, str]
"""A radio's key and the value that must be chosen."""


def branches(items: Sequence[Item]) -> Mapping[int, tuple[int, str]]:
    """For each sibling that belongs under an option: its place → (place of the radio before it, the option's value).

    `hide: a != "x"` belongs under option x of radio a. With several such conditions joined by `or`, the item belongs
    under the radio that itself hides by all the others.
    """
    radios = {item.key: n for n, item in enumerate(items) if isinstance(item, Radio) and not item.readonly}
    found: dict[int, tuple[int, str]] = {}
    for n, item in enumerate(items):
        wanted = _wanted(item.hidden_if)
        for key, value in sorted(wanted or ()):
            place = radios.get(key, n)
            if place < n and _belongs(items[place], wanted - {(key, value)} if wanted else frozenset(), value):
                found[n] = (place, value)
                break
    return found


def _belongs(radio: Item, rest: frozenset[Asked], value: str) -> bool:
    own = _wanted(radio.hidden_if) or frozenset()
    offered = isinstance(radio, Radio) and value in radio.values
    return offered and rest <= own


def _wanted(tree: feel.Node | None) -> frozenset[Asked] | None:
    """The answers without which an item hides; None for a condition of another shape."""
    if tree is None:
        return None
    pairs = [_pair(part) for part in _alternatives(tree)]
    return None if None in pairs else frozenset(pair for pair in pairs if pair is not None)


def _alternatives(tree: feel.Node) -> Iterator[feel.Node]:
    if isinstance(tree, Or):
        yield from _alternatives(tree.left)
        yield from _alternatives(tree.right)
    else:
        yield tree


def _pair(tree: feel.Node) -> Asked | None:
    match tree:
        case Compare("!=", Name(key), Literal(str(value))) | Call(
            "not", (Compare("=", Name(key), Literal(str(value))),)
        ):
            return key, value
        case _:
            return None
