"""Somebody of the leadership cannot receive on the unified day: the list, its publication and those booked follow."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from app.models import Booking, Message, Person, ProcessInstance, ProcessVersion, ReceptionDay, RoleGrant, Slot
from app.models.database import reading
from app.queries.public_schedule import public_schedule
from app.usecases.tasks import InvalidAnswersError, complete_user_task
from app.usecases.transaction import transaction
from app.usecases.unavailability import Notice, report
from tests.reception import Walk, at, kostanay, shown
from tests.schedule import Schedule

FRIDAY = date(2025, 6, 27)


@pytest.fixture
def walk(database_url: str) -> Iterator[Walk]:
    """Tuesday 3 June 2025 in Kostanay, where the akim and two more of the leadership receive."""
    with kostanay(database_url, at("2025-06-03")) as walk:
        for login, name in (("first_deputy", "Бірінші Орынбасар"), ("second_deputy", "Екінші Орынбасар")):
            walk.people[login] = of_the_leadership(login, name)
        yield walk
        with transaction() as session:
            for login in ("first_deputy", "second_deputy"):
                session.get_one(Person, walk.people[login]).active = False


@pytest.fixture
def desk(walk: Walk) -> Schedule:
    """The unified day of Friday 27 June is created for all three and waits to be confirmed."""
    desk = Schedule(walk)
    desk.begin("unified_reception_day", "month_ahead")
    return desk


def of_the_leadership(login: str, name: str) -> int:
    with transaction() as session:
        known = session.scalars(select(Person).where(Person.login == login)).first()
        if known is not None:
            known.active = True
            return known.id
        row = Person(
            office_id="kostanay",
            login=login,
            full_name=name,
            sort_key=login,
            language="kk",
            email=f"{login}@example.test",
            preferences={},
        )
        session.add(row)
        session.flush()
        session.add(RoleGrant(office_id="kostanay", person_id=row.id, role="leadership", valid_from=date(2019, 1, 1)))
        return row.id


def confirm(desk: Schedule, *officials: str) -> None:
    people = [str(desk.walk.people[each]) for each in officials]
    desk.answer("confirm_unified_day", unified_on="2025-06-27", unified_officials=people, unified_place="akimat")


def confirm_all(desk: Schedule) -> None:
    confirm(desk, "leadership", "first_deputy", "second_deputy")


def day_of(walk: Walk, official: str) -> ReceptionDay:
    with reading() as session:
        wanted = select(ReceptionDay).where(
            ReceptionDay.official_id == walk.people[official],
            ReceptionDay.day.between(date(2025, 6, 1), date(2025, 6, 30)),
        )
        return session.scalars(wanted).one()


def book_with(walk: Walk, official: str) -> int:
    """Somebody has the first place of this official's list."""
    walk.day_id, walk.receiver = day_of(walk, official).id, official
    with reading() as session:
        walk.slots = list(session.scalars(select(Slot.id).where(Slot.day_id == walk.day_id).order_by(Slot.starts_at)))
    walk.start()
    walk.play("analyse_materials")
    return walk.case_id


def give_up(walk: Walk, official: str, cause: str = "incapacity") -> None:
    report(Notice(day_of(walk, official).id, cause), by=walk.actor("reception_coordinator"))
    walk.work()


def decide(walk: Walk, **answers: Any) -> None:
    """The coordinator decides on the notice that came first."""
    desk = Schedule(walk)
    first = min(desk.open("replace_receiver"))
    complete_user_task(first, answers=answers, by=walk.actor("reception_coordinator"))
    walk.work()


def shown_list(walk: Walk) -> list[tuple[str, str]]:
    """Who stands in the public list of the unified day, and whether she receives, by name."""
    found = public_schedule("kostanay", FRIDAY)
    assert found is not None
    return sorted((each.full_name, day.status) for each in found.officials for day in each.days)


def running(process: str) -> int:
    with reading() as session:
        return len(
            session.scalars(
                select(ProcessInstance.id)
                .join(ProcessVersion, ProcessVersion.id == ProcessInstance.version_id)
                .where(ProcessVersion.process_key == process)
            ).all()
        )


def test_the_list_of_the_unified_day_gets_a_substitute_and_a_new_edition(desk: Schedule) -> None:
    """KST-DAY, KST-S07.2: the first deputy is ill; one who is not in the list receives for her, at her hours"""
    walk = desk.walk
    confirm(desk, "leadership", "first_deputy")
    case_id = book_with(walk, "first_deputy")
    walk.pass_time_to(at("2025-06-24", "09:30"))
    edition = desk.period(date(2025, 6, 1)).edition

    give_up(walk, "first_deputy")
    form = desk.shows("replace_receiver", "reception_coordinator")
    due = desk.task("replace_receiver").due_at
    decide(walk, decision="other_official", new_official_id=str(walk.people["second_deputy"]))

    assert running("official_unavailable") == 0, "the unified day keeps its own list"
    assert "Бірінші Орынбасар" in form
    assert due is not None
    assert shown_list(walk) == [("Екінші Орынбасар", "planned"), ("Тұлға leadership", "planned")]
    assert desk.period(date(2025, 6, 1)).edition == edition + 1
    walk.case_id = case_id
    (letter,) = walk.letters("schedule_changed")
    assert "Екінші Орынбасар" in letter.body
    assert shown(letter.sent_at) == "2025-06-24 09:30"


