"""What a form says when an answer is missing or does not fit, where the form file says nothing of its own."""

from typing import Final

from app.domain.texts import Text

WRITE: Final = Text("«{label}» өрісін толтырыңыз", "Заполните «{label}»", "Fill in “{label}”")
CHOOSE: Final = Text("Таңдаңыз: «{label}»", "Выберите: «{label}»", "Choose: “{label}”")
TICK_SOME: Final = Text(
    "Кемінде біреуін белгілеңіз: «{label}»", "Отметьте хотя бы одно: «{label}»", "Tick at least one: “{label}”"
)
TICK: Final = Text("Белгі қойыңыз: «{label}»", "Поставьте отметку: «{label}»", "Tick “{label}”")
GIVE_DATE: Final = Text("Күнін көрсетіңіз: «{label}»", "Укажите дату: «{label}»", "Enter the date: “{label}”")
GIVE_TIME: Final = Text("Уақытын көрсетіңіз: «{label}»", "Укажите время: «{label}»", "Enter the time: “{label}”")
GIVE_MOMENT: Final = Text(
    "Күні мен уақытын көрсетіңіз: «{label}»", "Укажите дату и время: «{label}»", "Enter date and time: “{label}”"
)
ATTACH: Final = Text("Файл тіркеңіз: «{label}»", "Приложите файл: «{label}»", "Attach a file: “{label}”")
ADD_ROW: Final = Text(
    "Кемінде бір жазба қосыңыз: «{label}»", "Добавьте хотя бы одну запись: «{label}»", "Add at least one: “{label}”"
)

