"""What a diagram of the office may name: handlers, roles, deadline rules, letters, processes."""

import inspect
from typing import Any
from zoneinfo import ZoneInfo

from app.domain.texts import Language
from app.handlers.registry import Handler, all_handlers
from app.page import dates
from app.page.texts import catalogue as sentences
from app.page.texts import say
from app.queries.deadlines import RuleRow, rules_of
from app.queries.definitions import newest_versions, whole_version
from app.queries.studio import roles_of

AREA = "editor"


def catalogue_of(office_id: str, process: str | None, language: Language, zone: ZoneInfo) -> dict[str, Any]:
    """The office's names with labels in three languages; letters and documents are those of `process`."""
    versions = newest_versions(office_id)
    number = next((row.number for row in versions if row.process == process), None)
    whole = whole_version(office_id, process, number) if process and number else None
    return {
        "handlers": [_handler(each) for each in all_handlers()],
        "roles": [{"code": code, "name": name.as_dict()} for code, name in roles_of(office_id).items()],
        "rules": [rule_as_json(each, language, zone) for each in rules_of(office_id)],
        "letters": sorted({name.rpartition(".")[0] or name for name in whole.letters}) if whole else [],
        "documents": sorted({name.rpartition(".")[0] or name for name in whole.documents}) if whole else [],
        "processes": [{"key": row.process, "name": row.name.as_dict()} for row in versions],
    }


def rule_as_json(rule: RuleRow, language: Language, zone: ZoneInfo) -> dict[str, Any]:
    """A rule with the dates that it would give for an event at the next opening, in words of the language."""
    term = rule.example
    return {
        "key": rule.key,
        "name": rule.name.as_dict(),
        "words": rule.value.words.as_dict(),
        "basis": rule.value.basis.as_dict(),
        "clause": rule.value.clause,
        "example": {
            "anchor": dates.short_moment(term.anchor, zone),
            "opens": _moment(term.opens, language, zone),
            "due": _moment(term.due, language, zone),
            "explanation": term.explanation.as_dict(),
        },
    }


def words_of(language: Language) -> dict[str, str]:
    """Every sentence of the editor."""
    start = AREA + "."
    return {key.removeprefix(start): say(language, key) for key in sentences() if key.startswith(start)}


def _moment(moment: Any, language: Language, zone: ZoneInfo) -> str:
    return f"{dates.short_day(dates.local(moment, zone).date(), language)}, {dates.hour(moment, zone)}"


def _handler(handler: Handler) -> dict[str, Any]:
    return {
        "name": handler.name,
        "kind": handler.kind,
        "label": handler.label.as_dict(),
        "help": handler.help,
        "parameters": [_parameter(each) for each in handler.parameters.values()],
    }


def _parameter(parameter: inspect.Parameter) -> dict[str, Any]:
    required = parameter.default is inspect.Parameter.empty
    return {
        "name": parameter.name,
        "required": required,
        "default": None if required else repr(parameter.default),
        "type": getattr(parameter.annotation, "__name__", str(parameter.annotation)),
    }
