"""What a metric is called in a message, and what to do when it alerts. Pure."""

from storage.printable import printable
from storage.translation import N_, _

_NAMES = {
    "up": N_("Not reachable"),
    "cpu_usage_percent": N_("CPU"),
    "cpu_core_usage_percent": N_("CPU core"),
    "load1": N_("Load"),
    "load5": N_("Load"),
    "load15": N_("Load"),
    "memory_used_percent": N_("Memory"),
    "memory_available_bytes": N_("Available memory"),
    "swap_used_percent": N_("Swap"),
    "swap_in_bytes_per_second": N_("Reading from swap"),
    "swap_out_bytes_per_second": N_("Writing to swap"),
    "filesystem_used_percent": N_("Disk"),
    "filesystem_available_bytes": N_("Free disk space"),
    "filesystem_inodes_used_percent": N_("Inodes"),
    "disk_busy_percent": N_("Disk busy"),
    "disk_await_seconds": N_("Disk latency"),
    "network_error_percent": N_("Network errors"),
    "network_bandwidth_used_percent": N_("Network load"),
    "temperature_celsius": N_("Temperature"),
    "gpu_temperature_celsius": N_("GPU temperature"),
    "units_failed": N_("Failed units"),
    "unit_failed": N_("Failed unit"),
    "unit_up": N_("Unit"),
    "check_up": N_("Check"),
    "clock_skew_seconds": N_("Clock skew"),
    "boot_time_seconds": N_("Time since start"),
    "pressure_waiting_percent": N_("Tasks waiting"),
}

_CPU = N_(
    "All cores together have been busy. Short peaks are normal; if it lasts, `top` on the host names the process."
)
_MEMORY = N_(
    "Little memory is left that can be had without swapping; when it is gone the kernel kills "
    "a process. `ps aux --sort=-rss` on the host shows the largest."
)
_DISK = N_(
    "When it is full, programs can no longer write there. `du -xh {subject} | sort -h` on "
    "the host shows what takes the room."
)
_SWAP = N_("The host moves memory to disk and back, which slows everything. `vmstat 1` shows it, `ps` who is large.")
_SLOW_DISK = N_("Programs wait for the disk. `iotop` on the host names who reads and writes; `dmesg` tells of errors.")
_HOT = N_("Look at fans and air; most machines slow down first and switch off in the end.")

_STEPS = {
    "up": N_("Try `ssh {host}` and `ping {host}`. If other hosts beside it are gone too, look at the network first."),
    "cpu_usage_percent": _CPU,
    "load1": _CPU,
    "load5": _CPU,
    "load15": _CPU,
    "memory_used_percent": _MEMORY,
    "memory_available_bytes": _MEMORY,
    "swap_used_percent": _SWAP,
    "swap_in_bytes_per_second": _SWAP,
    "swap_out_bytes_per_second": _SWAP,
    "filesystem_used_percent": _DISK,
    "filesystem_available_bytes": _DISK,
    "filesystem_inodes_used_percent": N_(
        "No file can be made there once it is at 100%, however much space is free. "
        "`du --inodes -x {subject} | sort -n` on the host shows where the many files are."
    ),
    "disk_busy_percent": _SLOW_DISK,
    "disk_await_seconds": _SLOW_DISK,
    "network_error_percent": N_(
        "Packets arrive broken: a bad cable, port or driver. `ip -s link` on the host has counts."
    ),
    "temperature_celsius": _HOT,
    "gpu_temperature_celsius": _HOT,
    "units_failed": N_("`systemctl --failed` on the host names them, `journalctl -u UNIT` says why."),
    "unit_failed": N_("`systemctl status {subject}` and `journalctl -u {subject}` on the host say why."),
    "unit_up": N_("`systemctl status {subject}` and `journalctl -u {subject}` on the host say why."),
    "clock_skew_seconds": N_("Logins and certificates fail when clocks disagree. `timedatectl` on the host says why."),
}


def metric_name(metric: str) -> str:
    """What people call it; its name in the catalogue where they have no word for it."""
    return _(_NAMES[metric]) if metric in _NAMES else printable(metric, 100)


def next_step(metric: str, host: str, subject: str) -> str:
    """What it means and where to look, in a sentence or two; empty where nothing general can be said."""
    if metric not in _STEPS:
        return ""
    text = _(_STEPS[metric])
    # Not `format`: a host may be called {0}. What goes behind a command is no name that a shell would take apart.
    return text.replace("{subject}", _as_word(subject or "/")).replace("{host}", _as_word(host))


def _as_word(text: str) -> str:
    """For people to copy into a shell: in quotes unless every character is harmless there."""
    shown = printable(text, 100)
    harmless = shown.isascii() and all(letter.isalnum() or letter in "/._@:-" for letter in shown)
    if harmless and not shown.startswith("-"):
        return shown
    return "'" + shown.replace("'", "'\\''") + "'"
