"""The coordinator's pages: the board of a reception day, its calls, list and queue, and the schedule."""

import hashlib
from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import AutomationError
from app.domain.texts import Language, Text
from app.page.dates import long_day, moment
from app.page.request import actor, language, needs, person, zone
from app.page.texts import say
from app.page.written import day_of, hour_of, month_of, number_of
from app.queries.bulk import recent
from app.queries.day_change import day_change
from app.queries.day_list import day_list
from app.queries.reception import Board, board, under_consideration
from app.queries.reception_desk import WITHOUT_DAY, Wanted, desk
from app.queries.reception_plan import PlanOptions, appointment, plan_options
from app.queries.reception_room import person_list, room
from app.usecases.reception_changes import SeatsTakenError, change_day
from app.usecases.reception_days import DayRefusedError, Plan, plan_day
from app.usecases.reception_moves import move_booking, move_day
from app.usecases.reception_rehousing import cancel_and_rehouse
from app.web.files import answer_with
from app.web.schedule_plan import month_page

pages = Blueprint("reception", __name__, url_prefix="/reception")

PHASES: Final = (("consideration", 1, 4), ("preparation", 5, 9), ("day", 10, 10), ("after", 11, 13))


@pages.get("")
@needs("board.see")
def index() -> AnyResponse:
    """Everything that is open, the late and endangered first."""
    wanted = _wanted()
    found = desk(person().office_id, wanted)
    return fresh(
        "reception_desk.html",
        found,
        desk=found,
        phases=PHASES,
        wanted=wanted,
        chosen=request.args,
        page_link=lambda page: url_for(".index", **{**request.args.to_dict(), "page": page}),
        task_for=task_for,
    )


@pages.get("/considered")
@needs("board.see")
def considered() -> AnyResponse:
    """The requests that have no day yet."""
    return _board_page(under_consideration(person().office_id), None)


@pages.get("/<int:day_id>")
@needs("board.see")
def show(day_id: int) -> AnyResponse:
    """The board of one day."""
    return _board_page(board(person().office_id, day_id) or abort(404), day_id)


@pages.get("/<int:day_id>/list")
@needs("board.see")
def printed(day_id: int) -> str:
    """The bilingual list of persons, for paper."""
    found = person_list(person().office_id, day_id) or abort(404)
    made = moment(found.made_at, zone())
    words = {
        f"{name}_{speech}": value
        for speech in ("kk", "ru")
        for name, value in (
            ("in", partial(_in_area, speech)),
            ("day", long_day(found.head.day, speech)),
            ("made", say(speech, "reception.made", moment=made)),
        )
    }
    return render_template("reception_list.html", list=found, **words)


@pages.get("/<int:day_id>/list/<any(kk, ru):speech>.<any(pdf, docx):form>")
@needs("board.see")
def document(day_id: int, speech: Language, form: str) -> Response:
    """The list of persons as a document."""
    reader = person()
    made = day_list(reader.office_id, day_id, language=speech, form=form, made_by=reader.full_name)
    return answer_with(made or abort(404))


@pages.get("/<int:day_id>/room")
@needs("board.see")
def room_of(day_id: int) -> AnyResponse:
    """The queue on the day."""
    found = room(person().office_id, day_id) or abort(404)
    return fresh("reception_room.html", found, room=found, task_for=task_for)


@pages.get("/plan")
@needs("day.plan")
def plan_form() -> str:
    """The month by official, its closed periods, and the form of a new day."""
    options = plan_options(person().office_id)
    chosen = {name: value for name, value in request.args.items() if name in ("day", "official_id", "kind")}
    return _plan_page(options, {**_usual(options), **chosen})


@pages.post("/plan")
@needs("day.plan")
def plan() -> AnyResponse | tuple[str, int]:
    typed = request.form.to_dict()
    try:
        day_id = plan_day(_plan_from(typed), by=actor())
    except DayRefusedError as refused:
        return _plan_page(plan_options(person().office_id), typed, refused), refused.status
    flash(say(language(), "reception.planned"))
    return redirect(url_for(".show", day_id=day_id), 303)


