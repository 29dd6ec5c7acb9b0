"""Folders of materials: of a day, of chosen requests, of one."""

from flask import Blueprint, Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.page.request import actor, language, needs, person
from app.page.written import row_id
from app.queries.documents import stored_file
from app.queries.packs import pack, packs_of_day
from app.usecases.packs import ask_for_pack
from app.web.files import answer_with
from app.web.reception import fresh

pages = Blueprint("packs", __name__, url_prefix="/reception")


@pages.get("/<int:day_id>/pack")
@needs("board.see")
def of_day(day_id: int) -> AnyResponse:
    """The folders of a day, how far one is, and the folder of each request."""
    found = packs_of_day(person().office_id, day_id) or abort(404)
    return fresh("reception_pack.html", found, packs=found)


@pages.post("/<int:day_id>/pack")
@needs("board.see")
def make(day_id: int) -> AnyResponse:
    """Make the folder of the day, or show the one that is still true."""
    chosen = request.form.getlist("case", type=row_id)
    pack_id = ask_for_pack(day_id=day_id, case_ids=chosen, language=_language(), by=actor())
    return redirect(url_for(".show", pack_id=pack_id) if chosen else url_for(".of_day", day_id=day_id), 303)


@pages.get("/pack/<int:pack_id>")
@needs("board.see")
def show(pack_id: int) -> AnyResponse:
    """One folder and how far its making is."""
    found = pack(person().office_id, pack_id) or abort(404)
    return fresh("reception_pack_one.html", found, pack=found)


@pages.get("/pack/<int:pack_id>/file")
@needs("board.see")
def send(pack_id: int) -> Response:
    """The folder as PDF."""
    found = pack(person().office_id, pack_id) or abort(404)
    file = stored_file(found.file_id or 0, office_id=person().office_id)
    return answer_with(file or abort(404))


def _language() -> str:
    asked = request.form.get("language")
    return asked if asked in ("kk", "ru") else ("kk" if language() == "kk" else "ru")
