"""Values as JSON keeps them: what enters a function and what leaves an expression."""

from typing import Any, Final

from app.domain.texts import Text
from app.engine.guards import BAD_KEY, MAX_NESTING, METER, TOO_BIG, TOO_DEEP, Refusal, kinds

COPY_BUDGET: Final = 30_000
MAX_STORED_INT: Final = 2**63 - 1
NOT_STORABLE = Text(
    kk="тек мәтінді, санды, иә/жоқ мәнін, тізімді және жазбаны сақтауға болады, мұны емес: {kinds}.",
    ru="сохранить можно только текст, число, да/нет, список и запись, но не это: {kinds}.",
    en="only text, numbers, yes/no, lists and records can be kept, not this: {kinds}.",
)


def plain(value: Any, depth: int = 0) -> Any:
    """`value` as JSON keeps it, copied, so that nothing stays shared; refuses what JSON has no word for."""
    kind = type(value)
    if kind is bool or value is None:
        return value
    if kind is str:
        METER.copies -= len(value) >> 4
    elif kind is int or kind is float:
        if abs(value) > MAX_STORED_INT if kind is int else value - value != 0:
            raise Refusal(TOO_BIG)
        return value
    elif kind is list or kind is dict:
        return _copied(value, depth)
    else:
        raise Refusal(NOT_STORABLE.with_values(kinds=kinds(value)))
    if METER.copies < 0:
        raise Refusal(TOO_BIG)
    return value


def _copied(value: Any, depth: int) -> Any:
    METER.copies -= 1 + len(value)
    if METER.copies < 0:
        raise Refusal(TOO_BIG)
    if depth > MAX_NESTING:
        raise Refusal(TOO_DEEP)
    if type(value) is list:
        return [plain(child, depth + 1) for child in value]
    return {_stored_key(name): plain(child, depth + 1) for name, child in value.items()}


def _stored_key(name: Any) -> str:
    if type(name) is not str:
        raise Refusal(BAD_KEY)
    return name
