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
    "group",
    "proc_cpu",
    "proc_memory",
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
    "psutil_fast",
    "psutil_processes",
    "psutil_reader",
    "schedule",
    "backlog",
    "channel",
    "stream",
    "main",
)
"""What is sent, in the order in which it can be loaded."""
