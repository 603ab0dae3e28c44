from pathlib import Path

from remote_probe import series
from remote_probe.block_devices import BlockDevices
from remote_probe.proc_disks import Disks

SDA = "   8  0 sda 100 5 2000 300 40 6 800 90 0 700 390 1 2 3 4 5 6\n"
OTHERS = "   8  1 sda1 90 5 1900 290 40 6 800 90 0 690 380\n   8 16 sdb 0 0 0 0 0 0 0 0 0 0 0\n"


def _disks(tmp_path: Path, text: str) -> Disks:
    (tmp_path / "diskstats").write_text(text)
    for name in ("sda", "sdb"):
        (tmp_path / "block" / name).mkdir(parents=True, exist_ok=True)
    return Disks(str(tmp_path / "diskstats"), BlockDevices(str(tmp_path / "block")))


def test_counters_are_in_bytes_and_seconds(tmp_path: Path) -> None:
    disks = _disks(tmp_path, SDA)
    assert disks.read() == [2000 * 512, 800 * 512, 100, 40, 0.3, 0.09, 0.7]
    assert disks.series == series.disks(["sda"])


def test_partitions_and_disks_that_never_did_anything_are_left_out_until_they_do(tmp_path: Path) -> None:
    disks = _disks(tmp_path, SDA + OTHERS)
    disks.read()
    assert disks.series == series.disks(["sda"])
    (tmp_path / "diskstats").write_text(SDA + OTHERS.replace("sdb 0", "sdb 7"))
    assert len(disks.read()) == 14
    assert disks.series == series.disks(["sda", "sdb"])


def test_the_root_disk_of_this_machine_is_there() -> None:
    disks = Disks()
    values = disks.read()
    assert len(values) == len(disks.series) > 0
    assert not any(label.startswith(("loop", "ram", "zram")) for _, _, label in disks.series)
