"""Two hundred thousand appeals with their applicants and cards, as years of work leave them, in one go."""

import random
from datetime import datetime
from typing import Any, Final

import psycopg

from app.domain.case_words import line_keys, plain
from app.domain.same_person import Described, search_keys

PEOPLE: Final = 40_000
EACH: Final = 5
"""Appeals of each person."""
_SEED: Final = 20250603
_SURNAMES: Final = (
    *("Ахмет", "Нұрпейіс", "Омар", "Жүніс", "Қасым", "Сәрсен", "Иван", "Петр", "Ковал", "Шевц", "Литвин", "Сокол"),
    *("Әбдірахман", "Байжан", "Ким", "Тілеу", "Мұқан", "Сейіт", "Мельник", "Есен", "Бек", "Дос", "Кен", "Рах", "Айт"),
)
_MIDDLES: Final = ("", "бай", "жан", "али", "мұрат", "ғали", "кел", "ман", "бер", "ту")
_GIVEN: Final = (
    *("Нұрлан", "Айгүл", "Серік", "Гүлнар", "Пётр", "Ирина", "Данияр", "Оксана", "Ерлан", "Сергей", "Ажар", "Марат"),
    *("Светлана", "Бақыт", "Алия", "Виктор", "Динара", "Арман", "Людмила", "Қайрат", "Сәуле", "Олег", "Жанна", "Тимур"),
)
_FATHERS: Final = ("Серікұлы", "Маратқызы", "Иванович", "Сергеевна", "Болатұлы", "Қайратқызы", "Петрович")
_STREETS: Final = ("Әл-Фараби", "Баймағамбетов", "Абай", "Победы", "Гоголя", "Тәуелсіздік", "Лермонтова", "Дулатов")
_RUSSIAN: Final = (
    *("дорога", "дороги", "ремонт", "отопление", "отопления", "вода", "водоснабжение", "школа", "школы", "детский сад"),
    *("крыша", "подъезд", "освещение", "мусор", "вывоз", "земельный участок", "жильё", "очередь", "пособие", "пенсия"),
    *(
        "больница",
        "врач",
        "лекарства",
        "газ",
        "тариф",
        "счётчик",
        "долг",
        "акимат",
        "ответ",
        "жалоба",
        "просит",
        "улица",
    ),
)
_KAZAKH: Final = (
    *("жол", "жөндеу", "жылу", "су", "мектеп", "балабақша", "тұрғын үй", "кезек", "жәрдемақы", "зейнетақы", "аурухана"),
    *("дәрігер", "қоқыс", "жарық", "жер учаскесі", "газ", "тариф", "қызмет", "шағым", "сұрайды", "көше", "әкімдік"),
)
_RARE: Final = tuple(
    f"{first}{last}" for first in ("керек", "тран", "под", "мото", "гидро") for last in ("ит", "ер", "ов")
)
_NATURES: Final = (
    "roads",
    "housing",
    "land",
    "social",
    "labour",
    "health",
    "education",
    "law_order",
    "ecology",
    "other",
)
_DISTRICTS: Final = ("Костанай", "Рудный", "Лисаковск", "Аркалык", "Житикара", "Мендыкаринский", "Узункольский")
_GIN: Final = {"applicant": "keys", "card_base": "keys", "case_words": "words"}
_PERSON: Final = (
    "CREATE TEMP TABLE person_of_crowd (n bigint, full_name text, phone text, iin text, address text, keys text[],"
    " told text, plain text, found text[], nature text, district text)"
)
_APPLICANTS: Final = """
    INSERT INTO applicant (id, office_id, kind, full_name, sort_key, iin, phone, address, language, keys)
    OVERRIDING SYSTEM VALUE
    SELECT %(first)s + n * %(each)s + again, %(office)s, 'person', full_name, lower(full_name), iin, phone,
           address, 'ru', keys
    FROM person_of_crowd, generate_series(0, %(each)s - 1) AS again
"""
_CASES: Final = """
    INSERT INTO case_file (id, office_id, kind, number, applicant_id, subject, language, status, opened_at, closed_at)
    OVERRIDING SYSTEM VALUE
    SELECT id, office_id, 'appeal', 'К-' || id || '/2025', id, '', 'ru',
           CASE WHEN id %% 40 = 0 THEN 'running' ELSE 'registered_and_routed' END,
           %(now)s::timestamptz - ((id * 7919 %% 1000000) || ' minutes')::interval,
           CASE WHEN id %% 40 <> 0 THEN %(now)s::timestamptz END
    FROM applicant WHERE id >= %(first)s
"""
_APPEALS: Final = """
    INSERT INTO appeal (case_id, office_id, source, medium, received_at, substance, nature)
    SELECT case_file.id, case_file.office_id, (ARRAY['hand', 'kazpost', 'egov', 'president_reception'])[1 + id %% 4],
           'paper', opened_at, told, nature
    FROM case_file JOIN person_of_crowd ON n = (id - %(first)s) / %(each)s WHERE id >= %(first)s AND kind = 'appeal'
"""
_BASES: Final = """
    INSERT INTO card_base (office_id, kind, full_name, sort_key, iin, address, phone, made_at, keys)
    SELECT office_id, kind, full_name, sort_key, iin, address, phone, %(now)s, keys FROM applicant WHERE id >= %(first)s
"""
_LINES: Final = """
    INSERT INTO appeal_line (case_id, office_id, received_at, registered_at, state, source, nature, district, category,
                             control, executor_id, due_at, risk_at, ended_at)
    SELECT appeal.case_id, appeal.office_id, appeal.received_at, appeal.received_at, case_file.status, appeal.source,
           appeal.nature, lower(person_of_crowd.district),
           (ARRAY['strategic', 'typical', 'complaint'])[1 + case_id %% 3], case_id %% 5 = 0,
           (SELECT min(id) + case_id %% 10 FROM state_body WHERE office_id = %(office)s),
           opened_at + interval '21 days', opened_at + interval '14 days', closed_at
    FROM appeal
    JOIN case_file ON case_file.id = case_id
    JOIN person_of_crowd ON n = (case_id - %(first)s) / %(each)s
    WHERE case_id >= %(first)s
"""
_WORDS: Final = """
    INSERT INTO case_words (case_id, words)
    SELECT id, words
           || array_to_tsvector(ARRAY['@' || %(office)s, '#к-' || id || '/2025', '#' || id || '/2025', '#' || id])
    FROM (SELECT n, strip(to_tsvector('russian', told) || to_tsvector('simple', plain)) || array_to_tsvector(found)
                 AS words FROM person_of_crowd) AS person, generate_series(0, %(each)s - 1) AS again,
         LATERAL (SELECT %(first)s + n * %(each)s + again AS id) AS numbered
"""


