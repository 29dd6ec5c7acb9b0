"""Static files are kept by browsers for long; an upgrade reaches them all the same."""

import gzip
import hashlib
import re
from collections.abc import Iterator

import pytest
from flask import Flask

from app.config import Settings
from app.factory import create_app
from app.models.database import disconnect
from app.web.site import STATIC


@pytest.fixture(scope="module")
def app(database_url: str) -> Iterator[Flask]:
    yield create_app(Settings(database_url=database_url, secret_key="k" * 32))
    disconnect()


def test_the_address_of_a_static_file_changes_with_its_content(app: Flask):
    page = app.test_client().get("/sign-in").text

    (stamp,) = re.findall(r'href="/static/qabyldau\.css\?v=([0-9a-f]{12})"', page)
    assert hashlib.sha256((STATIC / "qabyldau.css").read_bytes()).hexdigest().startswith(stamp)
    with app.test_client().get(f"/static/qabyldau.css?v={stamp}") as answer:
        assert answer.status_code == 200


def test_the_sheet_travels_packed_to_whoever_takes_it_so(app: Flask):
    client = app.test_client()

    packed = client.get("/static/qabyldau.css", headers={"Accept-Encoding": "gzip, br"})
    again = client.get(
        "/static/qabyldau.css", headers={"Accept-Encoding": "gzip", "If-None-Match": packed.headers["ETag"]}
    )

    assert gzip.decompress(packed.data) == (STATIC / "qabyldau.css").read_bytes()
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert "max-age=31536000" in packed.headers["Cache-Control"]
    assert again.status_code == 304
    with client.get("/static/qabyldau.css") as plain:
        assert plain.data == (STATIC / "qabyldau.css").read_bytes()
    assert client.get("/static/../site.css", headers={"Accept-Encoding": "gzip"}).status_code == 404
