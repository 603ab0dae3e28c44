from pathlib import Path

import pytest

from remote_probe.block_devices import BlockDevices


@pytest.fixture
def sys_block(tmp_path: Path) -> Path:
    for name in ("sda", "nvme0n1", "dm-0", "md0", "loop0", "zram0", "sr0", "cciss!c0d0", "vdb"):
        (tmp_path / name / "slaves").mkdir(parents=True)
    (tmp_path / "dm-0" / "slaves" / "sda").touch()
    (tmp_path / "md0" / "slaves" / "sdb").touch()
    (tmp_path / "vdb" / "slaves").rmdir()
    return tmp_path


def test_whole_disks_are_taken_and_partitions_and_what_is_no_disk_are_not(sys_block: Path) -> None:
    names = ["sda", "sda1", "nvme0n1", "nvme0n1p1", "loop0", "zram0", "sr0", "cciss/c0d0", "vdb"]
    assert BlockDevices(str(sys_block)).choose(names) == ["sda", "nvme0n1", "cciss/c0d0", "vdb"]


def test_what_is_made_of_other_devices_would_count_twice(sys_block: Path) -> None:
    assert BlockDevices(str(sys_block)).choose(["sda", "dm-0", "md0"]) == ["sda"]


def test_a_device_that_came_back_is_looked_at_again(sys_block: Path) -> None:
    devices = BlockDevices(str(sys_block))
    assert devices.choose(["sda", "sdc"]) == ["sda"]
    (sys_block / "sdc").mkdir()
    assert devices.choose(["sda", "sdc"]) == ["sda"]
    assert devices.choose(["sda"]) == ["sda"]
    assert devices.choose(["sda", "sdc"]) == ["sda", "sdc"]


MACHINES = {
    "raid, encryption and cache": (["sda", "sdb", "nvme0n1"], {"md0": "sda", "dm-0": "md0", "bcache0": "nvme0n1"}),
    "multipath": (["sda", "sdb", "sdc", "sdd"], {"dm-0": "sda", "dm-1": "dm-0", "emcpowera": ""}),
    "zfs and drbd": (["nvme0n1", "nvme1n1"], {"zd0": "", "zd16": "", "drbd0": "", "loop7": ""}),
    "memory card": (["mmcblk0"], {"mmcblk0boot0": "", "mmcblk0boot1": "", "mmcblk0rpmb": "", "zram0": ""}),
    "cloud": (["xvda1", "vdb", "rbd0", "nbd3", "pmem0"], {"ram0": "", "sr0": "", "fd0": ""}),
}


@pytest.mark.parametrize("machine", MACHINES)
def test_on_machines_of_many_kinds_all_input_and_output_shows_once(tmp_path: Path, machine: str) -> None:
    whole, others = MACHINES[machine]
    for name in (*whole, *others):
        (tmp_path / name / "slaves").mkdir(parents=True)
        if others.get(name):
            (tmp_path / name / "slaves" / others[name]).touch()
    assert BlockDevices(str(tmp_path)).choose([*whole, *others]) == whole


def test_one_of_several_paths_to_an_nvme_disk_is_no_disk(sys_block: Path) -> None:
    for name, hidden in (("nvme1n1", "0"), ("nvme1c0n1", "1"), ("nvme1c1n1", "1")):
        (sys_block / name).mkdir()
        (sys_block / name / "hidden").write_text(hidden + "\n")
    assert BlockDevices(str(sys_block)).choose(["nvme1n1", "nvme1c0n1", "nvme1c1n1"]) == ["nvme1n1"]
