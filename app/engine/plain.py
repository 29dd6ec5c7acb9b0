"""Values as JSON keeps them: what enters a function and what leaves an expression."""

from typing import Any, Final

import orjson

from app.domain.texts import Text
from app.engine.guards import BAD_KEY, MAX_NESTING, METER, TOO_BIG, TOO_DEEP, Refusal, kinds

COPY_BUDGET: Final = 30_000
MAX_STORED_INT: Final = 2**63 - 1
NOT_STORABLE = Text(
    kk="тек мәтінді, санды, иә/жоқ мәнін, тізімді және жазбаны сақтауға болады, мұны емес: {kinds}.",
    ru="сохранить можно только текст, число, да/нет, список и запись, но не это: {kinds}.",
    en="only text, numbers, yes/no, lists and records can be kept, not this: {kinds}.",
)


def plain(value: Any) -> Any:
    """`value` as JSON keeps it, copied, so that nothing stays shared; refuses what JSON has no word for."""
    if type(value) not in (list, dict):
        METER.copies -= _price(value)
        return value
    _pay(value)
    try:
        return orjson.loads(orjson.dumps(value))
    except (orjson.JSONEncodeError, orjson.JSONDecodeError):
        refusal = Refusal(NOT_STORABLE.with_values(kinds=kinds(value)))
    raise refusal


def _price(value: Any) -> int:
    """What a copy of a scalar costs; a text costs by its length."""
    kind = type(value)
    if kind is str:
        return len(value) >> 4
    if kind is bool or value is None:
        return 0
    if kind is int or kind is float:
        if abs(value) > MAX_STORED_INT if kind is int else value - value != 0:
            raise Refusal(TOO_BIG)
        return 0
    raise Refusal(NOT_STORABLE.with_values(kinds=kinds(value)))


def _pay(value: Any) -> None:
    """Pay for every node below a list or record, level by level, as often as it is reachable."""
    left, level = METER.copies, [value]
    for _ in range(MAX_NESTING):
        deeper: list[Any] = []
        for node in level:
            left -= 1 + len(node)
            if left < 0:
                raise Refusal(TOO_BIG)
            if type(node) is dict and not all(type(name) is str for name in node):
                raise Refusal(BAD_KEY)
            for child in node.values() if type(node) is dict else node:
                if type(child) is list or type(child) is dict:
                    deeper.append(child)
                else:
                    left -= _price(child)
        if not deeper:
            METER.copies = left
            return
        level = deeper
    raise Refusal(TOO_DEEP)
