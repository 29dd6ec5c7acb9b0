"""What an office has, as lint asks for it: from the database or from the office's folder."""

import inspect
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.errors import AutomationError
from app.domain.problems import Problem
from app.domain.texts import LANGUAGES, Text
from app.engine.lint import Law, OfficeNames, Operation
from app.engine.lint.rules import office as rules
from app.forms import compile_form, form_problems
from app.handlers.registry import Handler, all_handlers
from app.models import DeadlineRule, Office

LAWS: Final = ("every_path", "followed_by", "has_term")


def names_of_office(session: Session, office_id: str, bundle: Mapping[str, Any]) -> OfficeNames:
    """The names that a bundle may use in an office of the database."""
    keys = session.scalars(select(DeadlineRule.key).where(DeadlineRule.office_id == office_id).distinct())
    settings = session.get_one(Office, office_id).settings
    return names(settings, frozenset(keys), bundle)


def names(settings: Mapping[str, Any], deadline_rules: Collection[str], bundle: Mapping[str, Any]) -> OfficeNames:
    """The names that a bundle (its process, forms, letters, documents) may use with the settings of an office.toml."""
    return OfficeNames(
        languages=tuple(settings.get("languages", ())),
        roles=frozenset(role["code"] for role in settings.get("roles", ()) if "code" in role),
        deadline_rules=deadline_rules,
        registers=frozenset(settings.get("registers", {})),
        letters=frozenset(bundle.get("letters", {})),
        documents=frozenset(bundle.get("documents", {})),
        operations={each.name: _operation(each) for each in all_handlers()},
        forms={key: _variables(schema) for key, schema in bundle.get("forms", {}).items()},
        laws=tuple(law for law in _laws(settings.get("law", {})) if law.process in ("", bundle.get("process", ""))),
    )


def form_faults(file: str, schema: object) -> Iterator[Problem]:
    """Every fault of a form file."""
    for fault in form_problems(schema):
        words = {language: f"{fault.component}: {fault.message.in_(language)}" for language in LANGUAGES}
        yield rules.FORM_FAULT.at(file, "", **words)


def _operation(handler: Handler) -> Operation:
    needed = (name for name, each in handler.parameters.items() if each.default is inspect.Parameter.empty)
    return Operation(frozenset(handler.parameters), frozenset(needed), frozenset(handler.sample))


def _variables(schema: Any) -> frozenset[str] | None:
    """The variables that the answers of a form become, where they are the same at every element."""
    try:
        form = compile_form(schema)
    except AutomationError:
        return None
    return None if form.numbered else frozenset(each.key for each in form.fields if not each.readonly)


def _laws(settings: Mapping[str, Any]) -> Iterator[Law]:
    for kind in LAWS:
        for law in settings.get(kind, ()):
            words = law.get("words", {})
            yield Law(
                kind=kind,
                steps=tuple(law.get("steps", ())),
                words=Text(words.get("kk", ""), words.get("ru", ""), words.get("en", "")),
                clause=law.get("clause", ""),
                after=tuple(law.get("after", ())),
                process=law.get("process", ""),
            )
