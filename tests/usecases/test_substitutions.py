"""Absences of staff: who does whose tasks, from which day to which, and what is refused."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.domain import clock
from app.domain.names import sort_key
from app.models import History, Letter, Person, RoleGrant
from app.models.database import reading
from app.queries.absences import absences_of, groups_left_alone
from app.queries.task_page import colleagues
from app.queries.worklist import WorkFilter, WorkRow, work_list
from app.queries.workload import workload_of
from app.records.second_thoughts import TooLateError
from app.records.substitutes import for_whom_stands, in_whose_hands, near, who_stands_for, works_for
from app.usecases.access import Actor, ForbiddenError
from app.usecases.held_tasks import TaskTakenError
from app.usecases.substitutions import (
    AWAY,
    CIRCLE,
    HERSELF,
    IN_PAST,
    NOT_RECEIVING,
    OVERLAPS,
    Absence,
    AbsenceOverError,
    AbsenceRefusedError,
    end_absence,
    enter_absence,
    entered_by_whom,
    take_end_back,
)
from app.usecases.tasks import claim, complete_user_task, delegate, release
from app.usecases.transaction import transaction
from tests.reception import Walk, at, kostanay


@pytest.fixture
def walk(database_url: str) -> Iterator[Walk]:
    """A request that waits for step 1 on Tuesday 3 June 2025 at 10:00; Friday 6 June is a day off."""
    with kostanay(database_url, at("2025-06-03")) as walk:
        walk.start()
        yield walk


def hire(login: str, *roles: str) -> Actor:
    """Somebody more in Kostanay."""
    with transaction() as session:
        row = session.scalar(select(Person).where(Person.login == login))
        if row is None:
            row = Person(
                office_id="kostanay",
                login=login,
                full_name=login.title(),
                sort_key=sort_key(login),
                email=f"{login}@example.test",
                language="ru",
                preferences={},
            )
            session.add(row)
            session.flush()
            for role in roles:
                session.add(RoleGrant(office_id="kostanay", person_id=row.id, role=role, valid_from=date(2019, 1, 1)))
        return Actor(row.id, "kostanay", row.full_name, "ru", frozenset(roles))


def away(who: Actor, stands: Actor, first: str, last: str, *, by: Actor | None = None, reason: str = "vacation") -> int:
    days = date.fromisoformat(first), date.fromisoformat(last)
    return enter_absence(Absence(who.id, stands.id, *days, reason), by=by or who)


def refused(who: Actor, stands: Actor, first: str, last: str) -> dict[str, str]:
    """What the form says at its fields, in Russian without its values."""
    with pytest.raises(AbsenceRefusedError) as problem:
        away(who, stands, first, last)
    return {name: said.ru for name, said in problem.value.errors.items()}


def listed(who: Actor) -> list[WorkRow]:
    return list(work_list(who.id, who.office_id, sorted(who.roles), WorkFilter(), personal=True).rows)


def test_tasks_of_the_absent_go_to_the_substitute_with_the_same_term_and_come_back(walk: Walk) -> None:
    aigul, botagoz = walk.actor("reception_preparer"), hire("botagoz", "reception_preparer")
    task = walk.task("clarify_request")
    claim(task.id, by=aigul)
    away(aigul, botagoz, "2025-06-04", "2025-06-05")

    before = listed(botagoz)
    walk.pass_time_to(at("2025-06-04", "09:00"))
    during = listed(botagoz)
    walk.pass_time_to(at("2025-06-06", "09:00"))
    after = listed(botagoz)

    assert (before, after) == ([], [])
    assert [(row.id, row.stands_in, row.assignee, row.due_at) for row in during] == [
        (task.id, True, "Тұлға reception_preparer", task.due_at)
    ]
    assert [row.mine for row in listed(aigul)] == [True]


def test_what_the_substitute_does_stands_in_her_name_and_says_for_whom(walk: Walk) -> None:
    aigul, botagoz = walk.actor("reception_preparer"), hire("botagoz", "reception_preparer")
    task = walk.task("clarify_request")
    claim(task.id, by=aigul)
    away(aigul, botagoz, "2025-06-03", "2025-06-05")

    complete_user_task(task.id, answers=walk.usual("clarify_request"), by=botagoz)

    with reading() as session:
        row = session.scalars(select(History).where(History.kind == "task_completed")).all()[-1]
    assert (row.person_id, row.facts["for"]) == (botagoz.id, aigul.id)


def test_the_task_stays_with_the_absent_when_the_substitute_takes_it(walk: Walk) -> None:
    aigul, botagoz = walk.actor("reception_preparer"), hire("botagoz", "reception_preparer")
    task = walk.task("clarify_request")
    claim(task.id, by=aigul)
    away(aigul, botagoz, "2025-06-03", "2025-06-05")

    claim(task.id, by=botagoz)

    assert walk.task("clarify_request").assignee_id == aigul.id


def test_the_substitute_may_return_or_hand_on_a_task(walk: Walk) -> None:
    aigul, botagoz = walk.actor("reception_preparer"), hire("botagoz", "reception_preparer")
    task = walk.task("clarify_request")
    claim(task.id, by=aigul)
    away(aigul, botagoz, "2025-06-03", "2025-06-05")

    delegate(task.id, to=botagoz.id, by=botagoz)
    handed = walk.task("clarify_request").assignee_id
    release(task.id, reason="кезекке", by=botagoz)

    assert (handed, walk.task("clarify_request").assignee_id) == (botagoz.id, None)


def test_a_colleague_who_does_not_stand_in_cannot_touch_the_task(walk: Walk) -> None:
    aigul, botagoz = walk.actor("reception_preparer"), hire("botagoz", "reception_preparer")
    third = hire("third", "reception_preparer")
    claim(walk.task("clarify_request").id, by=aigul)
    away(aigul, botagoz, "2025-06-03", "2025-06-05")

    with pytest.raises(TaskTakenError):
        complete_user_task(walk.task("clarify_request").id, answers=walk.usual("clarify_request"), by=third)


def test_tasks_of_the_group_stay_with_the_group(walk: Walk) -> None:
    aigul, head = walk.actor("reception_preparer"), walk.actor("dept_head")
    away(aigul, head, "2025-06-03", "2025-06-05")

    found = listed(head)

    assert found == []
    assert [row.mine for row in listed(aigul)] == [False]


def test_whoever_stands_for_a_substitute_who_is_away_too_does_both_their_tasks(walk: Walk) -> None:
    aigul, botagoz = walk.actor("reception_preparer"), hire("botagoz", "reception_preparer")
    third = hire("third", "reception_preparer")
    claim(walk.task("clarify_request").id, by=aigul)
    away(aigul, botagoz, "2025-06-03", "2025-06-10")
    away(botagoz, third, "2025-06-04", "2025-06-05", reason="incapacity")
    walk.pass_time_to(at("2025-06-04"))

    with reading() as session:
        now = clock.now()
        assert who_stands_for(session, aigul.id, now) == (botagoz.id, third.id)
        assert for_whom_stands(session, third.id, now) == {aigul.id, botagoz.id}
        assert works_for(session, botagoz.id, now) == frozenset()
        assert in_whose_hands(session, "kostanay", now) == {aigul.id: third.id, botagoz.id: third.id}
        assert near(session, [botagoz.id], now) == {aigul.id, botagoz.id, third.id}
    assert [row.stands_in for row in listed(third)] == [True]
    assert listed(botagoz) == []


def test_who_stood_for_whom_is_known_for_a_past_moment(walk: Walk) -> None:
    aigul, botagoz = walk.actor("reception_preparer"), hire("botagoz", "reception_preparer")
    absence = away(aigul, botagoz, "2025-06-03", "2025-06-20")
    walk.pass_time_to(at("2025-06-10"))
    end_absence(absence, by=aigul)
    walk.pass_time_to(at("2025-06-11"))

    with reading() as session:
        then = who_stands_for(session, aigul.id, at("2025-06-05"))
        now = who_stands_for(session, aigul.id, clock.now())

    assert (then, now) == ((botagoz.id,), ())


def test_the_days_are_those_of_the_offices_clock(walk: Walk) -> None:
    aigul, botagoz = walk.actor("reception_preparer"), hire("botagoz", "reception_preparer")
    away(aigul, botagoz, "2025-06-04", "2025-06-04")
    begins = at("2025-06-04", "00:00")

    with reading() as session:
        found = [who_stands_for(session, aigul.id, begins + timedelta(hours=hours)) for hours in (-1, 0, 23, 24)]

    assert found == [(), (botagoz.id,), (botagoz.id,), ()]


def test_overlapping_days_are_refused_with_the_days_that_stand(walk: Walk) -> None:
    aigul, botagoz = walk.actor("reception_preparer"), hire("botagoz", "reception_preparer")
    away(aigul, botagoz, "2025-06-10", "2025-06-12")

    said = refused(aigul, botagoz, "2025-06-12", "2025-06-20")

    values = {"who": "Тұлға reception_preparer", "first": "10.06.2025", "last": "12.06.2025"}
    assert said == {"first_day": OVERLAPS.with_values(**values).ru}


def test_a_substitute_who_is_away_herself_is_refused(walk: Walk) -> None:
    aigul, botagoz = walk.actor("reception_preparer"), hire("botagoz", "reception_preparer")
    third = hire("third", "reception_preparer")
    away(botagoz, third, "2025-06-12", "2025-06-20")

    said = refused(aigul, botagoz, "2025-06-10", "2025-06-12")

    values = {"who": "Botagoz", "first": "12.06.2025", "last": "20.06.2025"}
    assert said == {"substitute": AWAY.with_values(**values).ru}


def test_a_circle_of_three_is_refused_and_says_so(walk: Walk) -> None:
    aigul, botagoz = walk.actor("reception_preparer"), hire("botagoz", "reception_preparer")
    third = hire("third", "reception_preparer")
    away(aigul, botagoz, "2025-06-10", "2025-06-20")
    away(botagoz, third, "2025-06-12", "2025-06-15")

    said = refused(third, aigul, "2025-06-14", "2025-06-16")

    values = {"who": "Тұлға reception_preparer", "first": "10.06.2025", "last": "20.06.2025"}
    assert said == {"substitute": CIRCLE.with_values(**values).ru}


def test_nobody_stands_for_herself_and_nothing_begins_in_the_past(walk: Walk) -> None:
    aigul = walk.actor("reception_preparer")

    said = refused(aigul, aigul, "2025-06-02", "2025-06-12")

    assert said == {"first_day": IN_PAST.ru, "substitute": HERSELF.ru}


def test_only_another_receiving_official_stands_for_one(walk: Walk) -> None:
    """AC-01, KRG-0.5, KRG-2"""
    official, head = walk.actor("leadership"), walk.actor("dept_head")
    second = hire("second_official", "leadership")

    said = refused(official, head, "2025-06-10", "2025-06-12")
    entered = away(official, second, "2025-06-10", "2025-06-12")

    assert said == {"substitute": NOT_RECEIVING.with_values(who="Тұлға dept_head").ru}
    assert entered


def test_herself_her_head_and_the_administrator_enter_it_and_nobody_else(walk: Walk) -> None:
    aigul, botagoz = walk.actor("reception_preparer"), hire("botagoz", "reception_preparer")
    away(aigul, botagoz, "2025-06-10", "2025-06-10")
    away(aigul, botagoz, "2025-06-11", "2025-06-11", by=walk.actor("dept_head"))
    away(aigul, botagoz, "2025-06-12", "2025-06-12", by=walk.actor("office_admin"))

    with pytest.raises(ForbiddenError):
        away(aigul, botagoz, "2025-06-13", "2025-06-13", by=walk.actor("controller"))

    assert entered_by_whom([aigul.id, botagoz.id], by=botagoz) == {botagoz.id}


def test_an_absence_ends_early_once_and_stays_in_the_history(walk: Walk) -> None:
    aigul, botagoz = walk.actor("reception_preparer"), hire("botagoz", "reception_preparer")
    absence = away(aigul, botagoz, "2025-06-03", "2025-06-12", reason="incapacity")
    end_absence(absence, by=aigul)

    with pytest.raises(AbsenceOverError):
        end_absence(absence, by=aigul)

    with reading() as session:
        rows = session.execute(select(History.kind, History.facts).where(History.kind.like("absence_%"))).all()
    assert [kind for kind, _ in rows] == ["absence_entered", "absence_ended"]
    assert "reason" not in rows[0].facts, "why somebody is away is personal"
    assert [(row.state, row.ended) for row in absences_of("kostanay")] == [("over", True)]


def test_workload_and_colleagues_show_who_is_away_and_who_stands_in(walk: Walk) -> None:
    aigul, botagoz = walk.actor("reception_preparer"), hire("botagoz", "reception_preparer")
    claim(walk.task("clarify_request").id, by=aigul)
    away(aigul, botagoz, "2025-06-03", "2025-06-05")

    load = {row.id: row for row in workload_of("kostanay")}

    absence = load[aigul.id].absence
    assert absence is not None
    assert (absence.state, absence.substitute, absence.last_day) == ("now", "Botagoz", date(2025, 6, 5))
    assert load[botagoz.id].for_others == {"Тұлға reception_preparer": 1}
    with reading() as session:
        stands = {each.id: each.stands for each in colleagues(session, "kostanay", "reception_preparer")}
    assert (stands[aigul.id], stands[botagoz.id]) == ("Botagoz", "")


def test_groups_in_which_nobody_is_left_are_named(walk: Walk) -> None:
    head, deputy = walk.actor("dept_head"), walk.actor("dept_deputy_head")

    absence = away(head, deputy, "2025-06-10", "2025-06-12")

    assert len(groups_left_alone("kostanay", absence)) == 1


def test_a_missed_term_is_told_to_the_substitute_too(walk: Walk) -> None:
    """KST-S03: the head is away on the day on which the brief is late, 9 June 2025."""
    head, deputy = walk.actor("dept_head"), walk.actor("dept_deputy_head")
    away(head, deputy, "2025-06-05", "2025-06-20")

    walk.pass_time_to(at("2025-06-10"))

    with reading() as session:
        told = session.scalars(select(Letter.address).where(Letter.template == "escalation")).all()
    assert {"dept_head@example.test", "dept_deputy_head@example.test"} <= set(told)


def test_an_end_is_taken_back_within_the_minute(walk: Walk) -> None:
    aigul, botagoz = walk.actor("reception_preparer"), hire("botagoz", "reception_preparer")
    absence = away(aigul, botagoz, "2025-06-03", "2025-06-12")
    end_absence(absence, by=aigul)
    [shown_row] = absences_of("kostanay")

    take_end_back(absence, by=aigul)

    assert shown_row.undo_until == walk.now + timedelta(minutes=1)
    assert [(row.state, row.ended) for row in absences_of("kostanay")] == [("now", False)]
    with pytest.raises(TooLateError):
        take_end_back(absence, by=aigul)
    end_absence(absence, by=aigul)
    walk.pass_time_to(walk.now + timedelta(minutes=1))
    with pytest.raises(TooLateError):
        take_end_back(absence, by=aigul)


def test_an_end_is_not_taken_back_over_other_days_or_by_anybody_else(walk: Walk) -> None:
    aigul, botagoz = walk.actor("reception_preparer"), hire("botagoz", "reception_preparer")
    absence = away(aigul, botagoz, "2025-06-03", "2025-06-12")
    end_absence(absence, by=aigul)

    with pytest.raises(ForbiddenError):
        take_end_back(absence, by=walk.actor("controller"))
    away(aigul, botagoz, "2025-06-10", "2025-06-11")
    with pytest.raises(TooLateError):
        take_end_back(absence, by=aigul)
