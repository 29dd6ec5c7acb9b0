"""What can go wrong with a diagram or a running instance, in words for people."""

from typing import ClassVar

from app.domain.errors import AutomationError
from app.domain.texts import Text


class DiagramError(AutomationError):
    """The diagram cannot be executed; `element` is the id of the element at fault ("" for the whole file)."""

    status = 422
    message: ClassVar[Text] = Text(
        kk="Схеманы орындау мүмкін емес («{element}» элементі): {reason}",
        ru="Схему нельзя выполнить (элемент «{element}»): {reason}",
        en="The diagram cannot be executed (element “{element}”): {reason}",
    )

    def __init__(self, *, element: str, reason: Text | str) -> None:
        super().__init__(element=element, reason=reason)
        self.element = element
        self.reason = reason if isinstance(reason, Text) else Text(reason, reason, reason)

    @property
    def text(self) -> Text:
        return Text(
            self.message.kk.format(element=self.element, reason=self.reason.kk),
            self.message.ru.format(element=self.element, reason=self.reason.ru),
            self.message.en.format(element=self.element, reason=self.reason.in_("en")),
        )


class RunError(AutomationError):
    """Something went wrong at an element of a running instance; the run is to be thrown away."""

    status = 422

    def __init__(self, *, element: str, **values: object) -> None:
        super().__init__(element=element, **values)
        self.element = element


class TaskAlreadyCompletedError(RunError):
    """Somebody has already completed this task, or it is no longer needed."""

    status = 409
    message = Text(
        kk="Бұл тапсырма орындалып қойған немесе енді қажет емес.",
        ru="Эта задача уже выполнена или больше не нужна.",
        en="This task has already been completed or is no longer needed.",
    )

    def __init__(self, *, element: str = "", **values: object) -> None:
        super().__init__(element=element, **values)


class TimerNotDueError(RunError):
    """The timer's moment has not come: it was moved after the job had been taken."""

    status = 409
    message = Text(
        kk="«{element}» таймерінің мерзімі әлі келген жоқ: {due}.",
        ru="Срок таймера «{element}» ещё не наступил: {due}.",
        en="The timer “{element}” is not due yet: {due}.",
    )


class MessageNotAwaitedError(RunError):
    """Nothing in this instance waits for the message."""

    status = 409
    message = Text(
        kk="Процесс «{message}» хабарламасын күтіп тұрған жоқ.",
        ru="Процесс не ожидает сообщения «{message}».",
        en="The process does not wait for the message “{message}”.",
    )

    def __init__(self, *, message: str, element: str = "") -> None:
        super().__init__(element=element, message=message)


class ErrorCodeNotHandledError(RunError):
    """No error boundary event of the diagram handles the code."""

    status = 409
    message = Text(
        kk="«{element}» элементіндегі «{code}» қатесін схемада ешқандай оқиға өңдемейді.",
        ru="Ошибку «{code}» элемента «{element}» не обрабатывает ни одно событие схемы.",
        en="No event of the diagram handles the error “{code}” of the element “{element}”.",
    )


class EndlessLoopError(RunError):
    """The engine has made too many steps without anybody acting: the diagram goes round in circles."""

    message = Text(
        kk="Процесс «{element}» элементінде тоқтаусыз айналуда: {steps} қадам адамның қатысуынсыз жасалды.",
        ru="Процесс ходит по кругу у элемента «{element}»: {steps} шагов без участия человека.",
        en="The process goes round in circles at the element “{element}”: {steps} steps without a person.",
    )


class CallsTooDeepError(RunError):
    """Activities lie too deep within each other: a process calls itself without end."""

    message = Text(
        kk="«{element}» элементінде процесс өзін тоқтаусыз шақырады: ішкі деңгейлер саны {limit}-ден асты.",
        ru="У элемента «{element}» процесс без конца вызывает сам себя: уровней вложенности больше {limit}.",
        en="At the element “{element}” the process calls itself without end: more than {limit} levels.",
    )


