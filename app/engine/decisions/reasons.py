"""Why a decision, or a part of it, became null: warnings for people."""

from app.domain.feel.warnings import arguments, no_function, no_variable
from app.domain.texts import Text

__all__ = ["arguments", "no_function", "no_variable", "wrong_type"]


def wrong_type(name: str, needed: str, value: str) -> Text:
    """A value that is not of the type of its variable."""
    return Text(
        kk="«{name}» түрі «{needed}» емес немесе рұқсат етілген мән емес: {value}.",
        ru="«{name}» не типа «{needed}» или не из допустимых: {value}.",
        en="“{name}” is not of the type “{needed}” or not allowed: {value}.",
    ).with_values(name=name, needed=needed, value=value)
