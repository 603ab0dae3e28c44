"""What the host is: sent once, in the first line."""

import os
import sys

from remote_probe import clock, json_line
from remote_probe.proc_file import read_text

PROTOCOL_VERSION = 1
_OS_RELEASE = ("/etc/os-release", "/usr/lib/os-release")
_MACOS_VERSION = "/System/Library/CoreServices/SystemVersion.plist"
_TEXT_LIMIT = 255
# The newest first: a build belongs to the first one that is not newer.
_WINDOWS = ((22000, "11"), (10240, "10"), (9600, "8.1"), (9200, "8"), (7600, "7"))
_WINDOWS_SERVERS = (
    (26100, "Server 2025"),
    (20348, "Server 2022"),
    (17763, "Server 2019"),
    (14393, "Server 2016"),
    (9600, "Server 2012 R2"),
    (9200, "Server 2012"),
    (7600, "Server 2008 R2"),
)
_WORKSTATION = 1


def hello_line(options, memory_total_bytes, boot_time_seconds, mounts):
    """The first line.

    Args:
        options: what was asked for.
        memory_total_bytes: None where unknown.
        boot_time_seconds: UTC; None where unknown.
        mounts: (path, source, type) of each file system that is watched.
    """
    hostname, system, release, machine = describe_host()
    return json_line.encode(
        {
            "watchpost": PROTOCOL_VERSION,
            "reader": options.reader,
            "interval_s": options.interval_s,
            "m": round(clock.steady(), 3),
            "t": round(clock.wall(), 3),
            "inventory": {
                "hostname": hostname[:_TEXT_LIMIT],
                "system": system,
                "release": release,
                "distribution": distribution(),
                "machine": machine,
                "cpu_count": os.cpu_count(),
                "memory_total_bytes": memory_total_bytes,
                "boot_time_seconds": boot_time_seconds,
                "python": "%d.%d.%d" % sys.version_info[:3],
                "mounts": [list(mount) for mount in mounts],
            },
        }
    )


def describe_host():
    """Name of the host, system, release of the system, and machine."""
    if hasattr(os, "uname"):
        host = os.uname()
        return host.nodename, host.sysname, host.release, host.machine
    # Not by `platform`: on Windows that starts a shell or asks a service, which may hang.
    import _socket

    # A 32-bit Python is told of a 32-bit machine.
    machine = os.environ.get("PROCESSOR_ARCHITEW6432") or os.environ.get("PROCESSOR_ARCHITECTURE", "")
    return _socket.gethostname(), "Windows", windows_release(_windows_version()), machine


def distribution(paths=_OS_RELEASE, platform=sys.platform):
    """The name the distribution gives itself, else the system's; None when neither says."""
    if platform == "win32":
        return windows_name(_windows_version())
    if platform == "darwin":
        return macos_name(read_text(_MACOS_VERSION))
    for path in paths:
        for line in read_text(path).splitlines():
            if line.startswith("PRETTY_NAME="):
                return line[len("PRETTY_NAME=") :].strip("\"' ")[:_TEXT_LIMIT]
    if "bsd" in platform:
        host = os.uname()
        return (host.sysname + " " + host.release)[:_TEXT_LIMIT]
    return None


def windows_name(version):
    """As people call it, of what `sys.getwindowsversion` says: "Windows 11 (10.0.22631)"."""
    names = _WINDOWS if version.product_type == _WORKSTATION else _WINDOWS_SERVERS
    build = _windows_numbers(version)[2]
    name = next((name for first_build, name in names if build >= first_build), "")
    return " ".join(filter(None, ("Windows", name, "(" + windows_release(version) + ")")))


def windows_release(version):
    """Version and build: "10.0.22631"."""
    return "%d.%d.%d" % _windows_numbers(version)


def macos_name(plist):
    """The text of SystemVersion.plist as people say it: "macOS 14.5"."""
    version = plist.partition("<key>ProductVersion</key>")[2].partition("<string>")[2].partition("</string>")[0]
    return ("macOS " + version.strip())[:_TEXT_LIMIT].strip()


def _windows_version():
    return sys.getwindowsversion()  # type: ignore[attr-defined]


def _windows_numbers(version):
    # What comes before it is what Windows tells programs that it takes to be older than itself.
    return tuple(getattr(version, "platform_version", None) or version[:3])
