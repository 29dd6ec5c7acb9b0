"""Process definitions: upload, versions, diagrams."""

import re
from pathlib import PurePosixPath
from typing import Any, Final

import orjson
from flask import Response, request
from marshmallow import Schema, ValidationError, fields, validate
from werkzeug.datastructures import FileStorage

from app.api.problems import InvalidValuesError, WrongMediaTypeError
from app.api.reader import actor
from app.api.resource import Body, Resource, WordsSchema, check_json
from app.domain.texts import Text
from app.queries.definitions import diagram_of, newest_versions, versions_of, whole_version
from app.usecases import definitions as use
from app.usecases.lint_texts import PARTS
from app.usecases.published import NotFoundError

definitions = Resource("definitions", "/definitions", "Published versions of processes")
KEY: Final = r"^[A-Za-z_][A-Za-z0-9_.-]{0,99}$"
NUMBER: Final = f"int(min=1, max={2**31 - 1})"
PROCESS: Final = "string(maxlength=100)"

NO_PROCESS: Final = Text(
    "`process` көрсетіңіз: қай процесс жарияланады.",
    "Укажите `process`: какой процесс публикуется.",
    "Give `process`: which process is published.",
)
NO_FILES: Final = Text(
    "Кемінде бір .bpmn файлын жіберіңіз.", "Пришлите хотя бы один файл .bpmn.", "Send at least one .bpmn file."
)
UNKNOWN_FILE: Final = Text(
    "Файл аты .bpmn, .dmn, .form.json, .letter.md, .document.md немесе .fields.toml болып бітуі керек.",
    "Имя файла должно кончаться на .bpmn, .dmn, .form.json, .letter.md, .document.md или .fields.toml.",
    "A file's name must end in .bpmn, .dmn, .form.json, .letter.md, .document.md or .fields.toml.",
)
UNREADABLE: Final = Text(
    "Файл UTF-8 мәтіні емес немесе JSON қате.",
    "Файл не является текстом UTF-8, или в JSON ошибка.",
    "The file is no UTF-8 text, or its JSON is wrong.",
)
_SECTIONS: Final = {
    ".bpmn": "diagrams",
    ".dmn": "diagrams",
    ".form.json": "forms",
    ".letter.md": "letters",
    ".document.md": "documents",
    ".fields.toml": "fields",
}


class BundleBody(Body):
    """A process; a part that is left out is taken from the version before."""

    process = fields.String(required=True, validate=validate.Regexp(KEY))
    diagrams = fields.Dict(keys=fields.String(validate=validate.Length(min=1, max=200)), values=fields.String())
    forms = fields.Dict(keys=fields.String(validate=validate.Length(min=1, max=200)), values=fields.Dict())
    letters = fields.Dict(keys=fields.String(validate=validate.Length(min=1, max=200)), values=fields.String())
    documents = fields.Dict(keys=fields.String(validate=validate.Length(min=1, max=200)), values=fields.String())
    # The fields.toml of letters and of documents: what may stand in them.
    text_fields = fields.Dict(
        keys=fields.String(validate=validate.OneOf(PARTS)),
        values=fields.String(),
        data_key="fields",
        attribute="fields",
    )


class UploadedSchema(Schema):
    """The version that now holds; `new` is false when nothing had changed."""

    process = fields.String(required=True)
    number = fields.Integer(required=True)
    new = fields.Boolean(required=True)


class VersionSchema(Schema):
    """A published version."""

    process = fields.String(required=True)
    number = fields.Integer(required=True)
    name = fields.Nested(WordsSchema, required=True)
    hash = fields.String(required=True)
    parent_hash = fields.String(required=True, allow_none=True)
    published_at = fields.DateTime(required=True)
    published_by = fields.Integer(required=True, allow_none=True)


class WholeVersionSchema(Schema):
    """A version with everything that was published."""

    row = fields.Nested(VersionSchema, required=True, data_key="version")
    diagrams = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    forms = fields.Dict(keys=fields.String(), values=fields.Dict(), required=True)
    letters = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    documents = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    text_fields = fields.Dict(keys=fields.String(), values=fields.String(), required=True, data_key="fields")


class VersionListSchema(Schema):
    """Versions."""

    rows = fields.List(fields.Nested(VersionSchema), required=True)


class LintProblemSchema(Schema):
    """What is wrong, at its element ("" for the whole file)."""

    file = fields.String(required=True)
    element = fields.String(required=True)
    rule = fields.String(required=True)
    severity = fields.String(required=True, validate=validate.OneOf(("error", "warning")))
    message = fields.Nested(WordsSchema, required=True)


class LintProblemListSchema(Schema):
    """Everything that is wrong with a bundle."""

    problems = fields.List(fields.Nested(LintProblemSchema), required=True)


_FILES: Final = {
    "type": "object",
    "properties": {
        "process": {"type": "string", "pattern": KEY},
        "files": {"type": "array", "items": {"type": "string", "format": "binary"}},
    },
    "required": ["files"],
}


_BUNDLE: Final = {
    "required": True,
    "content": {
        "application/json": {"schema": BundleBody},
        "multipart/form-data": {"schema": _FILES},
    },
}


