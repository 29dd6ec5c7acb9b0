"""What the task list costs when 100,000 tasks are open: with its counts, filters and search, and as a whole page."""

import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any, Final
from urllib.parse import urlencode

import psycopg
from installation import OFFICE, PEOPLE, ROLES, Installation, installation

from app.queries.open_tasks import WorkFilter
from app.queries.worklist import work_list

OPEN: Final = 100_000
LOOKS: Final = 5
FILTERS: Final = (
    WorkFilter(),
    WorkFilter(view="late"),
    WorkFilter(view="group", step=5),
    WorkFilter(due="week"),
    WorkFilter(view="free", due="none"),
    WorkFilter(language="kk"),
    WorkFilter(view="group", step=3, language="ru"),
    WorkFilter(view="group", role=ROLES[0]),
    WorkFilter(view="group", sort="new"),
    WorkFilter(sort="reception"),
)
SEARCHES: Final = (
    *(WorkFilter(find=each) for each in ("дороги", "жылу", "мектептің жөндеу", "баспана", "xyz")),
    *(WorkFilter(find=each) for each in ("Нурпеисова", "Жүнісова Айгүл", "Akhmetova", "ким")),
    *(WorkFilter(find=each) for each in ("T-4321", "50012", "8 701 123 45 67")),
    WorkFilter(view="late", find="отопление"),
    WorkFilter(view="group", find="крыши", language="ru"),
    WorkFilter(view="group", find="жер учаскесі", step=5),
)
_INSTANCES: Final = """
    INSERT INTO process_instance (office_id, version_id, status, state, started_at)
    SELECT %(office)s, (SELECT max(id) FROM process_version WHERE office_id = %(office)s), 'running', '', now()
    FROM generate_series(1, %(open)s)
"""
_CASES: Final = """
    WITH told AS (
        SELECT n, hash,
               (ARRAY['Жүнісова', 'Ахметова', 'Нурпеисова', 'Иванова', 'Сейітқалиева', 'Ким', 'Омарова'])[1 + hash %% 7]
                  || ' ' || (ARRAY['Һадиша', 'Айгүл', 'Светлана', 'Гүлнар', 'Ирина'])[1 + hash / 7 %% 5] AS full_name,
               (ARRAY['Баспана', 'Дорога у', 'Отопление и', 'Ремонт крыши', 'Жылу және', 'Жер учаскесі', 'Қоқыс',
                      'Освещение'])[1 + hash / 35 %% 8]
               || ' ' || (ARRAY['мәселесі', 'школы', 'мектепті жөндеу', 'подъезда', 'кезегі'])[1 + hash / 280 %% 5]
               AS subject
        FROM generate_series(1, %(open)s) AS n, LATERAL (SELECT abs(hashint4(n)) AS hash) AS mixed
    ), people AS (
        INSERT INTO applicant (office_id, kind, full_name, sort_key, language)
        SELECT %(office)s, 'person', full_name || ' ' || n, subject, CASE WHEN hash %% 3 = 0 THEN 'ru' ELSE 'kk' END
        FROM told ORDER BY n RETURNING id, sort_key, language
    )
    INSERT INTO case_file (office_id, kind, number, applicant_id, subject, language, status, opened_at)
    SELECT %(office)s, 'personal_reception', 'T-' || id, id, sort_key, language, 'running', now()
    FROM people ORDER BY id
"""
_WORDS: Final = """
    INSERT INTO case_words (case_id, words)
    SELECT case_file.id,
           strip(to_tsvector('russian', subject)
                 || to_tsvector('simple', translate(lower(subject), %(from)s, %(to)s)))
           || array_to_tsvector(ARRAY['@' || case_file.office_id, '#т-' || case_file.id, '#' || case_file.id]
              || (SELECT array_agg(DISTINCT '~' || translate(lower(word), %(from)s, %(to)s))
                  FROM unnest(string_to_array(full_name, ' ')) AS word))
    FROM case_file JOIN applicant ON applicant.id = applicant_id
"""
_TASKS: Final = """
    INSERT INTO user_task (office_id, case_id, instance_id, engine_id, element, step, role, status, created_at, due_at,
                           assignee_id, language)
    SELECT %(office)s, cases.id, instances.id, gen_random_uuid(), 'step', 1 + n %% 13,
           CASE WHEN n %% 4 = 0 THEN 'intake_officer' ELSE 'reception_coordinator' END, 'open', now(),
           CASE WHEN n %% 10 <> 0 THEN now() + ((n %% 60 - 5) || ' days')::interval END,
           CASE WHEN n %% 3 = 0 THEN %(person)s END, language
    FROM (SELECT id, row_number() OVER (ORDER BY id DESC) AS n FROM process_instance) AS instances
    JOIN (SELECT id, language, row_number() OVER (ORDER BY id DESC) AS n FROM case_file) AS cases USING (n)
    WHERE n <= %(open)s
"""
_RECEPTIONS: Final = """
    WITH made AS (
        INSERT INTO reception_day (office_id, official_id, day, kind, mode, place_kk, place_ru, status)
        SELECT %(office)s, %(person)s, current_date + 7, 'ordinary', 'in_person', '', '', 'planned' RETURNING id
    ), slots AS (
        INSERT INTO slot (office_id, day_id, starts_at, minutes)
        SELECT %(office)s, made.id, now() + (n || ' minutes')::interval, 1 FROM made, generate_series(1, 3000) AS n
        RETURNING id
    )
    INSERT INTO booking (office_id, case_id, slot_id, seat, status, booked_at)
    SELECT %(office)s, cases.id, slots.id, 1, 'booked', now()
    FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM slots) AS slots
    JOIN (SELECT case_file.id, row_number() OVER (ORDER BY case_file.id) AS n
          FROM case_file LEFT JOIN booking ON case_id = case_file.id WHERE booking.id IS NULL) AS cases USING (n)
"""


