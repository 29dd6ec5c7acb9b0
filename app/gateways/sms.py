"""SMS leaves through an `SmsGateway`: an HTTP service, or whatever else takes a phone and a text."""

import json
import re
from dataclasses import dataclass, field
from typing import ClassVar, Final, Protocol
from urllib.parse import urlsplit

import httpx

from app.domain import clock
from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.gateways.delivery import DeliveryDelayedError, DeliveryRefusedError, Receipt

SECONDS: Final = 15.0
MAX_TEXT: Final = 670  # characters: ten parts of a message in Cyrillic
MAX_ANSWER: Final = 64 * 1024  # bytes

_LOCAL_HOSTS: Final = ("localhost", "127.0.0.1", "::1")
_NOT_THE_MESSAGE: Final = frozenset({401, 402, 403, 404, 405, 407, 408, 421, 425, 429})
_PHONE: Final = re.compile(r"[+\d\s()./\u00a0\u2010-\u2015-]{10,40}")


class PhoneNotUnderstoodError(AutomationError):
    """The phone number is not one of country code 7."""

    status: ClassVar[int] = 422
    message: ClassVar[Text] = Text(
        kk="Телефон нөмірін толық жазыңыз: +7 және он цифр.",
        ru="Напишите номер телефона полностью: +7 и десять цифр.",
        en="Give the phone number in full: +7 and ten digits.",
    )


class SmsGateway(Protocol):
    """Hands one SMS of an office over: `to` as people write it, `text` without markup, `key` the same when repeated.

    Returns when the other side has taken it. Raises `DeliveryDelayedError` (try again later) or `DeliveryRefusedError`
    (never). A repeated `key` must not reach the phone twice where the other side can tell.
    """

    def send(self, *, to: str, text: str, key: str, office_id: str | None = None) -> Receipt: ...


@dataclass(frozen=True, slots=True)
class HttpSmsGateway:
    """An SMS service over HTTPS (plain HTTP only on this machine); the host comes from the settings alone.

    Request: `POST url`, `Authorization: Bearer <token>`, `Idempotency-Key: <key>`, JSON
    `{"to": "+77011234567", "text": "…", "key": "job-17"}`. Answer: 2xx with JSON `{"id": "<its reference>"}` when it
    has taken the message (or had taken the same key before). 400, 409, 410, 413, 422 and other 4xx mean that this
    message is refused for good; 401–405, 407, 408, 421, 425, 429, 3xx, 5xx, silence and an answer that is not this
    JSON mean: later. Redirects are not followed, proxies of the environment are not used. `ValueError` for another url.
    """

    url: str
    token: str = field(repr=False)
    seconds: float = SECONDS

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if not parts.hostname or not (
            parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOCAL_HOSTS)
        ):
            raise ValueError("an SMS service has an address that begins with https://")

    def send(self, *, to: str, text: str, key: str, office_id: str | None = None) -> Receipt:  # noqa: ARG002 - the protocol's
        """Hand one SMS over to the service."""
        message = {"to": _phone(to), "text": _checked(text), "key": key}
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": key}
        try:
            with (
                httpx.Client(timeout=self.seconds, follow_redirects=False, trust_env=False) as client,
                client.stream("POST", self.url, json=message, headers=headers) as response,
            ):
                return _receipt(response.status_code, _beginning(response))
        except httpx.HTTPError as error:
            raise DeliveryDelayedError(_NO_ANSWER) from error


def normalise_phone(phone: str) -> str:
    """`+7XXXXXXXXXX` of a number as people write it: `8 (701) 123-45-67`, `7 701 1234567`, `701 123 45 67`.

    Raises `PhoneNotUnderstoodError`.
    """
    digits = re.sub(r"[^0-9]", "", phone)
    if not _PHONE.fullmatch(phone.strip()) or phone.count("+") > phone.strip().startswith("+"):
        raise PhoneNotUnderstoodError
    if len(digits) == 11 and digits[0] in ("7" if "+" in phone else "78"):
        return f"+7{digits[1:]}"
    if len(digits) == 10 and "+" not in phone:
        return f"+7{digits}"
    raise PhoneNotUnderstoodError


def _phone(phone: str) -> str:
    try:
        return normalise_phone(phone)
    except PhoneNotUnderstoodError as error:
        raise DeliveryRefusedError(error.message) from error


def _checked(text: str) -> str:
    if not text.strip() or len(text) > MAX_TEXT:
        raise DeliveryRefusedError(_BAD_TEXT)
    return text


def _beginning(response: httpx.Response) -> bytes:
    content = b""
    for piece in response.iter_bytes():
        content += piece
        if len(content) > MAX_ANSWER:
            break
    return content


def _receipt(status: int, answer: bytes) -> Receipt:
    if 200 <= status < 300:
        return Receipt(_reference(answer), clock.now())
    if 400 <= status < 500 and status not in _NOT_THE_MESSAGE:
        raise DeliveryRefusedError(_NOT_TAKEN, f"HTTP {status}")
    raise DeliveryDelayedError(_NOT_NOW, f"HTTP {status}")


def _reference(answer: bytes) -> str:
    try:
        reference = json.loads(answer)["id"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise DeliveryDelayedError(_NOT_UNDERSTOOD) from error
    if not isinstance(reference, str | int) or isinstance(reference, bool) or not str(reference):
        raise DeliveryDelayedError(_NOT_UNDERSTOOD)
    return str(reference)[:200]


_NO_ANSWER: Final = Text(
    kk="SMS қызметі жауап бермейді.", ru="Служба SMS не отвечает.", en="The SMS service does not answer."
)
_NOT_NOW: Final = Text(
    kk="SMS қызметі хабарды қазір қабылдай алмайды.",
    ru="Служба SMS сейчас не может принять сообщение.",
    en="The SMS service cannot take the message now.",
)
_NOT_UNDERSTOOD: Final = Text(
    kk="SMS қызметінің жауабы түсініксіз.",
    ru="Ответ службы SMS непонятен.",
    en="The SMS service's answer is not understood.",
)
_NOT_TAKEN: Final = Text(
    kk="SMS қызметі хабарды қабылдамады.",
    ru="Служба SMS не приняла сообщение.",
    en="The SMS service refused the message.",
)
_BAD_TEXT: Final = Text(
    kk=f"SMS мәтіні бос немесе {MAX_TEXT} таңбадан ұзын.",
    ru=f"Текст SMS пуст или длиннее {MAX_TEXT} знаков.",
    en=f"The text of the SMS is empty or longer than {MAX_TEXT} characters.",
)
