"""Rules about files as a whole."""

import errno
from typing import Final

from app.domain.problems import Rule
from app.domain.texts import Text

UNREADABLE: Final = Rule(
    "file.unreadable",
    "error",
    Text(
        kk="Файл оқылмады: {detail_kk}. Жолды және рұқсаттарды тексеріңіз.",
        ru="Файл не читается: {detail_ru}. Проверьте путь и права доступа.",
        en="The file cannot be read: {detail_en}. Check the path and the permissions.",
    ),
)
WHY_UNREADABLE: Final = {
    errno.ENOENT: Text("мұндай файл немесе бума жоқ", "такого файла или папки нет", "there is no such file or folder"),
    errno.EACCES: Text("оны ашуға рұқсат жоқ", "нет права на открытие", "there is no permission to open it"),
    errno.ELOOP: Text("сілтемелер шеңбер құрайды", "ссылки идут по кругу", "its links go round in a circle"),
    errno.ENAMETOOLONG: Text("атауы тым ұзын", "имя слишком длинное", "its name is too long"),
}
OTHERWISE_UNREADABLE: Final = Text("дискіден оқылмайды", "не читается с диска", "the disk does not give it")
NO_FILE: Final = Text(
    "бұл кәдімгі файл емес", "это не обычный файл (канал, устройство)", "it is no ordinary file (a pipe, a device)"
)
NOTHING_FOUND: Final = Rule(
    "file.nothing_found",
    "warning",
    Text(
        kk="Бұл бумада *.bpmn және *.dmn файлдары жоқ. Схемалары бар буманы көрсетіңіз.",
        ru="В этой папке нет файлов *.bpmn и *.dmn. Укажите папку со схемами.",
        en="This folder has no *.bpmn or *.dmn files. Name a folder with diagrams.",
    ),
)
XML: Final = Rule("file.xml", "error", Text("{reason_kk}", "{reason_ru}", "{reason_en}"))
TOO_LARGE: Final = Rule("file.too_large", "error", XML.message)
ENCODING: Final = Rule("file.encoding", "error", XML.message)
DOCTYPE: Final = Rule("file.doctype", "error", XML.message)
TOO_DEEP: Final = Rule("file.too_deep", "error", XML.message)
ROOT: Final = Rule("file.root", "error", XML.message)
NO_PROCESS: Final = Rule(
    "file.no_process",
    "error",
    Text(
        kk="Файлда бірде-бір процесс жоқ. Процесс сызыңыз немесе файлды алып тастаңыз.",
        ru="В файле нет ни одного процесса. Нарисуйте процесс или уберите файл.",
        en="The file has no process. Draw one or leave the file out.",
    ),
)
CHECK_FAILED: Final = Rule(
    "file.check_failed",
    "error",
    Text(
        kk="«{check}» тексерісі бұл файлда сүрінді. Файлды әзірлеушілерге жіберіңіз.",
        ru="Проверка «{check}» споткнулась на этом файле. Пришлите файл разработчикам.",
        en="The check “{check}” stumbled over this file. Send the file to the developers.",
    ),
)
REFUSED: Final = Rule(
    "engine.refused",
    "error",
    Text(
        kk="Қозғалтқыш мұны орындай алмайды: {reason_kk}",
        ru="Движок не может это выполнить: {reason_ru}",
        en="The engine cannot carry this out: {reason_en}",
    ),
)
