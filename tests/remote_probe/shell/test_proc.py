"""The fast group, from a /proc that was written for it."""

import json
from pathlib import Path

import pytest

from remote_probe import series
from tests.remote_probe.shell.fake_host import MEMINFO, STAT, FakeHost
from tests.remote_probe.shell.shell_child import SHELLS, call

SHOW = 'printf "[%s]\\n[%s]\\n" "$fast" "$fast_series"\n'


def reading(host: FakeHost, shell: str = "dash", before: str = "") -> dict[tuple[str, ...], float | None]:
    values, names = map(
        json.loads, call(f"{before}read_fast\n{SHOW}", shell, proc=host.proc, sys=host.sys).splitlines()
    )
    return dict(zip(map(tuple, names), values, strict=True))


@pytest.fixture
def host(tmp_path: Path) -> FakeHost:
    return FakeHost(tmp_path)


@pytest.mark.parametrize("shell", [*SHELLS, "mksh"])
def test_every_number_comes_out_under_its_name(host: FakeHost, shell: str) -> None:
    found = reading(host, shell)
    modes = [found[flat] for flat in series.CPU]
    assert modes == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    assert [found[flat] for flat in series.SWITCHES] == [98765, 123456]
    assert [found[flat] for flat in series.cores(["0", "3"])] == [13.6, 4.5, 13.4, 4.5]
    assert [found[flat] for flat in series.LOAD] == [0.5, 1.25, 2.0]
    assert [found[flat] for flat in series.MEMORY] == [
        1024 * kib for kib in (16000000, 9000000, 1000000, 3250000, 500000, 2000000, 1500000)
    ]
    assert [found[flat] for flat in series.SWAP_TRAFFIC] == [11 * 4096, 22 * 4096]
    # Whole devices, neither made of others nor in memory, that have done something.
    assert [flat[2] for flat in found if flat[0] == "disk_reads_total"] == ["sda", "cciss/c0d0"]
    assert [found[flat] for flat in series.disks(["sda"])] == [1024000, 4096000, 1000, 4000, 0.3, 0.9, 1.234]


def test_pressure_is_told_where_the_kernel_keeps_it(host: FakeHost) -> None:
    assert not any(flat[0].startswith("pressure") for flat in reading(host))
    host.write("pressure/cpu", "some avg10=1.00 avg60=0.00 avg300=0.00 total=5328120571\nfull total=0\n")
    host.write("pressure/memory", "some avg10=1.00 avg60=0.00 avg300=0.00 total=12\nfull avg10=0.00 total=7000000\n")
    found = reading(host)
    assert [found[flat] for flat in series.pressure(["cpu", "memory"])] == [5328.120571, None, 0.000012, 7.0]
    host.write("pressure/cpu", "some avg10=1.00 avg60=0.00 avg300=0.00 total=1\n")
    assert reading(host)["pressure_stalled_seconds_total", "resource", "cpu"] is None


def test_an_old_kernel_has_fewer_fields(host: FakeHost) -> None:
    host.write("stat", "cpu  1 2 3 4 5 6 7\ncpu0 1 2 3 4 5 6 7\nintr 5\nctxt 6\nbtime 7\n")
    host.write("meminfo", MEMINFO.replace("MemAvailable:", "Other:"))
    found = reading(host)
    assert [found[flat] for flat in series.CPU] == [0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0, 0, 0]
    assert found["interrupts_total",] == 5
    assert found["memory_available_bytes",] == 1024 * (1000000 + 500000 + 3250000)


def test_more_available_than_there_is_cannot_be(host: FakeHost) -> None:
    host.write("meminfo", MEMINFO.replace("9000000", "99000000"))
    assert reading(host)["memory_available_bytes",] == 16000000 * 1024


def test_files_that_are_missing_leave_their_values_absent(host: FakeHost) -> None:
    for name in ("stat", "meminfo", "vmstat", "diskstats", "net/dev"):
        (host.proc / name).unlink()
    found = reading(host)
    assert {found[flat] for flat in (*series.CPU, *series.SWITCHES)} == {None}
    assert [found[flat] for flat in series.SWAP_TRAFFIC] == [None, None]
    assert found["load1",] == 0.5
    assert not any(flat[0].startswith(("disk", "network")) for flat in found)


def test_what_appears_and_goes_shows_in_the_series(host: FakeHost) -> None:
    change = 'echo \'cpu 1 1 1 1 1 1 1 1 1 1\' >"$proc/stat"\n: >"$proc/diskstats"\n'
    script = f"read_fast\n{SHOW}{change}read_fast\n{SHOW}"
    lines = [json.loads(line) for line in call(script, proc=host.proc, sys=host.sys).splitlines()]
    assert len(lines[0]) == len(lines[1])
    assert len(lines[2]) == len(lines[3])
    assert {name[0] for name in lines[1]} - {name[0] for name in lines[3]} == {
        flat[0] for flat in (*series.cores(["0"]), *series.disks(["sda"]))
    }


def test_a_line_of_interrupts_that_is_as_long_as_a_page_is_no_trouble(host: FakeHost) -> None:
    host.write("stat", STAT.replace("intr 123456 1 2 3", "intr 123456" + " 99999" * 20000))
    assert reading(host)["interrupts_total",] == 123456
