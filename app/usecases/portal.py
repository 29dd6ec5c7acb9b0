"""Filing on the portal: what a citizen types is kept, checked, shown to her again, and filed once."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.errors import AutomationError
from app.domain.talons import grouped, hash_of
from app.domain.texts import Text
from app.forms import FILES, Checked, Choice, Form, FormPage
from app.models import File, Office, PortalFiling
from app.models.database import reading
from app.queries.choices import choices_for
from app.queries.choices import kind_of as kind_of_file
from app.records.portal import PortalKind
from app.records.talons import talon_secret
from app.records.visit_links import LinkMaker
from app.usecases.limits import count_attempt
from app.usecases.portal_drafts import HOUR, draft_of, found_of, offered
from app.usecases.portal_forms import form_of
from app.usecases.portal_intake import take_in
from app.usecases.tasks import InvalidAnswersError, Submitted
from app.usecases.transaction import transaction

FILINGS: Final = 30
TALON_SHOWN: Final = timedelta(minutes=30)
"""How long the browser that has filed may see the talon: the next one at the same screen must not."""


class DraftLostError(AutomationError):
    """The browser has nothing to send here: the draft was filed, is over, or belongs to another form."""

    status = 409
    message = Text(
        kk="Жіберетін ештеңе жоқ: жазғаныңыз жіберіліп қойған немесе сақтау мерзімі өткен. Нысанды қайта ашыңыз.",
        ru="Отправлять нечего: написанное уже отправлено или срок его хранения истёк. Откройте форму снова.",
        en="There is nothing to send: it has been sent already or was kept for too long. Open the form again.",
    )


class DraftChangedError(AutomationError):
    """What is kept is not what she has checked: she has changed it in another window."""

    status = 409
    message = Text(
        kk="Тексергеннен кейін мәтін өзгерген. Қайта тексеріп, жіберіңіз.",
        ru="После проверки текст изменился. Проверьте его ещё раз и отправьте.",
        en="The text has changed since you checked it. Check it once more and send it.",
    )


@dataclass(frozen=True, slots=True)
class Writing:
    """A form of the portal as it is being filled in; `saved_at` is when it was last kept."""

    office_id: str
    office: Text
    kind: PortalKind
    form: FormPage
    saved_at: datetime | None


@dataclass(frozen=True, slots=True)
class Checking:
    """What she is about to send, line by line; `key` tells this sending from another."""

    office_id: str
    office: Text
    kind: PortalKind
    lines: Sequence[tuple[str, str]]
    key: str


@dataclass(frozen=True, slots=True)
class Talon:
    """The talon: number and secret, when and where it was filed."""

    office_id: str
    office: Text
    kind: PortalKind
    number: str
    secret: str
    filed_at: datetime
    zone: ZoneInfo


def open_form(
    office_id: str,
    code: str,
    browser: str,
    language: str,
    *,
    submitted: Submitted | None = None,
    errors: Mapping[str, Text] | None = None,
    rearranged: bool = False,
) -> Writing:
    """The form of a kind with what this browser has kept, or as `submitted` with a sentence at each field.

    Raises `NotFoundError` for what the office does not offer.
    """
    with reading() as session:
        office, kind = offered(session, office_id, code)
        form, draft = form_of(office, kind), draft_of(session, office_id, code, browser)
        typed: Mapping[str, Any] | None = draft.answers if draft else None
        if submitted is not None:
            typed = form.rearranged(submitted) if rearranged else form.values_of(submitted)
        known = {"applicant.language": language if language in ("kk", "ru") else "ru"}
        view = form.page(
            typed, errors or {}, language, _choices(session, office, form, draft), {}, known=known, zone=_zone(office)
        )
        return Writing(office_id, name_of(office), kind, view, draft.saved_at if draft else None)


def check(office_id: str, code: str, browser: str, language: str) -> Checking:
    """What this browser would send now. Raises `DraftLostError`, `InvalidAnswersError`, `NotFoundError`."""
    with reading() as session:
        office, kind = offered(session, office_id, code)
        draft = draft_of(session, office_id, code, browser)
        if draft is None:
            raise DraftLostError
        form = form_of(office, kind)
        choices = _choices(session, office, form, draft)
        checked = _checked(form, draft, choices, office)
        return Checking(office_id, name_of(office), kind, _lines(form, checked, choices, language), _key_of(draft))


def send(office_id: str, code: str, browser: str, key: str, *, maker: LinkMaker, address: str) -> None:
    """File what this browser has checked: the case, its number, its message, in one commit. A second time: nothing.

    Raises `DraftLostError`, `DraftChangedError` for other answers than those that were checked with this `key`,
    `InvalidAnswersError`, `TooManyAttemptsError`, `NotFoundError`.
    """
    with transaction() as session:
        office, kind = offered(session, office_id, code)
        filing = found_of(session, office_id, code, browser, lock=True)
        if filing is None:
            raise DraftLostError
        if filing.filed_at is not None:
            return
        if key != _key_of(filing):
            raise DraftChangedError
        count_attempt(f"portal-filings:{address}", most=FILINGS, window=HOUR)
        form = form_of(office, kind)
        checked = _checked(form, filing, _choices(session, office, form, filing), office)
        take_in(session, office, kind, filing, checked, form=form, maker=maker)


def talon(office_id: str, code: str, browser: str, *, maker: LinkMaker) -> Talon:
    """The talon of what this browser has just filed. Raises `DraftLostError`, `NotFoundError`."""
    with reading() as session:
        office, kind = offered(session, office_id, code)
        filing = found_of(session, office_id, code, browser)
        if filing is None or filing.filed_at is None or filing.saved_at < clock.wall() - TALON_SHOWN:
            raise DraftLostError
        secret = grouped(talon_secret(filing, maker))
        return Talon(office_id, name_of(office), kind, filing.number or "", secret, filing.filed_at, _zone(office))


def name_of(office: Office) -> Text:
    """The office's name."""
    return Text(office.name_kk, office.name_ru, office.name_en)


