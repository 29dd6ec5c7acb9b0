"""What the analysis of appeals calls its dimensions and their values."""

from collections.abc import Mapping
from typing import Final

from app.domain.texts import Text

DIMENSIONS: Final[Mapping[str, Text]] = {
    "region": Text("Аудандар мен қалалар бойынша", "По районам и городам", "By district and city"),
    "nature": Text("Мәселенің сипаты бойынша", "По характеру вопросов", "By nature of question"),
    "category": Text("Санаты бойынша", "По категориям", "By category"),
    "topic": Text("Стратегиялық тақырыптар бойынша", "По стратегическим темам", "By strategic topic"),
    "object": Text("Кімге шағымданғаны бойынша", "По тому, на кого жалуются", "By whom the complaint is about"),
    "source": Text("Келіп түсу көзі бойынша", "По источникам", "By source"),
    "age": Text("Жасы бойынша", "По возрасту", "By age"),
    "social_status": Text("Әлеуметтік мәртебесі бойынша", "По социальному статусу", "By social status"),
    "occupation": Text("Айналысатын ісі бойынша", "По роду деятельности", "By occupation"),
    "multiplicity": Text("Көп мәрте өтініш жасау", "По многократности", "By multiplicity"),
    "repetition": Text("Қайталануы бойынша", "По повторности", "By repetition"),
    "outcome": Text("Жауаптың сипаты бойынша", "По характеру ответов", "By nature of reply"),
    "timeliness": Text("Жауаптың уақтылығы бойынша", "По своевременности ответов", "By timeliness of reply"),
    "quality": Text("Жауаптың сапасы бойынша", "По качеству ответов", "By quality of reply"),
}
"""KST-ANL-1, KST-ANL-3, KST-CAT, KST-CAT-S, KST-CAT-C, KST-SRC, KST-ANL-4 (three), KST-ANL-5 (two), KST-ANL-6,
KST-ANL-7 (two), in this order."""
_ENDED: Final = Text("Жауапсыз аяқталған", "Завершены без ответа", "Ended without a reply")
VALUES: Final[Mapping[str, Mapping[str, Text]]] = {
    "category": {
        "strategic": Text("Стратегиялық", "Стратегические", "Strategic"),
        "typical": Text("Типтік", "Типовые", "Typical"),
        "complaint": Text("Шағымдар", "Жалобы", "Complaints"),
    },
    "age": {
        "under_30": Text("30 жасқа дейін", "до 30 лет", "under 30"),
        "from_30": Text("30–44 жас", "30–44 года", "30 to 44"),
        "from_45": Text("45–59 жас", "45–59 лет", "45 to 59"),
        "from_60": Text("60 жас және одан үлкен", "60 лет и старше", "60 and over"),
    },
    "multiplicity": {
        "multiple": Text(
            "Кезеңде бірнеше рет жүгінгендердің өтініштері",
            "Обращения тех, кто обратился несколько раз",
            "Of people with several appeals",
        ),
        "single": Text(
            "Бір рет жүгінгендердің өтініштері", "Обращения тех, кто обратился один раз", "Of people with one appeal"
        ),
    },
    "repetition": {
        "repeated": Text(
            "Сол мәселе бойынша қайталанған", "Повторные по тому же вопросу", "Repeats on the same question"
        ),
        "first": Text("Алғашқы", "Первичные", "First ones"),
    },
    "outcome": {
        "none": Text("Жауап әлі жоқ", "Ответа ещё нет", "No reply yet"),
        "ended": _ENDED,
        "satisfied": Text("Қанағаттандырылды", "Удовлетворено", "Satisfied"),
        "partly": Text("Ішінара қанағаттандырылды", "Удовлетворено частично", "Partly satisfied"),
        "explained": Text("Түсіндірілді", "Разъяснено", "Explained"),
        "refused": Text("Бас тартылды", "Отказано", "Refused"),
        "other": Text("Басқа", "Другое", "Other"),
    },
    "timeliness": {
        "in_time": Text("Мерзімінде", "В срок", "In time"),
        "late": Text("Кешігіп", "С опозданием", "Late"),
        "overdue": Text("Мерзімі өтті, жауап жоқ", "Срок истёк, ответа нет", "Overdue, no reply"),
        "ended": _ENDED,
        "awaited": Text("Мерзімі өткен жоқ", "Срок не истёк", "Not due yet"),
    },
    "quality": {
        "returned": Text("Пысықтауға қайтарылған", "Возвращались на доработку", "Returned for rework"),
        "accepted": Text("Қабылданған", "Приняты", "Accepted"),
        "examined": Text("Сараптамада", "На экспертизе", "Being examined"),
        "ended": _ENDED,
        "none": Text("Жауап әлі жоқ", "Ответа ещё нет", "No reply yet"),
    },
}
NOT_TOLD: Final = Text("Көрсетілмеген", "Не указано", "Not told")
