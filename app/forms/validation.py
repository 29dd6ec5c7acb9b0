"""Answers checked: a marshmallow schema for each form, made once; then what is hidden, required, recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError
from marshmallow import fields as marshmallow_fields
from marshmallow.experimental.context import Context

from app.domain.texts import Text
from app.forms.conditions import Conditions, hidden_keys, ordered_conditions
from app.forms.fields import Asking, Field, RefusedError, is_empty
from app.forms.groups import Rows
from app.forms.messages import in_row

_Asking = Context[Asking]


@dataclass(frozen=True, slots=True)
class Checked:
    """Clean answers: process variables, record paths, and a sentence for each input that does not fit.

    Errors are keyed by the name of the input: `note`, `documents-0-name`. JSON values only. With errors, `variables`
    and `records` hold what was right.
    """

    variables: dict[str, object] = field(default_factory=dict)
    records: dict[str, object] = field(default_factory=dict)
    errors: dict[str, Text] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Row:
    """One row after its schema: where it stood, what was read, what was refused."""

    number: int
    answers: Mapping[str, object]
    errors: Mapping[str, Text]


class _Answer(marshmallow_fields.Field[Any]):
    """Lets a field of the form read its answer."""

    def __init__(self, asked: Field) -> None:
        super().__init__(allow_none=True)
        self.asked = asked

    def _deserialize(self, value: object, attr: str | None, data: object, **_: object) -> object:  # noqa: ARG002 - marshmallow's signature
        try:
            return self.asked.read(value, _Asking.get())
        except RefusedError as refused:
            raise ValidationError([refused.text]) from None


class _RowsAnswer(_Answer):
    """Reads every row of a repeating group through the schema of its cells."""

    def __init__(self, asked: Rows, row: "Questions") -> None:
        super().__init__(asked)
        self.row = row

    def _deserialize(self, value: object, attr: str | None, data: object, **_: object) -> list[_Row]:
        rows: Any = super()._deserialize(value, attr, data)
        return [_Row(number, *self.row.read(row)) for number, row in enumerate(rows)]


@dataclass(frozen=True, slots=True)
class Questions:
    """The fields of a form, or of one row, ready to read answers; `rows` holds those of each repeating group."""

    fields: tuple[Field, ...]
    conditions: Conditions
    schema: Schema
    rows: Mapping[str, "Questions"]

    @classmethod
    def of(cls, asked: Sequence[Field]) -> "Questions":
        """Make the schema; readonly fields are shown, never read."""
        rows = {each.key: cls.of(each.cells) for each in asked if isinstance(each, Rows)}
        answers: dict[str, Any] = {
            each.key: _RowsAnswer(each, rows[each.key]) if isinstance(each, Rows) else _Answer(each)
            for each in asked
            if not each.readonly
        }
        conditions, _ = ordered_conditions(asked)
        schema: Schema = type("FormSchema", (Schema,), answers)(unknown=EXCLUDE)
        return cls(tuple(asked), conditions, schema, rows)

    def read(self, typed: Mapping[str, object]) -> tuple[Mapping[str, object], Mapping[str, Text]]:
        """The answers that fit and the sentences about those that do not; undeclared keys are dropped."""
        try:
            return self.schema.load(typed), {}
        except ValidationError as refused:
            messages: Any = refused.messages
            return refused.valid_data or {}, {key: said[0] for key, said in messages.items()}  # type: ignore[return-value]


def check_answers(
    questions: Questions, typed: Mapping[str, object], asking: Asking, variables: Mapping[str, object]
) -> Checked:
    """Read, drop what is hidden, ask for what is missing, and sort the rest into variables and records."""
    with _Asking(asking):
        answers, refused = questions.read(typed)
    checked = Checked()
    settled, errors = _settle(questions, answers, refused, variables)
    checked.errors.update(errors)
    for asked in questions.fields:
        if asked.key in settled:
            target = checked.variables if asked.record is None else checked.records
            target[asked.record or asked.key] = settled[asked.key]
    return checked


def _settle(
    questions: Questions, answers: Mapping[str, object], refused: Mapping[str, Text], context: Mapping[str, object]
) -> tuple[dict[str, object], dict[str, Text]]:
    """Every visible question gets its answer, `nothing`, or a sentence."""
    known = _plain(answers)
    hidden = hidden_keys(questions.conditions, known, context)
    settled: dict[str, object] = {}
    errors: dict[str, Text] = {}
    for asked in questions.fields:
        if asked.readonly or asked.key in hidden:
            continue
        if asked.key in refused:
            errors[asked.key] = refused[asked.key]
            continue
        value = answers.get(asked.key)
        if isinstance(asked, Rows):
            value, wrong = _settle_rows(asked, questions.rows[asked.key], value, {**context, **known})
            errors.update(wrong)
            if wrong:
                continue
        if not is_empty(value):
            settled[asked.key] = value
        elif asked.required:
            errors[asked.key] = asked.missing()
        else:
            settled[asked.key] = list(asked.nothing) if isinstance(asked.nothing, tuple) else asked.nothing
    return settled, errors


def _settle_rows(
    asked: Rows, questions: Questions, rows: Any, context: Mapping[str, object]
) -> tuple[list[object], dict[str, Text]]:
    """Rows in which nothing was written are passed over, but not those that stand for something known already."""
    settled: list[object] = []
    errors: dict[str, Text] = {}
    for row in rows or ():
        if not asked.fixed and not row.errors and all(is_empty(value) for value in row.answers.values()):
            continue
        cells, wrong = _settle(questions, row.answers, row.errors, context)
        settled.append(cells)
        errors.update({f"{asked.key}-{row.number}-{key}": in_row(said, row.number + 1) for key, said in wrong.items()})
    return settled, errors


def _plain(answers: Mapping[str, object]) -> dict[str, object]:
    """The answers as conditions see them: rows are contexts."""
    return {
        key: [row.answers for row in value]
        if value and isinstance(value, list) and isinstance(value[0], _Row)
        else value
        for key, value in answers.items()
    }
