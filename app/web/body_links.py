"""The coordinator's page of what is asked of state bodies, and their links."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import AutomationError
from app.page.request import actor, language, needs, person
from app.page.texts import say
from app.page.written import row_id
from app.queries.body_links import asked_bodies
from app.usecases import body_links as use

pages = Blueprint("body_links", __name__, url_prefix="/bodies")


@pages.get("")
@needs("bodies.see")
def asked() -> str:
    return _page()


@pages.post("/links/<int:link_id>/revoke")
@needs("bodies.manage")
def revoke(link_id: int) -> AnyResponse | tuple[str, int]:
    try:
        use.revoke_link(link_id, reason=request.form.get("reason", ""), by=actor())
    except use.ReasonNeededError as missing:
        return _page(missing, link_id), missing.status
    return _back("revoked")


@pages.post("/links/<int:link_id>/resend")
@needs("bodies.manage")
def resend(link_id: int) -> AnyResponse | tuple[str, int]:
    try:
        use.resend_link(link_id, by=actor())
    except use.NoAddressError as missing:
        return _page(missing, link_id), missing.status
    return _back("resent")


@pages.post("/links/<int:link_id>/renew")
@needs("bodies.manage")
def renew(link_id: int) -> AnyResponse | str:
    secret = use.renew_link(link_id, by=actor())
    if secret is None:
        return _back("renewed")
    address = current_app.config["QABYLDAU"].base_url + url_for("bodies.enter", secret=secret)
    return render_template("body_link_new.html", address=address)


def _back(what: str) -> AnyResponse:
    flash(say(language(), f"body_links.{what}"))
    case_id = request.form.get("case", type=row_id)
    return redirect(url_for("body_links.asked", case=case_id or None), 303)


def _page(error: AutomationError | None = None, about: int | None = None) -> str:
    case_id = request.values.get("case", type=row_id)
    everything = "all" in request.args or case_id is not None
    rows = asked_bodies(person().office_id, case_id=case_id, everything=everything)
    return render_template(
        "body_links.html",
        rows=rows,
        case_id=case_id,
        everything=everything,
        error=error.text if error else None,
        about=about,
        late=sum(row.remaining is not None and row.remaining.kind == "late" for row in rows),
    )
