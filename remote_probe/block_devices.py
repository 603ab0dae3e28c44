"""Which block devices are worth a series: whole ones on which all I/O shows exactly once."""

import os

from remote_probe.proc_file import read_text

_SYS_BLOCK = "/sys/block"
_MEMORY_OR_FILE = ("loop", "ram", "zram", "fd", "sr")
# Made of other devices without saying so in `slaves`: ZFS volumes, older DRBD, PowerPath.
_MADE_OF_OTHERS = ("drbd", "emcpower", "zd")
# The areas of a memory card from which it starts, and which hold its keys.
_FIRMWARE = ("boot0", "boot1", "gp0", "gp1", "gp2", "gp3", "rpmb")


class BlockDevices:
    """Remembers what it found about each name; a device that comes back under an old name is looked at again."""

    def __init__(self, sys_block=_SYS_BLOCK):
        self._sys_block = sys_block
        self._known = {}

    def choose(self, names):
        """The whole devices among the names of /proc/diskstats, in their order."""
        self._known = {name: self._known[name] if name in self._known else self._is_whole(name) for name in names}
        return [name for name in names if self._known[name]]

    def _is_whole(self, name):
        kind = name.rstrip("0123456789")
        if kind in _MEMORY_OR_FILE or kind.startswith(_MADE_OF_OTHERS):
            return False
        if name.startswith("mmcblk") and name.endswith(_FIRMWARE):
            return False
        folder = os.path.join(self._sys_block, name.replace("/", "!"))
        # One path of an NVMe disk that has several: the disk itself counts what goes over all of them.
        if read_text(os.path.join(folder, "hidden")).strip() == "1":
            return False
        # Partitions have no entry there. What is made of other devices (LVM, RAID, encryption, multipath) would show
        # the same I/O a second time, and totals would be twice what the disks did.
        return os.path.isdir(folder) and not _entries(os.path.join(folder, "slaves"))


def _entries(folder):
    try:
        return os.listdir(folder)
    except OSError:
        return []
