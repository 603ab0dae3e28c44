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
