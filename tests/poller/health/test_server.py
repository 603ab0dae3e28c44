"""A real server on loopback, and clients that do what they should not."""

import contextlib
import http.client
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from poller.health import server as health_server
from poller.health.http_request import Answer, Request
from poller.health.server import HealthPortError, HealthServer
from tests.eventually import eventually


def answer(request: Request) -> Answer:
    if request.path == "/fault":
        raise RuntimeError("hunter2")
    if request.path == "/long":
        return Answer(200, b"x" * 50_000_000)
    return Answer(200, f"{request.method} {request.path} {request.accepted}".encode())


@pytest.fixture
def server() -> Iterator[HealthServer]:
    made = HealthServer("127.0.0.1", 0, answer)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def port(server: HealthServer) -> int:
    return server.port


def client(port: int, timeout_s: float = 30.0) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", port, timeout=timeout_s)


def asked(port: int, path: str = "/", method: str = "GET", **headers: str) -> tuple[int, bytes]:
    with contextlib.closing(client(port)) as connection:
        connection.request(method, path, headers=headers)
        response = connection.getresponse()
        return response.status, response.read()


def said(port: int, words: bytes) -> bytes:
    """What comes back for these bytes, until the server hangs up."""
    with socket.create_connection(("127.0.0.1", port), 30) as connection:
        with contextlib.suppress(OSError):
            connection.sendall(words)
        got = b""
        with contextlib.suppress(ConnectionResetError):
            while more := connection.recv(65_536):
                got += more
        return got


def test_a_request_is_answered_and_the_query_does_not_matter(port: int) -> None:
    assert asked(port, "/metrics?x=1", Accept="text/plain") == (200, b"GET /metrics text/plain")


def test_a_head_request_gets_the_length_and_no_body(port: int) -> None:
    got = said(port, b"HEAD /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
    head, _, body = got.partition(b"\r\n\r\n")
    assert b"Content-Length: 14" in head
    assert body == b""


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (b"POST / HTTP/1.1\r\nContent-Length: 9999999999\r\n\r\n", 405),
        (b"PRI * HTTP/2.0\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n\n", 400),
        (b"GET http://elsewhere/ HTTP/1.1\r\n\r\n", 400),
        (b"\r\n\r\n", 400),
        (b"GET /" + b"a" * 20_000, 431),
        (b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 9_000 + b"\r\n", 431),
    ],
    ids=["post", "http2", "tls", "proxy", "empty", "long path", "many headers"],
)
def test_what_is_not_for_it_is_refused(port: int, words: bytes, status: int) -> None:
    assert said(port, words).startswith(f"HTTP/1.1 {status} ".encode())
    assert asked(port)[0] == 200


def test_a_fault_of_ours_is_told_in_the_log_alone_and_the_server_lives_on(port: int) -> None:
    status, body = asked(port, "/fault")
    assert status == 500
    assert b"hunter2" not in body
    assert asked(port)[0] == 200


def test_clients_that_say_nothing_keep_nobody_out(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health_server, "A_SECOND", 10_000.0)
    with contextlib.ExitStack() as stack:
        for _ in range(3 * health_server.AT_ONCE):
            stack.enter_context(socket.create_connection(("127.0.0.1", port), 30))
        assert asked(port)[0] == 200


def test_a_client_that_never_ends_its_request_is_cut(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health_server, "PATIENCE_S", 0.2)
    assert said(port, b"GET / HTTP/1.1\r\n") == b""


def test_a_client_that_does_not_take_its_answer_is_cut(server: HealthServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health_server, "PATIENCE_S", 0.2)
    with socket.create_connection(("127.0.0.1", server.port), 30) as connection:
        connection.sendall(b"GET /long HTTP/1.1\r\n\r\n")
        # Others are answered meanwhile.
        assert asked(server.port)[0] == 200
        eventually(lambda: not server._open)
        got = 0
        with contextlib.suppress(ConnectionResetError):
            while more := connection.recv(1 << 20):
                got += len(more)
        assert got < 50_000_000


def test_a_flood_is_slowed_down_before_it_costs_anything(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health_server, "A_SECOND", 0.001)
    answered: list[int] = []

    def ask(_: int) -> None:
        with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(client(port, 1.0)) as one:
            one.request("GET", "/")
            answered.append(one.getresponse().status)

    with ThreadPoolExecutor(64) as pool:
        list(pool.map(ask, range(128)))
    assert len(answered) <= health_server.BURST


def test_a_port_that_is_taken_is_told_with_what_to_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(HealthPortError, match=f"127.0.0.1:{port} cannot be opened") as caught:
            HealthServer("127.0.0.1", port, answer).start()
    assert "--health" in caught.value.hint


def test_an_address_of_another_machine_is_told() -> None:
    with pytest.raises(HealthPortError):
        HealthServer("192.0.2.1", 0, answer).start()


def test_it_ends_with_its_connections_and_its_thread() -> None:
    made = HealthServer("127.0.0.1", 0, answer)
    made.start()
    port = made.port
    with socket.create_connection(("127.0.0.1", port), 30) as waiting:
        assert asked(port)[0] == 200
        made.stop()
        assert waiting.recv(10) == b""
    assert "health port" not in {thread.name for thread in threading.enumerate()}
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), 30)


def test_one_that_was_never_started_can_be_stopped() -> None:
    HealthServer("127.0.0.1", 0, answer).stop()


def test_it_speaks_the_next_protocol_too() -> None:
    made = HealthServer("::1", 0, answer)
    made.start()
    try:
        with socket.create_connection(("::1", made.port), 30) as connection:
            connection.sendall(b"GET / HTTP/1.0\n\n")
            assert connection.recv(100).startswith(b"HTTP/1.1 200 OK\r\n")
    finally:
        made.stop()
