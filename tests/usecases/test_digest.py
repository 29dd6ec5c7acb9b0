"""Letters of the morning, and the system's own jobs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from app.domain import clock
from app.models import History, Job, Letter, MailboxMessage, Message, PasswordReset, RateLimit, WebSession
from app.models.database import reading
from app.records.terms import office_calendar
from app.usecases.access import Actor
from app.usecases.account import QuietHoursError, save_preferences
from app.usecases.digest import quiet_until, send_digests
from app.usecases.housekeeping import ensure_system_jobs, run_system_job, sweep
from app.usecases.jobs import perform, perform_all
from app.usecases.leases import lease_due
from app.usecases.mailbox import MailboxMailer, MailboxSms
from app.usecases.outgoing import Outgoing
from app.usecases.seal import verify
from app.usecases.sign_in import sign_in
from app.usecases.transaction import transaction
from tests.usecases.small_office import OFFICE, PASSWORD, ZONE, almaty, hire, opened, register_request

OUTGOING = Outgoing(mailer=MailboxMailer(), sms=MailboxSms(), sender="Qabyldau <office@example.kz>")


@pytest.fixture
def morning(databases, migrated_template) -> Iterator[clock.StandingClock]:
    """Thursday 18 April 2024, nine in the morning."""
    url = databases.create(template=migrated_template)
    standing = clock.StandingClock(almaty("2024-04-18", 9))
    with opened(url), clock.using(standing):
        yield standing
    databases.drop(url)


def likes(person: Actor, **chosen: str) -> None:
    wanted = {"language": person.language, "theme": "system", "digest": "daily", "quiet_from": "", "quiet_to": ""}
    save_preferences(**(wanted | chosen), by=person)


def letters() -> list[Letter]:
    with reading() as session:
        return list(session.scalars(select(Letter).order_by(Letter.id)))


def test_each_person_with_tasks_gets_one_letter_in_her_language(morning: clock.StandingClock):
    hire("aigul", "reception_preparer", name="Айгүл Ахметова", email="aigul@example.kz", language="kk")
    hire("ivan", "reception_preparer", name="Иван Петров", email="ivan@example.kz")
    hire("admin", "office_admin", email="admin@example.kz")  # no task waits for her role
    register_request(almaty("2024-04-17"))

    sent = send_digests(OFFICE)

    assert sent == 2
    assert [(each.address, each.language) for each in letters()] == [
        ("aigul@example.kz", "kk"),
        ("ivan@example.kz", "ru"),
    ]
    assert "Жауап дайындау" in letters()[0].body
    assert "Подготовить ответ" in letters()[1].body
    assert "22.04.2024" in letters()[1].body


def test_nobody_is_written_to_who_switched_it_off_has_no_mail_or_left(morning: clock.StandingClock):
    likes(hire("off", "reception_preparer", email="off@example.kz"), digest="off")
    hire("nomail", "reception_preparer")
    register_request(almaty("2024-04-17"))

    assert send_digests(OFFICE) == 0


def test_there_is_no_digest_on_a_day_off(morning: clock.StandingClock):
    hire("ivan", "reception_preparer", email="ivan@example.kz")
    register_request(almaty("2024-04-17"))
    morning.moment = almaty("2024-05-08", 9)  # moved off for the worked Saturday 4 May

    assert send_digests(OFFICE) == 0

    morning.moment = almaty("2024-05-04", 9)
    assert send_digests(OFFICE) == 1


def test_in_quiet_hours_the_letter_waits_for_their_end(morning: clock.StandingClock):
    person = hire("ivan", "reception_preparer", email="ivan@example.kz")
    likes(person, quiet_from="20:00", quiet_to="9:30")
    register_request(almaty("2024-04-17"))

    send_digests(OFFICE)

    with reading() as session:
        due = session.scalars(select(Job.due_at).where(Job.kind == "letter")).one()
    assert due == almaty("2024-04-18", 9) + timedelta(minutes=30)


@pytest.mark.parametrize(
    ("at", "until"),
    [
        ("2024-04-18T21:00", "2024-04-19T08:00"),
        ("2024-04-18T07:59", "2024-04-18T08:00"),
        ("2024-04-18T08:00", None),
        ("2024-04-18T19:59", None),
    ],
)
def test_quiet_hours_go_over_midnight(morning: clock.StandingClock, at: str, until: str | None):
    with reading() as session:
        calendar = office_calendar(session, OFFICE)
    now = datetime.fromisoformat(at).replace(tzinfo=ZONE)

    waits = quiet_until({"quiet_from": "20:00", "quiet_to": "08:00"}, now, calendar)

    assert (waits and waits.strftime("%Y-%m-%dT%H:%M")) == until


def test_half_written_quiet_hours_are_refused(morning: clock.StandingClock):
    person = hire("ivan", "reception_preparer")

    for hours in (("20:00", ""), ("25:00", "08:00"), ("8", "9"), ("08:00", "08:00")):
        with pytest.raises(QuietHoursError):
            likes(person, quiet_from=hours[0], quiet_to=hours[1])


def test_the_digest_comes_at_the_opening_of_every_working_day(morning: clock.StandingClock):
    hire("ivan", "reception_preparer", email="ivan@example.kz")
    register_request(almaty("2024-04-17"))
    morning.moment = almaty("2024-05-06", 12)
    with transaction() as session:
        ensure_system_jobs(session)
    turns = []

    for _ in range(2):
        with reading() as session:
            due = session.scalars(select(Job.due_at).where(Job.name == "digest")).one()
        turns.append(due.astimezone(ZONE).isoformat()[:16])
        morning.moment = due
        perform_all("test", OUTGOING)

    assert turns == ["2024-05-10T09:00", "2024-05-13T09:00"]  # 7, 8, 9 May and the weekend are off
    with reading() as session:
        assert [each.address for each in session.scalars(select(MailboxMessage))] == ["ivan@example.kz"] * 2


def test_system_jobs_are_planned_once_and_plan_themselves_again(morning: clock.StandingClock):
    for _ in range(2):
        with transaction() as session:
            ensure_system_jobs(session)

    perform_all("test", OUTGOING)

    with reading() as session:
        planned = {job.name: job.due_at - morning.moment for job in session.scalars(select(Job))}
    assert planned == {
        "seal": timedelta(minutes=5),
        "sweep": timedelta(hours=1),
        "digest": timedelta(days=1),
        "offer_places": timedelta(minutes=5),
    }
    assert verify().unsealed == 0
    assert verify().sealed > 0


def test_the_sweep_deletes_what_is_over_and_nothing_else(morning: clock.StandingClock):
    person = hire("ivan", "reception_preparer")
    sign_in("ivan", PASSWORD, address="10.0.0.1")
    wall, now = clock.wall(), clock.now()
    with transaction() as session:
        session.add(_session(person.id, "over", wall - timedelta(minutes=1)))
        for name, expires in (("old", wall - timedelta(days=8)), ("recent", wall - timedelta(days=1))):
            session.add(PasswordReset(token_hash=name, person_id=person.id, created_at=expires, expires_at=expires))
        session.add(RateLimit(key="old", window_start=wall - timedelta(days=2), attempts=1))
        for name, expires in (("lost", now - timedelta(days=8)), ("waiting", now + timedelta(days=1))):
            session.add(Message(office_id=OFFICE, name=name, payload={}, sent_at=now, expires_at=expires))

    sweep()

    with reading() as session:
        assert len(session.scalars(select(WebSession)).all()) == 1
        assert session.scalars(select(PasswordReset.token_hash)).all() == ["recent"]
        assert "old" not in session.scalars(select(RateLimit.key)).all()
        assert session.scalars(select(Message.name)).all() == ["waiting"]


def test_a_digest_that_fails_sends_nothing_and_is_tried_again(
    morning: clock.StandingClock, monkeypatch: pytest.MonkeyPatch
):
    hire("ivan", "reception_preparer", email="ivan@example.kz")
    register_request(almaty("2024-04-17"))
    with transaction() as session:
        session.add(Job(office_id=OFFICE, kind="system", name="digest", payload={}, due_at=clock.now()))

    def broken(*args: object) -> datetime:
        raise OSError("disk")

    monkeypatch.setattr("app.usecases.housekeeping.next_opening", broken)
    for job in lease_due("test"):
        perform(job, OUTGOING)

    assert letters() == []
    with reading() as session:
        job = session.scalars(select(Job).where(Job.name == "digest")).one()
        assert (job.status, job.attempts) == ("waiting", 1)
        assert session.scalars(select(History).where(History.kind == "digest_sent")).all() == []


def test_a_message_arrives_in_the_mailbox_once_however_often_it_is_sent(morning: clock.StandingClock):
    for _ in range(2):
        OUTGOING.sms.send(to="+7 701 000 00 00", text="Сізді қабылдайды", key="job-1")

    with reading() as session:
        rows = session.scalars(select(MailboxMessage)).all()
    assert [(row.channel, row.address, row.body) for row in rows] == [("sms", "+7 701 000 00 00", "Сізді қабылдайды")]


def test_an_unknown_system_job_is_no_silent_success(morning: clock.StandingClock):
    @dataclass
    class Strange:
        id: int = 1
        name: str = "dance"
        office_id: str | None = None
        payload: tuple = ()

    with pytest.raises(ValueError, match="dance"):
        run_system_job(Strange())


def _session(person_id: int, key: str, expires: datetime) -> WebSession:
    return WebSession(id=key, person_id=person_id, created_at=expires, expires_at=expires, seen_at=expires)


def test_the_calendar_of_these_stories_has_the_may_of_2024(morning: clock.StandingClock):
    with reading() as session:
        days = office_calendar(session, OFFICE).days

    assert [day for day in range(4, 11) if not days.is_working(date(2024, 5, day))] == [5, 7, 8, 9]
