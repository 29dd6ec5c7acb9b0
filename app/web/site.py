"""The site: finds its pages, teaches the templates their words, turns errors into pages."""

import hashlib
import importlib
import pkgutil
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from flask import Blueprint, Flask, Response, g, render_template, request
from flask_wtf.csrf import CSRFError, CSRFProtect
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from app.domain import clock
from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.page import dates
from app.page.request import actor, install, language, same_page, zone
from app.page.texts import catalogue, say
from app.page.written import day_of
from app.web.static_files import pack_static_files

csrf = CSRFProtect()
STATIC: Final = Path(__file__).parent / "static"


def blueprints() -> Iterator[Blueprint]:
    """The `pages` of every module of this package."""
    for module in pkgutil.iter_modules([str(Path(__file__).parent)]):
        found = getattr(importlib.import_module(f"{__package__}.{module.name}"), "pages", None)
        if isinstance(found, Blueprint):
            yield found


OF_APPLICANTS: Final = ("personal_reception", "appeal", "director_reception", "consultation")
"""Kinds of case in which somebody asks for something; others are called by their kind."""


def mount(app: Flask) -> None:
    """Put the pages onto the application."""
    csrf.init_app(app)
    install(app)
    for pages in blueprints():
        app.register_blueprint(pages)
    app.url_defaults(_stamped)
    pack_static_files(app)
    app.context_processor(_words)
    app.register_error_handler(AutomationError, _problem)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http_problem)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def _stamped(endpoint: str, values: dict[str, Any]) -> None:
    """Browsers keep static files for a year: each address says which content is meant, so that an upgrade is seen."""
    if endpoint == "static" and "filename" in values:
        values.setdefault("v", _stamp(values["filename"]))


@cache
def _stamp(filename: str) -> str | None:
    file = STATIC / filename
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12] if file.is_file() else None


def _words() -> dict[str, Any]:
    speech = language()

    def t(key: str, **values: Any) -> str:
        return say(speech, key, **values)

    def tell(text: Text | dict[str, str] | str | None) -> str:
        if text is None or isinstance(text, str):
            return text or ""
        if isinstance(text, Text):
            return text.in_(speech)
        return text.get(speech) or text.get("ru", "")

    def kind_name(kind: str) -> str:
        """What a case of `kind` is called."""
        key = f"cases.kind_{kind}"
        return t(key if key in catalogue() else "cases.kind_other")

    here = zone()
    return {
        "t": t,
        "tell": tell,
        "lang": speech,
        "person": g.get("person"),
        "may": lambda permission: bool(g.get("person")) and actor().may(permission),
        "now": dates.local(clock.now(), here),
        "short_day": lambda value: dates.short_day(_day(value), speech),
        "day": lambda value: dates.day(_day(value), speech),
        "long_day": lambda value, year=True: dates.long_day(_day(value), speech, year=year),
        "moment": lambda value: dates.moment(value, here),
        "short_moment": lambda value: dates.short_moment(value, here),
        "read_day": day_of,
        "hour": lambda value: dates.hour(value, here),
        "in_language": _in_language,
        "kind_name": kind_name,
        "whose": lambda name, kind: name or (t("tasks.not_recorded") if kind in OF_APPLICANTS else kind_name(kind)),
        "of_applicants": OF_APPLICANTS.__contains__,
        "icon": icon,
    }


def _day(value: date | datetime) -> date:
    return dates.local(value, zone()).date() if isinstance(value, datetime) else value


def _in_language(speech: str) -> str:
    """The address of this page in another language."""
    query = MultiDict(request.args)
    query["language"] = speech
    return same_page(query)


ICONS = {
    "check": '<path d="M4 10.5l4 4 8-9"/>',
    "alert": '<path d="M10 3L18 17H2z"/><path d="M10 8.5v3.5M10 14.4v.1"/>',
    "clock": '<circle cx="10" cy="10" r="7.2"/><path d="M10 5.8V10l3 2"/>',
    "today": '<circle cx="10" cy="10" r="7.2"/><path d="M10 2.8a7.2 7.2 0 0 1 0 14.4z" fill="currentColor"/>',
    "pause": '<circle cx="10" cy="10" r="7.2"/><path d="M8 7.500v5M12 7.500v5"/>',
    "cal": '<path d="M3 5h14v12H3zM3 9h14M7 3v4M13 3v4"/>',
    "file": '<path d="M5 2.5h6.5L15.500 6.500V17.500H5z"/><path d="M11.500 2.500V6.500H15.500'
    'M7.500 10.500h5.500M7.500 13.500h5.500"/>',
    "search": '<circle cx="8.800" cy="8.800" r="5.600"/><path d="M13 13l4.500 4.500"/>',
    "phone": '<path d="M6 3l2 4-2 1.500c1 2.500 3 4.500 5.500 5.500L13 12l4 2v3c-7 1-14-6-14-14z"/>',
    "users": (
        '<circle cx="7.500" cy="7" r="3"/>'
        '<path d="M2 17c0-3 2.500-5 5.500-5s5.500 2 5.500 5M13 4.500a3 3 0 0 1 0 5M15 12.500c2 .700 3 2.300 3 4.500"/>'
    ),
    "x": '<path d="M5 5l10 10M15 5L5 15"/>',
    "menu": '<path d="M3 5.500h14M3 10h14M3 14.500h14"/>',
    "print": '<path d="M5.500 7V2.800h9V7M5.500 14.500H3V7h14v7.500h-2.500"/><path d="M5.500 11.800h9v5.400h-9z"/>',
    "more": '<path d="M5.500 8l4.500 4.500L14.500 8"/>',
    "down": '<path d="M10 3v10M5.500 9l4.500 4.500L14.500 9M4 17h12"/>',
    "info": '<circle cx="10" cy="10" r="7.2"/><path d="M10 9v4.500M10 6.500v.1"/>',
    "left": '<path d="M12.500 4L6.500 10l6 6"/>',
    "right": '<path d="M7.500 4l6 6-6 6"/>',
    "video": '<path d="M2.500 5.500h10v9h-10zM12.500 9l5-3v8l-5-3"/>',
    "plus": '<path d="M10 4v12M4 10h12"/>',
    "edit": '<path d="M4 16l1-4L13.500 3.500l3 3L8 15z"/>',
}


def icon(name: str) -> Markup:
    """One of the set; it never stands without words."""
    return Markup('<svg class="i" viewBox="0 0 20 20" aria-hidden="true">{}</svg>').format(Markup(ICONS[name]))  # noqa: S704 - our own constants


def _problem(error: AutomationError) -> tuple[str, int]:
    return render_template("problem.html", title=error.text, status=error.status), error.status


def _stale_form(_error: CSRFError) -> tuple[str, int]:
    return render_template("problem.html", key="stale_form", status=400), 400


def _http_problem(error: HTTPException) -> tuple[str, int] | Response | HTTPException:
    code = error.code or 500
    if code < 400:
        return error
    known = {403: "forbidden", 404: "not_found", 405: "not_found", 413: "too_large", 429: "too_many"}
    return render_template("problem.html", key=known.get(code, "fault"), status=code), code
