import pytest

from remote_probe.mounts import choose_filesystems, parse_mounts
from tests.remote_probe.mount_tables import TABLES

TABLE = (
    rb"""proc /proc proc rw 0 0
sysfs /sys sysfs rw 0 0
/dev/sda1 / ext4 rw 0 0
tmpfs /run tmpfs rw 0 0
/dev/loop3 /snap/core/1 squashfs ro 0 0
/dev/sda1 /var/lib/docker/volumes ext4 rw 0 0
/dev/sdb1 /srv/very/deep ext4 rw 0 0
/dev/sdb1 /srv ext4 rw 0 0
nas:/export /mnt/with\040blank\011and\134slash nfs4 rw 0 0
/dev/sdc1 /mnt/caf"""
    b"\xe9 xfs rw 0 0\noverlay /var/lib/docker/overlay2/x/merged overlay rw 0 0\nodd line\n"
)


def _paths(table: bytes, *, everything: bool = False) -> list[str]:
    return [filesystem.paths[0] for filesystem in choose_filesystems(parse_mounts(table), everything)]


def test_what_can_fill_up_is_taken_once_under_its_shortest_path() -> None:
    assert _paths(TABLE) == ["/", "/srv", "/mnt/with blank\tand\\slash", "/mnt/caf\N{REPLACEMENT CHARACTER}"]


def test_all_mounts_leave_out_only_what_has_no_size() -> None:
    paths = _paths(TABLE, everything=True)
    assert {"/run", "/snap/core/1", "/var/lib/docker/volumes", "/srv/very/deep"} <= set(paths)
    assert not {"/proc", "/sys"} & set(paths)


@pytest.mark.parametrize("name", TABLES)
def test_on_machines_of_many_kinds_no_disk_is_hidden_and_nothing_cries_wolf(name: str) -> None:
    table, wanted = TABLES[name]
    assert _paths(table.encode()) == wanted


@pytest.mark.parametrize("name", TABLES)
def test_all_mounts_are_the_way_to_see_everything_that_has_a_size(name: str) -> None:
    table, wanted = TABLES[name]
    mounts = parse_mounts(table.encode())
    everything = choose_filesystems(mounts, everything=True)
    kinds = {found.kind for found in everything}
    assert {path for _, path, kind, _ in mounts if kind in kinds} == {found.paths[0] for found in everything}
    assert set(wanted) <= {found.paths[0] for found in everything}
    assert all(found.by_itself for found in everything)


def test_a_mount_over_another_is_there_once() -> None:
    table = b"/dev/sda1 /mnt ext4 rw 0 0\n/dev/sdb1 /mnt xfs rw 0 0\n"
    assert [found.source for found in choose_filesystems(parse_mounts(table), everything=True)] == ["/dev/sdb1"]


def test_of_thousands_of_datasets_those_next_to_the_pool_are_taken_and_no_disk_is_lost() -> None:
    users = "".join(f"tank/home/user{number}/mail /home/user{number} zfs rw 0 0\n" for number in range(1000))
    table = users + "/dev/sdz1 /late ext4 rw 0 0\ntank /tank zfs rw 0 0\ntank/home /tank/home zfs rw 0 0\n"
    paths = _paths(table.encode())
    assert len(paths) == 65
    assert {"/late", "/tank", "/tank/home"} <= set(paths)
    assert len(_paths(table.encode(), everything=True)) == 1003


def test_odd_escapes_and_endless_paths_do_no_harm() -> None:
    assert _paths(rb"/dev/sda1 /a\zz ext4 rw 0 0" + b"\n") == ["/a\\zz"]
    assert _paths(b"/dev/sda1 /" + b"a" * 5000 + b" ext4 rw 0 0\n") == []
    assert _paths(b"") == []
