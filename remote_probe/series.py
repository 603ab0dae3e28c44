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
PROCESSES = (("processes",),)
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

# A layout line stays far below 1 MiB, and a host's series below what the poller takes (8,192).
CORES_LIMIT = 1024
DISKS_LIMIT = 256
INTERFACES_LIMIT = 256
MOUNTS_LIMIT = 256


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


def _labelled(names, label, values):
    return tuple((name, label, value) for value in values for name in names)
