"""The waiting list: what becomes free is offered to the first in order, for a while, then to the next."""

import re
from collections.abc import Iterator
from datetime import date

import pytest

from app.models import Applicant, ReceptionRequest, WaitingEntry
from app.models.database import reading
from app.queries.choices import choices_for
from app.queries.waiting import offer_seen, waiting_page
from app.usecases import waiting as use
from app.usecases.transaction import transaction
from app.usecases.visits import cancel_visit, open_visit
from tests.reception import Walk, at, kostanay, shown

ADDRESS = re.compile(r"https://reception\.example/visit/([0-9a-f]{32})")
STEP = "register_and_notify_applicant"


@pytest.fixture
def walk(database_url: str) -> Iterator[Walk]:
    """One place on Friday 27 June, taken by the first case."""
    with kostanay(database_url, at("2025-06-10")) as walk:
        walk.reception_day(date(2025, 6, 27), slots=1)
        walk.start()
        walk.play(STEP)
        yield walk


def book_first(walk: Walk) -> str:
    walk.complete(STEP, slot=str(walk.slots[0]), place="akimat")
    return ADDRESS.findall(walk.post.mails[-1].text)[-1]


def another(walk: Walk, **changes: str) -> int:
    """A case that has been decided on and finds no place free."""
    case = walk.start(**changes)
    walk.play(STEP)
    return case


def waits(walk: Walk, case: int, **wish: object) -> int:
    return use.wait_for_place(case, use.Wish(**wish), by=walk.actor("reception_coordinator"))  # type: ignore[arg-type]


def statuses() -> dict[int, str]:
    with reading() as session:
        return {row.case_id: row.status for row in session.query(WaitingEntry).order_by(WaitingEntry.id)}


def two_who_wait(walk: Walk) -> tuple[str, int, int]:
    second, third = another(walk), another(walk)
    walk.case_id -= 2
    secret = book_first(walk)
    waits(walk, second)
    waits(walk, third)
    return secret, second, third


def test_nothing_is_offered_while_nothing_is_free(walk: Walk) -> None:
    _, second, third = two_who_wait(walk)

    assert use.offer_places() == 0
    assert statuses() == {second: "waiting", third: "waiting"}


def test_a_place_given_back_is_offered_to_the_first_by_letter(walk: Walk) -> None:
    """KST-PRIO: in the order of the list; the seat is kept for her until the close of the next working day."""
    secret, second, third = two_who_wait(walk)
    cancel_visit(secret)

    assert use.offer_places() == 1
    walk.work()

    assert statuses() == {second: "offered", third: "waiting"}
    walk.case_id = second
    (letter,) = walk.letters("place_offered")
    assert "27.06.2025" in letter.body
    assert f"{walk.now:%d.%m.%Y}" not in letter.body
    mail = [each for each in walk.post.mails if "Қабылдауда орын босады" in each.subject][-1]
    seen = offer_seen(ADDRESS.findall(mail.text)[-1])
    assert seen is not None
    assert shown(seen.starts_at) == "2025-06-27 10:00"
    with reading() as session:
        offered = choices_for(session, "kostanay", third, ["reception_slots"])["reception_slots"]
    assert offered == []
    assert use.offer_places() == 0


def test_she_accepts_by_the_link_and_the_coordinator_books_her(walk: Walk) -> None:
    secret, second, _ = two_who_wait(walk)
    cancel_visit(secret)
    use.offer_places()
    walk.work()
    mail = [each for each in walk.post.mails if "Қабылдауда орын босады" in each.subject][-1]

    use.answer_by_link(ADDRESS.findall(mail.text)[-1], accept=True)

    first = waiting_page("kostanay").rows[0]
    assert (first.case_id, first.status) == (second, "accepted")
    walk.case_id = second
    assert first.book == walk.task(STEP).id
    walk.complete(STEP, slot=str(walk.slots[0]), place="akimat")
    use.offer_places()
    assert statuses()[second] == "taken"
    assert [row.status for row in walk.bookings()] == ["booked"]


