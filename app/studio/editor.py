"""What the editor of diagrams asks the server for, as JSON."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from flask import Blueprint, Response, jsonify, request

from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.page import dates
from app.page.request import actor, language, needs, person, zone
from app.queries.deadlines import rules_of
from app.studio.catalogue import catalogue_of, rule_as_json, words_of
from app.usecases import process_drafts as use
from app.usecases.deadline_rules import NewRule, new_rule

editor = Blueprint("editor", __name__, url_prefix="/studio")
Json = Response | tuple[Response, int]
PERMISSION: Final = "process.deploy"


def answered(route: Callable[..., Any]) -> Callable[..., Any]:
    """A refusal is JSON too: its sentence in the reader's language."""

    @wraps(route)
    def guarded(*args: object, **values: object) -> Any:
        try:
            return route(*args, **values)
        except AutomationError as refused:
            return jsonify(message=refused.text.in_(language())), refused.status

    return guarded


@editor.get("/catalogue")
@needs(PERMISSION)
def catalogue() -> Json:
    """Handlers, roles, deadline rules, letters and processes, for whoever draws."""
    return jsonify(catalogue_of(person().office_id, request.args.get("process"), language(), zone()))


@editor.get("/<process>/workspace")
@needs(PERMISSION)
@answered
def workspace(process: str) -> Json:
    """Everything that the editor begins with."""
    draft, problems = use.open_with_problems(process, by=actor())
    return jsonify(
        process=process,
        language=language(),
        diagram=draft.diagram,
        forms=draft.forms,
        revision=draft.revision,
        base=draft.base_number,
        saved_at=_hour(draft.saved_at),
        problems=[each.as_json() for each in problems],
        catalogue=catalogue_of(person().office_id, process, language(), zone()),
        words=words_of(language()),
    )


@editor.post("/<process>/draft")
@needs(PERMISSION)
@answered
def save(process: str) -> Json:
    """Keep the draft; what is wrong with it comes back."""
    sent = _sent()
    saved = use.save_draft(
        process,
        str(sent.get("diagram", "")),
        sent.get("forms"),
        revision=int(sent.get("revision") or 0),
        base=sent.get("base"),
        by=actor(),
        over=bool(sent.get("over")),
    )
    return jsonify(
        revision=saved.revision, saved_at=_hour(saved.saved_at), problems=[each.as_json() for each in saved.problems]
    )


@editor.post("/<process>/beside")
@needs(PERMISSION)
@answered
def beside(process: str) -> Json:
    """Keep a draft beside the one that goes on."""
    sent = _sent()
    use.keep_beside(process, str(sent.get("diagram", "")), sent.get("forms"), by=actor())
    return jsonify(kept=True)


@editor.post("/rules")
@needs(PERMISSION)
@answered
def rules() -> Json:
    """Make a deadline rule; its key and all rules come back."""
    sent = {name: str(value) for name, value in _sent().items()}
    texts = {
        part: Text(*(sent.get(f"{part}_{each}", "").strip() for each in ("kk", "ru", "en")))
        for part in ("name", "basis")
    }
    made = new_rule(
        NewRule(
            number=sent.get("number", ""),
            unit=sent.get("unit", ""),
            direction=sent.get("direction", ""),
            roll=sent.get("roll", "none"),
            clause=sent.get("clause", ""),
            name=texts["name"],
            basis=texts["basis"],
        ),
        by=actor(),
    )
    return jsonify(key=made, rules=[rule_as_json(each, language(), zone()) for each in rules_of(person().office_id)])


def _sent() -> dict[str, Any]:
    sent = request.get_json(silent=True)
    return sent if isinstance(sent, dict) else {}


def _hour(moment: Any) -> str:
    return dates.hour(moment, zone()) if moment else ""
