"""A crowd on the coordinator's desk: open requests with appointments, tasks, timers, positions and calls, in one go."""

from datetime import datetime
from typing import Any, Final

import psycopg

PER_DAY: Final = 40
_DAYS: Final = """
    INSERT INTO reception_day (office_id, official_id, day, kind, mode, place_kk, place_ru, status)
    SELECT %(office)s, %(official)s, (%(now)s::timestamptz + (n || ' days')::interval)::date, 'ordinary', 'in_person',
           'crowd', 'crowd', 'planned'
    FROM generate_series(1, %(days)s) AS n
"""
_SLOTS: Final = """
    INSERT INTO slot (office_id, day_id, starts_at, minutes, seats)
    SELECT office_id, id, (day + time '10:00') AT TIME ZONE 'Asia/Almaty' + (n * 10 || ' minutes')::interval, 10, 1
    FROM reception_day, generate_series(0, %(per_day)s - 1) AS n WHERE office_id = %(office)s AND place_ru = 'crowd'
"""
_CASES: Final = """
    WITH people AS (
        INSERT INTO applicant (office_id, kind, full_name, sort_key, phone, language)
        SELECT %(office)s, 'person', 'Жүнісова Һадиша ' || n, n, '+7 700 ' || n, 'kk'
        FROM generate_series(1, %(count)s) AS n
        RETURNING id
    )
    INSERT INTO case_file (office_id, kind, number, applicant_id, subject, language, status, opened_at)
    SELECT %(office)s, 'personal_reception', 'C-' || id, id, 'Баспана мәселесі', 'kk', 'running',
           %(now)s::timestamptz - (id %% 30 || ' days')::interval
    FROM people
"""
_REQUESTS: Final = """
    INSERT INTO reception_request (case_id, office_id, channel, received_at, registered_at, substance)
    SELECT id, office_id, 'egov', opened_at, opened_at, subject FROM case_file WHERE number LIKE 'C-%%'
"""
_INSTANCES: Final = """
    INSERT INTO process_instance (office_id, case_id, version_id, status, state, started_at)
    SELECT office_id, id, %(version)s, 'running', '', opened_at FROM case_file WHERE number LIKE 'C-%%'
"""
_BOOKINGS: Final = """
    INSERT INTO booking (office_id, case_id, slot_id, seat, status, booked_at)
    SELECT place.office_id, crowd.id, place.id, 1, 'booked', crowd.opened_at
    FROM (SELECT id, opened_at, row_number() OVER (ORDER BY id) AS n FROM case_file WHERE number LIKE 'C-%%') AS crowd
    JOIN (SELECT slot.id, slot.office_id, row_number() OVER (ORDER BY starts_at, slot.id) AS n FROM slot
          JOIN reception_day ON reception_day.id = slot.day_id WHERE place_ru = 'crowd') AS place ON place.n = crowd.n
"""
_TASKS: Final = """
    INSERT INTO user_task (office_id, case_id, instance_id, engine_id, element, step, role, status, created_at, due_at,
                           ended_at)
    SELECT instance.office_id, instance.case_id, instance.id, gen_random_uuid(), done.element, done.step, done.role,
           CASE WHEN done.step < 5 + instance.case_id %% 2 THEN 'completed' ELSE 'open' END,
           %(now)s::timestamptz - interval '2 days',
           %(now)s::timestamptz + ((instance.case_id %% 9 - 1) || ' days')::interval,
           CASE WHEN done.step < 5 + instance.case_id %% 2 THEN %(now)s::timestamptz - interval '1 day' END
    FROM process_instance AS instance
    JOIN case_file ON case_file.id = instance.case_id AND case_file.number LIKE 'C-%%'
    CROSS JOIN (VALUES ('clarify_request', 1, 'reception_preparer'), ('prepare_brief', 3, 'reception_preparer'),
        ('decide_on_reception', 3, 'dept_deputy_head'), ('register_and_notify_applicant', 4, 'reception_coordinator'),
        ('invite_state_bodies', 5, 'reception_coordinator'), ('analyse_materials', 6, 'reception_preparer'))
        AS done(element, step, role)
    WHERE done.step <= 5 + instance.case_id %% 2
"""
_JOBS: Final = """
    INSERT INTO job (office_id, kind, name, instance_id, case_id, engine_id, element, due_at)
    SELECT office_id, 'timer', 'position_overdue', id, case_id, gen_random_uuid(), 'position_overdue',
           %(now)s::timestamptz + interval '3 days' FROM process_instance
    WHERE case_id IN (SELECT id FROM case_file WHERE number LIKE 'C-%%')
"""
_CALLS: Final = """
    INSERT INTO reminder_call (office_id, case_id, booking_id, called_at, outcome)
    SELECT office_id, case_id, id, %(now)s::timestamptz - interval '3 hours', 'not_reached' FROM booking
    WHERE case_id %% 4 = 0 AND case_id IN (SELECT id FROM case_file WHERE number LIKE 'C-%%')
"""


def crowd(
    database: "psycopg.Connection[Any]", *, office: str, official: int, version: int, count: int, now: datetime
) -> None:
    """Put `count` booked requests onto the desk of an office, 40 a day from tomorrow on."""
    values = {
        "office": office,
        "official": official,
        "version": version,
        "count": count,
        "now": now,
        "days": -(-count // PER_DAY),
        "per_day": PER_DAY,
    }
    for statement in (_DAYS, _SLOTS, _CASES, _REQUESTS, _INSTANCES, _BOOKINGS, _TASKS, _JOBS, _CALLS):
        database.execute(statement, values)
    database.execute("ANALYZE")
