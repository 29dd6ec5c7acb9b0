"""Who the person may be that is being typed into a form."""

from flask import Blueprint, render_template, request

from app.domain.same_person import Described
from app.page.request import needs, person
from app.page.written import number_of
from app.queries.known_people import known_cases

pages = Blueprint("known", __name__, url_prefix="/known")
FIELDS = ("full_name", "iin", "phone", "email", "address")
LONGEST = 300


@pages.post("")
@needs("personal_data.see")
def people() -> str:
    """Earlier cases of whoever may be the same person, as a part of the form's page; POST keeps names out of logs."""
    typed = described({name: request.form.get(name, "") for name in FIELDS})
    beside = number_of(request.form.get("case"))
    return render_template("parts/known.html", known=known_cases(person().office_id, typed, beside=beside))


def described(values: dict[str, str]) -> Described:
    """What was typed of a person."""
    kept = {name: values.get(name, "").strip()[:LONGEST] for name in FIELDS}
    return Described(kept["full_name"], kept["iin"], kept["phone"], kept["email"], kept["address"])
