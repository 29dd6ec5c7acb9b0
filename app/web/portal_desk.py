"""The portal on the page of a case: the office writes to the citizen."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import AutomationError
from app.page.request import actor, language, needs
from app.page.texts import say
from app.usecases import portal_desk as use

pages = Blueprint("portal_desk", __name__, url_prefix="/cases")


@pages.post("/<int:case_id>/portal")
@needs("case.note")
def ask(case_id: int) -> AnyResponse:
    try:
        use.ask(case_id, request.form.get("text", ""), by=actor())
    except AutomationError as refused:
        if refused.status not in (409, 422):
            raise
        flash(refused.text.in_(language()))
    else:
        flash(say(language(), "portal.asked"))
    return redirect(url_for("cases.show", case_id=case_id), 303)
