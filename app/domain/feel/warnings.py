"""Why a part of an expression became null, for people."""

from app.domain.texts import Text


def no_variable(name: str) -> Text:
    """A name without a value."""
    return Text(
        kk="«{name}» айнымалысының мәні жоқ.", ru="У переменной «{name}» нет значения.", en="“{name}” has no value."
    ).with_values(name=name)


def no_entry(name: str) -> Text:
    """A context without the entry."""
    return Text(kk="«{name}» деген өріс жоқ.", ru="Поля «{name}» нет.", en="There is no entry “{name}”.").with_values(
        name=name
    )


def no_property(name: str, kind: str) -> Text:
    """A value without the property."""
    return Text(
        kk="«{kind}» түріндегі мәннің «{name}» қасиеті жоқ.",
        ru="У значения вида «{kind}» нет свойства «{name}».",
        en="A value of the kind “{kind}” has no property “{name}”.",
    ).with_values(name=name, kind=kind)


def no_item(place: str, count: int) -> Text:
    """A place beyond the end of a list."""
    return Text(
        kk="Тізімде {place}-орын жоқ: ұзындығы {count}.",
        ru="В списке нет места {place}: его длина {count}.",
        en="The list has no place {place}: its length is {count}.",
    ).with_values(place=place, count=count)


def not_comparable(left: str, right: str) -> Text:
    """Two kinds that cannot be compared."""
    return Text(
        kk="«{left}» пен «{right}» түріндегі мәндерді салыстыруға болмайды.",
        ru="Значения видов «{left}» и «{right}» нельзя сравнить.",
        en="Values of the kinds “{left}” and “{right}” cannot be compared.",
    ).with_values(left=left, right=right)


def not_computable(operator: str, left: str, right: str) -> Text:
    """An operator without a meaning for its operands."""
    return Text(
        kk="«{left}» пен «{right}» түріндегі мәндерге «{operator}» амалын қолдану мүмкін болмады.",
        ru="Действие «{operator}» со значениями видов «{left}» и «{right}» не выполнено.",
        en="The operation “{operator}” with values of the kinds “{left}” and “{right}” gave nothing.",
    ).with_values(operator=operator, left=left, right=right)


def function(name: str, kinds: str) -> Text:
    """A function whose arguments do not fit."""
    return Text(
        kk="«{name}» функциясы мына түрдегі мәндерден нәтиже бермеді: {kinds}.",
        ru="Функция «{name}» не дала результата для значений видов: {kinds}.",
        en="The function “{name}” gave nothing for values of the kinds: {kinds}.",
    ).with_values(name=name, kinds=kinds or "–")


def no_function(kind: str) -> Text:
    """A call of something that is no function."""
    return Text(
        kk="Шақырылған мән функция емес («{kind}»).",
        ru="Вызываемое значение — не функция («{kind}»).",
        en="What is called is no function (“{kind}”).",
    ).with_values(kind=kind)


def arguments(parameters: str) -> Text:
    """A call with other arguments than the function has."""
    return Text(
        kk="Функцияның аргументтері басқа: {parameters}.",
        ru="У функции другие аргументы: {parameters}.",
        en="The function has other arguments: {parameters}.",
    ).with_values(parameters=parameters)


def argument(name: str, kind: str) -> Text:
    """An argument of another type."""
    return Text(
        kk="«{name}» аргументінің түрі сәйкес емес («{kind}»).",
        ru="Вид аргумента «{name}» не подходит («{kind}»).",
        en="The argument “{name}” has an unsuitable kind (“{kind}”).",
    ).with_values(name=name, kind=kind)
