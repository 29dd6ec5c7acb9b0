"""Rules about what a diagram names in its office, and about the law of the office."""

from typing import Final

from app.domain.problems import error, warning

NO_FORM: Final = error(
    "office.form_missing",
    "Тапсырманың нысаны жоқ: «{form}» деген нысан табылмады. Бар нысанды таңдаңыз немесе жаңасын жасаңыз.",
    "У задачи нет формы: форма «{form}» не найдена. Выберите готовую или создайте новую.",
    "The task has no form: there is no form “{form}”. Choose one or make a new one.",
)
FORM_FAULT: Final = error(
    "office.form",
    "Нысанда қате бар. {kk}",
    "Ошибка в форме. {ru}",
    "The form has a fault. {en}",
)
NO_KAZAKH: Final = error(
    "office.name_kk",
    "Қазақша атауы жоқ. «Атауы қазақша» жолын толтырыңыз: қызметкерлер мен өтініш берушілер оны көреді.",
    "Нет названия на казахском. Заполните поле «Название на казахском»: его видят сотрудники и заявители.",
    "The Kazakh name is missing. Fill in “Name in Kazakh”: staff and applicants read it.",
)
NO_RUSSIAN: Final = error(
    "office.name_ru",
    "Орысша атауы жоқ. «Атауы орысша» жолын толтырыңыз.",
    "Нет названия на русском. Заполните поле «Название на русском».",
    "The Russian name is missing. Fill in “Name in Russian”.",
)
NO_KAZAKH_HELP: Final = warning(
    "office.documentation_kk",
    "Сипаттамасының қазақша мәтіні жоқ (documentation_kk). Аударыңыз.",
    "У описания нет казахского текста (documentation_kk). Переведите его.",
    "The description has no Kazakh text (documentation_kk). Translate it.",
)
NO_ROLE: Final = error(
    "office.role",
    "Тапсырманы кім орындайтыны белгісіз: рөлді таңдаңыз немесе элементті рөлі бар жолға қойыңыз.",
    "Неизвестно, кто выполняет задачу: выберите роль или поставьте элемент на дорожку с ролью.",
    "Nobody is said to do this task: choose a role or put the element into a lane with a role.",
)
UNKNOWN_ROLE: Final = error(
    "office.role_unknown",
    "Кеңседе «{name}» рөлі жоқ. Тізімнен таңдаңыз.",
    "В организации нет роли «{name}». Выберите из списка.",
    "The office has no role “{name}”. Choose one of the list.",
)
UNKNOWN_HANDLER: Final = error(
    "office.handler_unknown",
    "«{name}» деген операция орнатылмаған. Тізімнен таңдаңыз.",
    "Операция «{name}» не установлена. Выберите из списка.",
    "The operation “{name}” is not installed. Choose one of the list.",
)
PARAMETER_MISSING: Final = error(
    "office.parameter_missing",
    "«{operation}» операциясына «{name}» параметрі керек. Оны беріңіз.",
    "Операции «{operation}» нужен параметр «{name}». Задайте его.",
    "The operation “{operation}” needs the parameter “{name}”. Give it.",
)
PARAMETER_UNKNOWN: Final = error(
    "office.parameter_unknown",
    "«{operation}» операциясында «{name}» параметрі жоқ. Атауын түзетіңіз немесе өшіріңіз.",
    "У операции «{operation}» нет параметра «{name}». Исправьте название или удалите.",
    "The operation “{operation}” has no parameter “{name}”. Correct its name or delete it.",
)
UNKNOWN_RULE: Final = error(
    "office.deadline_rule_unknown",
    "Кеңседе «{name}» мерзім ережесі жоқ. Тізімнен таңдаңыз немесе ережені қосыңыз.",
    "В организации нет правила срока «{name}». Выберите из списка или добавьте правило.",
    "The office has no deadline rule “{name}”. Choose one of the list or add it.",
)
UNKNOWN_LETTER: Final = error(
    "office.letter_unknown",
    "«{name}» хатының үлгісі жоқ ({language}). Үлгіні жазыңыз немесе басқасын таңдаңыз.",
    "Нет шаблона письма «{name}» ({language}). Напишите его или выберите другой.",
    "There is no template of the letter “{name}” ({language}). Write it or choose another.",
)
UNKNOWN_DOCUMENT: Final = error(
    "office.document_unknown",
    "«{name}» құжатының үлгісі жоқ ({language}). Үлгіні жазыңыз немесе басқасын таңдаңыз.",
    "Нет шаблона документа «{name}» ({language}). Напишите его или выберите другой.",
    "There is no template of the document “{name}” ({language}). Write it or choose another.",
)
UNKNOWN_REGISTER: Final = error(
    "office.register_unknown",
    "Кеңседе «{name}» тіркелімі жоқ. Тізімнен таңдаңыз.",
    "В организации нет реестра «{name}». Выберите из списка.",
    "The office has no register “{name}”. Choose one of the list.",
)
SETTINGS: Final = error(
    "office.settings",
    "Кеңсенің {name} файлы оқылмайды ({detail}). Файлды түзетіңіз.",
    "Файл организации {name} не читается ({detail}). Исправьте его.",
    "The office's file {name} cannot be read ({detail}). Correct it.",
)
PATH_WITHOUT: Final = error(
    "law.path_without",
    "Осы соңына мына қадамдардың бірінсіз жетуге болады: {steps}. {kk} ({clause})",
    "К этому концу можно прийти без одного из шагов: {steps}. {ru} ({clause})",
    "This end can be reached without one of the steps {steps}. {en} ({clause})",
)
NOT_FOLLOWED: Final = error(
    "law.not_followed",
    "Осыдан кейін мына қадамдардың бірінсіз соңына жетуге болады: {steps}. {kk} ({clause})",
    "Отсюда можно прийти к концу без одного из шагов: {steps}. {ru} ({clause})",
    "From here the end can be reached without one of the steps {steps}. {en} ({clause})",
)
WITHOUT_TERM: Final = error(
    "law.without_term",
    "Бұл қадамның мерзімі жоқ. Мерзім ережесін (due) беріңіз немесе таймер қойыңыз. {kk} ({clause})",
    "У этого шага нет срока. Задайте правило срока (due) или поставьте таймер. {ru} ({clause})",
    "The step has no term. Give it a deadline rule (due) or a timer. {en} ({clause})",
)
LAW_OF_NOTHING: Final = warning(
    "law.matches_nothing",
    "Заң ережесі аталған қадамдардың ешқайсысын таппады: {steps}. office.toml файлын тексеріңіз. ({clause})",
    "Правило закона не нашло ни одного из названных шагов: {steps}. Проверьте office.toml. ({clause})",
    "A rule of law found none of the steps it names: {steps}. Check office.toml. ({clause})",
)
