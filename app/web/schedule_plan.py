"""The coordinator's month: what stands in the schedule, closed periods, and the form of a new day."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from babel.dates import format_date
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import AutomationError
from app.page.dates import WEEKDAYS
from app.page.request import actor, language, needs, person
from app.page.texts import say
from app.page.written import day_of, last_day_of, month_of, number_of
from app.queries.schedule_month import schedule_month
from app.queries.schedule_sheet import month_words
from app.usecases.blackouts import BlackoutRefusedError, Period, close_period, open_period
from app.usecases.schedule_approval import ask_for_approval, assign_out_of_schedule, offered, plan_report_meeting

pages = Blueprint("schedule_plan", __name__, url_prefix="/reception/plan")


def month_page(month: date | None) -> dict[str, Any]:
    """What the template of the month needs besides the form of a new day."""
    speech = language()
    return {
        "month": schedule_month(person().office_id, month),
        "month_words": lambda each: month_words(each, speech),
        "month_name": lambda each: str(format_date(each, "LLLL", locale=speech)).capitalize(),
        "weekdays": [name[:1].upper() + name[1:] for name in WEEKDAYS[speech]],
        "office_id": person().office_id,
        "offered": offered(person().office_id),
    }


@pages.post("/closed")
@needs("day.plan")
def close() -> AnyResponse | tuple[str, int]:
    """Close a period; planned days in it are shown as conflicts."""
    typed = request.form.to_dict()
    first = day_of(typed.get("first"))
    wanted = Period(number_of(typed.get("who")), first, last_day_of(typed.get("last")), typed.get("why", ""))
    try:
        conflicts = close_period(wanted, by=actor())
    except BlackoutRefusedError as refused:
        return _again(typed, refused)
    key = "schedule.was_closed_conflicts" if conflicts else "schedule.was_closed"
    flash(say(language(), key, n=conflicts))
    return redirect(_month(first), 303)


@pages.post("/closed/<int:blackout_id>/open")
@needs("day.plan")
def open_again(blackout_id: int) -> AnyResponse:
    """Open a closed period again."""
    open_period(blackout_id, by=actor())
    flash(say(language(), "schedule.was_opened"))
    return redirect(_month(month_of(request.form.get("month"))), 303)


@pages.post("/approval")
@needs("day.plan")
def approval() -> AnyResponse | tuple[str, int]:
    """Pass the month on for approval."""
    month = month_of(request.form.get("month")) or abort(404)
    try:
        ask_for_approval(month, by=actor())
    except AutomationError as refused:
        return _refused(refused)
    flash(say(language(), "schedule.passed_on"))
    return redirect(_month(month), 303)


@pages.post("/report-meeting")
@needs("day.plan")
def report_meeting() -> AnyResponse | tuple[str, int]:
    """Tell the day of a report meeting: receptions before and after it are proposed (KRG-6)."""
    day = day_of(request.form.get("meeting"))
    try:
        plan_report_meeting(day, by=actor())
    except AutomationError as refused:
        return _refused(refused)
    flash(say(language(), "schedule.meeting_told"))
    return redirect(_month(day), 303)


@pages.get("/assignment")
@needs("day.assign")
def assignment_form() -> str:
    """The form of the akim's assignment of a reception outside the schedule (KRG-9)."""
    return render_template("schedule_assignment.html", offered=offered(person().office_id), typed={}, error=None)


@pages.post("/assignment")
@needs("day.assign")
def assignment() -> AnyResponse | tuple[str, int]:
    """The akim assigns; the deputy finds it in his tasks."""
    typed = request.form.to_dict()
    day, deputy = day_of(typed.get("day")), number_of(typed.get("deputy"))
    try:
        assign_out_of_schedule(deputy, day, typed.get("assignment", ""), by=actor())
    except AutomationError as refused:
        page = {"offered": offered(person().office_id), "typed": typed, "error": refused.text}
        return render_template("schedule_assignment.html", **page), refused.status
    flash(say(language(), "schedule.assigned"))
    return redirect(url_for(".assignment_form"), 303)


def _refused(refused: AutomationError) -> tuple[str, int]:
    """The month again, with why nothing has happened."""
    from app.web.reception import plan_again  # noqa: PLC0415 - that page holds all the forms

    return plan_again(refusal=refused.text), refused.status


def _month(day: date | None) -> str:
    return url_for("reception.plan_form", month=f"{day:%Y-%m}" if day else None)


def _again(typed: Mapping[str, str], refused: BlackoutRefusedError) -> tuple[str, int]:
    """The month with what was typed and a sentence at each field."""
    from app.web.reception import plan_again  # noqa: PLC0415 - that page holds both forms

    return plan_again(closing=typed, closing_errors=refused.errors), refused.status
