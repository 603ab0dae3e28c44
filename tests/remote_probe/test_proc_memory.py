from pathlib import Path

import pytest

from remote_probe.cgroup import CgroupMemory
from remote_probe.proc_memory import PAGE_BYTES, Memory, SwapTraffic

MEMINFO = """MemTotal:        8000 kB
MemFree:         1000 kB
MemAvailable:    5000 kB
Buffers:          100 kB
Cached:          3000 kB
SwapCached:         0 kB
SwapTotal:       2000 kB
SwapFree:        1500 kB
SReclaimable:     200 kB
HugePages_Total:       0
"""


def _memory(tmp_path: Path, text: str) -> list[int]:
    (tmp_path / "meminfo").write_text(text)
    values: list[int] = Memory(str(tmp_path / "meminfo")).read()
    return [value // 1024 for value in values]


def test_sizes_in_bytes_and_reclaimable_slab_is_cache(tmp_path: Path) -> None:
    assert _memory(tmp_path, MEMINFO) == [8000, 5000, 1000, 3200, 100, 2000, 1500]


def test_an_old_kernel_without_its_own_estimate_gets_ours(tmp_path: Path) -> None:
    text = "".join(line for line in MEMINFO.splitlines(keepends=True) if not line.startswith("MemAvailable"))
    assert _memory(tmp_path, text)[1] == 1000 + 100 + 3200


def test_more_available_than_there_is_is_cut_to_the_total(tmp_path: Path) -> None:
    assert _memory(tmp_path, MEMINFO.replace("5000", "9000"))[1] == 8000


def test_total_memory_of_this_machine_is_what_its_kernel_says() -> None:
    first = Path("/proc/meminfo").read_text().splitlines()[0]
    assert Memory(cgroup=CgroupMemory("/nowhere")).read()[0] == int(first.split()[1]) * 1024


def test_swap_traffic_is_in_bytes(tmp_path: Path) -> None:
    (tmp_path / "vmstat").write_text("nr_free_pages 5\npswpin 3\npswpout 4\nthp_zero 1\n")
    assert SwapTraffic(str(tmp_path / "vmstat")).read() == [3 * PAGE_BYTES, 4 * PAGE_BYTES]


def test_a_kernel_without_swap_says_so(tmp_path: Path) -> None:
    (tmp_path / "vmstat").write_text("nr_free_pages 5\n")
    with pytest.raises(ValueError, match="not found"):
        SwapTraffic(str(tmp_path / "vmstat")).read()


def _container(tmp_path: Path, **files: int | str) -> list[int]:
    (tmp_path / "memory.stat").write_text("file 700000\ninactive_file 512000\n")
    for name, content in files.items():
        (tmp_path / f"memory.{name.replace('_', '.')}").write_text(f"{content}\n")
    (tmp_path / "meminfo").write_text(MEMINFO)
    values: list[int] = Memory(str(tmp_path / "meminfo"), CgroupMemory(str(tmp_path))).read()
    return values


def test_a_container_has_the_memory_that_it_may_use(tmp_path: Path) -> None:
    assert _container(tmp_path, max=4_096_000, current=2_048_000) == [
        4_096_000,
        2_560_000,
        2_048_000,
        700_000,
        0,
        2000 * 1024,
        1500 * 1024,
    ]


def test_a_container_has_the_swap_that_it_may_use(tmp_path: Path) -> None:
    limits = {"max": 4_096_000, "current": 2_048_000}
    assert _container(tmp_path, **limits, swap_max=512_000, swap_current=100_000)[5:] == [512_000, 412_000]
    # Not more than the machine has, and not more than it has left.
    assert _container(tmp_path, **limits, swap_max=9_000_000, swap_current=0)[5:] == [2000 * 1024, 1500 * 1024]
    assert _container(tmp_path, **limits, swap_max=1_800_000, swap_current=0)[5:] == [1_800_000, 1500 * 1024]
    assert _container(tmp_path, **limits, swap_max=0, swap_current=0)[5:] == [0, 0]


def test_a_container_that_is_full_has_nothing_left_and_not_less(tmp_path: Path) -> None:
    assert _container(tmp_path, max=4_096_000, current=5_000_000)[1:3] == [0, 0]
