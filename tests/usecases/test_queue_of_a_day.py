"""The printed list of a day says of everybody which place she has in the queue and why."""

from collections.abc import Iterator
from datetime import date

import pytest

from app.domain import clock
from app.models.database import reading
from app.queries.reception_room import person_list, room
from app.records.bookings import book
from app.records.reception_facts import citizens_of_day
from app.usecases.transaction import transaction
from tests.reception import Walk, at, kostanay


@pytest.fixture
def walk(database_url: str) -> Iterator[Walk]:
    with kostanay(database_url, at("2025-06-10")) as walk:
        walk.reception_day(date(2025, 6, 27), slots=3)
        yield walk


def test_the_list_explains_each_place(walk: Walk) -> None:
    """KST-PRIO, KST-PRIO-3, KST-PRIO-4: B, pregnant and booked second, is first; page, paper and room agree."""
    a = walk.start()
    walk.clock.moment = at("2025-06-11")
    b = walk.start()
    with transaction() as session:
        for case, slot, category in ((a, walk.slots[0], None), (b, walk.slots[1], "pregnant")):
            now = clock.now()
            book(session, office_id="kostanay", case_id=case, slot_id=slot, now=now, priority_category=category)

    listed = person_list("kostanay", walk.day_id)
    seen = room("kostanay", walk.day_id)
    with reading() as session:
        printed = citizens_of_day(session, walk.day_id, "kk")

    assert listed is not None
    assert seen is not None
    assert [(row.turn, row.clause, row.reason.ru) for row in listed.rows] == [
        (2, "KST-PRIO", "в порядке очередности; 1-й среди остальных: заявка от 10.06.2025, 10:00"),
        (
            1,
            "KST-PRIO-3",
            "в первую очередь: беременная женщина; 1-й среди имеющих такое право: заявка от 11.06.2025, 10:00",
        ),
    ]
    assert [row.case_id for row in seen.rows] == [b, a]
    assert printed[0]["turn"] == "2"
    assert printed[1]["turn_reason"] == (
        "бірінші кезекте: жүкті әйел; осындай құқығы барлардың ішінде 1-ші: 11.06.2025, 10:00 жүгінген (KST-PRIO-3)"
    )
