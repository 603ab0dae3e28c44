"""File systems by psutil: which of them can fill up on macOS, FreeBSD and Windows, and how much room they have."""

from remote_probe.filesystems import FileSystems, measure_first
from remote_probe.mounts import FileSystem, choose_filesystems, is_read_only
from remote_probe.psutil_import import MACOS, WINDOWS
from remote_probe.timed_call import TimedCalls

# Windows asks each drive for its name, a dead server's among them.
_DEADLINE_S = 2.0
_DATA_VOLUME = "/System/Volumes/Data"
# Volumes that macOS keeps for itself, most of them in the container of the system disk.
_MACOS_OWN = (
    "/System/Volumes/",
    "/private/var/vm",
    "/private/var/folders/",
    "/Library/Developer/CoreSimulator/",
    "/Volumes/.timemachine/",
    "/Volumes/com.apple.TimeMachine.localsnapshots/",
)
_WINDOWS_UNWANTED = frozenset(("cdrom", "ramdisk", "ro"))
_WINDOWS_IMAGES = frozenset(("CDFS", "UDF"))


class PsutilMounts:
    """What is mounted and worth watching; the same as before while the system does not answer."""

    def __init__(self, psutil, system, everything, troubles, deadline_s=_DEADLINE_S):
        """`troubles` are the exceptions by which psutil says that it cannot tell."""
        self._psutil = psutil
        self._system = system
        self._everything = everything
        self._calls = TimedCalls(deadline_s, troubles)
        self._known = []

    def list(self):
        """`mounts.FileSystem`s in the order of the mount table."""
        rows = self._calls.ask("partitions", self._psutil.disk_partitions, True)
        if rows is not None:
            self._known = choose_partitions(rows, self._system, self._everything)
        return self._known

    def source(self):
        """The source of their sizes for a group."""
        if self._system == WINDOWS:
            return FileSystems(self.list, self._measure_drive, inodes=False)
        return FileSystems(self.list, measure_macos if self._system == MACOS else measure_first)

    def _measure_drive(self, paths):
        try:
            usage = self._psutil.disk_usage(paths[0] + "\\")
        except (OSError, TypeError):  # locked, taken out; psutil before 5.9.6 on Python 3.12
            return paths[0], None, None
        return paths[0], None, (usage.total, usage.free, usage.free) if usage.total else None


def choose_partitions(rows, system, everything):
    """The file systems worth a series out of what `psutil.disk_partitions` gives."""
    if system == WINDOWS:
        return _drives(rows, everything)
    mounts = [(row.device, row.mountpoint, row.fstype, is_read_only(row.opts)) for row in rows]
    if system == MACOS and not everything:
        return _without_twins(choose_filesystems(list(filter(_is_wanted_on_macos, mounts)), False))
    return choose_filesystems(mounts, everything)


def measure_macos(paths):
    """As `measure_first`. Volumes share the room of their container: what others have taken is not free."""
    path, device, sizes = measure_first(paths)
    if sizes is not None:
        size, _, available, inodes, inodes_free = sizes
        sizes = size, available, available, inodes, inodes_free
    return path, device, sizes


def _is_wanted_on_macos(mount):
    source, path, _, read_only = mount
    if path.startswith(_MACOS_OWN) and path != _DATA_VOLUME:
        return False
    # The system itself is a sealed snapshot at "/"; all else that is read-only is an image, a backup or an installer.
    return path == "/" or not (read_only or "://" in source)


def _without_twins(filesystems):
    """One for each APFS container, under the shortest of its paths."""
    chosen = {}  # type: dict[str, FileSystem]
    for found in filesystems:
        place = _container(found.source) if found.kind == "apfs" else found.source + " " + found.kind
        twin = chosen.setdefault(place, found)
        if len(found.paths[0]) < len(twin.paths[0]):
            chosen[place] = found
    return list(chosen.values())


def _container(source):
    """The disk that all volumes of a container are on: "disk3" for /dev/disk3s1s1."""
    name = source.rpartition("/")[2]
    number = name[len("disk") :].partition("s")[0]
    return "disk" + number if name.startswith("disk") and number.isdigit() else source


def _drives(rows, everything):
    found = {}  # type: dict[str, FileSystem]
    for row in rows:
        # A drive without a type of file system has no disc in it, or is locked.
        if row.fstype and (everything or _is_wanted_on_windows(row)):
            # Folders on which a volume is mounted have the letter of the drive that they are on as their device.
            label = row.mountpoint.rstrip("\\")
            found.setdefault(label, FileSystem(row.device, row.fstype, [label], True))
    return list(found.values())


def _is_wanted_on_windows(row):
    return row.fstype not in _WINDOWS_IMAGES and _WINDOWS_UNWANTED.isdisjoint(row.opts.split(","))
