"""ZFS's cache on FreeBSD: it counts as memory in use, and is given back when that runs short. It may be nearly all."""

_SIZE = "kstat.zfs.misc.arcstats.size"
_SMALLEST = "kstat.zfs.misc.arcstats.c_min"


class ZfsCache:
    """Asks the kernel, which is quick once the C library is loaded."""

    def __init__(self, sysctl=None):
        """`sysctl(name)` gives a number, or None for a name that there is not."""
        self._sysctl = sysctl

    def can_give_back(self):
        """Bytes; 0 where there is no ZFS."""
        if self._sysctl is None:
            self._sysctl = load_sysctl()
        size, smallest = self._sysctl(_SIZE), self._sysctl(_SMALLEST)
        return 0 if size is None else max(0, size - (smallest or 0))


def load_sysctl():
    """The kernel's numbers by their names, through the C library; as if there were none where that cannot be."""
    try:
        import ctypes

        function = ctypes.CDLL(None).sysctlbyname
    except (ImportError, OSError, AttributeError):
        return lambda _: None

    def sysctl(name):
        value, size = ctypes.c_uint64(0), ctypes.c_size_t(8)
        failed = function(name.encode(), ctypes.byref(value), ctypes.byref(size), None, ctypes.c_size_t(0))
        return None if failed else value.value

    return sysctl
