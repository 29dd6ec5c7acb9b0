"""The task list: what it counts, in which order it stands, and what a search finds for whom."""

from collections.abc import Iterator
from datetime import date, time
from typing import Any

import pytest

from app.models import Booking, Case, CaseWords, Office, OfficeHoursRow
from app.models.database import reading
from app.queries import word_search
from app.queries.open_tasks import VIEWS, WorkFilter
from app.queries.worklist import WorkList, work_list
from app.usecases.access import Actor
from app.usecases.rebuild import rebuild_projections
from app.usecases.tasks import claim
from app.usecases.transaction import transaction
from tests.reception import Walk, at, kostanay

ROOF = {"full_name": "Ковалёва Светлана Петровна", "phone": "+7 705 765 43 21", "applicant_language": "ru"}


@pytest.fixture
def walk(database_url: str) -> Iterator[Walk]:
    """Two requests that wait for step 1 on Tuesday 3 June 2025: of Ержан in Kazakh, of Светлана in Russian."""
    with kostanay(database_url, at("2025-06-03")) as walk:
        walk.start()
        walk.start(**ROOF, substance="Протекает крыша дома.")
        yield walk


def listed(by: Actor, **chosen: Any) -> WorkList:
    chosen = {"view": "group", **chosen}
    sees = by.may("personal_data.see")
    return work_list(by.id, by.office_id, sorted(by.roles), WorkFilter(**chosen), personal=sees)


def of_whom(by: Actor, **chosen: Any) -> list[str]:
    """First names of the applicants on the list."""
    return [row.applicant.split()[1] for row in listed(by, **chosen).rows]


def preparer(walk: Walk) -> Actor:
    return walk.actor("reception_preparer")


SEARCHES = {
    "көшіру": ["Ержан"],
    "коширу мерз": ["Ержан"],
    "крыши": ["Светлана"],
    "Ковалева крыша": ["Светлана"],
    "dosmagambetov": ["Ержан"],
    "Ержан крыша": [],
    "8 705 765 43 21": ["Светлана"],
    "рыша": [],
}


def test_a_task_is_found_by_subject_number_and_applicant_of_its_case(walk: Walk) -> None:
    with reading() as session:
        number = session.get_one(Case, walk.case_id).number

    assert {search: of_whom(preparer(walk), find=search) for search in SEARCHES} == SEARCHES
    assert number is not None
    assert of_whom(preparer(walk), find=number) == ["Светлана"]


@pytest.mark.parametrize(
    "limits",
    [
        pytest.param({"_LOOKED_AT": 1, "_COMMON": 9}, id="by the index of words"),
        pytest.param({"_LOOKED_AT": 1, "_COMMON": 0}, id="common words, one by one"),
        pytest.param({"_LOOKED_AT": 1, "_COMMON": 9, "_COLLECTED": 0}, id="too many cases elsewhere, one by one"),
    ],
)
def test_each_way_of_searching_finds_the_same(
    walk: Walk, limits: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, limit in limits.items():
        monkeypatch.setattr(word_search, name, limit)

    assert {search: of_whom(preparer(walk), find=search) for search in SEARCHES} == SEARCHES


def test_a_search_that_finds_much_says_that_there_is_more(walk: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_search, "COUNTED", 1)
    monkeypatch.setattr("app.queries.open_tasks.COUNTED", 1)

    walk.start(**ROOF, substance="Крыша протекает снова.")

    found = listed(preparer(walk), find="крыша")

    assert (found.total, found.more, len(found.rows)) == (1, True, 2)


def test_nobody_finds_what_she_may_not_work_on_or_whose_name_she_may_not_see(walk: Walk) -> None:
    with transaction() as session:
        session.add(Office(id="elsewhere", name_kk="", name_ru="", name_en="", zone="Asia/Almaty", settings={}))
        session.flush()
        hours = {"opens": time(9), "closes": time(18), "entered_at": walk.now}
        session.add(OfficeHoursRow(office_id="elsewhere", valid_from=date(2020, 1, 1), **hours))
    stranger = Actor(1, "elsewhere", "Чужой", "ru", frozenset({"reception_preparer"}))
    other_role = walk.actor("controller")
    known = preparer(walk)

    assert [of_whom(by, find="крыша") for by in (stranger, other_role)] == [[], []]
    chosen = WorkFilter(view="group", find="Ковалёва")
    assert work_list(known.id, "kostanay", sorted(known.roles), chosen, personal=False).rows == []


def test_every_view_and_filter_counts_what_it_shows(walk: Walk) -> None:
    clerk, other = preparer(walk), walk.actor("controller")
    claim(walk.task("clarify_request").id, by=clerk)
    walk.start()
    walk.pass_time_to(at("2025-06-05", "09:00"))
    filters = ({"step": 1}, {"step": 2}, {"due": "week"}, {"due": "none"}, {"language": "kk"}, {"language": "ru"})

    for by in (clerk, other):
        whole = listed(by)
        for view in VIEWS:
            assert whole.counts[view] == len(listed(by, view=view).rows) == listed(by, view=view).total
        for chosen in (*filters, {"role": "reception_preparer"}, {"role": "controller"}):
            assert listed(by, **chosen).total == len(listed(by, **chosen).rows)
    assert whole.counts == dict.fromkeys(VIEWS, 0)
    assert listed(clerk).counts["group"] == 3
    assert of_whom(clerk, language="ru") == ["Светлана"]


def test_the_language_of_a_task_is_that_of_its_case(walk: Walk) -> None:
    with transaction() as session:
        session.get_one(Case, walk.case_id).language = "kk"

    assert of_whom(preparer(walk), language="kk") == ["Ержан", "Светлана"]
    assert of_whom(preparer(walk), language="ru") == []


def test_by_reception_those_with_an_appointment_come_first_and_pages_follow(walk: Walk) -> None:
    walk.start(full_name="Ким Олег")
    (slot, *_) = walk.reception_day(at("2025-06-27").date())
    with transaction() as session:
        session.add(
            Booking(
                office_id="kostanay",
                case_id=walk.case_id,
                slot_id=slot,
                seat=1,
                status="booked",
                booked_at=walk.now,
            )
        )
    order = listed(preparer(walk), sort="reception").rows
    keys = [f"{row.reception_at.isoformat() if row.reception_at else ''}~{row.id}" for row in order]

    assert [row.applicant.split()[1] for row in order] == ["Олег", "Ержан", "Светлана"]
    assert [of_whom(preparer(walk), sort="reception", after=key) for key in keys] == [
        ["Ержан", "Светлана"],
        ["Светлана"],
        [],
    ]


def test_words_can_be_made_anew(walk: Walk) -> None:
    with transaction() as session:
        session.query(CaseWords).delete()

    rebuild_projections(now=walk.now)

    assert of_whom(preparer(walk), find="крыша") == ["Светлана"]
