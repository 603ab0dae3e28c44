"""Folders that look like /proc and /sys of a host that is not at hand."""

from pathlib import Path

STAT = """\
cpu  100 200 300 400 500 600 700 800 900 1000
cpu0 60 100 150 200 250 300 350 400 450 500
cpu3 40 100 150 200 250 300 350 400 450 500
intr 123456 1 2 3
ctxt 98765
btime 1786400000
processes 4242
"""
MEMINFO = """\
MemTotal:       16000000 kB
MemFree:         1000000 kB
MemAvailable:    9000000 kB
Buffers:          500000 kB
Cached:          3000000 kB
SwapCached:           77 kB
SwapTotal:       2000000 kB
SwapFree:        1500000 kB
SReclaimable:     250000 kB
"""
VMSTAT = "nr_free_pages 1\npswpin 11\npswpout 22\npgpgin 5\n"
NET_DEV = """\
Inter-|   Receive                            |  Transmit
 face |bytes packets errs drop fifo frame ... |bytes packets errs drop fifo colls ...
"""
DISKSTATS = """\
   7       0 loop0 10 0 20 1 0 0 0 0 0 1 1
   8       0 sda 1000 5 2000 300 4000 6 8000 900 0 1234 1500
   8       1 sda1 900 5 1800 300 4000 6 8000 900 0 1234 1500
   8      16 sdb 0 0 0 0 0 0 0 0 0 0 0
 104       0 cciss/c0d0 1 0 2 3 4 0 5 6 0 7 8
 253       0 dm-0 1000 5 2000 300 4000 6 8000 900 0 1234 1500
"""


def interface(name: str, start: int, sign: str = ": ") -> str:
    """A line of /proc/net/dev; its counters count up from `start`."""
    return f"  {name}{sign}" + " ".join(str(start + step) for step in range(16)) + "\n"


class FakeHost:
    """A host to be written into a folder."""

    def __init__(self, folder: Path) -> None:
        self.proc = folder / "proc"
        self.sys = folder / "sys"
        self.write("stat", STAT)
        self.write("meminfo", MEMINFO)
        self.write("vmstat", VMSTAT)
        self.write("loadavg", "0.50 1.25 2.00 3/456 7890\n")
        self.write("diskstats", DISKSTATS)
        self.write("net/dev", NET_DEV)
        for device in ("loop0", "sda", "sdb", "cciss!c0d0", "dm-0"):
            (self.sys / "block" / device / "slaves").mkdir(parents=True)
        (self.sys / "block" / "dm-0" / "slaves" / "sda1").mkdir()

    def write(self, path: str, text: str) -> None:
        """A file of /proc."""
        file = self.proc / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def add_interface(self, name: str, *, virtual: bool, speed: str | None = None) -> None:
        """A network device; its counters are for `write` to say."""
        folder = self.sys / "devices" / ("virtual" if virtual else "pci0") / "net" / name
        folder.mkdir(parents=True)
        if speed is not None:
            (folder / "speed").write_text(speed + "\n")
        links = self.sys / "class" / "net"
        links.mkdir(parents=True, exist_ok=True)
        (links / name).symlink_to(folder)