def crowd_of_appeals(database: "psycopg.Connection[Any]", *, office: str, now: datetime) -> None:
    """Put `PEOPLE` citizens with `EACH` appeals of each into an office; one appeal in forty is still awaited."""
    chance = random.Random(_SEED)
    database.execute(_PERSON)
    with database.cursor() as cursor, cursor.copy("COPY person_of_crowd FROM STDIN") as copy:
        for number in range(PEOPLE):
            copy.write_row(_person(number, chance))
    first = database.execute("SELECT coalesce(max(id), 0) + 1000 FROM case_file").fetchone()[0]
    for table, column in _GIN.items():  # made at once afterwards
        database.execute(f"DROP INDEX ix_{table}_{column}")
    values = {"office": office, "now": now, "first": first, "each": EACH}
    for statement in (_APPLICANTS, _CASES, _APPEALS, _BASES, _LINES, _WORDS):
        database.execute(statement, values)
    for table, column in _GIN.items():
        database.execute(f"CREATE INDEX ix_{table}_{column} ON {table} USING gin ({column})")
    database.execute("ANALYZE")


def _person(number: int, chance: random.Random) -> tuple[Any, ...]:
    name = (
        f"{chance.choice(_SURNAMES)}{chance.choice(_MIDDLES)}{chance.choice(('ов', 'ова', 'ев', 'ева'))}"
        f" {chance.choice(_GIVEN)} {chance.choice(_FATHERS)}"
    )
    phone = f"+7 7{chance.randrange(10**9):09d}"
    iin = f"{chance.randrange(10**12):012d}" if chance.random() < 0.5 else None
    address = f"г. Костанай, ул. {chance.choice(_STREETS)}, {chance.randrange(1, 200)}, кв. {chance.randrange(1, 99)}"
    words = chance.choice((_RUSSIAN, _KAZAKH))
    told = " ".join([*chance.choices(words, k=30), *chance.choices(_RARE, k=chance.random() < 0.05)])
    keys = search_keys(Described(name, iin, phone, None, address))
    found = line_keys((), name, keys)
    return (
        *(number, name, phone, iin, address, keys, told, plain(told), found),
        *(chance.choice(_NATURES), chance.choice(_DISTRICTS)),
    )
