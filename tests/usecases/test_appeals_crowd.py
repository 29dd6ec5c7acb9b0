"""The large data of the bench fit the tables as they are now."""

import psycopg
import pytest
from sqlalchemy import func, select

from app.models import AppealLine, CaseWords
from app.models.database import reading
from bench import appeals_crowd
from tests.reception import at, kostanay


def test_a_crowd_of_appeals_has_a_line_and_words_for_each(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(appeals_crowd, "PEOPLE", 6)
    with kostanay(database_url, at("2025-06-03")) as walk:
        with psycopg.connect(database_url, autocommit=True) as database:
            appeals_crowd.crowd_of_appeals(database, office=walk.office, now=walk.now)

        with reading() as session:
            lines = session.scalars(select(AppealLine.district)).all()
            words = session.scalar(select(func.count()).select_from(CaseWords))

    assert len(lines) == words == 6 * appeals_crowd.EACH
    assert all(lines)
