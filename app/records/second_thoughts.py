"""What may be taken back for a minute after it was done."""

from datetime import datetime, timedelta
from typing import ClassVar, Final

from app.domain.errors import AutomationError
from app.domain.texts import Text

WAIT: Final = timedelta(minutes=1)
"""How long, on the business clock; what cannot be taken back waits for its end."""


class TooLateError(AutomationError):
    """The minute is over, or somebody has taken it back already."""

    status: ClassVar[int] = 409
    message = Text(
        kk="Енді қайтарып алуға болмайды: уақыты өтіп кетті немесе қайтарылып қойған.",
        ru="Отменить уже нельзя: время прошло или это уже отменено.",
        en="This can no longer be taken back: the time is over, or it has been taken back.",
    )


def may_take_back(done_at: datetime | None, now: datetime) -> bool:
    """Whether the minute of an act is still running."""
    return done_at is not None and now < done_at + WAIT


def undo_until(done_at: datetime | None, now: datetime) -> datetime | None:
    """Until when an act may be taken back; None when it was not done or its minute is over."""
    return done_at + WAIT if done_at is not None and may_take_back(done_at, now) else None
