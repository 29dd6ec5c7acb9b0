"""Rules about the letters and documents that are published with a diagram."""

from typing import Final

from app.domain.problems import error

FAULT: Final = error(
    "texts.fault",
    "Мәтін үлгісінде қате бар. {kk}",
    "Ошибка в шаблоне текста. {ru}",
    "The template of the text has a fault. {en}",
)
NO_TRANSLATION: Final = error(
    "texts.language_missing",
    "«{name}» мәтінінің осы тілдегі нұсқасы жоқ: {language}. Оны жазыңыз.",
    "У текста «{name}» нет варианта на этом языке: {language}. Напишите его.",
    "The text “{name}” is missing in this language: {language}. Write it.",
)
NO_SUBJECT: Final = error(
    "texts.subject_missing",
    "Хаттың тақырыбы жоқ. Бірінші жолға «subject: …» деп жазыңыз.",
    "У письма нет темы. Напишите в первой строке «subject: …».",
    "The letter has no subject. Write “subject: …” in its first line.",
)
VOCABULARY: Final = error(
    "texts.fields_unreadable",
    "Өрістер тізімі (fields.toml) оқылмады: {detail}. Файлды түзетіңіз.",
    "Список полей (fields.toml) не читается: {detail}. Исправьте файл.",
    "The list of fields (fields.toml) cannot be read: {detail}. Mend the file.",
)
