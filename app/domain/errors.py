"""The root of all errors that speak to people."""

from typing import ClassVar

from app.domain.texts import Text


class AutomationError(Exception):
    """An error with a sentence for its reader in kk, ru and en and an HTTP status.

    A subclass sets `status` and `message`; `values` fill the `{places}` of the message. One handler in each way in
    (page, API, command) turns it into an answer.
    """

    status: ClassVar[int] = 400
    message: ClassVar[Text] = Text(
        kk="Әрекет орындалмады.", ru="Действие не выполнено.", en="The action was not carried out."
    )

    def __init__(self, **values: object) -> None:
        super().__init__(type(self).__name__)
        self.values = values

    @property
    def text(self) -> Text:
        """The sentence with its values filled in."""
        return self.message.with_values(**self.values) if self.values else self.message

    def __str__(self) -> str:
        return self.text.en or self.text.ru
