"""Rules about events."""

from typing import Final

from app.domain.problems import error, warning

BOUNDARY_HOST: Final = error(
    "events.boundary_without_host",
    "Шекаралық оқиға жоқ «{id}» әрекетіне бекітілген. Оны сол деңгейдегі әрекетке бекітіңіз.",
    "Граничное событие прикреплено к действию «{id}», которого здесь нет. Прикрепите его к действию того же уровня.",
    "The boundary event is attached to the activity “{id}”, which is not here. Attach it to one of the same level.",
)
BOUNDARY_ON_OTHER: Final = error(
    "events.boundary_on_other",
    "Шекаралық оқиға тек әрекетке бекітіледі, ал «{id}» әрекет емес. Оны әрекетке бекітіңіз.",
    "Граничное событие крепится только к действию, а «{id}» — не действие. Прикрепите его к действию.",
    "A boundary event sits on an activity only, and “{id}” is none. Attach it to one.",
)
BOUNDARY_INCOMING: Final = error(
    "events.boundary_with_incoming",
    "Шекаралық оқиғаға бағыт кірмейді. Бағытты келесі элементке апарыңыз.",
    "В граничное событие поток не входит. Ведите его к следующему элементу.",
    "No flow may enter a boundary event. Lead it to the element after it.",
)
BOUNDARY_OUTGOING: Final = error(
    "events.boundary_without_outgoing",
    "Шекаралық оқиғадан ешқандай бағыт шықпайды. Әрі қарай не болатынын сызыңыз.",
    "Из граничного события не выходит ни один поток. Нарисуйте, что происходит дальше.",
    "No flow leaves the boundary event. Draw what happens next.",
)
TIMER_ON_AUTOMATIC: Final = error(
    "events.timer_on_automatic_task",
    "«{id}» тапсырмасын жүйе өзі бірден орындайды, сондықтан бұл таймер ешқашан іске қосылмайды. Таймерді адам күтетін "
    "тапсырмаға немесе ішкі процеске қойыңыз.",
    "Задачу «{id}» система выполняет сама, поэтому этот таймер никогда не сработает. Поставьте его на задачу, которая "
    "ждёт человека, или на подпроцесс.",
    "The system carries the task “{id}” out by itself, so this timer never fires. Put it on a task that waits for a "
    "person, or on a sub-process.",
)
CONDITION_ON_AUTOMATIC: Final = error(
    "events.condition_on_automatic_task",
    "«{id}» тапсырмасын жүйе бірден орындайды, сондықтан бұл шартты күтетін уақыт жоқ. Шартты шлюзге немесе ішкі "
    "процеске қойыңыз.",
    "Задачу «{id}» система выполняет сразу, и ждать этого условия некогда. Поставьте условие на шлюз или на "
    "подпроцесс.",
    "The system carries the task “{id}” out at once, and there is no time to wait for this condition. Put it at a "
    "gateway or on a sub-process.",
)
CYCLE_IN_CATCH: Final = error(
    "events.cycle_where_it_waits",
    "Аралық оқиға процесті бір-ақ рет әрі қарай жібереді, ал «{text}» қайталану болып табылады. Ұзақтықты жазыңыз "
    "немесе қайталанатын таймерді үзбейтін шекаралық оқиға етіңіз.",
    "Промежуточное событие пропускает процесс дальше один раз, а «{text}» — повтор. Напишите длительность или "
    "сделайте повторяющийся таймер непрерывающим граничным событием.",
    "An intermediate event lets the process go on once, and “{text}” is a repetition. Write a duration, or make the "
    "recurring timer a boundary event that does not interrupt.",
)
BEHAVIOUR_INTERRUPTS: Final = error(
    "events.instance_event_interrupts",
    "«{id}» тапсырмасының алғашқы данасы аяқталғанда бұл шекаралық оқиға қалғандарын тоқтатады. Оны үзбейтін етіңіз, "
    "ал қалғандарын тоқтату үшін аяқталу шартын жазыңыз.",
    "Когда завершится первый экземпляр задачи «{id}», это граничное событие остановит остальные. Сделайте его "
    "непрерывающим, а чтобы остановить остальные, напишите условие завершения.",
    "When the first instance of “{id}” completes, this boundary event stops the others. Make it one that does not "
    "interrupt; to stop the others, write a completion condition.",
)
NO_DEFINITION: Final = error(
    "events.no_trigger",
    "Оқиғаның себебі берілмеген. Таймер, хабарлама, сигнал немесе басқасын таңдаңыз.",
    "У события не задана причина. Выберите таймер, сообщение, сигнал или другое.",
    "The event has no trigger. Choose a timer, a message, a signal or another.",
)
NOT_HERE: Final = error(
    "events.trigger_not_allowed",
    "«{trigger}» оқиғасы бұл жерде болмайды ({place}). Басқа оқиғаны таңдаңыз.",
    "События «{trigger}» здесь не бывает ({place}). Выберите другое.",
    "The event “{trigger}” is not allowed here ({place}). Choose another.",
)
CANCEL_OUTSIDE: Final = error(
    "events.cancel_outside_transaction",
    "Бас тарту оқиғасы тек транзакцияда болады. Транзакция сызыңыз немесе басқа оқиғаны таңдаңыз.",
    "Событие отмены бывает только в транзакции. Нарисуйте транзакцию или выберите другое событие.",
    "A cancel event belongs to a transaction. Draw one or choose another event.",
)
MUST_INTERRUPT: Final = error(
    "events.must_interrupt",
    "«{trigger}» оқиғасы әрқашан үзеді. Үзетін оқиға етіңіз.",
    "Событие «{trigger}» всегда прерывает. Сделайте его прерывающим.",
    "The event “{trigger}” always interrupts. Make it interrupting.",
)
REFERENCE: Final = error(
    "events.dangling_reference",
    "Оқиға жоқ «{id}» элементіне сілтейді ({attribute}). Бар хабарламаны, сигналды немесе қатені таңдаңыз.",
    "Событие ссылается на «{id}», чего в файле нет ({attribute}). Выберите существующее сообщение, сигнал или ошибку.",
    "The event refers to “{id}”, which does not exist ({attribute}). Choose an existing message, signal or error.",
)
UNNAMED: Final = error(
    "events.unnamed",
    "{what} атауы жоқ, сондықтан оны ешкім таба алмайды. Атау беріңіз.",
    "Нет названия ({what}), поэтому его никто не найдёт. Дайте название.",
    "It has no name ({what}), so nobody can find it. Name it.",
)
NAMED_BY_ID: Final = warning(
    "events.named_by_id",
    "{what} атауы жоқ, оның орнына «{id}» идентификаторы қолданылады. Атау беріңіз.",
    "Нет названия ({what}), вместо него служит идентификатор «{id}». Дайте название.",
    "It has no name ({what}), its id “{id}” is used. Name it.",
)
NAMED_BY_EVENT: Final = warning(
    "events.named_by_event",
    "Оқиғаға {what} таңдалмаған, оның өз атауы «{name}» қолданылады. Анық көрсетіңіз.",
    "У события не выбрано: {what}; используется его собственное название «{name}». Укажите явно.",
    "The event refers to no {what}, its own name “{name}” is used. Say it expressly.",
)
CODELESS: Final = warning(
    "events.without_code",
    "«{id}» элементінің коды жоқ: оны тек кодсыз оқиға ұстайды. Код беріңіз.",
    "У «{id}» нет кода: его поймает только событие без кода. Дайте код.",
    "“{id}” has no code: only an event without a code catches it. Give it one.",
)
TIMER_EMPTY: Final = error(
    "events.timer_empty",
    "Таймердің уақыты берілмеген. Күнін, ұзақтығын (PT5M) немесе мерзім ережесін жазыңыз.",
    "У таймера не указано время. Напишите дату, длительность (PT5M) или правило срока.",
    "The timer has no time. Write a date, a duration (PT5M) or a deadline rule.",
)
TIMER_SEVERAL: Final = error(
    "events.timer_ambiguous",
    "Таймерде бірнеше уақыт берілген. Біреуін қалдырыңыз.",
    "У таймера указано несколько времён. Оставьте одно.",
    "The timer has several times. Keep one.",
)
TIMER_TEXT: Final = error(
    "events.timer_text",
    "Таймердің мәні түсініксіз: {value}. ISO 8601 күні, ұзақтығы (PT5M, P3D) немесе қайталануы (R3/PT10M) керек.",
    "Непонятное значение таймера: {value}. Нужны дата, длительность (PT5M, P3D) или повтор (R3/PT10M) по ISO 8601.",
    "The timer has an unclear value: {value}. A date, a duration (PT5M, P3D) or a cycle (R3/PT10M) of "
    "ISO 8601 is needed.",
)
CONDITION_EMPTY: Final = error(
    "events.condition_empty",
    "Шартты оқиғаның шарты жоқ. Шартты жазыңыз.",
    "У условного события нет условия. Напишите его.",
    "The conditional event has no condition. Write it.",
)
GATEWAY_TARGET: Final = error(
    "events.gateway_target",
    "Оқиғалық шлюзден кейін тек хабарламаны, сигналды, таймерді, шартты күтетін оқиға немесе қабылдау "
    "тапсырмасы тұрады; "
    "«{id}» олай емес. "
    "Оны алмастырыңыз немесе алдына күтетін оқиға қойыңыз.",
    "После шлюза по событиям стоят только события ожидания (сообщение, сигнал, таймер, условие) или задача получения; "
    "«{id}» — не такое. "
    "Замените его или поставьте перед ним событие ожидания.",
    "After an event-based gateway stand only events that wait (message, signal, timer, condition) or receive tasks; "
    "“{id}” is none. "
    "Replace it or put a waiting event before it.",
)
GATEWAY_TARGET_INCOMING: Final = error(
    "events.gateway_target_incoming",
    "Оқиғалық шлюзден кейінгі оқиғаға басқа бағыт кірмеуі керек. Оны одан кейінгі элементке апарыңыз.",
    "В событие после шлюза по событиям не должен входить другой поток. Ведите его к следующему элементу.",
    "No other flow may enter an event that follows an event-based gateway. Lead it to the element after that.",
)
SUB_PROCESS_START: Final = error(
    "events.sub_process_start",
    "Ішкі процесс қарапайым бастапқы оқиғадан басталады. Себебін алып тастаңыз.",
    "Подпроцесс начинается с простого стартового события. Уберите причину.",
    "A sub-process begins with a plain start event. Take the trigger away.",
)
SUB_PROCESS_STARTS: Final = error(
    "events.sub_process_starts",
    "Ішкі процесте бастапқы оқиға біреу болуы керек, мұнда {count}. Біреуін қалдырыңыз.",
    "В подпроцессе должно быть одно стартовое событие, здесь их {count}. Оставьте одно.",
    "A sub-process has one start event, here are {count}. Keep one.",
)
EVENT_SUB_PROCESS_START: Final = error(
    "events.event_sub_process_start",
    "Оқиғалық ішкі процесті себебі бар бір ғана бастапқы оқиға бастайды. Оған таймер, хабарлама, сигнал "
    "немесе қате беріңіз.",
    "Событийный подпроцесс начинается ровно с одного стартового события с причиной. Задайте таймер, сообщение, сигнал "
    "или ошибку.",
    "An event sub-process begins with exactly one start event that has a trigger. Give it a timer, "
    "message, signal or error.",
)
EVENT_SUB_PROCESS_FLOW: Final = error(
    "events.event_sub_process_flow",
    "Оқиғалық ішкі процеске бағыт кірмейді және одан шықпайды. Бағыттарын өшіріңіз.",
    "В событийный подпроцесс поток не входит и из него не выходит. Удалите потоки.",
    "No flow enters or leaves an event sub-process. Delete its flows.",
)
LINK_NAME: Final = error(
    "events.link_unnamed",
    "Сілтеме оқиғасының атауы жоқ. Жұбымен бірдей атау беріңіз.",
    "У события-ссылки нет названия. Дайте то же, что у пары.",
    "The link event has no name. Give it the same as its counterpart.",
)
LINK_WITHOUT_CATCH: Final = error(
    "events.link_without_target",
    "«{name}» сілтемесінің осы деңгейде жалғасы жоқ. Сондай атаулы қабылдайтын сілтеме қойыңыз.",
    "У ссылки «{name}» нет продолжения на этом уровне. Поставьте принимающую ссылку с тем же названием.",
    "The link “{name}” has no continuation on this level. Put a catching link of the same name.",
)
LINK_WITHOUT_THROW: Final = error(
    "events.link_without_source",
    "«{name}» сілтемесіне осы деңгейден ешкім апармайды. Сондай атаулы жіберетін сілтеме қойыңыз.",
    "К ссылке «{name}» на этом уровне никто не ведёт. Поставьте отправляющую ссылку с тем же названием.",
    "Nothing leads to the link “{name}” on this level. Put a throwing link of the same name.",
)
LINK_TWICE: Final = error(
    "events.link_ambiguous",
    "«{name}» атаулы қабылдайтын сілтеме бірнешеу. Біреуін қалдырыңыз.",
    "Принимающих ссылок «{name}» несколько. Оставьте одну.",
    "There are several catching links “{name}”. Keep one.",
)
LINK_FLOW: Final = error(
    "events.link_with_flow",
    "Жіберетін сілтемеден бағыт шықпайды, қабылдайтын сілтемеге бағыт кірмейді. Бағытты өшіріңіз.",
    "Из отправляющей ссылки поток не выходит, в принимающую не входит. Удалите поток.",
    "No flow leaves a throwing link, none enters a catching one. Delete the flow.",
)
COMPENSATION_HANDLER: Final = error(
    "events.compensation_handler",
    "Өтеу оқиғасы өтейтін әрекетке байланыспен қосылмаған. Әрекетті isForCompensation етіп, байланыспен қосыңыз.",
    "Событие компенсации не связано с действием, которое компенсирует. Пометьте действие isForCompensation и соедините "
    "ассоциацией.",
    "The compensation event is not associated with an activity that makes good. Mark one "
    "isForCompensation and associate it.",
)
COMPENSATION_FLOW: Final = error(
    "events.compensation_flow",
    "Өтеу әрекетіне бағыт кірмейді және одан шықпайды. Оны өтеу оқиғасымен байланыстырыңыз.",
    "В действие компенсации поток не входит и из него не выходит. Свяжите его с событием компенсации ассоциацией.",
    "No flow enters or leaves a compensation activity. Associate it with the compensation event.",
)
COMPENSATION_ALONE: Final = error(
    "events.compensation_unbound",
    "Өтеу әрекеті ешбір өтеу оқиғасымен байланыспаған. Байланыс сызыңыз.",
    "Действие компенсации не связано ни с одним событием компенсации. Нарисуйте ассоциацию.",
    "The compensation activity is associated with no compensation event. Draw an association.",
)
COMPENSATION_NOT_IN_CALLED: Final = warning(
    "events.compensation_not_in_called",
    "Өтеу шақырылған процестің ішіне жетпейді. Осы әрекетке өтеу оқиғасын бекітіп, оны өтейтін әрекетті салыңыз.",
    "Компенсация не проходит внутрь вызванного процесса. Прикрепите к действию событие компенсации с обработчиком.",
    "A compensation does not reach into the called process. Attach a compensation event with a handler to this call.",
)
COMPENSATION_NOTHING: Final = warning(
    "events.compensation_of_nothing",
    "Өтейтін ештеңе жоқ: осы деңгейде өтеу оқиғасы бар әрекет жоқ. "
    "Әрекетке өтеу оқиғасын бекітіңіз немесе бұл оқиғаны өшіріңіз.",
    "Компенсировать нечего: на этом уровне нет действия с событием компенсации. "
    "Прикрепите к действию событие компенсации или удалите это событие.",
    "There is nothing to compensate: no activity of this level has a compensation event. "
    "Attach a compensation event to one or delete this event.",
)