@pages.get("/<int:day_id>/cancel")
@needs("day.plan")
def cancel_form(day_id: int) -> str:
    return _reason_page("cancel", day_id)


@pages.post("/<int:day_id>/cancel")
@needs("day.plan")
def cancel(day_id: int) -> AnyResponse | tuple[str, int]:
    try:
        target = number_of(request.form.get("target"))
        told = cancel_and_rehouse(day_id, target, reason=request.form.get("reason", ""), by=actor())
    except AutomationError as refused:
        return _reason_page("cancel", day_id, refused), refused.status
    flash(say(language(), "schedule.cancelled_told" if told else "reception.cancelled", n=told))
    return redirect(url_for(".show", day_id=target) if told and target else url_for(".index"), 303)


@pages.get("/<int:day_id>/change")
@needs("day.plan")
def change_form(day_id: int) -> str:
    """The form of a day's mode, place, hours and seats."""
    return _change_page(day_id)


@pages.post("/<int:day_id>/change")
@needs("day.plan")
def change(day_id: int) -> AnyResponse | tuple[str, int]:
    typed = request.form.to_dict()
    try:
        told = change_day(day_id, _plan_from(typed), reason=typed.get("reason", ""), by=actor())
    except AutomationError as refused:
        return _change_page(day_id, refused), refused.status
    flash(say(language(), "reception.day_changed_told" if told else "reception.day_changed", n=told))
    return redirect(url_for(".show", day_id=day_id), 303)


@pages.get("/<int:day_id>/move")
@needs("booking.move")
def move_day_form(day_id: int) -> str:
    return _reason_page("move", day_id)


@pages.post("/<int:day_id>/move")
@needs("booking.move")
def move_whole_day(day_id: int) -> AnyResponse | tuple[str, int]:
    reason = request.form.get("reason", "")
    try:
        told = move_day(day_id, day_of(request.form.get("day")), reason=reason, by=actor())
    except AutomationError as refused:
        return _reason_page("move", day_id, refused), refused.status
    flash(say(language(), "reception.day_moved", n=told))
    return redirect(url_for(".show", day_id=day_id), 303)


@pages.get("/booking/<int:case_id>/move")
@needs("booking.move")
def move_form(case_id: int) -> str:
    return _move_page(case_id)


@pages.post("/booking/<int:case_id>/move")
@needs("booking.move")
def move(case_id: int) -> AnyResponse | tuple[str, int]:
    slot_id = number_of(request.form.get("slot"))
    if slot_id is None:
        return _move_page(case_id, _no_slot()), 422
    try:
        move_booking(case_id, slot_id, reason=request.form.get("reason", ""), by=actor())
    except AutomationError as refused:
        return _move_page(case_id, refused.text), refused.status
    flash(say(language(), "reception.moved"))
    now = appointment(person().office_id, case_id)
    return redirect(url_for(".show", day_id=now.day_id) if now else url_for(".index"), 303)


def _in_area(speech: str, key: str) -> str:
    """A sentence of these pages in one language, whatever the reader's is."""
    return say(speech, f"reception.{key}")


def _no_slot() -> Text:
    """What a form without a chosen time is answered."""
    return Text(*(say(speech, "reception.choose_slot") for speech in ("kk", "ru", "en")))


def _board_page(found: Board, day_id: int | None) -> AnyResponse:
    return fresh("reception.html", found, board=found, phases=PHASES, day_id=day_id, task_for=task_for)


def fresh(template: str, found: object, **words: object) -> AnyResponse:
    """The page with a tag of what it shows: a browser that looks again gets 304 while nothing has changed."""
    can_undo = recent(person().id) if actor().may("booking.move") else []
    told = repr((found, can_undo, language(), person().id, sorted(person().roles), request.full_path))
    tag = hashlib.sha256(told.encode()).hexdigest()[:32]
    if tag in request.if_none_match:
        answer = Response(status=304)
    else:
        answer = make_response(render_template(template, tag=tag, recent=can_undo, **words))
    answer.set_etag(tag)
    return answer


