"""No connection leaves this machine: an attempt raises, and is written down for the test to fail on.

Imported by conftest.py, and by every Python process that a test starts (through PYTHONPATH).
"""

import ipaddress
import os
import socket
from pathlib import Path
from typing import Any

LOG = "RAG_TEST_CONNECTIONS"


def _is_local(address: Any) -> bool:
    if not isinstance(address, tuple) or address[0] in ("localhost", ""):
        return True  # a Unix socket, or this machine by name
    try:
        return ipaddress.ip_address(address[0]).is_loopback
    except ValueError:
        return False


def _refuse(address: Any) -> None:
    if _is_local(address):
        return
    if path := os.environ.get(LOG):
        with Path(path).open("a") as log:
            log.write(f"{address}\n")
    raise ConnectionRefusedError(f"tests run without a network: connection to {address}")


def _block() -> None:
    connect, connect_ex, getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX:
            _refuse(address)
        return connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        if self.family != socket.AF_UNIX:
            _refuse(address)
        return connect_ex(self, address)

    def guarded_getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host is not None:
            _refuse((host.decode() if isinstance(host, bytes) else host, 0))
        return getaddrinfo(host, *args, **kwargs)

    socket.socket.connect = guarded_connect  # type: ignore[method-assign]
    socket.socket.connect_ex = guarded_connect_ex  # type: ignore[method-assign]
    socket.getaddrinfo = guarded_getaddrinfo


_block()
