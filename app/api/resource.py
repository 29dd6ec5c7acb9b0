"""A resource of the API: its operations with access, arguments, answers and problems, checked and documented."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Final, ParamSpec, cast

import flask
import orjson
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, ValidationError, fields, pre_dump, validate
from webargs import core
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest, HTTPException, NotFound

from app.api.problems import (
    MEDIA_TYPE,
    ProblemSchema,
    UnauthorisedError,
    WrongMediaTypeError,
    automation_problem,
    http_problem,
    unexpected_problem,
)
from app.api.reader import JSON_LIMIT, actor, recognise
from app.domain.errors import AutomationError
from app.domain.texts import Text

PREFIX: Final = "/api/v1"
MOST: Final = 2**63 - 1
ID: Final = f"int(min=1, max={MOST})"
"""Converter of a path parameter that is a row's id."""
DEEPEST: Final = 64
PUBLIC: Final = "public"
Parameters = ParamSpec("Parameters")
View = Callable[Parameters, object]

NOT_A_TEXT: Final = Text("Мәтінде NUL таңбасы бар.", "В тексте есть символ NUL.", "The text holds the character NUL.")
TOO_DEEP: Final = Text(
    "JSON тым терең кірістірілген.", "JSON вложен слишком глубоко.", "The JSON is nested too deeply."
)


class Body(Schema):
    """A JSON body: what is not declared is refused."""

    class Meta:
        unknown = RAISE


class WordsSchema(Schema):
    """The same words in three languages."""

    kk = fields.String(required=True)
    ru = fields.String(required=True)
    en = fields.String(required=True)

    @pre_dump
    def _spread(self, words: object, **_: object) -> object:
        return words.as_dict() if isinstance(words, Text) else words


class ReasonBody(Body):
    """Why somebody intervenes."""

    reason = fields.String(required=True, validate=validate.Length(min=1, max=2000))


def row_id(**more: Any) -> fields.Integer:
    """A field that holds the id of a row."""
    return fields.Integer(strict=True, validate=validate.Range(min=1, max=MOST), **more)


def asked_id(**more: Any) -> fields.Integer:
    """The same in a query, where numbers come as text."""
    return fields.Integer(validate=validate.Range(min=1, max=MOST), **more)


class _Parser(FlaskParser):
    """Reads JSON strictly: no NaN, no half characters, nothing that PostgreSQL could not keep."""

    def load_json(self, req: flask.Request, schema: Schema) -> Any:  # noqa: ARG002 - webargs' signature
        raw = req.get_data(cache=True)
        if not raw:
            return core.missing
        if not core.is_json(req.mimetype):
            raise WrongMediaTypeError
        try:
            body = orjson.loads(raw)
        except orjson.JSONDecodeError:
            raise BadRequest from None
        check_json(body)
        return body

    def load_querystring(self, req: flask.Request, schema: Schema) -> Any:
        for name, value in req.args.items(multi=True):
            if "\0" in value:
                raise ValidationError({name: [NOT_A_TEXT]})
        return super().load_querystring(req, schema)


def check_json(body: object) -> None:
    """Raise `ValidationError` at the first place that nests too deeply or holds the character NUL."""
    waiting: list[tuple[object, tuple[object, ...]]] = [(body, ())]
    while waiting:
        value, path = waiting.pop()
        if isinstance(value, str) and "\0" in value:
            raise ValidationError(_at(path, NOT_A_TEXT))
        if isinstance(value, dict | list) and len(path) >= DEEPEST:
            raise ValidationError(_at(path[:1], TOO_DEEP))
        if isinstance(value, dict):
            if any("\0" in key for key in value):
                raise ValidationError(_at(path, NOT_A_TEXT))
            waiting += [(each, (*path, key)) for key, each in value.items()]
        elif isinstance(value, list):
            waiting += [(each, (*path, number)) for number, each in enumerate(value)]


def _at(path: tuple[object, ...], said: Text) -> dict[Any, Any]:
    found: Any = [said]
    for part in reversed(path):
        found = {part: found}
    return found if path else {"_schema": found}


class _Blueprint(Blueprint):  # type: ignore[misc]  # flask-smorest has no types
    ARGUMENTS_PARSER = _Parser()


class Resource:
    """One kind of thing and what can be done with it; `blueprint` is what the application registers."""

    def __init__(self, name: str, path: str, description: str, *, files_in_json: bool = False) -> None:
        self.blueprint: flask.Blueprint = _Blueprint(
            f"api_{name}", __name__, url_prefix=PREFIX + path, description=description
        )
        self._name = name
        if not files_in_json:
            self.blueprint.before_request(_limit_body)
        self.blueprint.before_request(_refuse_null)
        self.blueprint.register_error_handler(AutomationError, automation_problem)
        self.blueprint.register_error_handler(HTTPException, cast(Any, http_problem))
        self.blueprint.register_error_handler(Exception, unexpected_problem)

    def operation(
        self,
        method: str,
        path: str,
        *,
        access: str,
        answer: type[Schema] | Mapping[str, Any] | None,
        media_type: str = "application/json",
        status: int = 200,
        also: int | None = None,
        query: type[Schema] | None = None,
        body: type[Schema] | None = None,
        refuses: tuple[int, ...] = (),
        **doc: Any,
    ) -> Callable[[View[Parameters]], View[Parameters]]:
        """Register a view under `method` and `path` for holders of the permission `access`.

        The view gets path parameters by name and, where given, `query` and `body` as checked dicts; what it returns is
        dumped with `answer`, of `status` unless it is a pair with the status `also`. `refuses` are the problems it may
        answer with besides 401, 403, 422 and 429.
        """
        blueprint = cast(Any, self.blueprint)

        def decorate(view: View[Parameters]) -> View[Parameters]:
            made: Any = view
            made = blueprint.response(status, answer, content_type=media_type)(made)
            if also is not None:
                made = blueprint.alt_response(also, schema=answer, content_type=media_type, success=True)(made)
            if body is not None:
                made = blueprint.arguments(body, location="json", arg_name="body")(made)
            if query is not None:
                made = blueprint.arguments(query, location="query", arg_name="query")(made)
            always = (401, 403, 422, 429) if query or body else (401, 403, 429)
            for code in sorted({*always, *refuses, *((400, 413, 415) if body else ())}):
                made = blueprint.alt_response(code, schema=ProblemSchema, content_type=MEDIA_TYPE)(made)
            made = blueprint.doc(operationId=f"{self._name}_{view.__name__}", security=[{"token": []}], **doc)(made)
            made = _guarded(made, access)
            blueprint.route(path, methods=[method], endpoint=view.__name__)(made)
            return cast(View[Parameters], made)

        return decorate

    def read_json(self, body: type[Schema]) -> dict[str, Any]:
        """The checked JSON body of a view that also takes other types."""
        found: dict[str, Any] = cast(Any, self.blueprint).ARGUMENTS_PARSER.parse(body, flask.request, location="json")
        return found


def _limit_body() -> None:
    """JSON bodies are small; files may be as large as the installation allows."""
    if flask.request.mimetype != "multipart/form-data":
        flask.request.max_content_length = JSON_LIMIT


def _refuse_null() -> None:
    if "\0" in flask.request.path:
        raise NotFound


def _guarded(view: Any, access: str) -> Any:
    """First who asks and whether she may, then what she asks."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if recognise() is None:
            raise UnauthorisedError
        actor().demand(access)
        return view(*args, **kwargs)

    cast(Any, guarded).access = access
    return guarded
