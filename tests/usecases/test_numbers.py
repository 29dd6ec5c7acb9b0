"""Through numbers of the registers: no gaps, no doubles, whatever happens at the same time (KST-JRN-2)."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from app.domain import clock
from app.models import RegisterEntry
from app.models.database import reading
from app.records.numbers import UnknownRegisterError, enter, void
from app.usecases.transaction import transaction
from tests.reception import Walk, at, kostanay

THREADS, ENTRIES = 20, 50


@pytest.fixture
def walk(database_url: str) -> Iterator[Walk]:
    with kostanay(database_url, at("2025-12-31", "23:00")) as walk:
        yield walk


def take(register: str = "R-EDMS", *, fail: bool = False, moment: str | None = None) -> str:
    with transaction() as session:
        now = at(*moment.split()) if moment else clock.now()
        label = enter(session, office_id="kostanay", register=register, now=now, case_id=None).label
        if fail:
            raise ZeroDivisionError
        return label


def labels(register: str) -> list[str]:
    with reading() as session:
        query = select(RegisterEntry.label).where(RegisterEntry.register == register).order_by(RegisterEntry.id)
        return list(session.scalars(query))


def test_twenty_at_once_take_a_thousand_numbers_without_gap_or_double(walk: Walk) -> None:
    """KST-JRN-2"""

    def take_many(_: int) -> list[str]:
        return [take("R-PROTOCOL", moment="2025-06-03 10:00") for _ in range(ENTRIES)]

    with ThreadPoolExecutor(THREADS) as pool:
        taken = [label for each in pool.map(take_many, range(THREADS)) for label in each]

    assert sorted(taken) == sorted(f"ПР-{number:03d}/2025" for number in range(1, THREADS * ENTRIES + 1))


def test_a_number_taken_in_vain_goes_to_the_next(walk: Walk) -> None:
    first = take()

    with pytest.raises(ZeroDivisionError):
        take(fail=True)

    assert (first, take()) == ("ЛП-0001/2025", "ЛП-0002/2025")


def test_counting_begins_anew_with_the_year_on_the_office_s_clock(walk: Walk) -> None:
    assert take("R-ARCHIVE", moment="2025-12-31 23:59") == "А-0001/2025"
    assert take("R-ARCHIVE", moment="2026-01-01 00:00") == "А-0001/2026"
    assert take("R-ARCHIVE", moment="2025-12-31 23:59") == "А-0002/2025"


def test_a_voided_entry_keeps_its_number(walk: Walk) -> None:
    take("R-RECEPTION")
    with transaction() as session:
        entry = session.scalars(select(RegisterEntry).where(RegisterEntry.register == "R-RECEPTION")).one()
        void(session, entry.id, reason="Қате жазылды", now=clock.now())

    take("R-RECEPTION")

    assert labels("R-RECEPTION") == ["1/2025", "2/2025"]


def test_an_unknown_register_is_refused(walk: Walk) -> None:
    with pytest.raises(UnknownRegisterError):
        take("R-NOBODY")
