"""What is wrong with a form file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from app.domain.errors import AutomationError
from app.domain.texts import Text


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: the component's key (or id, or place), the rule it breaks, a sentence for the author."""

    component: str
    rule: str
    message: Text


RULES: Final[dict[str, Text]] = {
    "form_shape": Text(
        "Нысан файлында `components` тізімі болуы керек.",
        "В файле формы должен быть список `components`.",
        "A form file needs a list `components`.",
    ),
    "form_size": Text(
        "Нысан тым үлкен: шегі {most} өріс.",
        "Форма слишком велика: предел {most} полей.",
        "The form is too large: the limit is {most} components.",
    ),
    "component_shape": Text(
        "Өріс жазбасы нысан ({{…}}) болуы керек.",
        "Описание поля должно быть объектом.",
        "A component must be an object.",
    ),
    "component_type": Text(
        "«{value}» деген өріс түріне қолдау жоқ.",
        "Вид поля «{value}» не поддерживается.",
        "The component type “{value}” is not supported.",
    ),
    "component_key": Text(
        "Өрістің `key` мәні латын әрпінен басталып, әріп, цифр және _ белгісінен тұруы керек: «{value}» жарамайды.",
        "`key` поля начинается с латинской буквы и состоит из букв, цифр и _: «{value}» не подходит.",
        "A `key` begins with a Latin letter and consists of letters, digits and _: “{value}” does not fit.",
    ),
    "component_key_reserved": Text(
        "«{value}» атауын жүйе өзі қолданады. Өріске басқа атау беріңіз.",
        "Имя «{value}» занято самой системой. Назовите поле иначе.",
        "The system itself uses the name “{value}”. Choose another key.",
    ),
    "component_key_duplicate": Text(
        "«{value}» деген өріс бұл нысанда бұрыннан бар.",
        "Поле «{value}» в этой форме уже есть.",
        "The form already has a field “{value}”.",
    ),
    "text_ru": Text(
        "Орысша мәтін жоқ: {value}.", "Нет русского текста: {value}.", "The Russian text is missing: {value}."
    ),
    "text_kk": Text(
        "Қазақша мәтін жоқ: {value}.", "Нет казахского текста: {value}.", "The Kazakh text is missing: {value}."
    ),
    "choices_missing": Text(
        "Таңдау тізімі жоқ: `values` немесе `valuesKey` керек.",
        "Нет вариантов: нужны `values` или `valuesKey`.",
        "There is nothing to choose from: `values` or `valuesKey` is needed.",
    ),
    "choice_value": Text(
        "Таңдау мәні бос емес мәтін немесе бүтін сан болуы керек: «{value}».",
        "Значение варианта — непустой текст или целое число: «{value}».",
        "The value of an option is a text or a whole number: “{value}”.",
    ),
    "choice_duplicate": Text(
        "«{value}» мәні екі рет кездеседі.",
        "Значение «{value}» встречается дважды.",
        "The value “{value}” occurs twice.",
    ),
    "condition": Text("Жасыру шарты: {value}", "Условие скрытия: {value}", "The condition of hiding: {value}"),
    "condition_circle": Text(
        "Жасыру шарттары бір-біріне тәуелді: {value}.",
        "Условия скрытия зависят друг от друга по кругу: {value}.",
        "The conditions of hiding depend on each other in a circle: {value}.",
    ),
    "pattern": Text(
        "`pattern` үлгісі оқылмайды (кері сілтемесіз RE2 синтаксисі): {value}",
        "Образец `pattern` не читается (синтаксис RE2, без обратных ссылок): {value}",
        "The `pattern` cannot be read (RE2 syntax, no back-references): {value}",
    ),
    "limit": Text(
        "«{value}» шегі сан болуы керек, ал төменгісі жоғарғысынан аспауы керек.",
        "Предел «{value}» должен быть числом, а нижний не больше верхнего.",
        "The limit “{value}” must be a number, the lower one not above the upper.",
    ),
    "kind": Text(
        "`properties.kind` мәні белгісіз: «{value}».",
        "Неизвестное значение `properties.kind`: «{value}».",
        "Unknown `properties.kind`: “{value}”.",
    ),
    "subtype": Text(
        "`subtype` date, time немесе datetime болуы керек: «{value}».",
        "`subtype` бывает date, time или datetime: «{value}».",
        "`subtype` is date, time or datetime: “{value}”.",
    ),
    "record": Text(
        "`record` «applicant.phone» түрінде жазылады: «{value}» жарамайды.",
        "`record` пишется как «applicant.phone»: «{value}» не подходит.",
        "`record` is written like “applicant.phone”: “{value}” does not fit.",
    ),
    "default": Text(
        "Бастапқы мән «{value}» таңдау тізімінде жоқ.",
        "Начального значения «{value}» нет среди вариантов.",
        "The default “{value}” is not among the options.",
    ),
    "nesting": Text(
        "«{value}» осы топтың ішінде тұра алмайды.",
        "«{value}» внутри этой группы стоять не может.",
        "“{value}” cannot stand inside this group.",
    ),
}


def problem(component: str, rule: str, value: object = "", **values: object) -> Problem:
    """A fault of one component; `value` is what the sentence quotes."""
    message = RULES[rule]
    if isinstance(value, Text):
        filled = Text(*(getattr(message, each).format(value=value.in_(each)) for each in ("kk", "ru", "en")))
    else:
        filled = message.with_values(value=str(value)[:100], **values)
    return Problem(component, rule, filled)


class InvalidFormError(AutomationError):
    """A form file that cannot be used; `problems` says why."""

    status: ClassVar[int] = 422
    message = Text(
        "Нысан файлында қателер бар: {first}",
        "В файле формы есть ошибки: {first}",
        "The form file has faults: {first}",
    )

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__()
        self.problems = tuple(problems)

    @property
    def text(self) -> Text:
        """The first fault and its component."""
        first = self.problems[0]
        return Text(
            *(
                getattr(self.message, each).format(first=f"{first.component}: {first.message.in_(each)}")
                for each in ("kk", "ru", "en")
            )
        )


class ElementNotNumberedError(AutomationError):
    """A form whose keys hold `{n}` at an element whose id ends in no number."""

    status: ClassVar[int] = 500
    message = Text(
        "Нысан кілттерінде {{n}} бар, бірақ «{element}» элементінің атауы санмен аяқталмайды.",
        "В ключах формы есть {{n}}, но имя элемента «{element}» не кончается числом.",
        "The keys of the form hold {{n}}, but the id of the element “{element}” does not end in a number.",
    )
