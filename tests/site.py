"""The program's pages for stories that look at them."""

from typing import cast

from flask import Flask
from sqlalchemy import Engine

from app.config import Settings
from app.factory import create_app
from app.models.database import db, engine
from tests.conftest import work_with

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
