"""What can go wrong while a decision is made."""

from typing import ClassVar

from app.domain.texts import Text
from app.engine.errors import RunError


class DecisionError(RunError):
    """A decision that cannot be made; `cell` is the table or column in the DMN file, `element` the task if known."""

    status = 422

    def __init__(self, *, element: str, **values: object) -> None:
        super().__init__(element=element, **values)
        self.cell = element

    def happens_at(self, element: str) -> None:
        """Name the business rule task that has asked."""
        self.element = element


class DecisionTooCostlyError(DecisionError):
    """A decision that took too many steps."""

    message: ClassVar[Text] = Text(
        kk="«{decision}» шешімін есептеу тым көп қадам алды. Өрнектерін қысқартыңыз.",
        ru="Вычисление решения «{decision}» заняло слишком много шагов. Упростите его выражения.",
        en="Computing the decision “{decision}” took too many steps. Make its expressions simpler.",
    )


class RulesConflictError(DecisionError):
    """Several rules of a UNIQUE table match, or rules of an ANY table disagree."""

    message: ClassVar[Text] = Text(
        kk="«{decision}» шешімі: бірден {rules} ережелері сәйкес келді, ал {policy} кестесінде бұлай болмауы керек.",
        ru="Решение «{decision}»: подошли сразу правила {rules}, а в таблице {policy} так быть не должно.",
        en="The decision “{decision}”: the rules {rules} match at once, which a {policy} table forbids.",
    )


class ValueNotAllowedError(DecisionError):
    """A value that is not among those allowed."""

    message: ClassVar[Text] = Text(
        kk="«{decision}» шешімі: «{name}» мәні {value} — рұқсат етілгендердің арасында жоқ.",
        ru="Решение «{decision}»: значение {value} («{name}») не входит в допустимые.",
        en="The decision “{decision}”: the value {value} of “{name}” is not among those allowed.",
    )


class InputTypeError(DecisionError):
    """An input of another type than declared."""

    message: ClassVar[Text] = Text(
        kk="«{decision}» шешімі: «{name}» түрі «{needed}» болуы керек, ал берілгені {value}.",
        ru="Решение «{decision}»: у «{name}» должен быть тип «{needed}», а дано {value}.",
        en="The decision “{decision}”: “{name}” must be of the type “{needed}”, but it is {value}.",
    )


class AggregationError(DecisionError):
    """Values that cannot be added up or compared."""

    message: ClassVar[Text] = Text(
        kk="«{decision}» шешімі: {aggregation} үшін шығыстар сан немесе салыстырмалы мәндер болуы керек.",
        ru="Решение «{decision}»: для {aggregation} результаты должны быть числами или сравнимыми значениями.",
        en="The decision “{decision}”: {aggregation} needs numbers or comparable values.",
    )


class NotStorableError(DecisionError):
    """A result that process data cannot hold: a function or a range."""

    message: ClassVar[Text] = Text(
        kk="«{decision}» шешімінің нәтижесін сақтау мүмкін емес: бұл {kind}.",
        ru="Результат решения «{decision}» нельзя сохранить: это {kind}.",
        en="The result of the decision “{decision}” cannot be stored: it is a {kind}.",
    )


class UnknownDecisionError(DecisionError):
    """No file has a decision with this id."""

    message: ClassVar[Text] = Text(
        kk="«{element}» деген шешім жоқ.", ru="Решения «{element}» нет.", en="There is no decision “{element}”."
    )