class AdHocUnfinishedError(RunError):
    """All activities of an ad-hoc sub-process are done, its condition does not hold, and nobody can do more."""

    message = Text(
        kk="«{element}» ішкі процесінің барлық тапсырмасы орындалды, бірақ аяқталу шарты орындалмады.",
        ru="Все задачи подпроцесса «{element}» выполнены, а условие его завершения не выполняется.",
        en="All activities of the sub-process “{element}” are done, but its completion condition does not hold.",
    )


class NoFlowTakenError(RunError):
    """No condition of the gateway holds and it has no default flow."""

    message = Text(
        kk="«{element}» шлюзінің ешбір шарты орындалмады, әдепкі бағыт көрсетілмеген.",
        ru="Ни одно условие шлюза «{element}» не выполнено, а направление по умолчанию не указано.",
        en="No condition of the gateway “{element}” holds, and it has no default flow.",
    )


class StepFailedError(RunError):
    """A step of the engine failed for a reason the diagram does not foresee."""

    status = 500
    message = Text(
        kk="«{element}» элементінде қадам орындалмады: {reason}",
        ru="Шаг на элементе «{element}» не выполнен: {reason}",
        en="The step at the element “{element}” failed: {reason}",
    )


class TimerTextError(RunError):
    """The timer's text or value is no moment, duration or cycle, or goes back in time."""

    message = Text(
        kk="«{element}» таймерінің мәні түсініксіз: {value}. ISO 8601 күні, ұзақтығы (PT5M) немесе қайталануы "
        "(R3/PT10M) керек, теріс болмауы тиіс.",
        ru="Непонятное значение таймера «{element}»: {value}. Нужны дата, длительность (PT5M) или повтор (R3/PT10M) "
        "по ISO 8601, не отрицательные.",
        en="The timer “{element}” has an unclear value: {value}. A date, a duration (PT5M) or a cycle (R3/PT10M) "
        "of ISO 8601 is needed, and not a negative one.",
    )


class NotJsonError(RunError):
    """The variables hold something that is not JSON: a date object, a number too large, a key that is no text."""

    message = Text(
        kk="«{element}» элементінің «{variable}» айнымалысын сақтау мүмкін емес: мән JSON түрінде болуы керек "
        "(күндер — мәтін ретінде).",
        ru="Переменную «{variable}» элемента «{element}» нельзя сохранить: значение должно быть JSON (даты — текстом).",
        en="The variable “{variable}” of the element “{element}” cannot be stored: the value must be JSON "
        "(dates as text).",
    )


class TooMuchDataError(RunError):
    """The answers of one step are larger than process data may be; files and long texts belong to records."""

    status = 413
    message = Text(
        kk="«{element}» элементінің жауаптары тым үлкен: {size} КБ, рұқсат етілгені {limit} КБ.",
        ru="Ответы элемента «{element}» слишком велики: {size} КБ, допустимо {limit} КБ.",
        en="The answers of the element “{element}” are too large: {size} KB, {limit} KB are allowed.",
    )


class PayloadError(RunError):
    """The payload of a message is not a set of named values."""

    message = Text(
        kk="«{element}» оқиғасының хабарлама мазмұны атаулы мәндер жиыны болуы керек.",
        ru="Содержимое сообщения события «{element}» должно быть набором именованных значений.",
        en="The payload of the message of the event “{element}” must be a set of named values.",
    )


class StateFormatError(AutomationError):
    """The stored state was written in a format this release does not know."""

    status = 500
    message = Text(
        kk="Сақталған күйдің пішімі белгісіз: {number}.",
        ru="Неизвестный формат сохранённого состояния: {number}.",
        en="The format of the stored state is unknown: {number}.",
    )


class StateMismatchError(AutomationError):
    """The stored state does not fit the diagram it is restored with."""

    status = 500
    message = Text(
        kk="Сақталған күй схемаға сәйкес келмейді: схемада «{element}» элементі жоқ.",
        ru="Сохранённое состояние не подходит к схеме: в ней нет элемента «{element}».",
        en="The stored state does not fit the diagram: it has no element “{element}”.",
    )
