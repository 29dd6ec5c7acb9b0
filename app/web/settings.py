"""The index of the settings: a card for what the reader may open."""

from typing import Final

from flask import Blueprint, g, render_template

from app.page.request import actor, staff_only

pages = Blueprint("settings", __name__, url_prefix="/settings")

CARDS: Final = (
    ("calendar.see", "calendar", "/settings/calendar", "cal"),
    ("calendar.see", "deadlines", "/settings/deadlines", "clock"),
    ("people.edit", "people", "/settings/people", "users"),
    ("people.edit", "units", "/settings/units", "menu"),
    ("bodies.edit", "bodies", "/settings/bodies", "users"),
    ("bodies.see", "body_answers", "/bodies", "file"),
    ("absence.see", "absences", "/settings/absences", "users"),
    ("instance.operate", "instances", "/instances", "menu"),
    ("message.see", "messages", "/settings/messages", "info"),
    ("process.see", "processes", "/settings/processes", "edit"),
)
"""Permission, name of its texts, address, icon."""


@pages.get("")
@staff_only
def index() -> str:
    cards = [card for card in CARDS if actor().may(card[0])]
    demo = g.person.clock_shift is not None and actor().may("mailbox.see")
    return render_template("settings.html", cards=cards, demo=demo)
