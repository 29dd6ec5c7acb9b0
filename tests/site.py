"""The program's pages for stories that look at them, and what a page costs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, cast

from flask import Flask
from sqlalchemy import Engine, event, select
from werkzeug.test import TestResponse

from app.config import Settings
from app.domain import clock
from app.factory import create_app
from app.models import Case, UserTask
from app.models.database import db, engine, reading
from app.records.case_rows import case_rows
from app.records.facts import facts_of
from tests.conftest import work_with

MOST_STATEMENTS: Final = 20
_made: list[Flask] = []


def site_over(database_url: str) -> Flask:
    """The pages over this database. They are made once a process, as their hundreds of addresses are the same."""
    if not _made:
        _made.append(create_app(Settings(database_url=database_url, secret_key="k" * 32)))
    else:
        work_with(database_url)
        with _made[0].app_context():
            cast(dict[str | None, Engine], db.engines)[None] = engine()
    _made[0].config["WTF_CSRF_ENABLED"] = True
    return _made[0]


@contextmanager
def heard() -> Iterator[list[str]]:
    """The statements that read within the block: those of the test's own sign-in write."""
    said: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "INSERT INTO" not in statement:
            said.append(statement)

    event.listen(engine(), "before_cursor_execute", hear)
    try:
        yield said
    finally:
        event.remove(engine(), "before_cursor_execute", hear)


def dear_pages(get: Callable[[str], TestResponse]) -> dict[str, int]:
    """The pages of every case and task of the database that take more than 20 statements, who asks among them."""
    with reading() as session:
        cases = [f"/cases/{each}" for each in session.scalars(select(Case.id))]
        tasks = [f"/tasks/{each}" for each in session.scalars(select(UserTask.id))]
    cost = {path: _cost(get, path) for path in (*cases, *tasks)}
    dear = {path: _cost(get, path) for path, count in cost.items() if count > MOST_STATEMENTS}
    assert tasks, "there is nothing to open"
    return {path: count for path, count in dear.items() if count > MOST_STATEMENTS}


def _cost(get: Callable[[str], TestResponse], path: str) -> int:
    """Whoever is first pays for the version besides, which is read once a process."""
    with heard() as said:
        assert get(path).status_code == 200, path
    return len(said)


def told_otherwise(case_id: int) -> set[str]:
    """The facts of a case that are not the same alone, as a page or a form asks for them, as among all: none."""
    with reading() as session:
        rows, now = case_rows(session, case_id), clock.now()
        whole = facts_of(session, rows, "ru", now)
        return {name for name in whole if facts_of(session, rows, "ru", now, only={name}).get(name) != whole[name]}
