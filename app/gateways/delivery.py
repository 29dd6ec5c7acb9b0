"""What every way out has in common: the receipt, and the two kinds of failure."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from app.domain.errors import AutomationError
from app.domain.texts import LANGUAGES, Text


@dataclass(frozen=True, slots=True)
class Receipt:
    """The other side has taken the message over: its reference there, and when (business time, UTC)."""

    reference: str
    accepted_at: datetime


class DeliveryError(AutomationError):
    """A message was not handed over; `reason` says why, `detail` holds the other side's own words."""

    def __init__(self, reason: Text, detail: str = "") -> None:
        super().__init__()
        self.reason = reason
        self.detail = detail

    @property
    def text(self) -> Text:
        """The sentence with its reason."""
        detail = f" ({self.detail})" if self.detail else ""
        return Text(*(f"{self.message.in_(each)} {self.reason.in_(each)}{detail}" for each in LANGUAGES))


class DeliveryDelayedError(DeliveryError):
    """Try again later: nothing is wrong with the message itself."""

    status: ClassVar[int] = 503
    message: ClassVar[Text] = Text(
        kk="Хабар әзірге жөнелтілмеді, кейін қайталанады.",
        ru="Сообщение пока не отправлено, попытка повторится.",
        en="The message has not been sent yet; it will be tried again.",
    )


class DeliveryRefusedError(DeliveryError):
    """Trying again would not help: the address or the message is refused, a person has to correct it."""

    status: ClassVar[int] = 422
    message: ClassVar[Text] = Text(
        kk="Хабар қабылданбады, қайталау көмектеспейді.",
        ru="Сообщение не принято, повтор не поможет.",
        en="The message was refused; repeating it would not help.",
    )
