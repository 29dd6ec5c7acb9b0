"""Fields that hold several things: uploaded files, rows of a repeating group."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final, cast

from app.domain.texts import Text
from app.forms import messages
from app.forms.choices import FILES
from app.forms.fields import Asking, Field, Typed
from app.forms.submission import Submission, row_numbers

MOST_ROWS: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRule:
    """What files a field takes: endings with their dot (none: any) and the size of each in megabytes."""

    accept: tuple[str, ...] = ()
    most_megabytes: int = 20
    multiple: bool = False

    def refusal(self, name: str, size: int) -> Text | None:
        """Why an uploaded file of `size` bytes is not taken; None when it is. Its content is judged elsewhere."""
        if self.accept and not name.lower().endswith(self.accept):
            return messages.FILE_TYPE.with_values(name=name, accept=", ".join(self.accept))
        if size > self.most_megabytes * 1024 * 1024:
            return messages.FILE_SIZE.with_values(name=name, most=self.most_megabytes)
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePicker(Field):
    """Ids of uploaded files; only those that `choices["files"]` holds are taken."""

    kind: ClassVar[str] = "files"
    nothing: ClassVar[object] = ()
    asks: ClassVar[Text] = messages.ATTACH

    rule: FileRule = FileRule()

    def typed(self, submitted: Submission, name: str) -> Typed:
        return [value for value in submitted.get(name, ()) if value]

    def read(self, typed: Typed, asking: Asking, /) -> object:
        ids = list(dict.fromkeys(map(str, typed))) if isinstance(typed, (list, tuple)) else None
        known = {str(choice.value) for choice in asking.choices.get(FILES, ())}
        if ids is None or not known.issuperset(ids):
            raise self.refusal(messages.FILE_LOST)
        if len(ids) > 1 and not self.rule.multiple:
            raise self.refusal(messages.ONE_FILE)
        return ids


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows(Field):
    """A repeating group. A group with readonly cells shows existing rows: none is added, removed or passed over."""

    kind: ClassVar[str] = "rows"
    nothing: ClassVar[object] = ()
    asks: ClassVar[Text] = messages.ADD_ROW

    cells: tuple[Field, ...] = ()
    blank_rows: int = 1
    fixed: bool = False

    def typed(self, submitted: Submission, name: str) -> Typed:
        return [
            {cell.key: cell.typed(submitted, f"{name}-{number}-{cell.key}") for cell in self.cells}
            for number in row_numbers(submitted, name)
        ]

    def read(self, typed: Typed, _: Asking, /) -> object:
        """The rows as they came; their cells are read by the schema of the row."""
        if not isinstance(typed, (list, tuple)) or not all(isinstance(row, Mapping) for row in typed):
            raise self.refusal(messages.NOT_ROWS)
        if len(typed) > MOST_ROWS:
            raise self.refusal(messages.TOO_MANY_ROWS, most=MOST_ROWS)
        return cast("list[Mapping[str, object]]", list(typed))
