"""An HTTP server for tests that answers as it is told: well, badly, slowly, with lies, or with far too much."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answering = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Request:
    """What came."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class WebServer:
    """A running server.

    Attributes:
        url: where it is.
        answer: what it does with a request that it has noted.
        requests: all that came.
        sent: bytes of the answer that somebody has taken, where it counts them.
        over: set when the test is.
    """

    url: str
    answer: Answering
    requests: list[Request] = field(default_factory=list)
    sent: int = 0
    over: threading.Event = field(default_factory=threading.Event)


def saying(status: int, body: bytes = b"ok", **headers: str) -> Answering:
    """An ordinary answer."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


@contextmanager
def web_server(answer: Answering | None = None) -> Iterator[WebServer]:
    """A server on a port of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            running.requests.append(Request(self.path, dict(self.headers), body))
            running.answer(self)

        def do_GET(self) -> None:
            self.do_POST()

        def log_message(self, *args: object) -> None:
            """Not on the terminal."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, *args: object) -> None:
            """Those who were answered badly hang up."""

    server = Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    running = WebServer(f"http://127.0.0.1:{server.server_address[1]}", answer or saying(200))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield running
    finally:
        running.over.set()
        server.shutdown()
        thread.join()
        server.server_close()
