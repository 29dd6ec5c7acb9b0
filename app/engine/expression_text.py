"""Expressions as they are written in a diagram."""

from typing import Any, Final

from app.domain.texts import Text
from app.engine.errors import DiagramError

LANGUAGES_OF_CONDITIONS: Final = frozenset(
    {"", "python", "text/x-python", "http://www.python.org", "https://www.python.org", "https://www.python.org/"}
)
UNKNOWN_LANGUAGE: Final = Text(
    kk="шарттың тілі белгісіз; Python өрнегі керек.",
    ru="неизвестный язык условия; нужно выражение на Python.",
    en="the language of the condition is unknown; a Python expression is needed.",
)


def expression_of(node: Any, element: str) -> str | None:
    """The text of an expression; None if there is none. Raises `DiagramError` naming `element`: not our language."""
    if node is None or not (node.text or "").strip():
        return None
    if (node.get("language") or "").strip().lower() not in LANGUAGES_OF_CONDITIONS:
        raise DiagramError(element=element, reason=UNKNOWN_LANGUAGE)
    return str(node.text).strip()
