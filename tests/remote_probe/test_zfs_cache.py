import ctypes
from types import SimpleNamespace

import pytest

from remote_probe.zfs_cache import ZfsCache, load_sysctl

SIZE, SMALLEST = "kstat.zfs.misc.arcstats.size", "kstat.zfs.misc.arcstats.c_min"


@pytest.mark.parametrize(
    ("numbers", "given_back"),
    [({SIZE: 5000, SMALLEST: 1000}, 4000), ({SIZE: 500, SMALLEST: 1000}, 0), ({SIZE: 500}, 500), ({}, 0)],
)
def test_what_is_above_its_smallest_size_can_be_given_back(numbers: dict[str, int], given_back: int) -> None:
    assert ZfsCache(numbers.get).can_give_back() == given_back


def test_a_system_without_such_numbers_has_none() -> None:
    assert load_sysctl()(SIZE) is None
    assert ZfsCache().can_give_back() == 0


def test_the_c_library_is_asked_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on FreeBSD, whose library has this function."""

    def sysctlbyname(name: bytes, value: object, size: object, *_: object) -> int:
        if name != SIZE.encode():
            return -1
        ctypes.memmove(value, (7 << 40).to_bytes(8, "little"), 8)  # type: ignore[arg-type]
        return 0

    monkeypatch.setattr(ctypes, "CDLL", lambda _: SimpleNamespace(sysctlbyname=sysctlbyname))
    sysctl = load_sysctl()
    assert (sysctl(SIZE), sysctl(SMALLEST)) == (7 << 40, None)
