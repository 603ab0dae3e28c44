"""A web server that answers as servers should not, and as they should."""

import contextlib
import itertools
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

METRICS = b"""# HELP http_requests_total All of them.
# TYPE http_requests_total counter
http_requests_total{code="200",path="/a}\\"b"} 1027 1395066363000
http_requests_total{code="500"} 3
# TYPE temperature gauge
temperature{room="x y"} -1.5e1
broken NaN
endless +Inf
# TYPE latency histogram
latency_bucket{le="+Inf"} 7
latency_sum 0.5
"""


def _answer(status: str, *headers: str, body: bytes = b"") -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *headers, "", ""]).encode() + body


def _whole(status: str, body: bytes = b"hello", *headers: str) -> Iterator[bytes]:
    yield _answer(status, f"Content-Length: {len(body)}", *headers, body=body)


ANSWERS: dict[str, Callable[[], Iterator[bytes]]] = {
    "/": lambda: _whole("200 OK"),
    "/metrics": lambda: _whole("200 OK", METRICS),
    "/none": lambda: _whole("404 Not Found"),
    "/broken": lambda: _whole("500 Internal Server Error"),
    "/moved": lambda: _whole("302 Found", b"", "Location: /moved-again"),
    "/moved-again": lambda: _whole("301 Moved", b"", "Location: ../?x=1"),
    "/?x=1": lambda: _whole("204 No Content", b""),
    "/round": lambda: _whole("302 Found", b"", "Location: /round"),
    "/to-a-file": lambda: _whole("302 Found", b"", "Location: file:///etc/passwd"),
    "/to-a-line-break": lambda: _whole("302 Found", b"", "Location: /\tGET"),
    "/chunked": lambda: iter([_answer("200 OK", "Transfer-Encoding: chunked", body=b"2\r\nok\r\n0\r\n\r\n")]),
    "/cut": lambda: iter([_answer("200 OK", "Content-Length: 100", body=b"half")]),
    "/large": lambda: iter([_answer("200 OK", "Content-Length: 99999999"), *itertools.repeat(b"x" * 65536, 1500)]),
    "/garbage": lambda: iter([b"\x1b[31m\0\xff" * 100 + b"\r\n\r\n"]),
    # An empty part is a short pause.
    "/silent": lambda: itertools.repeat(b""),
    "/drip": lambda: itertools.chain([b"HTTP/1.1 200 OK\r\nX: "], itertools.cycle([b"x", b""])),
    "/drip-body": lambda: itertools.chain([_answer("200 OK")], itertools.cycle([b"x", b""])),
    "/continue": lambda: itertools.repeat(_answer("100 Continue") * 1000),
    "/headers": lambda: itertools.chain([b"HTTP/1.1 200 OK\r\n"], itertools.repeat(b"X: y\r\n" * 1000)),
    "/wide": lambda: _whole("200 OK", b"".join(b'x{n="%d"} %d\n' % (n, n) for n in range(3000))),
}


class _Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        path = self.rfile.readline().split()[1].decode()
        while self.rfile.readline().strip():
            pass
        assert isinstance(self.server, OddServer)
        with contextlib.suppress(OSError):
            for part in ANSWERS[path]():
                if part:
                    self.wfile.write(part)
                elif self.server.over.wait(0.02):
                    return


class OddServer(socketserver.ThreadingTCPServer):
    """`url(path)` is where an answer of `ANSWERS` is to be had."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, certificate: Path | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.over = threading.Event()
        self._scheme = "https" if certificate else "http"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.socket = context.wrap_socket(self.socket, server_side=True)

    @property
    def port(self) -> int:
        """Where it listens on 127.0.0.1."""
        return int(self.server_address[1])

    def url(self, path: str) -> str:
        """Where an answer is."""
        return f"{self._scheme}://127.0.0.1:{self.port}{path}"

    def handle_error(self, request: object, client_address: object) -> None:
        """What a client does is its own business."""


@contextlib.contextmanager
def running_odd_server(certificate: Path | None = None) -> Iterator[OddServer]:
    """One that is gone at the end."""
    server = OddServer(certificate)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        thread.join()
        server.server_close()
