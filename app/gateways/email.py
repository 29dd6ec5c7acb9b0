"""E-mail leaves through a `Mailer`: by SMTP, or whatever else takes an `OutgoingMail`."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from app.domain import clock
from app.domain.texts import Text
from app.gateways.delivery import DeliveryDelayedError, DeliveryError, DeliveryRefusedError, Receipt
from app.gateways.letters import OutgoingMail, as_message

Tls = Literal["implicit", "required", "offered", "no"]

SECONDS: Final = 20.0
_LOCAL_HOSTS: Final = ("localhost", "127.0.0.1", "::1")
_OUR_FAULTS: Final = (530, 534, 535, 538)  # the server wants other credentials or encryption: not the letter's fault


class Mailer(Protocol):
    """Hands one e-mail over.

    Returns when the other side has taken responsibility for it. Raises `DeliveryDelayedError` (try again later) or
    `DeliveryRefusedError` (never). Called again with the same `message_id` it may send the same letter twice, never a
    different one.
    """

    def send(self, message: OutgoingMail) -> Receipt: ...


@dataclass(frozen=True, slots=True)
class SmtpMailer:
    """Sends by SMTP: one connection a letter.

    `url` is `smtp://user:password@host:port` (STARTTLS when the server offers it; required when there is a password
    and the host is another machine; `?tls=required`, `?tls=offered`, `?tls=no` say otherwise) or `smtps://…` (TLS from
    the start). Ports default to 25 and 465. `seconds` limits every wait for the server. `ValueError` for another url.
    """

    url: str = field(repr=False)
    seconds: float = SECONDS
    tls_context: ssl.SSLContext = field(default_factory=ssl.create_default_context, repr=False)

    def __post_init__(self) -> None:
        _Server.of(self.url)

    def send(self, message: OutgoingMail) -> Receipt:
        """Hand `message` over; a letter refused by the server for good raises `DeliveryRefusedError`."""
        sender = message.sender.rpartition("<")[2].removesuffix(">")
        content = as_message(message).as_bytes()
        try:
            with self._session(_Server.of(self.url), sender.rpartition("@")[2]) as session:
                session.sendmail(sender, [message.address], content, rcpt_options=_reports(session, message))
        except (smtplib.SMTPException, OSError) as error:
            raise _told(error) from error
        return Receipt(message.message_id, clock.now())

    @contextmanager
    def _session(self, server: "_Server", our_name: str) -> Iterator[smtplib.SMTP]:
        session = self._connected(server, our_name)
        try:
            if server.tls == "required" or (server.tls == "offered" and _offers_tls(session)):
                session.starttls(context=self.tls_context)
            if server.user:
                session.login(server.user, server.password)
            yield session
            with suppress(smtplib.SMTPException, OSError):  # the letter is taken; a rude goodbye changes nothing
                session.quit()
        finally:
            session.close()

    def _connected(self, server: "_Server", our_name: str) -> smtplib.SMTP:
        if server.tls == "implicit":
            return smtplib.SMTP_SSL(
                server.host, server.port, local_hostname=our_name, timeout=self.seconds, context=self.tls_context
            )
        return smtplib.SMTP(server.host, server.port, local_hostname=our_name, timeout=self.seconds)


@dataclass(frozen=True, slots=True)
class _Server:
    """The parts of an SMTP url."""

    host: str
    port: int
    user: str
    password: str
    tls: Tls

    @classmethod
    def of(cls, url: str) -> "_Server":
        parts = urlsplit(url)
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise ValueError("an SMTP address begins with smtp:// or smtps:// and names a host")
        return cls(
            host=parts.hostname,
            port=parts.port or (465 if parts.scheme == "smtps" else 25),
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            tls="implicit" if parts.scheme == "smtps" else _tls(parts.query, parts.hostname, bool(parts.username)),
        )


def _tls(query: str, host: str, with_password: bool) -> Tls:
    match parse_qs(query).get("tls", [""])[-1]:
        case "required":
            return "required"
        case "offered":
            return "offered"
        case "no":
            return "no"
        case "":
            return "required" if with_password and host not in _LOCAL_HOSTS else "offered"
    raise ValueError("tls is required, offered or no")


def _offers_tls(session: smtplib.SMTP) -> bool:
    session.ehlo_or_helo_if_needed()
    return session.has_extn("starttls")


def _reports(session: smtplib.SMTP, message: OutgoingMail) -> list[str]:
    """What of the letter's fate the server shall report, where it can (RFC 3461)."""
    if not message.receipt_asked:
        return []
    session.ehlo_or_helo_if_needed()
    if not session.has_extn("dsn"):
        return []
    return ["NOTIFY=SUCCESS,DELAY,FAILURE", f"ORCPT=rfc822;{xtext(message.address)}"]


def xtext(address: str) -> str:
    """An ASCII address as RFC 3461 writes it in an option: `+` and `=` by their codes."""
    return address.replace("+", "+2B").replace("=", "+3D")


def _told(error: smtplib.SMTPException | OSError) -> DeliveryError:
    """The failure as people and the job queue understand it."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
        return _answered(code, said, _NO_RECIPIENT)
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return DeliveryDelayedError(_NOT_LET_IN, _quoted(error.smtp_code, error.smtp_error))
    if isinstance(error, smtplib.SMTPSenderRefused | smtplib.SMTPDataError):
        return _answered(error.smtp_code, error.smtp_error, _NOT_TAKEN)
    if isinstance(error, smtplib.SMTPResponseException):
        return DeliveryDelayedError(_NOT_LET_IN, _quoted(error.smtp_code, error.smtp_error))
    if isinstance(error, smtplib.SMTPNotSupportedError | ssl.SSLError):
        return DeliveryDelayedError(_NOT_SAFE)
    return DeliveryDelayedError(_NO_ANSWER)


def _answered(code: int, said: bytes | str, reason: Text) -> DeliveryError:
    kind = DeliveryRefusedError if code >= 500 and code not in _OUR_FAULTS else DeliveryDelayedError
    return kind(reason if kind is DeliveryRefusedError else _LATER, _quoted(code, said))


def _quoted(code: int, said: bytes | str) -> str:
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{code} {' '.join(words.split())}"[:200]


_NO_ANSWER: Final = Text(
    kk="Пошта сервері жауап бермейді.", ru="Почтовый сервер не отвечает.", en="The mail server does not answer."
)
_LATER: Final = Text(
    kk="Пошта сервері кейінірек жіберуді сұрайды.",
    ru="Почтовый сервер просит отправить позже.",
    en="The mail server asks to send later.",
)
_NOT_LET_IN: Final = Text(
    kk="Пошта сервері бізді кіргізбеді: баптауларды тексеру керек.",
    ru="Почтовый сервер нас не впустил: нужно проверить настройки.",
    en="The mail server did not let us in: the settings need checking.",
)
_NOT_SAFE: Final = Text(
    kk="Пошта серверімен қорғалған байланыс орнатылмады.",
    ru="Защищённое соединение с почтовым сервером не установлено.",
    en="No protected connection to the mail server could be made.",
)
_NO_RECIPIENT: Final = Text(
    kk="Пошта сервері бұл мекенжайды қабылдамайды.",
    ru="Почтовый сервер не принимает этот адрес.",
    en="The mail server does not accept this address.",
)
_NOT_TAKEN: Final = Text(
    kk="Пошта сервері хатты қабылдамады.",
    ru="Почтовый сервер не принял письмо.",
    en="The mail server refused the letter.",
)
