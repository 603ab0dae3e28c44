import errno
import socket
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from remote_probe import series, tcp_states
from remote_probe.tcp_states import TcpStates, count_messages
from tests.eventually import eventually

Counts = dict[str, int]


def _counts(states: TcpStates) -> Counts:
    return dict(zip(series.TCP_STATES, states.read(), strict=True))


@pytest.fixture
def connections() -> Iterator[int]:
    """Ten connections over IPv4 and IPv6, and a listener of each; the number of listeners."""
    open_sockets: list[socket.socket] = []
    for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        listener = socket.socket(family)
        open_sockets.append(listener)
        listener.bind((address, 0))
        listener.listen(10)
        for _ in range(5):
            client = socket.socket(family)
            client.connect(listener.getsockname()[:2])
            open_sockets += [client, listener.accept()[0]]
    yield 2
    for each in open_sockets:
        each.close()


@pytest.mark.parametrize("by_netlink", [True, False])
def test_real_sockets_are_counted_in_both_families(connections: int, by_netlink: bool) -> None:
    counts = _counts(TcpStates(by_netlink=by_netlink))
    assert counts["ESTABLISHED"] >= 20
    assert counts["LISTEN"] >= connections


def test_a_side_that_was_closed_shows_its_state() -> None:
    with socket.socket() as listener, socket.socket() as client:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        client.connect(listener.getsockname())
        accepted = listener.accept()[0]
        before = _counts(TcpStates())
        accepted.shutdown(socket.SHUT_WR)
        assert client.recv(1) == b""
        after = _counts(TcpStates())
        accepted.close()
    assert after["CLOSE_WAIT"] > 0
    assert after["FIN_WAIT2"] + after["FIN_WAIT1"] > 0
    assert before["LISTEN"] > 0


def test_netlink_and_the_files_agree() -> None:
    netlink, files = TcpStates(), TcpStates(by_netlink=False)
    # Other programs open and close sockets in between.
    eventually(lambda: _counts(netlink) == _counts(files))


def test_where_netlink_is_denied_the_files_are_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def deny() -> int:
        raise PermissionError(errno.EPERM, "seccomp")

    monkeypatch.setattr(tcp_states, "_open_netlink", deny)
    (tmp_path / "tcp").write_text(
        "  sl  local_address rem_address   st tx_queue rx_queue\n"
        "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000\n"
        "   1: 0100007F:1F90 0100007F:AAAA 01 00000000:00000000\n"
        "10000: 0100007F:1F90 0100007F:AAAB 06 00000000:00000000\n"
    )
    counts = _counts(TcpStates(str(tmp_path)))
    assert {state: count for state, count in counts.items() if count} == {"ESTABLISHED": 1, "TIME_WAIT": 1, "LISTEN": 1}


def test_a_kernel_that_refuses_the_question_is_not_asked_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    refusal = struct.pack("=IHHIIi", 36, 2, 0, 1, 0, -errno.ENOENT) + bytes(16)
    asked = []

    def open_refusing() -> int:
        asked.append(1)
        ours, theirs = socket.socketpair()
        ours.send(refusal)
        # The other end stays open as long as this one.
        tcp_states._refusing = ours  # type: ignore[attr-defined]
        return theirs.detach()

    monkeypatch.setattr(tcp_states, "_open_netlink", open_refusing)
    states = TcpStates(str(tmp_path))
    assert sum(states.read() + states.read()) == 0
    assert asked == [1]
    tcp_states._refusing.close()  # type: ignore[attr-defined]


def test_messages_of_different_lengths_are_walked_and_the_last_one_ends() -> None:
    def message(state: int, extra: int) -> bytes:
        body = bytes([2, state]) + bytes(70 + extra)
        return struct.pack("=IHHII", 16 + len(body), 20, 2, 1, 0) + body + bytes(-(16 + len(body)) % 4)

    counts = [0] * 256
    assert not count_messages(message(1, 0) + message(10, 13) + message(1, 8), counts)
    assert count_messages(message(6, 0) + struct.pack("=IHHIIi", 20, 3, 2, 1, 0, 0), counts)
    assert (counts[1], counts[10], counts[6]) == (2, 1, 1)


def test_a_message_without_length_does_not_hold_it_forever() -> None:
    with pytest.raises(OSError, match="refuses"):
        count_messages(bytes(100), [0] * 256)


def test_descriptors_are_not_used_up_by_reading() -> None:
    states = TcpStates()
    states.read()
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(20):
        states.read()
    assert len(list(Path("/proc/self/fd").iterdir())) == before
