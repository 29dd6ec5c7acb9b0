"""What the task list costs when 100,000 tasks are open."""

import statistics
import time
from typing import Any, Final

import psycopg
from installation import OFFICE, PEOPLE, ROLES, Installation

from app.queries.open_tasks import WorkFilter
from app.queries.worklist import work_list

OPEN: Final = 100_000
LOOKS: Final = 5
FILTERS: Final = (
    WorkFilter(),
    WorkFilter(view="late"),
    WorkFilter(view="group", step=5),
    WorkFilter(due="week"),
    WorkFilter(view="group", sort="new"),
)
_INSTANCES: Final = """
    INSERT INTO process_instance (office_id, version_id, status, state, started_at)
    SELECT %(office)s, (SELECT max(id) FROM process_version WHERE office_id = %(office)s), 'running', '', now()
    FROM generate_series(1, %(open)s)
"""
_CASES: Final = """
    WITH people AS (
        INSERT INTO applicant (office_id, kind, full_name, sort_key, language)
        SELECT %(office)s, 'person', 'Жүнісова Һадиша ' || n, n, 'kk' FROM generate_series(1, %(open)s) AS n
        RETURNING id
    )
    INSERT INTO case_file (office_id, kind, number, applicant_id, subject, language, status, opened_at)
    SELECT %(office)s, 'personal_reception', 'T-' || id, id, 'Баспана мәселесі', 'kk', 'running', now() FROM people
"""
_TASKS: Final = """
    INSERT INTO user_task (office_id, case_id, instance_id, engine_id, element, step, role, status, created_at, due_at,
                           assignee_id)
    SELECT %(office)s, cases.id, instances.id, gen_random_uuid(), 'step', 1 + n %% 13,
           CASE WHEN n %% 4 = 0 THEN 'intake_officer' ELSE 'reception_coordinator' END, 'open', now(),
           CASE WHEN n %% 10 <> 0 THEN now() + ((n %% 60 - 5) || ' days')::interval END,
           CASE WHEN n %% 3 = 0 THEN %(person)s END
    FROM (SELECT id, row_number() OVER (ORDER BY id DESC) AS n FROM process_instance) AS instances
    JOIN (SELECT id, row_number() OVER (ORDER BY id DESC) AS n FROM case_file) AS cases USING (n)
    WHERE n <= %(open)s
"""


def measure_tasks(here: Installation) -> dict[str, float]:
    """Milliseconds of the 95th percentile of the list with its counts, by several views and filters."""
    person = here.people[PEOPLE[0]]
    _fill(here.database, person)
    took = []
    for chosen in FILTERS:
        work_list(person, OFFICE, ROLES, chosen)  # warm
        for _ in range(LOOKS):
            began = time.perf_counter()
            work_list(person, OFFICE, ROLES, chosen)
            took.append(1000 * (time.perf_counter() - began))
    return {"list_100k_p95_ms": statistics.quantiles(took, n=20)[-1]}


def _fill(database: "psycopg.Connection[Any]", person: int) -> None:
    values = {"office": OFFICE, "open": OPEN, "person": person}
    for statement in (_INSTANCES, _CASES, _TASKS):
        database.execute(statement, values)
    database.execute("VACUUM ANALYZE")
