"""A file of transfers is entered whole or not at all, once however often it is sent."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import select

from app.domain import clock
from app.models import CalendarDecision, History
from app.models.database import reading
from app.records.terms import office_calendar
from app.usecases.access import Actor, ForbiddenError
from app.usecases.calendar_import import TransfersRefusedError, import_transfers, importer, preview_import
from app.usecases.published import NotFoundError
from tests.usecases.small_office import OFFICE, almaty, hire, one, opened, register_request

HEAD = "day_off,moved_to,document,document_date\n"
ORDER = "Приказ № 123,2027-01-15"
FILE = f"{HEAD}2027-05-15,2027-05-11,{ORDER}\n2027-06-05,2027-06-04,{ORDER}\n".encode()


@pytest.fixture
def admin(databases, migrated_template) -> Iterator[Actor]:
    url = databases.create(template=migrated_template)
    with opened(url), clock.using(clock.StandingClock(almaty("2027-02-01"))):
        yield hire("admin", "office_admin", name="Ильяс Ахмедов")
    databases.drop(url)


def decisions() -> list[tuple[date, bool]]:
    with reading() as session:
        rows = session.scalars(select(CalendarDecision).order_by(CalendarDecision.id))
        return [(row.day, row.working) for row in rows]


def test_a_file_is_shown_first_and_then_entered_as_one_version(admin: Actor):
    seen = preview_import(FILE, by=admin)
    before = decisions()

    done = import_transfers(FILE, moving="keep", by=admin)

    assert before == []
    assert [(each.line, each.day_off) for each in seen.new] == [(2, date(2027, 5, 15)), (3, date(2027, 6, 5))]
    assert {(each.month, each.before - each.after) for each in seen.effect.months} == set()
    assert seen.effect.days == (date(2027, 5, 11), date(2027, 5, 15), date(2027, 6, 4), date(2027, 6, 5))
    assert done == 2
    assert decisions() == [
        (date(2027, 5, 15), True),
        (date(2027, 5, 11), False),
        (date(2027, 6, 5), True),
        (date(2027, 6, 4), False),
    ]
    with reading() as session:
        assert {row.version for row in session.scalars(select(CalendarDecision))} == {1}
        assert one(session, History, kind="calendar_decided").facts["imported"] == 2
        assert office_calendar(session, OFFICE).days.is_working(date(2027, 5, 15))


def test_a_file_that_was_entered_before_changes_nothing(admin: Actor):
    import_transfers(FILE, moving="keep", by=admin)
    more = FILE + f"2027-07-10,2027-07-09,{ORDER}\n".encode()

    again, seen = import_transfers(FILE, moving="keep", by=admin), preview_import(more, by=admin)

    assert again == 0
    assert len(decisions()) == 4
    assert ([each.line for each in seen.new], [each.line for each in seen.standing]) == ([4], [2, 3])


def test_a_transfer_that_the_package_knows_already_is_passed_over(admin: Actor):
    seen = preview_import(f"{HEAD}2024-05-04,2024-05-08,{ORDER}\n".encode(), by=admin)

    assert ([*seen.new], len(seen.standing), [*seen.problems]) == ([], 1, [])


def test_one_fault_keeps_the_whole_file_out_and_every_fault_is_told_at_its_line(admin: Actor):
    bad = FILE + f"2027-05-12,2027-05-13,{ORDER}\n2027-05-16,2027-05-17,,\n2027-0-1,2027-05-18,x\n".encode()

    with pytest.raises(TransfersRefusedError) as refused:
        import_transfers(bad, moving="all", by=admin)

    assert [problem.line for problem in refused.value.problems] == [4, 5, 6]
    assert "рабочий день" in refused.value.problems[0].message.ru
    assert "документ" in refused.value.problems[1].message.ru
    assert decisions() == []


def test_open_deadlines_that_would_move_are_shown(admin: Actor):
    instance = register_request(almaty("2027-05-10"))  # Mon; Tue 11, Wed 12 and Thu 13 are counted

    seen = preview_import(FILE, by=admin)

    assert [each.instance_id for each in seen.effect.moved] == [instance]


def test_only_those_who_may_change_the_calendar_enter_files(admin: Actor):
    stranger = hire("preparer", "reception_preparer", name="Дана Серік")

    with pytest.raises(ForbiddenError):
        preview_import(FILE, by=stranger)
    with pytest.raises(ForbiddenError):
        import_transfers(FILE, moving="keep", by=stranger)
    with pytest.raises(NotFoundError):
        importer("nobody")
    assert importer("admin").roles == {"office_admin"}
