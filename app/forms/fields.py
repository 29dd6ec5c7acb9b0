"""Fields: one class per kind. Each knows what the browser sends for it and turns that into a JSON value."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, tzinfo
from decimal import Decimal, InvalidOperation
from typing import ClassVar, Final, Protocol

from app.domain import feel
from app.domain.calendar import COUNTRY_ZONE
from app.domain.contacts import email_address
from app.domain.texts import Text
from app.forms import messages, numbers
from app.forms.choices import Choice
from app.forms.submission import Submission, one

Typed = object
"""An answer before it is read: what the browser sent (str, list of str, parts, rows) or a JSON value from the API."""
Choices = Mapping[str, Sequence[Choice]]
SHORT_TEXT: Final = 500
LONG_TEXT: Final = 10_000
LARGEST: Final = Decimal(10) ** 15
_UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


class Pattern(Protocol):
    """A compiled pattern of a linear-time engine."""

    def search(self, text: str) -> object: ...


@dataclass(frozen=True, slots=True)
class Asking:
    """What an answer is judged against: the choices of this moment, today, the office's zone."""

    choices: Choices
    today: date
    zone: tzinfo = COUNTRY_ZONE


class RefusedError(Exception):
    """An answer that does not fit, with a sentence for whoever gave it."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en or text.ru)
        self.text = text


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """What every field has. An empty answer is `nothing`; a hidden or readonly field gives no answer at all."""

    kind: ClassVar[str]
    nothing: ClassVar[object] = None
    asks: ClassVar[Text] = messages.WRITE

    key: str
    label: Text
    hint: Text | None = None
    required: bool = False
    readonly: bool = False
    record: str | None = None
    sentences: Mapping[str, Text] = field(default_factory=dict)
    default: object = None
    hidden_if: feel.Node | None = None

    def typed(self, submitted: Submission, name: str) -> Typed:
        """What was sent under `name`, untouched, so that it can be shown again."""
        return one(submitted, name)

    def read(self, typed: Typed, asking: Asking, /) -> object:
        """The JSON value of what was typed, `nothing` for an empty answer; raises `RefusedError`."""
        raise NotImplementedError

    def missing(self) -> Text:
        """What to say when a required answer is not there."""
        return self.sentences.get("required") or labelled(self.asks, self.label)

    def refusal(self, message: Text, *, own: str = "invalid", **values: object) -> RefusedError:
        """The form's own sentence where it has one, else `message` with the label in its place."""
        text = self.sentences.get(own) or labelled(message, self.label, **values)
        return RefusedError(text)


