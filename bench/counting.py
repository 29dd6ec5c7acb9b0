"""How many statements and commits one request costs, counted in this process."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from installation import PASSWORD, PEOPLE, Installation
from sqlalchemy import event

from app.config import Settings
from app.factory import create_app
from app.models.database import engine


@dataclass
class Count:
    """Statements (without BEGIN, COMMIT, ROLLBACK) and commits."""

    sql: int = 0
    commits: int = 0


@contextmanager
def counting() -> Iterator[Count]:
    """Count what goes through the pool within the block."""
    found, pool = Count(), engine()

    def statement(_connection: Any, _cursor: Any, _sql: str, values: Any, _context: Any, many: bool) -> None:
        found.sql += len(values) if many else 1

    def commit(_connection: Any) -> None:
        found.commits += 1

    event.listen(pool, "before_cursor_execute", statement)
    event.listen(pool, "commit", commit)
    try:
        yield found
    finally:
        event.remove(pool, "before_cursor_execute", statement)
        event.remove(pool, "commit", commit)


def count_requests(here: Installation, fields: Mapping[str, str]) -> dict[str, float]:
    """Figures of one start and one submit, both warm."""
    app = create_app(Settings(database_url=here.url, secret_key="counted" * 5))
    client = app.test_client()
    token = _signed_in(client)
    found: dict[str, float] = {}
    for _ in range(2):  # the first time fills the caches
        with counting() as start:
            answer = client.post(
                "/api/v1/instances",
                json={"process": "bench_13"},
                headers={"Authorization": f"Bearer {here.tokens[PEOPLE[0]]}"},
            )
        assert answer.status_code == 201, answer.text
        (task,) = here.open_tasks(answer.get_json()["id"])
        with counting() as submit:
            answer = client.post(f"/tasks/{task}", data={"csrf_token": token, **fields})
        assert answer.status_code == 303, answer.text
        found = {
            "submit_sql": submit.sql,
            "submit_commits": submit.commits,
            "start_sql": start.sql,
            "start_commits": start.commits,
        }
    return found


def signed_in_client(here: Installation) -> FlaskClient:
    """The program in this process, with a person signed in."""
    client = create_app(Settings(database_url=here.url, secret_key="counted" * 5)).test_client()
    _signed_in(client)
    return client


def _signed_in(client: FlaskClient) -> str:
    fields = {"csrf_token": _token(client, "/sign-in"), "login": PEOPLE[0], "password": PASSWORD}
    answer = client.post("/sign-in", data=fields)
    assert answer.status_code == 303, answer.text
    return _token(client, "/account")  # signing in makes a new one


def _token(client: FlaskClient, path: str) -> str:
    return re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)[1]
