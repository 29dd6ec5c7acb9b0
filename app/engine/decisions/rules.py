"""What a file of decisions may not be: the rules, each with its sentence."""

from app.domain.problems import error, warning

EXPRESSION = error(
    "decision.expression",
    kk="FEEL өрнегін оқу мүмкін емес: {fault}",
    ru="Выражение FEEL не читается: {fault}",
    en="The FEEL expression cannot be read: {fault}",
)
MISSING_EXPRESSION = error(
    "decision.empty",
    kk="«{name}» ештеңе есептемейді. Шешім кестесін немесе өрнек қосыңыз.",
    ru="«{name}» ничего не вычисляет. Добавьте таблицу решений или выражение.",
    en="“{name}” computes nothing. Add a decision table or an expression.",
)
UNSUPPORTED = error(
    "decision.unsupported",
    kk="«{what}» элементіне қолдау жоқ. Оны шешім кестесімен немесе FEEL өрнегімен алмастырыңыз.",
    ru="Элемент «{what}» не поддерживается. Замените его таблицей решений или выражением FEEL.",
    en="The element “{what}” is not supported. Use a decision table or a FEEL expression instead.",
)
LANGUAGE = error(
    "decision.language",
    kk="Өрнек тілі «{language}»; тек FEEL қолданылады. Өрнекті FEEL тілінде жазыңыз.",
    ru="Язык выражения — «{language}»; используется только FEEL. Напишите выражение на FEEL.",
    en="The language of the expression is “{language}”; only FEEL is used. Write the expression in FEEL.",
)
HIT_POLICY = error(
    "decision.hit_policy",
    kk="«{policy}» деген сәйкестік ережесі жоқ. UNIQUE, FIRST, ANY, PRIORITY, RULE ORDER, OUTPUT ORDER немесе COLLECT "
    "таңдаңыз.",
    ru="Политики попадания «{policy}» нет. Выберите UNIQUE, FIRST, ANY, PRIORITY, RULE ORDER, OUTPUT ORDER или "
    "COLLECT.",
    en="There is no hit policy “{policy}”. Choose UNIQUE, FIRST, ANY, PRIORITY, RULE ORDER, OUTPUT ORDER or COLLECT.",
)
AGGREGATION = error(
    "decision.aggregation",
    kk="«{aggregation}» жинақтауы тек бір шығысы бар COLLECT кестесінде болады (SUM, MIN, MAX, COUNT). "
    "Кестені түзетіңіз немесе жинақтауды алып тастаңыз.",
    ru="Свёртка «{aggregation}» возможна только в таблице COLLECT с одним выходом (SUM, MIN, MAX, COUNT). "
    "Исправьте таблицу или уберите свёртку.",
    en="The aggregation “{aggregation}” needs a COLLECT table with one output (SUM, MIN, MAX, COUNT). "
    "Correct the table or take the aggregation out.",
)
PRIORITIES = error(
    "decision.priorities",
    kk="{policy} кестесіне рұқсат етілген мәндер тізімі керек: олардың реті — басымдық реті. "
    "Тізімді шығыс бағанына жазыңыз.",
    ru="Таблице {policy} нужен список допустимых значений выхода: их порядок и есть приоритет. "
    "Запишите список в столбец результата.",
    en="A {policy} table needs the allowed values of its outputs: their order is the priority. "
    "Write the list into the output column.",
)
CELLS = error(
    "decision.cells",
    kk="Ережеде {found} ұяшық бар, ал кестеде {needed} баған. Жолды толықтырыңыз.",
    ru="В правиле {found} ячеек, а столбцов в таблице {needed}. Дополните строку.",
    en="The rule has {found} cells, the table {needed} columns. Complete the row.",
)
NO_OUTPUT = error(
    "decision.no_output",
    kk="Кестеде шығыс бағаны жоқ. Кемінде біреуін қосыңыз.",
    ru="В таблице нет столбца результата. Добавьте хотя бы один.",
    en="The table has no output column. Add at least one.",
)
OUTPUT_NAME = error(
    "decision.output_name",
    kk="Бірнеше шығысы бар кестеде әр шығыстың өз атауы болуы керек. Атауларын беріңіз.",
    ru="В таблице с несколькими выходами у каждого должно быть своё имя. Дайте имена.",
    en="In a table with several outputs each needs a name of its own. Name them.",
)
NOT_ALLOWED = error(
    "decision.not_allowed",
    kk="{value} мәні бұл бағанға рұқсат етілген мәндердің арасында жоқ. Мәнді түзетіңіз немесе тізімге қосыңыз.",
    ru="Значения {value} нет среди допустимых значений этого столбца. Исправьте значение или добавьте его в список.",
    en="The value {value} is not among the allowed values of this column. Correct it or add it to the list.",
)
REFERENCE = error(
    "decision.reference",
    kk="«{reference}» сілтемесі ештеңеге апармайды. Элементті қайта байланыстырыңыз.",
    ru="Ссылка «{reference}» никуда не ведёт. Свяжите элементы заново.",
    en="The reference “{reference}” leads nowhere. Connect the elements again.",
)
ELSEWHERE = error(
    "decision.elsewhere",
    kk="«{reference}» басқа файлда, ал ол берілген файлдардың арасында жоқ. Сол файлды қосыңыз.",
    ru="«{reference}» находится в другом файле, которого нет среди данных. Добавьте этот файл.",
    en="“{reference}” is in another file, which is not among those given. Add that file.",
)
CIRCLE = error(
    "decision.circle",
    kk="Шешімдер бір-біріне тәуелді шеңбер құрайды: {names}. Бір байланысты алып тастаңыз.",
    ru="Решения зависят друг от друга по кругу: {names}. Уберите одну из связей.",
    en="The decisions depend on each other in a circle: {names}. Take one of the requirements out.",
)
DUPLICATE = error(
    "decision.duplicate",
    kk="«{id}» идентификаторы басқа элементте де бар. Біреуін өзгертіңіз.",
    ru="Идентификатор «{id}» есть и у другого элемента. Измените один из них.",
    en="Another element has the id “{id}” too. Change one of them.",
)
SAME_NAME = error(
    "decision.same_name",
    kk="«{name}» атауы екі рет берілген: қайсысы екені белгісіз. Біреуінің атауын өзгертіңіз.",
    ru="Имя «{name}» дано дважды: неясно, о чём речь. Переименуйте одно из них.",
    en="The name “{name}” is given twice: it is not clear which is meant. Rename one of them.",
)
TYPE = error(
    "decision.type",
    kk="«{type}» деген тип жоқ. Типті тізімнен таңдаңыз немесе анықтаңыз.",
    ru="Типа «{type}» нет. Выберите тип из списка или определите его.",
    en="There is no type “{type}”. Choose one from the list or define it.",
)
NO_NAME = error(
    "decision.no_name",
    kk="Элементтің атауы жоқ: оған ешкім сілтей алмайды. Атау беріңіз.",
    ru="У элемента нет имени: на него нельзя сослаться. Дайте имя.",
    en="The element has no name: nothing can refer to it. Name it.",
)
NO_DECISION = error(
    "decision.none",
    kk="Файлда бірде-бір шешім жоқ. Шешім сызыңыз немесе файлды алып тастаңыз.",
    ru="В файле нет ни одного решения. Нарисуйте решение или уберите файл.",
    en="The file has no decision. Draw one or leave the file out.",
)
NO_INPUT = warning(
    "decision.no_input",
    kk="Бұл шарт баған мәнін (?) атамайды, сондықтан ол мәнге теңестіріледі. «?» қосыңыз немесе шартты өз бағанына "
    "шығарыңыз.",
    ru="Это условие не говорит о значении столбца (?), поэтому значение сравнивается с его ответом «да» или «нет». "
    "Добавьте «?» или вынесите условие в свой столбец.",
    en="This condition does not speak of the column's value (?), so the value is compared with its answer. Add “?” or "
    "give the condition a column of its own.",
)
SAME_RULE = warning(
    "decision.same_rule",
    kk="{first} және {second}-ережелердің шарттары бірдей: UNIQUE кестесінде екеуі де сәйкес келіп, қате болады. "
    "Біреуін өшіріңіз немесе шарттарын өзгертіңіз.",
    ru="У правил {first} и {second} одинаковые условия: в таблице UNIQUE подойдут оба, и это будет ошибкой. "
    "Удалите одно или измените условия.",
    en="The rules {first} and {second} have the same conditions: in a UNIQUE table both match, which is an error. "
    "Delete one or change its conditions.",
)
OVERLAP = warning(
    "decision.overlap",
    kk="{first} және {second}-ережелер бір кіріске қатар сәйкес келе алады, ал UNIQUE кестесінде бұл — қате. Шарттарын "
    "ажыратыңыз немесе сәйкестік ережесін FIRST етіңіз.",
    ru="Правила {first} и {second} могут подойти одновременно, а в таблице UNIQUE это ошибка. Разведите их условия или "
    "выберите политику FIRST.",
    en="The rules {first} and {second} can match at once, which is an error in a UNIQUE table. Part their conditions "
    "or choose the hit policy FIRST.",
)
