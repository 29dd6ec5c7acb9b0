"""The processes of the office: versions, their diagrams, who runs on which."""

from flask import Blueprint, Response, abort, render_template

from app.page.diagram import draw
from app.page.request import language, needs, person
from app.page.texts import say
from app.queries.definitions import newest_versions, versions_of, whole_version
from app.queries.process_load import instances_by_version, picture_of

pages = Blueprint("processes", __name__, url_prefix="/settings/processes")


@pages.get("")
@needs("process.see")
def index() -> str:
    office = person().office_id
    return render_template("processes.html", rows=newest_versions(office), running=instances_by_version(office))


@pages.get("/<process>")
@needs("process.see")
def show(process: str) -> str:
    office = person().office_id
    versions = versions_of(office, process)
    if not versions:
        abort(404)
    drawing = picture_of(office, process)
    title = say(language(), "processes.picture", name=versions[0].name.in_(language()))
    return render_template(
        "process.html",
        process=process,
        versions=versions,
        running=instances_by_version(office),
        picture=draw(drawing, {}, language(), title=title) if drawing else None,
    )


@pages.get("/<process>/<int:number>.bpmn")
@needs("process.see")
def download(process: str, number: int) -> Response:
    version = whole_version(person().office_id, process, number)
    if version is None:
        abort(404)
    return Response(
        version.diagrams[f"{process}.bpmn"],
        mimetype="application/xml",
        headers={"Content-Disposition": f"attachment; filename={process}-{number}.bpmn"},
    )
