"""Process data are JSON: a copy that shares nothing with what was given, or a refusal that names the variable."""

from collections.abc import Mapping
from typing import Any, Final

import orjson

from app.engine.errors import NotJsonError, TooMuchDataError
from app.engine.vocabulary import Variables

MOST_BYTES: Final = 256 * 1024
STRICT: Final = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_SUBCLASS


def json_copy(values: Mapping[str, object], *, element: str) -> Variables:
    """`values` as JSON of their own, at most 256 KB. Raises `NotJsonError`, `TooMuchDataError` naming `element`."""
    try:
        written = orjson.dumps(values if type(values) is dict else dict(values), option=STRICT)
    except TypeError:
        written = b""
    if not written:
        raise NotJsonError(element=element, variable=_culprit(values))
    if len(written) > MOST_BYTES:
        raise TooMuchDataError(element=element, size=-(-len(written) // 1024), limit=MOST_BYTES // 1024)
    copied: dict[str, Any] = orjson.loads(written)
    return copied


def _culprit(values: Mapping[str, object]) -> str:
    for name, value in values.items():
        try:
            orjson.dumps({name: value}, option=STRICT)
        except TypeError:
            return str(name)
    return ""
