"""A webhook of somebody's: an HTTP server in a thread that notes what it is told, as slowly as a test likes."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Heard:
    """What has arrived.

    Attributes:
        url: where to tell it.
        messages: documents, in the order in which they were taken.
        asked: how many have begun to arrive.
        pause_s: between taking one and saying so.
    """

    def __init__(self) -> None:
        self.url = ""
        self.messages: list[dict[str, Any]] = []
        self.asked = 0
        self.pause_s = 0.0

    @property
    def ids(self) -> list[str]:
        """Keys of the messages that were taken."""
        return [str(message["id"]) for message in self.messages]


@contextmanager
def webhook() -> Iterator[Heard]:
    """One, on a free port of this machine."""
    heard = Heard()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            heard.asked += 1
            heard.messages.append(body)
            time.sleep(heard.pause_s)
            self.send_response(204)
            self.end_headers()

        def do_GET(self) -> None:
            heard.asked += 1
            self.send_response(200)
            self.end_headers()

        def log_message(self, *words: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    heard.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield heard
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
