"""The day at the desk: sheets for the guard and the wall, the paper for a day without a net, and typing it in."""

from typing import Any, Final

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.page.dates import long_day
from app.page.request import actor, language, needs, person
from app.page.texts import say
from app.page.written import day_of
from app.queries.reception_results import Results, results
from app.usecases.reception_results import Result, record_result
from app.usecases.tasks import InvalidAnswersError

pages = Blueprint("day", __name__, url_prefix="/reception")

ASSIGNMENTS: Final = 3


@pages.get("/<int:day_id>/guard")
@needs("board.see")
def guard(day_id: int) -> str:
    """Names and times for the guard desk; no matter, no number, no telephone."""
    return _sheet("reception_guard.html", day_id, big=False)


@pages.get("/<int:day_id>/wall")
@needs("board.see")
def wall(day_id: int) -> str:
    """The same in letters that are read from across the room."""
    return _sheet("reception_guard.html", day_id, big=True)


@pages.get("/<int:day_id>/paper")
@needs("board.see")
def paper(day_id: int) -> str:
    """The whole day on paper, with empty fields for everything that is recorded."""
    return _sheet("reception_paper.html", day_id, assignments=ASSIGNMENTS)


@pages.get("/<int:day_id>/results")
@needs("result.record")
def typing(day_id: int) -> str:
    """One line for each visitor, to be typed in."""
    return _typing(day_id)


@pages.post("/<int:day_id>/results/<int:case_id>")
@needs("result.record")
def type_in(day_id: int, case_id: int) -> AnyResponse | tuple[str, int]:
    found = _day(day_id)
    try:
        record_result(case_id, _typed(), by=actor())
    except InvalidAnswersError as invalid:
        return _typing(day_id, case_id, invalid.errors), invalid.status
    except AutomationError as refused:
        return _typing(day_id, case_id, {"": refused.text}), refused.status
    flash(say(language(), "day.written", name=_name(found, case_id)))
    return redirect(url_for(".typing", day_id=day_id, _anchor=_following(day_id, case_id)), 303)


def _day(day_id: int) -> Results:
    return results(person().office_id, day_id) or abort(404)


def _name(found: Results, case_id: int) -> str:
    return next((row.applicant for row in found.rows if row.case_id == case_id), "")


def _following(day_id: int, case_id: int) -> str:
    """Where typing goes on: the same visitor while something is left, else the next of whom something is."""
    rows = _day(day_id).rows
    place = next((number for number, row in enumerate(rows) if row.case_id == case_id), 0)
    left = [row for row in [*rows[place:], *rows[:place]] if row.state in ("come", "inside")]
    return f"case{left[0].case_id}" if left else "main"


def _sheet(template: str, day_id: int, **more: Any) -> str:
    found = _day(day_id)
    words = {f"day_{speech}": long_day(found.head.day, speech) for speech in ("kk", "ru")}
    return render_template(template, day_list=found, **words, both=_both, **more)


def _both(key: str) -> tuple[str, str]:
    """A sentence of the sheets in Kazakh and in Russian, whatever the reader's language is."""
    return say("kk", f"day.{key}"), say("ru", f"day.{key}")


def _typing(day_id: int, case_id: int | None = None, errors: dict[str, Text] | None = None) -> str:
    found, speech = _day(day_id), language()
    return render_template(
        "reception_results.html",
        list=found,
        categories=[("", say(speech, "day.no_priority"))]
        + [(code, name.in_(speech)) for code, name in found.categories.items()],
        executors=[
            ("", ""),
            *(
                (each.value, each.label if isinstance(each.label, str) else each.label.in_(speech))
                for each in found.executors
            ),
        ],
        wrong=case_id,
        errors=errors or {},
        typed=request.form,
        assignments=range(1, ASSIGNMENTS + 1),
    )


def _typed() -> Result:
    form = request.form
    given = [
        {
            "text": form.get(f"text{n}", "").strip(),
            "executor": form.get(f"executor{n}", ""),
            "due": day.isoformat() if (day := day_of(form.get(f"due{n}"))) else "",
        }
        for n in range(1, ASSIGNMENTS + 1)
        if form.get(f"text{n}", "").strip()
    ]
    reception: dict[str, Any] = {
        "answer": form.get("answer", ""),
        "exhaustive": form.get("exhaustive", ""),
        "has_assignments": "yes" if given else "no",
        "assignments": given,
        "participants": [],
        "result_remarks": form.get("result_remarks", ""),
    }
    if reception["exhaustive"] != "yes":
        del reception["has_assignments"]
    if not given and reception["exhaustive"] == "yes":
        del reception["assignments"]
    check_in = {name: form[name] for name in ("priority_category", "priority_evidence") if form.get(name)}
    return Result(
        came=form.get("came", ""),
        came_at=form.get("came_at", ""),
        began_at=form.get("began_at", ""),
        finished_at=form.get("finished_at", ""),
        check_in=check_in,
        reception=reception,
    )


def _said(label: Text | str) -> str:
    return label if isinstance(label, str) else label.in_(language())
