"""10,000 booking attempts of 20 clients for 100 places, over HTTP."""

import json
import os
from datetime import date
from pathlib import Path

import pytest

from tests.reception import at, kostanay
from tests.rush import ANSWERED, BOOKED, TAKEN, booked_twice, rush, served, slots_of_days, waiting_cases

ATTEMPTS = int(os.environ.get("ATTEMPTS", "10000"))
CLIENTS = 20
SLOTS = 100
CASES = 120
SLOWEST = float(os.environ.get("RUSH_P95", "200"))
"""Milliseconds within which 95 of 100 attempts are answered."""


@pytest.mark.soak
def test_ten_thousand_attempts_book_nobody_twice_and_tell_everybody_the_truth(database_url: str) -> None:
    """KST-BOOK, KST-S04.1: a loser is refused by one INSERT with the engine untouched; p95 within 200 ms."""
    with kostanay(database_url, at("2025-06-10")) as walk:
        slots = slots_of_days(walk, date(2025, 6, 23), days=5, each=SLOTS // 5)
        tasks = waiting_cases(walk, CASES)

        with served(database_url, walk.now) as port:
            rush(port, walk, tasks=tasks, slots=[0], clients=2, attempts=20)  # warm up: a slot that is none
            outcome = rush(port, walk, tasks=tasks, slots=slots, clients=CLIENTS, attempts=ATTEMPTS)
        twice = booked_twice(slots)

    figures = {
        "attempts": ATTEMPTS,
        **outcome.counts,
        "booked twice": len(twice),
        **{f"p{share:g}": outcome.at(share / 100) for share in (50, 95, 99)},
        "load": os.getloadavg()[0],
    }
    print(json.dumps(figures))
    if folder := os.environ.get("SOAK_FIGURES"):
        (Path(folder) / "booking_rush.json").write_text(json.dumps(figures))
    assert outcome.strange == []
    assert twice == []
    assert outcome.counts[BOOKED] == SLOTS
    assert outcome.counts[BOOKED] + outcome.counts[TAKEN] + outcome.counts[ANSWERED] == ATTEMPTS
    assert outcome.at(0.95) <= SLOWEST