def labelled(message: Text, label: Text, **values: object) -> Text:
    """The sentence with the field's label, in its own language, and the other values in their places."""
    return Text(
        kk=message.kk.format(label=label.kk, **values),
        ru=message.ru.format(label=label.ru, **values),
        en=message.en.format(label=label.in_("en"), **values),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TextField(Field):
    """One line: text, e-mail, phone, IIN, BIN."""

    kind: ClassVar[str] = "text"

    least: int = 0
    most: int = SHORT_TEXT
    pattern: Pattern | None = None
    meaning: str = ""

    def read(self, typed: Typed, _: Asking, /) -> object:
        if not isinstance(typed, str):
            raise self.refusal(messages.NOT_A_TEXT)
        text = self._clean(typed)
        if not text:
            return None
        if self.meaning:
            return _MEANINGS[self.meaning](self, text)
        if len(text) > self.most:
            raise self.refusal(messages.TOO_LONG, own="length", count=len(text), most=self.most)
        if len(text) < self.least:
            raise self.refusal(messages.TOO_SHORT, own="length", least=self.least)
        if self.pattern is not None and self.pattern.search(text) is None:
            raise self.refusal(messages.PATTERN, own="pattern")
        return text

    def _clean(self, text: str) -> str:
        return " ".join(_clean(text).split())


@dataclass(frozen=True, slots=True, kw_only=True)
class TextArea(TextField):
    """Several lines."""

    kind: ClassVar[str] = "textarea"
    most: int = LONG_TEXT

    def _clean(self, text: str) -> str:
        return _clean(text).strip()


def _clean(text: str) -> str:
    """Composed letters, `\\n` for line ends, nothing that PostgreSQL or JSON cannot hold."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _UNPRINTABLE.sub("", text))


def _email(asked: TextField, text: str) -> str:
    address = email_address(text)
    if address is None:
        raise asked.refusal(messages.EMAIL)
    return address


def _phone(asked: TextField, text: str) -> str:
    number = numbers.phone_number(text)
    if number is None:
        raise asked.refusal(messages.PHONE)
    return number


def _iin(asked: TextField, text: str) -> str:
    number = numbers.digits_of(text)
    if len(number) != 12:
        raise asked.refusal(messages.IIN_LENGTH, count=len(number))
    if not numbers.is_iin(number):
        raise asked.refusal(messages.IIN)
    return number


def _bin(asked: TextField, text: str) -> str:
    number = numbers.digits_of(text)
    if len(number) != 12:
        raise asked.refusal(messages.BIN_LENGTH, count=len(number))
    if not numbers.is_bin(number):
        raise asked.refusal(messages.BIN)
    return number


_MEANINGS: Final = {"email": _email, "phone": _phone, "iin": _iin, "bin": _bin}
MEANINGS: Final = frozenset(_MEANINGS)
"""What `properties.kind` may say of a textfield."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberField(Field):
    """A number; `digits` after the comma (None: any)."""

    kind: ClassVar[str] = "number"

    least: Decimal | None = None
    most: Decimal | None = None
    digits: int | None = None

    def read(self, typed: Typed, _: Asking, /) -> object:
        if typed is None or (isinstance(typed, str) and not typed.strip()):
            return None
        amount = self._amount(typed)
        exponent = amount.normalize().as_tuple().exponent
        if self.digits is not None and isinstance(exponent, int) and -exponent > self.digits:
            raise self.refusal(messages.TOO_EXACT if self.digits else messages.NOT_WHOLE, digits=self.digits)
        if self.least is not None and amount < self.least:
            raise self.refusal(messages.TOO_SMALL, own="range", least=self.least)
        if self.most is not None and amount > self.most:
            raise self.refusal(messages.TOO_LARGE, own="range", most=self.most)
        return int(amount) if amount == amount.to_integral_value() else float(amount)

    def _amount(self, typed: Typed) -> Decimal:
        if isinstance(typed, bool) or not isinstance(typed, (str, int, float)):
            raise self.refusal(messages.NOT_A_NUMBER)
        text = re.sub(r"[\s\u00a0]", "", str(typed)).replace(",", ".")
        if len(text) > 40 or not re.fullmatch(r"[+-]?[0-9]*\.?[0-9]*([eE][+-]?[0-9]{1,2})?", text):
            raise self.refusal(messages.NOT_A_NUMBER)
        try:
            amount = Decimal(text)
        except InvalidOperation:
            raise self.refusal(messages.NOT_A_NUMBER) from None
        if abs(amount) >= LARGEST:
            raise self.refusal(messages.TOO_LARGE, most=LARGEST)
        return amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkbox(Field):
    """Ticked or not; a required one must be ticked."""

    kind: ClassVar[str] = "checkbox"
    nothing: ClassVar[object] = False
    asks: ClassVar[Text] = messages.TICK

    def typed(self, submitted: Submission, name: str) -> Typed:
        return one(submitted, name) not in ("", "false", "0", "no", "off")

    def read(self, typed: Typed, _: Asking, /) -> object:
        if not isinstance(typed, bool):
            raise self.refusal(messages.NOT_IN_LIST)
        return typed


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceField(Field):
    """Radio buttons or a select: one of the choices."""

    kind: ClassVar[str] = "radio"
    asks: ClassVar[Text] = messages.CHOOSE

    options: tuple[Choice, ...] = ()
    choices_key: str | None = None
    values: Mapping[str, str | int] = field(default_factory=dict)

    def offered(self, choices: Choices) -> Sequence[Choice]:
        """The form's own options, or what the office offers at this moment."""
        return self.options if self.choices_key is None else choices.get(self.choices_key, ())

    def read(self, typed: Typed, asking: Asking, /) -> object:
        if typed is None or typed == "":
            return None
        return self.chosen(typed, asking)

    def chosen(self, typed: Typed, asking: Asking) -> str | int:
        """The choice whose value was typed; raises `RefusedError` for anything else."""
        if isinstance(typed, (str, int)) and not isinstance(typed, bool):
            wanted = str(typed)
            if self.choices_key is None and wanted in self.values:
                return self.values[wanted]
            for choice in self.offered(asking.choices):
                if str(choice.value) == wanted:
                    return choice.value
        raise self.refusal(messages.NOT_IN_LIST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Radio(ChoiceField):
    """One of the choices, all in sight."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Select(ChoiceField):
    """One of the choices, folded."""

    kind: ClassVar[str] = "select"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist(ChoiceField):
    """Any of the choices, in the order in which they are offered."""

    kind: ClassVar[str] = "checklist"
    nothing: ClassVar[object] = ()
    asks: ClassVar[Text] = messages.TICK_SOME

    def typed(self, submitted: Submission, name: str) -> Typed:
        return list(submitted.get(name, ()))

    def read(self, typed: Typed, asking: Asking, /) -> object:
        if not isinstance(typed, list):
            raise self.refusal(messages.NOT_IN_LIST)
        chosen = {self.chosen(item, asking) for item in typed if item != ""}
        return [choice.value for choice in self.offered(asking.choices) if choice.value in chosen]


def is_empty(value: object) -> bool:
    """Whether an answer says nothing: null, an unticked box, an empty list."""
    return value is None or value is False or (isinstance(value, (list, tuple)) and not value)
