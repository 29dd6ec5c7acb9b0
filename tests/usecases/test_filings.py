"""Filings by every channel at once: sixty of them; a thousand stand in tests/soak."""

from tests.appeals import appeals_of_kostanay
from tests.filings import RIGHT, check, file_all
from tests.reception import at


def test_kst_jrn_2_sixty_filings_by_all_channels_at_once_are_each_there_once_and_evenly_split(
    database_url: str,
) -> None:
    """KST-SRC, KST-JRN-2, KST-JRN-3, BR-12, BR-13: twelve by each of the channels, twelve submissions twice."""
    with appeals_of_kostanay(database_url, at("2025-06-02")) as walk:
        figures = file_all(database_url, walk, total=60, repeats=12, deliveries=1, processes=2)

        found = check(walk, total=60, deliveries=1)

    assert figures["faults"] == []
    assert {name: found[name] for name in RIGHT} == RIGHT
    assert found["by source"] == dict.fromkeys(("egov", "hand", "kazpost", "portal", "president_reception"), 12)
    assert found["loads apart"] == 0
