"""Health: alive, ready, and the numbers for Prometheus."""

from ipaddress import ip_address
from typing import Any, Final, cast

from flask import Blueprint, Response, jsonify, request

from app.api.metrics import exposition
from app.api.problems import UnauthorisedError, automation_problem
from app.api.reader import recognise
from app.domain.errors import AutomationError
from app.usecases.access import ForbiddenError
from app.usecases.demo_clock import follow
from app.usecases.readiness import readiness

health = Blueprint("health", __name__)
health.register_error_handler(AutomationError, automation_problem)
LATE_AFTER: Final = 300.0
"""Seconds of lag after which the worker is called late."""
METRICS_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
FORWARDED: Final = ("Forwarded", "X-Forwarded-For", "X-Real-IP")


@health.get("/health/live")
def live() -> Response:
    """The process answers; it asks nobody."""
    return jsonify(status="live")


@health.get("/health/ready")
def ready() -> tuple[Response, int]:
    """Whether requests can be served: the database answers and has this release's tables; and how far the worker is.

    A late worker does not make the pages unready: 503 is only for database and migrations.
    """
    found = readiness()
    checks: dict[str, Any] = {
        "database": "ok" if found.database else "unreachable",
        "migrations": "ok" if found.at_head else "behind" if found.database else "unknown",
        "worker": "unknown" if found.lag is None else "ok" if found.lag <= LATE_AFTER else "late",
        "oldest_due_seconds": None if found.lag is None else round(found.lag, 1),
    }
    fit = found.database and found.at_head
    return jsonify(status="ready" if fit else "unready", checks=checks), 200 if fit else 503


@health.get("/metrics")
def metrics() -> Response:
    """The numbers, for this machine and for operators with a token."""
    if not _from_here():
        by = recognise()
        if by is None:
            raise UnauthorisedError
        if not by.may("jobs.see"):
            raise ForbiddenError
    follow()
    return Response(exposition(), content_type=METRICS_TYPE)


def _from_here() -> bool:
    """Whether the request comes from this machine itself and not through a proxy on it."""
    if any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


for _view in (live, ready, metrics):
    cast(Any, _view).access = "public"
