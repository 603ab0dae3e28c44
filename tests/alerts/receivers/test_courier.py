"""Deliveries in processes of their own, to servers that fail, hang, lie and worse."""

import asyncio
import socket
import sys
import time
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import msgspec
import psutil
import pytest
import structlog

from alerts.receivers.courier import Courier, messenger_environment
from alerts.receivers.delivery import TEXT_LIMIT, Answer
from alerts.receivers.errand import Errand
from alerts.receivers.signature import HEADER, is_genuine
from storage.alerting.receiver import Receiver, ReceiverKind
from tests.alerts.receivers.made_message import made, made_alert
from tests.alerts.receivers.web_server import Answering, WebServer, saying, web_server
from tests.eventually import eventually

TOKEN = "s3cret-t0ken-4711"
KEY = "0123456789abcdef0123456789abcdef"
WEBHOOK = Receiver(id=1, name="hook", kind=ReceiverKind.WEBHOOK)


@pytest.fixture
def server() -> Iterator[WebServer]:
    with web_server() as running:
        yield running


async def sent(server: WebServer, answer: Answering | None = None, limit_s: float = 20.0) -> Answer:
    if answer is not None:
        server.answer = answer
    return await Courier(limit_s=limit_s)(WEBHOOK, f"{server.url}/hook/{TOKEN}?x=1 {KEY}", made())


async def test_a_webhook_gets_a_signed_document_with_its_idempotency_key(server: WebServer) -> None:
    assert await sent(server) == Answer(True, "HTTP 200: ok", again=False)
    (request,) = server.requests
    assert request.path == f"/hook/{TOKEN}?x=1"
    assert request.headers["Idempotency-Key"] == made().idempotency_key
    assert request.headers["Content-Type"].startswith("application/json")
    assert is_genuine(request.headers[HEADER], request.body, KEY, int(time.time()))
    assert msgspec.json.decode(request.body)["alerts"][0]["host"] == "db1"


@pytest.mark.parametrize(
    ("status", "delivered", "again"),
    [(204, True, False), (400, False, False), (404, False, False), (429, False, True), (503, False, True)],
)
async def test_the_servers_own_words_are_told(server: WebServer, status: int, delivered: bool, again: bool) -> None:
    answer = await sent(server, saying(status, b"" if status == 204 else b"so it is"))
    assert (answer.delivered, answer.again) == (delivered, again)
    assert answer.text.startswith(f"HTTP {status}")
    assert status == 204 or "so it is" in answer.text