def test_one_of_the_leadership_receives_for_another_after_his_own_list(desk: Schedule) -> None:
    """KST-DAY-1, KST-S07.2: all of them receive from 10:00 to 13:00, so it must be stated"""
    walk = desk.walk
    confirm_all(desk)
    case_id = book_with(walk, "first_deputy")
    give_up(walk, "first_deputy", "trip")
    asked = {"decision": "other_official", "new_official_id": str(walk.people["second_deputy"])}

    with pytest.raises(InvalidAnswersError) as refused:
        decide(walk, **asked)
    decide(walk, **asked, after_own=True)

    assert "принимает сам (10:00–13:00)" in refused.value.errors["new_official_id"].ru
    with reading() as session:
        [(official, begins)] = session.execute(
            select(ReceptionDay.official_id, Slot.starts_at)
            .join(Slot, Slot.day_id == ReceptionDay.id)
            .join(Booking, Booking.slot_id == Slot.id)
            .where(Booking.case_id == case_id)
        ).all()
    assert (official, shown(begins)) == (walk.people["second_deputy"], "2025-06-27 14:30")
    assert ("Бірінші Орынбасар", "cancelled") in shown_list(walk)
    walk.case_id = case_id
    assert "14:30" in walk.letters("schedule_changed")[0].body


def test_an_official_whom_nobody_replaces_stands_in_the_list_as_one_who_does_not_receive(desk: Schedule) -> None:
    """KST-DAY: possible while nobody is booked"""
    walk = desk.walk
    confirm_all(desk)
    give_up(walk, "first_deputy")

    decide(walk, decision="withdraw")

    assert shown_list(walk) == [
        ("Бірінші Орынбасар", "cancelled"),
        ("Екінші Орынбасар", "planned"),
        ("Тұлға leadership", "planned"),
    ]
    assert desk.period(date(2025, 6, 1)).edition == 2


def test_several_officials_fall_out_and_each_notice_is_decided_on_its_own(desk: Schedule) -> None:
    """KST-DAY, KST-S07.2: the second notice comes before the first is decided"""
    walk = desk.walk
    confirm_all(desk)
    give_up(walk, "first_deputy")
    give_up(walk, "leadership", "trip")

    decide(walk, decision="withdraw")
    decide(walk, decision="other_date", new_date="2025-06-30")

    found = {each: day_of(walk, each) for each in ("first_deputy", "leadership", "second_deputy")}
    assert {each: (day.status, day.day.day) for each, day in found.items()} == {
        "first_deputy": ("cancelled", 27),
        "leadership": ("planned", 30),
        "second_deputy": ("planned", 27),
    }
    assert desk.waiting() == []


def test_who_falls_out_before_the_day_is_confirmed_is_not_proposed_any_more(desk: Schedule) -> None:
    """KST-DAY: nothing is public yet, so there is nothing to publish anew"""
    walk = desk.walk
    give_up(walk, "first_deputy")

    decide(walk, decision="withdraw")
    form = desk.ticked("confirm_unified_day", "unified_officials", "reception_coordinator")
    confirm(desk, "leadership", "second_deputy")

    assert sorted(form) == sorted(str(walk.people[each]) for each in ("leadership", "second_deputy"))
    assert shown_list(walk) == [("Екінші Орынбасар", "planned"), ("Тұлға leadership", "planned")]
    assert desk.period(date(2025, 6, 1)).edition == 1


def test_a_notice_on_the_unified_day_itself_is_urgent_and_those_booked_are_phoned(desk: Schedule) -> None:
    """KST-S07.2"""
    walk = desk.walk
    confirm_all(desk)
    case_id = book_with(walk, "first_deputy")
    walk.play("check_in")
    walk.pass_time_to(at("2025-06-27", "09:10"))

    give_up(walk, "first_deputy")
    due = desk.task("replace_receiver").due_at
    decide(walk, decision="other_official", new_official_id=str(walk.people["second_deputy"]), after_own=True)
    to_phone = desk.shows("phone_booked", "reception_coordinator")
    desk.answer("phone_booked", all_phoned=True, phone_remarks="")

    assert due is not None
    assert shown(due) == "2025-06-27 09:40"
    assert "+77771234567" in to_phone
    walk.case_id = case_id
    assert len(walk.letters("schedule_changed")) == 1


def test_the_unified_day_is_closed_with_the_numbers_of_those_who_were_replaced(desk: Schedule) -> None:
    """KST-DAY"""
    walk = desk.walk
    confirm_all(desk)
    book_with(walk, "first_deputy")
    give_up(walk, "first_deputy")
    decide(walk, decision="other_official", new_official_id=str(walk.people["second_deputy"]), after_own=True)
    walk.play("issue_protocol")

    walk.pass_time_to(at("2025-06-27", "19:00"))
    desk.answer("close_unified_day", received_count=1, not_received_count=0)

    assert desk.editions()[-1]["received"] == 1
    found = {each: day_of(walk, each).status for each in ("first_deputy", "leadership", "second_deputy")}
    assert found == {"first_deputy": "cancelled", "leadership": "held", "second_deputy": "held"}


def test_an_ordinary_day_and_a_month_without_a_running_unified_day_go_their_own_way(walk: Walk) -> None:
    """KST-S07.2: a day called unified that no process keeps is decided on by `official_unavailable`"""
    desk = Schedule(walk)
    desk.begin("unified_reception_day", "month_ahead")
    desk.plan("first_deputy", date(2025, 6, 26))
    desk.plan("second_deputy", date(2025, 7, 25), kind="unified_day")

    for day in desk.days():
        if day.day != FRIDAY:
            report(Notice(day.id, "trip"), by=walk.actor("reception_coordinator"))
    walk.work()

    assert sorted(desk.waiting()) == ["confirm_unified_day", "decide_replacement", "decide_replacement"]
    with reading() as session:
        assert {each.status for each in session.scalars(select(Message))} == {"delivered"}
