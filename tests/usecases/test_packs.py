"""Folders of materials: contents with pages, then brief, positions and history of each; made anew when stale."""

from collections.abc import Iterator
from datetime import date
from io import BytesIO

import pytest
from pypdf import PdfReader

from app.models import MaterialsPack
from app.models.database import reading
from app.queries.documents import stored_file
from app.queries.packs import PackRow, pack, packs_of_day
from app.usecases import bulk
from app.usecases.access import ForbiddenError
from app.usecases.bulk import Order
from app.usecases.packs import NoRequestsError, ask_for_pack
from app.usecases.published import NotFoundError
from tests.reception import Walk, at, kostanay


@pytest.fixture
def walk(database_url: str) -> Iterator[Walk]:
    with kostanay(database_url, at("2025-06-03")) as found:
        found.reception_day(date(2025, 6, 27))
        yield found


def prepared(walk: Walk, *names: str) -> list[int]:
    slots, cases = list(walk.slots), []
    for number, name in enumerate(names):
        walk.slots = [slots[number]]
        walk.start(full_name=name)
        walk.play(until="analyse_materials")
        cases.append(walk.case_id)
    return cases


def shown(pack_id: int) -> PackRow:
    found = pack("kostanay", pack_id)
    assert found is not None
    return found


def pages(pack_id: int) -> list[str]:
    file = stored_file(shown(pack_id).file_id or 0, office_id="kostanay")
    assert file is not None
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(b"".join(file))).pages]


def test_the_folder_of_a_day_holds_brief_positions_and_history_of_everybody_with_pages_in_its_contents(
    walk: Walk,
) -> None:
    """KST-S08: the materials of everybody booked, for the leadership."""
    prepared(walk, "Бірінші Адам", "Екінші Адам")
    by = walk.actor("reception_coordinator")

    asked = ask_for_pack(day_id=walk.day_id, language="ru", by=by)
    waiting = shown(asked)
    walk.work()
    sheets = pages(asked)

    assert (waiting.status, waiting.done, waiting.total) == ("waiting", 0, 2)
    ready = shown(asked)
    assert (ready.status, ready.done, ready.stale) == ("ready", 2, False)
    assert "Материалы к личному приёму" in sheets[0]
    assert "27.06.2025" in sheets[0]
    for number, name in ((1, "Бірінші Адам"), (2, "Екінші Адам")):
        page = next(place for place, sheet in enumerate(sheets[1:], 2) if f"{number}. 1" in sheet and name in sheet)
        entry = sheets[0].index(name)
        assert f" {page}" in sheets[0][entry : entry + 200]
    whole = " ".join(sheets)
    assert whole.count("Үй апатты деп танылған.") == 2
    assert whole.count("Үй апатты, көшіру жоспарға енгізілді.") == 4
    assert "Подготовить справку с предложением" in whole


def test_a_true_folder_is_given_again_and_a_stale_one_is_made_anew(walk: Walk) -> None:
    prepared(walk, "Бірінші Адам")
    by = walk.actor("reception_coordinator")
    first = ask_for_pack(day_id=walk.day_id, language="kk", by=by)
    same = ask_for_pack(day_id=walk.day_id, language="kk", by=by)
    walk.work()
    true = ask_for_pack(day_id=walk.day_id, language="kk", by=by)

    walk.complete("analyse_materials", materials_quality="good")
    stale = shown(first).stale
    anew = ask_for_pack(day_id=walk.day_id, language="kk", by=by)
    walk.work()

    assert same == true == first
    assert stale
    assert anew != first
    listed = packs_of_day("kostanay", walk.day_id)
    assert listed is not None
    assert [(row.id, row.stale) for row in listed.rows] == [(anew, False), (first, True)]
    assert "Материалдарды" in " ".join(pages(anew)) or "талдау" in " ".join(pages(anew)).lower()


def test_the_folder_of_one_request_holds_that_one_alone(walk: Walk) -> None:
    first, _ = prepared(walk, "Бірінші Адам", "Екінші Адам")

    asked = ask_for_pack(day_id=walk.day_id, case_ids=[first], language="kk", by=walk.actor("leadership"))
    walk.work()

    whole = " ".join(pages(asked))
    assert "Бірінші Адам" in whole
    assert "Екінші Адам" not in whole


def test_several_folders_are_asked_for_together_and_taken_back(walk: Walk) -> None:
    cases = prepared(walk, "Бірінші Адам", "Екінші Адам")
    by = walk.actor("reception_coordinator")

    act = bulk.print_all(cases, Order(template="ru"), by=by)
    back = bulk.take_back(act, by=by)
    walk.work()

    assert back == 2
    with reading() as session:
        (row,) = session.query(MaterialsPack).all()
    assert (row.status, row.file_id) == ("cancelled", None)


def test_a_day_without_anybody_and_a_strangers_day_give_no_folder(walk: Walk) -> None:
    with pytest.raises(NoRequestsError):
        ask_for_pack(day_id=walk.day_id, language="ru", by=walk.actor("leadership"))
    with pytest.raises(NotFoundError):
        ask_for_pack(day_id=99999, language="ru", by=walk.actor("leadership"))
    with pytest.raises(ForbiddenError):
        ask_for_pack(day_id=walk.day_id, language="ru", by=walk.actor("office_admin"))
