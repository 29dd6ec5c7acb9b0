"""A mailbox over IMAP against a real server: what is new, what is marked or moved, what is told when it is away."""

import ssl
from collections.abc import Iterator

import pytest

from app.gateways.imap import ImapMailbox, MailboxDownError
from tests.imap import ImapServer, imap_server


@pytest.fixture(scope="module")
def server() -> Iterator[ImapServer]:
    with imap_server() as running:
        yield running


def test_messages_are_found_fetched_and_marked(server: ImapServer):
    server.put(b"Subject: one\r\n\r\n1", b"Subject: two\r\n\r\n2")

    with ImapMailbox(server.url).opened() as box:
        first, second = box.newer_than(0)
        content, whole = box.fetch(second)
        gone = box.fetch(second + 5)
        box.put_away([first])
        later = box.newer_than(second)

    assert (whole, b"Subject: two" in content, gone) == (True, True, (b"", False))
    assert later == []
    assert ["Seen" in each for each in server.flags()] == [True, False]


def test_what_was_taken_may_be_moved_into_a_folder_of_any_name(server: ImapServer):
    server.empty()
    server.put(b"Subject: three\r\n\r\n3")

    with ImapMailbox(server.url + "&move=Алынған").opened() as box:
        box.put_away(box.newer_than(0))
        left = box.newer_than(0)
    with ImapMailbox(server.url.replace("INBOX", "%D0%90%D0%BB%D1%8B%D0%BD%D2%93%D0%B0%D0%BD")).opened() as box:
        moved = box.newer_than(0)

    assert (left, len(moved)) == ([], 1)


def test_what_a_person_has_marked_as_deleted_is_hers_to_throw_away(server: ImapServer):
    server.empty()
    server.put(b"Subject: hers\r\n\r\n1", b"Subject: ours\r\n\r\n2")
    server.mark("1", r"(\Deleted)")

    with ImapMailbox(server.url + "&move=Taken").opened() as box:
        box.put_away(box.newer_than(0)[1:])

    assert ["Deleted" in each for each in server.flags()] == [True]


def test_a_server_that_is_away_or_refuses_is_told_without_its_password(server: ImapServer):
    wrong = ImapMailbox(server.url.replace("office:", "stranger:"))
    nobody = ImapMailbox("imap://office:secret@127.0.0.1:9/INBOX?tls=no")
    no_tls = ImapMailbox(server.url.replace("?tls=no", ""), tls_context=ssl.create_default_context())

    said = []
    for mailbox in (wrong, nobody, no_tls):
        with pytest.raises(MailboxDownError) as down, mailbox.opened():
            pass
        said.append(down.value.text.kk)

    assert all(said)
    assert not any("secret" in each or "password" in repr(mailbox) for each in said)


@pytest.mark.parametrize("url", ["http://a@b", "imap://host", "imap://a:b@mail.example.kz?tls=no"])
def test_an_address_that_is_none_or_would_send_a_password_openly_is_refused(url: str):
    with pytest.raises(ValueError, match=r"IMAP address|TLS"):
        ImapMailbox(url)
