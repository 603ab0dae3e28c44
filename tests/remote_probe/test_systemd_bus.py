"""What a real systemd answers is in test_failed_units; here is what a strange one may."""

import socket
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from remote_probe.systemd_bus import list_units, message, parse_names

SIGNAL, RETURN, ERROR = 4, 2, 3


class Peer:
    """A socket that logs one visitor in and says what it was told to."""

    def __init__(self, path: Path) -> None:
        self.path = str(path)
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(self.path)
        self._listener.listen()

    def says(self, *answers: bytes, login: bytes = b"OK 0123\r\n") -> None:
        self._thread = threading.Thread(target=self._answer, args=(login, b"".join(answers)))
        self._thread.start()

    def _answer(self, login: bytes, answers: bytes) -> None:
        visitor, _ = self._listener.accept()
        with visitor:
            visitor.recv(4096)
            visitor.sendall(login)
            asked = b"" if login.endswith(b"\r\n") else b"failed\0"
            while not asked.endswith(b"failed\0") and (chunk := visitor.recv(65536)):
                asked += chunk
            if answers:
                visitor.sendall(answers)

    def close(self) -> None:
        self._thread.join()
        self._listener.close()


@pytest.fixture
def peer(tmp_path: Path) -> Iterator[Peer]:
    peer = Peer(tmp_path / "socket")
    yield peer
    peer.close()


def _text(order: str, text: str) -> bytes:
    packed = struct.pack(order + "I", len(text.encode())) + text.encode() + b"\0"
    return packed + bytes(-len(packed) % 4)


def _unit(order: str, name: str) -> bytes:
    texts = b"".join(_text(order, text) for text in (name, "A description", "loaded", "failed", "failed", "", "/o"))
    return texts + struct.pack(order + "I", 7) + _text(order, "") + struct.pack(order + "I", 1) + b"/\0"


def _body(order: str, *names: str) -> bytes:
    units = b""
    for name in names:
        units += bytes(-len(units) % 8) + _unit(order, name)
    return struct.pack(order + "II", len(units), 0) + units


def _reply(kind: int, serial: int, body: bytes = b"", order: str = "<") -> bytes:
    fields = bytes([5, 1]) + b"u\0" + struct.pack(order + "I", serial)
    mark = b"l" if order == "<" else b"B"
    return struct.pack(order + "cBBBIII", mark, kind, 0, 1, len(body), 9, len(fields)) + fields + body


@pytest.mark.parametrize("order", ["<", ">"])
def test_names_are_read_in_either_order_of_bytes_and_other_messages_passed_by(peer: Peer, order: str) -> None:
    names = ["a.service", "mnt-x\\x2dy.mount", "ü.timer"]
    peer.says(
        _reply(RETURN, 1, _text(order, ":1.5"), order),
        _reply(SIGNAL, 7, b"", order),
        _reply(RETURN, 2, _body(order, *names), order),
    )
    assert list_units("failed", ("/nowhere", peer.path)) == names


def test_no_unit_is_an_answer(peer: Peer) -> None:
    peer.says(_reply(ERROR, 1), _reply(RETURN, 2, _body("<")))
    assert list_units("failed", (peer.path,)) == []


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (_reply(ERROR, 2), "systemd does not tell"),
        (_reply(RETURN, 2, b"\1\2\3\4")[:-1], "ends the connection"),
        (b"", "ends the connection"),
    ],
)
def test_an_error_or_an_end_is_no_answer(peer: Peer, answer: bytes, trouble: str) -> None:
    peer.says(answer)
    with pytest.raises(OSError, match=trouble):
        list_units("failed", (peer.path,))


@pytest.mark.parametrize("login", [b"REJECTED EXTERNAL\r\n", b"OK no end of a line", b"x" * 5000])
def test_a_login_that_is_refused_is_no_answer(peer: Peer, login: bytes) -> None:
    peer.says(login=login)
    with pytest.raises(OSError, match=r"login refused|reset|Broken pipe"):
        list_units("failed", (peer.path,))


def test_an_answer_that_is_too_long_is_refused(peer: Peer) -> None:
    peer.says(struct.pack("<cBBBIII", b"l", RETURN, 0, 1, 1 << 30, 9, 0))
    with pytest.raises(ValueError, match="bytes in an answer"):
        list_units("failed", (peer.path,))


@pytest.mark.parametrize("body", [b"\xff\xff\xff\xff\0\0\0\0", b"\x09\0\0\0\0\0\0\0", b"\x01"])
def test_an_array_longer_than_its_message_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match="longer than its message"):
        parse_names(body, "little")


def test_nonsense_comes_to_an_end() -> None:
    assert parse_names(b"\x08\0\0\0\0\0\0\0" + b"\xff" * 8, "little") == ["\ufffd" * 4]
    assert parse_names(b"", "little") == []


def test_nobody_there_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        list_units("failed", ("/nowhere",))


def test_a_message_is_aligned_as_the_specification_wants_it() -> None:
    call = message(1, {1: b"/", 3: b"Ping"}, b"body")
    assert len(call) % 8 == 4
    assert call.endswith(b"\x03\x01s\0\x04\0\0\0Ping\0\0\0\0body") or call[:1] == b"B"
