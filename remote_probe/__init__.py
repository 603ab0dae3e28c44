"""Reads a host and writes one JSON line a tick. It is sent to the host as text: standard library, Python 3.6 or newer.

Modules import each other by absolute names and only those before them in `MODULES`. Heavy modules of the standard
library (json, re, threading, subprocess, socket, signal) stay out: each costs about 1 MB of memory on the host.
"""

MODULES = (
    "json_line",
    "series",
    "clock",
    "options",
    "proc_file",
    "timed_call",
    "late_answer",
    "program",
    "group",
    "proc_cpu",
    "cgroup",
    "proc_memory",
    "proc_pressure",
    "open_files",
    "logins",
    "temperatures",
    "gpus",
    "systemd_bus",
    "failed_units",
    "block_devices",
    "proc_disks",
    "interfaces",
    "proc_network",
    "tcp_states",
    "mounts",
    "filesystems",
    "secret_names",
    "redact",
    "users",
    "process_table",
    "proc_processes",
    "inventory",
    "proc_reader",
    "psutil_import",
    "psutil_interfaces",
    "psutil_fast",
    "zfs_cache",
    "psutil_memory",
    "psutil_mounts",
    "psutil_slow",
    "psutil_processes",
    "psutil_reader",
    "schedule",
    "backlog",
    "threaded_channel",
    "channel",
    "stream",
    "main",
)
"""What is sent, in the order in which it can be loaded."""

CHECK_MODULES = (
    "check_crew",
    "check_connect",
    "check_http",
    "check_numbers",
    "check_series",
    "check_units",
    "checks",
)
"""What is sent besides where there are checks, before `stream`."""
