"""A letter leaves by a real SMTP server, and every refusal is told apart from a delay."""

import asyncio
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from types import SimpleNamespace

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from app.domain.clock import StandingClock, using
from app.domain.texts import LANGUAGES
from app.gateways.delivery import DeliveryDelayedError, DeliveryError, DeliveryRefusedError
from app.gateways.email import SmtpMailer, xtext
from app.gateways.letters import OutgoingMail, compose

LOOPBACK = Path(__file__).parent / "tls" / "loopback.pem"  # a certificate of this machine, for tests alone
MOMENT = datetime(2026, 11, 24, 12, 45, tzinfo=UTC)


def letter() -> OutgoingMail:
    written = SimpleNamespace(
        recipient="Роза", address="roza@example.kz", language="kk", subject="Қабылдау", body=".\n\nСәлем, **Роза**"
    )
    return compose(written, sender="Аппарат <q@example.kz>", key="job-5", at=MOMENT)


class Box:
    """What the server was given; `mail`, `rcpt` and `data` are its answers."""

    def __init__(self, *, mail: str = "250 OK", rcpt: str = "250 OK", data: str = "250 OK", seconds: float = 0) -> None:
        self.answers = {"mail": mail, "rcpt": rcpt, "data": data}
        self.seconds = seconds
        self.envelopes: list[object] = []

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802 - the server's word
        envelope.mail_from = address
        return self.answers["mail"]

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - the server's word
        if self.answers["rcpt"].startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answers["rcpt"]

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - the server's word
        await asyncio.sleep(self.seconds)
        self.envelopes.append(envelope)
        return self.answers["data"]


