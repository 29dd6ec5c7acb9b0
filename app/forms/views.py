"""What the page of a form consists of: frozen lines in the reader's language."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ErrorView:
    """A line of the error summary: the id of the input to go to (empty: the form as a whole) and the sentence."""

    target: str
    text: str


@dataclass(frozen=True, slots=True)
class OptionView:
    """One option; `fields` stand under it because they are asked only when it is chosen."""

    id: str
    value: str
    label: str
    hint: str
    checked: bool
    fields: tuple["FieldView", ...] = ()


@dataclass(frozen=True, slots=True)
class PartView:
    """One short input of a date: `part` is day, month, year or time."""

    part: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class FileView:
    """An uploaded file: its id, name, «PDF · 184 КБ», the name of its remove button."""

    value: str
    name: str
    hint: str
    remove: str


@dataclass(frozen=True, slots=True)
class RowView:
    """One row of a repeating group, numbered from 1; `remove` names its button (empty: it cannot be removed)."""

    number: int
    marker: str
    fields: tuple["FieldView", ...]
    remove: str


@dataclass(frozen=True, slots=True)
class BlockView:
    """A paragraph, a heading (`# …`) or a list (`- …`) of a note: the Markdown that notes may use."""

    lines: tuple[str, ...]
    heading: bool = False
    listed: bool = False


@dataclass(frozen=True, slots=True)
class FieldView:
    """One item of a form. `kind`: text textarea number checkbox radio select checklist datetime files rows group note
    fact separator. `id` is the name of the input; `target` is where a link to the field leads.

    `hide` is the condition for `form.js` as JSON (empty: always shown, or decided by the server alone).
    """

    kind: str
    id: str = ""
    key: str = ""
    label: str = ""
    hint: str = ""
    error: str = ""
    value: str = ""
    target: str = ""
    required: bool = False
    readonly: bool = False
    short: bool = False
    checked: bool = False
    multiple: bool = False
    input_type: str = "text"
    input_mode: str = ""
    autocomplete: str = ""
    accept: str = ""
    hide: str = ""
    add: str = ""
    lines: tuple[str, ...] = ()
    blocks: tuple[BlockView, ...] = ()
    options: tuple[OptionView, ...] = ()
    parts: tuple[PartView, ...] = ()
    files: tuple[FileView, ...] = ()
    rows: tuple[RowView, ...] = ()
    blank: RowView | None = None
    fields: tuple["FieldView", ...] = ()

    @property
    def optional(self) -> bool:
        """Whether the label says «(необязательно)»; rows that stand for something known are no question."""
        asked = self.kind not in ("checkbox", "group", "note", "fact") and not (self.kind == "rows" and not self.add)
        return asked and not (self.required or self.readonly)

    @property
    def described_by(self) -> str:
        """Ids of the error and the hint, as `aria-describedby` reads them."""
        return " ".join(f"{self.id}-{mark}" for mark, words in (("e", self.error), ("h", self.hint)) if words)


@dataclass(frozen=True, slots=True)
class FormPage:
    """A whole form in the reader's language."""

    language: str
    fields: tuple[FieldView, ...]
    errors: tuple[ErrorView, ...]
    has_buttons: bool
    """Whether buttons beside rows or files could take the Enter key from the main button."""
