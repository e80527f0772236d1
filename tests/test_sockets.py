"""The guard of ``conftest``: what would call another machine fails its test."""

import smtplib
import socket
from urllib.request import urlopen

import pytest


# Addresses that are nobody's (RFC 5737 and 3849), and a name that cannot be one.
@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "elsewhere.invalid"])
def test_another_machine_is_not_called(host):
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as made:
        for call in (made.connect, made.connect_ex):
            with pytest.raises(AssertionError, match="another machine"):
                call((host, 80))


@pytest.mark.parametrize(
    "call",
    [
        lambda: urlopen("http://192.0.2.1/", timeout=5),
        lambda: smtplib.SMTP("192.0.2.1", timeout=5),
        lambda: socket.create_connection(("192.0.2.1", 80), timeout=5),
    ],
)
def test_nor_by_what_stands_above(call):
    with pytest.raises(AssertionError, match="another machine"):
        call()


def test_this_one_is(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as made:
        server.bind(str(tmp_path / "s"))
        server.listen()
        made.connect(str(tmp_path / "s"))