TOO_LONG: Final = Text(
    "«{label}» мәтінін қысқартыңыз: қазір {count} таңба, шегі {most}",
    "Сократите «{label}»: сейчас знаков {count}, можно {most}",
    "Shorten “{label}”: {count} characters now, {most} allowed",
)
TOO_SHORT: Final = Text(
    "«{label}»: толығырақ жазыңыз, кемінде {least} таңба керек",
    "«{label}»: напишите подробнее, нужно знаков не меньше {least}",
    "“{label}”: write more, at least {least} characters",
)
PATTERN: Final = Text(
    "«{label}» дұрыс жазылғанын тексеріңіз", "Проверьте, верно ли записано «{label}»", "Check how “{label}” is written"
)
NOT_IN_LIST: Final = Text(
    "«{label}» өрісінде тізімдегі жауапты таңдаңыз",
    "Выберите ответ из списка: «{label}»",
    "Choose an answer from the list: “{label}”",
)
NOT_A_TEXT: Final = Text("«{label}» мәтін болуы керек", "«{label}»: здесь нужен текст", "“{label}” needs a text")
NOT_A_NUMBER: Final = Text(
    "«{label}» өрісіне санды цифрмен жазыңыз", "Напишите число цифрами: «{label}»", "Enter a number in “{label}”"
)
TOO_EXACT: Final = Text(
    "«{label}»: үтірден кейін ең көбі {digits} цифр",
    "«{label}»: после запятой цифр не больше {digits}",
    "“{label}”: at most {digits} decimal digits",
)
NOT_WHOLE: Final = Text(
    "«{label}» өрісіне бүтін сан жазыңыз", "Напишите целое число: «{label}»", "Enter a whole number in “{label}”"
)
TOO_SMALL: Final = Text(
    "«{label}»: {least} не одан көп болуы керек",
    "«{label}»: должно быть не меньше {least}",
    "“{label}” must be at least {least}",
)
TOO_LARGE: Final = Text(
    "«{label}»: {most} не одан аз болуы керек",
    "«{label}»: должно быть не больше {most}",
    "“{label}” must be at most {most}",
)
DATE_PARTS: Final = Text(
    "«{label}»: күнін, айын және төрт цифрмен жылын жазыңыз, мысалы 27 11 2026",
    "«{label}»: напишите день, месяц и год из четырёх цифр, например 27 11 2026",
    "“{label}”: enter day, month and a four-digit year, for example 27 11 2026",
)
NO_SUCH_DAY: Final = Text(
    "Мұндай күн жоқ: {day}.{month}.{year}",
    "Такого дня нет: {day}.{month}.{year}",
    "There is no such day: {day}.{month}.{year}",
)
TIME_SHAPE: Final = Text(
    "«{label}»: уақытты былай жазыңыз: 10:20",
    "«{label}»: напишите время так: 10:20",
    "“{label}”: enter the time like this: 10:20",
)
DATE_SHAPE: Final = Text(
    "«{label}»: күн 2026-11-27 түрінде болуы керек",
    "«{label}»: нужна дата вида 2026-11-27",
    "“{label}” needs a date like 2026-11-27",
)
DAY_PASSED: Final = Text(
    "Бүгінгі немесе болашақ күнді көрсетіңіз: «{label}»",
    "Укажите сегодняшний или будущий день: «{label}»",
    "Enter today or a later day: “{label}”",
)
EMAIL: Final = Text(
    "Электрондық поштаны тексеріңіз, мысалы aliya@mail.kz",
    "Проверьте адрес электронной почты, например aliya@mail.kz",
    "Check the e-mail address, for example aliya@mail.kz",
)
PHONE: Final = Text(
    "Телефон нөмірін тексеріңіз, мысалы +7 701 123 45 67",
    "Проверьте номер телефона, например +7 701 123 45 67",
    "Check the phone number, for example +7 701 123 45 67",
)
IIN_LENGTH: Final = Text(
    "ЖСН 12 цифрдан тұрады, сізде {count}", "В ИИН 12 цифр, а здесь {count}", "An IIN has 12 digits, not {count}"
)
IIN: Final = Text(
    "ЖСН-ді тексеріңіз: мұндай нөмір болмайды",
    "Проверьте ИИН: такого номера не бывает",
    "Check the IIN: no such number exists",
)
BIN_LENGTH: Final = Text(
    "БСН 12 цифрдан тұрады, сізде {count}", "В БИН 12 цифр, а здесь {count}", "A BIN has 12 digits, not {count}"
)
BIN: Final = Text(
    "БСН-ді тексеріңіз: мұндай нөмір болмайды",
    "Проверьте БИН: такого номера не бывает",
    "Check the BIN: no such number exists",
)
FILE_LOST: Final = Text(
    "Файл табылмады, оны қайта тіркеңіз: «{label}»",
    "Файл не найден, приложите его ещё раз: «{label}»",
    "The file was not found, attach it again: “{label}”",
)
ONE_FILE: Final = Text(
    "Бір ғана файл қалдырыңыз: «{label}»", "Оставьте один файл: «{label}»", "Keep one file: “{label}”"
)
FILE_TYPE: Final = Text(
    "«{name}» қабылданбайды. Жарайтын түрлері: {accept}",
    "Файл «{name}» не подходит. Можно: {accept}",
    "The file “{name}” does not fit. Accepted: {accept}",
)
FILE_SIZE: Final = Text(
    "«{name}» файлы тым үлкен: шегі {most} МБ",
    "Файл «{name}» слишком велик: предел {most} МБ",
    "The file “{name}” is too large: the limit is {most} MB",
)
TOO_MANY_ROWS: Final = Text(
    "Жазба тым көп: «{label}», шегі {most}",
    "Записей слишком много: «{label}», предел {most}",
    "Too many entries: “{label}”, the limit is {most}",
)
NOT_ROWS: Final = Text(
    "«{label}» жазбалар тізімі болуы керек",
    "«{label}»: здесь нужен список записей",
    "“{label}” needs a list of entries",
)


def in_row(message: Text, number: int) -> Text:
    """The same sentence for one row of a repeating group, so that no two lines of the summary look alike."""
    return Text(
        kk=f"{message.kk} ({number}-жазба)",
        ru=f"{message.ru} (запись {number})",
        en=f"{message.en} (entry {number})" if message.en else "",
    )
