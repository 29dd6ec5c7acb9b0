"""A thousand filings by every channel of Kostanay at once, from four processes, two hundred and more sent twice."""

import json
import os
from pathlib import Path

import pytest

from tests.appeals import appeals_of_kostanay
from tests.filings import RIGHT, check, file_all
from tests.reception import at

FILINGS = int(os.environ.get("FILINGS", "1000"))
DELIVERIES = max(1, FILINGS // 100)


@pytest.mark.soak
def test_a_thousand_filings_are_each_there_once_numbered_without_a_gap_and_evenly_split(database_url: str) -> None:
    """KST-SRC, KST-JRN-2, KST-JRN-3, BR-12, BR-13"""
    with appeals_of_kostanay(database_url, at("2025-06-02")) as walk:
        figures = file_all(database_url, walk, total=FILINGS, repeats=FILINGS // 5, deliveries=DELIVERIES, processes=4)

        found = check(walk, total=FILINGS, deliveries=DELIVERIES)

    print(json.dumps(figures | found, ensure_ascii=False))
    if folder := os.environ.get("SOAK_FIGURES"):
        (Path(folder) / "filings.json").write_text(json.dumps(figures | found, ensure_ascii=False))
    assert figures["faults"] == []
    assert {name: found[name] for name in RIGHT} == RIGHT
    assert set(found["by source"].values()) == {FILINGS // 5}
    assert found["loads apart"] <= 1
