"""A short help page: keyboard, who sees what, the words."""

from typing import Final

from flask import Blueprint, render_template

from app.page.request import person, staff_only
from app.page.texts import say
from app.queries.staff import roles_of
from app.usecases.access import PERMISSIONS

pages = Blueprint("help", __name__, url_prefix="/help")

AREAS: Final = (
    ("tasks", "work"),
    ("cases", "case.see"),
    ("personal", "personal_data.see"),
    ("reception", "board.see"),
    ("days", "day.plan"),
    ("assignments", "assignment.control"),
    ("incidents", "incident.see"),
    ("calendar", "calendar.see"),
    ("calendar_edit", "calendar.edit"),
    ("people", "people.edit"),
    ("processes", "process.deploy"),
)
"""What the page tells about: name of its texts, permission."""
WORDS: Final = ("reception", "request", "brief", "position", "protocol", "assignment", "talon", "term", "round")


@pages.get("")
@staff_only
def show() -> str:
    roles = roles_of(person().office_id)
    rights = [(area, [name for code, name in roles if code in PERMISSIONS[permission]]) for area, permission in AREAS]
    return render_template("help.html", rights=rights, words=WORDS, word_in=_word)


def _word(speech: str, name: str) -> str:
    return say(speech, f"help.word_{name}")
