from pathlib import Path

import pytest

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
    assert Memory().read()[0] == int(first.split()[1]) * 1024


def test_swap_traffic_is_in_bytes(tmp_path: Path) -> None:
    (tmp_path / "vmstat").write_text("nr_free_pages 5\npswpin 3\npswpout 4\nthp_zero 1\n")
    assert SwapTraffic(str(tmp_path / "vmstat")).read() == [3 * PAGE_BYTES, 4 * PAGE_BYTES]


def test_a_kernel_without_swap_says_so(tmp_path: Path) -> None:
    (tmp_path / "vmstat").write_text("nr_free_pages 5\n")
    with pytest.raises(ValueError, match="not found"):
        SwapTraffic(str(tmp_path / "vmstat")).read()
