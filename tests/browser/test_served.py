"""The server that browser tests stand on."""

import gc
import socket
import struct
from pathlib import Path

from flask import Flask

from tests.browser.served import listening


def test_a_browser_that_hangs_up_leaves_no_file_open(tmp_path: Path) -> None:
    (tmp_path / "mark.svg").write_bytes(b"x" * 400)
    app = Flask("hung_up", static_folder=str(tmp_path), static_url_path="/static")
    with listening(app) as address:
        for _ in range(5):
            host, _, port = address.removeprefix("http://").partition(":")
            with socket.create_connection((host, int(port))) as browser:
                browser.sendall(b"GET /static/mark.svg HTTP/1.1\r\nHost: x\r\n\r\n")
                browser.recv(100)
                browser.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # closing resets
    gc.collect()  # a file left open would be an error here
