"""An official cannot receive: the coordinator decides, everybody booked is told at once, each once (OU)."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from app.models import Booking, Letter, Message, Person, ProcessInstance, ProcessVersion, ReceptionDay, RoleGrant, Slot
from app.models.database import reading
from app.records.answers import RecordsRefusedError
from app.usecases.access import Actor, ForbiddenError
from app.usecases.instances import start
from app.usecases.substitutions import Absence, enter_absence
from app.usecases.task_forms import open_task
from app.usecases.tasks import InvalidAnswersError, complete_user_task
from app.usecases.transaction import transaction
from app.usecases.unavailability import Notice, report
from tests.reception import Walk, at, kostanay, office_task, shown

FRIDAY, MONDAY = date(2025, 6, 27), date(2025, 6, 30)


@pytest.fixture
def walk(database_url: str) -> Iterator[Walk]:
    """Tuesday 3 June 2025, a reception on Friday 27 June."""
    with kostanay(database_url, at("2025-06-03")) as walk:
        walk.reception_day(FRIDAY)
        yield walk


@pytest.fixture
def second(walk: Walk) -> int:
    """Another receiving official."""
    with transaction() as session:
        known = session.scalar(select(Person.id).where(Person.login == "second_leader"))
        if known is not None:
            return known
        row = Person(
            office_id="kostanay",
            login="second_leader",
            full_name="Екінші Басшы",
            sort_key="e",
            language="kk",
            email="second@example.test",
            preferences={},
        )
        session.add(row)
        session.flush()
        session.add(RoleGrant(office_id="kostanay", person_id=row.id, role="leadership", valid_from=date(2019, 1, 1)))
        return row.id


def two_booked(walk: Walk, until: str = "analyse_materials") -> tuple[int, int]:
    """Two people with appointments on the day, at 10:00 and 10:20."""
    slots = walk.slots
    walk.start()
    walk.play(until)
    first = walk.case_id
    walk.start(full_name="Екінші Азамат", email="second@example.test", phone="+77770000000")
    walk.slots = slots[1:]
    walk.play(until)
    return first, walk.case_id


def give_up(walk: Walk, cause: str = "trip", by: str = "leadership") -> int:
    """The official tells it on the page; returns the process that goes on."""
    report(Notice(walk.day_id, cause), by=walk.actor(by))
    walk.work()
    return running()


def running() -> int:
    with reading() as session:
        return session.scalars(
            select(ProcessInstance.id)
            .join(ProcessVersion, ProcessVersion.id == ProcessInstance.version_id)
            .where(ProcessVersion.process_key == "official_unavailable")
            .order_by(ProcessInstance.id.desc())
        ).all()[0]


def instance(instance_id: int) -> ProcessInstance:
    with reading() as session:
        return session.get_one(ProcessInstance, instance_id)


def decide(walk: Walk, instance_id: int, **answers: Any) -> None:
    task = office_task(instance_id, "decide_replacement")
    complete_user_task(task, answers=answers, by=walk.actor("reception_coordinator"))
    walk.work()


def day(walk: Walk) -> ReceptionDay:
    with reading() as session:
        return session.get_one(ReceptionDay, walk.day_id)


def test_everybody_booked_is_told_the_new_date_at_once_each_once(walk: Walk) -> None:
    """KST-S07.2: on Tuesday 24 June at 09:30 the day moves from Friday 27 to Monday 30 June"""
    cases = two_booked(walk)
    walk.pass_time_to(at("2025-06-24", "09:30"))
    process = give_up(walk)

    decide(walk, process, decision="other_date", new_date="2025-06-30")

    for case_id, hour in zip(cases, ("10:00", "10:20"), strict=True):
        walk.case_id = case_id
        (letter,) = walk.letters("schedule_changed")
        assert (shown(letter.created_at), shown(letter.sent_at)) == ("2025-06-24 09:30", "2025-06-24 09:30")
        assert "30.06.2025" in letter.body
        assert hour in letter.body
        assert len(walk.letters("schedule_changed.sms")) == 1
        assert len(walk.numbers("R-RECEPTION")) == 2, "the journal shows the new date"
    with reading() as session:
        sent = session.scalars(select(Message).where(Message.name == "schedule.changed")).all()
    assert sorted((each.case_id, each.status) for each in sent) == sorted((case, "delivered") for case in cases)
    assert (day(walk).day, instance(process).end_event) == (MONDAY, "rescheduled")


def test_the_terms_of_every_case_follow_its_new_day(walk: Walk) -> None:
    """KST-S07.2, KST-S07.1, KST-S08"""
    walk.start()
    walk.play("confirm_attendance")
    assert walk.due("confirm_attendance") == "2025-06-24 18:30"
    process = give_up(walk)

    decide(walk, process, decision="other_date", new_date="2025-07-10")

    assert walk.due("confirm_attendance") == "2025-07-04 18:30", "Monday 7 July is a holiday"
    assert walk.due("submit_materials_to_management") == "2025-07-04 18:30"


def test_another_official_receives_on_the_same_day(walk: Walk, second: int) -> None:
    """KST-S07.2"""
    walk.start()
    walk.play("analyse_materials")
    process = give_up(walk, "incapacity")

    decide(walk, process, decision="other_official", new_official_id=str(second))

    (letter,) = walk.letters("schedule_changed")
    assert "Екінші Басшы" in letter.body
    assert "27.06.2025" in letter.body
    assert (day(walk).official_id, day(walk).day) == (second, FRIDAY)


def test_a_day_with_nobody_booked_is_withdrawn_and_one_with_people_is_not(walk: Walk) -> None:
    """KST-S07.2"""
    walk.start()
    walk.play("analyse_materials")
    process = give_up(walk)

    with pytest.raises(InvalidAnswersError) as refused:
        decide(walk, process, decision="withdraw")
    with transaction() as session:
        session.get_one(Booking, walk.bookings()[0].id).status = "withdrawn"
    decide(walk, process, decision="withdraw")

    assert "записано: 1" in refused.value.errors["decision"].ru
    assert day(walk).status == "cancelled"


@pytest.mark.parametrize(
    ("asked", "field", "said"),
    [
        ({"decision": "other_date", "new_date": "2025-06-28"}, "new_date", "нерабочий день"),
        ({"decision": "other_date", "new_date": "2025-06-27"}, "new_date", "и так назначен на этот день"),
        ({"decision": "other_date", "new_date": "2025-07-02"}, "new_date", "отсутствует 25.06.2025 – 02.07.2025"),
        ({"decision": "other_official", "new_official_id": "{same}"}, "new_official_id", "и так принимает"),
    ],
)
def test_what_cannot_be_decided_is_refused_at_its_field(
    walk: Walk, second: int, asked: dict[str, str], field: str, said: str
) -> None:
    """KST-S07.2: the official is on a trip until 2 July"""
    official = walk.actor("leadership")
    trip = Absence(official.id, second, date(2025, 6, 25), date(2025, 7, 2), "trip")
    enter_absence(trip, by=official)
    process = give_up(walk)
    answers = {key: value.format(same=official.id) for key, value in asked.items()}

    with pytest.raises(InvalidAnswersError) as refused:
        decide(walk, process, **answers)

    assert said in refused.value.errors[field].ru
    assert day(walk).day == FRIDAY


def test_a_notice_on_the_very_day_is_urgent_and_the_applicants_are_phoned_as_well(walk: Walk) -> None:
    """KST-S07.2: at 09:00 of Friday 27 June, when the cases listen no more"""
    cases = two_booked(walk)
    for case in cases:
        walk.case_id = case
        walk.play("check_in")
    walk.pass_time_to(at("2025-06-27", "09:10"))
    process = give_up(walk, "incapacity")
    coordinator = walk.actor("reception_coordinator")

    page = open_task(office_task(process, "decide_replacement"), by=coordinator).page
    decide(walk, process, decision="other_date", new_date="2025-06-30")
    phone = open_task(office_task(process, "phone_applicants"), by=coordinator)

    assert page.due_at is not None
    assert shown(page.due_at) == "2025-06-27 09:40"
    assert page.facts["unavailability"]["booked"] == "2"
    assert [row["phone"] for row in phone.page.facts["unavailability"]["people"]] == ["+77771234567", "+77770000000"]
    for case in cases:
        walk.case_id = case
        assert [shown(letter.sent_at) for letter in walk.letters("schedule_changed")] == ["2025-06-27 09:10"]
    complete_user_task(
        office_task(process, "phone_applicants"), answers={"all_phoned": True, "phone_remarks": ""}, by=coordinator
    )
    assert instance(process).end_event == "rescheduled_by_phone"


def test_the_official_may_tell_it_in_a_task_that_the_coordinator_starts(walk: Walk) -> None:
    """KST-S07.2: OU-01"""
    started = start("official_unavailable", variables={}, case=None, by=walk.actor("reception_coordinator"))
    task = office_task(started.instance_id, "report_unavailability")
    told = {
        "day_id": str(walk.day_id),
        "cause": "other",
        "notified_at": "2025-06-03T09:30",
        "notified_whom": "employee",
    }

    with pytest.raises(InvalidAnswersError) as refused:
        complete_user_task(task, answers={**told, "notified_at": "2025-06-04T09:30"}, by=walk.actor("leadership"))
    complete_user_task(task, answers=told, by=walk.actor("leadership"))

    assert set(refused.value.errors) == {"notified_at"}
    page = open_task(
        office_task(started.instance_id, "decide_replacement"), by=walk.actor("reception_coordinator")
    ).page
    assert page.facts["unavailability"]["notice"] == "03.06.2025, 09:30"
    assert page.facts["unavailability"]["cause"] == "другая причина"


def test_the_coordinator_and_whoever_stands_for_the_official_may_tell_it_and_nobody_else(
    walk: Walk, second: int
) -> None:
    """KST-S07.2"""
    stands = Actor(second, "kostanay", "Екінші Басшы", "kk", frozenset({"leadership"}))
    with pytest.raises(ForbiddenError):
        report(Notice(walk.day_id, "trip"), by=walk.actor("dept_deputy_head"))
    with pytest.raises(ForbiddenError):
        report(Notice(walk.day_id, "trip"), by=stands)
    official = walk.actor("leadership")
    enter_absence(Absence(official.id, second, date(2025, 6, 3), date(2025, 6, 20), "incapacity"), by=official)

    report(Notice(walk.day_id, "incapacity"), by=stands)
    report(Notice(walk.day_id, "incapacity"), by=walk.actor("reception_coordinator"))

    with pytest.raises(RecordsRefusedError):
        report(Notice(walk.day_id, ""), by=official)


def test_the_schedule_that_the_public_sees_is_published_anew(walk: Walk) -> None:
    """KST-S07.2, KST-SCH-1"""
    with transaction() as session:
        session.get_one(ReceptionDay, walk.day_id).published_at = at("2025-06-03")
    process = give_up(walk)

    decide(walk, process, decision="other_date", new_date="2025-07-04")

    with reading() as session:
        asked = session.scalars(select(Message).where(Message.name == "published_day.changed")).all()
        slots = session.scalars(select(Slot.starts_at).where(Slot.day_id == walk.day_id).order_by(Slot.starts_at)).all()
    assert len(asked) == 2, "the month that loses the day and the month that gets it"
    assert shown(slots[0]) == "2025-07-04 10:00"
    assert walk.letters("schedule_changed") == []
    with reading() as session:
        assert session.scalars(select(Letter).where(Letter.template == "schedule_changed")).all() == []


def own_day(walk: Walk, official: int, *, at_hour: int, slots: int = 3) -> list[int]:
    """A day on which this official receives people of his own; returns its slots."""
    day_id, given, receiver = walk.day_id, walk.slots, walk.receiver
    walk.people["second"], walk.receiver = official, "second"
    found = walk.reception_day(FRIDAY, at_hour=at_hour, slots=slots)
    walk.day_id, walk.slots, walk.receiver = day_id, given, receiver
    return found


def appointments(walk: Walk, cases: tuple[int, ...]) -> list[tuple[int, str]]:
    """Who receives each of these cases, and when."""
    with reading() as session:
        rows = session.execute(
            select(ReceptionDay.official_id, Slot.starts_at)
            .join(Slot, Slot.day_id == ReceptionDay.id)
            .join(Booking, Booking.slot_id == Slot.id)
            .where(Booking.case_id.in_(cases), ReceptionDay.status == "planned")
            .order_by(Booking.case_id)
        )
        return [(row.official_id, shown(row.starts_at)) for row in rows]


def test_an_official_with_a_list_at_other_hours_receives_both_one_after_the_other(walk: Walk, second: int) -> None:
    """KST-S07.2: his own list begins at 15:00, the other one stays at 10:00"""
    cases = two_booked(walk)
    own_day(walk, second, at_hour=15)
    process = give_up(walk)

    decide(walk, process, decision="other_official", new_official_id=str(second))

    assert appointments(walk, cases) == [(second, "2025-06-27 10:00"), (second, "2025-06-27 10:20")]
    assert day(walk).status == "cancelled", "the list stands on his own day"
    for case_id in cases:
        walk.case_id = case_id
        (letter,) = walk.letters("schedule_changed")
        assert "Екінші Басшы" in letter.body


def test_an_official_who_receives_at_these_hours_takes_the_list_after_his_own_when_that_is_stated(
    walk: Walk, second: int
) -> None:
    """KST-S07.2: his own list lasts until 13:00, lunch until 14:30"""
    cases = two_booked(walk)
    own_day(walk, second, at_hour=10, slots=9)
    process = give_up(walk)
    asked = {"decision": "other_official", "new_official_id": str(second)}

    with pytest.raises(InvalidAnswersError) as refused:
        decide(walk, process, **asked)
    decide(walk, process, **asked, after_own=True)

    assert "принимает сам (10:00–13:00)" in refused.value.errors["new_official_id"].ru
    assert appointments(walk, cases) == [(second, "2025-06-27 14:30"), (second, "2025-06-27 14:50")]
    walk.case_id = cases[1]
    (letter,) = walk.letters("schedule_changed")
    assert "14:50" in letter.body
    assert len(walk.numbers("R-RECEPTION")) == 2, "the journal shows the new time"


def test_a_list_that_does_not_fit_into_his_day_is_refused(walk: Walk, second: int) -> None:
    """KST-S07.2: his own list lasts until the office closes"""
    two_booked(walk)
    own_day(walk, second, at_hour=10, slots=9)
    own = own_day_id(second)
    with transaction() as session:
        slots = session.scalars(select(Slot).where(Slot.day_id == own).order_by(Slot.starts_at)).all()
        slots[-1].starts_at, slots[-1].minutes = at("2025-06-27", "14:30"), 240
    process = give_up(walk)

    with pytest.raises(InvalidAnswersError) as refused:
        decide(walk, process, decision="other_official", new_official_id=str(second), after_own=True)

    assert "не успеет до конца рабочего дня принять после своего списка ещё 2" in (
        refused.value.errors["new_official_id"].ru
    )
    assert day(walk).status == "planned"


def test_a_list_of_people_is_not_joined_to_a_day_by_videoconference(walk: Walk, second: int) -> None:
    """KST-S07.2"""
    two_booked(walk)
    own_day(walk, second, at_hour=15)
    with transaction() as session:
        session.get_one(ReceptionDay, own_day_id(second)).mode = "videoconference"
    process = give_up(walk)

    with pytest.raises(InvalidAnswersError) as refused:
        decide(walk, process, decision="other_official", new_official_id=str(second))

    assert "приём уже есть" in refused.value.errors["new_official_id"].ru


def own_day_id(official: int) -> int:
    with reading() as session:
        return session.scalars(select(ReceptionDay.id).where(ReceptionDay.official_id == official)).one()
