"""The REST API on the application: resources, their description, health."""

from collections.abc import Sequence
from typing import Any, Final

from flask import Blueprint, Flask, request
from flask_smorest import Api
from werkzeug.exceptions import HTTPException

from app.api.appeals import appeals
from app.api.cases import cases
from app.api.definitions import definitions
from app.api.health import health
from app.api.incidents import incidents, jobs
from app.api.instances import instances
from app.api.messages import messages, signals
from app.api.metrics import measure
from app.api.operating import operating
from app.api.problems import http_problem
from app.api.resource import PREFIX
from app.api.tasks import tasks

RESOURCES: Final = (definitions, instances, operating, tasks, messages, signals, jobs, incidents, cases, appeals)
_SETTINGS: Final = {
    "API_TITLE": "Qabyldau",
    "API_VERSION": "v1",
    "OPENAPI_VERSION": "3.1.0",
    "OPENAPI_URL_PREFIX": PREFIX,
    "OPENAPI_JSON_PATH": "openapi.json",
}
_DESCRIPTION: Final = (
    "Bearer tokens are made on the account page and act with their owner's roles. Errors are problem documents of "
    "RFC 9457 in the language of Accept-Language (kk, ru, en). Lists are paged: ask again with `after` = `next`."
)


class _Api(Api):  # type: ignore[misc]  # flask-smorest has no types
    """Documents what we answer; errors are answered by each resource."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        """The site's own handlers stay; those of this API are set by `mount_api`."""


def mount_api(app: Flask) -> Sequence[Blueprint]:
    """Put API, health and metrics onto the application; returns the blueprints that carry tokens instead of cookies.

    Call it after the pages are mounted: an unknown address under `/api/v1` is told as a problem, others as a page.
    """
    for name, value in _SETTINGS.items():
        app.config.setdefault(name, value)
    scheme = {"type": "http", "scheme": "bearer"}
    api = _Api(app, spec_kwargs={"info": {"description": _DESCRIPTION}})
    api.spec.components.security_scheme("token", scheme)
    for resource in RESOURCES:
        api.register_blueprint(resource.blueprint)
    app.register_blueprint(health)
    measure(app)
    _tell_unknown_addresses(app)
    return tuple(resource.blueprint for resource in RESOURCES)


def _tell_unknown_addresses(app: Flask) -> None:
    """Under the API's prefix errors of HTTP are problems, elsewhere they stay what they were."""
    pages = app.error_handler_spec[None][None].get(HTTPException)

    def tell(error: HTTPException) -> Any:
        if request.path.startswith(f"{PREFIX}/"):
            return http_problem(error)
        return pages(error) if pages is not None else error

    app.register_error_handler(HTTPException, tell)
