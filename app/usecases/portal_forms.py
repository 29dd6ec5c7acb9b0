"""The forms of an office's portal: read from its folder when the office is deployed, kept with its settings."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.domain.texts import Text
from app.forms import Form, compile_form, form_problems
from app.models import Office
from app.records.portal import PortalKind, portal_of


def with_portal_forms(settings: Mapping[str, Any], folder: Path) -> tuple[dict[str, Any], list[tuple[str, Text]]]:
    """The settings with the forms of `folder` that the kinds of `[portal]` name, and every fault of these.

    Raises `FileNotFoundError` for a form that is not there.
    """
    portal = settings.get("portal")
    if portal is None:
        return dict(settings), []
    forms = {
        name: json.loads((folder / f"{name}.form.json").read_text("utf-8"))
        for name in sorted({each["form"] for each in portal["kinds"]})
    }
    faults = [(f"portal/{name}", each.message) for name, schema in forms.items() for each in form_problems(schema)]
    return {**settings, "portal": {**portal, "forms": forms}}, faults


def form_of(office: Office, kind: PortalKind) -> Form:
    """The form of a kind, ready to ask."""
    return compile_form(portal_of(office)["forms"][kind.form])
