"""SMS leave by HTTP, once per key, to one kind of phone number."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from app.gateways.delivery import DeliveryDelayedError, DeliveryError, DeliveryRefusedError
from app.gateways.sms import HttpSmsGateway, PhoneNotUnderstoodError, normalise_phone


@dataclass
class Service:
    """A real SMS service on this machine: answers `status` with `answer` after `seconds`."""

    status: int = 200
    answer: bytes = b'{"id": "sms-1"}'
    seconds: float = 0
    location: str = ""
    requests: list[tuple[str, dict[str, str], dict[str, str]]] = field(default_factory=list)

    @contextmanager
    def running(self) -> Iterator[str]:
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                service.requests.append((self.path, dict(self.headers), body))
                time.sleep(service.seconds)
                self.send_response(service.status)
                if service.location:
                    self.send_header("Location", service.location)
                self.send_header("Content-Length", str(len(service.answer)))
                self.end_headers()
                self.wfile.write(service.answer)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the server's word
                pass

            def handle(self) -> None:
                try:
                    super().handle()
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/send"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def failure(service: Service, *, text: str = "Сәлем", to: str = "+77011234567", seconds: float = 5) -> DeliveryError:
    with service.running() as url, pytest.raises(DeliveryError) as caught:
        HttpSmsGateway(url, "secret", seconds=seconds).send(to=to, text=text, key="job-9")
    return caught.value


def test_a_message_is_handed_over_with_its_key_and_token():
    service = Service()

    with service.running() as url:
        receipt = HttpSmsGateway(url, "secret").send(to="8 (701) 123-45-67", text="Қабылдау 10:20", key="job-9")

    path, headers, body = service.requests[0]
    assert receipt.reference == "sms-1"
    assert path == "/send"
    assert body == {"to": "+77011234567", "text": "Қабылдау 10:20", "key": "job-9"}
    assert (headers["Authorization"], headers["Idempotency-Key"]) == ("Bearer secret", "job-9")


@pytest.mark.parametrize("status", [301, 307, 401, 403, 404, 408, 429, 500, 502, 503])
def test_an_answer_about_the_service_delays_the_message(status):
    error = failure(Service(status))

    assert isinstance(error, DeliveryDelayedError)
    assert f"HTTP {status}" in error.text.ru


@pytest.mark.parametrize("status", [400, 409, 410, 413, 422])
def test_an_answer_about_the_message_refuses_it(status):
    error = failure(Service(status))

    assert isinstance(error, DeliveryRefusedError)
    assert f"HTTP {status}" in error.text.kk


@pytest.mark.parametrize(
    "answer",
    [b"", b"<html>", b"[]", b'{"id": null}', b'{"id": ""}', b"\xff", b"[" * 60_000, b'{"id": true}', b"1" * 200_000],
)
def test_an_answer_that_is_not_understood_delays_the_message(answer):
    assert isinstance(failure(Service(answer=answer)), DeliveryDelayedError)


def test_a_redirect_is_not_followed():
    elsewhere = Service()

    with elsewhere.running() as url:
        failure(Service(307, location=url))

    assert elsewhere.requests == []


def test_a_slow_service_and_a_closed_door_delay_the_message():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = HttpSmsGateway(f"http://127.0.0.1:{free.getsockname()[1]}/", "secret")
        with pytest.raises(DeliveryDelayedError):
            nobody.send(to="+77011234567", text="x", key="k")

    assert isinstance(failure(Service(seconds=0.6), seconds=0.2), DeliveryDelayedError)


@pytest.mark.parametrize(("text", "to"), [("", "+77011234567"), ("я" * 671, "+77011234567"), ("x", "12345")])
def test_a_message_that_cannot_be_sent_does_not_leave(text, to):
    service = Service()

    error = failure(service, text=text, to=to)

    assert isinstance(error, DeliveryRefusedError)
    assert service.requests == []


@pytest.mark.parametrize(
    "url", ["http://sms.kz/send", "ftp://sms.kz", "https://", "sms.kz", "http://127.0.0.1.evil.kz/"]
)
def test_the_service_is_reached_over_https_only(url):
    with pytest.raises(ValueError, match="https"):
        HttpSmsGateway(url, "secret")


def test_the_token_is_not_shown():
    assert "secret" not in repr(HttpSmsGateway("https://sms.kz/send", "secret"))


@pytest.mark.parametrize(
    "written",
    ["+77011234567", "8 701 123 45 67", "7(701)123-45-67", "701 123–45–67", " +7\u00a0701 1234567 ", "8.701.123.45.67"],
)
def test_a_phone_number_has_one_form(written):
    assert normalise_phone(written) == "+77011234567"


@pytest.mark.parametrize(
    "written",
    [
        "",
        "12345",
        "+1 701 123 45 67",
        "+8 701 123 45 67",
        "8701123456a",
        "87011234567890",
        "+7+7011234567",
        "٨٧٠١١٢٣٤٥٦٧",
        "+7011234567",
    ],
)
def test_what_is_no_phone_number_is_refused(written):
    with pytest.raises(PhoneNotUnderstoodError):
        normalise_phone(written)
