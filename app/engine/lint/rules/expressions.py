"""Rules about expressions, scripts and the variables in them."""

from typing import Final

from app.domain.problems import error, warning
from app.domain.texts import Text

WRONG: Final = error(
    "expressions.wrong",
    "Өрнекте қате бар ({where_kk}, {line}-жол): {reason_kk} Өрнек: {expression}",
    "Ошибка в выражении ({where_ru}, строка {line}): {reason_ru} Выражение: {expression}",
    "Error in an expression ({where_en}, line {line}): {reason_en} Expression: {expression}",
)
ALWAYS_FAILS: Final = error(
    "expressions.always_fails",
    "Бұл кез келген деректе қатемен аяқталады ({where_kk}, {line}-жол): {reason_kk} Өрнек: {expression}",
    "При любых данных это кончится ошибкой ({where_ru}, строка {line}): {reason_ru} Выражение: {expression}",
    "Whatever the data are, this fails ({where_en}, line {line}): {reason_en} Expression: {expression}",
)
FOREIGN: Final = error(
    "expressions.foreign",
    "Бұл басқа жүйенің жазылуы ({where_kk}), оны аудару мүмкін емес: {expression}. Жүйенің тілінде жазыңыз.",
    "Это запись другой системы ({where_ru}), перевести её нельзя: {expression}. Напишите на языке системы.",
    "This is the notation of another system ({where_en}) and cannot be translated: {expression}. Write it in the "
    "language of the system.",
)
READ_AS: Final = warning(
    "expressions.read_as",
    "Бұл басқа жүйенің жазылуы ({where_kk}): {expression}. Былай оқылады: {read}",
    "Это запись другой системы ({where_ru}): {expression}. Читается так: {read}",
    "This is the notation of another system ({where_en}): {expression}. It is read so: {read}",
)
ASSIGNS: Final = error(
    "expressions.compared_by_one_sign",
    "Шартта бір «=» тұр ({where_kk}). Салыстыру үшін «==» жазыңыз: {expression}",
    "В условии одиночный знак «=» ({where_ru}). Для сравнения пишите «==»: {expression}",
    "The condition has a single “=” ({where_en}). Write “==” to compare: {expression}",
)
UNKNOWN_FUNCTION: Final = error(
    "expressions.unknown_function",
    "«{name}» деген функция жоқ ({where_kk}). Бар функциялар: {known}.",
    "Функции «{name}» нет ({where_ru}). Есть функции: {known}.",
    "There is no function “{name}” ({where_en}). There are: {known}.",
)
UNKNOWN_VARIABLE: Final = error(
    "variables.unknown",
    "«{name}» айнымалысын бұл процесте ештеңе бермейді ({where_kk}). Атауын тексеріңіз{hint_kk}.",
    "Переменную «{name}» в этом процессе ничто не задаёт ({where_ru}). Проверьте название{hint_ru}.",
    "Nothing in this process sets the variable “{name}” ({where_en}). Check its name{hint_en}.",
)
NEVER_SET: Final = warning(
    "variables.not_set_before",
    "«{name}» айнымалысын бұған дейін схемадағы ештеңе бермейді ({where_kk}). Ол бастапқы деректерде болмаса, процесс "
    "осы жерде тоқтайды.",
    "До этого места переменную «{name}» ничто в схеме не задаёт ({where_ru}). Если её нет в начальных данных, процесс "
    "здесь остановится.",
    "Nothing in the diagram sets the variable “{name}” before this place ({where_en}). Unless it is among the initial "
    "data the process stops here.",
)
MAYBE_UNSET: Final = warning(
    "variables.perhaps_not_set",
    "«{name}» айнымалысы кей жолдармен келгенде берілмеген болуы мүмкін ({where_kk}). Оны барлық жолда беріңіз.",
    "На некоторых путях переменная «{name}» здесь ещё не задана ({where_ru}). Задайте её на каждом пути.",
    "On some paths the variable “{name}” is not set yet ({where_en}). Set it on every path.",
)
RESERVED_VARIABLE: Final = error(
    "variables.reserved",
    "«{name}» — функция атауы, айнымалыға ондай ат беруге болмайды ({where_kk}). Басқа атау таңдаңыз.",
    "«{name}» — имя функции, переменную так назвать нельзя ({where_ru}). Выберите другое имя.",
    "“{name}” is the name of a function; a variable cannot be called so ({where_en}). Choose another name.",
)
PLACES: Final = {
    "condition": Text("бағыттың шарты", "условие потока", "condition of the flow"),
    "script": Text("сценарий", "сценарий", "script"),
    "timer": Text("таймер", "таймер", "timer"),
    "event_condition": Text("оқиғаның шарты", "условие события", "condition of the event"),
    "parameter": Text("параметр", "параметр", "parameter"),
    "preScript": Text("алдыңғы сценарий", "сценарий до", "script before"),
    "postScript": Text("кейінгі сценарий", "сценарий после", "script after"),
    "loopCardinality": Text("дана саны", "число экземпляров", "number of instances"),
    "completionCondition": Text("аяқтау шарты", "условие завершения", "completion condition"),
    "loopCondition": Text("қайталау шарты", "условие повторения", "loop condition"),
    "messagePayload": Text("хабарлама мазмұны", "содержимое сообщения", "payload of the message"),
    "correlation": Text("хабарлама кілті", "ключ сообщения", "key of the message"),
    "activation": Text("іске қосу шарты", "условие срабатывания", "activation condition"),
    "due": Text("мерзім", "срок", "due date"),
    "name": Text("атау немесе код", "имя или код", "name or code"),
    "collection": Text("тізім", "список", "list"),
}
