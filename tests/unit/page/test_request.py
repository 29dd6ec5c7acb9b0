"""Who asks, as limits count it."""

import pytest
from flask import Flask

from app.page.request import caller

APP = Flask("a page")


@pytest.mark.parametrize(
    ("said", "counted"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::"),
        ("2001:db8:1:2:bbbb::2", "2001:db8:1:2::"),
        ("2001:db8:1:3::1", "2001:db8:1:3::"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("fe80::1%eth0", "fe80::"),
        ("", ""),
        ("a socket", "a socket"),
    ],
)
def test_whoever_has_a_network_of_addresses_is_counted_once(said: str, counted: str) -> None:
    with APP.test_request_context(environ_base={"REMOTE_ADDR": said}):
        assert caller() == counted
