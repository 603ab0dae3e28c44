"""Which mounts are file systems that can fill up, on Linux and by and large elsewhere."""

# fmt: off
_PSEUDO = frozenset((
    "autofs", "binder", "binfmt_misc", "bpf", "cgroup", "cgroup2", "configfs", "cpuset", "debugfs", "devfs", "devpts",
    "devtmpfs", "efivarfs", "fdescfs", "fuse.gvfsd-fuse", "fuse.lxcfs", "fuse.portal", "fuse.xdg-document-portal",
    "fusectl", "functionfs", "hugetlbfs", "linprocfs", "linsysfs", "mqueue", "nfsd", "none", "nsfs", "nullfs", "proc",
    "procfs", "pstore", "resctrl", "rootfs", "rpc_pipefs", "securityfs", "selinuxfs", "smackfs", "sysfs", "tracefs",
    "usbfs",
))
# Always full, always memory, or a view of what is counted elsewhere.
_UNWANTED = frozenset((
    "aufs", "cd9660", "cramfs", "ecryptfs", "erofs", "fuse.bindfs", "fuse.cryfs", "fuse.encfs", "fuse.fuse-overlayfs",
    "fuse.gocryptfs", "fuse.snapfuse", "fuse.squashfuse", "fuse.squashfuse_ll", "fuse.unionfs", "fuse.unionfs-fuse",
    "iso9660", "overlay", "overlayfs", "ramfs", "romfs", "shiftfs", "squashfs", "tmpfs", "udf", "unionfs",
))
# Another machine's disk or a cloud's, mounted by some user: often "a petabyte", and a trip over the network each time.
_SOMEBODY_ELSES = frozenset((
    "fuse.blobfuse", "fuse.blobfuse2", "fuse.curlftpfs", "fuse.davfs", "fuse.gcsfuse", "fuse.geesefs", "fuse.goofys",
    "fuse.google-drive-ocamlfuse", "fuse.ifuse", "fuse.jmtpfs", "fuse.onedriver", "fuse.rclone", "fuse.s3fs",
    "fuse.simple-mtpfs", "fuse.sshfs",
))
# Where container engines mount the layers of each container; what a person mounts below the same folder counts.
_LAYERS = (
    "/run/containerd/", "/run/k3s/containerd/", "/var/lib/containerd/", "/var/lib/containers/storage/",
    "/var/lib/docker/aufs/", "/var/lib/docker/btrfs/", "/var/lib/docker/containers/", "/var/lib/docker/devicemapper/",
    "/var/lib/docker/overlay2/", "/var/lib/docker/zfs/", "/var/lib/lxcfs/", "/var/lib/rancher/k3s/agent/containerd/",
)
# fmt: on

# The decoder's bound for labels.
_PATH_LIMIT = 255
# Of a pool all datasets share the space; those of jails, users and backups come by the thousand.
_DATASETS_LIMIT = 64


class FileSystem:
    """One file system and the places where it is mounted, the most telling first.

    Attributes:
        source: device or server, as the mount table has it.
        kind: type of the file system.
        paths: mount points.
        by_itself: to be shown even where another one has the same space.
    """

    def __init__(self, source, kind, paths, by_itself=False):
        self.source = source
        self.kind = kind
        self.paths = paths
        self.by_itself = by_itself


def parse_mounts(text):
    """Lines of /proc/self/mounts, bytes, as (source, path, type, read-only), escapes undone; odd lines are skipped."""
    rows = [line.split(b" ") for line in text.splitlines()]
    return [
        (_unescape(row[0]), _unescape(row[1]), _unescape(row[2]), is_read_only(row[3].decode("utf-8", "replace")))
        for row in rows
        if len(row) >= 4
    ]


def is_read_only(options):
    """Whether mount options, separated by commas, say so."""
    return "ro" in options.split(",")


def choose_filesystems(mounts, everything):
    """The file systems worth a series, in the order of the mount table.

    Args:
        mounts: (source, path, type, read-only) each.
        everything: each mount by itself, only pseudo file systems left out.
    """
    mounts = [mount for mount in mounts if mount[2] not in _PSEUDO and len(mount[1]) <= _PATH_LIMIT]
    if everything:
        # What was mounted last hides the others.
        last = {path: FileSystem(source, kind, [path], True) for source, path, kind, _ in mounts}
        return list(last.values())
    chosen = {}  # type: dict[tuple[str, str], FileSystem]
    for source, path, kind, read_only in mounts:
        if _can_fill_up(source, path, kind, read_only):
            # The same device again is a bind mount or another subvolume: the same space.
            chosen.setdefault((source, kind), FileSystem(source, kind, [])).paths.append(path)
    filesystems = list(chosen.values())
    for filesystem in filesystems:
        # The shortest path is where a person would say it is mounted; `sorted` keeps the table's order among equals.
        filesystem.paths = sorted(filesystem.paths, key=len)
    return _few_datasets(filesystems)


def _can_fill_up(source, path, kind, read_only):
    if kind in _UNWANTED:
        # The root of a container or a diskless host; one that is read-only is an image, and always full.
        return path == "/" and not read_only
    if kind in _SOMEBODY_ELSES or (kind.startswith("fuse") and "://" in source) or path.startswith(_LAYERS):
        return False
    if kind == "zfs":
        # A snapshot. Datasets that a backup is received into are read-only and fill up all the same.
        return "@" not in source
    # A disk with errors becomes read-only, and has to stay in sight; an image or a server's export cannot be filled.
    return not read_only or (source.startswith("/dev/") and not source.startswith(("/dev/loop", "/dev/sr")))


def _few_datasets(filesystems):
    """All of them but those ZFS datasets that are nested most deeply, where there are very many."""
    datasets = sorted((found.source for found in filesystems if found.kind == "zfs"), key=lambda name: name.count("/"))
    if len(datasets) <= _DATASETS_LIMIT:
        return filesystems
    kept = frozenset(datasets[:_DATASETS_LIMIT])
    return [found for found in filesystems if found.kind != "zfs" or found.source in kept]


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
