"""Whether something listens, and how soon it takes a connection."""

import socket
import time
from collections.abc import Iterator

import pytest

from remote_probe.check_connect import check_tcp, left, split_endpoint


@pytest.fixture
def port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def check(endpoint: str, within_s: float = 5.0) -> tuple[int, float | None]:
    up, seconds = check_tcp(endpoint, time.monotonic() + within_s)
    return up, seconds


@pytest.mark.parametrize("address", ["127.0.0.1", "localhost"])
def test_what_listens_is_up_by_address_and_by_name(port: int, address: str) -> None:
    up, seconds = check(f"{address}:{port}")
    assert up == 1
    assert seconds is not None
    assert 0 < seconds < 5


def test_ipv6_is_written_in_brackets() -> None:
    assert split_endpoint("[::1]:22") == ("::1", 22)
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as listening:
        assert check(f"[::1]:{listening.getsockname()[1]}")[0] == 1


@pytest.mark.parametrize("endpoint", ["127.0.0.1:1", "no-such-host.invalid:80", "ü:80", "nonsense", "h:99999999999"])
def test_what_does_not_listen_is_down(endpoint: str) -> None:
    assert check(endpoint) == (0, None)


def test_an_address_that_does_not_answer_is_left_at_the_deadline(port: int) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(full.getsockname())
        assert check(f"127.0.0.1:{full.getsockname()[1]}", 0.2) == (0, None)
        for each in waiting:
            each.close()


def test_there_is_no_time_left_after_the_deadline(port: int) -> None:
    assert check(f"127.0.0.1:{port}", -1.0) == (0, None)
    with pytest.raises(TimeoutError):
        left(time.monotonic())
