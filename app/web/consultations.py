"""Consultations: the list with its counts, a new one."""

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.page.request import actor, language, needs, person
from app.page.texts import say
from app.page.written import day_of, number_of
from app.queries.appeal_search import FILED
from app.queries.consultations import PAGE, VIEWS, ConsultationList, consultation_list
from app.usecases import utility as use
from app.usecases.task_forms import next_task_of_case
from app.web.tables import table_file

pages = Blueprint("consultations", __name__, url_prefix="/consultations")
HEADS = ("number", "requested", "channel", "consumer", "question", "answer", "allowance", "answered_by")


@pages.get("")
@needs("consultation.see")
def index() -> str:
    """KTEK-2.4, KTEK-2.5, KTEK-2.6"""
    chosen = _chosen()
    page = min(number_of(request.args.get("page")) or 0, 10_000)
    files = {form: url_for(".as_file", form=form, **chosen) for form in ("csv", "xlsx")}
    return render_template(
        "consultations.html",
        list=_found(chosen, limit=PAGE, page=page),
        chosen=chosen,
        page=page,
        size=PAGE,
        views=VIEWS,
        files=files,
    )


@pages.get("/list.<form>")
@needs("consultation.see")
def as_file(form: str) -> Response:
    speech = language()
    heads = [say(speech, f"consultations.{head}") for head in HEADS]
    lines = [
        (
            *(row.number, f"{row.requested_at:%d.%m.%Y %H:%M}", row.channel.in_(speech), row.consumer, row.question),
            *(row.answer, say(speech, "consultations.yes") if row.allowance else "", row.answered_by),
        )
        for row in _found(_chosen(), limit=FILED).rows
    ]
    return table_file(form, "consultations", [heads, *lines])


@pages.post("")
@needs("consultation.open")
def begin() -> AnyResponse:
    speech = language() if language() in ("kk", "ru") else "ru"
    case_id = use.begin_consultation(request.form.get("channel", ""), language=speech, by=actor())
    first = next_task_of_case(case_id, by=actor())
    return redirect(url_for("tasks.show", task_id=first) if first else url_for("cases.show", case_id=case_id), 303)


def _found(chosen: dict[str, Any], *, limit: int, page: int = 0) -> ConsultationList:
    return consultation_list(
        person().office_id,
        view=chosen.get("view", "all"),
        first=day_of(chosen.get("first")),
        last=day_of(chosen.get("last")),
        dispatcher=None if actor().may("consultation.see_all") else person().id,
        limit=limit,
        page=page,
    )


def _chosen() -> dict[str, Any]:
    asked = {name: request.args.get(name, "")[:10] for name in ("view", "first", "last")}
    if asked["view"] not in VIEWS:
        asked["view"] = "all"
    return {name: value for name, value in asked.items() if value}
