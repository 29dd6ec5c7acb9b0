"""The seal over the history: whatever is changed, left out or added afterwards is found."""

from collections.abc import Iterator

import pytest
from sqlalchemy import func, select, text

from app.models import History
from app.models.database import engine, reading
from app.usecases.seal import seal, verify
from app.usecases.transaction import transaction
from tests.reception import Walk, at, kostanay


@pytest.fixture
def walk(database_url: str) -> Iterator[Walk]:
    """A case of which every event is sealed."""
    with kostanay(database_url, at("2025-06-03")) as walk:
        walk.start()
        walk.complete("clarify_request", substance_stated="no")
        while seal():
            pass
        yield walk


def rows() -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(History)) or 0


def tamper(statement: str) -> None:
    with transaction() as session:
        session.execute(text(statement))


def test_a_history_that_nobody_touched_verifies(walk: Walk) -> None:
    verdict = verify()

    assert (verdict.sealed, verdict.unsealed, verdict.broken_at) == (rows(), 0, None)
    assert verdict.sealed > 5
    assert seal() == 0


def test_what_happened_since_the_last_seal_is_reported_as_a_tail(walk: Walk) -> None:
    sealed = verify().sealed
    walk.start()

    verdict = verify()

    assert (verdict.sealed, verdict.unsealed) == (sealed, rows() - sealed)
    assert verdict.unsealed > 0
    assert verdict.broken_at is None


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("UPDATE history SET at = at + interval '1 hour' WHERE seal_number = 3", "facts differ"),
        (
            """
            UPDATE history SET person_id = person_id + 1
            WHERE seal_number = (SELECT min(seal_number) FROM history WHERE person_id > 0)
            """,
            "facts differ",
        ),
        ("UPDATE history SET facts = facts || '{\"x\": 1}' WHERE seal_number = 4", "facts differ"),
        (
            """
            UPDATE history_payload SET payload = payload || '{"x": 1}'
            WHERE history_id = (SELECT min(history_id) FROM history_payload)
            """,
            "payload differs",
        ),
        ("UPDATE history SET seal = '\\x00' WHERE seal_number = 3", "seal does not follow"),
        ("UPDATE history SET seal = NULL, seal_number = NULL WHERE seal_number = 3", "missing"),
        (
            """
            UPDATE history SET seal = NULL, seal_number = NULL
            WHERE seal_number = (SELECT max(seal_number) FROM history)
            """,
            "shorter",
        ),
    ],
    ids=["time", "person", "facts", "payload", "seal", "taken out", "cut off"],
)
def test_tampering_is_found(walk: Walk, statement: str, reason: str) -> None:
    tamper(statement)

    assert reason in (verify().reason or "")


def test_a_row_that_is_deleted_is_missed(walk: Walk) -> None:
    tamper("DELETE FROM history_payload WHERE history_id IN (SELECT id FROM history WHERE seal_number = 2)")
    tamper("DELETE FROM history WHERE seal_number = 2")

    verdict = verify()

    assert verdict.sealed == 1
    assert "missing" in (verdict.reason or "")


def test_emptied_personal_data_leave_the_chain_whole(walk: Walk) -> None:
    tamper("UPDATE history_payload SET payload = '{}'")

    assert verify().broken_at is None


def test_rows_that_may_still_be_overtaken_wait_for_their_seal(walk: Walk) -> None:
    walk.work()
    with engine().connect() as slow:
        slow.execute(text("CREATE TEMPORARY TABLE busy (id int)"))  # a transaction with a number, still open
        walk.start()
        before = verify().unsealed
        seal()
        while_open = verify().unsealed
        slow.rollback()
    seal()

    assert while_open == before > 0
    assert verify().unsealed == 0
