"""What a citizen does with her talon: follow, answer, take back, judge the answer, be reminded, get a new secret."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.errors import AutomationError
from app.domain.talons import as_typed, hash_of
from app.domain.texts import Text
from app.gateways.files import CheckedFile, inspect_upload
from app.models import Applicant, Case, Office, PortalFiling, PortalMessage
from app.models.database import reading
from app.queries.portal_follow import Followed, followed
from app.records.files import attach, store
from app.records.portal import kind_of
from app.records.talons import page_mark
from app.usecases.history import Event, record
from app.usecases.limits import count_attempt
from app.usecases.outbox import post
from app.usecases.portal_letters import write_her
from app.usecases.transaction import transaction

WINDOW: Final = timedelta(minutes=15)
DAY: Final = timedelta(days=1)
TRIES_OF_ADDRESS: Final = 30
"""How often one address may try a number and a secret within `WINDOW`."""
TRIES_OF_NUMBER: Final = 20
WRITINGS: Final = 20
"""How often one filing may write, answer or act within a day."""
LONGEST: Final = 4000
ACCEPTED: Final = frozenset({"pdf", "docx", "jpg", "png"})
RATINGS: Final = range(1, 6)
TODAY_SUBJECT: Final = Text(
    "№ {number}: бүгін жауап мерзімі", "№ {number}: сегодня срок ответа", "No. {number}: the answer is due today"
)
TODAY: Final = Text(
    "№ {number} өтінішіңізге жауап мерзімі бүгін аяқталады. Жауап келіп қойса, ештеңе істемеңіз. Келмесе, не істеуге "
    "болатыны мына бетте: {page}",
    "Сегодня истекает срок ответа на обращение № {number}. Если ответ уже пришёл, ничего делать не нужно. Если нет, "
    "что можно сделать, написано здесь: {page}",
    "The answer to your appeal no. {number} is due today. If it has come, there is nothing to do. If not, this page "
    "says what you can do: {page}",
)


class TalonUnknownError(AutomationError):
    """No talon has this number and this secret; which of them is wrong is not said."""

    status = 422
    message = Text(
        kk="Мұндай нөмірі мен коды бар талон табылмады. Екеуін де талоннан қайта көшіріп жазыңыз.",
        ru="Талона с таким номером и кодом нет. Перепишите с талона и то и другое ещё раз.",
        en="There is no talon with this number and code. Copy both from the talon once more.",
    )


class NothingWrittenError(AutomationError):
    """There are no words to send."""

    status = 422
    message = Text(kk="Хабарламаңызды жазыңыз.", ru="Напишите сообщение.", en="Write your message.")


class NotRatedError(AutomationError):
    """No mark from 1 to 5 was chosen."""

    status = 422
    message = Text(
        kk="1-ден 5-ке дейін баға таңдаңыз.", ru="Выберите оценку от 1 до 5.", en="Choose a mark from 1 to 5."
    )


class NotPossibleNowError(AutomationError):
    """The case does not take this any more, or not yet."""

    status = 409
    message = Text(
        kk="Қазір бұлай істеу мүмкін емес. Бетті жаңартып, өтініштің жайын қараңыз.",
        ru="Сейчас этого сделать нельзя. Обновите страницу и посмотрите, что с обращением.",
        en="This cannot be done now. Reload the page and see how the appeal stands.",
    )


@dataclass(frozen=True, slots=True)
class Key:
    """What opens a filing: its office, its number, and the secret as her browser keeps it."""

    office_id: str
    number: str
    secret: str


def enter(office_id: str, number: str, typed: str, *, address: str) -> Key:
    """The key that a number and a typed secret make.

    Every try is counted, by address and by number. Raises `TalonUnknownError`, `TooManyAttemptsError`.
    """
    number = "".join(number.split()).upper()[:40]
    count_attempt(f"portal-talon-from:{address}", most=TRIES_OF_ADDRESS, window=WINDOW)
    count_attempt(f"portal-talon:{office_id}:{number}", most=TRIES_OF_NUMBER, window=WINDOW)
    key = Key(office_id, number, as_typed(typed))
    with reading() as session:
        opened(session, key)
    return key


def look(key: Key) -> Followed:
    """The page of a filing. Raises `TalonUnknownError` once another secret holds."""
    with reading() as session:
        return followed(session, opened(session, key), now=clock.now())


def opened(session: Session, key: Key) -> PortalFiling:
    """The filing that a key opens; its case, office and applicant come with it into the session."""
    row = session.execute(
        select(PortalFiling, Case, Office, Applicant)
        .join(Case, Case.id == PortalFiling.case_id)
        .join(Office, Office.id == PortalFiling.office_id)
        .outerjoin(Applicant, Applicant.id == Case.applicant_id)
        .where(
            PortalFiling.office_id == key.office_id,
            PortalFiling.number == key.number,
            PortalFiling.talon_hash == hash_of(key.secret),
        )
    ).first()
    if row is None:
        raise TalonUnknownError
    filing: PortalFiling = row[0]
    return filing


@contextmanager
def _held(key: Key) -> Iterator[tuple[Session, PortalFiling, Followed]]:
    """The filing, locked, in one transaction, with how it stands."""
    with transaction() as session:
        filing = opened(session, key)
        count_attempt(f"portal-acts:{filing.id}", most=WRITINGS, window=DAY)
        session.refresh(filing, with_for_update=True)
        yield session, filing, followed(session, filing, now=clock.now())


def write(key: Key, text: str, *, file_name: str = "", content: bytes = b"") -> None:
    """Write to the office about the filing or answer its question, with or without a file.

    Raises `NothingWrittenError`, `NotPossibleNowError`, and what `inspect_upload` raises.
    """
    words = text.strip()[:LONGEST]
    if not words and not file_name:
        raise NothingWrittenError
    checked = inspect_upload(file_name, content, accept=ACCEPTED) if file_name else None
    with _held(key) as (session, filing, found):
        if not found.may_write:
            raise NotPossibleNowError
        if checked is not None:
            _attach(session, filing, checked, content)
        said = words or checked.name if checked else words
        session.add(PortalMessage(office_id=filing.office_id, filing_id=filing.id, text=said, written_at=clock.now()))
        tell(session, filing, "portal_written")


def _attach(session: Session, filing: PortalFiling, checked: CheckedFile, content: bytes) -> None:
    """Her file among the documents of the case."""
    now = clock.now()
    file = store(
        session,
        office_id=filing.office_id,
        name=checked.name,
        media_type=checked.media_type,
        content=content,
        now=now,
        filing_id=filing.id,
    )
    attach(
        session,
        [file.id],
        office_id=filing.office_id,
        case_id=filing.case_id or 0,
        kind="attachment",
        element=None,
        now=now,
        by=None,
    )


def withdraw(key: Key, reason: str) -> None:
    """Take the matter back: the process that listens ends it. A second time changes nothing.

    Raises `NotPossibleNowError`.
    """
    with _held(key) as (session, filing, found):
        if filing.withdrawn_at is not None:
            return
        if not found.may_withdraw:
            raise NotPossibleNowError
        filing.withdrawn_at, filing.withdrawal_reason = clock.now(), reason.strip()[:LONGEST]
        kind = kind_of(session.get_one(Office, filing.office_id), filing.kind)
        post(
            session,
            filing.office_id,
            kind.withdraw if kind else "",
            case_id=filing.case_id,
            payload={"reason": filing.withdrawal_reason},
            now=clock.now(),
            idempotency_key=f"portal-withdrawn:{filing.id}",
        )
        tell(session, filing, "portal_withdrawn")


def rate(key: Key, mark: int | None, words: str) -> None:
    """Judge the answer, 1 to 5 with words; a later judgement replaces it.

    Raises `NotRatedError`, `NotPossibleNowError`.
    """
    if mark not in RATINGS:
        raise NotRatedError
    with _held(key) as (session, filing, found):
        if not found.may_rate:
            raise NotPossibleNowError
        filing.rating, filing.rating_words, filing.rated_at = mark, words.strip()[:LONGEST], clock.now()
        tell(session, filing, "portal_rated", rating=mark)


def remind(key: Key) -> datetime:
    """Have a letter and an SMS sent on the morning of the day on which the answer is due; returns when.

    Raises `NotPossibleNowError` without a term ahead or without an address.
    """
    with _held(key) as (session, filing, found):
        if not found.may_be_reminded or found.due_on is None:
            raise NotPossibleNowError
        applicant = _applicant(session, filing)
        told = {"number": filing.number, "page": page_mark(filing)}
        if applicant is None or not write_her(
            session, filing, applicant, TODAY_SUBJECT, TODAY, TODAY, told, due_at=found.due_on
        ):
            raise NotPossibleNowError
        filing.reminder_at = found.due_on
        return found.due_on


def _applicant(session: Session, filing: PortalFiling) -> Applicant | None:
    case = session.get_one(Case, filing.case_id)
    return session.get(Applicant, case.applicant_id) if case.applicant_id else None


def tell(session: Session, filing: PortalFiling, kind: str, **facts: object) -> None:
    """Note in the history of the case what she has done."""
    event = Event(kind, None, {"filing": filing.id, **facts})
    record(session, [event], at=clock.now(), office_id=filing.office_id, case_id=filing.case_id)
