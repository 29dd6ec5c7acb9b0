"""Why a deadline rule cannot be read, pointing at the word."""

from typing import ClassVar

from app.domain.errors import AutomationError
from app.domain.texts import Text


class RuleError(AutomationError):
    """A deadline rule that cannot be read; `word` and `position` (0-based, in `rule`) point at the place."""

    status: ClassVar[int] = 422

    def __init__(self, *, rule: str, word: str, position: int, expected: str) -> None:
        super().__init__(rule=rule, word=word, position=position + 1, expected=expected)
        self.rule, self.word, self.position = rule, word, position


class UnknownWordError(RuleError):
    """A word stands where another is needed."""

    message: ClassVar[Text] = Text(
        kk="«{rule}» ережесіндегі «{word}» сөзі ({position}-таңба) түсініксіз. Күтілгені: {expected}.",
        ru="В правиле «{rule}» непонятно слово «{word}» (знак {position}). Ожидается: {expected}.",
        en='In the rule "{rule}" the word "{word}" (character {position}) is not understood. Expected: {expected}.',
    )


class UnfinishedRuleError(RuleError):
    """The rule ends where it should go on."""

    message: ClassVar[Text] = Text(
        kk="«{rule}» ережесі «{word}» сөзінен кейін үзіліп қалған. Әрі қарай күтілгені: {expected}.",
        ru="Правило «{rule}» обрывается после слова «{word}». Дальше ожидается: {expected}.",
        en='The rule "{rule}" breaks off after the word "{word}". Expected next: {expected}.',
    )


class MissingUnitError(RuleError):
    """Days without saying which."""

    message: ClassVar[Text] = Text(
        kk="«{rule}» ережесіндегі «{word}» сөзі ({position}-таңба) қандай күн екенін айтпайды: жұмыс күндері болса "
        "«working days», күнтізбелік күндер болса «calendar days» деп жазыңыз.",
        ru="В правиле «{rule}» слово «{word}» (знак {position}) не говорит, какие это дни: напишите «working days» для "
        "рабочих или «calendar days» для календарных.",
        en='In the rule "{rule}" the word "{word}" (character {position}) does not say which days: write '
        '"working days" or "calendar days".',
    )


class EmptyRuleError(RuleError):
    """No rule at all."""

    message: ClassVar[Text] = Text(
        kk="Мерзім ережесі бос. Күтілгені: {expected}.",
        ru="Правило срока пустое. Ожидается: {expected}.",
        en="The deadline rule is empty. Expected: {expected}.",
    )
