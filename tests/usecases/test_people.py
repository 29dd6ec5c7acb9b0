"""An administrator keeps the people of the office; somebody can always keep them."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

from app.domain import clock
from app.domain.texts import Text
from app.models import (
    ApiToken,
    History,
    Job,
    Letter,
    MailboxMessage,
    PasswordReset,
    Person,
    RoleGrant,
    UserTask,
    WebSession,
)
from app.models.database import reading
from app.queries.people import signed_in
from app.queries.staff import people_of, person_of, units_of
from app.usecases import accounts, process_drafts, roles, tokens
from app.usecases import people as use
from app.usecases.access import Actor, ForbiddenError
from app.usecases.jobs import perform_all
from app.usecases.mailbox import MailboxMailer, MailboxSms
from app.usecases.outgoing import Outgoing
from app.usecases.published import NotFoundError
from app.usecases.sign_in import StaleLinkError, WrongPasswordError, change_password, reset_password, sign_in
from app.usecases.tasks import claim, holds_role
from app.usecases.transaction import transaction
from app.usecases.units import UnitInvalidError, UnitTreeError, save_unit
from tests.usecases.small_office import LETTERS, OFFICE, PASSWORD, almaty, hire, one, opened, register_request

NEW = use.PersonData("a.akhmetova", "Ахметова Айгүл Ерланқызы", "маман", "a@example.kz", "+7 701 000 00 00", "kk")


@pytest.fixture
def admin(databases, migrated_template) -> Iterator[Actor]:
    url = databases.create(template=migrated_template)
    with opened(url), clock.using(clock.StandingClock(almaty("2024-04-18"))):
        yield hire("admin", "office_admin")
    databases.drop(url)


def test_a_new_person_is_invited_by_mail_and_sets_her_password_once(admin: Actor):
    person = use.create_person(NEW, by=admin)
    letters = {path.stem: path.read_text("utf-8") for path in LETTERS.glob("access_invitation.*.md")}

    accounts.invite(person, link="https://office.example/{token}", letters=letters, by=admin)

    perform_all("test", Outgoing(mailer=MailboxMailer(), sms=MailboxSms(), sender="office@example.kz"))
    with reading() as session:
        letter = one(session, Letter, template="access_invitation")
        token = one(session, MailboxMessage).body.split("https://office.example/")[1].split()[0]
        kept = one(session, PasswordReset, person_id=person)
    assert (letter.address, letter.language, letter.status) == ("a@example.kz", "kk", "sent")
    assert token not in kept.token_hash
    assert kept.expires_at - kept.created_at == timedelta(days=7)
    reset_password(token, "тау өзен көл бұлақ")
    assert sign_in("a.akhmetova", "тау өзен көл бұлақ", address="10.0.0.1")
    with pytest.raises(StaleLinkError):
        reset_password(token, "another password here")


def test_whoever_runs_the_server_appoints_the_first_administrator(admin: Actor) -> None:
    token = accounts.appoint_admin(OFFICE, use.PersonData("first.admin", "Алғашқы Әкімші", language="kk"))

    reset_password(token, "тау өзен көл бұлақ")
    reader = signed_in(sign_in("first.admin", "тау өзен көл бұлақ", address="10.0.0.1"))
    assert reader is not None
    assert (reader.office_id, set(reader.roles)) == (OFFICE, {"office_admin"})


def test_an_administrator_who_is_locked_out_gets_in_again_under_her_name(admin: Actor) -> None:
    with reading() as session:
        person = session.get_one(Person, admin.id)
    accounts.deactivate(use.create_person(NEW, by=admin), by=admin)

    for login in (person.login, NEW.login):
        reset_password(accounts.appoint_admin(OFFICE, use.PersonData(login, "")), "тау өзен көл бұлақ")
        assert sign_in(login, "тау өзен көл бұлақ", address="10.0.0.1")

    with reading() as session:
        assert one(session, Person, login=person.login).full_name == person.full_name
        held = session.scalars(select(RoleGrant.role).where(RoleGrant.person_id == admin.id)).all()
    assert held == ["office_admin"]


def test_an_administrator_of_no_office_is_told_which_there_are(admin: Actor) -> None:
    with pytest.raises(accounts.NoOfficeError) as refusal:
        accounts.appoint_admin("nowhere", use.PersonData("first.admin", "Алғашқы Әкімші"))
    assert OFFICE in refusal.value.text.ru

    with pytest.raises(use.PersonInvalidError):
        accounts.appoint_admin(OFFICE, use.PersonData("first.admin", ""))


def test_every_wrong_field_of_a_person_is_named_at_once(admin: Actor):
    with pytest.raises(use.PersonInvalidError) as wrong:
        use.create_person(use.PersonData("Айгүл", "  ", email="nowhere"), by=admin)
    with pytest.raises(use.PersonInvalidError) as taken:
        use.create_person(use.PersonData("Admin", "Кто-то Другой"), by=admin)

    assert set(wrong.value.errors) == {"login", "full_name", "email"}
    assert taken.value.errors == {"login": use.LOGIN_TAKEN}


def test_an_older_link_ends_with_the_password_that_a_newer_one_has_set(admin: Actor) -> None:
    person = use.PersonData("first.admin", "Алғашқы Әкімші")
    older, newer = (accounts.appoint_admin(OFFICE, person) for _ in range(2))

    reset_password(newer, "тау өзен көл бұлақ")

    with pytest.raises(StaleLinkError):
        reset_password(older, "another password here")


def test_a_role_holds_from_its_first_to_its_last_day(admin: Actor):
    person = use.create_person(NEW, by=admin)

    roles.grant_role(
        person,
        "reception_preparer",
        unit_id=None,
        first_day=date(2024, 4, 20),
        last_day=date(2024, 4, 25),
        by=admin,
    )

    states = {}
    for day in ("2024-04-19", "2024-04-20", "2024-04-25", "2024-04-26"):
        with clock.using(clock.StandingClock(almaty(day))):
            states[day] = person_of(OFFICE, person).grants[0].state
    assert states == {"2024-04-19": "later", "2024-04-20": "now", "2024-04-25": "now", "2024-04-26": "over"}


def test_a_role_begins_and_ends_at_the_midnight_of_the_office(admin: Actor):
    person = hire("preparer")
    secret = sign_in("preparer", PASSWORD, address="10.0.0.1")
    token = tokens.create_token("robot", last_day=None, by=person).secret
    roles.grant_role(
        person.id,
        "reception_preparer",
        unit_id=None,
        first_day=date(2024, 4, 20),
        last_day=date(2024, 4, 20),
        by=admin,
    )

    held = {}
    for day, hour in (("2024-04-19", 23), ("2024-04-20", 0), ("2024-04-20", 23), ("2024-04-21", 0)):
        with clock.using(clock.StandingClock(almaty(day, hour))):
            reader, robot = signed_in(secret), tokens.actor_of_token(token)
            with reading() as session:
                holds = holds_role(session, person.id, OFFICE, "reception_preparer")
            held[day, hour] = (reader.roles, robot.roles, holds)

    preparer = frozenset({"reception_preparer"})
    assert list(held.values()) == [
        (frozenset(), frozenset(), False),
        (preparer, preparer, True),
        (preparer, preparer, True),
        (frozenset(), frozenset(), False),
    ]


def test_a_role_with_days_the_wrong_way_round_or_unknown_is_refused(admin: Actor):
    person = use.create_person(NEW, by=admin)

    for role, first, last in (
        ("reception_preparer", date(2024, 4, 20), date(2024, 4, 19)),
        ("reception_preparer", None, None),
        ("king", date(2024, 4, 20), None),
    ):
        with pytest.raises(roles.GrantInvalidError):
            roles.grant_role(person, role, unit_id=None, first_day=first, last_day=last, by=admin)


def test_deactivating_closes_sessions_and_tokens_and_returns_tasks_to_the_queue(admin: Actor):
    preparer = hire("preparer", "reception_preparer")
    secret = sign_in("preparer", PASSWORD, address="10.0.0.1")
    token = tokens.create_token("script", last_day=None, by=preparer)
    instance = register_request(almaty("2024-04-18"))
    with reading() as session:
        task = one(session, UserTask, instance_id=instance).id
    claim(task, by=preparer)

    returned = accounts.deactivate(preparer.id, by=admin)

    assert returned == 1
    assert signed_in(secret) is None
    assert tokens.actor_of_token(token.secret) is None
    with reading() as session:
        row = one(session, UserTask, id=task)
        assert (row.status, row.assignee_id) == ("open", None)
        assert one(session, History, kind="task_released").facts["reason"] == "person_deactivated"
    with pytest.raises(WrongPasswordError):
        sign_in("preparer", PASSWORD, address="10.0.0.1")
    assert [row.login for row in people_of(OFFICE)] == ["admin"]
    assert [row.login for row in people_of(OFFICE, with_inactive=True)] == ["admin", "preparer"]


def test_nobody_takes_away_her_own_access(admin: Actor):
    grant = person_of(OFFICE, admin.id).grants[0].id

    with pytest.raises(roles.OwnAccountError):
        accounts.deactivate(admin.id, by=admin)
    with pytest.raises(roles.OwnAccountError):
        roles.end_role(grant, by=admin)


def test_the_last_administrator_stays(admin: Actor):
    second = hire("second", "office_admin")
    accounts.deactivate(admin.id, by=second)
    accounts.activate(admin.id, by=second)
    accounts.deactivate(second.id, by=admin)
    grant = person_of(OFFICE, admin.id).grants[0].id

    with pytest.raises(roles.LastAdminError):
        accounts.deactivate(admin.id, by=second)
    with pytest.raises(roles.LastAdminError):
        roles.end_role(grant, by=second)


def test_whoever_keeps_people_or_draws_processes_keeps_nobody_waiting(admin: Actor):
    """Every job refers to its office, every grant to its person."""
    with transaction() as session:
        roles.keep_an_admin(session, admin)
        process_drafts.queue(session, OFFICE)
        use.person_of(session, admin.id, admin)
        with transaction() as other:
            other.execute(text("SET LOCAL lock_timeout = '1s'"))
            other.add(Job(office_id=OFFICE, kind="system", name="seal", payload={}, due_at=clock.now()))
            other.add(RoleGrant(office_id=OFFICE, person_id=admin.id, role="controller", valid_from=date(2024, 4, 18)))


def test_a_new_second_factor_is_asked_for_after_the_reset(admin: Actor):
    person = hire("operator", "reception_preparer")
    sign_in("operator", PASSWORD, address="10.0.0.1")
    with transaction() as session:
        row = session.get(Person, person.id)
        row.totp_secret, row.totp_confirmed = "JBSWY3DPEHPK3PXP", True

    accounts.reset_second_factor(person.id, by=admin)

    assert not person_of(OFFICE, person.id).second_factor
    assert person_of(OFFICE, person.id).sessions == 0


def test_people_are_found_by_any_part_and_a_percent_sign_is_no_wildcard(admin: Actor):
    use.create_person(NEW, by=admin)

    assert [row.login for row in people_of(OFFICE, find="айгүл")] == ["a.akhmetova"]
    assert [row.login for row in people_of(OFFICE, find="@example")] == ["a.akhmetova"]
    assert people_of(OFFICE, find="%") == []


def test_only_an_administrator_keeps_people(admin: Actor):
    preparer = hire("preparer", "reception_preparer")

    for act in (
        lambda: use.create_person(NEW, by=preparer),
        lambda: accounts.deactivate(admin.id, by=preparer),
        lambda: tokens.create_token("theirs", last_day=None, by=preparer, person_id=admin.id),
    ):
        with pytest.raises(ForbiddenError):
            act()


def test_a_token_is_kept_as_a_hash_and_works_until_it_is_revoked(admin: Actor):
    made = tokens.create_token(" робот ", last_day=None, by=admin)

    actor = tokens.actor_of_token(made.secret)

    assert (actor.id, actor.roles) == (admin.id, frozenset({"office_admin"}))
    with reading() as session:
        row = one(session, ApiToken, id=made.id)
        assert (row.name, len(row.token_hash)) == ("робот", 64)
        assert made.secret not in row.token_hash
    assert tokens.actor_of_token(made.secret[:-1]) is None
    assert tokens.actor_of_token("") is None
    tokens.revoke_token(made.id, by=admin)
    assert tokens.actor_of_token(made.secret) is None


def test_a_token_needs_a_name_and_a_last_day_within_a_year(admin: Actor):
    today = clock.wall().date()

    with pytest.raises(tokens.NamelessTokenError):
        tokens.create_token(" ", last_day=None, by=admin)
    for last_day in (date.min, today - timedelta(days=2), today + timedelta(days=400)):
        with pytest.raises(tokens.TokenLifeError):
            tokens.create_token("x", last_day=last_day, by=admin)
    assert tokens.actor_of_token(tokens.create_token("x", last_day=today + timedelta(days=1), by=admin).secret)


def test_somebody_elses_token_cannot_be_revoked(admin: Actor):
    preparer = hire("preparer", "reception_preparer")
    made = tokens.create_token("hers", last_day=None, by=admin)

    with pytest.raises(ForbiddenError):
        tokens.revoke_token(made.id, by=preparer)
    with pytest.raises(NotFoundError):
        tokens.revoke_token(made.id + 100, by=preparer)


def test_a_new_password_keeps_this_browser_and_closes_the_others(admin: Actor):
    here = sign_in("admin", PASSWORD, address="10.0.0.1")
    there = sign_in("admin", PASSWORD, address="10.0.0.2")

    change_password(PASSWORD, "қыс жаз күз көктем", keep=here, by=admin)

    assert signed_in(here) is not None
    assert signed_in(there) is None
    with reading() as session:
        assert len(session.scalars(select(WebSession)).all()) == 1


def test_units_stand_in_a_tree_without_circles(admin: Actor):
    top = units_of(OFFICE)[0].id
    name = Text("Бөлім", "Отдел", "Department")
    below = save_unit(None, code="department", name=name, parent_id=top, by=admin)

    with pytest.raises(UnitTreeError):
        save_unit(top, code="office", name=name, parent_id=below, by=admin)
    with pytest.raises(UnitInvalidError):
        save_unit(None, code="department", name=name, parent_id=None, by=admin)

    assert [(row.code, row.depth) for row in units_of(OFFICE)] == [("office", 0), ("department", 1)]
