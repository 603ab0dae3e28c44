"""Which mounts are file systems that can fill up."""

# fmt: off
_PSEUDO = frozenset((
    "autofs", "binder", "binfmt_misc", "bpf", "cgroup", "cgroup2", "configfs", "debugfs", "devfs", "devpts",
    "devtmpfs", "efivarfs", "fdescfs", "fusectl", "fuse.gvfsd-fuse", "fuse.lxcfs", "fuse.portal", "hugetlbfs",
    "linprocfs", "linsysfs", "mqueue", "none", "nsfs", "nullfs", "proc", "procfs", "pstore", "rootfs",
    "rpc_pipefs", "securityfs", "selinuxfs", "sysfs", "tracefs",
))
# Always full, always memory, or a view of what is counted elsewhere.
_UNWANTED = frozenset((
    "aufs", "cramfs", "erofs", "fuse.snapfuse", "iso9660", "overlay", "ramfs", "romfs", "squashfs", "tmpfs",
    "udf",
))
# fmt: on

# The decoder's bound for labels.
_PATH_LIMIT = 255


class FileSystem:
    """One file system and the places where it is mounted, the most telling first.

    Attributes:
        source: device or server, as the mount table has it.
        kind: type of the file system.
        paths: mount points.
    """

    def __init__(self, source, kind, paths):
        self.source = source
        self.kind = kind
        self.paths = paths


def parse_mounts(text):
    """Lines of /proc/self/mounts, bytes, as (source, path, type) with their escapes undone; odd lines are skipped."""
    rows = [line.split(b" ") for line in text.splitlines()]
    return [tuple(map(_unescape, row[:3])) for row in rows if len(row) >= 4]


def choose_filesystems(mounts, everything):
    """The file systems worth a series, in the order of the mount table.

    Args:
        mounts: (source, path, type) each.
        everything: each mount by itself, only pseudo file systems left out.
    """
    chosen = {}  # type: dict[object, FileSystem]
    for source, path, kind in mounts:
        if kind in _PSEUDO or len(path) > _PATH_LIMIT:
            continue
        if everything:
            # What was mounted last hides the others.
            chosen.pop(path, None)
            chosen[path] = FileSystem(source, kind, [path])
        elif kind not in _UNWANTED or path == "/":
            # The same device again is a bind mount: the same space.
            known = chosen.setdefault((source, kind), FileSystem(source, kind, []))
            known.paths.append(path)
    filesystems = list(chosen.values())
    for filesystem in filesystems:
        # The shortest path is where a person would say it is mounted; `sorted` keeps the table's order among equals.
        filesystem.paths = sorted(filesystem.paths, key=len)
    return filesystems


def _unescape(field):
    if b"\\" in field:
        first, *others = field.split(b"\\")
        field = first + b"".join(map(_unescape_one, others))
    return field.decode("utf-8", "replace")


def _unescape_one(text):
    """What follows a backslash: three octal digits, or nothing that the kernel would write."""
    try:
        return bytes([int(text[:3], 8)]) + text[3:]
    except ValueError:
        return b"\\" + text
