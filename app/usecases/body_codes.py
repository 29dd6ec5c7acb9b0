"""A body's page opens by a code sent to the body's address: a link alone, forwarded or found, shows nobody's data."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.models import BodyLink, Letter, Office, StateBody
from app.models.database import reading
from app.records.body_codes import CODE_MARK, LIFE, guess
from app.records.body_links import confirmed_secret
from app.records.letters import letter_job
from app.usecases.body_answers import CodeNeededError, working
from app.usecases.history import Event, record
from app.usecases.limits import count_attempt
from app.usecases.transaction import transaction, wake_workers

HOUR: Final = timedelta(hours=1)
CODES: Final = 5
"""How many codes a link may ask for within an hour; one address may ask for four times as many."""
GUESSES: Final = 20
"""How many codes may be typed at a link within an hour."""
TEMPLATE: Final = "body_code"
SUBJECT: Final = Text("Жауап беру бетіне кіру коды", "Код для входа на страницу ответа", "")
WORDS: Final = Text(
    "Сілтеме бетіне кіру коды: **{code}**\n\nКод {minutes} минут жұмыс істейді. Оны ешкімге айтпаңыз. Кодты сіз "
    "сұратпасаңыз, бұл хатты елемей, {office} мекемесіне хабарлаңыз.",
    "Код для входа на страницу по ссылке: **{code}**\n\nКод действует {minutes} минут. Никому его не сообщайте. Если "
    "вы его не запрашивали, ничего не делайте и сообщите нам: {office}.",
)


class WrongCodeError(AutomationError):
    """Another code was sent."""

    status = 422
    message = Text(
        kk="Код дұрыс емес. Соңғы хаттағы алты цифрды жазыңыз.",
        ru="Код неверный. Введите шесть цифр из последнего письма.",
        en="The code is wrong. Enter the six digits of the latest letter.",
    )


class CodeOverError(AutomationError):
    """The code is too old, or was guessed at too often."""

    status = 422
    message = Text(
        kk="Бұл код енді жұмыс істемейді. Жаңасын сұраңыз.",
        ru="Этот код больше не действует. Запросите новый.",
        en="This code does not work any more. Ask for a new one.",
    )


@dataclass(frozen=True, slots=True)
class Door:
    """What the page before a body's page says; `address` is covered but for its beginning and its domain."""

    office: Text
    body: Text
    address: str


@dataclass(frozen=True, slots=True)
class Known:
    """What a browser keeps that knows the page, and for how long."""

    secret: str
    lasts: timedelta


def door(link_id: int, secret: str) -> Door:
    """Whose page it is and where the code goes. Raises `LinkUnknownError`, `LinkEndedError`."""
    with reading() as session:
        link, body = _locked(session, link_id, secret)
        office = session.get_one(Office, link.office_id)
        return Door(
            Text(office.name_kk, office.name_ru, office.name_en),
            Text(body.name_kk, body.name_ru),
            _covered(body.email or ""),
        )


def ask_for_code(link_id: int, secret: str, *, address: str) -> None:
    """Send a code to the body's address; an earlier one stops working when the letter leaves.

    Raises `LinkUnknownError`, `LinkEndedError`, `TooManyAttemptsError`.
    """
    count_attempt(f"body-code-from:{address}", most=4 * CODES, window=HOUR)
    with reading() as session:
        _locked(session, link_id, secret)
    count_attempt(f"body-code:{link_id}", most=CODES, window=HOUR)
    with transaction() as session:
        link, body = _locked(session, link_id, secret)
        now = clock.now()
        letter = _letter(session, link, body, now)
        session.add(letter)
        session.flush()
        session.add(letter_job(letter, now))
        wake_workers(session, now)


def confirm(link_id: int, secret: str, code: str, *, address: str) -> Known:
    """The browser's own secret for a right code; it opens the page as long as the link works.

    Raises `WrongCodeError`, `CodeOverError`, `LinkUnknownError`, `LinkEndedError`, `TooManyAttemptsError`.
    """
    count_attempt(f"body-code-guesses-from:{address}", most=4 * GUESSES, window=HOUR)
    with reading() as session:
        _locked(session, link_id, secret)
    count_attempt(f"body-code-guesses:{link_id}", most=GUESSES, window=HOUR)
    digits = "".join(code.split())
    with transaction() as session:
        link, _body = _locked(session, link_id, secret)
        outcome = guess(session, link_id, digits)
        if outcome == "right":
            event = Event("body_confirmed", None, {"outside": {"body": link.body_id, "link": link.id}})
            record(session, [event], at=clock.now(), office_id=link.office_id, case_id=link.case_id)
            return Known(confirmed_secret(session, link), link.expires_at - clock.now())
    raise WrongCodeError if outcome == "wrong" else CodeOverError


def _locked(session: Session, link_id: int, secret: str) -> tuple[BodyLink, StateBody]:
    """The link that works, opened or not, and its body."""
    try:
        link = working(session, link_id, secret)
    except CodeNeededError:
        link = session.get_one(BodyLink, link_id)
    return link, session.get_one(StateBody, link.body_id)


def _letter(session: Session, link: BodyLink, body: StateBody, now: datetime) -> Letter:
    office = session.get_one(Office, link.office_id)
    languages = body.language.split("+")
    minutes = int(LIFE.total_seconds() // 60)
    names = {"kk": office.name_kk, "ru": office.name_ru}
    parts = [WORDS.with_values(code=CODE_MARK, minutes=minutes, office=names[each]).in_(each) for each in languages]
    return Letter(
        office_id=link.office_id,
        case_id=link.case_id,
        template=TEMPLATE,
        channel="email",
        language=body.language,
        recipient=body.name_ru,
        address=body.email or "",
        subject=" / ".join(SUBJECT.in_(each) for each in languages),
        body="\n\n---\n\n".join(parts),
        status="queued",
        files=[],
        created_at=now,
        link_id=link.id,
    )


def _covered(address: str) -> str:
    """`h•••@bodies.example`: enough to know which mailbox to open."""
    name, _, domain = address.partition("@")
    return f"{name[:1]}•••@{domain}"
