"""Checks in a whole probe, as a real child process."""

import contextlib
import os
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psutil
import pytest

from poller.probe_start.bootstrap import payload
from poller.probe_start.probe_options import ProbeOptions
from remote_probe.checks import Checks
from remote_probe.options import Options
from storage.check import Check, CheckKind
from tests.eventually import eventually
from tests.remote_probe.odd_server import OddServer, running_odd_server
from tests.remote_probe.probe_child import Probe, StartProbe

Asked = list[tuple[str, str, str]]
Values = Mapping[tuple[str, ...], float | None]


@pytest.fixture(scope="module")
def server() -> Iterator[OddServer]:
    with running_odd_server() as running:
        yield running


def start(start_probe: StartProbe, checks: Asked, **options: object) -> Probe:
    wanted = {"interval_s": 0.1, "checks_s": 30.0, "reader": "proc", **options, "checks": checks}
    program = f"import sys; from remote_probe.main import main; sys.exit(main({wanted!r}))"
    return start_probe(program=program)


def next_answers(probe: Probe, layout: list[list[str]] | None = None) -> tuple[Values, list[dict[str, Any]]]:
    """The values of the next line that has answers, by series, and the scrapes up to there."""
    scrapes = []
    while True:
        line = probe.line()
        if line.get("group") == "checks":
            layout = line["series"]
        if "n" in line:
            scrapes.append(line)
        if "checks" in line:
            assert layout is not None
            return dict(zip(map(tuple, layout), line["checks"][1], strict=True)), scrapes


