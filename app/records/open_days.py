"""Which reception days may be booked: those of an approved schedule (KRG-6, KST-SCH-1)."""

from typing import Final

from sqlalchemy import ColumnElement, literal_column

OUT_OF_SCHEDULE: Final = "out_of_schedule"
APPROVED: Final = f"""
    (reception_day.published_at IS NOT NULL OR reception_day.kind = '{OUT_OF_SCHEDULE}' OR EXISTS (
        SELECT FROM schedule_period AS period
        WHERE period.office_id = reception_day.office_id
          AND period.month = CAST(date_trunc('month', reception_day.day) AS date)
          AND period.status = 'approved'
    ))
"""
"""A day that the public knows, one outside the schedule (KRG-9), or one of a month whose schedule is approved; as SQL
about `reception_day`."""


def approved() -> ColumnElement[bool]:
    """The same for a query over `ReceptionDay`."""
    return literal_column(APPROVED.strip())
