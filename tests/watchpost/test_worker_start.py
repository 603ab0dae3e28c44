"""A worker as the program itself starts it, in a bundle too."""

import socket
import subprocess
import sys

import pytest

from poller.crew.frames import framed
from poller.crew.messages import Alive, End, FromWorker, decode_from_worker, encode
from watchpost.poller_child import own_program
from watchpost.worker_start import AS_WORKER, start_from_worker_command

DEADLINE_S = 60.0


def test_the_program_is_a_worker_where_it_is_told_so() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        worker = subprocess.Popen([*own_program(), *AS_WORKER], stdin=theirs.fileno())
        try:
            ours.settimeout(DEADLINE_S)
            assert isinstance(message_of(ours), Alive)
            ours.sendall(framed(encode(End())))
            assert worker.wait(DEADLINE_S) == 0
        finally:
            worker.kill()
            worker.wait()


@pytest.mark.parametrize("words", [[], ["run"], ["run", "--as-worker", "--db", "x"]])
def test_any_other_command_line_is_left_alone(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["watchpost", *words])
    assert not start_from_worker_command()


def message_of(sock: socket.socket) -> FromWorker:
    size = int.from_bytes(sock.recv(4, socket.MSG_WAITALL), "big")
    message: FromWorker = decode_from_worker(sock.recv(size, socket.MSG_WAITALL))
    return message
