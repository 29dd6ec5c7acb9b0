"""A form as another program fills it in: keys, kinds, choices, what is known already."""

from collections.abc import Iterable, Iterator
from typing import Any

from marshmallow import Schema, fields


class FormOptionSchema(Schema):
    """One option of a choice."""

    value = fields.String(required=True)
    label = fields.String(required=True)


class FormFieldSchema(Schema):
    """One question. `known` is what the records or the draft say, as the page would show it.

    `kind`: text textarea number checkbox radio select checklist datetime files rows. `only_if` names the option of
    another question under which this one is asked. The answer of rows is a list of objects with the keys of `cells`.
    """

    key = fields.String(required=True)
    kind = fields.String(required=True)
    label = fields.String(required=True)
    hint = fields.String(required=True)
    required = fields.Boolean(required=True)
    readonly = fields.Boolean(required=True)
    known = fields.Raw(required=True, allow_none=True)
    only_if = fields.Dict(keys=fields.String(), values=fields.String(), required=True, allow_none=True)
    options = fields.List(fields.Nested(FormOptionSchema), required=True)
    cells = fields.List(fields.Nested(lambda: FormFieldSchema()), required=True)  # noqa: PLW0108 - of its own kind


def described(form: Any) -> list[dict[str, Any]]:
    """The questions of a form page in order, groups and branches laid flat."""
    return list(_flat(form.fields, None))


def _flat(views: Iterable[Any], only_if: dict[str, str] | None) -> Iterator[dict[str, Any]]:
    for view in views:
        if view.kind == "group":
            yield from _flat(view.fields, only_if)
        elif view.key:
            yield _question(view, only_if)
            for option in view.options:
                yield from _flat(option.fields, {view.key: option.value})


def _question(view: Any, only_if: dict[str, str] | None) -> dict[str, Any]:
    cells = view.blank.fields if view.blank else view.rows[0].fields if view.rows else ()
    return {
        "key": view.key,
        "kind": view.kind,
        "label": view.label,
        "hint": view.hint,
        "required": view.required,
        "readonly": view.readonly,
        "known": _known(view),
        "only_if": only_if,
        "options": [{"value": option.value, "label": option.label} for option in view.options],
        "cells": list(_flat(cells, None)),
    }


def _known(view: Any) -> Any:
    """What is filled in already; None for nothing."""
    if view.kind == "checkbox":
        return view.checked
    if view.kind == "checklist":
        return [option.value for option in view.options if option.checked]
    if view.options:
        return next((option.value for option in view.options if option.checked), None)
    if view.kind == "files":
        return [file.value for file in view.files]
    if view.kind == "rows":
        return [{cell.key: _known(cell) for cell in row.fields if cell.key} for row in view.rows]
    if view.parts:
        return {part.part: part.value for part in view.parts if part.value} or None
    return view.value or None
