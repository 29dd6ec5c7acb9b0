"""Rules about activities and what is written into them."""

from typing import Final

from app.domain.problems import error, warning

NO_CALLED: Final = error(
    "activities.call_without_process",
    "Шақырылатын процесс көрсетілмеген (calledElement). Процесті таңдаңыз.",
    "Не указан вызываемый процесс (calledElement). Выберите процесс.",
    "The called process is not named (calledElement). Choose one.",
)
UNKNOWN_CALLED: Final = error(
    "activities.unknown_process",
    "«{id}» процесі схемаларда жоқ. Бар процесті таңдаңыз немесе оның файлын қосыңыз.",
    "Процесса «{id}» в схемах нет. Выберите существующий или добавьте его файл.",
    "The diagrams have no process “{id}”. Choose an existing one or add its file.",
)
CALLED_ELSEWHERE: Final = warning(
    "activities.process_elsewhere",
    "«{id}» процесі бұл файлда жоқ. Жарияламас бұрын оның файлымен бірге тексеріңіз.",
    "Процесса «{id}» нет в этом файле. Перед публикацией проверьте вместе с его файлом.",
    "The process “{id}” is not in this file. Check it together with its file before publishing.",
)
NO_OPERATION: Final = error(
    "activities.no_operation",
    "Қызметтік тапсырманың операциясы таңдалмаған. Тізімнен таңдаңыз.",
    "У сервисной задачи не выбрана операция. Выберите её из списка.",
    "The service task has no operation. Choose one from the list.",
)
NO_DECISION: Final = error(
    "activities.no_decision",
    "Шешім тапсырмасы DMN шешімін атамайды (calledDecisionId). Шешімді таңдаңыз.",
    "Задача решения не называет решение DMN (calledDecisionId). Выберите решение.",
    "The business rule task names no DMN decision (calledDecisionId). Choose one.",
)
UNKNOWN_DECISION: Final = error(
    "activities.unknown_decision",
    "«{id}» шешімі DMN файлдарында жоқ. Бар шешімді таңдаңыз.",
    "Решения «{id}» нет в файлах DMN. Выберите существующее.",
    "The DMN files have no decision “{id}”. Choose an existing one.",
)
DECISION_ELSEWHERE: Final = warning(
    "activities.decision_elsewhere",
    "«{id}» шешімі берілген файлдарда жоқ. Жарияламас бұрын DMN файлымен бірге тексеріңіз.",
    "Решения «{id}» нет в данных файлах. Перед публикацией проверьте вместе с файлом DMN.",
    "The decision “{id}” is not in the given files. Check it together with its DMN file before publishing.",
)
NO_SCRIPT: Final = error(
    "activities.no_script",
    "Сценарий тапсырмасы бос. Сценарийді жазыңыз.",
    "Задача-сценарий пуста. Напишите сценарий.",
    "The script task is empty. Write its script.",
)
SCRIPT_FORMAT: Final = error(
    "activities.script_language",
    "«{language}» тіліндегі сценарий орындалмайды. Сценарийді осы жүйенің тілінде (Python) жазыңыз.",
    "Сценарий на языке «{language}» не выполняется. Напишите его на языке системы (Python).",
    "A script in “{language}” is not executed. Write it in the system's language (Python).",
)
NO_MESSAGE: Final = error(
    "activities.no_message",
    "Тапсырма хабарлама атамайды. Хабарламаны таңдаңыз.",
    "Задача не называет сообщение. Выберите сообщение.",
    "The task names no message. Choose one.",
)
MULTI_WITHOUT_COUNT: Final = error(
    "activities.multi_instance_without_count",
    "Неше рет орындалатыны берілмеген. Тізімді немесе санын көрсетіңіз.",
    "Не указано, сколько раз выполнять. Укажите список или число.",
    "How often it is done is not said. Name a list or a number.",
)
NEGATIVE: Final = error(
    "activities.number_too_small",
    "«{attribute}» мәні {value}, ал ең азы {least}. Мәнін түзетіңіз.",
    "«{attribute}» равно {value}, а наименьшее — {least}. Исправьте значение.",
    "“{attribute}” is {value}, the least is {least}. Correct it.",
)
TOO_MANY: Final = error(
    "activities.number_too_large",
    "«{attribute}» мәні {value}, ал ең көбі {most}. Мәнін азайтыңыз.",
    "«{attribute}» равно {value}, а наибольшее — {most}. Уменьшите значение.",
    "“{attribute}” is {value}, the most is {most}. Make it smaller.",
)
NOT_A_NUMBER: Final = error(
    "activities.not_a_number",
    "«{attribute}» мәні бүтін сан емес: {value}. Бүтін сан жазыңыз.",
    "Значение «{attribute}» — не целое число: {value}. Напишите целое число.",
    "The value of “{attribute}” is no whole number: {value}. Write a whole number.",
)
ENDLESS_LOOP: Final = error(
    "activities.loop_without_end",
    "Қайталауды ештеңе тоқтатпайды. Шартын немесе ең көп санын беріңіз.",
    "Повторение ничто не останавливает. Задайте условие или наибольшее число.",
    "Nothing stops the repetition. Give a condition or a largest number.",
)
PROPERTY_TYPO: Final = error(
    "extensions.misspelt",
    "«{name}» деген қасиет жоқ. «{meant}» деп жазыңыз.",
    "Свойства «{name}» нет. Вероятно, имелось в виду «{meant}».",
    "There is no “{name}”. “{meant}” was probably meant.",
)
INCOMPLETE: Final = error(
    "extensions.incomplete",
    "«{kind}» элементінде «{attribute}» жоқ. Толтырыңыз немесе элементті өшіріңіз.",
    "У «{kind}» нет «{attribute}». Заполните или удалите.",
    "“{kind}” has no “{attribute}”. Fill it in or delete it.",
)
PROPERTY_UNKNOWN: Final = warning(
    "extensions.unknown",
    "«{name}» белгісіз, сондықтан ескерілмейді. Атауын тексеріңіз немесе өшіріңіз.",
    "«{name}» неизвестно и не учитывается. Проверьте название или удалите.",
    "“{name}” is unknown and ignored. Check its name or delete it.",
)
PROPERTY_TWICE: Final = warning(
    "extensions.twice",
    "«{name}» бірнеше рет берілген, соңғысы алынады. Біреуін қалдырыңыз.",
    "«{name}» задано несколько раз, берётся последнее. Оставьте одно.",
    "“{name}” is given several times, the last one counts. Keep one.",
)
FOREIGN: Final = warning(
    "extensions.foreign",
    "Басқа бағдарламаның параметрлері ескерілмейді: {names}. Керегін осы жүйенің қасиеттерімен жазыңыз.",
    "Параметры другой программы не учитываются: {names}. Нужное запишите свойствами этой системы.",
    "Settings of another program are ignored: {names}. Write what matters as properties of this system.",
)
