"""Letters and documents of a process, as the process owner writes them: shown, tried, kept in the draft."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.errors import AutomationError
from app.domain.templates import (
    TemplateProblem,
    Vocabulary,
    VocabularyError,
    parse,
    problems_of,
    render,
    render_letter,
)
from app.domain.texts import Language, Text
from app.gateways.documents import Provenance, parse_document, to_pdf
from app.gateways.letters import to_html
from app.models import Case
from app.models.database import reading
from app.records.facts import case_facts
from app.usecases.access import Actor
from app.usecases.lint_texts import PARTS, Part, kind_of, vocabulary_of
from app.usecases.process_drafts import PERMISSION, Draft, bundle_of_version, new_row, opened, present, queue
from app.usecases.published import NotFoundError
from app.usecases.transaction import transaction

LONGEST: Final = 100_000  # characters of a text
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,59}(\.sms)?\.(kk|ru|en)$")


class TextNameError(AutomationError):
    """A text without a proper name."""

    status = 422
    message = Text(
        kk="Мәтінге бос код беріңіз: латынның кіші әріптері, цифрлар және _.",
        ru="Дайте тексту свободный код: строчные латинские буквы, цифры и _.",
        en="Give the text a code that is not taken yet: small Latin letters, digits and _.",
    )


class TextTooLongError(AutomationError):
    """A text beyond `LONGEST` characters."""

    status = 413
    message = Text(
        kk="Мәтін тым ұзын: ең көбі {longest} таңба.",
        ru="Текст слишком длинный: не больше {longest} знаков.",
        en="The text is too long: at most {longest} characters.",
    )


class TextConflictError(AutomationError):
    """Somebody changed the text since it was opened; `theirs` is what stands there now."""

    status = 409
    message = Text(
        kk="Сіз жазып жатқанда бұл мәтінді басқа біреу өзгертті. Сіздікі осы жерде, олардікі төменде тұр: біріктіріп, "
        "қайта сақтаңыз.",
        ru="Пока вы писали, этот текст изменил другой человек. Ваш вариант здесь, его вариант ниже: объедините их и "
        "сохраните ещё раз.",
        en="Somebody changed this text while you were writing. Yours is here, theirs below: bring them together and "
        "save again.",
    )

    def __init__(self, theirs: str) -> None:
        super().__init__()
        self.theirs = theirs


@dataclass(frozen=True, slots=True)
class TextRow:
    """A letter or document in the list: what it is called, its texts by language, whether the draft changes them."""

    part: Part
    kind: str
    title: Text
    names: tuple[str, ...]
    changed: bool
    faults: int


@dataclass(frozen=True, slots=True)
class OpenText:
    """One text as it is opened: `published` is what the newest version says, None where it has no such text."""

    part: Part
    name: str
    title: Text
    source: str
    published: str | None
    vocabulary: Vocabulary
    restricted: bool
    faults: tuple[TemplateProblem, ...]

    @property
    def language(self) -> Language:
        """The language the text is written in."""
        return self.name.rpartition(".")[2]  # type: ignore[return-value]  # names end in kk, ru or en


@dataclass(frozen=True, slots=True)
class Trial:
    """A text filled in: a letter's subject and its body as sanitised HTML and as text, or a document as PDF."""

    text: OpenText
    subject: str = ""
    html: str = ""
    plain: str = ""
    pdf: bytes = b""


def texts_of(process: str, *, by: Actor) -> list[TextRow]:
    """The letters, then the documents of a process, by their codes. Raises `NotFoundError`."""
    by.demand(PERMISSION)
    with reading() as session:
        draft = opened(session, process, by)
        newest = bundle_of_version(session, process, by.office_id) or {}
    return [row for part in PARTS for row in _rows(draft, newest, part)]


def open_text(process: str, part: Part, name: str, *, by: Actor) -> OpenText:
    """A text of the draft. Raises `NotFoundError`."""
    by.demand(PERMISSION)
    with reading() as session:
        return _opened(session, process, part, name, None, by)


def try_text(process: str, part: Part, name: str, source: str, *, case_id: int | None, by: Actor) -> Trial:
    """A text as it is being written, filled in from a case of the office or with what will stand where.

    What the case does not know is a placeholder too. Nothing is kept. Raises `NotFoundError`, `TextTooLongError`.
    """
    by.demand(PERMISSION)
    with reading() as session:
        text = _opened(session, process, part, name, source, by)
        if text.faults:
            return Trial(text)
        facts = _facts(session, text, case_id, by)
        number = session.scalar(select(Case.number).where(Case.id == case_id, Case.office_id == by.office_id))
    if part == "letters":
        letter = render_letter(text.source, facts)
        return Trial(text, subject=letter.subject, html=to_html(letter.body), plain=letter.body)
    document = parse_document(render(parse(text.source), facts), language=text.language)
    made = Provenance(made_by=by.full_name, made_at=clock.now(), number=number or "")
    return Trial(text, pdf=to_pdf(document, made))


