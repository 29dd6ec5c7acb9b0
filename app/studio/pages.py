"""The pages of the studio: processes, versions, drafts, publishing, and the room of the editor."""

import re
from typing import Final

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.domain.diagram import Mark
from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.page.diagram import draw
from app.page.request import HEADERS, actor, language, needs, person
from app.page.texts import say
from app.queries.process_load import Load, load_of
from app.queries.studio import DraftRow, Version, changes_of_version, drafts_of, history_of, processes_of
from app.usecases import process_drafts as use
from app.usecases import process_publishing as publishing

pages = Blueprint("studio", __name__, url_prefix="/studio")
Page = str | tuple[str, int] | AnyResponse
PERMISSION: Final = "process.deploy"
CONTENT_POLICY: Final = "Content-Security-Policy"
# bpmn-js places what it draws by inline styles; scripts stay those of our own files.
EDITOR_POLICY: Final = HEADERS[CONTENT_POLICY] + "; style-src 'self' 'unsafe-inline'"


@pages.get("")
@needs(PERMISSION)
def index() -> str:
    return render_template("studio/index.html", rows=processes_of(person().office_id))


@pages.post("/new")
@needs(PERMISSION)
def new() -> Page:
    typed = request.form
    try:
        name = Text(*(typed.get(f"name_{each}", "").strip() for each in ("kk", "ru", "en")))
        use.begin_process(typed.get("process", "").strip(), name, by=actor())
    except AutomationError as refused:
        rows = processes_of(person().office_id)
        return render_template("studio/index.html", rows=rows, typed=typed, error=refused.text), refused.status
    return redirect(url_for("studio.edit", process=typed["process"].strip()), 303)


@pages.get("/<process>")
@needs(PERMISSION)
def show(process: str) -> str:
    """The process: its picture with who stands where, its drafts, its versions."""
    versions, drafts = _known(process)
    newest = versions[0] if versions else None
    load = load_of(newest.id) if newest else None
    return render_template(
        "studio/process.html",
        process=process,
        name=newest.name if newest else Text(process, process, process),
        versions=versions,
        draft=next((each for each in drafts if each.set_aside_at is None), None),
        beside=[each for each in drafts if each.set_aside_at is not None],
        changes={each.number: changes_of_version(person().office_id, process, each.number) for each in versions[:10]},
        load=load,
        picture=_picture(load, newest),
    )


@pages.get("/<process>/<int:number>")
@needs(PERMISSION)
def version(process: str, number: int) -> str:
    """One version: what it changed, who runs on it."""
    versions, _ = _known(process)
    shown = _version(versions, number)
    load = load_of(shown.id)
    return render_template(
        "studio/version.html",
        process=process,
        version=shown,
        newest=versions[0].number,
        changes=changes_of_version(person().office_id, process, number),
        load=load,
        picture=_picture(load, shown),
    )


@pages.get("/<process>/edit")
@needs(PERMISSION)
def edit(process: str) -> AnyResponse:
    versions, _ = _known(process)
    name = versions[0].name if versions else Text(process, process, process)
    page = make_response(render_template("studio/edit.html", process=process, name=name))
    page.headers[CONTENT_POLICY] = EDITOR_POLICY
    return page


@pages.route("/<process>/publish", methods=["GET", "POST"])
@needs(PERMISSION)
def publish(process: str) -> Page:
    """What the draft changes and what is wrong with it; then it becomes the next version."""
    error: AutomationError | None = None
    if request.method == "POST":
        try:
            number = publishing.publish_draft(
                process, comment=request.form.get("comment", ""), by=actor(), over="over" in request.form
            )
        except (publishing.DraftFaultyError, publishing.NewerVersionError) as refused:
            error = refused
        else:
            flash(say(language(), "studio.published_as", number=number))
            return redirect(url_for("studio.show", process=process), 303)
    review = publishing.review(process, by=actor())
    page = render_template(
        "studio/publish.html", process=process, review=review, typed=request.form, error=error.text if error else None
    )
    return page, error.status if error else 200


@pages.route("/<process>/<int:number>/roll-back", methods=["GET", "POST"])
@needs(PERMISSION)
def roll_back(process: str, number: int) -> Page:
    """Publish an earlier version anew, after a look at what that means."""
    versions, _ = _known(process)
    shown = _version(versions, number)
    if request.method == "POST":
        made = publishing.roll_back(process, number, comment=request.form.get("comment", ""), by=actor())
        flash(say(language(), "studio.rolled_back", number=number, new=made))
        return redirect(url_for("studio.show", process=process), 303)
    return render_template("studio/roll_back.html", process=process, version=shown, newest=versions[0])


@pages.route("/<process>/upload", methods=["GET", "POST"])
@needs(PERMISSION)
def upload(process: str) -> Page:
    """A diagram from a file: first what is wrong with it and what it changes, then it becomes the draft."""
    _known(process)
    given = request.files.get("file")
    try:
        if "confirm" in request.form:
            use.replace_draft(process, request.form.get("text", ""), by=actor())
            flash(say(language(), "studio.uploaded"))
            return redirect(url_for("studio.edit", process=process), 303)
        found = use.import_text(process, given.read(), by=actor()) if given and given.filename else None
    except AutomationError as refused:
        return render_template("studio/upload.html", process=process, found=None, error=refused.text), refused.status
    return render_template("studio/upload.html", process=process, found=found, error=None)


@pages.get("/<process>/draft.bpmn")
@needs(PERMISSION)
def draft_file(process: str) -> Response:
    draft = use.open_draft(process, by=actor())
    return Response(
        draft.diagram,
        mimetype="application/xml",
        headers={"Content-Disposition": f"attachment; filename={_plain(process)}.bpmn"},
    )


@pages.post("/<process>/discard")
@needs(PERMISSION)
def discard(process: str) -> AnyResponse:
    use.discard_draft(process, by=actor())
    flash(say(language(), "studio.discarded"))
    return redirect(url_for("studio.show", process=process), 303)


@pages.post("/drafts/<int:draft_id>/take-up")
@needs(PERMISSION)
def take_up(draft_id: int) -> AnyResponse:
    process = use.take_up(draft_id, by=actor())
    return redirect(url_for("studio.edit", process=process), 303)


def _known(process: str) -> tuple[list[Version], list[DraftRow]]:
    """Versions and drafts of a process of this office, or no such page."""
    office = person().office_id
    versions, drafts = history_of(office, process), drafts_of(office, process)
    if not versions and not drafts:
        abort(404)
    return versions, drafts


def _version(versions: list[Version], number: int) -> Version:
    return next((each for each in versions if each.number == number), None) or abort(404)


def _picture(load: Load | None, version: Version | None) -> object:
    """The diagram with the number of instances at each element."""
    if load is None or version is None or load.drawing is None:
        return None
    marks = {element: Mark("now", performer=str(count)) for element, count in load.at.items()}
    title = say(language(), "studio.picture", name=version.name.in_(language()), number=version.number)
    return draw(load.drawing, marks, language(), title=title)


def _plain(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]", "_", name)
