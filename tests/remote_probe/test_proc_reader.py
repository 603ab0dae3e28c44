import json
import os
from pathlib import Path

from remote_probe.options import Options
from remote_probe.proc_reader import ProcReader


def test_every_group_has_a_value_for_each_of_its_series() -> None:
    reader = ProcReader(Options({}))
    for group in (reader.fast, reader.processes, reader.slow):
        values, layout = group.read()
        assert len(json.loads(layout)["series"]) == len(values)
        assert group.read()[1] is None


def test_what_not_every_machine_has_is_in_the_group_of_its_cadence() -> None:
    reader = ProcReader(Options({}))
    fast, slow = ({name for name, *_ in json.loads(group.read()[1])["series"]} for group in (reader.fast, reader.slow))
    assert {"open_files", "open_files_limit", "boot_time_seconds"} <= slow
    assert ("pressure_waiting_seconds_total" in fast) == any(map(_tells, Path("/proc").glob("pressure/*")))
    assert ("units_failed" in slow) == Path("/run/systemd/system").is_dir()
    assert "gpu_usage_percent" not in fast


def _tells(path: Path) -> bool:
    try:
        return bool(path.read_text())
    except OSError:
        return False


def test_memory_boot_time_and_mounts_of_this_machine() -> None:
    reader = ProcReader(Options({}))
    # Less in a container that may use only part of it.
    assert 0 < reader.memory_total() <= os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    assert f"btime {reader.boot_time()}\n" in Path("/proc/stat").read_text()
    assert "/" in [path for found in reader.filesystems() for path in found.paths]
