"""`watchpost alerts test`: one message, and what the other side said."""

from collections.abc import Iterator

import msgspec
import pytest

from tests.alerts.receivers.web_server import WebServer, saying, web_server
from tests.command_line import CommandLine

pytestmark = pytest.mark.usefixtures("encrypted_file")

TOKEN = "s3cret-t0ken-4711"
KEY = "0123456789abcdef"


@pytest.fixture
def server(cli: CommandLine) -> Iterator[WebServer]:
    """A webhook that is a receiver."""
    with web_server() as running:
        added = cli("alerts", "receivers", "add", "hook", "--by", "webhook", stdin=f"{running.url}/{TOKEN} {KEY}\n")
        assert added.status == 0
        yield running


def test_a_message_is_sent_and_the_servers_answer_shown(cli: CommandLine, server: WebServer) -> None:
    server.answer = saying(202, b"queued as 77")
    told = cli("alerts", "test", "hook")
    assert told.status == 0
    assert "“hook” has taken it: HTTP 202: queued as 77" in told.out
    document = msgspec.json.decode(server.requests[0].body)
    assert (document["test"], document["receiver"], document["alerts"]) == (True, "hook", [])
    assert server.requests[0].path == f"/{TOKEN}"


def test_a_refusal_is_shown_and_fails(cli: CommandLine, server: WebServer) -> None:
    server.answer = saying(410, f"gone: {TOKEN}".encode())
    told = cli("alerts", "test", "hook", "--json")
    assert told.status == 1
    assert told.json["delivered"] is False
    assert told.json["worth_another_try"] is False
    assert told.json["answer"].startswith("HTTP 410: gone")
    assert TOKEN not in told.out + told.err


def test_one_that_is_off_can_be_tried(cli: CommandLine, server: WebServer) -> None:
    cli("alerts", "receivers", "edit", "hook", "--disable")
    assert cli("alerts", "test", "hook").status == 0


def test_one_that_is_not_there_is_told(cli: CommandLine, server: WebServer) -> None:
    told = cli("alerts", "test", "hok")
    assert told.status == 1
    assert "Did you mean “hook”?" in told.err


def test_a_secret_that_the_keyring_here_has_not_is_told(
    cli: CommandLine, server: WebServer, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setenv("WATCHPOST_KEYRING", "system")
    told = cli("alerts", "test", "hook")
    assert told.status == 1
    assert server.requests == []