@definitions.operation(
    "POST",
    "",
    access="process.deploy",
    answer=UploadedSchema,
    status=201,
    refuses=(400, 413, 415, 422),
    summary="Publish a process as its next version",
    description=(
        "As multipart/form-data: `files` named `….bpmn`, `….form.json`, `….letter.md`, `….document.md`, "
        "`letters.fields.toml` and `documents.fields.toml` (what may stand in the texts), and `process` (without "
        "it the name of the only .bpmn file). Or the same as JSON. 200 when nothing had changed."
    ),
    requestBody=_BUNDLE,
    responses={
        "200": {
            "description": "Nothing had changed: the version that holds",
            "content": {"application/json": {"schema": UploadedSchema}},
        }
    },
)
def upload() -> object:
    bundle = _from_files() if request.mimetype == "multipart/form-data" else _from_json()
    process = bundle.pop("process")
    done = use.upload(process, bundle, by=actor())
    return {"process": done.process, "number": done.number, "new": done.new}, 201 if done.new else 200


@definitions.operation(
    "POST",
    "/lint",
    access="process.deploy",
    answer=LintProblemListSchema,
    refuses=(400, 413, 415, 422),
    summary="Say everything that is wrong with a bundle, without publishing it",
    description="Takes what the upload takes. An error forbids publishing, a warning does not.",
    requestBody=_BUNDLE,
)
def check() -> object:
    bundle = _from_files() if request.mimetype == "multipart/form-data" else _from_json()
    return {"problems": use.check(bundle.pop("process"), bundle, by=actor())}


def _from_json() -> dict[str, Any]:
    if request.get_data(cache=True) and not request.is_json:
        raise WrongMediaTypeError
    bundle: dict[str, Any] = definitions.read_json(BundleBody)
    return bundle


def _from_files() -> dict[str, Any]:
    """The parts of a multipart upload by the endings of their names."""
    bundle: dict[str, Any] = {}
    for file in request.files.getlist("files"):
        name = PurePosixPath((file.filename or "").replace("\\", "/")).name
        ending = next((each for each in _SECTIONS if name.endswith(each) and name != each), None)
        if ending is None:
            raise InvalidValuesError({"#/files": UNKNOWN_FILE})
        key = name if _SECTIONS[ending] == "diagrams" else name.removesuffix(ending)
        if ending == ".fields.toml" and key not in PARTS:
            raise InvalidValuesError({"#/files": UNKNOWN_FILE})
        bundle.setdefault(_SECTIONS[ending], {})[key] = _content(file, is_json=ending == ".form.json")
    drawn = [name for name in bundle.get("diagrams", {}) if name.endswith(".bpmn")]
    if not drawn:
        raise InvalidValuesError({"#/files": NO_FILES})
    process = request.form.get("process") or (drawn[0].removesuffix(".bpmn") if len(drawn) == 1 else "")
    if re.match(KEY, process) is None:
        raise InvalidValuesError({"#/process": NO_PROCESS})
    if len(drawn) == 1:
        bundle["diagrams"][f"{process}.bpmn"] = bundle["diagrams"].pop(drawn[0])
    return bundle | {"process": process}


def _content(file: FileStorage, *, is_json: bool) -> object:
    raw = file.stream.read()
    try:
        found: object = orjson.loads(raw) if is_json else raw.decode("utf-8-sig")
        check_json(found)
    except (UnicodeDecodeError, orjson.JSONDecodeError, ValidationError):
        raise InvalidValuesError({"#/files": UNREADABLE}) from None
    if is_json and not isinstance(found, dict):
        raise InvalidValuesError({"#/files": UNREADABLE})
    return found


@definitions.operation(
    "GET", "", access="process.see", answer=VersionListSchema, summary="List the newest version of every process"
)
def listed() -> object:
    return {"rows": newest_versions(actor().office_id)}


@definitions.operation(
    "GET",
    f"/<{PROCESS}:process>/versions",
    access="process.see",
    answer=VersionListSchema,
    refuses=(404,),
    summary="List the versions of a process, newest first",
)
def versions(process: str) -> object:
    found = versions_of(actor().office_id, process)
    if not found:
        raise NotFoundError
    return {"rows": found}


@definitions.operation(
    "GET",
    f"/<{PROCESS}:process>/versions/<{NUMBER}:number>",
    access="process.see",
    answer=WholeVersionSchema,
    refuses=(404,),
    summary="Read a version with everything that was published",
)
def version(process: str, number: int) -> object:
    found = whole_version(actor().office_id, process, number)
    if found is None:
        raise NotFoundError
    return found


@definitions.operation(
    "GET",
    f"/<{PROCESS}:process>/versions/<{NUMBER}:number>/diagram",
    access="process.see",
    answer={"type": "string"},
    media_type="application/xml",
    refuses=(404,),
    summary="Read the diagram of a version as BPMN 2.0 XML",
)
def diagram(process: str, number: int) -> Response:
    found = whole_version(actor().office_id, process, number)
    if found is None:
        raise NotFoundError
    return Response(diagram_of(found), mimetype="application/xml")
