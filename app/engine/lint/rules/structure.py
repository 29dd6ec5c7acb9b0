"""Rules about how nodes, flows, lanes and pools hang together."""

from typing import Final

from app.domain.problems import error, warning

DUPLICATE_ID: Final = error(
    "structure.duplicate_id",
    "«{id}» идентификаторы бірнеше элементте бар ({kinds}). Әрқайсысына өз идентификаторын беріңіз.",
    "Идентификатор «{id}» есть у нескольких элементов ({kinds}). Дайте каждому свой.",
    "Several elements have the id “{id}” ({kinds}). Give each its own.",
)
DUPLICATE_PROCESS: Final = error(
    "structure.duplicate_process",
    "«{id}» процесі {other} файлында да бар. Біреуінің идентификаторын өзгертіңіз.",
    "Процесс «{id}» есть и в файле {other}. Измените идентификатор одного из них.",
    "The process “{id}” is also in the file {other}. Change the id of one of them.",
)
MISSING_ID: Final = error(
    "structure.missing_id",
    "«{kind}» элементінің идентификаторы жоқ. Оған бірегей id беріңіз.",
    "У элемента «{kind}» нет идентификатора. Дайте ему уникальный id.",
    "An element “{kind}” has no id. Give it a unique one.",
)
RESERVED_ID: Final = error(
    "structure.reserved_id",
    "«{id}» идентификаторын жүйе өзі қолданады. Басқасын таңдаңыз.",
    "Идентификатор «{id}» занят системой. Выберите другой.",
    "The id “{id}” is taken by the system. Choose another.",
)
NOT_EXECUTABLE: Final = error(
    "structure.not_executable",
    "Процесс орындалмайтын деп белгіленген. isExecutable белгісін қосыңыз.",
    "Процесс помечен как неисполняемый. Включите isExecutable.",
    "The process is marked as not executable. Switch isExecutable on.",
)
DANGLING_SOURCE: Final = error(
    "structure.dangling_source",
    "Бағыт жоқ «{id}» элементінен шығады. Оны бар элементтен бастаңыз немесе өшіріңіз.",
    "Поток выходит из элемента «{id}», которого нет. Начните его от существующего элемента или удалите.",
    "The flow leaves the element “{id}”, which does not exist. Start it at an existing one or delete it.",
)
DANGLING_TARGET: Final = error(
    "structure.dangling_target",
    "Бағыт жоқ «{id}» элементіне апарады. Оны бар элементке апарыңыз немесе өшіріңіз.",
    "Поток ведёт к элементу «{id}», которого нет. Доведите его до существующего элемента или удалите.",
    "The flow leads to the element “{id}”, which does not exist. Lead it to an existing one or delete it.",
)
CROSSES_SUB_PROCESS: Final = error(
    "structure.flow_crosses_border",
    "Бағыт ішкі процестің шекарасын кесіп өтеді («{source}» → «{target}»). Бағытты ішкі процестің өзіне апарыңыз.",
    "Поток пересекает границу подпроцесса («{source}» → «{target}»). Ведите поток к самому подпроцессу.",
    "The flow crosses the border of a sub-process (“{source}” → “{target}”). Lead it to the sub-process itself.",
)
CROSSES_POOL: Final = error(
    "structure.flow_crosses_pool",
    "Бағыт бір пулдан екіншісіне өтеді («{source}» → «{target}»). Пулдар арасында хабарлама ағынын қолданыңыз.",
    "Поток идёт из одного пула в другой («{source}» → «{target}»). Между пулами используйте поток сообщений.",
    "The flow goes from one pool to another (“{source}” → “{target}”). Use a message flow between pools.",
)
INCOMING_CONTRADICTS: Final = warning(
    "structure.incoming_contradicts",
    "Элемент кіріс бағыты ретінде «{id}» дегенді атайды, бірақ ол мұнда келмейді. Жазбаны түзетіңіз.",
    "Элемент называет входящим поток «{id}», но тот сюда не приходит. Исправьте запись.",
    "The element names “{id}” as incoming, but that flow does not come here. Correct the entry.",
)
OUTGOING_CONTRADICTS: Final = warning(
    "structure.outgoing_contradicts",
    "Элемент шығыс бағыты ретінде «{id}» дегенді атайды, бірақ ол бұл жерден шықпайды. Жазбаны түзетіңіз.",
    "Элемент называет исходящим поток «{id}», но тот отсюда не выходит. Исправьте запись.",
    "The element names “{id}” as outgoing, but that flow does not leave here. Correct the entry.",
)
UNREACHABLE: Final = error(
    "structure.unreachable",
    "Бұл элементке бастапқы оқиғадан жету мүмкін емес. Оған бағыт апарыңыз немесе өшіріңіз.",
    "До этого элемента нельзя дойти от стартового события. Приведите к нему поток или удалите его.",
    "The element cannot be reached from a start event. Lead a flow to it or delete it.",
)
NO_START: Final = error(
    "structure.no_start",
    "Бастапқы оқиға жоқ. Процестің қайдан басталатынын көрсетіңіз.",
    "Нет стартового события. Покажите, откуда начинается процесс.",
    "There is no start event. Show where the process begins.",
)
NO_END: Final = error(
    "structure.no_end",
    "Соңғы оқиға жоқ. Әр жолдың соңына соңғы оқиға қойыңыз.",
    "Нет конечного события. Поставьте его в конце каждого пути.",
    "There is no end event. Put one at the end of each path.",
)
DEAD_END: Final = error(
    "structure.dead_end",
    "Бұл элементтен ешқандай бағыт шықпайды. Жолды жалғастырыңыз немесе соңғы оқиғамен аяқтаңыз.",
    "Из этого элемента не выходит ни один поток. Продолжите путь или завершите его конечным событием.",
    "No flow leaves this element. Continue the path or finish it with an end event.",
)
EMPTY_SCOPE: Final = error(
    "structure.empty",
    "Ішінде бірде-бір элемент жоқ. Қадамдарды сызыңыз немесе элементті өшіріңіз.",
    "Внутри нет ни одного элемента. Нарисуйте шаги или удалите элемент.",
    "There is nothing inside. Draw the steps or delete the element.",
)
EMPTY_SUB_PROCESS: Final = error(
    "structure.empty_sub_process",
    "Ішкі процестің ішінде ештеңе сызылмаған, ол бірден өтіледі. Қадамдарын сызыңыз немесе элементті өшіріңіз.",
    "Внутри подпроцесса ничего не нарисовано, он проходится сразу. Нарисуйте шаги или удалите элемент.",
    "Nothing is drawn inside the sub-process, and it is passed at once. Draw its steps or delete the element.",
)
SEVERAL_NONE_STARTS: Final = error(
    "structure.several_starts",
    "Қарапайым бастапқы оқиға біреу ғана болуы керек, мұнда {count}. Біреуін қалдырыңыз немесе "
    "басқаларына себеп беріңіз.",
    "Простое стартовое событие должно быть одно, здесь их {count}. Оставьте одно или задайте другим причину.",
    "There must be one plain start event, here are {count}. Keep one or give the others a trigger.",
)
START_INCOMING: Final = error(
    "structure.start_with_incoming",
    "Бастапқы оқиғаға бағыт кірмейді. Бағытты келесі элементке апарыңыз.",
    "В стартовое событие поток не входит. Ведите его к следующему элементу.",
    "No flow may enter a start event. Lead it to the element after it.",
)
END_OUTGOING: Final = error(
    "structure.end_with_outgoing",
    "Соңғы оқиғадан бағыт шықпайды. Оны аралық оқиғамен алмастырыңыз немесе бағытты өшіріңіз.",
    "Из конечного события поток не выходит. Замените его промежуточным или удалите поток.",
    "No flow may leave an end event. Make it an intermediate one or delete the flow.",
)
CONDITION_MISSING: Final = error(
    "structure.condition_missing",
    "Шлюзден шығатын бағыттың шарты жоқ. Шарт жазыңыз немесе бағытты әдепкі етіңіз.",
    "У потока из шлюза нет условия. Напишите условие или сделайте поток направлением по умолчанию.",
    "A flow out of the gateway has no condition. Write one or make the flow the default.",
)
CONDITION_ON_DEFAULT: Final = error(
    "structure.condition_on_default",
    "Әдепкі бағыттың шарты болмауы керек: ол басқа шарттар орындалмағанда алынады. Шартты өшіріңіз.",
    "У потока по умолчанию не должно быть условия: он выбирается, когда остальные не выполнены. Удалите условие.",
    "A default flow has no condition: it is taken when no other holds. Delete the condition.",
)
CONDITION_NOT_ALLOWED: Final = error(
    "structure.condition_not_allowed",
    "«{kind}» элементінен шығатын бағыттың шарты болмайды. Шартты өшіріңіз немесе алдына таңдау шлюзін қойыңыз.",
    "У потока из элемента «{kind}» не бывает условия. Удалите условие или поставьте шлюз выбора.",
    "A flow out of “{kind}” has no condition. Delete it or use a gateway that decides.",
)
CONDITION_ALONE: Final = error(
    "structure.condition_alone",
    "Бұл «{id}» элементінен шығатын жалғыз бағыт: шарт орындалмаса, процесс тоқтап қалады. Шартты өшіріңіз немесе "
    "басқа бағыт қосыңыз.",
    "Это единственный поток из элемента «{id}»: если условие не выполнено, процесс остановится. Удалите условие или "
    "добавьте другой поток.",
    "This is the only flow out of “{id}”: unless its condition holds, the process stops. Delete the condition or add "
    "another flow.",
)
DEFAULT_FOREIGN: Final = error(
    "structure.default_dangling",
    "Әдепкі бағыт «{id}» бұл элементтен шықпайды. Оның өз бағыттарының бірін таңдаңыз.",
    "Направление по умолчанию «{id}» не выходит из этого элемента. Выберите один из его потоков.",
    "The default flow “{id}” does not leave this element. Choose one of its own flows.",
)
NEEDLESS_GATEWAY: Final = warning(
    "structure.needless_gateway",
    "Шлюзге бір бағыт кіріп, бір бағыт шығады: ол ештеңе шешпейді. Өшіріңіз немесе жетіспейтін бағытты сызыңыз.",
    "В шлюз входит и из него выходит по одному потоку: он ничего не решает. Удалите его или дорисуйте поток.",
    "One flow enters the gateway and one leaves it: it decides nothing. Delete it or draw the missing flow.",
)
LANE_REFERENCE: Final = error(
    "structure.lane_dangling",
    "Жолақ жоқ «{id}» элементіне сілтейді. Сілтемені жолақтан алып тастаңыз.",
    "Дорожка ссылается на элемент «{id}», которого нет. Уберите ссылку из дорожки.",
    "The lane refers to the element “{id}”, which does not exist. Take the reference out.",
)
IN_SEVERAL_LANES: Final = warning(
    "structure.several_lanes",
    "Элемент бірнеше жолақта тұр ({lanes}). Біреуінде ғана қалдырыңыз.",
    "Элемент стоит в нескольких дорожках ({lanes}). Оставьте его в одной.",
    "The element is in several lanes ({lanes}). Keep it in one.",
)
REFERENCE: Final = error(
    "structure.dangling_reference",
    "«{attribute}» жоқ «{id}» элементіне сілтейді. Бар элементті таңдаңыз.",
    "«{attribute}» ссылается на элемент «{id}», которого нет. Выберите существующий.",
    "“{attribute}” refers to the element “{id}”, which does not exist. Choose an existing one.",
)
MESSAGE_FLOW_WITHIN: Final = error(
    "structure.message_flow_within_pool",
    "Хабарлама ағыны бір пулдың ішінде. Пул ішінде кәдімгі бағытты қолданыңыз.",
    "Поток сообщений проходит внутри одного пула. Внутри пула используйте обычный поток.",
    "The message flow stays within one pool. Use a sequence flow there.",
)
MESSAGE_FLOW_DIFFERS: Final = error(
    "structure.message_flow_differs",
    "Хабарлама ағыны әртүрлі хабарламаларды байланыстырады: «{sent}» және «{received}». Бір хабарламаны таңдаңыз.",
    "Поток сообщений соединяет разные сообщения: «{sent}» и «{received}». Выберите одно сообщение.",
    "The message flow joins different messages: “{sent}” and “{received}”. Choose one message.",
)
MESSAGE_FLOW_MUTE: Final = warning(
    "structure.message_flow_unspoken",
    "«{id}» элементі хабарлама жібермейді әрі күтпейді, сондықтан бұл ағынмен ештеңе өтпейді. Жіберу немесе қабылдау "
    "тапсырмасын қойыңыз.",
    "Элемент «{id}» не отправляет и не ждёт сообщений, поэтому по этому потоку ничего не пройдёт. Поставьте задачу "
    "отправки или получения.",
    "The element “{id}” neither sends nor awaits messages, so nothing passes by this flow. Use a send or receive task.",
)
UNKNOWN_ELEMENT: Final = error(
    "structure.unknown_element",
    "«{kind}» деген элемент BPMN-де бұл жерде болмайды. Атауын түзетіңіз немесе өшіріңіз.",
    "Элемента «{kind}» в BPMN здесь не бывает. Исправьте название или удалите его.",
    "BPMN has no element “{kind}” here. Correct its name or delete it.",
)
FOREIGN_ELEMENT: Final = warning(
    "structure.foreign_element",
    "«{kind}» элементі басқа бағдарламанікі, ол ескерілмейді. Керек болса, BPMN элементімен алмастырыңыз.",
    "Элемент «{kind}» принадлежит другой программе и не учитывается. Если он нужен, замените его элементом BPMN.",
    "The element “{kind}” belongs to another program and is ignored. If it matters, use an element of BPMN.",
)