async def test_nobody_there_is_worth_another_try(server: WebServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/"
    assert await Courier()(WEBHOOK, url, made()) == Answer(False, "127.0.0.1: Connection refused", again=True)


def hang(server: WebServer) -> Answering:
    def answer(_handler: BaseHTTPRequestHandler) -> None:
        server.over.wait()

    return answer


async def test_a_server_that_hangs_is_given_up(server: WebServer) -> None:
    answer = await sent(server, hang(server), limit_s=3.0)
    assert (answer.delivered, answer.again) == (False, True)
    assert "in time" in answer.text or "No answer" in answer.text


async def test_a_server_that_hangs_is_in_nobodys_way(server: WebServer) -> None:
    server.answer = hang(server)
    courier = Courier(limit_s=60.0)
    hanging = asyncio.create_task(courier(WEBHOOK, server.url, made()))
    await asyncio.to_thread(eventually, lambda: server.requests)
    with web_server() as other:
        assert (await courier(WEBHOOK, other.url, made())).delivered
    assert not hanging.done()
    hanging.cancel()
    await asyncio.gather(hanging, return_exceptions=True)


async def test_a_server_that_drips_is_given_up(server: WebServer) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not server.over.wait(0.05):
            handler.wfile.write(b"X-More: x\r\n")

    answer = await sent(server, drip, limit_s=3.0)
    assert (answer.delivered, answer.again) == (False, True)


async def test_of_a_hundred_megabytes_only_the_beginning_is_fetched(server: WebServer) -> None:
    def pour(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(500)
        handler.send_header("Content-Length", str(100 << 20))
        handler.end_headers()
        while server.sent < 100 << 20:
            server.sent += handler.wfile.write(b"x" * (1 << 16))

    answer = await sent(server, pour)
    assert not answer.delivered
    assert len(answer.text) <= TEXT_LIMIT
    # What was on the way in buffers.
    assert server.sent < 50 << 20


@pytest.mark.parametrize(
    "raw",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 999999 what\r\n\r\n",
        b"\x00\xff" * 1000,
        b"",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
    ],
)
async def test_what_is_no_http_is_no_delivery_and_no_crash(server: WebServer, raw: bytes) -> None:
    def lie(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(raw)
        handler.close_connection = True

    answer = await sent(server, lie)
    assert not answer.delivered
    assert answer.text.isprintable()
    assert "Something went wrong" not in answer.text


async def test_a_status_counts_though_its_text_breaks_off(server: WebServer) -> None:
    def promise(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nok")
        handler.close_connection = True

    assert (await sent(server, promise)).delivered


async def test_terminal_codes_and_the_secret_are_taken_out_of_what_it_says(server: WebServer) -> None:
    said = f"\x1b[2J\x1b]0;owned\x07 no such hook: /hook/{TOKEN}, key {KEY}".encode()
    answer = await sent(server, saying(404, said))
    assert answer.text.isprintable()
    assert TOKEN not in answer.text
    assert KEY not in answer.text
    assert "no such hook" in answer.text


async def test_it_follows_to_another_path_of_the_same_server(server: WebServer) -> None:
    def move(handler: BaseHTTPRequestHandler) -> None:
        (saying(200) if handler.path == "/new" else saying(301, Location="/new"))(handler)

    assert (await sent(server, move)).delivered
    assert [request.path for request in server.requests] == [f"/hook/{TOKEN}?x=1", "/new"]
    assert server.requests[1].body == server.requests[0].body


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_it_follows_to_no_other_server(server: WebServer, status: int) -> None:
    with web_server() as other:
        answer = await sent(server, saying(status, Location=f"{other.url}/{TOKEN}"))
        assert (answer.delivered, answer.again) == (False, False)
        assert "redirects" in answer.text
        assert TOKEN not in answer.text
        assert other.requests == []


@pytest.mark.parametrize("whither", ["file:///etc/passwd", "http://[", "", "gopher://127.0.0.1/", "//"])
async def test_it_follows_to_nothing_that_is_no_web_address(server: WebServer, whither: str) -> None:
    answer = await sent(server, saying(307, Location=whither))
    assert (answer.delivered, answer.again) == (False, False)


async def test_redirects_that_go_round_come_to_an_end(server: WebServer) -> None:
    answer = await sent(server, saying(308, Location="/"))
    assert not answer.delivered
    assert len(server.requests) <= 5


def stand_in(tmp_path: Path, script: str) -> list[str]:
    """Something else in the place of the process that delivers."""
    file = tmp_path / "stand_in.py"
    file.write_text(script)
    return [sys.executable, str(file)]


def is_gone(pid: int) -> bool:
    try:
        return " Z " in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return True


async def test_one_that_hangs_is_killed_with_its_children(tmp_path: Path) -> None:
    script = f"""
import os, pathlib, subprocess, sys, time
sys.stdin.buffer.read()
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
pathlib.Path({str(tmp_path)!r}, "new").write_text(f"{{os.getpid()}} {{child.pid}}")
os.rename({str(tmp_path / "new")!r}, {str(tmp_path / "pids")!r})
time.sleep(600)
"""
    pids = tmp_path / "pids"
    hanging = asyncio.create_task(Courier(stand_in(tmp_path, script), limit_s=600.0)(WEBHOOK, "http://x/", made()))
    await asyncio.to_thread(eventually, pids.exists)
    hanging.cancel()
    await asyncio.gather(hanging, return_exceptions=True)
    for pid in map(int, pids.read_text().split()):
        await asyncio.to_thread(eventually, partial(is_gone, pid))


async def test_the_time_limit_holds_whatever_it_does(tmp_path: Path) -> None:
    command = stand_in(tmp_path, "import time; time.sleep(600)")
    answer = await Courier(command, limit_s=0.5)(WEBHOOK, "http://x/", made())
    assert answer == Answer(False, "No answer within 0.5 s.", again=True)
    left = [child for child in psutil.Process().children(recursive=True) if command[-1] in child.cmdline()]
    assert left == []


@pytest.mark.parametrize(
    "script",
    [
        "import sys; sys.exit(3)",
        "import sys; sys.stdin.buffer.read(); sys.stdout.write('hello')",
        "import os, sys; sys.stdin.buffer.read(); os.kill(os.getpid(), 11)",
        "import sys; sys.stdin.buffer.read(); sys.stdout.write('x' * 10_000_000)",
    ],
)
async def test_one_that_dies_or_raves_is_no_delivery(tmp_path: Path, script: str) -> None:
    answer = await Courier(stand_in(tmp_path, script))(WEBHOOK, "http://x/", made())
    assert (answer.delivered, answer.again) == (False, True)
    assert "ended without an answer" in answer.text


async def test_a_program_that_is_not_there_is_told() -> None:
    answer = await Courier(["/nonexistent/program"])(WEBHOOK, "http://x/", made())
    assert not answer.delivered
    assert "cannot be started" in answer.text


def written(folder: Path) -> list[str]:
    return [file.read_text() for file in folder.glob("seen-*")]


async def test_no_more_than_so_many_run_at_once(tmp_path: Path) -> None:
    script = f"""
import os, pathlib, sys, time
sys.stdin.buffer.read()
folder = pathlib.Path({str(tmp_path)!r})
mine = folder / f"running-{{os.getpid()}}"
mine.touch()
time.sleep(0.3)
(folder / f"seen-{{os.getpid()}}").write_text(str(len(list(folder.glob("running-*")))))
mine.unlink()
"""
    courier = Courier(stand_in(tmp_path, script), at_once=2)
    await asyncio.gather(*(courier(WEBHOOK, "http://x/", made()) for _ in range(6)))
    seen = [int(name) for name in written(tmp_path)]
    assert len(seen) == 6
    assert max(seen) <= 2


async def test_the_secret_is_in_no_command_line_environment_log_or_repr(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHPOST_KEYRING_PASSPHRASE_FILE", "/run/passphrase")
    script = f"""
import pathlib, sys
sys.stdin.buffer.read()
here = pathlib.Path("/proc/self")
pathlib.Path({str(tmp_path)!r}, "seen").write_bytes((here / "cmdline").read_bytes() + (here / "environ").read_bytes())
"""
    with structlog.testing.capture_logs() as logs:
        answer = await Courier(stand_in(tmp_path, script))(WEBHOOK, f"http://127.0.0.1/{TOKEN} {KEY}", made())
    seen = (tmp_path / "seen").read_bytes()
    assert TOKEN.encode() not in seen
    assert KEY.encode() not in seen
    assert b"PASSPHRASE" not in seen
    assert TOKEN not in f"{answer} {logs}"


def test_an_errand_does_not_show_its_secret() -> None:
    errand = Errand(kind=ReceiverKind.WEBHOOK, options={}, secret=TOKEN, message=made())
    assert TOKEN not in f"{errand!r} {errand}"


def test_what_leads_to_secrets_stays_out_of_the_environment() -> None:
    given = {"PATH": "/bin", "HTTPS_PROXY": "p", "WATCHPOST_KEYRING": "x", "PGPASSWORD": "x", "DATABASE_URL": "x"}
    assert messenger_environment(given) == {"PATH": "/bin", "HTTPS_PROXY": "p"}


async def test_a_message_of_fifty_alerts_goes_through(server: WebServer) -> None:
    message = made(*(made_alert(number, host=f"h{number}" * 20) for number in range(50)))
    assert (await Courier()(WEBHOOK, server.url, message)).delivered
    assert len(msgspec.json.decode(server.requests[0].body)["alerts"]) == 50


async def test_slack_is_believed_when_it_says_ok_and_not_before(server: WebServer) -> None:
    slack = Receiver(id=1, name="slack", kind=ReceiverKind.SLACK)
    assert (await Courier()(slack, server.url, made())).delivered
    assert msgspec.json.decode(server.requests[0].body)["blocks"][0]["type"] == "header"
    server.answer = saying(200, b"<html>Log in to the hotel's network</html>")
    portal = await Courier()(slack, server.url, made())
    assert (portal.delivered, portal.again) == (False, True)
    server.answer = saying(404, b"no_service")
    assert await Courier()(slack, server.url, made()) == Answer(False, "HTTP 404: no_service", again=False)
