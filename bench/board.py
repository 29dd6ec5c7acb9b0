"""What the coordinator's board costs with 2,000 open appointments, beside a page that reads nothing but who asks."""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, Final

from counting import counting, signed_in_client
from crowd import crowd
from installation import OFFICE, PEOPLE, ROOT, Installation

from app.models import Person, RoleGrant
from app.usecases.deploy import deploy
from app.usecases.transaction import transaction

OPEN: Final = 2000
KOSTANAY: Final = "kostanay"
LOOKS: Final = 20


def measure_board(here: Installation) -> dict[str, float]:
    """Milliseconds of the board's answer (median, in-process), its share of the barest page, its statements."""
    deploy(ROOT / "processes" / KOSTANAY)
    with transaction() as session:
        official = session.get_one(Person, here.people[PEOPLE[0]])
        official.office_id = KOSTANAY
        grant = {"office_id": KOSTANAY, "person_id": official.id, "valid_from": date(2020, 1, 1)}
        session.add(RoleGrant(role="reception_coordinator", **grant))
    version = here.one("SELECT max(id) FROM process_version WHERE office_id = %s", KOSTANAY)
    crowd(
        here.database,
        office=KOSTANAY,
        official=here.people[PEOPLE[0]],
        version=version,
        count=OPEN,
        now=datetime.now(UTC),
    )
    client = signed_in_client(here)
    floor = _median(lambda: client.get("/account"))
    board = _median(lambda: client.get("/reception"))
    again = client.get("/reception")
    with counting() as counted:
        client.get("/reception")
    same = _median(lambda: client.get("/reception", headers={"If-None-Match": again.headers["ETag"]}))
    with transaction() as session:
        session.get_one(Person, here.people[PEOPLE[0]]).office_id = OFFICE
    return {
        "board_2000_ms": board,
        "board_2000_ratio": board / floor,
        "board_2000_sql": counted.sql,
        "board_2000_unchanged_ms": same,
    }


def _median(ask: Callable[[], Any]) -> float:
    took = []
    for _ in range(LOOKS):
        began = time.perf_counter()
        answer = ask()
        took.append(1000 * (time.perf_counter() - began))
        assert answer.status_code in {200, 304}, answer.status_code
    return statistics.median(took)
