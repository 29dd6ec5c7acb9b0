"""The code before a body's page: sent to the body's mailbox, short-lived, asked for once a browser."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from app.domain import clock
from app.models import BodyLinkCode, BodyLinkSecret, StateBody
from app.models.database import reading
from app.records.body_codes import LIFE, MOST_WRONG
from app.usecases.body_codes import CODES
from app.usecases.body_links import revoke_link
from app.usecases.transaction import transaction
from tests.asking_office import HOUSING, AskingOffice, asked_once, office
from tests.bodies import POSITION, Body, secrets_in, words

__all__ = ["asked_once", "office"]


@pytest.fixture
def reader(office: AskingOffice) -> Body:
    """Somebody who has opened the link of the housing department's letter, and nothing more."""
    body = Body.at(office.app, office.walk)
    body.follow(secrets_in(office.walk, HOUSING)[-1])
    return body


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def type_in(body: Body, code: str) -> int:
    return body.ask("POST", f"{body.place}/confirm", data={"code": code}).status_code


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("kk", "Органның поштасын оқитыныңызды растаңыз"),
        ("ru", "Подтвердите, что вы читаете почту органа"),
        ("en", "Show that you read the body's mail"),
    ],
)
def test_before_the_code_the_page_says_nothing_of_the_request(office: AskingOffice, language: str, title: str) -> None:
    body = Body.at(office.app, office.walk, language)

    said = words(body.follow(secrets_in(office.walk, HOUSING)[-1]))

    assert title in said
    assert "h•••@bodies.example" in said
    assert "Досмағамбетов" not in said
    assert "Үй апатты" not in said
    assert office.walk.case().number not in said


def test_nothing_can_be_sent_saved_or_read_without_the_code(office: AskingOffice, reader: Body) -> None:
    sent = reader.send(POSITION)
    saved = reader.send(POSITION, _save="1")
    file = reader.ask("GET", f"{reader.place}/files/1")

    assert {sent.headers["Location"], saved.headers["Location"]} == {reader.place}
    assert file.status_code in (403, 404)
    assert len(office.walk.tasks("record_position")) == 2
    assert office.position.submitted_at is None
    assert office.link.draft is None


def test_looking_sends_no_code_and_the_button_sends_one_to_the_bodys_address(
    office: AskingOffice, reader: Body
) -> None:
    """Mail scanners follow links before people do."""
    before = len(office.walk.post.mails)
    for _ in range(3):
        reader.ask("GET", reader.place)
    office.walk.work()
    looked = len(office.walk.post.mails)

    reader.have_code_sent()

    assert looked == before
    (mail,) = office.walk.post.mails[before:]
    assert mail.address == HOUSING
    assert len(set(re.findall(r"\b\d{6}\b", mail.text))) == 1


def test_the_code_opens_the_page_and_this_browser_is_not_asked_again(office: AskingOffice, reader: Body) -> None:
    opened = words(reader.confirm())
    again = words(reader.follow(secrets_in(office.walk, HOUSING)[-1]))
    stranger = Body.at(office.app, office.walk)

    assert "Досмағамбетов" in opened
    assert "Досмағамбетов" in again
    assert "Досмағамбетов" not in words(stranger.follow(secrets_in(office.walk, HOUSING)[-1]))
    (told,) = office.events("body_confirmed")
    assert told.facts["outside"] == {"body": office.position.body_id, "link": office.link.id}


def test_a_code_works_once(office: AskingOffice, reader: Body) -> None:
    code = reader.have_code_sent()
    other = Body.at(office.app, office.walk)
    other.follow(secrets_in(office.walk, HOUSING)[-1])

    assert [type_in(reader, code), type_in(other, code)] == [303, 422]


def test_a_wrong_code_is_told_and_after_five_the_right_one_is_over(office: AskingOffice, reader: Body) -> None:
    code = reader.have_code_sent()
    wrong = other_than(code)

    first = words(reader.ask("POST", f"{reader.place}/confirm", data={"code": wrong}))
    rest = {type_in(reader, wrong) for _ in range(MOST_WRONG - 1)}
    right = reader.ask("POST", f"{reader.place}/confirm", data={"code": code})

    assert "Код неверный" in first
    assert rest == {422}
    assert right.status_code == 422
    assert "больше не действует" in words(right)


def test_a_code_is_over_after_a_quarter_of_an_hour_and_by_the_next_one(office: AskingOffice, reader: Body) -> None:
    first = reader.have_code_sent()
    with transaction() as session:
        session.execute(update(BodyLinkCode).values(sent_at=clock.wall() - LIFE - timedelta(seconds=1)))
    late = type_in(reader, first)
    second = reader.have_code_sent()

    assert late == 422
    assert first == second or type_in(reader, first) == 422
    assert type_in(reader, second) == 303


def test_codes_cannot_be_asked_for_without_end(office: AskingOffice, reader: Body) -> None:
    asked = [reader.ask("POST", f"{reader.place}/code").status_code for _ in range(CODES + 1)]

    assert asked == [303] * CODES + [429]


def test_the_journal_and_the_database_hold_no_code(office: AskingOffice, reader: Body) -> None:
    code = reader.have_code_sent()

    with reading() as session:
        for table in ("letter", "job", "history", "history_payload", "body_link_code", "body_link_secret"):
            rows = str(session.execute(text(f"SELECT * FROM {table}")).all())
            assert not re.search(rf"(?<![\w.]){code}(?!\w)", rows), table


def test_a_revoked_link_sends_no_code_and_knows_no_browser(office: AskingOffice, reader: Body) -> None:
    known = office.body()
    revoke_link(office.link.id, reason="Ушло не туда", by=office.walk.actor("reception_coordinator"))

    assert reader.ask("POST", f"{reader.place}/code").status_code == 410
    assert reader.ask("GET", reader.place).status_code == 410
    assert known.ask("GET", known.place).status_code == 410


def test_a_body_without_an_address_opens_its_page_by_the_link_handed_over(office: AskingOffice, reader: Body) -> None:
    with transaction() as session:
        session.execute(update(StateBody).where(StateBody.email == HOUSING).values(email=None))

    assert "Досмағамбетов" in words(reader.ask("GET", reader.place))


def test_only_a_right_code_makes_a_secret_that_is_confirmed(office: AskingOffice, reader: Body) -> None:
    def confirmed() -> int:
        with reading() as session:
            return len(session.scalars(select(BodyLinkSecret).where(BodyLinkSecret.confirmed)).all())

    before = confirmed()
    type_in(reader, "000000")
    wrong = confirmed()
    reader.confirm()

    assert (before, wrong, confirmed()) == (0, 0, 1)
