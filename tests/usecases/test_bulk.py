"""One act on several requests: previewed, done in a minute, taken back, and told in every case's history."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from app.models import BulkAction, History, Job, Letter, UserTask
from app.models.database import reading
from app.queries.bulk import NOT_YET, done, preview, recent
from app.records.second_thoughts import TooLateError
from app.usecases import bulk as use
from app.usecases.access import Actor, ForbiddenError
from app.usecases.bulk import BadTermError, NothingChosenError, NoWordsError, Order
from app.usecases.jobs import perform
from app.usecases.leases import lease_due
from app.usecases.published import NotFoundError
from tests.reception import Walk, at, kostanay

MOMENT = at("2025-06-03")


@pytest.fixture
def walk(database_url: str) -> Iterator[Walk]:
    with kostanay(database_url, MOMENT) as found:
        found.reception_day(date(2025, 6, 27))
        yield found


def played(walk: Walk, until: str, *names: str) -> list[int]:
    """Requests of these people, each played until an element waits."""
    slots, cases = list(walk.slots), []
    for number, name in enumerate(names):
        walk.slots = [slots[number]]
        walk.start(full_name=name)
        walk.play(until=until)
        cases.append(walk.case_id)
    return cases


def coordinator(walk: Walk) -> Actor:
    return walk.actor("reception_coordinator")


def letters(template: str) -> list[Letter]:
    with reading() as session:
        return list(session.scalars(select(Letter).where(Letter.template.startswith(template)).order_by(Letter.id)))


def told(kind: str) -> list[int]:
    with reading() as session:
        return list(session.scalars(select(History.case_id).where(History.kind == kind).order_by(History.case_id)))


def test_letters_to_everybody_wait_a_minute_and_then_leave(walk: Walk) -> None:
    """KST-S04.2: place, date and time to everybody chosen."""
    cases = played(walk, "invite_state_bodies", "Бірінші Адам", "Екінші Адам")
    sent = len(walk.post.mails)

    act = use.notify_all(cases, Order(template="reminder"), by=coordinator(walk))
    walk.work()
    at_once = len(walk.post.mails) - sent
    walk.pass_time_to(walk.now + timedelta(seconds=61))

    assert at_once == 0
    assert len(walk.post.mails) - sent == 2
    assert {each.status for each in letters("reminder")} == {"sent"}
    assert told("bulk_done") == cases
    with pytest.raises(TooLateError):
        use.take_back(act, by=coordinator(walk))


def test_a_notice_in_own_words_goes_to_everybody_in_his_language(walk: Walk) -> None:
    (case,) = played(walk, "invite_state_bodies", "Бірінші Адам")
    words = {"kk": "Кіреберіс Абай көшесінен.", "ru": "Вход с улицы Абая."}

    with pytest.raises(NoWordsError):
        use.notify_all([case], Order(template="notice", words={"kk": "", "ru": "Вход"}), by=coordinator(walk))
    use.notify_all([case], Order(template="notice", words=words), by=coordinator(walk))

    assert [("Кіреберіс Абай" in each.body, "Вход" in each.body) for each in letters("notice")] == [(True, False)] * 2


def test_notify_all_is_taken_back_within_its_minute(walk: Walk) -> None:
    cases = played(walk, "invite_state_bodies", "Бірінші Адам", "Екінші Адам")
    sent = len(walk.post.mails)
    act = use.notify_all(cases, Order(template="reminder"), by=coordinator(walk))
    before = [each.id for each in recent(coordinator(walk).id)]

    back = use.take_back(act, by=coordinator(walk))
    walk.pass_time_to(walk.now + timedelta(minutes=5))

    assert (before, back) == ([act], 2)
    assert len(walk.post.mails) == sent
    assert {each.status for each in letters("reminder")} == {"skipped"}
    assert told("bulk_taken_back") == cases
    assert recent(coordinator(walk).id) == []
    with pytest.raises(TooLateError):
        use.take_back(act, by=coordinator(walk))


def test_a_letter_that_a_worker_holds_already_is_not_taken_back(walk: Walk) -> None:
    cases = played(walk, "invite_state_bodies", "Бірінші Адам")
    act = use.notify_all(cases, Order(template="reminder"), by=coordinator(walk))
    walk.clock.moment += timedelta(minutes=1)
    leased = [job for job in lease_due("another") if job.name.startswith("reminder")]
    walk.clock.moment -= timedelta(seconds=30)

    back = use.take_back(act, by=coordinator(walk))

    assert leased
    assert back == 0
    assert {each.status for each in letters("reminder")} == {"queued"}


def test_invitations_of_several_requests_are_sent_with_one_term_after_a_minute(walk: Walk) -> None:
    """KST-S05.1."""
    cases = played(walk, "invite_state_bodies", "Бірінші Адам", "Екінші Адам")
    term = at("2025-06-20", "18:00")

    use.invite_all(cases, Order(due_at=term), by=coordinator(walk))
    waiting = preview("kostanay", "invite", cases)
    walk.pass_time_to(walk.now + timedelta(minutes=2))

    assert len(waiting.willing) == 2
    with reading() as session:
        due = list(
            session.scalars(
                select(UserTask.due_at).where(UserTask.element == "record_position", UserTask.status == "open")
            )
        )
        ended = list(session.scalars(select(UserTask.ended_by).where(UserTask.element == "invite_state_bodies")))
    assert due == [term] * 2
    assert set(ended) == {coordinator(walk).id}
    assert [row.refusal for row in preview("kostanay", "invite", cases).rows].count(None) == 0


def test_invitations_are_taken_back_before_they_leave(walk: Walk) -> None:
    (case,) = played(walk, "invite_state_bodies", "Бірінші Адам")
    act = use.invite_all([case], Order(due_at=at("2025-06-20", "18:00")), by=coordinator(walk))

    back = use.take_back(act, by=coordinator(walk))
    walk.pass_time_to(walk.now + timedelta(minutes=5))

    assert back == 1
    assert walk.waits_for("invite_state_bodies")
    with reading() as session:
        assert session.scalar(select(func.count()).where(Job.name == "bulk_invite")) == 0


def test_a_planned_invitation_that_somebody_has_done_meanwhile_does_no_harm(walk: Walk) -> None:
    (case,) = played(walk, "invite_state_bodies", "Бірінші Адам")
    use.invite_all([case], Order(due_at=at("2025-06-20", "18:00")), by=coordinator(walk))

    walk.complete("invite_state_bodies", **walk.usual("invite_state_bodies"))
    walk.pass_time_to(walk.now + timedelta(minutes=5))

    with reading() as session:
        assert session.scalar(select(func.count()).where(Job.name == "bulk_invite")) == 0
        assert session.scalar(select(func.count()).where(UserTask.element == "record_position")) == 2


def test_tasks_are_handed_over_together_and_given_back(walk: Walk) -> None:
    cases = played(walk, "invite_state_bodies", "Бірінші Адам", "Екінші Адам")
    to = walk.people["reception_coordinator"]

    act = use.reassign_all(cases, Order(to=to, reason="Ауырып қалды"), by=coordinator(walk))
    held = {task.assignee_id for task in walk.tasks()}
    back = use.take_back(act, by=coordinator(walk))
    free = {task.assignee_id for task in walk.tasks()}
    shown = done("kostanay", act)

    assert (held, free, back) == ({to}, {None}, 2)
    assert shown is not None
    assert [row.applicant for row, refusal in shown.rows if refusal is None] == ["Бірінші Адам", "Екінші Адам"]
    assert not shown.open


def test_a_colleague_without_the_role_gets_nothing_and_the_reason_is_told(walk: Walk) -> None:
    cases = played(walk, "invite_state_bodies", "Бірінші Адам")

    with pytest.raises(NothingChosenError):
        use.reassign_all(cases, Order(to=walk.people["leadership"]), by=coordinator(walk))

    assert {task.assignee_id for task in walk.tasks()} == {None}


def test_the_preview_tells_of_each_request_what_will_happen_or_why_nothing(walk: Walk) -> None:
    booked = played(walk, "invite_state_bodies", "Бірінші Адам")
    walk.start(full_name="Екінші Адам", phone="", email="")
    cases = [*booked, walk.case_id]

    notify, invite = (preview("kostanay", act, cases) for act in ("notify", "invite"))
    by_name = {row.applicant: row for row in notify.rows}

    assert by_name["Бірінші Адам"].channels == ["email", "sms"]
    assert by_name["Екінші Адам"].refusal is not None
    assert {row.applicant: row.refusal for row in invite.rows}["Екінші Адам"] == NOT_YET
    assert notify.samples["reminder"][0] == "kk"
    assert "Бірінші Адам" in notify.samples["reminder"][2]
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(BulkAction)) == 0


def test_only_who_may_acts_on_many_and_only_who_acted_takes_back(walk: Walk) -> None:
    cases = played(walk, "invite_state_bodies", "Бірінші Адам")
    act = use.notify_all(cases, Order(template="reminder"), by=coordinator(walk))

    with pytest.raises(ForbiddenError):
        use.notify_all(cases, Order(template="reminder"), by=walk.actor("controller"))
    with pytest.raises(NotFoundError):
        use.take_back(act, by=walk.actor("dept_head"))
    with pytest.raises(BadTermError):
        use.invite_all(cases, Order(due_at=MOMENT), by=coordinator(walk))


def test_bodies_whose_positions_have_not_come_are_reminded_after_a_minute_unless_taken_back(walk: Walk) -> None:
    """KST-S05.2: a body that has answered is left alone."""
    (case,) = played(walk, "record_position", "Бірінші Адам")
    walk.complete("record_position", **walk.usual("record_position"))
    sent = len(walk.post.mails)

    look = preview("kostanay", "chase", [case])
    taken = use.chase_all([case], Order(), by=coordinator(walk))
    back = use.take_back(taken, by=coordinator(walk))
    walk.pass_time_to(walk.now + timedelta(minutes=2))
    kept = len(walk.post.mails) - sent
    use.chase_all([case], Order(), by=coordinator(walk))
    walk.clock.moment += timedelta(minutes=1)
    (job,) = [each for each in lease_due("dies") if each.name == "bulk_chase"]
    for _ in ("before the job is gone", "after somebody has taken it over"):
        perform(job, walk.outgoing)
    walk.pass_time_to(walk.now + timedelta(minutes=2))

    assert [len(row.bodies) for row in look.willing] == [1]
    assert (back, kept) == (1, 0)
    assert len(walk.post.mails) - sent == 1
    assert told("bodies_reminded") == [case]
