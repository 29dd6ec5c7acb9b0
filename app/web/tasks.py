"""The task list and the page of one task."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, Response, abort, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.page.dates import hour, local
from app.page.request import actor, language, needs, person, zone
from app.page.texts import say
from app.page.written import number_of, row_id
from app.queries.appeal_search import FILED
from app.queries.appeals import sources_of
from app.queries.known_people import KnownCase, known_cases
from app.queries.open_tasks import VIEWS, WorkFilter
from app.queries.task_page import delegation_of
from app.queries.worklist import WorkList
from app.queries.worklist import work_list as tasks_waiting
from app.queries.workload import workload_of
from app.usecases import task_forms
from app.usecases import tasks as use
from app.usecases.files import upload
from app.web.files import papers
from app.web.known import described
from app.web.tables import table_file

pages = Blueprint("tasks", __name__, url_prefix="/tasks")
HEADS = ("tasks.task", "tasks.step", "appeals.number", "tasks.applicant", "tasks.subject", "tasks.due")


@dataclass(frozen=True, slots=True)
class Chip:
    """An active filter and the address without it."""

    text: str
    href: str


@pages.get("")
@needs("work")
def work_list() -> str:
    chosen = _filter()
    found = _found(chosen)
    return render_template(
        "tasks.html",
        chosen=chosen,
        list=found,
        sources=sources_of(person().office_id, person().roles, person().id) if actor().may("appeal.open") else (),
        chips=_chips(chosen),
        sorted_by=lambda sort: _address(chosen, sort=sort, after=""),
        first_page=_address(chosen, after=""),
        next_page=_address(chosen, after=found.next) if found.next else None,
        csv=url_for("tasks.as_csv", **_arguments(chosen)),
    )


@pages.get("/list.csv")
@needs("work")
def as_csv() -> Response:
    """What was found as a file, up to `FILED` rows."""
    speech, chosen = language(), replace(_filter(), after="")
    lines = [[say(speech, head) for head in HEADS]]
    while len(lines) <= FILED:
        found = _found(chosen)
        for row in found.rows:
            due = f"{local(row.due_at, zone()):%Y-%m-%d %H:%M}" if row.due_at else ""
            told = (row.case_number or "", row.applicant, row.subject, due)
            lines.append([row.name.in_(speech), str(row.step or ""), *told])
        if found.next is None:
            break
        chosen = replace(chosen, after=found.next)
    return table_file("csv", "tasks", lines)


def _found(chosen: WorkFilter) -> WorkList:
    who = person()
    sees = actor().may("personal_data.see")
    return tasks_waiting(who.id, who.office_id, sorted(who.roles), chosen, personal=sees)


def _filter() -> WorkFilter:
    asked = request.args
    view = asked.get("view", "mine")
    sort, due = asked.get("sort", "due"), asked.get("due", "")
    return WorkFilter(
        view=view if view in VIEWS else "mine",
        find=asked.get("find", "").strip()[:200],
        step=number_of(asked.get("step")),
        due=due if due in ("week", "none") else "",
        language=asked.get("language_of_case", ""),
        sort=sort if sort in ("due", "reception", "new") else "due",
        after=asked.get("after", ""),
    )


def _arguments(chosen: WorkFilter) -> dict[str, Any]:
    values = {
        "view": chosen.view,
        "find": chosen.find,
        "step": chosen.step,
        "due": chosen.due,
        "language_of_case": chosen.language,
        "sort": chosen.sort if chosen.sort != "due" else "",
        "after": chosen.after,
    }
    return {key: value for key, value in values.items() if value}


def _address(chosen: WorkFilter, **changes: Any) -> str:
    return url_for("tasks.work_list", **_arguments(replace(chosen, **changes)))


def _chips(chosen: WorkFilter) -> list[Chip]:
    speech = language()
    found = []
    if chosen.find:
        found.append(Chip(f"«{chosen.find}»", _address(chosen, find="", after="")))
    if chosen.step:
        found.append(Chip(say(speech, f"steps.s{chosen.step}"), _address(chosen, step=None, after="")))
    if chosen.due:
        found.append(Chip(say(speech, f"tasks.due_{chosen.due}"), _address(chosen, due="", after="")))
    if chosen.language:
        found.append(Chip(say(speech, f"tasks.language_{chosen.language}"), _address(chosen, language="", after="")))
    return found


@pages.post("/bulk")
@needs("work")
def bulk() -> AnyResponse:
    """Claim or release every ticked task; refusals are told one by one."""
    act, who, speech = request.form.get("act"), actor(), language()
    done, refused = 0, []
    for task_id in request.form.getlist("task", type=row_id)[:100]:
        try:
            if act == "release":
                use.release(task_id, reason=say(speech, "tasks.bulk_reason"), by=who)
            else:
                use.claim(task_id, by=who)
            done += 1
        except AutomationError as problem:
            refused.append(f"№ {task_id}: {problem.text.in_(speech)}")
    flash(" ".join([say(speech, "tasks.bulk_done", n=done), *refused]))
    return redirect(request.referrer or url_for("tasks.work_list"), 303)


@pages.get("/workload")
@needs("workload.see")
def workload() -> str:
    return render_template("workload.html", load=workload_of(person().office_id))


@pages.get("/<int:task_id>")
@needs("work")
def show(task_id: int) -> str:
    return _page(task_forms.open_task(task_id, by=actor()))


@pages.post("/<int:task_id>")
@needs("work")
def submit(task_id: int) -> AnyResponse | tuple[str, int]:
    submitted = request.form.to_dict(flat=False)
    sent, refused = _uploads(task_id, submitted)
    if refused:
        return _page(task_forms.with_errors(task_id, sent, refused, by=actor())), 422
    if "_known" in submitted:
        return _page(task_forms.rearranged(task_id, sent, by=actor()), typed=submitted), 200
    if any(name.startswith(("_add:", "_remove:", "_upload:")) for name in submitted):
        return _page(task_forms.rearranged(task_id, sent, by=actor())), 200
    if "_save" in submitted:
        use.save_draft(task_id, submitted=sent, by=actor())
        flash(" ".join(filter(None, (say(language(), "tasks.draft_saved"), _kept(task_id, sent)))))
        return redirect(url_for("tasks.show", task_id=task_id), 303)
    try:
        use.complete_user_task(task_id, submitted=sent, by=actor())
    except use.InvalidAnswersError as invalid:
        _kept(task_id, sent)  # her time stays hers while she corrects the rest
        return _page(task_forms.with_errors(task_id, sent, invalid.errors, by=actor())), 422
    return redirect(url_for("tasks.after", task_id=task_id), 303)


@pages.get("/<int:task_id>/after")
@needs("work")
def after(task_id: int) -> AnyResponse:
    """Where to go when a task is done: the next task of the same case that she may do, else her list."""
    if task_forms.was_completed(task_id, by=actor()):
        flash(say(language(), "tasks.done"))
    following = task_forms.next_task(task_id, by=actor())
    return redirect(url_for("tasks.show", task_id=following) if following else url_for("tasks.work_list"), 303)


def _uploads(task_id: int, submitted: Mapping[str, list[str]]) -> tuple[dict[str, list[str]], dict[str, Text]]:
    """Keep the files that came along, their ids where the form expects them; a sentence for each field refused."""
    sent = {key: list(values) for key, values in submitted.items()}
    refused: dict[str, Text] = {}
    for name, files in request.files.lists():
        for given in files:
            if not given.filename:
                continue
            try:
                file_id = upload(task_id, given.filename, given.stream, field=name, by=actor())
            except AutomationError as problem:
                if problem.status not in (413, 415, 422):
                    raise
                refused[name] = problem.text
            else:
                sent.setdefault(name, []).append(str(file_id))
    return sent, refused


@pages.post("/<int:task_id>/draft")
@needs("work")
def draft(task_id: int) -> Response:
    sent = request.form.to_dict(flat=False)
    saved = use.save_draft(task_id, submitted=sent, by=actor())
    return jsonify(saved=hour(saved, zone()), place=_kept(task_id, sent))


def _kept(task_id: int, sent: Mapping[str, list[str]]) -> str:
    """Until when the time chosen in a form is kept for it, or that somebody was quicker; "" when none is chosen."""
    try:
        until = use.keep_place(task_id, submitted=sent, by=actor())
    except use.InvalidAnswersError as taken:
        return " ".join(said.in_(language()) for said in taken.errors.values())
    return say(language(), "tasks.place_kept", hour=hour(until, zone())) if until else ""


@pages.post("/<int:task_id>/discard")
@needs("work")
def discard(task_id: int) -> AnyResponse:
    use.discard_draft(task_id, by=actor())
    return redirect(url_for("tasks.show", task_id=task_id), 303)


@pages.post("/<int:task_id>/claim")
@needs("work")
def claim(task_id: int) -> AnyResponse:
    use.claim(task_id, by=actor())
    return redirect(url_for("tasks.show", task_id=task_id), 303)


@pages.route("/<int:task_id>/release", methods=["GET", "POST"])
@needs("work")
def release(task_id: int) -> AnyResponse | str | tuple[str, int]:
    return _with_reason(task_id, "release")


@pages.route("/<int:task_id>/delegate", methods=["GET", "POST"])
@needs("work")
def delegate(task_id: int) -> AnyResponse | str | tuple[str, int]:
    return _with_reason(task_id, "delegate")


def _with_reason(task_id: int, act: str) -> AnyResponse | str | tuple[str, int]:
    """A page that asks for a reason (and a colleague), and then acts."""
    error, status = None, 200
    if request.method == "POST":
        try:
            if act == "release":
                use.release(task_id, reason=request.form.get("reason", ""), by=actor())
            else:
                to = request.form.get("to", type=row_id) or 0
                use.delegate(task_id, to=to, reason=request.form.get("reason", ""), by=actor())
        except AutomationError as refused:
            error, status = refused.text, refused.status
        else:
            flash(say(language(), f"tasks.{act}d"))
            return redirect(url_for("tasks.work_list"), 303)
    task = task_forms.open_task(task_id, by=actor())
    handed = delegation_of(task_id, office_id=person().office_id) if act == "delegate" else None
    return render_template("task_reason.html", task=task.page, handed=handed, act=act, error=error), status


def _page(opened: task_forms.OpenTask | None, typed: Mapping[str, list[str]] | None = None) -> str:
    """The page; with `typed` the earlier cases of whoever was typed, for browsers that cannot ask by themselves."""
    if opened is None:
        abort(404)
    page = opened.page
    return render_template(
        "task.html",
        task=page,
        form=opened.form,
        may_work=opened.may_work,
        papers=papers(page.documents),
        asked=typed is not None,
        known=_known(typed, page.case_id) if typed else (),
        asks_for_person=any(getattr(each, "key", None) == "full_name" for each in opened.form.fields),
    )


def _known(typed: Mapping[str, list[str]], case_id: int | None) -> Sequence[KnownCase]:
    actor().demand("personal_data.see")
    who = described({name: values[0] for name, values in typed.items() if values})
    return known_cases(person().office_id, who, beside=case_id)
