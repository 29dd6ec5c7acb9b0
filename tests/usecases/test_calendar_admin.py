"""An administrator moves days; deadlines follow only as she consents."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import select

from app.domain import clock
from app.domain.calendar import NotADayOffError
from app.domain.texts import Text
from app.models import CalendarDecision, History, Job, UserTask
from app.models.database import reading
from app.queries.calendar import year_page
from app.queries.open_terms import terms_reaching
from app.usecases import calendar as use
from app.usecases.access import Actor, ForbiddenError
from app.usecases.jobs import perform_all
from app.usecases.leases import lease_due
from app.usecases.mailbox import MailboxMailer, MailboxSms
from app.usecases.outgoing import Outgoing
from tests.usecases.small_office import OFFICE, almaty, hire, one, opened, register_request

ORDER = {"document": "Приказ министра труда № 123", "document_date": date(2024, 4, 18)}
OUTGOING = Outgoing(mailer=MailboxMailer(), sms=MailboxSms(), sender="office@example.kz")


@pytest.fixture
def url(databases, migrated_template) -> Iterator[str]:
    made = databases.create(template=migrated_template)
    yield made
    databases.drop(made)


@pytest.fixture
def admin(url: str) -> Iterator[Actor]:
    with opened(url), clock.using(clock.StandingClock(almaty("2024-04-18"))):
        yield hire("admin", "office_admin", name="Ильяс Ахмедов")


def due_of(instance: int) -> str:
    with reading() as session:
        return one(session, UserTask, instance_id=instance).due_at.isoformat()


def timer_of(instance: int) -> str:
    with reading() as session:
        return one(session, Job, instance_id=instance, kind="timer").due_at.isoformat()


def recount() -> None:
    """Let the worker do what is due; timers of these stories lie in the future."""
    perform_all("test", OUTGOING)


def test_a_pair_flips_both_days_and_is_kept_in_one_version(admin: Actor):
    # the published pair 2024-05-04 → 2024-05-08 taken back, as if the order had been repealed
    wanted = use.Change(day=date(2024, 5, 8), moved_to=date(2024, 5, 4), **ORDER)

    use.decide(wanted, moving="keep", by=admin)

    page = year_page(OFFICE, 2024)
    may = {cell.day.day: cell.state for week in page.months[4].weeks for cell in week if cell}
    assert (may[4], may[8]) == ("moved", "work")
    assert page.months[4].working == 20
    with reading() as session:
        rows = session.scalars(select(CalendarDecision).order_by(CalendarDecision.id)).all()
    assert [(row.day.isoformat(), row.working, row.pair_day.isoformat(), row.version) for row in rows] == [
        ("2024-05-08", True, "2024-05-04", 1),
        ("2024-05-04", False, "2024-05-08", 1),
    ]


def test_a_chain_of_transfers_ends_where_the_last_one_says(admin: Actor):
    use.decide(use.Change(day=date(2024, 5, 8), moved_to=date(2024, 5, 4), **ORDER), moving="keep", by=admin)
    use.decide(use.Change(day=date(2024, 5, 4), moved_to=date(2024, 5, 6), **ORDER), moving="keep", by=admin)

    with pytest.raises(NotADayOffError):
        use.decide(use.Change(day=date(2024, 5, 4), moved_to=date(2024, 5, 13), **ORDER), moving="keep", by=admin)

    may = {cell.day.day: cell.state for week in year_page(OFFICE, 2024).months[4].weeks for cell in week if cell}
    assert (may[4], may[6], may[8]) == ("work", "moved", "work")
    with reading() as session:
        assert max(session.scalars(select(CalendarDecision.version))) == 2


def test_kurban_ait_moves_from_17_to_16_june_by_two_single_days(admin: Actor):
    reason = Text("Құрбан айт", "Курбан айт", "Kurban Ait")
    use.decide(use.Change(day=date(2024, 6, 17), working=False, reason=reason, **ORDER), moving="keep", by=admin)
    before = year_page(OFFICE, 2024).months[5].working
    moved = Text("Құрбан айт 16.06 күніне ауысты", "Курбан айт перенесён на 16.06", "")

    use.decide(use.Change(day=date(2024, 6, 17), working=True, reason=moved, **ORDER), moving="keep", by=admin)

    june = {cell.day.day: cell for week in year_page(OFFICE, 2024).months[5].weeks for cell in week if cell}
    assert before == 19
    assert year_page(OFFICE, 2024).months[5].working == 20
    assert (june[16].state, june[16].why.kk) == ("hol", "Құрбан айт")
    assert june[17].why.ru == "Курбан айт перенесён на 16.06"


def test_the_preview_names_months_and_deadlines_and_changes_nothing(admin: Actor):
    instance = register_request(almaty("2024-05-06"))  # Mon; 07–09.05 are off, so Fri 10, Mon 13, Tue 14 are counted
    before = due_of(instance)

    seen = use.preview(use.Change(day=date(2024, 5, 8), moved_to=date(2024, 5, 4), **ORDER), by=admin)

    assert before == "2024-05-14T13:30:00+00:00"
    assert [(each.instance_id, each.new.isoformat(), each.earlier) for each in seen.moved] == [
        (instance, "2024-05-13T13:30:00+00:00", True)
    ]
    assert seen.months == ()  # both days lie in May
    assert seen.days == (date(2024, 5, 4), date(2024, 5, 8))
    assert due_of(instance) == before


def test_the_preview_of_a_pair_over_two_months_counts_both(admin: Actor):
    moved = use.Change(day=date(2024, 6, 1), moved_to=date(2024, 5, 31), **ORDER)

    seen = use.preview(moved, by=admin)

    assert [(each.month, each.before, each.after) for each in seen.months] == [(5, 20, 19), (6, 20, 21)]


def test_consent_moves_task_and_timer_and_the_history_keeps_both_moments(admin: Actor):
    instance = register_request(almaty("2024-05-13"))  # due Thu 16.05
    closed = use.Change(
        day=date(2024, 5, 15), working=False, reason=Text("жөндеу", "ремонт здания"), layer="local", document="Приказ 7"
    )
    seen = use.preview(closed, by=admin)

    use.decide(closed, moving="all", by=admin)
    recount()

    assert [(each.old.isoformat()[:10], each.new.isoformat()[:10], each.earlier) for each in seen.moved] == [
        ("2024-05-16", "2024-05-17", False)
    ]
    assert due_of(instance) == timer_of(instance) == "2024-05-17T13:30:00+00:00"
    with reading() as session:
        event = one(session, History, kind="terms_recounted")
        assert event.facts["tasks"][0] == {
            "task": seen.moved[0].task_id,
            "old": "2024-05-16T13:30:00+00:00",
            "new": "2024-05-17T13:30:00+00:00",
        }
        assert event.facts["timers"][0]["element"] == "overdue"
        assert event.person_id == admin.id


def test_without_consent_open_deadlines_stay_and_new_ones_follow_the_new_calendar(admin: Actor):
    old = register_request(almaty("2024-05-13"))
    closed = use.Change(day=date(2024, 5, 15), reason=Text("жөндеу", "ремонт"), layer="local")

    use.decide(closed, moving="keep", by=admin)
    recount()
    new = register_request(almaty("2024-05-13", 11))

    assert due_of(old) == timer_of(old) == "2024-05-16T13:30:00+00:00"
    assert due_of(new) == "2024-05-17T13:30:00+00:00"


def test_a_known_deadline_gets_shorter_only_with_the_consent_to_shorten(admin: Actor):
    instance = register_request(almaty("2024-05-17"))  # Fri; due Wed 22.05
    saturday = use.Change(day=date(2024, 5, 18), working=True, reason=Text("жұмыс күні", "рабочий"), layer="local")
    first = use.decide(saturday, moving="later", by=admin)
    recount()
    kept = due_of(instance)
    use.revoke(first, reason="ошибка", moving="keep", by=admin)

    use.decide(saturday, moving="all", by=admin)
    recount()

    assert kept == "2024-05-22T13:30:00+00:00"
    assert due_of(instance) == timer_of(instance) == "2024-05-21T13:30:00+00:00"


def test_recounting_twice_moves_nothing_the_second_time(admin: Actor):
    instance = register_request(almaty("2024-05-13"))
    closed = use.Change(day=date(2024, 5, 15), reason=Text("жөндеу", "ремонт"), layer="local")
    use.decide(closed, moving="all", by=admin)
    recount()
    with reading() as session:
        events = len(session.scalars(select(History.id).where(History.instance_id == instance)).all())

    from app.usecases.recount import recount_terms

    assert recount_terms(OFFICE, skip=(), version=1, by=admin.id) == 0
    with reading() as session:
        assert len(session.scalars(select(History.id).where(History.instance_id == instance)).all()) == events


def test_a_revoked_transfer_leaves_the_calendar_as_it_was_and_stays_in_the_list(admin: Actor):
    before = year_page(OFFICE, 2024)
    decided = use.decide(use.Change(day=date(2024, 5, 8), moved_to=date(2024, 5, 4), **ORDER), moving="keep", by=admin)

    use.revoke(decided, reason="приказ отменён", moving="keep", by=admin)

    after = year_page(OFFICE, 2024)
    assert [month.weeks for month in after.months] == [month.weeks for month in before.months]
    assert [(row.revoked_by, row.day.isoformat()) for row in after.decisions] == [("Ильяс Ахмедов", "2024-05-08")]
    with pytest.raises(use.RevocationReasonError):
        use.revoke(decided, reason=" ", moving="keep", by=admin)


def test_a_year_is_approved_by_its_twelve_numbers_and_mismatches_are_named(admin: Actor):
    ours = [month.working for month in year_page(OFFICE, 2027).months]
    typed = [*ours[:2], ours[2] + 1, *ours[3:]]

    with pytest.raises(use.BalanceDiffersError) as refused:
        use.approve_year(2027, typed, by=admin)
    with pytest.raises(use.BalanceIncompleteError):
        use.approve_year(2027, [*ours[:11], None], by=admin)
    still_preliminary = year_page(OFFICE, 2027).preliminary
    use.approve_year(2027, ours, by=admin)

    page = year_page(OFFICE, 2027)
    assert refused.value.months == ((3, ours[2], ours[2] + 1),)
    assert still_preliminary
    assert not page.preliminary
    assert page.approved_by == "Ильяс Ахмедов"
    assert page.differing == ()


def test_a_decision_after_the_approval_shows_the_month_that_differs(admin: Actor):
    ours = [month.working for month in year_page(OFFICE, 2027).months]
    use.approve_year(2027, ours, by=admin)

    use.decide(
        use.Change(day=date(2027, 6, 1), reason=Text("жабық", "закрыто"), layer="local"), moving="keep", by=admin
    )

    assert [(each.number, each.working, each.official) for each in year_page(OFFICE, 2027).differing] == [
        (6, ours[5] - 1, ours[5])
    ]


def test_open_terms_that_reach_a_preliminary_year_are_counted_in_the_warning(url: str):
    with opened(url), clock.using(clock.StandingClock(almaty("2026-12-30"))):
        register_request(almaty("2026-12-30"))

        page = year_page(OFFICE, 2026)

        assert page.warned_year == 2026  # nobody has approved it in this office
        assert page.warned_terms == 1
        assert [each.due_at.isoformat()[:10] for each in terms_reaching(OFFICE, 2027)] == ["2027-01-06"]


def test_kurban_ait_of_2027_is_estimated_until_a_decision_confirms_it(admin: Actor):
    estimated = year_page(OFFICE, 2027).estimated
    reason = Text("Құрбан айт", "Курбан айт", "Kurban Ait")

    use.decide(use.Change(day=date(2027, 5, 16), reason=reason, **ORDER), moving="keep", by=admin)

    assert estimated == (date(2027, 5, 16),)
    assert year_page(OFFICE, 2027).estimated == ()


def test_an_official_decision_names_its_document_and_a_single_day_its_reason(admin: Actor):
    with pytest.raises(use.DocumentMissingError):
        use.preview(use.Change(day=date(2024, 5, 8), moved_to=date(2024, 5, 4)), by=admin)
    with pytest.raises(use.ReasonMissingError):
        use.preview(use.Change(day=date(2024, 5, 15), layer="local", reason=Text("жөндеу", "")), by=admin)


def test_only_who_may_edit_the_calendar_changes_it(admin: Actor):
    preparer = hire("preparer", "reception_preparer")

    with pytest.raises(ForbiddenError):
        use.decide(use.Change(day=date(2024, 5, 8), moved_to=date(2024, 5, 4), **ORDER), moving="all", by=preparer)

    assert lease_due("test") == []
