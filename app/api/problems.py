"""Errors as problem documents (RFC 9457), in the reader's language."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import structlog
from flask import Response, json, request
from marshmallow import Schema, fields
from werkzeug.exceptions import HTTPException

from app.api.reader import language
from app.api.wording import sentence
from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.usecases.limits import TooManyAttemptsError
from app.usecases.tasks import InvalidAnswersError

MEDIA_TYPE: Final = "application/problem+json"
REALM: Final = 'Bearer realm="qabyldau"'
RETRY_AFTER: Final = 60
_log = structlog.get_logger()

TITLES: Final[Mapping[int, Text]] = {
    400: Text("Сұрау қате", "Неверный запрос", "Bad request"),
    401: Text("Токен керек", "Нужен токен", "A token is needed"),
    403: Text("Құқық жоқ", "Нет права", "Forbidden"),
    404: Text("Табылмады", "Не найдено", "Not found"),
    405: Text("Мұндай әдіс жоқ", "Такого метода нет", "Method not allowed"),
    409: Text("Жағдай өзгерген", "Состояние изменилось", "Conflict"),
    413: Text("Тым үлкен", "Слишком много данных", "Too large"),
    415: Text("Мазмұн түрі басқа болуы керек", "Неподходящий тип содержимого", "Unsupported media type"),
    422: Text("Деректерде қате бар", "В данных есть ошибки", "The data has errors"),
    429: Text("Сұрау тым көп", "Слишком много запросов", "Too many requests"),
    500: Text("Ішкі ақау", "Внутренний сбой", "Internal fault"),
}
DETAILS: Final[Mapping[int, Text]] = {
    400: Text(
        "Сұрауды оқу мүмкін болмады: JSON қате.",
        "Запрос не удалось прочитать: ошибка в JSON.",
        "The request could not be read: the JSON is wrong.",
    ),
    401: Text(
        "Authorization: Bearer тақырыбында жарамды токен жоқ.",
        "В заголовке Authorization: Bearer нет действующего токена.",
        "The header Authorization: Bearer holds no valid token.",
    ),
    404: Text("Мұндай ресурс жоқ.", "Такого ресурса нет.", "There is no such resource."),
    405: Text(
        "Бұл ресурс мұндай әдісті білмейді.",
        "Этот ресурс такого метода не знает.",
        "This resource does not know the method.",
    ),
    413: Text("Сұрау тым үлкен.", "Запрос слишком велик.", "The request is too large."),
    415: Text(
        "Деректерді application/json түрінде жіберіңіз.",
        "Присылайте данные как application/json.",
        "Send the data as application/json.",
    ),
    422: Text(
        "Төменде аталған өрістерді түзетіңіз.", "Исправьте поля, названные ниже.", "Correct the fields named below."
    ),
    500: Text(
        "Әрекет орындалмады. Әкімшіге хабарласыңыз.",
        "Действие не выполнено. Сообщите администратору.",
        "The action was not carried out. Tell the administrator.",
    ),
}


class InvalidFieldSchema(Schema):
    """One invalid value: where it stands (a JSON pointer into the body, or a parameter) and what is wrong."""

    pointer = fields.String(metadata={"description": "RFC 6901 pointer into the body, as a URI fragment"})
    parameter = fields.String(metadata={"description": "Name of the query parameter or header"})
    message = fields.String(required=True)


class ProblemSchema(Schema):
    """A problem document of RFC 9457."""

    type = fields.String(required=True, metadata={"description": "urn:qabyldau:problem:… or about:blank"})
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    instance = fields.String(required=True, metadata={"description": "The path asked for"})
    errors = fields.List(fields.Nested(InvalidFieldSchema), metadata={"description": "Every invalid value (422)"})


class InvalidValuesError(AutomationError):
    """Values that break a rule beyond their type; `errors` by JSON pointer."""

    status = 422
    message = DETAILS[422]

    def __init__(self, errors: Mapping[str, Text]) -> None:
        super().__init__()
        self.errors = dict(errors)


class WrongMediaTypeError(AutomationError):
    """A body that is no JSON."""

    status = 415
    message = DETAILS[415]


class UnauthorisedError(AutomationError):
    """No token, or one that does not work."""

    status = 401
    message = DETAILS[401]


def automation_problem(error: AutomationError) -> Response:
    """The document of an error that speaks for itself."""
    speech = language()
    errors = None
    if isinstance(error, InvalidAnswersError):
        errors = [
            {"pointer": "#/answers/" + _answer_pointer(name), "message": said.in_(speech)}
            for name, said in error.errors.items()
        ]
    elif isinstance(error, InvalidValuesError):
        errors = [{"pointer": at, "message": said.in_(speech)} for at, said in error.errors.items()]
    answer = document(error.status, error.text.in_(speech), kind=_kind(error), errors=errors)
    if isinstance(error, UnauthorisedError):
        given = "Authorization" in request.headers
        answer.headers["WWW-Authenticate"] = REALM + (', error="invalid_token"' if given else "")
    if isinstance(error, TooManyAttemptsError):
        answer.headers["Retry-After"] = str(RETRY_AFTER)
    if error.status >= 500:
        _log.error("request failed", path=request.path, error=str(error), exc_info=error)
    return answer


def http_problem(error: HTTPException) -> Response | HTTPException:
    """The document of an error of HTTP itself, or of invalid arguments."""
    status = error.code or 500
    if status < 400:
        return error
    messages = getattr(error, "data", {}).get("messages") if hasattr(error, "data") else None
    errors = list(_invalid(messages)) if status == 422 and messages else None
    answer = document(status, DETAILS.get(status, DETAILS[400]).in_(language()), errors=errors)
    for name, value in error.get_headers(request.environ):
        if name in ("Allow", "Retry-After"):
            answer.headers[name] = value
    return answer


def unexpected_problem(error: Exception) -> Response:
    """A fault of ours: told without details, logged with all of them."""
    _log.error("request failed", path=request.path, error=repr(error), exc_info=error)
    return document(500, DETAILS[500].in_(language()))


def document(
    status: int, detail: str, *, kind: str = "about:blank", errors: list[dict[str, str]] | None = None
) -> Response:
    """The problem document as an answer."""
    body: dict[str, Any] = {
        "type": kind,
        "title": TITLES.get(status, TITLES[500 if status >= 500 else 400]).in_(language()),
        "status": status,
        "detail": detail,
        "instance": request.path,
    }
    if errors is not None:
        body["errors"] = errors
    return Response(json.dumps(body, ensure_ascii=False), status, mimetype=MEDIA_TYPE)


def _kind(error: AutomationError) -> str:
    words = re.findall(r"[A-Z][a-z0-9]*", type(error).__name__.removesuffix("Error"))
    return "urn:qabyldau:problem:" + "-".join(words).lower()


def _answer_pointer(name: str) -> str:
    """`documents-0-name`, the name of an input, as the place in the JSON answers: `documents/0/name`."""
    return re.sub(r"-(\d+)-", r"/\1/", name)


def _invalid(messages: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """webargs' nested messages, one entry a place."""
    speech = language()
    for location, found in messages.items():
        for path, said in _leaves(found, ()):
            words = sentence(said, speech)
            if location == "json":
                place = "".join(f"/{_escaped(part)}" for part in path if part != "_schema")
                yield {"pointer": f"#{place}", "message": words}
            else:
                yield {"parameter": str(path[0]) if path else location, "message": words}


def _leaves(found: Any, path: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], object]]:
    if isinstance(found, Mapping):
        for key, value in found.items():
            yield from _leaves(value, (*path, key))
    elif isinstance(found, (list, tuple)):
        for each in found:
            yield from _leaves(each, path)
    else:
        yield path, found


def _escaped(part: object) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")