class Loopback(Controller):
    """A server on a port that the system chooses."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def server_with(box: Box, **settings: object) -> Iterator[str]:
    controller = Loopback(box, hostname="127.0.0.1", port=0, **settings)
    controller.start()
    try:
        yield f"127.0.0.1:{controller.port}"
    finally:
        controller.stop()


def failure(send: Callable[[], object]) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        send()
    return caught.value


def test_a_letter_arrives_whole_and_the_receipt_names_it():
    box = Box()

    with server_with(box) as address, using(StandingClock(MOMENT)):
        receipt = SmtpMailer(f"smtp://{address}").send(letter())

    message = message_from_bytes(box.envelopes[0].content, policy=default)
    assert (receipt.reference, receipt.accepted_at) == ("<job-5@example.kz>", MOMENT)
    assert (box.envelopes[0].mail_from, box.envelopes[0].rcpt_tos) == ("q@example.kz", ["roza@example.kz"])
    assert message["Message-ID"] == "<job-5@example.kz>"
    assert message.get_body(("plain",)).get_content().replace("\r\n", "\n") == ".\n\nСәлем, Роза\n"


def test_a_plus_in_an_address_is_no_code_of_the_report_that_is_asked_for():
    assert xtext("roza+kk=1@example.kz") == "roza+2Bkk+3D1@example.kz"


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data"])
def test_a_temporary_answer_delays_the_letter(stage):
    with server_with(Box(**{stage: "451 4.7.1 Try again later"})) as address:
        error = failure(lambda: SmtpMailer(f"smtp://{address}").send(letter()))

    assert isinstance(error, DeliveryDelayedError)
    assert "451 4.7.1 Try again later" in error.text.ru


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data"])
def test_a_permanent_answer_refuses_the_letter(stage):
    with server_with(Box(**{stage: "550 5.1.1 No such user"})) as address:
        error = failure(lambda: SmtpMailer(f"smtp://{address}").send(letter()))

    assert isinstance(error, DeliveryRefusedError)
    assert "550 5.1.1 No such user" in error.text.kk
    assert len({error.text.in_(language) for language in LANGUAGES}) == 3


def test_a_server_that_wants_a_password_is_our_fault_and_not_the_letters():
    with server_with(Box(mail="530 5.7.0 Authentication required")) as address:
        error = failure(lambda: SmtpMailer(f"smtp://{address}").send(letter()))

    assert isinstance(error, DeliveryDelayedError)


@pytest.mark.parametrize(("password", "arrived"), [("p%3A%401", 1), ("wrong", 0)])
def test_the_password_of_the_address_is_used(password, arrived):
    def check(server, session, envelope, mechanism, data):
        return AuthResult(success=data.password == b"p:@1", handled=data.password == b"p:@1")

    box = Box()
    with server_with(box, authenticator=check, auth_require_tls=False) as address:
        mailer = SmtpMailer(f"smtp://post:{password}@{address}")
        outcome = mailer.send(letter()) if arrived else failure(lambda: mailer.send(letter()))

    assert len(box.envelopes) == arrived
    assert arrived or isinstance(outcome, DeliveryDelayedError)
    assert password not in f"{mailer!r} {outcome!s} {outcome!r}"


def test_encryption_that_is_required_but_not_offered_delays_the_letter():
    box = Box()

    with server_with(box) as address:
        error = failure(lambda: SmtpMailer(f"smtp://{address}?tls=required").send(letter()))

    assert isinstance(error, DeliveryDelayedError)
    assert box.envelopes == []


@pytest.mark.parametrize("query", ["", "?tls=required"])
def test_encryption_that_is_offered_is_used(query):
    box = Box()
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(LOOPBACK)

    with server_with(box, tls_context=server, require_starttls=True) as address:
        SmtpMailer(f"smtp://{address}{query}", tls_context=ssl.create_default_context(cafile=LOOPBACK)).send(letter())

    assert len(box.envelopes) == 1


def test_a_server_with_a_certificate_of_nobody_we_trust_gets_no_letter():
    box = Box()
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(LOOPBACK)

    with server_with(box, tls_context=server) as address:
        error = failure(lambda: SmtpMailer(f"smtp://{address}").send(letter()))

    assert isinstance(error, DeliveryDelayedError)
    assert box.envelopes == []


def test_tls_from_the_start_is_spoken_with_smtps():
    box = Box()
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(LOOPBACK)

    with server_with(box, ssl_context=server) as address:
        SmtpMailer(f"smtps://{address}", tls_context=ssl.create_default_context(cafile=LOOPBACK)).send(letter())

    assert len(box.envelopes) == 1


def test_a_refused_connection_delays_the_letter():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        error = failure(lambda: SmtpMailer(f"smtp://127.0.0.1:{free.getsockname()[1]}").send(letter()))

    assert isinstance(error, DeliveryDelayedError)


def test_a_server_that_keeps_silent_delays_the_letter_within_the_time_allowed():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        error = failure(lambda: SmtpMailer(f"smtp://127.0.0.1:{silent.getsockname()[1]}", seconds=0.2).send(letter()))

    assert isinstance(error, DeliveryDelayedError)
    assert time.monotonic() - began < 10


def test_a_server_too_slow_to_confirm_delays_the_letter():
    with server_with(Box(seconds=0.6)) as address:
        error = failure(lambda: SmtpMailer(f"smtp://{address}", seconds=0.2).send(letter()))

    assert isinstance(error, DeliveryDelayedError)


def test_a_rude_goodbye_after_the_letter_was_taken_changes_nothing():
    class Rude(Box):
        async def handle_QUIT(self, server, session, envelope):  # noqa: N802 - the server's word
            server.transport.abort()
            return "500 go away"

    box = Rude()
    with server_with(box) as address:
        SmtpMailer(f"smtp://{address}").send(letter())

    assert len(box.envelopes) == 1


@pytest.mark.parametrize(
    "url", ["http://mail.kz", "mail.kz:25", "smtp://", "smtp://mail.kz?tls=maybe", "smtp://mail.kz:port"]
)
def test_an_address_that_is_not_smtp_is_refused_at_once(url):
    with pytest.raises(ValueError):
        SmtpMailer(url)
