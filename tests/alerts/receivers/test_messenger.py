"""One errand, in this process."""

import subprocess
from collections.abc import Iterator

import pytest

from alerts.receivers.courier import messenger_command
from alerts.receivers.delivery import TEXT_LIMIT
from alerts.receivers.errand import Errand, decode_said, encode_errand
from alerts.receivers.messenger import run_errand
from storage.alerting.receiver import ReceiverKind
from storage.translation import choose_language
from tests.alerts.receivers.made_message import made
from tests.alerts.receivers.web_server import WebServer, saying, web_server
from tests.command_line import ROOT
from watchpost.poller_child import own_program
from watchpost.worker_start import AS_MESSENGER

TOKEN = "s3cret-t0ken-4711"


@pytest.fixture
def server() -> Iterator[WebServer]:
    with web_server() as running:
        yield running
    choose_language("en")


def errand(url: str, kind: ReceiverKind = ReceiverKind.WEBHOOK, **options: object) -> Errand:
    return Errand(kind=kind, options=options, secret=url, message=made(), time_zone="Asia/Seoul")


def test_what_the_server_says_has_no_secret_in_it_and_is_cut(server: WebServer) -> None:
    server.answer = saying(500, f"{TOKEN} and again {TOKEN}{' x' * 5000}".encode())
    answer = run_errand(errand(f"{server.url}/{TOKEN}"))
    assert TOKEN not in answer.text
    assert "and again" in answer.text
    assert len(answer.text) <= TEXT_LIMIT


def test_texts_are_in_the_language_of_the_receiver(server: WebServer) -> None:
    assert run_errand(errand(server.url, language="ko")).delivered
    assert "디스크" in server.requests[0].body.decode()


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../../etc/passwd", "Europe"])
def test_a_zone_that_this_machine_does_not_know_keeps_nobody_from_being_told(server: WebServer, zone: str) -> None:
    assert run_errand(errand(server.url, time_zone=zone)).delivered


def test_an_option_that_is_wrong_is_told_and_not_tried_again(server: WebServer) -> None:
    answer = run_errand(errand(server.url, lang="ko"))
    assert (answer.delivered, answer.again) == (False, False)
    assert "no option “lang”" in answer.text


@pytest.mark.parametrize("url", ["", TOKEN, f"http://{TOKEN}\x00/", f"http://[{TOKEN}/", f"http://x:{TOKEN}/"])
def test_whatever_lies_in_the_keyring_the_answer_is_an_answer(url: str) -> None:
    for kind in (ReceiverKind.WEBHOOK, ReceiverKind.SLACK):
        answer = run_errand(errand(url, kind))
        assert not answer.delivered
        assert answer.text
        assert TOKEN not in answer.text


@pytest.mark.parametrize("command", [messenger_command(), (*own_program(), *AS_MESSENGER)], ids=["alone", "program"])
def test_as_a_process_it_writes_the_answer_and_nothing_else(server: WebServer, command: tuple[str, ...]) -> None:
    asked = encode_errand(errand(server.url))
    done = subprocess.run(command, input=asked, capture_output=True, check=True, cwd=ROOT, timeout=120)
    assert decode_said(done.stdout).delivered
    assert done.stderr == b""