def task_for(role: str | None, assignee_id: int | None) -> bool:
    """Whether the reader may open a task of this role."""
    who = person()
    return role is None or role in who.roles or assignee_id == who.id


def _wanted() -> Wanted:
    """What the filters of the address ask for."""
    asked = request.args
    return Wanted(
        official_id=number_of(asked.get("official")),
        day_id=WITHOUT_DAY if asked.get("day") == "none" else number_of(asked.get("day")),
        step=number_of(asked.get("step")),
        late=asked.get("late", ""),
        find=asked.get("find", "").strip()[:200],
        page=number_of(asked.get("page")) or 1,
    )


def _plan_page(
    options: PlanOptions, typed: Mapping[str, str], refused: DayRefusedError | None = None, **more: Any
) -> str:
    errors = refused.errors if refused else {}
    shown = month_of(request.args.get("month")) or (day_of(typed.get("day")) if refused else None)
    page = {"closing": {}, "closing_errors": {}, "refusal": None, **month_page(shown), **more}
    return render_template("reception_plan.html", options=options, typed=typed, errors=errors, **page)


def plan_again(**more: Any) -> str:
    """The page of the month as another of its forms was sent."""
    options = plan_options(person().office_id)
    return _plan_page(options, _usual(options), **more)


def _usual(options: PlanOptions) -> dict[str, str]:
    """What an empty form proposes."""
    day = options.unified_day
    return {
        "day": f"{day:%d.%m.%Y}" if day else "",
        "kind": "unified_day" if day else "ordinary",
        "mode": "in_person",
        "starts": options.starts,
        "ends": options.ends,
        "minutes": str(options.minutes),
        "seats": "1",
    }


def _plan_from(typed: Mapping[str, str]) -> Plan:
    return Plan(
        official_id=number_of(typed.get("official_id")),
        day=day_of(typed.get("day")),
        kind=typed.get("kind", ""),
        mode=typed.get("mode", ""),
        place=typed.get("place", ""),
        starts=hour_of(typed.get("starts")),
        ends=hour_of(typed.get("ends")),
        minutes=number_of(typed.get("minutes")),
        seats=number_of(typed.get("seats")),
    )


def _reason_page(act: str, day_id: int, refused: AutomationError | None = None) -> str:
    found = board(person().office_id, day_id) or abort(404)
    errors = refused.errors if isinstance(refused, DayRefusedError) else {}
    return render_template(
        "reception_reason.html",
        act=act,
        head=found.head,
        booked=found.tiles.booked,
        typed=request.form,
        error=refused.text if refused else None,
        errors=errors,
        change=day_change(person().office_id, day_id),
    )


def _change_page(day_id: int, refused: AutomationError | None = None) -> str:
    found = board(person().office_id, day_id) or abort(404)
    told = day_change(person().office_id, day_id)
    return render_template(
        "reception_change.html",
        head=found.head,
        typed=request.form if refused else _written(told.stands),
        options=plan_options(person().office_id),
        error=refused.text if refused else None,
        errors=refused.errors if isinstance(refused, DayRefusedError) else {},
        sitting=refused.sitting if isinstance(refused, SeatsTakenError) else (),
        change=told,
    )


def _written(plan: Plan | None) -> dict[str, str]:
    """A day as its form shows it."""
    if plan is None:
        return {}
    return {
        "starts": f"{plan.starts:%H:%M}" if plan.starts else "",
        "ends": f"{plan.ends:%H:%M}" if plan.ends else "",
        "mode": plan.mode,
        "place": plan.place,
        "minutes": str(plan.minutes or ""),
        "seats": str(plan.seats or ""),
    }


def _move_page(case_id: int, error: Text | None = None) -> str:
    found = appointment(person().office_id, case_id) or abort(404)
    return render_template("reception_move.html", booking=found, typed=request.form or request.args, error=error)
