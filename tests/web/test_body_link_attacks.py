"""The links of state bodies under attack: guessed, reused, expired, revoked, others', forged; files huge, disguised."""

import io
import re
import secrets
import zipfile
from typing import Any

import pytest
from sqlalchemy import func, select, text

from app.models import BodyLink, BodyLinkSecret, File, History, Letter, RateLimit
from app.models.database import reading
from app.records.body_links import hash_of
from app.usecases import body_links as manage
from app.usecases.access import Actor, ForbiddenError
from app.usecases.body_answers import ENTRIES, MOST_FILES
from app.usecases.published import NotFoundError
from app.usecases.transaction import transaction
from tests.asking_office import HOUSING, SOCIAL, AskingOffice, asked_once, office
from tests.bodies import POSITION, Body, secrets_in, words
from tests.reception import at, shown

__all__ = ["asked_once", "office"]
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def untouched(office: AskingOffice) -> bool:
    """Nothing was answered, saved or brought."""
    with reading() as session:
        files = session.scalar(select(func.count()).where(File.link_id.is_not(None)))
        drafts = session.scalar(select(func.count()).where(BodyLink.draft.is_not(None)))
    return len(office.walk.tasks("record_position")) == 2 and not files and not drafts


def stranger(office: AskingOffice) -> Body:
    return Body.at(office.app, office.walk)


NEVER_GIVEN = "6d17259036e38ac1099a95e8b9d6d2f8"


@pytest.mark.parametrize("secret", ["0" * 32, NEVER_GIVEN, "x", "0" * 31, "0" * 33, "A" * 32, "%00" * 8])
def test_a_guessed_secret_opens_nothing(office: AskingOffice, secret: str) -> None:
    answer = stranger(office).ask("GET", f"/b/{secret}")

    assert answer.status_code == (400 if "%00" in secret else 404)  # an address with a null sign is none
    assert "Set-Cookie" not in answer.headers or "body-link" not in answer.headers["Set-Cookie"]


def test_secrets_have_128_random_bits_and_are_kept_only_hashed(office: AskingOffice) -> None:
    known = secrets_in(office.walk, HOUSING) + secrets_in(office.walk, SOCIAL)

    assert all(re.fullmatch(r"[0-9a-f]{32}", secret) for secret in known)
    with reading() as session:
        kept = session.scalars(select(BodyLinkSecret.secret_hash)).all()
        assert sorted(kept) == sorted(map(hash_of, known))
        for table in ("letter", "job", "history", "history_payload", "body_link", "body_link_secret", "message"):
            rows = str(session.execute(text(f"SELECT * FROM {table}")).all())
            assert not any(secret in rows for secret in known), table


def test_whoever_guesses_is_stopped_after_a_while_even_with_the_right_secret(office: AskingOffice) -> None:
    guesser = stranger(office)
    codes = {guesser.ask("GET", f"/b/{secrets.token_hex(16)}").status_code for _ in range(ENTRIES)}

    right = guesser.ask("GET", f"/b/{secrets_in(office.walk, HOUSING)[0]}")

    assert codes == {404}
    assert right.status_code == 429


def test_opening_a_link_changes_nothing_however_often(office: AskingOffice) -> None:
    """Mail scanners follow links before people do."""
    counts = text(
        "SELECT (SELECT count(*) FROM history), (SELECT count(*) FROM body_link_secret), (SELECT count(*) FROM letter)"
    )
    with reading() as session:
        before = tuple(session.execute(counts).one())
    for _ in range(3):
        stranger(office).follow(secrets_in(office.walk, HOUSING)[0])
        stranger(office).ask("HEAD", f"/b/{secrets_in(office.walk, HOUSING)[0]}")

    with reading() as session:
        assert tuple(session.execute(counts).one()) == before
    assert untouched(office)


def test_the_secret_leaves_the_address_at_once_and_names_nobody(office: AskingOffice) -> None:
    secret = secrets_in(office.walk, HOUSING)[0]

    moved = stranger(office).ask("GET", f"/b/{secret}")

    assert moved.status_code == 303
    assert re.fullmatch(r"/b/link/\d+", moved.headers["Location"])
    assert secret not in moved.headers["Location"]
    cookie = moved.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert f"Path={moved.headers['Location']}" in cookie
    assert moved.headers["Referrer-Policy"] == "no-referrer"
    assert moved.headers["Cache-Control"] == "no-store"


