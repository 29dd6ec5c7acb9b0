"""What the checks of marshmallow say, in the reader's language."""

import re
from typing import Final

from app.domain.texts import Text

_SENTENCES: Final[tuple[tuple[str, Text], ...]] = (
    (
        r"Missing data for required field\.",
        Text("Бұл өріс міндетті.", "Это поле обязательно.", "This field is required."),
    ),
    (
        r"Field may not be null\.",
        Text("Бұл өріс бос (null) бола алмайды.", "Это поле не может быть null.", "This field may not be null."),
    ),
    (r"Unknown field\.", Text("Мұндай өріс жоқ.", "Такого поля нет.", "There is no such field.")),
    (
        r"Not a valid (?:integer|number)\.|Number too large\.",
        Text("Сан жазыңыз.", "Нужно число.", "A number is needed."),
    ),
    (r"Not a valid (?:utf-8 )?string\.", Text("Мәтін жазыңыз.", "Нужен текст.", "A text is needed.")),
    (
        r"Not a valid boolean\.",
        Text("true немесе false жазыңыз.", "Нужно true или false.", "Either true or false is needed."),
    ),
    (
        r"Not a valid mapping type\.|Invalid input type\.|Invalid type\.",
        Text("JSON нысаны керек.", "Нужен объект JSON.", "A JSON object is needed."),
    ),
    (r"Not a valid list\.", Text("JSON тізімі керек.", "Нужен список JSON.", "A JSON list is needed.")),
    (
        r"Must be one of: (?P<choices>.*)\.",
        Text("Мыналардың бірі: {choices}.", "Одно из: {choices}.", "One of: {choices}."),
    ),
    (
        r"Must be greater than or equal to (?P<min>\S+) and less than or equal to (?P<max>\S+)\.",
        Text("{min} мен {max} аралығында.", "От {min} до {max}.", "From {min} to {max}."),
    ),
    (
        r"(?:Length must be between|Longer than maximum length) (?:(?P<min>\d+) and )?(?P<max>\d+)\.",
        Text(
            "Ең көбі {max} таңба, бос емес.",
            "Не больше {max} знаков и не пусто.",
            "At most {max} characters, not empty.",
        ),
    ),
    (
        r"Shorter than minimum length (?P<min>\d+)\.",
        Text("Бос болмауы керек.", "Не может быть пустым.", "It may not be empty."),
    ),
    (
        r"String does not match expected pattern\.",
        Text("Жазылу пішімі қате.", "Неверный формат.", "The format is wrong."),
    ),
)
_UNKNOWN: Final = Text("Мән жарамсыз.", "Значение не подходит.", "The value is not valid.")
_COMPILED: Final = tuple((re.compile(pattern, re.DOTALL), text) for pattern, text in _SENTENCES)


def sentence(said: object, language: str) -> str:
    """The sentence of a check in the language; a `Text` is taken as it is."""
    if isinstance(said, Text):
        return said.in_(language)
    for pattern, text in _COMPILED:
        found = pattern.fullmatch(str(said))
        if found:
            return text.in_(language).format(**found.groupdict())
    return _UNKNOWN.in_(language)
