"""The names of everything that is sent, in wire order. Both readers take them from here, so they cannot differ.

A series is a flat tuple: name, then label and value by turns.
"""

CPU_MODES = ("user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal", "guest", "guest_nice")

CPU = tuple(("cpu_seconds_total", "mode", mode) for mode in CPU_MODES)
LOAD = (("load1",), ("load5",), ("load15",))
SWITCHES = (("context_switches_total",), ("interrupts_total",))
MEMORY = (
    ("memory_total_bytes",),
    ("memory_available_bytes",),
    ("memory_free_bytes",),
    ("memory_cached_bytes",),
    ("memory_buffers_bytes",),
    ("swap_total_bytes",),
    ("swap_free_bytes",),
)
SWAP_TRAFFIC = (("swap_in_bytes_total",), ("swap_out_bytes_total",))
PRESSURE_RESOURCES = ("cpu", "io", "memory")
CGROUP_CPU = (("cgroup_cpu_limit_cores",), ("cgroup_cpu_seconds_total",), ("cgroup_cpu_throttled_seconds_total",))
PROCESSES = (("processes",),)
OPEN_FILES = (("open_files",), ("open_files_limit",))
USERS = (("users",),)
UNITS_FAILED = (("units_failed",),)
BOOT_TIME = (("boot_time_seconds",),)

TCP_STATES = (
    "ESTABLISHED",
    "SYN_SENT",
    "SYN_RECV",
    "FIN_WAIT1",
    "FIN_WAIT2",
    "TIME_WAIT",
    "CLOSE",
    "CLOSE_WAIT",
    "LAST_ACK",
    "LISTEN",
    "CLOSING",
)
"""Position is the kernel's number less one."""
TCP = tuple(("tcp_connections", "state", state) for state in TCP_STATES)

_CORE = ("cpu_core_busy_seconds_total", "cpu_core_idle_seconds_total")
_DISK = (
    "disk_read_bytes_total",
    "disk_written_bytes_total",
    "disk_reads_total",
    "disk_writes_total",
    "disk_read_seconds_total",
    "disk_write_seconds_total",
    "disk_busy_seconds_total",
)
_NETWORK = (
    "network_receive_bytes_total",
    "network_transmit_bytes_total",
    "network_receive_packets_total",
    "network_transmit_packets_total",
    "network_receive_errors_total",
    "network_transmit_errors_total",
    "network_receive_drops_total",
    "network_transmit_drops_total",
    "network_speed_bytes",
)
_FILESYSTEM = (
    "filesystem_size_bytes",
    "filesystem_free_bytes",
    "filesystem_available_bytes",
    "filesystem_inodes",
    "filesystem_inodes_free",
)
_PRESSURE = ("pressure_waiting_seconds_total", "pressure_stalled_seconds_total")
_GPU = (
    "gpu_usage_percent",
    "gpu_memory_total_bytes",
    "gpu_memory_free_bytes",
    "gpu_temperature_celsius",
    "gpu_power_watts",
)
_CHECK = ("check_up", "check_seconds")
_HTTP_CHECK = (*_CHECK, "check_http_status")

# A layout line stays far below 1 MiB, and a host's series below what the poller takes (8,192).
CORES_LIMIT = 1024
DISKS_LIMIT = 256
INTERFACES_LIMIT = 256
MOUNTS_LIMIT = 256
SENSORS_LIMIT = 256
GPUS_LIMIT = 64
FAILED_UNITS_LIMIT = 64
CHECKS_LIMIT = 256
CUSTOM_LIMIT = 1000


def cores(numbers):
    """Two series a core, by its number as text."""
    return _labelled(_CORE, "cpu", numbers)


def disks(devices):
    """Seven series a device."""
    return _labelled(_DISK, "device", devices)


def network(interfaces):
    """Nine series an interface."""
    return _labelled(_NETWORK, "interface", interfaces)


def filesystems(paths):
    """Five series a mount."""
    return _labelled(_FILESYSTEM, "mount", paths)


def pressure(resources):
    """Two series a resource."""
    return _labelled(_PRESSURE, "resource", resources)


def temperatures(sensors):
    """One series a sensor."""
    return _labelled(("temperature_celsius",), "sensor", sensors)


def gpus(names):
    """Five series a GPU."""
    return _labelled(_GPU, "gpu", names)


def failed_units(units):
    """One series a unit."""
    return _labelled(("unit_failed",), "unit", units)


def unit_up(unit):
    """The one series of a unit that a person named."""
    return _labelled(("unit_up",), "unit", (unit,))


def tcp_check(name):
    """Whether the check succeeds and how long it took."""
    return _labelled(_CHECK, "check", (name,))


def http_check(name):
    """As `tcp_check`, with the status of the answer."""
    return _labelled(_HTTP_CHECK, "check", (name,))


def custom(check, samples):
    """One series a sample of a person's own.

    Args:
        check: the name of the check that reads them.
        samples: (text of the series, whether it is a counter) each.
    """
    return tuple(
        ("custom_total" if is_counter else "custom", "check", check, "series", text) for text, is_counter in samples
    )


def _labelled(names, label, values):
    return tuple((name, label, value) for value in values for name in names)
