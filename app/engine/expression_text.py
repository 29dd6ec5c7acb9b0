"""Expressions as they are written in a diagram."""

from typing import Any, Final

from app.domain.texts import Text
from app.engine.errors import DiagramError

_OURS: Final = frozenset(
    {"", "python", "text/x-python", "http://www.python.org", "https://www.python.org", "https://www.python.org/"}
)
_JUEL: Final = frozenset({"juel", "http://www.jcp.org/en/jsr/detail?id=245"})
UNKNOWN_LANGUAGE: Final = Text(
    kk="шарттың тілі белгісіз; Python, FEEL немесе JUEL өрнегі керек.",
    ru="неизвестный язык условия; нужно выражение на Python, FEEL или JUEL.",
    en="the language of the condition is unknown; an expression in Python, FEEL or JUEL is needed.",
)


def is_readable(node: Any) -> bool:
    """Whether the language of an expression, as far as it is said, is one that the sandbox reads."""
    language = _language(node)
    return language in _OURS or language in _JUEL or "feel" in language


def expression_of(node: Any, element: str) -> str | None:
    """The text of an expression; None if there is none. Raises `DiagramError` naming `element`: an unknown language."""
    if node is None or not (node.text or "").strip():
        return None
    if not is_readable(node):
        raise DiagramError(element=element, reason=UNKNOWN_LANGUAGE)
    text = str(node.text).strip()
    return f"={text}" if "feel" in _language(node) and not text.startswith("=") else text


def _language(node: Any) -> str:
    return (node.get("language") or "").strip().lower()