def _key_of(draft: PortalFiling) -> str:
    """What tells these answers of this browser from others."""
    return hash_of(f"{draft.browser_hash}{json.dumps(draft.answers, sort_keys=True)}")[:16]


def _zone(office: Office) -> ZoneInfo:
    return ZoneInfo(office.zone)


def _choices(session: Session, office: Office, form: Form, draft: PortalFiling | None) -> dict[str, Sequence[Choice]]:
    """What the office offers, and as files only those of this draft."""
    keys = [each for each in form.choice_keys if each != FILES]
    rows = session.scalars(select(File).where(File.filing_id == draft.id).order_by(File.id)) if draft else ()
    files = [
        Choice(str(row.id), row.name, f"{kind_of_file(row.media_type)} · {max(1, row.size // 1024)} КБ") for row in rows
    ]
    return {**choices_for(session, office.id, None, keys), FILES: files}


def _checked(form: Form, draft: PortalFiling, choices: Mapping[str, Sequence[Choice]], office: Office) -> Checked:
    checked = form.check_json(draft.answers, choices, {}, zone=_zone(office))
    if checked.errors:
        raise InvalidAnswersError(checked.errors)
    return checked


def _lines(
    form: Form, checked: Checked, choices: Mapping[str, Sequence[Choice]], language: str
) -> list[tuple[str, str]]:
    """Every answer under its question, in the order of the form; what was left empty is left out."""
    found = []
    for field in form.fields:
        value = (checked.variables if field.record is None else checked.records).get(field.record or field.key)
        if value in (None, "", [], False) or value is True:
            continue
        offered_here = {str(each.value): each.label_in(language) for each in _offered_by(field, choices)}
        told = [offered_here.get(str(each), str(each)) for each in (value if isinstance(value, list) else [value])]
        found.append((field.label.in_(language), ", ".join(told)))
    return found


def _offered_by(field: Any, choices: Mapping[str, Sequence[Choice]]) -> Sequence[Choice]:
    if field.kind == "files":
        return choices.get(FILES, ())
    found: Sequence[Choice] = field.offered(choices) if hasattr(field, "offered") else ()
    return found
