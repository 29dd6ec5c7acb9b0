"""What a browser is writing on the portal: answers and files, kept for a week, found by a secret of the browser."""

import io
import secrets
from datetime import datetime, timedelta
from typing import IO, Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.talons import hash_of
from app.domain.texts import Text
from app.gateways.files import inspect_upload
from app.models import File, Office, PortalFiling
from app.models.database import reading
from app.queries.documents import StoredFile
from app.records.files import content_of, forget, store
from app.records.portal import PortalKind, kind_of
from app.usecases.files import UploadRefusedError
from app.usecases.limits import count_attempt
from app.usecases.portal_forms import form_of
from app.usecases.published import NotFoundError
from app.usecases.tasks import Submitted
from app.usecases.transaction import transaction

HOUR: Final = timedelta(hours=1)
SAVINGS: Final = 120
"""How often one address may save something within an hour; a kiosk or a village shares one address."""
MOST_FILES: Final = 10
DRAFT_DAYS: Final = 7
TOO_MANY_FILES: Final = Text(
    "Бір өтінішке {most} файлдан артық тіркеуге болмайды.",
    "К одному обращению можно приложить не больше {most} файлов.",
    "One appeal takes at most {most} files.",
)


def keep(office_id: str, code: str, browser: str, submitted: Submitted, *, language: str, address: str) -> str:
    """Keep what was typed for `DRAFT_DAYS`; returns the secret of the browser, a new one for its first saving.

    Raises `TooManyAttemptsError`, `NotFoundError`.
    """
    count_attempt(f"portal-saves:{address}", most=SAVINGS, window=HOUR)
    with transaction() as session:
        office, kind = offered(session, office_id, code)
        typed = form_of(office, kind).values_of(submitted)
        draft, browser = _begun(session, office_id, code, browser, language)
        draft.answers, draft.saved_at = typed, clock.wall()
        return browser


def upload(
    office_id: str, code: str, browser: str, name: str, stream: IO[bytes], *, field: str, language: str, address: str
) -> tuple[int, str]:
    """Check a file by its content and keep it with the draft; returns its id and the browser's secret.

    Raises `UploadRefusedError`, what `inspect_upload` raises, `TooManyAttemptsError`, `NotFoundError`.
    """
    count_attempt(f"portal-saves:{address}", most=SAVINGS, window=HOUR)
    content = stream.read()
    checked = inspect_upload(name, io.BytesIO(content))
    with transaction() as session:
        office, kind = offered(session, office_id, code)
        rule = form_of(office, kind).file_rules.get(field)
        if rule is None:
            raise NotFoundError
        draft, browser = _begun(session, office_id, code, browser, language)
        refusal = rule.refusal(checked.name, len(content)) or _too_many(session, draft)
        if refusal is not None:
            raise UploadRefusedError(refusal)
        file = store(
            session,
            office_id=office_id,
            name=checked.name,
            media_type=checked.media_type,
            content=content,
            now=clock.now(),
            filing_id=draft.id,
        )
        return file.id, browser


def kept_file(office_id: str, code: str, browser: str, file_id: int) -> StoredFile:
    """A file of what this browser is writing. Raises `NotFoundError`."""
    with reading() as session:
        draft, file = draft_of(session, office_id, code, browser), session.get(File, file_id)
        if draft is None or file is None or file.filing_id != draft.id:
            raise NotFoundError
        return StoredFile(file.name, file.media_type, file.size, list(content_of(session, file.sha256)))


def offered(session: Session, office_id: str, code: str) -> tuple[Office, PortalKind]:
    """The office and what it offers under this code. Raises `NotFoundError`."""
    office = session.get(Office, office_id)
    kind = kind_of(office, code) if office else None
    if office is None or kind is None:
        raise NotFoundError
    return office, kind


def found_of(session: Session, office_id: str, code: str, browser: str, *, lock: bool = False) -> PortalFiling | None:
    """What this browser has written last of a kind, filed or not; with `lock` nobody files or changes it meanwhile."""
    if not browser:
        return None
    wanted = select(PortalFiling).where(
        PortalFiling.browser_hash == hash_of(browser), PortalFiling.office_id == office_id, PortalFiling.kind == code
    )
    return session.scalars(wanted.with_for_update() if lock else wanted).first()


def draft_of(session: Session, office_id: str, code: str, browser: str, *, lock: bool = False) -> PortalFiling | None:
    """What this browser is writing: not yet filed, not kept for too long."""
    found = found_of(session, office_id, code, browser, lock=lock)
    over = found is None or found.filed_at is not None or found.saved_at < clock.wall() - timedelta(days=DRAFT_DAYS)
    return None if over else found


def _begun(session: Session, office_id: str, code: str, browser: str, language: str) -> tuple[PortalFiling, str]:
    """The draft of this browser and its secret; the first one, or one after a filing, is new."""
    draft = draft_of(session, office_id, code, browser, lock=True)
    if draft is not None:
        return draft, browser
    browser = secrets.token_hex(16)
    draft = PortalFiling(
        office_id=office_id,
        kind=code,
        browser_hash=hash_of(browser),
        answers={},
        language=language,
        saved_at=clock.wall(),
    )
    session.add(draft)
    session.flush()  # its files need draft.id
    return draft, browser


def _too_many(session: Session, draft: PortalFiling) -> Text | None:
    count = session.scalar(select(func.count()).select_from(File).where(File.filing_id == draft.id)) or 0
    return TOO_MANY_FILES.with_values(most=MOST_FILES) if count >= MOST_FILES else None


def sweep_drafts(session: Session, wall: datetime) -> None:
    """Forget what was not filed within `DRAFT_DAYS`, with its files."""
    old = PortalFiling.filed_at.is_(None), PortalFiling.saved_at < wall - timedelta(days=DRAFT_DAYS)
    over = session.scalars(select(PortalFiling.id).where(*old).with_for_update(skip_locked=True)).all()
    forget(session, File.filing_id.in_(over))
    session.execute(delete(PortalFiling).where(PortalFiling.id.in_(over)))
