from typing import Any

import pytest

from remote_probe import series
from remote_probe.cgroup import MemoryUse
from remote_probe.psutil_import import FREEBSD, LINUX, MACOS, WINDOWS
from remote_probe.psutil_memory import PsutilLinuxMemory, PsutilMemory, memory_sources
from remote_probe.zfs_cache import ZfsCache
from tests.remote_probe import psutil_stand_in as stand_in
from tests.remote_probe.psutil_stand_in import GIB


def _names(psutil: Any, system: str) -> dict[str, int]:  # noqa: ANN401 -- a stand-in for an untyped module
    return {
        key[0]: value
        for source in memory_sources(psutil, system)
        for value, key in zip(source.read(), source.series, strict=True)
    }


def test_sizes_that_the_system_does_not_tell_apart_are_left_out() -> None:
    assert _names(stand_in.macos(), MACOS) == {
        "memory_total_bytes": 16 * GIB,
        "memory_available_bytes": 10 * GIB,
        "memory_free_bytes": 4 * GIB,
        "swap_total_bytes": 4 * GIB,
        "swap_free_bytes": 3 * GIB,
    }
    assert _names(stand_in.windows(), WINDOWS).keys() == _names(stand_in.macos(), MACOS).keys()
    assert _names(stand_in.freebsd(), FREEBSD)["memory_buffers_bytes"] == GIB


@pytest.mark.parametrize(
    ("psutil", "system"), [(stand_in.macos(), MACOS), (stand_in.freebsd(), FREEBSD), (stand_in.windows(), WINDOWS)]
)
def test_swap_traffic_is_told_on_linux_only(psutil: Any, system: str) -> None:  # noqa: ANN401
    assert "swap_in_bytes_total" not in _names(psutil, system)
    assert _names(stand_in.old_linux(), LINUX)["swap_out_bytes_total"] == 222


def test_a_swap_that_cannot_be_read_takes_nothing_else_with_it() -> None:
    freebsd = stand_in.freebsd()
    del freebsd.swap_memory
    memory, swap = memory_sources(freebsd, FREEBSD)
    assert memory.read()[0] == 16 * GIB
    with pytest.raises(AttributeError):
        swap.read()


def test_a_limited_container_on_linux_is_told_of_what_it_may_use() -> None:
    class Limited:
        @staticmethod
        def read(_: int) -> MemoryUse:
            return MemoryUse(GIB, GIB // 2, {b"inactive_file": GIB // 4, b"file": GIB // 4})

    memory = PsutilLinuxMemory(stand_in.old_linux(), Limited)
    assert len(memory.read()) == len(series.MEMORY)
    assert memory.read()[:3] == [GIB, 3 * GIB // 4, GIB // 2]


@pytest.mark.parametrize(("cache", "available"), [(2 * GIB, 12 * GIB), (15 * GIB, 16 * GIB)])
def test_what_zfs_gives_back_when_memory_is_short_is_available(cache: int, available: int) -> None:
    memory = PsutilMemory(stand_in.freebsd(), ZfsCache({"kstat.zfs.misc.arcstats.size": cache}.get))
    assert memory.read()[:2] == [16 * GIB, available]
