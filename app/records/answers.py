"""One completed form, as the records take it (`record:` paths of form fields)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.models import Case, Office
from app.records.files import attach


class RecordsRefusedError(AutomationError):
    """Answers that the records refuse: a sentence for each record path."""

    status = 422

    def __init__(self, errors: Mapping[str, Text]) -> None:
        super().__init__()
        self.errors = dict(errors)


@dataclass(frozen=True, slots=True)
class Answers:
    """One completed form: the records it fills, the variables it sets, and who answered when about which item."""

    session: Session
    office_id: str
    case: Case
    records: Mapping[str, Any]
    variables: Mapping[str, Any]
    item: Mapping[str, Any]
    by: int | None
    now: datetime
    link_id: int | None = None

    def of(self, record: str) -> dict[str, Any]:
        """The answers to one record: `{"phone": …}` for "applicant"."""
        start = record + "."
        return {path[len(start) :]: value for path, value in self.records.items() if path.startswith(start)}

    def moment(self, value: Any) -> datetime | None:
        """A typed date or moment (ISO; naive means the office's wall clock; a date means now on that day)."""
        if not value:
            return None
        zone = ZoneInfo(self.session.get_one(Office, self.office_id).zone)
        if len(str(value)) == 10:
            return datetime.combine(date.fromisoformat(value), self.now.astimezone(zone).time(), zone)
        parsed = datetime.fromisoformat(str(value))
        return parsed if parsed.tzinfo else parsed.replace(tzinfo=zone)

    def refuse(self, path: str, sentence: Text) -> NoReturn:
        """Refuse the answer to a record path: raises `RecordsRefusedError`."""
        raise RecordsRefusedError({path: sentence})

    def attach(self, file_ids: Iterable[Any] | None, kind: str) -> None:
        """Make files that came with the form documents of the case."""
        if not file_ids:
            return
        attach(
            self.session,
            [int(each) for each in file_ids],
            office_id=self.office_id,
            case_id=self.case.id,
            kind=kind,
            element=None,
            now=self.now,
            by=self.by,
        )
