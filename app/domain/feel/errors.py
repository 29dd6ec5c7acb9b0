"""What is wrong with an expression, and where."""

from app.domain.errors import AutomationError
from app.domain.texts import Text


class FeelError(AutomationError):
    """An expression that cannot be read; `column` counts characters from 1."""

    status = 422
    message = Text(
        kk="Өрнекті оқу мүмкін емес, {column}-таңба: «{found}» осы жерде тұра алмайды.",
        ru="Выражение не читается, знак {column}: «{found}» здесь стоять не может.",
        en="The expression cannot be read, character {column}: “{found}” cannot stand here.",
    )

    def __init__(self, column: int, **values: object) -> None:
        super().__init__(column=column, **values)
        self.column = column


class UnfinishedError(FeelError):
    """The expression ends too early."""

    message = Text(
        kk="Өрнек аяқталмаған, {column}-таңбадан кейін бірдеңе жетіспейді.",
        ru="Выражение не закончено: после знака {column} чего-то не хватает.",
        en="The expression is not finished: something is missing after character {column}.",
    )


class UnclosedStringError(FeelError):
    """A string without its closing quote."""

    message = Text(
        kk="{column}-таңбадан басталған мәтіннің соңында тырнақша жоқ.",
        ru="У строки, которая начинается со знака {column}, нет закрывающей кавычки.",
        en="The string that begins at character {column} has no closing quote.",
    )


class UnknownFunctionError(FeelError):
    """A function that this subset does not have."""

    message = Text(
        kk="{column}-таңба: «{function}» деген функция жоқ.",
        ru="Знак {column}: функции «{function}» нет.",
        en="Character {column}: there is no function “{function}”.",
    )


class ArgumentCountError(FeelError):
    """A function with too few or too many arguments."""

    message = Text(
        kk="{column}-таңба: «{function}» функциясына басқа сан аргумент керек.",
        ru="Знак {column}: у функции «{function}» другое число аргументов.",
        en="Character {column}: the function “{function}” takes another number of arguments.",
    )


class TooComplexError(FeelError):
    """An expression that is too long or nested too deeply."""

    message = Text(
        kk="Өрнек тым ұзын немесе тым күрделі. Оны бірнеше шартқа бөліңіз.",
        ru="Выражение слишком длинное или сложное. Разбейте его на несколько условий.",
        en="The expression is too long or too complex. Split it into several conditions.",
    )


class BudgetSpentError(AutomationError):
    """An evaluation that took too many steps."""

    status = 422
    message = Text(
        kk="Өрнекті есептеу тым көп қадам алды. Оны қысқартыңыз.",
        ru="Вычисление выражения заняло слишком много шагов. Сократите его.",
        en="Evaluating the expression took too many steps. Make it shorter.",
    )


class UnknownNameError(FeelError):
    """A name that nothing in sight has; `name` is what was written."""

    message = Text(
        kk="{column}-таңба: «{name}» деген айнымалы белгісіз. Атауын тексеріңіз немесе оны шешімнің кірісіне қосыңыз.",
        ru="Знак {column}: переменная «{name}» неизвестна. Проверьте имя или добавьте её во входы решения.",
        en="Character {column}: the variable “{name}” is unknown. Check the name or add it to the decision's inputs.",
    )

    def __init__(self, column: int, *, name: str) -> None:
        super().__init__(column, name=name)
        self.name = name


class UnknownParameterError(FeelError):
    """A named argument that the function does not take."""

    message = Text(
        kk="{column}-таңба: «{function}» функциясының «{parameter}» деген аргументі жоқ.",
        ru="Знак {column}: у функции «{function}» нет аргумента «{parameter}».",
        en="Character {column}: the function “{function}” has no argument “{parameter}”.",
    )


class UnreadableMomentError(FeelError):
    """`@"…"` around something that is no date, time or duration."""

    message = Text(
        kk='{column}-таңба: «{found}» күнді, уақытты немесе ұзақтықты білдірмейді (мысалы, @"2026-11-27", @"P3D").',
        ru='Знак {column}: «{found}» не дата, не время и не длительность (пример: @"2026-11-27", @"P3D").',
        en='Character {column}: “{found}” is no date, time or duration (such as @"2026-11-27", @"P3D").',
    )
