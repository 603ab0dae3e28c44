from pathlib import Path

import pytest

from remote_probe import series
from remote_probe.cgroup import CgroupCpu, CgroupMemory, MemoryUse

GIB = 1 << 30
UNLIMITED_1 = 9223372036854771712
STAT_2 = f"anon {GIB}\nfile 3000\nkernel 500\ninactive_file 1000\nactive_file 2000\nslab_reclaimable 400\n"
STAT_1 = "cache 1\ninactive_file 2\ntotal_cache 3000\ntotal_inactive_file 1000\n"
Files = dict[str, object]

MEMORY_2: Files = {"memory.max": GIB, "memory.current": 5000, "memory.stat": STAT_2}
MEMORY_1: Files = {
    "memory/memory.limit_in_bytes": GIB,
    "memory/memory.usage_in_bytes": 5000,
    "memory/memory.stat": STAT_1,
}
CPU_2: Files = {
    "cpu.max": "150000 100000",
    "cpu.stat": "usage_usec 2500000\nuser_usec 1\nsystem_usec 1\nnr_periods 9\nnr_throttled 4\nthrottled_usec 700000\n",
}
CPU_1: Files = {
    "cpu/cpu.cfs_quota_us": 150000,
    "cpu/cpu.cfs_period_us": 100000,
    "cpu/cpu.stat": "nr_periods 9\nnr_throttled 4\nthrottled_time 700000000\n",
    "cpuacct/cpuacct.usage": 2500000000,
}


def _root(folder: Path, *parts: Files) -> str:
    for name, content in {name: content for part in parts for name, content in part.items()}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"{content}\n" if not str(content).endswith("\n") else str(content))
    return str(folder)


def _use(folder: Path, *parts: Files, total: int = 4 * GIB) -> MemoryUse | None:
    use: MemoryUse | None = CgroupMemory(_root(folder, *parts)).read(total)
    return use


def test_the_memory_of_a_container_of_version_2(tmp_path: Path) -> None:
    use = _use(tmp_path, MEMORY_2, {"memory.swap.max": 800, "memory.swap.current": 300})
    assert use is not None
    assert (use.limit, use.current, use.inactive_file, use.cached) == (GIB, 5000, 1000, 3400)
    assert (use.swap_limit, use.swap_current) == (800, 300)


def test_the_memory_of_a_container_of_version_1_whose_swap_is_counted_with_its_memory(tmp_path: Path) -> None:
    swap: Files = {"memory/memory.memsw.limit_in_bytes": GIB + 800, "memory/memory.memsw.usage_in_bytes": 5300}
    use = _use(tmp_path, MEMORY_1, swap)
    assert use is not None
    assert (use.limit, use.current, use.inactive_file, use.cached) == (GIB, 5000, 1000, 3000)
    assert (use.swap_limit, use.swap_current) == (800, 300)


@pytest.mark.parametrize("swap", [{}, {"memory.swap.max": "max", "memory.swap.current": 300}])
def test_swap_without_a_limit_or_an_account_is_the_machines(tmp_path: Path, swap: Files) -> None:
    use = _use(tmp_path, MEMORY_2, swap)
    assert use is not None
    assert use.swap_limit is None


@pytest.mark.parametrize(
    "files",
    [
        {"cgroup.controllers": "memory", "memory.stat": STAT_2},  # the root of a machine of version 2
        MEMORY_1 | {"memory/memory.limit_in_bytes": UNLIMITED_1},  # the root of a machine of version 1
        MEMORY_2 | {"memory.max": "max"},
        MEMORY_2 | {"memory.max": 4 * GIB},  # lxcfs shows the limit as the machine's memory
        {},
    ],
)
def test_where_no_limit_binds_the_memory_is_the_machines(tmp_path: Path, files: Files) -> None:
    assert _use(tmp_path, files) is None


def test_a_limit_that_is_set_and_lifted_is_seen_at_once(tmp_path: Path) -> None:
    memory = CgroupMemory(_root(tmp_path, MEMORY_2 | {"memory.max": "max"}))
    assert memory.read(4 * GIB) is None
    _root(tmp_path, {"memory.max": GIB})
    assert memory.read(4 * GIB) is not None


@pytest.mark.parametrize("files", [CPU_2, CPU_1])
def test_a_limit_of_cpu_time_in_cores_and_seconds(tmp_path: Path, files: Files) -> None:
    cpu = CgroupCpu(_root(tmp_path, files), cores=2)
    assert cpu.read() == [1.5, 2.5, 0.7]
    assert cpu.series == series.CGROUP_CPU


@pytest.mark.parametrize(
    "files",
    [
        CPU_2 | {"cpu.max": "max 100000"},
        CPU_2 | {"cpu.max": "200000 100000"},  # all that the machine has
        CPU_1 | {"cpu/cpu.cfs_quota_us": -1},
        {"cpu.stat": "usage_usec 1\n"},  # the root of a machine
        {},
    ],
)
def test_where_no_limit_of_cpu_time_binds_there_is_no_series(tmp_path: Path, files: Files) -> None:
    cpu = CgroupCpu(_root(tmp_path, files), cores=2)
    assert (cpu.read(), cpu.series) == ([], ())


def test_a_limit_of_cpu_time_comes_and_goes(tmp_path: Path) -> None:
    cpu = CgroupCpu(_root(tmp_path, CPU_2), cores=2)
    assert len(cpu.read()) == 3
    _root(tmp_path, {"cpu.max": "max 100000"})
    assert (cpu.read(), cpu.series) == ([], ())
