"""Counts and latencies of requests, and the installation's numbers, for Prometheus."""

import time
from collections.abc import Iterator
from importlib.metadata import version
from typing import Final

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from app.queries.vitals import Vitals, vitals

BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
REQUESTS: Final = CollectorRegistry()
_requests = Counter("qabyldau_requests", "Requests answered.", ("method", "route", "status"), registry=REQUESTS)
_seconds = Histogram(
    "qabyldau_request_seconds",
    "Time from a request to its answer.",
    ("method", "route"),
    buckets=BUCKETS,
    registry=REQUESTS,
)
_GAUGES: Final = {
    "open_tasks": "Tasks that wait for people.",
    "late_tasks": "Open tasks whose term has passed.",
    "waiting_jobs": "Jobs that wait or are being done.",
    "suspended_jobs": "Jobs of suspended instances.",
    "failed_jobs": "Jobs that gave up.",
    "open_incidents": "Incidents nobody has dealt with.",
    "running_instances": "Process instances that run.",
    "oldest_due_seconds": "Seconds since the oldest due job should have been done.",
}
_KNOWN_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def measure(app: Flask) -> None:
    """Count every request of the application."""
    app.before_request(_start)
    app.after_request(_stop)


def _start() -> None:
    g.started = time.perf_counter()


def _stop(response: Response) -> Response:
    route = request.url_rule.rule if request.url_rule else "unmatched"
    method = request.method if request.method in _KNOWN_METHODS else "other"
    _requests.labels(method, route, str(response.status_code)).inc()
    started: float | None = g.get("started")
    if started is not None:
        _seconds.labels(method, route).observe(time.perf_counter() - started)
    return response


class _Installation(Collector):
    """The numbers of the database, the same from every web process."""

    def __init__(self, numbers: Vitals) -> None:
        self._numbers = numbers

    def collect(self) -> Iterator[Metric]:
        for name, words in _GAUGES.items():
            yield GaugeMetricFamily(f"qabyldau_{name}", words, value=float(getattr(self._numbers, name)))
        build = GaugeMetricFamily("qabyldau_build", "The release that runs.", labels=("version",))
        build.add_metric([version("qabyldau")], 1.0)
        yield build


def exposition() -> bytes:
    """Everything in the text format of Prometheus."""
    installation = CollectorRegistry()
    installation.register(_Installation(vitals()))
    return generate_latest(installation) + generate_latest(_of_every_process())


def _of_every_process() -> CollectorRegistry:
    """The requests of all web processes where they share a directory of counts, else of this one."""
    shared = CollectorRegistry()
    try:
        MultiProcessCollector(shared)  # type: ignore[no-untyped-call]  # untyped there
    except ValueError:
        return REQUESTS
    return shared
