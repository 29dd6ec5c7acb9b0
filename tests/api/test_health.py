"""Health and metrics: alive, ready, and numbers only for this machine and operators."""

import os
import subprocess
import sys
from pathlib import Path

from sqlalchemy import text

from app.models.database import new_session
from tests.api.conftest import House


def test_alive_and_ready_without_any_token(house: House):
    client = house.app.test_client()

    live, ready = client.get("/health/live"), client.get("/health/ready")

    assert (live.status_code, live.get_json()) == (200, {"status": "live"})
    assert ready.status_code == 200
    assert ready.get_json()["checks"]["migrations"] == "ok"


def test_a_database_of_another_release_is_not_ready(house: House):
    session = new_session()
    head = session.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    session.execute(text("UPDATE alembic_version SET version_num = 'older'"))
    session.commit()
    try:
        answer = house.app.test_client().get("/health/ready")
    finally:
        session.execute(text("UPDATE alembic_version SET version_num = :head"), {"head": head})
        session.commit()
        session.close()

    assert answer.status_code == 503
    assert answer.get_json()["checks"]["migrations"] == "behind"


def test_metrics_count_tasks_jobs_and_requests_by_route(house: House):
    house.start()
    client = house.app.test_client()

    found = client.get("/metrics")

    lines = dict(line.rsplit(" ", 1) for line in found.text.splitlines() if not line.startswith("#"))
    assert float(lines["qabyldau_open_tasks"]) >= 1
    assert float(lines["qabyldau_waiting_jobs"]) >= 1
    assert float(lines['qabyldau_requests_total{method="POST",route="/api/v1/instances",status="201"}']) >= 1
    assert any(line.startswith("qabyldau_request_seconds_bucket") for line in lines)
    assert any(line.startswith("qabyldau_build{version=") for line in lines)


def test_metrics_are_closed_to_other_machines_and_to_proxies_without_an_operators_token(house: House):
    client = house.app.test_client()
    elsewhere = {"REMOTE_ADDR": "10.1.2.3"}

    far = client.get("/metrics", environ_overrides=elsewhere)
    proxied = client.get("/metrics", headers={"X-Forwarded-For": "10.1.2.3"})
    staff = client.get(
        "/metrics",
        environ_overrides=elsewhere,
        headers={"Authorization": f"Bearer {house.tokens['north', 'coordinator']}"},
    )
    operator = client.get(
        "/metrics",
        environ_overrides=elsewhere,
        headers={"Authorization": f"Bearer {house.tokens['north', 'operator']}"},
    )

    assert [answer.status_code for answer in (far, proxied, staff, operator)] == [401, 401, 403, 200]


def test_metrics_add_up_the_requests_of_all_web_processes(tmp_path: Path):
    counting = "from app.api import metrics; metrics._requests.labels('GET', '/tasks', '200').inc()"
    telling = "from app.api import metrics; print(metrics.generate_latest(metrics._of_every_process()).decode())"
    environ = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}

    for _ in range(2):
        subprocess.run([sys.executable, "-c", counting], env=environ, check=True)
    told = subprocess.run([sys.executable, "-c", telling], env=environ, check=True, capture_output=True, text=True)

    assert 'qabyldau_requests_total{method="GET",route="/tasks",status="200"} 2.0' in told.stdout
