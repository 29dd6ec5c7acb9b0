"""Deadline rules and office hours: what holds, and a new value from a day on."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import AutomationError
from app.domain.rule_errors import RuleError
from app.domain.rule_words import in_words
from app.domain.rules import parse_rule
from app.domain.texts import Text
from app.page.request import actor, language, needs, person
from app.page.texts import say
from app.page.written import day_of
from app.queries.deadlines import hours_in_force, rule_of, rules_of
from app.usecases import deadline_rules as use

pages = Blueprint("deadlines", __name__, url_prefix="/settings/deadlines")
Page = str | tuple[str, int] | AnyResponse


@pages.get("")
@needs("calendar.see")
def index() -> str:
    return _index(None)


@pages.post("/hours")
@needs("calendar.edit")
def hours() -> Page:
    typed = request.form
    try:
        day = day_of(typed.get("valid_from"))
        use.add_hours(typed.get("hours", ""), typed.get("lunch", ""), day, by=actor())
    except AutomationError as refused:
        return _index(refused.text), refused.status
    flash(say(language(), "settings.saved"))
    return redirect(url_for("deadlines.index"), 303)


@pages.route("/<key>", methods=["GET", "POST"])
@needs("calendar.see")
def rule(key: str) -> Page:
    """The rule's values; a new one is shown with its example first and written with `confirm`."""
    shown = rule_of(person().office_id, key) or abort(404)
    typed: Any = request.form if request.method == "POST" else {}
    errors: dict[str, Text] = {}
    example = words = None
    if request.method == "POST":
        value = _value(typed)
        try:
            if "confirm" in typed:
                use.add_value(key, value, by=actor())
                flash(say(language(), "deadlines.added"))
                return redirect(url_for("deadlines.rule", key=key), 303)
            example, words = use.check_value(key, value, by=actor()), in_words(parse_rule(value.expression))
        except RuleError as wrong:
            errors["expression"] = wrong.text
        except use.BasisMissingError as missing:
            errors["basis"] = missing.text
        except use.FirstDayError as early:
            errors["valid_from"] = early.text
    page = render_template("deadline_rule.html", rule=shown, typed=typed, errors=errors, example=example, words=words)
    return page, 422 if errors else 200


def _value(typed: Any) -> use.NewValue:
    return use.NewValue(
        expression=typed.get("expression", ""),
        roll=typed.get("roll", "none"),
        valid_from=day_of(typed.get("valid_from")),
        clause=typed.get("clause", ""),
        basis=Text(*(typed.get(f"basis_{each}", "") for each in ("kk", "ru", "en"))),
    )


def _index(error: Text | None) -> str:
    office_id = person().office_id
    return render_template(
        "deadlines.html", rules=rules_of(office_id), hours=hours_in_force(office_id), error=error, typed=request.form
    )
