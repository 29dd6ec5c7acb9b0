"""Rules about how tokens run: whether every path can be gone to its end."""

from typing import Final

from app.domain.problems import error, warning

DEADLOCK: Final = error(
    "net.deadlock",
    "Мұнда токен мәңгі күтіп қалуы мүмкін: {missing} бағыты бойынша ештеңе келмейді. Тармақталу мен қосылуды бір түрлі "
    "шлюзбен жасаңыз.",
    "Здесь токен может остаться ждать навсегда: по потоку {missing} ничего не придёт. Разделяйте и соединяйте пути "
    "шлюзами одного вида.",
    "A token may wait here for ever: nothing will come by the flow {missing}. Part and join the paths with gateways of "
    "the same kind.",
)
RUNS_TWICE: Final = warning(
    "net.runs_twice",
    "Бұл жерге қатар жүретін екі жол келеді, сондықтан кейінгі қадамдар бірнеше рет орындалуы мүмкін. Жолдарды "
    "параллель шлюзбен қосыңыз.",
    "Сюда приходят пути, которые идут одновременно, и дальнейшее может выполниться несколько раз. Соедините их "
    "параллельным шлюзом.",
    "Paths that run at the same time come together here, so what follows may run several times. Join them with a "
    "parallel gateway.",
)
NO_WAY_OUT: Final = error(
    "net.no_way_out",
    "Осы жерден соңына жету мүмкін емес. Циклден шығатын жол сызыңыз.",
    "Отсюда нельзя дойти до конца. Нарисуйте выход из цикла.",
    "The end cannot be reached from here. Draw a way out of the loop.",
)
ENDLESS: Final = error(
    "net.endless_loop",
    "Цикл адамсыз, таймерсіз және хабарламасыз айналады, ал ішінде ештеңе өзгермейді немесе одан шығу жоқ ({path}). "
    "Циклге күту қосыңыз немесе шығу шартын өзгертетін қадам қойыңыз.",
    "Цикл идёт без человека, таймера и сообщения, и в нём ничего не меняется или из него нет выхода ({path}). Добавьте "
    "в него ожидание или шаг, который меняет условие выхода.",
    "The loop runs without a person, a timer or a message, and nothing in it changes or nothing leaves "
    "it ({path}). Put "
    "a wait into it, or a step that changes the condition of the way out.",
)
ENDLESS_RECURSION: Final = error(
    "net.endless_recursion",
    "«{process}» процесі осыдан адамсыз, таймерсіз және хабар күтпей өзін қайта-қайта бастайды. Арасына күту немесе "
    "тоқтататын шартты таңдау қойыңыз.",
    "Отсюда процесс «{process}» начинает сам себя снова и снова, не дожидаясь ни человека, ни времени. Поставьте между "
    "повторами ожидание или выбор с условием, которое когда-нибудь изменится.",
    "From here the process “{process}” begins itself again and again without waiting for a person or a moment. Put a "
    "wait between, or a choice whose condition changes some day.",
)
UNDECIDED: Final = warning(
    "net.not_decided",
    "Тармақтардың қосылуы тым күрделі: тұйыққа тірелмейтінін тексеру мүмкін болмады. Бөлігін ішкі процеске шығарыңыз.",
    "Пути соединяются слишком сложно: нельзя было проверить, что они не зайдут в тупик. Вынесите часть в подпроцесс.",
    "The paths join in too complicated a way: that they never get stuck could not be checked. Move a part into a "
    "sub-process.",
)
