import os
from pathlib import Path

from remote_probe.proc_cpu import BootTime, Cpu, Load

STAT = b"""cpu  1000 20 300 40000 500 6 70 8 90 10
cpu0 600 10 200 20000 300 3 40 4 90 10
cpu2 400 10 100 20000 200 3 30 4 0 0
intr 123456789 0 9 0 0 0 0
ctxt 987654
btime 1790000000
processes 1234
"""


def _file(tmp_path: Path, content: bytes) -> str:
    path = tmp_path / "stat"
    path.write_bytes(content)
    return str(path)


def test_modes_switches_and_cores_in_seconds(tmp_path: Path) -> None:
    cpu = Cpu(_file(tmp_path, STAT))
    read = cpu.read()
    values = dict(zip(cpu.series, read, strict=True))
    assert values["cpu_seconds_total", "mode", "user"] == 10.0
    assert values["cpu_seconds_total", "mode", "guest"] == 0.9
    assert values["cpu_seconds_total", "mode", "guest_nice"] == 0.1
    assert values[("context_switches_total",)] == 987654
    assert values[("interrupts_total",)] == 123456789
    # Guest time is inside user time and not counted twice.
    assert values["cpu_core_busy_seconds_total", "cpu", "0"] == 8.57
    assert values["cpu_core_idle_seconds_total", "cpu", "0"] == 203.0
    assert values["cpu_core_idle_seconds_total", "cpu", "2"] == 202.0


def test_a_core_that_goes_offline_changes_the_series(tmp_path: Path) -> None:
    cpu = Cpu(_file(tmp_path, STAT))
    cpu.read()
    before = cpu.series
    cpu.read()
    assert cpu.series is before
    _file(tmp_path, b"\n".join(line for line in STAT.splitlines() if not line.startswith(b"cpu2")) + b"\n")
    assert len(cpu.read()) == len(cpu.series) == len(before) - 2


def test_the_values_of_this_machine_are_those_of_its_kernel() -> None:
    cpu = Cpu()
    values = cpu.read()
    assert len(values) == len(cpu.series)
    assert len([key for key in cpu.series if key[0] == "cpu_core_busy_seconds_total"]) == os.cpu_count()
    assert sum(values[:8]) > 0
    assert [round(value, 0) for value in Load().read()] == [round(value, 0) for value in os.getloadavg()]


def test_boot_time_is_in_seconds_utc(tmp_path: Path) -> None:
    assert BootTime(_file(tmp_path, STAT)).read() == [1790000000]
