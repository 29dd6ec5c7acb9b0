"""The applicant's link: what it shows, what she may do by it, and that it is hers alone."""

import re
from collections.abc import Iterator
from datetime import date

import pytest

from app.models import File, Letter, VisitLink
from app.models.database import reading
from app.records.files import content_of
from app.records.holds import SlotClosedError, SlotTakenError
from app.usecases import visits as use
from tests.reception import Walk, at, kostanay, shown

ADDRESS = re.compile(r"https://reception\.example/visit/([0-9a-f]{32})")


@pytest.fixture
def walk(database_url: str) -> Iterator[Walk]:
    with kostanay(database_url, at("2025-06-10")) as walk:
        walk.reception_day(date(2025, 6, 27), slots=4)
        yield walk


def booked(walk: Walk, slot: int = 0) -> str:
    """A case with an appointment; returns the secret of the link that its applicant got."""
    walk.start()
    walk.play("register_and_notify_applicant")
    walk.complete("register_and_notify_applicant", slot=str(walk.slots[slot]), place="akimat")
    return secret_of(walk)


def secret_of(walk: Walk) -> str:
    return ADDRESS.findall(walk.post.mails[-1].text)[-1]


def looked_at(secret: str) -> use.Visit:
    return use.open_visit(secret, address="10.0.0.1")


def test_the_notice_carries_a_link_that_the_office_itself_cannot_read(walk: Walk) -> None:
    """KST-S04.2"""
    secret = booked(walk)

    (letter,) = walk.letters("appointment")
    with reading() as session:
        link = session.query(VisitLink).one()
    assert len(secret) * 4 == 128
    assert secret not in letter.body
    assert "⟦visit" in letter.body
    assert secret not in str(vars(link))
    assert link.token_hash is not None
    assert looked_at(secret).number == walk.case().number


def test_it_shows_when_and_where_and_who_but_neither_name_nor_matter(walk: Walk) -> None:
    visit = looked_at(booked(walk))

    assert shown(visit.starts_at) == "2025-06-27 10:00"
    assert visit.place.kk.startswith("Қостанай қ.")
    assert visit.language == "kk"
    assert (visit.may_move, visit.may_cancel, visit.moves_left) == (True, True, 2)
    assert shown(visit.change_until) == "2025-06-26 18:30"
    assert [each.slot_id for each in visit.times] == walk.slots[1:]
    assert "Досмағамбетов" not in str(visit)
    assert "Үй апатты" not in str(visit)


def test_she_moves_it_and_everybody_is_told(walk: Walk) -> None:
    """KST-S07.2: a new entry in the journal, a letter at once with the same calendar event, newer."""
    secret = booked(walk)

    use.keep_time(secret, walk.slots[2])
    use.move_visit(secret, walk.slots[2])
    walk.work()

    visit = looked_at(secret)
    assert shown(visit.starts_at) == "2025-06-27 10:40"
    assert visit.moves_left == 1
    assert [row.status for row in walk.bookings()] == ["moved", "booked"]
    assert len(walk.entries("R-RECEPTION")) == 2
    first, second = walk.letters("appointment")[0], walk.letters("schedule_changed")[0]
    assert sequence(first) == ("0", "PUBLISH")
    assert sequence(second) == ("1", "PUBLISH")
    assert uid(first) == uid(second)
    assert secret_of(walk) == secret


def test_she_moves_it_as_often_as_the_office_allows(walk: Walk) -> None:
    secret = booked(walk)
    use.move_visit(secret, walk.slots[1])
    use.move_visit(secret, walk.slots[2])

    with pytest.raises(use.MoveRefusedError):
        use.move_visit(secret, walk.slots[3])

    visit = looked_at(secret)
    assert (visit.may_move, visit.moves_left, visit.may_cancel) == (False, 0, True)
    assert visit.times == []


def test_a_new_link_gives_no_new_moves(walk: Walk) -> None:
    secret = booked(walk)
    use.move_visit(secret, walk.slots[1])
    use.move_visit(secret, walk.slots[2])

    use.send_new_link(walk.case_id, by=walk.actor("reception_coordinator"))
    walk.work()

    assert secret_of(walk) != secret
    assert looked_at(secret_of(walk)).moves_left == 0


def test_after_the_day_that_the_office_names_she_has_to_call(walk: Walk) -> None:
    secret = booked(walk)
    walk.clock.moment = at("2025-06-26", "18:31")

    with pytest.raises(use.MoveRefusedError) as refused:
        use.move_visit(secret, walk.slots[1])

    assert refused.value.text.ru == "Перенести приём по ссылке уже нельзя. Позвоните в приёмную: 8-7142-575-084."


def test_a_time_that_somebody_keeps_is_told_as_taken_with_the_next_ones(walk: Walk) -> None:
    quick = booked(walk, 0)
    late = booked(walk, 1)
    use.keep_time(quick, walk.slots[2])

    with pytest.raises(SlotTakenError) as refused:
        use.keep_time(late, walk.slots[2])

    assert refused.value.text.kk.endswith("Жақын бос уақыттар: 27.06.2025, 11:00.")
    assert looked_at(quick).kept_slot == walk.slots[2]


def test_a_time_of_another_official_or_of_none_cannot_be_chosen(walk: Walk) -> None:
    secret = booked(walk)

    with pytest.raises(SlotClosedError):
        use.keep_time(secret, 999_999)


def test_she_cancels_and_the_place_is_free_again(walk: Walk) -> None:
    """KST-TASK-2.1: the request is withdrawn, the case closes; a letter takes the event out of her calendar."""
    secret = booked(walk)

    use.cancel_visit(secret)
    walk.work()

    assert walk.case().status == "withdrawn"
    assert [row.status for row in walk.bookings()] == ["withdrawn"]
    (letter,) = walk.letters("withdrawn")
    assert letter.status == "sent"
    assert "27.06.2025" in letter.body
    assert sequence(letter) == ("1", "CANCEL")
    with pytest.raises(use.LinkEndedError):
        looked_at(secret)


def test_a_revoked_link_opens_nothing(walk: Walk) -> None:
    secret = booked(walk)

    use.revoke_visit_link(walk.case_id, by=walk.actor("reception_coordinator"))

    for act in (looked_at, use.visit_calendar, use.cancel_visit):
        with pytest.raises(use.LinkEndedError):
            act(secret)
    with pytest.raises(use.LinkEndedError):
        use.move_visit(secret, walk.slots[1])


def test_a_mark_that_somebody_wrote_into_a_letter_is_no_link(walk: Walk) -> None:
    booked(walk)
    with reading() as session:
        link = session.query(VisitLink).one()
    walk.start(full_name=f"⟦visit {link.id}⟧")
    walk.play("register_and_notify_applicant")
    walk.complete("register_and_notify_applicant", slot=str(walk.slots[1]), place="akimat")

    mail = walk.post.mails[-1]

    assert f"⟦visit {link.id}⟧" in mail.text
    assert len(ADDRESS.findall(mail.text)) == 1


def sequence(letter: Letter) -> tuple[str, str]:
    content = attached(letter)
    return re.findall(r"SEQUENCE:(\d+)", content)[0], re.findall(r"METHOD:(\w+)", content)[0]


def uid(letter: Letter) -> str:
    return re.findall(r"UID:(\S+)", attached(letter))[0]


def attached(letter: Letter) -> str:
    """The calendar file that goes with a letter."""
    with reading() as session:
        files = [session.get_one(File, number) for number in letter.files]
        (file,) = [each for each in files if each.media_type == "text/calendar"]
        return b"".join(content_of(session, file.sha256)).decode()