def test_an_offer_that_is_declined_goes_to_the_next(walk: Walk) -> None:
    secret, second, third = two_who_wait(walk)
    cancel_visit(secret)
    use.offer_places()
    entry = waiting_page("kostanay").rows[0].id

    use.answer_offer(entry, accept=False, by=walk.actor("reception_coordinator"))
    use.offer_places()

    assert statuses() == {second: "declined", third: "offered"}


def test_an_offer_without_an_answer_goes_to_the_next_and_she_stands_behind_her(walk: Walk) -> None:
    secret, second, third = two_who_wait(walk)
    cancel_visit(secret)
    use.offer_places()

    walk.clock.moment = at("2025-06-20", "18:31")
    use.offer_places()

    assert statuses() == {second: "waiting", third: "offered"}
    assert [row.case_id for row in waiting_page("kostanay").rows] == [third, second]
    with pytest.raises(use.OfferEndedError):
        use.answer_offer(_entry(second), accept=True, by=walk.actor("reception_coordinator"))


def test_who_lets_two_offers_pass_is_taken_off_the_list(walk: Walk) -> None:
    second = another(walk)
    waits(walk, second)
    use.offer_places()
    walk.clock.moment = at("2025-06-18", "18:31")
    use.offer_places()
    assert statuses() == {second: "offered"}

    walk.clock.moment = at("2025-06-23", "18:31")
    use.offer_places()

    assert statuses() == {second: "lapsed"}


def test_a_listed_category_stands_before_those_who_came_earlier(walk: Walk) -> None:
    """KST-PRIO-2, BR-04: each place says why."""
    second, third = another(walk), another(walk)
    with transaction() as session:
        request = session.get_one(ReceptionRequest, third)
        request.answers = {**request.answers, "priority_category": "disabled"}
    waits(walk, second)
    waits(walk, third)

    rows = waiting_page("kostanay").rows

    assert [(row.case_id, row.clause) for row in rows] == [(third, "KST-PRIO-2"), (second, "KST-PRIO")]
    assert rows[0].reason.ru.startswith("в первую очередь: лицо с инвалидностью")


def test_who_has_an_appointment_is_offered_only_an_earlier_one_and_moves_by_it(walk: Walk) -> None:
    """KST-S07.2"""
    secret = book_first(walk)
    case = walk.case_id
    waits(walk, case)
    later = walk.reception_day(date(2025, 6, 30), slots=1)
    assert use.offer_places() == 0

    earlier = walk.reception_day(date(2025, 6, 26), slots=1)
    assert use.offer_places() == 1
    use.answer_by_link(secret, accept=True)

    assert later != earlier
    assert shown(open_visit(secret, address="x").starts_at) == "2025-06-26 10:00"
    assert open_visit(secret, address="x").moves_left == 2
    assert statuses() == {case: "taken"}


def test_somebody_without_an_address_is_to_be_called(walk: Walk) -> None:
    second = another(walk)
    waits(walk, second)
    with transaction() as session:
        for person in session.query(Applicant):
            person.email = None
    use.offer_places()

    (row,) = waiting_page("kostanay").rows

    assert (row.status, row.to_call, row.phone) == ("offered", True, "+77771234567")


def test_a_wish_is_kept_to(walk: Walk) -> None:
    second = another(walk)
    waits(walk, second, from_day=date(2025, 7, 1), to_day=date(2025, 7, 31))
    assert use.offer_places() == 0

    walk.reception_day(date(2025, 7, 3), slots=1)
    use.offer_places()

    (row,) = waiting_page("kostanay").rows
    assert row.offered is not None
    assert shown(row.offered) == "2025-07-03 10:00"


def test_a_case_stands_on_the_list_once_and_periods_make_sense(walk: Walk) -> None:
    waits(walk, walk.case_id)

    with pytest.raises(use.WaitsAlreadyError):
        waits(walk, walk.case_id)
    with pytest.raises(use.WrongPeriodError):
        waits(walk, another(walk), from_day=date(2025, 7, 2), to_day=date(2025, 7, 1))


def _entry(case: int) -> int:
    with reading() as session:
        return session.query(WaitingEntry).filter(WaitingEntry.case_id == case).one().id