def test_without_the_cookie_of_the_letter_the_page_is_not_there(office: AskingOffice) -> None:
    for link_id in (office.link.id, 999999):
        answer = stranger(office).ask("GET", f"/b/link/{link_id}")
        assert answer.status_code == 404
        assert stranger(office).ask("POST", f"/b/link/{link_id}", data=POSITION).status_code == 404
    assert untouched(office)


def test_one_bodys_secret_does_not_open_anothers_link(office: AskingOffice) -> None:
    """Another task: the secret of the social department at the link of housing."""
    thief = stranger(office)
    place = f"/b/link/{office.link.id}"
    thief.client.set_cookie(f"body-link-{office.link.id}", secrets_in(office.walk, SOCIAL)[0], path=place)

    answers = [thief.ask("GET", place), thief.ask("POST", place, data=POSITION), thief.ask("GET", f"{place}/files/1")]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert untouched(office)


def test_a_links_files_are_not_anothers(office: AskingOffice) -> None:
    office.body().send(POSITION, position_files=(io.BytesIO(PDF), "a.pdf"))
    with reading() as session:
        file_id = session.scalars(select(File.id).where(File.link_id.is_not(None))).one()

    own = office.body()
    other = office.body(SOCIAL)

    assert own.ask("GET", f"{own.place}/files/{file_id}").data == PDF
    assert other.ask("GET", f"{other.place}/files/{file_id}").status_code == 404
    assert other.send({**POSITION, "position_files": str(file_id)}).status_code == 422


def test_a_link_opens_no_page_of_the_office(office: AskingOffice) -> None:
    body = office.body()

    for place in (f"/cases/{office.walk.case_id}", "/tasks", "/bodies", "/settings/bodies", "/files/1"):
        answer = body.ask("GET", place)
        assert answer.status_code == 303
        assert answer.headers["Location"].startswith("/sign-in")


def test_an_expired_link_says_so_and_takes_nothing(office: AskingOffice) -> None:
    body = office.body()
    office.walk.pass_time_to(at("2025-07-04", "18:01"))

    page, sent = body.ask("GET", body.place), body.send(POSITION)

    assert (page.status_code, sent.status_code) == (410, 410)
    assert "больше не действует" in words(page)
    assert untouched(office)


def test_a_revoked_link_ends_at_once_for_who_has_it_open(office: AskingOffice) -> None:
    body = office.body()
    manage.revoke_link(office.link.id, reason="Хат басқа адамға кетті.", by=office.walk.actor("reception_coordinator"))

    page, sent = body.ask("GET", body.place), body.send(POSITION)
    saved = body.send({"position_text": "a"}, _save="1")

    assert (page.status_code, sent.status_code, saved.status_code) == (410, 410, 410)
    assert untouched(office)
    assert office.events("body_link_revoked")[0].person_id == office.walk.people["reception_coordinator"]


def test_after_a_renewal_only_the_new_letter_works(office: AskingOffice) -> None:
    old = secrets_in(office.walk, HOUSING)[-1]
    manage.renew_link(office.link.id, by=office.walk.actor("reception_coordinator"))
    office.walk.work()

    new = secrets_in(office.walk, HOUSING)[-1]

    assert new != old
    assert stranger(office).enter(old).status_code == 410
    assert stranger(office).enter(new).status_code == 200


def test_a_link_sent_again_has_a_secret_of_its_own_and_both_work(office: AskingOffice) -> None:
    manage.resend_link(office.link.id, by=office.walk.actor("reception_coordinator"))
    office.walk.work()

    first, second = secrets_in(office.walk, HOUSING)

    assert stranger(office).enter(first).status_code == 200
    assert stranger(office).enter(second).status_code == 200


def test_a_letter_that_leaves_after_the_revocation_carries_no_link(office: AskingOffice) -> None:
    manage.resend_link(office.link.id, by=office.walk.actor("reception_coordinator"))
    manage.revoke_link(office.link.id, reason="Қате.", by=office.walk.actor("reception_coordinator"))
    office.walk.work()

    assert len(secrets_in(office.walk, HOUSING)) == 1


@pytest.mark.parametrize("act", [manage.renew_link, manage.resend_link])
def test_nobody_of_another_office_or_role_touches_a_link(office: AskingOffice, act: Any) -> None:
    foreign = Actor(1, "karaganda", "", "ru", frozenset({"reception_coordinator"}))
    leader = office.walk.actor("leadership")

    with pytest.raises(NotFoundError):
        act(office.link.id, by=foreign)
    with pytest.raises(NotFoundError):
        manage.revoke_link(office.link.id, reason="x", by=foreign)
    with pytest.raises(ForbiddenError):
        act(office.link.id, by=leader)


