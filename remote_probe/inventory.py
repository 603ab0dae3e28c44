"""What the host is: sent once, in the first line."""

import os
import sys

from remote_probe import clock, json_line
from remote_probe.proc_file import read_text

PROTOCOL_VERSION = 1
_OS_RELEASE = ("/etc/os-release", "/usr/lib/os-release")
_TEXT_LIMIT = 255


def hello_line(options, memory_total_bytes, boot_time_seconds, mounts):
    """The first line.

    Args:
        options: what was asked for.
        memory_total_bytes: None where unknown.
        boot_time_seconds: UTC; None where unknown.
        mounts: (path, source, type) of each file system that is watched.
    """
    host = os.uname()
    return json_line.encode(
        {
            "watchpost": PROTOCOL_VERSION,
            "reader": options.reader,
            "interval_s": options.interval_s,
            "m": round(clock.steady(), 3),
            "t": round(clock.wall(), 3),
            "inventory": {
                "hostname": host.nodename[:_TEXT_LIMIT],
                "system": host.sysname,
                "release": host.release,
                "distribution": distribution(),
                "machine": host.machine,
                "cpu_count": os.cpu_count(),
                "memory_total_bytes": memory_total_bytes,
                "boot_time_seconds": boot_time_seconds,
                "python": "%d.%d.%d" % sys.version_info[:3],
                "mounts": [list(mount) for mount in mounts],
            },
        }
    )


def distribution(paths=_OS_RELEASE):
    """The name the distribution gives itself, else the system's; None when neither says."""
    for path in paths:
        for line in read_text(path).splitlines():
            if line.startswith("PRETTY_NAME="):
                return line[len("PRETTY_NAME=") :].strip("\"' ")[:_TEXT_LIMIT]
    if sys.platform == "darwin":
        import platform

        return "macOS " + platform.mac_ver()[0]
    return None