def measure_tasks(here: Installation) -> dict[str, float]:
    """Milliseconds of the 95th percentile: of the list with its counts by views and filters, by words, as a page."""
    person = here.people[PEOPLE[0]]
    _fill(here.database, person)

    def listed(chosen: WorkFilter) -> object:
        return work_list(person, OFFICE, ROLES, chosen, personal=True)

    def page(chosen: WorkFilter) -> object:
        asked = {name: getattr(chosen, name) for name in ("view", "find", "step", "due", "sort")}
        query = {name: value for name, value in asked.items() if value} | {"language_of_case": chosen.language}
        return browser.get(f"/tasks?{urlencode(query)}")

    found = {
        "list_100k_ms": p95(listed, FILTERS, LOOKS),
        "list_100k_search_ms": p95(listed, SEARCHES, LOOKS),
    }
    browser = here.browser()  # not earlier: a kept connection must not idle for so long
    return found | {"list_100k_page_ms": p95(page, (*FILTERS, *SEARCHES), LOOKS)}


def p95(call: Callable[[Any], object], asked: Sequence[Any], rounds: int) -> float:
    """Milliseconds of the 95th percentile of calls, each asked once before."""
    took = []
    for each in asked:
        call(each)
        for _ in range(rounds):
            began = time.perf_counter()
            call(each)
            took.append(1000 * (time.perf_counter() - began))
    return statistics.quantiles(took, n=20)[-1]


def _fill(database: "psycopg.Connection[Any]", person: int) -> None:
    values = {"office": OFFICE, "open": OPEN, "person": person, "from": "әғқңөұүһіё", "to": "агкноуухие"}
    for statement in (_INSTANCES, _CASES, _WORDS, _TASKS, _RECEPTIONS):
        database.execute(statement, values)
    database.execute("VACUUM ANALYZE")


def main() -> None:
    """This page of the measurements alone."""
    with installation() as here:
        here.web()
        for name, value in measure_tasks(here).items():
            print(f"{name} {value:.1f}")


if __name__ == "__main__":
    main()