def test_a_link_moved_to_another_office_finds_no_task(office: AskingOffice) -> None:
    """Should a row ever lie about its office, the task is looked for in that office and not found."""
    body = office.body()
    with transaction() as session:
        session.execute(
            text('INSERT INTO office SELECT (jsonb_populate_record(office, \'{"id": "other"}\')).* FROM office')
        )
        session.execute(text("UPDATE body_link SET office_id = 'other'"))

    sent = body.send(POSITION)

    assert sent.status_code == 409
    assert untouched(office)


def test_a_forged_form_without_the_token_is_refused(office: AskingOffice) -> None:
    """CSRF: another site sends the form with the body's cookie."""
    body = office.body()
    office.app.config["WTF_CSRF_ENABLED"] = True

    forged = body.send(POSITION)
    token = re.search(r'name="csrf_token" value="([^"]+)"', body.ask("GET", body.place).text)
    own = body.send({**POSITION, "csrf_token": token[1] if token else ""})

    assert forged.status_code == 400
    assert own.status_code == 303


def test_a_huge_file_is_refused_at_its_field(office: AskingOffice) -> None:
    body = office.body()

    answer = body.send(POSITION, position_files=(io.BytesIO(b"%PDF-1.7\n" + b"0" * (21 * 1024 * 1024)), "big.pdf"))

    assert answer.status_code == 422
    assert "слишком большой" in words(answer)
    assert untouched(office)


def test_a_request_beyond_every_limit_is_refused_whole(office: AskingOffice) -> None:
    body = office.body()

    whole = {"data": b"0" * (33 * 1024 * 1024), "content_type": "multipart/form-data; boundary=x"}
    answer = body.ask("POST", body.place, **whole)

    assert answer.status_code == 413
    assert untouched(office)


def bomb() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b"0" * (64 * 1024 * 1024))
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("virus.exe", b"MZ\x90\x00"),
        ("virus.pdf", b"MZ\x90\x00" + b"0" * 100),
        ("page.pdf", b"<html><script>alert(1)</script>"),
        ("page.html", b"<html>"),
        ("picture.png", b"\x89PNG\r\n\x1a\n"),
        ("text.docx", b"PK\x03\x04" + b"0" * 50),
        ("double.pdf.exe", PDF),
        ("empty.pdf", b""),
        ("bomb.docx", bomb()),
    ],
)
def test_a_disguised_file_is_refused_by_its_content(office: AskingOffice, name: str, content: bytes) -> None:
    body = office.body()

    answer = body.send(POSITION, position_files=(io.BytesIO(content), name))

    assert answer.status_code == 422
    assert untouched(office)


def test_a_link_brings_a_limited_number_of_files(office: AskingOffice) -> None:
    body = office.body()
    for number in range(MOST_FILES):
        assert body.send({}, _save="1", position_files=(io.BytesIO(PDF), f"{number}.pdf")).status_code == 303

    answer = body.send({}, _save="1", position_files=(io.BytesIO(PDF), "more.pdf"))

    assert answer.status_code == 422
    assert "не больше 20 файлов" in words(answer)


def test_what_a_form_does_not_ask_is_not_recorded(office: AskingOffice) -> None:
    """The coordinator's own fields, and variables of the process, cannot be sent along."""
    body = office.body()

    body.send({**POSITION, "position_submitted_at": "2025-01-01T10:00", "materials_quality": "good", "role": "x"})

    assert office.position.submitted_at is not None
    assert shown(office.position.submitted_at) == "2025-06-03 10:00"
    assert office.position.quality is None


def test_text_that_looks_like_markup_stays_text(office: AskingOffice) -> None:
    body = office.body()

    body.send({**POSITION, "position_text": "<script>alert(1)</script> {{link}} " + "ұстаным " * 5})

    page = body.ask("GET", body.place).text
    assert "<script>alert(1)</script>" not in page
    assert "&lt;script&gt;" in page


def test_a_mark_typed_by_an_applicant_gets_nobody_elses_link(office: AskingOffice) -> None:
    """The mark in a letter is replaced only by the letter's own link."""
    with reading() as session:
        others = session.scalars(select(Letter).where(Letter.link_id.is_(None))).all()
        rates = session.scalars(select(RateLimit.key)).all()
        told = session.scalars(select(History.kind)).all()

    assert others
    assert all("/b/" not in mail.text for mail in office.walk.post.mails if mail.address.startswith("erzhan"))
    assert not any(secrets_in(office.walk, HOUSING)[0] in key for key in rates)
    assert "letter_sent" in told
