"""Linking a case to those it belongs to: duplicates, repeats, mass appeals."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import AutomationError
from app.page.request import actor, language, needs
from app.page.texts import say
from app.usecases import case_links as use

pages = Blueprint("case_links", __name__, url_prefix="/cases")


@pages.post("/<int:case_id>/links")
@needs("case.link")
def link(case_id: int) -> AnyResponse | tuple[str, int]:
    typed = request.form
    try:
        use.link(
            case_id,
            number=typed.get("number", "")[:100],
            kind=typed.get("kind", ""),
            reason=typed.get("reason", ""),
            by=actor(),
        )
    except AutomationError as refused:
        return _refused(refused)
    flash(say(language(), "links.linked"))
    return redirect(url_for("cases.show", case_id=case_id) + "#links", 303)


@pages.post("/links/<int:link_id>/undo")
@needs("case.link")
def unlink(link_id: int) -> AnyResponse | tuple[str, int]:
    try:
        case_id = use.unlink(link_id, reason=request.form.get("reason", ""), by=actor())
    except AutomationError as refused:
        return _refused(refused)
    flash(say(language(), "links.unlinked"))
    return redirect(url_for("cases.show", case_id=case_id) + "#links", 303)


def _refused(refused: AutomationError) -> tuple[str, int]:
    return render_template("problem.html", title=refused.text, status=refused.status), refused.status
