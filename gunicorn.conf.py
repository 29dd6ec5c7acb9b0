"""How gunicorn serves Qabyldau: `gunicorn -c gunicorn.conf.py wsgi:app`."""

import gc
import os
import resource

from app.config import settings
from app.gateways.fence import limit_memory
from app.models.database import forget_connections
from app.serving import counts

_settings = settings()

bind = f"[{_settings.bind}]:{_settings.port}" if ":" in _settings.bind else f"{_settings.bind}:{_settings.port}"
workers = _settings.web_workers
threads = _settings.web_threads
worker_class = "app.serving.worker.PatientWorker"
worker_connections = 1000
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108, PTH112 - a heartbeat file without a disk
preload_app = True
timeout = 60
graceful_timeout = 15
keepalive = 15
limit_request_line = 8190
accesslog = None
errorlog = "-"
loglevel = _settings.log_level.lower()
control_socket_disable = True
# What a proxy says is weighed in one place, by the application (TRUSTED_PROXIES).
forwarded_allow_ips = ""
secure_scheme_headers: dict[str, str] = {}

# Before the application is loaded: the request counters of all workers meet here, so that /metrics tells them all.
# gunicorn reads this file more than once; a directory chosen from outside is left alone.
if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = counts.new_folder(worker_tmp_dir)


def on_starting(server: object) -> None:
    """Room for as many connections as the machine allows."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def when_ready(server: object) -> None:
    """What was loaded before the fork stays shared: the collector need not touch it again."""
    gc.collect()
    gc.freeze()


def on_exit(server: object) -> None:
    """The counters end with the master."""
    counts.remove(os.environ["PROMETHEUS_MULTIPROC_DIR"])


def post_fork(server: object, worker: object) -> None:
    """Connections that were opened before the fork stay the parent's; from here on memory is fenced."""
    forget_connections()
    limit_memory(_settings.memory_mb)