def test_every_kind_of_check_is_answered(
    start_probe: StartProbe, server: OddServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    systemctl = tmp_path / "systemctl"
    systemctl.write_text('#!/bin/sh\necho "$*" >&2\nprintf "active\\nfailed\\n"')
    systemctl.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    checks = [
        ("ssh", "unit", "ssh.service"),
        ("web", "http", server.url("/moved")),
        ("gone", "http", server.url("/none")),
        ("dead", "http", "http://127.0.0.1:1/"),
        ("port", "tcp", f"127.0.0.1:{server.port}"),
        ("closed", "tcp", "127.0.0.1:1"),
        ("cron", "unit", "cron.service"),
        ("queue", "command", "echo mails 5; echo '# TYPE sent counter'; echo sent 7"),
        ("app", "prometheus", server.url("/metrics")),
        ("no-app", "prometheus", server.url("/broken")),
        ("new", "of-the-future", "x"),
    ]
    found, _ = next_answers(start(start_probe, checks))
    seconds = {series[2]: value for series, value in found.items() if series[0] == "check_seconds"}
    answered = {"web", "gone", "port", "queue", "app"}
    assert {name for name, value in seconds.items() if value is not None and 0 < value < 10} == answered
    assert {series: value for series, value in found.items() if series[0] != "check_seconds"} == {
        ("unit_up", "unit", "ssh.service"): 1,
        ("unit_up", "unit", "cron.service"): 0,
        ("check_up", "check", "web"): 1,
        ("check_http_status", "check", "web"): 204,
        ("check_up", "check", "gone"): 0,
        ("check_http_status", "check", "gone"): 404,
        ("check_up", "check", "dead"): 0,
        ("check_http_status", "check", "dead"): None,
        ("check_up", "check", "port"): 1,
        ("check_up", "check", "closed"): 0,
        ("check_up", "check", "queue"): 1,
        ("custom", "check", "queue", "series", "mails"): 5,
        ("custom_total", "check", "queue", "series", "sent"): 7,
        ("check_up", "check", "app"): 1,
        ("custom_total", "check", "app", "series", 'http_requests_total{code="200",path="/a}\\"b"}'): 1027,
        ("custom_total", "check", "app", "series", 'http_requests_total{code="500"}'): 3,
        ("custom", "check", "app", "series", 'temperature{room="x y"}'): -15,
        ("custom_total", "check", "app", "series", 'latency_bucket{le="+Inf"}'): 7,
        ("custom_total", "check", "app", "series", "latency_sum"): 0.5,
        ("check_up", "check", "no-app"): 0,
    }


def test_programs_that_misbehave_cost_their_own_check_and_no_line_waits(
    start_probe: StartProbe, server: OddServer
) -> None:
    checks = [
        ("hangs", "command", "sleep 3600"),
        ("deaf", "command", "trap '' TERM INT HUP; while :; do sleep 1; done"),
        ("floods", "command", "yes 'x 1'"),
        ("ten-megabytes", "command", "head -c 10485760 /dev/zero"),
        ("fails", "command", "echo x 1; exit 1"),
        ("missing", "command", "no-such-program"),
        ("forks", "command", "echo x 1; sleep 3600 & exit 0"),
        ("odd", "command", r"""printf 'a 1\n\033[31mb 2\n<b>c</b> 3\n=d() 4\ne{x="<i>"} 5\nf\0g 6\n\377 7\nh 8'"""),
        ("reads", "command", "cat; echo x 1"),
        ("drips", "prometheus", server.url("/drip-body")),
        ("wide", "prometheus", server.url("/wide")),
    ]
    found, scrapes = next_answers(start(start_probe, checks, checks_s=3.0))
    up = {series[2]: value for series, value in found.items() if series[0] == "check_up"}
    assert up == dict.fromkeys([name for name, _, _ in checks], 0) | {"forks": 1, "odd": 1, "reads": 1, "wide": 1}
    own = [series for series in found if series[0] == "custom"]
    assert [series[4] for series in own if series[2] == "odd"] == ["a", 'e{x="<i>"}', "h"]
    assert [series[2] for series in own if series[4] == "x"] == ["forks", "reads"]
    assert len(own) == 1000
    # All of it took the three seconds that the slowest may take, and every beat had its line.
    assert len(scrapes) > 10
    assert all("fast" in scrape for scrape in scrapes)


def test_rounds_follow_one_another_and_the_layout_is_announced_again_only_when_it_changes(
    start_probe: StartProbe, tmp_path: Path
) -> None:
    counter = tmp_path / "count"
    counter.write_text("")
    command = f"echo >> {counter}; echo count_total $(wc -l < {counter}); test -e {counter}.2 && echo more 1; true"
    probe = start(start_probe, [("c", "command", command)], checks_s=0.2)
    first, _ = next_answers(probe)
    layout = list(map(list, first))
    second, _ = next_answers(probe, layout)
    assert list(second) == list(first)
    key = ("custom_total", "check", "c", "series", "count_total")
    assert (first[key], second[key]) == (1, 2)
    Path(f"{counter}.2").write_text("")
    eventually(lambda: ("custom", "check", "c", "series", "more") in next_answers(probe, layout)[0])


@pytest.mark.parametrize("end", ["the session is over", "the probe is killed"])
def test_nothing_that_was_started_outlives_the_session(start_probe: StartProbe, end: str) -> None:
    probe = start(start_probe, [("long", "command", "sleep 3600 & sleep 3600")], lifeline=True, checks_s=2.0)
    process = psutil.Process(probe.child.pid)
    probe.scrape()
    started: list[psutil.Process] = []

    def are_there() -> bool:
        # The command's two, and the one that guards it.
        with contextlib.suppress(psutil.NoSuchProcess):
            started[:] = [child for child in process.children(recursive=True) if child.name() == "sleep"]
        return len(started) == 3

    eventually(are_there)
    if end == "the probe is killed":
        probe.child.kill()
    probe.stdin.close()
    probe.child.wait()
    eventually(lambda: not any(map(is_alive, started)))


def is_alive(process: psutil.Process) -> bool:
    """Whether it still does something; one that ended may wait for its parent to look."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def test_a_check_that_waits_does_not_keep_the_probe_from_ending(start_probe: StartProbe, server: OddServer) -> None:
    probe = start(start_probe, [("silent", "http", server.url("/silent"))], lifeline=True)
    probe.scrape()
    probe.stdin.close()
    assert probe.child.wait() == 0


def test_what_checks_take_is_sent_only_where_there_are_any() -> None:
    without = zlib.decompress(payload(ProbeOptions()))
    unit = Check("ssh", CheckKind.UNIT, "ssh.service")
    with_checks = zlib.decompress(payload(ProbeOptions(checks=(unit,))))
    for module in (b"remote_probe.checks'", b"remote_probe.check_http'"):
        assert module in with_checks
        assert module not in without


def test_no_more_checks_are_made_than_a_line_has_room_for() -> None:
    many = [(f"c{number}", "tcp", "127.0.0.1:1") for number in range(300)]
    checks = Checks(Options({"checks": many, "interval_s": 0.1}))
    assert checks.have_come(0.0) is False
    eventually(lambda: checks.have_come(1.0))
    values, layout = checks.group.read()
    assert layout is not None
    assert len(values) == 2 * 256
    assert values[::2] == [0] * 256