def save_text(process: str, part: Part, name: str, source: str, *, opened_as: str, by: Actor) -> OpenText:
    """Keep a text in the draft; faults are kept too and told, they only hinder publishing.

    `opened_as` is the text that was opened. Raises `TextConflictError`, `TextTooLongError`, `NotFoundError`.
    """
    by.demand(PERMISSION)
    source = _unified(source)
    with transaction() as session:
        known = _opened(session, process, part, name, None, by)
        if _unified(known.source) not in (_unified(opened_as), source):
            raise TextConflictError(known.source)
        published = known.published is not None and source == _unified(known.published)
        _keep(session, process, part, {name: None if published else source}, by)
        return _opened(session, process, part, name, None, by)


def add_text(process: str, part: Part, kind: str, *, by: Actor, sms: bool = False) -> str:
    """A new letter or document with an empty text in Kazakh and in Russian; returns the first name.

    Raises `TextNameError`, `NotFoundError`.
    """
    by.demand(PERMISSION)
    stem = f"{kind}.sms" if sms else kind
    names = [f"{stem}.{language}" for language in ("kk", "ru")]
    with transaction() as session:
        queue(session, by.office_id)
        texts = _part(opened(session, process, by), part)
        if not all(_NAME.match(name) for name in names) or any(name in texts for name in names):
            raise TextNameError
        empty = "subject: \n\n" if part == "letters" and not sms else "\n"
        _keep(session, process, part, dict.fromkeys(names, empty), by)
    return names[0]


def take_back(process: str, part: Part, name: str, *, by: Actor) -> bool:
    """Give up what the draft says of a text: it is again as published; returns whether there still is such a text."""
    by.demand(PERMISSION)
    with transaction() as session:
        queue(session, by.office_id)
        row = present(session, process, by.office_id)
        if row is None:
            raise NotFoundError
        changed = dict(getattr(row, part))
        changed.pop(name, None)
        setattr(row, part, changed)
        session.flush()
        return name in _part(opened(session, process, by), part)


def _rows(draft: Draft, newest: Mapping[str, Any], part: Part) -> list[TextRow]:
    words = _vocabulary(draft, part)
    texts, before = _part(draft, part), newest.get(part, {})
    kinds = sorted({kind_of(name) for name in texts})
    return [
        TextRow(
            part=part,
            kind=kind,
            title=words.title(kind) if words else Text(kind, kind, kind),
            names=(names := tuple(name for name in texts if kind_of(name) == kind)),
            changed=any(texts[name] != before.get(name) for name in names),
            faults=sum(len(_faults(words, name, texts[name])) for name in names),
        )
        for kind in kinds
    ]


def _opened(session: Session, process: str, part: Part, name: str, source: str | None, by: Actor) -> OpenText:
    draft = opened(session, process, by)
    texts = _part(draft, part)
    if name not in texts:
        raise NotFoundError
    newest = bundle_of_version(session, process, by.office_id) or {}
    words = _vocabulary(draft, part)
    text = texts[name] if source is None else _unified(source)
    kind = kind_of(name)
    return OpenText(
        part=part,
        name=name,
        title=words.title(kind) if words else Text(kind, kind, kind),
        source=text,
        published=newest.get(part, {}).get(name),
        vocabulary=words or Vocabulary({}, {}, {}),
        restricted=words is not None and kind in words.kinds,
        faults=_faults(words, name, text),
    )


def _part(draft: Draft, part: Part) -> Mapping[str, str]:
    return draft.letters if part == "letters" else draft.documents


def _vocabulary(draft: Draft, part: Part) -> Vocabulary | None:
    try:
        return vocabulary_of(draft.bundle, part)
    except VocabularyError:
        return None


def _faults(words: Vocabulary | None, name: str, source: str) -> tuple[TemplateProblem, ...]:
    return words.faults(kind_of(name), source) if words else problems_of(source)


def _facts(session: Session, text: OpenText, case_id: int | None, by: Actor) -> Mapping[str, Any]:
    placeholders = text.vocabulary.placeholders(text.source)
    case = session.get(Case, case_id) if case_id is not None else None
    if case is None or case.office_id != by.office_id:
        return placeholders
    facts = case_facts(session, case.id, text.language, clock.now())
    return {name: _known(facts, name, stand_in) for name, stand_in in placeholders.items()}


def _known(facts: Mapping[str, Any], name: str, stand_in: object) -> object:
    """What the case says; what it does not say yet is shown as a placeholder."""
    value: Any = facts
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value or stand_in


def _keep(session: Session, process: str, part: Part, changed: Mapping[str, str | None], by: Actor) -> None:
    """Write the changed texts into the draft; None is the published text again."""
    queue(session, by.office_id)
    row = present(session, process, by.office_id)
    if row is None:
        draft = opened(session, process, by)
        row = new_row(draft.diagram, dict(draft.forms), draft, by)
        row.letters, row.documents = {}, {}
        session.add(row)
    texts = {**getattr(row, part), **changed}
    setattr(row, part, {name: text for name, text in texts.items() if text is not None})
    row.saved_at, row.person_id = clock.now(), by.id
    session.flush()


def _unified(source: str) -> str:
    """Line ends as files have them, and one at the end."""
    if len(source) > LONGEST:
        raise TextTooLongError(longest=LONGEST)
    return source.replace("\r\n", "\n").replace("\r", "\n").rstrip() + "\n"
