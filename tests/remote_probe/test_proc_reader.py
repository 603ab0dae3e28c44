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


def test_memory_boot_time_and_mounts_of_this_machine() -> None:
    reader = ProcReader(Options({}))
    assert reader.memory_total() == os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    assert f"btime {reader.boot_time()}\n" in Path("/proc/stat").read_text()
    assert "/" in [path for found in reader.filesystems() for path in found.paths]
