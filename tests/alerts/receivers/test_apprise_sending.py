"""Services that Apprise knows, as far as they can be had here: they are told of a server of ours."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import pytest

from alerts.notifier.message import Message
from alerts.receivers.courier import Courier
from alerts.receivers.delivery import Answer
from alerts.receivers.links import LinkMaker, Links
from storage.alerting.receiver import Receiver, ReceiverKind
from tests.alerts.receivers.made_message import HOSTILE, hostile_message, made
from tests.alerts.receivers.web_server import WebServer, saying, web_server

RECEIVER = Receiver(id=1, name="others", kind=ReceiverKind.APPRISE)
TOKEN = "s3cret-t0ken-4711"


@pytest.fixture
def server() -> Iterator[WebServer]:
    with web_server() as running:
        yield running


def url(server: WebServer, service: str = "json") -> str:
    return f"{service}://{server.url.removeprefix('http://')}/hook/{TOKEN}"


async def test_it_gets_the_title_the_text_and_the_link(server: WebServer) -> None:
    async def links(message: Message) -> Links | None:
        return LinkMaker("https://w.example", b"k" * 32)(message)

    courier = Courier(links=links)
    answer = await courier(RECEIVER, url(server), made())
    assert answer.delivered
    assert "JSON" in answer.text
    body = server.requests[0].body.decode("unicode-escape")
    for part in ("Critical: db1: Disk", "du -xh /srv", "https://w.example/alerts/act?t="):
        assert part in body


async def test_what_the_server_said_is_told_without_the_secret(server: WebServer) -> None:
    server.answer = saying(403, f"no such token {TOKEN} here".encode())
    answer = await Courier()(RECEIVER, url(server), made())
    assert not answer.delivered
    assert "403" in answer.text
    assert TOKEN not in answer.text


async def test_one_that_hangs_is_given_up(server: WebServer) -> None:
    def hang(_handler: BaseHTTPRequestHandler) -> None:
        server.over.wait()

    server.answer = hang
    answer = await Courier(limit_s=6.0)(RECEIVER, url(server), made())
    assert (answer.delivered, answer.again) == (False, True)


async def test_an_url_that_was_spoilt_is_told_and_not_tried_again() -> None:
    answer = await Courier()(RECEIVER, f"nonsense://{TOKEN}", made())
    assert answer == Answer(False, "Apprise cannot do anything with the URL of this receiver.", again=False)


@pytest.mark.parametrize("word", [HOSTILE[4], HOSTILE[6]])
async def test_nobody_is_called_by_what_a_host_calls_itself(server: WebServer, word: str) -> None:
    assert (await Courier()(RECEIVER, url(server), hostile_message(word))).delivered
    assert b"@everyone" not in server.requests[0].body
