import os
import threading
from pathlib import Path
from typing import Any

import pytest

from remote_probe.psutil_import import FREEBSD, LINUX, MACOS, WINDOWS
from remote_probe.psutil_mounts import PsutilMounts, choose_partitions, measure_macos
from tests.eventually import eventually
from tests.remote_probe import psutil_stand_in as stand_in
from tests.remote_probe.psutil_stand_in import GIB

_TROUBLES = (stand_in.Error, OSError)


def _paths(psutil: Any, system: str, *, everything: bool = False) -> list[str]:  # noqa: ANN401
    return [found.paths[0] for found in choose_partitions(psutil.disk_partitions(True), system, everything)]


def test_of_the_volumes_in_one_container_there_is_one_and_what_macos_keeps_for_itself_is_left_out() -> None:
    assert _paths(stand_in.macos(), MACOS) == ["/", "/Volumes/Photos", "/Volumes/share"]


def test_all_mounts_of_macos_are_all_volumes() -> None:
    paths = _paths(stand_in.macos(), MACOS, everything=True)
    assert {"/System/Volumes/VM", "/System/Volumes/Data", "/Volumes/Installer"} <= set(paths)
    assert not {"/dev", "/System/Volumes/Data/home"} & set(paths)


def test_what_macos_cannot_place_in_a_container_stands_by_itself() -> None:
    rows = [
        stand_in.partition("/dev/disk3s1", "/", "apfs", "ro"),
        stand_in.partition("/dev/disk30s1", "/Volumes/A", "apfs", "rw"),
        stand_in.partition("something else", "/Volumes/B", "apfs", "rw"),
    ]
    assert [found.paths[0] for found in choose_partitions(rows, MACOS, False)] == ["/", "/Volumes/A", "/Volumes/B"]


def test_room_that_other_volumes_of_the_container_have_taken_is_not_free(tmp_path: Path) -> None:
    path, device, sizes = measure_macos([str(tmp_path)])
    stat = os.statvfs(tmp_path)
    assert (path, device) == (str(tmp_path), tmp_path.stat().st_dev)
    assert sizes[0] == stat.f_blocks * stat.f_frsize
    assert sizes[1] == sizes[2]
    assert measure_macos(["/proc"])[2] is None


def test_datasets_of_a_pool_are_kept_and_its_snapshots_and_what_jails_need_are_not() -> None:
    assert _paths(stand_in.freebsd(), FREEBSD) == ["/", "/usr/home", "/data"]


def test_drives_of_windows_are_called_as_people_call_them() -> None:
    assert _paths(stand_in.windows(), WINDOWS) == ["C:\\mnt\\backup", "C:", "F:", "Z:"]
    assert _paths(stand_in.windows(), WINDOWS, everything=True) == ["C:\\mnt\\backup", "C:", "D:", "F:", "Z:"]


def test_drives_have_no_inodes_and_one_that_cannot_be_asked_has_no_series() -> None:
    source = PsutilMounts(stand_in.windows(), WINDOWS, False, _TROUBLES).source()
    values = source.read()
    assert values == [100 * GIB, 40 * GIB, 40 * GIB] * 3
    assert list(dict.fromkeys(key[2] for key in source.series)) == ["C:\\mnt\\backup", "C:", "F:"]
    assert {key[0].rpartition("_")[0] for key in source.series} == {
        "filesystem_size",
        "filesystem_free",
        "filesystem_available",
    }


def test_on_a_real_machine_the_root_is_measured() -> None:
    import psutil

    source = PsutilMounts(psutil, LINUX, False, _TROUBLES).source()
    values = source.read()
    at = source.series.index(("filesystem_size_bytes", "mount", "/"))
    assert values[at] == os.statvfs("/").f_blocks * os.statvfs("/").f_frsize


def test_a_mount_table_that_hangs_holds_nothing_up_and_what_was_known_stays() -> None:
    hanging, released = threading.Event(), threading.Event()
    freebsd = stand_in.freebsd()
    rows: list[Any] = freebsd.disk_partitions(True)

    def ask(_: bool) -> list[Any]:
        if hanging.is_set():
            released.wait()
        return rows

    freebsd.disk_partitions = ask
    mounts = PsutilMounts(freebsd, FREEBSD, False, _TROUBLES, deadline_s=0.1)
    before = mounts.list()
    hanging.set()
    try:
        assert mounts.list() is before
        assert mounts.list() is before
    finally:
        released.set()
    rows.clear()
    eventually(lambda: mounts.list() == [])


@pytest.mark.parametrize("trouble", [stand_in.AccessDenied(0), OSError("no")])
def test_a_mount_table_that_cannot_be_read_is_an_empty_one(trouble: Exception) -> None:
    macos = stand_in.macos()

    def refuse(_: bool) -> None:
        raise trouble

    macos.disk_partitions = refuse
    assert PsutilMounts(macos, MACOS, False, _TROUBLES).list() == []
