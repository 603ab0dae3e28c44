import os
import threading
from collections.abc import Callable
from pathlib import Path

from remote_probe import series
from remote_probe.filesystems import FileSystems, measure_first
from remote_probe.mounts import FileSystem
from tests.eventually import eventually

SIZES = (100, 50, 40, 10, 5)
Answer = tuple[str, int | None, tuple[int, ...] | None]


def _mounted(*paths: str, by_itself: bool = False) -> Callable[[], list[FileSystem]]:
    return lambda: [FileSystem("/dev" + path, "ext4", [path], by_itself) for path in paths]


def _sized(paths: list[str]) -> Answer:
    return paths[0], hash(paths[0]), SIZES


def test_space_and_inodes_of_a_real_file_system(tmp_path: Path) -> None:
    filesystems = FileSystems(_mounted(str(tmp_path)))
    values = filesystems.read()
    stat = os.statvfs(tmp_path)
    assert filesystems.series == series.filesystems([str(tmp_path)])
    assert values[0] == stat.f_blocks * stat.f_frsize
    assert values[3] == stat.f_files
    assert values[2] <= values[1] <= values[0]


def test_a_hung_mount_is_absent_and_the_others_are_there_and_threads_do_not_pile_up() -> None:
    released = threading.Event()
    asked: list[str] = []

    def measure(paths: list[str]) -> Answer:
        asked.append(paths[0])
        if paths[0] == "/dead":
            released.wait()
        return _sized(paths)

    filesystems = FileSystems(_mounted("/", "/dead", "/home"), measure, deadline_s=0.2)
    try:
        for _ in range(4):
            assert filesystems.read() == [*SIZES, *[None] * 5, *SIZES]
        assert asked.count("/dead") == 1
        assert asked.count("/home") == 4
    finally:
        released.set()


def test_a_mount_that_recovers_is_back() -> None:
    released = threading.Event()

    def measure(paths: list[str]) -> Answer:
        released.wait()
        return _sized(paths)

    filesystems = FileSystems(_mounted("/"), measure, deadline_s=0.05)
    assert filesystems.read() == [None] * 5
    released.set()
    eventually(lambda: filesystems.read() == [*SIZES])


def test_a_mount_that_begins_to_hang_keeps_its_name_and_its_series() -> None:
    released, hanging = threading.Event(), threading.Event()

    def measure(paths: list[str]) -> Answer:
        if hanging.is_set():
            released.wait()
        return _sized(paths[1:])

    filesystems = FileSystems(lambda: [FileSystem("nas:/x", "nfs", ["/a", "/bb"])], measure, deadline_s=0.1)
    filesystems.read()
    before = filesystems.series
    hanging.set()
    try:
        assert filesystems.read() == [None] * 5
        assert filesystems.series is before
    finally:
        released.set()


def test_mounts_that_come_and_go_change_the_series(tmp_path: Path) -> None:
    mounted = _mounted(str(tmp_path))()
    filesystems = FileSystems(lambda: mounted, _sized)
    filesystems.read()
    mounted += _mounted("/")()
    assert len(filesystems.read()) == 10
    assert {key[2] for key in filesystems.series} == {str(tmp_path), "/"}


def test_more_mounts_than_are_asked_at_once_are_all_measured() -> None:
    paths = [f"/mnt/{number}" for number in range(50)]
    filesystems = FileSystems(_mounted(*paths), _sized)
    assert filesystems.read() == [*SIZES] * 50


def test_a_single_file_mounted_over_another_is_passed_by(tmp_path: Path) -> None:
    (tmp_path / "hosts").touch()
    path, device, sizes = measure_first([str(tmp_path / "hosts"), str(tmp_path)])
    assert (path, device) == (str(tmp_path), tmp_path.stat().st_dev)
    assert sizes is not None


def test_what_has_no_size_or_cannot_be_entered_has_no_series() -> None:
    filesystems = FileSystems(_mounted("/proc", "/nowhere"))
    assert filesystems.read() == []
    assert filesystems.series == ()


def test_the_same_file_system_under_two_names_is_there_once_unless_all_are_wanted(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    paths = str(tmp_path), str(tmp_path / "home")
    merged, apart = FileSystems(_mounted(*paths)), FileSystems(_mounted(*paths, by_itself=True))
    merged.read()
    apart.read()
    assert merged.series == series.filesystems(paths[:1])
    assert apart.series == series.filesystems(paths)


def test_a_share_with_a_quota_of_its_own_is_there_although_the_server_is_the_same() -> None:
    def measure(paths: list[str]) -> Answer:
        return paths[0], 7, (len(paths[0]), *SIZES[1:])

    filesystems = FileSystems(_mounted("/home/a", "/home/b", "/home/large"), measure)
    filesystems.read()
    assert filesystems.series == series.filesystems(["/home/a", "/home/large"])


def test_a_server_that_dies_does_not_bring_its_doubles_into_view() -> None:
    released, dead = threading.Event(), threading.Event()

    def measure(paths: list[str]) -> Answer:
        if dead.is_set():
            released.wait()
        return paths[0], 7, SIZES

    filesystems = FileSystems(_mounted("/home/a", "/home/b"), measure, deadline_s=0.1)
    filesystems.read()
    dead.set()
    try:
        assert [filesystems.read(), filesystems.read()] == [[None] * 5] * 2
    finally:
        released.set()


def test_where_there_are_no_inodes_there_are_no_series_of_them() -> None:
    filesystems = FileSystems(_mounted("C:", "D:"), _sized, inodes=False)
    assert filesystems.read() == [*SIZES[:3], *SIZES[:3]]
    assert {key[0] for key in filesystems.series} == {
        "filesystem_size_bytes",
        "filesystem_free_bytes",
        "filesystem_available_bytes",
    }
