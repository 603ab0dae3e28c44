import zlib

import pytest

from poller.probe_start.bootstrap import payload
from poller.probe_start.probe_options import ProbeOptions
from poller.probe_start.start import START_COMMAND, Way, start_by, start_python
from simulated_fleet.serving.probe_request import START_WORD, BadRequestError, ProbeRequest, RequestReader, request_in
from storage.check import Check, CheckKind
from storage.host import Reader


def read(source: bytes, *, at_once: int = 1 << 20) -> ProbeRequest | None:
    reader = RequestReader()
    for start in range(0, len(source), at_once):
        if (request := reader.feed(source[start : start + at_once])) is not None:
            return request
    return None


def test_the_command_of_a_poller_has_the_word_in_it() -> None:
    assert START_COMMAND.endswith(START_WORD)


@pytest.mark.parametrize("sudo", [False, True], ids=["plain", "sudo"])
@pytest.mark.parametrize("way", [Way.PYTHON, Way.SHELL], ids=str)
def test_what_a_poller_asks_for_is_found(way: Way, *, sudo: bool) -> None:
    options = ProbeOptions(interval_s=2.5, count=3, sudo=sudo)
    request = read(start_by(way, options).source)
    assert request is not None
    assert (request.interval_s, request.count) == (2.5, 3)


def test_it_may_come_in_pieces() -> None:
    source = start_by(Way.PYTHON, ProbeOptions(interval_s=4.0)).source
    assert read(source, at_once=100) == read(source)
    assert read(source[:-1]) is None


def test_the_checks_are_found_and_how_often_they_are_asked() -> None:
    checks = (Check("login", CheckKind.HTTP, "https://localhost/login"), Check("nginx", CheckKind.UNIT, "nginx"))
    request = read(start_by(Way.PYTHON, ProbeOptions(checks=checks, checks_interval_s=12.0)).source)
    assert request is not None
    assert request.checks == (("login", "http", "https://localhost/login"), ("nginx", "unit", "nginx"))
    assert request.checks_s == 12.0


@pytest.mark.parametrize("way", [Way.PYTHON, Way.SHELL], ids=str)
def test_the_first_pause_is_found_beside_what_all_hosts_have_in_common(way: Way) -> None:
    source = start_by(way, ProbeOptions(interval_s=4.0, phase_s=1.5), now_s=100.0).source
    request = read(source)
    assert request is not None
    assert request.first_pause_s == pytest.approx(5.5, abs=0.01)


def test_a_reader_that_was_named_makes_no_difference() -> None:
    request = read(start_by(Way.PYTHON, ProbeOptions(reader=Reader.PSUTIL)).source)
    assert request == ProbeRequest()


def test_what_is_no_number_within_reason_is_brought_within_it() -> None:
    assert request_in(packed("{'interval_s': 0}")).interval_s == 0.1
    assert request_in(packed("{'interval_s': 1e300}")).interval_s == 86_400


@pytest.mark.parametrize(
    "source",
    [
        b"uptime\n",
        b"x" * 9000,
        b"watchpost_probe=9999999;\n",
        b"watchpost_probe=4;\nnope",
        start_python(zlib.compress(b"print(1)\n")).source,
        start_python(zlib.compress(b"\xff" * 100)).source,
    ],
    ids=["command", "endless line", "too large", "not compressed", "no probe", "no text"],
)
def test_what_no_poller_sends_is_refused(source: bytes) -> None:
    with pytest.raises(BadRequestError):
        read(source)


@pytest.mark.parametrize(
    "options",
    [
        "{'interval_s': nan}",
        "{'interval_s': 'x'}",
        "{'count': []}",
        "{__import__('os')}",
        "{'checks': 7}",
        "{'checks': [('a', 'b')]}",
        "{" * 500 + "}" * 500,
    ],
)
def test_options_that_are_none_are_refused_and_never_run(options: str) -> None:
    with pytest.raises(BadRequestError):
        request_in(packed(options))


def test_a_payload_that_inflates_without_end_is_refused() -> None:
    with pytest.raises(BadRequestError):
        request_in(zlib.compress(b" " * (64 << 20)))


def test_the_real_payload_is_read_once_for_all_hosts() -> None:
    source = payload(ProbeOptions(interval_s=7.0))
    assert request_in(source) is request_in(bytes(source))


def packed(options: str) -> bytes:
    return zlib.compress(f"def run(first_pause_s=None):\n    wanted = {options}\n".encode())
